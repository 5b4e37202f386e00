// What can be called from outside.

const stringify = JSON.stringify; const foreign = () => [Array, Object, String, Number, Boolean].some((kind) => kind.prototype.toJSON);
/** What a function said, as text. Old script libraries of a page give its lists a JSON of another kind: then as it is. */
const asText = (value) => (foreign() ? [value] : stringify([value]));

const reading = {
  record, settledRecord, settledRecordOf, rows, guessedRows, scrollOn, choice, oneThing, captions, formTargets,
  textsOf, isOn, labelPlace, headPath, markPath, placeOf, ticks, moved, spent, reachableAll, rowOfBox, holders,
  change, likeness, alike, aim, disarm, wasHit, forgetTicks, sentOnLeaving, keep, keepOnly, ofKept, ofEach, sole, asText,
};

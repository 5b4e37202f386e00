// What can be called from outside.

const reading = {
  record, settledRecord, settledRecordOf, rows, guessedRows, scrollOn, choice, oneThing, captions, formTargets,
  textsOf, isOn, labelPlace, headPath, markPath, placeOf, ticks, moved, spent, reachableAll, rowOfBox, holders,
  change, likeness, alike, aim, wasHit, keep, keepOnly, ofKept, ofEach,
};

// The page that is opened next. (HTML standard, "Speculative loading")

let aheadAt = Infinity;
/** Has the browser ask for a page ahead, to be used if this document leads there; false where it knows no such thing, or the page forbids it. */
const fetchAhead = (address) => {
  if (!HTMLScriptElement.supports?.('speculationrules')) return false;
  try {
    const rules = document.createElement('script');
    rules.type = 'speculationrules';
    rules.textContent = stringify({prefetch: [{source: 'list', urls: [address], eagerness: 'immediate'}]});
    document.head.append(rules);
  } catch { return false; }
  aheadAt = performance.now();
  return true;
};
const SCRIPTED = new Set(['fetch', 'xmlhttprequest', 'script', 'iframe', 'frame', 'other']); const MOST_TOLD = 250;  // (Resource Timing)
/** Whether anything that this document may show has come since a page was asked for ahead, as far as the browser tells. */
const cameSince = () => {
  if (aheadAt === Infinity) return false;
  const all = performance.getEntriesByType('resource');
  return all.length >= MOST_TOLD || all.some((each) => SCRIPTED.has(each.initiatorType) && each.responseEnd > aheadAt);
};
/** Leads to a page, once this call is answered. */
const goTo = (address) => { setTimeout(() => location.assign(address)); };
/** Whether this document was asked for ahead. */
const cameAhead = () => performance.getEntriesByType('navigation')[0]?.deliveryType === 'navigational-prefetch';


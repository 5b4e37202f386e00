// The page that is opened next. (HTML standard, "Speculative loading")

let aheadAt = Infinity; let toldThen = 0; const resources = () => performance.getEntriesByType('resource');
/** Has the browser ask for a page ahead, to be used if this document leads there; false where it knows no such thing. Where the page's own
 *  rules forbid inline scripts it is not asked for, which nothing tells but the next page. (`cameAhead`) */
const fetchAhead = (address) => {
  if (!HTMLScriptElement.supports?.('speculationrules')) return false;
  try {
    const rules = document.createElement('script');
    rules.type = 'speculationrules';
    rules.textContent = stringify({prefetch: [{source: 'list', urls: [address], eagerness: 'immediate'}]});
    document.head.append(rules);
  } catch { return false; }
  aheadAt = performance.now(); toldThen = resources().length;
  return true;
};
const SCRIPTED = new Set(['fetch', 'xmlhttprequest', 'script', 'iframe', 'frame', 'other']); const MOST_TOLD = 250;  // (Resource Timing)
/** Whether anything that this document may show has come since a page was asked for ahead, as far as the browser tells: not what a socket
 *  brings. Where a page clears what is told, or that is at its end, the answer is yes. */
const cameSince = () => {
  if (aheadAt === Infinity) return false;
  const all = resources();
  return all.length >= MOST_TOLD || all.length < toldThen || all.some((each) => SCRIPTED.has(each.initiatorType) && each.responseEnd > aheadAt);
};
/** Leads to the page that was asked for ahead, once this call is answered; false where something has come since, so that it may be of before that. */
const goTo = (address) => { if (cameSince()) return false; setTimeout(() => location.assign(address)); return true; };
/** Whether this document was asked for ahead. */
const cameAhead = () => performance.getEntriesByType('navigation')[0]?.deliveryType === 'navigational-prefetch';


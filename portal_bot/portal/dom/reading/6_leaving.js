// What a page sends to the portal as it is left: no event of the browser reports such a request.

const SENT_ON_LEAVING = 'portal-bot-sent-on-leaving';
let leaving = false;
for (const kind of ['beforeunload', 'pagehide', 'unload']) addEventListener(kind, () => { leaving = true; setTimeout(() => { leaving = false; }); }, true);
addEventListener('visibilitychange', () => { leaving = document.visibilityState === 'hidden'; }, true);
const site = (host) => host.split('.').slice(-2).join('.');
const noteSent = (to) => {
  try { if (leaving && site(new URL(to?.url ?? to, document.baseURI).hostname) === site(location.hostname)) sessionStorage.setItem(SENT_ON_LEAVING, '1'); }
  catch { /* a page without storage, or an address that is none */ }
};
for (const [owner, name] of [[Navigator.prototype, 'sendBeacon'], [globalThis, 'fetch']]) {
  const native = owner[name];
  owner[name] = {[name](...given) { noteSent(given[0]); return native.apply(this ?? globalThis, given); }}[name];
}
/** Whether a page of this tab has sent something to its own site as it was left, since this was last asked. */
const sentOnLeaving = () => {
  try { const sent = sessionStorage.getItem(SENT_ON_LEAVING) !== null; sessionStorage.removeItem(SENT_ON_LEAVING); return sent; } catch { return false; }
};

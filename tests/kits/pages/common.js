'use strict';
let session = null;

async function api(method, path, body) {
  const headers = { 'Content-Type': 'application/json', 'X-CSRF': session ? session.token : '' };
  const answer = await fetch('/api/' + path, { method, headers, body: body && JSON.stringify(body) });
  const json = answer.status === 204 ? {} : await answer.json();
  if (!answer.ok) throw Object.assign(new Error(json.error), { status: answer.status });
  return json;
}

/** The session if there is one, else null. */
async function known() {
  try { session = await api('GET', 'session'); } catch { session = null; }
  return session;
}

const leaves = (items) => items.flatMap((item) => (item.items ? leaves(item.items) : [item]));
const LISTS = { providers: 'Providers', staff: 'Staff Members' };

// What the portal's pages do: keep drafts, tell the server that a record was left, and, where the portal is scripted, draw everything.
'use strict';

const behavior = JSON.parse(document.getElementById('behavior').textContent);

// -- drafts of the form ---------------------------------------------------------------------------------------------

function database() {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open('drafts', 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore('forms');
    opening.onsuccess = () => resolve(opening.result);
    opening.onerror = () => reject(opening.error);
  });
}

async function inDatabase(mode, ask) {
  const asked = ask((await database()).transaction('forms', mode).objectStore('forms'));
  return new Promise((resolve) => { asked.onsuccess = () => resolve(asked.result ?? null); });
}

function cookie(key) {
  const found = document.cookie.split('; ').find((each) => each.startsWith(`${key}=`));
  return found ? decodeURIComponent(found.slice(key.length + 1)) : null;
}

const DRAFTS = {
  localStorage: { get: (key) => localStorage.getItem(key), set: (key, text) => localStorage.setItem(key, text) },
  sessionStorage: { get: (key) => sessionStorage.getItem(key), set: (key, text) => sessionStorage.setItem(key, text) },
  cookie: { get: cookie, set: (key, text) => { document.cookie = `${key}=${encodeURIComponent(text)}; path=/`; } },
  indexedDB: {
    get: (key) => inDatabase('readonly', (forms) => forms.get(key)),
    set: (key, text) => inDatabase('readwrite', (forms) => forms.put(text, key)),
  },
};

const boxes = (form) => [...form.elements].filter((each) => each.type === 'checkbox');

async function keepDrafts(form, id) {
  const drafts = DRAFTS[behavior.draft];
  const key = `draft-${id}`;
  form.hidden = true;
  const kept = await drafts.get(key);
  if (kept !== null) {
    const draft = JSON.parse(kept);
    boxes(form).forEach((box) => { box.checked = draft[box.name]; });
  }
  form.hidden = false;
  form.addEventListener('change', () => {
    drafts.set(key, JSON.stringify(Object.fromEntries(boxes(form).map((box) => [box.name, box.checked]))));
  });
}

// -- a record that is left ------------------------------------------------------------------------------------------

let leave = () => {};

function tellWhenLeft(id) {
  leave = () => {
    leave = () => {};
    if (behavior.leaving.by === 'beacon') navigator.sendBeacon(`/touch/${id}`);
    else fetch(`/touch/${id}`, { method: 'POST', keepalive: true });
  };
}

async function recordStands(form, id) {
  if (behavior.leaving) tellWhenLeft(id);
  if (behavior.draft) await keepDrafts(form, id);
}

if (behavior.leaving?.event === 'visibilitychange') {
  document.addEventListener('visibilitychange', () => { if (document.visibilityState === 'hidden') leave(); });
} else if (behavior.leaving) {
  addEventListener(behavior.leaving.event, () => leave());
}

// -- a scripted portal ----------------------------------------------------------------------------------------------

let access = null;
const stage = document.getElementById('stage');
const drawn = (id) => document.getElementById(id).content.cloneNode(true);

function request(path, form) {
  const practice = sessionStorage.getItem('practice');
  const address = new URL(path, location.href);
  const headers = access ? { Authorization: `Bearer ${access}` } : {};
  if (practice && behavior.practice === 'header') headers['X-Practice'] = practice;
  if (practice && behavior.practice === 'query') address.searchParams.set('practice', practice);
  return fetch(address, { headers, method: form ? 'POST' : 'GET', body: form && new URLSearchParams(form) });
}

async function call(path, form) {
  const answer = await request(path, form);
  return answer.status === 401 && await refreshed() ? request(path, form) : answer;
}

function take(tokens) {
  access = tokens.access ?? null;
  if (tokens.refresh) localStorage.setItem('refresh', tokens.refresh);
}

async function refreshed() {
  const token = localStorage.getItem('refresh');
  if (behavior.token !== 'rotating' || !token) return false;
  const answer = await fetch('/api/refresh', { method: 'POST', body: new URLSearchParams({ token }) });
  if (answer.ok) take(await answer.json());
  else localStorage.removeItem('refresh');
  return answer.ok;
}

function go(path) {
  if (behavior.token !== 'memory') {
    location.assign(path);
    return;
  }
  history.pushState(null, '', path);
  draw();
}

function showSignIn(problem) {
  stage.replaceChildren(drawn('sign-in-page'));
  if (problem) stage.querySelector('h1').insertAdjacentHTML('afterend', `<p role="alert">${problem}</p>`);
  stage.querySelector('form').addEventListener('submit', async (event) => {
    event.preventDefault();
    const answer = await fetch('/api/sign-in', { method: 'POST', body: new URLSearchParams(new FormData(event.target)) });
    if (!answer.ok) {
      showSignIn('Invalid user name or password.');
      return;
    }
    take(await answer.json());
    go('/');
  });
}

function showFrame(me) {
  stage.replaceChildren(drawn('frame'));
  const chooser = stage.querySelector('select');
  chooser.value = me.practice;
  chooser.addEventListener('change', async () => {
    if (behavior.practice === 'session') await call('/api/practice', { practice: chooser.value });
    else sessionStorage.setItem('practice', chooser.value);
    go('/');
  });
  stage.querySelector('header a').addEventListener('click', async (event) => {
    event.preventDefault();
    await call('/api/sign-out', {});
    localStorage.removeItem('refresh');
    access = null;
    go('/');
  });
  stage.querySelectorAll('nav a').forEach(leadInPage);
  return stage.querySelector('main');
}

function leadInPage(link) {
  if (behavior.token !== 'memory') return;
  link.addEventListener('click', (event) => {
    event.preventDefault();
    go(link.getAttribute('href'));
  });
}

async function showList(main, which) {
  main.innerHTML = await (await call(`/api/list/${which}`)).text();
  main.querySelectorAll('tbody a').forEach(leadInPage);
  main.querySelectorAll('[data-open]').forEach((button) => {
    button.addEventListener('click', () => showRecord(main, button.dataset.open));
  });
}

async function showRecord(main, id) {
  const answer = await call(`/api/user/${id}`);
  if (!answer.ok) {
    main.textContent = 'There is no such record.';
    return;
  }
  const person = await answer.json();
  const form = drawn('record-form').querySelector('form');
  const heading = document.createElement('h1');
  heading.textContent = person.name;
  if (form.elements.id) form.elements.id.value = id;
  form.elements.email.value = person.email;
  form.elements.phone.value = person.phone;
  boxes(form).forEach((box) => { box.checked = person[box.name]; });
  await recordStands(form, id);
  main.replaceChildren(heading, form);
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const said = await call('/api/save', new FormData(form));
    const answered = await said.json();
    if (answered.next) go(answered.next);
    else main.textContent = answered.problem;
  });
}

async function draw() {
  leave();
  const me = await call('/api/me');
  if (!me.ok) {
    showSignIn();
    return;
  }
  const main = showFrame(await me.json());
  const [, page, key] = location.pathname.split('/');
  if (page === 'list') await showList(main, key);
  else if (page === 'user') await showRecord(main, key);
  else main.innerHTML = '<h1>Practice Portal Dashboard</h1>';
}

// -- the start ------------------------------------------------------------------------------------------------------

if (behavior.service_worker) navigator.serviceWorker?.register('/worker.js');
if (behavior.scripted) {
  addEventListener('popstate', draw);
  refreshed().then(draw);
} else {
  const form = document.getElementById('record');
  if (form) recordStands(form, form.dataset.id);
  document.querySelector('header select')?.addEventListener('change', (event) => event.target.form.submit());
}

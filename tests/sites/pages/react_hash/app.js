'use strict';
const root = document.getElementById('root');
const state = { me: null, route: [], unread: 3, menu: false, nav: false, open: {}, toast: '', error: '', data: null, location: '' };

// One element; `on*` are listeners, other values attributes (false leaves one out).
function h(tag, attributes, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) {
    if (name.startsWith('on')) node.addEventListener(name.slice(2), value);
    else if (value !== false && value != null) node.setAttribute(name, value === true ? '' : value);
  }
  node.append(...children.flat(9).filter((child) => child != null && child !== false));
  return node;
}

async function api(method, path, body) {
  const headers = { 'X-Session-Token': sessionStorage.getItem('sable.token') || '' };
  if (body) headers['Content-Type'] = 'application/json';
  const answer = await fetch('api/' + path, { method, headers, body: body && JSON.stringify(body) });
  const json = await answer.json();
  if (answer.status === 401) { sessionStorage.removeItem('sable.token'); state.me = null; set({ error: json.error }); throw new Error(json.error); }
  if (!answer.ok) { set({ toast: json.error }); throw new Error(json.error); }
  return json;
}

function set(change) { Object.assign(state, change); render(); }

function render() {
  const key = document.activeElement && document.activeElement.dataset.key;
  root.replaceChildren(state.me ? shell() : signIn());
  const again = key && root.querySelector(`[data-key="${key}"]`);
  if (again) { again.focus(); if (again.setSelectionRange && again.type === 'text') again.setSelectionRange(9e3, 9e3); }
}

function signIn() {
  const typed = (name) => ({ 'data-key': name, value: state[name] || '', oninput: (e) => { state[name] = e.target.value; } });
  return h('form', { class: 'card', style: 'max-width:20rem;margin:5rem auto', onsubmit: async (event) => {
    event.preventDefault();
    const me = await api('POST', 'session', { username: state.username, password: state.password });
    sessionStorage.setItem('sable.token', me.token);
    state.password = '';
    Object.assign(state, { me, error: '' });
    location.hash = '#/dashboard';
    go();
  } },
  h('h1', {}, 'Welcome back'),
  state.error && h('p', { role: 'alert' }, state.error),
  h('label', { class: 'field' }, 'Username', h('input', { type: 'text', autocomplete: 'username', ...typed('username') })),
  h('label', { class: 'field' }, 'Password', h('input', { type: 'password', autocomplete: 'current-password', ...typed('password') })),
  h('button', { class: 'primary', type: 'submit' }, 'Log In'));
}

function shell() {
  const view = { dashboard, users: state.route[2] ? record : list }[state.route[0]] || dashboard;
  return h('div', {},
    h('header', { class: 'bar' }, h('strong', {}, 'Sable Portal'),
      h('div', { class: 'pick' },
        h('button', { type: 'button', 'aria-haspopup': 'true', 'aria-expanded': String(state.menu), onclick: () => set({ menu: !state.menu }) }, state.me.practice),
        state.menu && h('nav', { class: 'menu' }, state.me.practices.map((name) => h('a', { href: '#', onclick: (e) => { e.preventDefault(); choose(name); } }, name)))),
      h('div', {}, state.me.user, ' ', h('a', { href: '#', onclick: (e) => { e.preventDefault(); signOut(); } }, 'Sign out'))),
    h('div', { class: 'frame' },
      h('nav', { class: 'side' },
        h('a', { href: '#/dashboard' }, 'Dashboard'),
        h('a', { href: '#/messages' }, `Messages (${state.unread})`),
        h('button', { type: 'button' }, 'Patient Administration'),
        h('button', { type: 'button', 'aria-expanded': String(state.nav), onclick: () => set({ nav: !state.nav }) }, 'User Administration'),
        state.nav && h('div', { class: 'sub' }, h('a', { href: '#/users/providers' }, 'Providers'), h('a', { href: '#/users/staff' }, 'Staff Members'), h('a', { href: '#/roles' }, 'Roles')),
        h('button', { type: 'button' }, 'Portal Management')),
      h('main', { class: 'view' }, state.data ? view() : h('p', { 'aria-busy': 'true' }, 'Loading…'))),
    state.toast && h('div', { class: 'toast', role: 'status' }, state.toast));
}

function dashboard() {
  return [h('h1', {}, 'Practice Portal Dashboard'), h('div', { class: 'card' }, h('h2', {}, 'Today’s appointments'),
    h('ul', {}, (state.data.appointments || []).map((name) => h('li', {}, name)))), h('div', { class: 'card' }, h('h2', {}, 'Manage My Patients'))];
}

const caption = () => (state.route[1] === 'staff' ? 'Staff Members' : 'Providers');

function list() {
  const { rows, total } = state.data;
  return [h('h1', {}, 'User Administration / ' + caption()),
    h('label', { class: 'field' }, 'Locations', h('select', { onchange: (e) => { state.location = e.target.value; go(); } },
      h('option', { value: '' }, 'All locations'), state.me.locations.map((name) => h('option', { selected: name === state.location }, name)))),
    h('table', {}, h('thead', {}, h('tr', {}, ['Name', 'E-mail', 'Location'].map((name) => h('th', { scope: 'col' }, name)))),
      h('tbody', {}, rows.map((row) => h('tr', {},
        h('td', {}, h('a', { href: `#/users/${row.list}/${row.key}` }, row.name)), h('td', {}, row.email), h('td', {}, row.location))))),
    h('p', {}, `Showing ${rows.length} of ${total} `, rows.length < total && h('button', { type: 'button', class: 'plain', onclick: more }, 'Load more'))];
}

function record() {
  const { fields } = state.data;
  return [h('a', { href: '#/users/' + state.route[1] }, '← ' + caption()), h('h1', {}, state.data.name), h('p', {}, `${state.data.email} · ${state.data.location}`),
    h('section', { class: 'card' }, h('h2', {}, 'Details'), Object.keys(fields).filter((name) => !['Location', 'Active'].includes(name)).map((name) =>
      h('label', { class: 'field' }, name, h('input', { type: 'text', 'data-key': name, value: fields[name], oninput: (e) => { fields[name] = e.target.value; } }))),
    h('label', { class: 'field' }, 'Location', h('select', { onchange: (e) => { fields.Location = e.target.value; } }, state.me.locations.map((name) => h('option', { selected: name === fields.Location }, name)))),
    toggle('Active', fields.Active === 'on', false, (on) => { fields.Active = on ? 'on' : ''; })),
    h('section', { class: 'card' }, h('h2', {}, 'Associated Users'), h('p', {}, 'None')),
    h('section', { class: 'card' }, h('h2', {}, 'Permissions'),
      h('button', { type: 'button', class: 'plain', onclick: () => { state.data.own = leaves(state.data.tree); render(); } }, 'Select All'), state.data.tree.map(branch)),
    h('button', { type: 'button', class: 'primary', onclick: save }, 'Save')];
}

const leaves = (items) => items.flatMap((item) => (item.caption ? leaves(item.items) : [item]));

function branch(item) {
  if (!item.caption) {
    const role = state.data.byRole.includes(item);
    return toggle(item, role || state.data.own.includes(item), role, (on) => { state.data.own = state.data.own.filter((name) => name !== item).concat(on ? [item] : []); });
  }
  const open = !!state.open[item.caption];
  return h('div', {}, h('button', { type: 'button', class: 'group', 'aria-expanded': String(open), onclick: () => { state.open[item.caption] = !open; render(); } }, item.caption),
    open && h('div', { style: 'padding-left:1rem' }, item.items.map(branch)));
}

function toggle(name, on, disabled, change) {
  const id = 'lbl-' + name.replace(/\W+/g, '-').toLowerCase();
  return h('div', { class: 'row' }, h('span', { id }, name), h('button', { type: 'button', class: 'switch', role: 'switch', 'aria-checked': String(on), 'aria-labelledby': id,
    disabled, title: disabled && 'Given by a role', onclick: () => { change(!on); render(); } }, h('i', {})));
}

async function save() {
  const { key, fields, own, revision } = state.data;
  const answer = await api('PUT', 'users/' + key, { fields, permissions: own, revision });
  state.data.revision = answer.revision;
  set({ toast: 'Changes saved' });
  setTimeout(() => set({ toast: '' }), 3000);
}

async function more() {
  const { rows } = await api('GET', `users?list=${state.route[1]}&location=${encodeURIComponent(state.location)}&offset=${state.data.rows.length}`);
  state.data.rows.push(...rows);
  render();
}

async function choose(practice) {
  const me = await api('PUT', 'session/practice', { practice });
  Object.assign(state, { me, menu: false, location: '' });
  if (location.hash === '#/dashboard') go(); else location.hash = '#/dashboard';
}

async function signOut() {
  await api('DELETE', 'session');
  sessionStorage.removeItem('sable.token');
  set({ me: null, data: null });
  location.hash = '#/login';
}

async function go() {
  if (!state.me) { render(); return; }
  const route = location.hash.replace(/^#\//, '').split('/');
  Object.assign(state, { route, data: null, open: {} });
  if (route[0] === 'users') state.nav = true;
  render();
  const path = route[0] !== 'users' ? 'dashboard' : route[2] ? 'users/' + route[2] : `users?list=${route[1]}&location=${encodeURIComponent(state.location)}`;
  const data = await api('GET', path);
  if (route === state.route) set({ data });
}

window.addEventListener('hashchange', go);
// The unread counter arrives by itself, and draws the whole view anew, as every change of the state does.
setInterval(() => { if (state.me) set({ unread: (state.unread + 1) % 20 }); }, 500);
(async () => {
  if (sessionStorage.getItem('sable.token')) state.me = await api('GET', 'session');
  go();
})();

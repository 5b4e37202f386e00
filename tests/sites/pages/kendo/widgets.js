'use strict';
const pageSize = 10;
const make = (html) => { const box = document.createElement('template'); box.innerHTML = html.trim(); return box.content.firstElementChild; };
const text = (value) => { const box = document.createElement('span'); box.textContent = value; return box.innerHTML.replace(/"/g, '&quot;'); };

async function post(path, body) {
  const answer = await fetch(path, { method: 'POST', body: JSON.stringify(body),
    headers: { 'Content-Type': 'application/json', RequestVerificationToken: document.querySelector('meta[name=token]').content, 'X-Requested-With': 'XMLHttpRequest' } });
  if (!answer.ok) { alert('The operation failed.'); throw new Error(path); }
  return answer.json();
}

// The list of a drop-down is made at the end of the body when it is first opened, away from the box it belongs to.
function dropDown(box, chosen) {
  const id = box.getAttribute('aria-owns') || box.getAttribute('aria-controls');
  let popup = null;
  const close = () => { popup.style.display = 'none'; box.setAttribute('aria-expanded', 'false'); };
  box.addEventListener('click', () => {
    if (!popup) {
      popup = make(`<div class="k-animation-container" style="display:none"><div class="k-list-container k-popup"><ul class="k-list" role="listbox" id="${id}"></ul></div></div>`);
      for (const name of JSON.parse(box.dataset.options)) {
        const item = make(`<li class="k-item" role="option" tabindex="-1" unselectable="on">${text(name)}</li>`);
        item.addEventListener('click', () => { box.querySelector('.k-input').textContent = name; close(); chosen(name); });
        popup.querySelector('ul').append(item);
      }
      document.body.append(popup);
    }
    if (popup.style.display !== 'none') { close(); return; }
    const place = box.getBoundingClientRect();
    Object.assign(popup.style, { display: 'block', left: place.left + 'px', top: place.bottom + scrollY + 'px', minWidth: place.width + 'px' });
    for (const item of popup.querySelectorAll('li')) item.setAttribute('aria-selected', String(item.textContent === box.querySelector('.k-input').textContent));
    box.setAttribute('aria-expanded', 'true');
  });
}

function grid() {
  const box = document.getElementById('grid'), body = box.querySelector('tbody'), pager = document.querySelector('.k-pager-wrap');
  const query = { list: box.dataset.list, location: '', page: 1, pageSize };
  const load = async () => {
    const answer = await post('/Users/Read', query);
    body.replaceChildren(...answer.Data.map((row, number) => {
      const line = make(`<table><tr role="row" class="${number % 2 ? 'k-alt' : ''}" data-uid="${row.uid}"><td role="gridcell">${text(row.Name)}</td><td role="gridcell">${text(row.Email)}</td>
        <td role="gridcell">${text(row.Location)}</td><td role="gridcell"><a role="button" class="k-button k-grid-edit" href="#">Edit</a></td></tr></table>`).querySelector('tr');
      line.querySelector('a').addEventListener('click', (event) => { event.preventDefault(); openRecord(row.Id, load); });
      return line;
    }));
    box.querySelector('.k-grid-content').scrollTop = 0;
    const last = Math.max(1, Math.ceil(answer.Total / pageSize));
    const arrows = [['first', 1, '\u00ab'], ['previous', query.page - 1, '\u2039'], ['next', query.page + 1, '\u203a'], ['last', last, '\u00bb']];
    pager.replaceChildren(...arrows.map(([name, page, sign]) => {
      const off = page < 1 || page > last || page === query.page;
      const arrow = make(`<a href="#" class="k-link k-pager-nav ${off ? 'k-state-disabled' : ''}" title="Go to the ${name} page" aria-label="Go to the ${name} page" role="button" ${off ? 'aria-disabled="true" tabindex="-1"' : ''}><span class="k-icon">${sign}</span></a>`);
      arrow.addEventListener('click', (event) => { event.preventDefault(); if (!off) { query.page = page; load(); } });
      return arrow;
    }), make(`<span class="k-pager-info"> ${(query.page - 1) * pageSize + 1} - ${Math.min(query.page * pageSize, answer.Total)} of ${answer.Total} items</span>`));
  };
  dropDown(document.getElementById('location'), (name) => { Object.assign(query, { location: name === 'All' ? '' : name, page: 1 }); load(); });
  load();
}

function treeItem(node) {
  const leaf = !node.items;
  const item = make(`<li class="k-item" role="treeitem" ${leaf ? '' : 'aria-expanded="false"'}><div class="k-mid">${leaf ? '<span class="k-icon"></span>' : '<span class="k-icon k-i-expand"></span>'}<span class="k-checkbox-wrapper"><input type="checkbox" class="k-checkbox" tabindex="-1"></span><span class="k-in">${text(node.text)}</span></div></li>`);
  const tick = item.querySelector('input');
  if (leaf) {
    Object.assign(tick, { checked: node.checked, disabled: !node.enabled });
    tick.dataset.permission = node.id;
    tick.addEventListener('change', () => item.closest('.k-treeview').dispatchEvent(new Event('settle')));
    return item;
  }
  const group = make('<ul class="k-group" role="group" style="display:none"></ul>');
  group.append(...node.items.map(treeItem));
  item.append(group);
  item.querySelector('.k-icon').addEventListener('click', (event) => {
    const open = item.getAttribute('aria-expanded') !== 'true';
    item.setAttribute('aria-expanded', String(open));
    group.style.display = open ? '' : 'none';
    event.target.className = open ? 'k-icon k-i-collapse' : 'k-icon k-i-expand';
  });
  tick.addEventListener('change', () => {
    for (const under of group.querySelectorAll('input[data-permission]:enabled')) under.checked = tick.checked;
    item.closest('.k-treeview').dispatchEvent(new Event('settle'));
  });
  return item;
}

// A group's box is ticked when all of it is, and half ticked when some of it is.
function settle(tree) {
  for (const item of tree.querySelectorAll('li[aria-expanded]')) {
    const under = [...item.querySelectorAll('input[data-permission]')], on = under.filter((box) => box.checked).length;
    const tick = item.querySelector('input');
    Object.assign(tick, { checked: on === under.length, indeterminate: on > 0 && on < under.length });
  }
}

async function openRecord(id, saved) {
  const overlay = make('<div class="k-overlay"></div>');
  const view = make(`<div class="k-widget k-window" role="dialog" aria-labelledby="user_wnd_title" tabindex="0"><div class="k-window-titlebar k-header"><span class="k-window-title" id="user_wnd_title">Edit User</span>
    <a role="button" href="#" class="k-window-action" aria-label="Close" style="color:#fff">&#10005;</a></div><div class="k-window-content"><div class="k-loading-mask">Loading...</div></div></div>`);
  document.body.append(overlay, view);
  const close = () => { overlay.remove(); view.remove(); };
  view.querySelector('.k-window-action').addEventListener('click', (event) => { event.preventDefault(); close(); });
  const record = await post('/Users/Record', { Id: id });
  const named = Object.keys(record.Fields).filter((name) => name !== 'Active');
  view.querySelector('.k-window-title').textContent = 'Edit User - ' + record.Name;
  view.querySelector('.k-window-content').replaceChildren(
    make(`<div><h3>Details</h3><div class="form">${named.map((name, n) => `<label for="field${n}">${name}</label><input class="k-textbox" id="field${n}" value="${text(record.Fields[name])}" ${name === 'Location' ? 'readonly' : ''}>`).join('')}
      <label for="active">Active</label><span><input type="checkbox" id="active" ${record.Fields.Active ? 'checked' : ''}></span></div></div>`),
    make('<div><h3>Associated Users</h3><p>None</p></div>'),
    make('<div class="permissions"><h3>Permissions</h3><a role="button" class="k-button" href="#">Select All</a><ul class="k-widget k-treeview" role="tree" tabindex="0"></ul></div>'),
    make('<div class="k-edit-buttons"><a role="button" class="k-button k-primary" href="#">Save</a> <a role="button" class="k-button" href="#">Cancel</a></div>'));
  const tree = view.querySelector('.k-treeview');
  tree.append(...record.Tree.map(treeItem));
  tree.addEventListener('settle', () => settle(tree));
  settle(tree);
  const press = (button, action) => button.addEventListener('click', (event) => { event.preventDefault(); action(); });
  press(view.querySelector('.permissions a'), () => { for (const box of tree.querySelectorAll('input[data-permission]:enabled')) box.checked = true; settle(tree); });
  const [save, cancel] = view.querySelectorAll('.k-edit-buttons a');
  press(cancel, close);
  press(save, async () => {
    const fields = Object.fromEntries(named.map((name, n) => [name, view.querySelector('#field' + n).value]));
    fields.Active = view.querySelector('#active').checked ? 'on' : '';
    const ticked = [...tree.querySelectorAll('input[data-permission]:checked')].map((box) => +box.dataset.permission);
    await post('/Users/Update', { Id: id, Fields: fields, Checked: ticked });
    close();
    saved();
  });
}

dropDown(document.getElementById('practice'), async (name) => { await post('/Practice/Select', { practice: name }); location.assign('/Home'); });
for (const head of document.querySelectorAll('.k-panelbar .k-header')) head.addEventListener('click', () => {
  const item = head.parentElement, open = item.getAttribute('aria-expanded') !== 'true';
  item.setAttribute('aria-expanded', String(open));
  item.querySelector('ul').style.display = open ? '' : 'none';
});

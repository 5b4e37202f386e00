'use strict';
const style = `<style>:host{display:block}button{font:inherit;cursor:pointer}.bar{display:flex;justify-content:space-between;background:#4c1d95;color:#fff;padding:.6rem 1rem}
.bar button{color:#fff;background:none;border:0}.cols{display:grid;grid-template-columns:13rem 1fr}nav button{display:block;width:100%;text-align:left;background:none;border:0;padding:.4rem 1rem}
.caps{text-transform:uppercase}.sub button{padding-left:2rem!important}.view{padding:1rem}.scroll{height:420px;overflow-y:auto;background:#fff;border:1px solid #ddd}
.person{display:grid;grid-template-columns:2fr 4fr 1fr;padding:.7rem 1rem;border-bottom:1px solid #eee}.card{background:#fff;padding:1rem;margin:.8rem 0;border-radius:8px}
button.link{background:none;border:0;color:#5b21b6;text-align:left;padding:0}.box{display:inline-flex;gap:.5rem;cursor:pointer}.box i{width:16px;height:16px;border:1px solid #555;margin-top:3px}
.box[aria-checked=true] i{background:#5b21b6}.box[aria-disabled=true]{opacity:.5}.field{display:block;margin:.3rem 0}.veil{position:fixed;inset:0;background:#0008;z-index:99}
.modal{background:#fff;width:22rem;margin:8rem auto;padding:1.5rem;border-radius:8px}.main{background:#5b21b6;color:#fff;border:0;padding:.5rem 1.4rem}</style>`;
let session = null;

async function api(method, path, body) {
  const answer = await fetch('/api/' + path, { method, headers: { 'Content-Type': 'application/json', 'X-CSRF': session ? session.csrf : '' }, body: body && JSON.stringify(body) });
  const json = await answer.json();
  if (!answer.ok) throw Object.assign(new Error(json.error), { status: answer.status });
  return json;
}

class Part extends HTMLElement {
  constructor() { super(); this.attachShadow({ mode: 'open' }); }
  draw(html) { this.shadowRoot.innerHTML = style + html; }
  $(query) { return this.shadowRoot.querySelector(query); }
  add(tag, properties, into) { const part = Object.assign(document.createElement(tag), properties); (into || this.shadowRoot).append(part); return part; }
  // Nothing is drawn at once here: each part comes a quarter of a second after its data.
  later(action) { setTimeout(() => { if (this.isConnected) action(); }, 250); }
}
const text = (value) => { const box = document.createElement('i'); box.textContent = value; return box.innerHTML; };
const open = (path) => { history.pushState(null, '', path); document.querySelector('app-shell').route(); };

customElements.define('app-shell', class extends Part {
  connectedCallback() { addEventListener('popstate', () => this.route()); this.start(); }
  async start() {
    try { session = await api('GET', 'session'); } catch { session = null; this.draw('<sign-in></sign-in>'); return; }
    this.draw(`<header class="bar"><strong>${text(session.practice)}</strong><span>${text(session.user)} <button class="out"> SIGN OUT </button></span></header>
      <div class="cols"><side-nav></side-nav><main class="view"></main></div>`);
    this.$('.out').onclick = async () => { await api('DELETE', 'session'); location.assign('/'); };
    this.route();
  }
  route() {
    const [, area, list, key] = location.pathname.split('/'), view = this.$('main');
    document.querySelectorAll('survey-popup').forEach((popup) => popup.remove());
    view.replaceChildren();
    if (area === 'people') this.add(key ? 'person-record' : 'people-list', { list, key }, view);
    else this.add('home-page', {}, view);
  }
});

customElements.define('sign-in', class extends Part {
  connectedCallback() { this.ask('', ''); }
  ask(error, user) {
    this.draw(`<form class="modal"><h1>northstar</h1>${error ? `<p role="alert">${text(error)}</p>` : ''}<label class="field">  User  name <input type="text" name="user" autocomplete="username"></label><button class="main">Next</button></form>`);
    this.$('input').value = user;
    this.$('form').onsubmit = (event) => { event.preventDefault(); const typed = this.$('input').value.trim(); if (typed) this.later(() => this.secret(typed)); };
  }
  secret(user) {
    this.draw(`<form class="modal"><h1>northstar</h1><p>${text(user)}</p><label class="field">PASSWORD <input type="password" name="password" autocomplete="current-password"></label><button class="main">Sign  In</button></form>`);
    this.$('form').onsubmit = async (event) => {
      event.preventDefault();
      try { await api('POST', 'login', { user, password: this.$('input').value }); } catch (error) { this.ask(error.message, user); return; }
      location.assign('/dashboard');
    };
  }
});

customElements.define('side-nav', class extends Part {
  connectedCallback() {
    this.draw(`<nav><button data-to="/dashboard">dashboard</button><button>patient administration</button><button class="admin" aria-expanded="false">user administration</button>
      <div class="sub" hidden><button data-to="/people/providers">  providers</button><button data-to="/people/staff">staff  members</button><button>roles</button></div><button>portal management</button></nav>`);
    this.$('.admin').onclick = () => { const sub = this.$('.sub'); sub.hidden = !sub.hidden; this.$('.admin').setAttribute('aria-expanded', String(!sub.hidden)); };
    for (const button of this.shadowRoot.querySelectorAll('[data-to]')) button.onclick = () => open(button.dataset.to);
  }
});

customElements.define('home-page', class extends Part {
  connectedCallback() {
    this.later(() => this.draw(`<h1>practice portal dashboard</h1><h2>today's appointments</h2><ul>${session.patients.map((name) => `<li>${text(name)}</li>`).join('')}</ul><h2>manage my patients</h2>`));
  }
});

customElements.define('people-list', class extends Part {
  connectedCallback() {
    this.place = '';
    this.later(() => {
      this.draw(`<h1>user administration / ${this.list === 'staff' ? 'staff members' : 'providers'}</h1><label class="field">LOCATIONS <select><option value="">all</option>${session.locations.map((name) => `<option>${text(name)}</option>`).join('')}</select></label>
        <div class="scroll" tabindex="0"><div class="rows" role="list"></div><div class="end">loading…</div></div>`);
      this.$('select').onchange = (event) => { this.place = event.target.value; this.restart(); };
      this.watch = new IntersectionObserver((seen) => { if (seen.some((entry) => entry.isIntersecting)) this.more(); }, { root: this.$('.scroll') });
      this.restart();
    });
  }
  disconnectedCallback() { if (this.watch) this.watch.disconnect(); }
  restart() { this.turn = {}; this.busy = false; this.count = 0; this.$('.rows').replaceChildren(); this.$('.end').hidden = false; this.again(); }
  again() { this.watch.unobserve(this.$('.end')); this.watch.observe(this.$('.end')); }
  async more() {
    if (this.busy) return;
    const turn = this.turn;
    this.busy = true;
    const { people, more } = await api('GET', `people?list=${this.list}&from=${this.count}&location=${encodeURIComponent(this.place)}`);
    this.later(() => {
      if (turn !== this.turn) return;
      this.count += people.length;
      for (const person of people) this.add('person-row', { person, list: this.list }, this.$('.rows'));
      this.$('.end').hidden = !more;
      this.busy = false;
      if (more) this.again();
    });
  }
});

customElements.define('person-row', class extends Part {
  connectedCallback() {
    const { key, name, email, location: place } = this.person;
    this.draw(`<div class="person" role="listitem"><button class="link">${text(name)}</button><span>${text(email)}</span><span>${text(place)}</span></div>`);
    this.$('button').onclick = () => open(`/people/${this.list}/${key}`);
  }
});

customElements.define('person-record', class extends Part {
  async connectedCallback() {
    const record = await api('GET', 'people/' + this.key);
    this.later(() => {
      const { fields } = record, named = Object.keys(fields).filter((name) => name !== 'Active');
      this.draw(`<h1>${text(record.name)}</h1><p>${text(record.email)} · ${text(record.location)}</p><section class="card"><h2>DETAILS</h2>${named.map((name, n) => `<label class="field">${name.toLowerCase()} <input data-field="${n}"${name === 'Location' ? ' readonly' : ''}></label>`).join('')}
        <label class="field"><input type="checkbox" name="active"> active</label></section><section class="card"><h2>ASSOCIATED USERS</h2>none</section><perm-box></perm-box><button class="main caps save"> save </button> <span role="status"></span>`);
      named.forEach((name, n) => { this.$(`[data-field="${n}"]`).value = fields[name]; });
      this.$('[name=active]').checked = fields.Active === 'on';
      this.$('perm-box').show(record.groups);
      this.$('.save').onclick = async () => {
        const sent = Object.fromEntries(named.map((name, n) => [name, this.$(`[data-field="${n}"]`).value]));
        sent.Active = this.$('[name=active]').checked ? 'on' : '';
        await api('POST', 'people/' + this.key, { fields: sent, ticked: this.$('perm-box').ticked() });
        this.$('[role=status]').textContent = 'SAVED';
      };
      this.survey = setTimeout(() => document.body.append(document.createElement('survey-popup')), 1000);
    });
  }
  disconnectedCallback() { clearTimeout(this.survey); }
});

customElements.define('perm-box', class extends Part {
  show(groups) {
    this.draw('<section class="card"><h2> PERMISSIONS </h2><button class="all caps">select all</button></section>');
    this.items = [];
    const grow = (items, into) => items.forEach((item) => {
      if (!item.items) { this.items.push(this.add('perm-item', { item }, into)); return; }
      const group = this.add('perm-group', { caption: item.caption }, into);
      grow(item.items, group);
    });
    grow(groups, this.$('section'));
    this.$('.all').onclick = () => this.items.forEach((item) => item.turn(true));
  }
  ticked() { return this.items.filter((part) => part.item.on).map((part) => part.item.number); }
});

customElements.define('perm-group', class extends Part {
  connectedCallback() {
    if (this.$('button')) return;
    this.draw(`<button class="link caps" aria-expanded="false">${text(this.caption)}</button><div hidden style="padding-left:1.2rem"><slot></slot></div>`);
    this.$('button').onclick = () => { const inner = this.$('div'); inner.hidden = !inner.hidden; this.$('button').setAttribute('aria-expanded', String(!inner.hidden)); };
  }
});

customElements.define('perm-item', class extends Part {
  connectedCallback() {
    this.draw(`<div class="box" role="checkbox" tabindex="0" aria-disabled="${this.item.role}"><i></i><span>${text(this.item.caption)}</span></div>`);
    this.$('div').onclick = () => this.turn(!this.item.on);
    this.turn(this.item.on);
  }
  turn(on) { if (!this.item.role) this.item.on = on; this.$('div').setAttribute('aria-checked', String(this.item.on)); }
});

customElements.define('survey-popup', class extends Part {
  connectedCallback() {
    this.draw('<div class="veil"><div class="modal" role="dialog" aria-modal="true" aria-label="How are we doing?"><h2>How are we doing?</h2><p>Take two minutes to tell us about Northstar.</p><button class="main yes">Take the survey</button> <button class="no">No thanks</button></div></div>');
    this.$('.no').onclick = () => this.remove();
    this.$('.yes').onclick = () => { this.$('p').textContent = 'The survey opens in another window.'; };
  }
});

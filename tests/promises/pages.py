"""The pages of the portal. A script fills them in where the portal's data comes by calls, else the server does."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from flask import render_template_string
from markupsafe import Markup

from .office import LISTS, PRACTICES, Fields, Member
from .quirks import Quirks

_PAGE = """<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Practice Portal</title></head>
<body>
{{ body }}
<script type="application/json" id="behavior">{{ behavior|tojson }}</script>
<script src="/portal.js"></script>
</body>
</html>"""

_FRAME = """<header>
  <form method="post" action="/practice">
    <label>Practice <select name="practice">
      {% for each in practices %}<option{{ " selected" if each == practice }}>{{ each }}</option>{% endfor %}
    </select></label>
  </form>
  <a href="/sign-out">Sign Out</a>
</header>
<nav><strong>User Administration</strong>
  <ul>{% for which, caption in lists.items() %}<li><a href="/list/{{ which }}">{{ caption }}</a></li>{% endfor %}</ul>
</nav>
<main>{{ main }}</main>"""

_SIGN_IN = """<main>
  <h1>Practice Portal</h1>
  {% if problem %}<p role="alert">{{ problem }}</p>{% endif %}
  <form id="sign-in" method="post" action="/sign-in">
    <label>User Name <input name="user"></label>
    <label>Password <input name="password" type="password"></label>
    <button>Log In</button>
  </form>
</main>"""

_LIST = """<h1>{{ caption }}</h1>
<table>
  <thead><tr><th>Name</th><th>E-mail</th></tr></thead>
  <tbody>
  {% for each in members %}<tr><td>
    {% if opens == "post" %}<form method="post" action="/record"><button name="id" value="{{ each.id }}">{{ each.name }}</button></form>
    {% elif opens == "script" %}<button type="button" data-open="{{ each.id }}">{{ each.name }}</button>
    {% else %}<a href="/user/{{ each.id }}">{{ each.name }}</a>{% endif %}
  </td><td>{{ each.at_first.email }}</td></tr>{% endfor %}
  </tbody>
</table>"""

_RECORD = """<h1>{{ name }}</h1>
<form id="record" method="post" action="/save" data-id="{{ id }}">
  {% if named %}<input type="hidden" name="id" value="{{ id }}">{% endif %}
  <p><label>E-mail <input name="email" value="{{ fields.email }}"></label></p>
  <p><label>Phone <input name="phone" value="{{ fields.phone }}"></label></p>
  <fieldset><legend>Permissions</legend>
    <p><label><input type="checkbox" name="messaging"{{ " checked" if fields.messaging }}> Messaging</label></p>
    <p><label><input type="checkbox" name="bulk"{{ " checked" if fields.bulk }}> Bulk Messaging</label></p>
  </fieldset>
  <button>Save</button>
</form>"""

_SHELL = """<div id="stage"></div>
<template id="sign-in-page">{{ sign_in }}</template>
<template id="frame">{{ frame }}</template>
<template id="record-form">{{ record }}</template>"""

PHONE_PROBLEM = "The phone number is not in the form (555) 555-0100."
SERVICE_WORKER = """
self.addEventListener('install', () => self.skipWaiting());
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));
self.addEventListener('fetch', (event) => {
  if (!new URL(event.request.url).pathname.startsWith('/user/')) return;
  event.respondWith(caches.open('records').then(async (store) => {
    const kept = await store.match(event.request.url);
    if (kept) return kept;
    const answer = await fetch(event.request);
    if (answer.ok) store.put(event.request.url, answer.clone());
    return answer;
  }));
});
"""


class Pages:
    """The pages of one portal."""

    def __init__(self, quirks: Quirks) -> None:
        self.quirks = quirks

    def sign_in(self, problem: str = "") -> str:
        return self._page(_part(_SIGN_IN, problem=problem))

    def home(self, practice: str) -> str:
        return self._framed("<h1>Practice Portal Dashboard</h1>", practice)

    def people(self, which: str, members: Iterable[Member], practice: str) -> str:
        return self._framed(self.rows(which, members), practice)

    def rows(self, which: str, members: Iterable[Member]) -> str:
        """A list without the page around it."""
        return _part(_LIST, caption=LISTS[which], members=members, opens=self.quirks.opens)

    def record(self, member: Member) -> str:
        return self._framed(self._form(member.id, member.name, member.shown), member.practice)

    def problem(self, said: str, practice: str) -> str:
        return self._framed(_part("<p>{{ said }}</p>", said=said), practice)

    def shell(self) -> str:
        """The one page of a portal whose scripts draw the rest."""
        parts = {"sign_in": _part(_SIGN_IN), "frame": _frame("", ""), "record": self._form("", "", Fields("", ""))}
        return self._page(_part(_SHELL, **{name: _safe(part) for name, part in parts.items()}))

    def _form(self, key: int | str, name: str, fields: Fields) -> str:
        return _part(_RECORD, id=key, name=name, fields=fields, named=not self.quirks.record_in_session)

    def _framed(self, main: str, practice: str) -> str:
        return self._page(_frame(main, practice))

    def _page(self, body: str) -> str:
        return _part(_PAGE, body=_safe(body), behavior={**asdict(self.quirks), "scripted": self.quirks.scripted})


def _frame(main: str, practice: str) -> str:
    return _part(_FRAME, main=_safe(main), practice=practice, practices=PRACTICES, lists=LISTS)


def _part(template: str, **values: Any) -> str:
    return render_template_string(template, **values)


def _safe(part: str) -> Markup:
    """A part that is a page's markup already."""
    return Markup(part)

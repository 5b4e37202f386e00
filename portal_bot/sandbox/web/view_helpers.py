"""What the views of both layouts need: the session, the practice, the record asked for, and refusals."""

from __future__ import annotations

import hmac
from typing import Any, cast
from urllib.parse import quote, urlsplit

from flask import Response, abort, current_app, g, jsonify, make_response, redirect, render_template, request

from ..office.people import Place, Record, RoleRow
from ..sessions import Session
from ..site import site
from .layout import Layout

NO_STORE = "no-store"


def layout() -> Layout:
    """The layout of this sandbox."""
    return cast(Layout, current_app.extensions["layout"])


def kind() -> str:
    """What the request is for, in the words that both layouts use; empty for an unknown address."""
    return (request.endpoint or "").rpartition(".")[2]


def wants_data() -> bool:
    """Whether a script asks, not a person."""
    prefix = layout().data_prefix
    return prefix is not None and request.path.startswith(prefix)


def session() -> Session:
    """The session of this request; a new, anonymous one where there is none yet."""
    if g.session is None:
        g.session = site().sessions.start()
    return cast(Session, g.session)


def practice() -> Place:
    """The practice that the session is in."""
    place = site().office.practice(session().practice)
    assert place
    return place


def record_or_404(member: int, list_name: str | None = None) -> Record:
    """A person's record, if it is of the session's practice (and of this list)."""
    found = site().office.record(practice().id, member)
    if found is None or (list_name and found.list_name != list_name):
        abort(404)
    return site().faults.record(found)


def role_or_404(number: int) -> RoleRow:
    """A role, if it is of the session's practice."""
    found = site().office.role(practice().id, number)
    if found is None:
        abort(404)
    return found


def safe_return(address: str) -> str:
    """The address to go to after sign-in: only ever one of our own."""
    parts = urlsplit(address)
    own = address.startswith("/") and not address.startswith(("//", "/\\")) and not parts.netloc
    return address if own else layout().home


def to_sign_in() -> Response:
    """Somebody who is not signed in goes to the sign-in page and comes back to where they were; a script is told so."""
    if wants_data():
        return problem(401, "Signed out", "Your session has ended. Please sign in again.")
    here = request.full_path.rstrip("?") if request.method == "GET" else layout().home
    return cast(Response, redirect(f"{layout().sign_in}?ReturnUrl={quote(here, safe='')}"))


def token_is_right() -> bool:
    """Whether a write carries its session's own token."""
    sent = request.headers.get("X-CSRF-Token") or request.form.get("__RequestVerificationToken") or request.form.get("token") or ""
    return g.session is not None and hmac.compare_digest(sent.encode(), g.session.csrf.encode())


def problem(status: int, title: str, message: str, headers: dict[str, str] | None = None) -> Response:
    """A refusal, as a page or as JSON."""
    body: Any = jsonify(title=title, message=message) if wants_data() else render_template("error.html", title=title, message=message)
    answer = make_response(body, status)
    answer.headers.update(headers or {})
    return answer

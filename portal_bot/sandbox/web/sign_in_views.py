"""Sign-in, the same for both layouts: password, then what else is asked, then the page that was wanted."""

from __future__ import annotations

from typing import cast

from flask import Response, g, redirect, request

from ..sessions import Session
from ..site import site
from . import view_helpers

QUESTION = "What was the name of your first pet?"
ANSWER = "Biscuit"


def submit_password(user_name: str, password: str, return_url: str) -> str:
    """Empty if signed in or on the way to it, else the sentence to show."""
    place = site()
    if refusal := place.faults.refuses_sign_in():
        place.audit.signed_in(user_name, ok=False, why=refusal[0])
        return refusal[1]
    if refused := place.account.check_password(user_name, password):
        return refused
    steps = list(place.faults.sign_in_steps())
    if place.account.totp_secret and "code" not in steps:
        steps.insert(0, "code")
    if g.session:
        place.sessions.end(g.session)
    first = place.office.practices()[0]
    fresh = Session(user=place.account.user_name, practice=first.id, steps=steps, return_url=view_helpers.safe_return(return_url))
    g.session = place.sessions.start(fresh)
    return ""


def onwards() -> Response:
    """Where the sign-in goes next."""
    visit = view_helpers.session()
    address = view_helpers.layout().steps[visit.steps[0]] if visit.steps else visit.return_url or view_helpers.layout().home
    return cast(Response, redirect(address))


def submit_step(step: str) -> str:
    """Empty if the step was passed, else the sentence to show."""
    refused = _STEPS[step]()
    if not refused:
        view_helpers.session().steps.remove(step)
    return refused


def _code() -> str:
    return site().account.check_code(request.form.get("code", ""))


def _question() -> str:
    right = request.form.get("answer", "").strip().casefold() == ANSWER.casefold()
    return "" if right else "That answer is not correct."


def _expired() -> str:
    fresh, again = request.form.get("new_password", ""), request.form.get("confirm_password", "")
    if fresh != again:
        return "The two passwords are not the same."
    if not 8 <= len(fresh) <= 30 or fresh == site().account.password:
        return "Choose a new password of 8 to 30 characters."
    site().account.password = fresh
    return ""


def _terms() -> str:
    return ""


_STEPS = {"code": _code, "question": _question, "expired": _expired, "terms": _terms}


def sign_out() -> None:
    """End the session, if there is one."""
    if g.session is not None:
        if g.session.signed_in:
            site().audit.count("sign_outs")
        site().sessions.end(g.session)
        g.session = None

"""Faults before anybody is signed in."""

from __future__ import annotations

from typing import cast

from flask import Response, redirect, request

from ..office.account import LOCKED
from ..site import site
from ..web import view_helpers
from .base_fault import Fault, is_signed_in


class LockedAccount(Fault):
    name = "locked-account"
    says = "the account is locked, whatever the password"

    def refuses_sign_in(self) -> tuple[str, str] | None:
        return "locked", LOCKED


class CodePage(Fault):
    name = "code-page"
    says = "a one-time code is asked after the password; without totp_secret no code is right"

    def sign_in_steps(self) -> tuple[str, ...]:
        return ("code",)


class SecurityQuestion(Fault):
    name = "security-question"
    says = "a security question is asked after the password"

    def sign_in_steps(self) -> tuple[str, ...]:
        return ("question",)


class ExpiredPassword(Fault):
    name = "expired-password"
    says = "after the password a new one has to be chosen"

    def sign_in_steps(self) -> tuple[str, ...]:
        return ("expired",)


class TermsPage(Fault):
    name = "terms-page"
    says = 'after the password a page "Terms of Use" wants "I Accept"'

    def sign_in_steps(self) -> tuple[str, ...]:
        return ("terms",)


class ForeignLogin(Fault):
    name = "foreign-login"
    says = "whoever is not signed in is sent to a sign-in page of another origin (localhost for 127.0.0.1)"

    def before_request(self, what: str) -> Response | None:
        if _is_foreign():
            return _swallow(what)
        if is_signed_in() or request.method != "GET" or view_helpers.wants_data():
            return None
        return cast(Response, redirect(f"http://{_other_host()}{view_helpers.layout().sign_in}"))


class ForeignForm(Fault):
    name = "foreign-form"
    says = "the sign-in form is posted to another origin (localhost for 127.0.0.1)"

    def before_request(self, what: str) -> Response | None:
        return _swallow(what) if _is_foreign() else None

    def form_target(self) -> str:
        return f"http://{_other_host()}{view_helpers.layout().sign_in}"


def _is_foreign() -> bool:
    """Whether the request came to the other origin."""
    return request.host.partition(":")[0] != site().options.host


def _other_host() -> str:
    host, _, port = request.host.partition(":")
    return f"{'localhost' if host != 'localhost' else '127.0.0.1'}:{port}"


def _swallow(what: str) -> Response | None:
    """The other origin takes any password and lets nobody in; the audit says that it was sent there."""
    if what != "sign_in_submit":
        return None
    user_name = request.form.get("UserName") or request.form.get("email") or ""
    site().audit.signed_in(user_name, ok=False, why="sent to another origin")
    return view_helpers.problem(503, "Service unavailable", "Please try again later.")


KINDS = (LockedAccount, CodePage, SecurityQuestion, ExpiredPassword, TermsPage, ForeignLogin, ForeignForm)

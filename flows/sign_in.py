"""Signing in and out. (Help article, steps 1 and 2: the practice's own URL, then login and password.)

The captions of the boxes are unknown; the map lists the likely ones. The password goes only to the portal's own origin
or to one that the config names, and is sent once: what comes after a refusal is for a person to decide.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from contextlib import suppress
from time import monotonic

from playwright.sync_api import Error

from portal_bot.model.errors import Busy, ControlNotFound, PageError, PortalBotError, PortalError, SignInNeedsPerson, SignInRefused
from portal_bot.portal.controls.control import Found
from portal_bot.portal.page.portal_page import PortalPage

ASKS_AGAIN = 2.0
"""Seconds that an empty password box must stand to count as a refusal. (A page may draw its sign-in form once more while it
goes on to the signed-in user's: a React portal did for 120 ms.)"""
SIGNS_OUT = re.compile(r"(log|sign)[-_]?(out|off)\b", re.I)
"""The address of a request that signs out."""
NEEDS_PERSON = {
    "sign_in.locked": "the account is locked",
    "sign_in.expired": "the password has expired",
    "sign_in.question": "the portal asks a security question",
}


def sign_in(
    portal: PortalPage,
    user_name: str,
    password: str,
    *,
    one_time_code: Callable[[], str] | None = None,
    allowed_origins: Sequence[str] = (),
) -> bool:
    """Opens the portal and signs in. ``one_time_code`` gives the code of this moment, where there is a secret for one.

    Returns whether the document that the password was typed into is gone, so that the page cannot show it any more.

    Raises SignInRefused, SignInNeedsPerson, or PortalError where the password would leave the portal's own origin.
    """
    portal.patiently(lambda: _open(portal))
    with portal.step("Enter the administrator's login and password", article="2"):
        first = portal.first_of("sign_in.user_name", "sign_in.password", "sign_in.signed_in")
        if first and first.control == "sign_in.signed_in":
            portal.signed_in = True
            return True
        mark, typed_in = _type_credentials(portal, first, user_name, password, allowed_origins)
        unanswered = _unanswered(portal, one_time_code, mark)
    # Where the answer was lost the password is not sent again: whether it was taken shows when the portal is opened anew.
    if unanswered and not portal.patiently(lambda: is_signed_in(portal, portal.url)):
        raise unanswered
    portal.signed_in = True
    portal.events.emit("signed-in", worker=portal.worker, user_name=user_name)
    _remember_sign_out(portal)
    return None not in (now := (typed_in, _document(portal))) and now[0] != now[1]


def _document(portal: PortalPage) -> float | None:
    """What tells the document that stands in the page from the one before; ``None`` where it is just being replaced."""
    with suppress(Error):
        return float(portal.page.evaluate("() => performance.timeOrigin"))
    return None


def is_signed_in(portal: PortalPage, address: str) -> bool:
    """Opens an address with a session that was begun elsewhere; whether the portal takes it for signed in."""
    with portal.step("Open the portal with the session that was begun"):
        portal.open(address)
        found = portal.first_of("sign_in.signed_in", "sign_in.password", "sign_in.user_name")
        taken = found is not None and found.control == "sign_in.signed_in"
    if taken:
        _remember_sign_out(portal)
    return taken


def sign_out(portal: PortalPage) -> bool:
    """Signs out as far as the portal lets; never raises. True where the sign-out control was pressed."""
    with suppress(Error, PortalBotError):
        portal.signed_in = False
        ways = [way for way in ("sign_out.button", "sign_out.menu") if portal.has(way)]
        beside = _stands_as_at_home(portal) if portal.at_record else None
        if portal.at_record and beside is None:
            portal.go_home()
            portal.first_of("sign_in.signed_in", timeout=5)
        for _ in range(3):  # a press may be lost on a page that is just being drawn, and a menu may close again
            way, beside = beside or portal.first_of(*ways, timeout=2), None
            portal.settle(most=2)
            if way and way.control == "sign_out.menu":
                portal.click(way)
                way = portal.soon("sign_out.button", seconds=2)
            if (button := way if way and way.rank == 0 else portal.maybe("sign_out.button")) is None:
                continue
            mark = portal.traffic.started
            portal.click(button)
            if portal.until(lambda m=mark: _took_sign_out(portal, m), seconds=3):  # type: ignore[misc]
                portal.events.emit("signed-out", worker=portal.worker)
                return True
    return False


def _what_signs_out(portal: PortalPage) -> tuple[Found | None, str]:
    """The control, if it stands there now, and its place in the page."""
    found = next(filter(None, map(portal.maybe, filter(portal.has, ("sign_out.button", "sign_out.menu")))), None)
    return found, f"{found.control} {found.ask('placeOf', timeout=1)}" if found else ""


def _remember_sign_out(portal: PortalPage) -> None:
    """Keeps in mind where on the first page the control stands that signs out."""
    with suppress(Error):
        portal.signs_out_at = _what_signs_out(portal)[1]


def _stands_as_at_home(portal: PortalPage) -> Found | None:
    """What signs out, if it stands in reach beside an open record, in the very place of the first page. A record itself may have a
    control of that caption for its person's account."""
    found, place = _what_signs_out(portal)
    return found if found and place == portal.signs_out_at and found.ask("aim", {}, timeout=1) else None


def _took_sign_out(portal: PortalPage, mark: int) -> bool:
    """Whether the portal has answered the request of a script that signs out, sent after request number ``mark``, or what signs out is
    gone with nothing under way. Where another page follows, it is waited for if it may have to do with signing out too."""
    if sent := portal.traffic.first_write(mark, SIGNS_OUT):
        if not portal.traffic.write_is_over(sent):
            return False
        if not portal.traffic.is_page(sent) and (portal.traffic.status_of(sent) or 0) // 100 == 2:
            portal.pause(0.02)  # a look at the page itself would wait for the next one
            portal.hear()
            following = portal.traffic.next_page()
            if following is None or (portal.origin(following) == portal.origin() and not SIGNS_OUT.search(following)):
                return True
    if portal.maybe("sign_out.button") is not None:
        return False
    portal.settle(most=2)
    return True


def _open(portal: PortalPage) -> None:
    with portal.step("Open the practice's own Practice Portal", article="1"):
        portal.open(portal.url)


def _type_credentials(
    portal: PortalPage, first: Found | None, user_name: str, password: str, allowed: Sequence[str]
) -> tuple[int, float | None]:  # fmt: skip
    """Types and sends them. The number of the last request before that, and the document that has the password. ``first``: the box that
    stood there first."""
    allowed_origins = {portal.origin(), *allowed}
    if user := first if first and first.control == "sign_in.user_name" else portal.maybe("sign_in.user_name"):
        _stay_home(portal, user, allowed_origins)
        user.locator.fill(user_name)
    if not (box := portal.maybe("sign_in.password")):
        forward = portal.maybe("sign_in.next") or portal.maybe("sign_in.button")
        if forward:
            portal.click(forward)
        elif user:
            user.locator.press("Enter")
    box = box if box and box.rank == 0 else portal.find("sign_in.password")
    _stay_home(portal, box, allowed_origins)
    typed_in = _document(portal)
    box.locator.fill(password)
    button = portal.maybe("sign_in.button")
    _stay_home(portal, box, allowed_origins)
    mark = portal.traffic.started
    if button:
        portal.click(button)
    else:
        box.locator.press("Enter", no_wait_after=True)
    return mark, typed_in


def _stay_home(portal: PortalPage, box: Found, allowed: set[str]) -> None:
    """Stops before anything is typed into a page, or a form, that is not the portal's own."""
    for address in box.ask("formTargets", timeout=portal.patience):
        if portal.origin(address) not in allowed:
            raise PortalError(
                f"The sign-in form belongs to {portal.origin(address)}, not to {portal.origin()}. Nothing was typed and nothing was sent.",
                hint=f"If your portal really signs in there, put `sign_in_origins: [{portal.origin(address)}]` under `portal:`.",
            )


def _unanswered(portal: PortalPage, one_time_code: Callable[[], str] | None, mark: int) -> PageError | None:
    """``None`` once signed in; the error where the portal showed nothing that tells."""
    try:
        _wait_for_answer(portal, one_time_code, mark)
    except (Busy, ControlNotFound) as error:
        return error
    return None


def _wait_for_answer(portal: PortalPage, one_time_code: Callable[[], str] | None, mark: int) -> None:
    """Waits for what the portal makes of it: signed in, refused, or a screen that only a person can deal with.

    ``mark``: the number of the last request before the password was sent.
    """
    code_sent = False
    while True:
        answers = ["sign_in.signed_in", *NEEDS_PERSON, "sign_in.refused"]
        if not code_sent:
            answers.insert(1, "sign_in.code")
        found = portal.finder.first_of([a for a in answers if portal.has(a)], timeout=portal.patience, until=_asked_again(portal, mark))
        if found is None or found.control == "sign_in.refused":
            raise _refusal(found, code_sent)
        if found.control == "sign_in.signed_in":
            return
        if found.control in NEEDS_PERSON:
            raise SignInNeedsPerson(
                f"Cannot sign in: {NEEDS_PERSON[found.control]}. The portal says: {_said(found)}",
                hint="Sign in by hand once and settle it, then run portal-bot again.",
            )
        if one_time_code is None:
            raise SignInNeedsPerson(
                "Cannot sign in: the portal asks for a one-time code, and there is no secret to make one from.",
                hint="Give the authenticator's secret in PORTAL_BOT_TOTP_SECRET, or name its place with portal.totp_from in the config. "
                "Or sign in by hand: `portal-bot login` keeps that session for the runs.",
            )
        mark = portal.traffic.started
        found.locator.fill(one_time_code())
        code_sent = True
        if button := portal.maybe("sign_in.code_button"):
            portal.click(button)
        else:
            found.locator.press("Enter", no_wait_after=True)


def _asked_again(portal: PortalPage, mark: int) -> Callable[[], bool]:
    """Says, asked again and again, whether the portal has answered and stands at an empty password box with nothing under way."""
    since: tuple[float, int] | None = None

    def stands() -> bool:
        answered = portal.traffic.first_write(mark, None)
        if answered is None or not portal.traffic.write_is_over(answered) or portal.traffic.reads_open(3.0):
            return False
        box = portal.maybe("sign_in.password")
        with suppress(Error):  # the box may go between the two looks
            return box is not None and not box.locator.input_value(timeout=1000)
        return False

    def asked_again() -> bool:
        nonlocal since
        if not stands():
            since = None
        elif since is None or since[1] != portal.traffic.started:
            since = (monotonic(), portal.traffic.started)
        return since is not None and monotonic() - since[0] > ASKS_AGAIN

    return asked_again


def _refusal(found: Found | None, code_sent: bool) -> PortalError:
    said = f" The portal says: {_said(found)}" if found else ""
    if code_sent:
        return SignInNeedsPerson(
            f"The portal took the password and refused the one-time code.{said}",
            hint="Check that the secret belongs to this account and that the clock of this computer is right.",
        )
    return SignInRefused(
        f"The portal refused the user name or password.{said}",
        hint="It was sent once and is not tried again, since accounts lock. Sign in by hand to see which is right.",
    )


def _said(found: Found) -> str:
    with suppress(Error):
        return " ".join(found.locator.inner_text(timeout=1000).split())[:200]
    return "(no words)"

"""Taking a look: the one place here that touches Playwright."""

from __future__ import annotations

from playwright.sync_api import Error, Frame, Page

from portal_bot.portal.look.node import Look
from portal_bot.portal.look.parse import parse

PASSWORD_NAMES = r"pass ?-?_?(word|phrase|code)|\bpwd\b|passwd"  # noqa: S105 - what such a box is called
"""What a password box is called in its own attributes and labels, for one that "show" has turned into a text box."""

_HOLDS_FILLED = """(names) => {
  const secret = new RegExp(names, 'i');
  const called = (e) => [e.name, e.id, e.autocomplete, e.placeholder, e.ariaLabel, ...[...(e.labels || [])].map((l) => l.innerText)]
    .some((said) => said && secret.test(said.replace(/([a-z])([A-Z])/g, '$1 $2')));
  const isFilled = (e) => e.value !== '' || e.matches(':autofill');
  const pressed = ['checkbox', 'radio', 'button', 'submit', 'image', 'hidden', 'reset', 'file'];
  const typed = (e) => e.tagName === 'INPUT' && !pressed.includes(e.type);
  const holds = (root) => [...root.querySelectorAll('*')].some((e) =>
    (typed(e) && isFilled(e) && (e.type === 'password' || called(e))) || (e.shadowRoot && holds(e.shadowRoot)));
  return holds(document);
}"""


class SecretOnPage(Exception):
    """A password is in a box of the page: a look would print it, so none is taken."""


def take_look(page: Page, *, signed_in: bool, password_names: str = PASSWORD_NAMES, timeout: float = 10.0) -> Look:
    """Everything the page shows now, in one call.

    ``signed_in``: whether the page is known to belong to somebody who is signed in. If not, the page is asked first whether a
    filled password box is on it, and ``SecretOnPage`` is raised where one is. ``timeout`` in seconds.
    """
    return parse(snapshot(page, signed_in=signed_in, password_names=password_names, timeout=timeout))


def snapshot(page: Page, *, signed_in: bool, password_names: str = PASSWORD_NAMES, timeout: float = 10.0) -> str:
    """The text of a look, for those who keep it."""
    if not signed_in and filled_password_box(page, password_names):
        raise SecretOnPage("a password is in a box of the page")
    return page.aria_snapshot(mode="ai", boxes=True, timeout=timeout * 1000)


def filled_password_box(page: Page, password_names: str = PASSWORD_NAMES) -> bool:
    """Whether a filled password box is anywhere on the page: in a frame, in a shadow root, filled by the browser, shown as text.

    ``password_names``: a regular expression of what such a box is called, for a box that was turned into a text box. A frame that
    does not answer may hold one.
    """
    return any(_holds_secret(frame, password_names) for frame in page.frames)


def _holds_secret(frame: Frame, password_names: str) -> bool:
    try:
        return bool(frame.evaluate(_HOLDS_FILLED, password_names))
    except Error:
        return not frame.is_detached()

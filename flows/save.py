"""Save: its button, the press, and when it is over. (Help article, step 8.)"""

from __future__ import annotations

import re
from dataclasses import dataclass
from time import monotonic

from playwright.sync_api import Dialog

from portal_bot.portal.controls.control import Found
from portal_bot.portal.page.portal_page import PortalPage

NO_WRITE = 2.0
"""Seconds after Save in which a write must have started."""
WRITES_REST = 0.3
"""Seconds without an open write after which Save is over."""
PLAIN_QUESTION = re.compile(
    r"^\W*((do you (really )?want to|are you sure( that)? you want to|would you like to) )?(save|apply|update|confirm)\b[^.!]{0,60}\?\W*$",
    re.I,
)
"""A question on Save that only asks whether to save; it is answered Yes. Any other needs `save.confirm` in the map."""


def find_save(portal: PortalPage, box: Found) -> Found:
    """The Save button of the record that holds the box; elsewhere on the page only where there is none."""
    for ancestor, there in box.ask("holders", timeout=portal.patience).items():
        if not there:
            continue
        holder = box.at(box.locator.locator(f"xpath=ancestor::{ancestor}[1]"))
        found = portal.finder.at_once("save.button", root=holder, aim={}) or portal.maybe("save.button", root=holder)
        if found and found.rank == 0:
            portal.finder.believe(found)
            return found
    return portal.finder.at_once("save.button", aim={}) or portal.find("save.button")


@dataclass(frozen=True)
class SaveAnswer:
    """How the portal answered Save. The proof is reading again, not this."""

    said: str = ""
    """What the page showed or asked, if it was anything but plain consent."""
    status: int | None = None
    """The HTTP status of the request that Save sent; ``None`` where none was seen or answered."""
    retry_after: float | None = None
    """Seconds that a busy portal asks for."""

    @property
    def is_error(self) -> bool:
        return self.status is not None and self.status >= 400

    @property
    def is_busy(self) -> bool:
        """Whether the portal asked for another try (RFC 9110: 429, 503)."""
        return self.status in (429, 503)


def save(portal: PortalPage, button: Found) -> SaveAnswer | None:
    """Presses Save and waits until the portal has answered and nothing more is being written.

    ``None`` where something came up over the button, so that it was not pressed.
    """
    said: list[str] = []
    address = portal.page.url
    pattern = portal.map.save.request
    wanted = re.compile(pattern[1:-1], re.IGNORECASE) if pattern else None
    portal.answer_dialog = lambda dialog: _answer(portal, dialog, said)
    mark = portal.traffic.started
    if not portal.click_unless_covered(button):
        return None
    finished = wait_for_write(portal, after=mark, address=address, pattern=wanted)
    portal.answer_dialog = lambda _dialog: False
    if refused := portal.maybe("save.refused"):
        said.append(" ".join(refused.locator.inner_text(timeout=1000).split())[:200])
    return _answered(portal, portal.traffic.first_write(mark, wanted), finished, said)


def save_on_tick(portal: PortalPage, mark: int) -> SaveAnswer:
    """How a portal that saves each tick at once has answered the first write after request number ``mark``."""
    finished = wait_for_write(portal, after=mark)
    return _answered(portal, portal.traffic.first_write(mark, None), finished, [])


def _answered(portal: PortalPage, number: int | None, finished: bool, said: list[str]) -> SaveAnswer:
    status = portal.traffic.status_of(number) if number else None
    if status and status >= 400:
        said.append(f"the portal answered {status} to Save")
    if not finished:
        said.append("the portal did not answer Save in time")
    portal.save_led_to_page = finished and number is not None and portal.traffic.is_page(number)
    return SaveAnswer("; ".join(said), status, portal.traffic.retry_after(number) if number else None)


def wait_for_write(
    portal: PortalPage, *, after: int | None = None, address: str | None = None, pattern: re.Pattern[str] | None = None
) -> bool:
    """Until the first write after request number ``after`` is answered and no write is open for 300 ms, or the page says so.

    True where it is over; also where no write starts within 2 s: then the fresh load decides. (Loading it straight after
    the click lost a save that the page sends with a delay.)
    """
    mark = portal.traffic.started if after is None else after
    started = monotonic()

    def over() -> bool:
        number = portal.traffic.first_write(mark, pattern)
        if number is None:
            return monotonic() - started > NO_WRITE
        quiet = portal.traffic.writes_quiet_for() if portal.traffic.write_is_over(number) else 0.0
        if quiet == 0 or quiet > WRITES_REST:
            return quiet > 0
        return (address is not None and portal.page.url != address) or portal.maybe("save.done") is not None

    return portal.until(over, seconds=portal.patience * 2, every=0.03, rests=0)


def _answer(portal: PortalPage, dialog: Dialog, said: list[str]) -> bool:
    told = portal.map.save.confirm
    yes = told == "accept" or (told is None and bool(PLAIN_QUESTION.match(dialog.message.strip())))
    if not yes:
        said.append(f'Save asked "{dialog.message}" and was answered No (save.confirm in the map says how to answer)')
    return yes

"""Save: its button, the press, and when it is over. (Help article, step 8.)"""

from __future__ import annotations

import re
from enum import Enum, auto
from time import monotonic

from playwright.sync_api import Dialog

from portal_bot.page import Found, Portal

NO_WRITE = 2.0
"""Seconds after Save in which a write must have started."""
WRITES_REST = 0.3
"""Seconds without an open write after which Save is over."""
PLAIN_QUESTION = re.compile(
    r"^\W*((do you (really )?want to|are you sure( that)? you want to|would you like to) )?(save|apply|update|confirm)\b[^.!]{0,60}\?\W*$",
    re.I,
)
"""A question on Save that only asks whether to save; it is answered Yes. Any other needs `save.confirm` in the map."""


def find_save(portal: Portal, box: Found) -> Found:
    """The Save button of the record that holds the box; elsewhere on the page only where there is none."""
    for ancestor, there in box.ask("holders", timeout=portal.patience).items():
        holder = box.locator.locator(f"xpath=ancestor::{ancestor}[1]")
        if there and (found := portal.maybe("save.button", root=box.at(holder))) and found.rank == 0:
            return found
    return portal.find("save.button")


def save(portal: Portal, button: Found) -> str | None:
    """Presses Save and waits until the portal has answered and nothing more is being written.

    Returns what the portal said, if it said something; the proof is reading again, not this. ``None`` where something
    came up over the button, so that it was not pressed.
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
    if finished is not Answer.SAID_DONE and (refused := portal.maybe("save.refused")):
        said.append(" ".join(refused.locator.inner_text(timeout=1000).split())[:200])
    number = portal.traffic.first_write(mark, wanted)
    status = portal.traffic.status_of(number) if number else None
    if status and status >= 400:
        said.append(f"the portal answered {status} to Save")
    if finished is Answer.LATE:
        said.append("the portal did not answer Save in time")
    return "; ".join(said)


class Answer(Enum):
    """How the portal has answered Save, as far as can be seen."""

    SAID_DONE = auto()
    """The write was answered, and the page says that it worked."""
    OVER = auto()
    """Nothing more is being written; or nothing was."""
    LATE = auto()


def wait_for_write(
    portal: Portal, *, after: int | None = None, address: str | None = None, pattern: re.Pattern[str] | None = None
) -> Answer:
    """Until the first write after request number ``after`` is answered and no write is open for 300 ms, or the page says so.

    It is over, too, where no write starts within 2 s: then the fresh load decides. (Loading it straight after the click lost a save
    that the page sends with a delay.)
    """
    mark = portal.traffic.started if after is None else after
    started = monotonic()
    done = False

    def over() -> bool:
        nonlocal done
        number = portal.traffic.first_write(mark, pattern)
        if number is None:
            return monotonic() - started > NO_WRITE
        quiet = portal.traffic.writes_quiet_for() if portal.traffic.write_is_over(number) else 0.0
        if quiet == 0 or quiet > WRITES_REST:
            return quiet > 0
        if address is not None and portal.page.url != address:
            return True
        done = portal.maybe("save.done") is not None
        return done

    if not portal.until(over, seconds=portal.patience * 2, every=0.03):
        return Answer.LATE
    return Answer.SAID_DONE if done else Answer.OVER


def _answer(portal: Portal, dialog: Dialog, said: list[str]) -> bool:
    told = portal.map.save.confirm
    yes = told == "accept" or (told is None and bool(PLAIN_QUESTION.match(dialog.message.strip())))
    if not yes:
        said.append(f'Save asked "{dialog.message}" and was answered No (save.confirm in the map says how to answer)')
    return yes

"""Promises about the way the bot goes, and that the portal's traps are real: who works in one window falls into them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from portal_bot.model.exit_codes import Exit
from tests.helpers.robot import Robot, outcomes

from .office import JUNE, LAKESIDE, NORA, RUTH, TOMAS, VICTOR, Event
from .portal import QuirkyPortal
from .quirks import Leaving, Quirks

THREE = (NORA, TOMAS, JUNE)
BY_ADDRESS = "record: {by_address: true}"
Start = Callable[[Quirks], QuirkyPortal]
BotOn = Callable[..., Robot]


def came_from(log: list[Event]) -> list[str]:
    """For each press of Save: ``list`` where a list was asked for since the Save before and before this record; else ``open``."""
    ways, since = [], 0
    for i, event in enumerate(log):
        if event.what == "save":
            opened = max(n for n in range(since, i) if log[n].what == "open" and log[n].on == event.on)
            ways.append("list" if any(each.what == "list" for each in log[since:opened]) else "open")
            since = i + 1
    return ways


def test_a_record_that_is_saved_is_reached_through_the_list(start_portal: Start, bot_on: BotOn) -> None:
    """The list is asked for between two records, also where Save leads back to the record; none is asked for ahead."""
    portal = start_portal(Quirks(after_save="record"))
    report = bot_on(portal).apply(portal.office.config(THREE))
    assert (report.exit, portal.office.has_messaging()) == (Exit.OK, set(THREE))
    log = portal.office.audit.log
    assert came_from(log) == ["list"] * 3
    assert not [event for event in log if event.what == "ahead"]


@pytest.mark.full
def test_the_map_turns_the_shortcut_on(start_portal: Start, bot_on: BotOn) -> None:
    """With ``record: {by_address: true}`` the list is not asked for between two records, and the same people are granted."""
    portal = start_portal(Quirks(after_save="record"))
    report = bot_on(portal, own_map=BY_ADDRESS).apply(portal.office.config(THREE))
    assert (report.exit, portal.office.has_messaging()) == (Exit.OK, set(THREE))
    assert came_from(portal.office.audit.log)[-1] == "open"


def test_only_the_first_change_on_an_account_is_watched_by_its_neighbors(start_portal: Start, bot_on: BotOn) -> None:
    """The first run reads the record next to the changed one. The next run knows of a change that went well, and reads nobody else's."""
    portal = start_portal(Quirks())
    bot, office = bot_on(portal), portal.office
    assert outcomes(bot.apply(office.config([NORA]))) == [(NORA, "granted")]
    assert {event.on for event in office.audit.log if event.what == "open"} == {NORA, TOMAS}
    office.audit.log.clear()
    assert outcomes(bot.apply(office.config([VICTOR]))) == [(VICTOR, "granted")]
    assert {event.on for event in office.audit.log if event.what == "open"} == {VICTOR}
    assert not office.strays({NORA, VICTOR})


@pytest.mark.full
@pytest.mark.parametrize("by", ["beacon", "keepalive"])
@pytest.mark.parametrize("delay", [0.5, 2])
def test_a_request_that_takes_effect_late_harms_one_record_at_most(start_portal: Start, bot_on: BotOn, delay: float, by: str) -> None:
    """No page can see when the server heeds what was sent on leaving. So: who is granted has it; the first record that is
    overwritten ends the run, and the error names it; where none is, everybody is granted."""
    leaving = Leaving(by=by, delay=delay, late="effect")  # type: ignore[arg-type]
    portal = start_portal(Quirks(record_in_session=True, leaving=leaving))
    office = portal.office
    report = bot_on(portal).apply(office.config(THREE))
    granted = {name for name, outcome in outcomes(report) if outcome == "granted"}
    assert granted <= office.has_messaging()
    harmed = {stray.partition(":")[0] for stray in office.strays(set(THREE))}
    if not harmed:
        assert (report.exit, granted) == (Exit.OK, set(THREE))
        return
    assert report.exit is Exit.PORTAL
    assert len(harmed) == 1
    assert harmed.pop() in str(report.error)


# -- the traps are real ------------------------------------------------------------------------------------------------


def signed_in(portal: QuirkyPortal, context: BrowserContext) -> Page:
    page = context.new_page()
    page.goto(portal.url)
    page.get_by_label("User Name").fill(portal.user_name)
    page.get_by_label("Password").fill(portal.password)
    page.get_by_role("button", name="Log In").click()
    page.get_by_role("heading", name="Practice Portal Dashboard").wait_for()
    return page


def is_ticked(page: Page) -> bool:
    return page.get_by_role("checkbox", name="Messaging", exact=True).is_checked()


def test_a_service_worker_shows_the_record_as_it_was(start_portal: Start, browser: Browser) -> None:
    portal = start_portal(Quirks(service_worker=True))
    with browser.new_context() as context:
        page = signed_in(portal, context)
        page.evaluate("() => navigator.serviceWorker.ready.then(() => undefined)")
        page.goto(f"{portal.url}user/1")
        page.get_by_role("checkbox", name="Messaging", exact=True).check()
        page.get_by_role("button", name="Save").click()
        page.get_by_role("heading", name="Staff Members").wait_for()
        page.goto(f"{portal.url}user/1")
        assert (portal.office.has_messaging(), is_ticked(page)) == ({NORA}, False)


def test_a_refresh_token_that_comes_twice_ends_the_sign_in(start_portal: Start, browser: Browser) -> None:
    """Also in the window that has the good one."""
    portal = start_portal(Quirks(token="rotating"))
    with browser.new_context() as context:
        page = signed_in(portal, context)
        handed_over = context.storage_state()
        page.reload()
        page.get_by_role("link", name="Sign Out").wait_for()
        with browser.new_context(storage_state=handed_over) as other:
            late = other.new_page()
            late.goto(portal.url)
            late.get_by_role("button", name="Log In").wait_for()
        page.reload()
        page.get_by_role("button", name="Log In").wait_for()


@pytest.mark.parametrize("how", ["header", pytest.param("query", marks=pytest.mark.full)])
def test_another_tab_is_in_the_first_practice(start_portal: Start, browser: Browser, how: str) -> None:
    portal = start_portal(Quirks(practice=how))  # type: ignore[arg-type]
    with browser.new_context() as context:
        page = signed_in(portal, context)
        page.get_by_label("Practice").select_option(LAKESIDE)
        page.get_by_role("link", name="Staff Members").click()
        page.get_by_role("link", name=RUTH).wait_for()
        other = context.new_page()
        other.goto(f"{portal.url}list/staff")
        other.get_by_role("link", name=NORA).wait_for()


@pytest.mark.parametrize(
    "leaving",
    [
        Leaving(),
        pytest.param(Leaving(by="keepalive"), marks=pytest.mark.full),
        pytest.param(Leaving(event="unload"), marks=pytest.mark.full),
        pytest.param(Leaving(event="visibilitychange"), marks=pytest.mark.full),
    ],
    ids=lambda leaving: f"{leaving.by} on {leaving.event}",
)
def test_a_page_that_is_left_makes_its_record_the_open_one(start_portal: Start, browser: Browser, leaving: Leaving) -> None:
    """A jump from record to record saves into the one before."""
    portal = start_portal(Quirks(record_in_session=True, leaving=leaving))
    with browser.new_context() as context:
        page = signed_in(portal, context)
        page.goto(f"{portal.url}user/1")
        page.goto(f"{portal.url}user/2")
        page.get_by_role("button", name="Save").click()
        page.get_by_role("heading", name="Staff Members").wait_for()
    assert portal.office.strays(set()) == [f"{NORA}: email", f"{NORA}: phone"]

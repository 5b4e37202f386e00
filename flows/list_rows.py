"""The rows of a list as they stand on the page: read, paged through, filtered by location, searched.

Columns, paging and search box of the real portal's lists are unknown; the map says what differs, and the rest is found by
what rows of people have in common.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from time import monotonic
from typing import Any

from playwright.sync_api import Error, Locator

from flows.practice import choose_entry
from portal_bot.model.entities import ListName
from portal_bot.model.errors import ControlNotFound, PageError, PracticeMissing
from portal_bot.model.name_matching import same_text
from portal_bot.portal.controls.control import Found
from portal_bot.portal.controls.locators import locate
from portal_bot.portal.dom.page_script import in_frame, on_elements
from portal_bot.portal.identity.row_fields import RowFields, row_fields
from portal_bot.portal.page.portal_page import PortalPage

MOST_PAGES = 2000
"""Pages after which a list is taken to go round in circles."""
EMPTY_STANDS = 1.5
"""Seconds for which a list must show nobody before it is taken for empty. (Ant Design's tables say "No data" before they ask.)"""
EMPTY_AGAIN = 0.3
"""The same for a list that has been read before, after another location or page of it was asked for."""
BETWEEN_LOOKS = 0.02
"""Seconds between two looks at a list that must be alike."""

Rows = list[RowFields | None]
"""What each row says; ``None`` keeps the place of a row that names nobody."""


def row_locators(portal: PortalPage, which: ListName) -> list[Locator]:
    """The rows that the map names, or those that look like a list of people; one locator for each frame that has some."""
    if portal.has("list.row"):
        found = []
        for frame in portal.page.frames:
            for candidate in portal.map.list.row:
                locator = locate(frame, candidate, {})
                if locator.filter(visible=True).count():
                    found.append(locator)
                    break
        return found
    return [locator for locator, _ in _guessed(portal, which)]


def _guessed(portal: PortalPage, which: ListName) -> list[tuple[Locator, Rows]]:
    """Of each frame that has what looks like rows of people: these rows, and what they say."""
    found = []
    for frame in portal.page.frames:
        with suppress(Error):
            if guess := in_frame(frame, "guessedRows", _asked(portal)):
                portal.learned.rows[which] = guess["selector"]
                locator = frame.locator(guess["selector"])
                found.append((locator, fields_of(portal, locator) if guess["rows"] is None else _fields(portal, guess["rows"])))
    return found


def read_rows(portal: PortalPage, which: ListName) -> Rows:
    """What the rows say that stand on the page now. ``None`` keeps the place of a row that names nobody."""
    if portal.has("list.row"):
        read: list[Rows] = []
        for locator in row_locators(portal, which):
            with suppress(Error):
                read.append(fields_of(portal, locator))
    else:
        read = [rows for _, rows in _guessed(portal, which)]
    return max(filter(any, read), key=lambda rows: sum(row is not None for row in rows), default=[])


def fields_of(portal: PortalPage, rows: Locator) -> Rows:
    """What each of some rows says."""
    return _fields(portal, on_elements(rows, "rows", _asked(portal)))


def _asked(portal: PortalPage) -> dict[str, str | None]:
    told = portal.map.list
    return {"name": told.name.css, "email": told.email.css, "location": told.location.css}


def _fields(portal: PortalPage, read: list[Any]) -> Rows:
    return [row_fields(row, portal.map.list) if row else None for row in read]


def signature(rows: Rows) -> tuple[object, ...]:
    return tuple((row.name, row.email, row.address) if row else None for row in rows)


def wait_for_rows(portal: PortalPage, which: ListName, *, seen_before: tuple[object, ...] | None) -> None:
    """Until the list stands still: no read is open and two looks in a row are alike, and not what stood there before."""
    still = _Still(portal, EMPTY_STANDS)

    def stands() -> bool:
        now = signature(read_rows(portal, which))
        alike = still.now(now)
        if not any(now) and not portal.maybe("list.empty"):
            return False
        if seen_before and now == seen_before and not heading_stands(portal, which):
            return False
        return alike

    if not portal.until(stands, every=0.02):
        heading = "its heading is there" if heading_stands(portal, which) else "its heading is not there either"
        captions = ", ".join(f'"{caption}"' for caption in portal.finder.captions()[:15])
        raise ControlNotFound(
            f"The list {which.caption} shows no rows ({heading}). On the page: {captions}.",
            hint="Say in your map under list: what a row is (row:), or what the portal says of an empty list (empty:).",
        )


def heading_stands(portal: PortalPage, which: ListName) -> bool:
    return portal.maybe("list.heading", list=portal.map.captions.get(which.value, which.caption)) is not None


# -- locations, pages --------------------------------------------------------------------------------------------------


def locations(portal: PortalPage, which: ListName) -> Iterator[tuple[str | None, Rows | None]]:
    """Chooses each entry of the Locations drop-down in turn; one that stands for all of them is enough. ``None``: no drop-down.

    With each the rows that it has brought, if they were read.
    """
    chooser = portal.maybe("list.locations")
    if chooser is None:
        yield None, None
        return
    entries = _entries(portal, chooser)
    everything = [entry for entry in entries if entry.casefold().split()[:1] in (["all"], ["any"], ["(all)"], ["-all-"])]
    for entry in everything[:1] or entries:
        rows, chooser = choose_location(portal, which, entry, chooser), None
        yield None if everything else entry, rows


def _entries(portal: PortalPage, chooser: Found) -> list[str]:
    state = portal.choice(chooser)
    if state["native"]:
        return [option for option in state["options"] if option and not option.startswith(("--", "Select ", "Choose "))]
    portal.click(chooser)
    portal.until(lambda: bool(portal.finder.every("list.location_entry")), seconds=3)
    entries = [str(text) for found in portal.finder.every("list.location_entry") for text in on_elements(found.locator, "textsOf")]
    portal.page.keyboard.press("Escape")
    portal.until(lambda: not portal.finder.every("list.location_entry"), seconds=1)
    return list(dict.fromkeys(entry for entry in entries if entry))


def choose_location(portal: PortalPage, which: ListName, entry: str, chooser: Found | None = None) -> Rows | None:
    """Chooses an entry of the Locations drop-down; the rows it has brought, or ``None`` where it was chosen already. ``chooser``: the
    drop-down, if it was just found."""
    chooser = chooser or portal.find("list.locations")
    state = portal.choice(chooser)
    if same_text(str(state["chosen"]), entry):
        return None
    before = signature(read_rows(portal, which))
    mark, address = portal.traffic.started, portal.page.url
    choose_entry(portal, chooser, "list.location_option", entry, state=state, missing=PracticeMissing, location=entry)
    portal.until(
        lambda: portal.traffic.started > mark or portal.page.url != address or signature(read_rows(portal, which)) != before,
        seconds=1,
    )
    portal.settle()
    return stand_still(portal, which)


def stand_still(portal: PortalPage, which: ListName, last: Rows | None = None) -> Rows:
    """The rows once they stand still. An empty page of a list is a page too. ``last``: what they were just now."""
    still = _Still(portal, EMPTY_AGAIN)
    rows: Rows = []
    if last is not None:
        still.now(signature(last))
        portal.wait_for_change(BETWEEN_LOOKS)

    def alike() -> bool:
        rows[:] = read_rows(portal, which)
        return still.now(signature(rows))

    portal.until(alike, every=BETWEEN_LOOKS)
    return rows


class _Still:
    """Whether a list stands still: no read is open and two looks in a row are alike; nobody at all only after a while."""

    def __init__(self, portal: PortalPage, empty_stands: float) -> None:
        self._portal = portal
        self._empty_stands = empty_stands
        self._last: tuple[object, ...] | None = None
        self._since = 0.0

    def now(self, rows: tuple[object, ...]) -> bool:
        if self._portal.traffic.reads_open(3.0) or rows != self._last:
            self._last, self._since = rows, monotonic()
            return False
        return any(rows) or monotonic() - self._since > self._empty_stands


def all_rows(portal: PortalPage, which: ListName, rows: Rows | None = None) -> Iterator[tuple[int, RowFields]]:
    """Every row of the list as it is filtered now, with the page it stands on. ``rows``: those of the first page, if read already."""
    way = portal.map.list.paging
    rows = stand_still(portal, which) if rows is None else rows
    shown: Rows | None = rows
    if may_grow(portal, which):
        longer = load_all(portal, which, rows)
        if len(longer) == sum(row is not None for row in rows):
            portal.learned.all_at_once.add(which)
        rows, shown = longer, None  # which are not the rows as they stand there
    yield from ((1, row) for row in rows if row)
    if way in ("auto", "next"):
        for page in range(2, MOST_PAGES):
            if (turned := turn_page(portal, which, page, shown)) is None:
                return
            shown = rows = stand_still(portal, which, turned)
            yield from ((page, row) for row in rows if row)
        raise PageError(f"The list {which.caption} has no end after {MOST_PAGES} pages.")


def may_grow(portal: PortalPage, which: ListName) -> bool:
    """Whether a list may have more rows to show on this page: "load more", or scrolling on."""
    return portal.map.list.paging in ("auto", "more", "scroll") and which not in portal.learned.all_at_once


def load_all(portal: PortalPage, which: ListName, rows: Rows) -> Rows:
    """Presses "load more" or scrolls on until no more rows come. Rows that scrolled out of the page are kept."""
    way = portal.map.list.paging
    every: dict[object, RowFields] = {(row, i): row for row, i in _numbered(rows)}
    for _ in range(MOST_PAGES):
        before, mark = signature(rows), portal.traffic.started
        more = portal.maybe("list.more") if way != "scroll" else None
        if more and more.locator.is_enabled(timeout=1000):
            portal.click(more)
        elif way == "more" or portal.maybe("list.next"):
            break
        else:
            for locator in row_locators(portal, which):
                on_elements(locator, "scrollOn")
        if not _more_came(portal, which, before, mark, pressed=more is not None):
            break
        rows = stand_still(portal, which)
        every.update({(row, i): row for row, i in _numbered(rows)})
    return list(every.values())


def _more_came(portal: PortalPage, which: ListName, before: tuple[object, ...], mark: int, *, pressed: bool) -> bool:
    """Whether the list has grown. Where nothing was even asked for after scrolling, this was its end."""

    def grown() -> bool:
        return signature(read_rows(portal, which)) != before

    if portal.until(lambda: portal.traffic.started > mark or grown(), seconds=portal.patience if pressed else 0.4):
        return portal.until(grown, seconds=portal.patience if pressed else 2.0)
    return False


def _numbered(rows: Rows) -> list[tuple[RowFields, int]]:
    counts: dict[RowFields, int] = {}
    numbered = []
    for row in rows:
        if row:
            counts[row] = counts.get(row, 0) + 1
            numbered.append((row, counts[row]))
    return numbered


def turn_page(portal: PortalPage, which: ListName, page: int, shown: Rows | None = None) -> Rows | None:
    """Turns to the next page of a list, number ``page``. The rows as they are at once; ``None`` where there is no such page.
    ``shown``: what ``read_rows`` says of this one, if it was just asked."""
    turner = portal.finder.believed("list.next") or portal.maybe("list.next") or portal.maybe("list.page", page=str(page))
    if turner is None or not _can_be_pressed(turner):
        return None
    before, mark = signature(shown or read_rows(portal, which)), portal.traffic.started
    rows: Rows = []

    def changed() -> bool:
        rows[:] = read_rows(portal, which)
        return signature(rows) not in (before, ())

    for _ in range(2):  # a press may be lost on a page that is just being drawn; the end of a list must not depend on it
        portal.click(turner)
        if portal.until(changed, seconds=1):
            if turner.control == "list.next":
                portal.finder.believe(turner)
            return rows
        if portal.traffic.started > mark:
            return rows if portal.until(changed) else None
        again = portal.maybe(turner.control, page=str(page))
        if again is None or not _can_be_pressed(again):
            break
        turner = again
    return None


def _can_be_pressed(found: Found) -> bool:
    return not found.ask("spent", timeout=2)


def search(portal: PortalPage, which: ListName, name: str) -> None:
    """Types a name into the list's search box and waits for what it gives."""
    box = portal.find("list.search")
    before, mark = signature(read_rows(portal, which)), portal.traffic.started
    box.locator.fill(name)
    if button := portal.maybe("list.search_button"):
        portal.click(button)
    else:
        box.locator.press("Enter", no_wait_after=True)
    portal.until(lambda: portal.traffic.started > mark or signature(read_rows(portal, which)) != before, seconds=1)
    portal.settle()
    stand_still(portal, which)

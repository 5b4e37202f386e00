"""User Administration: its two lists, and the way to a record. (Help article, steps 4 to 6.)

A list is read once for each practice: every location that its drop-down offers, every page. What opens a record and
whether a record has an address of its own is unknown; both are found out at the first record.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from urllib.parse import urldefrag

from playwright.sync_api import Error, Locator

from flows.practice import choose_entry
from portal_bot.errors import ControlNotFound, PageError, PracticeMissing, RecordGone
from portal_bot.matching import same_text
from portal_bot.model import ListName, RosterEntry
from portal_bot.page import Found, Portal
from portal_bot.page.scripts import in_frame, on_elements
from portal_bot.roster_rows import RowFields, row_fields

MOST_PAGES = 2000
"""Pages after which a list is taken to go round in circles."""
STANDS_STILL = 2
"""Looks in a row that must be alike before a list is read."""

Rows = list[RowFields | None]


def open_list(portal: Portal, which: ListName) -> None:
    """Opens "User Administration", then the list, and waits until its rows (or the word that it is empty) stand.

    Raises ControlNotFound where the menu lacks the entry: it is simply not there for an account that may not use it.
    """
    control = f"navigation.{which.value}"
    known = portal.learned.list_address.get(which) or portal.map.navigation.addresses.get(which.value)
    if known:
        with portal.step(f"Open {which.caption}", article="5", list=which.value):
            portal.open(known, fresh=True)
            portal.at_record = False
            _wait_for_rows(portal, which, seen_before=None)
        return
    if portal.at_record:
        portal.go_home()
    with portal.step('Click "User Administration"', article="4"):
        entry = _menu_entry(portal, control)
    with portal.step(f'Click "{which.caption}"', article="5", list=which.value):
        before = _signature(_read_rows(portal, which))
        address, mark = portal.page.url, portal.traffic.started
        portal.click(entry)
        portal.until(lambda: portal.page.url != address or portal.traffic.started > mark or _heading(portal, which), seconds=2)
        _wait_for_rows(portal, which, seen_before=None if portal.page.url != address else before)
        if (portal.page.url != address and urldefrag(portal.page.url)[0] != urldefrag(portal.url)[0]) or (
            urldefrag(portal.page.url)[1] and portal.page.url != address
        ):
            portal.learned.list_address[which] = portal.page.url


def _menu_entry(portal: Portal, control: str) -> Found:
    """The list's entry in the menu. "User Administration" opens like an accordion, so it is pressed only where the entry is
    not to be seen, and once more where that closed it."""
    portal.first_of(control, "navigation.user_administration")
    for _ in range(2):
        if portal.maybe(control):
            break
        portal.click(portal.find("navigation.user_administration"))
        portal.until(lambda: portal.maybe(control) is not None, seconds=4)
    return portal.find(control)


def read_roster(portal: Portal, which: ListName) -> tuple[RosterEntry, ...]:
    """Everybody in the open list, whatever location and page they stand on, each once."""
    with portal.step(f"Read the list {which.caption}", article="6", list=which.value):
        found: dict[tuple[object, ...], RosterEntry] = {}
        for place in _locations(portal, which):
            seen: dict[tuple[object, ...], int] = {}
            for page, row in _all_rows(portal, which):
                entry = RosterEntry(which, row.name, row.email, row.location, row.address, page, place)
                kind = (row.name, row.email, row.address) if row.email or row.address else (row.name, row.location or place)
                seen[kind] = seen.get(kind, 0) + 1
                found.setdefault((*kind, seen[kind]), entry)
        return tuple(found.values())


def search_roster(portal: Portal, which: ListName, name: str) -> tuple[RosterEntry, ...]:
    """The rows that the list's search box gives for a name, for lists too long to page through."""
    with portal.step(f"Search the list {which.caption}", article="6", list=which.value):
        _search(portal, which, name)
        return rows_shown(portal, which)


def rows_shown(portal: Portal, which: ListName) -> tuple[RosterEntry, ...]:
    """The people in the rows that stand on the page now, whatever other pages the list has."""
    rows = _read_rows(portal, which)
    return tuple(RosterEntry(which, row.name, row.email, row.location, row.address) for row in rows if row is not None)


def open_record(portal: Portal, entry: RosterEntry, *, fresh: bool = False) -> None:
    """Opens the record of one roster row: by its own address where records have one, else by its row.

    Raises RecordGone where the person is no longer in the list.
    """
    with portal.step(f"Open the record of {entry.name}", article="6", person=entry.name):
        if entry.address and portal.map.record.by_address is not False and portal.learned.by_address.get(entry.list):
            portal.at_record = True
            portal.open(entry.address, fresh=fresh)
            return
        open_list(portal, entry.list)
        row = _row_of(portal, entry)
        before = portal.page.url
        portal.at_record = True
        _press_row(portal, row, entry)
        portal.until(lambda: portal.page.url != before or portal.follow_new_window(), seconds=0.5)
        if portal.map.record.by_address is not False and entry.list not in portal.learned.by_address and entry.address:
            portal.until(lambda: _same_address(portal.page.url, entry.address), seconds=1.0)
            portal.learned.by_address[entry.list] = _same_address(portal.page.url, entry.address)


def _same_address(one: str, other: str | None) -> bool:
    return other is not None and one.rstrip("/") == other.rstrip("/")


# -- rows --------------------------------------------------------------------------------------------------------------


def row_locators(portal: Portal, which: ListName) -> list[Locator]:
    """The rows that the map names, or those that look like a list of people; one locator for each frame that has some."""
    if portal.has("list.row"):
        found = []
        for frame in portal.page.frames:
            from portal_bot.page.finding import locate

            for candidate in portal.map.list.row:
                locator = locate(frame, candidate, {})
                if locator.filter(visible=True).count():
                    found.append(locator)
                    break
        return found
    best: list[Locator] = []
    for frame in portal.page.frames:
        try:
            selector = in_frame(frame, "guessRows")
        except Error:
            continue
        if selector:
            portal.learned.rows[which] = selector
            best.append(frame.locator(selector))
    return best


def _read_rows(portal: Portal, which: ListName) -> Rows:
    """What the rows say that stand on the page now. ``None`` keeps the place of a row that names nobody."""
    best: Rows = []
    for locator in row_locators(portal, which):
        try:
            rows = _fields(portal, locator)
        except Error:
            continue
        if sum(row is not None for row in rows) > sum(row is not None for row in best):
            best = rows
    return best


def _fields(portal: Portal, rows: Locator) -> Rows:
    """What each of some rows says."""
    told = portal.map.list
    read = on_elements(rows, "rows", {"name": told.name.css, "email": told.email.css, "location": told.location.css})
    return [row_fields(row, told) if row else None for row in read]


def _signature(rows: Rows) -> tuple[object, ...]:
    return tuple((row.name, row.email, row.address) if row else None for row in rows)


def _wait_for_rows(portal: Portal, which: ListName, *, seen_before: tuple[object, ...] | None) -> None:
    """Until the list stands still: no read is open and two looks in a row are alike, and not what stood there before."""
    looks: list[tuple[object, ...]] = []

    def stands() -> bool:
        signature = _signature(_read_rows(portal, which))
        quiet = portal.traffic.reads_open(3.0) == 0
        looks.append(signature if quiet else ())
        if not any(signature):
            return bool(portal.maybe("list.empty")) and quiet
        if seen_before and signature == seen_before and not _heading(portal, which):
            return False
        return quiet and len(looks) >= STANDS_STILL and len(set(looks[-STANDS_STILL:])) == 1

    if not portal.until(stands):
        heading = "its heading is there" if _heading(portal, which) else "its heading is not there either"
        captions = ", ".join(f'"{caption}"' for caption in portal.finder.captions()[:15])
        raise ControlNotFound(
            f"The list {which.caption} shows no rows ({heading}). On the page: {captions}.",
            hint="Say in your map under list: what a row is (row:), or what the portal says of an empty list (empty:).",
        )


def _heading(portal: Portal, which: ListName) -> bool:
    return portal.maybe("list.heading", list=portal.map.captions.get(which.value, which.caption)) is not None


# -- locations, pages --------------------------------------------------------------------------------------------------


def _locations(portal: Portal, which: ListName) -> Iterator[str | None]:
    """Chooses each entry of the Locations drop-down in turn; one that stands for all of them is enough. ``None``: no drop-down."""
    chooser = portal.maybe("list.locations")
    if chooser is None:
        yield None
        return
    entries = _entries(portal, chooser)
    everything = [entry for entry in entries if entry.casefold().split()[:1] in (["all"], ["any"], ["(all)"], ["-all-"])]
    for entry in everything[:1] or entries:
        _choose_location(portal, which, entry)
        yield None if everything else entry


def _entries(portal: Portal, chooser: Found) -> list[str]:
    state = portal.choice(chooser)
    if state["native"]:
        return [option for option in state["options"] if option and not option.startswith(("--", "Select ", "Choose "))]
    portal.click(chooser)
    portal.until(lambda: bool(portal.finder.every("list.location_entry")), seconds=3)
    entries = [str(text) for found in portal.finder.every("list.location_entry") for text in on_elements(found.locator, "textsOf")]
    portal.page.keyboard.press("Escape")
    portal.until(lambda: not portal.finder.every("list.location_entry"), seconds=1)
    return list(dict.fromkeys(entry for entry in entries if entry))


def _choose_location(portal: Portal, which: ListName, entry: str) -> None:
    chooser = portal.find("list.locations")
    if same_text(portal.text_of(chooser), entry):
        return
    before = _signature(_read_rows(portal, which))
    mark, address = portal.traffic.started, portal.page.url
    choose_entry(portal, chooser, "list.location_option", entry, missing=PracticeMissing, location=entry)
    portal.until(
        lambda: portal.traffic.started > mark or portal.page.url != address or _signature(_read_rows(portal, which)) != before,
        seconds=1,
    )
    portal.settle()
    _stand_still(portal, which)


def _stand_still(portal: Portal, which: ListName) -> Rows:
    """The rows once two looks in a row are alike. An empty page of a list is a page too."""
    looks: list[Rows] = []

    def alike() -> bool:
        looks.append(_read_rows(portal, which))
        return (
            portal.traffic.reads_open(3.0) == 0
            and len(looks) >= STANDS_STILL
            and len({_signature(rows) for rows in looks[-STANDS_STILL:]}) == 1
        )

    portal.until(alike)
    return looks[-1]


def _all_rows(portal: Portal, which: ListName) -> Iterator[tuple[int, RowFields]]:
    """Every row of the list as it is filtered now, with the page it stands on."""
    way = portal.map.list.paging
    rows = _stand_still(portal, which)
    if way in ("auto", "more", "scroll"):
        rows = _load_all(portal, which, rows)
    yield from ((1, row) for row in rows if row)
    if way in ("auto", "next"):
        for page in range(2, MOST_PAGES):
            if not turn_page(portal, which, page):
                return
            yield from ((page, row) for row in _stand_still(portal, which) if row)
        raise PageError(f"The list {which.caption} has no end after {MOST_PAGES} pages.")


def _load_all(portal: Portal, which: ListName, rows: Rows) -> Rows:
    """Presses "load more" or scrolls on until no more rows come. Rows that scrolled out of the page are kept."""
    way = portal.map.list.paging
    every: dict[object, RowFields] = {(row, i): row for row, i in _numbered(rows)}
    for _ in range(MOST_PAGES):
        before, mark = _signature(rows), portal.traffic.started
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
        rows = _stand_still(portal, which)
        every.update({(row, i): row for row, i in _numbered(rows)})
    return list(every.values())


def _more_came(portal: Portal, which: ListName, before: tuple[object, ...], mark: int, *, pressed: bool) -> bool:
    """Whether the list has grown. Where nothing was even asked for after scrolling, this was its end."""

    def grown() -> bool:
        return _signature(_read_rows(portal, which)) != before

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


def turn_page(portal: Portal, which: ListName, page: int) -> bool:
    """Turns to the next page of a list, number ``page``; false where there is none."""
    turner = portal.maybe("list.next") or portal.maybe("list.page", page=str(page))
    if turner is None or not _can_be_pressed(turner):
        return False
    before, mark = _signature(_read_rows(portal, which)), portal.traffic.started
    portal.click(turner)
    changed: Callable[[], bool] = lambda: _signature(_read_rows(portal, which)) not in (before, ())  # noqa: E731
    if portal.until(changed, seconds=1):
        return True
    return portal.traffic.started > mark and portal.until(changed)


def _can_be_pressed(found: Found) -> bool:
    from portal_bot.page.scripts import on_element

    return not on_element(found.locator, "spent", timeout=2)


# -- to one row --------------------------------------------------------------------------------------------------------


def _row_of(portal: Portal, entry: RosterEntry) -> Locator:
    """The row of an entry in the list that has just been opened."""
    if portal.map.list.use_search:
        _search(portal, entry.list, entry.name)
    elif entry.shown_under:
        _choose_location(portal, entry.list, entry.shown_under)
    page = 1
    while True:
        rows = _stand_still(portal, entry.list)
        if row := _locator_of(portal, entry):
            return row
        grows = portal.map.list.paging in ("auto", "more", "scroll")
        if grows and len(_load_all(portal, entry.list, rows)) > len(rows) and (row := _locator_of(portal, entry)):
            return row
        page += 1
        if not turn_page(portal, entry.list, page):
            raise RecordGone(f"{entry.name} is no longer in the list {entry.list.caption}.")


def _locator_of(portal: Portal, entry: RosterEntry) -> Locator | None:
    """The one row on this page that is the entry; ``None`` where it is not here or not the only one."""
    for locator in row_locators(portal, entry.list):
        places = [i for i, row in enumerate(_fields(portal, locator)) if row and _is_entry(row, entry)]
        if len(places) == 1:
            return locator.nth(places[0])
    return None


def _is_entry(row: RowFields, entry: RosterEntry) -> bool:
    return (row.name, row.email, row.location, row.address) == (entry.name, entry.email, entry.location, entry.address)


def _press_row(portal: Portal, row: Locator, entry: RosterEntry) -> None:
    """Opens the record from its row. The row is read once more, since a list may be drawn anew between look and click."""
    opener = portal.maybe("list.open", root=row, name=entry.name)
    now = _fields(portal, row)
    if not (now and now[0] and _is_entry(now[0], entry)):
        raise PageError(f"The list was drawn anew while the row of {entry.name} was about to be opened.")
    portal.click(opener or row)


def _search(portal: Portal, which: ListName, name: str) -> None:
    box = portal.find("list.search")
    before, mark = _signature(_read_rows(portal, which)), portal.traffic.started
    box.locator.fill(name)
    if button := portal.maybe("list.search_button"):
        portal.click(button)
    else:
        box.locator.press("Enter", no_wait_after=True)
    portal.until(lambda: portal.traffic.started > mark or _signature(_read_rows(portal, which)) != before, seconds=1)
    portal.settle()
    _stand_still(portal, which)

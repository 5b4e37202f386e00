"""User Administration: its two lists, and the way to a record. (Help article, steps 4 to 6.)

A list is read once for each practice: every location that its drop-down offers, every page. What opens a record and
whether a record has an address of its own is unknown; both are found out at the first record.
"""

from __future__ import annotations

from time import monotonic
from urllib.parse import urldefrag

from playwright.sync_api import Locator

from flows.list_rows import (
    all_rows,
    choose_location,
    fields_of,
    heading_stands,
    load_all,
    locations,
    may_grow,
    read_rows,
    row_locators,
    search,
    signature,
    stand_still,
    turn_page,
    wait_for_rows,
)
from portal_bot.model.entities import ListName, RosterEntry
from portal_bot.model.errors import PageError, RecordGone
from portal_bot.portal.controls.control import Found
from portal_bot.portal.identity.row_fields import RowFields
from portal_bot.portal.page.portal_page import PortalPage


def open_list(portal: PortalPage, which: ListName) -> None:
    """Opens "User Administration", then the list, and waits until its rows (or the word that it is empty) stand.

    Raises ControlNotFound where the menu lacks the entry: it is simply not there for an account that may not use it.
    """
    control = f"navigation.{which.value}"
    known = portal.learned.list_address.get(which) or portal.map.navigation.addresses.get(which.value)
    if known and not (portal.lives_in_page or portal.through_menu):
        with portal.step(f"Open {which.caption}", article="5", list=which.value):
            portal.open(known, fresh=True)
            portal.at_record, portal.list_open, portal.list_at_start = False, which, True
            wait_for_rows(portal, which, seen_before=None)
        return
    if portal.at_record or portal.list_open is which:
        portal.go_home()
    with portal.step('Click "User Administration"', article="4"):
        entry = _menu_entry(portal, control)
    with portal.step(f'Click "{which.caption}"', article="5", list=which.value):
        before, address = signature(read_rows(portal, which)), portal.page.url
        _press_entry(portal, which, entry, before)
        wait_for_rows(portal, which, seen_before=None if portal.page.url != address else before)
        if (portal.page.url != address and urldefrag(portal.page.url)[0] != urldefrag(portal.url)[0]) or (
            urldefrag(portal.page.url)[1] and portal.page.url != address
        ):
            portal.learned.list_address[which] = portal.page.url
    portal.at_record, portal.list_at_start = False, True


def return_to_list(portal: PortalPage, which: ListName) -> None:
    """Leaves an open record for the list that it was opened from. A list that Save itself has led to is not loaded again."""
    own_page = portal.learned.list_address.get(which)
    if portal.save_led_to_page and own_page and portal.page.url == own_page:
        with portal.step(f"Back in {which.caption}", article="6", list=which.value):
            wait_for_rows(portal, which, seen_before=None)
        portal.at_record, portal.list_open, portal.list_at_start = False, which, True
        portal.learned.left_at = monotonic()
        return
    open_list(portal, which)


def _press_entry(portal: PortalPage, which: ListName, entry: Found, before: tuple[object, ...]) -> None:
    """Presses the menu entry; once more where neither the list's heading nor other rows than ``before`` came of it.

    A page that is still starting may draw its menu before it listens to it, or go to its own first page after the click. (A
    React portal did both.) Opening a list twice does no harm.
    """
    for _ in range(2):
        portal.settle()
        address, mark = portal.page.url, portal.traffic.started
        portal.click(entry)
        portal.list_open = which
        portal.until(lambda a=address, m=mark: _has_moved(portal, which, a, m), seconds=2)  # type: ignore[misc]
        portal.settle()
        if portal.until(lambda: heading_stands(portal, which) or signature(read_rows(portal, which)) not in (before, ()), seconds=1):
            return
        if not (again := portal.maybe(entry.control)):
            return
        entry = again


def _has_moved(portal: PortalPage, which: ListName, address: str, mark: int) -> bool:
    return portal.page.url != address or portal.traffic.started > mark or heading_stands(portal, which)


def _menu_entry(portal: PortalPage, control: str) -> Found:
    """The list's entry in the menu. "User Administration" opens like an accordion, so it is pressed only where the entry is
    not to be seen, and once more where that closed it."""
    portal.first_of(control, "navigation.user_administration")
    for _ in range(2):
        if portal.maybe(control):
            break
        portal.click(portal.find("navigation.user_administration"))
        portal.soon(control, seconds=4)
    return portal.find(control)


def read_roster(portal: PortalPage, which: ListName) -> tuple[RosterEntry, ...]:
    """Everybody in the open list, whatever location and page they stand on, each once."""
    with portal.step(f"Read the list {which.caption}", article="6", list=which.value):
        found: dict[tuple[object, ...], RosterEntry] = {}
        first_page, portal.list_at_start = portal.page.url, False
        for place, rows in locations(portal, which):
            seen: dict[tuple[object, ...], int] = {}
            for page, row in all_rows(portal, which, rows):
                own_page = portal.page.url if page > 1 and portal.page.url != first_page else None
                entry = RosterEntry(which, row.name, row.email, row.location, row.address, page, place, own_page)
                kind = (row.name, row.email, row.address) if row.email or row.address else (row.name, row.location or place)
                seen[kind] = seen.get(kind, 0) + 1
                found.setdefault((*kind, seen[kind]), entry)
        return tuple(found.values())


def search_roster(portal: PortalPage, which: ListName, name: str) -> tuple[RosterEntry, ...]:
    """The rows that the list's search box gives for a name, for lists too long to page through."""
    with portal.step(f"Search the list {which.caption}", article="6", list=which.value):
        search(portal, which, name)
        return rows_shown(portal, which)


def rows_shown(portal: PortalPage, which: ListName) -> tuple[RosterEntry, ...]:
    """The people in the rows that stand on the page now, whatever other pages the list has."""
    rows = read_rows(portal, which)
    return tuple(RosterEntry(which, row.name, row.email, row.location, row.address) for row in rows if row is not None)


def open_record(portal: PortalPage, entry: RosterEntry, *, fresh: bool = False, to_save: bool = False) -> None:
    """Opens the record of one roster row: by its own address where records have one, else by its row.

    ``to_save``: the record may be saved. A portal may keep the open record in its session, so this one is reached as a person does,
    from the list, unless the map says that the address is safe (``record: by_address: true``).
    ``fresh``: loads it anew, also where this record is open already.

    Raises RecordGone where the person is no longer in the list.
    """
    with portal.step(f"Open the record of {entry.name}", article="6", person=entry.name):
        address = address_of(portal, entry) or (address_of_last(portal, entry) if fresh else None)
        if address and not (portal.lives_in_page or portal.through_menu) and (not to_save or portal.map.record.by_address):
            portal.at_record = True
            portal.open(address, fresh=fresh)
            return
        row = _row_in_open_list(portal, entry) or _row_on_own_page(portal, entry)
        if row is None:
            if portal.at_record or portal.list_open is not entry.list or not portal.list_at_start:
                open_list(portal, entry.list)
            row = _row_of(portal, entry)
        if to_save:
            portal.rest_after_leaving()
        before, mark = portal.page.url, portal.traffic.started
        portal.at_record = True
        _press_row(portal, row, entry)
        portal.until(lambda: portal.page.url != before or portal.traffic.started > mark or portal.follow_new_window(), seconds=0.5)
        if portal.map.record.by_address is not False and entry.list not in portal.learned.by_address and entry.address:
            portal.until(lambda: _same_address(portal.page.url, entry.address), seconds=1.0)
            portal.learned.by_address[entry.list] = _same_address(portal.page.url, entry.address)


def address_of(portal: PortalPage, entry: RosterEntry) -> str | None:
    """The address that opens a record, where it is known that it does."""
    return entry.address if portal.map.record.by_address is not False and portal.learned.by_address.get(entry.list) else None


def address_of_last(portal: PortalPage, entry: RosterEntry) -> str | None:
    """Where the record stood that was opened last, if it is this one's and opens there again."""
    last = portal.learned.last_record
    return last[1] if last and last[0] == entry and portal.learned.opens_again is not False else None


def remember_address(portal: PortalPage, entry: RosterEntry) -> None:
    """Keeps in mind where the record stands that was opened from its row, where that is neither the list nor the first page."""
    here = portal.page.url
    elsewhere = {address.rstrip("/") for address in (portal.home, portal.url, portal.learned.list_address.get(entry.list, "")) if address}
    portal.learned.last_record = None if here.rstrip("/") in elsewhere else (entry, here)


def _same_address(one: str, other: str | None) -> bool:
    return other is not None and one.rstrip("/") == other.rstrip("/")


# -- to one row --------------------------------------------------------------------------------------------------------


def _row_in_open_list(portal: PortalPage, entry: RosterEntry) -> Locator | None:
    """The row of an entry in the list that was just read and still stands open, where that is a matter of one look."""
    if portal.at_record or portal.list_open is not entry.list or portal.map.list.use_search or entry.page > 1:
        return None
    if entry.shown_under:
        choose_location(portal, entry.list, entry.shown_under)
    return _locator_of(portal, entry)


def _row_on_own_page(portal: PortalPage, entry: RosterEntry) -> Locator | None:
    """The row of an entry on the page of the list that it was read on, where that page has an address."""
    if not entry.page_address or entry.shown_under or portal.map.list.use_search or portal.lives_in_page:
        return None
    portal.open(entry.page_address, fresh=True)
    portal.at_record, portal.list_open, portal.list_at_start = False, entry.list, False
    wait_for_rows(portal, entry.list, seen_before=None)
    return _locator_of(portal, entry)


def _row_of(portal: PortalPage, entry: RosterEntry) -> Locator:
    """The row of an entry in the list that has just been opened."""
    portal.list_at_start = False
    if portal.map.list.use_search:
        search(portal, entry.list, entry.name)
    elif entry.shown_under:
        choose_location(portal, entry.list, entry.shown_under)
    page = 1
    if row := _locator_of(portal, entry):  # the list has just stood still
        return row
    while True:
        rows = stand_still(portal, entry.list)
        if row := _locator_of(portal, entry):
            return row
        if may_grow(portal, entry.list) and len(load_all(portal, entry.list, rows)) > len(rows) and (row := _locator_of(portal, entry)):
            return row
        page += 1
        if turn_page(portal, entry.list, page) is None:
            raise RecordGone(f"{entry.name} is no longer in the list {entry.list.caption}.")


def _locator_of(portal: PortalPage, entry: RosterEntry) -> Locator | None:
    """The one row on this page that is the entry; ``None`` where it is not here or not the only one."""
    for locator in row_locators(portal, entry.list):
        places = [i for i, row in enumerate(fields_of(portal, locator)) if row and _is_entry(row, entry)]
        if len(places) == 1:
            return locator.nth(places[0])
    return None


def _is_entry(row: RowFields, entry: RosterEntry) -> bool:
    return (row.name, row.email, row.location, row.address) == (entry.name, entry.email, entry.location, entry.address)


def _press_row(portal: PortalPage, row: Locator, entry: RosterEntry) -> None:
    """Opens the record from its row. The row is read once more, since a list may be drawn anew between look and click."""
    opener = portal.maybe("list.open", root=row, name=entry.name)
    now = fields_of(portal, row)
    if not (now and now[0] and _is_entry(now[0], entry)):
        raise PageError(f"The list was drawn anew while the row of {entry.name} was about to be opened.")
    portal.click(opener or row)

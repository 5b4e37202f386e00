"""The walk from the sign-in page to one record, looking at every control of the map on its way. It ticks and saves nothing.

Doctor and calibrate take the same walk; they differ in who mends a control that was not found: a guess, or a person who
points at it. Mended, the walk goes on with the better map, so that one walk tells of every screen.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flows.list_rows import row_locators
from flows.practice import current_practice, select_practice
from flows.record import find_permission, read_record
from flows.save import find_save
from flows.user_administration import open_list, open_record, rows_shown
from portal_bot.model.entities import Assignment, ListName, RosterEntry
from portal_bot.model.errors import ControlAmbiguous, ControlNotFound, PageError
from portal_bot.model.name_matching import find_person, same_text
from portal_bot.portal.controls.control import Found
from portal_bot.portal.identity.record_identity import who_it_shows
from portal_bot.portal.map.portal_map import is_regex
from portal_bot.portal.page.portal_page import PortalPage
from portal_bot.tasks.setup.findings import Finding, ScreenReport, State
from portal_bot.tasks.setup.probe import PATIENCE, Mender, Probe


@dataclass(frozen=True)
class Route:
    """Where the walk goes: a practice, its people as the config wants them, and the lists that the portal has."""

    practice: str | None
    wanted: tuple[Assignment, ...]
    lists: tuple[ListName, ...]

    @property
    def permissions(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(each.permission for each in self.wanted))

    def needs(self, which: ListName) -> bool:
        return any(each.list is which for each in self.wanted)


class Walk:
    """One walk."""

    def __init__(self, route: Route, mender: Mender, *, pictures: bool) -> None:
        self.probe = Probe(mender, pictures=pictures)
        self.route = route

    # -- the screens, in order -------------------------------------------------------------------------------------

    def sign_in_page(self, portal: PortalPage) -> None:
        """Before anything is typed. Needs a page that stands on nothing yet."""
        self.probe.portal = portal
        portal.patiently(lambda: portal.open(portal.url))
        with self.probe.screen("Sign-in page", covered=False):
            try:
                first = portal.first_of("sign_in.user_name", "sign_in.password", "sign_in.signed_in", timeout=PATIENCE * 2)
            except (ControlNotFound, ControlAmbiguous):
                first = None
            if first and first.control == "sign_in.signed_in":
                self.probe.tell("sign_in.signed_in", State.FOUND, "the portal shows no sign-in page")
                return
            self.probe.look("sign_in.user_name")
            two_pages = portal.maybe("sign_in.password") is None and portal.maybe("sign_in.next") is not None
            self.probe.look("sign_in.next", needed=two_pages)
            if two_pages:
                self.probe.not_here("sign_in.password", "on the next page")
            else:
                self.probe.look("sign_in.password")
            self.probe.look("sign_in.button", needed=False, otherwise="Enter is pressed in the password box")
            for control in ("refused", "locked", "expired", "question", "code", "code_button"):
                self.probe.not_here(f"sign_in.{control}", "shows after the password, if at all")

    def not_signed_in(self, portal: PortalPage) -> None:
        """The page that stands after the password, where nothing on it says that one is signed in."""
        self.probe.portal = portal
        with self.probe.screen("After the password", covered=True):
            self.probe.look("sign_in.signed_in")

    def start_page(self, portal: PortalPage) -> None:
        self.probe.portal = portal
        with self.probe.screen("Start page", covered=True):
            self.probe.look("sign_in.signed_in")
            if not self.probe.look("sign_out.button", needed=False):
                self.probe.look("sign_out.menu", needed=False)
            self._practice()
            self.probe.look("navigation.panel", needed=False, several=True)
            self.probe.look("navigation.user_administration", needed=self._menu_is_closed())
            for key, screen in portal.map.interruptions.items():
                there = portal.maybe(f"interruptions.{key}.press") is not None
                self.probe.tell(
                    f"interruptions.{key}.press", State.FOUND if there else State.NOT_HERE,
                    "stands on the page" if there else "this optional screen did not come", needed=bool(screen.shows),
                )  # fmt: skip

    def list_page(self, which: ListName) -> tuple[RosterEntry, ...]:
        """Opens a list by the menu; the people on its first page."""
        caption = self._caption(which)
        seen = ScreenReport(caption)
        try:
            with self.probe.screen(f"Menu: {caption}", covered=True, needed=False):
                if not self._menu_entry(which):
                    return ()
            with self.probe.screen(caption, covered=False, report=seen):
                return self._list(which)
        except PageError as error:
            if self.probe.screens[-1] is not seen:
                self.probe.screens.append(seen)
            seen.findings.append(Finding("list.row", State.MISSING, error.message, self.route.needs(which)))
            return ()

    def record_page(self, entry: RosterEntry) -> None:
        portal = self.probe.portal
        with self.probe.screen("Record", covered=False):
            try:
                open_record(portal, entry)
            except PageError as error:
                self.probe.tell("list.open", State.MISSING, error.message)
                return
            portal.settle()
            self._await_record()
            self.probe.look("record.tab", needed=False)
            area = self.probe.look("record.permissions", needed=False, otherwise="check boxes are looked for on the whole record")
            self.probe.look("record.expand_all", needed=False, root=area, otherwise="closed groups are opened one by one")
            boxes = [box for name in self.route.permissions if (box := self._permission(name))]
            self._groups(area)
            self._identity(entry, boxes)
            self._save(boxes)

    # -- pieces of them --------------------------------------------------------------------------------------------

    def _practice(self) -> None:
        portal, name = self.probe.portal, self.route.practice
        if name is None:
            self.probe.look("practice.chooser", needed=False)
            return
        if not (portal.has("practice.chooser") or portal.has("practice.current")):
            self.probe.look("practice.chooser")
            return
        places = ("practice.current", "practice.chooser", "practice.named")
        shown = [control for control in places if portal.has(control) and portal.maybe(control, practice=name)]
        for control in places:
            only_chooser = control == "practice.chooser" and not shown
            self.probe.look(control, needed=only_chooser, params={"practice": name})
        try:
            if shown or portal.maybe("practice.chooser", practice=name):
                select_practice(portal, name)
                self.probe.tell("practice.option", State.NOT_HERE, f'"{current_practice(portal, name)}" is chosen')
        except PageError as error:
            self.probe.tell("practice.option", State.MISSING, error.message, nearest=tuple(portal.finder.captions()[:8]))

    def _menu_is_closed(self) -> bool:
        needed = [which for which in self.route.lists if self.route.needs(which)]
        return any(self.probe.portal.maybe(f"navigation.{which.value}") is None for which in needed)

    def _menu_entry(self, which: ListName) -> bool:
        """Opens the menu until the list's entry can be seen; false where it cannot be."""
        portal, control, needed = self.probe.portal, f"navigation.{which.value}", self.route.needs(which)
        if portal.map.navigation.addresses.get(which.value):
            self.probe.tell(control, State.ABSENT, "the list is opened by its address", needed=False)
            return True
        if portal.at_record:
            portal.go_home()
            portal.settle()
        if portal.maybe(control) is None and (opener := portal.maybe("navigation.user_administration")):
            self._press_menu(opener, control, PATIENCE if needed else 1)
        if portal.maybe(control) is None and portal.maybe("navigation.user_administration") is None:
            self.probe.tell(control, State.NOT_REACHED, "User Administration was not found", needed=needed)
            return False
        return self.probe.look(control, needed=needed) is not None

    def _press_menu(self, opener: Found, control: str, seconds: float) -> None:
        """Opens the menu, which may stand open already: where the press has closed it, it is pressed once more."""
        portal = self.probe.portal
        before = len(portal.finder.captions())
        portal.click(opener)
        portal.settle()
        portal.until(lambda: portal.maybe(control) is not None, seconds=seconds)
        if portal.maybe(control) is None and len(portal.finder.captions()) < before and (again := portal.maybe(opener.control)):
            portal.click(again)
            portal.settle()

    def _list(self, which: ListName) -> tuple[RosterEntry, ...]:
        portal = self.probe.portal
        open_list(portal, which)
        entries = rows_shown(portal, which)
        params = {"list": self._caption(which)}
        self.probe.look("list.heading", needed=False, params=params)
        rows = [locator for locator in row_locators(portal, which) if locator.count()]
        if rows:
            how = "as the map says" if portal.has("list.row") else "by their likeness"
            self.probe.tell("list.row", State.FOUND, f"{len(entries)} people on this page, found {how}", marks=[rows[0].first])
        else:
            self.probe.tell("list.row", State.NOT_HERE, "the list is empty")
        self.probe.look("list.empty", needed=not rows)
        for control in ("locations", "search", "search_button", "next", "more"):
            self.probe.look(f"list.{control}", needed=control == "search" and portal.map.list.use_search)
        for control in ("location_option", "location_entry", "page"):
            self.probe.not_here(f"list.{control}", "stands in an opened drop-down or on other pages")
        if rows and entries:
            name = {"name": entries[0].name}
            self.probe.look("list.open", needed=False, root=rows[0].first, params=name, otherwise="the row itself is pressed")
        return entries

    def _await_record(self) -> None:
        portal = self.probe.portal
        landmarks = [c for c in ("record.permission", "record.permissions", "record.tab", "save.button") if portal.has(c)]
        for permission in self.route.permissions[:1]:
            try:
                portal.first_of(*landmarks, box=True, timeout=PATIENCE, permission=permission)
            except (ControlNotFound, ControlAmbiguous):
                continue
        portal.settle()

    def _permission(self, name: str) -> Found | None:
        portal, params = self.probe.portal, {"permission": name}
        shown = f"record.permission ({name})"
        try:
            found = find_permission(portal, name)
        except ControlAmbiguous as error:
            self.probe.tell(shown, State.AMBIGUOUS, error.message)
            return None
        except PageError:
            found = None
        if found and not self.probe.mender.wants("record.permission"):
            self.probe.found(shown, found)
            return found
        area = portal.maybe("record.permissions")
        lacking = self.probe.lacking("record.permission", params, area, box=True, found=found)
        line, mended = self.probe.mend(lacking)
        if found and not line:
            self.probe.found(shown, found)
            return found
        self.probe.tell(
            shown, State.MISSING, "no check box or switch has this name. If it is called otherwise, say so in the config: permissions:",
            nearest=lacking.guess.nearest, line=line, mended=mended is not None, marks=[mended.locator] if mended else (),
        )  # fmt: skip
        return mended

    def _groups(self, area: Found | None) -> None:
        groups = self.probe.portal.finder.every("record.group", root=area, all_ways=True) if self.probe.portal.has("record.group") else []
        if groups:
            self.probe.tell("record.group", State.FOUND, f"{len(groups)} still closed", needed=False)
        else:
            self.probe.not_here("record.group", "no group is closed any more")

    def _identity(self, entry: RosterEntry, boxes: Sequence[Found]) -> None:
        portal = self.probe.portal
        view = read_record(portal, boxes)
        why = who_it_shows(view, entry.name, entry.email, entry.address)
        if why or self.probe.mender.wants("record.name"):
            params = {"name": entry.name}
            lacking = self.probe.lacking("record.name", params, None)
            line, mended = self.probe.mend(lacking)
            state = State.MISSING if why else State.FOUND
            self.probe.tell("record.name", state, why, line=line, mended=mended is not None, nearest=lacking.guess.nearest if why else ())
        elif portal.has("record.name"):
            self.probe.look("record.name", several=True)
        else:
            self.probe.tell("record.name", State.FOUND, "the record shows whose it is; the map need not say where", needed=False)
        self.probe.look("record.email", needed=False, several=True)
        name = self.route.practice
        if name and (portal.has("practice.chooser") or portal.has("practice.current")):
            shown = current_practice(portal, name)
            if not same_text(shown, name):
                said = f'the record shows the practice "{shown}"' if shown else "the record does not show the practice"
                self.probe.tell("practice.current", State.MISSING, f'{said}, and before Save it must show "{name}"')

    def _save(self, boxes: Sequence[Found]) -> None:
        portal = self.probe.portal
        if portal.map.save.on_tick:
            self.probe.tell("save.button", State.ABSENT, "the portal saves as soon as a box is ticked", needed=False)
        else:
            self.probe.look("save.button", better=(lambda: find_save(portal, boxes[0])) if boxes else None)
        self.probe.not_here("save.done", "shows after Save, if at all")
        self.probe.not_here("save.refused", "shows after Save, if at all")

    def _caption(self, which: ListName) -> str:
        said = self.probe.portal.map.captions.get(which.value, which.caption)
        return which.caption if is_regex(said) else said


def walk_to_a_record(walk: Walk, portal: PortalPage) -> None:
    """Everything after the sign-in: the start page, each list, one record."""
    walk.start_page(portal)
    shown = {which: walk.list_page(which) for which in walk.route.lists}
    entry = _whom_to_visit(walk.route, shown)
    if entry is None:
        walk.probe.screens.append(ScreenReport("Record", [Finding("record", State.NOT_REACHED, "no list shows anybody to open")]))
        return
    walk.record_page(entry)


def _whom_to_visit(route: Route, shown: dict[ListName, tuple[RosterEntry, ...]]) -> RosterEntry | None:
    """The first person of the config who is on the first page of their list, else whoever stands first in a list."""
    for each in route.wanted:
        if entries := find_person(each.person, shown.get(each.list, ())).entries:
            return entries[0]
    return next((entries[0] for entries in shown.values() if entries), None)

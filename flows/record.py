"""The record: its permissions and its other fields. (Help article, step 7.)

Permissions stand in groups that start closed. "Select All" and captions that merely contain the wanted word are never
touched: names match whole.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from time import monotonic
from typing import Any

from playwright.sync_api import Error, Frame, JSHandle

from portal_bot.model.entities import Seen
from portal_bot.model.errors import ControlAmbiguous, ControlNotFound, GuardFailed, PageError
from portal_bot.portal.controls.batch import Along
from portal_bot.portal.controls.control import Found
from portal_bot.portal.controls.mouse import AIM
from portal_bot.portal.dom.page_script import handle_in_frame, in_frame, on_element, on_elements
from portal_bot.portal.identity.record_identity import RecordView
from portal_bot.portal.page.portal_page import PortalPage

MOST_GROUPS = 60
"""Closed groups that are opened, one after the other, before a permission is taken for missing."""
MOST_READS = 20
"""Tries to read a page that is drawn anew meanwhile."""
AS_BEFORE = 1.0
"""Seconds in which a record is given to look like those before it, before anything else is looked for."""
STILL = 20
"""Milliseconds between two looks at a record that must be alike before it is believed to stand still."""


def find_permission(portal: PortalPage, permission: str, *, first: str = "") -> Found | None:
    """The check box of a permission, its group opened where it stands in a closed one; ``None`` where the record has none.

    ``first``: caption of the closed group that is opened before the others.

    Raises ControlAmbiguous where several boxes have this caption, ControlNotFound where this is no record at all.
    """
    if box := _opened_as_before(portal, permission):
        return box
    landed = portal.finder.first_of(
        [c for c in ("record.permission", "record.permissions", "record.tab", "save.button") if portal.has(c)],
        box=True,
        permission=permission,
    )
    if landed and landed.control != "record.permission":
        portal.settle()
        if tab := portal.maybe("record.tab"):
            portal.click(tab)
    return _open_groups(portal, permission, first)


def _opened_as_before(portal: PortalPage, permission: str) -> Found | None:
    """The box, where "Expand All" brought it to sight on the records before and does so again; nothing else is looked for.

    What it ticks, if anything, is told by the next reading of the record, which fails then.
    """
    finder = portal.finder
    if not finder.is_believed("record.expand_all") or len(portal.page.frames) > 1:
        return None
    root, began = finder.assumed("record.permissions"), monotonic()
    if root is None and finder.is_believed("record.permissions"):
        return None
    aim = {**AIM, "ticks": True}
    landed = finder.wait_for_its_like("record.expand_all", AS_BEFORE, root=root, aim=aim) or finder.first_of(
        ["record.expand_all", "record.permission"], root=root, box=True, permission=permission,
        until=lambda: monotonic() - began > AS_BEFORE,
    )  # fmt: skip
    if landed is None or landed.control == "record.permission":
        return landed
    finder.remember_likeness(landed)
    unsure = portal.press(landed, ticks=True)
    box, hit = _box_and_record(portal, permission, root, pressed=unsure)
    if box and hit is not False and portal.is_quiet():
        return box
    if hit is False:
        portal.click(landed, ticks=True)

    def there() -> bool:
        nonlocal box
        box = finder.believed("record.permission", root=root, box=True, permission=permission)
        return box is not None

    portal.settle(most=2)  # a second box of this name may come with what the press has asked for
    portal.until(there, seconds=0.3)
    return box


def _box_and_record(portal: PortalPage, permission: str, root: Found | None, *, pressed: bool) -> tuple[Found | None, bool | None]:
    """The box as it was found on the records before, with the record as it is at this moment, for whoever reads it next; and whether
    the press before has hit, if that is known."""
    along = Along()
    if (box := portal.finder.assumed("record.permission", root=root, box=True, permission=permission)) is None:
        return None, portal.has_hit() if pressed else None
    along.of(box, "settledRecordOf", _asked(_rows(portal), False, _along(portal, box, None)))
    return portal.finder.sole(box, along, box=True, pressed=pressed)


def _rows(portal: PortalPage) -> str | None:
    """CSS of the rows of a list, which a record beside them does not have for its own."""
    return next(iter(portal.learned.rows.values()), None)


def _open_groups(portal: PortalPage, permission: str, first: str) -> Found | None:
    """Opens groups until the box shows: "Expand All" where there is one, else one closed group after the other.

    Opening must not tick: if a press changed a box, the record is left without Save.
    """
    pressed: set[str] = set()
    group = ""
    ticks: list[tuple[Frame, JSHandle]] | None = None
    for _ in range(MOST_GROUPS):
        root = portal.finder.believed("record.permissions") or portal.maybe("record.permissions")
        box = portal.finder.believed("record.permission", root=root, box=True, permission=permission)
        box = box or _settled_box(portal, permission, root)
        opener = None
        if box is None and (opener := _next_opener(portal, permission, root, pressed, first)):
            ticks = _ticks(portal) if ticks is None else ticks
            group = _caption(opener) if opener.control == "record.group" else ""
            _press_opener(portal, opener)
            portal.settle(most=2)
            box = _box_soon(portal, permission, root, seconds=0.3)
        elif box is None:
            box = _box_soon(portal, permission, root, seconds=1)
            if box is None:
                break
        if box:
            _nothing_ticked(ticks)
            for proved in (root, box, opener):
                if proved and proved.control != "record.group":
                    portal.finder.believe(proved)
            portal.learned.group = group or portal.learned.group
            return box
    _nothing_ticked(ticks)
    try:
        return portal.find("record.permission", root=root, box=True, timeout=1, permission=permission)
    except ControlAmbiguous:
        raise
    except ControlNotFound:
        return None


def _box_soon(portal: PortalPage, permission: str, root: Found | None, *, seconds: float) -> Found | None:
    box: Found | None = None

    def there() -> bool:
        nonlocal box
        box = _settled_box(portal, permission, root)
        return box is not None

    portal.until(there, seconds=seconds)
    return box


def _next_opener(portal: PortalPage, permission: str, root: Found | None, pressed: set[str], first: str) -> Found | None:
    """What to press next to see more permissions; each thing is pressed once."""
    if "all" not in pressed and (everything := portal.maybe("record.expand_all", root=root)):
        pressed.add("all")
        return everything
    if "all" not in pressed and portal.dismiss_interruptions():
        # A screen over the page hides its controls from view: what is opened must not depend on when it came.
        return _next_opener(portal, permission, portal.maybe("record.permissions"), pressed, first)
    groups = portal.finder.every("record.group", root=root, all_ways=True)
    for found in sorted(groups, key=lambda each: _caption(each) != first) if first else groups:
        place = found.ask("placeOf", timeout=portal.patience)
        if place not in pressed:
            pressed.add(place)
            return found
    # The box may stand in the page unseen, in a branch whose head says nothing of being one: what precedes that branch opens it.
    for hidden in portal.finder.unseen("record.permission", root=root, permission=permission):
        place = hidden.ask("headPath", timeout=portal.patience)
        if place and place not in pressed:
            pressed.add(place)
            return hidden.at(hidden.frame.locator(f"xpath={place}"))
    return None


def _caption(opener: Found) -> str:
    return " ".join(on_elements(opener.locator, "textsOf"))


def _press_opener(portal: PortalPage, opener: Found) -> None:
    """Clicks; a tree item is opened by its arrow key, since a click on it may tick its box."""
    item = opener.locator
    if opener.control == "record.expand_all":
        portal.click(opener)
        return
    if item.get_attribute("role", timeout=portal.patience * 1000) != "treeitem":
        portal.click(opener)
        return
    item.focus(timeout=portal.patience * 1000)
    item.press("ArrowRight", no_wait_after=True)
    if item.get_attribute("aria-expanded", timeout=1000) == "false" and (mark := on_element(item, "markPath", timeout=1)):
        portal.click(opener.frame.locator(f"xpath={mark}"))


def _ticks(portal: PortalPage) -> list[tuple[Frame, JSHandle]]:
    """Every box on the page with its state, kept in the page itself."""
    return [(frame, handle) for frame in portal.page.frames if (handle := handle_in_frame(frame, "ticks"))]


def _nothing_ticked(before: list[tuple[Frame, JSHandle]] | None) -> None:
    _must_not_have_moved([str(said) for frame, handle in before or () for said in in_frame(frame, "moved", handle)])


def _must_not_have_moved(boxes: Sequence[str]) -> None:
    if boxes:
        raise GuardFailed(
            f"Opening the groups of permissions changed {', '.join(boxes[:5])}. The record was left without Save; nothing was changed."
        )


def _settled_box(portal: PortalPage, permission: str, root: Found | None) -> Found | None:
    found = portal.finder.believed("record.permission", root=root, box=True, permission=permission)
    if found:
        return found
    found = portal.maybe("record.permission", root=root, box=True, permission=permission)
    if found and found.rank:
        return portal.find("record.permission", root=root, box=True, permission=permission)
    return found


def read_permission(view: RecordView, number: int | None) -> Seen:
    """Whether a permission is on, and whether its box can be used. ``number``: which of the record's boxes it is."""
    if number is None:
        return Seen(None)
    box = next(field for field in view.fields if field["number"] == number)
    return Seen(box["value"] is True, not box["disabled"])


def read_record(
    portal: PortalPage, boxes: Sequence[Found], *, still: bool = True, presses: tuple[Found, Mapping[str, Any]] | None = None
) -> RecordView:  # fmt: skip
    """Everything the record shows: who it is of, and the state of all its fields.

    ``still``: once it stands still. Without, as it is at this moment, for whoever knows what it has to be.
    ``presses``: what is likely pressed next, and what ``aim`` will be asked then.
    """
    if still:
        portal.settle()
    view = _read(portal, boxes, still, presses)
    if not (still or portal.is_quiet()):
        portal.settle()
        view = _read(portal, boxes, still, presses)
    return view


def _read(portal: PortalPage, boxes: Sequence[Found], still: bool, presses: tuple[Found, Mapping[str, Any]] | None) -> RecordView:
    fields: list[dict[str, object]] = []
    headings: list[str] = []
    texts: list[str] = []
    emails: list[str] = []
    rows = _rows(portal)
    home = boxes[0].frame if boxes else portal.page.main_frame
    for number, frame in enumerate(portal.page.frames):
        if frame.is_detached() or (boxes and frame is not home and not _beside(frame, home)):
            continue
        try:
            said = _read_frame(portal, frame, boxes if frame is home else (), rows, still, presses)
        except Error:
            if frame is home:
                raise
            continue
        _must_not_have_moved(said["moved"])
        fields += [{**entry, "key": entry["key"] if frame is home else f"[{number}] {entry['key']}"} for entry in said["fields"]]
        headings += said["headings"]
        texts += said["texts"]
        emails += said["emails"]
    return RecordView(
        tuple(fields), tuple(headings), tuple(texts), tuple(dict.fromkeys(emails)),
        told_name=_told(portal, "record.name"), told_email=_told(portal, "record.email"),
        address=portal.page.url, volatile=portal.map.record.volatile,
    )  # fmt: skip


def _read_frame(
    portal: PortalPage, frame: Frame, boxes: Sequence[Found], rows: str | None, still: bool, presses: tuple[Found, Mapping[str, Any]] | None
) -> Mapping[str, Any]:  # fmt: skip
    """Fields and texts of one frame; read again where the page was drawn anew under the reader's hands."""
    for _ in range(MOST_READS):
        said: Mapping[str, Any] | None
        if len(boxes) == 1:
            along = _along(portal, boxes[0], presses)
            said = boxes[0].ask("settledRecordOf", _asked(rows, still, along), timeout=portal.patience)
            if said is not None:
                along.hear(said["along"])
        else:
            handles = [box.locator.element_handle(timeout=portal.patience * 1000) for box in boxes]
            said = in_frame(frame, "settledRecord", {**_asked(rows, still), "boxes": handles})
        if said is not None:
            return said
        portal.pause(0.05)
    raise PageError("The record is drawn anew again and again, so it could not be read. Nothing was saved.")


def _asked(rows: str | None, still: bool, along: Along | None = None) -> dict[str, Any]:
    """What the reader is asked for a record."""
    return {"rows": rows, "pause": STILL, "most": 3000 if still else 0, "along": along.asked if along else []}


def _along(portal: PortalPage, box: Found, presses: tuple[Found, Mapping[str, Any]] | None) -> Along:
    """What is asked for after a reading of a record with one box."""
    along = Along()
    along.of(box, "holders")
    if portal.take_picture:
        along.of(box, "rowOfBox")
    if box.frame is portal.page.main_frame:
        portal.finder.ask_along(along)
        if presses and presses[0].frame is box.frame and not portal.watchers:  # who looks on may have the page scrolled before
            along.of(presses[0], "aim", dict(presses[1]))
    return along


def _beside(frame: Frame, home: Frame) -> bool:
    """Whether a frame may hold a part of the record: below the frame of the boxes, or around it."""
    return frame is home or any(parent is home for parent in _parents(frame)) or any(parent is frame for parent in _parents(home))


def _parents(frame: Frame) -> list[Frame]:
    found = []
    while (above := frame.parent_frame) is not None:
        found.append(above)
        frame = above
    return found


def _told(portal: PortalPage, control: str) -> str:
    return " ".join(str(text) for found in portal.finder.every(control) for text in on_elements(found.locator, "textsOf")).strip()


def set_permission(portal: PortalPage, box: Found, wanted: bool) -> None:
    """Ticks or unticks one box and reads it back."""
    if not portal.set_box(box, wanted):
        raise PageError("The box was clicked and did not change. Nothing was saved.")

"""How to see more of a list: pages, "load more", its search, its locations; and whether all of it has been seen."""

from __future__ import annotations

import re
from dataclasses import dataclass

from portal_bot.portal.look import Look, Node
from portal_bot.portal.sight.answer import Answer, Candidate, choose, nothing
from portal_bot.portal.sight.around import REGIONS, caption_of, dialog_of, in_region, innermost, pressables
from portal_bot.portal.sight.lists.rows import Rows
from portal_bot.portal.sight.places import Chooser, caption_before, chooser_of, list_heading
from portal_bot.portal.sight.portal_captions import Captions, node_says, rank_of, sayings, says
from portal_bot.portal.sight.records.scope import is_record

_NUMBER = re.compile(r"^\d{1,4}$")
_OF = re.compile(
    r"(?:(\d[\d,.]*)\s*(?:-|–|—|to|through)\s*(\d[\d,.]*)\s+)?(?:of|out of|/)\s+(?:about\s+)?(\d[\d,.]*)\b"
    r"(?!\s*(?:selected|checked|chosen))",
    re.IGNORECASE,
)
_COUNT = re.compile(
    r"\b(\d[\d,]*)\s+(?:\w+ )?(?:people|persons|users?|items?|records?|entries|results?|rows?|members?|providers?|staff)\b", re.IGNORECASE
)
_PAGE_OF = re.compile(r"\bpage\s+(\d+)\s*(?:of|/)\s*(\d+)\b", re.IGNORECASE)


def next_page(look: Look, rows: Rows, captions: Captions) -> Answer[Node]:
    """What turns to the next page: "Next" or its arrow below the rows, else the number after that of this page."""
    found = []
    for node in _outside(look, rows, captions):
        said = sayings(node)
        words = [text for text in said if re.search(r"\w", text)] or said
        ranks = [rank for text in words if (rank := rank_of(text, captions.next_page)) is not None]
        if ranks and not node.disabled and not any(each.disabled for each in node.below()):
            found.append(Candidate(min(ranks), node, f'"{node.said}" turns the page'))
    nested = innermost([candidate.thing for candidate in found])
    found = [candidate for candidate in found if candidate.thing in nested]
    return choose(found, "the next page") if found else _next_number(look, rows, captions)


def _outside(look: Look, rows: Rows, captions: Captions) -> list[Node]:
    """What can be pressed around the rows, and not in them, in the menu or in a dialog over them."""
    inside = dialog_of(rows.holder)
    return [
        node for node in pressables(look)
        if node.place not in rows.inside and not _in_menu(node, captions) and dialog_of(node) is inside
        and node.frame == rows.holder.frame
    ]  # fmt: skip


def _in_menu(node: Node, captions: Captions) -> bool:
    """Whether it belongs to the frame around every page. A "navigation" without an entry of the menu belongs to the list."""
    region = next((above for above in node.above() if above.role in REGIONS), None)
    menu = (
        *captions.user_administration,
        *captions.elsewhere,
        *captions.sign_out,
        *(said for each in captions.lists.values() for said in each),
    )
    return region is not None and any(node_says(each, menu) for each in region.below() if each.is_pressable)


def _next_number(look: Look, rows: Rows, captions: Captions) -> Answer[Node]:
    """Page numbers stand side by side; this page's own is the one that cannot be pressed, or is marked."""
    numbers = [node for node in _outside(look, rows, captions) if _NUMBER.match(node.said) and not node.disabled]
    for holder in dict.fromkeys(above for node in numbers for above in list(node.above())[:4]):
        shown = [node for node in holder.walk() if not node.children and _NUMBER.match(node.said)]
        if len(shown) < 2 or any(row.node.holds(holder) or holder.holds(row.node) for row in rows.rows[:1]):
            continue
        current = [node for node in shown if node.selected or not any(number.holds(node) for number in numbers)]
        if len(current) != 1:
            continue
        following = [node for node in numbers if holder.holds(node) and int(node.said) == int(current[0].said) + 1]
        if following:
            return choose([Candidate(0, node, f"page {node.said} follows {current[0].said}") for node in following], "the next page")
    return nothing("nothing here turns to another page")


def load_more(look: Look, rows: Rows, captions: Captions) -> Answer[Node]:
    """What makes the list longer on the same page."""
    found = [
        node for node in _outside(look, rows, captions) if any(says(said, captions.more) for said in sayings(node)) and not node.disabled
    ]
    return choose([Candidate(0, node, f'"{node.said}" brings more') for node in innermost(found)], "what brings more rows")


def search_box(look: Look, captions: Captions, rows: Rows | None = None) -> Answer[Node]:
    """The list's own search box, not that of the menu. ``rows``: its rows, if it has any now; else its heading must stand."""
    if is_record(look, captions) or (rows is None and not list_heading(look, captions)):
        return nothing("there is no list")
    frame = rows.holder.frame if rows else None
    found = []
    for box in look.with_role("searchbox", "textbox"):
        caption = caption_of(box)
        said = says(caption, captions.search) or says(box.placeholder, captions.search)
        if in_region(box) or box.disabled or (frame is not None and box.frame != frame) or not (said or box.role == "searchbox"):
            continue
        found.append(Candidate(0 if box.role == "searchbox" else 1, box, f'"{caption}" searches'))
    return choose(found, "the search box of the list")


def locations(look: Look, captions: Captions) -> Answer[Chooser]:
    """The drop-down that filters the list by location."""
    if is_record(look, captions):
        return nothing("this is a record")
    found = []
    for node in pressables(look):
        if (
            in_region(node)
            or node.role in ("option", "link", "tab", "treeitem")
            or _in_form(node, captions)
            or any(above.role == "columnheader" for above in node.above())
        ):
            continue
        captioned = any(says(text, captions.locations) for text in (node.name, caption_before(node)))
        if node_says(node, captions.commands):
            continue
        if captioned and node.role in ("combobox", "listbox"):
            found.append(Candidate(0, chooser_of(node), f'"{caption_of(node)}" chooses the location'))
        elif captioned and (node.role == "button" or node.pointer):
            found.append(Candidate(1, chooser_of(node), f'"{node.said}" chooses the location'))
    return choose(found, "the drop-down of locations")


def _in_form(node: Node, captions: Captions) -> bool:
    """Whether boxes to type into stand around it: then it is a field of a record, and filters nothing."""
    for holder in list(node.above())[:3]:
        if holder.role in ("main", "page", "iframe", "dialog"):
            return False
        if any(each.role == "textbox" and not each.hidden and not says(caption_of(each), captions.search) for each in holder.below()):
            return True
    return False


@dataclass(frozen=True)
class Extent:
    """What the list says of its length: "11 – 20 of 74". ``None`` where it does not say it."""

    first: int | None
    last: int | None
    total: int | None
    pages: int | None = None
    page: int | None = None


def extent(look: Look, rows: Rows) -> Answer[Extent]:
    """The length that the list itself tells, near its rows."""
    found: list[Candidate[Extent]] = []
    for node in look.nodes:
        if node.children or node.frame != rows.holder.frame or in_region(node) or node.place in rows.inside:
            continue
        text = node.text or node.name
        if length := length_in(text):
            found.append(Candidate(length[0], length[1], f'"{text}"'))
    totals = {candidate.thing for candidate in found if candidate.rank == min(each.rank for each in found)}
    if len(totals) == 1:
        best = min(found, key=lambda candidate: candidate.rank)
        return Answer(best.thing, best.why)
    return choose(found, "the length of the list")


def length_in(text: str) -> tuple[int, Extent] | None:
    """What a text says of the length of a list, and how plainly: 0 is plainest."""
    if page := _PAGE_OF.search(text):
        return 1, Extent(None, None, None, _int(page[2]), _int(page[1]))
    if length := _OF.search(text):
        return 0, Extent(_int(length[1]), _int(length[2]), _int(length[3]))
    if length := _COUNT.search(text):
        return 2, Extent(None, None, _int(length[1]))
    return None


def _int(text: str | None) -> int | None:
    return int(re.sub(r"\D", "", text)) if text and re.search(r"\d", text) else None


def complete(look: Look, rows: Rows, captions: Captions, read: int | None = None) -> Answer[bool]:
    """Whether everybody of the list has been seen. ``read``: how many were read so far on all its pages, this one among them.

    True only where the page says so or nothing hints at more. Nothing is known where the page contradicts itself, or where rows
    are drawn below the edge of what holds them: more may come when it is scrolled.
    """
    count = len(rows.rows) if read is None else read
    length = extent(look, rows)
    if rows.unread:
        return nothing(f"{len(rows.unread)} rows name nobody")
    if any(says(node.said, captions.loading) for node in look.nodes if not node.children and not in_region(node)):
        return Answer(False, "it says that it is still loading")
    if length.several:
        return nothing(length.why)
    if length.found and length.found.total is not None:
        if count < length.found.total:
            return Answer(False, f"{count} of {length.found.total} were seen: {length.why}")
        return (
            Answer(True, f"all {count} were seen: {length.why}")
            if count == length.found.total
            else nothing(f"{count} were seen, and it says {length.why}")
        )
    if length.found and length.found.pages and length.found.page and read is None and length.found.pages > 1:
        return Answer(False, f"this is one page of several: {length.why}")
    if length.found and length.found.pages and length.found.page and length.found.page < length.found.pages:
        return Answer(False, f"more pages follow: {length.why}")
    for answer in (next_page(look, rows, captions), load_more(look, rows, captions)):
        if answer.found or answer.several:
            return Answer(False, f"more can be asked for: {answer.why}")
    if read is None and _pages_before(look, rows, captions):
        return Answer(False, "this is one page of several")
    if edge := _beyond(rows):
        return nothing(f"rows reach below the edge of {edge.role}: more may come when it is scrolled")
    return Answer(True, "nothing on the page hints at more")


def _pages_before(look: Look, rows: Rows, captions: Captions) -> bool:
    numbers = [node for node in _outside(look, rows, captions) if _NUMBER.match(node.said)]
    return len(numbers) > 1 or (len(numbers) == 1 and numbers[0].role == "link")


def _beyond(rows: Rows) -> Node | None:
    """What holds the rows and is drawn shorter than they are, if anything is."""
    last = rows.rows[-1].node.box
    if last is None:
        return None
    around = [above for above in rows.holder.above() if above.box and above.box.height and above.frame == rows.holder.frame]
    return next((above for above in around if above.box and above.box.bottom + 2 < last.bottom), None)

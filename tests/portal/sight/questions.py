"""Every question that sight answers, asked of a saved look in one form, so that answers can be compared with the truth."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from portal_bot.model.name_matching import fits, same_text
from portal_bot.portal.look import Look, Node
from portal_bot.portal.sight.answer import Answer
from portal_bot.portal.sight.dialogs import interruption
from portal_bot.portal.sight.lists.rows import Rows, list_rows
from portal_bot.portal.sight.lists.turning import complete, load_more, locations, next_page, search_box
from portal_bot.portal.sight.places import list_heading, navigation_entry, practice_chooser
from portal_bot.portal.sight.portal_captions import ENGLISH, Captions
from portal_bot.portal.sight.records.groups import openers
from portal_bot.portal.sight.records.permission import permission_box
from portal_bot.portal.sight.records.save_button import notices, save_button
from portal_bot.portal.sight.signing_in import sign_in_form, signed_in
from tests.looks import Saved, at, corpus

PRACTICES = {
    "sandbox_classic": ["Meadowlark Pediatrics", "Harbor Street Family Medicine", "Pinecrest Children's Clinic"],
    "sandbox_modern": ["Meadowlark Pediatrics", "Harbor Street Family Medicine", "Pinecrest Children's Clinic"],
    "bootstrap_tabs": ["Juniper Family Medicine", "Juniper Walk-In Clinic"],
    "webforms": ["Harborview Urgent Care"],
    "react_hash": ["Sable Ridge Kids", "Sable Ridge Family"],
    "frames": ["Tom & Kit's Pediatrics"],
    "kendo": ["Cedar Grove Dermatology", "Cedar Grove Pediatrics"],
    "shadow": [],
}
"""The practices that a config for each portal would name."""


@dataclass(frozen=True)
class Reply:
    """What sight says to one question. ``nodes`` are those whose loss must change it; ``several``: two fit equally."""

    value: Any = None
    several: bool = False
    nodes: tuple[Node, ...] = ()
    why: str = ""


@dataclass(frozen=True)
class About:
    """What is known before the look: the config's words, and the look before it."""

    captions: Captions
    permission: str
    practices: Sequence[str]
    before: Look | None = None
    closed_refs: Sequence[str] = ()
    """Refs of what the page itself says is closed."""
    first: str | None = None
    """The name in the first row of the list."""


def about(saved: Saved) -> About:
    shown = saved.truth.get("captions", {})
    lists = {name: (shown[name],) if shown.get(name) else said for name, said in ENGLISH.lists.items()}
    if shown:
        lists = {name: said for name, said in lists.items() if name in shown}
    before = {"saved": "record_ticked", "practices_open": "dashboard"}.get(saved.page)
    earlier = next((other for other in corpus() if other.site == saved.site and other.page == before), None)
    practices = PRACTICES.get(saved.site, saved.truth.get("practices", []))
    return About(
        replace(ENGLISH, lists=lists), saved.truth.get("permission", "Messaging"), practices,
        earlier.look if earlier else None, saved.truth.get("closed_refs", ()),
        next((row["name"] for row in saved.truth.get("rows", [])), None),
    )  # fmt: skip


def _reply(
    answer: Answer[Any], value: Callable[[Any], Any] = lambda found: found, node: Callable[[Any], Node] = lambda found: found
) -> Reply:
    if answer.found is None:
        return Reply(several=answer.several, why=answer.why)
    return Reply(value(answer.found), nodes=(node(answer.found),), why=answer.why)


def _rows(look: Look, known: About) -> Answer[Rows]:
    return list_rows(look, known.captions)


def ask_sign_in(look: Look, known: About) -> Reply:
    answer = sign_in_form(look, known.captions)
    if answer.found is None:
        return Reply(several=answer.several, why=answer.why)
    form = answer.found
    parts = {"user_name": form.user_name, "password": form.password, "button": form.button}
    shown = {name: node for name, node in parts.items() if node is not None}
    return Reply(shown, nodes=tuple(shown.values()), why=answer.why)


def ask_rows(look: Look, known: About) -> Reply:
    answer = _rows(look, known)
    if answer.found is None:
        return Reply(several=answer.several, why=answer.why)
    return Reply([(row.name, row.email, row.location, row.opens.found) for row in answer.found.rows], why=answer.why)


def ask_opener(look: Look, known: About) -> Reply:
    """What opens the first row."""
    answer = _rows(look, known)
    if answer.found is None:
        return Reply(several=answer.several, why=answer.why)
    first = next((row for row in answer.found.rows if known.first is None or fits(row.name, known.first)), None)
    return _reply(first.opens) if first else Reply(why="the row is gone")


def _of_list(look: Look, known: About, ask: Callable[[Rows], Answer[Any]], **how: Any) -> Reply:
    rows = _rows(look, known)
    return _reply(ask(rows.found), **how) if rows.found else Reply(why=rows.why)


def ask_box(look: Look, known: About) -> Reply:
    return _reply(permission_box(look, known.permission, known.captions), lambda box: (box.node, box.on, box.enabled), lambda box: box.node)


def ask_groups(look: Look, known: About) -> Reply:
    found = openers(look, known.captions, known.closed_refs)
    return Reply([(opener.node, opener.everything, opener.sure) for opener in found], nodes=tuple(opener.node for opener in found))


def ask_notice(look: Look, known: About) -> Reply:
    shown = notices(known.before, look, known.captions) if known.before else ()
    said = [notice for notice in shown if notice.kind != "other"]
    return Reply(said[0].text if said else None, nodes=tuple(notice.node for notice in said[:1]))


def ask_save(look: Look, known: About) -> Reply:
    box = permission_box(look, known.permission, known.captions)
    return _reply(save_button(look, known.captions, box.found.node if box.found else None))


QUESTIONS: dict[str, Callable[[Look, About], Reply]] = {
    "sign-in form": ask_sign_in,
    "signed in": lambda look, known: _reply(signed_in(look, known.captions), node=lambda found: look.root),
    "practice": lambda look, known: _reply(
        practice_chooser(look, known.practices, known.captions), lambda found: (found.node, found.chosen), lambda found: found.node
    ),
    "user administration": lambda look, known: _reply(navigation_entry(look, known.captions.user_administration)),
    "providers": lambda look, known: _reply(navigation_entry(look, known.captions.lists.get("providers", ("Providers",)))),
    "staff": lambda look, known: _reply(navigation_entry(look, known.captions.lists["staff"])),
    "heading": lambda look, known: _reply(
        list_heading(look, known.captions), lambda found: known.captions.lists[found.list][0], lambda found: found.node
    ),
    "rows": ask_rows,
    "opener": ask_opener,
    "next": lambda look, known: _of_list(look, known, lambda rows: next_page(look, rows, known.captions)),
    "more": lambda look, known: _of_list(look, known, lambda rows: load_more(look, rows, known.captions)),
    "search": lambda look, known: _reply(search_box(look, known.captions, _rows(look, known).found)),
    "locations": lambda look, known: _reply(locations(look, known.captions), lambda found: found.node, lambda found: found.node),
    "complete": lambda look, known: _of_list(look, known, lambda rows: complete(look, rows, known.captions), node=lambda found: look.root),
    "box": ask_box,
    "groups": ask_groups,
    "save": ask_save,
    "notice": ask_notice,
    "interruption": lambda look, known: _reply(interruption(look, known.captions), lambda found: found.press, lambda found: found.press),
}  # fmt: skip


# -- the truth -----------------------------------------------------------------------------------------------------------


def expected(saved: Saved, question: str) -> Any:
    """What the truth says to a question; ``None`` where there is nothing to find. Nodes are given as places."""
    truth = saved.truth
    if question == "sign-in form":
        return truth.get("sign_in")
    if question == "signed in":
        return truth.get("signed_in")
    if question == "practice":
        return (truth["practice"]["chooser"], truth["practice"]["chosen"]) if "practice" in truth else None
    if question in ("user administration", "providers", "staff"):
        return truth.get("navigation", {}).get(question.replace(" ", "_"))
    if question == "opener":
        return truth["rows"][0]["opens"] if truth.get("rows") else None
    if question == "box":
        return (truth["box"], truth["on"], truth["enabled"]) if "box" in truth else None
    if question == "groups":
        return truth.get("groups")
    if question == "complete" and not truth.get("rows"):
        return None
    return truth.get(question)


def is_right(saved: Saved, question: str, reply: Reply, look: Look | None = None) -> bool:
    """Whether a reply is what the truth says."""
    look = look or saved.look
    truth = expected(saved, question)
    value = reply.value
    if reply.several or question in saved.truth.get("several", []):
        return reply.several and question in saved.truth.get("several", [])
    if question in ("rows",):
        return _same_rows(look, truth or [], value or [])
    if question == "groups":
        return _same_groups(look, truth or {}, value)
    if truth is None or value is None:
        return truth is None and value is None
    if question == "sign-in form":
        return truth.keys() == value.keys() and all(same_node(look, truth[part], value[part]) for part in truth)
    if question == "practice":
        return same_node(look, truth[0], value[0]) and same_text(truth[1], value[1])
    if question == "box":
        return same_node(look, truth[0], value[0]) and (truth[1], truth[2]) == (value[1] is True, value[2])
    if question == "heading":
        return bool(truth == value)
    if question in ("signed in", "complete"):
        return truth is value
    if question == "notice":
        return "".join(truth.split()) == "".join(value.split())  # a link in it is set apart
    return same_node(look, truth, value)


def same_node(look: Look, places: str | list[str], node: Node) -> bool:
    """Whether a node is at one of some places; what holds it and says the same is the same thing to a hand."""
    for place in [places] if isinstance(places, str) else places:
        try:
            there = at(look, place)
        except (AssertionError, StopIteration):
            continue
        if there is node or ((there.holds(node) or node.holds(there)) and (there.words == node.words or there.words == node.name)):
            return True
    return False


def _same_rows(look: Look, truth: list[dict[str, Any]], rows: list[Any]) -> bool:
    return len(truth) == len(rows) and all(
        fits(shown["name"], name) and same_text(shown["email"], email or None) and same_text(shown["location"], place or shown["location"])
        and opens is not None and same_node(look, shown["opens"], opens)
        for shown, (name, email, place, opens) in zip(truth, rows, strict=True)
    )  # fmt: skip


def _same_groups(look: Look, truth: dict[str, Any], found: list[tuple[Node, bool, bool]]) -> bool:
    """All groups that are closed, and nothing else; but for leaves of a tree that says of them too that they are closed."""
    closed, everything = truth.get("closed", []), truth.get("all")
    shown = [node for node, opens_all, _ in found if opens_all]
    single = [
        node for node, opens_all, sure in found
        if not opens_all and (sure or node.role != "treeitem" or any(same_node(look, place, node) for place in closed))
    ]  # fmt: skip
    if bool(everything) != (len(shown) == 1) or (everything and not same_node(look, everything, shown[0])):
        return False
    return len(single) == len(closed) and all(any(same_node(look, place, node) for node in single) for place in closed)

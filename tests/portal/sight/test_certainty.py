"""Sight is never certain of the wrong thing: answers taken away, answers doubled, and records of other people."""

from __future__ import annotations

import pytest

from portal_bot.model.name_matching import fits
from portal_bot.portal.look import Look, Node
from portal_bot.portal.sight.lists.rows import list_rows
from portal_bot.portal.sight.records.owner import is_theirs, owner
from tests.looks import Saved, at, corpus
from tests.portal.sight.mutations import doubled, without
from tests.portal.sight.questions import QUESTIONS, Reply, about, expected, is_right

SINGLE = [
    "sign-in form", "practice", "user administration", "providers", "staff", "opener", "next", "more", "search", "locations", "box", "save",
    "interruption",
]  # fmt: skip
"""Questions whose answer is one node."""


def places(truth: object) -> list[str]:
    """Every place that a truth names."""
    if isinstance(truth, str):
        return [truth]
    if isinstance(truth, dict):
        return [place for value in truth.values() for place in places(value)]
    return [place for value in truth for place in places(value)] if isinstance(truth, list) else []


def answers_of(saved: Saved, question: str) -> list[Node]:
    truth = expected(saved, question)
    if question in ("practice", "box") and truth:
        truth = truth[0]
    return [at(saved.look, place) for place in places(truth)]


def whole(node: Node) -> Node:
    """A node with what holds it and says nothing else: what a person sees as one thing."""
    while node.parent is not None and len(node.parent.children) == 1 and node.parent.role not in ("page", "iframe", "main"):
        node = node.parent
    return node


@pytest.mark.parametrize("saved", corpus(), ids=str)
def test_an_answer_that_is_gone_or_doubled_is_never_replaced_by_another(saved: Saved) -> None:
    """Without its node the answer is "nothing" or "two fit"; with a second one like it, "two fit" or "nothing"."""
    known = about(saved)
    wrong = []
    for question in SINGLE:
        reply = QUESTIONS[question](saved.look, known)
        if reply.value is None:
            continue
        for node in reply.nodes:
            if node.role == "row":  # two rows alike are two people
                continue
            for how, look in (("gone", without(saved.look, whole(node))), ("doubled", doubled(saved.look, whole(node)))):
                if (again := QUESTIONS[question](look, known)) and not is_honest(saved, question, how, look, again):
                    wrong.append(f"{question}, {node} {how}: {again}")
    assert not wrong, "\n".join(wrong)


def is_honest(saved: Saved, question: str, how: str, look: Look, reply: Reply) -> bool:
    if reply.value is None:
        return True
    if question == "sign-in form" and how == "gone":  # of the other parts nothing else may be taken for the missing one
        return all(_is_at(saved, look, value) for value in reply.value.values())
    return how == "gone" and is_right(saved, question, reply, look)  # another of those that are right


def _is_at(saved: Saved, look: Look, node: Node) -> bool:
    return any(node.ref == place for place in places(expected(saved, "sign-in form")))


def everybody() -> list[tuple[str, str | None, str | None]]:
    """Everybody of the corpus, from its lists and its records."""
    people: dict[tuple[str, str | None], tuple[str, str | None, str | None]] = {}
    for saved in corpus():
        for row in saved.truth.get("rows", []):
            people.setdefault((row["name"], row["email"]), (row["name"], row["email"], row["location"]))
        if shown := saved.truth.get("owner"):
            people.setdefault((shown["name"], shown["email"]), (shown["name"], shown["email"], None))
    return list(people.values())


RECORDS = [saved for saved in corpus() if "owner" in saved.truth]


@pytest.mark.parametrize("saved", RECORDS, ids=str)
def test_a_record_is_its_owners_and_nobody_elses(saved: Saved) -> None:
    """Every record against everybody of the corpus: certain of its owner, never certain of another."""
    shown, truth = owner(saved.look, about(saved).captions), saved.truth["owner"]
    assert is_theirs(shown, truth["name"], truth["email"]).found is True
    for name, email, _ in everybody():
        if email != truth["email"]:
            answer = is_theirs(shown, name, email)
            assert answer.found is not True, f"taken for the record of {name}, {email}: {answer.why}"
    others = {name for name, email, _ in everybody() if email != truth["email"]}
    alike = [name for name in others if is_theirs(shown, name).found]
    assert all(fits(name, truth["name"]) for name in alike), alike


@pytest.mark.parametrize("saved", [saved for saved in corpus() if not saved.truth.get("rows")], ids=str)
def test_a_page_without_a_list_has_no_rows(saved: Saved) -> None:
    """Patients of a dashboard, entries of a menu and permissions of a record are not people of a list."""
    assert list_rows(saved.look, about(saved).captions).found is None

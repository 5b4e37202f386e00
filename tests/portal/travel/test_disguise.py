"""Looks that travel hold nobody, and are answered as before."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from functools import cache
from typing import Any

import pytest

from portal_bot.portal.look import Look, Node, parse, render
from portal_bot.portal.travel.disguise import Disguise
from tests.looks import Saved, corpus
from tests.portal.sight.questions import QUESTIONS, About, about

SITES = sorted({saved.site for saved in corpus()})


@cache
def travelling(site: str) -> tuple[Disguise, dict[str, Look]]:
    """All looks of one portal in one disguise, as they are written and read again."""
    saved = [each for each in corpus() if each.site == site]
    known = about(saved[0])
    disguise = Disguise(known.captions, known.practices, [known.permission], random.Random(7))
    looks = disguise.looks([each.look for each in saved])
    return disguise, {each.page: parse(render(look.root)) for each, look in zip(saved, looks, strict=True)}


def comparable(answer: Any, covered: Callable[[str], str]) -> Any:
    """An answer by places and words, so that it can be compared between a look and its disguise."""
    if isinstance(answer, Node):
        return answer.place
    if isinstance(answer, dict):
        return {key: comparable(value, covered) for key, value in answer.items()}
    if isinstance(answer, list | tuple):
        return [comparable(each, covered) for each in answer]
    return covered(answer) if isinstance(answer, str) else answer


@pytest.mark.parametrize("saved", corpus(), ids=str)
def test_every_answer_is_the_same_in_disguise(saved: Saved) -> None:
    disguise, looks = travelling(saved.site)
    known = about(saved)
    before = next((page for page, look in ((s.page, s.look) for s in corpus() if s.site == saved.site) if look is known.before), None)
    hidden = About(
        known.captions, disguise.text(known.permission), [disguise.text(name) for name in known.practices],
        looks[before] if before else None, known.closed_refs, known.first and disguise.text(known.first),
    )  # fmt: skip
    look = looks[saved.page]
    assert [node.role for node in look.nodes] == [node.role for node in saved.look.nodes]
    wrong = {}
    for question, ask in QUESTIONS.items():
        plain, covered = ask(saved.look, known), ask(look, hidden)
        if (comparable(plain.value, disguise.text), plain.several) != (comparable(covered.value, str), covered.several):
            wrong[question] = (comparable(plain.value, disguise.text), comparable(covered.value, str))
    assert not wrong, wrong


@pytest.mark.parametrize("site", SITES)
def test_nobody_is_in_a_look_that_travels(site: str) -> None:
    """No word of a person's name, no address and no patient of a dashboard is left, anywhere."""
    _, looks = travelling(site)
    written = "\n".join(render(look.root) for look in looks.values()).casefold()
    words = set(re.findall(r"[^\W\d_]+", written))
    for saved in (each for each in corpus() if each.site == site):
        people = [(row["name"], row["email"]) for row in saved.truth.get("rows", [])]
        people += [(saved.truth["owner"]["name"], saved.truth["owner"]["email"])] if "owner" in saved.truth else []
        for name, email in people:
            assert not email or email.casefold() not in written
            private = [word for word in re.findall(r"[^\W\d_]{4,}", name.casefold()) if word in words]
            assert not private, private


CANARIES = ("Barnaby", "Thistlewood", "Clementine", "Ashgrove", "Quillfeather", "Dewberry", "Marrowby", "Foxglove", "Pennywhistle")


def test_canary_patients_of_the_dashboard_are_in_no_file() -> None:
    for site in ("sandbox_classic", "sandbox_modern"):
        _, looks = travelling(site)
        dashboards = render(next(saved for saved in corpus() if (saved.site, saved.page) == (site, "dashboard")).look.root)
        assert all(name in dashboards for name in CANARIES[:4])
        for page, look in looks.items():
            assert not [name for name in CANARIES if name.casefold() in render(look.root).casefold()], page


def test_a_page_that_is_neither_list_nor_record_keeps_roles_and_structure() -> None:
    for site in SITES:
        _, looks = travelling(site)
        for page in ("dashboard", "sign_in"):
            for node in looks[page].nodes if page in looks else ():
                assert "@" not in node.said and not re.search(r"\d{2,}", node.said.replace("0", "")), (site, page, node)

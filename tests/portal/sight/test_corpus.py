"""Every question of sight, on every saved look, without a browser."""

from __future__ import annotations

import pytest

from portal_bot.portal.sight.places import entry
from tests.looks import Saved, corpus
from tests.portal.sight.conftest import TABLE
from tests.portal.sight.questions import QUESTIONS, about, expected, is_right, same_node


@pytest.mark.parametrize("saved", corpus(), ids=str)
def test_every_question_is_answered_right(saved: Saved) -> None:
    """Each answer is what the walk through the portal says, and where there is nothing, nothing is found."""
    known = about(saved)
    signs = TABLE.setdefault(str(saved), {})
    wrong = {}
    for question, ask in QUESTIONS.items():
        reply = ask(saved.look, known)
        right = is_right(saved, question, reply)
        nothing = reply.value in (None, [])
        signs[question] = "!" if not right else "2" if reply.several else "." if nothing else "+"
        if not right:
            wrong[question] = (expected(saved, question), reply)
    assert not wrong, "\n".join(f"{question}:\n   truth {truth}\n   reply {reply}" for question, (truth, reply) in wrong.items())


OPENED = [saved for saved in corpus() if "entries" in saved.truth]


@pytest.mark.parametrize("saved", OPENED, ids=str)
def test_an_entry_is_only_found_in_what_was_just_opened(saved: Saved) -> None:
    """Each entry of an open drop-down, known by not having been there before; nothing is an entry of one that did not open."""
    before = {"practices_open": "dashboard", "locations_open": "list_last"}[saved.page]
    earlier = next(other for other in corpus() if other.site == saved.site and other.page == before)
    ask = QUESTIONS["practice" if saved.page == "practices_open" else "locations"]
    chooser = ask(saved.look, about(saved)).nodes[0]
    for name, place in saved.truth["entries"].items():
        found = entry(saved.look, (name,), earlier.look, chooser)
        assert found.found is not None and same_node(saved.look, place, found.found), (name, found)
        assert entry(earlier.look, (name,), earlier.look).found is None

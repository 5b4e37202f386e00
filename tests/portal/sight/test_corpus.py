"""Every question of sight, on every saved look, without a browser."""

from __future__ import annotations

import pytest

from tests.looks import Saved, corpus
from tests.portal.sight.conftest import TABLE
from tests.portal.sight.questions import QUESTIONS, about, expected, is_right


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

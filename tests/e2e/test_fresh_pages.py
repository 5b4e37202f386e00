"""A run over thousands goes on in a new page from time to time, and nothing but its memory shows it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import portal_bot.run.session.worker_session
from portal_bot.model.exit_codes import Exit
from portal_bot.sandbox import Sandbox
from tests.helpers.robot import Robot, outcomes

PEOPLE = {
    "Meadowlark Pediatrics": {"staff": ["Marcus Bell", {"name": "Ana Reyes", "email": "ana.reyes2@example.com"}]},
    "Harbor Street Family Medicine": {"providers": ["Samuel Oyelaran"], "staff": ["Peter Vance"]},
}


@pytest.mark.parametrize("layout", [pytest.param("classic", marks=pytest.mark.full), "modern"])
def test_everybody_is_done_though_each_in_a_page_of_their_own(
    start_sandbox: Callable[..., Sandbox], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, layout: str
) -> None:
    """A new page after every person, over two practices: the right people, one sign-in, no second try."""
    monkeypatch.setattr(portal_bot.run.session.worker_session, "PEOPLE_ON_PAGE", 1)
    sandbox = start_sandbox(layout=layout)
    bot = Robot(tmp_path, sandbox.url, sandbox.user_name, sandbox.password)
    report = bot.apply(PEOPLE)
    assert report.exit is Exit.OK
    assert {outcome for _, outcome in outcomes(report)} == {"granted"}
    audit = sandbox.audit()
    assert [change["person"] for change in audit["changes"]] == ["Marcus Bell", "Ana Reyes", "Samuel Oyelaran, DO", "Peter Vance"]
    assert len(audit["sign_ins"]) == 1
    opened = [
        event for event in bot.events if event.kind == "step" and event.fields["label"].startswith("Open the portal with the session")
    ]
    assert len(opened) == 8  # a page that works and a window for the proof, for each person
    assert not [event for event in bot.events if event.kind in ("retry", "warning")]

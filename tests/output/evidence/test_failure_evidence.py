"""What a run keeps of a page that was not what the map says."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from portal_bot.model.errors import ControlNotFound, GuardFailed
from portal_bot.model.exit_codes import Exit
from portal_bot.output.evidence.failure_evidence import kind_of, without_values
from portal_bot.sandbox import Sandbox
from tests.helpers.altered_sandbox import altered_sandbox
from tests.helpers.robot import Robot, everything_written, outcomes

PRACTICE = "Meadowlark Pediatrics"


@pytest.mark.browser
@pytest.mark.parametrize("layout", ["modern", pytest.param("classic", marks=pytest.mark.full)])
def test_the_first_failure_of_a_kind_keeps_a_picture_and_a_snapshot_without_values(
    layout: str, start_sandbox: Callable[..., Sandbox], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two people fail because Save is called otherwise: one picture, one snapshot, an event; nothing typed is on them."""
    sandbox = altered_sandbox(start_sandbox, monkeypatch, {"Save": "Frob"}, layout=layout)
    bot = Robot(tmp_path, sandbox.url, sandbox.user_name, sandbox.password, limits={"wait": "2s"})
    report = bot.apply({PRACTICE: {"staff": ["Marcus Bell"], "providers": ["Wen Irwin, MD"]}})
    assert ("Wen Irwin, MD", "failed") in outcomes(report)
    assert report.exit in (Exit.NOT_DONE, Exit.PORTAL)
    kept = sorted(path.name for path in (report.folder / "pictures").glob("failure-*"))
    assert kept == ["failure-control-not-found-save-button.png", "failure-control-not-found-save-button.yaml"]
    assert all(path.stat().st_mode & 0o077 == 0 for path in (report.folder / "pictures").iterdir())
    told = [event["path"] for event in bot.events if event.kind == "picture" and "failure" in event["path"]]
    assert told == ["pictures/failure-control-not-found-save-button.png"]
    snapshot = (report.folder / "pictures" / kept[1]).read_text(encoding="utf-8")
    assert 'button "Frob"' in snapshot
    assert "save.button is not on the page" in snapshot
    first_name = 'textbox "First name"' if layout == "modern" else 'textbox "First Name"'
    assert first_name in snapshot
    assert not any(line.strip().startswith("- textbox") and line.rstrip().endswith("Wen") for line in snapshot.splitlines())
    for path, content in everything_written(report.folder):
        assert sandbox.password.encode() not in content, path


@pytest.mark.browser
def test_a_failure_where_patients_may_be_seen_keeps_nothing(sandbox_classic: Sandbox, tmp_path: Path) -> None:
    """A practice that cannot be chosen fails on the dashboard: no picture, no snapshot."""
    bot = Robot(tmp_path, sandbox_classic.url, sandbox_classic.user_name, sandbox_classic.password, limits={"wait": "2s"})
    report = bot.apply({"Nowhere Clinic": {"staff": ["Marcus Bell"]}})
    assert outcomes(report) == [("Marcus Bell", "failed")]
    assert not (report.folder / "pictures").exists()


def test_a_snapshot_loses_what_was_typed_and_keeps_what_things_are_called() -> None:
    """Playwright prints the contents of text boxes, a password's too."""
    said = (
        '- textbox "Password": S3cret\n- textbox "Notes":\n  - text: two lines\n- \'textbox "a: b"\': x y\n- textbox "E": "a@b"\n'
        '- combobox "Site":\n  - option "East" [selected]\n- searchbox "Find" [active]: Reyes\n- button "Store"'
    )
    assert without_values(said).splitlines() == [
        '- textbox "Password"', '- textbox "Notes"', "- 'textbox \"a: b\"'", '- textbox "E"',
        '- combobox "Site":', '  - option "East" [selected]', '- searchbox "Find" [active]', '- button "Store"',
    ]  # fmt: skip


def test_failures_are_grouped_by_kind_and_control() -> None:
    assert kind_of(ControlNotFound("save.button is not on the page. Tried save.button: …")) == "control-not-found-save-button"
    assert kind_of(GuardFailed("The record that opened is not theirs.")) == "guard"

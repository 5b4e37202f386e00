"""``doctor`` saves looks with nobody in them, and decides from such a folder without a portal."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from portal_bot.sandbox import Sandbox
from portal_bot.sandbox.office.names import PATIENTS
from tests.helpers.program import Program
from tests.tasks.setup.test_doctor import write_config

LIST = '- heading "Staff Members" [level=1] [ref=e1]\n'


@pytest.mark.browser
def test_looks_hold_nobody_and_say_what_the_doctor_said(
    sandbox_modern: Sandbox, portal_bot: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No person, practice, patient, address or password is in the folder; every step of the job is found on it; files are private."""
    code, out, _ = portal_bot("doctor", "-c", write_config(tmp_path, sandbox_modern, monkeypatch))
    assert code == 0
    (folder,) = tmp_path.glob("runs/*/looks")
    assert f"to send along with a report: {folder}" in out.replace("\n", "")
    files = sorted(folder.iterdir())
    assert all(file.stat().st_mode & 0o077 == 0 for file in files)
    text = "\n".join(file.read_text("utf-8") for file in files).casefold()
    private = ["Irwin", "Bell", "Meadowlark", "Pediatrics", "office.admin", "example.com", sandbox_modern.password]
    private += [word for patient in PATIENTS for word in patient.split() if len(word) > 3]
    assert [word for word in private if word.casefold() in text] == []

    monkeypatch.chdir(tmp_path / "runs")  # where no config is
    code, out, err = portal_bot("doctor", "--looks", folder)
    assert (code, err) == (0, "")
    assert "Every step of the job is shown by some look." in out

    (folder / "07-record.yaml").unlink()
    code, out, _ = portal_bot("doctor", "--looks", folder)
    assert code == 6
    assert "No look shows: record, permission, Save." in out


def test_a_folder_without_looks_is_an_error_that_says_where_they_are(portal_bot: Program, tmp_path: Path) -> None:
    code, _, err = portal_bot("doctor", "--looks", tmp_path)
    assert (code, "holds no saved looks" in err, "under looks/" in err) == (2, True, True)


@pytest.mark.parametrize("said", ["", "{}", json.dumps({"permissions": [], "practices": [], "people": []}), '{"permissions": 5}'])
def test_a_broken_list_of_who_is_wanted_is_an_error(portal_bot: Program, tmp_path: Path, said: str) -> None:
    (tmp_path / "01-list.yaml").write_text(LIST, encoding="utf-8")
    (tmp_path / "wanted.json").write_text(said, encoding="utf-8")
    code, _, err = portal_bot("doctor", "--looks", tmp_path)
    assert (code, "cannot be read" in err) == (2, True)

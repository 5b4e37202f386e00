"""``portal-bot demo``, ``roster`` and ``sandbox`` in a real browser against the sandbox portal."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import urllib.request
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from portal_bot.sandbox import Sandbox
from tests.helpers.program import Program

PASSWORD = "S3cr3t-Zebra-99-Quagga"

GRANTED = [
    ("Meadowlark Pediatrics", "providers", "Wen Irwin, MD"),
    ("Meadowlark Pediatrics", "providers", "Priya Natarajan, NP"),
    ("Meadowlark Pediatrics", "staff", "Marcus Bell"),
    ("Meadowlark Pediatrics", "staff", "Ana Reyes"),
    ("Harbor Street Family Medicine", "providers", "Priya Natarajan, NP"),
    ("Harbor Street Family Medicine", "providers", "Samuel Oyelaran, DO"),
    ("Harbor Street Family Medicine", "staff", "Peter Vance"),
]


@pytest.fixture(autouse=True)
def somewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's current folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("portal_bot.sandbox.sandbox.invent_password", lambda: PASSWORD)
    return tmp_path


def rows(path: Path) -> list[dict[str, Any]]:
    people: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))["people"]
    return people


@pytest.mark.full
@pytest.mark.parametrize("layout", ["modern", "classic"])
def test_the_demo_does_the_whole_job(portal_bot: Program, somewhere: Path, layout: str) -> None:
    """Plan, apply, apply again: whoever lacked the permission has it, everybody else is as before, the audit agrees.

    The password stands in no file and in no line of output.
    """
    last = somewhere / "last.json"
    code, out, err = portal_bot("demo", "--layout", layout, "--results", last)

    assert code == 0, err
    assert out.splitlines()[-1] == "exit 0: as asked"
    granted = [(row["practice"], row["list"], row["name"]) for row in rows(last) if row["outcome"] == "granted"]
    assert granted == GRANTED
    assert all((row["before"], row["after"]) == (False, True) for row in rows(last) if row["outcome"] == "granted")
    assert Counter(row["outcome"] for row in rows(last)) == {"granted": 7, "by-role": 2, "unchanged": 2}

    recaps = [line for line in out.splitlines() if line.startswith("Messaging: ")]
    assert recaps == [
        "Messaging: 2 unchanged, 2 by role, 7 to grant. 0 not done.",
        "Messaging: 7 granted, 2 unchanged, 2 by role. 0 not done.",
        "Messaging: 9 unchanged, 2 by role. 0 not done.",
    ]
    assert "audit shows 7 changes, for exactly these 7 people, and no other. The second apply saved nothing." in out
    assert "do not reach the EHR" in out
    assert "portal-bot validate" in out

    (folder,) = re.findall(r"^Results: (.+)$", out, re.MULTILINE)
    assert json.loads((somewhere / folder / "results.json").read_text()) == json.loads(last.read_text())
    assert len(list((somewhere / folder).parent.iterdir())) == 3

    assert PASSWORD not in out + err
    files = [path for path in somewhere.rglob("*") if path.is_file()]
    assert len(files) > 10
    assert not [path for path in files if PASSWORD.encode() in path.read_bytes()]


@pytest.mark.full
def test_a_demo_that_a_limit_refuses_says_so(portal_bot: Program) -> None:
    """The run options hold for the demo too, and so do the exit codes."""
    code, out, err = portal_bot("demo", "--quiet", "--max-changes", "0", "--person", "Marcus Bell")
    assert code == 5
    assert "the limit is 0. Nothing was changed." in err
    assert out.splitlines()[-1] == "exit 5: refused by a limit; nothing was changed"


@pytest.mark.full
def test_the_roster_is_a_config_on_which_nothing_differs(
    portal_bot: Program, somewhere: Path, start_sandbox: Callable[..., Sandbox], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Everybody in both lists of the practice; plan on it finds nothing to change; nothing was written to the portal."""
    monkeypatch.setenv("PORTAL_BOT_PASSWORD", PASSWORD)
    portal = start_sandbox(layout="modern", people=5)
    config = somewhere / "config.yaml"
    config.write_text(f"""
version: 1
portal: {{url: "{portal.url}", user_name: {portal.user_name}}}
practices:
  - name: Harbor Street Family Medicine
    staff: [Peter Vance]
""")
    code, out, err = portal_bot("roster", "-o", "people.yaml")
    assert (code, out) == (0, ""), err
    assert err.splitlines()[-1] == "exit 0: as asked"
    written = (somewhere / "people.yaml").read_text()
    assert "  - name: Samuel Oyelaran, DO\n" in written
    assert "  - name: Grace Lindqvist\n" in written

    code, out, err = portal_bot("plan", "--check", "-c", "people.yaml", "--quiet")
    assert code == 0, out + err
    assert portal.audit()["saves"] == 0


def test_a_roster_never_replaces_a_file(portal_bot: Program, somewhere: Path) -> None:
    """Writing it over one's own config would lose comments and wishes."""
    (somewhere / "config.yaml").write_text("mine")
    code, _, err = portal_bot("roster", "-o", "config.yaml")
    assert code == 2
    assert "config.yaml is there already" in err
    assert (somewhere / "config.yaml").read_text() == "mine"


@pytest.mark.skipif(os.name != "posix", reason="sends SIGINT")
def test_the_sandbox_command_serves_till_ctrl_c() -> None:
    """It prints where and with which credentials, answers there, and ends with exit 0."""
    command = [sys.executable, "-c", "from portal_bot.cli import main; main()", "sandbox", "--layout", "classic"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    ) as process:
        assert process.stdout
        told = [process.stdout.readline() for _ in range(4)]
        address = told[0].split()[-1]
        with urllib.request.urlopen(address) as answer:
            assert answer.status == 200
        process.send_signal(signal.SIGINT)
        try:
            assert process.wait(timeout=20) == 0
        finally:
            process.kill()
    assert told[1].startswith("User name: ")
    assert told[2].startswith("Password: ")


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["--layout", "baroque"], "layout classic or modern, not 'baroque'"),
        (["--fault", "no-such-fault"], "no-such-fault"),
    ],
)
def test_a_sandbox_that_cannot_be_is_exit_2(portal_bot: Program, words: list[str], why: str) -> None:
    """A wrong layout or fault is told before anything is started."""
    code, _, err = portal_bot("sandbox", *words)
    assert code == 2
    assert why in err


def test_without_its_libraries_the_demo_says_how_to_install_them(portal_bot: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    """The extra is named; nothing is started."""
    monkeypatch.setitem(sys.modules, "portal_bot.sandbox", None)
    code, _, err = portal_bot("demo")
    assert code == 2
    assert 'pip install "portal-bot[sandbox]"' in err

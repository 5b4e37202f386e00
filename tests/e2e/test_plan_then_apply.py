"""``plan`` and ``apply`` as a careful user types them, against the sandbox portal in a real browser."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable
from pathlib import Path

import pytest

from portal_bot.sandbox import Sandbox
from tests.helpers.program import Program


@pytest.fixture
def portal(start_sandbox: Callable[..., Sandbox], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Sandbox:
    """A small portal, and a config for it in the current folder."""
    portal = start_sandbox(layout="classic", people=5)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PORTAL_BOT_PASSWORD", portal.password)
    (tmp_path / "config.yaml").write_text(f"""
version: 1
portal: {{url: "{portal.url}", user_name: {portal.user_name}}}
practices:
  - name: Harbor Street Family Medicine
    staff: [Peter Vance, Grace Lindqvist]
""")
    return portal


def test_the_command_that_plan_prints_applies_exactly_that_plan(portal_bot: Program, portal: Sandbox) -> None:
    """plan --check says that changes are pending; its command makes them; then nothing is pending, and it is refused."""
    code, out, _ = portal_bot("plan", "--check", "--person", "Peter Vance")
    assert code == 3
    assert out.splitlines()[-1] == "exit 3: changes are pending"
    (command,) = re.findall(r"^  portal-bot (apply .*)$", out, re.MULTILINE)
    assert portal.audit()["saves"] == 0

    code, out, err = portal_bot(*shlex.split(command))
    assert code == 0, err
    assert "Messaging: 1 granted. 0 not done." in out
    assert "do not reach the EHR" in out
    assert out.splitlines()[-1] == "exit 0: as asked"
    assert [(each["person"], each["after"]) for each in portal.audit()["changes"]] == [("Peter Vance", True)]

    code, _, err = portal_bot(*shlex.split(command))
    assert code == 5
    assert "Nothing was changed." in err
    assert portal_bot("plan", "--check", "--person", "Peter Vance")[0] == 0
    assert portal.audit()["saves"] == 1


@pytest.mark.full
def test_quiet_is_two_lines(portal_bot: Program, portal: Sandbox) -> None:
    """-q: the recap and what the exit code means, and nothing under way."""
    code, out, err = portal_bot("apply", "-q", "--person", "Grace Lindqvist")
    assert (code, err) == (0, "")
    assert out.splitlines() == ["Messaging: 1 unchanged. 0 not done.", "exit 0: as asked"]
    assert portal.audit()["saves"] == 0


def test_whoever_is_not_there_is_told_with_what_to_do(portal_bot: Program, portal: Sandbox) -> None:
    """A misspelt name: exit 4, the near name, and the others are done."""
    config = Path("config.yaml")
    config.write_text(config.read_text().replace("Grace Lindqvist", "Petra Vance"))
    code, out, _ = portal_bot("apply")
    assert code == 4
    assert "- Petra Vance (Staff Members, Harbor Street Family Medicine): Messaging not found" in out
    assert "Near: Vance, Peter (staff, West), peter.vance@example.com.\n  Check spelling and list." in out
    assert "Messaging: 1 granted. 1 not done (1 not found)." in out
    assert portal.audit()["saves"] == 1

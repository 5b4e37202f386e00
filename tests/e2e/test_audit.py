"""`portal-bot audit`, `roster --csv` and `plan --against`, as typed, equal the sandbox's own database."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import pytest

from portal_bot.sandbox import Sandbox
from tests.helpers.program import Program

NAMES = ("Meadowlark Pediatrics", "Harbor Street Family Medicine", "Pinecrest Children's Clinic")
PEOPLE = """practices:
- name: Meadowlark Pediatrics
  staff: [Marcus Bell]
- name: Harbor Street Family Medicine
  staff: [Peter Vance]
- name: Pinecrest Children's Clinic
  staff: [Ana Reyes]
"""


def configured(sandbox: Sandbox, folder: Path, monkeypatch: pytest.MonkeyPatch, people: str) -> Path:
    """A config for the portal; its password stands in the environment."""
    monkeypatch.setenv("PORTAL_BOT_PASSWORD", sandbox.password)
    config = folder / "config.yaml"
    config.write_text(f"version: 1\nportal: {{url: '{sandbox.url}', user_name: {sandbox.user_name}}}\n{people}", encoding="utf-8")
    return config


@pytest.mark.full
def test_the_audit_of_three_practices_equals_the_database(
    start_sandbox: Callable[..., Sandbox], portal_bot: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Everybody who has it, own or by role, in every practice, and nobody else; since the run that granted it; nothing is saved."""
    sandbox = start_sandbox(people=4, practices=3)
    config = configured(sandbox, tmp_path, monkeypatch, PEOPLE)
    assert portal_bot("apply", "-c", config, "--person", "Marcus Bell", "-q")[0] == 0
    saves = sandbox.audit()["saves"]

    code, out, err = portal_bot("audit", "-c", config, "--csv", tmp_path / "audit.csv", "--html", tmp_path / "audit.html")

    assert code == 0, err
    with (tmp_path / "audit.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    records = sandbox.site.office.records()
    standing = {"own": "own", "role": "by role"}
    expected = sorted(
        (each.practice, each.list_name, each.email, standing[each.permissions["Messaging"]])
        for each in records
        if each.permissions["Messaging"] in standing
    )
    assert sorted((row["practice"], row["list"], row["email"], row["how"]) for row in rows) == expected
    assert {row["how"] for row in rows} == {"own", "by role"}
    assert {each.practice for each in records} == set(NAMES)
    since = {row["name"]: row["since_how"] for row in rows if row["since"]}
    assert list(since.values()) == ["granted"]
    assert "Bell" in next(iter(since))
    page = (tmp_path / "audit.html").read_text(encoding="utf-8")
    assert all(name.replace("'", "&#39;") in page for name in NAMES)
    assert f"{len(expected)} have it, of {len(records)} people" in out
    assert sandbox.audit()["saves"] == saves


@pytest.mark.full
def test_a_list_from_elsewhere_is_held_against_the_portal(
    start_sandbox: Callable[..., Sandbox], portal_bot: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`roster --csv` tells everybody's state; the same people as a list differ in who lacks it, and nobody is missing."""
    sandbox = start_sandbox(people=8, practices=1)
    config = configured(sandbox, tmp_path, monkeypatch, f"practices: [{{name: {NAMES[0]}, staff: [Marcus Bell]}}]\n")
    code, out, _ = portal_bot("roster", "-c", config, "--csv", "-")
    rows = list(csv.DictReader(out.splitlines()))
    words = {"own": "on", "role": "by role", "off": "off", "blocked": "off"}
    records = sandbox.site.office.records()
    assert code == 0
    assert sorted((row["email"], row["Messaging"]) for row in rows) == sorted(
        (each.email, words[each.permissions["Messaging"]]) for each in records
    )

    (tmp_path / "all.csv").write_text("\n".join(line.rpartition(",")[0].rpartition(",")[0] for line in out.splitlines()), encoding="utf-8")
    code, _, err = portal_bot("plan", "-c", config, "--against", tmp_path / "all.csv", "--csv", tmp_path / "found.csv")
    assert code == 0, err
    with (tmp_path / "found.csv").open(encoding="utf-8", newline="") as file:
        found = [(row["kind"], row["email"]) for row in csv.DictReader(file)]
    lacking = sorted(each.email for each in records if each.permissions["Messaging"] in ("off", "blocked"))
    assert sorted(found) == [("listed, lacks it", email) for email in lacking]

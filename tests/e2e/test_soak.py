"""Random faults at one request in twenty: nothing is lost, nothing is wrongly claimed, and three runs are enough."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from urllib.request import urlopen

import pytest

from portal_bot.model.exit_codes import Exit
from portal_bot.sandbox import Sandbox
from tests.helpers.robot import Robot, rows

PRACTICE = "Meadowlark Pediatrics"
PEOPLE = int(os.environ.get("PORTAL_BOT_SOAK_PEOPLE", "40"))
SEED = int(os.environ.get("PORTAL_BOT_SOAK_SEED", "11"))


@pytest.mark.soak
@pytest.mark.parametrize("layout", ["modern", "classic"])
def test_three_scheduled_runs_settle_everybody_whatever_happens(layout: str, start_sandbox: Callable[..., Sandbox], tmp_path: Path) -> None:
    """Everybody who can have the permission has it; no other field was ever changed; each run's claims equal the audit."""
    sandbox = start_sandbox(layout=layout, people=PEOPLE)
    limits = {"max_changes": PEOPLE, "wait": "8s", "step": "60s"}
    bot = Robot(tmp_path, sandbox.url, sandbox.user_name, sandbox.password, limits=limits)
    everybody = who_can_have_it(sandbox)
    audited, told = 0, []
    for turn in range(3):
        sandbox.add_fault(f"random:0.05:{SEED + turn}")
        report = bot.apply({PRACTICE: everybody})
        sandbox.clear_faults()
        bad = [row["detail"] for row in rows(report) if row["outcome"] == "failed"]
        told.append((report.exit, str(report.error), Counter(row["outcome"] for row in rows(report)), bad))
        changes = sandbox.audit()["changes"][audited:]
        audited += len(changes)
        assert {change["field"] for change in changes} <= {"Messaging"}
        stored = {change["email"] for change in changes}
        claimed = {row["email"] for row in rows(report) if row["outcome"] == "granted"}
        assert claimed <= stored, "a grant was claimed that the portal never stored"
        silent = {
            row["email"] for row in rows(report) if row["email"] in stored - claimed and row["outcome"] not in ("failed", "not-tried")
        }
        assert not silent, "a stored change was told as something else than granted or failed"
        assert len(stored) == len(changes), "somebody was changed twice"
        if report.exit is Exit.OK:
            break
    for which, people in everybody.items():
        for person in people:
            assert sandbox.permission(PRACTICE, which, person["email"], "Messaging") in ("own", "role"), (person, told)


def who_can_have_it(sandbox: Sandbox) -> dict[str, list[dict[str, str]]]:
    """Everybody of the practice whose box is not blocked, as a config lists them."""
    lists: dict[str, list[dict[str, str]]] = {"providers": [], "staff": []}
    with urlopen(sandbox.url + "audit/state.json") as answer:  # the sandbox's own books, on loopback
        state = json.load(answer)["people"]
    for person in state:
        if person["practice"] == PRACTICE and person["permissions"]["Messaging"] != "blocked":
            lists[person["list"]].append({"name": person["name"], "email": person["email"]})
    return lists

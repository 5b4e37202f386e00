"""People who start and leave, judged by the sandbox's audit and the text of the config."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pytest

from portal_bot.config.config_edit import Edit, NewPerson
from portal_bot.config.loader import load_config
from portal_bot.model.entities import ListName, Mode, Result
from portal_bot.model.exit_codes import Exit
from portal_bot.run.account.credentials import Credentials
from portal_bot.run.run_options import RunOptions, RunReport
from portal_bot.sandbox import Sandbox
from portal_bot.tasks.staff.offboarding import leavers, offboard
from portal_bot.tasks.staff.onboarding import StaffReport, Waiting, newcomer, onboard
from tests.helpers.robot import Robot, rows

MEADOWLARK, HARBOR = "Meadowlark Pediatrics", "Harbor Street Family Medicine"
LISTS = """# Our list. Ask Dolores before you change it.
practices:
- name: Meadowlark Pediatrics
  staff:
  - Marcus Bell      # answers in the morning
  # - Lena Ostrow    # on leave

- name: Harbor Street Family Medicine
  staff: [Peter Vance]
"""


@dataclass
class Answers:
    """Somebody at the terminal who says the same to every question, and what was said to them."""

    yes: bool = True
    asked: list[str] = field(default_factory=list)
    pauses: list[float] = field(default_factory=list)
    diffs: list[str] = field(default_factory=list)

    def agrees(self, results: Sequence[Result], edit: Edit) -> bool:
        self.asked.append(f"{[str(each.outcome) for each in results]}")
        return self.yes

    def moves(self, who: NewPerson, to: ListName) -> bool:
        self.asked.append(f"{who.name} is in {to}")
        return self.yes

    def waits(self, who: Sequence[NewPerson], pause: float, left: float) -> None:
        self.pauses.append(pause)

    def told(self, report: RunReport) -> None:
        assert report.error is None, report.traceback

    def edited(self, edit: Edit) -> None:
        self.diffs.append(edit.diff())


class Desk:
    """The commands, on one portal."""

    def __init__(self, folder: Path, sandbox: Sandbox) -> None:
        self.path = folder / "config.yaml"
        self.path.write_text(f"version: 1\nportal: {{url: '{sandbox.url}', user_name: {sandbox.user_name}}}\n{LISTS}", encoding="utf-8")
        self.before = self.path.read_text(encoding="utf-8")
        self.credentials = Credentials(sandbox.password)

    def onboard(self, name: str, talk: Answers, *, practice: str = MEADOWLARK, asks: bool = False, waiting: Waiting | None = None,
                which: ListName = ListName.STAFF, until: date | None = None) -> StaffReport:  # fmt: skip
        person = newcomer(load_config(self.path), NewPerson(practice, which, name, until=until))
        options = RunOptions(Mode.APPLY)
        return onboard(self.path, [person], options, talk, asks=asks, waiting=waiting, credentials=self.credentials)

    def gained(self) -> list[str]:
        """Lines of the config that were not there; every line that was must still be there, in its order."""
        lines, old = self.path.read_text(encoding="utf-8").splitlines(), self.before.splitlines()
        assert [line for line in lines if line in old] == old
        return [line for line in lines if line not in old]


def messaging_changes(sandbox: Sandbox) -> list[tuple[str, object, object]]:
    return [(each["person"], each["before"], each["after"]) for each in sandbox.audit()["changes"]]


def test_somebody_created_while_onboard_waits_is_granted(start_sandbox: Callable[..., Sandbox], tmp_path: Path) -> None:
    """20 s after `onboard --wait 5m` began the record comes over; the config gains exactly one line, and comments stay."""
    sandbox = start_sandbox(people=8, practices=2)
    desk, talk, now = Desk(tmp_path, sandbox), Answers(), [0.0]

    def pause(seconds: float) -> None:
        audit = sandbox.audit()
        assert audit["sign_outs"] == sum(each["ok"] for each in audit["sign_ins"]) > 0  # nobody stays signed in meanwhile
        if now[0] < 20 <= now[0] + seconds:
            sandbox.add_person(MEADOWLARK, "staff", "Jane", "Doe")
        now[0] += seconds

    ended = desk.onboard("Jane Doe", talk, waiting=Waiting(300, pause, lambda: now[0]))

    assert (ended.exit, [str(each.outcome) for each in ended.results]) == (Exit.OK, ["granted"])
    assert sandbox.permission(MEADOWLARK, "staff", "Jane Doe") == "own"
    assert [(before, after) for _, before, after in messaging_changes(sandbox)] == [(False, True)]
    assert talk.pauses == [30.0]
    assert desk.gained() == ["  - Jane Doe"]
    assert [line for line in talk.diffs[0].splitlines()[2:] if line[0] in "+-"] == ["+  - Jane Doe"]


@pytest.mark.full
def test_somebody_who_does_not_come_is_remembered(start_sandbox: Callable[..., Sandbox], tmp_path: Path) -> None:
    """With a day the config looks on, without one it stays as it was; Ctrl-C in a pause ends it."""
    sandbox = start_sandbox(people=8, practices=2)
    desk, talk, now = Desk(tmp_path, sandbox), Answers(), [0.0]

    def pause(seconds: float) -> None:
        now[0] += seconds

    gone = desk.onboard("Jane Doe", talk, waiting=Waiting(30, pause, lambda: now[0]))
    assert (gone.exit, [str(each.outcome) for each in gone.results]) == (Exit.NOT_DONE, ["not-found"])
    assert talk.pauses == [30.0]
    assert desk.gained() == []

    def interrupted(seconds: float) -> None:
        raise KeyboardInterrupt

    day = date(2099, 1, 5)
    stopped = desk.onboard("Jane Doe", Answers(), until=day, waiting=Waiting(75, interrupted))
    assert (stopped.exit, [str(each.outcome) for each in stopped.results]) == (Exit.INTERRUPTED, ["awaited"])
    assert desk.gained() == ["  - {name: Jane Doe, until: 2099-01-05}"]
    assert sandbox.audit()["saves"] == 0


@pytest.mark.full
def test_the_wrong_list_is_noticed_and_never_switched_unasked(start_sandbox: Callable[..., Sandbox], tmp_path: Path) -> None:
    """Wen Irwin stands under Providers: without a yes nothing happens; with one, that list is taken."""
    sandbox = start_sandbox(people=8, practices=2)
    desk, no = Desk(tmp_path, sandbox), Answers(yes=False)
    left = desk.onboard("Wen Irwin", no)
    assert (left.exit, list(left.elsewhere.values()), no.asked) == (Exit.NOT_DONE, [ListName.PROVIDERS], ["Wen Irwin is in providers"])
    assert (sandbox.audit()["saves"], desk.gained()) == (0, [])

    yes = Answers()
    done = desk.onboard("Wen Irwin", yes, asks=True)
    assert (done.exit, yes.asked) == (Exit.OK, ["Wen Irwin is in providers", "['would-grant']"])
    assert sandbox.permission(MEADOWLARK, "providers", "Wen Irwin, MD") == "own"
    assert desk.gained() == ["  providers:", "    - Wen Irwin"]


@pytest.mark.full
def test_offboard_takes_the_permission_and_marks_the_person(start_sandbox: Callable[..., Sandbox], tmp_path: Path) -> None:
    """No --max-removals is needed for whom one names; day and reason stand in the config; a role is not taken for done."""
    sandbox = start_sandbox(people=8, practices=2)
    sandbox.set_permission(MEADOWLARK, "staff", "Marcus Bell", "Messaging", "own")
    desk, talk = Desk(tmp_path, sandbox), Answers()
    desk.path.write_text(desk.before.replace("  - Marcus Bell ", "  - Dolores Quinn\n  - Marcus Bell "), encoding="utf-8")
    people = leavers(load_config(desk.path), ["Marcus Bell", "Quinn, Dolores"])

    ended = offboard(
        desk.path, people, RunOptions(Mode.APPLY), talk, asks=True, reason="moved away", today=date(2026, 11, 23),
        credentials=desk.credentials,
    )  # fmt: skip

    assert [str(each.outcome) for each in ended.results] == ["blocked", "removed"]
    assert "role" in ended.results[0].detail
    assert ended.exit is Exit.NOT_DONE
    assert [(before, after) for _, before, after in messaging_changes(sandbox)] == [(True, False)]
    text = desk.path.read_text(encoding="utf-8")
    assert "  - name: Marcus Bell      # answers in the morning\n    access: off  # 2026-11-23: moved away\n" in text
    assert [each.wanted for each in load_config(desk.path).assignments()] == [False, False, True]


@pytest.mark.full
def test_permissions_of_a_practice_and_of_a_person_are_one_visit_and_one_save_each(
    start_sandbox: Callable[..., Sandbox], tmp_path: Path
) -> None:
    """One person takes what the practice says, another has a list of their own; each is saved once, and nothing else changes."""
    sandbox = start_sandbox(people=8, practices=1)
    both = ["Messaging", "Refill Requests"]
    for who, captions in (("Marcus Bell", both), ("ana.reyes@example.com", ["Referral Requests", *both])):
        for caption in captions:
            sandbox.set_permission(MEADOWLARK, "staff", who, caption, "off")
    bot = Robot(tmp_path, sandbox.url, sandbox.user_name, sandbox.password)
    ana = {"name": "Ana Reyes", "email": "ana.reyes@example.com", "permissions": ["Referral Requests", "Messaging"]}

    report = bot.apply([{"name": MEADOWLARK, "permissions": both, "staff": ["Marcus Bell", ana]}])

    assert (report.exit, [each["outcome"] for each in rows(report)]) == (Exit.OK, ["granted"] * 4)
    assert sandbox.audit()["saves"] == 2
    assert sorted((each["person"], each["field"], each["after"]) for each in sandbox.audit()["changes"]) == sorted(
        (name, caption, True) for name, captions in (("Marcus Bell", both), ("Ana Reyes", ana["permissions"])) for caption in captions
    )

"""Several workers on one practice: each person once, however the sign-ins are kept; and a portal that bears only one sign-in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from time import time

import pytest

from portal_bot.model.entities import Outcome
from portal_bot.model.exit_codes import Exit
from portal_bot.run.account import totp
from portal_bot.run.account.credentials import Credentials
from portal_bot.sandbox import Sandbox
from tests.helpers.robot import Robot, outcomes

MEADOWLARK = "Meadowlark Pediatrics"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def lacking(sandbox: Sandbox, most: int, *, practice: str = MEADOWLARK) -> list[dict[str, str]]:
    """Staff Members of one practice without the permission, as a config names them."""
    place = sandbox.site.office.practice(practice)
    assert place is not None
    rows = sandbox.site.office.people(place.id, "staff")
    alone = [row for row in rows if Counter(r.email for r in rows)[row.email] == 1 and Counter(r.display for r in rows)[row.display] == 1]
    off = [row for row in alone if sandbox.permission(practice, "staff", row.email) == "off"]
    return [{"name": row.display, "email": row.email} for row in off[:most]]


@pytest.mark.parametrize(
    ("share", "sign_ins"), [pytest.param(False, 3, id="a sign-in each", marks=pytest.mark.full), pytest.param(True, 1, id="one sign-in")]
)
def test_the_people_of_a_practice_are_shared(start_sandbox: Callable[..., Sandbox], tmp_path: Path, share: bool, sign_ins: int) -> None:
    """Three workers, one practice: everybody is granted once, by more than one of them, with as many sign-ins as asked for."""
    sandbox = start_sandbox(layout="modern")
    people = lacking(sandbox, 7)
    bot = Robot(tmp_path, sandbox.url, sandbox.user_name, sandbox.password, run={"workers": 3, "share_session": share})
    report = bot.apply({MEADOWLARK: {"staff": people}})
    assert (report.exit, Counter(outcome for _, outcome in outcomes(report))) == (Exit.OK, {"granted": len(people)})
    audit = sandbox.audit()
    assert sorted(change["email"] for change in audit["changes"]) == sorted(person["email"] for person in people)
    assert audit["saves"] == len(people)
    assert len(audit["sign_ins"]) == sign_ins
    assert len({event.worker for event in bot.events if event.kind == "person-done"}) > 1


@pytest.mark.full
def test_a_shared_session_that_ends_is_begun_anew_once(start_sandbox: Callable[..., Sandbox], tmp_path: Path) -> None:
    """All its workers meet the end of it; that is one session that has ended, and not a portal that bears only one worker."""
    sandbox = start_sandbox(layout="modern")
    people = lacking(sandbox, 9)
    bot = Robot(tmp_path, sandbox.url, sandbox.user_name, sandbox.password, run={"workers": 3, "share_session": True})
    bot.heard = lambda event: sandbox.end_sessions() if event.kind == "person-done" and event["n"] == 3 else None
    report = bot.apply({MEADOWLARK: {"staff": people}})
    assert (report.exit, Counter(outcome for _, outcome in outcomes(report))) == (Exit.OK, {"granted": len(people)}), report.error
    audit = sandbox.audit()
    assert sorted(change["email"] for change in audit["changes"]) == sorted(person["email"] for person in people)
    assert len(audit["sign_ins"]) == 2
    said = [event.fields["text"] for event in bot.events if event.kind == "warning"]
    assert said
    assert not [text for text in said if "one worker" in text]


@pytest.mark.full
def test_a_portal_that_bears_one_sign_in_gets_one_worker(start_sandbox: Callable[..., Sandbox], tmp_path: Path) -> None:
    """Where each sign-in ends the one before, the run goes on with one worker, says so, and does everybody once."""
    sandbox = start_sandbox(layout="modern", faults=("one-session",))
    people = lacking(sandbox, 6)
    bot = Robot(tmp_path, sandbox.url, sandbox.user_name, sandbox.password, run={"workers": 3})
    report = bot.apply({MEADOWLARK: {"staff": people}})
    assert (report.exit, Counter(outcome for _, outcome in outcomes(report))) == (Exit.OK, {"granted": len(people)}), report.error
    assert sorted(change["email"] for change in sandbox.audit()["changes"]) == sorted(person["email"] for person in people)
    assert any("going on with one worker" in event.fields["text"] for event in bot.events if event.kind == "warning")


@pytest.mark.full
def test_a_portal_that_bears_one_sign_in_loses_no_practice(start_sandbox: Callable[..., Sandbox], tmp_path: Path) -> None:
    """A worker that is sent home while it begins a practice hands the whole of it back."""
    sandbox = start_sandbox(layout="modern", faults=("one-session",))
    wanted = {
        MEADOWLARK: {"staff": lacking(sandbox, 3)},
        "Pinecrest Children's Clinic": {"staff": lacking(sandbox, 3, practice="Pinecrest Children's Clinic")},
    }
    bot = Robot(tmp_path, sandbox.url, sandbox.user_name, sandbox.password, run={"workers": 3})
    report = bot.apply(wanted)
    assert (report.exit, Counter(outcome for _, outcome in outcomes(report))) == (Exit.OK, {"granted": 6}), report.error
    everybody = [person["email"] for lists in wanted.values() for person in lists["staff"]]
    assert sorted(change["email"] for change in sandbox.audit()["changes"]) == sorted(everybody)
    assert len(sandbox.audit()["sign_ins"]) <= 6


@pytest.mark.full
def test_sessions_that_end_of_age_send_nobody_home(start_sandbox: Callable[..., Sandbox], tmp_path: Path) -> None:
    """All sessions end at once, twice: they had gone on beside each other, so it is not the other workers that ended them."""
    sandbox = start_sandbox(layout="modern")
    people = lacking(sandbox, 12)
    bot = Robot(tmp_path, sandbox.url, sandbox.user_name, sandbox.password, run={"workers": 3})
    bot.heard = lambda event: sandbox.end_sessions() if event.kind == "person-done" and event["n"] in (4, 8) else None
    report = bot.apply({MEADOWLARK: {"staff": people}})
    assert (report.exit, Counter(outcome for _, outcome in outcomes(report))) == (Exit.OK, {"granted": len(people)}), report.error
    assert sorted(change["email"] for change in sandbox.audit()["changes"]) == sorted(person["email"] for person in people)
    said = [event.fields["text"] for event in bot.events if event.kind == "warning"]
    assert len([text for text in said if "signing in again" in text]) >= 2
    assert not [text for text in said if "one worker" in text]


class Clock:
    """The time by which codes are made; it stands still, at the beginning of a code's life, until it is set on to the next one."""

    def __init__(self) -> None:
        self.now = time() // 30 * 30

    def __call__(self) -> float:
        return self.now

    def next_code(self) -> None:
        self.now += 30


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    stands = Clock()
    monkeypatch.setattr(totp, "time", stands)
    return stands


@pytest.mark.full
def test_no_one_time_code_is_sent_twice(start_sandbox: Callable[..., Sandbox], tmp_path: Path, clock: Clock) -> None:
    """A portal takes each code once: the second worker waits for the next one, and says so."""
    sandbox = start_sandbox(layout="modern", totp_secret=SECRET)
    people = lacking(sandbox, 12)
    bot = Robot(tmp_path, sandbox.url, sandbox.user_name, sandbox.password, run={"workers": 2})
    bot.heard = lambda event: clock.next_code() if event.kind == "person-done" and event["n"] == 2 else None
    report = bot.apply({MEADOWLARK: {"staff": people}}, credentials=Credentials(sandbox.password, totp_secret=SECRET))
    assert (report.exit, Counter(outcome for _, outcome in outcomes(report))) == (Exit.OK, {"granted": len(people)}), report.error
    assert all(each["ok"] for each in sandbox.audit()["sign_ins"])
    assert len(sandbox.audit()["sign_ins"]) == 4  # password and code of two workers
    assert any("next one-time code" in event.fields["text"] for event in bot.events if event.kind == "note")


def test_a_worker_waits_for_its_code_no_longer_than_there_is_work(
    start_sandbox: Callable[..., Sandbox], tmp_path: Path, clock: Clock
) -> None:  # fmt: skip
    """What the first worker has done meanwhile needs no second sign-in, and the run ends with the last person."""
    sandbox = start_sandbox(layout="modern", totp_secret=SECRET)
    people = lacking(sandbox, 3)
    bot = Robot(tmp_path, sandbox.url, sandbox.user_name, sandbox.password, run={"workers": 2})
    report = bot.apply({MEADOWLARK: {"staff": people}}, credentials=Credentials(sandbox.password, totp_secret=SECRET))
    assert (report.exit, report.error, len(sandbox.audit()["changes"])) == (Exit.OK, None, len(people))
    assert len(sandbox.audit()["sign_ins"]) == 2


@pytest.mark.full
def test_a_deadline_ends_the_wait_for_a_code(start_sandbox: Callable[..., Sandbox], tmp_path: Path, clock: Clock) -> None:
    """It is told as the deadline that it is: nobody has interrupted the run."""
    sandbox = start_sandbox(layout="modern", totp_secret=SECRET)
    people = lacking(sandbox, 12)
    bot = Robot(tmp_path, sandbox.url, sandbox.user_name, sandbox.password, run={"workers": 2})
    bot.heard = lambda event: bot.brakes.deadline() if event.kind == "person-done" and event["n"] == 2 else None
    report = bot.apply({MEADOWLARK: {"staff": people}}, credentials=Credentials(sandbox.password, totp_secret=SECRET))
    assert (report.exit, report.error) == (Exit.NOT_DONE, None)
    assert {each.detail for each in report.results if each.outcome is Outcome.NOT_TRIED} == {"the deadline was reached before"}
    assert len(sandbox.audit()["sign_ins"]) == 2

"""The fault table: what goes wrong in a portal, and what the bot makes of it, judged by exit code, results and the audit."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from portal_bot.model.exit_codes import Exit
from portal_bot.sandbox import Sandbox
from tests.helpers.robot import Robot, everything_written, outcomes, rows

MEADOWLARK, HARBOR = "Meadowlark Pediatrics", "Harbor Street Family Medicine"
TWO = {MEADOWLARK: {"staff": ["Marcus Bell", {"name": "Ana Reyes", "email": "ana.reyes@example.com"}]}}
THERE = {HARBOR: {"staff": ["Peter Vance"]}, MEADOWLARK: {"staff": ["Marcus Bell"]}}
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@dataclass(frozen=True)
class Case:
    """One fault and everything that must come of it. ``said`` stands in the error or in some row's detail."""

    faults: tuple[str, ...]
    exit: Exit
    outcomes: tuple[str, ...]
    stored: int
    said: str = ""
    people: Mapping[str, Any] | None = None
    sign_ins: int = 1
    layouts: tuple[str, ...] = ("modern", "classic")
    totp: bool = False
    options: Mapping[str, Any] | None = None
    quick: bool = False
    """Part of the default suite; the others run with ``-m full``."""

    @property
    def name(self) -> str:
        return "+".join(self.faults) + ("-with-secret" if self.totp else "")


GRANTED, NOT_TRIED = ("granted", "granted"), ("not-tried", "not-tried")
TABLE = [
    Case(("locked-account",), Exit.PORTAL, NOT_TRIED, 0, "locked"),
    Case(("code-page",), Exit.PORTAL, NOT_TRIED, 0, "one-time code", quick=True),
    Case((), Exit.OK, GRANTED, 2, totp=True, sign_ins=2),
    Case(("security-question",), Exit.PORTAL, NOT_TRIED, 0, "security question"),
    Case(("expired-password",), Exit.PORTAL, NOT_TRIED, 0, "password has expired"),
    Case(("terms-page",), Exit.OK, GRANTED, 2),
    Case(("foreign-login",), Exit.PORTAL, NOT_TRIED, 0, "Nothing was typed and nothing was sent", sign_ins=0, quick=True),
    Case(("foreign-form",), Exit.PORTAL, NOT_TRIED, 0, "Nothing was typed and nothing was sent", sign_ins=0),
    Case(("session-ends-before-list",), Exit.OK, GRANTED, 2, sign_ins=2),
    Case(("session-ends-on-record",), Exit.OK, GRANTED, 2, sign_ins=2),
    Case(("session-ends-at-save",), Exit.OK, GRANTED, 2, sign_ins=2, quick=True),
    Case(("session-ends-after-save",), Exit.OK, GRANTED, 2, sign_ins=2),
    Case(("save-stores-nothing",), Exit.PORTAL, ("failed", "failed"), 0, "does not store what portal-bot sends", quick=True),
    Case(("save-answer-lost",), Exit.OK, GRANTED, 2, quick=True),
    Case(("save-stores-more",), Exit.PORTAL, ("failed", "not-tried"), 2, "another field", quick=True),
    Case(("save-unavailable",), Exit.NOT_DONE, ("failed", "granted"), 1, "503"),
    Case(("slow-save",), Exit.OK, GRANTED, 2),
    Case(("debounced-save",), Exit.OK, GRANTED, 2),
    Case(("unavailable-once",), Exit.OK, GRANTED, 2),
    Case(("too-many-requests",), Exit.OK, GRANTED, 2),
    Case(("never-finishes",), Exit.OK, GRANTED, 2),
    Case(("survey-popup",), Exit.OK, GRANTED, 2, quick=True),
    Case(("session-warning",), Exit.OK, GRANTED, 2),
    Case(("announcement-banner",), Exit.OK, GRANTED, 2),
    Case(("person-deleted#marcus.bell@example.com",), Exit.NOT_DONE, ("failed", "granted"), 1, "404"),
    Case(("practice-missing@Harbor",), Exit.NOT_DONE, ("failed", "granted"), 1, "Harbor Street", people=THERE),
    Case(("practice-switch-ignored",), Exit.NOT_DONE, ("failed", "granted"), 1, people=THERE, quick=True),
    Case(("empty-list",), Exit.NOT_DONE, ("not-found", "not-found"), 0, "nobody"),
    Case(("menu-missing",), Exit.PORTAL, NOT_TRIED, 0, "user_administration"),
    Case(("box-disabled",), Exit.NOT_DONE, ("blocked", "blocked"), 0, "disabled"),
    Case(("busy-page#marcus.bell@example.com",), Exit.NOT_DONE, ("failed", "granted"), 1, "no longer answered", sign_ins=2),
    Case(("unavailable-always",), Exit.PORTAL, NOT_TRIED, 0, "503", sign_ins=0),
]


def cases() -> list[Any]:
    params = []
    for case in TABLE:
        for layout in case.layouts:
            marks = [] if case.quick and layout == case.layouts[0] else [pytest.mark.full]
            params.append(pytest.param(case, layout, id=f"{case.name or 'one-time-code'}-{layout}", marks=marks))
    return params


@pytest.mark.parametrize(("case", "layout"), cases())
def test_a_fault_is_told_truly_and_nothing_is_half_done(
    case: Case, layout: str, start_sandbox: Callable[..., Sandbox], tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    """Exit code, outcome of each person, what the portal stored, how often the password was sent; and no secret in any file."""
    sandbox = start_sandbox(layout=layout, faults=case.faults, totp_secret=SECRET if case.totp else None)
    bot = Robot(tmp_path, sandbox.url, sandbox.user_name, sandbox.password, limits={"wait": "6s", "step": "12s", "settle": "2s"})
    options = dict(case.options or {})
    if case.totp:
        from portal_bot.run.account.credentials import Credentials

        options["credentials"] = Credentials(sandbox.password, totp_secret=SECRET)

    report = bot.apply(case.people or TWO, **options)

    audit = sandbox.audit()
    told = tuple(row["outcome"] for row in rows(report))
    said = " ".join([str(report.error or ""), *(row["detail"] for row in rows(report))])
    expected = f"exit {case.exit.value}, {', '.join(case.outcomes)}, {case.stored} stored"
    seen = f"exit {report.exit.value}, {', '.join(told)}, {len(audit['changes'])} stored"
    record_property("fault", f"{case.name or 'one-time code'} ({layout}) | {expected} | {seen}")
    assert (report.exit, told) == (case.exit, case.outcomes), said
    assert len(audit["changes"]) == case.stored, audit["changes"]
    assert len(audit["sign_ins"]) == case.sign_ins, audit["sign_ins"]
    assert case.said.casefold() in said.casefold(), said
    granted = {row["email"] or row["name"] for row in rows(report) if row["outcome"] == "granted"}
    if case.faults != ("save-stores-more",):
        assert {change["field"] for change in audit["changes"]} <= {"Messaging"}
        assert len(granted) == len(audit["changes"])
    for path, content in everything_written(tmp_path):
        assert sandbox.password.encode() not in content, path


@pytest.mark.full
def test_a_slow_switch_is_believed_only_when_the_portal_has_answered(start_sandbox: Callable[..., Sandbox], tmp_path: Path) -> None:
    """The drop-down shows the chosen practice at once. Where the portal, half a second later, does not, nobody is looked for there."""
    sandbox = start_sandbox(layout="classic", latency_ms=400, faults=("practice-switch-ignored",))
    report = Robot(tmp_path, sandbox.url, sandbox.user_name, sandbox.password).apply(THERE)
    assert [outcome for _, outcome in outcomes(report)] == ["failed", "granted"]
    assert "did not switch" in rows(report)[0]["detail"]

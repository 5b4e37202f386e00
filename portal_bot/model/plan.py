"""What is wanted compared with what was seen: outcomes, limits, digest. Pure."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from portal_bot.model.entities import Assignment, Outcome, Result, Seen
from portal_bot.model.errors import LimitReached


@dataclass(frozen=True)
class PlannedChange:
    """One box to be ticked or unticked."""

    assignment: Assignment
    before: bool


@dataclass(frozen=True)
class Limits:
    """How much one run may change. (Contract: ``limits`` in the config, overridden by options.)"""

    max_changes: int
    max_removals: int

    def cannot_be_exceeded_by(self, wanted: Iterable[Assignment]) -> bool:
        """Whether even the change of every single assignment would stay within the limits."""
        every = list(wanted)
        return len(every) <= self.max_changes and sum(not a.wanted for a in every) <= self.max_removals

    def check(self, changes: Sequence[PlannedChange]) -> None:
        """Raises LimitReached, with the numbers and the way out, where there is more to change than the limits allow."""
        removals = sum(not change.assignment.wanted for change in changes)
        if removals > self.max_removals:
            raise LimitReached(
                f"{removals} removals are due, and the limit is {self.max_removals}. Nothing was changed.",
                hint=f"If that is right, run again with --max-removals {removals}.",
            )
        if len(changes) > self.max_changes:
            raise LimitReached(
                f"{len(changes)} changes are due, and the limit is {self.max_changes}. Nothing was changed.",
                hint=f"If that is right, run again with --max-changes {len(changes)}.",
            )


def planned(assignment: Assignment, seen: Seen, *, email: str | None = None, seconds: float | None = None) -> Result:
    """What a run would do for one assignment that was read."""
    outcome = seen.settles(assignment.wanted) or (Outcome.WOULD_GRANT if assignment.wanted else Outcome.WOULD_REMOVE)
    return Result(assignment, outcome, before=seen.on, detail=explained(outcome, assignment, seen), seconds=seconds, email=email)


def proved(
    assignment: Assignment,
    before: Seen,
    after: Seen,
    said: str = "",
    *,
    answered_badly: bool = False,
    email: str | None = None,
    seconds: float | None = None,
    pictures: tuple[str, ...] = (),
) -> Result:
    """What came of one assignment after Save, by what the proof window showed.

    ``said``: what the portal said to Save. ``answered_badly``: it was an error, which a change that was stored tells of too.
    """
    if after.on == assignment.wanted:
        outcome = Outcome.GRANTED if assignment.wanted else Outcome.REMOVED
        detail = f"stored, though {said}" if answered_badly else ""
        return Result(assignment, outcome, before.on, after.on, detail, seconds, pictures, email)
    detail = f"Save was pressed, but the portal still shows {assignment.permission} {'off' if assignment.wanted else 'on'}"
    return Result(assignment, Outcome.FAILED, before.on, after.on, detail + (f"; {said}" if said else ""), seconds, pictures, email)


def explained(outcome: Outcome, assignment: Assignment, seen: Seen) -> str:
    """What a reader has to know about an outcome that needs no change or could not be brought about."""
    if outcome is Outcome.BY_ROLE:
        return "given by a role; nothing to do"
    if outcome is Outcome.BLOCKED and seen.on is None:
        return f'the record has no box "{assignment.permission}"'
    if outcome is Outcome.BLOCKED and seen.on:
        return f"{assignment.permission} is given by a role (ticked and disabled); take the role away in the portal"
    if outcome is Outcome.BLOCKED:
        return f"the box {assignment.permission} is disabled; the portal does not let this account change it"
    return ""


def changes(results: Iterable[Result]) -> list[PlannedChange]:
    return [PlannedChange(r.assignment, bool(r.before)) for r in results if r.outcome.pending]


def digest(results: Iterable[Result]) -> str:
    """A short fingerprint of what is wanted and what was seen; ``apply --expect`` compares it."""
    rows = [
        [a.practice, a.list.value, a.person.name, a.person.email, a.permission, a.wanted, r.before, str(r.outcome)]
        for r in results
        for a in [r.assignment]
    ]
    return hashlib.sha256(json.dumps(rows, ensure_ascii=False).encode()).hexdigest()[:12]


def counts(results: Iterable[Result]) -> dict[str, int]:
    """How many of each outcome, in the order of ``Outcome``; outcomes that did not occur are left out."""
    counted = Counter(result.outcome for result in results)
    return {str(outcome): counted[outcome] for outcome in Outcome if counted[outcome]}

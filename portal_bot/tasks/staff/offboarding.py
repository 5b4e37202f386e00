"""Somebody leaves: the permission is taken away in the portal, and the config says since when and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from portal_bot.config.config_edit import Listed, PersonMark, listed, prepare
from portal_bot.config.loader import Config, load_config
from portal_bot.model.entities import Assignment, Mode, Outcome, Person, Result
from portal_bot.model.errors import ConfigError
from portal_bot.model.events import Listener
from portal_bot.model.exit_codes import Exit, exit_of_results, worst
from portal_bot.model.name_matching import fits, same_text
from portal_bot.run.account.credentials import Credentials
from portal_bot.run.engine import run
from portal_bot.run.run_options import RunOptions
from portal_bot.tasks.staff.onboarding import StaffReport, Talk

_MARKED = frozenset({Outcome.REMOVED, Outcome.UNCHANGED, Outcome.BLOCKED})
"""What is so or shall become so. Whoever is not in the portal any more needs no mark: the line can go."""


def leavers(config: Config, names: Sequence[str], practices: Sequence[str] = (), email: str | None = None) -> list[Listed]:
    """Whom of the config these names mean, in every practice unless some are named.

    Raises ConfigError for a name that nobody has, and for one that several people of a list have.
    """
    found: list[Listed] = []
    problems: list[str] = []
    for name in names:
        fitting = [
            each
            for each in listed(config)
            if fits(each.entry.name, name)
            and (not practices or any(same_text(each.practice, practice) for practice in practices))
            and (email is None or same_text(each.entry.email, email))
        ]
        places = [(each.number, each.list) for each in fitting]
        if not fitting:
            problems.append(f"{name} is not in the config{' with ' + email if email else ''}.")
        elif len(set(places)) < len(places):
            told = ", ".join(each.entry.email or "no e-mail" for each in fitting)
            problems.append(f"{name}: the config has several ({told}). Say which with --email.")
        found += fitting
    if problems:
        raise ConfigError(problems, hint="Nothing was opened.")
    return found


def offboard(
    path: Path,
    people: Sequence[Listed],
    options: RunOptions,
    talk: Talk,
    *,
    asks: bool,
    reason: str,
    today: date,
    listeners: Sequence[Listener] = (),
    credentials: Credentials | None = None,
) -> StaffReport:
    """Takes the permission from people whom the config at ``path`` lists, and marks them there.

    Being asked for by name is the confirmation: so many removals are allowed, and no more.
    """
    whole = prepare(load_config(path), [_mark(each, reason, today) for each in people])
    meant = {_key(each) for each in people}

    def only(assignment: Assignment) -> bool:
        return (assignment.practice, assignment.list, assignment.person) in meant

    removals = sum(only(each) for each in whole.config.assignments())
    limited = replace(options, only=only, max_removals=removals)
    if asks:
        report = run(whole.config, replace(limited, mode=Mode.PLAN), listeners=listeners, credentials=credentials)
        talk.told(report)
        if report.error is not None or report.exit is not Exit.OK:
            return StaffReport(report.exit, report.results)
        if not talk.agrees(report.results, whole):
            return StaffReport(Exit.OK, report.results, declined=True)
    report = run(whole.config, replace(limited, mode=Mode.APPLY), listeners=listeners, credentials=credentials)
    talk.told(report)
    marks = [_mark(each, reason, today) for each in people if _outcomes(report.results, each) <= _MARKED]
    edit = prepare(load_config(path), marks)
    if edit.changes_anything:
        edit.write()
        talk.edited(edit)
    return StaffReport(worst([report.exit, exit_of_results(report.results)]), report.results)


def _mark(who: Listed, reason: str, today: date) -> PersonMark:
    """Somebody who is marked already keeps the day and reason of then."""
    return PersonMark(who, {"access": False}, f"{today}: {reason}") if who.entry.access else PersonMark(who, {})


def _key(who: Listed) -> tuple[object, ...]:
    return who.practice, who.list, Person(who.entry.name, who.entry.email, who.entry.location)


def _outcomes(results: Sequence[Result], who: Listed) -> set[Outcome]:
    return {each.outcome for each in results if (each.assignment.practice, each.assignment.list, each.assignment.person) == _key(who)}

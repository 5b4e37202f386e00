"""Somebody starts, somebody leaves: the permission is given or taken in the portal, and the config is told of it.

The run is an ordinary one, of a config as it would read after the edit, for these people only. The config is written
when the portal has shown what came of it, so that what stands in it is true. Prints nothing and asks nobody: ``Talk`` does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from time import monotonic
from typing import Protocol

from portal_bot.config.config_edit import Edit, Listed, NewPerson, PersonMark, listed, prepare
from portal_bot.config.loader import Config, load_config
from portal_bot.model.entities import Assignment, ListName, Mode, Outcome, Result
from portal_bot.model.errors import ConfigError
from portal_bot.model.events import Listener
from portal_bot.model.exit_codes import Exit, exit_of_results, worst
from portal_bot.model.name_matching import fits, same_text
from portal_bot.output.evidence.recorders import WatchOptions
from portal_bot.run.account.credentials import Credentials
from portal_bot.run.engine import run
from portal_bot.run.run_options import RunOptions, RunReport

FIRST_PAUSE, LONGEST_PAUSE, GROWS = 30.0, 300.0, 1.5
"""Seconds between two looks for somebody. Records come over from the EHR 15 to 30 minutes after they are saved (help article)."""
_IN_PLACE = frozenset({Outcome.GRANTED, Outcome.UNCHANGED, Outcome.BY_ROLE})
_MISSING = frozenset({Outcome.NOT_FOUND, Outcome.AWAITED})


class Talk(Protocol):
    """Whoever types the command."""

    def agrees(self, results: Sequence[Result], edit: Edit) -> bool:
        """After a look at the portal: whether to go on."""

    def moves(self, who: NewPerson, to: ListName) -> bool:
        """Somebody was found in the other list: whether that list is meant."""

    def waits(self, who: Sequence[NewPerson], pause: float, left: float) -> None:
        """These are not there yet; the next look is in ``pause`` seconds, and ``left`` seconds remain."""

    def told(self, report: RunReport) -> None:
        """A run has ended."""

    def edited(self, edit: Edit) -> None:
        """The config was written."""


@dataclass(frozen=True)
class Waiting:
    """How long a missing record is looked for again, in seconds. ``pause`` waits; it raises KeyboardInterrupt where it is cut short."""

    total: float = 0.0
    pause: Callable[[float], None] = lambda _seconds: None
    clock: Callable[[], float] = monotonic


@dataclass(frozen=True)
class StaffReport:
    """What came of it. ``elsewhere``: who was found in the other list, and was left alone."""

    exit: Exit
    results: tuple[Result, ...] = ()
    elsewhere: Mapping[NewPerson, ListName] = field(default_factory=dict)
    declined: bool = False


def onboard(
    path: Path,
    people: Sequence[NewPerson],
    options: RunOptions,
    talk: Talk,
    *,
    asks: bool,
    waiting: Waiting | None = None,
    listeners: Sequence[Listener] = (),
    credentials: Credentials | None = None,
) -> StaffReport:
    """Gives new people the permission and puts them into the config at ``path``.

    ``asks``: look first and ask ``talk`` before anything is changed. Raises ConfigError before anything is opened.
    """
    job = _Onboarding(path, options, talk, listeners, credentials)
    return job.go(list(people), asks=asks, waiting=waiting or Waiting())


class _Onboarding:
    def __init__(self, path: Path, options: RunOptions, talk: Talk, listeners: Sequence[Listener], credentials: Credentials | None) -> None:
        self._path, self._options, self._talk = path, options, talk
        self._listeners, self._credentials = listeners, credentials
        self._results: dict[NewPerson, tuple[Result, ...]] = {}
        self._elsewhere: dict[NewPerson, ListName] = {}
        self._other_lists_seen: set[NewPerson] = set()
        self._written: set[NewPerson] = set()

    def go(self, people: list[NewPerson], *, asks: bool, waiting: Waiting) -> StaffReport:
        began, pauses = waiting.clock(), _pauses()
        if asks:
            report = self._run(people, Mode.PLAN)
            if self._stops(report):
                return self._ended(report.exit)
            people = self._look_in_other_lists(people)
            known = [each for each in people if each not in self._elsewhere]
            results = [result for each in known for result in self._results.get(each, ())]
            if not known or not self._talk.agrees(results, self._edit(known)):
                return replace(self._ended(Exit.OK), declined=bool(known))
        while people := [each for each in people if each not in self._elsewhere]:
            report = self._run(people, Mode.APPLY)
            self._remember(people)
            if self._stops(report) or not (people := self._missing(people)):
                return self._ended(report.exit if self._stops(report) else Exit.OK)
            self._look_in_other_lists(people)
            people = [each for each in people if each not in self._elsewhere]
            left = waiting.total - (waiting.clock() - began)
            if not people or left <= 0:
                break
            pause = min(next(pauses), left)
            self._talk.waits(people, pause, left)
            try:
                waiting.pause(pause)
            except KeyboardInterrupt:
                return self._ended(Exit.INTERRUPTED)
        return self._ended(Exit.OK)

    # -- steps -----------------------------------------------------------------------------------------------------

    def _run(self, people: Sequence[NewPerson], mode: Mode, *, quietly: bool = False) -> RunReport:
        edit = self._edit(people)

        def whose(assignment: Assignment) -> NewPerson | None:
            return next((each for each in people if _is(assignment, each)), None)

        watch = self._options.watch if mode is Mode.APPLY else WatchOptions()
        options = replace(self._options, mode=mode, only=lambda assignment: whose(assignment) is not None, watch=watch)
        report = run(edit.config, options, listeners=self._listeners, credentials=self._credentials)
        told: dict[NewPerson, list[Result]] = {}
        for result in report.results:
            who = whose(result.assignment)
            assert who is not None
            told.setdefault(who, []).append(result)
        if not quietly:
            self._talk.told(report)
        self._results.update({who: tuple(results) for who, results in told.items()})
        return report

    def _edit(self, people: Sequence[NewPerson]) -> Edit:
        """The config as it stands now with these people in it."""
        config = load_config(self._path)
        return prepare(config, _changes(config, people))

    def _missing(self, people: Sequence[NewPerson]) -> list[NewPerson]:
        return [each for each in people if any(result.outcome in _MISSING for result in self._results.get(each, ()))]

    def _stops(self, report: RunReport) -> bool:
        return report.error is not None or report.exit not in (Exit.OK, Exit.NOT_DONE)

    def _look_in_other_lists(self, people: list[NewPerson]) -> list[NewPerson]:
        """Who is missing may stand in the other list, which is looked at once. The people, those moved whom ``talk`` moves."""
        asked = [each for each in self._missing(people) if each not in self._other_lists_seen]
        self._other_lists_seen.update(asked)
        others = {replace(each, list=_other(each.list)): each for each in asked}
        if not others:
            return people
        kept = dict(self._results)
        self._run(list(others), Mode.PLAN, quietly=True)
        seen, self._results = self._results, kept
        moved: dict[NewPerson, NewPerson] = {}
        for there, who in others.items():
            results = seen.get(there, ())
            if results and all(each.outcome in _IN_PLACE or each.outcome in (Outcome.WOULD_GRANT, Outcome.BLOCKED) for each in results):
                if self._talk.moves(who, there.list):
                    moved[who] = there
                    self._results.pop(who, None)
                    self._results[there] = results
                else:
                    self._elsewhere[who] = there.list
        return [moved.get(each, each) for each in people]

    def _remember(self, people: Sequence[NewPerson]) -> None:
        """Writes into the config who is in place, and who is awaited until a day."""
        new = []
        for each in people:
            outcomes = {result.outcome for result in self._results.get(each, ())}
            if each not in self._written and outcomes and outcomes <= {*_IN_PLACE, Outcome.AWAITED}:
                new.append(each if Outcome.AWAITED in outcomes else replace(each, until=None))
                self._written.add(each)
        if new:
            edit = self._edit(new)
            if edit.changes_anything:
                edit.write()
                self._talk.edited(edit)

    def _ended(self, code: Exit) -> StaffReport:
        results = tuple(result for each in self._results.values() for result in each)
        codes = [code, exit_of_results(results)]
        if self._elsewhere:
            codes.append(Exit.NOT_DONE)
        return StaffReport(worst(codes), results, dict(self._elsewhere))


def newcomer(config: Config, person: NewPerson) -> NewPerson:
    """The person as the config would have them. Raises ConfigError for a practice that it does not have, or the other list."""
    names = [each.name for each in config.practices]
    name = next((each for each in names if same_text(each, person.practice)), None) if person.practice else names[0]
    if person.practice and name is None:
        known = "; ".join(each for each in names if each)
        raise ConfigError(
            [f"--practice {person.practice}: the config has no such practice. There are: {known}."], hint="Nothing was opened."
        )
    if not person.practice and len(names) > 1:
        raise ConfigError(["The config has several practices: say --practice."], hint="Nothing was opened.")
    for each in listed(config):
        if each.practice == name and each.list is not person.list and same_person(each, person):
            raise ConfigError(
                [f"{person.name} is in the config already, under {each.list.caption}, not under {person.list.caption}."],
                hint=f"Nothing was opened. If that list is right: --list {each.list.value}.",
            )
    return replace(person, practice=name)


def same_person(one: Listed, other: NewPerson) -> bool:
    """By name, and by e-mail where both have one."""
    mails = (one.entry.email, other.email)
    return fits(one.entry.name, other.name) and (None in mails or same_text(*mails))


def _changes(config: Config, people: Sequence[NewPerson]) -> list[NewPerson | PersonMark]:
    """What the config lacks: somebody listed already is not added again, and set on where they stand off."""
    changes: list[NewPerson | PersonMark] = []
    for person in people:
        there = [
            each for each in listed(config) if (each.practice, each.list) == (person.practice, person.list) and same_person(each, person)
        ]
        changes += [PersonMark(each, {"access": True}) for each in there if not each.entry.access]
        if not there:
            changes.append(person)
    return changes


def _is(assignment: Assignment, person: NewPerson) -> bool:
    mails = (assignment.person.email, person.email)
    return (
        same_text(assignment.practice, person.practice)
        and assignment.list is person.list
        and fits(assignment.person.name, person.name)
        and (None in mails or same_text(*mails))
    )


def _other(which: ListName) -> ListName:
    return ListName.STAFF if which is ListName.PROVIDERS else ListName.PROVIDERS


def _pauses() -> Iterator[float]:
    pause = FIRST_PAUSE
    while True:
        yield pause
        pause = min(pause * GROWS, LONGEST_PAUSE)

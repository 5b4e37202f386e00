"""Results as they come in: one for each assignment, told to the listeners once, kept in the config's order."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from portal_bot.model.entities import Assignment, ListName, Outcome, Person, Result
from portal_bot.model.events import EventStream


@dataclass(frozen=True)
class PersonJob:
    """Everything wanted of one person in one list of one practice: one visit to the record."""

    assignments: tuple[Assignment, ...]

    @property
    def person(self) -> Person:
        return self.assignments[0].person

    @property
    def list(self) -> ListName:
        return self.assignments[0].list


@dataclass(frozen=True)
class PracticeJob:
    """Everybody wanted in one practice, in the config's order, one list after the other."""

    practice: str | None
    people: tuple[PersonJob, ...]

    @property
    def lists(self) -> tuple[ListName, ...]:
        return tuple(dict.fromkeys(job.list for job in self.people))


def by_practice(assignments: Iterable[Assignment]) -> tuple[PracticeJob, ...]:
    """Assignments grouped into visits, and visits into practices; order is kept."""
    people: dict[tuple[object, ...], list[Assignment]] = {}
    for each in assignments:
        people.setdefault((each.practice, each.list, each.person), []).append(each)
    practices: dict[str | None, list[PersonJob]] = {}
    for group in people.values():
        practices.setdefault(group[0].practice, []).append(PersonJob(tuple(group)))
    return tuple(PracticeJob(name, tuple(jobs)) for name, jobs in practices.items())


class Collector:
    """Collects results from all workers. A result is told as ``person-done`` when it is final."""

    def __init__(self, assignments: Sequence[Assignment], events: EventStream) -> None:
        self._assignments = assignments
        self._events = events
        self._results: dict[int, Result] = {}
        self._done = 0
        self._lock = threading.Lock()

    @property
    def total(self) -> int:
        return len(self._assignments)

    @property
    def done(self) -> int:
        return self._done

    def add(self, result: Result, *, final: bool = True, worker: int = 0) -> None:
        """Keeps a result. One that is not final (a change found by the reading pass) is told later."""
        with self._lock:
            self._results[result.assignment.index] = result
            self._done += final
            n = self._done
        if final:
            self._events.emit("person-done", worker=worker, n=n, of=self.total, index=result.assignment.index, result=result.row())

    def of(self, assignment: Assignment) -> Result | None:
        return self._results.get(assignment.index)

    def close(self, detail: str, *, planned_is_final: bool) -> tuple[Result, ...]:
        """All results in the config's order. What was not come to, or was only planned while it should have been done, is
        ``not-tried``."""
        for each in self._assignments:
            known = self._results.get(each.index)
            if known is None or (known.outcome.pending and not planned_is_final):
                self.add(Result(each, Outcome.NOT_TRIED, known.before if known else None, detail=detail))
        return self.all()

    def all(self) -> tuple[Result, ...]:
        return tuple(self._results[each.index] for each in self._assignments if each.index in self._results)

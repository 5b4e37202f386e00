"""Whether a Save has changed somebody else's record: the records around it are read again in the proof window and compared."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from flows.assign_permission import look
from flows.visit import RecordReading, Visit, Wanted
from portal_bot.model.entities import Assignment, ListName, Person, RosterEntry
from portal_bot.model.errors import BrowserGone, Busy, PageError, PortalChanged
from portal_bot.model.name_matching import fits
from portal_bot.portal.identity.record_identity import all_differences
from portal_bot.portal.page.portal_page import PortalPage

_HINT = (
    "Look at both records in the portal, correct what is wrong by hand, and ask the vendor. A field that changes by itself belongs in your "
    "map under record: volatile:."
)


@dataclass(frozen=True)
class OpenRecord:
    """A record as it was read last in this run."""

    wanted: Wanted
    entry: RosterEntry
    record: RecordReading


class Read(Protocol):
    """Reads in the proof window of a worker. (``WorkerSession.prove``)"""

    def __call__(self, practice: str | None, which: ListName, read: Callable[[PortalPage], Visit], /) -> Visit: ...


class Neighbors:
    """Reads and compares for one worker."""

    def __init__(self, prove: Read) -> None:
        self._prove = prove

    def read(self, wanted: Wanted, entries: Iterable[RosterEntry], roster: Sequence[RosterEntry]) -> list[OpenRecord]:
        """The records of some entries, for the permissions and in the practice of ``wanted``. One that cannot be read is left out."""
        found = []
        for entry in entries:
            person = Person(entry.name, entry.email)
            asked = tuple(Assignment(each.index, each.practice, entry.list, person, each.permission, True) for each in wanted.assignments)
            neighbor = Wanted(asked, twins=has_twins(entry, roster))
            try:
                found.append(OpenRecord(neighbor, entry, self._look(neighbor, entry).record))
            except (BrowserGone, Busy):
                raise
            except PageError:
                continue
        return found

    def compare(self, before: Iterable[OpenRecord], *, changed: RosterEntry) -> None:
        """Reads records again. Raises PortalChanged where one differs from before: a Save for ``changed`` went there."""
        for each in before:
            if each.entry == changed:
                continue
            try:
                now = self._look(each.wanted, each.entry).record
            except (BrowserGone, Busy):
                raise
            except PageError as error:
                raise PortalChanged(
                    f"After Save for {changed.name} the record of {each.entry.name} is no longer as it was: {error.message}", hint=_HINT
                ) from error
            if differing := all_differences(each.record.view, now.view):
                again = self._look(each.wanted, each.entry).record
                by_themselves = all_differences(now.view, again.view)
                differing = [field for field in differing if field not in by_themselves]
            if differing:
                raise PortalChanged(
                    f"Save for {changed.name} has changed the record of {each.entry.name} ({', '.join(differing[:8])}). "
                    "portal-bot does not put it back, and nobody else was tried.",
                    hint=_HINT,
                )

    def _look(self, wanted: Wanted, entry: RosterEntry) -> Visit:
        return self._prove(wanted.practice, entry.list, lambda window: look(window, wanted, entry))


def neighbors_of(entry: RosterEntry, roster: Sequence[RosterEntry]) -> tuple[RosterEntry, ...]:
    """The people before and after somebody in a list."""
    if entry not in roster:
        return ()
    place = roster.index(entry)
    return tuple(roster[max(0, place - 1) : place]) + tuple(roster[place + 1 : place + 2])


def has_twins(entry: RosterEntry, roster: Sequence[RosterEntry]) -> bool:
    """Whether a list has somebody else of the same name."""
    return any(other is not entry and fits(other.name, entry.name) for other in roster)

"""What every question about a look is answered with."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

Found = TypeVar("Found")


@dataclass(frozen=True)
class Answer(Generic[Found]):
    """One thing, nothing, or several that fit equally: never a guess among them.

    ``rivals``: what else came close. Where ``several`` is true, they are what fits equally.
    """

    found: Found | None
    why: str
    rivals: tuple[Found, ...] = ()

    @property
    def several(self) -> bool:
        return self.found is None and len(self.rivals) > 1

    def __bool__(self) -> bool:
        return self.found is not None


@dataclass(frozen=True)
class Candidate(Generic[Found]):
    """Something that may be the answer. The lower the rank, the better; equal ranks fit equally."""

    rank: int
    thing: Found
    why: str


def nothing(why: str) -> Answer[Found]:
    return Answer(None, why)


def choose(candidates: Iterable[Candidate[Found]], what: str) -> Answer[Found]:
    """The one candidate of the best rank. Several of that rank are all named."""
    ordered = sorted(candidates, key=lambda candidate: candidate.rank)
    if not ordered:
        return nothing(f"nothing here looks like {what}")
    first = [candidate for candidate in ordered if candidate.rank == ordered[0].rank]
    if len(first) > 1:
        return Answer(None, f"{len(first)} fit {what} equally: {first[0].why}", tuple(candidate.thing for candidate in first))
    return Answer(first[0].thing, first[0].why, tuple(candidate.thing for candidate in ordered[1:]))

"""What a walk through a portal tells of each control. Data only."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from portal_bot.portal.map.map_patch import MapLine


class State(StrEnum):
    FOUND = "found"
    MISSING = "not found"
    AMBIGUOUS = "ambiguous"
    ABSENT = "absent"
    NOT_HERE = "not needed here"
    NOT_REACHED = "not reached"


@dataclass(frozen=True)
class Finding:
    """One control on one screen. ``needed``: the bot cannot work without it.

    ``line`` mends it, in the doctor's opinion or as the user has shown; ``mended``: the walk went on with it.
    """

    control: str
    state: State
    detail: str = ""
    needed: bool = True
    nearest: tuple[str, ...] = ()
    line: MapLine | None = None
    mended: bool = False

    @property
    def is_problem(self) -> bool:
        return self.needed and self.state in (State.MISSING, State.AMBIGUOUS, State.NOT_REACHED)


@dataclass
class ScreenReport:
    """One screen of the walk: what was found on it, and its picture (PNG) where one could be taken."""

    title: str
    findings: list[Finding] = field(default_factory=list)
    picture: bytes | None = None


@dataclass(frozen=True)
class Check:
    """Something that is settled before or beside the controls: config, credentials, browser, sign-in."""

    what: str
    ok: bool
    detail: str

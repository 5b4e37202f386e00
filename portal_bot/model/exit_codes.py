"""Exit codes, and the one rule that reduces a run to one of them. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import IntEnum

from portal_bot.model.entities import Mode, Outcome, Result


class Exit(IntEnum):
    """Exit codes of every command. ``meaning`` is the sentence that closes a run and stands in ``--help``."""

    OK = 0
    CRASH = 1
    BAD_CONFIG = 2
    PENDING = 3
    NOT_DONE = 4
    REFUSED = 5
    PORTAL = 6
    INTERRUPTED = 130

    @property
    def meaning(self) -> str:
        return _MEANINGS[self]


_MEANINGS: Mapping[Exit, str] = {
    Exit.OK: "as asked",
    Exit.CRASH: "portal-bot itself failed; this is a bug",
    Exit.BAD_CONFIG: "bad option or config; nothing was opened",
    Exit.PENDING: "changes are pending",
    Exit.NOT_DONE: "finished, some people not done",
    Exit.REFUSED: "refused by a limit; nothing was changed",
    Exit.PORTAL: "cannot sign in, or the portal is unreachable or not recognised, or it changed under way",
    Exit.INTERRUPTED: "interrupted",
}


def exit_of_results(results: Iterable[Result], *, check: bool = False) -> Exit:
    """The exit code that the outcomes alone ask for. ``check`` is ``plan --check``."""
    every = list(results)
    if any(not (result.outcome.done or result.outcome.pending) for result in every):
        return Exit.NOT_DONE
    if check and any(result.outcome.pending for result in every):
        return Exit.PENDING
    return Exit.OK


def worst(codes: Iterable[Exit]) -> Exit:
    """Where several fit: 130 beats all, 1 beats 4 to 6, then the higher."""
    rank = {
        Exit.OK: 0,
        Exit.PENDING: 1,
        Exit.BAD_CONFIG: 2,
        Exit.NOT_DONE: 3,
        Exit.REFUSED: 4,
        Exit.PORTAL: 5,
        Exit.CRASH: 6,
        Exit.INTERRUPTED: 7,
    }
    return max(codes, key=rank.__getitem__, default=Exit.OK)


def exit_of_run(
    results: Iterable[Result],
    *,
    mode: Mode,
    check: bool = False,
    read_badly: bool = False,
    deadline_reached: bool = False,
    error: Exit | None = None,
) -> Exit:
    """The exit code of a whole run.

    ``read_badly``: a record could not be read where reading is all that was asked for. ``error``: the code of what ended the run.
    """
    every = list(results)
    untouched = all(result.outcome is Outcome.NOT_TRIED for result in every)
    if error is Exit.BAD_CONFIG and untouched:
        return Exit.BAD_CONFIG  # no browser: nothing was opened
    judged = mode is Mode.APPLY or check
    codes = [exit_of_results(every, check=check) if judged else Exit.OK]
    if read_badly or (deadline_reached and any(result.outcome is Outcome.NOT_TRIED for result in every)):
        codes.append(Exit.NOT_DONE)
    if error is not None:
        codes.append(error)
    return worst(codes)

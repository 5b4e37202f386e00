"""Progress on standard error, as the run goes: a live line on a terminal, plain lines elsewhere."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TaskID, TextColumn
from rich.text import Text

from portal_bot.cli.flags import OutputFlags
from portal_bot.model.entities import Outcome
from portal_bot.model.events import Event
from portal_bot.model.messages import DETAIL_KINDS, duration, log_line

_COLOURS = {
    Outcome.GRANTED: "green",
    Outcome.REMOVED: "green",
    Outcome.WOULD_GRANT: "yellow",
    Outcome.WOULD_REMOVE: "yellow",
}


def colour(outcome: Outcome) -> str:
    """The colour of an outcome: red where somebody has to look after it."""
    return _COLOURS.get(outcome, "" if outcome.done else "red")


class RunConsole:
    """A listener that shows where the run is: which practice, which person, n of m, the time left, the current step.

    Quiet: nothing. Verbose: each step too. Use it as a context manager, so that the live line goes at the end.
    ``portal``: its name stands before each line, and there is no live line, where several portals are told of.
    """

    def __init__(self, flags: OutputFlags, *, portal: str = "") -> None:
        self._portal = portal
        self._quiet = flags.quiet
        self._verbose = flags.verbose
        self._console = Console(stderr=True, highlight=False, soft_wrap=True)
        self._live: Progress | None = None
        self._task = TaskID(0)
        self._began: float | None = None
        self._left = ""

    def __enter__(self) -> RunConsole:
        if self._console.is_terminal and not self._quiet and not self._portal:
            self._live = Progress(
                SpinnerColumn(),
                TextColumn("{task.description}", markup=False),
                BarColumn(bar_width=20),
                MofNCompleteColumn(),
                TextColumn("{task.fields[left]} {task.fields[step]}", markup=False),
                console=self._console,
                refresh_per_second=4,
                transient=True,
            )
            self._task = self._live.add_task("Starting", total=None, left="", step="")
            self._live.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None) -> None:
        if self._live is not None:
            self._live.stop()

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Takes the live line away while something is printed or asked: it would hold back a question until a line ends."""
        if self._live is not None:
            self._live.stop()
        try:
            yield
        finally:
            if self._live is not None:
                self._live.start()

    def say(self, text: str) -> None:
        """A line that belongs to the run's progress."""
        if not self._quiet:
            self._console.print(text, markup=False)

    def __call__(self, event: Event) -> None:
        if self._quiet:
            return
        if event.kind == "person-started" and self._began is None:
            self._began = time.monotonic()  # signing in and reading the lists says nothing of a person's time
        if event.kind == "person-done":
            self._count(event)
        if self._live is not None:
            self._show(event)
        if self._worth_a_line(event) and (line := log_line(event)):
            self._console.print(Text(f"{self._portal and f'{self._portal}: '}{line}{self._said_left(event)}", style=_style(event)))

    def _worth_a_line(self, event: Event) -> bool:
        if event.kind in DETAIL_KINDS:
            return self._verbose and event.kind != "run-finished"
        if event.kind == "person-done" and self._live is not None and not self._verbose:
            # The live line counts whoever is as wanted already.
            return Outcome(event["result"]["outcome"]) not in (Outcome.UNCHANGED, Outcome.BY_ROLE)
        return True

    def _count(self, event: Event) -> None:
        done, total = event["n"], event["of"]
        if self._began is not None:
            left = (time.monotonic() - self._began) / done * (total - done)
            self._left = f"about {duration(left)} left" if done < total else ""

    def _said_left(self, event: Event) -> str:
        return f" · {self._left}" if event.kind == "person-done" and self._left and self._live is None else ""

    def _show(self, event: Event) -> None:
        assert self._live is not None
        shown: dict[str, Any] = {}
        if event.kind == "run-started":
            shown = {"total": event["people"]}
        elif event.kind == "practice-started":
            shown = {"description": event["practice"] or "The practice"}
        elif event.kind == "step":
            shown = {"step": ": ".join(part for part in (event["person"], event["label"]) if part)}
        elif event.kind == "person-done":
            shown = {"completed": event["n"], "total": event["of"], "left": self._left}
        if shown:
            self._live.update(self._task, **shown)


def _style(event: Event) -> str:
    if event.kind == "person-done":
        return colour(Outcome(event["result"]["outcome"]))
    return "yellow" if event.kind in ("warning", "retry") else ""

"""``portal-bot calibrate``: point at what the bot does not find."""

from __future__ import annotations

import sys
import threading
from typing import Annotated, Any

import typer

from portal_bot.cli.flags import ConfigFlag, SelectionFlags
from portal_bot.cli.prompts import is_yes, question
from portal_bot.model.entities import Mode
from portal_bot.model.exit_codes import Exit


def calibrate(
    config: ConfigFlag,
    flags: SelectionFlags,
    control: Annotated[
        list[str] | None,
        typer.Option("--control", metavar="NAME", help="Ask for this control too, such as save.button. May be given several times."),
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="Ask for every control, also those that are found.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Write the map without asking.")] = False,
) -> Exit:
    """Show the bot, by clicking in a browser window, what it does not find by itself. Saves nothing in the portal.

    Writes your map (my-portal.yaml), after showing what would change in it. A click picks and does nothing else.
    Enter or s in the terminal skips what is asked for.
    """
    from portal_bot.cli.error_handling import tell
    from portal_bot.cli.run_summary import last_line
    from portal_bot.config.loader import load_config
    from portal_bot.run.run_options import RunOptions
    from portal_bot.tasks.setup.calibrate import calibrate as run_calibration

    read = load_config(config.config)
    options = RunOptions(
        Mode.CALIBRATE,
        people=tuple(flags.person),
        practices=tuple(flags.practice),
        results=flags.results,
        runs_dir=flags.runs_dir,
        headed=True,
    )
    with _Terminal(yes=yes) as person:
        told = run_calibration(read, options, person, controls=tuple(control or ()), everything=everything)
    if told.error is not None:
        tell(told.error, traceback=None)
    for name in told.skipped:
        print(f"Skipped: {name}")
    for finding in told.problems:
        print(f"Still {finding.state}: {finding.control}" + (f" ({finding.detail})" if finding.detail else ""))
    if told.written is not None:
        print(f"Written: {told.written}")
        if read.portal.map is None:
            print(f"Put `map: {told.written.name}` under `portal:` in {read.path.name}, so that it is used.")
    elif told.lines:
        print("Nothing was written.")
    else:
        print("There was nothing to write.")
    return last_line(told.exit)


class _Terminal:
    """Somebody at a terminal: questions on standard error, Enter skips, y agrees. Without a terminal nothing is read."""

    def __init__(self, *, yes: bool) -> None:
        self._yes = yes
        self._lines: list[str] = []
        self._came = threading.Event()
        self._lock = threading.Lock()

    def __enter__(self) -> _Terminal:
        if sys.stdin.isatty():
            threading.Thread(target=self._read, name="keyboard", daemon=True).start()
        return self

    def __exit__(self, *_exc: object) -> None:
        return None

    def told(self, text: str) -> None:
        print(text, file=sys.stderr, flush=True)

    def asked(self, control: str, question: str) -> None:
        self._take()
        skip = " (Enter skips it.)" if sys.stdin.isatty() else ""
        print(f"\n{control}: {question}{skip}", file=sys.stderr, flush=True)

    def beat(self, page: Any) -> bool:  # noqa: ARG002
        return self._take() is not None

    def agrees(self, diff: str) -> bool:
        print(diff, end="")
        if self._yes:
            return True
        if not sys.stdin.isatty():
            print("Run again with --yes to write this.", file=sys.stderr)
            return False
        self._take()
        print(question("Write this?"), end="", file=sys.stderr, flush=True)
        self._came.wait()
        return is_yes(self._take() or "")

    def _read(self) -> None:
        for line in sys.stdin:
            with self._lock:
                self._lines.append(line)
                self._came.set()
        with self._lock:
            self._came.set()

    def _take(self) -> str | None:
        """The last line typed since it was asked, if any."""
        with self._lock:
            typed = self._lines[-1] if self._lines else None
            self._lines.clear()
            self._came.clear()
            return typed

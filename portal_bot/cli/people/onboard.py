"""``portal-bot onboard`` and ``portal-bot offboard``."""

from __future__ import annotations

import sys
import threading
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from portal_bot.cli.flags import ConfigFlag, OnboardFlags, OutputFlags, RunPlaceFlags
from portal_bot.cli.prompts import confirmed
from portal_bot.model.entities import ListName, Mode, Outcome
from portal_bot.model.errors import ConfigError
from portal_bot.model.exit_codes import Exit

if TYPE_CHECKING:
    from portal_bot.cli.progress import RunConsole
    from portal_bot.config.config_edit import Edit, NewPerson
    from portal_bot.model.entities import Result
    from portal_bot.run.run_options import RunOptions, RunReport
    from portal_bot.tasks.staff.onboarding import StaffReport

_Names = Annotated[list[str], typer.Argument(metavar="NAME...", help="Who, as the portal's list shows the name.")]
_Practices = Annotated[list[str] | None, typer.Option("--practice", metavar="NAME", help="In this practice. May be given several times.")]
_Email = Annotated[str | None, typer.Option("--email", metavar="ADDRESS", help="Tells two people of one name apart.")]
_Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do it without asking.")]


def onboard(
    names: _Names,
    config: ConfigFlag,
    flags: OnboardFlags,
    which: Annotated[ListName, typer.Option("--list", help="The portal's list: clinical staff stand under providers.")],
    practice: _Practices = None,
    email: _Email = None,
    location: Annotated[str | None, typer.Option("--location", metavar="NAME", help="The person's location in the portal.")] = None,
    wait: Annotated[
        str | None, typer.Option("--wait", metavar="TIME", help="Look again for this long if the record is not there yet: 45m.")
    ] = None,
    until: Annotated[
        str | None,
        typer.Option("--until", metavar="DATE", help="If it is not there: into the config, so that each run looks until this day."),
    ] = None,
    yes: _Yes = False,
) -> Exit:
    """Give somebody new the permission, prove it, and put them into the config.

    Looks first and asks, then applies; the config gets its line when the portal has shown that it is so.
    """
    from portal_bot.cli import run_summary
    from portal_bot.cli.progress import RunConsole
    from portal_bot.cli.runs.run_request import watch_options
    from portal_bot.config.config_edit import NewPerson, prepare
    from portal_bot.config.loader import duration, load_config
    from portal_bot.tasks.staff.onboarding import Waiting, newcomer
    from portal_bot.tasks.staff.onboarding import onboard as begin

    _must_be_able_to_ask(yes)
    if email and len(names) > 1:
        raise ConfigError(["--email is one person's: give one name with it. Nothing was opened."])
    seconds = duration(wait).total_seconds() if wait else 0.0
    read = load_config(config.config)
    people = [
        newcomer(read, NewPerson(where, which, " ".join(name.split()), email, location, until=_day(until)))
        for where in practice or (None,)
        for name in dict.fromkeys(names)
    ]
    prepare(read, [])  # a file that cannot be edited is told before anything is opened
    with RunConsole(flags) as console:
        talk = _Talk(console, flags, yes, [*_same(config), *[part for each in practice or [] for part in ("--practice", each)]])
        pause = threading.Event()
        ended = begin(
            config.config, people, replace(_options(flags), watch=watch_options(flags)), talk, asks=not yes,
            waiting=Waiting(seconds, lambda seconds: _paused(pause, seconds)), listeners=[console],
        )  # fmt: skip
    if ended.declined:
        print("Nothing was changed, in the portal or in the config.")
        return run_summary.last_line(Exit.OK)
    _tell(ended, flags, grants=True)
    missing = [each for each in ended.results if each.outcome is Outcome.NOT_FOUND]
    if missing and until is None and not ended.elsewhere:
        print("Whoever was not found is not in the config. --wait 45m looks again; --until DATE puts them in, and each run looks.")
    return run_summary.last_line(ended.exit)


def offboard(
    names: _Names,
    config: ConfigFlag,
    flags: RunPlaceFlags,
    practice: _Practices = None,
    email: _Email = None,
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why; stands in the config beside the date.")] = "left",
    yes: _Yes = False,
) -> Exit:
    """Take the permission from somebody who leaves, prove it, and mark them in the config.

    Asks by name, in place of --max-removals: as many permissions may go as were asked for, and no more.
    """
    from portal_bot.cli import run_summary
    from portal_bot.cli.progress import RunConsole
    from portal_bot.config.loader import load_config
    from portal_bot.tasks.staff.offboarding import leavers
    from portal_bot.tasks.staff.offboarding import offboard as begin

    _must_be_able_to_ask(yes)
    people = leavers(load_config(config.config), list(dict.fromkeys(names)), practice or [], email)
    with RunConsole(flags) as console:
        ended = begin(
            config.config, people, _options(flags), _Talk(console, flags, yes, []),
            asks=not yes, reason=reason, today=date.today(), listeners=[console],
        )  # fmt: skip
    if ended.declined:
        print("Nothing was changed, in the portal or in the config.")
        return run_summary.last_line(Exit.OK)
    _tell(ended, flags, grants=False)
    if any(each.outcome is Outcome.BLOCKED and each.before for each in ended.results):
        print(
            "\nWho has the permission by a role keeps it until the role goes. In the portal: open the person's record and give a role\n"
            "without it, or take it out of the role under User Administration, Roles (that is everybody who has the role). Then run again."
        )
    if any(each.outcome is Outcome.NOT_FOUND for each in ended.results):
        print("\nWhoever is not in the portal any more can be taken out of the config.")
    return run_summary.last_line(ended.exit)


class _Talk:
    """Asks on the terminal, and shows what was done."""

    def __init__(self, console: RunConsole, flags: OutputFlags, yes: bool, same: list[str]) -> None:
        self._console, self._flags, self._yes, self._same = console, flags, yes, same

    def agrees(self, results: Sequence[Result], edit: Edit) -> bool:
        from portal_bot.cli.run_summary import show_results

        with self._console.aside():
            show_results(results, quiet=self._flags.quiet)
            if edit.changes_anything:
                print(f"\nThe config would change so:\n{edit.diff()}\n")
            return confirmed("Do it?")

    def moves(self, who: NewPerson, to: ListName) -> bool:
        from portal_bot.cli.run_summary import command_line

        with self._console.aside():
            print(f"{who.name} is not under {who.list.caption}, but under {to.caption}.", flush=True)
            if not self._yes:
                return confirmed(f"Take {to.caption}?")
            more = ["--email", who.email] if who.email else []
            print(f"Nothing was changed for {who.name}. If that list is right:")
            print(f"  {command_line('onboard', who.name, '--list', to.value, *more, *self._same)}")
            return False

    def waits(self, who: Sequence[NewPerson], pause: float, left: float) -> None:
        from portal_bot.model.messages import duration

        names = ", ".join(dict.fromkeys(each.name for each in who))
        self._console.say(
            f"Not in the portal yet: {names}. Signed out. Looking again in {duration(pause)}, for {duration(left)} at most. Ctrl-C ends it."
        )

    def told(self, report: RunReport) -> None:
        from portal_bot.cli.run_summary import show_error

        show_error(report, debug=self._flags.debug)

    def edited(self, edit: Edit) -> None:
        with self._console.aside():
            print(f"{edit.file} was changed:")
            if not self._flags.quiet:
                print(edit.diff(), flush=True)


def _tell(ended: StaffReport, flags: OutputFlags, *, grants: bool) -> None:
    from portal_bot.cli import run_summary

    run_summary.show_results(ended.results, quiet=flags.quiet)
    if grants and not flags.quiet and any(each.outcome is Outcome.GRANTED for each in ended.results):
        run_summary.show_warnings()


def _options(flags: RunPlaceFlags) -> RunOptions:
    from portal_bot.run.run_options import RunOptions

    return RunOptions(Mode.APPLY, results=flags.results, runs_dir=flags.runs_dir, headed=flags.headed)


def _same(config: ConfigFlag) -> list[str]:
    return ["-c", str(config.config)]


def _day(text: str | None) -> date | None:
    if text is None:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise ConfigError([f"--until {text}: give a day, written 2026-12-01. Nothing was opened."]) from None
    if day < date.today():
        raise ConfigError([f"--until {text} is over. Nothing was opened."])
    return day


def _must_be_able_to_ask(yes: bool) -> None:
    if not yes and not sys.stdin.isatty():
        raise ConfigError(
            ["Standard input is not a terminal, so nothing can be asked. Nothing was opened."], hint="Say --yes to do it unasked."
        )


def _paused(event: threading.Event, seconds: float) -> None:
    """Waits in short pieces, so that Ctrl-C is heard at any time, on every platform."""
    whole, rest = divmod(seconds, 1)
    for piece in (*[1.0] * int(whole), rest):
        event.wait(piece)

"""The list of commands. What a command needs beyond its options is imported when it runs: ``--help`` is quick."""

from __future__ import annotations

from typing import Annotated

import typer

from portal_bot import __version__
from portal_bot.cli.flags import command
from portal_bot.model.exit_codes import Exit


def build() -> typer.Typer:
    """The program with all its commands."""
    from portal_bot.cli.demo import demo, sandbox
    from portal_bot.cli.people import audit, import_people, onboard, roster
    from portal_bot.cli.runs import history, plan_apply, report, schedule
    from portal_bot.cli.setup import browser, calibrate, doctor, init, login, validate

    app = typer.Typer(
        no_args_is_help=True,
        add_completion=False,
        rich_markup_mode="rich",
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
        epilog="Exit codes:\n" + "\n".join(f"{code.value:>5}  {code.meaning}" for code in Exit),
    )
    app.callback()(_about)
    for panel, commands in {
        "Look at it": (demo.demo, sandbox.sandbox),
        "Your portal": (init.init, validate.validate, doctor.doctor, calibrate.calibrate, roster.roster, plan_apply.plan, plan_apply.apply),
        "People": (onboard.onboard, onboard.offboard, import_people.import_, audit.audit),
        "Unattended": (schedule.schedule, report.report, history.history, login.login),
        "Beside it": (browser.browser, validate.schema),
    }.items():
        for each in commands:
            app.command(rich_help_panel=panel)(command(each))
    return app


def _version(asked: bool) -> None:
    if asked:
        print(f"portal-bot {__version__}")
        raise typer.Exit


def _about(
    version: Annotated[
        bool,
        typer.Option("--version", help="Say which version this is.", is_eager=True, callback=_version),
    ] = False,
) -> None:
    """Gives and takes permissions in a practice portal that has no API, in a real browser, and proves that it did.

    Try `portal-bot demo` first: it shows the whole job on a portal of its own.
    """

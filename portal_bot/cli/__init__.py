"""The command line: the only place that prints or exits."""

from __future__ import annotations


def main() -> None:
    """The program ``portal-bot``. Ends the process with one of the exit codes of ``portal_bot.model.exit_codes.Exit``."""
    from portal_bot.cli.app import build

    build()(prog_name="portal-bot")

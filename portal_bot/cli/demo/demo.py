"""``portal-bot demo``: the whole job on a portal of our own, from the first reading to the proof."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from portal_bot.cli.demo.sandbox import LayoutFlag, new_sandbox
from portal_bot.cli.flags import RunFlags
from portal_bot.model.entities import Mode, Outcome
from portal_bot.model.exit_codes import Exit

if TYPE_CHECKING:
    from portal_bot.run.run_options import RunReport
    from portal_bot.sandbox import Sandbox

ARTICLE = (
    "Open the Practice Portal.",
    "Sign in as the practice's administrator.",
    "Choose the practice at the top of the window.",
    'Click "User Administration" in the navigation panel.',
    'Click "Providers" or "Staff Members".',
    "Select the person, which opens the record.",
    'Scroll down to the "Permissions" box and tick "Messaging".',
    'Click "Save".',
    "Do 6 to 8 again for everybody who handles messages.",
)
"""The job in the order of the vendor's help article."""


RUNS = (
    (Mode.PLAN, "plan: it reads, and changes nothing."),
    (Mode.APPLY, "apply: it ticks, saves, and opens each record again to see whether it is true."),
    (Mode.APPLY, "apply again: nothing is left to do, so nothing is changed."),
)

BLOCKED = "Nora Ahmadi"
"""Whose box cannot be changed in the demo's portal; in the film, so that it shows how a refusal is told."""
FILMED = 16
"""People in each practice of a demo that is recorded: a film of it shall be short."""


def demo(flags: RunFlags, layout: LayoutFlag = "modern") -> Exit:
    """Show the whole job on a practice portal of its own, with invented people."""
    from portal_bot.cli import run_summary
    from portal_bot.cli.demo.audit_check import difference, sentence

    def say(text: str) -> None:
        if not flags.quiet:
            print(text, flush=True)

    reports = []
    audits = []
    with new_sandbox(layout=layout, **({"people": FILMED} if flags.record else {})) as portal:
        config = _write_config(portal.url, blocked=flags.record)
        _introduce(portal, layout, say)
        if flags.record:
            say(f"\nThe first apply is recorded. {BLOCKED} is in it to be refused: that box cannot be changed.")
        for number, (mode, what) in enumerate(RUNS, 1):
            say(f"\nRun {number} of {len(RUNS)}, {what}")
            # --results holds the first apply; the plan before it replaces what an earlier demo wrote there.
            report = _run(portal, config, mode, _flags_of(number, flags))
            if not _as_announced(report, blocked=flags.record):
                say("That is not as announced, so the demo ends here.")
                return run_summary.last_line(report.exit)
            reports.append(report)
            audits.append(portal.audit())

    _, first, again = reports
    wrong = difference(audits[-1]["changes"], [*first.results, *again.results])
    if saves := audits[2]["saves"] - audits[1]["saves"]:
        wrong.append(f"The second apply pressed Save {saves} times, although nothing was left to do.")
    if wrong:
        print("\n" + "\n".join(wrong))
        return run_summary.last_line(Exit.CRASH)
    say(f"\n{sentence(first.results)} The second apply saved nothing.")
    if not flags.quiet:
        run_summary.show_place(first.folder)
        _next(config)
        run_summary.show_warnings()
    return run_summary.last_line(Exit.OK)


def example_config() -> str:
    """The text of the packaged example. In a checkout it stands beside the package."""
    packaged = files("portal_bot") / "config.example.yaml"
    beside = Path(__file__).parents[3] / "config.example.yaml"
    return (packaged if packaged.is_file() else beside).read_text(encoding="utf-8")


def _flags_of(number: int, flags: RunFlags) -> RunFlags:
    """The first apply is the one that is recorded."""
    if number < len(RUNS):
        return flags if number == 2 else replace(flags, record=False, anonymise=False, trace=False)
    return replace(flags, results=None, record=False, anonymise=False, trace=False)


def _as_announced(report: RunReport, *, blocked: bool) -> bool:
    undone = [(each.assignment.person.name, each.outcome) for each in report.results if not (each.outcome.done or each.outcome.pending)]
    return report.exit is Exit.OK or (blocked and report.exit is Exit.NOT_DONE and undone == [(BLOCKED, Outcome.BLOCKED)])


def _write_config(url: str, *, blocked: bool) -> Path:
    """The packaged example with the demo portal's address, where its user finds it afterwards."""
    text = re.sub(r"(?m)^(\s*url:\s*)\S+", rf"\g<1>{url}", example_config(), count=1)
    if blocked:
        text = text.replace("      - Peter Vance\n", f"      - Peter Vance\n      - {BLOCKED}\n", 1)
    try:
        return _in_folder(Path("portal-bot-demo"), text)
    except OSError:  # the current folder is not ours to write to
        return _in_folder(Path(tempfile.mkdtemp(prefix="portal-bot-demo-")), text)


def _in_folder(folder: Path, text: str) -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / "config.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def _run(portal: Sandbox, config: Path, mode: Mode, flags: RunFlags) -> RunReport:
    from portal_bot.cli.run_summary import show_results
    from portal_bot.cli.runs.run_request import run_options, run_with_progress
    from portal_bot.run.account.credentials import Credentials

    credentials = Credentials(password=portal.password)
    report = run_with_progress(config, run_options(mode, flags), flags, credentials=credentials)
    show_results(report.results, quiet=flags.quiet)
    return report


def _introduce(portal: Sandbox, layout: str, say: Callable[[str], None]) -> None:
    say(f"This is a demo. A practice portal of our own (layout: {layout}) runs at {portal.url}")
    say("Everybody in it is invented, and nothing leaves this machine.\n")
    say("The vendor's help article asks an administrator to do this by hand. The bot does the same:")
    for number, step in enumerate(ARTICLE, 1):
        say(f"  {number}. {step}")


def _next(config: Path) -> None:
    from portal_bot.cli.run_summary import command_line

    print(f"""
For your own portal:
  1. Copy {config} to config.yaml. Write your portal's address, your user name and your people into it.
  2. Check it:  {command_line("validate")}
  3. Put the password into the environment variable PORTAL_BOT_PASSWORD, and look before anything is changed:
                {command_line("plan")}""")

"""``portal-bot history``: what was done on this machine, by whom, and whether the record of it is whole."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

import typer

from portal_bot.model.errors import ConfigError
from portal_bot.model.exit_codes import Exit

_LATEST = 30


def history(
    run: Annotated[str | None, typer.Argument(metavar="[RUN]", help="Who was done in this run. The beginning of its name will do.")] = None,
    person: Annotated[str | None, typer.Option("--person", metavar="NAME", help="Everything about this person.")] = None,
    csv: Annotated[Path | None, typer.Option("--csv", metavar="FILE", help="Write all of it to this file; - is standard output.")] = None,
    html: Annotated[
        Path | None, typer.Option("--html", metavar="FILE", help="Draw for how many the portal was as wanted, run by run, into this page.")
    ] = None,
    verify: Annotated[bool, typer.Option("--verify", help="See whether anything in it was changed or taken out.")] = False,
    head: Annotated[
        str | None, typer.Option("--head", metavar="HASH", help="With --verify: a head that a notice told, which must still be in it.")
    ] = None,
) -> Exit:
    """Tell of the runs on this machine: who, when, what came of it.

    Opens nothing. With --verify, exit 4 where the history was changed.
    """
    from portal_bot.output.history import RESULT_COLUMNS, RUN_COLUMNS, History
    from portal_bot.run.account.state_dir import state_dir

    _fit_together(run, person, csv or html, verify, head)
    if html is not None and (run is not None or person is not None or csv is not None):
        raise ConfigError(["--html draws all runs: give it without a run, --person or --csv."])
    kept = History(state_dir())
    if verify:
        return _verify(kept, head)
    if html is not None:
        return _draw(html, kept.runs())
    of_runs = run is None and person is None
    if person is not None:
        rows = kept.of_person(person)
    elif run is not None:
        rows = kept.results(_whole(run, kept.runs()))
    else:
        rows = kept.runs()
    if csv is not None:
        _write(csv, rows, RUN_COLUMNS if of_runs else RESULT_COLUMNS)
    elif of_runs:
        _show_runs(rows)
    else:
        _show_results(rows, of_person=person is not None)
    if csv is None:
        print(f"History head: {kept.head()}")
    return Exit.OK


def _fit_together(run: str | None, person: str | None, csv: Path | None, verify: bool, head: str | None) -> None:
    if run is not None and person is not None:
        raise ConfigError(["A run and --person do not go together: give one of them."])
    if verify and (run is not None or person is not None or csv is not None):
        raise ConfigError(["--verify reads the whole history: give it without a run, --person or --csv."])
    if head is not None and not verify:
        raise ConfigError(["--head is for --verify: `portal-bot history --verify --head HASH`."])
    if head is not None and len(head) < 8:
        raise ConfigError(["--head: give eight characters of the hash or more."])


def _verify(kept: Any, head: str | None) -> Exit:
    found = kept.verify(head.lower() if head else None)
    if found.broken:
        print(f"The history {kept.path} is not what portal-bot wrote: {found.broken}")
        print("What stands before that row is as it was written. Compare with the run folders and with a backup.")
        return Exit.NOT_DONE
    print(f"Nothing was changed: each of {found.rows} rows follows from the one before.")
    print(f"History head: {found.head}")
    if head is None:
        print("Rows taken off the end would not show. Give a head that a notice told: --verify --head HASH.")
    return Exit.OK


def _whole(run: str, runs: Sequence[Mapping[str, Any]]) -> str:
    """The name of the one run that begins so; also that of a run folder."""
    fitting = [each["run"] for each in runs if each["run"].startswith(run) or run.endswith(f"-{each['run']}")]
    if len(fitting) == 1:
        return str(fitting[0])
    why = f"{len(fitting)} runs begin so: {', '.join(fitting[:5])}" if fitting else "the history has no such run"
    raise ConfigError([f"{run}: {why}."], hint="`portal-bot history` lists them.")


def _write(target: Path, rows: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> None:
    from portal_bot.model.files import replace_text
    from portal_bot.output.results_file import results_csv

    plain = [{name: _plain(row.get(name)) for name in columns} for row in rows]
    text = results_csv(plain) if plain else ",".join(columns) + "\n"
    if str(target) == "-":
        print(text, end="", flush=True)
        return
    replace_text(target, text)
    print(f"{len(rows)} rows, written to {target}.", file=sys.stderr)


def _draw(target: Path, runs: Sequence[Mapping[str, Any]]) -> Exit:
    from datetime import UTC, datetime

    from portal_bot.model.files import replace_text
    from portal_bot.output.report.coverage import coverage_page

    replace_text(target, coverage_page(runs, made=datetime.now(UTC)))
    print(f"{len(runs)} runs, drawn in {target}.")
    return Exit.OK


def _plain(value: Any) -> Any:
    return ", ".join(f"{name} {number}" for name, number in value.items()) if isinstance(value, Mapping) else value


def _show_runs(rows: Sequence[Mapping[str, Any]]) -> None:
    if not rows:
        print("There is no run in the history yet.")
        return
    if len(rows) > _LATEST:
        print(f"The latest {_LATEST} of {len(rows)} runs; --csv - has all.")
    shown = [
        (
            each["run"], _time(each["started"]), each["mode"], f"{urlsplit(each['portal']).netloc}, {each['user_name']}",
            f"{each['os_user']}@{each['machine']}", _plain(each["counts"]), f"{each['exit_code']}: {each['exit_meaning']}",
        )
        for each in rows[-_LATEST:]
    ]  # fmt: skip
    _show(("Run", "Started (UTC)", "What", "Portal, account", "By", "Counts", "Exit"), shown, whole=3)
    if why := rows[-1].get("error"):
        print(f"The last run could not go on: {why}")


def _show_results(rows: Sequence[Mapping[str, Any]], *, of_person: bool) -> None:
    from portal_bot.model.entities import ListName, Outcome
    from portal_bot.model.messages import on_off, outcome_words

    if not rows:
        print("The history has nothing about this person." if of_person else "This run had nobody to do.")
        return
    shown = []
    for each in rows:
        first = (each["run"], _time(each["at"])) if of_person else ()
        where = ", ".join(part for part in (ListName(each["list"]).caption, each["practice"]) if part)
        change = f"{on_off(each['before'])} → {on_off(each['after'])}"
        shown.append(
            (*first, each["name"], where, each["permission"], change, outcome_words(Outcome(each["outcome"])), each["detail"] or "")
        )
    headings = ("Person", "Where", "Permission", "State", "Outcome", "Detail")
    _show((("Run", "At (UTC)") if of_person else ()) + headings, shown, whole=2 if of_person else 0)


def _show(headings: Sequence[str], rows: Sequence[Sequence[str]], *, whole: int) -> None:
    """A table; the first ``whole`` columns are never broken into lines."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    from portal_bot.cli.run_summary import wide_console

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for number, heading in enumerate(headings):
        table.add_column(heading, overflow="fold", no_wrap=number < whole)
    for row in rows:
        table.add_row(*(Text(str(cell)) for cell in row))  # names come from outside: a Text is never read as markup
    wide_console().print(table)


def _time(utc: str) -> str:
    return utc.replace("T", " ").removesuffix("Z")

"""``portal-bot audit``: who has the permission."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from portal_bot.cli.flags import ConfigFlag, SelectionFlags
from portal_bot.cli.roster_reading import permissions_of, read_everybody, show_table, write_csv
from portal_bot.model.entities import Mode
from portal_bot.model.exit_codes import Exit

_Csv = Annotated[Path | None, typer.Option("--csv", metavar="FILE", help="Write it to this file too; - is standard output.")]


def audit(
    config: ConfigFlag,
    flags: SelectionFlags,
    csv: _Csv = None,
    html: Annotated[Path | None, typer.Option("--html", metavar="FILE", help="Write a page to print and sign.")] = None,
) -> Exit:
    """Tell who has the permission in every practice of the config, how, and since which run. Changes nothing.

    Reads every record of both lists, also of people whom the config does not name. Exit 4 where a record could not be read.
    """
    from datetime import UTC, datetime

    from portal_bot.cli import run_summary
    from portal_bot.cli.error_handling import close
    from portal_bot.config.loader import load_config
    from portal_bot.model.entities import How
    from portal_bot.model.files import replace_text
    from portal_bot.model.name_matching import fits
    from portal_bot.output.history import History
    from portal_bot.output.report.access_review import review, review_page
    from portal_bot.output.results_file import utc
    from portal_bot.run.account.state_dir import state_dir

    read = load_config(config.config)
    report, everybody = read_everybody(read, flags, Mode.AUDIT)
    if report.error is not None:
        return run_summary.last_line(report.exit)
    kept = History(state_dir())
    runs = {row["run"] for row in kept.runs() if (row["portal"], row["user_name"]) == (read.portal.url, read.portal.user_name)}
    people = [each for each in everybody if not flags.person or any(fits(each.name, name) for name in flags.person)]
    rows = review(people, permissions_of(read), [row for row in kept.all_results() if row["run"] in runs])
    practices = list(dict.fromkeys(each.practice for each in read.assignments((), tuple(flags.practice))))
    if csv is not None:
        columns = ["practice", "list", "name", "email", "location", "permission", "how", "since", "since_run", "since_how", "detail"]
        write_csv(csv, columns, [row.cells() for row in rows])
    if html is not None:
        told = review_page(
            rows, portal=read.portal.url, user_name=read.portal.user_name, at=utc(datetime.now(UTC)),
            run=report.folder.name, practices=practices,
        )  # fmt: skip
        replace_text(html, told)
        print(f"The page to sign: {html}", file=sys.stderr)
    if csv != Path("-"):
        show_table(
            ("Practice", "List", "Person", "E-mail", "Permission", "How", "Since"),
            [
                (r.practice or "", r.list.caption, r.name, r.email or "", r.permission, str(r.how), r.since.said if r.since else r.detail)
                for r in rows
            ],
        )
        unknown = sum(row.how is How.UNKNOWN for row in rows)
        print(f"{len(rows) - unknown} have it, of {len(people)} people. Not known of {unknown}.")
        return run_summary.last_line(report.exit)
    return close(report.exit)

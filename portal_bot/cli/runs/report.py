"""``portal-bot report``: the page of a run, opened or made again."""

from __future__ import annotations

import json
import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer

from portal_bot.model.errors import ConfigError
from portal_bot.model.exit_codes import Exit


def report(
    run: Annotated[str | None, typer.Argument(metavar="[RUN]", help="A run, by its name or its folder. Without it: the newest.")] = None,
    config: Annotated[Path, typer.Option("-c", "--config", metavar="FILE", help="The config beside which the runs are kept.")] = Path(
        "config.yaml"
    ),
    runs_dir: Annotated[Path | None, typer.Option("--runs-dir", metavar="DIR", help="Where run folders are kept.")] = None,
    rebuild: Annotated[bool, typer.Option("--rebuild", help="Make the page anew from what the run folder holds.")] = False,
) -> Exit:
    """Show the page of a run: who has the permission now, who needs somebody, how each was proved.

    Opens it in the browser where there is a screen; prints where it is in any case. Touches no portal.
    """
    beside = config.expanduser().absolute()
    folder = _folder(run, runs_dir or (beside if beside.is_dir() else beside.parent) / "runs")
    page = folder / "report.html"
    if rebuild or not page.is_file():
        from portal_bot.output.report.run_report import write_report

        try:
            page = write_report(folder)
        except OSError as error:
            raise ConfigError([f"{page} cannot be written: {error.strerror}."]) from error
    print(page)
    if sys.stdout.isatty() and _has_screen():
        import webbrowser

        webbrowser.open(page.as_uri())
    return Exit.OK


def _folder(run: str | None, runs_dir: Path) -> Path:
    if run is not None and (Path(run) / "results.json").is_file():
        return Path(run).absolute()
    found = sorted(each for each in runs_dir.iterdir() if (each / "results.json").is_file()) if runs_dir.is_dir() else []
    named = [each for each in found if run and (each.name == run or each.name.rpartition("-")[2].startswith(run))]
    found = _newest(found) if run is None else named
    if len(found) == 1:
        return found[0]
    if found:
        raise ConfigError([f"{run}: {len(found)} runs begin so: {', '.join(each.name for each in found[:5])}."])
    raise ConfigError(
        [f"There is no run{f' {run}' if run else ''} in {runs_dir}."],
        hint="Give the run's folder, or --runs-dir; `portal-bot history` lists the runs and their folders.",
    )


def _newest(found: list[Path]) -> list[Path]:
    """The newest run; where that was one of several portals' at once, the folder over all of them."""
    if over_all := [each for each in found if each.name.endswith("-fleet")][-1:]:
        with suppress(OSError, ValueError, KeyError, TypeError):
            portals = json.loads((over_all[0] / "results.json").read_text(encoding="utf-8"))["portals"]
            if found[-1].name in {Path(each["folder"]).name for each in portals if each["folder"]}:
                return over_all
    return found[-1:]


def _has_screen() -> bool:
    return sys.platform in ("win32", "darwin") or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))

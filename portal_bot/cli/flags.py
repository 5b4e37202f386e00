"""The options that several commands share, each defined once, and what makes a command out of a function.

A command is a function that returns an exit code. A parameter whose type is one of the dataclasses below stands for all
the options that its fields name.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import MISSING, dataclass, field, fields, is_dataclass
from pathlib import Path
from typing import Annotated, Any, get_type_hints

import typer

from portal_bot.cli.error_handling import guarded
from portal_bot.model.exit_codes import Exit

_LIMITS = "Limits, instead of the config's"
_OUTPUT = "Output"
_EVIDENCE = "Recording"


@dataclass(frozen=True)
class ConfigFlag:
    """Which config."""

    config: Annotated[
        Path,
        typer.Option(
            "-c",
            "--config",
            metavar="FILE",
            help="The config; for validate, doctor, plan, apply, schedule and report also a folder of them, one for each portal.",
        ),
    ] = Path("config.yaml")


@dataclass(frozen=True)
class DebugFlag:
    """For every command, also for those that do not mention it."""

    debug: Annotated[bool, typer.Option("--debug", help="Show the traceback of an error.", rich_help_panel=_OUTPUT)] = False


@dataclass(frozen=True)
class OutputFlags(DebugFlag):
    """How much is said."""

    quiet: Annotated[bool, typer.Option("-q", "--quiet", help="Only the recap.", rich_help_panel=_OUTPUT)] = False
    verbose: Annotated[bool, typer.Option("-v", "--verbose", help="Each step.", rich_help_panel=_OUTPUT)] = False


@dataclass(frozen=True)
class RunPlaceFlags(OutputFlags):
    """How a run looks, and where it leaves its results."""

    headed: Annotated[bool, typer.Option("--headed", help="Show the browser's window.")] = False
    runs_dir: Annotated[
        Path | None,
        typer.Option("--runs-dir", metavar="DIR", help="Where run folders are kept; runs/ beside the config otherwise."),
    ] = None
    results: Annotated[Path | None, typer.Option("--results", metavar="FILE", help="Write results.json to this file too.")] = None


@dataclass(frozen=True)
class SelectionFlags(RunPlaceFlags):
    """Whom a run is about as well."""

    person: Annotated[list[str], typer.Option("--person", metavar="NAME", help="Only this person. May be given several times.")] = field(
        default_factory=list
    )
    practice: Annotated[list[str], typer.Option("--practice", metavar="NAME", help="Only this practice. May be given several times.")] = (
        field(default_factory=list)
    )


@dataclass(frozen=True)
class WatchFlags:
    """What shall be kept of what a run looks like."""

    record: Annotated[
        bool, typer.Option("--record", help="Keep a film of the run, recording.mp4. Means one worker.", rich_help_panel=_EVIDENCE)
    ] = False
    pace: Annotated[
        str, typer.Option("--pace", metavar="slow|normal|fast", help="How long the film holds things.", rich_help_panel=_EVIDENCE)
    ] = "normal"
    anonymise: Annotated[bool, typer.Option("--anonymise", help="Show invented names in the film.", rich_help_panel=_EVIDENCE)] = False
    trace: Annotated[
        bool,
        typer.Option("--trace", help="Keep Playwright's trace, trace.zip, without secrets. Means one worker.", rich_help_panel=_EVIDENCE),
    ] = False


@dataclass(frozen=True)
class RunFlags(WatchFlags, SelectionFlags):
    """What ``plan``, ``apply`` and ``demo`` share."""

    max_changes: Annotated[
        int | None,
        typer.Option("--max-changes", min=0, metavar="N", help="Refuse more changes than this.", rich_help_panel=_LIMITS),
    ] = None
    max_removals: Annotated[
        int | None,
        typer.Option("--max-removals", min=0, metavar="N", help="Refuse more removals.", rich_help_panel=_LIMITS),
    ] = None
    deadline: Annotated[
        str | None,
        typer.Option("--deadline", metavar="TIME", help="Stop after this long: 90s, 30m, 2h.", rich_help_panel=_LIMITS),
    ] = None
    workers: Annotated[
        int | None,
        typer.Option("--workers", min=1, metavar="N", help="Browser sessions at once.", rich_help_panel=_LIMITS),
    ] = None


@dataclass(frozen=True)
class OnboardFlags(WatchFlags, RunPlaceFlags):
    """What ``onboard`` has of a run's options."""


@dataclass(frozen=True)
class FleetFlags(RunFlags):
    """What ``plan`` and ``apply`` have where the config is a folder of them."""

    portals_at_once: Annotated[
        int,
        typer.Option("--portals-at-once", min=1, metavar="N", help="With a folder of configs: so many portals at a time."),
    ] = 1
    cluster: Annotated[
        str | None,
        typer.Option("--cluster", metavar="ADDRESS", help="Work on a Dask cluster; tcp:// or tls:// and the scheduler's host and port."),
    ] = None


def command(function: Callable[..., Exit]) -> Callable[..., None]:
    """A function as a command of the program: its dataclasses become options, its errors become sentences."""
    own: list[inspect.Parameter] = []
    groups: dict[str, type[Any]] = {"": DebugFlag}
    for name, parameter in inspect.signature(function, eval_str=True).parameters.items():
        group = parameter.annotation
        if isinstance(group, type) and is_dataclass(group):
            groups[name] = group
            if issubclass(group, DebugFlag):
                groups.pop("", None)
        else:
            own.append(parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY))

    def run(**given: Any) -> None:
        shared = {name: group(**{each.name: given.pop(each.name) for each in fields(group)}) for name, group in groups.items()}
        debug = any(isinstance(each, DebugFlag) and each.debug for each in shared.values())
        shared.pop("", None)
        raise typer.Exit(guarded(lambda: function(**shared, **given), debug=debug))

    parameters = [*own, *(option for group in groups.values() for option in _options(group))]
    run.__name__, run.__doc__ = function.__name__, function.__doc__
    run.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    run.__annotations__ = {each.name: each.annotation for each in parameters}
    return run


def _options(group: type) -> list[inspect.Parameter]:
    hints = get_type_hints(group, include_extras=True)
    return [
        inspect.Parameter(
            each.name,
            inspect.Parameter.KEYWORD_ONLY,
            default=each.default if each.default_factory is MISSING else each.default_factory(),
            annotation=hints[each.name],
        )
        for each in fields(group)
    ]

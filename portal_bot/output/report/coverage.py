"""``history --html``: for how many of those asked for the portal was as wanted, run by run, drawn over time. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.resources import files
from typing import Any

from portal_bot.model.entities import Outcome

WIDTH, HEIGHT = 860.0, 190.0
"""Units of the drawing, less its margins."""
_COUNTED = frozenset({"plan", "apply"})


@dataclass(frozen=True)
class Point:
    """One run in the drawing. ``x`` and ``y`` in its units, ``y`` downwards."""

    x: float
    y: float
    settled: int
    asked: int
    run: str
    mode: str
    at: str
    exit: str


@dataclass(frozen=True)
class Curve:
    """One account of one portal."""

    portal: str
    user_name: str
    points: tuple[Point, ...]

    @property
    def line(self) -> str:
        """The SVG path: level until the next run, since nothing is known in between."""
        first, *rest = self.points
        return f"M{first.x:.1f} {first.y:.1f}" + "".join(f"H{point.x:.1f}V{point.y:.1f}" for point in rest)


def coverage_page(runs: Sequence[Mapping[str, Any]], *, made: datetime) -> str:
    """The page as HTML, in one file. ``runs``: rows of the history, oldest first."""
    from jinja2 import Environment

    template = files("portal_bot.output.report").joinpath("coverage.html.j2").read_text(encoding="utf-8")
    environment = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True)
    return environment.from_string(template).render(curves=curves(runs), made=made.strftime("%d %B %Y"), width=WIDTH, height=HEIGHT)


def curves(runs: Sequence[Mapping[str, Any]]) -> list[Curve]:
    """One curve for each portal and account that had a run with anybody in it."""
    accounts: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for run in runs:
        if run["mode"] in _COUNTED and sum(run["counts"].values()):
            accounts.setdefault((run["portal"], run["user_name"]), []).append(run)
    return [Curve(portal, user, tuple(_points(of))) for (portal, user), of in accounts.items()]


def _points(runs: Sequence[Mapping[str, Any]]) -> list[Point]:
    times = [datetime.fromisoformat(run["started"].replace("Z", "+00:00")).astimezone(UTC).timestamp() for run in runs]
    most = max(sum(run["counts"].values()) for run in runs)
    span = (times[-1] - times[0]) or 1.0
    points = []
    for run, at in zip(runs, times, strict=True):
        settled = sum(number for outcome, number in run["counts"].items() if Outcome(outcome).done)
        x = WIDTH * (at - times[0]) / span if len(runs) > 1 else WIDTH / 2
        points.append(
            Point(
                x, HEIGHT * (1 - settled / most), settled, sum(run["counts"].values()), run["run"], run["mode"],
                run["started"].replace("T", " ").removesuffix("Z"), f"{run['exit_code']}: {run['exit_meaning']}",
            )
        )  # fmt: skip
    return points

"""Starts the portals of these tests, and prints the table of promises at the end."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.helpers.robot import Robot

from .portal import QuirkyPortal
from .quirks import Quirks


@pytest.fixture
def start_portal() -> Iterator[Callable[[Quirks], QuirkyPortal]]:
    """Starts portals with the quirks given; they end with the test."""
    with ExitStack() as running:
        yield lambda quirks: running.enter_context(QuirkyPortal(quirks))


@pytest.fixture
def bot_on(tmp_path: Path) -> Callable[..., Robot]:
    """The bot for a portal. Whatever it waits for is short, so that what fails fails soon; ``limits`` go before that."""

    def robot(portal: QuirkyPortal, *, own_map: str | None = None, **limits: Any) -> Robot:
        short = {"settle": "1s", "wait": "5s", "step": "30s"}
        return Robot(tmp_path, portal.url, portal.user_name, portal.password, own_map=own_map, limits={**short, **limits})

    return robot


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    lines = [
        (report.outcome, str(value).split(" | "))
        for reports in terminalreporter.stats.values()
        for report in reports
        if getattr(report, "when", "") == "call"
        for name, value in report.user_properties
        if name == "promise"
    ]
    if not lines:
        return
    terminalreporter.section("promises: quirk, expected outcome, exit, audit, seen")
    wide = [max(len(cells[i]) for _, cells in lines) for i in range(4)]
    for outcome, cells in sorted(lines, key=lambda line: line[1][0]):
        *first, last = cells
        padded = [cell.ljust(width) for cell, width in zip(first, wide, strict=True)]
        terminalreporter.write_line(f"{outcome:7} {' | '.join([*padded, last])}")

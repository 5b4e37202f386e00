"""Prints the fault table at the end: what each fault came to."""

from __future__ import annotations

import pytest


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    told = [
        (str(value), report.outcome)
        for reports in terminalreporter.stats.values()
        for report in reports
        if getattr(report, "when", "") == "call"
        for name, value in report.user_properties
        if name == "fault"
    ]
    if told:
        terminalreporter.section("fault table: fault, expected, seen")
        for line, outcome in told:
            terminalreporter.write_line(f"{outcome:7} {line}")

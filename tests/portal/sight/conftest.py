"""The table page × question, printed after the tests of the corpus."""

from __future__ import annotations

import pytest

TABLE: dict[str, dict[str, str]] = {}
"""Page to question to a sign: ``+`` found, ``.`` rightly nothing, ``2`` two fit, ``!`` wrong."""


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if not TABLE:
        return
    questions = list(next(iter(TABLE.values())))
    terminalreporter.section("what sight answers on the corpus")
    terminalreporter.write_line("+ found   . rightly nothing   2 two fit equally   ! wrong")
    for number, question in enumerate(questions):
        terminalreporter.write_line(" " * 34 + "  " * number + question)
    for page, signs in TABLE.items():
        terminalreporter.write_line(f"{page:<34}" + " ".join(signs[question] for question in questions))
    signs_given = [sign for signs in TABLE.values() for sign in signs.values()]
    counts = {sign: signs_given.count(sign) for sign in "+.2!"}
    terminalreporter.write_line(
        f"{len(TABLE)} pages, {len(questions)} questions: " + "  ".join(f"{sign} {n}" for sign, n in counts.items())
    )

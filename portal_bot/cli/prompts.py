"""Questions with yes or no for an answer. No is what Enter says."""

from __future__ import annotations

import sys


def question(text: str) -> str:
    """A question as it is put: ``Do it? [y/N] ``."""
    return f"{text} [y/N] "


def is_yes(answer: str) -> bool:
    return answer.strip().lower() in ("y", "yes")


def confirmed(text: str) -> bool:
    """Asks on the terminal. False where the input ends."""
    sys.stdout.flush()
    try:
        return is_yes(input(question(text)))
    except EOFError:
        return False

"""The nearest of the words that are known, for a message."""

from __future__ import annotations


def nearest(word: str, known: list[str], *, most: int = 1, cutoff: float = 65) -> list[str]:
    """The known words that are most like this one, best first."""
    from rapidfuzz import fuzz, process, utils

    found = process.extract(word, known, scorer=fuzz.ratio, processor=utils.default_process, limit=most, score_cutoff=cutoff)
    return [each for each, _score, _index in found]

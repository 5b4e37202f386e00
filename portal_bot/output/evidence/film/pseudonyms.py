"""Invented names for people's real ones, the same throughout one recording. Pure.

Names are changed word by word, so that "Ana Reyes", "Reyes, Ana" and a box that holds only "Ana" agree with one another.
"""

from __future__ import annotations

import re
import unicodedata
from math import prod

from portal_bot.model.name_matching import CREDENTIALS, TITLES

_WORD = re.compile(r"[^\W\d_](?:[^\W\d_]|['’-])*")
_MAIL = re.compile(r"[\w.%+'-]+@[\w.-]+\w")
_KEPT = CREDENTIALS | TITLES
"""What names nobody."""
_PARTS = (tuple("BDFGHJKLMNPRSTVWZ"), tuple("aeiou"), tuple("lnrsm"), ("a", "o", "en", "in", "er"))
_STRIDE = 379
"""Names that follow each other shall not look alike."""


class Pseudonyms:
    """Learns names and replaces them. ``table`` is what the page is given."""

    def __init__(self) -> None:
        self.table: dict[str, str] = {}
        self._words = 0
        self._mails = 0

    def learn(self, name: str, email: str | None = None) -> None:
        """A person's name, as any place of the portal may write it, and the e-mail address."""
        for word in _WORD.findall(unicodedata.normalize("NFC", name)):
            if len(word) > 1 and word.lower() not in _KEPT and word.lower() not in self.table:
                self.table[word.lower()] = self._invented()
        if email and email.lower() not in self.table:
            self._mails += 1
            self.table[email.lower()] = f"person{self._mails}@example.com"

    def said(self, text: str) -> str:
        """The text with every known name and every e-mail address replaced."""
        text = _MAIL.sub(lambda found: self.table.get(found[0].lower(), "someone@example.com"), unicodedata.normalize("NFC", text))
        return _WORD.sub(lambda found: self.table.get(found[0].lower(), found[0]), text)

    def _invented(self) -> str:
        turn, place = divmod(self._words, prod(map(len, _PARTS)))
        number, word = place * _STRIDE % prod(map(len, _PARTS)), ""
        self._words += 1
        for parts in _PARTS:
            number, place = divmod(number, len(parts))
            word += parts[place]
        return f"{word}{turn}" if turn else word

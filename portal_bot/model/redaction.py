"""The one redactor: what stands before everything that is written, said or sent.

A secret is found in every form in which it may get into a log: as it is, with its white space evened out, JSON- or
HTML-escaped, URL-quoted, each of these also twice over, and in base64 at each of the three places it can start at within
a longer text.

A secret of fewer than four characters is taken out only where it stands alone between other characters than letters and
digits, and is not looked for in base64: else it would shred every sentence and still not be hidden.
"""

from __future__ import annotations

import base64
import html
import json
import re
import threading
from collections.abc import Iterator, Mapping, Set
from pathlib import PurePath
from typing import Any
from urllib.parse import parse_qs, quote, quote_plus, unquote, urlsplit

SHORT = 4
"""Secrets with fewer characters are replaced only where they stand alone."""
SESSION_COOKIE = 8
"""Session cookies with fewer characters are no secrets but switches, and are left alone."""
_BASE64 = 6
"""A piece of base64 with fewer characters stands in other data by chance, such as in a picture."""


class Redactor:
    """Replaces every secret that it was told of by a mark such as ``[password]``. Safe to use from several threads.

    What was redacted once stays as it is when redacted again, also where a mark holds a secret's letters.
    """

    def __init__(self) -> None:
        self._marks: dict[str, str] = {}
        self._alone: frozenset[str] = frozenset()
        self._pattern: re.Pattern[str] | None = None
        self._lock = threading.Lock()

    def add(self, secret: str, *, kind: str) -> None:
        """Tells of a secret. ``kind`` is what stands in its place, in brackets."""
        if not secret or (kind == "session cookie" and len(secret) < SESSION_COOKIE):
            return
        mark = f"[{kind}]"
        with self._lock:
            forms = set(_forms(secret)) - self._marks.keys()
            marks = {mark: mark, **dict.fromkeys(forms, mark), **self._marks}
            alone = self._alone | forms if len(secret) < SHORT else self._alone
            self._marks, self._alone, self._pattern = marks, alone, _pattern(marks.keys() - alone, alone)

    def redact(self, value: Any) -> Any:
        """The value without secrets: text, bytes, paths, and whatever holds them, keys included; the rest stays as it is."""
        if self._pattern is None:
            return value
        if isinstance(value, str):
            return self._text(value)
        if isinstance(value, bytes | bytearray):
            return self._text(value.decode("utf-8", "surrogateescape")).encode("utf-8", "surrogateescape")
        if isinstance(value, PurePath):
            return type(value)(self._text(str(value)))
        if isinstance(value, Mapping):
            return {self.redact(key): self.redact(held) for key, held in value.items()}
        if isinstance(value, tuple) and hasattr(value, "_fields"):  # a named tuple takes its values one by one
            return type(value)(*map(self.redact, value))
        if isinstance(value, list | tuple | set | frozenset):
            return type(value)(self.redact(held) for held in value)
        return value

    def _text(self, text: str) -> str:
        assert self._pattern is not None
        return self._pattern.sub(lambda found: self._marks[found[0]], text)


def _pattern(anywhere: Set[str], alone: Set[str]) -> re.Pattern[str]:
    """Finds the longest form that begins at a place; those of short secrets where no letter or digit is next to them."""
    pattern = _branches(sorted(anywhere, key=len, reverse=True), 3)
    if alone:
        pattern += rf"|(?<![^\W_])(?:{_branches(sorted(alone, key=len, reverse=True), 0)})(?![^\W_])"
    return re.compile(pattern)


def _branches(forms: list[str], split: int) -> str:
    """The forms as alternatives, kept apart by their first characters: what no form begins with is passed over at once."""
    if not split or len(forms) == 1:
        return "|".join(map(re.escape, forms))
    by_first: dict[str, list[str]] = {}
    for form in forms:
        by_first.setdefault(form[:1], []).append(form[1:])
    ended = by_first.pop("", None)
    branches = [f"{re.escape(first)}(?:{_branches(rest, split - 1)})" for first, rest in by_first.items()]
    return "|".join(branches + ([""] if ended else []))


def _forms(secret: str) -> Iterator[str]:
    """Every way of writing a secret that can be told from other text."""
    others = {" ".join(secret.split()), "".join(secret.split()), unquote(secret), *_within(secret)}
    for each in {secret, *(other for other in others if len(other) >= SHORT)}:
        yield each
        for writings in (_json, _markup, _address):
            for once in writings(each) - {each}:
                yield once
                yield from writings(once)  # JSON within JSON, an address within an address
        if len(each) >= SHORT:
            yield from _base64_forms(each.encode("utf-8", "surrogatepass"))
            yield from _base64_forms(each.encode("utf-16-le", "surrogatepass"))


def _within(secret: str) -> list[str]:
    """The secret proper of an ``otpauth://`` address."""
    return parse_qs(urlsplit(secret).query).get("secret", []) if secret.startswith("otpauth://") else []


def _json(text: str) -> set[str]:
    plain = json.dumps(text)[1:-1]
    return {plain, plain.replace("/", "\\/"), json.dumps(text, ensure_ascii=False)[1:-1], repr(text)[1:-1]}


def _markup(text: str) -> set[str]:
    whole = html.escape(text)
    numbered = whole.encode("ascii", "xmlcharrefreplace").decode("ascii")
    return {whole, html.escape(text, quote=False), whole.replace("&#x27;", "&#39;").replace("&quot;", "&#34;"), numbered}


def _address(text: str) -> set[str]:
    forms = set()
    for safe in ("", "/", "!'()*", "!'()*~;,/?:@&=+$#"):  # Python's own, and JavaScript's encodeURIComponent and encodeURI
        for quoted in (quote(text, safe, errors="surrogatepass"), quote_plus(text, safe, errors="surrogatepass")):
            forms |= {quoted, re.sub("%[0-9A-F]{2}", lambda found: found[0].lower(), quoted)}
    return forms


def _base64_forms(raw: bytes) -> Iterator[str]:
    """Base64 of the secret however it is placed within longer bytes: what does not depend on its neighbours."""
    for before in range(3):
        encoded = base64.b64encode(b"\0" * before + raw).decode().rstrip("=")
        first = (before * 8 + 5) // 6
        last = len(encoded) - (1 if (before + len(raw)) % 3 else 0)
        for core in {encoded[first:last], encoded if before == 0 else ""}:
            if len(core) >= _BASE64:
                yield core
                yield core.replace("+", "-").replace("/", "_")

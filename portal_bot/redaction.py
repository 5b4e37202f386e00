"""The one redactor: what stands before everything that is written, said or sent.

A secret is found in every form in which it may get into a log: as it is, JSON- or HTML-escaped, URL-quoted, and base64 at
each of the three places it can start at within a longer text. A secret shorter than four characters is taken out only
where it stands alone between other characters than letters and digits: else it would shred every sentence.
"""

from __future__ import annotations

import base64
import html
import json
import re
import threading
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote, quote_plus

SHORT = 4
"""Secrets with fewer characters are replaced only where they stand alone."""
SESSION_COOKIE = 8
"""Session cookies with fewer characters are no secrets but switches, and are left alone."""


class Redactor:
    """Replaces every secret that it was told of by a mark such as ``[password]``. Safe to use from several threads."""

    def __init__(self) -> None:
        self._marks: dict[str, str] = {}
        self._pattern: re.Pattern[str] | None = None
        self._lock = threading.Lock()

    def add(self, secret: str, *, kind: str) -> None:
        """Tells of a secret. ``kind`` is what stands in its place, in brackets."""
        if not secret or (kind == "session cookie" and len(secret) < SESSION_COOKIE):
            return
        with self._lock:
            marks = dict(self._marks)
            for form in _forms(secret):
                marks.setdefault(form, f"[{kind}]")
            if len(marks) == len(self._marks):
                return
            longest_first = sorted(marks, key=len, reverse=True)
            pattern = re.compile("|".join(map(_as_pattern, longest_first)))
            self._marks, self._pattern = marks, pattern

    def redact(self, value: Any) -> Any:
        """The value without secrets: texts, bytes, and whatever holds them, keys included. Other things stay as they are."""
        if self._pattern is None:
            return value
        if isinstance(value, str):
            return self._text(value)
        if isinstance(value, bytes):
            return self._text(value.decode("utf-8", "surrogateescape")).encode("utf-8", "surrogateescape")
        if isinstance(value, Mapping):
            return {self.redact(key): self.redact(held) for key, held in value.items()}
        if isinstance(value, list | tuple | set | frozenset) and not hasattr(value, "_fields"):
            return type(value)(self.redact(held) for held in value)
        return value

    def _text(self, text: str) -> str:
        assert self._pattern is not None
        return self._pattern.sub(lambda found: self._marks.get(found[0], "[secret]"), text)


def _as_pattern(form: str) -> str:
    plain = re.escape(form)
    return rf"(?<![^\W_]){plain}(?![^\W_])" if len(form) < SHORT else plain


def _forms(secret: str) -> Iterator[str]:
    """Every way of writing a secret that is long enough to be told from other text."""
    yield secret
    escaped = {
        json.dumps(secret)[1:-1],
        json.dumps(secret, ensure_ascii=False)[1:-1],
        json.dumps(secret)[1:-1].replace("/", "\\/"),
        repr(secret)[1:-1],
        html.escape(secret),
        html.escape(secret, quote=False),
        html.escape(secret).replace("&#x27;", "&#39;").replace("&quot;", "&#34;"),
    }
    for quoted in (quote(secret, safe=""), quote(secret), quote_plus(secret), quote(secret, safe="!'()*~")):
        escaped |= {quoted, re.sub("%[0-9A-F]{2}", lambda found: found[0].lower(), quoted)}
    yield from (form for form in escaped if form and form != secret)
    if len(secret) >= SHORT:
        yield from _base64_forms(secret.encode("utf-8"))
        yield from _base64_forms(secret.encode("utf-16-le"))


def _base64_forms(raw: bytes) -> Iterator[str]:
    """Base64 of the secret however it is placed within longer bytes: what does not depend on its neighbours."""
    for before in range(3):
        encoded = base64.b64encode(b"\0" * before + raw).decode()
        first = (before * 8 + 5) // 6
        last = len(encoded.rstrip("=")) - (1 if (before + len(raw)) % 3 else 0)
        core = encoded[first:last]
        if len(core) >= SHORT:
            yield core
            yield core.replace("+", "-").replace("/", "_")

"""Playwright's own trace of a run (``--trace``), without anything secret in it.

It begins after the sign-in, in the context that works, so that the password is never in it. The session cookie is, and
so is whatever the pages showed, the patients on the Dashboard too. So it is written anew when it is closed: without cookies'
values, without what scripts and pages were answered, and with the pages of User Administration alone. Its pictures are
taken behind the curtain (see ``curtain.js``). It opens in Playwright's trace viewer.
"""

from __future__ import annotations

import json
import os
import re
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from playwright.sync_api import BrowserContext, Error, Locator

from portal_bot.model.entities import ListName, RosterEntry
from portal_bot.model.errors import PortalBotError
from portal_bot.model.files import private
from portal_bot.model.redaction import Redactor
from portal_bot.output.evidence.curtain import open_where_safe, script
from portal_bot.output.evidence.failure_evidence import landmarks

if TYPE_CHECKING:
    from portal_bot.portal.browser.process import BrowserProcess
    from portal_bot.portal.page.portal_page import PortalPage

_PICTURES = (".jpeg", ".jpg", ".png", ".webp", ".woff", ".woff2", ".ttf", ".ico", ".gif")
_COOKIE_HEADER = re.compile(rb'"name":\s*"(?:set-)?cookie",\s*"value":\s*"((?:[^"\\]|\\.)*)"', re.IGNORECASE)
_COOKIE_VALUE = re.compile(rb'(?:^|[;,\n]|\\n)\s*[^=;,\s"]+=([^;,\s"\\]{8,})')
_LOOKS = re.compile(r"css|javascript|image/|font")
"""Kinds of answers that make up a page's looks and hold nothing of its people."""
_HARMLESS = re.compile(rb"[\w,: -]*GMT|\d{1,10}|/.*", re.IGNORECASE)


@dataclass
class Trace:
    """Watches the page that works and keeps ``trace.zip``; a session begun anew has a trace of its own (``trace-2.zip``)."""

    folder: Callable[[], Path]
    redactor: Redactor
    opens_curtain: bool = True
    """Whether nobody else opens it."""
    _safe: set[str] = field(default_factory=set)
    """Addresses of pages that were seen to be a list or a record."""
    _other: set[str] = field(default_factory=set)
    _kept: list[Path] = field(default_factory=list)
    _open: PortalPage | None = None
    _depth: int = 0
    _problem: str = ""

    def prepare(self, context: BrowserContext) -> None:
        """Puts the curtain before every page."""
        if self.opens_curtain:
            context.add_init_script(script(anonymise=False))

    def begin(self, portal: PortalPage, _session: BrowserProcess) -> None:
        try:
            portal.page.context.tracing.start(screenshots=True, snapshots=True, title="portal-bot")
        except Error as error:
            self._problem = error.message.splitlines()[0]
            return
        self._open = portal
        portal.watchers.append(self)

    @contextmanager
    def also(self, window: PortalPage) -> Iterator[None]:  # noqa: ARG002
        """The trace is of the window that works; what the proof showed is in the results and the picture of it."""
        yield

    def end(self, portal: PortalPage) -> None:
        if self._open is not portal:
            return
        portal.watchers.remove(self)
        self._open = None
        number = f"-{len(self._kept) + 1}" if self._kept else ""
        path = self.folder() / f"trace{number}.zip"
        raw = path.with_name(f".{path.name}")
        os.close(private(str(raw), os.O_WRONLY | os.O_CREAT | os.O_TRUNC))
        try:
            for cookie in portal.page.context.cookies():
                self.redactor.add(str(cookie.get("value", "")), kind="session cookie")
            portal.page.context.tracing.stop(path=raw)
            raw.chmod(0o600)
            _cleaned(raw, path, self.redactor, self._safe - self._other)
            self._kept.append(path)
        except (Error, OSError, zipfile.BadZipFile) as error:
            self._problem = str(error).splitlines()[0]
        finally:
            raw.unlink(missing_ok=True)

    def close(self) -> str | None:
        """A sentence where there is no whole trace."""
        if self._problem:
            return f"The trace is not complete: {self._problem}"
        return None if self._kept else "There is no trace: nobody was signed in."

    @contextmanager
    def step(self, portal: PortalPage, label: str, article: str) -> Iterator[None]:
        """Each step is a group of this name."""
        outermost = self._depth == 0
        self._depth += 1
        with suppress(Error):
            portal.page.context.tracing.group(f"{article}. {label}" if article else label)
        try:
            yield
        finally:
            self._depth -= 1
            with suppress(Error):
                portal.page.context.tracing.group_end()
        if outermost:
            self._look(portal)

    def looking(self, portal: PortalPage, locator: Locator, *, click: bool) -> None:  # noqa: ARG002  (a Watcher is told them)
        self._look(portal)

    def _look(self, portal: PortalPage) -> None:
        """Whether this page may be kept. One that was once seen to be something else never is."""
        with suppress(Error, PortalBotError):
            safe = open_where_safe(portal, None) is not None if self.opens_curtain else bool(landmarks(portal))
            (self._safe if safe else self._other).add(portal.page.url)

    def met(self, which: ListName, people: Sequence[RosterEntry]) -> None:
        """Names stay in a trace."""


def _cleaned(raw: Path, path: Path, redactor: Redactor, safe: set[str]) -> None:
    """Writes the trace anew: pages that are not ``safe`` are blank, answers are left out, secrets are replaced."""
    with zipfile.ZipFile(raw) as source:
        lines = {name: source.read(name) for name in source.namelist() if name.endswith((".network", ".trace"))}
        for said in lines.values():
            for value in _cookie_values(said):
                redactor.add(value, kind="session cookie")
        answers: set[str] = set()
        lines = {name: b"\n".join(_line(line, safe, answers) for line in said.split(b"\n")) for name, said in lines.items()}
        with open(path, "wb", opener=private) as file, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as target:
            for name in source.namelist():
                held = lines.get(name) or (b"" if name.removeprefix("resources/") in answers else source.read(name))
                target.writestr(name, held if name.endswith(_PICTURES) else redactor.redact(held))


def _line(line: bytes, safe: set[str], answers: set[str]) -> bytes:
    """One line of a trace without what may be private. ``answers`` gathers the files that hold what the portal answered."""
    if not line:
        return line
    entry = json.loads(line)
    snapshot: dict[str, Any] = entry.get("snapshot") or {}
    if entry.get("type") == "frame-snapshot" and snapshot.get("frameUrl") not in safe:
        snapshot["html"] = ["HTML", {}, ["BODY", {}, "This page is not kept: it may show patients."]]
        snapshot["resourceOverrides"] = []
    elif entry.get("type") == "resource-snapshot":
        snapshot.get("request", {}).pop("postData", None)
        content = snapshot.get("response", {}).get("content", {})
        content.pop("text", None)
        if not _LOOKS.search(content.get("mimeType", "")) and content.get("_sha1"):
            answers.add(content["_sha1"])
    elif entry.get("type") == "after":
        entry.pop("result", None)
    elif entry.get("type") == "console":
        entry["text"], entry["args"] = "", []
    else:
        return line
    return json.dumps(entry, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")


def _cookie_values(lines: bytes) -> set[str]:
    values = set()
    for header in _COOKIE_HEADER.findall(lines):
        for value in _COOKIE_VALUE.findall(header):
            if not _HARMLESS.fullmatch(value):
                values.add(value.decode("utf-8", "replace"))
    return values

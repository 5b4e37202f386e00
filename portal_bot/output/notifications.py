"""Tells somebody how an unattended run ended: notices through apprise, and pings in the manner of Healthchecks.

Nothing here raises: what could not be told comes back as a sentence for a warning. Addresses may hold tokens, so they may
be kept elsewhere (``env:NAME``, ``file:PATH``), and no sentence repeats more of one than its scheme.
"""

from __future__ import annotations

import os
import re
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Protocol
from urllib.parse import urlsplit, urlunsplit

from portal_bot import __version__
from portal_bot.model.entities import Mode, Outcome, Result
from portal_bot.model.errors import PortalBotError
from portal_bot.model.exit_codes import Exit
from portal_bot.model.messages import needs_somebody, outcome_words, recap
from portal_bot.model.urls import notice_address

PING_SECONDS = 10.0
NOTICE_SECONDS = 60.0
"""All notices of a run together. Whoever does not take theirs in this time is told of as not reached."""


class NotifySettings(Protocol):
    """The section ``notify`` of the config."""

    @property
    def urls(self) -> Sequence[str]: ...
    @property
    def on(self) -> str: ...
    @property
    def names(self) -> bool: ...
    @property
    def ping(self) -> str | None: ...


class Ping(StrEnum):
    START = "/start"
    SUCCESS = ""
    FAIL = "/fail"


@dataclass(frozen=True)
class RunEnding:
    """How a run ended, as far as a notice tells it. ``run``: ``None`` where it did not begin. ``head``: of the history."""

    mode: Mode
    portal: str
    exit: Exit
    results: Sequence[Result] = ()
    counts: Mapping[str, int] | None = None
    run: str | None = None
    head: str | None = None
    error: BaseException | None = None

    @property
    def failed(self) -> bool:
        return self.exit not in (Exit.OK, Exit.PENDING)

    @property
    def changed(self) -> bool:
        """Whether something was changed, or (of a plan) would be."""
        return any(each.outcome in (Outcome.GRANTED, Outcome.REMOVED) or each.outcome.pending for each in self.results)

    def concerns(self, on: str) -> bool:
        """Whether those who are told on ``failure``, ``change`` or ``always`` are told of this run. A change includes a failure."""
        return on == "always" or self.failed or (on == "change" and self.changed)


def message(ended: RunEnding, *, names: bool) -> tuple[str, str]:
    """Title and text of a notice. Without ``names`` neither holds the name of a person, a practice or an account."""
    before = isinstance(ended.error, PortalBotError) and not ended.error.may_have_begun
    said = recap(ended.results) if ended.run else "The run did not begin." if before else "No results came back of this run."
    lines = [f"{said} Exit {ended.exit.value}: {ended.exit.meaning}."]
    if ended.error is not None:
        lines.append(f"Reason: {_reason(ended.error, names=names)}")
    counted = ", ".join(f"{name} {number}" for name, number in (ended.counts or {}).items())
    lines += [
        f"Counts: {counted or 'nobody'}",
        f"Portal: {urlsplit(ended.portal).hostname}",
        f"Run: {ended.run or 'none'} ({ended.mode})",
        f"History head: {ended.head or 'not written'}",
    ]
    if names:
        lines += [f"- {_person(each)}" for each in ended.results if _worth_telling(each)]
    return f"portal-bot {ended.mode}: {ended.exit.meaning}", "\n".join(lines)


def send(urls: Sequence[str], title: str, text: str, environ: Mapping[str, str] = os.environ, *, folder: Path = Path()) -> list[str]:
    """Sends a notice to every address. ``folder``: what ``file:PATH`` is relative to. What went wrong, a sentence each."""
    if not urls:
        return []
    try:
        import apprise  # noqa: F401 - sending needs it; said here once for all addresses
    except ImportError:
        return ['No notice was sent: that needs apprise, which is not installed. `pip install "portal-bot[notify]"` gets it.']
    problems: SimpleQueue[str | None] = SimpleQueue()

    def each() -> None:
        for number, url in enumerate(urls, 1):
            problems.put(_sent(url, f"notice {number} of {len(urls)}", title, text, environ, folder))
        problems.put(None)

    Thread(target=each, name="notices", daemon=True).start()
    told: list[str] = []
    try:
        while True:
            problem = problems.get(timeout=NOTICE_SECONDS)
            if problem is None:
                return told
            if problem:
                told.append(problem)
    except Empty:
        return [*told, f"A notice was not taken within {NOTICE_SECONDS:.0f} seconds, and was given up."]


def ping(address: str, what: Ping, text: str = "", environ: Mapping[str, str] = os.environ, *, folder: Path = Path()) -> str:
    """Tells a monitor that a run starts, succeeded or failed. Empty where it was told, else a sentence."""
    try:
        url = _resolved(address, environ, folder)
    except LookupError as error:
        return f"The monitor was not told of the run: {error.args[0]}."
    try:
        parts = urlsplit(notice_address(url))
        path = parts.path.rstrip("/") + what.value
        request = urllib.request.Request(  # noqa: S310 - notice_address lets http and https alone through
            urlunsplit(parts._replace(path=path)), data=text.encode(), headers={"User-Agent": f"portal-bot/{__version__}"}
        )
        with urllib.request.build_opener(_NoRedirect).open(request, timeout=PING_SECONDS):
            return ""
    except urllib.error.HTTPError as error:
        error.close()
        why = f"it answers {error.code}"
    except ValueError as error:
        why = str(error)
    except OSError as error:  # URLError among them
        why = f"it cannot be reached ({type(getattr(error, 'reason', error)).__name__})"
    return f"The monitor was not told of the run: {why}."


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A ping goes where the config says and nowhere else."""

    def redirect_request(self, *_: object, **__: object) -> None:
        return None


def _resolved(address: str, environ: Mapping[str, str], folder: Path) -> str:
    """The address itself. Raises LookupError where it is not in the place that is named."""
    kind, _, place = (part.strip() for part in address.partition(":"))
    if kind == "env":
        if not environ.get(place):
            raise LookupError(f"the environment variable {place} is not set")
        return environ[place].strip()
    if kind == "file" and not place.startswith("//"):
        try:
            return Path(folder, Path(place).expanduser()).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError):
            raise LookupError(f"the file {place} cannot be read") from None
    return address


def _sent(address: str, which: str, title: str, text: str, environ: Mapping[str, str], folder: Path) -> str:
    """Sends one notice. Empty where it was taken, else a sentence."""
    try:
        url = _resolved(address, environ, folder)
    except LookupError as error:
        return f"{which.capitalize()} was not sent: {error.args[0]}."
    which = f"{which} ({url.partition(':')[0]})"
    try:
        import apprise

        with apprise.LogCapture(level=apprise.logging.WARNING) as log:  # type: ignore[no-untyped-call]
            target = apprise.Apprise(asset=apprise.AppriseAsset(app_id="portal-bot", app_desc="portal-bot", async_mode=False))
            if not target.add(url):
                return f"{which.capitalize()} was not sent: apprise does not know such an address."
            kind = apprise.NotifyType.INFO
            if target.notify(title=title, body=text, notify_type=kind, body_format=apprise.NotifyFormat.TEXT):
                return ""
            answer = re.search(r"\berror=(\d{3})\b", log.getvalue())
    except Exception as error:  # dozens of services, each with errors of its own; none of them is the run's
        return f"{which.capitalize()} was not sent ({type(error).__name__})."
    return f"{which.capitalize()} was not taken" + (f": the service answers {answer[1]}." if answer else ".")


def _reason(error: BaseException, *, names: bool) -> str:
    """Why the run could not go on: the sentence may name people; what kind of error it is does not."""
    if names and isinstance(error, PortalBotError):
        return " ".join(error.message.split())
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", type(error).__name__).lower()


def _worth_telling(result: Result) -> bool:
    return needs_somebody(result) or result.outcome.pending or result.outcome in (Outcome.GRANTED, Outcome.REMOVED)


def _person(result: Result) -> str:
    wanted = result.assignment
    where = ", ".join(part for part in (wanted.list.caption, wanted.practice) if part)
    detail = f": {result.detail}" if result.detail and needs_somebody(result) else ""
    return f"{wanted.person.name} ({where}): {wanted.permission} {outcome_words(result.outcome)}{detail}"

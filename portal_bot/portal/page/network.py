"""Which requests of a page are open, which of them write, and how the last write was answered."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from time import monotonic

from playwright.sync_api import Error, Page, Request, Response

READS = frozenset({"GET", "HEAD", "OPTIONS"})
NOT_AWAITED = frozenset({"ping", "eventsource", "websocket", "media", "image", "font", "beacon", "cspreport", "other"})
"""Kinds of requests that say nothing about whether the page is ready or a change was stored."""


@dataclass
class _Open:
    writes: bool
    replaces: bool
    """It brings the next page, by whatever method: what stands there now says nothing about what was asked for."""
    number: int
    url: str
    since: float


@dataclass(frozen=True)
class BadRead:
    """A page, or a read of its scripts, that the portal did not answer well."""

    number: int
    status: int
    retry_after: str
    url: str


@dataclass
class Traffic:
    """Listens to one page. Times are seconds of the monotonic clock; numbers count requests in the order of their start."""

    page: Page
    started: int = 0
    quiet_since: float = field(default_factory=monotonic)
    """When the last read that the page's scripts wait for ended."""
    _open: dict[Request, _Open] = field(default_factory=dict)
    _writes: list[tuple[int, str]] = field(default_factory=list)
    _ended: dict[int, float] = field(default_factory=dict)
    _status: dict[int, int] = field(default_factory=dict)
    _retry_after: dict[int, float] = field(default_factory=dict)
    _bad: list[BadRead] = field(default_factory=list)
    _pages: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.page.on("request", self._on_request)
        self.page.on("response", self._on_response)
        self.page.on("requestfinished", self._on_end)
        self.page.on("requestfailed", self._on_end)

    def reads_open(self, most: float) -> int:
        """Script reads that are open, less those open for more than ``most`` seconds (long polls never end), and the next page."""
        now = monotonic()
        return sum(entry.replaces or (not entry.writes and now - entry.since < most) for entry in self._open.values())

    def first_write(self, after: int, address: re.Pattern[str] | None) -> int | None:
        """The number of the first writing request that started after request number ``after``."""
        for number, url in self._writes:
            if number > after and (address is None or address.search(url)):
                return number
        return None

    def write_is_over(self, number: int) -> bool:
        return number in self._ended

    def writes_open(self) -> bool:
        """Whether a writing request has no answer yet."""
        return any(entry.writes for entry in self._open.values())

    def writes_quiet_for(self) -> float:
        """Seconds for which no writing request has been open; 0 while one is."""
        if self.writes_open():
            return 0.0
        return monotonic() - max((self._ended.get(number, 0.0) for number, _ in self._writes), default=0.0)

    def is_page(self, number: int) -> bool:
        """Whether a writing request brings the next page."""
        return number in self._pages

    def next_page(self) -> str | None:
        """The address of the next page, if it is asked for and not there yet."""
        return next((entry.url for entry in self._open.values() if entry.replaces), None)

    def status_of(self, number: int) -> int | None:
        """The HTTP status that answered a request, ``None`` where no answer came."""
        return self._status.get(number)

    def retry_after(self, number: int) -> float | None:
        """The seconds that the answer to a request asks for before another try (RFC 9110, ``Retry-After``), if it does."""
        return self._retry_after.get(number)

    def bad_read(self, after: int, statuses: frozenset[int]) -> BadRead | None:
        """The first page or script read after request number ``after`` that was answered with one of some statuses."""
        return next((bad for bad in self._bad if bad.number > after and bad.status in statuses), None)

    def _on_request(self, request: Request) -> None:
        if request.resource_type in NOT_AWAITED:
            return
        self.started += 1
        writes = request.method not in READS
        if writes:
            self._writes.append((self.started, request.url))
        if writes or request.resource_type in ("xhr", "fetch", "script", "document"):
            entry = _Open(writes, self._replaces_page(request), self.started, request.url, monotonic())
            self._open[request] = entry
            if entry.writes and entry.replaces:
                self._pages.add(entry.number)

    def _replaces_page(self, request: Request) -> bool:
        try:
            return request.is_navigation_request() and request.frame == self.page.main_frame
        except Error:  # a frame that is only being made: not the page itself
            return False

    def _on_response(self, response: Response) -> None:
        entry = self._open.get(response.request)
        if entry is None:
            return
        self._status[entry.number] = response.status
        if response.status in (429, 503) and (asked := response.headers.get("retry-after", "")).isdigit():
            self._retry_after[entry.number] = float(asked)
        if response.status >= 400 and not entry.writes and response.request.resource_type in ("xhr", "fetch", "document"):
            self._bad.append(BadRead(entry.number, response.status, response.headers.get("retry-after", ""), response.url))

    def _on_end(self, request: Request) -> None:
        entry = self._open.pop(request, None)
        if entry is None:
            return
        if entry.writes:
            self._ended[entry.number] = monotonic()
        else:
            self.quiet_since = monotonic()

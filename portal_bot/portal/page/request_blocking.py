"""Requests that the job does not need and the pages make all the same: those of foreign trackers, unless the map says otherwise."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress

from playwright.sync_api import Error, Page, Request

from portal_bot.portal.page.discoveries import Discoveries


class Blocking:
    """Lets the browser refuse what fits the map's patterns (``*`` for anything), from the load after the first such request on.

    By the browser's own means (``Network.setBlockedURLs`` of the DevTools protocol): where Playwright intercepts requests, it
    switches the browser's cache off. The browser then tells of every request once more, which takes 10 ms a person; so a
    portal whose pages never ask for such a thing is left without.
    """

    def __init__(self, page: Page, patterns: Sequence[str], learned: Discoveries) -> None:
        self._page = page
        self._learned = learned
        self._active: Sequence[str] = ()
        self.use(patterns)
        page.on("request", self._on_request)

    def use(self, patterns: Sequence[str]) -> None:
        """Goes by other patterns from here on."""
        self._patterns = tuple(patterns)
        self._fits = re.compile("|".join(map(_as_regex, patterns)) or "(?!)")

    def before_load(self) -> None:
        """Before a page is loaded: blocks, if it is known to have something to block."""
        if self._learned.asks_for_blocked and self._active != self._patterns:
            with suppress(Error):  # what cannot be blocked is loaded: slower, and nothing else
                session = self._page.context.new_cdp_session(self._page)
                session.send("Network.enable", {"maxTotalBufferSize": 0, "maxResourceBufferSize": 0})
                whole = [{"urlPattern": each, "block": True} for each in self._patterns if "://" in each]
                try:  # part by part, so that an address with such a host in its query is none of it
                    others = [each for each in self._patterns if "://" not in each]
                    session.send("Network.setBlockedURLs", {"urlPatterns": whole, "urls": others})
                except Error:  # a browser that knows only the older way
                    session.send("Network.setBlockedURLs", {"urls": list(self._patterns)})
            self._active = self._patterns

    def _on_request(self, request: Request) -> None:
        if not self._learned.asks_for_blocked and self._fits.fullmatch(request.url):
            self._learned.asks_for_blocked = True


def _as_regex(pattern: str) -> str:
    """Before the path ``*`` ends at a slash."""
    scheme, mark, rest = pattern.partition("://")
    if not mark:
        return ".*".join(map(re.escape, pattern.split("*")))
    host, slash, path = rest.partition("/")
    parts = ("[^/]*".join(map(re.escape, part.split("*"))) for part in (scheme, host))
    return "://".join(parts) + (slash + ".*".join(map(re.escape, path.split("*"))) if slash else "/.*")

"""What the map blocks is not loaded, and everything else is."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Page
from pydantic import ValidationError

from portal_bot.model.events import EventStream
from portal_bot.portal.browser.watchdog import Watchdog
from portal_bot.portal.map.portal_map import PortalMap, load_map, packaged_map
from portal_bot.portal.page.portal_page import PortalPage

PAGE = """<!doctype html><title>Portal</title><script src="/own.js"></script><img src="/photo.jpg">
<script src="http://{tracker}/collect.js"></script><h1>Portal</h1>"""


class _Site:
    """A page with a script of its own, a picture and a script from elsewhere; ``asked`` says what was asked for."""

    def __init__(self) -> None:
        site = self
        self.asked: list[str] = []

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                site.asked.append(self.path)
                page = PAGE.format(tracker=f"localhost:{site.port}").encode()
                body, kind = (page, "text/html") if self.path.startswith("/page") else (b"", "text/javascript")
                self.send_response(200)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_about: object) -> None: ...

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self.server.server_port
        self.url = f"http://127.0.0.1:{self.port}/"


@contextmanager
def _served() -> Iterator[_Site]:
    site = _Site()
    thread = threading.Thread(target=site.server.serve_forever)
    thread.start()
    try:
        yield site
    finally:
        site.server.shutdown()
        thread.join()
        site.server.server_close()


def _loaded(page: Page, portal_map: PortalMap, *, times: int) -> list[str]:
    """What is asked for while a page is loaded several times, less the page itself."""
    watchdog = Watchdog(lambda: None)
    with _served() as site:
        portal = PortalPage(page, portal_map, url=site.url, events=EventStream(), stop=threading.Event(), watchdog=watchdog)
        for number in range(times):
            portal.open(f"page{number}?from=http://localhost:1/")
            page.wait_for_load_state("load")
        watchdog.stop()
        return sorted(path for path in site.asked if path in ("/own.js", "/photo.jpg", "/collect.js"))


def test_what_the_map_blocks_is_loaded_no_more_once_it_was_asked_for(page: Page) -> None:
    """The portal's own script comes with each page; the foreign script and the picture with the first one only."""
    portal_map = PortalMap(block=("*://localhost:*/*", "*.jpg"))
    assert _loaded(page, portal_map, times=3) == ["/collect.js", "/own.js", "/own.js", "/own.js", "/photo.jpg"]


def test_without_patterns_everything_is_loaded(page: Page) -> None:
    """``block: none`` leaves a page as it is. The picture is kept by the browser."""
    loaded = _loaded(page, PortalMap(block="none"), times=2)  # type: ignore[arg-type]
    assert [loaded.count(each) for each in ("/collect.js", "/own.js")] == [2, 2]


@pytest.mark.parametrize("address", ["https://www.google-analytics.com/g/collect?v=2", "https://www.googletagmanager.com/gtag/js?id=1"])
def test_the_packaged_map_knows_foreign_trackers(page: Page, address: str) -> None:
    """They fit its patterns; a portal's own address, with such a name in it, does not."""
    portal = PortalPage(
        page, load_map(None, packaged_map()), url="https://portal.example.com/", events=EventStream(),
        stop=threading.Event(), watchdog=(watchdog := Watchdog(lambda: None)),
    )  # fmt: skip
    page.route("**/*", lambda route: route.fulfill(body=f'<script src="{address}"></script>', content_type="text/html"))
    page.goto("https://portal.example.com/www.google-analytics.com/page")
    watchdog.stop()
    assert portal.learned.asks_for_blocked


def test_a_portals_own_pages_fit_no_pattern_of_the_packaged_map(page: Page) -> None:
    """Not even with a tracker's name in their address."""
    portal = PortalPage(
        page, load_map(None, packaged_map()), url="https://portal.example.com/", events=EventStream(),
        stop=threading.Event(), watchdog=(watchdog := Watchdog(lambda: None)),
    )  # fmt: skip
    page.route("**/*", lambda route: route.fulfill(body="<h1>Portal</h1>", content_type="text/html"))
    page.goto("https://portal.example.com/www.google-analytics.com/page?to=https://www.hotjar.com/")
    watchdog.stop()
    assert not portal.learned.asks_for_blocked


def test_a_pattern_of_wildcards_alone_is_refused(tmp_path: Path) -> None:
    """It would leave nothing of the portal."""
    own = tmp_path / "my-portal.yaml"
    own.write_text('version: 1\nblock: ["*"]\n', encoding="utf-8")
    with pytest.raises(Exception, match="needs more than wildcards"):
        load_map(own, packaged_map())
    with pytest.raises(ValidationError):
        PortalMap(block=("**",))

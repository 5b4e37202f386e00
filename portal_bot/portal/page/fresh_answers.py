"""Documents and data always from the portal itself, scripts and styles from the browser's cache.

A portal may allow its record pages to be cached (``Cache-Control: max-age``, ``Expires``, an ``ETag``), and then a reload shows what the
browser kept. Playwright's own interception switches the cache off for scripts too, which takes 160 ms a record at 100 ms an answer; so
this uses the ``Fetch`` domain of the DevTools protocol.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import CDPSession, Error, Page

_FRESH = {"Cache-Control": "no-cache", "Pragma": "no-cache"}
"""RFC 9111: caches on the way, and the browser's own, must ask the portal again."""
_KINDS = ("Document", "XHR", "Fetch")


def ask_portal_for_every_answer(page: Page) -> None:
    """Makes every document and every answer to a script come from the network, from the next load on.

    Must be called before the page loads anything. A browser that does not speak the DevTools protocol gets no cache at all.
    """
    try:
        session = page.context.new_cdp_session(page)
    except Error:  # not Chromium
        page.route("**/*", lambda route: route.continue_())
        return
    session.on("Fetch.requestPaused", lambda event: _go_on(session, event))
    session.send("Network.enable", {"maxTotalBufferSize": 0, "maxResourceBufferSize": 0})
    session.send("Fetch.enable", {"patterns": [{"urlPattern": "*", "resourceType": kind, "requestStage": "Request"} for kind in _KINDS]})


def _go_on(session: CDPSession, event: Mapping[str, Any]) -> None:
    """Lets a request go on past the caches."""
    request, answer = event["request"], {"requestId": event["requestId"]}
    if event["resourceType"] == "Document" or _is_same_origin(request):
        headers = {**{name: value for name, value in request["headers"].items() if name.title() not in _FRESH}, **_FRESH}
        answer["headers"] = [{"name": name, "value": value} for name, value in headers.items()]
    else:  # another origin might refuse a header that the page itself does not send
        with suppress(Error):
            session.send("Network.setCacheDisabled", {"cacheDisabled": True})
    with suppress(Error):  # the page has gone on
        session.send("Fetch.continueRequest", answer)


def _is_same_origin(request: Mapping[str, Any]) -> bool:
    """Whether a script asks its own page's origin. A browser names the origin of the page where it is another one."""
    headers = {name.lower(): value for name, value in request["headers"].items()}
    page = headers.get("origin") or headers.get("referer") or ""
    return urlsplit(str(page))[:2] == urlsplit(str(request["url"]))[:2]

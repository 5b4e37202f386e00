"""Why a browser does not start or cannot be reached, in plain words."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from portal_bot.model.errors import BrowserMissing

if TYPE_CHECKING:
    from portal_bot.portal.browser.found_browser import FoundBrowser

CONNECT_SECONDS = 30
HINT = (
    "Install Google Chrome, Microsoft Edge or Chromium, or run `portal-bot browser --install`, "
    "or name a browser in the config under `browser: executable_path:`."
)


def cannot_be_reached(found: FoundBrowser, why: str) -> BrowserMissing:
    """Of one that runs elsewhere; ``why`` is what Playwright said, which is not told, since it holds the address."""
    key = "connect" if found.connect else "cdp"
    how = "`playwright run-server`" if found.connect else "a Chromium with --remote-debugging-port"
    if "ECONNREFUSED" in why:
        said = "Nothing listens there."
    elif "ENOTFOUND" in why or "EAI_AGAIN" in why:
        said = "There is no machine of that name."
    elif "version mismatch" in why.lower() or "428" in why:
        said = "It runs another version of Playwright than this portal-bot."
    elif "Timeout" in why:
        said = f"It gave no answer within {CONNECT_SECONDS} seconds; it may be serving as many clients as it may."
    elif re.search(r"\b(400|401|403|404)\b", why):
        said = "It refuses this address: the path in it is not the one it was started with."
    else:
        said = "It does not answer as such a browser does."
    return BrowserMissing(
        f"{found.what[:1].upper()}{found.what[1:]} (browser: {key}:) cannot be reached. {said}",
        hint=f"See that {how} runs there and that `browser: {key}:` is its whole address, or remove the line.",
    )


def does_not_start(found: FoundBrowser, why: str, *, headless: bool) -> BrowserMissing:
    """Of one on this machine; ``why`` is what Playwright said."""
    what = f"{found.what[:1].upper()}{found.what[1:]} does not start."
    if not headless and ("headed browser without having a XServer" in why or "Missing X server" in why):
        return BrowserMissing(what, " This machine has no screen to show it on.", hint="Run again without --headed.")
    if "error while loading shared libraries" in why or "missing dependencies" in why:
        return BrowserMissing(
            what,
            " Libraries that it needs are missing on this machine.",
            hint="As administrator run `python -m playwright install-deps chromium`, then try again.",
        )
    if "No usable sandbox" in why:
        return BrowserMissing(
            what,
            " This system does not let it set up its sandbox.",
            hint="Install Google Chrome from its own package: that one is allowed to.",
        )
    return BrowserMissing(what, f" It said: {why.strip().splitlines()[0]}", hint=HINT)

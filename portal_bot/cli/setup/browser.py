"""``portal-bot browser``: which browser a run would use."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from portal_bot.cli.flags import ConfigFlag
from portal_bot.model.errors import BrowserMissing
from portal_bot.model.exit_codes import Exit

if TYPE_CHECKING:
    from portal_bot.portal.browser.discovery import BrowserSettings


def browser(
    config: ConfigFlag,
    install: Annotated[bool, typer.Option("--install", help="Install one where there is none.")] = False,
) -> Exit:
    """Say which browser would be used, and its version.

    Each is started once, without a window. A config that is not there is not needed.
    """
    from portal_bot.portal.browser.discovery import NoSettings

    settings: BrowserSettings = NoSettings()
    if config.config.exists():
        from portal_bot.config.loader import load_config

        settings = load_config(config.config).browser
    ends = [_tell(settings, headless=headless, install=install) for headless in (True, False)]
    return ends[0]  # scheduled runs need no window


def _tell(settings: BrowserSettings, *, headless: bool, install: bool) -> Exit:
    from portal_bot.portal.browser.discovery import ensure_browser, find_browser, version_of

    when = "without a window" if headless else "with --headed"
    try:
        found = find_browser(settings, headless=headless)
        if found is None and install:
            found = ensure_browser(settings, headless=headless, say=lambda text: print(text, file=sys.stderr))
        if found is None:
            print(f"{when}: none. Run `portal-bot browser --install`, or install Chrome, Edge or Chromium.")
            return Exit.BAD_CONFIG
        print(f"{when}: {found.what}, version {version_of(found)}")
    except BrowserMissing as error:
        print(f"{when}: {error}")
        return error.exit
    return Exit.OK

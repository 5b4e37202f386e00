"""Makes the corpus anew: ``python -m tests.looks.record [SITE ...]``. Walks each portal and keeps its pages as snapshot text.

What is what comes from the walk, which knows the portal's own markup and data, never from ``sight``.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from playwright.sync_api import Browser, Locator, Page, sync_playwright

from portal_bot.portal.browser.discovery import NoSettings, context_options, find_browser, launch_options
from portal_bot.portal.look.take import snapshot
from tests.looks import CORPUS

CLOSED = '[aria-expanded="false"], details:not([open]) > summary'
"""What a page says is closed, which the tree does not print."""


class Recorder:
    """Keeps looks of one portal. ``about`` is what every page of it shares: captions, the permission.

    ``asks``: also keep what the page says is closed, as the window will ask it.
    """

    def __init__(self, browser: Browser, site: str, *, asks: bool = False, **about: Any) -> None:
        self._folder = CORPUS / site
        self._folder.mkdir(exist_ok=True)
        for old in (*self._folder.glob("*.yaml"), *self._folder.glob("*.json")):
            old.unlink()
        self._about = about
        self._asks = asks
        self.page: Page = browser.new_context(**context_options()).new_page()
        self.page.set_default_timeout(6000)

    def keep(self, name: str, **truth: Any) -> None:
        """The page as it is now. ``truth``: the answers, as locators or plain values."""
        self.page.wait_for_timeout(350)
        text = snapshot(self.page, signed_in=True)
        known = set(re.findall(r"\[ref=(\w+)\]", text))
        answers = {question: _plain(answer, known) for question, answer in truth.items() if answer is not None}
        if self._asks:
            shown = [each for frame in self.page.frames for each in frame.locator(CLOSED).locator("visible=true").all()]
            answers["closed_refs"] = [where for each in shown if "|" not in (where := place(each, known))]
        for port in set(re.findall(r"127\.0\.0\.1:(\d+)", text)):
            text = text.replace(f"127.0.0.1:{port}", "127.0.0.1:8000")
        (self._folder / f"{name}.yaml").write_text(text + "\n", encoding="utf-8")
        said = json.dumps({**self._about, **answers}, indent=1, ensure_ascii=False)
        (self._folder / f"{name}.json").write_text(said + "\n", encoding="utf-8")


def _plain(answer: Any, known: set[str]) -> Any:
    if isinstance(answer, Locator):
        return place(answer, known)
    if isinstance(answer, Mapping):
        return {key: _plain(value, known) for key, value in answer.items()}
    if isinstance(answer, list | tuple):
        return [_plain(each, known) for each in answer]
    return answer


def place(locator: Locator, known: set[str]) -> str:
    """How a saved look names the element: by its ref, or ``ref|role|words`` with the ref of what holds it where it has none.

    ``known``: the refs of the look. What is merged into its holder there, with all the holder says, is the holder.
    """
    first = locator.aria_snapshot(mode="ai").split("\n")[0]
    kind = re.match(r"""'?- '?([\w-]+)(?: "((?:[^"\\]|\\.)*)")?""", first)
    words = " ".join(locator.inner_text().split()) or (kind[2] if kind and kind[2] else "")
    holder, role = locator, kind[1] if kind else "text"
    for _ in range(30):
        line = holder.aria_snapshot(mode="ai").split("\n")[0]
        found = re.search(r"\[ref=(\w+)\]", line)
        if found and found[1] in known:
            if holder is locator or (words and " ".join(holder.inner_text().split()) == words and role in ("text", "generic")):
                return found[1]
            return f"{found[1]}|{'text' if role == 'generic' else role}|{words}"
        holder = holder.locator("xpath=..")
    raise AssertionError(f"no place for {locator}")


def rows(page_rows: Iterable[tuple[Sequence[str | None], Locator | list[Locator]]]) -> list[dict[str, Any]]:
    """The truth of a list: name, e-mail and location of each row, and what opens it."""
    return [{"name": name, "email": email, "location": place, "opens": opens} for (name, email, place), opens in page_rows]


def main(wanted: Sequence[str]) -> None:
    from tests.looks.walks import WALKS

    found = find_browser(NoSettings(), headless=True)
    assert found is not None
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**launch_options(found, headless=True))
        for site, walk in WALKS.items():
            if not wanted or site in wanted:
                print(site, flush=True)
                walk(browser)
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1:])

"""The session that a sign-in hands over to the page that does the work."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from playwright.sync_api import BrowserContext, Page

from portal_bot.portal.browser.process import BrowserProcess
from portal_bot.portal.dom.page_script import in_frame


@dataclass(frozen=True)
class Handover:
    """What a sign-in leaves for the page that does the work: cookies, local storage, and the tab's own storage.

    Plain values throughout, so that ``asdict`` of it can be kept as JSON.
    """

    state: Any = field(repr=False)
    address: str
    tab: dict[str, str] = field(repr=False)
    origin: str

    @classmethod
    def of(cls, page: Page, *, address: str | None = None) -> Handover:
        """The session of a page. ``address``: where to go on, if not where the page stands."""
        in_frame(page.main_frame, "sentOnLeaving")  # what the pages of the sign-in sent says nothing about records
        tab = page.evaluate("() => Object.fromEntries(Object.entries(sessionStorage))")
        state = page.context.storage_state(indexed_db=True)
        return cls(state, address or page.url, tab, page.evaluate("() => location.origin"))

    def secrets(self) -> list[str]:
        """Values of session cookies (those no script may read) and of what looks like a token, for the redactor."""
        cookies = [str(cookie.get("value", "")) for cookie in self.state.get("cookies", []) if cookie.get("httpOnly")]
        tokens = [value for value in self.tab.values() if re.fullmatch(r"[\w.~+/=-]{16,}", value) and re.search(r"\d", value)]
        return [value for value in (*cookies, *tokens) if len(value) >= 8]

    def without_databases(self) -> Handover:
        """The same session without IndexedDB, which few sign-ins need and pages keep drafts and answers in."""
        origins = [{key: value for key, value in each.items() if key != "indexedDB"} for each in self.state.get("origins", [])]
        return replace(self, state={**self.state, "origins": origins})

    @property
    def has_databases(self) -> bool:
        return any(each.get("indexedDB") for each in self.state.get("origins", []))

    def with_cookies(self, now: Sequence[Any]) -> Handover:
        """The same session with the cookies that a page has now, less those that its scripts may have made since the sign-in."""
        return replace(self, state={**self.state, "cookies": self.own_cookies(now)})

    def own_cookies(self, now: Sequence[Any]) -> list[Any]:
        """Of some cookies, those of the session: no script can write them, or they were there right after the sign-in.

        A page may keep a draft of its form in a cookie. That is a new one, and a script wrote it.
        """
        known = {_key(cookie) for cookie in self.state.get("cookies", [])}
        return [cookie for cookie in now if cookie.get("httpOnly") or _key(cookie) in known]

    def without_additions_to(self, first: Handover) -> Handover:
        """This session with nothing in it that pages have added to it since the sign-in that handed over ``first``."""
        items = {each["origin"]: {item["name"] for item in each["localStorage"]} for each in first.state.get("origins", [])}
        origins = [
            {"origin": each["origin"], "localStorage": [i for i in each["localStorage"] if i["name"] in items.get(each["origin"], ())]}
            | ({"indexedDB": each["indexedDB"]} if first.has_databases and "indexedDB" in each else {})
            for each in self.state.get("origins", [])
        ]
        state = {**self.state, "cookies": first.own_cookies(self.state.get("cookies", [])), "origins": origins}
        return replace(self, state=state, tab={key: value for key, value in self.tab.items() if key in first.tab})

    def new_page(
        self, session: BrowserProcess, *, prepare: Callable[[BrowserContext], None] = lambda _context: None, **options: Any
    ) -> Page:  # fmt: skip
        """A page in a new context that is signed in as the first one was. Raises BrowserGone, and Playwright's own error where no
        browser takes such a session. ``options``: further ones of the context."""
        with session.opening():
            context = session.new_context(storage_state=self.state, **options)
            prepare(context)
            if self.tab:
                context.add_init_script(
                    f"if (location.origin === {json.dumps(self.origin)} && !sessionStorage.length)"
                    f" for (const [key, value] of Object.entries({json.dumps(self.tab)})) sessionStorage.setItem(key, value);"
                )
            return context.new_page()


def _key(cookie: Mapping[str, Any]) -> tuple[Any, ...]:
    return cookie.get("name"), cookie.get("domain"), cookie.get("path")

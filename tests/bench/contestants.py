"""Who does the job in the benchmark: the bot, the script that a recorder and a loop would give, and bare HTTP as the limit."""

from __future__ import annotations

import http.client
import json
import re
import tempfile
import threading
import urllib.parse
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from playwright.sync_api import Page, expect, sync_playwright

from portal_bot.model.exit_codes import Exit
from portal_bot.portal.browser.discovery import NoSettings, ensure_browser, launch_options
from tests.helpers.browser_elsewhere import running_chromium
from tests.helpers.robot import Robot

from .portal_process import LIST, PortalProcess, Somebody


def bot(
    portal: PortalProcess, people: Sequence[Somebody], *, workers: int, share: bool = False, pictures: str = "changes",
    browser: Mapping[str, str] | None = None,
) -> None:  # fmt: skip
    """``portal-bot apply`` as a library; run folder, history and all. ``browser``: that part of the config."""
    with tempfile.TemporaryDirectory() as folder:
        robot = Robot(
            Path(folder), portal.url, portal.user_name, portal.password,
            run={"workers": workers, "share_session": share, "pictures": pictures}, limits={"max_changes": len(people)},
            browser=dict(browser or {}),
        )  # fmt: skip
        report = robot.apply({portal.practice: {LIST: [{"name": each.name, "email": each.email} for each in people]}})
        if report.exit is not Exit.OK:
            raise SystemExit(f"the bot ended with {report.exit}: {report.error}")


def bot_in_one_browser(portal: PortalProcess, people: Sequence[Somebody], *, workers: int) -> None:
    """The same with contexts of one browser, to which all workers connect, in place of a browser for each."""
    with tempfile.TemporaryDirectory() as folder, running_chromium(Path(folder)) as address:
        bot(portal, people, workers=workers, share=True, browser={"cdp": address})


def script(portal: PortalProcess, people: Sequence[Somebody]) -> None:
    """What somebody who knows Playwright writes: the recorded steps in a loop over the names, each change checked after a reload."""
    found = ensure_browser(NoSettings(), headless=True, say=print)
    with ThreadPoolExecutor(1) as thread:
        thread.submit(_script, portal, people, launch_options(found, headless=True)).result()


def _script(portal: PortalProcess, people: Sequence[Somebody], options: dict[str, object]) -> None:
    with sync_playwright() as playwright, playwright.chromium.launch(**options) as browser:  # type: ignore[arg-type]
        page = browser.new_page()
        page.goto(portal.url)
        page.get_by_label("E-mail Address").fill(portal.user_name)
        page.get_by_label("Password").fill(portal.password)
        page.get_by_role("button", name="Sign In").click()
        page.get_by_role("button", name="User Administration").click()
        for person in people:
            page.get_by_role("link", name="Staff Members").first.click()
            _open_row(page, person)
            box = page.get_by_role("checkbox", name="Messaging", exact=True)
            page.get_by_role("button", name="Expand All").click()
            if box.is_checked():
                continue
            page.get_by_text("Messaging", exact=True).click()
            page.get_by_role("button", name="Save").click()
            expect(page.get_by_text("has been saved")).to_be_visible()
            page.reload()
            page.get_by_role("button", name="Expand All").click()
            expect(box).to_be_checked()


def _open_row(page: Page, person: Somebody) -> None:
    """Through the locations and pages until the row is there."""
    locations = page.get_by_label("Locations")
    expect(locations).to_be_visible()
    row = page.get_by_role("row", name=re.compile(re.escape(person.email)))
    for place in locations.locator("option").all_text_contents():
        locations.select_option(place)
        first = page.get_by_role("row").nth(1)
        expect(first).to_contain_text(place)
        while True:
            if row.count():
                row.get_by_role("link").click()
                return
            further = page.get_by_role("button", name="Next")
            if not further.count() or further.is_disabled():
                break
            before = first.inner_text()
            further.click()
            expect(first).not_to_have_text(before, use_inner_text=True)
    raise SystemExit(f"the script does not find {person.name}")


def limit(portal: PortalProcess, people: Sequence[Somebody], *, connections: int) -> None:
    """The fewest requests of a careful client that goes the way of the bot, each with page and data.

    The list once; the record; where the person lacks the permission: Save, the list again, and the record by a second connection.
    """
    first = _Client(portal)
    left = list(people)
    member = {row["email"]: row["id"] for row in first.data(f"m/api/{LIST}")["rows"]}
    turn = threading.Lock()

    def work(client: _Client) -> None:
        proof = client.beside()
        while True:
            with turn:
                if not left:
                    return
                person = left.pop(0)
            record = f"{LIST}/{member[person.email]}"
            sent = client.both(record)
            if person.has_it:
                continue
            client.save(f"m/api/{record}", sent["record"])
            client.both(LIST)
            if "Messaging" not in ticked(proof.both(record)["record"]):
                raise SystemExit(f"the limit did not change {person.name}")

    with ThreadPoolExecutor(connections) as threads:
        for done in [threads.submit(work, client) for client in [first, *(first.beside() for _ in range(connections - 1))]]:
            done.result()


class _Client:
    """One connection that is kept, signed in."""

    def __init__(self, portal: PortalProcess, cookie: str = "", token: str = "") -> None:
        self._portal = portal
        self._connection = http.client.HTTPConnection(urllib.parse.urlsplit(portal.url).netloc)
        self._cookie, self._token = cookie, token
        if not cookie:
            form = self.page("m/sign-in")
            fields = {"token": _field(form, "token"), "return_to": _field(form, "return_to")}
            fields |= {"email": portal.user_name, "password": portal.password}
            self._ask("POST", "m/sign-in", urllib.parse.urlencode(fields), "application/x-www-form-urlencoded")

    def beside(self) -> _Client:
        """Another connection with the same sign-in."""
        return _Client(self._portal, self._cookie, self._token)

    def page(self, path: str) -> str:
        return self._ask("GET", path).decode()

    def data(self, path: str) -> dict[str, object]:
        answer: dict[str, object] = json.loads(self._ask("GET", path))
        self._token = answer["frame"]["token"]  # type: ignore[index]
        return answer

    def both(self, path: str) -> dict[str, object]:
        """A page and the data that its script asks for."""
        self.page(f"m/{path}")
        return self.data(f"m/api/{path}")

    def save(self, path: str, record: dict[str, object]) -> None:
        body = {"version": record["version"], "fields": record["fields"], "permissions": [*ticked(record), "Messaging"]}
        self._ask("PUT", path, json.dumps(body), "application/json")

    def _ask(self, method: str, path: str, body: str | None = None, kind: str = "") -> bytes:
        headers = {"Cookie": self._cookie, "X-CSRF-Token": self._token, **({"Content-Type": kind} if kind else {})}
        self._connection.request(method, "/" + path, body, headers)
        answer = self._connection.getresponse()
        read = answer.read()
        if given := answer.getheader("Set-Cookie"):
            self._cookie = given.partition(";")[0]
        if answer.status >= 400:
            raise SystemExit(f"the limit was answered {answer.status} for {method} {path}")
        return read


def ticked(record: dict[str, object]) -> list[str]:
    """Captions of the boxes that are on."""

    def boxes(items: object) -> list[str]:
        found: list[str] = []
        for item in items:  # type: ignore[attr-defined]
            found += boxes(item["items"]) if "items" in item else [item["caption"]] if item["on"] and not item["fixed"] else []
        return found

    return boxes(record["tree"])


def _field(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    return found[1] if found else ""

"""Somebody without a browser who uses a sandbox over plain HTTP, in the same words for both layouts."""

from __future__ import annotations

import http.client
import json
import re
from dataclasses import dataclass
from html import unescape
from typing import Any
from urllib.parse import urlencode, urlsplit

from playwright.sync_api import Page

from portal_bot.sandbox import Sandbox

MEADOWLARK, HARBOR, PINECREST = "Meadowlark Pediatrics", "Harbor Street Family Medicine", "Pinecrest Children's Clinic"


@dataclass(frozen=True)
class Answer:
    """What the sandbox answered."""

    status: int
    headers: dict[str, str]
    body: str

    @property
    def data(self) -> Any:
        return json.loads(self.body)

    @property
    def goes_to(self) -> str:
        return self.headers.get("Location", "")

    def hidden(self, name: str) -> str:
        found = re.search(rf'name="{name}" value="([^"]*)"', self.body)
        assert found, f"no field {name} in {self.body[:300]}"
        return unescape(found[1])


class Visitor:
    """One session with one layout. Subclasses know its addresses."""

    cookie: str
    home: str

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self.cookies: dict[str, str] = {}
        self.cookie_lines: list[str] = []

    def ask(self, method: str, path: str, body: str = "", **headers: str) -> Answer:
        """One request; cookies are kept, redirects are not followed."""
        where = urlsplit(self.sandbox.url)
        connection = http.client.HTTPConnection(where.hostname or "", where.port, timeout=10)
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.cookies:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        try:
            connection.request(method, path, body.encode() or None, sent)
            answer = connection.getresponse()
            for line in answer.headers.get_all("Set-Cookie") or ():
                self.cookie_lines.append(line)
                name, _, value = line.partition(";")[0].partition("=")
                self.cookies[name] = value
            return Answer(answer.status, dict(answer.headers), answer.read().decode())
        finally:
            connection.close()

    def get(self, path: str) -> Answer:
        return self.ask("GET", path)

    def post(self, path: str, **fields: Any) -> Answer:
        return self.ask("POST", path, urlencode(fields, doseq=True), Content_Type="application/x-www-form-urlencoded")

    def sign_in(self, password: str | None = None, user_name: str | None = None) -> Answer:
        """From the sign-in page to whatever answers the password."""
        raise NotImplementedError

    def number(self, practice: str, list_name: str, who: str) -> int:
        """The number of somebody's record."""
        return self.sandbox.site.office.find(practice, list_name, who).id

    def people(self, list_name: str = "staff") -> Answer:
        raise NotImplementedError

    def record(self, list_name: str, number: int) -> Answer:
        raise NotImplementedError

    def tick(self, list_name: str, number: int, caption: str = "Messaging", on: bool = True) -> Answer:
        """Open a record, set one box, press Save; the answer to Save."""
        raise NotImplementedError

    def choose(self, practice: str) -> Answer:
        raise NotImplementedError


class ClassicVisitor(Visitor):
    cookie = "PortalSession"
    home = "/Home/Dashboard"

    def sign_in(self, password: str | None = None, user_name: str | None = None) -> Answer:
        page = self.get("/Account/LogOn")
        return self.post(
            "/Account/LogOn",
            __RequestVerificationToken=page.hidden("__RequestVerificationToken"),
            UserName=user_name or self.sandbox.user_name,
            Password=self.sandbox.password if password is None else password,
        )

    def people(self, list_name: str = "staff") -> Answer:
        return self.get("/UserAdministration/" + {"staff": "StaffMembers", "providers": "Providers"}[list_name])

    def record(self, list_name: str, number: int) -> Answer:
        return self.get(f"/UserAdministration/Edit/{number}")

    def form(self, page: Answer) -> dict[str, Any]:
        """The fields of a record's form as a browser would send them."""
        names = ("__RequestVerificationToken", "RowVersion", "FirstName", "LastName", "Credentials", "Email", "Phone")
        fields: dict[str, Any] = {name: page.hidden(name) for name in names}
        for name in ("Location", "Status"):
            chosen = re.search(rf'name="{name}">.*?<option selected>([^<]*)', page.body, re.S)
            assert chosen
            fields[name] = chosen[1]
        notes = re.search(r"<textarea[^>]*>\n?([^<]*)", page.body)
        assert notes
        fields["Notes"] = unescape(notes[1])
        fields["Permission"] = re.findall(r'name="Permission" value="([^"]*)" checked>', page.body)
        return fields

    def tick(self, list_name: str, number: int, caption: str = "Messaging", on: bool = True) -> Answer:
        fields = self.form(self.record(list_name, number))
        fields["Permission"] = [c for c in fields["Permission"] if c != caption] + [caption] * on
        return self.post(f"/UserAdministration/Edit/{number}", **fields)

    def choose(self, practice: str) -> Answer:
        page = self.get(self.home)
        place = self.sandbox.site.office.practice(practice)
        assert place
        token = page.hidden("__RequestVerificationToken")
        return self.post("/Practice/Change", __RequestVerificationToken=token, PracticeId=place.id, ReturnUrl=self.home)


class ModernVisitor(Visitor):
    cookie = "sid"
    home = "/m/home"

    def sign_in(self, password: str | None = None, user_name: str | None = None) -> Answer:
        page = self.get("/m/sign-in")
        return self.post(
            "/m/sign-in",
            token=page.hidden("token"),
            email=user_name or self.sandbox.user_name,
            password=self.sandbox.password if password is None else password,
        )

    def write(self, method: str, path: str, content: object, token: str | None = None) -> Answer:
        if token is None:
            token = self.get("/m/api/management").data["frame"]["token"]
        return self.ask(method, path, json.dumps(content), X_CSRF_Token=token, Content_Type="application/json")

    def people(self, list_name: str = "staff") -> Answer:
        return self.get(f"/m/api/{list_name}")

    def record(self, list_name: str, number: int) -> Answer:
        return self.get(f"/m/api/{list_name}/{number}")

    def tick(self, list_name: str, number: int, caption: str = "Messaging", on: bool = True) -> Answer:
        data = self.record(list_name, number).data
        record = data["record"]
        ticked = {box["caption"] for box in leaves(record["tree"]) if box["on"] and not box["fixed"]} - {caption}
        content = {
            "version": record["version"],
            "fields": record["fields"],
            "permissions": sorted(ticked) + [caption] * on,
        }
        return self.write("PUT", f"/m/api/{list_name}/{number}", content, data["frame"]["token"])

    def choose(self, practice: str) -> Answer:
        place = self.sandbox.site.office.practice(practice)
        assert place
        return self.write("POST", "/m/api/practice", {"id": place.id})


def leaves(items: list[Any]) -> list[Any]:
    """The boxes of a permission tree."""
    return [leaf for item in items for leaf in (leaves(item["items"]) if "items" in item else [item])]


def hand_over(page: Page, sandbox: Sandbox) -> Visitor:
    """Sign in without the page, and give its browser the session."""
    visitor = visitor_of(sandbox)
    visitor.sign_in()
    page.context.add_cookies([{"name": visitor.cookie, "value": visitor.cookies[visitor.cookie], "url": sandbox.url}])
    return visitor


def visitor_of(sandbox: Sandbox) -> Visitor:
    """Somebody who knows the way around this sandbox."""
    return ClassicVisitor(sandbox) if sandbox.options.layout == "classic" else ModernVisitor(sandbox)

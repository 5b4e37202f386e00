"""A portal of Kendo-like widgets: drop-downs with pop-ups, a grid of two tables, a tree view, records in a window."""

from __future__ import annotations

import secrets
from typing import Any, ClassVar

from flask import Flask, redirect, render_template, request, send_from_directory
from werkzeug.wrappers import Response

from .invented_office import Group, Member, Places, Tree, captions
from .portal_site import PAGES, PortalSite, Visit

COOKIE = "ASP.NET_SessionId"
HEADINGS = {"Providers": "providers", "StaffMembers": "staff"}
Answer = dict[str, Any] | tuple[dict[str, Any], int]


class Kendo(PortalSite):
    """A record has no address: the grid's row gets a new id at each load, and Save closes the window."""

    vendor = "kendo"
    name_form = "{last}, {first}{title}"
    practices: ClassVar[Places] = {
        "Cedar Grove Dermatology": ("Cedar", "Grove"),
        "Cedar Grove Pediatrics": ("Cedar", "Northgate", "Grove"),
    }
    tree = (
        Group("Patient Administration", ("Patient Search", "Patient Merge")),
        Group("Patient Interface", (Group("Messages", ("Bulk Messaging", "Messaging", "Messaging Audit")), "Forms")),
        Group("Portal Management", ("Content", "Notices")),
    )
    seed = 3

    def build(self, app: Flask) -> None:
        self.columns = list(captions(self.tree))
        app.context_processor(lambda: {"site": self, "visit": self._here()})
        app.before_request(self._guard)
        app.add_url_rule("/", view_func=lambda: redirect("/Home"), endpoint="root")
        app.add_url_rule("/Account/Login", view_func=self.login, methods=["GET", "POST"])
        app.add_url_rule("/Account/LogOff", view_func=self.log_off)
        app.add_url_rule("/Home", view_func=lambda: render_template("home.html"), endpoint="home")
        app.add_url_rule("/Scripts/widgets.js", view_func=self.script)
        app.add_url_rule("/Practice/Select", view_func=self.switch_practice, methods=["POST"])
        app.add_url_rule("/Users/<any(Providers, StaffMembers):view>", view_func=self.users)
        app.add_url_rule("/Users/Read", view_func=self.read, methods=["POST"])
        app.add_url_rule("/Users/Record", view_func=self.record, methods=["POST"])
        app.add_url_rule("/Users/Update", view_func=self.update, methods=["POST"])

    def _here(self) -> Visit | None:
        return self.visit(request.cookies.get(COOKIE))

    def _guard(self) -> Response | tuple[str, int] | None:
        here = self._here()
        if request.path in ("/Account/Login", "/Scripts/widgets.js"):
            return None
        if here is None:
            return redirect("/Account/Login?ReturnUrl=" + request.path)
        if request.method == "POST" and request.headers.get("RequestVerificationToken") != here.token:
            self.refuse()
            return "The anti-forgery token could not be validated.", 400
        return None

    @staticmethod
    def script() -> Response:
        return send_from_directory(PAGES / "kendo", "widgets.js", max_age=0)

    def login(self) -> Response | str:
        if request.method == "GET":
            return render_template("login.html", failed=False)
        key = self.sign_in(request.form["Username"], request.form["Password"])
        if not key:
            return render_template("login.html", failed=True)
        answer = redirect(request.args.get("ReturnUrl", "/Home"))
        answer.set_cookie(COOKIE, key, httponly=True)
        return answer

    def log_off(self) -> Response:
        self.sign_out(request.cookies.get(COOKIE))
        return redirect("/Account/Login")

    def switch_practice(self) -> Answer:
        here = self._here()
        assert here
        practice = request.get_json()["practice"]
        if practice not in self.practices:
            self.refuse()
            return {"error": "Unknown practice"}, 400
        here.practice = practice
        return {}

    def users(self, view: str) -> str:
        here = self._here()
        assert here
        return render_template("users.html", view=view, list=HEADINGS[view], places=self.practices[here.practice])

    def read(self) -> Answer:
        here = self._here()
        assert here
        asked = request.get_json()
        rows = self.office.listed(here.practice, asked["list"], asked["location"])
        first = (asked["page"] - 1) * asked["pageSize"]
        shown = rows[first : first + asked["pageSize"]]
        return {"Total": len(rows), "Data": [{"uid": secrets.token_hex(8), **self._row(m)} for m in shown]}

    def _row(self, member: Member) -> dict[str, Any]:
        name = member.name(self.name_form)
        return {"Id": member.key, "Name": name, "Email": member.email, "Location": member.location}

    def _member(self) -> Member | None:
        here = self._here()
        assert here
        return self.member(here, request.get_json()["Id"])

    def record(self) -> Answer:
        member = self._member()
        if member is None:
            return {"error": "Not found"}, 404
        return {**self._row(member), "Fields": member.fields, "Tree": self._branch(self.tree, member)}

    def _branch(self, items: Tree, member: Member) -> list[Any]:
        return [
            {"text": item.caption, "items": self._branch(item.items, member)}
            if isinstance(item, Group)
            else {
                "id": self.columns.index(item),
                "text": item,
                "checked": item in member.own | member.by_role,
                "enabled": item not in member.by_role,
            }
            for item in items
        ]

    def update(self) -> Answer:
        member = self._member()
        if member is None:
            self.refuse()
            return {"error": "Not found"}, 404
        sent = request.get_json()
        self.office.save(member, sent["Fields"], {self.columns[n] for n in sent["Checked"]})
        return {"ok": True}

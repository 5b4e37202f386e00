"""A portal of web components with open shadow roots: endless list, captions in other cases, late drawing, a survey."""

from __future__ import annotations

from typing import Any, ClassVar

from flask import Flask, Response, jsonify, request, send_from_directory

from .invented_office import Group, Member, Places, Tree, captions
from .portal_site import PAGES, PortalSite, Visit

COOKIE = "northstar"
BATCH = 12
Answer = dict[str, Any] | tuple[dict[str, Any], int]


class Shadow(PortalSite):
    """One practice and no drop-down; the sign-in takes two steps, and a survey covers the record after a second."""

    vendor = "shadow"
    practices: ClassVar[Places] = {"Northstar Children's Clinic": ("Star Ave", "Comet Ln")}
    tree = (
        Group("Patient Administration", ("Registration", "Reminders")),
        Group("Inbox", ("Bulk Messaging", "Messaging Audit", "Messaging", "Signatures")),
        Group("Portal", ("Themes",)),
    )
    seed = 6

    def build(self, app: Flask) -> None:
        self.columns = list(captions(self.tree))
        for n, path in enumerate(("/", "/dashboard", "/people/<people>", "/people/<people>/<int:key>")):
            app.add_url_rule(path, view_func=self.shell, endpoint=f"shell{n}")
        app.add_url_rule("/app.js", view_func=lambda: send_from_directory(PAGES / self.vendor, "app.js"), endpoint="js")
        app.add_url_rule("/api/login", view_func=self.login, methods=["POST"])
        app.add_url_rule("/api/session", view_func=self.session, methods=["GET", "DELETE"])
        app.add_url_rule("/api/people", view_func=self.listed)
        app.add_url_rule("/api/people/<int:key>", view_func=self.person, methods=["GET", "POST"])
        app.before_request(self._guard)

    @staticmethod
    def shell(**_: object) -> Response:
        return send_from_directory(PAGES / "shadow", "index.html", max_age=0)

    def _visit(self) -> Visit | None:
        return self.visit(request.cookies.get(COOKIE))

    def _here(self) -> Visit:
        here = self._visit()
        assert here
        return here

    def _guard(self) -> Answer | None:
        if not request.path.startswith("/api/") or request.path == "/api/login":
            return None
        here = self._visit()
        if here is None:
            return {"error": "signed out"}, 401
        if request.method == "POST" and request.headers.get("X-CSRF") != here.token:
            self.refuse()
            return {"error": "csrf"}, 403
        return None

    def login(self) -> Response | Answer:
        sent = request.get_json()
        key = self.sign_in(sent["user"], sent["password"])
        if not key:
            return {"error": "We do not recognize this user name and password."}, 401
        answer = jsonify({})
        answer.set_cookie(COOKIE, key, httponly=True, samesite="Strict")
        return answer

    def session(self) -> Answer:
        here = self._here()
        if request.method == "DELETE":
            self.sign_out(request.cookies.get(COOKIE))
            return {}
        return {
            "user": here.user,
            "practice": here.practice,
            "csrf": here.token,
            "locations": self.practices[here.practice],
            "patients": self.office.patients(here.practice),
        }

    def listed(self) -> Answer:
        asked = request.args
        rows = self.office.listed(self._here().practice, asked["list"], asked.get("location", ""))
        start = int(asked["from"])
        batch = rows[start : start + BATCH]
        return {"people": [self._row(m) for m in batch], "more": start + BATCH < len(rows)}

    def _row(self, member: Member) -> dict[str, Any]:
        name = member.name(self.name_form)
        return {"key": member.key, "name": name, "email": member.email, "location": member.location}

    def person(self, key: int) -> Answer:
        member = self.member(self._here(), key)
        if member is None:
            return {"error": "no such person"}, 404
        if request.method == "GET":
            return {**self._row(member), "fields": member.fields, "groups": self._branch(self.tree, member)}
        sent = request.get_json()
        self.office.save(member, sent["fields"], {self.columns[n] for n in sent["ticked"]})
        return {}

    def _branch(self, items: Tree, member: Member) -> list[Any]:
        return [
            {"caption": item.caption.lower(), "items": self._branch(item.items, member)}
            if isinstance(item, Group)
            else {
                "number": self.columns.index(item),
                "caption": f"  {item.upper()} ",
                "on": item in member.own | member.by_role,
                "role": item in member.by_role,
            }
            for item in items
        ]

"""A single-page portal with hash routes: token in sessionStorage, no cookie, everything drawn anew at each change."""

from __future__ import annotations

from typing import Any, ClassVar

from flask import Flask, request, send_from_directory
from werkzeug.wrappers import Response

from .invented_office import Group, Member, Places, Tree, captions
from .portal_site import PAGES, PortalSite, Visit

PAGE_ROWS = 15
Answer = dict[str, Any] | tuple[dict[str, Any], int]


class ReactHash(PortalSite):
    """The practice is chosen in a menu of links, the list grows by "Load more", permissions are switches."""

    vendor = "react_hash"
    practices: ClassVar[Places] = {
        "Sable Ridge Kids": ("Ridge", "Valley"),
        "Sable Ridge Family": ("Ridge", "Old Mill"),
    }
    tree = (
        Group("Messaging Center", ("Bulk Messaging", "Messaging", "Messaging Audit", "Auto-Replies")),
        Group("Patient Administration", ("Invite Patient", "Proxy Access", "Demographics")),
        Group("Reports", ("Usage Report", "Audit Log")),
    )
    seed = 2

    def build(self, app: Flask) -> None:
        self.columns = list(captions(self.tree))
        app.add_url_rule("/", view_func=lambda: send_from_directory(PAGES / self.vendor, "index.html"), endpoint="root")
        app.add_url_rule("/app.js", view_func=lambda: send_from_directory(PAGES / self.vendor, "app.js"), endpoint="js")
        app.add_url_rule("/api/session", view_func=self.open_session, methods=["POST"])
        app.add_url_rule("/api/session", view_func=self.session, methods=["GET", "DELETE"])
        app.add_url_rule("/api/session/practice", view_func=self.switch_practice, methods=["PUT"])
        app.add_url_rule("/api/dashboard", view_func=self.dashboard)
        app.add_url_rule("/api/users", view_func=self.users)
        app.add_url_rule("/api/users/<int:key>", view_func=self.user, methods=["GET", "PUT"])
        app.before_request(self._guard)
        app.after_request(self._never_cached)

    @staticmethod
    def _never_cached(answer: Response) -> Response:
        answer.headers["Cache-Control"] = "no-store"
        return answer

    def _guard(self) -> Answer | None:
        opening = request.path == "/api/session" and request.method == "POST"
        if not request.path.startswith("/api/") or opening or self.visit(request.headers.get("X-Session-Token")):
            return None
        if request.method not in ("GET", "DELETE"):
            self.refuse()
        return {"error": "Your session has ended."}, 401

    def _here(self) -> Visit:
        here = self.visit(request.headers.get("X-Session-Token"))
        assert here
        return here

    def _about(self, here: Visit) -> dict[str, Any]:
        return {
            "user": here.user,
            "practice": here.practice,
            "practices": list(self.practices),
            "locations": self.practices[here.practice],
        }

    def open_session(self) -> Answer:
        sent = request.get_json()
        key = self.sign_in(sent["username"], sent["password"])
        here = self.visit(key)
        if here is None:
            return {"error": "Incorrect username or password."}, 401
        return {"token": key, **self._about(here)}

    def session(self) -> Answer:
        if request.method == "DELETE":
            self.sign_out(request.headers.get("X-Session-Token"))
            return {}
        return self._about(self._here())

    def switch_practice(self) -> Answer:
        here, practice = self._here(), request.get_json()["practice"]
        if practice not in self.practices:
            self.refuse()
            return {"error": "No such practice."}, 422
        here.practice = practice
        return self._about(here)

    def dashboard(self) -> Answer:
        return {"appointments": self.office.patients(self._here().practice)}

    def users(self) -> Answer:
        asked = request.args
        rows = self.office.listed(self._here().practice, asked["list"], asked.get("location", ""))
        start = int(asked.get("offset", 0))
        return {"total": len(rows), "rows": [self._row(m) for m in rows[start : start + PAGE_ROWS]]}

    def _row(self, member: Member) -> dict[str, Any]:
        return {
            "key": member.key,
            "list": member.list,
            "name": member.name(self.name_form),
            "email": member.email,
            "location": member.location,
        }

    def user(self, key: int) -> Answer:
        member = self.member(self._here(), key)
        if member is None:
            return {"error": "User not found."}, 404
        if request.method == "GET":
            return {
                **self._row(member),
                "revision": member.revision,
                "fields": member.fields,
                "tree": self._branch(self.tree),
                "own": sorted(member.own),
                "byRole": sorted(member.by_role),
            }
        sent = request.get_json()
        if sent["revision"] != member.revision:
            self.refuse()
            return {"error": "Somebody else changed this user. Load it again."}, 409
        self.office.save(member, sent["fields"], set(sent["permissions"]) & set(self.columns))
        return {"revision": member.revision}

    def _branch(self, items: Tree) -> list[Any]:
        return [{"caption": item.caption, "items": self._branch(item.items)} if isinstance(item, Group) else item for item in items]

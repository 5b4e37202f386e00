"""What all portals on kits share: the server with its data and its audit. The kits are in the pages alone."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any, ClassVar, Self

from flask import Flask, Response, request, send_from_directory

from tests.kits.npm import node_modules
from tests.sites.invented_office import Group, Member, Places, Tree, captions
from tests.sites.portal_site import LoopbackServer, PortalSite, Visit

PAGES = Path(__file__).parent / "pages"
COOKIE = "kit"
Answer = dict[str, Any] | tuple[dict[str, Any], int]


class KitSite(PortalSite):
    """One page of a kit over a small JSON interface. ``late``: seconds that each answer takes."""

    late: ClassVar[float] = 0.0
    name_form = "{last}, {first}{title}"
    practices: ClassVar[Places]
    tree: ClassVar[Tree] = (
        Group("Patient Administration", ("Add Patient", "Merge Patients", "Invite Patient")),
        Group("Correspondence", (Group("Inbox", ("Bulk Messaging", "Messaging", "Messaging Audit")), "Templates")),
        Group("Portal Management", ("Branding", "Notices")),
    )

    def build(self, app: Flask) -> None:
        self.columns = list(captions(self.tree))
        app.add_url_rule("/", view_func=lambda: self._file("index.html"), endpoint="root")
        app.add_url_rule("/page/<path:name>", view_func=lambda name: self._file(name), endpoint="page")
        app.add_url_rule("/common.js", view_func=lambda: send_from_directory(PAGES, "common.js", max_age=0), endpoint="common")
        app.add_url_rule("/kit/<path:name>", view_func=lambda name: send_from_directory(node_modules(), name, max_age=3600), endpoint="kit")
        app.add_url_rule("/api/session", view_func=self.session, methods=["GET", "POST", "DELETE"])
        app.add_url_rule("/api/practice", view_func=self.choose_practice, methods=["POST"])
        app.add_url_rule("/api/dashboard", view_func=self.dashboard)
        app.add_url_rule("/api/people", view_func=self.listed)
        app.add_url_rule("/api/people/<int:key>", view_func=self.record, methods=["GET", "POST"])
        app.before_request(self._guard)

    def _file(self, name: str) -> Response:
        return send_from_directory(PAGES / self.vendor, name, max_age=0)

    def _guard(self) -> Answer | None:
        if not request.path.startswith("/api/"):
            return None
        time.sleep(self.late)
        here = self._visit()
        opening = request.path == "/api/session" and request.method == "POST"
        if not here and not opening:
            return {"error": "Your session has ended."}, 401
        if here and request.method != "GET" and not opening and request.headers.get("X-CSRF") != here.token:
            self.refuse()
            return {"error": "Forbidden."}, 403
        return None

    def _visit(self) -> Visit | None:
        return self.visit(request.cookies.get(COOKIE))

    def _here(self) -> Visit:
        here = self._visit()
        assert here
        return here

    def session(self) -> Any:
        if request.method == "DELETE":
            self.sign_out(request.cookies.get(COOKIE))
            return {}
        if request.method == "GET":
            return self._about(self._here())
        sent = request.get_json()
        key = self.sign_in(sent["user"], sent["password"])
        here = self.visit(key)
        if here is None:
            return {"error": "The user name or password is incorrect."}, 401
        answer = Response(status=204)
        answer.set_cookie(COOKIE, key, httponly=True, samesite="Lax")
        return answer

    def _about(self, here: Visit) -> dict[str, Any]:
        places = self.practices[here.practice]
        return {"user": here.user, "token": here.token, "practice": here.practice, "practices": list(self.practices), "places": places}

    def choose_practice(self) -> Answer:
        here, name = self._here(), request.get_json()["practice"]
        if name not in self.practices:
            self.refuse()
            return {"error": "No such practice."}, 422
        here.practice = name
        return self._about(here)

    def dashboard(self) -> Answer:
        return {"patients": self.office.patients(self._here().practice)}

    def listed(self) -> Answer:
        rows = self.office.listed(self._here().practice, request.args["list"], request.args.get("location", ""))
        return {"people": [self._row(member) for member in rows]}

    def _row(self, member: Member) -> dict[str, Any]:
        return {"key": member.key, "name": member.name(self.name_form), "email": member.email, "location": member.location}

    def record(self, key: int) -> Answer:
        member = self.member(self._here(), key)
        if member is None:
            return {"error": "No such user."}, 404
        if request.method == "GET":
            fields = {name: value for name, value in member.fields.items() if name != "Active"}
            return {**self._row(member), "fields": fields, "tree": self._branch(self.tree, member)}
        sent = request.get_json()
        self.office.save(member, sent["fields"], set(sent["ticked"]) & set(self.columns))
        return {"notice": "The user was saved."}

    def _branch(self, items: Tree, member: Member) -> list[dict[str, Any]]:
        return [
            {"caption": item.caption, "items": self._branch(item.items, member)}
            if isinstance(item, Group)
            else {"caption": item, "on": item in member.own | member.by_role, "fixed": item in member.by_role}
            for item in items
        ]


class KitPage:
    """A page of a kit without a server behind it, for its looks alone."""

    vendor: ClassVar[str]
    url: str

    def __enter__(self) -> Self:
        app = Flask(__name__, static_folder=None)
        app.add_url_rule("/", view_func=lambda: send_from_directory(PAGES / self.vendor, "index.html"), endpoint="root")
        app.add_url_rule("/common.js", view_func=lambda: send_from_directory(PAGES, "common.js"), endpoint="common")
        app.add_url_rule("/kit/<path:name>", view_func=lambda name: send_from_directory(node_modules(), name), endpoint="kit")
        self._server = LoopbackServer(app)
        self.url = self._server.url + "/"
        return self

    def __exit__(self, *_: object) -> None:
        self._server.close()

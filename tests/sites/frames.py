"""A portal of three frames: the practice on top, a tree of entries on the left, all else in the content frame."""

from __future__ import annotations

import math
from typing import Any, ClassVar

from flask import Flask, redirect, render_template, request
from werkzeug.wrappers import Response

from .invented_office import FIELDS, Group, Places, captions
from .portal_site import PortalSite, Visit

COOKIE = "CGISESSID"
HEADINGS = {"providers": "Providers", "staff": "Staff Members"}
PAGE_ROWS = 12


class Frames(PortalSite):
    """Save asks "Save changes?" first; one list page leads to the next by "Next"."""

    vendor = "frames"
    name_form = "{last}, {first}{title}"
    practices: ClassVar[Places] = {
        "Orchard Street Clinic": ("Orchard St", "Annex"),
        "Tom & Kit's Pediatrics": ("North", "South & Quay"),
    }
    tree = (
        Group("Patients", ("Register Patient", "Print Chart", Group("Portal Invitations", ("Invite", "Re-invite")))),
        Group(
            "Correspondence",
            (
                Group("Secure Mail", ("Messaging Audit", Group("Day to day", ("Messaging", "Away Notice")))),
                "Bulk Messaging",
            ),
        ),
        Group("Accounts", ("Statements", "Payments")),
    )
    seed = 5

    def build(self, app: Flask) -> None:
        self.columns = list(captions(self.tree))
        app.context_processor(lambda: {"site": self, "visit": self._here(), "headings": HEADINGS})
        app.before_request(self._guard)
        app.add_url_rule("/", view_func=lambda: render_template("frameset.html"), endpoint="root")
        app.add_url_rule("/login.cgi", view_func=self.login, methods=["GET", "POST"])
        app.add_url_rule("/logout.cgi", view_func=self.logout)
        app.add_url_rule("/top.cgi", view_func=lambda: render_template("top.html"), endpoint="top")
        app.add_url_rule("/menu.cgi", view_func=lambda: render_template("menu.html"), endpoint="menu")
        app.add_url_rule("/home.cgi", view_func=lambda: render_template("home.html"), endpoint="home")
        app.add_url_rule("/useradmin.cgi", view_func=lambda: render_template("useradmin.html"), endpoint="useradmin")
        app.add_url_rule("/practice.cgi", view_func=self.switch_practice, methods=["POST"])
        app.add_url_rule("/users.cgi", view_func=self.users)
        app.add_url_rule("/user.cgi", view_func=self.user, methods=["GET", "POST"])

    def _here(self) -> Visit | None:
        return self.visit(request.cookies.get(COOKIE))

    def _guard(self) -> Response | str | tuple[str, int] | None:
        here = self._here()
        if request.path == "/login.cgi":
            return None
        if here is None:  # a frame cannot redirect its window by a header
            return "<script>top.location.replace('/login.cgi')</script>"
        if request.method == "POST" and request.form.get("check") != here.token:
            self.refuse()
            return "<h3>Form expired</h3>", 403
        return None

    def login(self) -> Response | str:
        if request.method == "GET":
            return render_template("login.html", failed=False)
        key = self.sign_in(request.form["login"], request.form["pass"])
        if not key:
            return render_template("login.html", failed=True)
        answer = redirect("/")
        answer.set_cookie(COOKIE, key)
        return answer

    def logout(self) -> Response:
        self.sign_out(request.cookies.get(COOKIE))
        return redirect("/login.cgi")

    def switch_practice(self) -> Response | tuple[str, int]:
        here = self._here()
        assert here
        number = request.form["pid"]
        names = list(self.practices)
        if not number.isdigit() or int(number) >= len(names):
            self.refuse()
            return "<h3>No such practice</h3>", 400
        here.practice = names[int(number)]
        return redirect("/")

    def users(self) -> str:
        here = self._here()
        assert here
        people, place = request.args["list"], request.args.get("loc", "")
        rows = self.office.listed(here.practice, people, place)
        page = int(request.args.get("page", 1))
        shown: dict[str, Any] = {
            "people": people,
            "place": place,
            "places": self.practices[here.practice],
            "page": page,
            "pages": max(1, math.ceil(len(rows) / PAGE_ROWS)),
            "rows": rows[(page - 1) * PAGE_ROWS : page * PAGE_ROWS],
        }
        return render_template("users.html", **shown)

    def user(self) -> Response | tuple[str, int] | str:
        here = self._here()
        assert here
        member = self.member(here, request.values.get("id", ""))
        if member is None:
            return "<h3>Record not found</h3>", 404
        if request.method == "GET":
            return render_template("user.html", member=member, places=self.practices[here.practice])
        fields = {caption: request.form.get(caption, "") for caption in FIELDS}
        self.office.save(member, fields, {caption for caption in self.columns if "perm " + caption in request.form})
        return redirect(f"/user.cgi?id={member.key}&done=1")

"""A server-rendered Bootstrap portal: cards, tabs, a location filter without "All", two Save buttons."""

from __future__ import annotations

from typing import ClassVar

from flask import Flask, redirect, render_template, request
from werkzeug.wrappers import Response

from .invented_office import FIELDS, Group, Places, captions
from .portal_site import PortalSite, Visit

COOKIE = "clinicboard_session"
TABS = {"providers": "Providers", "staff": "Staff Members"}


class BootstrapTabs(PortalSite):
    """ "Edit" on a card opens the record; Save goes back to the list with an alert."""

    vendor = "bootstrap_tabs"
    practices: ClassVar[Places] = {
        "Juniper Family Medicine": ("East", "West"),
        "Juniper Walk-In Clinic": ("Downtown", "Airport", "Mall"),
    }
    tree = (
        Group("Front Desk", ("Appointments", "Check-In Forms", "Insurance Cards")),
        Group("Communication", ("Messaging Audit", "Bulk Messaging", "Messaging", "Broadcast Lists")),
        Group("Clinical", ("Lab Results", "Immunization Records", "Referrals")),
    )
    seed = 4
    same_address = True

    def build(self, app: Flask) -> None:
        self.columns = list(captions(self.tree))
        app.context_processor(lambda: {"site": self, "visit": self._here(), "tabs": TABS})
        app.before_request(self._guard)
        app.add_url_rule("/", view_func=lambda: redirect("/dashboard"), endpoint="root")
        app.add_url_rule("/sign-in", view_func=self.sign_in_page, methods=["GET", "POST"])
        app.add_url_rule("/sign-out", view_func=self.sign_out_page)
        app.add_url_rule("/dashboard", view_func=lambda: render_template("dashboard.html"), endpoint="dashboard")
        app.add_url_rule("/practice", view_func=self.switch_practice, methods=["POST"])
        app.add_url_rule("/user-administration", view_func=self.lists)
        app.add_url_rule("/users/<int:key>/edit", view_func=self.record, methods=["GET", "POST"])

    def _here(self) -> Visit | None:
        return self.visit(request.cookies.get(COOKIE))

    def _guard(self) -> Response | tuple[str, int] | None:
        here = self._here()
        if request.path == "/sign-in":
            return None
        if here is None:
            return redirect(f"/sign-in?next={request.path}")
        if request.method == "POST" and request.form.get("csrf") != here.token:
            self.refuse()
            return "<h1>419 Page expired</h1>", 419
        return None

    def sign_in_page(self) -> Response | tuple[str, int] | str:
        if request.method == "GET":
            return render_template("sign_in.html", failed=False)
        key = self.sign_in(request.form["email"], request.form["password"])
        if not key:
            return render_template("sign_in.html", failed=True), 401
        answer = redirect("/dashboard")
        answer.set_cookie(COOKIE, key, httponly=True, samesite="Lax")
        return answer

    def sign_out_page(self) -> Response:
        self.sign_out(request.cookies.get(COOKIE))
        return redirect("/sign-in")

    def switch_practice(self) -> Response | tuple[str, int]:
        here = self._here()
        assert here
        if request.form["practice"] not in self.practices:
            self.refuse()
            return "Unknown practice", 400
        here.practice = request.form["practice"]
        return redirect("/dashboard")

    def lists(self) -> str:
        here = self._here()
        assert here
        places = self.practices[here.practice]
        location = request.args.get("location", "")
        location = location if location in places else places[0]
        return render_template(
            "lists.html",
            location=location,
            places=places,
            tab=request.args.get("tab", "providers"),
            saved=request.args.get("saved"),
            people={tab: self.office.listed(here.practice, tab, location) for tab in TABS},
        )

    def record(self, key: int) -> Response | tuple[str, int] | str:
        here = self._here()
        assert here
        member = self.member(here, key)
        if member is None:
            return "<h1>404 User not found</h1>", 404
        if request.method == "GET":
            return render_template("record.html", member=member, places=self.practices[here.practice])
        fields = {caption: request.form.get(caption, "") for caption in FIELDS}
        ticked = {self.columns[int(n)] for n in request.form.getlist("permission")}
        self.office.save(member, fields, ticked)
        return redirect(f"/user-administration?tab={member.list}&location={member.location}&saved={member.key}")

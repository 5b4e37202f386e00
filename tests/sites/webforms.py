"""An ASP.NET WebForms portal: one address for everything, postbacks by `__doPostBack`, tables in tables."""

from __future__ import annotations

import math
import re
from typing import Any, ClassVar
from urllib.parse import quote

from flask import Flask, make_response, redirect, render_template, request
from itsdangerous import BadSignature, URLSafeSerializer
from werkzeug.wrappers import Response

from .invented_office import Group, Places, captions
from .portal_site import PortalSite, Visit

COOKIE = "ASP.NET_SessionId"
LISTS = {"lnkProviders": "providers", "lnkStaff": "staff"}
HEADINGS = {"providers": "Providers", "staff": "Staff Members"}
PAGE_ROWS = 10
BOXES = {  # the text boxes of the record, by the captions of their cells
    "First Name": "txtFirst",
    "Last Name": "txtLast",
    "Credentials": "txtCred",
    "E-mail": "txtMail",
    "Phone": "txtPhone",
}
State = dict[str, Any]


class WebForms(PortalSite):
    """Lists, records and the choice of practice are postbacks to Default.aspx; a GET always shows the dashboard."""

    vendor = "webforms"
    name_form = "{last}, {first}"
    practices: ClassVar[Places] = {
        "Harborview Internal Medicine": ("Main Street", "Pier 4"),
        "Harborview Pediatrics": ("Main Street", "Lakeside"),
        "Harborview Urgent Care": ("Lakeside", "Pier 4", "Hilltop"),
    }
    tree = (
        Group("Patient Administration", ("Add Patient", "Merge Patients", "Invite Patient")),
        Group(
            "Patient Interface",
            (Group("Requests", ("Refill Requests", "Messaging", "Messaging Audit")), "Bulk Messaging", "Documents"),
        ),
        Group("Portal Management", ("Branding", "Messaging Templates")),
    )
    seed = 1

    def build(self, app: Flask) -> None:
        self.columns = list(captions(self.tree))
        self._seal = URLSafeSerializer("viewstate of a test portal")
        app.context_processor(lambda: {"site": self, "headings": HEADINGS, "boxes": BOXES})
        app.add_url_rule("/", view_func=lambda: redirect("/Default.aspx"), endpoint="root")
        app.add_url_rule("/Login.aspx", view_func=self.login, methods=["GET", "POST"])
        app.add_url_rule("/Default.aspx", view_func=self.default, methods=["GET", "POST"])

    def login(self) -> Response | str:
        if request.method == "GET":
            return render_template("login.html", failure="", user="")
        user = request.form["ctl00$Login1$UserName"]
        key = self.sign_in(user, request.form["ctl00$Login1$Password"])
        if not key:
            failure = "Your login attempt was not successful. Please try again."
            return render_template("login.html", failure=failure, user=user)
        answer = redirect("/Default.aspx")
        answer.set_cookie(COOKIE, key, httponly=True)
        return answer

    def default(self) -> Response | tuple[str, int]:
        here = self.visit(request.cookies.get(COOKIE))
        if here is None:
            return redirect("/Login.aspx?ReturnUrl=" + quote("/Default.aspx", safe=""))
        if request.method == "GET":
            return self._show(here, {"view": "dashboard"})
        try:
            state: State = self._seal.loads(request.form.get("__VIEWSTATE", ""))
        except BadSignature:
            state = {}
        if state.get("token") != here.token or request.form.get("__EVENTVALIDATION") != self._check(here, state):
            self.refuse()
            return "<h1>Server Error in '/' Application.</h1><p>Invalid postback or callback argument.</p>", 500
        if state["practice"] != here.practice:  # chosen in another window of the same session
            self.refuse()
            return self._show(here, {"view": "dashboard", "notice": "Your practice was changed in another window."})
        return self._post_back(here, state, request.form.get("__EVENTTARGET", ""), request.form["__EVENTARGUMENT"])

    def _check(self, here: Visit, state: State) -> str:
        return str(self._seal.dumps([here.token, state.get("view"), state.get("key")]))

    def _post_back(self, here: Visit, state: State, target: str, argument: str) -> Response | tuple[str, int]:
        name = target.rpartition("$")[2]
        state.pop("notice", None)
        if "ctl00$main$btnSave" in request.form:
            return self._save(here, state)
        if "ctl00$main$btnCancel" in request.form:
            state["view"] = "list"
        elif name == "lnkLogout":
            self.sign_out(request.cookies.get(COOKIE))
            return redirect("/Login.aspx")
        elif name == "ddlPractice" and request.form[target] in self.practices:
            here.practice = request.form[target]
            state = {"view": "dashboard"}
        elif name == "lnkDashboard":
            state = {"view": "dashboard"}
        elif name == "lnkUserAdmin":
            state["menu"] = not state.get("menu")
        elif name in LISTS:
            state = {"view": "list", "list": LISTS[name], "page": 1, "location": "", "menu": True}
        elif name == "ddlLocation":
            state |= {"location": request.form[target], "page": 1}
        elif name == "gvUsers" and (found := re.fullmatch(r"Page\$(\d+)", argument)):
            state["page"] = int(found[1])
        elif name == "gvUsers" and (found := re.fullmatch(r"Select\$(\d+)", argument)):
            row = self._rows(here, state)[(state["page"] - 1) * PAGE_ROWS :][int(found[1])]
            state |= {"view": "record", "key": row.key}
        return self._show(here, state)

    def _rows(self, here: Visit, state: State) -> list[Any]:
        return self.office.listed(here.practice, state["list"], state["location"])

    def _save(self, here: Visit, state: State) -> Response:
        member = self.member(here, state["key"])
        assert member
        sent = request.form
        fields = {caption: sent["ctl00$main$" + box] for caption, box in BOXES.items()}
        fields["Location"] = sent["ctl00$main$ddlPlace"]
        fields["Active"] = sent.get("ctl00$main$chkActive", "")
        ticked = {caption for n, caption in enumerate(self.columns) if f"ctl00$main$tvw$chk{n}" in sent}
        self.office.save(member, fields, ticked)
        state["notice"] = "The record was saved."
        return self._show(here, state)

    def _show(self, here: Visit, state: State) -> Response:
        state |= {"practice": here.practice, "token": here.token}
        rows = self._rows(here, state) if state["view"] == "list" else []
        first = (state.get("page", 1) - 1) * PAGE_ROWS
        page = render_template(
            state["view"] + ".html",
            visit=here,
            state=state,
            viewstate=self._seal.dumps({k: v for k, v in state.items() if k != "notice"}),
            validation=self._check(here, state),
            rows=rows[first : first + PAGE_ROWS],
            pages=math.ceil(len(rows) / PAGE_ROWS),
            member=self.member(here, state["key"]) if state["view"] == "record" else None,
            places=self.practices[here.practice],
        )
        answer = make_response(page)
        answer.headers["Cache-Control"] = "no-store"
        return answer

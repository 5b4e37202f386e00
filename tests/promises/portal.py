"""The portal: its addresses, and what it does with each request."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from time import sleep
from types import TracebackType
from typing import Any, Self

from flask import Flask, Response, jsonify, make_response, redirect, request, session

from tests.sites.portal_site import LoopbackServer

from .office import PRACTICES, Member, Office
from .pages import PHONE_PROBLEM, SERVICE_WORKER, Pages
from .quirks import WELL, Answer, Quirks
from .visits import Visit, Visits

SCRIPT = Path(__file__).with_name("portal.js")
OPEN_TO_ALL = ("/sign-in", "/portal.js", "/worker.js", "/api/sign-in", "/api/refresh")


class QuirkyPortal:
    """A practice portal on the loopback interface. Use it with ``with``; each one starts with fresh data and a secret of its own."""

    user_name = "office.admin@example.com"

    def __init__(self, quirks: Quirks) -> None:
        self.quirks = quirks
        self.office = Office()
        self.password = secrets.token_urlsafe(12)
        self._visits = Visits(PRACTICES[0])
        self._pages = Pages(quirks)
        self._presses = 0
        self._app = app = Flask(__name__, static_folder=None)
        app.secret_key = secrets.token_bytes(32)
        app.config["SESSION_COOKIE_NAME"] = f"portal-{secrets.token_hex(4)}"
        app.before_request(self._guard)
        app.after_request(self._may_be_kept)
        for rule, view in self._views().items():
            method, address = rule.split()
            app.add_url_rule(address, rule, view, methods=[method])

    def _views(self) -> dict[str, Any]:
        pages = {"GET /": self._home, "GET /list/<which>": self._list, "GET /user/<int:key>": self._record}
        if self.quirks.scripted:
            pages = {rule: lambda **_: self._pages.shell() for rule in pages}
        return {
            **pages,
            "GET /portal.js": lambda: Response(SCRIPT.read_text(encoding="utf-8"), mimetype="text/javascript"),
            "GET /worker.js": lambda: Response(SERVICE_WORKER, mimetype="text/javascript"),
            "POST /sign-in": self._sign_in,
            "GET /sign-out": self._sign_out,
            "POST /practice": self._choose_practice,
            "GET /record": lambda: redirect("/list/staff"),
            "POST /record": lambda: self._record(int(request.form["id"])),
            "POST /save": self._save,
            "POST /touch/<int:key>": self._touch,
            "POST /api/sign-in": self._sign_in_by_script,
            "POST /api/refresh": self._refresh,
            "POST /api/sign-out": self._sign_out,
            "POST /api/practice": self._choose_practice,
            "GET /api/me": lambda: {"practice": self._practice},
            "GET /api/list/<which>": self._list_data,
            "GET /api/user/<int:key>": self._record_data,
            "POST /api/save": self._save_by_script,
        }

    def __enter__(self) -> Self:
        self._server = LoopbackServer(self._app)
        self.url = self._server.url + "/"
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._server.close()

    # -- every request ---------------------------------------------------------------------------------------------

    def _guard(self) -> Any:
        free = request.path in OPEN_TO_ALL or (self.quirks.scripted and not request.path.startswith(("/api/", "/touch/")))
        if free or self._known() is not None:
            return None
        if request.path.startswith("/api/"):
            return {"problem": "Sign in first."}, 401
        return self._pages.sign_in()

    def _known(self) -> Visit | None:
        return self._visits.known(session.get("visit"), request.headers.get("Authorization", "").removeprefix("Bearer "))

    @property
    def _visit(self) -> Visit:
        visit = self._known()
        assert visit is not None
        return visit

    @property
    def _practice(self) -> str:
        """The practice that this request is about."""
        if self.quirks.practice == "session":
            return self._visit.practice
        sent = request.headers.get("X-Practice") if self.quirks.practice == "header" else request.args.get("practice")
        return sent if sent in PRACTICES else PRACTICES[0]

    def _may_be_kept(self, answer: Response) -> Response:
        """Says whether the browser may keep an answer."""
        kind = self.quirks.cache
        is_record = request.path.startswith("/api/user/" if kind == "data" else "/user/") and self._known() is not None
        now = datetime.now(UTC)
        if request.path == "/portal.js" or (is_record and kind in ("max-age", "data")):
            answer.headers["Cache-Control"] = "private, max-age=600"
        elif is_record and kind == "expires":
            answer.headers["Expires"] = format_datetime(now + timedelta(minutes=10), usegmt=True)
        elif is_record and kind == "last-modified":
            answer.headers["Last-Modified"] = format_datetime(now - timedelta(days=30), usegmt=True)
        elif is_record and kind == "etag":
            answer.headers["Cache-Control"] = "private, no-cache"
            answer.headers["ETag"] = f'"{request.path}"'
        else:
            answer.headers["Cache-Control"] = "no-store"
        return answer

    # -- signing in ------------------------------------------------------------------------------------------------

    def _is_let_in(self) -> bool:
        good = (request.form.get("user"), request.form.get("password")) == (self.user_name, self.password)
        with self.office.lock:
            self.office.audit.accepted += good
            self.office.audit.refused += not good
            self.office.note("sign-in", "accepted" if good else "refused")
        return good

    def _sign_in(self) -> Any:
        if not self._is_let_in():
            return self._pages.sign_in("Invalid user name or password.")
        session["visit"] = self._visits.cookie_for(self._visits.begin())
        return redirect("/", 303)

    def _sign_in_by_script(self) -> Any:
        if not self._is_let_in():
            return {"problem": "Invalid user name or password."}, 401
        visit = self._visits.begin()
        if self.quirks.token == "cookie":
            session["visit"] = self._visits.cookie_for(visit)
            return {}
        return self._tokens(visit)

    def _tokens(self, visit: Visit) -> dict[str, str]:
        if self.quirks.token == "memory":
            return {"access": self._visits.access_for(visit, lasts=600)}
        return {"access": self._visits.access_for(visit), "refresh": self._visits.refresh_for(visit)}

    def _refresh(self) -> Any:
        with self.office.lock:
            visit = self._visits.refreshed(request.form["token"])
        return self._tokens(visit) if visit else ({"problem": "Sign in again."}, 401)

    def _sign_out(self) -> Any:
        if visit := self._known():
            visit.ended = True
            self.office.note("sign-out", "")
        session.clear()
        return redirect("/", 303)

    # -- looking ---------------------------------------------------------------------------------------------------

    def _home(self) -> str:
        return self._pages.home(self._practice)

    def _choose_practice(self) -> Any:
        assert request.form["practice"] in PRACTICES
        self._visit.practice = request.form["practice"]
        self.office.note("practice", request.form["practice"])
        return redirect("/", 303)

    def _list(self, which: str) -> str:
        self.office.note("list", which)
        return self._pages.people(which, self.office.in_list(self._practice, which), self._practice)

    def _list_data(self, which: str) -> str:
        self.office.note("list", which)
        return self._pages.rows(which, self.office.in_list(self._practice, which))

    def _opened(self, key: int) -> Member | None:
        member = self.office.members.get(key)
        if member is None or member.practice != self._practice:
            return None
        with self.office.lock:
            self._visit.opens(key)
            self.office.note("ahead" if "Sec-Purpose" in request.headers else "open", member.name)
        return member

    def _record(self, key: int) -> Any:
        if self.quirks.cache == "etag" and "If-None-Match" in request.headers:
            return Response(status=304)
        member = self._opened(key)
        return self._pages.record(member) if member else ("There is no such record.", 404)

    def _record_data(self, key: int) -> Any:
        member = self._opened(key)
        return {"name": member.name, **asdict(member.shown)} if member else ({"problem": "There is no such record."}, 404)

    # -- writing ---------------------------------------------------------------------------------------------------

    def _save(self) -> Any:
        answer, member = self._press(request.form)
        if answer.status == 303:
            return redirect(self._next(member), 303)
        said = PHONE_PROBLEM if answer.status in (200, 422) else "The portal cannot save now."
        return self._with_patience(make_response(self._pages.problem(said, self._practice), answer.status), answer)

    def _save_by_script(self) -> Any:
        answer, member = self._press(request.form)
        if answer.status == 303:
            return {"next": self._next(member)}
        return self._with_patience(make_response(jsonify(problem=PHONE_PROBLEM), answer.status), answer)

    def _next(self, member: Member) -> str:
        return f"/user/{member.id}" if self.quirks.after_save == "record" else f"/list/{member.list}"

    @staticmethod
    def _with_patience(response: Response, answer: Answer) -> Response:
        if answer.retry_after is not None:
            response.headers["Retry-After"] = str(answer.retry_after)
        return response

    def _press(self, form: Mapping[str, str]) -> tuple[Answer, Member]:
        """One press of Save: how the portal answers, and the record that it takes for the one to be saved."""
        quirks, members = self.quirks, self.office.members
        with self.office.lock:
            self._presses += 1
            answer = quirks.save if quirks.save.presses is None or self._presses <= quirks.save.presses else WELL
            visit = self._visit
            key = visit.open if quirks.record_in_session else int(form["id"])
            assert key is not None
            member = members[key]
            goes_to = members[visit.before] if self._presses == quirks.misdirected and visit.before else member
            if not answer.stores:
                self.office.note("save", member.name, status=answer.status)
                return answer, member
            self.office.save(goes_to, form, answer.status, stale=quirks.stale)
            if quirks.flips_next:
                rows = self.office.in_list(member.practice, member.list)
                self.office.flip(rows[(rows.index(member) + 1) % len(rows)])
            return answer, member

    def _touch(self, key: int) -> Any:
        leaving = self.quirks.leaving
        assert leaving
        visit = self._visit  # it may be over when the effect comes
        if leaving.late == "effect":
            sleep(leaving.delay)
        with self.office.lock:
            visit.opens(key)
            self.office.note("touch", self.office.members[key].name)
        if leaving.late == "answer":
            sleep(leaving.delay)
        return "", 204

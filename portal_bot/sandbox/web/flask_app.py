"""The Flask application: what happens to every request, whichever layout answers it."""

from __future__ import annotations

import ipaddress
import time
from pathlib import Path
from typing import Any

from flask import Flask, Response, abort, g, jsonify, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from ..site import Site
from ..site import site as current
from . import view_helpers
from .layout import OPEN_TO_ALL, Layout
from .server import CLOSE, CUT

HERE = Path(__file__).parent


def create_app(site: Site, layout: Layout) -> Flask:
    """The portal in one layout, with the audit beside it."""
    app = Flask(__name__, template_folder=str(HERE / "templates" / site.options.layout), static_folder=None)
    app.extensions["sandbox"] = site
    app.extensions["layout"] = layout
    app.jinja_env.globals["asset"] = site.assets.address
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.add_url_rule("/audit", "audit", _audit)
    app.add_url_rule("/pixel.gif", "pixel", _pixel)
    app.add_url_rule("/audit/state.json", "audit_state", _state)
    app.register_blueprint(layout.blueprint)
    app.before_request(_before)
    app.after_request(_after)
    app.register_error_handler(HTTPException, _refusal)
    return app


def _before() -> ResponseReturnValue | None:
    what = view_helpers.kind()
    place = current()
    g.session = None
    if not place.faults.keeps_alive:
        request.environ[CLOSE] = True
    if what in ("asset", "pixel"):
        return None
    if what in ("audit", "audit_state"):
        return None if ipaddress.ip_address(request.remote_addr or "0.0.0.0").is_loopback else abort(404)  # noqa: S104
    place.audit.count("requests")
    if place.options.latency_ms:
        time.sleep(place.options.latency_ms / 1000)
    g.session = place.sessions.find(request.cookies.get(view_helpers.layout().cookie))
    if (answer := place.faults.before_request(what)) is not None:
        return answer
    if what and what not in OPEN_TO_ALL and not (g.session and g.session.signed_in):
        return view_helpers.to_sign_in()
    if request.method != "GET" and not view_helpers.token_is_right():
        if what in OPEN_TO_ALL:
            return view_helpers.to_sign_in()
        return view_helpers.problem(403, "The form has expired", "This page was open for too long. Reload it and try again.")
    return None


def _after(answer: Response) -> Response:
    cookie = view_helpers.layout().cookie
    if view_helpers.kind() not in ("audit", "audit_state"):
        current().audit.count("bytes", answer.calculate_content_length() or 0)
    if view_helpers.kind() in ("asset", "pixel", "audit", "audit_state"):
        return answer
    if answer.mimetype == "text/html" and answer.status_code == 200:
        current().audit.count("pages")
    answer.headers.setdefault("Cache-Control", view_helpers.NO_STORE)
    answer.headers.setdefault("X-Content-Type-Options", "nosniff")
    held = request.cookies.get(cookie)
    if g.session is not None and g.session.token != held:
        answer.set_cookie(cookie, g.session.token, httponly=True, samesite="Lax")
    elif g.session is None and held:
        answer.delete_cookie(cookie, httponly=True, samesite="Lax")
    return answer


def _refusal(error: HTTPException) -> Response:
    said = {
        404: ("Page not found", "The page or record you asked for is not available in this practice."),
        400: ("Bad request", "The request could not be understood."),
    }
    title, message = said.get(error.code or 500, (error.name, error.description or ""))
    return view_helpers.problem(error.code or 500, title, message)


def _pixel() -> Response:
    """A picture that never arrives; for the fault `never-finishes`."""
    gone = request.environ.get("waitress.client_disconnected", lambda: True)
    while not (current().stopping or gone()):
        time.sleep(0.05)
    request.environ[CUT] = True
    return Response("")


def _audit() -> Response:
    return jsonify(current().audit.as_dict())


def _state() -> Response:
    people: list[dict[str, Any]] = [
        {
            "practice": record.practice, "list": record.list_name, "name": record.display, "email": record.email,
            "location": record.location, "role": record.role, "permissions": dict(record.permissions),
        }
        for record in current().office.records()
    ]  # fmt: skip
    return jsonify(people=people)

"""The modern layout: one light shell for every address, filled by scripts from a JSON interface."""

from __future__ import annotations

from typing import Any, NoReturn

from flask import Blueprint, Response, abort, jsonify, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue

from ..office.appointments import appointments_of, patients_of
from ..office.people import FIELDS, LISTS, Outdated, Record, RoleRow
from ..office.permissions import TREE, Group
from ..office.seeding import LOCATIONS, STATUSES
from ..site import site
from . import saving, sign_in_views, view_helpers
from .layout import Layout

bp = Blueprint("modern", __name__)
LAYOUT = Layout(
    blueprint=bp,
    cookie="sid",
    asset_prefix="/assets",
    sign_in="/m/sign-in",
    steps={step: f"/m/sign-in/{step}" for step in ("code", "question", "expired", "terms")},
    home="/m/home",
    data_prefix="/m/api/",
)
HOME_LOCATION = "Main"
MANY = 200
"""Lists of practices with more people than this show more of them at a time."""


@bp.get("/assets/<mark>/<name>")
def asset(mark: str, name: str) -> Response:
    return site().assets.answer(mark, name)


@bp.get("/")
def root() -> ResponseReturnValue:
    return redirect(LAYOUT.home)


@bp.get("/m/sign-in")
def sign_in() -> ResponseReturnValue:
    return _sign_in_page(request.args.get("ReturnUrl", ""))


@bp.post("/m/sign-in")
def sign_in_submit() -> ResponseReturnValue:
    form = request.form
    back, email = form.get("return_to", ""), form.get("email", "")
    refused = sign_in_views.submit_password(email, form.get("password", ""), back)
    return _sign_in_page(back, refused, email) if refused else sign_in_views.onwards()


def _sign_in_page(back: str, refused: str = "", email: str = "") -> str:
    target = site().faults.form_target() or LAYOUT.sign_in
    return render_template("sign_in.html", token=view_helpers.session().csrf, back=back, refused=refused, email=email, target=target)


@bp.get("/m/sign-in/<any(code, question, expired, terms):asked>")
def step(asked: str) -> ResponseReturnValue:
    return _step_page(asked)


@bp.post("/m/sign-in/<any(code, question, expired, terms):asked>")
def step_submit(asked: str) -> ResponseReturnValue:
    if view_helpers.session().steps[:1] != [asked]:
        return redirect(LAYOUT.home)
    refused = sign_in_views.submit_step(asked)
    return _step_page(asked, refused) if refused else sign_in_views.onwards()


def _step_page(asked: str, refused: str = "") -> ResponseReturnValue:
    if view_helpers.session().steps[:1] != [asked]:
        return redirect(LAYOUT.home)
    return render_template("step.html", step=asked, token=view_helpers.session().csrf, question=sign_in_views.QUESTION, refused=refused)


@bp.post("/m/sign-out")
def sign_out() -> ResponseReturnValue:
    sign_in_views.sign_out()
    return "", 204


@bp.get("/m/<any(home, patients, management, providers, staff, roles):page>")
@bp.get("/m/<any(providers, staff):page>/<int:member>")
@bp.get("/m/<any(roles):page>/<int:number>")
def shell(page: str, member: int = 0, number: int = 0) -> Response:  # noqa: ARG001  (the script reads the address)
    """The same for everybody and for each address, so that a browser may keep it for a while."""
    extras = site().faults.extras(view_helpers.kind())
    answer = make_response(render_template("shell.html", extras=extras))
    answer.headers["Cache-Control"] = view_helpers.NO_STORE if extras else "private, max-age=300"
    return answer


def _data(**content: Any) -> Response:
    """A page's content, and the frame around it."""
    visit, place = view_helpers.session(), site()
    frame = {
        "user": visit.user,
        "token": visit.csrf,
        "practice": view_helpers.practice().name,
        "practices": [{"id": each.id, "name": each.name} for each in place.faults.practices(place.office.practices())],
        "hidden": sorted(place.faults.hides()),
        "extras": place.faults.extras(view_helpers.kind()),
    }
    return jsonify(frame=frame, **content)


@bp.get("/m/api/home")
def dashboard() -> Response:
    place = view_helpers.practice().id
    appointments = [vars(each) for each in appointments_of(place)]
    return _data(appointments=appointments, patients=[vars(each) for each in patients_of(place)])


@bp.get("/m/api/patients")
def patients() -> Response:
    return _data(patients=[vars(each) for each in patients_of(view_helpers.practice().id)])


@bp.get("/m/api/management")
def management() -> Response:
    return _data(locations=LOCATIONS)


@bp.post("/m/api/practice")
def switch() -> ResponseReturnValue:
    number = _sent().get("id")
    chosen = site().office.practice(number) if isinstance(number, int) else None
    if chosen is None:
        abort(400)
    if not site().faults.ignores_switch():
        view_helpers.session().practice = chosen.id
    return "", 204


@bp.get("/m/api/<any(providers, staff):list_name>")
def people(list_name: str) -> Response:
    rows = site().faults.people(site().office.people(view_helpers.practice().id, list_name))
    shown = [{"id": r.id, "name": r.display, "email": r.email, "location": r.location, "phone": r.phone, "status": r.status} for r in rows]
    size = 25 if len(rows) > MANY else 10
    return _data(
        list=list_name,
        caption=LISTS[list_name],
        rows=shown,
        locations=LOCATIONS,
        location=HOME_LOCATION,
        page_size=size,
    )


@bp.get("/m/api/<any(providers, staff):list_name>/<int:member>")
def record(list_name: str, member: int) -> Response:
    found = view_helpers.record_or_404(member, list_name)
    return _data(record=_as_data(found), locations=LOCATIONS, statuses=STATUSES)


@bp.put("/m/api/<any(providers, staff):list_name>/<int:member>")
def save(list_name: str, member: int) -> ResponseReturnValue:
    found = view_helpers.record_or_404(member, list_name)
    sent = _sent()
    ticked, fields = sent.get("permissions"), sent.get("fields")
    if not isinstance(ticked, list) or not isinstance(fields, dict):
        _unreadable()
    values = {name: str(fields[name]) if name in fields else None for name in FIELDS}
    form = saving.form_of(found, values, [str(each) for each in ticked], str(sent.get("version", "")))
    if problems := form.problems():
        return view_helpers.problem(422, "Not saved", " ".join(problems))
    try:
        answer = saving.store_record(found, form)
    except Outdated:
        return view_helpers.problem(409, "Not saved", "This record was changed by somebody else. Reload it and try again.")
    if answer is not None:
        return answer
    stored = view_helpers.record_or_404(member, list_name) if view_helpers.session().signed_in else found
    return jsonify(notice=f"{stored.display} has been saved.", version=stored.version)


@bp.get("/m/api/roles")
def roles() -> Response:
    found = site().office.roles(view_helpers.practice().id)
    shown = [{"id": r.id, "name": r.name, "members": r.members, "count": len(r.permissions)} for r in found]
    return _data(roles=shown)


@bp.get("/m/api/roles/<int:number>")
def role(number: int) -> Response:
    found = view_helpers.role_or_404(number)
    return _data(role={"id": found.id, "name": found.name, "members": found.members, "tree": _role_tree(found)})


@bp.put("/m/api/roles/<int:number>")
def save_role(number: int) -> ResponseReturnValue:
    found, ticked = view_helpers.role_or_404(number), _sent().get("permissions")
    if not isinstance(ticked, list):
        _unreadable()
    saving.store_role(found, [str(each) for each in ticked])
    return jsonify(notice=f"{found.name} has been saved.")


def _sent() -> dict[str, Any]:
    sent = request.get_json(silent=True)
    return sent if isinstance(sent, dict) else _unreadable()


def _unreadable() -> NoReturn:
    abort(400)


def _as_data(found: Record) -> dict[str, Any]:
    def box(caption: str) -> dict[str, Any]:
        standing = found.permissions[caption]
        return {
            "caption": caption,
            "on": standing in ("own", "role"),
            "fixed": standing in ("role", "blocked"),
            "role": found.role if standing == "role" else None,
        }

    return {
        "id": found.id, "list": found.list_name, "list_caption": LISTS[found.list_name], "name": found.display,
        "role": found.role, "version": found.version, "fields": {name: found.field(name) for name in FIELDS},
        "associated": [{"name": each.display, "status": each.status} for each in found.associated],
        "tree": _tree(TREE, box),
    }  # fmt: skip


def _role_tree(found: RoleRow) -> list[Any]:
    return _tree(TREE, lambda caption: {"caption": caption, "on": caption in found.permissions, "fixed": False, "role": None})


def _tree(items: tuple[Group | str, ...], box: Any) -> list[Any]:
    return [{"group": item.name, "items": _tree(item.items, box)} if isinstance(item, Group) else box(item) for item in items]

"""The classic layout: pages made on the server, forms posted whole."""

from __future__ import annotations

from typing import Any, cast
from urllib.parse import urlencode

from flask import Blueprint, Response, abort, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from ..office.appointments import appointments_of, patients_of
from ..office.people import FIELDS, LISTS, Outdated, Record, RecordForm
from ..office.permissions import CAPTIONS
from ..office.seeding import LOCATIONS, STATUSES
from ..site import site
from . import saving, sign_in_views, view_helpers
from .layout import Layout

bp = Blueprint("classic", __name__)
LAYOUT = Layout(
    blueprint=bp,
    cookie="PortalSession",
    asset_prefix="/Content",
    sign_in="/Account/LogOn",
    steps={
        "code": "/Account/VerifyCode",
        "question": "/Account/SecurityQuestion",
        "expired": "/Account/ChangePassword",
        "terms": "/Account/TermsOfUse",
    },
    home="/Home/Dashboard",
)
PAGE = 20
ADDRESSES = {"providers": "Providers", "staff": "StaffMembers"}


@bp.context_processor
def _frame() -> dict[str, Any]:
    """What every page shows around its content."""
    visit, place = view_helpers.session(), site()
    frame: dict[str, Any] = {"token": visit.csrf, "user": visit.user if visit.signed_in else None, "extras": {}}
    if visit.signed_in:
        frame |= {
            "practice": view_helpers.practice(),
            "practices": place.faults.practices(place.office.practices()),
            "hidden": place.faults.hides(),
            "extras": place.faults.extras(view_helpers.kind()),
        }
    return frame


@bp.get("/Content/<mark>/<name>")
def asset(mark: str, name: str) -> Response:
    return site().assets.answer(mark, name)


@bp.get("/")
def root() -> ResponseReturnValue:
    return redirect(LAYOUT.home)


@bp.get("/Account/LogOn")
def sign_in() -> ResponseReturnValue:
    return _sign_in_page(request.args.get("ReturnUrl", ""))


@bp.post("/Account/LogOn")
def sign_in_submit() -> ResponseReturnValue:
    form = request.form
    back = form.get("ReturnUrl", "")
    refused = sign_in_views.submit_password(form.get("UserName", ""), form.get("Password", ""), back)
    return _sign_in_page(back, refused, form.get("UserName", "")) if refused else sign_in_views.onwards()


def _sign_in_page(back: str, refused: str = "", user_name: str = "") -> str:
    return render_template("sign_in.html", back=back, refused=refused, user_name=user_name, target=site().faults.form_target())


@bp.get("/Account/<any(VerifyCode, SecurityQuestion, ChangePassword, TermsOfUse):page>")
def step(page: str) -> ResponseReturnValue:
    return _step_page(page)


@bp.post("/Account/<any(VerifyCode, SecurityQuestion, ChangePassword, TermsOfUse):page>")
def step_submit(page: str) -> ResponseReturnValue:
    asked = _asked(page)
    if asked is None:
        return redirect(LAYOUT.home)
    refused = sign_in_views.submit_step(asked)
    return _step_page(page, refused) if refused else sign_in_views.onwards()


def _asked(page: str) -> str | None:
    """The step that the session is at, if this is its page."""
    asked = view_helpers.session().steps[:1]
    return asked[0] if asked and LAYOUT.steps[asked[0]] == f"/Account/{page}" else None


def _step_page(page: str, refused: str = "") -> ResponseReturnValue:
    asked = _asked(page)
    if asked is None:
        return redirect(LAYOUT.home)
    return render_template("step.html", step=asked, question=sign_in_views.QUESTION, refused=refused)


@bp.get("/Account/LogOff")
def sign_out() -> ResponseReturnValue:
    sign_in_views.sign_out()
    return redirect(LAYOUT.sign_in)


@bp.get("/Home/Dashboard")
def dashboard() -> ResponseReturnValue:
    place = view_helpers.practice().id
    return render_template("dashboard.html", section="dashboard", appointments=appointments_of(place), patients=patients_of(place))


@bp.get("/Patient/Index")
def patients() -> ResponseReturnValue:
    return render_template("patients.html", section="patients", patients=patients_of(view_helpers.practice().id))


@bp.get("/PortalManagement/Settings")
def management() -> ResponseReturnValue:
    return render_template("management.html", section="management")


@bp.post("/Practice/Change")
def switch() -> ResponseReturnValue:
    number = request.form.get("PracticeId", "")
    chosen = site().office.practice(int(number)) if number.isdecimal() else None
    if chosen is None:
        abort(400)
    if not site().faults.ignores_switch():
        view_helpers.session().practice = chosen.id
    return redirect(view_helpers.safe_return(request.form.get("ReturnUrl", "")))


@bp.get("/UserAdministration")
def user_administration() -> ResponseReturnValue:
    place, office = view_helpers.practice().id, site().office
    counts = [(caption, len(office.people(place, name))) for name, caption in LISTS.items()]
    return render_template("user_administration.html", section="users", counts=[*counts, ("Roles", len(office.roles(place)))])


@bp.get("/UserAdministration/<any(Providers, StaffMembers):page>")
def people(page: str) -> ResponseReturnValue:
    list_name = "providers" if page == "Providers" else "staff"
    location = request.args.get("location", "")
    rows = site().faults.people(site().office.people(view_helpers.practice().id, list_name, location))
    pages = max(1, -(-len(rows) // PAGE))
    number = min(max(1, request.args.get("page", 1, type=int)), pages)
    notice, view_helpers.session().notice = view_helpers.session().notice, ""
    return render_template(
        "people.html", section="users", list_name=list_name, caption=LISTS[list_name], notice=notice,
        rows=rows[(number - 1) * PAGE : number * PAGE], total=len(rows), first=(number - 1) * PAGE + 1,
        number=number, pages=pages, location=location, locations=LOCATIONS,
        page_url=lambda n: f"{request.path}?{urlencode({'location': location, 'page': n})}",
    )  # fmt: skip


@bp.get("/UserAdministration/Edit/<int:member>")
def record(member: int) -> ResponseReturnValue:
    return _record_page(view_helpers.record_or_404(member))


@bp.post("/UserAdministration/Edit/<int:member>")
def save(member: int) -> ResponseReturnValue:
    found = view_helpers.record_or_404(member)
    fields = {name: request.form.get(_input(name)) for name in FIELDS}
    form = saving.form_of(found, fields, request.form.getlist("Permission"), request.form.get("RowVersion", ""))
    if problems := form.problems():
        return _record_page(found, form, problems)
    try:
        answer = saving.store_record(found, form)
    except Outdated:
        return _record_page(found, form, ["This record was changed by somebody else. Reload it and try again."])
    view_helpers.session().notice = f"{form.fields['first']} {form.fields['last']} has been saved."
    return answer or redirect(url_for(".people", page=ADDRESSES[found.list_name]))


def _record_page(found: Record, form: RecordForm | None = None, problems: list[str] | None = None) -> Response:
    ticked = {caption for caption, standing in found.permissions.items() if standing in ("own", "role")}
    if form:
        ticked = {caption for caption in ticked if found.permissions[caption] == "role"} | form.permissions
    values = form.fields if form else {name: found.field(name) for name in FIELDS}
    page = render_template(
        "record.html", section="users", list_name=found.list_name, back=ADDRESSES[found.list_name], problems=problems,
        record=found, values=values, inputs={name: _input(name) for name in FIELDS}, ticked=ticked,
        captions=sorted(CAPTIONS), locations=LOCATIONS, statuses=STATUSES,
    )  # fmt: skip
    return make_response(page)


def _input(name: str) -> str:
    return {"first": "FirstName", "last": "LastName", "email": "Email"}.get(name, name.capitalize())


@bp.get("/UserAdministration/Roles")
def roles() -> ResponseReturnValue:
    notice, view_helpers.session().notice = view_helpers.session().notice, ""
    found = site().office.roles(view_helpers.practice().id)
    return render_template("roles.html", section="users", list_name="roles", roles=found, notice=notice)


@bp.get("/UserAdministration/Role/<int:number>")
def role(number: int) -> ResponseReturnValue:
    found = view_helpers.role_or_404(number)
    return render_template("role.html", section="users", list_name="roles", role=found, captions=sorted(CAPTIONS))


@bp.post("/UserAdministration/Role/<int:number>")
def save_role(number: int) -> ResponseReturnValue:
    found = view_helpers.role_or_404(number)
    saving.store_role(found, request.form.getlist("Permission"))
    view_helpers.session().notice = f"{found.name} has been saved."
    return cast(Response, redirect(url_for(".roles")))

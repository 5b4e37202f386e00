"""The portal map: how to find each control of a portal. Data and its reading; the searching is in ``portal_bot.portal.controls.finder``.

A *control* is a list of candidates, best first, in Playwright's own terms. A map is laid over the packaged one
(``flows/practice_portal.yaml``) control by control: what the user's map names replaces the packaged control whole,
the rest stays. ``none`` says that the portal does not have the control.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, field_validator, model_validator

WAYS = ("role", "label", "placeholder", "text", "title", "test_id", "css", "xpath")


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


def _regex_compiles(value: str | None) -> str | None:
    if isinstance(value, str) and is_regex(value):  # what is no text is refused as such afterwards
        try:
            re.compile(value[1:-1])
        except re.error as error:
            raise ValueError(f"not a regular expression: {error}") from None
    return value


Name = Annotated[str, BeforeValidator(_regex_compiles)]
"""A whole name in any case and white space, or ``/a regular expression/``."""


SIGNS = frozenset(
    {
        "sign_in.refused", "sign_in.locked", "sign_in.expired", "sign_in.signed_in",
        "practice.named", "list.heading", "list.empty", "save.done", "save.refused",
    }
)  # fmt: skip
"""Controls that are only looked at, never used: one match or several say the same. ``interruptions.*.shows`` too."""


def is_sign(control: str) -> bool:
    """Whether a control is only looked at, so that several matches are no doubt."""
    return control in SIGNS or (control.startswith("interruptions.") and control.endswith(".shows"))


class Candidate(_Strict):
    """One way to find a control. Exactly one of role, label, placeholder, text, title, test_id, css, xpath."""

    role: str | None = Field(None, description="ARIA role, usually with name; or several: link|button", examples=["button"])
    name: Name | None = Field(None, description="accessible name that goes with role: whole, or /regex/", examples=["Save"])
    label: Name | None = Field(None, description="caption of a field", examples=["User Name"])
    placeholder: Name | None = Field(None, description="grey text in an empty field")
    text: Name | None = Field(None, description="text on the page: whole, or /regex/", examples=["Staff Members"])
    title: Name | None = Field(None, description="tool tip")
    test_id: Name | None = Field(None, description="value of data-testid")
    css: str | None = Field(None, description="CSS selector; {permission} and the like are put in quoted-string form")
    xpath: str | None = Field(None, description="XPath; {permission} and the like are put in as a string literal")
    frame: str | None = Field(None, description="CSS selector of the iframe it is in; without it every frame is searched")
    within: str | None = Field(None, description="another control of this map that holds it", examples=["record.permissions"])

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        given = [way for way in WAYS if getattr(self, way) is not None]
        if len(given) != 1:
            said = "none of them" if not given else " and ".join(given)
            raise ValueError(f"a candidate needs exactly one of {', '.join(WAYS)}; here is {said}")
        if self.name is not None and self.role is None:
            raise ValueError("name goes with role")
        return self

    def __str__(self) -> str:
        way = next(way for way in WAYS if getattr(self, way) is not None)
        parts = [f"{way}: {getattr(self, way)}"]
        parts += [f"{key}: {value}" for key in ("name", "frame", "within") if (value := getattr(self, key))]
        return "{" + ", ".join(parts) + "}"


def _candidates(value: Any) -> Any:
    if value is None or (isinstance(value, str) and value.strip().lower() == "none"):
        return ()
    if isinstance(value, Mapping):
        return (value,)
    if isinstance(value, str):
        raise ValueError("a control is a candidate such as {text: Save}, a list of candidates, or none")
    return value


Control = Annotated[tuple[Candidate, ...], BeforeValidator(_candidates)]
"""Candidates, best first. Empty: the portal does not have this control."""


def _captions(value: Any) -> Any:
    return (value,) if isinstance(value, str) else value


def _patterns(value: Any) -> Any:
    """``none``, one pattern or several."""
    return () if value is None or (isinstance(value, str) and value.strip().lower() == "none") else _captions(value)


def _not_everything(pattern: str) -> str:
    if not re.search(r"\w", pattern):
        raise ValueError("a pattern needs more than wildcards, or nothing of the portal would load")
    return pattern


class Part(_Strict):
    """What of a row of a list is the name, the e-mail …: columns by caption (several are joined), or CSS in the row."""

    column: Annotated[tuple[Name, ...], BeforeValidator(_captions)] = Field(
        (), description="caption of the column; several are joined by a space", examples=[["First Name", "Last Name"]]
    )
    css: str | None = Field(None, description="CSS selector within the row")


class Section(_Strict):
    """A screen or a part of one."""

    @model_validator(mode="before")
    @classmethod
    def _none_is_all_absent(cls, value: Any) -> Any:
        if value is None or (isinstance(value, str) and value.strip().lower() == "none"):
            return {name: () for name, info in cls.model_fields.items() if info.annotation == tuple[Candidate, ...]}
        return value


class SignInMap(Section):
    user_name: Control = Field((), description="box for the user name")
    next: Control = Field((), description="button between user name and password, where sign-in has two pages")
    password: Control = Field((), description="box for the password")
    button: Control = Field((), description="button that signs in; without one Enter is pressed in the password box")
    refused: Control = Field((), description="what a refused password looks like")
    locked: Control = Field((), description="what a locked account looks like")
    expired: Control = Field((), description="what an expired password looks like")
    question: Control = Field((), description="a security question, which only a person can answer")
    code: Control = Field((), description="box for a one-time code")
    code_button: Control = Field((), description="button that sends the one-time code")
    signed_in: Control = Field((), description="anything that stands on the pages of a signed-in user only")


class SignOutMap(Section):
    menu: Control = Field((), description="what opens the menu that holds Sign Out, where there is one")
    button: Control = Field((), description="link or button that signs out")


class PracticeMap(Section):
    chooser: Control = Field((), description="the drop-down at the top that chooses the practice (a <select> or anything else)")
    option: Control = Field((), description="one entry of the opened drop-down; {practice} is the practice's name")
    current: Control = Field((), description="where the current practice's name stands, if not on the chooser")
    named: Control = Field(
        (), description="the practice's name standing anywhere on the page, where nothing chooses it; {practice} is the name"
    )


class NavigationMap(Section):
    panel: Control = Field((), description="navigation panels: where its entries are looked for first")
    user_administration: Control = Field((), description='"User Administration" in the navigation panel')
    providers: Control = Field((), description='"Providers", the list of clinical staff')
    staff: Control = Field((), description='"Staff Members", the list of everybody else; a site with one list uses this')
    addresses: Mapping[Literal["providers", "staff"], str] = Field(
        {}, description="address of a list, where opening it by address is better than by the menu", examples=[{"staff": "/users"}]
    )


class ListMap(Section):
    heading: Control = Field((), description="what shows that the list is open; {list} is its caption")
    row: Control = Field((), description="the rows, one for each person; not given: found by their likeness")
    empty: Control = Field((), description="what an empty list says")
    name: Part = Field(Part(), description="the person's name in a row")
    email: Part = Field(Part(), description="the e-mail address in a row")
    location: Part = Field(Part(), description="the location in a row")
    open: Control = Field((), description="what opens the record, within the row; not given: name, then Select or Edit, then the row")
    paging: Literal["auto", "next", "more", "scroll", "none"] = Field("auto", description="how the list goes on")
    next: Control = Field((), description="the control that turns to the next page")
    page: Control = Field((), description="the control of page number {page}, where there is no next")
    more: Control = Field((), description="the control that loads more rows")
    locations: Control = Field((), description="the Locations drop-down above the list")
    location_option: Control = Field((), description="one entry of the opened Locations drop-down; {location} is its caption")
    location_entry: Control = Field((), description="every entry of the opened Locations drop-down")
    search: Control = Field((), description="the search box")
    search_button: Control = Field((), description="button that starts the search; without one Enter is pressed")
    use_search: bool = Field(False, description="look each person up in the search box instead of reading all pages")


class RecordMap(Section):
    name: Control = Field((), description="where the person's name stands; several elements or fields are joined in page order")
    email: Control = Field((), description="where the person's e-mail address stands")
    tab: Control = Field((), description="the tab that holds the permissions, where there are tabs")
    permissions: Control = Field((), description='the "Permissions" box')
    expand_all: Control = Field((), description="what opens every group of permissions")
    group: Control = Field((), description="a closed group of permissions")
    permission: Control = Field((), description="the check box or switch; {permission} is its caption")
    volatile: Annotated[tuple[Name, ...], BeforeValidator(_captions)] = Field(
        (), description="captions of fields that change by themselves and are not compared", examples=[["Last Modified"]]
    )
    by_address: bool | None = Field(
        None,
        description="true: records that are saved are opened by their address too, only where the portal keeps no open record in its "
        "session; false: no record is; not given: only records that are just read",
    )
    ahead: bool | None = Field(None, description="without meaning since version 0.2: no record is requested ahead")


class SaveMap(Section):
    button: Control = Field((), description="the Save button; `button: none` with `on_tick: true` where a tick saves at once")
    on_tick: bool = Field(False, description="the portal saves as soon as the box is ticked; there is no Save button")
    done: Control = Field((), description="what tells that Save worked (a notice), where there is one")
    refused: Control = Field((), description="what tells that Save did not work")
    request: str | None = Field(None, description="regular expression of the address that Save writes to, as /regex/")
    confirm: Literal["accept", "dismiss"] | None = Field(
        None, description="how to answer a question that Save asks; not given: a plain question whether to save is accepted"
    )

    @field_validator("request")
    @classmethod
    def _is_regex(cls, value: str | None) -> str | None:
        if value is not None and not is_regex(value):
            raise ValueError("needs the form /regex/")
        return _regex_compiles(value)


class Interruption(_Strict):
    """An optional screen that may come at any time, and what to press to be rid of it."""

    shows: Control = Field((), description="what shows that it is there; not given: the control to press")
    press: Control = Field((), description="what to press")


class PortalMap(_Strict):
    """Everything that differs between portals."""

    version: Literal[1] = 1
    captions: dict[str, Name] = Field(
        {}, description="captions that differ; {save} and the like stand for them in the controls", examples=[{"staff": "Employees"}]
    )
    sign_in: SignInMap = SignInMap()
    sign_out: SignOutMap = SignOutMap()
    practice: PracticeMap = PracticeMap()
    navigation: NavigationMap = NavigationMap()
    list: ListMap = ListMap()
    record: RecordMap = RecordMap()
    save: SaveMap = SaveMap()
    interruptions: dict[str, Interruption] = {}
    block: Annotated[tuple[Annotated[str, AfterValidator(_not_everything)], ...], BeforeValidator(_patterns)] = Field(
        (), description="addresses that are not loaded, * for anything; none: all are", examples=[["*.woff2", "*://fonts.example.com/*"]]
    )

    @model_validator(mode="before")
    @classmethod
    def _save_none(cls, value: Any) -> Any:
        if isinstance(value, Mapping) and isinstance(value.get("save"), str) and value["save"].strip().lower() == "none":
            return {**value, "save": {"button": "none", "on_tick": True}}
        return value

    @model_validator(mode="after")
    def _within_is_known(self) -> Self:
        for control, candidates in self.controls():
            for candidate in candidates:
                if candidate.within and not self.has(candidate.within):
                    raise ValueError(f"{control}: within names {candidate.within}, which is no control of the map")
        return self

    def control(self, path: str) -> tuple[Candidate, ...]:
        """The candidates of a control by its path, such as ``save.button`` or ``interruptions.survey.press``."""
        section, _, name = path.partition(".")
        if section == "interruptions":
            key, _, part = name.rpartition(".")
            candidates: tuple[Candidate, ...] = getattr(self.interruptions[key], part)
        else:
            candidates = getattr(getattr(self, section), name)
        return candidates

    def has(self, path: str) -> bool:
        try:
            return isinstance(self.control(path), tuple)
        except (AttributeError, KeyError):
            return False

    def controls(self) -> Iterator[tuple[str, tuple[Candidate, ...]]]:
        """Every control with its path, in the order of the screens."""
        for section in ("sign_in", "practice", "navigation", "list", "record", "save", "sign_out"):
            model = getattr(self, section)
            for name, info in type(model).model_fields.items():
                if info.annotation == tuple[Candidate, ...]:
                    yield f"{section}.{name}", getattr(model, name)
        for key, screen in self.interruptions.items():
            yield f"interruptions.{key}.shows", screen.shows
            yield f"interruptions.{key}.press", screen.press

    def laid_over(self, below: PortalMap) -> PortalMap:
        """This map on top of another: whatever is said here replaces what is said there, control by control."""
        merged: dict[str, Any] = {}
        for section in type(self).model_fields:
            upper, lower = getattr(self, section), getattr(below, section)
            if isinstance(upper, Section):
                merged[section] = lower.model_copy(update={name: getattr(upper, name) for name in upper.model_fields_set})
            elif section in ("captions", "interruptions"):
                merged[section] = {**lower, **upper}
            else:
                merged[section] = upper if section in self.model_fields_set else lower
        return PortalMap.model_construct(**merged)


def is_regex(value: str) -> bool:
    """Whether a name of the map is a ``/regular expression/`` rather than a whole name."""
    return len(value) > 2 and value.startswith("/") and value.endswith("/")


_DECORATION = r"[\s:*•▸▾►▼▲▶◀◂«»‹›<>+✓✔☐☑☒□■○●◯|\-–—\ue000-\uf8ff]*"
"""Icons and marks that stand around a caption without being part of it: accordion arrows, required stars, icon fonts."""


def whole_name(name: str) -> re.Pattern[str]:
    """A name of the map as a pattern: whole, in any case and white space, or the regular expression it says."""
    if is_regex(name):
        return re.compile(name[1:-1], re.IGNORECASE)
    words = r"[\s\u00a0]+".join(re.escape(word) for word in name.split())
    return re.compile(f"^{_DECORATION}{words}{_DECORATION}$", re.IGNORECASE)


def load_map(own: Path | None, packaged: Path) -> PortalMap:
    """The packaged map with the user's own laid over it.

    Raises ConfigError with every problem as ``file:line``.
    """
    from portal_bot.config.yaml_document import load_model

    below = load_model(packaged, PortalMap)
    return load_model(own, PortalMap).laid_over(below) if own else below


def map_warnings(own: Path | None) -> list[str]:
    """Lines of the user's map that no longer have a meaning, each as ``file:line: …``. Raises ConfigError where it cannot be read."""
    from portal_bot.config.yaml_document import read_document

    if own is None:
        return []
    document = read_document(own)
    record = document.value.get("record") if isinstance(document.value, Mapping) else None
    if not isinstance(record, Mapping) or "ahead" not in record:
        return []
    line = document.place(("record", "ahead")).line
    return [f"{own.name}:{line}: 'ahead' no longer has a meaning: no record is requested ahead. Remove the line."]


def packaged_map() -> Path:
    """The portal map that comes with the flows, which are not imported for it: they bring Playwright along."""
    return Path(__file__).parents[3] / "flows" / "practice_portal.yaml"

"""The keys of the config, each with what it means, an example and its own rule.

The checks, the schema and the docs are made of these: a new key or section is added here and nowhere else. Rules that
span several values are in ``validation``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationInfo, WithJsonSchema

from portal_bot.model.urls import is_loopback, notice_address, origin_of, portal_address

DEFAULT_PERMISSIONS = ("Messaging",)

EMAIL = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")
"""What counts as an e-mail address, in the config and in lists of people."""
_DURATION = re.compile(r"(\d+)\s*([smh])", re.IGNORECASE)
_SECONDS = {"s": 1, "m": 60, "h": 3600}
_AGE = re.compile(r"(\d{1,4})\s*([dwy])", re.IGNORECASE)
_DAYS = {"d": 1, "w": 7, "y": 365}


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


def parse_duration(text: object) -> timedelta:
    """``90s``, ``30m`` or ``2h``. Raises ValueError for anything else, nothing (``0m``) included."""
    found = _DURATION.fullmatch(text.strip()) if isinstance(text, str) else None
    if not found or not int(found[1]) or len(found[1]) > 6:
        raise ValueError("a time is a whole number with its unit: 90s, 30m or 2h")
    return timedelta(seconds=int(found[1]) * _SECONDS[found[2].lower()])


def _age(value: object) -> timedelta:
    found = _AGE.fullmatch(value.strip()) if isinstance(value, str) else None
    if not found or not int(found[1]):
        raise ValueError("an age is a whole number with its unit: 90d, 12w or 1y")
    return timedelta(days=int(found[1]) * _DAYS[found[2].lower()])


def _words(value: str) -> str:
    said = " ".join(value.split())
    if not said:
        raise ValueError("a name must not be empty")
    return said


def _email(value: str) -> str:
    if not EMAIL.fullmatch(value.strip()):
        raise ValueError("this does not look like an e-mail address")
    return value.strip()


def _on_off(value: object) -> bool:
    if isinstance(value, bool):  # YAML 1.1 reads on and off so
        return value
    if isinstance(value, str) and value.strip().lower() in ("on", "off"):
        return value.strip().lower() == "on"
    raise ValueError("'access' must be on or off")


def _day(value: object) -> date:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    try:
        return date.fromisoformat(value.strip() if isinstance(value, str) else "")
    except ValueError:
        raise ValueError("'until' must be a day, written 2026-12-01") from None


def _nothing_is_empty(value: Any) -> Any:
    return () if value is None else value


def _captions(value: Any) -> Any:
    return (value,) if isinstance(value, str) else value


def _each_once(value: tuple[str, ...] | None) -> tuple[str, ...] | None:
    if value is not None and not value:
        raise ValueError("'permissions' must name at least one, or be left out")
    seen: set[str] = set()
    for caption in value or ():
        if caption.casefold() in seen:
            raise ValueError(f"'permissions' names {caption} twice")
        seen.add(caption.casefold())
    return value


def _source_of_secret(value: object) -> str:
    """Also what is no text comes here, so that it is not repeated: somebody may have put the password itself."""
    kind, _, rest = (part.strip() for part in value.partition(":")) if isinstance(value, str) else ("", "", "")
    if kind in ("env", "file", "command") and rest:
        return f"{kind}:{rest}"
    if value != "keyring":
        raise ValueError("this must be env:NAME, file:PATH, keyring or command:…; never the password or secret itself")
    return kind


def _where_notices_go(value: str) -> str:
    """An address with a scheme, or where one is kept. It may hold a token, so it is never repeated."""
    kind, _, rest = (part.strip() for part in value.partition(":"))
    if not rest or not (kind in ("env", "file") or rest.startswith("//")):
        raise ValueError("this must be an address of apprise, such as ntfys://ntfy.sh/topic, or env:NAME or file:PATH where one is kept")
    return value.strip()


def _where_pings_go(value: str) -> str:
    kind, _, rest = (part.strip() for part in value.partition(":"))
    return value.strip() if kind in ("env", "file") and rest else notice_address(value)


def _browser_server(value: str) -> str:
    return _remote_browser(value, "ws", "wss")


def _debugging_port(value: str) -> str:
    return _remote_browser(value, "http", "https", "ws", "wss")


def _remote_browser(value: str, *schemes: str) -> str:
    """The address as it is. Whoever reads along there sees the password, so it is encrypted or does not leave the machine."""
    parts = urlsplit(value.strip())
    if parts.scheme not in schemes or not parts.hostname:
        raise ValueError(f"this must be an address that begins with {' or '.join(f'{scheme}://' for scheme in schemes)}")
    if parts.scheme in ("ws", "http") and not is_loopback(parts.hostname):
        raise ValueError("the password goes this way: use wss:// or https://, or a tunnel (`ssh -L`) and its end on 127.0.0.1")
    return value.strip()


def _beside_config(value: Path, info: ValidationInfo) -> Path:
    folder = getattr(info.context, "folder", None)
    return value if folder is None else Path(folder, value.expanduser()).absolute()


def _entry(value: Any) -> Any:
    return value if isinstance(value, Mapping) else {"name": value}


def _as_is(value: Any) -> Any:
    """A people file was put in place of its path before; only the schema has to know of the path."""
    return value


def _path_text(value: Any) -> Any:
    if not isinstance(value, str) or not value.strip():
        raise ValueError("this must be the path of a file")
    return value


Name = Annotated[str, AfterValidator(_words)]
"""A whole name; white space is evened out."""

Permissions = Annotated[tuple[Name, ...], BeforeValidator(_captions, json_schema_input_type=str | list[str]), AfterValidator(_each_once)]
Count = Annotated[int, Field(strict=True, ge=0)]
AtLeastOne = Annotated[int, Field(strict=True, ge=1)]
OnOff = Annotated[bool, BeforeValidator(_on_off, json_schema_input_type=bool | Literal["on", "off"])]
Day = Annotated[date, BeforeValidator(_day), WithJsonSchema({"type": "string", "format": "date"})]
Duration = Annotated[timedelta, BeforeValidator(parse_duration), WithJsonSchema({"type": "string", "pattern": r"^\d+\s*[smhSMH]$"})]
SecretSource = Annotated[
    str, BeforeValidator(_source_of_secret), WithJsonSchema({"type": "string", "pattern": "^(keyring$|(env|file|command):.)"})
]
Age = Annotated[timedelta, BeforeValidator(_age), WithJsonSchema({"type": "string", "pattern": r"^\d+\s*[dwyDWY]$"})]
FileBesideConfig = Annotated[Path, BeforeValidator(_path_text), AfterValidator(_beside_config)]


class PersonSettings(_Strict):
    """Somebody in a list: the name alone, or these keys."""

    name: Name = Field(description="the name as the list shows it", examples=["Ana Reyes"])
    email: Annotated[str, AfterValidator(_email)] | None = Field(
        None, description="tells two people of one name apart", examples=["ana.reyes@example.com"]
    )
    location: Name | None = Field(None, description="the person's location in the portal", examples=["East"])
    access: OnOff = Field(True, description="on gives the permission, off takes it away (needs limits: max_removals)", examples=["off"])
    until: Day | None = Field(
        None,
        description="the person may be missing from the portal until this day, as a new hire is",
        examples=["2026-12-01"],
    )
    permissions: Permissions | None = Field(
        None, description="other permissions than the practice's, for this person", examples=[["Messaging"]]
    )


PersonEntry = Annotated[PersonSettings, BeforeValidator(_entry, json_schema_input_type=str | PersonSettings)]
People = Annotated[tuple[PersonEntry, ...], BeforeValidator(_nothing_is_empty, json_schema_input_type=list[PersonEntry] | None)]
"""A list of the portal. A key with nothing after it, its entries being commented out, is an empty list."""


class PracticeSettings(_Strict):
    """One practice and its people."""

    name: Name | None = Field(
        None,
        description="the practice as the portal's drop-down shows it; optional where the account has one practice",
        examples=["Meadowlark Pediatrics"],
    )
    permissions: Permissions | None = Field(
        None, description="other permissions than the config's, for this practice", examples=[["Messaging"]]
    )
    providers: People = Field((), description="people of the list Providers (clinical staff)", examples=[["Wen Irwin, MD"]])
    staff: People = Field(
        (),
        description="people of the list Staff Members; a site with one list uses this",
        examples=[["Marcus Bell", {"name": "Ana Reyes", "email": "ana.reyes@example.com"}]],
    )


class PortalSettings(_Strict):
    """Which portal, and as whom."""

    url: Annotated[str, AfterValidator(portal_address)] = Field(
        description="address of the portal's sign-in page; https", examples=["https://portal.example.com/"]
    )
    user_name: Name = Field(description="the account that signs in; it needs User Administration", examples=["office.admin@example.com"])
    map: FileBesideConfig | None = Field(
        None,
        description="a portal map of your own, laid over the packaged one; relative to the config",
        examples=["my-portal.yaml"],
    )
    password_from: SecretSource | None = Field(
        None,
        description="where the password is kept, and no other place is asked: env:NAME, file:PATH, keyring, command:…",
        examples=["keyring", "file:/run/secrets/portal", "command:op read op://Office/portal/password"],
    )
    totp_from: SecretSource | None = Field(
        None, description="where the secret of one-time codes is kept; as password_from", examples=["keyring"]
    )
    sign_in_origins: tuple[Annotated[str, AfterValidator(origin_of)], ...] = Field(
        (),
        description="the only other places where the password may be typed, where sign-in happens elsewhere",
        examples=[["https://login.example.com"]],
    )

    @property
    def origin(self) -> str:
        """Scheme, host and port, as a browser tells them."""
        return origin_of(self.url, whole=False)


class Browser(_Strict):
    """Which browser; without these keys the best one there is."""

    channel: str | None = Field(None, description="a browser of this machine by Playwright's name", examples=["msedge"])
    executable_path: FileBesideConfig | None = Field(None, description="path of the browser's program", examples=["/usr/bin/chromium"])
    connect: Annotated[str, AfterValidator(_browser_server)] | None = Field(
        None,
        description="a browser of another machine: address of its `playwright run-server` of the same version",
        examples=["ws://127.0.0.1:3000/a-long-secret-path"],
    )
    cdp: Annotated[str, AfterValidator(_debugging_port)] | None = Field(
        None, description="a Chromium that runs already: address of its --remote-debugging-port", examples=["http://127.0.0.1:9222"]
    )
    headless: Annotated[bool, Field(strict=True)] = Field(True, description="false shows the browser's window", examples=[True])


class LimitSettings(_Strict):
    """What a run may do at most. Options of the command line go before these."""

    max_changes: Count = Field(25, description="refuse a run that would change more than this", examples=[25])
    max_removals: Count = Field(0, description="refuse a run that would take away more permissions than this", examples=[0])
    stop_after_failures: AtLeastOne = Field(3, description="stop when so many people in a row fail: the portal has changed", examples=[3])
    deadline: Duration | None = Field(None, description="try nobody else after this time; without it 30m and 2s a person", examples=["30m"])
    step: Duration = Field(timedelta(seconds=90), description="end a browser that is still at one step after this time", examples=["90s"])
    settle: Duration = Field(timedelta(seconds=10), description="how long the portal may take until a saved change shows", examples=["10s"])
    wait: Duration = Field(
        timedelta(seconds=15), description="how long a button, box or list is waited for before it counts as missing", examples=["15s"]
    )


class RunSettings(_Strict):
    """How a run goes about it."""

    workers: AtLeastOne = Field(1, description="browser sessions at once", examples=[1])
    share_session: Annotated[bool, Field(strict=True)] = Field(
        False,
        description="several workers share one sign-in; only for portals that keep nothing but the practice in it",
        examples=[False],
    )
    pictures: Literal["changes", "none"] = Field(
        "changes",
        description="changes: before and after of each changed row, for the report; none: no pictures of them",
        examples=["changes"],
    )


class Notify(_Strict):
    """Who is told how an unattended run ended."""

    urls: tuple[Annotated[str, AfterValidator(_where_notices_go)], ...] = Field(
        (),
        description="addresses of apprise (needs the extra notify); env:NAME or file:PATH where one with its token is kept",
        examples=[["ntfys://ntfy.sh/our-topic", "file:teams-address"]],
    )
    on: Literal["failure", "change", "always"] = Field(
        "change", description="failure: what did not end as asked; change: that, and every change; always: every run", examples=["change"]
    )
    names: Annotated[bool, Field(strict=True)] = Field(False, description="true lets people's names leave this machine", examples=[False])
    ping: Annotated[str, AfterValidator(_where_pings_go)] | None = Field(
        None,
        description="an address that is told of each start, success and failure, in the manner of Healthchecks; or env:NAME or file:PATH",
        examples=["https://hc-ping.com/your-uuid"],
    )


class Retention(_Strict):
    """How long what runs leave behind is kept. The history is kept for good."""

    pictures: Age | None = Field(None, description="delete pictures and recordings of runs older than this", examples=["90d"])
    runs: Age | None = Field(None, description="delete whole run folders older than this", examples=["1y"])


class Settings(_Strict):
    """The whole config."""

    version: Literal[1] = Field(description="version of the config's format", examples=[1])
    portal: PortalSettings = Field(
        description="which portal, and as whom",
        examples=[{"url": "https://portal.example.com/", "user_name": "office.admin@example.com"}],
    )
    permissions: Permissions = Field(
        DEFAULT_PERMISSIONS, description="the permissions that everybody listed gets", examples=[["Messaging"]]
    )
    practices: Annotated[tuple[PracticeSettings, ...], BeforeValidator(_as_is, json_schema_input_type=str | list[PracticeSettings])] = (
        Field(
            description="the practices and their people, or the path of a YAML file that holds this list",
            examples=[[{"name": "Meadowlark Pediatrics", "providers": ["Wen Irwin, MD"]}], "people.yaml"],
        )
    )
    browser: Browser = Field(Browser(), description="which browser", examples=[{"channel": "msedge"}])
    limits: LimitSettings = Field(LimitSettings(), description="what a run may do at most", examples=[{"max_changes": 25}])
    run: RunSettings = Field(RunSettings(), description="how a run goes about it", examples=[{"workers": 1}])
    notify: Notify = Field(Notify(), description="who is told how an unattended run ended", examples=[{"on": "change"}])
    retention: Retention = Field(Retention(), description="how long what runs leave behind is kept", examples=[{"runs": "1y"}])

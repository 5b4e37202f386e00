"""What every foreign portal offers a test: start it, know its people, and ask afterwards what was done to it."""

from __future__ import annotations

import secrets
import threading
from abc import ABC, abstractmethod
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, ClassVar, Self

from flask import Flask
from flask.json.provider import DefaultJSONProvider
from waitress import wasyncore  # type: ignore[import-untyped]
from waitress.server import create_server  # type: ignore[import-untyped]

from .invented_office import Audit, Member, Office, Places, Tree

PAGES = Path(__file__).parent / "pages"


@dataclass(frozen=True)
class Person:
    """Somebody in a portal's lists: `list` is "providers" or "staff", `messaging` is "on", "off" or "role"."""

    practice: str
    list: str
    name: str
    email: str
    location: str
    messaging: str


@dataclass
class Visit:
    """One sign-in: what a vendor keeps in the server's session, the chosen practice above all."""

    user: str
    practice: str
    token: str


class LoopbackServer:
    """A WSGI application on a free loopback port, in a thread, until `close()`."""

    def __init__(self, app: Flask) -> None:
        self._sockets: dict[int, Any] = {}
        self._server = create_server(app, map=self._sockets, host="127.0.0.1", port=0, threads=8, ident="")
        self.url = f"http://127.0.0.1:{self._server.effective_port}"
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._serve, name=f"site {self.url}", daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        while not self._stop.is_set():
            wasyncore.loop(timeout=0.05, map=self._sockets, count=1)

    def close(self) -> None:
        self._stop.set()
        self._thread.join()
        self._server.task_dispatcher.shutdown()
        wasyncore.close_all(self._sockets, ignore_all=True)


class PortalSite(ABC):
    """A Practice Portal of another vendor. Use it with `with`; each one starts with fresh data."""

    vendor: ClassVar[str]
    """Names the folder of its pages."""
    name_form: ClassVar[str] = "{first} {last}{title}"
    """How its lists print a name."""
    practices: ClassVar[Places]
    tree: ClassVar[Tree]
    seed: ClassVar[int]
    same_address: ClassVar[bool] = False
    user_name: str = "office.admin@example.com"
    password: str = "Tulip-Harbor-42"

    url: str

    def __init__(self) -> None:
        self.office = Office(self.practices, self.tree, self.seed, same_address=self.same_address)
        self._visits: dict[str, Visit] = {}
        self._server: LoopbackServer | None = None

    @abstractmethod
    def build(self, app: Flask) -> None:
        """Add the vendor's pages to an empty application whose template folder is the vendor's own."""

    def __enter__(self) -> Self:
        app = Flask(__name__, template_folder=str(PAGES / self.vendor), static_folder=None)
        assert isinstance(app.json, DefaultJSONProvider)
        app.json.sort_keys = False  # fields keep the order of the form
        self.build(app)
        self._server = LoopbackServer(app)
        self.url = self._server.url + "/"
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._server:
            self._server.close()

    @property
    def people(self) -> list[Person]:
        """Everybody, with the state of Messaging as it is now."""
        return [
            Person(m.practice, m.list, m.name(self.name_form), m.email, m.location, self._messaging(m))
            for m in self.office.members.values()
        ]

    def audit(self) -> Audit:
        """The sign-ins, saves and changes since the start."""
        return self.office.audit

    def permission(self, practice: str, email: str, caption: str, location: str = "") -> bool:
        """Whether somebody has a permission, by role or of their own; LookupError if that is not exactly one person."""
        found = [m for m in self.office.members.values() if m.practice == practice and m.email == email and location in ("", m.location)]
        if len(found) != 1:
            raise LookupError(f"{len(found)} people are {email} in {practice}")
        return caption in found[0].own | found[0].by_role

    @staticmethod
    def _messaging(member: Member) -> str:
        return "role" if "Messaging" in member.by_role else "on" if "Messaging" in member.own else "off"

    # What the vendors' pages share: who is signed in, and whose record may be shown.

    def sign_in(self, user: str, password: str) -> str:
        """The key of a new session, or "" where the password is wrong."""
        ok = user == self.user_name and password == self.password
        self.office.audit.sign_ins.append((user, ok))
        if not ok:
            return ""
        key = secrets.token_urlsafe(18)
        self._visits[key] = Visit(user, next(iter(self.practices)), secrets.token_urlsafe(18))
        return key

    def visit(self, key: str | None) -> Visit | None:
        return self._visits.get(key or "")

    def sign_out(self, key: str | None) -> None:
        self._visits.pop(key or "", None)

    def member(self, visit: Visit, key: str | int) -> Member | None:
        """A record of the practice the session is in; None for any other, as if it did not exist."""
        member = self.office.members.get(int(key)) if str(key).isdigit() else None
        return member if member and member.practice == visit.practice else None

    def refuse(self) -> None:
        self.office.audit.refused += 1

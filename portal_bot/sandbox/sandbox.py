"""One running sandbox portal, to start, to ask and to change behind its pages' back."""

from __future__ import annotations

import tempfile
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from .assets import Assets
from .faults import Faults
from .office.account import Account, invent_password
from .office.audit_log import Audit
from .office.office import Office
from .office.people import Standing
from .sandbox_options import SandboxOptions
from .sessions import Sessions
from .site import Site
from .web.classic import LAYOUT as CLASSIC
from .web.flask_app import HERE, create_app
from .web.modern import LAYOUT as MODERN
from .web.server import Server


class Sandbox:
    """A Practice Portal of our own, on a loopback port, until `stop()`. Each one starts with fresh data."""

    def __init__(self, options: SandboxOptions | None = None) -> None:
        self.options = options = options or SandboxOptions()
        self.password = options.password if options.password is not None else invent_password()
        self.user_name = options.user_name
        self._faults = Faults(options.faults)
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._server: Server | None = None
        self._site: Site | None = None

    def start(self) -> Self:
        """Fill the office and open the port."""
        options = self.options
        audit = Audit()
        account = Account(self.user_name, self.password, options.totp_secret, audit)
        self._folder = tempfile.TemporaryDirectory(prefix="portal-bot-sandbox-", ignore_cleanup_errors=True)
        office = Office(Path(self._folder.name), people=options.people, practices=options.practices, seed=options.seed)
        layout = CLASSIC if options.layout == "classic" else MODERN
        self._site = Site(
            options=options,
            office=office,
            account=account,
            sessions=Sessions(options.session_minutes),
            audit=audit,
            faults=self._faults,
            assets=Assets(HERE / "static" / options.layout, layout.asset_prefix),
        )
        try:
            self._server = Server(create_app(self._site, layout), options.host, options.port)
        except OSError:
            self.stop()
            raise
        self._server.start()
        return self

    def stop(self) -> None:
        """Close the port and forget the office."""
        if self._site:
            self._site.stopping = True
        if self._server:
            self._server.close()
        if self._site:
            self._site.office.close()
        if self._folder:
            self._folder.cleanup()
        self._server = self._site = self._folder = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()

    @property
    def url(self) -> str:
        """Where the portal is; ends with a slash."""
        host = self.options.host
        assert self._server, "the sandbox is not running"
        return f"http://{f'[{host}]' if ':' in host else host}:{self._server.port}/"

    @property
    def site(self) -> Site:
        """The inside of the running portal."""
        assert self._site, "the sandbox is not running"
        return self._site

    def audit(self) -> dict[str, Any]:
        """Every sign-in attempt and every stored change; the same as its `/audit` address answers."""
        return self.site.audit.as_dict()

    def permission(self, practice: str, list_name: str, who: str, caption: str = "Messaging") -> Standing:
        """How somebody (name as shown, or e-mail) has a permission. Raises LookupError unless it is one person."""
        return self.site.office.find(practice, list_name, who).permissions[caption]

    def set_permission(self, practice: str, list_name: str, who: str, caption: str, standing: Standing) -> None:
        """Change a permission behind the pages' back (`own`, `off` or `blocked`); not in the audit."""
        self.site.office.set_permission(self.site.office.find(practice, list_name, who), caption, standing)

    def grant_everybody(self, caption: str = "Messaging") -> None:
        """Give a permission to everybody but those for whom it is blocked; not in the audit."""
        self.site.office.grant_everybody(caption)

    def add_person(
        self, practice: str, list_name: str, first: str, last: str,
        credentials: str = "", email: str = "", location: str = "Main",
    ) -> int:  # fmt: skip
        """Somebody new, without permissions; returns the number of the record."""
        fields = {"first": first, "last": last, "credentials": credentials, "location": location}
        return self.site.office.add(practice, list_name, email=email or f"{first}.{last}@example.com".lower(), **fields)

    def remove_person(self, practice: str, list_name: str, who: str) -> None:
        """Somebody leaves; not in the audit."""
        self.site.office.remove(self.site.office.find(practice, list_name, who).id)

    def end_sessions(self) -> None:
        """Sign everybody out, as a restart of the portal would."""
        self.site.sessions.end_all()

    def add_fault(self, name: str) -> None:
        """Switch a fault on; see `FAULTS` for their names."""
        self._faults.add(name)

    def clear_faults(self) -> None:
        """Switch all faults off."""
        self._faults.clear()

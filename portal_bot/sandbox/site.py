"""Everything that one running sandbox holds, and how a request comes by it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from flask import current_app

from .assets import Assets
from .office.account import Account
from .office.audit_log import Audit
from .office.office import Office
from .sandbox_options import SandboxOptions
from .seams import Seams
from .sessions import Sessions


@dataclass
class Site:
    """One sandbox."""

    options: SandboxOptions
    office: Office
    account: Account
    sessions: Sessions
    audit: Audit
    faults: Seams
    assets: Assets
    stopping: bool = False


def site() -> Site:
    """The sandbox that the request came to."""
    return cast(Site, current_app.extensions["sandbox"])

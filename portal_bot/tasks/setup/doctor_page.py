"""``doctor.html``: the doctor's findings with a picture of each screen, in one file that opens from disk."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from importlib.resources import files

from portal_bot.tasks.setup.findings import Check, ScreenReport


def doctor_page(portal: str, checks: Sequence[Check], screens: Sequence[ScreenReport], map_yaml: str) -> str:
    """The page as HTML. Whatever comes from the portal is escaped."""
    from jinja2 import Environment

    template = files("portal_bot.tasks.setup").joinpath("doctor.html.j2").read_text(encoding="utf-8")
    environment = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True)
    environment.filters["base64"] = lambda picture: b64encode(picture).decode("ascii")
    problems = [finding for screen in screens for finding in screen.findings if finding.is_problem]
    return environment.from_string(template).render(portal=portal, checks=checks, screens=screens, problems=problems, map_yaml=map_yaml)

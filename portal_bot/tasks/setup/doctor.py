"""``portal-bot doctor``: looks at a portal with the map's eyes, tells what is found how, and proposes what would mend the rest.

Changes nothing: it signs in, chooses the practice, opens the lists and one record, and leaves it as it was.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from portal_bot.config.loader import Config, account_of
from portal_bot.config.yaml_document import read_document
from portal_bot.model.errors import PageError, PortalBotError, SignInNeedsPerson, SignInRefused
from portal_bot.model.exit_codes import Exit
from portal_bot.model.files import write_private
from portal_bot.portal.browser.discovery import ensure_browser
from portal_bot.portal.map.map_patch import MapLine, as_document, map_text
from portal_bot.portal.map.portal_map import load_map, packaged_map
from portal_bot.portal.page.portal_page import PortalPage
from portal_bot.run.account.credentials import Credentials
from portal_bot.run.account.saved_session import kept_session_age
from portal_bot.run.account.state_dir import state_dir
from portal_bot.run.engine import Looking, looking
from portal_bot.run.run_options import RunOptions
from portal_bot.run.session.resume import ResumableSession, credentials_beside
from portal_bot.run.session.worker_session import WorkerSession
from portal_bot.run.stopping.brakes import in_threads
from portal_bot.tasks.setup.doctor_page import doctor_page
from portal_bot.tasks.setup.findings import Check, Finding, ScreenReport, State
from portal_bot.tasks.setup.probe import Lacking, guessed_lines
from portal_bot.tasks.setup.saved_looks import save_looks
from portal_bot.tasks.setup.walk import Route, Walk, walk_to_a_record

HOW_TO_SAVE = "# Save this as my-portal.yaml beside the config, and put `map: my-portal.yaml` under `portal:` in the config.\n"
HOW_TO_ADD = "# This is {name} with the lines that mend it.\n"


@dataclass
class Diagnosis:
    """What the doctor found. ``folder``: the run folder, where one was made; ``page`` its page of pictures."""

    checks: list[Check] = field(default_factory=list)
    screens: list[ScreenReport] = field(default_factory=list)
    lines: list[MapLine] = field(default_factory=list)
    error: PortalBotError | None = None
    page: Path | None = None
    looks: Path | None = None
    """The folder of saved looks, with nobody in them."""
    map_yaml: str = ""
    """A map to save, where there are lines to put into one."""

    @property
    def problems(self) -> list[Finding]:
        return [finding for screen in self.screens for finding in screen.findings if finding.is_problem]

    @property
    def exit(self) -> Exit:
        if self.error is not None:
            return self.error.exit
        return Exit.PORTAL if self.problems or any(not check.ok for check in self.checks) else Exit.OK


def examine(config: Config, options: RunOptions, *, credentials: Credentials | None = None) -> Diagnosis:
    """The whole examination of a sound config. What is wrong is told in the diagnosis, not raised."""
    told = Diagnosis([Check("Config", True, f"{config.path.name} is sound")])
    try:
        load_map(config.portal.map, packaged_map())
        own = config.portal.map.name if config.portal.map else None
        told.checks.append(Check("Map", True, f"{own}, laid over the packaged one" if own else "the packaged one"))
        kept = None if credentials else ResumableSession.of(config, state_dir())
        if kept and (age := kept_session_age(account_of(config), state_dir(), datetime.now(UTC))) is not None:
            told.checks.append(Check("Kept session", True, f"somebody signed in by hand {_ago(age)} ago (`portal-bot login`)"))
        given = credentials or credentials_beside(kept, config)
        told.checks.append(Check("Password", True, f"from {given.password_source}" if given.password else "none; the kept session is used"))
        if given.totp_secret:
            told.checks.append(Check("One-time codes", True, f"from {given.totp_source}"))
        headless = config.browser.headless and not options.headed
        found = ensure_browser(config.browser, headless=headless, say=lambda _text: None)
        told.checks.append(Check("Browser", True, found.what))
        with looking(config, options, credentials=credentials) as prepared:
            _look(config, options, prepared, told)
            told.map_yaml = map_yaml(config, told)
            told.page = prepared.folder.path / "doctor.html"
            write_private(told.page, doctor_page(config.portal.url, told.checks, told.screens, told.map_yaml))
            prepared.folder.finish(told.exit)
    except PortalBotError as error:
        told.error = error
    return told


def _ago(age: timedelta) -> str:
    """An age in the largest unit that fits: "3 days", "5 hours", "12 minutes"."""
    minutes = int(age.total_seconds() // 60)
    count, unit = next(((minutes // size, unit) for size, unit in ((1440, "day"), (60, "hour")) if minutes >= size), (minutes, "minute"))
    return f"{count} {unit}" + ("" if count == 1 else "s")


def map_yaml(config: Config, told: Diagnosis) -> str:
    """The config's own map with the proposed lines in it, ready to save; comments for what only a person can tell."""
    open_ones = [finding for finding in told.problems if finding.line is None and finding.nearest]
    if not told.lines and not open_ones:
        return ""
    below = read_document(config.portal.map).value if config.portal.map else None
    head = HOW_TO_ADD.format(name=config.portal.map.name) if config.portal.map else HOW_TO_SAVE
    text = map_text(as_document(told.lines, below), head=head)
    for finding in open_ones:
        near = ", ".join(f'"{caption}"' for caption in finding.nearest)
        text += f"# {finding.control} is still missing. Nearest on the page: {near}. `portal-bot calibrate` lets you point at it.\n"
    return text


def route_of(config: Config, options: RunOptions, prepared: Looking) -> Route:
    """To the config's first practice and everybody of it."""
    wanted = config.assignments(options.people, options.practices)
    practice = wanted[0].practice if wanted else None
    return Route(practice, tuple(each for each in wanted if each.practice == practice), prepared.lists)


class Guesses:
    """Mends by what is likely, so that the walk can go on."""

    patient = False

    def wants(self, control: str) -> bool:  # noqa: ARG002
        return False

    def lines(self, lacking: Lacking) -> Iterator[MapLine]:
        yield from guessed_lines(lacking)


class _Beside:
    """Looks at the sign-in page before the password is typed, and at the page after it where that is not recognised."""

    def __init__(self, walk: Walk) -> None:
        self._walk = walk

    def before(self, portal: PortalPage) -> None:
        self._walk.sign_in_page(portal)

    def stuck(self, portal: PortalPage, error: PortalBotError) -> bool:
        if not isinstance(error, PageError):
            return False
        self._walk.not_signed_in(portal)
        return portal.maybe("sign_in.signed_in") is not None


def _second_window(signed: WorkerSession, practice: str | None, has_password: bool) -> Check:
    """Whether a change can be proved: it is read in a second window, in which nothing was typed."""
    problem = signed.second_window_problem(practice)
    if not problem:
        return Check("Proof", True, "a second window takes the session, so changes can be proved")
    if has_password:
        return Check("Proof", True, f"{problem} The window that reads the proof signs in for itself, so each worker signs in twice")
    return Check(
        "Proof", False, f"{problem} There is no password to sign in with again, so a change could be saved but not proved. Say where it is"
    )


def _look(config: Config, options: RunOptions, prepared: Looking, told: Diagnosis) -> None:
    walk = Walk(route_of(config, options, prepared), Guesses(), pictures=True)
    told.screens, told.lines = walk.probe.screens, walk.probe.lines
    around = replace(prepared.around, beside=_Beside(walk))

    def work(_number: int) -> None:
        with WorkerSession(around, 0) as signed:
            told.checks.append(Check("Sign-in", True, f"signed in as {config.portal.user_name}"))
            walk_to_a_record(walk, signed.portal)
            told.checks.append(_second_window(signed, walk.route.practice, bool(around.access.password)))

    in_threads(1, work, prepared.brakes)
    if walk.probe.looks:
        told.looks = prepared.folder.path / "looks"
        save_looks(told.looks, walk.probe.looks, walk.route.wanted, prepared.around.map)
    reason = prepared.brakes.reason
    if isinstance(reason, PortalBotError):
        told.error = reason
        if not any(check.what == "Sign-in" for check in told.checks):
            reached = bool(walk.probe.screens) or isinstance(reason, SignInRefused | SignInNeedsPerson)
            told.checks.append(Check("Sign-in" if reached else "Portal", False, reason.message))
    elif reason is not None:
        raise reason
    if not any(screen.title == "Record" for screen in walk.probe.screens):
        walk.probe.screens.append(ScreenReport("Record", [Finding("record", State.NOT_REACHED, "the walk ended before")]))

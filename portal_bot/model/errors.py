"""Every failure that has a name. A user sees the sentence and the hint, never a traceback (``--debug`` shows it).

PortalBotError
 ├─ ConfigError            exit 2   the config or an option is wrong; nothing was opened
 │   └─ BadYaml                     a file that is there, but is no YAML or says nothing
 ├─ CredentialError        exit 2   no password (or code) where the config says it is
 ├─ BrowserMissing         exit 2   no browser to work with; nothing was opened
 ├─ RecordingMissing       exit 2   --record without its libraries; nothing was opened
 ├─ SandboxMissing         exit 2   the sandbox's libraries are not installed
 ├─ HistoryUnusable        exit 2   the history cannot be read or written
 ├─ ScheduleFailed         exit 2   the system did not take the job
 ├─ RunFolderError         exit 4   the run folder cannot be written (2 where nothing was opened yet)
 ├─ LimitReached           exit 5   refused by a limit; nothing was changed
 ├─ AccountBusy            exit 5   another run holds this account
 ├─ Interrupted            exit 130
 └─ PortalError            exit 6   the run cannot go on
     ├─ Unreachable
     ├─ NotHeardOf                 a run on another machine of which no results came back: it may have changed something
     ├─ SignInRefused
     ├─ SessionUnreadable          the session that `login` saved cannot be read
     ├─ SignInNeedsPerson          a code, question, expired password, locked account
     ├─ PortalChanged              another field changed; too many failures in a row
     └─ PageError                  one person's page is not as expected: that person fails, the run goes on
         ├─ ControlNotFound
         ├─ ControlAmbiguous
         ├─ GuardFailed            wrong person or practice, or another field differs: nothing was saved
         ├─ PracticeMissing        its people fail, the other practices go on
         ├─ RecordGone             the portal answers that there is no such record (any more)
         ├─ Busy                   the portal asks for patience (429, 503); tried again after a pause
         ├─ SessionEnded           the portal shows its sign-in page again
         │   └─ SentHome           and does so whenever another worker signs in: this one leaves its work to the others
         └─ BrowserGone            the browser crashed, or was ended because the page no longer answered
"""

from __future__ import annotations

from pathlib import Path

from portal_bot.model.exit_codes import Exit


class PortalBotError(Exception):
    """A sentence for the user: what happened and what was and was not changed. ``hint`` says what to do next."""

    exit = Exit.CRASH
    may_have_begun = False
    """Where it ends a run without results: true where the portal may have been changed all the same, on another machine."""

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def follows_lost_worker(self) -> None:
        """It ended a run that a worker of a cluster, lost since, had begun: people may have been changed."""
        self.may_have_begun = True
        if self.exit in (Exit.BAD_CONFIG, Exit.REFUSED):
            self.exit = Exit.PORTAL
        self.message += " That is of this worker; another one, lost before, had begun this portal, and whoever it did stays done."

    def __str__(self) -> str:
        return f"{self.message}\n{self.hint}" if self.hint else self.message


class ConfigError(PortalBotError):
    """One line for each problem, each as ``config.yaml:14: ...``."""

    exit = Exit.BAD_CONFIG

    def __init__(self, problems: list[str], *, hint: str = "") -> None:
        super().__init__("\n".join(problems), hint=hint)
        self.problems = problems


class CredentialError(PortalBotError):
    exit = Exit.BAD_CONFIG


class RunFolderError(PortalBotError):
    def __init__(self, message: str, *, hint: str = "", exit: Exit = Exit.NOT_DONE) -> None:
        super().__init__(message, hint=hint)
        self.exit = exit


class LimitReached(PortalBotError):
    exit = Exit.REFUSED


class AccountBusy(PortalBotError):
    exit = Exit.REFUSED


class Interrupted(PortalBotError):
    exit = Exit.INTERRUPTED


class PortalError(PortalBotError):
    exit = Exit.PORTAL


class BrowserMissing(PortalBotError):
    """``what`` is the matter, then that nothing was opened, then what else is known (``more``)."""

    exit = Exit.BAD_CONFIG

    def __init__(self, what: str, more: str = "", *, hint: str = "") -> None:
        super().__init__(f"{what} Nothing was opened.{more}", hint=hint)
        self._what = what + more

    def under_way(self) -> PortalError:
        """The same of a browser that was there and does not come back."""
        return PortalError(f"{self._what} Who is done stays done.", hint=self.hint)


class Unreachable(PortalError):
    pass


class NotHeardOf(PortalError):
    """``exit``: 130 where it was a person who stopped waiting."""

    may_have_begun = True

    def __init__(self, message: str, *, hint: str = "", exit: Exit = Exit.PORTAL) -> None:
        super().__init__(message, hint=hint)
        self.exit = exit


class SignInRefused(PortalError):
    pass


class SignInNeedsPerson(PortalError):
    pass


class PortalChanged(PortalError):
    pass


class PageError(PortalError):
    """``kind`` groups failures that are alike, so that evidence is kept once for each kind."""

    kind = "page"


class ControlNotFound(PageError):
    kind = "control-not-found"


class ControlAmbiguous(PageError):
    kind = "control-ambiguous"


class GuardFailed(PageError):
    kind = "guard"


class PracticeMissing(PageError):
    kind = "practice-missing"


class RecordGone(PageError):
    kind = "record-gone"


class SessionEnded(PageError):
    kind = "session-ended"


class SentHome(SessionEnded):
    pass


class BrowserGone(PageError):
    kind = "browser-gone"


class Busy(PageError):
    """``pause``: seconds after which it is worth another try."""

    kind = "busy"

    def __init__(self, message: str, *, pause: float | None = None, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.pause = pause


class HistoryUnusable(PortalBotError):
    """The history cannot be read or written."""

    exit = Exit.BAD_CONFIG


class SessionUnreadable(PortalError):
    """There is a kept session, and it cannot be read."""


class ScheduleFailed(PortalBotError):
    """The system did not take the job."""

    exit = Exit.BAD_CONFIG


class RecordingMissing(PortalBotError):
    """``--record`` needs libraries that are not installed."""

    exit = Exit.BAD_CONFIG


class SandboxMissing(PortalBotError):
    """The sandbox needs libraries that are not installed."""

    exit = Exit.BAD_CONFIG


class BadYaml(ConfigError):
    """A file that is there, but is no YAML or says nothing."""

    def __init__(self, file: Path, line: int, text: str) -> None:
        super().__init__([f"{file.name}:{line}: {text}"])
        self.file = file
        self.line = line
        self.text = text

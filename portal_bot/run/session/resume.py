"""What a session that a person has begun by hand means for a run: it may do without a password as long as it lasts."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from pathlib import Path

from portal_bot.config.loader import Config, account_of
from portal_bot.model.errors import CredentialError, SessionUnreadable, SignInRefused
from portal_bot.portal.browser.handover import Handover
from portal_bot.run.account.credentials import Credentials, resolve_credentials
from portal_bot.run.account.saved_session import SavedSessions


@dataclass(frozen=True)
class ResumableSession:
    """The kept session of a run's account. ``session``: ``None`` where it is there but cannot be read."""

    sessions: SavedSessions
    account: str
    signed_in: datetime | None
    session: Handover | None = field(repr=False)
    warnings: tuple[str, ...] = ()

    @classmethod
    def of(cls, config: Config, state_dir: Path) -> ResumableSession | None:
        """That of the config's account, or ``None`` where no session is kept."""
        sessions, account = SavedSessions(state_dir), account_of(config)
        try:
            kept = sessions.load(account)
            session = Handover(**kept) if kept is not None else None
        except (SessionUnreadable, TypeError) as error:
            return cls(sessions, account, None, None, (str(error),))
        return None if session is None else cls(sessions, account, sessions.signed_in(account), session)

    def keep_again(self, session: Handover) -> None:
        """Keeps the session as the work has left it. One that was forgotten meanwhile stays forgotten."""
        if self.sessions.signed_in(self.account) == self.signed_in:
            with suppress(OSError):  # the one from before is still there
                self.sessions.keep(self.account, asdict(session), signed_in=self.signed_in)


def credentials_beside(kept: ResumableSession | None, config: Config) -> Credentials:
    """Password and one-time secret; without a password where a kept session may do and the config names no place for one.

    Raises CredentialError as ``resolve_credentials`` does.
    """
    try:
        return resolve_credentials(config)
    except CredentialError:
        if kept is None or kept.session is None or config.portal.password_from:
            raise
        return Credentials(password="")


def not_refused(given: Credentials, kept: ResumableSession | None, refuse_again: Callable[[str], None]) -> Credentials:
    """The credentials, without the password where it was refused before and a kept session may do. Raises SignInRefused."""
    try:
        refuse_again(given.password)
    except SignInRefused as error:
        if kept is None or kept.session is None:
            raise
        return replace(
            given,
            password="",
            warnings=(
                *given.warnings,
                error.message.replace("Nothing was opened and nothing was changed.", "The kept session is tried alone."),
            ),
        )
    return given

"""A sign-in with the password: when it may be sent, and what a refusal means for all workers."""

from __future__ import annotations

from collections.abc import Callable

from flows.sign_in import sign_in
from portal_bot.model.errors import Interrupted, PageError, PortalBotError, PortalError, SignInRefused
from portal_bot.portal.browser.handover import Handover
from portal_bot.portal.page.portal_page import PortalPage
from portal_bot.run.run_context import RunContext

LOOK = 0.5
"""Seconds between two looks at whether a sign-in is still needed, while it waits."""


class PasswordSignIn:
    """One worker's. The caller holds the run's ``signing_in`` lock around every call."""

    def __init__(self, around: RunContext, worker: int) -> None:
        self._around = around
        self._worker = worker

    def wait_for_code(self, needed: Callable[[], bool]) -> None:
        """Until a one-time code may be used, where the account has such: here, where no step's time runs out."""
        around, codes = self._around, self._around.access.codes
        told = False
        while codes and (seconds := codes.seconds_to_wait()) > 1:
            if not told:
                around.events.emit("note", worker=self._worker, text=f"Waiting {seconds:.0f} s for the next one-time code.")
                told = True
            around.brakes.stop.wait(min(seconds, LOOK))
            self.is_needed(needed)

    def is_needed(self, needed: Callable[[], bool]) -> None:
        if self._around.brakes.stop.is_set():
            raise Interrupted("The run was stopped before this worker signed in.")
        if not needed():
            raise Interrupted("The others have done everything before this worker signed in.")

    def with_what_was_done(self, said: str) -> str:
        """What a failed sign-in means for the people of this run."""
        stands = "Who is done stays done." if self._around.brakes.sessions.newest else "Nothing was changed."
        return f"{said}{'' if said.endswith(('.', '!', '?')) else '.'} {stands}"

    def sent_on(self, first: PortalPage) -> bool:
        """Signs in on a new page. Whether the document that the password was typed into is gone.

        What a refusal means for other workers is settled before the lock is given back.
        """
        around, access = self._around, self._around.access
        forgot_password = False
        try:
            if around.beside:
                around.beside.before(first)
            forgot_password = sign_in(
                first, access.user_name, access.password,
                one_time_code=access.codes.next if access.codes else None, allowed_origins=access.allowed_origins,
            )  # fmt: skip
        except Interrupted:
            raise  # whoever set the brakes has said why
        except BaseException as error:
            if isinstance(error, PortalBotError):
                error.message = self.with_what_was_done(error.message)
            if isinstance(error, SignInRefused):
                around.brakes.halt(error)  # first of all: keeping the refusal in mind may fail for want of disk space
                around.remember_refusal()
            if not (around.beside and isinstance(error, PortalBotError) and around.beside.stuck(first, error)):
                if isinstance(error, PageError):  # without a sign-in nothing can go on: no matter of one person's page
                    error = PortalError(f"Cannot sign in: {error.message}", hint=error.hint)
                around.brakes.halt(error)
                raise error from None
        return forgot_password

    def handed_over(self, first: PortalPage) -> Handover:
        """The session of the page that has just signed in; its secrets are kept out of everything that is written."""
        with first.step("Keep in mind what the session is known by"):
            over = Handover.of(first.page)
            for secret in over.secrets():
                self._around.keep_secret(secret)
        return over

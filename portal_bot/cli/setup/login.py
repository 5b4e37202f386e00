"""``portal-bot login``: a person signs in by hand, and runs go on from there."""

from __future__ import annotations

from typing import Annotated

import typer

from portal_bot.cli.flags import ConfigFlag
from portal_bot.model.errors import ConfigError, PortalError
from portal_bot.model.exit_codes import Exit


def login(
    config: ConfigFlag,
    forget: Annotated[bool, typer.Option("--forget", help="Delete the kept session; open nothing.")] = False,
    forget_refusal: Annotated[
        bool, typer.Option("--forget-refusal", help="Forget that the portal refused the password; open nothing.")
    ] = False,
) -> Exit:
    """Sign in by hand in a window, and keep that session for the runs.

    For portals where a person must sign in: with a code, a question, a passkey. Changes nothing in the portal.
    """
    from portal_bot.config.loader import account_of, load_config
    from portal_bot.run.account.saved_session import SavedSessions
    from portal_bot.run.account.state_dir import state_dir

    read = load_config(config.config)
    account, folder = account_of(read), state_dir()
    sessions = SavedSessions(folder)
    if forget:
        print("The kept session is deleted." if sessions.forget(account) else "No session is kept for this account.")
    if forget_refusal:
        from portal_bot.run.account.refused_passwords import RefusedPasswords

        there = RefusedPasswords(folder).forget(account)
        print("The refusal is forgotten: the next run sends the password again." if there else "No refusal is remembered for this account.")
    if forget or forget_refusal:
        return Exit.OK

    from dataclasses import asdict

    from portal_bot.run.account.account_lock import account_lock
    from portal_bot.tasks.setup.manual_sign_in import WITHIN, window_for_a_person

    if read.run.workers > 1:
        raise ConfigError(
            ["A session that a person has begun is for one worker, and the config says run: workers. Nothing was opened."],
            hint="Take `workers` out of the config, or let it be 1.",
        )
    with account_lock(folder, account, what="login"), window_for_a_person(read) as window:
        print(f"Sign in as {read.portal.user_name} in the window that has opened. It closes by itself. You have {WITHIN / 60:.0f} minutes.")
        session = window.session()
        try:
            encrypted = sessions.keep(account, asdict(session))
        except OSError as error:
            raise PortalError(
                f"You are signed in, but the session cannot be kept: {error.strerror}.", hint="Make room, then again."
            ) from None
    how = "encrypted; its key is in the keyring" if encrypted else "readable by you alone"
    print(f"Signed in. The session is kept on this machine, {how}.")
    print("Runs go on from it as long as the portal takes it, and do not sign it out. `portal-bot login --forget` deletes it.")
    return Exit.OK

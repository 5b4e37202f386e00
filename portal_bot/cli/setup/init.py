"""``portal-bot init``: a first config, and the password in the keyring."""

from __future__ import annotations

import getpass
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from portal_bot.cli.prompts import is_yes, question
from portal_bot.model.errors import ConfigError
from portal_bot.model.exit_codes import Exit


def init(
    url: Annotated[str | None, typer.Option("--url", metavar="URL", help="Address of the portal's sign-in page.")] = None,
    user_name: Annotated[str | None, typer.Option("--user-name", metavar="NAME", help="The account that signs in.")] = None,
    practice: Annotated[
        list[str] | None, typer.Option("--practice", metavar="NAME", help="A practice of the account. May be given several times.")
    ] = None,
    output: Annotated[Path, typer.Option("-o", "--output", metavar="FILE", help="The file to write.")] = Path("config.yaml"),
) -> Exit:
    """Write a first config, and put the password into the keyring.

    Asks for what is not given, on a terminal only. Opens nothing. A file that is there is not replaced unasked.
    """
    from portal_bot.config.template import NOBODY_YET, first_config

    asks = sys.stdin.isatty()
    _may_write(output, asks)
    address = _url(url, asks)
    name = user_name if user_name is not None else _answer("The user name that signs in: ", "--user-name", asks)
    practices = practice if practice is not None else _practices(asks)
    _write_sound(output, first_config(address, " ".join(name.split()), practices))
    print(f"{output} is written.")
    _password(output, asks)
    print(f"""
Next:
  1. Put your people into {output}, in place of {NOBODY_YET}, and check it: portal-bot validate -c {output}
  2. Look before anything is changed:                                  portal-bot plan -c {output}""")
    return Exit.OK


def _may_write(output: Path, asks: bool) -> None:
    if not output.exists():
        return
    if not asks:
        raise ConfigError([f"{output} is there already. Nothing was written."], hint="Name a new file with --output.")
    if not is_yes(_ask(question(f"{output} is there already. Replace it?"))):
        raise ConfigError([f"{output} stays as it is."], hint="Name a new file with --output.")


def _url(given: str | None, asks: bool) -> str:
    from portal_bot.model.urls import portal_address

    if given is not None:
        try:
            return portal_address(given)
        except ValueError as error:
            raise ConfigError([f"--url: {error}. Nothing was written."]) from None
    while True:
        try:
            return portal_address(_answer("Address of the portal's sign-in page: ", "--url", asks))
        except ValueError as error:
            print(f"{error}.", file=sys.stderr)


def _practices(asks: bool) -> list[str]:
    if not asks:
        return []
    print("Practices, as the drop-down at the top of the portal shows them. None where the account has only one.", file=sys.stderr)
    names: list[str] = []
    while name := _ask(f"Practice {len(names) + 1} (Enter: no more): "):
        names.append(name)
    return names


def _write_sound(output: Path, text: str) -> None:
    """Writes the config where it is sound; else says what is wrong and leaves nothing behind."""
    import tempfile

    from portal_bot.config.loader import load_config
    from portal_bot.model.files import replace_text

    with tempfile.TemporaryDirectory() as folder:
        trial = Path(folder, output.name)
        trial.write_text(text, encoding="utf-8")
        try:
            load_config(trial)
        except ConfigError as error:
            raise ConfigError(error.problems, hint="Nothing was written.") from None
    try:
        replace_text(output, text)
    except OSError as error:
        raise ConfigError([f"{output} cannot be written: {error.strerror}."]) from None


def _password(output: Path, asks: bool) -> None:
    """Takes the password into the keyring, or says how else to give it. It is never shown and never written elsewhere."""
    from portal_bot.config.loader import account_of, load_config
    from portal_bot.run.account import system_keyring

    account = account_of(load_config(output))
    if asks and system_keyring.works():
        password = _ask(
            "Password, for the keyring of this computer (not shown; Enter: I give it in another way): ", getpass.getpass, whole=True
        )
        if password and system_keyring.keep(account, password):
            print("The password is in the keyring.")
            return
        if password:
            print("The keyring did not take the password.")
    how = "" if system_keyring.is_installed() else ' (`pip install "portal-bot[keyring]"` gets a keyring)'
    print(f"""No password was put anywhere{how}. A run takes it from the first of these that there is:
  - the environment variable PORTAL_BOT_PASSWORD
  - the file that PORTAL_BOT_PASSWORD_FILE names
  - the keyring: keyring set portal-bot "{account}"
or from the one place that the config names with `password_from:`. Where a person must sign in by hand: portal-bot login -c {output}""")


def _answer(question: str, option: str, asks: bool) -> str:
    """An answer that must be given."""
    if not asks:
        raise ConfigError([f"Say {option}: standard input is not a terminal, so nothing is asked. Nothing was written."])
    while not (answer := _ask(question)):
        pass
    return answer


def _ask(question: str, read: Callable[[str], str] | None = None, *, whole: bool = False) -> str:
    try:
        answer = (read or input)(question)
    except EOFError:
        raise ConfigError(["The input ended before every question was answered."]) from None
    return answer if whole else answer.strip()

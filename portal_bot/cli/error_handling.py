"""The last line of defence: whatever a command raises becomes a sentence and an exit code."""

from __future__ import annotations

import sys
from collections.abc import Callable

from portal_bot.model.errors import PortalBotError
from portal_bot.model.exit_codes import Exit


def guarded(command: Callable[[], Exit], *, debug: bool) -> Exit:
    """Runs a command. Errors are told on standard error; ``debug`` adds the traceback."""
    try:
        return command()
    except BrokenPipeError:
        raise  # whoever read the output has gone; Typer ends quietly
    except PortalBotError as error:
        tell(error, traceback=_traceback(error) if debug else None)
        return close(error.exit)
    except KeyboardInterrupt:
        return close(Exit.INTERRUPTED)
    except Exception as error:  # the one place where a bug of any kind ends as a sentence
        tell(error, traceback=_traceback(error) if debug else None)
        return close(Exit.CRASH)


def tell(error: BaseException, *, traceback: str | None, portal: str = "") -> None:
    """An error as a sentence and a hint. Only an error of portal-bot's own is quoted: others may hold anything.

    ``traceback``: already redacted, and only where it was asked for. ``portal``: whose it is, where there are several.
    """
    whose = f"{portal}: " if portal else ""
    if traceback:
        print(traceback, file=sys.stderr)
    if isinstance(error, PortalBotError):
        print(whose + error.message, file=sys.stderr)
        if error.hint:
            print(whose + error.hint, file=sys.stderr)
        return
    print(f"{whose}portal-bot itself failed ({type(error).__name__}). This is a bug.", file=sys.stderr)
    if not traceback:
        print("Run again with --debug for what is needed to report it.", file=sys.stderr)


def close(code: Exit) -> Exit:
    """The last line, for a command that did not come to its own end."""
    print(f"exit {code.value}: {code.meaning}", file=sys.stderr)
    return code


def _traceback(error: BaseException) -> str:
    import traceback

    return "".join(traceback.format_exception(error))

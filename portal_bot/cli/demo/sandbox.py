"""``portal-bot sandbox``: a practice portal with invented people, to click through by hand or to try the bot on."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from portal_bot.model.errors import SandboxMissing
from portal_bot.model.exit_codes import Exit

if TYPE_CHECKING:
    from portal_bot.sandbox import Sandbox

LayoutFlag = Annotated[str, typer.Option("--layout", metavar="classic|modern", help="Which of its two layouts.")]


def sandbox(
    layout: LayoutFlag = "modern",
    latency: Annotated[int, typer.Option(metavar="MS", min=0, help="Milliseconds added to every answer.")] = 0,
    port: Annotated[int, typer.Option(min=0, max=65535, help="0 takes a free one.")] = 0,
    people: Annotated[int, typer.Option(min=1, help="People in each practice.")] = 60,
    practices: Annotated[int, typer.Option(min=1, help="Practices.")] = 3,
    fault: Annotated[list[str] | None, typer.Option(metavar="NAME", help="Misbehave on purpose. May be given several times.")] = None,
) -> Exit:
    """Serve a practice portal with invented people on this machine, till Ctrl-C."""
    portal = new_sandbox(layout=layout, latency_ms=latency, port=port, people=people, practices=practices, faults=tuple(fault or ()))
    # A service manager's stop is the same to us as Ctrl-C, which a shell lets its background jobs ignore unless they ask for it.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.default_int_handler)
    try:
        with _started(portal, port):
            print(f"Address:   {portal.url}")
            print(f"User name: {portal.user_name}")
            print(f"Password:  {portal.password}")
            print("Everybody in it is invented. Ctrl-C ends it.", flush=True)
            threading.Event().wait()
    except KeyboardInterrupt:
        print()
    return Exit.OK


@contextmanager
def _started(portal: Sandbox, port: int) -> Iterator[None]:
    try:
        portal.start()
    except OSError as error:
        raise SandboxMissing(
            f"The sandbox portal cannot open port {port}: {error.strerror}. Nothing was started.",
            hint="Leave --port away to take a free one.",
        ) from error
    try:
        yield
    finally:
        portal.stop()


def new_sandbox(**options: object) -> Sandbox:
    """A sandbox that is not started yet. Raises where its libraries are not installed or an option is wrong."""
    try:
        from portal_bot.sandbox import Sandbox, SandboxOptions
    except ModuleNotFoundError as error:
        raise SandboxMissing(
            f"The sandbox portal needs libraries that are not installed ({error.name}). Nothing was started.",
            hint='Install them with: pip install "portal-bot[sandbox]"',
        ) from error
    try:
        return Sandbox(SandboxOptions(**options))  # type: ignore[arg-type]
    except ValueError as error:
        raise SandboxMissing(f"{str(error)[:1].upper()}{str(error)[1:]}. Nothing was started.") from error

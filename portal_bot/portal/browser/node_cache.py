"""The driver's code, compiled once and kept for the next start: a quarter of the time that Node takes to start it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from platformdirs import user_cache_path

KEEPS = "NODE_COMPILE_CACHE"
"""Names the folder to Node (22.1 and later; others do not heed it). See Node's documentation of ``module.enableCompileCache``."""


@contextmanager
def compiled_code_kept() -> Iterator[None]:
    """While Playwright's driver is started: has Node keep its compiled code in the user's own cache folder.

    A folder that was named already stays. Code is run from there, so where it cannot be ours alone nothing is kept.
    """
    folder = None if KEEPS in os.environ else _own_folder()
    if folder is None:
        yield
        return
    os.environ[KEEPS] = str(folder)
    try:
        yield
    finally:
        os.environ.pop(KEEPS, None)


def _own_folder() -> Path | None:
    """The folder, made 0700 on first use, if it belongs to this user and nobody else may write there."""
    folder = user_cache_path("portal-bot", appauthor=False) / "node"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        held = folder.stat()
    except OSError:
        return None
    if hasattr(os, "getuid") and (held.st_uid != os.getuid() or held.st_mode & 0o022):
        return None
    return folder

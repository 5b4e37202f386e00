"""Private files, replaced as a whole: a reader sees the old content or the new one, never a part."""

from __future__ import annotations

import os
import secrets
import stat
from contextlib import suppress
from pathlib import Path


def private(path: str, flags: int) -> int:
    """An opener for ``open``: a new file is readable by its owner only (0600)."""
    return os.open(path, flags, 0o600)


def write_private(path: Path, text: str) -> None:
    """Writes a file that only its owner can read, and forces it to the disk."""
    with open(path, "w", encoding="utf-8", newline="\n", opener=private) as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def replace_text(path: Path, text: str) -> None:
    """Replaces a file as a whole, readable by its owner only. Missing folders are made. Raises OSError as files do.

    What is not a regular file (``/dev/stdout``, a pipe) is written to as it is.
    """
    path = path.expanduser().resolve()
    if path.exists() and not stat.S_ISREG(path.stat().st_mode):
        with path.open("w", encoding="utf-8", newline="\n") as file:
            file.write(text)
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    replace_private(path, text)


def replace_private(path: Path, text: str) -> None:
    """Replaces a file in a folder that is there, whole or not at all, readable by its owner only. Raises OSError as files do."""
    replace_bytes(path, text.encode("utf-8"))


def replace_bytes(path: Path, content: bytes, *, like: os.stat_result | None = None) -> None:
    """Replaces a file as a whole. ``like``: with this mode and, where that may be set, this owner; else 0600. Raises OSError."""
    scratch = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with os.fdopen(os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if like is not None:
            if hasattr(os, "chown") and (like.st_uid, like.st_gid) != (scratch.stat().st_uid, scratch.stat().st_gid):
                with suppress(OSError):
                    os.chown(scratch, like.st_uid, like.st_gid)
            scratch.chmod(stat.S_IMODE(like.st_mode))
        scratch.replace(path)
    except BaseException:
        with suppress(OSError):
            scratch.unlink(missing_ok=True)
        raise

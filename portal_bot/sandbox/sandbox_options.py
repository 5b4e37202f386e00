"""What a sandbox portal can be asked to be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Layout = Literal["classic", "modern"]


@dataclass(frozen=True)
class SandboxOptions:
    """Layout, size, speed and misbehaviour of one sandbox portal."""

    layout: Layout = "modern"
    host: str = "127.0.0.1"
    port: int = 0
    """0 takes a free one."""
    latency_ms: int = 0
    """Added to every answer but the cached assets."""
    people: int = 60
    """In each practice, at least those whom the packaged example names."""
    practices: int = 3
    faults: tuple[str, ...] = ()
    """Names out of `faults.FAULTS`, each as `name`, `name*2`, `name@practice` or `name#e-mail`."""
    seed: int = 7
    session_minutes: float = 20
    """Idle time after which a session ends."""
    user_name: str = "office.admin@example.com"
    password: str | None = None
    """`None` invents one."""
    totp_secret: str | None = None
    """Base32; where given, a one-time code is asked after the password."""

    def __post_init__(self) -> None:
        if self.layout not in ("classic", "modern"):
            raise ValueError(f"a sandbox has the layout classic or modern, not {self.layout!r}")
        if self.people < 1 or self.practices < 1:
            raise ValueError("a sandbox needs at least one practice and one person in it")

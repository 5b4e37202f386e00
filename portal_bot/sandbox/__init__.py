"""A Practice Portal of our own, with invented people, to demonstrate, to train and to test on.

It needs the extra `portal-bot[sandbox]`; what it is made of is imported when it is first used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .office.names import patient_names
from .sandbox_options import Layout, SandboxOptions

if TYPE_CHECKING:
    from .faults import FAULTS
    from .sandbox import Sandbox

__all__ = ["FAULTS", "Layout", "Sandbox", "SandboxOptions", "patient_names"]


def __getattr__(name: str) -> Any:
    if name == "Sandbox":
        from .sandbox import Sandbox

        return Sandbox
    if name == "FAULTS":
        from .faults import FAULTS

        return FAULTS
    raise AttributeError(name)

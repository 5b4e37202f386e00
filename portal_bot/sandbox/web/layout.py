"""What the two layouts have in common: which addresses they use for the steps that both know."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Blueprint


@dataclass(frozen=True)
class Layout:
    """One of the two looks of the portal.

    Both name their endpoints alike (`sign_in`, `dashboard`, `people`, `record`, `save`, ...), so that what goes for
    every layout (sessions, faults, counting) can be said once in terms of these names.
    """

    blueprint: Blueprint
    cookie: str
    asset_prefix: str
    sign_in: str
    steps: Mapping[str, str]
    """Addresses of what may be asked between password and dashboard: code, question, expired, terms."""
    home: str
    data_prefix: str | None = None
    """Below this address answers are JSON."""


OPEN_TO_ALL = frozenset({"sign_in", "sign_in_submit", "step", "step_submit", "asset", "sign_out"})
"""Endpoints that need no sign-in."""

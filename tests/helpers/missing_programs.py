"""Programs that a test needs and a machine may lack. There the test is skipped, but not in CI: .ci/run has installed them."""

from __future__ import annotations

import os
import shutil
from typing import NoReturn

import pytest

IN_CI = bool(os.environ.get("CI"))


def needs_program(name: str) -> pytest.MarkDecorator:
    """Skips a test where the program is missing. In CI the test runs all the same, and fails at the program."""
    return pytest.mark.skipif(not IN_CI and shutil.which(name) is None, reason=f"{name} is not installed")


def is_missing(what: str) -> NoReturn:
    """Ends a test that has found that something is missing: skipped, or failed in CI."""
    if IN_CI:
        pytest.fail(f"{what} is missing, and CI skips no test for that")
    pytest.skip(f"{what} is missing")

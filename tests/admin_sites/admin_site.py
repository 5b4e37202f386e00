"""What every admin site offers a test: start it, know its users, and ask its database afterwards what was done to them."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import tempfile
from contextlib import closing
from pathlib import Path
from types import TracebackType
from typing import Any, ClassVar, NamedTuple, Self

CHECKOUT = Path(__file__).parents[2]
FLAGS = ("is_active", "is_staff", "is_superuser")
SIGN_IN = ("/login/", "/sign-in")
SIGN_OUT = ("/logout/", "/sign-out")


class Change(NamedTuple):
    """One column of one user's row that differs from the start. ``None``: there is (or was) no such row."""

    email: str
    column: str
    before: Any
    after: Any


class AdminSite:
    """A site in a process of its own on a free loopback port, with fresh users. Use it with ``with``.

    What it tells of its users is read from the database file, not from the site.
    """

    urls: ClassVar[str]
    """Which module of ``served`` says what is served."""
    home: ClassVar[str] = "admin/"
    user_name = "office.admin"
    password = "Tulip-Harbor-42"

    url: str

    def __enter__(self) -> Self:
        self._temporary = tempfile.TemporaryDirectory(prefix="admin-site-")
        self._folder = Path(self._temporary.name)
        with (self._folder / "log.txt").open("wb") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.admin_sites.served", self.urls, str(self._folder)],
                cwd=CHECKOUT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, text=True,
            )  # fmt: skip
        assert self._process.stdin and self._process.stdout
        self._process.stdin.write(self.password + "\n")
        self._process.stdin.flush()
        port = self._process.stdout.readline().strip()
        if not port:
            told = (self._folder / "log.txt").read_text(encoding="utf-8")
            self.__exit__(None, None, None)
            raise RuntimeError(f"the site did not start:\n{told}")
        self.url = f"http://127.0.0.1:{port}/{self.home}"
        self._start = self._rows()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._process.communicate(timeout=20)
        self._temporary.cleanup()

    def users(self) -> list[dict[str, Any]]:
        """Everybody but the administrator, by user name: ``user_name``, ``name``, ``email``, ``flags`` (column -> on or off)."""
        return [
            {
                "user_name": row["username"],
                "name": f"{row['first_name']} {row['last_name']}",
                "email": row["email"],
                "flags": {flag: bool(row[flag]) for flag in FLAGS},
            }
            for row in self._rows().values()
            if row["username"] != self.user_name
        ]

    def changes_since_start(self) -> list[Change]:
        """Every column of every user that differs, groups and permissions too, by e-mail and column.

        Only the time of the administrator's own last sign-in is left out.
        """
        now = self._rows()
        changes = []
        for key in self._start.keys() | now.keys():
            before, after = self._start.get(key, {}), now.get(key, {})
            email = (before or after)["email"]
            changes += [
                Change(email, column, before.get(column), after.get(column))
                for column in before.keys() | after.keys()
                if before.get(column) != after.get(column) and (column, (before or after)["username"]) != ("last_login", self.user_name)
            ]
        return sorted(changes, key=lambda change: change[:2])

    def writes(self) -> list[str]:
        """Every writing request so far as "METHOD path", in order, less signing in and out."""
        return [line for line in self._book() if not line.endswith((*SIGN_IN, *SIGN_OUT))]

    def sign_ins(self) -> int:
        """How often a password was sent so far, right or wrong."""
        return sum(line.endswith(SIGN_IN) for line in self._book())

    def _book(self) -> list[str]:
        book = self._folder / "writes.txt"
        return book.read_text(encoding="utf-8").splitlines() if book.exists() else []

    def _rows(self) -> dict[int, dict[str, Any]]:
        with closing(sqlite3.connect(f"file:{self._folder / 'users.sqlite3'}?mode=ro", uri=True)) as database:
            database.row_factory = sqlite3.Row
            rows = {
                row["id"]: {**dict(row), "groups": [], "permissions": []}
                for row in database.execute("select * from auth_user order by username")
            }
            for user, group in database.execute("select user_id, group_id from auth_user_groups order by 1, 2"):
                rows[user]["groups"].append(group)
            for user, permission in database.execute("select user_id, permission_id from auth_user_user_permissions order by 1, 2"):
                rows[user]["permissions"].append(permission)
        return rows

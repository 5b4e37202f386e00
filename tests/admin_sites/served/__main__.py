"""``python -m tests.admin_sites.served URLS FOLDER``: makes the database, serves the admin, prints its port. The password comes on
standard input; when that ends, so does the site. Each writing request is noted in FOLDER/writes.txt.
"""

from __future__ import annotations

import os
import secrets
import sys
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread
from typing import Any

from .invented_users import invented_users

ADMINISTRATOR = "office.admin"
Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


def set_up(urls: str, database: Path) -> None:
    import django
    from django.conf import settings

    os.environ.update(ADMIN_USER_MODEL="User", ADMIN_USER_MODEL_USERNAME_FIELD="username", ADMIN_SECRET_KEY=secrets.token_urlsafe(40))
    contrib = ("admin", "auth", "contenttypes", "sessions", "messages", "staticfiles")
    settings.configure(
        SECRET_KEY=secrets.token_urlsafe(40),
        ALLOWED_HOSTS=["127.0.0.1"],
        INSTALLED_APPS=[f"django.contrib.{name}" for name in contrib] + ["fastadmin"],
        MIDDLEWARE=[
            "django.middleware.security.SecurityMiddleware",
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.middleware.common.CommonMiddleware",
            "django.middleware.csrf.CsrfViewMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
            "django.contrib.messages.middleware.MessageMiddleware",
        ],
        ROOT_URLCONF=f"tests.admin_sites.served.{urls}",
        TEMPLATES=[
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "APP_DIRS": True,
                "OPTIONS": {
                    "context_processors": [
                        "django.template.context_processors.request",
                        "django.contrib.auth.context_processors.auth",
                        "django.contrib.messages.context_processors.messages",
                    ]
                },
            }
        ],
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": database}},
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        STATIC_URL="static/",
        TIME_ZONE="UTC",
        USE_TZ=True,
    )
    django.setup()


def make_users(password: str) -> None:
    from django.contrib.auth.models import User
    from django.core.management import call_command
    from django.db import transaction

    call_command("migrate", verbosity=0)
    joined = datetime(2026, 3, 2, 8, 30, tzinfo=UTC)  # a whole second: Django's form shows and stores no fraction
    with transaction.atomic():
        User.objects.bulk_create(
            User(
                username=user.user_name, first_name=user.first, last_name=user.last, email=user.email,
                is_active=user.is_active, is_staff=user.is_staff, password="!", date_joined=joined,
            )
            for user in invented_users()
        )  # fmt: skip
        User.objects.create_superuser(
            ADMINISTRATOR, f"{ADMINISTRATOR}@example.com", password, first_name="Office", last_name="Admin", date_joined=joined
        )


def noting_writes(app: Wsgi, book: Path) -> Wsgi:
    def noting(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD", "OPTIONS"):
            with book.open("a", encoding="utf-8") as lines:
                lines.write(f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']}\n")
        return app(environ, start_response)

    return noting


def main(urls: str, folder: Path) -> None:
    from waitress.server import create_server

    set_up(urls, folder / "users.sqlite3")
    make_users(sys.stdin.readline().rstrip("\n"))
    from django.contrib.staticfiles.handlers import StaticFilesHandler
    from django.core.wsgi import get_wsgi_application

    app = noting_writes(StaticFilesHandler(get_wsgi_application()), folder / "writes.txt")
    server = create_server(app, host="127.0.0.1", port=0, threads=8, ident="")
    print(server.effective_port, flush=True)
    Thread(target=server.run, daemon=True).start()
    sys.stdin.read()


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))

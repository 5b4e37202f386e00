"""A sandbox whose words differ from the documented ones, as another vendor's portal would."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from flask import Flask, Response

import portal_bot.sandbox.sandbox as sandbox_module
from portal_bot.sandbox import Sandbox

IDS = (r'\sid="[^"]*"', r'\bid: "[^"]*"(, )?', r"\bfor: id, ", r"\bid, (?=value)")
"""Every id that the modern layout's pages and scripts set."""


def altered_sandbox(
    start: Callable[..., Sandbox], monkeypatch: pytest.MonkeyPatch, words: Mapping[str, str], *, without_ids: bool = False, **options: Any
) -> Sandbox:
    """A sandbox that says ``words`` otherwise, wherever they stand whole in its pages, scripts and answers."""

    def alter(answer: Response) -> Response:
        if answer.mimetype in ("text/html", "application/json", "text/javascript"):
            body = answer.get_data(as_text=True)
            for word, other in words.items():
                body = re.sub(rf"(?<![\w.]){re.escape(word)}(?![\w(])", other, body)
            for pattern in IDS if without_ids else ():
                body = re.sub(pattern, "", body)
            answer.set_data(body)
        return answer

    create = sandbox_module.create_app

    def create_altered(*given: Any) -> Flask:
        app = create(*given)
        app.after_request(alter)
        return app

    monkeypatch.setattr(sandbox_module, "create_app", create_altered)
    return start(**options)

"""Candidates of the map made into Playwright's locators."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from playwright.sync_api import Frame, Locator

from portal_bot.portal.map.portal_map import Candidate, is_regex, whole_name


def filled(text: str, params: Mapping[str, str], *, way: str) -> str:
    """Placeholders such as ``{permission}`` put into a candidate, escaped for where they go. Other braces stay."""

    def put(match: re.Match[str]) -> str:
        value = params.get(match[1])
        if value is None:
            return match[0]
        if match[2]:
            value = whole_name(value).pattern
        if way == "css":
            return json.dumps(value, ensure_ascii=False)[1:-1]
        if way == "xpath":
            return _xpath_literal(value)
        return re.escape(value) if is_regex(text) else value

    return re.sub(r"\{([a-z_]+)(~?)\}", put, text)


def _xpath_literal(value: str) -> str:
    if "'" not in value:
        return f"'{value}'"
    return "concat(" + ', "\'", '.join(f"'{part}'" for part in value.split("'")) + ")"


def locate(root: Frame | Locator, candidate: Candidate, params: Mapping[str, str]) -> Locator:
    """The locator of one candidate below a frame or an element; it may match none, one or several."""

    def name(way: str) -> re.Pattern[str]:
        return whole_name(filled(getattr(candidate, way), params, way=way))

    if candidate.role is not None:
        union: Locator | None = None
        for role in candidate.role.split("|"):
            named: Any = {} if candidate.name is None else {"name": name("name")}
            locator = root.get_by_role(role.strip(), **named)  # type: ignore[arg-type]
            union = locator if union is None else union.or_(locator)
        assert union is not None
        return union
    if candidate.label is not None:
        return root.get_by_label(name("label"))
    if candidate.placeholder is not None:
        return root.get_by_placeholder(name("placeholder"))
    if candidate.text is not None:
        return root.get_by_text(name("text"))
    if candidate.title is not None:
        return root.get_by_title(name("title"))
    if candidate.test_id is not None:
        return root.get_by_test_id(name("test_id"))
    if candidate.css is not None:
        return root.locator("css=" + filled(candidate.css, params, way="css"))
    assert candidate.xpath is not None
    return root.locator("xpath=" + filled(candidate.xpath, params, way="xpath"))

"""Rules of the config that span several values. They look at the file as read, so that they find what they can even
where other values are wrong."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from portal_bot.config.validation_messages import no_text
from portal_bot.config.yaml_document import Document, Location
from portal_bot.model.entities import ListName
from portal_bot.model.name_matching import folded, name_key

_SECRET = re.compile(r"pass|.*(password|passwd|passwrd|passwort|passphrase|passcode|kennwort|pwd|secret).*", re.IGNORECASE)
_SOURCE = re.compile(r".*_from", re.IGNORECASE)
"""``password_from`` says where a password is; it is no key for the password itself."""
_BROWSERS = ("connect", "cdp", "channel", "executable_path")
_WHERE = (
    "a password has no place in the config. Set PORTAL_BOT_PASSWORD or PORTAL_BOT_PASSWORD_FILE, keep it in the "
    "system keyring, or say with portal: password_from where it is kept"
)


def check(document: Document) -> None:
    """Reports what is wrong, and takes keys for passwords out, so that they are not told as unknown keys too."""
    for location in list(_secrets(document.value, ())):
        document.report(location, f"'{location[-1]}': {_WHERE}.")
        document.drop(location)
    if isinstance(document.value, dict):
        _check_browser(document, document.value.get("browser"))
    practices = document.value.get("practices") if isinstance(document.value, dict) else None
    if isinstance(practices, list):
        _check_practices(document, practices)


def _check_browser(document: Document, browser: Any) -> None:
    """A browser elsewhere is one way, a browser of this machine another."""
    asked = [key for key in _BROWSERS if isinstance(browser, dict) and browser.get(key) is not None]
    if len(asked) > 1 and {"connect", "cdp"} & set(asked):
        document.report(("browser", asked[0]), f"'{asked[0]}' and '{asked[1]}' name two browsers; keep one of them.")


def _secrets(value: Any, at: Location) -> Iterator[Location]:
    if isinstance(value, dict):
        for key, inner in value.items():
            if _SECRET.fullmatch(key) and not _SOURCE.fullmatch(key):
                yield (*at, key)
            else:
                yield from _secrets(inner, (*at, key))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _secrets(inner, (*at, number))


def _check_practices(document: Document, practices: list[Any]) -> None:
    if not practices:
        document.report(("practices",), "'practices' must have an entry.")
    seen: dict[str, Location] = {}
    for number, practice in enumerate(practices):
        at: Location = ("practices", number)
        if not isinstance(practice, dict):
            continue
        _names_are_text(document, practice, at)
        if "name" not in practice and len(practices) > 1:
            document.report(at, "the practice needs a 'name', as there are several.")
        name = practice.get("name")
        if isinstance(name, str) and name.strip():
            first = seen.setdefault(folded(name), at)
            if first != at:
                document.report((*at, "name"), f"the practice {' '.join(name.split())} is listed twice; {_first(document, first, at)}.")
        if not any(practice.get(which) for which in ListName) and not {"staff", "providers"} & _misspelt(practice):
            said = f"the practice {name}" if isinstance(name, str) else "the practice"
            document.report(at, f"{said} has nobody in it: list people under 'providers' or 'staff'.")
        for which in ListName:
            _check_list(document, practice.get(which), (*at, which.value))


def _misspelt(practice: dict[str, Any]) -> set[str]:
    """Lists that are there under a key which is unknown: that is told, and the list is not missing."""
    from portal_bot.config.did_you_mean import nearest

    unknown = [key for key in practice if key not in ("name", "permissions", *ListName)]
    return {close for key in unknown for close in nearest(key, [each.value for each in ListName])}


def _check_list(document: Document, people: Any, at: Location) -> None:
    """One person twice: the same name by the rule of ``name_matching``, however it is spelled, e-mail and location."""
    seen: dict[tuple[Any, ...], tuple[Location, str]] = {}
    for number, person in enumerate(people if isinstance(people, list) else ()):
        entry = person if isinstance(person, dict) else {"name": person}
        if isinstance(person, dict):
            _names_are_text(document, person, (*at, number))
        if not isinstance(entry.get("name"), str):
            continue
        name, here = " ".join(entry["name"].split()), (*at, number)
        identity = (name_key(name), folded(entry.get("email")), folded(entry.get("location")))
        first, spelled = seen.setdefault(identity, (here, name))
        if first != here:
            other = "" if folded(spelled) == folded(name) else f", as {spelled}"
            document.report(here, f"{name} is in this list twice; {_first(document, first, here)}{other}.")


def _names_are_text(document: Document, entry: dict[str, Any], at: Location) -> None:
    """``null`` is a value that an optional key may have by its type, but never a name."""
    for key in ("name", "email", "location"):
        if key in entry and entry[key] is None:
            document.report((*at, key), no_text(f"'{key}'", None, document.written.get((*at, key))))


def _first(document: Document, first: Location, again: Location) -> str:
    line = document.place(first).line
    return "the first time in this line" if line == document.place(again).line else f"the first time in line {line}"

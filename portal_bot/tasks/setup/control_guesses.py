"""What a control that was not found is likely called here. Pure: judges what stands on a page, by role and name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

_PRESSED = ("button", "link", "menuitem", "treeitem", "tab", "option")

OTHER_WORDS: Mapping[str, tuple[str, ...]] = {
    "navigation.user_administration": (
        "user administration", "users", "user management", "manage users", "user admin", "user accounts", "accounts", "people", "team",
        "administration", "admin", "users and permissions", "security", "access management",
    ),
    "navigation.providers": (
        "providers", "clinicians", "doctors", "physicians", "practitioners", "clinical staff", "care team", "medical staff", "caregivers",
    ),
    "navigation.staff": (
        "staff members", "staff", "employees", "personnel", "users", "members", "team members", "office staff", "people", "workforce",
        "non-clinical staff", "colleagues",
    ),
    "record.permissions": (
        "permissions", "rights", "access rights", "privileges", "access", "authorizations", "entitlements", "security", "user rights",
        "user permissions", "permissions and roles", "access control",
    ),
    "record.expand_all": ("expand all", "open all", "unfold all", "expand everything", "show all", "expand"),
    "save.button": (
        "save", "store", "save changes", "update", "apply", "submit", "apply changes", "confirm", "keep", "keep changes", "save and close",
        "done", "ok", "write", "save record",
    ),
    "sign_in.button": ("log in", "login", "sign in", "log on", "enter", "go", "continue", "submit", "access", "start"),
    "sign_in.next": ("next", "continue"),
    "list.locations": ("locations", "location", "offices", "office", "sites", "site", "branches", "branch", "facilities", "facility"),
    "list.search": ("search", "find", "filter", "look up"),
    "list.next": ("next", "next page", "forward", "older", "following"),
    "sign_out.button": ("log out", "sign out", "log off", "sign off", "leave", "exit", "end session"),
}  # fmt: skip
"""Words that portals use for the same thing, the vendor's own first."""

ROLES: Mapping[str, tuple[str, ...]] = {
    "navigation.user_administration": _PRESSED,
    "navigation.providers": _PRESSED,
    "navigation.staff": _PRESSED,
    "record.permissions": ("heading", "group", "region", "tab", "tabpanel", "tree", "button"),
    "record.tab": ("tab",),
    "record.expand_all": ("button", "link"),
    "save.button": ("button",),
    "sign_in.button": ("button", "link"),
    "sign_in.user_name": ("textbox",),
    "sign_in.password": ("textbox",),
    "list.locations": ("combobox", "button", "listbox"),
    "list.search": ("searchbox", "textbox"),
    "list.next": ("button", "link"),
    "practice.chooser": ("combobox", "button", "listbox"),
    "sign_out.button": ("button", "link", "menuitem"),
    "record.permission": ("checkbox", "switch", "menuitemcheckbox", "treeitem"),
}
"""What each control can be, in the words of accessibility."""

_NEVER_SAVE = re.compile(
    r"\b(cancel|close|back|delete|remove|reset|expand|collapse|select|deselect|all|sign|log|search|print|export|help|menu|next|previous|show|hide|add|new)\b",
    re.I,
)


@dataclass(frozen=True)
class Thing:
    """Something on a page as accessibility tells it: role, name, and the roles of what it stands in."""

    role: str
    name: str
    inside: tuple[str, ...] = ()


@dataclass(frozen=True)
class Guess:
    """``sure``: good enough to walk on with and to propose. ``nearest``: captions of the page, the likeliest first."""

    thing: Thing | None
    sure: bool
    nearest: tuple[str, ...]


def things_in(snapshot: str) -> list[Thing]:
    """What an accessibility snapshot of Playwright names."""
    found: list[Thing] = []
    above: list[tuple[int, str]] = []
    for line in snapshot.splitlines():
        match = re.match(r"""^(\s*)- '?([a-z]+)(?: "((?:[^"\\]|\\.)*)")?""", line)
        if not match:
            continue
        depth = len(match[1])
        above = [(at, role) for at, role in above if at < depth]
        if match[3]:
            name = match[3].replace('\\"', '"').replace("''", "'") if line.lstrip().startswith("- '") else match[3].replace('\\"', '"')
            found.append(Thing(match[2], name, tuple(role for _, role in above)))
        above.append((depth, match[2]))
    return found


def guess(control: str, wanted: Sequence[str], things: Iterable[Thing], captions: Sequence[str], taken: Iterable[str] = ()) -> Guess:
    """The likeliest name of a control here.

    ``wanted``: names that the map has for it; ``taken``: names that are other controls', so that none is proposed twice.
    """
    words = (*wanted, *OTHER_WORDS.get(control, ()))
    gone = {_plain(name) for name in taken}
    roles = ROLES.get(control, _PRESSED)
    fitting = [each for each in things if each.role in roles and _plain(each.name) not in gone]
    if control.startswith("navigation."):
        inside = [each for each in fitting if set(each.inside) & {"navigation", "menu", "menubar", "tree", "complementary"}]
        fitting = inside or fitting
    if control == "save.button":
        fitting = [each for each in fitting if not _NEVER_SAVE.search(each.name)]
    ranked = sorted(fitting, key=lambda each: -_likeness(words, each.name))
    known = [_plain(word) for word in words]
    best = ranked[0] if ranked else None
    names = {_plain(each.name) for each in fitting}
    sure = best is not None and (
        _plain(best.name) in known
        or _likeness(wanted, best.name) >= 88
        or (control in ("save.button", "sign_in.button") and len(names) == 1)
    )
    if sure:
        in_order = sorted((each for each in fitting if _plain(each.name) in known), key=lambda each: known.index(_plain(each.name)))
        best = in_order[0] if in_order else best
    near = [each.name for each in ([best] if best else []) + ranked[:3]]
    near += sorted((c for c in captions if _plain(c) not in gone), key=lambda c: -_likeness(words, c))
    return Guess(best, sure, tuple(dict.fromkeys(" ".join(n.split()) for n in near))[:5])


def _plain(name: str) -> str:
    return re.sub(r"[\W_]+", " ", name).strip().casefold()


def _likeness(words: Sequence[str], name: str) -> float:
    from rapidfuzz import fuzz, utils

    return max((fuzz.token_sort_ratio(word, name, processor=utils.default_process) for word in words), default=0.0)

"""The words that practice portals use. All that sight knows; a portal that says other words brings its own.

A caption is plain text, which must be the whole of what a control says (case, white space and signs at its ends aside), or
``/a regular expression/``, which may be found anywhere in it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from portal_bot.portal.look import Node

Said = tuple[str, ...]
"""Captions for one and the same thing."""


_WAYS_OUT: Mapping[str, Said] = {
    "terms": (r"/^\W*(i )?(accept|agree)( (to |the )?(terms|and continue|all)\b.*)?\W*$/",),
    "survey": (r"/^\W*(no,? thanks?( you)?|not now|maybe later|remind me later|skip( survey)?( for now)?|ask me later)\W*$/",),
    "session": (
        r"/^\W*(stay|keep me|remain|continue)( being)? (signed|logged) in\W*$|^\W*(extend|continue|keep|renew)( my| the)? session\W*$"
        r"|^\W*i.?m still here\W*$/",
    ),
    "notice": (r"/^\W*(got it|ok|okay|dismiss|close|continue|understood)\W*$/",),
    "cookies": (
        r"/^\W*(deny|decline|reject|refuse)( all)?( cookies)?\W*$/",
        r"/^\W*(only )?(necessary|essential)( cookies)?( only)?\W*$/",
        r"/^\W*(allow|accept)( all)?( cookies)?\W*$/",
    ),
}


@dataclass(frozen=True)
class Captions:
    """What is looked for. The first entries are those of the help article."""

    user_name: Said = (r"/^\W*(user([ -]?(name|id))?|log ?[io]n|e-?mail|account)\b[\w \/-]*\W*$/",)
    password: Said = (r"/^\W*pass ?(word|phrase|code)\W*$/",)
    sign_in: Said = (r"/^\W*(log|sign) ?[io]n\W*$/", r"/^\W*(enter|continue|submit|next|go)\W*$/")
    sign_out: Said = (r"/^\W*(log|sign) ?(out|off)\W*$/",)
    practice: Said = (r"/\bpractice\b/",)
    user_administration: Said = ("User Administration",)
    lists: Mapping[str, Said] = field(default_factory=lambda: {"providers": ("Providers",), "staff": ("Staff Members",)})
    elsewhere: Said = ("Dashboard", "Messages", "Patient Administration", "Portal Management", "Roles", "Home")
    """Entries of the menu that are never a person of a list."""
    menu: Said = (r"/^\W*((open|toggle|show|expand) )?(the )?(main )?(menu|navigation|sidebar)\W*$|^\s*[☰≡]\s*$/",)
    """What opens a menu that is folded away."""
    locations: Said = (r"/^\W*(filter by |select |choose |all )?(locations?|offices?|sites?)\W*$/",)
    search: Said = (r"/\b(search|find|filter)\b/",)
    next_page: Said = (r"/^\W*(go to (the )?)?next( page)?\W*$/", r"/^\s*[›>→]\s*$/", r"/^\s*»\s*$/")
    more: Said = (r"/^\W*(load|show|view|see) (\d+ )?more\b/",)
    loading: Said = (r"/^\W*(loading|please wait)\b/",)
    empty: Said = (
        r"/^\W*(there are )?no ((matching|more|active) )?(records?|rows?|people|users?|members?|staff( members?)?|providers?|results?|data"
        r"|items?|entries)\b|nothing (found|to (show|display))|^\W*0 (of 0|results|records|items)/",
    )
    name: Said = (
        r"/^((full|display|user|staff|member|staff member|provider|employee|person|contact)[ -]?)?name$/",
        r"/^(providers?|staff members?|staff|members?|employees?|persons?|people|users?|practitioners?|clinicians?)$/",
    )
    first_name: Said = (r"/^\W*(first|given|fore)[ -]?names?\W*$|^first$/",)
    last_name: Said = (r"/^\W*(last|family|sur)[ -]?names?\W*$|^last$/",)
    suffix: Said = (r"/^(cred(entials?)?\.?|suffix|degrees?|title|designation)$/",)
    email: Said = (r"/\be-?mail\b/",)
    status: Said = (r"/^(active|inactive|enabled|disabled|invited|pending|locked|new|online|offline|on leave)$/",)
    """What may stand in the cell of a name and is no part of it."""
    location: Said = (r"/^\W*((default|primary|main|work) )?(locations?|offices?|sites?|clinics?|branch)\W*$/",)
    open_record: Said = (r"/^\W*(select|edit|view|open|manage|modify|change|details?)\b/",)
    not_a_name: Said = (
        r"/^\W*(select|edit|view|open|manage|details?|modify|change|delete|remove|more|actions?|previous|prev|next|add)\b|^\W*$/",
    )
    permissions: Said = ("Permissions",)
    expand_all: Said = (r"/^\W*(expand|open|show) all\W*$/",)
    expand: Said = (r"/^\W*(expand|open)\b(?!\W*all\b)/",)
    collapse: Said = (r"/^\W*(collapse|close|hide)\b/",)
    select_all: Said = (
        r"/^\W*(select|check|tick|choose|mark|toggle|grant|allow|enable) (all|every|none)\b|^\W*(un|de)(select|check)|^\W*all\W*$/",
    )
    yes: Said = (r"/^\W*(yes|on|allow(ed)?|grant(ed)?|enabled?|active)\W*$/",)
    no: Said = (r"/^\W*(no|off|den(y|ied)|not granted|none|disabled?|inactive)\W*$/",)
    save: Said = ("Save", r"/^\W*save( changes| record| user| and close| & close)\W*$/")
    commands: Said = (r"/^\W*(apply|go|submit|search|filter|reset|clear|refresh|export|print|add|new)\b/",)
    """What a button says that chooses nothing."""
    leave: Said = (r"/^\W*(cancel|back|close|discard|reset|delete|remove)\b/",)
    saved: Said = (r"/\b(saved|updated|stored|changed|success(ful(ly)?)?|succesfully)\b/",)
    save_question: Said = (
        r"/\b(do you (really )?want to|are you sure( that)? you want to|would you like to)\s+(save|apply|update|confirm)\b[^.!]{0,60}\?/",
    )
    """A question on Save that only asks whether to save."""
    confirm: Said = (r"/^\W*(yes|ok|okay|save|confirm|continue|apply)\b/",)
    refused: Said = (r"/\b(errors?|failed|could not|cannot|can ?not|unable|not saved|required|invalid|denied)\b/",)
    cookies: Said = (r"/\bcookies?\b/",)
    ways_out: Mapping[str, Said] = field(default_factory=lambda: dict(_WAYS_OUT))
    """What to press on a screen over the page, by the kind of screen. ``notice`` needs a dialog around it, ``cookies`` that word."""


ENGLISH = Captions()


MAIL = re.compile(r"[A-Za-z0-9._%+'-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.(?:[a-z]{2,}|[A-Z]{2,})")
"""An e-mail address. A line break is not in the tree, so that what follows may stick to it: its end is of one case."""


@lru_cache(maxsize=2000)
def _pattern(captions: Said) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{_written(caption)})" for caption in captions) or "(?!)", re.IGNORECASE)


def _written(caption: str) -> str:
    if len(caption) > 1 and caption[0] == caption[-1] == "/":
        return caption[1:-1]
    words = r"\s+".join(map(re.escape, caption.split()))
    return rf"^[\W_]*{words}[\W_]*$"


def says(said: str, captions: Said) -> bool:
    """Whether a text is one of some captions. ``"Bulk Messaging"`` is not ``"Messaging"``."""
    return bool(said) and _pattern(captions).search(said) is not None


def rank_of(said: str, captions: Said) -> int | None:
    """Which of some captions a text is: 0 for the first and best."""
    return next((rank for rank, caption in enumerate(captions) if says(said, (caption,))), None)


def sayings(node: Node) -> tuple[str, ...]:
    """The ways to read what a control says: its name, its text, its words without signs (pictures, and what is hidden from readers)."""
    plain = " ".join(part.text or part.name for part in node.walk() if not part.children and part.role != "img" and not part.hidden)
    return tuple(dict.fromkeys(said.strip() for said in (node.name, node.text, plain, node.words) if said.strip()))


def node_says(node: Node, captions: Said) -> bool:
    return any(says(said, captions) for said in sayings(node))

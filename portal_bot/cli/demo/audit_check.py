"""Whether what the bot says it did is what the sandbox portal's own audit holds. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from portal_bot.model.entities import Outcome, Result
from portal_bot.model.name_matching import fits


def difference(audited: Sequence[Mapping[str, Any]], results: Sequence[Result]) -> list[str]:
    """What does not agree, in sentences: a change that nobody claims, a claim without its change. Empty if nothing."""
    claims = _claims(results)
    unclaimed = []
    for change in audited:
        match = next((claim for claim in claims if _same(change, claim)), None)
        if match is None:
            unclaimed.append(change)
        else:
            claims.remove(match)
    return [
        *(
            f"The sandbox's audit holds a change that the run does not claim: {each['field']} of {each['person']} "
            f"({each['practice']}), from {each['before']} to {each['after']}."
            for each in unclaimed
        ),
        *(
            f"The run claims a change that the sandbox's audit does not hold: {each.assignment.permission} of "
            f"{each.assignment.person.name} ({each.assignment.practice})."
            for each in claims
        ),
    ]


def sentence(results: Sequence[Result]) -> str:
    """What to say where everything agrees."""
    number = len(_claims(results))
    if number == 1:
        return "The sandbox's own audit shows 1 change, for exactly this person, and no other."
    return f"The sandbox's own audit shows {number} changes, for exactly these {number} people, and no other."


def _claims(results: Sequence[Result]) -> list[Result]:
    return [each for each in results if each.outcome in (Outcome.GRANTED, Outcome.REMOVED)]


def _same(change: Mapping[str, Any], claim: Result) -> bool:
    wanted = claim.assignment
    email = wanted.person.email or claim.email
    return (
        (wanted.practice is None or change["practice"] == wanted.practice)
        and change["list"] == str(wanted.list)
        and change["field"] == wanted.permission
        and change["after"] == wanted.wanted
        and fits(change["person"], wanted.person.name)
        and (email is None or change["email"].casefold() == email.casefold())
    )

"""What the demo says of the sandbox's audit (portal_bot/cli/demo/audit_check.py)."""

from __future__ import annotations

from typing import Any

from portal_bot.cli.demo.audit_check import difference, sentence
from portal_bot.model.entities import Assignment, ListName, Outcome, Person, Result

PRACTICE = "Meadowlark Pediatrics"


def change(person: str = "Wen Irwin", email: str = "wen.irwin@example.com", **other: Any) -> dict[str, Any]:
    entry = {"practice": PRACTICE, "list": "providers", "person": person, "email": email, "field": "Messaging"}
    return {**entry, "before": False, "after": True, **other}


def claim(name: str = "Wen Irwin, MD", email: str | None = None, outcome: Outcome = Outcome.GRANTED) -> Result:
    wanted = Assignment(0, PRACTICE, ListName.PROVIDERS, Person(name, email), "Messaging", True)
    return Result(wanted, outcome, before=False, after=True)


def test_the_same_people_and_no_other_agree() -> None:
    """Credentials and order do not matter; whoever was unchanged is no claim."""
    audited = [change(), change("Priya Natarajan", "priya@example.com")]
    claims = [claim("Priya Natarajan, NP", "Priya@example.com"), claim(), claim("Joan", outcome=Outcome.UNCHANGED)]
    assert difference(audited, claims) == []
    assert "2 changes, for exactly these 2 people" in sentence(claims)


def test_a_change_that_nobody_claims_is_told() -> None:
    """Another field, another person, another practice: each is named."""
    audited = [change(), change(field="Bulk Messaging"), change(practice="Pinecrest Children's Clinic")]
    told = difference(audited, [claim()])
    assert len(told) == 2
    assert "does not claim: Bulk Messaging of Wen Irwin" in told[0]
    assert "Pinecrest" in told[1]


def test_a_claim_without_its_change_is_told() -> None:
    """Said to be granted, and the portal knows nothing of it: the twin's change does not count for it."""
    audited = [change("Ana Reyes", "ana.reyes2@example.com")]
    told = difference(audited, [claim("Ana Reyes", "ana.reyes@example.com")])
    assert len(told) == 2
    assert "does not hold: Messaging of Ana Reyes" in told[1]


def test_one_change_counts_for_one_claim_only() -> None:
    """Two claims of the same change are one too many."""
    assert len(difference([change()], [claim(), claim()])) == 1

"""What a run finds out about a portal, so that it is found out once."""

from __future__ import annotations

from dataclasses import dataclass, field

from portal_bot.model.entities import ListName, RosterEntry


@dataclass
class Discoveries:
    """What has been found out about this portal, so that it is found out once."""

    believed: dict[str, int] = field(default_factory=dict)
    """Which of a control's candidates proved to be the one."""

    list_address: dict[ListName, str] = field(default_factory=dict)
    by_address: dict[ListName, bool] = field(default_factory=dict)
    """Whether the records of a list open by their address."""
    rows: dict[ListName, str] = field(default_factory=dict)
    """CSS of the rows of a list, where the map leaves it open."""
    all_at_once: set[ListName] = field(default_factory=set)
    """Lists that neither a button nor scrolling made longer."""
    last_record: tuple[RosterEntry, str] | None = None
    """The record that was opened last from its row, and where it stood then, if that was a place of its own."""
    opens_again: bool | None = None
    """Whether such an address opens the record once more; ``None``: not tried yet."""
    asks_for_blocked: bool = False
    """Whether some page asks for what the map blocks."""
    sends_on_leaving: bool = False
    """Whether a page sends something to the portal as it is left, which may arrive late."""
    left_at: float = 0.0
    """When a page was left last, in seconds of the monotonic clock."""
    group: str = ""
    """Caption of the group of permissions that was opened last before the box showed."""

    def take_over(self, other: Discoveries) -> None:
        """What somebody else has found out in the same practice."""
        for mine, theirs in (
            (self.believed, other.believed), (self.list_address, other.list_address),
            (self.by_address, other.by_address), (self.rows, other.rows),
        ):  # fmt: skip
            mine.update(dict(theirs))  # type: ignore[arg-type]
        self.all_at_once |= other.all_at_once
        self.asks_for_blocked = self.asks_for_blocked or other.asks_for_blocked
        self.sends_on_leaving = self.sends_on_leaving or other.sends_on_leaving
        self.group = self.group or other.group

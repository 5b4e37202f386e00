"""The permissions that a person or a role may have, in the groups that the record shows them in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Group:
    """A named group of permissions and of further groups."""

    name: str
    items: tuple[Group | str, ...]

    def captions(self) -> Iterator[str]:
        """Every permission under this group."""
        for item in self.items:
            if isinstance(item, Group):
                yield from item.captions()
            else:
                yield item


TREE = (
    Group(
        "Patient Administration",
        (
            "Search Patients",
            "Edit Demographics",
            "Merge Patients",
            Group("Enrollment", ("Invite Patients", "Activate Accounts", "Reset Patient Passwords")),
        ),
    ),
    Group(
        "Patient Interface",
        (
            "View Chart Summary",
            Group("Scheduling", ("Appointment Requests", "Refill Requests", "Referral Requests")),
            Group("Documents", ("Share Documents", "Forms and Questionnaires")),
        ),
    ),
    Group(
        "Communication",
        (
            "Announcements",
            Group(
                "Patient Correspondence",
                (
                    Group("Inbox", ("Bulk Messaging", "Messaging", "Secure Messaging Templates")),
                    "Appointment Reminders",
                ),
            ),
            Group("Reports", ("Messaging Reports", "Campaign Reports")),
        ),
    ),
    Group("Portal Settings", ("Practice Profile", "Audit Log", "Online Payments")),
)

CAPTIONS = tuple(caption for group in TREE for caption in group.captions())

ROLES: dict[str, tuple[str, ...]] = {
    "Billing Coordinator": ("Search Patients", "Online Payments", "Campaign Reports"),
    "Care Team Nurse": (
        "Search Patients",
        "View Chart Summary",
        "Refill Requests",
        "Messaging",
        "Secure Messaging Templates",
    ),
    "Front Desk Lead": ("Search Patients", "Invite Patients", "Activate Accounts", "Appointment Requests", "Messaging"),
    "Records Clerk": ("Search Patients", "Edit Demographics", "Share Documents", "Forms and Questionnaires"),
    "Scheduler": ("Search Patients", "Appointment Requests", "Appointment Reminders"),
}
"""Each practice starts with these roles; a role gives its permissions to everybody who has it."""

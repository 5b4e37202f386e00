"""Invented patients and their appointments for the dashboard."""

from __future__ import annotations

from dataclasses import dataclass

from .names import PATIENTS

_REASONS = ("Well visit", "Follow-up", "Immunizations", "Sick visit", "Annual physical", "Lab review")


@dataclass(frozen=True)
class Patient:
    """A patient of a practice."""

    name: str
    born: str
    chart: str
    portal: str


@dataclass(frozen=True)
class Appointment:
    """An appointment of today."""

    time: str
    patient: str
    reason: str
    status: str


def patients_of(practice: int) -> list[Patient]:
    """A dozen patients, others for each practice until the names begin again."""
    start = (practice - 1) * 12
    chosen = [PATIENTS[(start + n) % len(PATIENTS)] for n in range(12)]
    return [
        Patient(
            name,
            _date(n * 5 + practice, n * 7 + practice, n * 13 + practice * 7),
            f"{practice:02d}{4100 + n * 37}",
            ("Active", "Invited", "Active", "Not enrolled")[n % 4],
        )
        for n, name in enumerate(chosen)
    ]


def _date(month: int, day: int, year: int) -> str:
    return f"{month % 12 + 1:02d}/{day % 28 + 1:02d}/{1950 + year % 70}"


def appointments_of(practice: int) -> list[Appointment]:
    """Today's appointments."""
    return [
        Appointment(
            f"{8 + n // 2 if 8 + n // 2 < 13 else n // 2 - 4}:{'30' if n % 2 else '00'} {'AM' if n < 8 else 'PM'}",
            patient.name,
            _REASONS[(n + practice) % len(_REASONS)],
            ("Checked in", "Confirmed", "Confirmed", "Requested")[(n + practice) % 4],
        )
        for n, patient in enumerate(patients_of(practice)[:7])
    ]

"""Faults that lay something over a page."""

from __future__ import annotations

from .base_fault import Fault, asked_record


class SurveyPopup(Fault):
    name = "survey-popup"
    says = 'a survey lies over each record, Save included, until "No thanks" is pressed'

    def extras(self, what: str) -> dict[str, object]:
        return {"survey": True} if what == "record" and self.strikes(asked_record()) else {}


class SessionWarning(Fault):
    name = "session-warning"
    says = 'a dialog "Your session is about to end" lies over each record until "Stay signed in" is pressed'

    def extras(self, what: str) -> dict[str, object]:
        return {"warning": True} if what == "record" and self.strikes(asked_record()) else {}


class AnnouncementBanner(Fault):
    name = "announcement-banner"
    says = "every page begins with an announcement about Messaging"

    def extras(self, what: str) -> dict[str, object]:
        return {"banner": "Messaging will be unavailable on Sunday from 2 to 4 AM."} if what != "shell" and self.strikes() else {}


class BusyPage(Fault):
    name = "busy-page"
    says = "a script on the record keeps the page busy for good (busy-page#E-MAIL for one person's)"

    def extras(self, what: str) -> dict[str, object]:
        return {"busy": True} if what == "record" and self.strikes(asked_record()) else {}


KINDS = (SurveyPopup, SessionWarning, AnnouncementBanner, BusyPage)

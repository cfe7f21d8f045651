"""The instruments that stand beside the supervisor's page: only those that open for the person who looks."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from apps.employees import selectors as people

from .. import permissions
from ..querysets import overseen_by


@dataclass(frozen=True, slots=True)
class Instrument:
    """A link with its icon."""

    label: str
    url: str
    icon: str


def instruments_for(user: Any, day: date) -> list[Instrument]:
    """Return the pages of supervision that somebody may open, those used daily first."""
    supervises = people.supervises(user, day)
    oversees = overseen_by(user, day).exists()
    rows = [
        (supervises, _("Exception queue"), "supervision:queue", "list-checks"),
        (supervises, _("Drawn reports"), "supervision:sample-list", "search"),
        (supervises or oversees, _("Coaching plans"), "training:plan-list", "message-square-text"),
        (supervises, _("Supervision on loan"), "supervision:loan-mine", "users"),
        (permissions.load_units(user, day).exists(), _("Load of appraisers"), "supervision:load", "activity"),
        (supervises or oversees, _("Calibration"), "supervision:calibration-list", "target"),
        (oversees, _("Figures of units"), "supervision:leadership", "chart-column"),
        (oversees, _("Agreement of readers"), "supervision:agreement", "check"),
        (
            permissions.career_units(user, day).exists(),
            _("IP ASN and talent"),
            "supervision:index-units",
            "award",
        ),
        (
            permissions.is_auditor(user) or permissions.may_grant_audits(user),
            _("Auditor's room"),
            "supervision:audit-room",
            "lock",
        ),
        (supervises or oversees, _("Rules of the queue"), "supervision:queue-rules", "info"),
    ]
    return [Instrument(label, reverse(name), icon) for is_shown, label, name, icon in rows if is_shown]

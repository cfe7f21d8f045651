"""Words people see for the stored values of training."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import models
from django.utils.translation import gettext, gettext_noop, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from apps.assessments.labels import PredikatChoices, RatingChoices, period_title
from apps.core.templatetags.formats import number

from .rules.needs import ReasonCode


class ProgrammeKind(models.TextChoices):
    """Form of learning (CMP-5, CMP-6)."""

    KLASIKAL = "klasikal", _("classical")
    NONKLASIKAL = "nonklasikal", _("non-classical")


class NeedStatus(models.TextChoices):
    """How far a need is."""

    PROPOSED = "proposed", pgettext_lazy("need status", "Proposed")
    PLANNED = "planned", pgettext_lazy("need status", "Planned")
    DONE = "done", pgettext_lazy("need status", "Done")
    DECLINED = "declined", pgettext_lazy("need status", "Not needed")


NEED_TONES = {"proposed": "info", "planned": "warning", "done": "success", "declined": "neutral"}


class EnrolmentStatus(models.TextChoices):
    """How far a participant is."""

    ENROLLED = "enrolled", pgettext_lazy("enrolment status", "Enrolled")
    COMPLETED = "completed", pgettext_lazy("enrolment status", "Completed")
    ABSENT = "absent", pgettext_lazy("enrolment status", "Absent")
    CANCELLED = "cancelled", pgettext_lazy("enrolment status", "Cancelled")


ENROLMENT_TONES = {"enrolled": "info", "completed": "success", "absent": "danger", "cancelled": "neutral"}


class CertificateStatus(models.TextChoices):
    """Whether a certificate counts."""

    WAITING = "waiting", pgettext_lazy("certificate status", "Waiting for verification")
    VERIFIED = "verified", pgettext_lazy("certificate status", "Verified")
    REFUSED = "refused", pgettext_lazy("certificate status", "Not accepted")


CERTIFICATE_TONES = {"waiting": "warning", "verified": "success", "refused": "danger"}


class CoachingStatus(models.TextChoices):
    """How far a coaching note is."""

    OPEN = "open", pgettext_lazy("coaching status", "Under way")
    IMPROVED = "improved", pgettext_lazy("coaching status", "Improved")
    NOT_IMPROVED = "not_improved", pgettext_lazy("coaching status", "Not yet improved")


COACHING_TONES = {"open": "info", "improved": "success", "not_improved": "warning"}

# Stored as the note of a decision that the system took, and translated where it is shown.
WITHDRAWN = gettext_noop("Withdrawn: the evaluation was changed after an objection.")


def decision_words(note: str) -> str:
    """Return the note of a decision; the system's own one in the present language."""
    return gettext(note) if note == WITHDRAWN else note


PRIORITIES = {
    1: _("Most urgent"),
    2: _("Urgent"),
    3: _("Normal"),
    4: _("Can wait"),
}
PRIORITY_TONES = {1: "danger", 2: "warning", 3: "info", 4: "neutral"}


def priority_label(priority: int) -> Any:
    """Say how urgent a need is."""
    return PRIORITIES.get(priority, PRIORITIES[4])


def reason_sentence(code: str, params: Mapping[str, Any]) -> str:
    """Put the reason of a need into words, with its figures and its period."""
    values = {key: _words(key, value) for key, value in params.items() if key != "period"}
    values["period"] = period_name(params)
    try:
        return str(_SENTENCES[code]) % values
    except KeyError:
        # A reason of another version, or with a figure missing: never an error page for that.
        return gettext("Proposed after the evaluation of %(period)s") % {"period": values["period"]}


def period_name(params: Mapping[str, Any]) -> str:
    """Name the period of a reason: [kind, first day, last day]."""
    try:
        kind, first, last = params["period"]
        return period_title(kind, date.fromisoformat(first), date.fromisoformat(last))
    except (KeyError, ValueError, TypeError):
        return gettext("an earlier period")


_SENTENCES = {
    ReasonCode.PREDIKAT_LOW.value: _("The predikat of %(period)s is %(predikat)s"),
    ReasonCode.WORK_RESULT_BELOW.value: _("The result of work in %(period)s was rated: %(rating)s"),
    ReasonCode.BEHAVIOR_BELOW.value: _("The work behavior in %(period)s was rated: %(rating)s"),
    ReasonCode.INDICATOR_WEAK.value: _(
        "“%(indicator)s” reached %(percent)s%% of its target in %(period)s (proposed below %(threshold)s%%)"
    ),
    ReasonCode.COMPETENCE_GAP.value: _(
        "The post asks for level %(required)s, level %(assessed)s was assessed (%(period)s)"
    ),
    ReasonCode.UNSUR_WEAK.value: _(
        "Citizens rated “%(unsur_name)s” of %(unit)s lowest in %(period)s: %(value)s (proposed below %(floor)s)"
    ),
}
_FIGURES = {"percent", "threshold", "value", "floor"}


def _words(key: str, value: Any) -> str:
    if key == "predikat" and value in PredikatChoices.values:
        return str(PredikatChoices(value).label)
    if key == "rating" and value in RatingChoices.values:
        return str(RatingChoices(value).label)
    if key in _FIGURES:
        # At most two digits after the mark, and none that say nothing.
        return number(Decimal(f"{round(Decimal(str(value)), 2).normalize():f}"))
    return str(value)

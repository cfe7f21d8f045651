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


class FollowUpKindChoices(models.TextChoices):
    """A consequence of a result, for a person to decide."""

    REWARD = "reward", pgettext_lazy("follow-up", "Recognition")
    COACHING = "coaching", pgettext_lazy("follow-up", "Coaching (pembinaan)")
    IMPROVEMENT_PERIOD = "improvement_period", pgettext_lazy("follow-up", "Period to improve")
    PLACEMENT_REVIEW = "placement_review", pgettext_lazy("follow-up", "Review of the placement")


class FollowUpStatusChoices(models.TextChoices):
    """How far a consequence is."""

    PROPOSED = "proposed", pgettext_lazy("follow-up status", "Waiting for a decision")
    DECIDED = "decided", pgettext_lazy("follow-up status", "Decided")
    DECLINED = "declined", pgettext_lazy("follow-up status", "Declined")
    CANCELLED = "cancelled", pgettext_lazy("follow-up status", "Cancelled, the result was changed")
    CONCLUDED = "concluded", pgettext_lazy("follow-up status", "Concluded")


FOLLOW_UP_TONES = {
    "proposed": "warning",
    "decided": "info",
    "declined": "neutral",
    "cancelled": "neutral",
    "concluded": "success",
}

# What the rules say about each kind, for whoever decides. PPPK differ in the last one (FUP-6, LEG-6).
FOLLOW_UP_RULES = {
    "reward": _("Recognition by the leader; priority for development and in the talent pool (FUP-3)."),
    "coaching": _("A talk about what went wrong and what comes next, with a day to look at it again."),
    "improvement_period": _(
        "Before anything else follows, the person gets time to improve; afterwards the competence is tested (FUP-5)."
    ),
    "placement_review": _(
        "The personnel office looks for another suitable post, or a lower one; without a vacancy a temporary "
        "placement of at most one year is possible (PP 30/2019, articles 56 to 58)."
    ),
}
FOLLOW_UP_RULES_PPPK = {
    "improvement_period": _(
        "PPPK: the contract depends on the agreed targets (PP 49/2018, articles 35 and 37). Whether time to improve "
        "is given is for the agency to decide."
    ),
    "placement_review": _(
        "PPPK: whoever misses the agreed targets may lose the contract (PP 49/2018, articles 35 and 53). The system "
        "ends nothing; an official decides, outside of it."
    ),
}


def follow_up_rule(kind: str, employee_status: str) -> str:
    """Say what the rules say about a kind of consequence for a PNS or a PPPK."""
    texts = (
        FOLLOW_UP_RULES_PPPK
        if employee_status == "pppk" and kind in FOLLOW_UP_RULES_PPPK
        else FOLLOW_UP_RULES
    )
    return str(texts[kind])


def follow_up_reason(code: str, params: Mapping[str, Any]) -> str:
    """Say why a consequence was proposed."""
    values = {"predikat": _words("predikat", params.get("predikat", "")), "period": period_name(params)}
    if code == "not_improved":
        return (
            gettext("The period to improve after %(period)s ended without the improvement that was agreed.")
            % values
        )
    return gettext("The final predikat of %(period)s is %(predikat)s.") % values

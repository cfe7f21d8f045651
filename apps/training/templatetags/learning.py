"""Words and looks for the stored values of training."""

from decimal import Decimal
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from apps.core.templatetags.formats import number
from apps.core.templatetags.ui import status_tag
from apps.feedback.models import Complaint

from ..labels import (
    CERTIFICATE_TONES,
    COACHING_PLAN_TONES,
    COACHING_TONES,
    ENROLMENT_TONES,
    FOLLOW_UP_TONES,
    NEED_TONES,
    PACE_TEXTS,
    PACE_TONES,
    PRIORITY_TONES,
    CertificateStatus,
    CoachingPlanStatus,
    CoachingStatus,
    EnrolmentStatus,
    FollowUpStatusChoices,
    NeedStatus,
    WayChoices,
    priority_label,
    source_words,
)
from ..permissions import coachable_for

register = template.Library()
register.filter("source_words", source_words)


@register.simple_tag(takes_context=True)
def may_open_plan_for(context: Any, complaint: Complaint) -> bool:
    """Whether the reader may open a coaching plan with somebody because of a complaint.

    A tag, because the page belongs to feedback, which knows nothing of coaching.
    """
    return coachable_for(context["request"].user, complaint).exists()


def _tag(choices: Any, tones: dict[str, str], value: str) -> SafeString:
    return status_tag(value, choices(value).label, tones[value])


@register.simple_tag
def need_tag(value: str) -> SafeString:
    """The status of a need."""
    return _tag(NeedStatus, NEED_TONES, value)


@register.simple_tag
def enrolment_tag(value: str) -> SafeString:
    """The status of a place in a session."""
    return _tag(EnrolmentStatus, ENROLMENT_TONES, value)


@register.simple_tag
def certificate_tag(value: str) -> SafeString:
    """Whether a certificate counts."""
    return _tag(CertificateStatus, CERTIFICATE_TONES, value)


@register.simple_tag
def coaching_tag(value: str) -> SafeString:
    """What came of a talk."""
    return _tag(CoachingStatus, COACHING_TONES, value)


@register.simple_tag
def plan_tag(value: str) -> SafeString:
    """How far a coaching plan is."""
    return _tag(CoachingPlanStatus, COACHING_PLAN_TONES, value)


@register.simple_tag
def follow_up_tag(value: str) -> SafeString:
    """How far a consequence is."""
    return _tag(FollowUpStatusChoices, FOLLOW_UP_TONES, value)


@register.simple_tag
def priority_tag(priority: int) -> SafeString:
    """How urgent a need is, in words."""
    return status_tag(priority, priority_label(priority), PRIORITY_TONES.get(priority, "neutral"), "flag")


@register.simple_tag
def pace_tag(value: str) -> SafeString:
    """How the hours of a person stand beside the year."""
    return status_tag(value, PACE_TEXTS[value], PACE_TONES[value])


@register.filter
def way_label(value: str) -> str:
    """Part of the learning mix."""
    return str(WayChoices(value).label)


@register.filter
def jp(value: Any) -> SafeString:
    """Lesson hours: 7,5 JP; no decimals that say nothing."""
    amount = Decimal(str(value))
    return format_html("{}&nbsp;JP", number(Decimal(f"{amount.normalize():f}")))

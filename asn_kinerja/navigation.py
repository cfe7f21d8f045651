"""What stands around every page: government, navigation, unread notifications."""

from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.core.localtime import today
from apps.core.models import Notification
from apps.employees import selectors
from apps.employees.models import WorkUnit
from apps.feedback.selectors.duties import personal_duties


def page_frame(request: HttpRequest) -> dict[str, Any]:
    """Context processor; computed once per request and only when a template asks."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {
            "government": getattr(request, "public_government", None),
            "nav": [],
            "unread_notifications": 0,
            "printed_at": timezone.now(),
        }
    return {
        "government": selectors.government_of(user),
        "nav": navigation_for(request),
        "unread_notifications": Notification.objects.filter(recipient=user, read_at__isnull=True).count(),
        "printed_at": timezone.now(),
    }


def navigation_for(request: HttpRequest) -> list[dict[str, Any]]:
    """Return the entries for this person's duties."""
    user = request.user
    day = today()
    roles = selectors.roles_of(user, day)
    employee = selectors.employee_of(user)
    leads = WorkUnit.objects.led_by(user).exists()
    supervises = employee is not None and selectors.supervises(user, day)
    own = personal_duties(user)
    entries: list[tuple[bool, str, str, str]] = [
        (True, "beranda", _("Home"), "house"),
        (employee is not None, "indicators:skp-mine", _("My plan (SKP)"), "target"),
        (employee is not None, "assessments:report-list", _("My reports"), "file-text"),
        (employee is not None, "assessments:evaluation-mine", _("My evaluations"), "award"),
        (employee is not None, "assessments:feedback-mine", _("Feedback and talks"), "message-square-text"),
        (employee is not None, "training:mine", _("My learning"), "book-open"),
        (employee is not None, "supervision:career-mine", _("My career"), "trending-up"),
        (
            bool(leads or supervises or roles & {"leadership", "personnel_officer", "auditor"}),
            "supervision:today",
            _("Supervision"),
            "activity",
        ),
        (
            bool(leads or roles & {"leadership", "personnel_officer", "auditor"}),
            "supervision:leadership",
            _("Figures of units"),
            "chart-column",
        ),
        (
            bool(roles & {"auditor", "personnel_officer", "leadership"}),
            "supervision:audit-room",
            _("Auditor's room"),
            "lock",
        ),
        (
            bool(leads or roles & {"feedback_officer", "leadership", "auditor"}) or own.has_complaints,
            "feedback:complaint-inbox",
            _("Complaints"),
            "message-square",
        ),
        (
            bool(leads or roles & {"feedback_officer", "leadership"}),
            "feedback:survey-overview",
            _("Public satisfaction"),
            "smile",
        ),
        (own.has_promised, "feedback:improvement-mine", _("My improvements"), "list-checks"),
        (own.is_named, "feedback:allegation-mine", _("Reports that concern me"), "message-square-text"),
        (
            bool(leads or roles & {"training_officer", "personnel_officer"}),
            "training:needs",
            _("Training"),
            "graduation-cap",
        ),
        (
            bool(leads or roles & {"personnel_officer", "leadership", "auditor"}),
            "employees:list",
            _("Staff"),
            "users",
        ),
        (
            bool(leads or roles & {"personnel_officer", "leadership", "auditor"}),
            "reports:index",
            _("Documents"),
            "printer",
        ),
        (
            bool(roles & {"personnel_officer", "leadership", "auditor"}),
            "assessments:credit-list",
            _("Credit score (angka kredit)"),
            "trending-up",
        ),
        ("personnel_officer" in roles, "assessments:cycle-list", _("Cycles"), "calendar"),
        ("personnel_officer" in roles, "employees:policy-list", _("Settings"), "settings"),
    ]
    result = []
    for is_shown, name, label, icon in entries:
        if not is_shown:
            continue
        try:
            url = reverse(name)
        except NoReverseMatch:
            continue
        active = request.path == url or (url not in {"/", "/beranda/"} and request.path.startswith(url))
        result.append({"label": label, "url": url, "icon": icon, "active": active, "count": None})
    return result

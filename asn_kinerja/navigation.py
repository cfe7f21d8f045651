"""What stands around every page: government, navigation, unread notifications."""

from typing import Any

from django.db.models import Count
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from apps.core import kept
from apps.core.compiled import PersonQuestion
from apps.core.localtime import today
from apps.core.models import Notification
from apps.employees import selectors
from apps.employees.models import Government
from apps.feedback.selectors.duties import personal_duties


def page_frame(request: HttpRequest) -> dict[str, Any]:
    """Context processor; computed once per request and only when a template asks.

    Government, menu and helper are kept for a minute or until the person does something (apps/core/kept.py): every
    page has them, and they change with an office, not with an event. Whether a page opens is asked each time.
    """
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {
            "government": getattr(request, "public_government", None),
            "nav": [],
            "unread_notifications": 0,
            "printed_at": timezone.now(),
        }
    frame = _Frame(request)
    return {
        # A template calls what it finds; a fragment without a frame asks for none of it.
        "government": lambda: frame.kept[0],
        "nav": lambda: frame.menu,
        "unread_notifications": lambda: frame.unread,
        "printed_at": timezone.now(),
    }


_UNREAD = PersonQuestion(
    lambda user, _day: (
        Notification.objects.filter(recipient=user, read_at__isnull=True)
        .order_by()
        .values("recipient")
        .annotate(how_many=Count("pk"))
        .values_list("how_many")
    )
)


class _Frame:
    """What stands around the page of somebody signed in, looked up when it is first asked for."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request

    @cached_property
    def kept(self) -> tuple[Government | None, list[tuple[str, str, str]]]:
        """The government, and the menu as label, address and icon."""
        user, day = self.request.user, today()
        government, entries, helper = kept.part(
            "frame",
            user=user,
            key=(day,),
            stamp_names=(kept.deeds_of(user),),
            make=lambda: (selectors.government_of(user), entries_of(user), selectors.helper_for(user, day)),
        ).value
        # The foot of the page asks for it (employees/templatetags/people.py).
        self.request.unit_helper = helper  # type: ignore[attr-defined]
        return government, entries

    @cached_property
    def unread(self) -> int:
        """How many notifications wait."""
        return sum(count for (count,) in _UNREAD.rows(self.request.user, today()))

    @cached_property
    def menu(self) -> list[dict[str, Any]]:
        """The menu, with the entry marked that one is in."""
        path = self.request.path
        return [
            {
                "label": label,
                "url": url,
                "icon": icon,
                "active": path == url or (url not in {"/", "/beranda/"} and path.startswith(url)),
                "count": None,
            }
            for label, url, icon in self.kept[1]
        ]


def entries_of(user: Any) -> list[tuple[str, str, str]]:
    """Return the entries for this person's duties: label, address, icon."""
    standing = selectors.standing_of(user, today())
    roles, leads = standing.roles, standing.led
    is_employed = standing.employee_id is not None
    own = personal_duties(user)
    entries: list[tuple[bool, str, str, str]] = [
        (True, "beranda", _("Home"), "house"),
        (is_employed, "indicators:skp-mine", _("My plan (SKP)"), "target"),
        (is_employed, "assessments:report-list", _("My reports"), "file-text"),
        (is_employed, "assessments:evaluation-mine", _("My evaluations"), "award"),
        (is_employed, "assessments:feedback-mine", _("Feedback and talks"), "message-square-text"),
        (is_employed, "training:mine", _("My learning"), "book-open"),
        (is_employed, "supervision:career-mine", _("My career"), "trending-up"),
        (
            bool(leads or standing.supervises or roles & {"leadership", "personnel_officer", "auditor"}),
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
        result.append((str(label), url, icon))
    return result

"""What the pages of training share."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from apps.core import held_forms
from apps.employees import selectors as people
from apps.employees.models import Employee, Government

from .. import permissions, selectors
from ..models import Certificate, Enrolment, FollowUp, Session
from ..rules.follow_up import FollowUpKind
from ..rules.follow_up_lifecycle import FollowUpStatus
from ..selectors.forms import hours_for, offered_on

PAGE_SIZE = 25


def government_or_403(request: HttpRequest) -> Government:
    """Return the user's government; an account that belongs nowhere has no business here."""
    government = people.government_of(request.user)
    if government is None:
        raise PermissionDenied
    return government


def actor(request: HttpRequest) -> Any:
    """Return who acts: the civil servant, else the account (officers without a staff record)."""
    return people.employee_of(request.user) or request.user


def employee_or_403(request: HttpRequest) -> Employee:
    """Return the civil servant who acts; coaching and recognition need one."""
    employee = people.employee_of(request.user)
    if employee is None:
        raise PermissionDenied
    return employee


def visible_employee(request: HttpRequest, pk: int) -> Employee:
    """Return a person the user may see, else 404."""
    rows = Employee.objects.visible_to(request.user).select_related("government", "user")
    return get_object_or_404(rows, pk=pk)


def bound(request: HttpRequest, make: Callable[..., Any]) -> Any:
    """Return a form: posted, held over a sign-in, or empty."""
    data = request.POST if request.method == "POST" else held_forms.take(request)
    return make(data) if data is not None else make()


def hours_table(government: Government) -> dict[str, Any]:
    """Return the table of forms that holds today, and how a form computes lesson hours by it."""
    today = permissions.today_of(government)
    return {
        "table": offered_on(government, today),
        "worth": lambda row, amount: hours_for(row, amount, government=government, day=today),
    }


def own_enrolment(request: HttpRequest, pk: int) -> Enrolment:
    """Return a place of the user's own; who may see it but has not got it is refused."""
    enrolment = get_object_or_404(
        Enrolment.objects.visible_to(request.user).select_related(
            "session__programme__government", "employee__government", "employee__user"
        ),
        pk=pk,
    )
    permissions.require(enrolment.employee.user_id == request.user.pk)
    return enrolment


def managed_session(request: HttpRequest, pk: int) -> Session:
    """Return a session that the user runs: adds people, keeps lists, gives certificates."""
    session = get_object_or_404(
        Session.objects.visible_to(request.user).select_related("programme__government"), pk=pk
    )
    permissions.require(permissions.may_manage_programmes(request.user, session.programme.government))
    return session


def decided_follow_up(request: HttpRequest, employee: Employee, kind: FollowUpKind) -> FollowUp | None:
    """Return the decision that this act carries out (`?tindak-lanjut=`), if the user may carry it out."""
    text = request.GET.get("tindak-lanjut", "")
    if not (text.isascii() and text.isdigit() and len(text) < 15):
        return None
    today = permissions.today_of(employee.government)
    rows = FollowUp.objects.about_others(request.user, today).select_related(
        "evaluation__appraiser", "employee__government"
    )
    row = get_object_or_404(
        rows, pk=int(text), employee=employee, kind=kind.value, status=FollowUpStatus.DECIDED.value
    )
    return row if permissions.may_decide_follow_up(request.user, row) else None


@dataclass(frozen=True)
class AreaPage:
    """A page of the training area: who may open it, its name in code and in words, its address."""

    shown: bool
    name: str
    label: str
    url: str
    count: int | None = None


def area_tabs(request: HttpRequest, government: Government, active: str) -> dict[str, Any]:
    """Return the two rows of tabs of the training area: its three parts, and the pages of the part one stands in.

    A part leads to its first page that the user may open; a row with a single choice is left out.
    """
    groups = [
        (label, [page for page in pages if page.shown])
        for label, pages in _area(request, government, active)
        if any(page.shown for page in pages)
    ]
    parts, pages = [], []
    for label, members in groups:
        is_here = any(page.name == active for page in members)
        parts.append({"label": label, "url": reverse(members[0].url), "active": is_here, "count": None})
        if is_here:
            pages = [
                {
                    "label": page.label,
                    "url": reverse(page.url),
                    "active": page.name == active,
                    "count": page.count,
                }
                for page in members
            ]
    return {"parts": parts if len(parts) > 1 else [], "pages": pages if len(pages) > 1 else []}


def _area(request: HttpRequest, government: Government, active: str) -> list[tuple[str, list[AreaPage]]]:
    officer = permissions.may_manage_programmes(request.user, government)
    sees_needs = permissions.sees_needs(request.user, government)
    sees_follow_ups = permissions.sees_follow_ups(request.user, government)
    sees_plans = permissions.sees_plans(request.user, government)
    waiting = None
    if officer and active == "certificates":
        waiting = selectors.certificates_to_verify(Certificate.objects.visible_to(request.user)).count()
    return [
        (
            pgettext("part of training", "Needs"),
            [
                AreaPage(sees_needs, "needs", _("Learning needs"), "training:needs"),
                AreaPage(sees_needs, "akpk", _("Gap analysis (AKPK)"), "training:akpk"),
                AreaPage(
                    sees_follow_ups,
                    "follow-ups",
                    pgettext("follow-up", "Consequences"),
                    "training:follow-up-list",
                ),
            ],
        ),
        (
            pgettext("part of training", "Programmes"),
            [
                AreaPage(True, "programmes", _("Programmes and sessions"), "training:programme-list"),
                AreaPage(sees_plans, "plans", _("Plan of the year"), "training:plan-year-list"),
                AreaPage(officer, "forms", _("Forms of learning"), "training:form-list"),
            ],
        ),
        (
            pgettext("part of training", "Outcome"),
            [
                AreaPage(sees_needs, "hours", _("Lesson hours"), "training:hours"),
                AreaPage(
                    officer,
                    "certificates",
                    _("Certificates to verify"),
                    "training:certificate-queue",
                    waiting,
                ),
                AreaPage(officer, "diplomas", _("Diplomas to verify"), "training:diploma-queue"),
                AreaPage(sees_needs, "effects", _("Does it work?"), "training:effects"),
            ],
        ),
    ]

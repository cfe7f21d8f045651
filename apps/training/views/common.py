"""What the pages of training share."""

from collections.abc import Callable
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
from ..models import Certificate, FollowUp
from ..rules.follow_up import FollowUpKind
from ..rules.follow_up_lifecycle import FollowUpStatus

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


def area_tabs(request: HttpRequest, government: Government, active: str) -> list[dict[str, Any]]:
    """Return the tabs of the training area that this user may open."""
    officer = permissions.may_manage_programmes(request.user, government)
    waiting = None
    if officer and active == "certificates":
        waiting = selectors.certificates_to_verify(Certificate.objects.visible_to(request.user)).count()
    rows = [
        (
            permissions.sees_needs(request.user, government),
            "needs",
            _("Learning needs"),
            "training:needs",
            None,
        ),
        (
            permissions.sees_follow_ups(request.user, government),
            "follow-ups",
            pgettext("follow-up", "Consequences"),
            "training:follow-up-list",
            None,
        ),
        (True, "programmes", _("Programmes and sessions"), "training:programme-list", None),
        (officer, "certificates", _("Certificates to verify"), "training:certificate-queue", waiting),
    ]
    return [
        {"label": label, "url": reverse(url), "active": name == active, "count": count}
        for shown, name, label, url, count in rows
        if shown
    ]

"""What the pages of the evaluating half share."""

from datetime import date
from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone

from apps.core.localtime import local_date, today
from apps.employees import selectors as people
from apps.employees.models import Employee

from ..models import Period

PAGE_SIZE = 25


def today_of(government: Any) -> date:
    """Return the day it is now in a government's zone."""
    return local_date(timezone.now(), government.timezone)


def period_or_404(request: HttpRequest, pk: int) -> Period:
    """Return a period of the user's own government."""
    return get_object_or_404(
        Period.objects.select_related("cycle__government"),
        pk=pk,
        cycle__government=people.standing_of(request.user, today()).government_id,
    )


def actor(request: HttpRequest) -> Any:
    """Return who acts: the civil servant, else the account (an office holder without a staff record)."""
    employee: Employee | None = people.employee_of(request.user)
    return employee if employee is not None else request.user

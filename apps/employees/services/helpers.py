"""The named helper of a unit: one at a time, with days, and a phone number they agreed to show."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.urls import reverse
from django.utils.translation import gettext_noop

from apps.core import audit, notify

from ..models import Employee, UnitHelper, WorkUnit
from .corrections import WrongGovernment

_NAMED = gettext_noop("You are now the helper for %(unit)s. Your name and phone number stand on its pages.")


@transaction.atomic
def name_helper(
    *, unit: WorkUnit, employee: Employee, phone: str, day: date, by: Any, at: datetime
) -> UnitHelper:
    """Make somebody the helper of a unit from a day on; who was it before is it until the day before.

    :raises WrongGovernment: if the person works for another government, or does not work there any more.
    """
    if employee.government_id != unit.government_id or not employee.is_active:
        raise WrongGovernment
    unit = WorkUnit.objects.select_for_update(of=("self",)).select_related("government").get(pk=unit.pk)
    for former in UnitHelper.objects.filter(unit=unit, period__endswith__isnull=True):
        _end(former, unit=unit, day=day, by=by, at=at)
    helper = UnitHelper.objects.create(
        unit=unit, employee=employee, phone=phone, period=DateRange(day, None), named_by=by, named_at=at
    )
    audit.record(
        "employees.helper.named",
        target=unit,
        by=by,
        scope=unit.government.code,
        at=at,
        employee=employee.pk,
        since=day,
    )
    notify.send(employee.user, _NAMED, url=reverse("help"), key=f"helper:{helper.pk}", unit=unit.name)
    return helper


@transaction.atomic
def end_helper(*, unit: WorkUnit, day: date, by: Any, at: datetime) -> bool:
    """Let the unit be without a helper from a day on; tell whether there was one."""
    unit = WorkUnit.objects.select_for_update(of=("self",)).select_related("government").get(pk=unit.pk)
    helpers = list(UnitHelper.objects.filter(unit=unit, period__endswith__isnull=True))
    for helper in helpers:
        _end(helper, unit=unit, day=day, by=by, at=at)
    return bool(helpers)


def _end(helper: UnitHelper, *, unit: WorkUnit, day: date, by: Any, at: datetime) -> None:
    """End before a day; one that began on it never counted and is removed."""
    audit.record(
        "employees.helper.ended",
        target=unit,
        by=by,
        scope=unit.government.code,
        at=at,
        employee=helper.employee_id,
        since=helper.period.lower,
        until=day,
    )
    if helper.period.lower >= day:
        helper.delete()
        return
    helper.period = DateRange(helper.period.lower, day)
    helper.save(update_fields=["period"])

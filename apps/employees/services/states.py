"""Study, leave, suspension, work elsewhere: when somebody is not evaluated as usual (SPC-3, SPC-4, SPC-6)."""

from datetime import date, datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from apps.core import audit, stamps

from ..models import Employee, ServiceState


class StatesOverlap(ValueError):
    """Raised when another state is recorded for some of the days."""


class EndsBeforeBegin(ValueError):
    """Raised when the last day lies before the first."""


@transaction.atomic
def record_state(
    *, employee: Employee, kind: str, since: date, until: date | None, note: str, by: Any, at: datetime
) -> ServiceState:
    """Record a state from a first to a last day; no last day means until it is ended.

    :raises EndsBeforeBegin: if the last day lies before the first.
    :raises StatesOverlap: if another state holds on some of the days.
    """
    if until is not None and until < since:
        raise EndsBeforeBegin
    period = DateRange(since, until + timedelta(days=1) if until else None)
    try:
        with transaction.atomic():
            state = ServiceState.objects.create(
                employee=employee,
                kind=kind,
                period=period,
                note=note.strip(),
                recorded_by=by if hasattr(by, "login") else None,
                recorded_at=at,
            )
    except IntegrityError as error:
        raise StatesOverlap from error
    _note("recorded", state, by, at, since=since, until=until)
    return state


@transaction.atomic
def end_state(*, state_id: int, last_day: date, by: Any, at: datetime) -> ServiceState:
    """End a state after a day.

    :raises EndsBeforeBegin: if the last day lies before the first.
    """
    state = (
        ServiceState.objects.select_for_update(of=("self",))
        .select_related("employee__government")
        .get(pk=state_id)
    )
    if last_day < state.period.lower:
        raise EndsBeforeBegin
    state.period = DateRange(state.period.lower, last_day + timedelta(days=1))
    state.save(update_fields=["period"])
    _note("ended", state, by, at, last_day=last_day)
    return state


def _note(what: str, state: ServiceState, by: Any, at: datetime, **data: Any) -> None:
    employee = state.employee
    audit.record(
        f"employees.state.{what}",
        target=state,
        by=by,
        scope=employee.government.code,
        at=at,
        employee=employee.pk,
        kind=state.kind,
        **data,
    )
    if employee.user_id:
        stamps.bump(f"user:{employee.user_id}")

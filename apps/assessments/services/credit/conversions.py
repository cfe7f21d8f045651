"""Angka kredit made of final evaluations, every month once (CRD-1 to CRD-6)."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Max, Q
from django.urls import reverse
from django.utils.translation import gettext_noop

from apps.core import audit, jobs, notify, policy, sequences, stamps
from apps.core.localtime import local_date
from apps.employees.labels import AWAY_STATES
from apps.employees.models import Employee, Placement, ServiceState

from ...models import CreditConversion, CreditOpening, Evaluation
from ...rules.credit import credit_for, credit_table_on
from ...rules.credit_months import (
    ONE_DAY,
    Span,
    StartedMonths,
    clip,
    counted_months,
    month_after,
    without,
)
from ...rules.period_lifecycle import PeriodKind
from ...rules.predikat import Predikat
from ...selectors.credit import FINAL_STATUSES, jenjang_of
from ..actors import stamp_names
from .people import month_not_in

YEARLY, CORRECTED = "yearly", "corrected"


_CONVERTED = gettext_noop("Your angka kredit %(number)s was computed: %(value)s.")
_REPLACED = gettext_noop("Your angka kredit was computed again because your result changed.")


def promise_conversion(evaluation: Evaluation) -> None:
    """Promise to convert an evaluation that has just become final, if a functional post is concerned."""
    days = _days_of(evaluation)
    if days is None:
        return
    posts = Placement.objects.filter(
        Q(pk=evaluation.skp.placement_id)
        | Q(
            employee=evaluation.employee_id,
            is_main=True,
            period__overlap=DateRange(days[0], days[1] + ONE_DAY),
        ),
        position__position_class="jf",
    )
    if posts.exists():
        jobs.enqueue(
            "assessments.convert_evaluation",
            scope=evaluation.government.code,
            evaluation_id=evaluation.pk,
        )


@transaction.atomic
def convert_evaluation(*, evaluation_id: int, at: datetime) -> list[CreditConversion]:
    """Make the conversions of a final evaluation; return those that count afterwards.

    Safe to call again: nothing happens when nothing changed. When the predikat or the months have changed,
    new rows take the place of the old ones, which stay on file as replaced. An evaluation of the year takes
    the place of the periodic ones of the same plan (CRD-5).
    """
    evaluation = (
        Evaluation.objects.select_for_update(of=("self",), no_key=True)
        .select_related("government", "employee__user", "period__cycle", "skp__placement__position")
        .get(pk=evaluation_id)
    )
    if evaluation.status not in FINAL_STATUSES:
        return []
    # No-key: other rows that point at this person are not kept waiting.
    Employee.objects.select_for_update(no_key=True).get(pk=evaluation.employee_id)
    present = list(
        CreditConversion.objects.current()
        .filter(evaluation=evaluation)
        .order_by("part")
        .select_related("employee")
    )
    periodic = CreditConversion.objects.current().filter(evaluation__skp=evaluation.skp_id, is_yearly=False)
    is_yearly = evaluation.period.kind == PeriodKind.YEARLY.value
    if not is_yearly and _year_is_converted(evaluation):
        return []
    wanted = _wanted(evaluation, is_yearly=is_yearly)
    if [_content(row) for row in wanted] == [_content(row) for row in present]:
        return present
    gone = [(row, CORRECTED) for row in present]
    if is_yearly and wanted:
        gone += [(row, YEARLY) for row in periodic]
    for row, reason in gone:
        row.replaced_at, row.replaced_reason = at, reason
        row.save(update_fields=["replaced_at", "replaced_reason"])
    _number_and_save(evaluation, wanted, at)
    for row, _reason in gone:
        row.replaced_by = next((new for new in wanted if _overlap(new, row)), wanted[0] if wanted else None)
        row.save(update_fields=["replaced_by"])
    _tell(evaluation, wanted, gone, at)
    return wanted


def _days_of(evaluation: Evaluation) -> tuple[date, date] | None:
    """Return the days an evaluation covers: those of the plan within the period."""
    plan, period = evaluation.skp.period, evaluation.period
    first = max(period.starts_on, plan.lower) if plan.lower else period.starts_on
    last = min(period.ends_on, plan.upper - ONE_DAY) if plan.upper else period.ends_on
    return (first, last) if first <= last else None


def _year_is_converted(evaluation: Evaluation) -> bool:
    return (
        CreditConversion.objects.current().filter(evaluation__skp=evaluation.skp_id, is_yearly=True).exists()
    )


def _wanted(evaluation: Evaluation, *, is_yearly: bool) -> list[CreditConversion]:
    """Return the rows an evaluation gives, unsaved: one for each post held in its days."""
    days = _days_of(evaluation)
    table = credit_table_on(evaluation.period.ends_on)
    if days is None or table is None:
        return []
    elsewhere = CreditConversion.objects.current().filter(employee=evaluation.employee_id)
    elsewhere = elsewhere.exclude(evaluation=evaluation)
    if is_yearly:
        elsewhere = elsewhere.exclude(evaluation__skp=evaluation.skp_id, is_yearly=False)
    rule = StartedMonths(
        policy.get(
            "assessments.credit_started_months",
            on=evaluation.period.ends_on,
            scope=evaluation.government.code,
        )
    )
    placements = {row.pk: row for row in _placements(evaluation, *days)}
    counted = counted_months(_spans(evaluation, *days, placements.values()), rule, _months_of(elsewhere))
    predikat = Predikat(evaluation.predikat)
    return [
        CreditConversion(
            employee=evaluation.employee,
            evaluation=evaluation,
            placement_id=group.post,
            part=part,
            jenjang=group.jenjang.value,
            post=placements[group.post].position.title,
            period=DateRange(group.first_month, group.end),
            months=group.months,
            predikat=predikat.value,
            percent=table.percents[predikat],
            coefficient=table.coefficients[group.jenjang],
            value=credit_for(predikat, group.jenjang, group.months, table),
            is_yearly=is_yearly,
            rule_source=table.source,
        )
        for part, group in enumerate(counted, start=1)
    ]


def _placements(evaluation: Evaluation, first: date, last: date) -> list[Placement]:
    held = Placement.objects.filter(
        Q(pk=evaluation.skp.placement_id)
        | Q(employee=evaluation.employee_id, is_main=True, period__overlap=DateRange(first, last + ONE_DAY))
    )
    return list(held.select_related("position").order_by("period", "pk"))


def _spans(evaluation: Evaluation, first: date, last: date, placements: Iterable[Placement]) -> list[Span]:
    """Return which post was held when; days without a recorded place belong to the post of the plan."""
    held: list[Span] = []
    for row in placements:
        if not row.is_main:
            continue
        begins = row.period.lower or first
        ends = row.period.upper - ONE_DAY if row.period.upper else last
        held += clip([Span(begins, ends, jenjang_of(row.position), row.pk)], first, last)
    plan = evaluation.skp.placement
    rest = without(
        [Span(first, last, jenjang_of(plan.position), plan.pk)],
        [(span.starts_on, span.ends_on) for span in held],
    )
    away = ServiceState.objects.filter(
        employee=evaluation.employee_id,
        kind__in=AWAY_STATES,
        period__overlap=DateRange(first, last + ONE_DAY),
    )
    absences = [(row.period.lower, row.period.upper - ONE_DAY if row.period.upper else last) for row in away]
    return without(_after_openings(evaluation, [*held, *rest]), absences)


def _after_openings(evaluation: Evaluation, spans: Sequence[Span]) -> list[Span]:
    """Leave out the months that an opening balance of the same level includes already."""
    latest: dict[str, date] = {}
    for opening in CreditOpening.objects.counting().filter(employee=evaluation.employee_id):
        latest[opening.jenjang] = max(opening.as_of, latest.get(opening.jenjang, opening.as_of))
    kept = []
    for span in spans:
        since = month_not_in(latest[span.jenjang]) if span.jenjang in latest else span.starts_on
        kept += clip([span], max(since, span.starts_on), span.ends_on)
    return kept


def _months_of(rows: Iterable[CreditConversion]) -> list[date]:
    return [month_after(row.starts_on, step) for row in rows for step in range(row.months)]


def _content(row: CreditConversion) -> tuple[Any, ...]:
    period = (row.period.lower, row.period.upper)
    given = (row.placement_id, row.jenjang, row.predikat, row.percent)
    return (*period, *given, row.coefficient, row.value, row.is_yearly)


def _overlap(one: CreditConversion, other: CreditConversion) -> bool:
    return one.starts_on <= other.ends_on and other.starts_on <= one.ends_on


def _number_and_save(evaluation: Evaluation, rows: Sequence[CreditConversion], at: datetime) -> None:
    scope = evaluation.government.code
    year = local_date(at, evaluation.government.timezone).year
    version = (
        CreditConversion.objects.filter(evaluation=evaluation).aggregate(last=Max("version"))["last"] or 0
    ) + 1
    for row in rows:
        row.version = version
        row.number = sequences.receipt_number("AK", scope, year)
        row.converted_at = at
        row.save()


def _tell(
    evaluation: Evaluation,
    rows: Sequence[CreditConversion],
    gone: Sequence[tuple[CreditConversion, str]],
    at: datetime,
) -> None:
    for row in rows:
        audit.record(
            "assessments.credit.converted",
            target=row,
            by=None,
            scope=evaluation.government.code,
            at=at,
            evaluation=evaluation.pk,
            predikat=row.predikat,
            months=row.months,
            value=str(row.value),
        )
    for row, reason in gone:
        audit.record(
            "assessments.credit.replaced",
            target=row,
            by=None,
            scope=evaluation.government.code,
            at=at,
            reason=reason,
            replaced_by=row.replaced_by_id,
        )
    here = reverse("assessments:credit-mine")
    if any(reason == CORRECTED for _row, reason in gone):
        notify.send(evaluation.employee.user, _REPLACED, url=here)
    else:
        for row in rows:
            notify.send(
                evaluation.employee.user,
                _CONVERTED,
                url=here,
                key=f"credit:{row.pk}",
                number=row.number,
                value=f"{row.value}".replace(".", ","),
            )
    stamps.bump(*stamp_names(evaluation.employee))


def final_evaluations_without_credit(period_id: int, employees: Any) -> list[int]:
    """Return the final evaluations of a period, of some people in functional posts, that gave no credit yet."""
    found = (
        Evaluation.objects.filter(
            period=period_id,
            employee__in=employees,
            status__in=FINAL_STATUSES,
            employee__placements__is_main=True,
            employee__placements__position__position_class="jf",
        )
        .exclude(pk__in=CreditConversion.objects.filter(evaluation__period=period_id).values("evaluation"))
        .order_by("pk")
        .distinct()
    )
    return list(found.values_list("pk", flat=True))

"""Angka kredit: conversions made of final evaluations, what officers enter, and the PAK (CRD-1 to CRD-11).

Which months count: rules/credit_months.py. What they give: rules/credit.py. What it is enough for:
rules/credit_accumulation.py. Every function that writes for a person first takes that person's row, so that
two jobs never count the same month; the database refuses it as well.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Max, Q
from django.urls import reverse
from django.utils.translation import gettext_noop

from apps.core import audit, jobs, notify, policy, sequences, stamps
from apps.core.localtime import local_date
from apps.employees.labels import AWAY_STATES
from apps.employees.models import Employee, Placement, ServiceState

from ..labels import DegreeChoices
from ..models import CreditConversion, CreditDiploma, CreditOpening, CreditPak, CreditRankStep, Evaluation
from ..rules.credit import Jenjang, credit_for, credit_table_on
from ..rules.credit_accumulation import (
    DIPLOMA_PERCENT,
    diploma_credit,
    integration_credit,
    move_credit,
)
from ..rules.credit_months import (
    ONE_DAY,
    Span,
    StartedMonths,
    clip,
    counted_months,
    month_after,
    without,
)
from ..rules.period_lifecycle import PeriodKind
from ..rules.predikat import Predikat
from ..selectors.credit import (
    FINAL_STATUSES,
    AccumulationFacts,
    ConditionFacts,
    PakFacts,
    accumulation_facts,
    jenjang_of,
    snapshot_of,
)
from .actors import account_of, stamp_names

__all__ = [
    "AlreadyEntered",
    "Balance",
    "DiplomaNotHigher",
    "Integration",
    "MonthsAlreadyConverted",
    "Move",
    "NoRankStep",
    "NotEnoughCredit",
    "NotFunctional",
    "ReasonMissing",
    "TooEarly",
    "convert_evaluation",
    "final_evaluations_without_credit",
    "issue_pak",
    "promise_conversion",
    "record_diploma",
    "record_opening",
    "record_rank_step",
    "withdraw_entry",
]

CreditEntry = CreditOpening | CreditDiploma | CreditRankStep

YEARLY, CORRECTED = "yearly", "corrected"

_CONVERTED = gettext_noop("Your angka kredit %(number)s was computed: %(value)s.")
_REPLACED = gettext_noop("Your angka kredit was computed again because your result changed.")
_PAK = gettext_noop("Your PAK %(number)s was issued.")


class NotFunctional(ValueError):
    """Raised when the person holds no functional post with a known level on the day."""


class AlreadyEntered(ValueError):
    """Raised when the same balance, diploma or rank step is on file."""


class MonthsAlreadyConverted(ValueError):
    """Raised when a balance would include months that were converted here."""


class NoRankStep(ValueError):
    """Raised when there is no next rank within the level; `note` is a RankNote."""

    def __init__(self, note: str) -> None:
        super().__init__(note)
        self.note = note


class NotEnoughCredit(ValueError):
    """Raised when a rank step would use more credit than there is."""


class DiplomaNotHigher(ValueError):
    """Raised when a diploma is not higher than one that gave credit before (CRD-9)."""


class TooEarly(ValueError):
    """Raised when a move lies before the first table of coefficients."""


class ReasonMissing(ValueError):
    """Raised when a withdrawal has no reason."""


@dataclass(frozen=True)
class Balance:
    """The total of an earlier PAK."""

    value: Decimal


@dataclass(frozen=True)
class Integration:
    """Conventional credit and the base value of the rank, both from the integration letter (CRD-11)."""

    conventional: Decimal
    base: Decimal


@dataclass(frozen=True)
class Move:
    """Years in rank at the move into the functional post (CRD-10)."""

    years: Decimal


# --- conversions


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
        since = _month_not_in(latest[span.jenjang]) if span.jenjang in latest else span.starts_on
        kept += clip([span], max(since, span.starts_on), span.ends_on)
    return kept


def _month_not_in(as_of: date) -> date:
    """Return the first month that a balance at the end of a day does not include: one that ends later."""
    return (as_of + ONE_DAY).replace(day=1)


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


# --- what officers enter


def _locked(employee: Employee) -> Employee:
    return (
        Employee.objects.select_for_update(of=("self",), no_key=True)
        .select_related("government", "user")
        .get(pk=employee.pk)
    )


def _jenjang_on(employee: Employee, day: date) -> Jenjang:
    """:raises NotFunctional: without a functional post of a known level on the day."""
    place = (
        Placement.objects.active_on(day)
        .filter(employee=employee, is_main=True)
        .select_related("position")
        .first()
    )
    jenjang = jenjang_of(place.position) if place is not None else None
    if jenjang is None:
        raise NotFunctional
    return jenjang


@transaction.atomic
def record_opening(
    *, employee: Employee, amount: Balance | Integration | Move, as_of: date, note: str, by: Any, at: datetime
) -> CreditOpening:
    """Enter what somebody has at the end of a day in the level they hold on it.

    The balance stands for every month that has ended by then; those are not converted again. The level of the day
    after counts when there is none on the day itself: a move into a functional post begins a new one.

    :raises NotFunctional: without a functional post on that day or the next.
    :raises MonthsAlreadyConverted: if months up to that day were converted here.
    :raises AlreadyEntered: if a balance of the kind is on file for the level.
    :raises TooEarly: if a move lies before the first table of coefficients.
    :raises ValueError: if the base value is more than the conventional credit, or something is negative.
    """
    employee = _locked(employee)
    try:
        jenjang = _jenjang_on(employee, as_of)
    except NotFunctional:
        jenjang = _jenjang_on(employee, as_of + ONE_DAY)
    kind, value, basis = _opening_value(amount, jenjang, as_of)
    if _converted_until(employee, jenjang, as_of):
        raise MonthsAlreadyConverted
    try:
        with transaction.atomic():
            opening = CreditOpening.objects.create(
                employee=employee,
                jenjang=jenjang.value,
                kind=kind,
                value=value,
                as_of=as_of,
                basis=basis,
                note=note.strip(),
                entered_by=by,
                entered_at=at,
            )
    except IntegrityError as error:
        raise AlreadyEntered from error
    _entered(opening, employee, by, at, kind=kind, value=str(value), as_of=as_of)
    return opening


def _opening_value(
    amount: Balance | Integration | Move, jenjang: Jenjang, as_of: date
) -> tuple[str, Decimal, dict[str, str]]:
    if isinstance(amount, Balance):
        if amount.value < 0:
            raise ValueError("a balance is not negative")
        return "other", amount.value, {}
    if isinstance(amount, Integration):
        value = integration_credit(amount.conventional, amount.base)
        return (
            "integration",
            value,
            {"conventional": str(amount.conventional), "base": str(amount.base)},
        )
    table = credit_table_on(as_of)
    if table is None:
        raise TooEarly
    coefficient = table.coefficients[jenjang]
    basis = {"coefficient": str(coefficient), "years": str(amount.years)}
    return "move", move_credit(coefficient, amount.years), basis


def _converted_until(employee: Employee, jenjang: Jenjang, as_of: date) -> bool:
    return (
        CreditConversion.objects.current()
        .filter(employee=employee, jenjang=jenjang.value, period__startswith__lt=_month_not_in(as_of))
        .exists()
    )


@transaction.atomic
def record_diploma(
    *, employee: Employee, degree: str, obtained_on: date, note: str, by: Any, at: datetime
) -> CreditDiploma:
    """Enter a new, higher, relevant diploma: it gives once 25 % of what the next rank needs (CRD-9).

    :raises NotFunctional: without a functional post on that day.
    :raises NoRankStep: if no next rank needs credit.
    :raises AlreadyEntered: if the diploma gave credit before.
    :raises DiplomaNotHigher: if one as high or higher did.
    """
    employee = _locked(employee)
    jenjang = _jenjang_on(employee, obtained_on)
    order = DegreeChoices.values
    earlier = list(
        CreditDiploma.objects.counting().filter(employee=employee).values_list("degree", flat=True)
    )
    if degree in earlier:
        raise AlreadyEntered
    if any(order.index(given) > order.index(degree) for given in earlier):
        raise DiplomaNotHigher
    facts = accumulation_facts(employee, obtained_on)
    if facts.rank is None:
        raise NoRankStep(facts.rank_note)
    diploma = CreditDiploma.objects.create(
        employee=employee,
        jenjang=jenjang.value,
        degree=degree,
        obtained_on=obtained_on,
        required=facts.rank.required,
        percent=DIPLOMA_PERCENT,
        value=diploma_credit(facts.rank.required),
        note=note.strip(),
        entered_by=by,
        entered_at=at,
    )
    _entered(diploma, employee, by, at, degree=degree, value=str(diploma.value))
    return diploma


@transaction.atomic
def record_rank_step(
    *, employee: Employee, effective_on: date, note: str, by: Any, at: datetime
) -> CreditRankStep:
    """Enter a rise to the next rank within the level; it uses up the requirement, the rest is carried on (CRD-8).

    :raises NotFunctional: without a functional post on that day.
    :raises NoRankStep: if there is no next rank within the level.
    :raises NotEnoughCredit: if the credit of that day does not reach the requirement.
    :raises AlreadyEntered: if the step is on file.
    """
    employee = _locked(employee)
    jenjang = _jenjang_on(employee, effective_on)
    # What the person had on the day before it took effect.
    facts = accumulation_facts(employee, effective_on - ONE_DAY)
    if facts.jenjang != jenjang.value or facts.rank is None or facts.rank_note:
        raise NoRankStep(facts.rank_note)
    if CreditRankStep.objects.counting().filter(employee=employee, effective_on__gte=effective_on).exists():
        raise AlreadyEntered
    if not facts.rank.is_met:
        raise NotEnoughCredit
    try:
        with transaction.atomic():
            step = CreditRankStep.objects.create(
                employee=employee,
                jenjang=jenjang.value,
                from_golongan=facts.golongan,
                to_golongan=facts.rank.target,
                used=facts.rank.required,
                effective_on=effective_on,
                note=note.strip(),
                entered_by=by,
                entered_at=at,
            )
    except IntegrityError as error:
        raise AlreadyEntered from error
    _entered(step, employee, by, at, to_golongan=step.to_golongan, used=str(step.used))
    return step


def _entered(entry: CreditEntry, employee: Employee, by: Any, at: datetime, **data: Any) -> None:
    audit.record(
        "assessments.credit.entered",
        target=entry,
        by=account_of(by),
        scope=employee.government.code,
        at=at,
        employee=employee.pk,
        **data,
    )
    stamps.bump(*stamp_names(employee))


@transaction.atomic
def withdraw_entry(*, entry: CreditEntry, reason: str, by: Any, at: datetime) -> CreditEntry:
    """Withdraw something that was entered in error; it stays on file and no longer counts.

    :raises ReasonMissing: without a reason.
    """
    if not reason.strip():
        raise ReasonMissing
    employee = _locked(entry.employee)
    locked: CreditEntry = type(entry)._default_manager.select_for_update(no_key=True).get(pk=entry.pk)
    if locked.is_withdrawn:
        return locked
    locked.withdrawn_at = at
    locked.withdrawn_by = by
    locked.withdrawn_reason = reason.strip()
    locked.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_reason"])
    audit.record(
        "assessments.credit.withdrawn",
        target=locked,
        by=account_of(by),
        scope=employee.government.code,
        at=at,
        employee=employee.pk,
        reason=reason.strip(),
    )
    stamps.bump(*stamp_names(employee))
    return locked


# --- PAK


@transaction.atomic
def issue_pak(
    *,
    employee: Employee,
    as_of: date,
    by: Any,
    at: datetime,
    competence_test: tuple[bool, str] | None = None,
    vacancy: tuple[bool, str] | None = None,
    note: str = "",
) -> CreditPak:
    """Fix what a person has on a day, with a number. The content is a snapshot and never changes.

    The competence test and the vacancy are facts that a person confirms, each with the document; None leaves them
    open (CRD-8).

    :raises NotFunctional: without a functional post of a known level on that day.
    """
    employee = _locked(employee)
    facts = accumulation_facts(employee, as_of)
    if not facts.jenjang:
        raise NotFunctional
    government = employee.government
    today = local_date(at, government.timezone)
    conditions = _conditions(facts, competence_test, vacancy)
    number = sequences.receipt_number("PAK", government.code, today.year)
    content = PakFacts(
        number=number,
        as_of=as_of,
        issued_on=today,
        issued_by_name=_name_of(by),
        accumulation=facts,
        conditions=conditions,
        proposal=proposal_of(facts, conditions),
        note=note.strip(),
    )
    pak = CreditPak.objects.create(
        employee=employee,
        number=number,
        as_of=as_of,
        content=snapshot_of(content),
        issued_by=by,
        issued_at=at,
    )
    audit.record(
        "assessments.credit.pak_issued",
        target=pak,
        by=account_of(by),
        scope=government.code,
        at=at,
        employee=employee.pk,
        as_of=as_of,
        total=str(facts.total),
        proposal=content.proposal,
    )
    notify.send(
        employee.user,
        _PAK,
        url=reverse("assessments:credit-pak", args=[pak.pk]),
        key=f"pak:{pak.pk}",
        number=number,
    )
    stamps.bump(*stamp_names(employee))
    return pak


def _conditions(
    facts: AccumulationFacts, competence_test: tuple[bool, str] | None, vacancy: tuple[bool, str] | None
) -> tuple[ConditionFacts, ...]:
    if facts.level is None:
        return ()
    confirmed = {"competence_test": competence_test, "vacancy": vacancy}
    return (
        ConditionFacts("predikat", facts.last_is_good, facts.last_predikat_label),
        *(
            ConditionFacts(code, given[0], given[1].strip()) if given else ConditionFacts(code, None, "")
            for code, given in confirmed.items()
        ),
    )


def proposal_of(facts: AccumulationFacts, conditions: Iterable[ConditionFacts]) -> str:
    """Return what may be proposed: the level only with all it needs, and before the rank (CRD-8)."""
    if facts.due == "level" and not all(condition.is_met for condition in conditions):
        return ""
    return facts.due


def _name_of(by: Any) -> str:
    employee: Employee | None = getattr(by, "employee", None)
    return employee.full_name if employee is not None else str(getattr(by, "display_name", ""))

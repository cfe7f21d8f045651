"""What officers enter: earlier balances, diplomas, rank steps, and their withdrawal (CRD-9 to CRD-11)."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction

from apps.core import audit, stamps
from apps.employees.models import Employee, Placement

from ...labels import DegreeChoices
from ...models import CreditConversion, CreditDiploma, CreditOpening, CreditRankStep
from ...rules.credit import Jenjang, credit_table_on
from ...rules.credit_accumulation import DIPLOMA_PERCENT, diploma_credit, integration_credit, move_credit
from ...rules.credit_months import ONE_DAY
from ...selectors.credit import accumulation_facts, jenjang_of
from ..actors import account_of, stamp_names
from .people import NotFunctional, locked_person, month_not_in

CreditEntry = CreditOpening | CreditDiploma | CreditRankStep


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
    employee = locked_person(employee)
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
        .filter(employee=employee, jenjang=jenjang.value, period__startswith__lt=month_not_in(as_of))
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
    employee = locked_person(employee)
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
    employee = locked_person(employee)
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
    employee = locked_person(entry.employee)
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

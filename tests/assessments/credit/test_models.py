"""What the database refuses, past every service."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from apps.assessments.models import CreditConversion, CreditOpening, CreditPak, CreditRankStep
from apps.assessments.services import credit

from .conftest import AT

pytestmark = pytest.mark.django_db


@pytest.fixture
def conversion(world: Any, year: Any, plan: Any, final: Any) -> CreditConversion:
    (row,) = credit.convert_evaluation(evaluation_id=final(plan(), year["2"]).pk, at=AT)
    return row


@pytest.fixture
def opening(world: Any) -> CreditOpening:
    return credit.record_opening(
        employee=world.staff,
        amount=credit.Balance(Decimal(120)),
        as_of=date(2025, 12, 31),
        note="PAK",
        by=world.personnel_officer,
        at=AT,
    )


def refused(rows: Any, **changes: Any) -> None:
    before = list(rows.values())
    with pytest.raises(DatabaseError), transaction.atomic():
        rows.update(**changes) if changes else rows.delete()
    assert list(rows.values()) == before


@pytest.mark.parametrize(
    "changes",
    [
        {"value": 99},
        {"months": 4},
        {"predikat": "sangat_baik"},
        {"number": "X"},
        {"period": DateRange(date(2026, 1, 1), date(2026, 2, 1))},
    ],
)
def test_a_conversion_never_changes(conversion: CreditConversion, changes: dict[str, Any]) -> None:
    refused(CreditConversion.objects.filter(pk=conversion.pk), **changes)


def test_a_conversion_is_never_deleted(conversion: CreditConversion) -> None:
    refused(CreditConversion.objects.filter(pk=conversion.pk))


def test_a_conversion_may_be_replaced_with_a_reason(conversion: CreditConversion) -> None:
    rows = CreditConversion.objects.filter(pk=conversion.pk)
    refused(rows, replaced_at=AT)
    assert rows.update(replaced_at=AT, replaced_reason="corrected") == 1


def test_no_month_counts_twice(conversion: CreditConversion) -> None:
    conversion.pk, conversion.version, conversion.number = None, 2, "AK-X"
    with pytest.raises(IntegrityError, match="credit_month_counts_once"), transaction.atomic():
        conversion.save()
    conversion.replaced_at, conversion.replaced_reason = AT, "corrected"
    conversion.save()
    assert CreditConversion.objects.count() == 2


@pytest.mark.parametrize("months", [0, 13])
def test_a_conversion_stays_within_a_year(conversion: CreditConversion, months: int) -> None:
    conversion.pk, conversion.version, conversion.number = None, 2, "AK-X"
    conversion.months, conversion.replaced_at, conversion.replaced_reason = months, AT, "corrected"
    with pytest.raises(IntegrityError, match="within_a_year"), transaction.atomic():
        conversion.save()


def test_a_version_is_there_once(conversion: CreditConversion) -> None:
    conversion.pk, conversion.number = None, "AK-X"
    conversion.replaced_at, conversion.replaced_reason = AT, "corrected"
    with pytest.raises(IntegrityError, match="once_per_version"), transaction.atomic():
        conversion.save()


def test_a_pak_never_changes(world: Any, opening: CreditOpening) -> None:
    pak = credit.issue_pak(employee=world.staff, as_of=date(2026, 7, 1), by=world.personnel_officer, at=AT)
    rows = CreditPak.objects.filter(pk=pak.pk)
    refused(rows, content={})
    refused(rows, as_of=date(2026, 1, 1))
    refused(rows)


def test_an_entry_is_withdrawn_and_never_changed(opening: CreditOpening) -> None:
    rows = CreditOpening.objects.filter(pk=opening.pk)
    refused(rows, value=99)
    refused(rows, note="lain")
    refused(rows, withdrawn_at=AT)
    refused(rows)
    assert rows.update(withdrawn_at=AT, withdrawn_reason="Salah") == 1


def test_a_balance_is_not_negative(opening: CreditOpening) -> None:
    opening.pk, opening.kind, opening.value = None, "move", Decimal("-0.01")
    with pytest.raises(IntegrityError, match="not_negative"), transaction.atomic():
        opening.save()


def test_an_entry_is_there_once(world: Any, opening: CreditOpening) -> None:
    opening.pk = None
    with pytest.raises(IntegrityError, match="once_per_kind"), transaction.atomic():
        opening.save()
    step = credit.record_rank_step(
        employee=world.staff, effective_on=date(2026, 4, 1), note="SK", by=world.personnel_officer, at=AT
    )
    refused(CreditRankStep.objects.filter(pk=step.pk), used=1)
    step.pk = None
    with pytest.raises(IntegrityError, match="once_per_golongan"), transaction.atomic():
        step.save()
    diploma = credit.record_diploma(
        employee=world.staff,
        degree="s2",
        obtained_on=date(2026, 3, 1),
        note="Ijazah",
        by=world.personnel_officer,
        at=AT,
    )
    diploma.pk = None
    with pytest.raises(IntegrityError, match="once_per_degree"), transaction.atomic():
        diploma.save()

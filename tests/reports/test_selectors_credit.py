"""What the documents of angka kredit say comes from the stored figures."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from apps.assessments.models import CreditConversion, CreditPak
from apps.assessments.services import credit as services
from apps.employees.models import Position
from apps.reports.selectors import credit
from apps.reports.services.documents import NothingToAddUp, issue_accumulation_document, issue_pak_document

from .evaluated import CONVERTED, converted, fixed

pytestmark = pytest.mark.django_db
TODAY = date(2026, 8, 1)


def test_a_conversion_says_number_period_predikat_percentage_and_sum(world: Any) -> None:
    row = converted(world)
    document = credit.conversion_document(row)
    assert document.number == row.number
    assert (document.line.period_start, document.line.period_end) == (date(2026, 4, 1), date(2026, 6, 30))
    assert document.employee.name == "Perawat Contoh"
    assert document.employee.position == row.post
    assert document.level == "Ahli Muda"
    assert document.appraiser.name == "Kepala Puskesmas Contoh"
    line = document.line
    assert (line.months, line.predikat, line.percent) == (3, "Baik", 100)
    assert (line.coefficient, line.value) == (Decimal("25.00"), Decimal("6.25"))
    assert line.formula == "3/12 × 100 % × 25 = 6,25"
    assert document.replaced == ""
    CreditConversion.objects.filter(pk=row.pk).update(replaced_at=CONVERTED, replaced_reason="yearly")
    replaced = CreditConversion.objects.get(pk=row.pk)
    assert credit.conversion_document(replaced).replaced.startswith("Tidak dihitung lagi")


def test_the_accumulation_is_dated_by_what_happened_last(world: Any) -> None:
    converted(world)
    document = credit.accumulation_document(world.staff, TODAY)
    assert document.date == date(2026, 6, 30)
    assert document == credit.accumulation_document(world.staff, date(2026, 12, 1))
    assert document.total == Decimal("6.25")
    assert [need.title for need in document.needs] == ["Kenaikan pangkat", "Kenaikan jenjang"]
    services.record_diploma(
        employee=world.staff,
        degree="s2",
        obtained_on=date(2026, 7, 1),
        note="Ijazah 77",
        by=world.personnel_officer,
        at=CONVERTED,
    )
    later = credit.accumulation_document(world.staff, TODAY)
    assert later.date == date(2026, 7, 1)
    assert later.diplomas[0].value == Decimal("25.00")
    assert later.total == Decimal("31.25")


def test_nothing_to_add_up_outside_of_functional_posts(world: Any) -> None:
    with pytest.raises(NothingToAddUp):
        issue_accumulation_document(employee_id=world.head.pk, by=None, at=CONVERTED)
    assert not world.head.credit_documents.exists()


def test_a_pak_prints_its_snapshot(world: Any) -> None:
    converted(world)
    pak = fixed(world)
    first = issue_pak_document(pak_id=pak.pk, by=None, at=CONVERTED)
    Position.objects.filter(placements__employee=world.staff).update(title="Jabatan lain")
    services.record_diploma(
        employee=world.staff,
        degree="s2",
        obtained_on=date(2026, 7, 1),
        note="Ijazah 77",
        by=world.personnel_officer,
        at=CONVERTED,
    )
    assert issue_pak_document(pak_id=pak.pk, by=None, at=CONVERTED).pk == first.pk
    document = credit.pak_document(CreditPak.objects.get(pk=pak.pk))
    assert document.number == pak.number
    assert document.as_of == date(2026, 7, 20)
    assert document.total == Decimal("6.25")
    assert [line.value for line in document.lines] == [Decimal("0.00"), Decimal("6.25"), Decimal("0.00")]
    assert document.proposal == "Belum dapat dipertimbangkan untuk kenaikan pangkat atau jenjang"
    assert len(document.conditions) == 3

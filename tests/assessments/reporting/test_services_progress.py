"""Daily lines: what fits, what is counted, and when they can no longer change."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from apps.assessments.models import ProgressEntry
from apps.assessments.services import progress, reports
from apps.indicators.models import WorkResult
from apps.indicators.services.guard import applying

from .conftest import NOW, TODAY, add, fill


def test_counted_quantities_add_up_to_the_realization(world: Any, skp: Any, draft: Any) -> None:
    indicator = skp.results.get().indicators.first()
    indicator.source = "progress_sum"
    with applying():
        indicator.save()
    add(world, skp, "Pagi", indicator=indicator, quantity=Decimal("10.5"))
    entry = add(world, skp, "Sore", indicator=indicator, quantity=Decimal(4))
    assert draft.lines.get(indicator=indicator).realization == Decimal("14.5")
    progress.change_entry(
        entry_id=entry.pk,
        result=entry.result,
        date=TODAY,
        text="Sore",
        by=world.staff,
        at=NOW,
        indicator=indicator,
        quantity=Decimal(5),
    )
    assert draft.lines.get(indicator=indicator).realization == Decimal("15.5")
    progress.remove_entry(entry_id=entry.pk, by=world.staff, at=NOW)
    assert draft.lines.get(indicator=indicator).realization == Decimal("10.5")


def test_what_does_not_fit_is_refused(world: Any, skp: Any, period: Any) -> None:
    result = skp.results.get()
    indicator = result.indicators.first()
    for error, day, more in [
        (progress.EntryInFuture, date(2026, 9, 16), {}),
        (progress.DayOutsidePlan, date(2025, 12, 31), {}),
        (progress.QuantityNeedsIndicator, TODAY, {"quantity": Decimal(1)}),
        (progress.QuantityNeedsIndicator, TODAY, {"quantity": Decimal(-1), "indicator": indicator}),
    ]:
        with pytest.raises(error):
            add(world, skp, day=day, **more)
    with applying():
        other = WorkResult.objects.create(skp=skp, text="Lain")
    with pytest.raises(progress.WrongIndicator):
        progress.add_entry(
            employee=world.staff,
            result=other,
            date=TODAY,
            text="x",
            by=world.staff,
            indicator=indicator,
            at=NOW,
        )
    with pytest.raises(progress.NotTheWriter):
        progress.add_entry(employee=world.staff, result=result, date=TODAY, text="x", by=world.head, at=NOW)
    with pytest.raises(progress.PlanNotApproved):
        progress.add_entry(
            employee=world.colleague, result=result, date=TODAY, text="x", by=world.colleague, at=NOW
        )
    assert ProgressEntry.objects.count() == 0


def test_a_sent_report_locks_its_lines_until_it_comes_back(world: Any, skp: Any, draft: Any) -> None:
    entry = add(world, skp)
    fill(draft)
    reports.submit_report(report_id=draft.pk, by=world.staff, at=NOW)
    with pytest.raises(progress.EntryLocked):
        add(world, skp, "Terlambat")
    with pytest.raises(progress.EntryLocked):
        progress.remove_entry(entry_id=entry.pk, by=world.staff, at=NOW)
    with pytest.raises(progress.EntryLocked):
        progress.change_entry(
            entry_id=entry.pk, result=entry.result, date=TODAY, text="Baru", by=world.staff, at=NOW
        )
    assert list(ProgressEntry.objects.values_list("text", flat=True)) == ["Posyandu Mandonga"]
    reports.return_report(report_id=draft.pk, note="Lengkapi", by=world.head, at=NOW)
    add(world, skp, "Susulan")
    assert ProgressEntry.objects.count() == 2


def test_copying_a_day_twice_doubles_nothing(world: Any, skp: Any, period: Any) -> None:
    add(world, skp, "Apel", date(2026, 9, 14))
    add(world, skp, "Posyandu", date(2026, 9, 14))
    add(world, skp, "Apel", TODAY)
    arguments = {
        "employee": world.staff,
        "from_day": date(2026, 9, 14),
        "to_day": TODAY,
        "by": world.staff,
        "at": NOW,
    }
    assert [row.text for row in progress.copy_day(**arguments)] == ["Posyandu"]
    assert progress.copy_day(**arguments) == []
    assert ProgressEntry.objects.filter(date=TODAY).count() == 2

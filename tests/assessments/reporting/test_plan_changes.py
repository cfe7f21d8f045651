"""A plan that changes within the year keeps what was noted and reported before (PLN-12)."""

from datetime import date
from typing import Any

import pytest

from apps.assessments.models import ProgressEntry
from apps.assessments.selectors import reporting
from apps.indicators.services import revisions
from apps.indicators.services import skp as plans
from tests.indicators.support import AT
from tests.indicators.test_services_revisions import approve, approved

pytestmark = pytest.mark.django_db


def test_progress_on_a_dropped_result_still_belongs_to_the_report(world: Any) -> None:
    skp = approved(world)
    kept, dropped = skp.results.order_by("order")
    period = world.make_periods()[2]
    report = world.make_report(skp, period)
    for result, text in ((kept, "Melayani pasien"), (dropped, "Menyusun laporan")):
        ProgressEntry.objects.create(employee=world.staff, result=result, date=date(2026, 7, 10), text=text)
    copy = revisions.begin_revision(skp_id=skp.pk, reason="strategy", note="x", by=world.staff, at=AT)
    # A change that nobody approved takes nothing away.
    plans.remove_result(result=copy.results.get(revised_from=dropped), by=world.staff)
    assert reporting.progress_of(report).count() == 2
    approve(copy, world)
    assert {entry.text for entry in reporting.progress_of(report)} == {"Melayani pasien", "Menyusun laporan"}
    assert "Menyusun laporan" in reporting.entries_text(skp, period)
    assert [plan.pk for plan in reporting.plans_in_force(world.staff, period)] == [skp.pk]
    assert set(reporting.writable_results(world.staff, date(2026, 7, 11))) == {kept}

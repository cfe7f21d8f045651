"""The engine stores row for row what the loop over people stored (oracle.py), in worlds where everything happens."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import transaction

from apps.assessments.models import Evaluation, Period
from apps.assessments.services.engine import runs
from apps.assessments.services.replay import replay_year
from apps.employees.models import AppraiserLink
from apps.indicators.models import Skp

from . import oracle
from .rich_world import RichWorld

pytestmark = pytest.mark.django_db

AT = datetime(2026, 7, 20, 2, 0, tzinfo=UTC)
AGAIN = datetime(2026, 8, 20, 2, 0, tzinfo=UTC)
COLUMNS = (
    "skp", "period", "employee", "government", "unit", "appraiser", "mandate", "is_part", "status",
    "achievement_percent", "hint_rating", "inputs", "work_result_rating", "behavior_rating", "predikat", "reason",
    "recommendation", "rule_version", "version", "basis", "rated_at", "delivered_at", "answer_due_on", "answered_at",
)  # fmt: skip


class _Undone(Exception):
    """Raised to take back what one of the two ways did."""


def _rows() -> list[dict[str, Any]]:
    rows = list(Evaluation.objects.order_by("skp", "period").values(*COLUMNS))
    for row in rows:
        row["inputs"].pop("at")  # an equal row keeps the time at which it was pulled together
        for part in row["inputs"]["earlier_parts"]:
            part.pop("evaluation_id")  # the two ways make rows of their own
    return rows


def _by_oracle(period: Period, rich: RichWorld, at: datetime) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    try:
        with transaction.atomic():
            # Twice for the year: unit by unit, a part in a later unit was unknown to an earlier one.
            for _turn in range(2 if period.kind == "yearly" else 1):
                oracle.prepare_units(period, rich.units, at)
            found = _rows()
            raise _Undone
    except _Undone:
        return found


def _compare(period: Period, rich: RichWorld, at: datetime) -> list[dict[str, Any]]:
    period = Period.objects.select_related("cycle__government").get(pk=period.pk)
    expected = _by_oracle(period, rich, at)
    runs.prepare_units(period_id=period.pk, unit_ids=[unit.pk for unit in rich.units], at=at)
    found = _rows()
    assert found == expected
    return found


@pytest.mark.parametrize("seed", [2, 5, 8])
def test_the_engine_stores_what_the_loop_stored(seed: int) -> None:
    rich = RichWorld(seed)
    quarter = rich.periods[1]
    rows = _compare(quarter, rich, AT)
    assert rows
    rich.rate_some(quarter, AT)
    # things change: somebody gets another appraiser, a plan is approved late, another indicator counts
    for link in AppraiserLink.objects.filter(appraiser__isnull=False).order_by("pk")[:3]:
        AppraiserLink.objects.filter(pk=link.pk).update(appraiser=None, external_name="Wali Kota")
    Skp.objects.filter(status="draft").update(status="approved", submitted_at=AT, approved_at=AT)
    _compare(quarter, rich, AGAIN)
    _compare(rich.yearly, rich, AGAIN)
    _compare(rich.yearly, rich, AGAIN)
    assert [replayed for replayed in replay_year(2026) if replayed.found.differences] == []

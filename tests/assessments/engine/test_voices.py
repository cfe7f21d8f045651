"""What citizens say about many units at once is what is said about each alone, to the last digit."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.employees.models import WorkUnit
from apps.feedback.selectors.voice import voice_of_unit
from apps.feedback.selectors.voices import voices_of_units

from .rich_world import RichWorld

pytestmark = pytest.mark.django_db
SPANS = [(date(2026, 1, 1), date(2026, 12, 31)), (date(2026, 4, 1), date(2026, 6, 30))]


@pytest.mark.parametrize("seed", [3, 4])
def test_many_voices_are_each_voice(seed: int) -> None:
    rich = RichWorld(seed, people=2)
    units = list(
        WorkUnit.objects.filter(government=rich.government).select_related("government").order_by("pk")
    )
    wanted = [(unit, first, last) for unit in units for first, last in SPANS]
    expected = [voice_of_unit(unit, first, last) for unit, first, last in wanted]
    with CaptureQueriesContext(connection) as queries:
        found = voices_of_units(wanted)
    assert found == expected
    assert any(voice.ikm for voice in found)
    assert any(voice.on_time_percent is not None for voice in found)
    assert len(queries) <= 13 * len(SPANS)

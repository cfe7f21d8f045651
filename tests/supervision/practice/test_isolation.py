"""Practice counts nowhere: no other table changes, no figure moves, and no other module reads these tables."""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.db import connection

from apps.assessments.services import reminders
from apps.core.models import Notification
from apps.employees.models import Employee, UnitHelper
from apps.supervision.models import FigureMark, PracticeEntry, UnitFigure
from apps.supervision.selectors import adoption, duties, facts, leader_duties
from apps.supervision.services import practice, practice_periods, unit_figures
from tests.world import NOW

from .practised import running, supervised, went_through

pytestmark = pytest.mark.django_db
APPS = Path(__file__).parents[3] / "apps"
OURS = {"supervision_practiceentry"}


@pytest.fixture(autouse=True)
def _september() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def _all_tables() -> dict[str, tuple[int, str]]:
    """Return number of rows and a hash of the whole content of every table but that of practice."""
    found = {}
    with connection.cursor() as cursor:
        for table in sorted(set(connection.introspection.table_names(cursor)) - OURS):
            cursor.execute(
                f"SELECT count(*), coalesce(md5(string_agg(t::text, chr(10) ORDER BY t::text)), '') FROM \"{table}\" t"
            )
            found[table] = cursor.fetchone()
    return found


def _figures(world: Any, period: Any) -> dict[str, Any]:
    """Return what the screens of the office would say now."""
    everybody = Employee.objects.filter(government=world.government).order_by("pk")
    FigureMark.objects.update(computed_at=None)
    unit_figures.refresh(government=world.government, now=NOW)
    skipped = {"id", "computed_at"}
    names = [field.attname for field in UnitFigure._meta.concrete_fields if field.name not in skipped]
    return {
        "adoption": adoption.measures(period, NOW),
        "units": list(
            UnitFigure.objects.order_by("unit", "period", "job_family", "reach").values_list(*names)
        ),
        "facts": facts.facts_for(everybody, NOW.date()),
        "duties": [
            (row.periods, row.skp, row.evaluations)
            for row in (duties.duties_of(who, NOW) for who in everybody)
        ],
        "leaders": leader_duties.duties_of_leaders(everybody, world.government, NOW),
        "reminded": (reminders.climb(now=NOW), Notification.objects.count()),
    }


def test_no_other_table_changes(world: Any) -> None:
    period = running(world)
    before = _all_tables()
    assert len(before) > 100
    went_through(world.staff, period)
    supervised(world.head, period)
    assert PracticeEntry.objects.count() == 6
    assert _all_tables() == before
    practice.delete_own(person=world.staff)
    assert _all_tables() == before


def test_no_figure_moves(world: Any) -> None:
    period = world.make_periods()[2]
    for person in (world.staff, world.colleague, world.head):
        world.make_skp(person)
    world.make_report(world.colleague.skp.get(), period, status="submitted")
    practice_period = running(world)
    _figures(world, period)  # the reminders of today are out
    before = _figures(world, period)
    went_through(world.staff, practice_period)
    supervised(world.head, practice_period)
    assert _figures(world, period) == before
    practice_periods.close_period(period_id=practice_period.pk, by=world.personnel_officer, at=NOW)
    assert _figures(world, period) == before


def test_no_other_module_reads_the_tables() -> None:
    ours = re.compile(r"(practice|models/__init__|migrations/0008)")
    read = re.compile(r"\bPracticeEntry\b|supervision_practiceentry")
    assert read.search((APPS / "supervision/selectors/practice.py").read_text()), "the search can find"
    found = [
        str(path.relative_to(APPS))
        for path in sorted(APPS.rglob("*.py"))
        if not ours.search(str(path.relative_to(APPS))) and read.search(path.read_text())
    ]
    assert found == []


def test_nobody_else_opens_it_whatever_their_role(world: Any) -> None:
    went_through(world.staff, running(world))
    UnitHelper.objects.create(
        unit=world.unit,
        employee=world.colleague,
        phone="0812",
        period=(date(2026, 1, 1), None),
        named_at=NOW,
    )
    others = [world.head, world.agency_head, world.colleague, world.stranger, world.foreigner]
    users = [person.user for person in others] + [world.personnel_officer, world.auditor]
    users.append(world.make_role_user("leadership"))
    assert [user.pk for user in users if PracticeEntry.objects.visible_to(user).exists()] == []
    assert PracticeEntry.objects.visible_to(world.staff.user).count() == 1

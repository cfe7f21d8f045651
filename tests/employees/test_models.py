"""What the database itself refuses, whatever the code does: each constraint is broken past `save()`."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from apps.employees.models import (
    AppraiserLink,
    Employee,
    ImportBatch,
    ImportRow,
    Placement,
    Position,
    RecordView,
    RoleAssignment,
    ServiceState,
    SupervisionLoan,
    UnitHelper,
    WorkUnit,
)
from tests.world import NOW, SINCE, World


def _second_place(world: World) -> None:
    place = world.staff.placements.get()
    Placement.objects.create(
        employee=world.staff, position=place.position, period=DateRange(date(2025, 6, 1), date(2025, 7, 1))
    )


def _second_link(world: World) -> None:
    AppraiserLink.objects.create(
        employee=world.staff, appraiser=world.colleague, period=DateRange(date(2026, 1, 1), None)
    )


def _second_role(world: World) -> None:
    RoleAssignment.objects.create(
        user=world.auditor, role="auditor", unit=world.root, period=DateRange(date(2026, 1, 1), None)
    )


def _second_head(world: World) -> None:
    Position.objects.filter(placements__employee=world.staff).update(is_head=True)


def _same_title(world: World) -> None:
    titles = Position.objects.filter(unit=world.unit, is_head=False)
    titles.update(title="Sama")


def _row(world: World) -> ImportRow:
    batch = ImportBatch.objects.create(
        government=world.government, file_name="x.csv", uploaded_at=NOW, status="checked"
    )
    return ImportRow.objects.create(batch=batch, row_number=2)


def _state(world: World, period: DateRange | None = None) -> ServiceState:
    return ServiceState.objects.create(
        employee=world.staff,
        kind="study",
        period=period or DateRange(SINCE, None),
        note="SK 1",
        recorded_at=NOW,
    )


def _loan(world: World, **changes: Any) -> SupervisionLoan:
    values = {
        "employee": world.staff,
        "lender": world.head,
        "holder": world.agency_head,
        "kind": "loan",
        "reason": "Penuh.",
        "period": DateRange(SINCE, date(2026, 1, 1)),
        "granted_at": NOW,
    }
    return SupervisionLoan.objects.create(**{**values, **changes})


def _helper(world: World, phone: str = "0812") -> UnitHelper:
    return UnitHelper.objects.create(
        unit=world.unit, employee=world.staff, phone=phone, period=DateRange(SINCE, None), named_at=NOW
    )


def _view(world: World, what: str = "person") -> RecordView:
    return RecordView.objects.create(
        viewer=world.head.user, employee=world.staff, what=what, at=NOW, hour=NOW
    )


BREAKERS: dict[str, Callable[[World], object]] = {
    "employee_nip_has_18_digits": lambda w: Employee.objects.filter(pk=w.staff.pk).update(
        nip="12345678901234567x"
    ),
    "employees_employee_nip": lambda w: Employee.objects.filter(pk=w.staff.pk).update(nip=w.colleague.nip),
    "placement_main_ones_do_not_overlap": _second_place,
    "appraiser_one_at_a_time": _second_link,
    "appraiser_is_somebody": lambda w: AppraiserLink.objects.filter(employee=w.staff).update(appraiser=None),
    "appraiser_is_not_oneself": lambda w: AppraiserLink.objects.filter(employee=w.staff).update(
        appraiser=w.staff
    ),
    "role_once_per_user_unit_and_time": _second_role,
    "position_one_head_per_unit": _second_head,
    "position_title_once_per_unit": _same_title,
    "unit_code_once_per_government": lambda w: WorkUnit.objects.filter(pk=w.unit.pk).update(
        code=w.agency.code
    ),
    "unit_one_root_per_government": lambda w: WorkUnit.objects.filter(pk=w.unit.pk).update(parent=None),
    "import_row_applied_only_when_good": lambda w: ImportRow.objects.filter(pk=_row(w).pk).update(
        applied=True
    ),
    "service_state_one_at_a_time": lambda w: [_state(w), _state(w)],
    "service_state_has_a_first_day": lambda w: _state(w, DateRange(None, SINCE)),
    "loan_one_at_a_time": lambda w: [_loan(w), _loan(w, holder=w.stranger)],
    "loan_has_a_first_and_a_last_day": lambda w: _loan(w, period=DateRange(SINCE, None)),
    "loan_is_between_three_people": lambda w: _loan(w, holder=w.head),
    "loan_ended_with_a_time": lambda w: _loan(w, is_withdrawn=True),
    "loan_has_a_reason": lambda w: _loan(w, reason=""),
    "helper_one_per_unit_at_a_time": lambda w: [_helper(w), _helper(w)],
    "helper_can_be_called": lambda w: _helper(w, phone=""),
    "record_view_once_per_hour": lambda w: [_view(w), _view(w)],
    "record_view_part_is_a_known_one": lambda w: _view(w, what="palsu"),
    "import_row_once_per_batch": lambda w: ImportRow.objects.create(batch=_row(w).batch, row_number=2),
}


@pytest.mark.parametrize("constraint", BREAKERS)
def test_the_database_refuses(world: World, constraint: str) -> None:
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        BREAKERS[constraint](world)


def test_every_constraint_of_the_app_is_tried() -> None:
    from django.apps import apps

    named = {
        constraint.name
        for model in apps.get_app_config("employees").get_models()
        for constraint in model._meta.constraints
        if not constraint.name.startswith("correction_")  # tests/employees/test_services_corrections.py
    }
    assert named <= set(BREAKERS)


def test_a_second_post_beside_the_main_one_is_possible(world: World) -> None:
    place = world.staff.placements.get()
    Placement.objects.create(
        employee=world.staff, position=place.position, period=DateRange(SINCE, None), is_main=False
    )
    assert world.staff.placements.count() == 2


def test_the_last_day_is_the_one_people_say(world: World) -> None:
    place = world.staff.placements.get()
    assert place.last_day is None
    place.period = DateRange(SINCE, date(2026, 1, 1))
    assert place.last_day == date(2025, 12, 31)

"""What the tests of training start from: an evaluation of world.staff that was handed over, and a session."""

from datetime import UTC, date, datetime
from decimal import Decimal
from importlib import import_module
from typing import Any

from apps.assessments.models import Evaluation
from apps.indicators.models import Skp
from apps.training.models import LearningForm, Programme, Session, Topic, TrainingNeed
from apps.training.services import programmes

AT = datetime(2026, 10, 12, 2, 0, tzinfo=UTC)


def indicator_row(
    text: str = "Jumlah pemeriksaan", percent: str | None = "62", aspect: str = "kuantitas"
) -> Any:
    """One indicator as it is stored when a period is closed (apps/assessments/services/closing.py)."""
    return {
        "id": 1,
        "text": text,
        "aspect": aspect,
        "percent": percent,
        "missing": "" if percent else "no_report",
    }


def make_evaluation(
    world: Any,
    *,
    work_result: str = "below_expectation",
    behavior: str = "meets_expectation",
    predikat: str = "butuh_perbaikan",
    status: str = "delivered",
    indicators: list[Any] | None = None,
    number: int = 3,
    employee: Any = None,
    periods: list[Any] | None = None,
) -> Evaluation:
    """Create an evaluation with stored inputs; the third quarter unless another is asked for."""
    employee = employee or world.staff
    periods = periods or getattr(world, "story_periods", None) or world.make_periods()
    world.story_periods = periods
    skp = Skp.objects.filter(employee=employee).first() or world.make_skp(employee)
    is_rated = status != "prepared"
    return Evaluation.objects.create(
        government=employee.government,
        skp=skp,
        employee=employee,
        unit=skp.unit,
        period=periods[number - 1],
        appraiser=skp.appraiser,
        status=status,
        inputs={"version": 1, "indicators": [indicator_row()] if indicators is None else indicators},
        work_result_rating=work_result if is_rated else "",
        behavior_rating=behavior if is_rated else "",
        predikat=predikat if is_rated else "",
        rule_version="test",
        prepared_at=AT,
        rated_at=AT if is_rated else None,
        delivered_at=AT if status not in {"prepared", "rated"} else None,
        answer_due_on=date(2026, 10, 30) if status == "delivered" else None,
    )


def make_topic(code: str) -> Topic:
    """Return a topic of the starter list; a test with real transactions empties the list."""
    return Topic.objects.get_or_create(code=code, defaults={"name": code})[0]


def make_forms() -> None:
    """Fill the table of forms of learning as its migration does; a test with real transactions empties it."""
    rows = import_module("apps.training.migrations.0007_programmes").FORMS
    LearningForm.objects.bulk_create(
        [
            LearningForm(
                code=code,
                name=name,
                classical=classical,
                way=way,
                source="CMP-5",
                valid_from=date(2020, 1, 1),
            )
            for code, name, classical, way in rows
        ],
        ignore_conflicts=True,
    )


def make_need(
    world: Any, code: str = "aspect_kuantitas", *, employee: Any = None, **values: Any
) -> TrainingNeed:
    """Create a need for a weak indicator."""
    params = {
        "indicator": "Jumlah pemeriksaan",
        "percent": "62",
        "threshold": "80",
        "period": ["periodic", "2026-07-01", "2026-09-30"],
    }
    return TrainingNeed.objects.create(
        employee=employee or world.staff,
        topic=make_topic(code),
        reason_code="indicator_weak",
        **{"reason_params": params, "proposed_at": AT, **values},
    )


def make_session(
    world: Any,
    *,
    seats: int = 2,
    starts_on: date = date(2026, 10, 20),
    ends_on: date = date(2026, 10, 21),
    codes: tuple[str, ...] = ("aspect_kuantitas",),
) -> Session:
    """Create a programme of 7.5 JP with one session, through the services."""
    programme: Programme = programmes.add_programme(
        government=world.government,
        name="Manajemen beban kerja",
        kind="klasikal",
        topics=[make_topic(code) for code in codes],
        jp=Decimal("7.5"),
        organizer="BKPSDM",
        by=world.personnel_officer,
        at=AT,
    )
    return programmes.add_session(
        programme=programme,
        starts_on=starts_on,
        ends_on=ends_on,
        place="Aula",
        seats=seats,
        by=world.personnel_officer,
        at=AT,
    )

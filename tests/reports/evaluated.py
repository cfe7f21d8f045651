"""Evaluations with stored figures, as they stand after a period, for the tests of documents and packs."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from apps.assessments.models import (
    CreditConversion,
    CreditPak,
    Evaluation,
    EvaluationNote,
    Objection,
    Period,
    UnitAchievement,
)
from apps.assessments.services import credit
from apps.employees.models import Employee

RATED = datetime(2026, 7, 6, 3, 0, tzinfo=UTC)
DELIVERED = datetime(2026, 7, 7, 23, 30, tzinfo=UTC)  # 8 July in Kendari
CONVERTED = datetime(2026, 7, 21, 2, 0, tzinfo=UTC)


def quarter(world: Any) -> Period:
    """Return the closed second quarter."""
    cycle = world.government.cycles.first()
    periods = list(cycle.periods.order_by("number")) if cycle else world.make_periods()
    return periods[1]


def evaluate(
    world: Any,
    employee: Employee,
    *,
    status: str = "delivered",
    predikat: str = "baik",
    work_result: str = "meets_expectation",
    period: Period | None = None,
    **changes: Any,
) -> Evaluation:
    """Create an evaluation of the second quarter with the figures of two indicators and two notes."""
    period = period or quarter(world)
    skp = employee.skp.first() or world.make_skp(employee)
    result = skp.results.get()
    first, second = result.indicators.all()
    figures = [
        {
            "id": first.pk,
            "result_id": result.pk,
            "result_text": result.text,
            "text": first.text,
            "aspect": "kuantitas",
            "measure": "pemeriksaan",
            "direction": "higher_is_better",
            "source": "reported",
            "target": "1250",
            "plan_target": "1250",
            "realization": "1312.5",
            "percent": "105",
            "missing": "",
        },
        {
            "id": second.pk,
            "result_id": result.pk,
            "result_text": result.text,
            "text": second.text,
            "aspect": "waktu",
            "measure": "menit",
            "direction": "lower_is_better",
            "source": "reported",
            "target": "20",
            "plan_target": "20",
            "realization": None,
            "percent": None,
            "missing": "not_filled_in",
        },
    ]
    is_rated = status != "prepared"
    is_delivered = status not in {"prepared", "rated"}
    values: dict[str, Any] = {
        "government": employee.government,
        "skp": skp,
        "employee": employee,
        "unit": skp.unit,
        "period": period,
        "appraiser": skp.appraiser,
        "status": status,
        "achievement_percent": "105.00",
        "inputs": {"version": 1, "indicators": figures, "heads_unit": None, "appraiser_source": "link"},
        "work_result_rating": work_result if is_rated else "",
        "behavior_rating": "meets_expectation" if is_rated else "",
        "predikat": predikat if is_rated else "",
        "recommendation": "Ikuti pelatihan komunikasi.",
        "prepared_at": RATED - timedelta(days=1),
        "rated_at": RATED if is_rated else None,
        "delivered_at": DELIVERED if is_delivered else None,
    }
    evaluation = Evaluation.objects.create(**(values | changes))
    EvaluationNote.objects.create(evaluation=evaluation, result=result, text="Antrean lebih pendek.")
    EvaluationNote.objects.create(
        evaluation=evaluation, behavior_value="harmonis", text="Rukun dengan rekan."
    )
    return evaluation


def fix_achievement(world: Any, unit: Any, predicate: str = "baik") -> UnitAchievement:
    """Fix what a unit achieved in the second quarter."""
    return UnitAchievement.objects.create(
        unit=unit, period=quarter(world), org_predicate=predicate, fixed_by=world.agency_head, fixed_at=RATED
    )


def objected(world: Any, **changes: Any) -> Objection:
    """Create an objection of world.staff that waits for its decision."""
    evaluation = world.staff.evaluations.first() or evaluate(
        world, world.staff, status="objected", answered_at=DELIVERED, answer_due_on=date(2026, 7, 28)
    )
    values: dict[str, Any] = {
        "evaluation": evaluation,
        "number": f"KB-UJI-{evaluation.pk}",
        "about_behavior": False,
        "reason": "Laporan triwulan belum dihitung.",
        "wanted": "Dihitung kembali.",
        "filed_at": DELIVERED + timedelta(days=1),
        "decider": world.agency_head,
        "decision_due_on": date(2026, 7, 20),
    }
    return Objection.objects.create(**(values | changes))


def converted(world: Any) -> CreditConversion:
    """Convert an evaluation of world.staff into angka kredit."""
    evaluation = world.staff.evaluations.first() or evaluate(world, world.staff, status="accepted")
    Evaluation.objects.filter(pk=evaluation.pk).update(status="accepted")
    return credit.convert_evaluation(evaluation_id=evaluation.pk, at=CONVERTED)[0]


def fixed(world: Any) -> CreditPak:
    """Issue a PAK for world.staff."""
    return credit.issue_pak(
        employee=world.staff, as_of=date(2026, 7, 20), by=world.personnel_officer, at=CONVERTED
    )

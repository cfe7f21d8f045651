"""Who may open competences, the gap analysis, plans of a year and diplomas. The objects belong to world.staff."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateRange

from apps.core import files
from apps.training.models import (
    Competence,
    CompetenceAssessment,
    CompetenceImport,
    EducationRecord,
    PositionStandard,
    Topic,
    TrainingNeed,
    TrainingPlan,
)
from tests.world import NOW


def _row(anonymous: int, *others: int) -> dict[str, int]:
    """Order: staff, colleague, appraiser, stranger, foreigner, personnel_officer, auditor."""
    roles = ("staff", "colleague", "appraiser", "stranger", "foreigner", "personnel_officer", "auditor")
    return {"anonymous": anonymous, **dict(zip(roles, others, strict=True))}


_OWN = _row(302, 200, 200, 200, 200, 200, 403, 403)
_OFFICE = _row(302, 403, 403, 403, 403, 403, 200, 403)
_READERS = _row(302, 403, 403, 200, 403, 403, 200, 200)
_KNOWN = _row(302, 200, 200, 200, 200, 404, 200, 200)
_VERB = _row(302, 405, 405, 405, 405, 405, 405, 405)
_PLAN = _row(302, 404, 404, 200, 404, 404, 200, 200)

ROUTES = {
    "training:my-competences": _OWN,
    "training:wish-add": _OWN,
    "training:diploma-add": _OWN,
    "training:diploma-file": _row(302, 200, 404, 200, 404, 404, 200, 200),
    "training:diploma-queue": _OFFICE,
    "training:diploma-verify": _VERB,
    "training:diploma-refuse": _row(302, 403, 404, 403, 404, 404, 200, 403),
    "training:need-weigh": _row(302, 403, 404, 200, 404, 404, 200, 403),
    "training:akpk": _READERS,
    "training:akpk-export": _READERS,
    "training:akpk-propose": _VERB,
    # What posts ask for is no secret among those who have one.
    "training:competence-list": {**_KNOWN, "foreigner": 200},
    "training:competence-start": _VERB,
    "training:competence-add": _OFFICE,
    "training:competence-detail": _KNOWN,
    "training:competence-change": _row(302, 403, 403, 403, 403, 404, 200, 403),
    "training:standard-set": _VERB,
    "training:competence-person": _row(302, 302, 404, 200, 404, 404, 200, 200),
    "training:assessment-revoke": _row(302, 403, 404, 403, 404, 404, 200, 403),
    "training:competence-import-list": _OFFICE,
    "training:competence-import-template": _OFFICE,
    "training:competence-import-detail": _OFFICE,
    "training:competence-import-apply": _VERB,
    "training:plan-year-list": _READERS,
    "training:plan-year-add": _OFFICE,
    "training:plan-year-detail": _PLAN,
    "training:plan-year-change": _row(302, 404, 404, 403, 404, 404, 200, 403),
    "training:plan-year-approve": _VERB,
    "training:plan-year-reopen": _VERB,
    "training:plan-year-evaluate": _row(302, 404, 404, 403, 404, 404, 200, 403),
}


def _competence(world: Any) -> Competence:
    topic, _created = Topic.objects.get_or_create(code="competence_uji", defaults={"name": "Kompetensi: Uji"})
    values = {"kind": "teknis", "name": "Uji", "topic": topic}
    row, created = Competence.objects.get_or_create(government=world.government, code="uji", defaults=values)
    if created:
        PositionStandard.objects.create(
            competence=row, position_class="jf", level=3, period=DateRange(date(2026, 1, 1), None)
        )
    return row


def _assessment(world: Any) -> int:
    days = {"assessed_on": date(2026, 5, 1), "method": "test"}
    values = {"level": 2, "entered_at": NOW}
    return CompetenceAssessment.objects.get_or_create(
        employee=world.staff, competence=_competence(world), **days, defaults=values
    )[0].pk


def _need(world: Any) -> int:
    topic = _competence(world).topic
    return TrainingNeed.objects.get_or_create(
        employee=world.staff, topic=topic, reason_code="own_wish", defaults={"proposed_at": NOW}
    )[0].pk


def _diploma(world: Any) -> int:
    values = {
        "level": "s1_d4",
        "school": "Universitas Halu Oleo",
        "graduated_on": date(2008, 8, 1),
        "file": files.store(b"%PDF-1.4 diploma", "application/pdf"),
        "file_name": "ijazah.pdf",
        "added_at": NOW,
    }
    return EducationRecord.objects.get_or_create(employee=world.staff, number="I-1", defaults=values)[0].pk


def _plan(world: Any) -> int:
    values = {"government": world.government, "hours": Decimal(10), "seats": 1, "created_at": NOW}
    return TrainingPlan.objects.get_or_create(unit=world.unit, year=2026, defaults=values)[0].pk


def _import(world: Any) -> int:
    values = {"uploaded_at": NOW, "status": "checked", "summary": {"new": 0, "bad": 0, "unchanged": 0}}
    return CompetenceImport.objects.get_or_create(
        government=world.government, file_name="level.csv", defaults=values
    )[0].pk


_WITHOUT = {
    "my-competences",
    "wish-add",
    "diploma-add",
    "diploma-queue",
    "akpk",
    "akpk-export",
    "akpk-propose",
    "competence-list",
    "competence-start",
    "competence-add",
    "competence-import-list",
    "competence-import-template",
    "plan-year-list",
    "plan-year-add",
}


def kwargs(world: Any, name: str) -> dict[str, Any]:
    """Return the arguments of a route's address."""
    noun = name.removeprefix("training:")
    if noun in _WITHOUT:
        return {}
    if noun == "competence-person":
        return {"employee_id": world.staff.pk}
    if noun.startswith("competence-import"):
        return {"pk": _import(world)}
    for prefix, make in (
        ("diploma", _diploma),
        ("need", _need),
        ("assessment", _assessment),
        ("plan-year", _plan),
    ):
        if noun.startswith(prefix):
            return {"pk": make(world)}
    return {"pk": _competence(world).pk}

"""Who may open the pages of training. The objects belong to world.staff; the session is of their government."""

from datetime import date
from decimal import Decimal
from typing import Any

from apps.core import files
from apps.training.models import (
    Certificate,
    CoachingNote,
    Enrolment,
    FollowUp,
    Programme,
    Session,
    Topic,
    TrainingNeed,
)
from tests.training import story
from tests.world import NOW


def _row(anonymous: int, *others: int) -> dict[str, int]:
    """Order: staff, colleague, appraiser, stranger, foreigner, personnel_officer, auditor."""
    roles = ("staff", "colleague", "appraiser", "stranger", "foreigner", "personnel_officer", "auditor")
    return {"anonymous": anonymous, **dict(zip(roles, others, strict=True))}


_OWN = _row(302, 200, 200, 200, 200, 200, 403, 403)
_OFFICE = _row(302, 403, 403, 403, 403, 403, 200, 403)
_OFFER = _row(302, 200, 200, 200, 200, 404, 200, 200)
_VERB = _row(302, 405, 405, 405, 405, 405, 405, 405)

_WITHOUT_OBJECT = {
    "mine",
    "needs",
    "follow-up-list",
    "programme-list",
    "programme-add",
    "certificate-add",
    "certificate-queue",
}

ROUTES = {
    "training:mine": _OWN,
    "training:certificate-add": _OWN,
    "training:certificate-file": _row(302, 200, 404, 200, 404, 404, 200, 200),
    "training:person": _row(302, 302, 404, 200, 404, 404, 200, 200),
    "training:programme-list": {**_OFFER, "foreigner": 200},
    "training:needs": _row(302, 403, 403, 200, 403, 403, 200, 200),
    "training:need-detail": _row(302, 200, 404, 200, 404, 404, 200, 200),
    "training:need-plan": _VERB,
    "training:need-decline": _row(302, 403, 404, 200, 404, 404, 200, 403),
    "training:need-enrol": _VERB,
    "training:follow-up-list": _row(302, 403, 403, 200, 403, 403, 200, 403),
    # A proposal is no business of the person yet.
    "training:follow-up-detail": _row(302, 404, 404, 200, 404, 404, 200, 404),
    "training:follow-up-decide": _row(302, 404, 404, 200, 404, 404, 403, 404),
    "training:follow-up-decline": _row(302, 404, 404, 200, 404, 404, 403, 404),
    # It has not been decided, so the appraiser is sent back to it.
    "training:follow-up-conclude": _row(302, 404, 404, 302, 404, 404, 403, 404),
    "training:programme-add": _OFFICE,
    "training:programme-detail": _OFFER,
    "training:session-add": _row(302, 403, 403, 403, 403, 404, 200, 403),
    "training:session-detail": _OFFER,
    "training:session-change": _row(302, 403, 403, 403, 403, 404, 200, 403),
    "training:session-cancel": _row(302, 403, 403, 403, 403, 404, 200, 403),
    "training:session-enrol": _row(302, 403, 403, 200, 403, 404, 200, 403),
    "training:enrolment-complete": _row(302, 403, 404, 403, 404, 404, 200, 403),
    "training:enrolment-absent": _VERB,
    "training:enrolment-cancel": _VERB,
    "training:certificate-queue": _OFFICE,
    "training:certificate-verify": _VERB,
    "training:certificate-refuse": _row(302, 403, 404, 403, 404, 404, 200, 403),
    "training:coaching-add": _row(302, 403, 404, 200, 404, 404, 403, 403),
    "training:coaching-detail": _row(302, 200, 404, 200, 404, 404, 200, 404),
    "training:coaching-close": _row(302, 403, 404, 200, 404, 404, 403, 404),
    "training:recognition-unit": _row(302, 200, 200, 200, 404, 404, 200, 200),
    "training:recognition-unit-add": _row(302, 403, 403, 200, 404, 404, 403, 403),
    "training:recognition-person-add": _row(302, 403, 404, 200, 404, 404, 403, 403),
}


def _need(world: Any) -> int:
    topic, _created = Topic.objects.get_or_create(code="aspect_waktu", defaults={"name": "Waktu"})
    need, _created = TrainingNeed.objects.get_or_create(
        employee=world.staff, topic=topic, reason_code="indicator_weak", defaults={"proposed_at": NOW}
    )
    return need.pk


def _session(world: Any) -> Session:
    programme, _created = Programme.objects.get_or_create(
        government=world.government, name="Program uji", kind="klasikal", jp=Decimal(8), organizer="BKPSDM"
    )
    days = {"starts_on": date(2099, 1, 4), "ends_on": date(2099, 1, 5)}
    return Session.objects.get_or_create(programme=programme, seats=5, **days)[0]


def _enrolment(world: Any) -> int:
    rows = Enrolment.objects
    return rows.get_or_create(session=_session(world), employee=world.staff, defaults={"enrolled_at": NOW})[
        0
    ].pk


def certified(world: Any) -> Certificate:
    """Return a verified certificate of world.staff from a session of their own government."""
    enrolment = Enrolment.objects.get(pk=_enrolment(world))
    values = {
        "employee": world.staff,
        "name": "Program uji",
        "organizer": "BKPSDM",
        "kind": "klasikal",
        "starts_on": date(2026, 5, 1),
        "ends_on": date(2026, 5, 2),
        "jp": Decimal(8),
        "number": "UJI-1",
        "verified_at": NOW,
    }
    return Certificate.objects.get_or_create(enrolment=enrolment, defaults=values)[0]


def _certificate(world: Any) -> int:
    values = {
        "name": "Kursus",
        "organizer": "LAN",
        "kind": "nonklasikal",
        "starts_on": date(2026, 5, 1),
        "ends_on": date(2026, 5, 2),
        "jp": Decimal(6),
        "file": files.store(b"%PDF-1.4 access", "application/pdf"),
        "file_name": "sertifikat.pdf",
    }
    return Certificate.objects.get_or_create(employee=world.staff, number="A-1", defaults=values)[0].pk


def _note(world: Any) -> int:
    values = {
        "observation": "Antrean panjang",
        "agreement": "Membagi tugas",
        "follow_up_on": date(2099, 1, 1),
        "at": NOW,
    }
    return CoachingNote.objects.get_or_create(employee=world.staff, coach=world.head, defaults=values)[0].pk


def _follow_up(world: Any) -> int:
    evaluation = story.make_evaluation(world) if not world.staff.evaluations.exists() else None
    evaluation = evaluation or world.staff.evaluations.get()
    values = {"employee": world.staff, "version": 1, "reason_code": "predikat", "proposed_at": NOW}
    return FollowUp.objects.get_or_create(evaluation=evaluation, kind="coaching", defaults=values)[0].pk


def kwargs(world: Any, name: str) -> dict[str, Any]:
    """Return the arguments of a route's address."""
    noun = name.removeprefix("training:")
    if noun.startswith("follow-up-") and noun != "follow-up-list":
        return {"pk": _follow_up(world)}
    if noun in _WITHOUT_OBJECT:
        return {}
    if noun in {"person", "coaching-add", "recognition-person-add"}:
        return {"employee_id": world.staff.pk}
    if noun.startswith("recognition-unit"):
        return {"unit_id": world.unit.pk}
    if noun.startswith("need-"):
        return {"pk": _need(world)}
    if noun in {"programme-detail", "session-add"}:
        return {"pk": _session(world).programme_id}
    if noun.startswith("session-"):
        return {"pk": _session(world).pk}
    if noun.startswith("enrolment-"):
        return {"pk": _enrolment(world)}
    if noun.startswith("certificate-"):
        return {"pk": _certificate(world)}
    return {"pk": _note(world)}

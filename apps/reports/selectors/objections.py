"""What the form of an objection says (D.1.3): as it was filed, explained and decided."""

from datetime import date, timedelta

from django.db.backends.postgresql.psycopg_any import DateRange

from apps.assessments.labels import PartyChoices, PredikatChoices, RatingChoices
from apps.assessments.models import Evaluation, Objection, RatingChange
from apps.core.localtime import local_date
from apps.employees.models import AppraiserLink

from ..rendering.facts import Decision, ObjectionForm, Party, Ratings, Statement
from .facts import evaluation_facts
from .parties import UNVERIFIED, of_day, placed_party, places_of

_UPHELD = "Keberatan diterima: hasil evaluasi diubah"
_REJECTED = "Keberatan ditolak: hasil evaluasi tetap"
_SIDES = {str(PartyChoices.EMPLOYEE): "pegawai", str(PartyChoices.APPRAISER): "pejabat penilai"}


def objection_facts(objection: Objection) -> ObjectionForm:
    """Return the facts of an objection. Statements count once they were sent; attachments until removed."""
    evaluation = objection.evaluation
    told = evaluation_facts(Evaluation.objects.filter(pk=evaluation.pk))[0].document
    zone = evaluation.government.timezone
    filed_on = local_date(objection.filed_at, zone)
    said = {
        row.role: Statement(text=row.text, on=local_date(row.sent_at, zone))
        for row in objection.statements.exclude(sent_at=None)
        if row.sent_at is not None
    }
    nothing = Statement(text="", on=None)
    return ObjectionForm(
        government=told.government,
        agency=told.agency,
        number=objection.number,
        period_label=told.period_label,
        period_start=told.period_start,
        period_end=told.period_end,
        employee=told.employee,
        appraiser=told.appraiser,
        decider=_decider(objection, filed_on),
        delivered_on=told.delivered_on,
        due_on=evaluation.answer_due_on,
        filed_on=filed_on,
        about=_about(objection),
        before=_before(objection),
        reason=objection.reason,
        wanted=objection.wanted,
        attachments=tuple(
            f"{row.name} ({_SIDES[row.role]})" for row in objection.attachments.filter(removed_at=None)
        ),
        question=Statement(
            text=objection.question,
            on=local_date(objection.asked_at, zone) if objection.asked_at else None,
        ),
        employee_statement=said.get(str(PartyChoices.EMPLOYEE), nothing),
        appraiser_statement=said.get(str(PartyChoices.APPRAISER), nothing),
        decision_due_on=objection.decision_due_on,
        decision=_decision(objection, zone),
        place=told.place,
        verification=UNVERIFIED,
        watermark=told.watermark,
    )


def _about(objection: Objection) -> str:
    parts = []
    if objection.about_work_result:
        parts.append("rating hasil kerja")
    if objection.about_behavior:
        parts.append("rating perilaku kerja")
    return " dan ".join(parts).capitalize()


def _ratings(row: Evaluation | RatingChange) -> Ratings:
    return Ratings(
        work_result=RatingChoices(row.work_result_rating).label,
        behavior=RatingChoices(row.behavior_rating).label,
        predikat=PredikatChoices(row.predikat).label,
    )


def _before(objection: Objection) -> Ratings:
    """Return the result as it was when the objection was filed."""
    change = objection.evaluation.changes.filter(at__lte=objection.filed_at).order_by("-at", "-pk").first()
    return _ratings(change or objection.evaluation)


def _decision(objection: Objection, zone: str) -> Decision | None:
    if objection.decided_at is None:
        return None
    return Decision(
        outcome=_UPHELD if objection.is_upheld else _REJECTED,
        reason=objection.decision_reason,
        on=local_date(objection.decided_at, zone),
        after=_ratings(objection.evaluation),
    )


def _decider(objection: Objection, day: date) -> Party | None:
    """Return who decides, in the post of the day it was filed; an elected official has a name only."""
    span = DateRange(day, day + timedelta(days=1))
    if objection.decider is not None:
        place = of_day(places_of([objection.decider.pk], span).get(objection.decider.pk, []), day)
        return placed_party(objection.decider, place.position if place else None)
    link = of_day(
        AppraiserLink.objects.filter(employee=objection.evaluation.appraiser_id, period__overlap=span), day
    )
    if link is None or not link.external_name:
        return None
    return Party(name=link.external_name, nip=None, rank="", position="", unit="")

"""Competences of a government, what posts ask for, and the levels people were assessed at."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from apps.assessments.services.actors import account_of, stamp_names
from apps.core import audit, policy, stamps
from apps.core.actors import account_behind
from apps.core.localtime import local_date
from apps.employees.labels import PositionClass
from apps.employees.models import Employee, Government

from ..labels import CompetenceKindChoices
from ..models import (
    Competence,
    CompetenceAssessment,
    LevelDescription,
    NeedReason,
    PositionStandard,
    Topic,
    TrainingNeed,
)
from ..rules.competence_gap import DEFAULT_KINDS, DEFAULT_NAMES, HIGHEST_LEVEL, LOWEST_LEVEL
from ..rules.need_lifecycle import NeedStatus
from . import gap_needs
from .needs import drop_first_reason

TOPIC_PREFIX = "competence_"


class CodeTaken(ValueError):
    """Raised when a government has a competence of this code."""


class LaterStandard(ValueError):
    """Raised when a standard of the same posts begins on or after the day from which another one should hold."""


class AssessedInFuture(ValueError):
    """Raised when the day of an assessment has not come."""


class AssessedAlready(ValueError):
    """Raised when the same competence was assessed on the same day in the same way."""


class OtherGovernment(ValueError):
    """Raised when the competence is another government's."""


class AssessmentRevoked(ValueError):
    """Raised when an assessment was taken back before."""


class NoteMissing(ValueError):
    """Raised when an assessment is taken back without a reason."""


@transaction.atomic
def add_competence(
    *, government: Government, code: str, kind: str, name: str, by: Any, at: datetime
) -> Competence:
    """Add a competence; what can be learned about it becomes a topic, shared by governments that name it alike.

    :raises CodeTaken: if the government has one of this code.
    """
    try:
        with transaction.atomic():
            competence = Competence.objects.create(
                government=government,
                code=code,
                kind=CompetenceKindChoices(kind).value,
                name=name.strip(),
                topic=_topic(government, code, name.strip()),
            )
    except IntegrityError as error:
        if "competence_code_once" in str(error):
            raise CodeTaken from error
        raise
    audit.record(
        "training.competence.added",
        target=competence,
        by=account_of(by),
        scope=government.code,
        at=at,
        code=code,
    )
    return competence


def _topic(government: Government, code: str, name: str) -> Topic:
    text = f"Kompetensi: {name}"[:150]
    shared, _created = Topic.objects.get_or_create(code=f"{TOPIC_PREFIX}{code}"[:60], defaults={"name": text})
    if shared.name == text:
        return shared
    own = f"{TOPIC_PREFIX}{government.pk}_{code}"[:60]
    return Topic.objects.get_or_create(code=own, defaults={"name": text})[0]


@transaction.atomic
def start_catalogue(*, government: Government, by: Any, at: datetime) -> int:
    """Add the nine competences of CMP-9 that are missing, with the standards of the policy table; return how many.

    Everything it writes is a proposal for the office: names and standards can be changed afterwards.
    """
    # Two officers press at once: the government's row makes them queue.
    Government.objects.select_for_update().get(pk=government.pk)
    day = local_date(at, government.timezone)
    levels = policy.get("training.standard_levels", on=day, scope=government.code)
    known = set(Competence.objects.filter(government=government).values_list("code", flat=True))
    added = 0
    for code, kind in DEFAULT_KINDS.items():
        if code in known:
            continue
        competence = add_competence(
            government=government, code=code, kind=kind.value, name=DEFAULT_NAMES[code], by=by, at=at
        )
        PositionStandard.objects.bulk_create(
            PositionStandard(
                competence=competence,
                position_class=posts.partition("/")[0],
                position_level=posts.partition("/")[2],
                level=int(level),
                period=DateRange(date(day.year, 1, 1), None),
                set_by=account_behind(by),
            )
            for posts, level in sorted(levels.items())
            if posts.partition("/")[0] in PositionClass.values and LOWEST_LEVEL <= int(level) <= HIGHEST_LEVEL
        )
        added += 1
    return added


@transaction.atomic
def change_competence(*, competence_id: int, name: str, is_active: bool, by: Any, at: datetime) -> Competence:
    """Rename a competence, or take it out of use; what was assessed stays on record."""
    competence = (
        Competence.objects.select_for_update(of=("self",)).select_related("government").get(pk=competence_id)
    )
    competence.name, competence.is_active = name.strip(), is_active
    competence.save(update_fields=["name", "is_active"])
    audit.record(
        "training.competence.changed",
        target=competence,
        by=account_of(by),
        scope=competence.government.code,
        at=at,
        is_active=is_active,
    )
    return competence


@transaction.atomic
def describe_levels(
    *, competence: Competence, texts: Mapping[int, str], valid_from: date, by: Any, at: datetime
) -> int:
    """Write what the levels mean from a day on; return how many texts are new. Earlier texts stay."""
    written = 0
    for level, text in sorted(texts.items()):
        if text.strip() == description_on(competence, level, valid_from):
            continue
        LevelDescription.objects.update_or_create(
            competence=competence, level=level, valid_from=valid_from, defaults={"text": text.strip()}
        )
        written += 1
    if written:
        audit.record(
            "training.competence.described",
            target=competence,
            by=account_of(by),
            scope=competence.government.code,
            at=at,
            levels=written,
            valid_from=valid_from,
        )
    return written


def description_on(competence: Competence, level: int, day: date) -> str:
    """Return what a level means on a day; nothing if nobody wrote it."""
    row = (
        LevelDescription.objects.filter(competence=competence, level=level, valid_from__lte=day)
        .order_by("-valid_from")
        .first()
    )
    return row.text if row else ""


@transaction.atomic
def set_standard(
    *,
    competence: Competence,
    position_class: str,
    position_level: str,
    job_family: str,
    level: int | None,
    since: date,
    by: Any,
    at: datetime,
) -> PositionStandard | None:
    """Say what some posts ask for from a day on; the earlier standard ends there. A level of None asks for nothing.

    :raises LaterStandard: if one of the same posts begins on that day or later.
    """
    Competence.objects.select_for_update(of=("self",)).get(pk=competence.pk)
    same = PositionStandard.objects.filter(
        competence=competence,
        position_class=position_class,
        position_level=position_level,
        job_family=job_family.strip(),
    )
    if same.filter(period__startswith__gt=since).exists():
        raise LaterStandard
    # One of the same day was never in force before: it is replaced.
    same.filter(period__startswith=since).delete()
    for row in same.filter(period__contains=since):
        row.period = DateRange(row.period.lower, since)
        row.save(update_fields=["period"])
    created = None
    if level is not None:
        created = PositionStandard.objects.create(
            competence=competence,
            position_class=position_class,
            position_level=position_level,
            job_family=job_family.strip(),
            level=level,
            period=DateRange(since, None),
            set_by=account_behind(by),
        )
    audit.record(
        "training.standard.set",
        target=competence,
        by=account_of(by),
        scope=competence.government.code,
        at=at,
        position_class=position_class,
        position_level=position_level,
        job_family=job_family.strip(),
        level=level,
        since=since,
    )
    return created


@transaction.atomic
def record_assessment(
    *,
    employee: Employee,
    competence: Competence,
    level: int,
    assessed_on: date,
    method: str,
    note: str,
    by: Any,
    at: datetime,
) -> CompetenceAssessment:
    """Enter an assessed level; a gap that it shows is proposed as a need.

    :raises AssessedInFuture: if the day has not come.
    :raises AssessedAlready: if it was assessed on that day in that way.
    :raises OtherGovernment: if the competence is another government's.
    """
    if competence.government_id != employee.government_id:
        raise OtherGovernment
    if assessed_on > local_date(at, employee.government.timezone):
        raise AssessedInFuture
    try:
        with transaction.atomic():
            row = CompetenceAssessment.objects.create(
                employee=employee,
                competence=competence,
                level=level,
                assessed_on=assessed_on,
                method=method,
                note=note.strip(),
                entered_by=account_behind(by),
                entered_at=at,
            )
    except IntegrityError as error:
        if "competence_assessed_once_a_day" in str(error):
            raise AssessedAlready from error
        raise
    audit.record(
        "training.assessment.recorded",
        target=row,
        by=account_of(by),
        scope=employee.government.code,
        at=at,
        employee=employee.pk,
        competence=competence.pk,
        level=level,
    )
    gap_needs.propose_from_gaps(
        people=Employee.objects.filter(pk=employee.pk), government=employee.government, by=by, at=at
    )
    stamps.bump(*stamp_names(employee))
    return row


@transaction.atomic
def revoke_assessment(*, assessment_id: int, note: str, by: Any, at: datetime) -> CompetenceAssessment:
    """Take a wrong assessment back. Proposed needs lose it as a reason; those without another are withdrawn.

    :raises NoteMissing: without a reason.
    :raises AssessmentRevoked: if it was taken back before.
    """
    if not note.strip():
        raise NoteMissing
    row = (
        CompetenceAssessment.objects.select_for_update(of=("self",))
        .select_related("employee__user", "employee__government")
        .get(pk=assessment_id)
    )
    if row.revoked_at is not None:
        raise AssessmentRevoked
    row.revoked_at, row.revoked_by, row.revoke_note = at, account_behind(by), note.strip()
    row.save(update_fields=["revoked_at", "revoked_by", "revoke_note"])
    NeedReason.objects.filter(assessment=row).delete()
    touched = list(TrainingNeed.objects.filter(assessment=row, status=NeedStatus.PROPOSED.value))
    for need in touched:
        drop_first_reason(need)
    audit.record(
        "training.assessment.revoked",
        target=row,
        by=account_of(by),
        scope=row.employee.government.code,
        at=at,
        needs=[need.pk for need in touched],
    )
    stamps.bump(*stamp_names(row.employee))
    return row

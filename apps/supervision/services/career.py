"""Punishments by decree, and scores for the talent boxes: entered by the personnel officer, known to the person."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext_noop

from apps.assessments.services.actors import account_of, stamp_names
from apps.core import audit, notify, stamps
from apps.core.actors import account_behind
from apps.employees.models import Employee

from ..labels import PunishmentLevel, TalentPart
from ..models import DisciplineRecord, TalentInput

_ENTERED = gettext_noop("A punishment was entered in your career file. Look whether it is right.")
_REVOKED = gettext_noop("A punishment was taken out of your career file.")
_SCORED = gettext_noop("Your scores for talent management of %(year)s were entered. You can see them.")


class DecreeTaken(ValueError):
    """Raised when this decree is on record for the person."""


class AlreadyRevoked(ValueError):
    """Raised when a punishment was taken back before."""


class NoteMissing(ValueError):
    """Raised when a punishment is taken back without a reason."""


class NothingScored(ValueError):
    """Raised when not a single score was given."""


@transaction.atomic
def enter_discipline(
    *,
    employee: Employee,
    level: str,
    starts_on: date,
    ends_on: date | None,
    decree: str,
    by: Any,
    at: datetime,
) -> DisciplineRecord:
    """Enter a punishment by its decree, and tell the person.

    :raises DecreeTaken: if it is on record.
    """
    try:
        with transaction.atomic():
            row = DisciplineRecord.objects.create(
                employee=employee,
                level=PunishmentLevel(level).value,
                starts_on=starts_on,
                ends_on=ends_on,
                decree=decree.strip(),
                entered_by=account_behind(by),
                entered_at=at,
            )
    except IntegrityError as error:
        if "discipline_once_per_decree" in str(error):
            raise DecreeTaken from error
        raise
    audit.record(
        "supervision.discipline.entered",
        target=row,
        by=account_of(by),
        scope=employee.government.code,
        at=at,
        employee=employee.pk,
    )
    notify.send(employee.user, _ENTERED, url=reverse("supervision:career-mine"))
    stamps.bump(*stamp_names(employee))
    return row


@transaction.atomic
def revoke_discipline(*, record_id: int, note: str, by: Any, at: datetime) -> DisciplineRecord:
    """Take a punishment back, for example after an appeal; it stays on record as taken back.

    :raises NoteMissing: without a reason.
    :raises AlreadyRevoked: if it was taken back before.
    """
    if not note.strip():
        raise NoteMissing
    row = (
        DisciplineRecord.objects.select_for_update(of=("self",))
        .select_related("employee__user", "employee__government")
        .get(pk=record_id)
    )
    if row.revoked_at is not None:
        raise AlreadyRevoked
    row.revoked_at, row.revoked_by, row.revoke_note = at, account_behind(by), note.strip()
    row.save(update_fields=["revoked_at", "revoked_by", "revoke_note"])
    audit.record(
        "supervision.discipline.revoked",
        target=row,
        by=account_of(by),
        scope=row.employee.government.code,
        at=at,
        employee=row.employee_id,
    )
    notify.send(row.employee.user, _REVOKED, url=reverse("supervision:career-mine"))
    stamps.bump(*stamp_names(row.employee))
    return row


@transaction.atomic
def score_talent(
    *, employee: Employee, year: int, scores: dict[str, Decimal], source: str, by: Any, at: datetime
) -> list[TalentInput]:
    """Enter what was assessed of a person in a year; an earlier score of the same part is replaced and audited.

    :raises NothingScored: without a score.
    """
    if not scores:
        raise NothingScored
    rows = []
    for part, score in sorted(scores.items()):
        row, _created = TalentInput.objects.update_or_create(
            employee=employee,
            year=year,
            part=TalentPart(part).value,
            defaults={
                "score": score,
                "source": source.strip(),
                "entered_by": account_behind(by),
                "entered_at": at,
            },
        )
        rows.append(row)
    audit.record(
        "supervision.talent.scored",
        target=employee,
        by=account_of(by),
        scope=employee.government.code,
        at=at,
        year=year,
        scores={part: str(score) for part, score in sorted(scores.items())},
    )
    notify.send(employee.user, _SCORED, url=reverse("supervision:career-mine"), year=year)
    stamps.bump(*stamp_names(employee))
    return rows

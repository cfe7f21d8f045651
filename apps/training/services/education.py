"""Diplomas: added by their owner with a file, counted once an officer has verified them (IPA-1)."""

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import PurePath
from typing import Any

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext_noop

from apps.assessments.services.actors import account_of, stamp_names
from apps.core import audit, notify, stamps
from apps.core.localtime import local_date
from apps.employees.models import Employee

from ..models import EducationRecord
from .certificates import EXTENSIONS, FileTooLarge, size_limit, store_proof

_VERIFIED = gettext_noop("Your diploma %(level)s was verified.")
_REFUSED = gettext_noop("Your diploma %(level)s was not accepted. The reason is on your page.")


class DiplomaNumberTaken(ValueError):
    """Raised when the person already has a diploma of this number."""


class DiplomaDecided(ValueError):
    """Raised when a diploma was verified or refused before."""


class DiplomaInFuture(ValueError):
    """Raised when the day of graduation has not come."""


class OwnDiploma(ValueError):
    """Raised when somebody decides on a diploma of their own."""


class NoteMissing(ValueError):
    """Raised when a diploma is refused without a reason."""


@dataclass(frozen=True)
class Diploma:
    """What a diploma says."""

    level: str
    school: str
    field: str
    graduated_on: date
    number: str


@transaction.atomic
def add_diploma(
    *, employee: Employee, diploma: Diploma, content: bytes, upload_name: str, by: Any, at: datetime
) -> EducationRecord:
    """Add a diploma that waits for verification.

    :raises DiplomaInFuture: if the day of graduation has not come.
    :raises DiplomaNumberTaken: if the person has one of this number that was not refused.
    :raises apps.training.services.certificates.FileTooLarge: before the file is looked into.
    :raises apps.core.images.FileRefused: if the file cannot be used.
    """
    today = local_date(at, employee.government.timezone)
    if diploma.graduated_on > today:
        raise DiplomaInFuture
    limit = size_limit(employee, today)
    if len(content) > limit:
        raise FileTooLarge(limit)
    file = store_proof(content)
    try:
        with transaction.atomic():
            row = EducationRecord.objects.create(
                employee=employee,
                level=diploma.level,
                school=diploma.school,
                field=diploma.field,
                graduated_on=diploma.graduated_on,
                number=diploma.number.strip(),
                file=file,
                file_name=f"{PurePath(upload_name).stem[:180] or 'ijazah'}{EXTENSIONS[file.content_type]}",
                added_at=at,
            )
    except IntegrityError as error:
        if "diploma_number_once_per_person" in str(error):
            raise DiplomaNumberTaken from error
        raise
    audit.record(
        "training.diploma.added",
        target=row,
        by=account_of(by),
        scope=employee.government.code,
        at=at,
        level=row.level,
    )
    stamps.bump(*stamp_names(employee))
    return row


@transaction.atomic
def verify_diploma(*, diploma_id: int, by: Any, at: datetime) -> EducationRecord:
    """Confirm a diploma: it counts from now on.

    :raises DiplomaDecided: if it was decided before.
    :raises OwnDiploma: if it belongs to the one who verifies.
    """
    row = _undecided(diploma_id, by)
    account = account_of(by)
    row.verified_at, row.verified_by = at, account if hasattr(account, "pk") else None
    row.save(update_fields=["verified_at", "verified_by"])
    _tell(row, "verified", _VERIFIED, by, at)
    return row


@transaction.atomic
def refuse_diploma(*, diploma_id: int, note: str, by: Any, at: datetime) -> EducationRecord:
    """Say that a diploma does not count, and why.

    :raises NoteMissing: without a reason.
    :raises DiplomaDecided: if it was decided before.
    :raises OwnDiploma: if it belongs to the one who refuses.
    """
    if not note.strip():
        raise NoteMissing
    row = _undecided(diploma_id, by)
    row.refused_at, row.refusal_note = at, note.strip()
    row.save(update_fields=["refused_at", "refusal_note"])
    _tell(row, "refused", _REFUSED, by, at)
    return row


def _undecided(diploma_id: int, by: Any) -> EducationRecord:
    row = (
        EducationRecord.objects.select_for_update(of=("self",))
        .select_related("employee__user", "employee__government")
        .get(pk=diploma_id)
    )
    if row.verified_at is not None or row.refused_at is not None:
        raise DiplomaDecided
    account = account_of(by)
    if account is not None and account == row.employee.user:
        raise OwnDiploma
    return row


def _tell(row: EducationRecord, verb: str, text: str, by: Any, at: datetime) -> None:
    audit.record(
        f"training.diploma.{verb}",
        target=row,
        by=account_of(by),
        scope=row.employee.government.code,
        at=at,
        level=row.level,
    )
    notify.send(
        row.employee.user, text, url=reverse("supervision:career-mine"), level=row.get_level_display()
    )
    stamps.bump(*stamp_names(row.employee))

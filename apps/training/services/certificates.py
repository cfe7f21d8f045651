"""Certificates: added by their owner with a file, counted once an officer has verified them (CMP-10)."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import PurePath
from typing import Any

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext_noop

from apps.assessments.services.actors import account_of, employee_behind, stamp_names
from apps.core import audit, files, images, notify, policy, stamps
from apps.core.localtime import local_date
from apps.core.models import StoredFile
from apps.employees.models import Employee

from ..models import Certificate, Enrolment, LearningForm

_VERIFIED = gettext_noop("Your certificate “%(name)s” was verified: %(jp)s JP.")
_REFUSED = gettext_noop("Your certificate “%(name)s” was not accepted. The reason is on your page.")
EXTENSIONS = {images.PDF: ".pdf", images.JPEG: ".jpg", images.PNG: ".png", images.WEBP: ".webp"}


class CertificateNumberTaken(ValueError):
    """Raised when the person already has a certificate of this number."""


class CertificateDecided(ValueError):
    """Raised when a certificate was verified or refused before."""


class CertificateInFuture(ValueError):
    """Raised when the learning has not ended yet."""


class OwnCertificate(ValueError):
    """Raised when somebody decides on a certificate of their own."""


class FileTooLarge(ValueError):
    """Raised when the file is larger than the policy allows; `limit` in bytes."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"larger than {limit} bytes")
        self.limit = limit


@dataclass(frozen=True)
class Learning:
    """What a certificate says."""

    name: str
    organizer: str
    kind: str
    starts_on: date
    ends_on: date
    jp: Decimal
    number: str
    form: LearningForm | None = None


def size_limit(employee: Employee, day: date) -> int:
    """Return how many bytes the file of a certificate may have."""
    megabytes = policy.get("training.certificate_max_megabytes", on=day, scope=employee.government.code)
    return int(megabytes) * 1_000_000


@transaction.atomic
def add_certificate(
    *,
    employee: Employee,
    learning: Learning,
    by: Any,
    at: datetime,
    content: bytes | None = None,
    upload_name: str = "",
) -> Certificate:
    """Add a certificate that waits for verification. A picture is encoded anew, a PDF searched for what acts.

    :raises CertificateInFuture: if the learning has not ended.
    :raises CertificateNumberTaken: if the person has one of this number that was not refused.
    :raises FileTooLarge: before the file is looked into.
    :raises apps.core.images.FileRefused: if the file cannot be used.
    """
    today = local_date(at, employee.government.timezone)
    if learning.ends_on > today:
        raise CertificateInFuture
    file, name = None, ""
    if content is not None:
        limit = size_limit(employee, today)
        if len(content) > limit:
            raise FileTooLarge(limit)
        file = store_proof(content)
        name = f"{PurePath(upload_name).stem[:180] or 'sertifikat'}{EXTENSIONS[file.content_type]}"
    certificate = create_certificate(employee=employee, learning=learning, file=file, file_name=name)
    audit.record(
        "training.certificate.added",
        target=certificate,
        by=account_of(by),
        scope=employee.government.code,
        at=at,
        jp=learning.jp,
    )
    stamps.bump(*stamp_names(employee))
    return certificate


def store_proof(content: bytes) -> StoredFile:
    """Check a file and keep it.

    :raises apps.core.images.FileRefused: if it is neither a sound picture nor a harmless PDF.
    """
    if images.sniff(content) == images.PDF:
        images.check_pdf(content)
        return files.store(content, images.PDF)
    return files.store(*images.clean_image(content))


def create_certificate(*, employee: Employee, learning: Learning, **more: Any) -> Certificate:
    """Insert a certificate.

    :raises CertificateNumberTaken: if the person has one of this number that was not refused.
    """
    try:
        with transaction.atomic():
            return Certificate.objects.create(
                employee=employee,
                name=learning.name,
                organizer=learning.organizer,
                kind=learning.form.kind if learning.form is not None else learning.kind,
                form=learning.form,
                starts_on=learning.starts_on,
                ends_on=learning.ends_on,
                jp=learning.jp,
                number=learning.number.strip(),
                **more,
            )
    except IntegrityError as error:
        if "certificate_number_once_per_person" in str(error):
            raise CertificateNumberTaken from error
        raise


@transaction.atomic
def certify(*, enrolment: Enrolment, learning: Learning, by: Any, at: datetime) -> Certificate:
    """Give the participant of our own session a certificate; it needs no second look.

    :raises CertificateNumberTaken: if the person has one of this number.
    """
    certificate = create_certificate(
        employee=enrolment.employee,
        learning=learning,
        enrolment=enrolment,
        verified_at=at,
        verified_by=employee_behind(by),
    )
    _tell_verified(certificate, by, at)
    return certificate


@transaction.atomic
def verify_certificate(*, certificate_id: int, by: Any, at: datetime) -> Certificate:
    """Confirm a certificate: its hours count from now on.

    :raises CertificateDecided: if it was decided before.
    :raises OwnCertificate: if it belongs to the one who verifies.
    """
    certificate = _undecided(certificate_id, by)
    certificate.verified_at = at
    certificate.verified_by = employee_behind(by)
    certificate.save(update_fields=["verified_at", "verified_by"])
    _tell_verified(certificate, by, at)
    return certificate


@transaction.atomic
def refuse_certificate(*, certificate_id: int, note: str, by: Any, at: datetime) -> Certificate:
    """Say that a certificate does not count, and why; its owner may send a better one with the same number.

    :raises CertificateDecided: if it was decided before.
    :raises OwnCertificate: if it belongs to the one who refuses.
    """
    certificate = _undecided(certificate_id, by)
    certificate.refused_at = at
    certificate.refusal_note = note.strip()
    certificate.save(update_fields=["refused_at", "refusal_note"])
    audit.record(
        "training.certificate.refused",
        target=certificate,
        by=account_of(by),
        scope=certificate.employee.government.code,
        at=at,
    )
    notify.send(
        certificate.employee.user,
        _REFUSED,
        url=reverse("training:mine"),
        name=certificate.name,
    )
    stamps.bump(*stamp_names(certificate.employee))
    return certificate


def _undecided(certificate_id: int, by: Any) -> Certificate:
    certificate = (
        Certificate.objects.select_for_update(of=("self",))
        .select_related("employee__user", "employee__government")
        .get(pk=certificate_id)
    )
    if certificate.verified_at is not None or certificate.refused_at is not None:
        raise CertificateDecided
    account = account_of(by)
    if account is not None and account == certificate.employee.user:
        raise OwnCertificate
    return certificate


def _tell_verified(certificate: Certificate, by: Any, at: datetime) -> None:
    audit.record(
        "training.certificate.verified",
        target=certificate,
        by=account_of(by),
        scope=certificate.employee.government.code,
        at=at,
        jp=certificate.jp,
    )
    notify.send(
        certificate.employee.user,
        _VERIFIED,
        url=reverse("training:mine"),
        name=certificate.name,
        jp=f"{certificate.jp.normalize():f}",
    )
    stamps.bump(*stamp_names(certificate.employee))

"""Proof of where the result of a survey period was published (feedback sheet 1.7, 1.8; PEKPPP 7.a)."""

from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction

from apps.core import audit, stamps
from apps.core.localtime import local_date
from apps.employees.models import Government

from ..labels import PublicationMediumChoices
from ..models import PublicationMedium, SurveyPeriod, SurveyPublication
from . import proof_files


class PublishedInFuture(ValueError):
    """Raised when the day of publication has not come yet."""


class MediumExists(ValueError):
    """Raised when a government has a medium of this name, in use or not."""


class MediumOfOthers(ValueError):
    """Raised when a medium of another government is named."""


@transaction.atomic
def add_publication(
    *,
    survey_period: SurveyPeriod,
    medium: str,
    own_medium: PublicationMedium | None,
    place: str,
    link: str,
    published_on: date,
    upload_name: str,
    content: bytes | None,
    by: Any,
    at: datetime,
) -> SurveyPublication:
    """Record where a result was published. Without a photo or PDF it is kept, but not counted.

    :raises PublishedInFuture: see there.
    :raises MediumOfOthers: see there.
    :raises FileRefused: one subclass per reason.
    """
    government = survey_period.service.unit.government
    today = local_date(at, government.timezone)
    if published_on > today:
        raise PublishedInFuture
    kind = PublicationMediumChoices(medium)
    if own_medium is not None and own_medium.government_id != government.pk:
        raise MediumOfOthers
    publication = SurveyPublication(
        survey_period=survey_period,
        medium=kind.value,
        own_medium=own_medium if kind is PublicationMediumChoices.OWN else None,
        place=place.strip(),
        link=link.strip(),
        published_on=published_on,
        recorded_at=at,
        recorded_by=by,
    )
    if content is not None:
        publication.file, publication.file_name = proof_files.keep(
            content, upload_name, government=government, day=today
        )
    publication.save()
    _audit(publication, government, "recorded", by, at, medium=kind.value, has_proof=content is not None)
    return publication


@transaction.atomic
def add_publication_proof(
    *, publication_id: int, upload_name: str, content: bytes, by: Any, at: datetime
) -> SurveyPublication:
    """Add the photo or PDF to a publication, or replace it; the audit trail keeps the hash of both.

    :raises FileRefused: one subclass per reason.
    """
    publication = _locked(publication_id)
    government = publication.survey_period.service.unit.government
    before = publication.file.sha256 if publication.file else None
    today = local_date(at, government.timezone)
    publication.file, publication.file_name = proof_files.keep(
        content, upload_name, government=government, day=today
    )
    publication.save()
    _audit(publication, government, "proof_added", by, at, sha256=publication.file.sha256, replaced=before)
    return publication


@transaction.atomic
def withdraw_publication(*, publication_id: int, by: Any, at: datetime) -> SurveyPublication:
    """Take back an entry that was made by mistake; it is kept, and no longer counted or shown."""
    publication = _locked(publication_id)
    if publication.withdrawn_at is None:
        publication.withdrawn_at = at
        publication.save()
        _audit(publication, publication.survey_period.service.unit.government, "withdrawn", by, at)
    return publication


@transaction.atomic
def add_medium(*, government: Government, name: str, by: Any, at: datetime) -> PublicationMedium:
    """Add a medium of one's own to the list.

    :raises MediumExists: see there.
    """
    words = " ".join(name.split())
    if PublicationMedium.objects.filter(government=government, name__iexact=words).exists():
        raise MediumExists
    try:
        with transaction.atomic():
            medium = PublicationMedium.objects.create(government=government, name=words)
    except IntegrityError as error:
        raise MediumExists from error
    audit.record("feedback.medium.added", target=medium, by=by, scope=government.code, at=at)
    return medium


@transaction.atomic
def set_medium_active(*, medium_id: int, is_active: bool, by: Any, at: datetime) -> PublicationMedium:
    """Take a medium off the list, or put it back; earlier entries keep it."""
    medium = (
        PublicationMedium.objects.select_for_update(of=("self",))
        .select_related("government")
        .get(pk=medium_id)
    )
    if medium.is_active != is_active:
        medium.is_active = is_active
        medium.save(update_fields=["is_active"])
        audit.record(
            "feedback.medium.changed",
            target=medium,
            by=by,
            scope=medium.government.code,
            at=at,
            is_active=is_active,
        )
    return medium


def _locked(publication_id: int) -> SurveyPublication:
    return (
        SurveyPublication.objects.select_for_update(of=("self",))
        .select_related("file", "survey_period__service__unit__government")
        .get(pk=publication_id)
    )


def _audit(
    publication: SurveyPublication, government: Government, verb: str, by: Any, at: datetime, **data: Any
) -> None:
    audit.record(
        f"feedback.publication.{verb}",
        target=publication,
        by=by,
        scope=government.code,
        at=at,
        period=publication.survey_period_id,
        **data,
    )
    stamps.bump(f"unit:{publication.survey_period.service.unit_id}")

"""Proof of publication: what counts, and what does not."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from apps.core.images import FileRefused
from apps.core.models import AuditEntry
from apps.feedback.models import PublicationMedium, SurveyPublication
from apps.feedback.selectors import improvement as plans
from apps.feedback.services import publications
from tests.feedback.improving import day_of, photo

pytestmark = pytest.mark.django_db


def put(service: Any, **fields: Any) -> SurveyPublication:
    period = service.survey_periods.get()
    values = {
        "survey_period": period,
        "medium": "board",
        "own_medium": None,
        "place": "Ruang tunggu",
        "link": "",
        "published_on": period.starts_on,
        "upload_name": "papan.jpg",
        "content": photo(),
        "by": None,
        "at": timezone.now(),
    }
    return publications.add_publication(**{**values, **fields})


def test_only_media_with_proof_count_and_each_once(world: Any, service: Any) -> None:
    put(service)
    put(service, place="Pintu masuk", content=photo((1, 2, 3)))
    put(service, medium="website", link="https://contoh.go.id/skm", content=None)
    own = publications.add_medium(
        government=world.government, name="Radio desa", by=world.head.user, at=timezone.now()
    )
    put(service, medium="own", own_medium=own, content=photo((9, 9, 9)))
    rows = plans.publications(service.survey_periods.get())
    assert [(row.medium == "Radio desa", row.has_proof) for row in rows].count((True, True)) == 1
    assert [row.has_proof for row in rows] == [True, True, False, True]
    assert plans.media_count(rows) == 2, "a link is no proof, and two boards are one medium"


def test_proof_can_follow_and_a_mistake_is_taken_back(world: Any, service: Any) -> None:
    row = put(service, medium="website", content=None)
    publications.add_publication_proof(
        publication_id=row.pk, upload_name="web.jpg", content=photo(), by=world.head.user, at=timezone.now()
    )
    period = service.survey_periods.get()
    assert plans.media_count(plans.publications(period)) == 1
    publications.withdraw_publication(publication_id=row.pk, by=world.head.user, at=timezone.now())
    assert plans.publications(period) == []
    assert SurveyPublication.objects.get().file is not None, "kept for the auditor"
    assert AuditEntry.objects.filter(action="feedback.publication.withdrawn").count() == 1


def test_refusals_store_nothing(world: Any, service: Any) -> None:
    with pytest.raises(publications.PublishedInFuture):
        put(service, published_on=day_of(world, 1))
    with pytest.raises(FileRefused):
        put(service, content=b"<html>")
    foreign = PublicationMedium.objects.create(government=world.other.government, name="Radio")
    with pytest.raises(publications.MediumOfOthers):
        put(service, medium="own", own_medium=foreign)
    assert not SurveyPublication.objects.exists()


def test_media_have_one_name_each(world: Any) -> None:
    values = {"government": world.government, "by": None, "at": timezone.now()}
    medium = publications.add_medium(name=" Radio  desa ", **values)
    with pytest.raises(publications.MediumExists):
        publications.add_medium(name="RADIO DESA", **values)
    assert list(PublicationMedium.objects.values_list("name", flat=True)) == ["Radio desa"]
    publications.set_medium_active(medium_id=medium.pk, is_active=False, by=None, at=timezone.now())
    assert not PublicationMedium.objects.get().is_active


def test_an_own_medium_is_named_and_only_then(world: Any, service: Any) -> None:
    row = put(service)
    with pytest.raises(IntegrityError), transaction.atomic():
        SurveyPublication.objects.filter(pk=row.pk).update(medium="own")
    assert SurveyPublication.objects.get().medium == "board"

"""Diplomas: added with a file, verified or refused by somebody else, once."""

from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from apps.core.models import Notification
from apps.training.models import EducationRecord
from apps.training.services import education as services
from apps.training.services.certificates import FileTooLarge
from tests.training.story import AT

pytestmark = pytest.mark.django_db
PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n"
    b"trailer<</Root 1 0 R>>\n%%EOF\n"
)


def add(world: Any, **values: Any) -> EducationRecord:
    diploma = {
        "level": "s1_d4",
        "school": "Universitas Halu Oleo",
        "field": "Keperawatan",
        "graduated_on": date(2008, 8, 1),
        "number": "I-1",
    }
    content = values.pop("content", PDF)
    return services.add_diploma(
        employee=world.staff,
        diploma=services.Diploma(**{**diploma, **values}),
        content=content,
        upload_name="ijazah.pdf",
        by=world.staff,
        at=AT,
    )


def test_a_diploma_waits_and_counts_once_verified(world: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("apps.core.images.check_pdf", lambda content: None)
    row = add(world)
    assert row.status == "waiting"
    services.verify_diploma(diploma_id=row.pk, by=world.personnel_officer, at=AT)
    row.refresh_from_db()
    assert (row.status, row.verified_by) == ("verified", world.personnel_officer)
    assert Notification.objects.filter(recipient=world.staff.user).count() == 1
    for act in (
        lambda: services.verify_diploma(diploma_id=row.pk, by=world.personnel_officer, at=AT),
        lambda: services.refuse_diploma(diploma_id=row.pk, note="Salah", by=world.personnel_officer, at=AT),
    ):
        with pytest.raises(services.DiplomaDecided):
            act()


@pytest.mark.parametrize(
    ("values", "error"),
    [
        ({"graduated_on": date(2026, 10, 13)}, services.DiplomaInFuture),
        ({"content": b"x" * 5_000_001}, FileTooLarge),
    ],
)
def test_refused_diplomas_leave_no_trace(world: Any, values: Any, error: Any) -> None:
    with pytest.raises(error):
        add(world, **values)
    assert not EducationRecord.objects.exists()


def test_nobody_decides_on_their_own_and_a_refusal_has_a_reason(
    world: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("apps.core.images.check_pdf", lambda content: None)
    row = add(world)
    with pytest.raises(services.OwnDiploma):
        services.verify_diploma(diploma_id=row.pk, by=world.staff, at=AT)
    with pytest.raises(services.NoteMissing):
        services.refuse_diploma(diploma_id=row.pk, note=" ", by=world.personnel_officer, at=AT)
    with pytest.raises(services.DiplomaNumberTaken):
        add(world)
    services.refuse_diploma(diploma_id=row.pk, note="Tidak terbaca", by=world.personnel_officer, at=AT)
    again = add(world)
    assert [r.status for r in EducationRecord.objects.order_by("pk")] == ["refused", "waiting"]
    for values in (
        {"level": "s9"},
        {"verified_at": AT, "refused_at": AT, "refusal_note": "x"},
        {"refused_at": AT},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            EducationRecord.objects.filter(pk=again.pk).update(**values)

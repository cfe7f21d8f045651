"""Certificates of one's own: checked, verified by somebody else, and only then counted."""

import io
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from PIL import Image

from apps.core import files, images, policy
from apps.core.models import AuditEntry, Notification, StoredFile
from apps.training import selectors
from apps.training.models import Certificate
from apps.training.services import certificates
from apps.training.services.certificates import Learning

from .story import AT

pytestmark = pytest.mark.django_db


def picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "teal").save(out, "JPEG", comment=b"rumah saya")
    return out.getvalue()


def learning(**changes: Any) -> Learning:
    values = {
        "name": "Kursus arsip",
        "organizer": "LAN",
        "kind": "nonklasikal",
        "starts_on": date(2026, 5, 4),
        "ends_on": date(2026, 5, 6),
        "jp": Decimal("12.5"),
        "number": "77/LAN",
    }
    return Learning(**{**values, **changes})


def add(world: Any, **changes: Any) -> Certificate:
    return certificates.add_certificate(
        employee=world.staff,
        learning=learning(**changes),
        by=world.staff,
        at=AT,
        content=picture(),
        upload_name="../foto rumah.JPEG",
    )


def test_hours_count_only_once_verified(world: Any) -> None:
    certificate = add(world)
    figure = selectors.jp_of(world.staff, 2026)
    assert (figure.verified, figure.waiting, figure.target) == (0, Decimal("12.5"), 20)
    certificates.verify_certificate(certificate_id=certificate.pk, by=world.personnel_officer, at=AT)
    figure = selectors.jp_of(world.staff, 2026)
    assert (figure.verified, figure.waiting, figure.missing) == (Decimal("12.5"), 0, Decimal("7.5"))
    assert selectors.jp_of(world.staff, 2025).verified == 0
    assert Notification.objects.filter(recipient=world.staff.user).count() == 1
    actions = AuditEntry.objects.order_by("pk").values_list("action", flat=True)
    assert list(actions) == ["training.certificate.added", "training.certificate.verified"]


def test_the_picture_is_encoded_anew_and_the_name_is_harmless(world: Any) -> None:
    certificate = add(world)
    assert certificate.file_name == "foto rumah.jpg"
    assert b"rumah saya" not in files.read(certificate.file)


def test_a_file_that_is_no_picture_is_refused(world: Any) -> None:
    with pytest.raises(images.UnknownContent):
        certificates.add_certificate(
            employee=world.staff,
            learning=learning(),
            by=world.staff,
            at=AT,
            content=b"MZ program",
            upload_name="a.pdf",
        )
    assert not Certificate.objects.exists()
    assert not StoredFile.objects.exists()


def test_the_size_is_a_policy(world: Any) -> None:
    policy.set_value(
        "training.certificate_max_megabytes",
        0,
        scope="kendari",
        valid_from=date(2026, 1, 1),
        by=None,
        reason="uji",
    )
    with pytest.raises(certificates.FileTooLarge):
        add(world)
    assert not Certificate.objects.exists()


def test_what_has_not_ended_is_refused(world: Any) -> None:
    with pytest.raises(certificates.CertificateInFuture):
        add(world, ends_on=date(2026, 10, 13))
    assert not Certificate.objects.exists()


def test_a_number_counts_once_but_may_return_after_a_refusal(world: Any) -> None:
    first = add(world)
    with pytest.raises(certificates.CertificateNumberTaken):
        add(world)
    certificates.refuse_certificate(
        certificate_id=first.pk, note="Foto tidak terbaca", by=world.personnel_officer, at=AT
    )
    second = add(world)
    assert (first.status, second.status) == ("waiting", "waiting")
    first.refresh_from_db()
    assert (first.status, first.refusal_note) == ("refused", "Foto tidak terbaca")
    assert selectors.jp_of(world.staff, 2026).waiting == Decimal("12.5")


def test_a_decision_is_final(world: Any) -> None:
    certificate = add(world)
    certificates.refuse_certificate(
        certificate_id=certificate.pk, note="Buram", by=world.personnel_officer, at=AT
    )
    with pytest.raises(certificates.CertificateDecided):
        certificates.verify_certificate(certificate_id=certificate.pk, by=world.personnel_officer, at=AT)
    assert selectors.jp_of(world.staff, 2026).verified == 0


def test_nobody_verifies_their_own(world: Any) -> None:
    certificate = add(world)
    for who in (world.staff, world.staff.user):
        with pytest.raises(certificates.OwnCertificate):
            certificates.verify_certificate(certificate_id=certificate.pk, by=who, at=AT)
    certificate.refresh_from_db()
    assert certificate.status == "waiting"


@pytest.mark.parametrize(
    "broken",
    [
        {"jp": 0},
        {"ends_on": date(2026, 5, 1)},
        {"verified_at": AT, "refused_at": AT},
    ],
)
def test_the_database_refuses_what_must_never_be(world: Any, broken: dict[str, Any]) -> None:
    certificate = add(world)
    with pytest.raises(IntegrityError), transaction.atomic():
        Certificate.objects.filter(pk=certificate.pk).update(**broken)

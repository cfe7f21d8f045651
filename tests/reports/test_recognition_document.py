"""The certificate of a recognized deed: what stands on it, what does not, and that the database knows its subject."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction

from apps.core import files
from apps.reports.models import Document
from apps.reports.services.documents import NotAwarded, issue_recognition_document
from tests.training.juries import AT, DEED, awarded, named

from .rendering.reading import pages, squeezed

pytestmark = pytest.mark.django_db


def _issue(nomination: Any, world: Any) -> Document:
    return issue_recognition_document(nomination_id=nomination.pk, by=world.personnel_officer, at=AT)


def test_what_stands_on_the_certificate(world: Any) -> None:
    nomination = awarded(world)
    document = _issue(nomination, world)
    (text,) = pages(files.read(document.file))
    for expected in (
        "PIAGAM PENGHARGAAN",
        world.staff.full_name,
        "Puskesmas Lepo-Lepo",
        "atas inovasi",
        DEED["title"],
        DEED["effect"],
        "3 setuju, 0 tidak setuju, 0 abstain",
        "Ketua juri",
        world.jury[0].full_name,
        document.code,
    ):
        assert squeezed(expected) in text
    # It hangs on walls: no NIP, and not who named the deed.
    for hidden in (world.staff.nip, world.jury[0].nip, world.colleague.full_name):
        assert squeezed(hidden) not in text
    assert _issue(nomination, world).pk == document.pk


def test_a_unit_has_a_certificate_too(world: Any) -> None:
    document = _issue(awarded(world, employee=None, unit=world.unit, kind="thanks"), world)
    (text,) = pages(files.read(document.file))
    assert squeezed("Puskesmas Lepo-Lepo") in text
    assert squeezed("kerja melampaui tugas") in text


def test_nothing_is_issued_before_the_award(world: Any) -> None:
    with pytest.raises(NotAwarded):
        _issue(named(world), world)
    assert not Document.objects.exists()


def test_the_database_knows_what_it_is_about(world: Any) -> None:
    document = _issue(awarded(world), world)
    for values in ({"nomination": None}, {"kind": "skp"}):
        with (
            pytest.raises(IntegrityError, match="document_is_about_what_its_kind_says"),
            transaction.atomic(),
        ):
            Document.objects.filter(pk=document.pk).update(**values)
    document.pk, document.code = None, "X-1"
    with pytest.raises(IntegrityError, match="document_once_per_nomination_and_facts"), transaction.atomic():
        document.save(force_insert=True)

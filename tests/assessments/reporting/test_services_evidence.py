"""Evidence: content decides; refusals keep nothing; a file used twice is a question."""

import io
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from PIL import Image
from pypdf import PdfWriter

from apps.assessments.models import Evidence
from apps.assessments.services import evidence, reports
from apps.core import files, images
from apps.core.images import BrokenImage, EmptyUpload, EncryptedPdf, UnknownContent

from .conftest import NOW, fill, picture


def put(report: Any, content: bytes, name: str = "foto.jpg", result: Any = None) -> Evidence:
    return evidence.add_evidence(
        report=report, result=result, upload_name=name, content=content, by=report.employee, at=NOW
    )


def pdf(password: str = "") -> bytes:
    writer, out = PdfWriter(), io.BytesIO()
    writer.add_blank_page(100, 100)
    if password:
        writer.encrypt(password, algorithm="RC4-128")
    writer.write(out)
    return out.getvalue()


def test_a_photo_is_written_anew_without_its_place(draft: Any) -> None:
    exif = Image.Exif()
    exif.get_ifd(0x8825).update({1: "S", 2: (3.0, 57.0, 11.0)})
    out = io.BytesIO()
    Image.new("RGB", (60, 40), "teal").save(out, "JPEG", exif=exif)
    item = put(draft, out.getvalue())
    kept = Image.open(io.BytesIO(files.read(item.file)))
    assert (kept.getexif().get_ifd(0x8825), item.file.content_type) == ({}, images.JPEG)


def test_a_pdf_is_kept_as_it_is(draft: Any) -> None:
    content = pdf()
    assert files.read(put(draft, content, "laporan.pdf").file) == content


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b"", EmptyUpload),
        (b"PK\x03\x04 word document", UnknownContent),
        (picture()[:200], BrokenImage),
        (pdf("rahasia"), EncryptedPdf),
        (b"\xff\xd8\xff" + b"x" * 10_000_001, evidence.EvidenceTooBig),
    ],
    ids=["empty", "word", "cut photo", "locked pdf", "too big"],
)
def test_each_refusal_keeps_nothing(draft: Any, content: bytes, error: type[Exception]) -> None:
    with pytest.raises(error):
        put(draft, content)
    assert Evidence.objects.count() == 0


def test_the_same_file_twice_stands_once(draft: Any) -> None:
    first = put(draft, picture())
    with pytest.raises(evidence.EvidenceExists) as exists:
        put(draft, picture(), "nama lain.jpg")
    assert (exists.value.evidence, Evidence.objects.count()) == (first, 1)
    with pytest.raises(IntegrityError), transaction.atomic():
        Evidence.objects.create(report=draft, file=first.file, name="x", added_at=NOW)


def test_more_files_than_allowed(draft: Any) -> None:
    for number in range(20):
        put(draft, picture(f"rgb({number},0,0)", "PNG"))
    with pytest.raises(evidence.TooManyFiles):
        put(draft, picture("white"))
    assert Evidence.objects.count() == 20


def test_only_the_writer_and_only_before_sending(world: Any, draft: Any) -> None:
    with pytest.raises(evidence.NotTheWriter):
        evidence.add_evidence(
            report=draft, result=None, upload_name="x.jpg", content=picture(), by=world.head, at=NOW
        )
    item = put(draft, picture())
    fill(draft)
    reports.submit_report(report_id=draft.pk, by=world.staff, at=NOW)
    for refused in (
        lambda: put(draft, picture("red")),
        lambda: evidence.remove_evidence(evidence_id=item.pk, by=world.staff, at=NOW),
    ):
        with pytest.raises(evidence.ReportNotEditable):
            refused()
    assert list(Evidence.objects.values_list("pk", "removed_at")) == [(item.pk, None)]


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("C:\\foto\\daftar hadir.JPG", "daftar hadir.jpg"),
        ("../../etc/passwd", "passwd.jpg"),
        ("x.png.exe", "x.png.exe.jpg"),
        ("", "bukti.jpg"),
        ("a\u202eb\n.jpeg", "ab.jpeg"),
    ],
)
def test_names_are_plain(name: str, shown: str) -> None:
    assert evidence.clean_name(name, images.JPEG) == shown

"""Files of a report: taken like evidence, kept in a draft, named by us."""

import io
from datetime import timedelta

import pytest
from PIL import Image

from apps.core import files, images
from apps.core.models import StoredFile
from apps.core.policy import set_value
from apps.feedback.models import Complaint, ComplaintFile, DraftFile
from apps.feedback.services import complaints
from tests.core.test_images import gps_photo
from tests.feedback.helpers import AT, complain

PDF = (
    b"%PDF-1.4\n1 0 obj\n<< >>\nendobj\nxref\n0 1\n0000000000 65535 f \ntrailer << >>\nstartxref\n30\n%%EOF\n"
)


def photo(color=(200, 30, 30), size=(40, 30)):
    out = io.BytesIO()
    Image.new("RGB", size, color).save(out, "PNG")
    return out.getvalue()


def keep(world, content, *, tokens=(), has_no_author=False, at=AT):
    return complaints.keep_draft(
        content=content, tokens=tokens, government=world.government, has_no_author=has_no_author, at=at
    )


def test_where_a_photo_was_taken_is_gone_and_its_name_is_ours(world):
    draft = keep(world, gps_photo())
    complaint, _secret = complain(world.unit, files=[str(draft.token)])
    kept = complaint.files.get()
    content = files.read(kept.file)
    assert kept.name == "foto-1.jpg"
    assert b"Exif" not in content
    assert b"GPS" not in content
    assert not DraftFile.objects.exists()
    assert complaint.events.get().files.get() == kept


def test_pdf_for_real_and_twice_the_same_is_once(world):
    first = keep(world, PDF)
    again = keep(world, PDF, tokens=[str(first.token)])
    assert first == again
    complaint, _secret = complain(world.unit, files=[str(first.token), str(keep(world, photo()).token)])
    assert [row.name for row in complaint.files.all()] == ["dokumen-1.pdf", "foto-2.png"]
    added = complaints.add_files(complaint_id=complaint.pk, contents=[PDF], by=None, at=AT)
    assert added == 0
    assert complaint.events.count() == 1


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty_upload"),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "unknown_content"),
        (b"MZ\x90\x00", "unknown_content"),
        (b"\xff\xd8\xff\xe0 and nothing", "broken_image"),
        (PDF.replace(b"trailer << >>", b"trailer << /JavaScript (x) >>"), "active_pdf"),
        (b"%PDF-1.4 cut", "broken_pdf"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 6_000_000, "too_big"),
    ],
    # Without names the content itself would stand in every report of a failure.
    ids=["empty", "svg", "program", "half_image", "active_pdf", "cut_pdf", "too_big"],
)
def test_what_cannot_be_taken_leaves_nothing(world, content, code):
    with pytest.raises(images.FileRefused) as refused:
        keep(world, content)
    assert refused.value.code == code
    assert not DraftFile.objects.exists()
    assert not StoredFile.objects.exists()


def test_the_number_of_files_is_a_policy(world):
    set_value("feedback.attachment_files", 1, scope="kendari", valid_from=AT.date(), by=None, reason="uji")
    first = keep(world, photo())
    with pytest.raises(complaints.TooManyAttachments):
        keep(world, photo((1, 2, 3)), tokens=[str(first.token)])
    complaint, _secret = complain(world.unit, files=[str(first.token)])
    with pytest.raises(complaints.TooManyAttachments):
        complaints.add_files(complaint_id=complaint.pk, contents=[photo((4, 5, 6))], by=None, at=AT)
    assert complaint.files.count() == 1
    # The office has its own number.
    complaints.add_files(complaint_id=complaint.pk, contents=[photo((4, 5, 6))], by=world.head.user, at=AT)
    assert list(complaint.files.values_list("by", flat=True)) == [None, world.head.user_id]


def test_one_bad_file_among_good_ones_keeps_none(world):
    complaint, _secret = complain(world.unit)
    with pytest.raises(images.FileRefused):
        complaints.add_files(complaint_id=complaint.pk, contents=[photo(), b"bukan"], by=None, at=AT)
    assert not ComplaintFile.objects.exists()
    assert complaint.events.count() == 1


def test_a_closed_report_takes_no_file(world):
    complaint, _secret = complain(world.unit)
    by = world.head.user
    complaints.reject(complaint_id=complaint.pk, reason_code="court", text="Di pengadilan.", by=by, at=AT)
    with pytest.raises(complaints.TransitionNotAllowed):
        complaints.add_files(complaint_id=complaint.pk, contents=[photo()], by=None, at=AT)
    assert not ComplaintFile.objects.exists()


def test_a_pdf_may_name_its_writer_so_a_report_without_author_takes_photos_only(world):
    with pytest.raises(complaints.PdfNamesPeople):
        keep(world, PDF, has_no_author=True)
    draft = keep(world, PDF)
    with pytest.raises(complaints.PdfNamesPeople):
        complain(world.unit, has_no_author=True, files=[str(draft.token)])
    assert not Complaint.objects.exists()
    complaint, _secret = complain(world.unit, has_no_author=True, files=[str(keep(world, photo()).token)])
    assert complaint.files.count() == 1


def test_unsent_files_are_swept_but_not_those_that_somebody_else_sent_too(world):
    alone, shared = keep(world, photo()), keep(world, photo((9, 9, 9)))
    complain(world.unit, files=[str(keep(world, photo((9, 9, 9))).token)])
    later = AT + timedelta(hours=complaints.DRAFT_HOURS)
    assert complaints.sweep_drafts(now=later) == 0
    assert complaints.sweep_drafts(now=later + timedelta(seconds=1)) == 2
    assert not DraftFile.objects.exists()
    assert list(StoredFile.objects.values_list("pk", flat=True)) == [shared.file_id]
    assert alone.file_id != shared.file_id


def test_a_draft_that_was_taken_away_cannot_be_sent(world):
    draft = keep(world, photo())
    complaints.drop_draft(token=str(draft.token))
    complaint, _secret = complain(world.unit, files=[str(draft.token)])
    assert not complaint.files.exists()

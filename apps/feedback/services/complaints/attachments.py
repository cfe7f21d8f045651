"""Photos and documents of a report: made anew or searched, named by us, kept in a draft until the report is sent.

The same treatment as the evidence of an employee (threat T8): content decides and not the name, pictures are
encoded anew without place and camera, PDFs that would act are refused.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext_noop

from apps.core import files, images, policy
from apps.core.images import FileRefused
from apps.core.localtime import local_date
from apps.core.models import PolicyValue, StoredFile

from ...models import Complaint, ComplaintEvent, ComplaintFile, DraftFile
from ...rules.complaint_lifecycle import ComplaintAction, ComplaintStatus, TransitionNotAllowed, is_open
from .steps import add_event, keep_record, locked, tell_unit

MEGABYTE = 1_000_000
DRAFT_HOURS = 24
_NAMES = {
    images.JPEG: ("foto", "jpg"),
    images.PNG: ("foto", "png"),
    images.WEBP: ("foto", "webp"),
    images.PDF: ("dokumen", "pdf"),
}


class AttachmentTooBig(FileRefused):
    """More bytes than the government allows. params: limit (megabytes)."""

    code = "too_big"


class TooManyAttachments(FileRefused):
    """The report has as many files as the government allows. params: limit."""

    code = "too_many_files"


class PdfNamesPeople(FileRefused):
    """A PDF for a report without an author: it may carry a name that we cannot take out."""

    code = "pdf_names_people"


@dataclass(frozen=True, slots=True)
class Limits:
    """How many files a report may have, and how large each may be."""

    files: int
    megabytes: int

    @property
    def bytes(self) -> int:
        """The size of one file."""
        return self.megabytes * MEGABYTE


def limits(government: Any, day: date) -> Limits:
    """Return what a government allows on a day."""
    return Limits(
        policy.get("feedback.attachment_files", on=day, scope=government.code),
        policy.get("feedback.attachment_megabytes", on=day, scope=government.code),
    )


def largest_request() -> int:
    """Return how many bytes of files the most generous government takes at once: longer posts are not read."""
    found = {}
    for key in ("feedback.attachment_files", "feedback.attachment_megabytes"):
        values = PolicyValue.objects.filter(key=key).values_list("value", flat=True)
        found[key] = max([int(policy.definition(key).default), *map(int, values)])
    return found["feedback.attachment_files"] * found["feedback.attachment_megabytes"] * MEGABYTE


def checked(content: bytes, allowed: Limits) -> tuple[bytes, str]:
    """Return safe bytes and their type.

    :raises FileRefused: one subclass per reason.
    """
    if not content:
        raise images.EmptyUpload
    if len(content) > allowed.bytes:
        raise AttachmentTooBig(limit=allowed.megabytes)
    if images.sniff(content) == images.PDF:
        images.check_pdf(content)
        return content, images.PDF
    return images.clean_image(content)


@transaction.atomic
def keep_draft(
    *, content: bytes, tokens: Sequence[str], government: Any, has_no_author: bool, at: datetime
) -> DraftFile:
    """Keep a file of a report that is still being written; `tokens` are those it has already.

    :raises FileRefused: one subclass per reason.
    """
    allowed = limits(government, local_date(at, government.timezone))
    if len(tokens) >= allowed.files:
        raise TooManyAttachments(limit=allowed.files)
    content, content_type = checked(content, allowed)
    if has_no_author and content_type == images.PDF:
        raise PdfNamesPeople
    stored = files.store(content, content_type)
    present = DraftFile.objects.filter(token__in=tokens, file=stored).first()
    return present or DraftFile.objects.create(file=stored, added_at=at)


@transaction.atomic
def drop_draft(*, token: str) -> None:
    """Throw away a file that was not sent."""
    draft = DraftFile.objects.select_for_update().filter(token=token).first()
    if draft is not None:
        draft.delete()
        _forget(draft.file_id)


def sweep_drafts(*, now: datetime) -> int:
    """Throw away files of reports that were never sent; return how many."""
    old = DraftFile.objects.filter(added_at__lt=now - timedelta(hours=DRAFT_HOURS))
    tokens = list(old.values_list("token", flat=True)[:500])
    for token in tokens:
        drop_draft(token=str(token))
    return len(tokens)


def _forget(file_id: int) -> None:
    """Drop the row of a stored file unless somebody else has the same bytes; the sweep then takes the bytes."""
    try:
        with transaction.atomic():
            StoredFile.objects.filter(pk=file_id).delete()
    except (ProtectedError, IntegrityError):
        pass


def drafts(tokens: Sequence[str]) -> list[DraftFile]:
    """Return the files of a draft in the order in which they were added."""
    return list(DraftFile.objects.filter(token__in=tokens).select_related("file").order_by("added_at", "id"))


def attach_drafts(complaint: Complaint, tokens: Sequence[str], event: ComplaintEvent, at: datetime) -> int:
    """Give the files of a draft to the report that was sent; return how many. Within the caller's transaction.

    :raises PdfNamesPeople: for a PDF in a report without an author.
    """
    waiting = drafts(tokens)
    for draft in waiting:
        _attach(complaint, draft.file, event, None, at)
    DraftFile.objects.filter(pk__in=[draft.pk for draft in waiting]).delete()
    return len(waiting)


def _attach(complaint: Complaint, file: StoredFile, event: ComplaintEvent, by: Any, at: datetime) -> bool:
    if complaint.has_no_author and by is None and file.content_type == images.PDF:
        raise PdfNamesPeople
    word, ending = _NAMES[file.content_type]
    number = complaint.files.count() + 1
    _row, is_new = ComplaintFile.objects.get_or_create(
        complaint=complaint,
        file=file,
        defaults={"event": event, "name": f"{word}-{number}.{ending}", "by": by, "added_at": at},
    )
    return is_new


@transaction.atomic
def add_files(*, complaint_id: int, contents: Sequence[bytes], by: Any, at: datetime) -> int:
    """Add files to a report under way, from its reporter (`by` None) or from an officer; return how many.

    :raises TransitionNotAllowed: if the report is closed.
    :raises FileRefused: one subclass per reason; then none of them is kept.
    """
    complaint = locked(complaint_id)
    status = ComplaintStatus(complaint.status)
    if not is_open(status):
        raise TransitionNotAllowed(status, ComplaintAction.CITIZEN_REPLY)
    allowed = limits(complaint.government, local_date(at, complaint.government.timezone))
    safe = [checked(content, allowed) for content in contents]
    present = complaint.files.filter(by__isnull=by is None).count()
    if present + len(safe) > allowed.files:
        raise TooManyAttachments(limit=allowed.files)
    event = add_event(complaint, "files" if by is None else "office_files", at=at, by=by)
    added = sum(_attach(complaint, files.store(*pair), event, by, at) for pair in safe)
    if not added:
        event.delete()
        return 0
    keep_record(complaint, "files_added", by=by or "public", at=at, files=added)
    if by is None:
        tell_unit(complaint, gettext_noop("The reporter of complaint %(number)s has added files."), at)
    return added

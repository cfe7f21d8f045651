"""What belongs to a report besides its words: files, and the question whether it is still solved."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from ..labels import CheckBackAnswer
from .complaints import Complaint, ComplaintEvent


class ComplaintFile(models.Model):
    """A photo or PDF of a report. Its name is ours: the one it came with may say who sent it."""

    complaint = models.ForeignKey(Complaint, on_delete=models.CASCADE, related_name="files", db_index=False)
    event = models.ForeignKey(ComplaintEvent, on_delete=models.CASCADE, related_name="files")
    file = models.ForeignKey("core.StoredFile", on_delete=models.PROTECT, related_name="+")
    token = models.UUIDField(default=uuid.uuid4, unique=True, help_text="its address; never the row's number")
    name = models.CharField(max_length=40)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        help_text="the officer who added it; empty if it came from the reporter",
    )
    added_at = models.DateTimeField()

    class Meta:
        ordering = ["added_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["complaint", "file"], name="complaint_file_kept_once"),
        ]

    def __str__(self) -> str:
        return f"{self.name} of complaint {self.complaint_id}"


class DraftFile(models.Model):
    """A file of a report that is still being written. Only the browser's session knows whose it is."""

    token = models.UUIDField(default=uuid.uuid4, unique=True)
    file = models.ForeignKey("core.StoredFile", on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"draft file {self.pk}"


class ComplaintCheckBack(models.Model):
    """Four weeks after an end, one question: is it still solved? One per end; an answer is given once."""

    complaint = models.ForeignKey(
        Complaint, on_delete=models.CASCADE, related_name="check_backs", db_index=False
    )
    closed_at = models.DateTimeField(help_text="the end it asks about")
    asked_at = models.DateTimeField()
    open_until = models.DateField(help_text="last day for the answer, and for opening the report again")
    answer = models.CharField(max_length=10, choices=CheckBackAnswer.choices, blank=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["asked_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["complaint", "closed_at"], name="check_back_once_per_end"),
            models.CheckConstraint(
                condition=Q(answer="") ^ Q(answered_at__isnull=False),
                name="check_back_answered_at_iff_answered",
            ),
        ]

    def __str__(self) -> str:
        return f"check-back of complaint {self.complaint_id}"

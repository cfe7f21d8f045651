"""What leader and employee say to each other during the year."""

from django.db import models

from .. import querysets


class FeedbackNote(models.Model):
    """Continuing feedback during the period (umpan balik berkelanjutan), visible to the person at once."""

    employee = models.ForeignKey(
        "employees.Employee", on_delete=models.PROTECT, related_name="feedback_notes"
    )
    author = models.ForeignKey("employees.Employee", on_delete=models.PROTECT, related_name="+")
    result = models.ForeignKey("indicators.WorkResult", on_delete=models.PROTECT, null=True, related_name="+")
    text = models.TextField()
    at = models.DateTimeField()

    objects = querysets.FeedbackNoteQuerySet.as_manager()

    def __str__(self) -> str:
        return f"feedback {self.pk}"

"""Words people see for the stored values of core."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class JobStatus(models.TextChoices):
    """How far a job is."""

    QUEUED = "queued", _("Waiting")
    RUNNING = "running", _("Running")
    DONE = "done", _("Finished")
    FAILED = "failed", _("Failed")
    CANCELLED = "cancelled", _("Cancelled")

    @property
    def is_finished(self) -> bool:
        """Whether nothing will change any more."""
        return self in {JobStatus.DONE, JobStatus.FAILED, JobStatus.CANCELLED}


JOB_TONES = {
    JobStatus.QUEUED.value: "neutral",
    JobStatus.RUNNING.value: "info",
    JobStatus.DONE.value: "success",
    JobStatus.FAILED.value: "danger",
    JobStatus.CANCELLED.value: "warning",
}

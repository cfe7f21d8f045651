"""Staff imports in the background."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.core import long_jobs

from .services import staff_import


@long_jobs.kind(
    "employees.apply_import",
    title=_("Apply a staff list"),
    figures={
        "new": _("New people"),
        "changed": _("Changed"),
        "unchanged": _("Unchanged"),
        "bad": _("Rows with problems"),
    },
)
def apply_import(progress: long_jobs.Progress, *, batch_id: int, by_id: int | None, **_params: Any) -> None:
    """Apply the good rows of a batch; goes on where an interrupted run stopped."""
    by = User.objects.filter(pk=by_id).first() if by_id else None
    try:
        counts = staff_import.apply_batch(batch_id=batch_id, by=by, at=timezone.now(), progress=progress)
    except staff_import.NotApplicable as error:
        raise long_jobs.JobFailed(str(_("This list cannot be applied: the file was refused."))) from error
    progress.result(**counts)

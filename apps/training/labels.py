"""Words people see for the stored values of training."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class ProgrammeKind(models.TextChoices):
    """Form of learning (CMP-5, CMP-6)."""

    KLASIKAL = "klasikal", _("classical")
    NONKLASIKAL = "nonklasikal", _("non-classical")


class NeedStatus(models.TextChoices):
    """How far a need is."""

    PROPOSED = "proposed", pgettext_lazy("need status", "Proposed")
    PLANNED = "planned", pgettext_lazy("need status", "Planned")
    DONE = "done", pgettext_lazy("need status", "Done")
    DECLINED = "declined", pgettext_lazy("need status", "Not needed")


class EnrolmentStatus(models.TextChoices):
    """How far a participant is."""

    ENROLLED = "enrolled", pgettext_lazy("enrolment status", "Enrolled")
    COMPLETED = "completed", pgettext_lazy("enrolment status", "Completed")
    ABSENT = "absent", pgettext_lazy("enrolment status", "Absent")
    CANCELLED = "cancelled", pgettext_lazy("enrolment status", "Cancelled")


class CoachingStatus(models.TextChoices):
    """How far a coaching note is."""

    OPEN = "open", pgettext_lazy("coaching status", "Under way")
    IMPROVED = "improved", pgettext_lazy("coaching status", "Improved")
    NOT_IMPROVED = "not_improved", pgettext_lazy("coaching status", "Not yet improved")

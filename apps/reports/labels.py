"""Words people see for the stored values of reports."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class DocumentKind(models.TextChoices):
    """What kind of document."""

    EVALUATION = "evaluation", _("Performance evaluation document")
    SKP = "skp", "SKP"
    EVALUATION_PACK = "evaluation_pack", _("Evaluation documents of a unit")
    CYCLE_RECAP = "cycle_recap", _("Recap of a period")


class PackChoices(models.TextChoices):
    """What can be asked for at a whole unit; the values are kinds of jobs."""

    EVALUATION_PACK = "reports.evaluation_pack", _("Evaluation documents of everybody (PDF)")
    CYCLE_RECAP = "reports.cycle_recap", _("Recap with the distribution of the predikat (XLSX)")

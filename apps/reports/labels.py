"""Words people see for the stored values of reports."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class DocumentKind(models.TextChoices):
    """What kind of document."""

    EVALUATION = "evaluation", _("Performance evaluation document")
    SKP = "skp", "SKP"
    EVALUATION_PACK = "evaluation_pack", _("Evaluation documents of a unit")
    CYCLE_RECAP = "cycle_recap", _("Recap of a period")

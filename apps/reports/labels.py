"""Words people see for the stored values of reports."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class DocumentKind(models.TextChoices):
    """What kind of document."""

    EVALUATION = "evaluation", _("Performance evaluation document")
    SKP = "skp", "SKP"
    OBJECTION = "objection", _("Objection form (D.1.3)")
    CONVERSION = "conversion", _("Conversion of a predikat into angka kredit")
    ACCUMULATION = "accumulation", _("Accumulated angka kredit")
    PAK = "pak", "Penetapan angka kredit (PAK)"
    CERTIFICATE = "certificate", _("Certificate of a training")
    RECOGNITION = "recognition", _("Certificate of recognition")
    EVALUATION_PACK = "evaluation_pack", _("Documents of a unit")
    CYCLE_RECAP = "cycle_recap", _("Recap of a period")
    SURVEY_REPORT = "survey_report", _("Survey report (Laporan SKM)")
    SURVEY_SPAN = "survey_span", _("Survey report of a unit (Laporan SKM)")


class PackContent(models.TextChoices):
    """Which documents of each person go into a pack; in the order of their pages."""

    DOCUMENT = "document", _("Evaluation document (result, to be signed)")
    FORM = "form", _("Evaluation form with ratings and feedback")
    SKP = "skp", _("SKP with its annex")


class PackChoices(models.TextChoices):
    """What can be asked for at a whole unit; the values are kinds of jobs."""

    EVALUATION_PACK = "reports.evaluation_pack", _("Documents of everybody (PDF)")
    CYCLE_RECAP = "reports.cycle_recap", _("Recap with the distribution of the predikat (XLSX)")


class SurveyPaper(models.TextChoices):
    """What can be asked for about the surveys of a unit; the values are kinds of jobs."""

    SURVEY_SPAN = "reports.survey_span", _("Survey report (PDF)")
    SURVEY_RECAP = "reports.survey_recap", _("Recap of the units (XLSX)")

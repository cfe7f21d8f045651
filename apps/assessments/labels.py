"""Words people see for the stored values of assessments. Terms of the forms stay Indonesian in both languages."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class PeriodicityChoices(models.TextChoices):
    """How often people are evaluated within a year; one kind per person and year (EVA-2)."""

    MONTHLY = "monthly", _("monthly")
    QUARTERLY = "quarterly", _("quarterly")


class PeriodKind(models.TextChoices):
    """A part of the year, or the year itself."""

    PERIODIC = "periodic", _("periodic")
    YEARLY = "yearly", _("yearly")


class PeriodStatus(models.TextChoices):
    """Where a period is; only the schedule moves it."""

    PLANNED = "planned", pgettext_lazy("period status", "Not yet open")
    OPEN = "open", pgettext_lazy("period status", "Open for reports")
    CLOSED = "closed", pgettext_lazy("period status", "Closed, being evaluated")


class ReportStatusChoices(models.TextChoices):
    """How far a self-report is."""

    DRAFT = "draft", pgettext_lazy("report status", "Draft")
    SUBMITTED = "submitted", pgettext_lazy("report status", "Sent")
    RETURNED = "returned", pgettext_lazy("report status", "Returned for improvement")
    ACCEPTED = "accepted", pgettext_lazy("report status", "Reviewed and accepted")


REPORT_TONES = {"draft": "neutral", "submitted": "info", "returned": "warning", "accepted": "success"}


class RatingChoices(models.TextChoices):
    """The two judgements of the appraiser (EVA-4); words of the form."""

    ABOVE = "above_expectation", "Di atas ekspektasi"
    MEETS = "meets_expectation", "Sesuai ekspektasi"
    BELOW = "below_expectation", "Di bawah ekspektasi"


class PredikatChoices(models.TextChoices):
    """Predikat kinerja; words of the form (MTX-2)."""

    SANGAT_BAIK = "sangat_baik", "Sangat Baik"
    BAIK = "baik", "Baik"
    BUTUH_PERBAIKAN = "butuh_perbaikan", "Butuh Perbaikan"
    KURANG = "kurang", "Kurang/misconduct"
    SANGAT_KURANG = "sangat_kurang", "Sangat Kurang"


PREDIKAT_TONES = {
    "sangat_baik": "success",
    "baik": "success",
    "butuh_perbaikan": "warning",
    "kurang": "danger",
    "sangat_kurang": "danger",
}


class OrgPredicateChoices(models.TextChoices):
    """Capaian kinerja organisasi; words of the form (ORG-1)."""

    ISTIMEWA = "istimewa", "Istimewa"
    BAIK = "baik", "Baik"
    BUTUH_PERBAIKAN = "butuh_perbaikan", "Butuh Perbaikan"
    KURANG = "kurang", "Kurang"
    SANGAT_KURANG = "sangat_kurang", "Sangat Kurang"


class EvaluationStatusChoices(models.TextChoices):
    """How far an evaluation is."""

    PREPARED = "prepared", pgettext_lazy("evaluation status", "To be rated")
    RATED = "rated", pgettext_lazy("evaluation status", "Rated, not yet handed over")
    DELIVERED = "delivered", pgettext_lazy("evaluation status", "Handed over, waiting for your answer")
    ACCEPTED = "accepted", pgettext_lazy("evaluation status", "Accepted")
    OBJECTED = "objected", pgettext_lazy("evaluation status", "Objection filed")
    DECIDED = "decided", pgettext_lazy("evaluation status", "Objection decided, final")


EVALUATION_TONES = {
    "prepared": "neutral",
    "rated": "info",
    "delivered": "info",
    "accepted": "success",
    "objected": "warning",
    "decided": "success",
}

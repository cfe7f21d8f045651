"""Words people see for the stored values of assessments. Terms of the forms stay Indonesian in both languages."""

from datetime import date

from django.db import models
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from apps.core.templatetags.formats import tanggal


class PeriodicityChoices(models.TextChoices):
    """How often people are evaluated within a year; one kind per person and year (EVA-2)."""

    MONTHLY = "monthly", _("monthly")
    QUARTERLY = "quarterly", _("quarterly")


class PeriodKind(models.TextChoices):
    """A part of the year, or the year itself."""

    PERIODIC = "periodic", _("periodic")
    YEARLY = "yearly", _("yearly")


def period_title(kind: str, starts_on: date, ends_on: date) -> str:
    """Name a period: a month by its name, a quarter by its number, the year as a whole."""
    if kind == PeriodKind.YEARLY.value:
        return gettext("Year %(year)s") % {"year": starts_on.year}
    if (starts_on.year, starts_on.month) == (ends_on.year, ends_on.month):
        return tanggal(starts_on, "bulan")
    return gettext("Quarter %(number)s %(year)s") % {
        "number": ("I", "II", "III", "IV")[ends_on.month // 3 - 1],
        "year": starts_on.year,
    }


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


REPORT_EVENTS = {
    "submit": pgettext_lazy("report event", "Sent"),
    "recall": pgettext_lazy("report event", "Taken back by the writer"),
    "return": pgettext_lazy("report event", "Returned for improvement"),
    "accept": pgettext_lazy("report event", "Reviewed and accepted"),
}

REPORT_EVENT_LOOKS = {
    "submit": ("info", "send"),
    "recall": ("neutral", "undo-2"),
    "return": ("warning", "undo-2"),
    "accept": ("success", "check"),
}

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

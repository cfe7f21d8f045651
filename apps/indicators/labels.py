"""Words people see for the stored values of indicators. Terms of the forms stay Indonesian in both languages."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class SkpStatusChoices(models.TextChoices):
    """How far a plan is."""

    DRAFT = "draft", pgettext_lazy("skp status", "Draft")
    SUBMITTED = "submitted", pgettext_lazy("skp status", "Waiting for approval")
    RETURNED = "returned", pgettext_lazy("skp status", "Returned")
    APPROVED = "approved", pgettext_lazy("skp status", "Approved")
    CLOSED = "closed", pgettext_lazy("skp status", "Closed")


SKP_TONES = {
    "draft": "neutral",
    "submitted": "info",
    "returned": "warning",
    "approved": "success",
    "closed": "neutral",
}


class ApproachChoices(models.TextChoices):
    """How expectations are expressed (PLN-6)."""

    KUANTITATIF = "kuantitatif", _("Quantitative")
    KUALITATIF = "kualitatif", _("Qualitative")


class LayoutChoices(models.TextChoices):
    """Which form (PLN-5)."""

    JPT = "jpt", _("JPT and heads of independent units")
    JA_JF = "ja_jf", _("JA and JF")


class ResultKindChoices(models.TextChoices):
    """Section of the results table (PLN-3)."""

    UTAMA = "utama", _("Main")
    TAMBAHAN = "tambahan", _("Additional")


class AspectChoices(models.TextChoices):
    """What an indicator measures (PLN-4)."""

    KUANTITAS = "kuantitas", _("Quantity")
    KUALITAS = "kualitas", _("Quality")
    WAKTU = "waktu", _("Time")
    BIAYA = "biaya", _("Cost")


class PerspectiveChoices(models.TextChoices):
    """Perspective of a JPT result (PLN-5)."""

    PENERIMA_LAYANAN = "penerima_layanan", _("Service recipients")
    PROSES_BISNIS = "proses_bisnis", _("Business processes")
    PENGUATAN_INTERNAL = "penguatan_internal", _("Internal strengthening")
    ANGGARAN = "anggaran", _("Budget")


class DirectionChoices(models.TextChoices):
    """Which way is better (SAK-6)."""

    HIGHER = "higher_is_better", _("higher is better")
    LOWER = "lower_is_better", _("lower is better")


class IndicatorSource(models.TextChoices):
    """Where the realization of an indicator comes from."""

    REPORTED = "reported", _("the employee's report")
    PROGRESS_SUM = "progress_sum", _("sum of progress entries")
    SERVICE_COUNT = "service_count", _("number of services delivered by the unit")
    IKM = "ikm", _("public satisfaction index (IKM) of the unit")
    COMPLAINT_CLOCK = "complaint_clock", _("share of the unit's complaints answered on time")


class AnnexKindChoices(models.TextChoices):
    """List of the annex (PLN-1)."""

    DUKUNGAN = "dukungan_sumber_daya", _("Supporting resources")
    SKEMA = "skema_pertanggungjawaban", _("Accountability scheme")
    KONSEKUENSI = "konsekuensi", _("Consequences")

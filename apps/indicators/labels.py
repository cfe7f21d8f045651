"""Words people see for the stored values of indicators. Terms of the forms stay Indonesian everywhere."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from .rules.completeness import ProblemCode
from .rules.wording import WordingHint


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


# What each source means, in a sentence beside the choice.
SOURCE_EXPLANATIONS = {
    "reported": _("You write the figure in your report of the period and attach evidence."),
    "progress_sum": _(
        "The system adds up the quantities of your progress entries. You need not count again."
    ),
    "service_count": _("The system takes how many services your unit delivered in the period."),
    "ikm": _(
        "The system takes the satisfaction index that citizens gave your unit. Target: a number from 25 to 100."
    ),
    "complaint_clock": _(
        "The system takes how many percent of your unit's complaints were answered in time."
    ),
}

SKP_ACTION_LABELS = {
    "submit": pgettext_lazy("skp event", "Sent for approval"),
    "recall": pgettext_lazy("skp event", "Taken back by the employee"),
    "return": pgettext_lazy("skp event", "Returned with a note"),
    "approve": pgettext_lazy("skp event", "Approved"),
    "close": pgettext_lazy("skp event", "Closed"),
}

SKP_ACTION_LOOKS = {
    "submit": ("info", "send"),
    "recall": ("neutral", "undo-2"),
    "return": ("warning", "undo-2"),
    "approve": ("success", "check"),
    "close": ("neutral", "lock"),
}

PROBLEM_TEXTS = {
    ProblemCode.NO_MAIN_RESULT: _("The plan has no main planned result (RHK utama) yet."),
    ProblemCode.RESULT_WITHOUT_INDICATOR: _("This planned result has no indicator yet."),
    ProblemCode.INDICATOR_WITHOUT_TARGET: _("This indicator has no target yet."),
    ProblemCode.INDICATOR_WITHOUT_ASPEK: _("Choose which aspect this indicator measures."),
    ProblemCode.RESULT_WITHOUT_PERSPEKTIF: _("Choose the perspective of this planned result."),
    ProblemCode.RESULT_SUPPORTS_NOTHING: _(
        "This planned result does not say which result of your superior it supports."
    ),
    ProblemCode.BEHAVIOR_WITHOUT_EXPECTATION: _(
        "There is no expectation of the leader for these values yet."
    ),
}

WORDING_TEXTS = {
    WordingHint.ACTIVITY: _(
        "This reads like an activity. A planned result says what will be there afterwards, for example "
        "“Tersedianya …” or “Meningkatnya …”."
    ),
    WordingHint.TARGET_INSIDE: _(
        "There is a number in the planned result. Put the target into an indicator instead."
    ),
}

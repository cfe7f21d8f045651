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
    MERGED = "merged", pgettext_lazy("skp status", "Taken over into the plan")
    WITHDRAWN = "withdrawn", pgettext_lazy("skp status", "Change given up")


SKP_TONES = {
    "draft": "neutral",
    "submitted": "info",
    "returned": "warning",
    "approved": "success",
    "closed": "neutral",
    "merged": "success",
    "withdrawn": "neutral",
}


class RevisionReasonChoices(models.TextChoices):
    """Why an approved plan is changed within the year (PLN-12)."""

    STRATEGY = "strategy", _("The strategy or the priorities of the organization changed")
    POSITION = "position", _("The position or its tasks changed")
    ASSIGNMENT = "assignment", _("An assignment was added, changed or ended")


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


class DocumentChoices(models.TextChoices):
    """Where an indicator of a unit stands (SAK-2, SAK-4)."""

    IKU = "iku", _("Key indicator (IKU)")
    PERJANJIAN_KINERJA = "perjanjian_kinerja", _("Performance agreement (perjanjian kinerja)")


class FormulaChoices(models.TextChoices):
    """How a realization becomes a percentage (SAK-6; by-laws differ)."""

    STANDARD = "standard", _("by direction: realization ÷ target, or (2 × target - realization) ÷ target")
    INVERSE = "inverse", _("target ÷ realization (only if lower is better)")
    REACHED = "reached", _("reached or not: 100% or 0%")


# The same in the words of a computation; the numbers come later.
COMPUTATIONS = {
    ("standard", "higher_is_better"): _("%(realization)s ÷ %(target)s × 100"),
    ("standard", "lower_is_better"): _("(2 × %(target)s - %(realization)s) ÷ %(target)s × 100"),
    ("inverse", "lower_is_better"): _("%(target)s ÷ %(realization)s × 100"),
    ("reached", "higher_is_better"): _("Is %(realization)s at least %(target)s?"),
    ("reached", "lower_is_better"): _("Is %(realization)s at most %(target)s?"),
}


class ContributionChoices(models.TextChoices):
    """What a cell of the matrix holds (Matriks Peran Hasil)."""

    OUTCOME = "outcome", _("Intermediate result (outcome antara)")
    PRODUCT = "product", _("Product")
    SERVICE = "service", pgettext_lazy("contribution", "Service")


class ProposalKindChoices(models.TextChoices):
    """What a leader proposes to a plan that only its owner may change."""

    ADD = "add", _("New planned result")
    CHANGE = "change", _("Other wording")
    DROP = "drop", _("Removal")


class ProposalStatusChoices(models.TextChoices):
    """What became of a proposal."""

    OPEN = "open", pgettext_lazy("proposal status", "Waiting for an answer")
    ACCEPTED = "accepted", pgettext_lazy("proposal status", "Accepted")
    DECLINED = "declined", pgettext_lazy("proposal status", "Declined")
    WITHDRAWN = "withdrawn", pgettext_lazy("proposal status", "Taken back by the leader")


# Where a contribution of the matrix has got to: word, tone, icon.
CELL_STATES = {
    "waiting": (pgettext_lazy("matrix", "Waits for the plan"), "neutral", "hourglass"),
    "in_plan": (pgettext_lazy("matrix", "In the plan"), "success", "check"),
    "in_revision": (pgettext_lazy("matrix", "Accepted, in a change of the plan"), "info", "pencil"),
    "proposed": (pgettext_lazy("matrix", "Proposed, waits for an answer"), "info", "clock"),
    "declined": (pgettext_lazy("matrix", "Declined"), "warning", "x"),
    "not_in_plan": (pgettext_lazy("matrix", "Not in the plan"), "warning", "circle-alert"),
}

PROPOSAL_TONES = {"open": "info", "accepted": "success", "declined": "warning", "withdrawn": "neutral"}


class IndicatorSource(models.TextChoices):
    """Where the realization of an indicator comes from."""

    REPORTED = "reported", _("the employee's report")
    PROGRESS_SUM = "progress_sum", _("sum of progress entries")
    SERVICE_COUNT = "service_count", _("number of services delivered by the unit")
    IKM = "ikm", _("public satisfaction index (IKM) of the unit")
    COMPLAINT_CLOCK = "complaint_clock", _("share of the unit's complaints answered on time")
    COMPLAINT_SOLVED = "complaint_solved", _("share of the unit's complaints confirmed as solved")
    # One element (unsur) of the survey. Known by code: their printed numbers differ between forms.
    UNSUR_PERSYARATAN = "unsur_persyaratan", _("citizens' rating: requirements")
    UNSUR_PROSEDUR = "unsur_prosedur", _("citizens' rating: procedure")
    UNSUR_WAKTU = "unsur_waktu", _("citizens' rating: time")
    UNSUR_BIAYA = "unsur_biaya", _("citizens' rating: cost")
    UNSUR_PRODUK = "unsur_produk", _("citizens' rating: result of the service")
    UNSUR_KOMPETENSI = "unsur_kompetensi", _("citizens' rating: competence of the officers")
    UNSUR_PERILAKU = "unsur_perilaku", _("citizens' rating: conduct of the officers")
    UNSUR_PENGADUAN = "unsur_pengaduan", _("citizens' rating: handling of complaints")
    UNSUR_SARANA = "unsur_sarana", _("citizens' rating: facilities")


UNSUR_LABEL = _("rating of one element by citizens")
UNSUR_SOURCES = tuple(source for source in IndicatorSource if source.value.startswith("unsur_"))
# Given by citizens to the unit as a whole; always shown with the number of answers and the range.
PUBLIC_SOURCES = (IndicatorSource.IKM, *UNSUR_SOURCES)
SHARE_SOURCES = (IndicatorSource.COMPLAINT_CLOCK, IndicatorSource.COMPLAINT_SOLVED)


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
    "complaint_solved": _(
        "The system takes how many percent of your unit's finished complaints the reporters confirmed as solved."
    ),
    "unsur": _(
        "The system takes how citizens rated one element of your unit's service. Target: a number from 25 to 100."
    ),
}

SKP_ACTION_LABELS = {
    "submit": pgettext_lazy("skp event", "Sent for approval"),
    "recall": pgettext_lazy("skp event", "Taken back by the employee"),
    "return": pgettext_lazy("skp event", "Returned with a note"),
    "approve": pgettext_lazy("skp event", "Approved"),
    "close": pgettext_lazy("skp event", "Closed"),
    "merge": pgettext_lazy("skp event", "Approved and taken over into the plan"),
    "withdraw": pgettext_lazy("skp event", "Change given up"),
    "revise": pgettext_lazy("skp event", "Change of the approved plan begun"),
    "renew": pgettext_lazy("skp event", "New version of the plan approved"),
}

SKP_ACTION_LOOKS = {
    "submit": ("info", "send"),
    "recall": ("neutral", "undo-2"),
    "return": ("warning", "undo-2"),
    "approve": ("success", "check"),
    "close": ("neutral", "lock"),
    "merge": ("success", "check"),
    "withdraw": ("neutral", "undo-2"),
    "revise": ("info", "pencil"),
    "renew": ("success", "check"),
}

# Fields of a plan's content (rules/plan_content.py) where it is compared or read from a file.
CONTENT_LABELS = {
    ("result", "kind"): _("Part of the plan"),
    ("result", "text"): _("Planned result"),
    ("result", "perspective"): _("Perspective"),
    ("result", "supports_text"): _("Contributes to"),
    ("indicator", "text"): _("Indicator"),
    ("indicator", "aspect"): _("Aspect"),
    ("indicator", "target"): _("Target"),
    ("indicator", "measure"): _("Unit of the target"),
    ("indicator", "direction"): _("Direction"),
    ("indicator", "source"): _("Source"),
    ("behavior", "expectation"): _("Leader's special expectation"),
    ("annex", "kind"): _("List"),
    ("annex", "text"): pgettext_lazy("annex", "Text"),
}

CONTENT_CHOICES = {
    ("result", "kind"): ResultKindChoices,
    ("result", "perspective"): PerspectiveChoices,
    ("indicator", "aspect"): AspectChoices,
    ("indicator", "direction"): DirectionChoices,
    ("indicator", "source"): IndicatorSource,
    ("annex", "kind"): AnnexKindChoices,
}

CONTENT_PARTS = {
    "result": _("Planned result (RHK)"),
    "indicator": _("Indicator (IKI)"),
    "behavior": _("Leader's expectation"),
    "annex": _("Line of the annex"),
}

CHANGE_LOOKS = {
    "added": (pgettext_lazy("difference", "Added"), "success", "plus"),
    "removed": (pgettext_lazy("difference", "Removed"), "danger", "trash-2"),
    "changed": (pgettext_lazy("difference", "Changed"), "info", "pencil"),
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

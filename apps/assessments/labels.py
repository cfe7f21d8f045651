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
    "accept_batch": pgettext_lazy(
        "report event", "Accepted together with other reports after a random check"
    ),
    "reopen": pgettext_lazy("report event", "Acceptance taken back, waiting for review again"),
}

REPORT_EVENT_LOOKS = {
    "submit": ("info", "send"),
    "recall": ("neutral", "undo-2"),
    "return": ("warning", "undo-2"),
    "accept": ("success", "check"),
    "accept_batch": ("success", "check"),
    "reopen": ("neutral", "undo-2"),
}


class VerdictChoices(models.TextChoices):
    """What the reviewer thinks of one piece of evidence; the last two need a note."""

    ACCEPTED = "accepted", pgettext_lazy("verdict on evidence", "Accepted")
    UNCLEAR = "unclear", pgettext_lazy("verdict on evidence", "Unclear")
    NOT_FITTING = "not_fitting", pgettext_lazy("verdict on evidence", "Does not fit")


VERDICT_TONES = {"accepted": "success", "unclear": "warning", "not_fitting": "warning"}


class QuestionKind(models.TextChoices):
    """What a question about evidence is about (docs/rules/evidence.md)."""

    SAME_FILE = "same_file", _("The same file was used before")
    SIMILAR_IMAGE = "similar_image", _("A picture that looks the same was used before")
    SIMILAR_TEXT = "similar_text", _("The achievements read like another report")
    SIMILAR_LOG = "similar_log", _("The daily lines read like another person's")
    NOT_FRESH = "not_fresh", _("The date lies outside the period")


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


# Below the curve of the form, where the names do not fit.
PREDIKAT_SHORT = {
    "sangat_baik": "SB",
    "baik": "B",
    "butuh_perbaikan": "BP",
    "kurang": "K",
    "sangat_kurang": "SK",
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


class DimensionChoices(models.TextChoices):
    """What is rated (EVA-4); words of the form."""

    WORK_RESULT = "work_result", "Hasil kerja"
    BEHAVIOR = "behavior", "Perilaku kerja"


class ChangeKindChoices(models.TextChoices):
    """Why the two ratings were set."""

    RATED = "rated", pgettext_lazy("rating change", "Rated")
    CORRECTED = "corrected", pgettext_lazy("rating change", "Changed by the appraiser")
    CALIBRATED = "calibrated", pgettext_lazy("rating change", "Calibrated")
    OBJECTION = "objection", pgettext_lazy("rating change", "Decision on the objection")


class CalibrationStatusChoices(models.TextChoices):
    """Whether a calibration still goes on."""

    OPEN = "open", pgettext_lazy("calibration", "Open")
    CLOSED = "closed", pgettext_lazy("calibration", "Closed")


EVALUATION_TONES = {
    "prepared": "neutral",
    "rated": "info",
    "delivered": "info",
    "accepted": "success",
    "objected": "warning",
    "decided": "success",
}


class EscalationKindChoices(models.TextChoices):
    """What was not done in time."""

    RATE = "rate", _("set the ratings")
    DELIVER = "deliver", _("hand the result over")
    DECIDE = "decide", _("decide on the objection")


# --- angka kredit


class JenjangChoices(models.TextChoices):
    """Levels of functional posts; official words."""

    PEMULA = "pemula", "Pemula"
    TERAMPIL = "terampil", "Terampil"
    MAHIR = "mahir", "Mahir"
    PENYELIA = "penyelia", "Penyelia"
    AHLI_PERTAMA = "ahli_pertama", "Ahli Pertama"
    AHLI_MUDA = "ahli_muda", "Ahli Muda"
    AHLI_MADYA = "ahli_madya", "Ahli Madya"
    AHLI_UTAMA = "ahli_utama", "Ahli Utama"


class OpeningKind(models.TextChoices):
    """Where an opening balance comes from (CRD-10, CRD-11)."""

    INTEGRATION = "integration", _("Integration of the conventional credit (AK integrasi)")
    MOVE = "move", _("Move into a functional post")
    OTHER = "other", _("Balance of an earlier PAK")


class DegreeChoices(models.TextChoices):
    """Diplomas in ascending order."""

    D1 = "d1", "D-I"
    D2 = "d2", "D-II"
    D3 = "d3", "D-III"
    S1 = "s1", "S-1/D-IV"
    S2 = "s2", "S-2"
    S3 = "s3", "S-3"


class ReplacedReason(models.TextChoices):
    """Why a conversion no longer counts."""

    YEARLY = "yearly", _("the yearly conversion counts instead")
    CORRECTED = "corrected", _("computed again after the result or the months changed")


class PartyChoices(models.TextChoices):
    """The two sides of an objection."""

    EMPLOYEE = "employee", pgettext_lazy("side of an objection", "Employee")
    APPRAISER = "appraiser", pgettext_lazy("side of an objection", "Appraiser")


# --- feedback and dialogue


class ReactionChoices(models.TextChoices):
    """What the receiver of feedback answers."""

    THANKS = "thanks", _("Thank you")
    WILL_DO = "will_do", _("I will work on it")
    DISCUSS = "discuss", _("Let us talk about it")


REACTION_LOOKS = {
    "thanks": ("success", "thumbs-up"),
    "will_do": ("info", "check"),
    "discuss": ("warning", "message-square-text"),
}


class DialogueTopicChoices(models.TextChoices):
    """What a talk between leader and employee is mainly about."""

    EXPECTATION = "expectation", _("Plan and expectations")
    PROGRESS = "progress", _("Progress")
    COACHING = "coaching", _("Coaching and guidance")
    RESULT = "result", _("Result of the evaluation")


class DialogueSide(models.TextChoices):
    """The two sides of a talk."""

    EMPLOYEE = "employee", pgettext_lazy("side of a talk", "Employee")
    APPRAISER = "appraiser", pgettext_lazy("side of a talk", "Leader")


class DialogueStatusChoices(models.TextChoices):
    """Who has agreed to the note of a talk."""

    DRAFT = "draft", pgettext_lazy("dialogue status", "Not agreed yet")
    EMPLOYEE_AGREED = "employee_agreed", pgettext_lazy("dialogue status", "Agreed by the employee")
    APPRAISER_AGREED = "appraiser_agreed", pgettext_lazy("dialogue status", "Agreed by the leader")
    AGREED = "agreed", pgettext_lazy("dialogue status", "Agreed by both")


DIALOGUE_TONES = {
    "draft": "neutral",
    "employee_agreed": "info",
    "appraiser_agreed": "info",
    "agreed": "success",
}


class PeerRelationChoices(models.TextChoices):
    """How somebody who gives feedback knows the person."""

    PEER = "peer", _("Peer")
    SUBORDINATE = "subordinate", _("Subordinate")
    TEAM_LEAD = "team_lead", _("Team lead")


class PeerRoundStatusChoices(models.TextChoices):
    """Whether a round still takes answers."""

    OPEN = "open", pgettext_lazy("peer round", "Open")
    CLOSED = "closed", pgettext_lazy("peer round", "Closed")


class InvitationStatusChoices(models.TextChoices):
    """Whether somebody was asked, or only proposed, or did not want to."""

    PROPOSED = "proposed", pgettext_lazy("peer invitation", "Proposed")
    INVITED = "invited", pgettext_lazy("peer invitation", "Invited")
    DECLINED = "declined", pgettext_lazy("peer invitation", "Declined")


MISSING_FIGURES = {
    "no_report": _("no report was sent"),
    "report_not_in_force": _("the report was returned and not sent again"),
    "not_filled_in": _("not filled in in the report"),
    "no_progress": _("no progress was recorded in the period"),
    "no_service_count": _("no number of services was recorded"),
    "no_ikm": _("no survey answers in the period"),
    "few_answers": _("too few survey answers in the period"),
    "no_complaints": _("no complaints in the period"),
    "no_finished_complaints": _("no complaint was finished in the period"),
    "no_target": _("the target is not a number"),
}

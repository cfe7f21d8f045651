"""Words people see for the stored values of feedback."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Channel(models.TextChoices):
    """How an answer reached us; reported apart."""

    QR = "qr", _("QR code at the counter")
    RECEIPT = "receipt", _("link on the receipt")
    KIOSK = "kiosk", _("kiosk")
    PAPER = "paper", _("paper, typed in later")
    ASSISTED = "assisted", _("filled in with help")
    IMPORT = "import", _("imported table")
    API = "api", _("through the API")


class Tier(models.TextChoices):
    """Whether a real service event stands behind an answer."""

    VERIFIED = "terverifikasi", _("verified")
    OPEN = "terbuka", _("open")


class ComplaintKind(models.TextChoices):
    """Kind of report; decides the clock (section 2.3 of the feedback sheet)."""

    LIGHT = "ringan", _("Light complaint")
    NORMATIVE = "normatif", _("Question or information")
    SERVICE = "tidak_berkadar_pengawasan", _("Complaint about service")
    SUPERVISION = "berkadar_pengawasan", _("Suspected wrongdoing")


class ComplaintStatusChoices(models.TextChoices):
    """How far a complaint is."""

    RECEIVED = "received", pgettext_lazy("complaint status", "Received")
    INCOMPLETE = "incomplete", pgettext_lazy("complaint status", "Waiting for your answer")
    FORWARDED = "forwarded", pgettext_lazy("complaint status", "Passed on")
    IN_PROGRESS = "in_progress", pgettext_lazy("complaint status", "Being handled")
    ANSWERED = "answered", pgettext_lazy("complaint status", "Answered")
    CONFIRMED_SOLVED = "confirmed_solved", pgettext_lazy("complaint status", "Solved, confirmed by the reporter")
    CLOSED_NO_REPLY = "closed_no_reply", pgettext_lazy("complaint status", "Closed, no reply from the reporter")
    REJECTED = "rejected", pgettext_lazy("complaint status", "Not accepted")
    REOPENED = "reopened", pgettext_lazy("complaint status", "Reopened")


COMPLAINT_TONES = {
    "received": "info",
    "incomplete": "warning",
    "forwarded": "info",
    "in_progress": "info",
    "answered": "success",
    "confirmed_solved": "success",
    "closed_no_reply": "neutral",
    "rejected": "neutral",
    "reopened": "warning",
}


class Sex(models.TextChoices):
    """Respondent attribute of the questionnaire."""

    L = "L", _("male")
    P = "P", _("female")


class AgeBand(models.TextChoices):
    """Respondent attribute; bands, so that nobody is recognizable."""

    UNDER_18 = "<18", _("under 18")
    A18 = "18-29", "18-29"
    A30 = "30-44", "30-44"
    A45 = "45-59", "45-59"
    A60 = "60+", _("60 and older")


class Education(models.TextChoices):
    """Respondent attribute of the questionnaire."""

    SD = "sd", "SD"
    SMP = "smp", "SMP"
    SMA = "sma", "SMA/SMK"
    DIPLOMA = "diploma", "D1-D3"
    S1 = "s1", "D4/S1"
    S2 = "s2", "S2"
    S3 = "s3", "S3"


class Occupation(models.TextChoices):
    """Respondent attribute of the questionnaire."""

    PNS = "pns", "PNS"
    TNI = "tni", "TNI"
    POLRI = "polri", "POLRI"
    SWASTA = "swasta", _("private employee")
    WIRAUSAHA = "wirausaha", _("self-employed")
    PELAJAR = "pelajar", _("student")
    PETANI = "petani", _("farmer or fisher")
    LAINNYA = "lainnya", _("other")

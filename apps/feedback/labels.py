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


class FilledBy(models.TextChoices):
    """Who held the pen. A helper is never the officer who served (feedback sheet 4.2)."""

    SELF = "self", _("the person alone")
    FAMILY = "family", _("with help from family or a friend")
    HELPER = "helper", _("with help from a member of staff who did not serve the person")
    OFFICER = "officer", _("by the officer who served")


class Pace(models.TextChoices):
    """How long the form was open, in coarse classes: exact seconds would single people out."""

    TOO_FAST = "too_fast", _("faster than reading")
    QUICK = "quick", _("under a minute")
    NORMAL = "normal", _("one to ten minutes")
    SLOW = "slow", _("longer than ten minutes")


class Sampling(models.TextChoices):
    """How the respondents of a period were chosen. Without one of them it is no formal SKM."""

    OPEN = "", _("not sampled: whoever wished to answer")
    RECEIPT = "receipt", _("everybody who got a receipt code")
    RANDOM = "random", _("drawn at random")
    SYSTEMATIC = "systematic", _("every n-th person")
    CENSUS = "census", _("everybody who was served")
    UNRECORDED = "unrecorded", _("not recorded (imported)")


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
    CONFIRMED_SOLVED = (
        "confirmed_solved",
        pgettext_lazy("complaint status", "Solved, confirmed by the reporter"),
    )
    CLOSED_NO_REPLY = (
        "closed_no_reply",
        pgettext_lazy("complaint status", "Closed, no reply from the reporter"),
    )
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


class RejectReason(models.TextChoices):
    """Why a complaint is not taken up; shown to the reporter, with the way to contest it."""

    NOT_OURS = "not_ours", _("Not a matter of this local government")
    COURT = "court", _("Before a court or the police")
    UNCLEAR = "unclear", _("Too unclear to follow up, also after asking")
    DUPLICATE = "duplicate", _("The same report was already sent")
    ABUSE = "abuse", _("Not a report: advertising or abuse")


EVENT_TITLES = {
    "file": _("Report received"),
    "start": _("Handling started"),
    "ask_info": _("We need something from you"),
    "citizen_reply": _("Reply from the reporter"),
    "message": _("Message from the reporter"),
    "forward": _("Passed on"),
    "answer": _("Answered"),
    "confirm": _("The reporter says: solved"),
    "reopen": _("The reporter says: not solved. Reopened"),
    "reject": _("Not accepted"),
    "lapse": _("Closed, because no reply came"),
    "escalate": _("Past its date: the superior unit was told"),
    "note": _("Internal note"),
    "contact": _("Contact opened"),
    "release": _("Checked: not spam"),
}
EVENT_ICONS = {
    "file": ("send", "info"),
    "start": ("refresh-cw", "info"),
    "ask_info": ("circle-question-mark", "warning"),
    "citizen_reply": ("message-square-text", "neutral"),
    "message": ("message-square-text", "neutral"),
    "forward": ("arrow-right", "info"),
    "answer": ("check", "success"),
    "confirm": ("circle-check", "success"),
    "reopen": ("undo-2", "warning"),
    "reject": ("circle-x", "neutral"),
    "lapse": ("clock", "neutral"),
    "escalate": ("triangle-alert", "warning"),
    "note": ("pencil", "neutral"),
    "contact": ("eye", "neutral"),
    "release": ("shield-check", "neutral"),
}
CLOCK_TONES = {"on_time": "neutral", "due_soon": "warning", "overdue": "danger"}
CLOCK_LABELS = {"on_time": _("In time"), "due_soon": _("Due soon"), "overdue": _("Overdue")}

EXPLANATIONS = {
    "exact": _("The published index is right: equal weights of exactly 1/n give the same number."),
    "long_weight": _(
        "The office multiplied with a rounded weight (0.111, or 0.0714), so its index is a little low."
    ),
    "short_weight": _(
        "The office multiplied with a weight cut short (0.11, or 0.071), so its index is too low."
    ),
    "unexplained": _(
        "No usual weight gives the published index from these averages. The office should check it."
    ),
    "no_total": _("The office printed its averages without an index; only our recomputed one can be shown."),
    "incomplete": _(
        "Not all averages were published, so the index cannot be recomputed. The letter follows the "
        "bands of its regulation."
    ),
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


# Why a row of an imported table was left out, and what to do; %(shown)s is what stands in the cell.
ROW_PROBLEMS = {
    "not_1_to_4": _(
        "“%(shown)s” is not an answer. Write a whole number from 1 to 4, or leave the cell empty."
    ),
    "no_answers": _("The row has no answer at all. Remove it, or fill in the answers."),
    "number_twice": _(
        "This respondent number stands already in row %(shown)s. Give each respondent one number."
    ),
    "unknown_value": _("“%(shown)s” is not known here. Use a value from the guide, or leave the cell empty."),
    "precision_lost": _(
        "The long number %(shown)s lost digits. Format the column as text and type it again."
    ),
    "cell_error": _("The cell holds the error %(shown)s. Correct it in the spreadsheet."),
    "not_25_to_100": _("“%(shown)s” is not an index. It lies between 25 and 100."),
    "not_between_1_and_4": _("“%(shown)s” is not an average. It lies between 1 and 4."),
    "not_a_number": _("“%(shown)s” is not a number."),
    "missing": _("The cell is empty, but it is needed."),
    "unknown_regime": _("The regulation “%(shown)s” is not known. Write 14/2017, 16/2014 or KEP/25/2004."),
    "published_differs": _(
        "This result is already stored with the published value %(shown)s, which stays as it is."
    ),
}

# Why a file as a whole cannot be used.
FILE_PROBLEMS = {
    "file_too_large": _("The file is too large (%(size)s bytes, at most %(limit)s). Split it."),
    "empty_file": _("The file is empty."),
    "wrong_type": _("The file is no XLSX or CSV table, or its name says something else than its content."),
    "old_excel": _("This is an old Excel file. Save it as .xlsx and try again."),
    "encrypted_file": _("The file is protected by a password. Save it without one."),
    "macro_enabled": _("The file contains macros. Save it as .xlsx without macros."),
    "corrupt_file": _("The file is damaged. Open it in a spreadsheet program and save it again."),
    "unpacks_too_large": _("The file unpacks to an unusual size. Save the table alone as CSV."),
    "unsafe_xml": _("The file is built in an unsafe way. Save the table as CSV."),
    "has_formulas": _("There are formulas in %(cells)s. Replace them by their values."),
    "has_merged_cells": _("There are merged cells: %(ranges)s. Unmerge them."),
    "too_many_rows": _("There are more than %(limit)s rows. Split the file."),
    "too_many_columns": _("There are more than %(limit)s columns."),
    "no_header": _("No row with column titles was found among the first rows."),
    "duplicate_columns": _("Two columns mean the same: %(titles)s."),
    "missing_columns": _("Columns are missing: %(names)s."),
    "unknown_sheet": _("The workbook has no sheet of that name."),
}

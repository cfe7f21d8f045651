"""Words people see for the stored values of feedback."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.core.choices import TextChoices


class Channel(TextChoices):
    """How an answer reached us; reported apart."""

    QR = "qr", _("QR code at the counter")
    RECEIPT = "receipt", _("link on the receipt")
    KIOSK = "kiosk", _("kiosk")
    PAPER = "paper", _("paper, typed in later")
    ASSISTED = "assisted", _("filled in with help")
    IMPORT = "import", _("imported table")
    API = "api", _("through the API")


class Tier(TextChoices):
    """Whether a real service event stands behind an answer."""

    VERIFIED = "terverifikasi", _("verified")
    OPEN = "terbuka", _("open")


class FilledBy(TextChoices):
    """Who held the pen. A helper is never the officer who served (feedback sheet 4.2)."""

    SELF = "self", _("the person alone")
    FAMILY = "family", _("with help from family or a friend")
    HELPER = "helper", _("with help from a member of staff who did not serve the person")
    OFFICER = "officer", _("by the officer who served")


class Pace(TextChoices):
    """How long the form was open, in coarse classes: exact seconds would single people out."""

    TOO_FAST = "too_fast", _("faster than reading")
    QUICK = "quick", _("under a minute")
    NORMAL = "normal", _("one to ten minutes")
    SLOW = "slow", _("longer than ten minutes")


class Cut(TextChoices):
    """Attribute by which the figures of a survey are broken down; "" is everybody together."""

    ALL = "", _("everybody")
    CHANNEL = "channel", _("channel")
    SEX = "sex", pgettext_lazy("respondent attribute", "sex")
    AGE = "age_band", pgettext_lazy("respondent attribute", "age")
    EDUCATION = "education", pgettext_lazy("respondent attribute", "education")
    OCCUPATION = "occupation", pgettext_lazy("respondent attribute", "occupation")
    FILLED_BY = "filled_by", _("who filled in the form")
    MONTH = "month", _("month")


# What a figure may be called. A counter code that anybody can scan makes no SKM (UX sheet 4.2).
TIER_TITLES = {
    ("terverifikasi", True): _("Public satisfaction survey (SKM)"),
    ("terverifikasi", False): _("Verified ratings (not the official SKM)"),
    ("terbuka", False): _("Open ratings (not the official SKM)"),
}
CHANGE_LABELS = {
    "up": _("clearly better than before"),
    "down": _("clearly worse than before"),
    "unclear": _("no clear change yet"),
}
BAND_LABELS = {
    "above": _("above the average of services like it"),
    "around": _("around the average of services like it"),
    "below": _("below the average of services like it"),
    "unknown": _("not compared yet"),
}


class Sampling(TextChoices):
    """How the respondents of a period were chosen. Without one of them it is no formal SKM."""

    OPEN = "", _("not sampled: whoever wished to answer")
    RECEIPT = "receipt", _("everybody who got a receipt code")
    RANDOM = "random", _("drawn at random")
    SYSTEMATIC = "systematic", _("every n-th person")
    CENSUS = "census", _("everybody who was served")
    UNRECORDED = "unrecorded", _("not recorded (imported)")


class ComplaintKind(TextChoices):
    """Kind of report; decides the clock (section 2.3 of the feedback sheet)."""

    LIGHT = "ringan", _("Light complaint")
    NORMATIVE = "normatif", _("Question or information")
    SERVICE = "tidak_berkadar_pengawasan", _("Complaint about service")
    SUPERVISION = "berkadar_pengawasan", _("Suspected wrongdoing")
    ASPIRATION = "aspirasi", _("Wish or suggestion")


class ComplaintStatusChoices(TextChoices):
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


class RejectReason(TextChoices):
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
    "files": _("Photos or documents from the reporter"),
    "office_files": _("Photos or documents from the office"),
    "publish": _("Released for the public, in checked words"),
    "unpublish": _("Taken out of the public list"),
    "check_back": _("Question four weeks later: is it still solved?"),
    "still_fixed": _("The reporter says: still solved"),
    "came_back": _("The reporter says: the problem came back"),
    "assign": _("Given to an officer"),
    "cause": _("Put under a cause"),
    "redact": _("Parts of the text hidden"),
    "original": _("Original text read"),
    "officer": _("An employee was named (internal)"),
    "officer_withdrawn": _("A name was taken back (internal)"),
    "finding": _("A finding was made (internal)"),
    "propose": _("Answer written, waiting for a second person"),
    "send_back": _("Answer sent back to its writer"),
    "soon": _("Due soon: the unit was reminded"),
    "government": _("Still open after its date: the government's leaders were told"),
    "ombudsman": _("Open for a long time: you can also turn to the Ombudsman (137)"),
    "lapor": _("LAPOR number noted"),
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
    "files": ("paperclip", "neutral"),
    "office_files": ("paperclip", "neutral"),
    "publish": ("megaphone", "neutral"),
    "unpublish": ("megaphone", "neutral"),
    "check_back": ("calendar-days", "info"),
    "still_fixed": ("circle-check", "success"),
    "came_back": ("undo-2", "warning"),
    "assign": ("user-check", "neutral"),
    "cause": ("folder", "neutral"),
    "redact": ("shield", "neutral"),
    "original": ("eye", "warning"),
    "officer": ("user", "warning"),
    "officer_withdrawn": ("undo-2", "neutral"),
    "finding": ("scale", "info"),
    "propose": ("pencil", "info"),
    "send_back": ("undo-2", "warning"),
    "soon": ("bell", "warning"),
    "government": ("triangle-alert", "warning"),
    "ombudsman": ("landmark", "warning"),
    "lapor": ("link", "neutral"),
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


class Sex(TextChoices):
    """Respondent attribute of the questionnaire."""

    L = "L", _("male")
    P = "P", _("female")


class AgeBand(TextChoices):
    """Respondent attribute; bands, so that nobody is recognizable."""

    UNDER_18 = "<18", _("under 18")
    A18 = "18-29", "18-29"
    A30 = "30-44", "30-44"
    A45 = "45-59", "45-59"
    A60 = "60+", _("60 and older")


class Education(TextChoices):
    """Respondent attribute of the questionnaire."""

    SD = "sd", "SD"
    SMP = "smp", "SMP"
    SMA = "sma", "SMA/SMK"
    DIPLOMA = "diploma", "D1-D3"
    S1 = "s1", "D4/S1"
    S2 = "s2", "S2"
    S3 = "s3", "S3"


class Occupation(TextChoices):
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
    "date_unknown": _("“%(shown)s” is not a date. Write it as 31-12-2024, or leave the cell empty."),
    "date_outside": _(
        "The day %(shown)s is not in this survey period. Load the row into the period it belongs to."
    ),
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

# Columns of a table of respondents as offices title them, so that they are found there, whatever the reader's language.
TABLE_COLUMNS = {
    "respondent": "No Responden",
    "number": "No",
    "bundle": "Berkas",
    "sex": "Jenis Kelamin",
    "age": "Usia",
    "education": "Pendidikan",
    "occupation": "Pekerjaan",
    "remark": "Saran",
    "date": "Tanggal",
    "channel": "Kanal",
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


class AlertKindChoices(TextChoices):
    """Why people should look at a service (rules/service_alert.py)."""

    LOW = "low", _("rated low, and surely so")
    FELL = "fell", _("rated clearly lower than in the last period")


class AlertStatusChoices(TextChoices):
    """What became of a notice that a service turned bad."""

    OPEN = "open", pgettext_lazy("alert status", "Nobody has acted yet")
    ACTED = "acted", pgettext_lazy("alert status", "Something is being done")
    EXPLAINED = "explained", pgettext_lazy("alert status", "Explained, nothing to do")
    MEASURED = "measured", pgettext_lazy("alert status", "Effect measured")


ALERT_TONES = {"open": "danger", "acted": "info", "explained": "neutral", "measured": "success"}


class AlertActionKind(TextChoices):
    """What was begun because of a notice."""

    IMPROVEMENT = "improvement", _("Improvement item")
    COACHING = "coaching", _("Coaching talk")


class AlertEffect(TextChoices):
    """What the answers after an action say beside those before it."""

    BETTER = "better", pgettext_lazy("effect", "clearly better")
    UNCLEAR = "unclear", pgettext_lazy("effect", "no clear change yet")
    WORSE = "worse", pgettext_lazy("effect", "clearly worse")
    TOO_FEW = "too_few", pgettext_lazy("effect", "too few answers to say")


class CaseStatus(TextChoices):
    """What became of ratings that were held back."""

    WAITING = "waiting", pgettext_lazy("held ratings", "Being looked at")
    RELEASED = "released", pgettext_lazy("held ratings", "Counted")
    EXCLUDED = "excluded", pgettext_lazy("held ratings", "Left out")


CASE_TONES = {"waiting": "warning", "released": "success", "excluded": "neutral"}
CASE_STEPS = {
    "open": _("Ratings were held back"),
    "grow": _("More ratings of the same event"),
    "let_go": _("Let count again: they had only come in the first moments of the event"),
    "split": _("A part was put into a case of its own"),
    "part": _("Taken out of another case"),
    "released": _("Decided: they count"),
    "excluded": _("Decided: they do not count"),
}
SIGNAL_LABELS = {
    "burst": _("far more ratings in an hour than this service gets at that time"),
    "together": _("several units had a rush in the same minutes"),
    "delivered": _("more ratings than services were delivered"),
    "shift": _("the answers of this group lie outside what this service otherwise gets"),
    "straight": _("unusually many gave the same answer to every question, during a rush"),
    "top_share": _("top marks are far more frequent than among verified ratings of the same week"),
    "text": _("the same or nearly the same words"),
    "too_fast": _("filled in faster than one can read"),
    "hours": _("outside opening hours, from a code at the counter"),
    "own_network": _("from a network that the unit's staff use"),
    "receipt": _("a receipt code that was used before, has expired or belongs elsewhere"),
    "unproven": _("during an attack, without the small check of the browser"),
    "crowd": _("many from one network (never decides by itself)"),
}


class RightsKind(TextChoices):
    """What somebody asked about their own data."""

    EXPORT = "export", pgettext_lazy("data rights", "Copy of the data")
    CORRECT = "correct", pgettext_lazy("data rights", "Contact corrected")
    WITHDRAW = "withdraw", pgettext_lazy("data rights", "Consent to be contacted withdrawn")
    DELETE = "delete", pgettext_lazy("data rights", "Delete my data")
    RESTRICT = "restrict", pgettext_lazy("data rights", "Correct or restrict something else")
    OBJECT = "object", pgettext_lazy("data rights", "Object to how my data are used")


class QuestionnaireStatus(TextChoices):
    """Whether a version of the questionnaire can be changed, chosen, or only looked up."""

    DRAFT = "draft", pgettext_lazy("questionnaire status", "Draft")
    IN_USE = "in_use", pgettext_lazy("questionnaire status", "In use")
    RETIRED = "retired", pgettext_lazy("questionnaire status", "No longer offered")


QUESTIONNAIRE_TONES = {"draft": "warning", "in_use": "success", "retired": "neutral"}


class ReplaceGround(TextChoices):
    """Why a national unsur may be asked in another form (which ones: a policy table)."""

    FREE_BY_LAW = "free_by_law", _("a rule makes the service free of charge")
    ONLINE = "online", _("the service is given online, without an officer")


# What is wrong with a questionnaire, in words; parameters as rules/questionnaire.py gives them.
QUESTIONNAIRE_PROBLEMS = {
    "no_unsur": _("There is no question yet."),
    "bad_code": _(
        "“%(shown)s” is no code. Use small letters, digits and underscores, beginning with a letter."
    ),
    "code_twice": _("The code %(shown)s stands there twice."),
    "no_name": _("The name is missing."),
    "no_question": _("The question is missing."),
    "four_labels": _("Four answers are needed, from the worst (1) to the best (4)."),
    "label_twice": _("“%(shown)s” stands there twice. Each answer needs words of its own."),
    "label_order": _(
        "The answers are not in order: 1 is the worst, 4 the best. “%(shown)s” is in the wrong place."
    ),
    "foreign_label": _("“%(shown)s” belongs to another scale than “%(other)s”. Use the words of one scale."),
    "weight_positive": _("A weight must be greater than 0."),
    "weights_sum": _(
        "The weights add up to %(shown)s and not to exactly 1. Fractions such as 1/9 are exact, 0.11 is not."
    ),
    "national_missing": _(
        "The national unsur “%(shown)s” is missing. It can only be replaced, with a reason."
    ),
    "not_replaceable": _("The unsur “%(shown)s” cannot be replaced."),
    "replaced_twice": _("The unsur “%(shown)s” is replaced twice."),
    "replaced_and_present": _("The unsur “%(shown)s” is replaced and stands there as well."),
    "no_reason": _("Say why the unsur “%(shown)s” is replaced, with the rule that allows it."),
    "wrong_ground": _("The unsur “%(shown)s” cannot be replaced for this reason."),
    "not_extra": _("“%(shown)s” is no national unsur. Mark it as an additional one."),
    "national_as_extra": _("“%(shown)s” is a national unsur and no additional one."),
    "own_words": _(
        "These answers are your own words. Nobody but you can check that 1 is the worst and 4 the best."
    ),
    "free_is_four": _(
        "A service that is free by law gets 4 here from everybody, which lifts the index. Replace this unsur if a "
        "rule makes the service free."
    ),
}

# The names of the scales, as a message mentions them.
SCALE_NAMES = {
    "sesuai": "sesuai",
    "mudah": "mudah",
    "cepat": "cepat",
    "mahal": "mahal–gratis",
    "kompeten": "kompeten",
    "sopan": "sopan dan ramah",
    "dikelola": "dikelola",
    "baik": "buruk–baik",
}

SAMPLING_HELP = {
    "": _("Whoever wishes may answer. Useful to hear people, but it is no formal SKM."),
    "receipt": _("Everybody who was served gets a receipt with a code. The surest way."),
    "random": _("A list of those served is made, and lots decide who is asked."),
    "systematic": _("For example every fifth person who leaves the counter is asked, whoever it is."),
    "census": _("Everybody who was served is asked. For services with few users."),
    "unrecorded": _("Only for older tables: nobody knows any more how people were chosen."),
}


class PaperStatus(TextChoices):
    """How far a batch of paper sheets is."""

    TYPING = "typing", pgettext_lazy("paper batch", "Being typed in")
    CHECKING = "checking", pgettext_lazy("paper batch", "Waits for a second look")
    CLOSED = "closed", pgettext_lazy("paper batch", "Closed, counts")
    WITHDRAWN = "withdrawn", pgettext_lazy("paper batch", "Withdrawn, does not count")


PAPER_TONES = {"typing": "info", "checking": "warning", "closed": "success", "withdrawn": "neutral"}

# Remarks about an uploaded table that are no reason to refuse it.
TABLE_WARNINGS = {
    "encoding_guessed": _("The file does not say its encoding; it was read as %(encoding)s."),
    "rows_above_header_skipped": _("%(count)s rows above the titles were left out."),
    "numbering_row_skipped": _("Row %(row)s only numbers the columns and was left out."),
    "other_sheets_ignored": _("Other sheets of the workbook were not read: %(sheets)s."),
    "untitled_columns_ignored": _("Columns without a title were not read: %(columns)s."),
    "unknown_columns": _("These columns are not used: %(titles)s."),
}


class ImprovementOrigin(TextChoices):
    """What an item of an improvement plan follows from."""

    WEAK_UNSUR = "weak_unsur", _("Weak element of a survey")
    REPEAT_CAUSE = "repeat_cause", _("Cause of repeated complaints")
    CONSULTATION = "consultation", _("Point of a public consultation")
    NOTICE = "notice", _("Notice: service turned bad")
    OWN = "own", _("Own initiative")


class ImprovementStatusChoices(TextChoices):
    """How far an item of an improvement plan is."""

    PLANNED = "planned", pgettext_lazy("improvement status", "Planned")
    IN_PROGRESS = "in_progress", pgettext_lazy("improvement status", "In progress")
    REPORTED = "reported", pgettext_lazy("improvement status", "Reported, waits for the check")
    DONE = "done", pgettext_lazy("improvement status", "Done and checked")
    MEASURED = "measured", pgettext_lazy("improvement status", "Done, effect measured")
    DROPPED = "dropped", pgettext_lazy("improvement status", "Dropped")


IMPROVEMENT_TONES = {
    "planned": "neutral",
    "in_progress": "info",
    "reported": "warning",
    "done": "success",
    "measured": "success",
    "dropped": "neutral",
}
IMPROVEMENT_EVENTS = {
    "add": (_("Put on the plan"), "plus", "info"),
    "start": (_("Work began"), "play", "info"),
    "report": (_("Reported as finished"), "send", "info"),
    "accept": (_("Proof checked: done"), "circle-check", "success"),
    "send_back": (_("Sent back"), "undo-2", "warning"),
    "measure": (_("Effect measured"), "chart-column", "info"),
    "drop": (_("Dropped"), "circle-x", "neutral"),
    "change": (_("Plan changed"), "pencil", "warning"),
    "public_text": (_("Public wording written"), "pencil", "neutral"),
    "public_approve": (_("Public wording approved"), "megaphone", "success"),
}
EFFECT_TONES = {"better": "success", "unclear": "neutral", "worse": "danger", "too_few": "warning"}


class PublicationMediumChoices(TextChoices):
    """Where the result of a survey period can be read. A government adds media of its own."""

    WEBSITE = "website", pgettext_lazy("medium", "Website")
    SOCIAL = "social", pgettext_lazy("medium", "Social media")
    BOARD = "board", pgettext_lazy("medium", "Notice board")
    OWN = "own", pgettext_lazy("medium", "Another medium")


class ConsultationKind(TextChoices):
    """What kind of meeting with the public."""

    FKP = "fkp", _("Public consultation forum (FKP)")
    FORUM = "forum", _("Forum with users of a service")
    MUSYAWARAH = "musyawarah", _("Deliberation (musyawarah)")


CONSULTATION_STAGES = {
    "draft": (pgettext_lazy("consultation", "Draft"), "neutral"),
    "announced": (pgettext_lazy("consultation", "Announced"), "info"),
    "minutes_due": (pgettext_lazy("consultation", "Held, minutes not published"), "warning"),
    "published": (pgettext_lazy("consultation", "Minutes published"), "success"),
    "cancelled": (pgettext_lazy("consultation", "Cancelled"), "neutral"),
}


class CommitmentStatusChoices(TextChoices):
    """How far a promise to the public is."""

    OPEN = "open", pgettext_lazy("commitment status", "Promised")
    IN_PROGRESS = "in_progress", pgettext_lazy("commitment status", "Being worked on")
    KEPT = "kept", pgettext_lazy("commitment status", "Kept")
    NOT_KEPT = "not_kept", pgettext_lazy("commitment status", "Not kept")


COMMITMENT_TONES = {"open": "neutral", "in_progress": "info", "kept": "success", "not_kept": "danger"}
COMMITMENT_EVENTS = {
    "make": (_("Promised"), "hand-helping", "info"),
    "start": (_("Work began"), "play", "info"),
    "note": (_("Progress"), "message-square-text", "neutral"),
    "keep": (_("Promise kept"), "circle-check", "success"),
    "fail": (_("Promise not kept"), "circle-x", "danger"),
    "resume": (_("Taken up again"), "refresh-cw", "info"),
}


class ContributionStatus(TextChoices):
    """What became of a written contribution. Nobody sees it in public before an officer has read it."""

    WAITING = "waiting", pgettext_lazy("contribution", "Waits to be read")
    SHOWN = "shown", pgettext_lazy("contribution", "Read and shown")
    NOT_SHOWN = "not_shown", pgettext_lazy("contribution", "Read, not shown")


class NotShownReason(TextChoices):
    """Why a contribution is not shown; counted in public."""

    PERSONAL = "personal", _("It names people or holds personal data")
    OFF_TOPIC = "off_topic", _("It is about something else")
    REPEATED = "repeated", _("The same text was already sent")
    ABUSE = "abuse", _("Advertising or abuse")


class LaporState(TextChoices):
    """Where a report stands in SP4N-LAPOR! (feedback sheet 2.4)."""

    WAITING = "menunggu", pgettext_lazy("LAPOR state", "Waiting to be verified")
    PASSED_ON = "diteruskan", pgettext_lazy("LAPOR state", "Passed on, being handled")
    ACTED = "ditindak", pgettext_lazy("LAPOR state", "Followed up")
    DONE = "selesai", pgettext_lazy("LAPOR state", "Finished")
    ARCHIVED = "arsip", pgettext_lazy("LAPOR state", "Archived")


class TemplatePurpose(TextChoices):
    """For which letter a template is the beginning."""

    ANSWER = "answer", _("An answer")
    ASK_INFO = "ask_info", _("A question to the reporter")
    REJECT = "reject", _("A refusal")


class PendingAnswerStatus(TextChoices):
    """How far an answer is that a second person must let go."""

    WAITING = "waiting", _("Waiting for the second person")
    RELEASED = "released", _("Released")
    RETURNED = "returned", _("Sent back to its writer")


class AllegationStatusChoices(TextChoices):
    """How far an allegation against a named employee is."""

    AWAITING = "awaiting", pgettext_lazy("allegation status", "Waiting for the statement")
    HEARD = "heard", pgettext_lazy("allegation status", "Statement given, not decided")
    SILENT = "silent", pgettext_lazy("allegation status", "No statement came, not decided")
    DECIDED = "decided", pgettext_lazy("allegation status", "Decided, an objection is possible")
    OBJECTED = "objected", pgettext_lazy("allegation status", "Objection raised")
    FINAL = "final", pgettext_lazy("allegation status", "Decided for good")
    WITHDRAWN = "withdrawn", pgettext_lazy("allegation status", "Name taken back")


ALLEGATION_TONES = {
    "awaiting": "warning",
    "heard": "info",
    "silent": "warning",
    "decided": "info",
    "objected": "warning",
    "final": "neutral",
    "withdrawn": "neutral",
}


class FindingChoices(TextChoices):
    """What was found about an allegation (feedback sheet 3.2)."""

    PROVEN = "terbukti", _("Proven (terbukti)")
    NOT_PROVEN = "tidak_terbukti", _("Not proven (tidak terbukti)")
    CANNOT_BE_PROVEN = "tidak_dapat_dibuktikan", _("Cannot be proven (tidak dapat dibuktikan)")


class ReceiptSource(TextChoices):
    """How one-time receipt codes reach people."""

    PRINT = "print", pgettext_lazy("receipt codes", "printed")
    API = "api", pgettext_lazy("receipt codes", "queue system")


# What citizens read where FilledBy is asked.
FILLED_BY_WORDS = {
    "self": _("I do, by myself"),
    "family": _("I do, with help from family or a friend"),
    "helper": _("A member of staff who did not serve me helps me"),
    "officer": _("The officer who served me"),
}


class ComplaintChannel(TextChoices):
    """How a report reached us."""

    WEB = "web", _("this site")
    OPEN311 = "open311", _("another app (Open311)")
    OFFICER = "officer", _("told to an officer, at the counter or by phone")


# The three classes of SP4N-LAPOR! (feedback sheet 2.2); our kinds also say how heavy a complaint is.
LAPOR_CLASSES = {
    "ringan": _("Complaint (pengaduan)"),
    "normatif": _("Request for information (permintaan informasi)"),
    "tidak_berkadar_pengawasan": _("Complaint (pengaduan)"),
    "berkadar_pengawasan": _("Complaint (pengaduan)"),
    "aspirasi": _("Wish (aspirasi)"),
}


class CheckBackAnswer(TextChoices):
    """What the reporter says four weeks after the end."""

    FIXED = "fixed", pgettext_lazy("check-back", "Still solved")
    CAME_BACK = "came_back", pgettext_lazy("check-back", "It came back")


# Why a file that a citizen sends cannot be taken, and what to do.
ATTACHMENT_PROBLEMS = {
    "too_big": _(
        "This file is too big: at most %(limit)s MB. Take the photo with a lower resolution, or save the PDF "
        "smaller."
    ),
    "too_many_files": _("There are %(limit)s files already, more cannot be added. Remove one first."),
    "empty_upload": _("This file is empty (0 bytes). Choose it again, or save it anew first."),
    "unknown_content": _(
        "This is neither a photo (JPEG, PNG, WebP) nor a PDF. Save a Word or Excel file as PDF first, an iPhone "
        "photo as JPEG."
    ),
    "image_too_large": _("This picture has too many pixels. Make it smaller, or photograph it again."),
    "broken_image": _("This picture is damaged or incomplete. Open it to check, and choose it again."),
    "broken_pdf": _("This PDF is damaged or incomplete. Open it, save it anew as PDF, and choose it again."),
    "encrypted_pdf": _("This PDF is protected by a password. Save it without the password."),
    "active_pdf": _(
        "This PDF contains programs, forms or attached files. Print it to a new PDF and choose that one."
    ),
    "pdf_too_large": _("This PDF unpacks to too much. Save only the pages that matter."),
    "pdf_names_people": _(
        "A PDF can carry the name of its writer inside. For a report without a trace, send photos: they are made "
        "anew."
    ),
    "crowded": _(
        "Many files came from your network within the hour. Send the report now and add the file later."
    ),
}


# Why a complaint stays where it is when several are given away.
STAYING_REASONS = {
    "not_yours": _("You do not decide who handles it."),
    "closed": _("It is closed."),
    "same": _("They have it already."),
    "elsewhere": _("They do not work for its unit."),
}

# Why a row of a LAPOR table was left out; %(shown)s is what stands in the cell.
LAPOR_PROBLEMS = {
    "unknown_number": _("There is no complaint “%(shown)s” among yours."),
    "unknown_state": _("“%(shown)s” is no state of LAPOR that is known here."),
    "no_day": _("“%(shown)s” is not a day. Write it as 2026-11-05."),
}


RETENTION_LABELS = {
    "network_marks": _("Marks of networks and minutes of arrival of ratings, and the keys that made them"),
    "remarks": _("Remarks of ratings (the answers stay without words)"),
    "contacts": _("Contacts of reporters, after the report was closed"),
    "attachments": _("Photos and files of reports, after the report was closed"),
    "secret_complaints": _("Words of secret reports, after the report was closed"),
    "complaints": _("Words of reports, after the report was closed"),
    "rights_requests": _("Requests about own data, after they were answered"),
    "contributions": _("Words sent before a consultation, after an officer read them"),
    "paper_scans": _("Scans of paper forms and uploaded tables, after they were taken over"),
}

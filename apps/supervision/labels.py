"""Words of supervision: choices and sentences."""

from collections.abc import Sequence
from typing import Any

from django.db import models
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from apps.assessments.labels import PredikatChoices
from apps.core.templatetags.formats import number

from .rules.rater_statistics import BandShare, Flag, FlagCode

# --- the calibration room


class PreVoteStatusChoices(models.TextChoices):
    """How far a blind vote is."""

    OPEN = "open", pgettext_lazy("pre-vote status", "Voting")
    VOTED = "voted", pgettext_lazy("pre-vote status", "Votes are open to all")
    DISCUSSED = "discussed", pgettext_lazy("pre-vote status", "Talked about")
    DECIDED = "decided", pgettext_lazy("pre-vote status", "Concluded")


PRE_VOTE_TONES = {"open": "info", "voted": "warning", "discussed": "warning", "decided": "success"}

# Name, what it says, what it does not say. Names are the words of the sheet (4.1).
RATER_FLAGS = {
    "lenient": (
        pgettext_lazy("rater flag", "Generous"),
        _("The mean of these ratings lies above what the other raters of the job family give."),
        _("It does not say that the ratings are wrong: this team may really be better."),
    ),
    "strict": (
        pgettext_lazy("rater flag", "Severe"),
        _("The mean of these ratings lies below what the other raters of the job family give."),
        _("It does not say that the ratings are wrong: this team may really have had a harder time."),
    ),
    "bunched": (
        pgettext_lazy("rater flag", "Bunched"),
        _("The ratings lie closer together than half of what is usual in the job family."),
        _("It does not say that people must be set apart: with few people this comes by chance, too."),
    ),
    "halo": (
        pgettext_lazy("rater flag", "Halo"),
        _("Who gets a high rating in one dimension nearly always gets it in the other one."),
        _("It does not say that the two were not looked at one by one: they may really go together here."),
    ),
    "pasted": (
        pgettext_lazy("rater flag", "Pasted"),
        _("More than half of the people have exactly the same ratings in every dimension."),
        _("It does not say that nobody was looked at: similar work may be rated alike."),
    ),
    "last_minute": (
        pgettext_lazy("rater flag", "Last minute"),
        _("More than half of the ratings were given in one sitting, in less than half a minute each."),
        _("It does not say that nothing was prepared: somebody may have decided on paper first."),
    ),
}


# --- figures of units


class Reach(models.TextChoices):
    """Whom a row of figures is about."""

    OWN = "own", _("the unit itself")
    TREE = "tree", _("the unit and everything below it")


# Column head, the question it answers, and the sentence behind the figure: {part} of {whole}.
FIGURE_HEADS = {
    "coverage": pgettext_lazy("figure", "Plans approved"),
    "punctual": pgettext_lazy("figure", "Reports in time"),
    "ikm": pgettext_lazy("figure", "IKM"),
    "solved": pgettext_lazy("figure", "Complaints confirmed solved"),
    "answered": pgettext_lazy("figure", "Complaints answered in time"),
    "training": pgettext_lazy("figure", "Lesson hours"),
    "feedback": pgettext_lazy("figure", "Feedback given in time"),
    "review": pgettext_lazy("figure", "Decided in time"),
    "objection": pgettext_lazy("figure", "Objections decided in time"),
}
FIGURE_QUESTIONS = {
    "coverage": _("Who works by an approved plan?"),
    "punctual": _("Do reports come in time?"),
    "ikm": _("Are citizens satisfied?"),
    "solved": _("Are complaints really solved?"),
    "answered": _("Are complaints answered in time?"),
    "training": _("Does everybody get their lesson hours?"),
    "feedback": _("Do leaders give feedback?"),
    "review": _("Do leaders decide what waits for them?"),
    "objection": _("Are objections decided in time?"),
}
FIGURE_SENTENCES = {
    "coverage": _("%(part)s of %(whole)s people have an approved plan."),
    "punctual": _("%(part)s of %(whole)s reports came in time."),
    "ikm": _("From the public figures of %(whole)s answers."),
    "solved": _("The reporter confirmed %(part)s of %(whole)s closed complaints as solved."),
    "answered": _("%(part)s of %(whole)s complaints were answered by their day."),
    "training": _("%(part)s of the %(whole)s JP that everybody's target of the year adds up to."),
    "feedback": _("%(part)s of %(whole)s pieces of feedback and talks that were due came in time."),
    "review": _("%(part)s of %(whole)s plans, reports and evaluations that were due were decided in time."),
    "objection": _("%(part)s of %(whole)s objections that were due were decided in time."),
}
FIGURE_NOTHING = {
    "coverage": _("Nobody works here in this period."),
    "punctual": _("No report is due yet."),
    "ikm": _("No public figure of a survey ended in this period."),
    "solved": _("No complaint of this period is closed."),
    "answered": _("No complaint of this period is due."),
    "training": _("Nobody works here in this period."),
    "feedback": _("No feedback is due in this period."),
    "review": _("Nothing that waits for a leader was due in this period."),
    "objection": _("No objection was due in this period."),
}
UNIT_BAND_LABELS = {
    "above": pgettext_lazy("funnel", "above average"),
    "around": pgettext_lazy("funnel", "around average"),
    "below": pgettext_lazy("funnel", "below average"),
    "unknown": pgettext_lazy("funnel", "not compared"),
}


# --- samples of ordinary reports, second readers, batches


class FoundChoices(models.TextChoices):
    """What a reader found in a report; the second reader's scale is the first one's (S11)."""

    NONE = "none", pgettext_lazy("what a reader found", "In order")
    FINDING = "finding", pgettext_lazy("what a reader found", "Something is wrong")


FOUND_TONES = {"none": "success", "finding": "warning"}

# Why a sent report is not accepted together with others (rules/ordinary.py).
EXCLUSION_LABELS = {
    "drawn": _("Drawn to be read on its own"),
    "decided": _("Accepted, returned or taken back meanwhile"),
    "resent": _("Sent again after the list was closed"),
    "late": _("Sent late"),
    "incomplete": _("A figure with a target is missing"),
    "low": _("A figure lies far below its target"),
    "question": _("A question about its evidence is not answered"),
    "doubted": _("Its evidence was called unclear or not fitting"),
    "flagged": _("The person stands in the exception queue"),
    "moved": _("You do not supervise this person today"),
    "not_listed": _("Not on the list that was closed before the draw"),
    "unseen": _("Not on the page you confirmed"),
}
UNDO_LABELS = {
    "reopened": _("Waiting for your review again"),
    "rated": _("Stays accepted: the evaluation is rated already"),
    "changed": _("Stays as it is: something else happened to it meanwhile"),
}
# Strata are stored as words of the record; classes of positions have labels of their own.
STRATUM_UNKNOWN = _("without a position")


# --- the exception queue


class ExceptionKindChoices(models.TextChoices):
    """The rules of the queue, see rules/exceptions.py."""

    NO_EVIDENCE = "no_evidence", _("Reports without evidence")
    OFF_TREND = "off_trend", _("Achievement far from the usual")
    RECYCLED_EVIDENCE = "recycled_evidence", _("Evidence that was used before")
    FEEDBACK_OVERDUE = "feedback_overdue", _("Feedback is missing")
    OBJECTION_RUNNING_OUT = "objection_running_out", _("Objection running out")
    COMPLAINT = "complaint", _("Complaint by a citizen")
    BAD_SERVICE = "bad_service", _("Badly rated service")
    PLAN_NOT_APPROVED = "plan_not_approved", _("Plan waits for approval")
    REPORT_LATE = "report_late", _("Report is missing")


class CaseStatusChoices(models.TextChoices):
    """What was done with an exception, see rules/case_lifecycle.py."""

    OPEN = "open", pgettext_lazy("exception status", "To look at")
    SNOOZED = "snoozed", pgettext_lazy("exception status", "Put off")
    ACCEPTED = "accepted", pgettext_lazy("exception status", "Accepted")
    ASKED = "asked", pgettext_lazy("exception status", "Improvement asked for")
    PASSED_UP = "passed_up", pgettext_lazy("exception status", "Passed up")
    ENDED = "ended", pgettext_lazy("exception status", "Over")


CASE_TONES = {
    "open": "warning",
    "snoozed": "neutral",
    "accepted": "success",
    "asked": "info",
    "passed_up": "info",
    "ended": "neutral",
}


class VerbChoices(models.TextChoices):
    """The verbs of a supervisor (S2)."""

    ACCEPT = "accept", pgettext_lazy("exception verb", "Accept")
    ASK = "ask", pgettext_lazy("exception verb", "Ask for improvement")
    SNOOZE = "snooze", pgettext_lazy("exception verb", "Put off")
    PASS_UP = "pass_up", pgettext_lazy("exception verb", "Pass up")


class StepChoices(models.TextChoices):
    """What happened to a case: a verb, its undoing, or what came by itself."""

    SEEN = "seen", _("Seen for the first time")
    ACCEPT = "accept", _("Accepted")
    ASK = "ask", _("Improvement asked for")
    SNOOZE = "snooze", _("Put off")
    PASS_UP = "pass_up", _("Passed up")
    WAKE = "wake", _("Shown again: its day has come")
    WORSE = "worse", _("Shown again: it got worse")
    COME_BACK = "come_back", _("Back with the supervisor: whoever it was passed to is away")
    UNDO = "undo", _("The step before was undone")
    END = "end", _("Over by itself: it is no longer true")


class OutcomeChoices(models.TextChoices):
    """What became of one thing in an act, see rules/case_lifecycle.py."""

    DONE = "done", pgettext_lazy("exception outcome", "done")
    GONE = "gone", _("left out: no longer true")
    CHANGED = "changed", _("left out: somebody has decided on it meanwhile")
    WORSE = "worse", _("left out: it got worse meanwhile")
    NOT_YOURS = "not_yours", _("left out: somebody else decides on it")
    NOT_IN_BATCH = "not_in_batch", _("left out: decided one at a time")
    LOW_RATING = "low_rating", _("left out: the last rating was low, so it is looked at by itself")


class RuleFateChoices(models.TextChoices):
    """What became of a rule (S17)."""

    RETIRED = "retired", pgettext_lazy("rule of the queue", "Retired")
    PASSED_UP = "passed_up", pgettext_lazy("rule of the queue", "Passed up to the next level")


class QueueStepChoices(models.TextChoices):
    """What the schedule does for a government once a day."""

    REFRESH = "refresh", "refresh"
    DIGEST = "digest", "digest"


# The sentences, by Explanation; figures come as words of the language (see queue_texts.py).
REASON_SENTENCES = {
    "no_evidence": _("No evidence in %(periods)s reports in a row"),
    "above_trend": _("Achievement %(achievement)s, %(times)s times the usual %(usual)s"),
    "below_trend": _("Achievement %(achievement)s, usually %(usual)s: %(times)s times less"),
    "from_nothing": _("Achievement %(achievement)s, usually nothing"),
    "to_nothing": _("Achievement nothing, usually %(usual)s"),
    "recycled_evidence": _("Pieces of evidence that were used before, not explained yet: %(count)s"),
    "feedback_overdue": _("No feedback for the last period, due %(days)s working days ago"),
    "objection_running_out": _("Objection: %(days_left)s working days left to decide"),
    "objection_run_out": _("Objection: the time to decide ran out %(days)s working days ago"),
    "complaint": _("Open complaints that touch the unit or name the person: %(count)s"),
    "bad_service": _("Badly rated services nobody has acted on: %(count)s"),
    "plan_not_approved": _("Plan has waited for approval for %(days)s working days"),
    "report_late": _("Report missing since %(days)s working days"),
}

# What a rule looks at, for everybody to read; %(limit)s is its limit.
RULE_SENTENCES = {
    "no_evidence": _(
        "%(limit)s reports in a row without a file of evidence. Only reports with figures the person filled in owe "
        "evidence; a file with an unanswered question does not count."
    ),
    "off_trend": _(
        "The achievement of the newest report is %(limit)s times the person's own usual one, or less than that part "
        "of it. Everybody is compared with themselves only."
    ),
    "recycled_evidence": _(
        "%(limit)s or more files were used in a report before, and the question about it is not answered."
    ),
    "feedback_overdue": _(
        "The supervisor gave no feedback for the last period, %(limit)s working day or more after its end. This is "
        "the supervisor's duty, not the person's fault."
    ),
    "objection_running_out": _(
        "An objection of the person waits for its decision, with %(limit)s working days left or fewer."
    ),
    "complaint": _(
        "%(limit)s or more open complaints by citizens about the unit the person leads, or naming the person. A "
        "complaint proves nothing before it is decided."
    ),
    "bad_service": _(
        "Citizens rate a service of the unit the person leads badly (%(limit)s or more services), and nobody has "
        "acted on it yet."
    ),
    "plan_not_approved": _("A submitted plan has waited %(limit)s working days or more for approval."),
    "report_late": _(
        "The report of the last closed period is still missing, %(limit)s working day or more after it closed."
    ),
}


# --- adoption


class AdoptionKey(models.TextChoices):
    """Measures of how the application is taken up (UX sheet, section 2, item 24); the label is the question."""

    ACTIVATION = "activation", _("Do people get started?")
    ON_TIME = "on_time", _("Do reports come in time?")
    MINUTES = "minutes", _("How long does a report take?")
    ABANDONED = "abandoned", _("Are reports begun and left?")
    OBJECTIONS = "objections", _("How often do people object?")
    UPHELD = "upheld", _("How often is an objection right?")
    REVIEW_AGE = "review_age", _("How long do reports wait for a leader?")
    REASONS = "reasons", _("Do leaders write why?")
    RATINGS = "ratings", _("Do citizens rate?")


ADOPTION_SENTENCES = {
    "activation": _(
        "%(value)s%% of the %(n)s people who got their account in this period sent a first report within seven days."
    ),
    "on_time": _("%(value)s%% of the %(n)s reports that were owed came in time."),
    "minutes": _("Half of the %(n)s reports took %(value)s minutes or less."),
    "abandoned": _("%(value)s%% of the %(n)s reports that were begun were never sent."),
    "objections": _("%(value)s objections per 100 evaluations, out of %(n)s that were handed over."),
    "upheld": _("%(value)s%% of the %(n)s objections that were decided changed the result."),
    "review_age": _("Half of the %(n)s reports were decided within %(value)s days."),
    "reasons": _("%(value)s%% of the %(n)s decisions on reports came with a written reason."),
    "ratings": _("%(value)s ratings per 100 services, out of %(n)s services."),
}
ADOPTION_UNITS = {
    "activation": "%",
    "on_time": "%",
    "minutes": _("minutes"),
    "abandoned": "%",
    "objections": _("per 100"),
    "upheld": "%",
    "review_age": _("days"),
    "reasons": "%",
    "ratings": _("per 100"),
}


def flag_words(flag: Flag) -> dict[str, Any]:
    """Say a flag in words, with its figures, and what it does not mean."""
    name, meaning, caveat = RATER_FLAGS[flag.code.value]
    return {
        "code": flag.code.value,
        "name": name,
        "meaning": meaning,
        "caveat": caveat,
        "figures": _figures(flag),
    }


def _figures(flag: Flag) -> str:
    values = {
        "value": number(flag.value),
        "limit": number(flag.limit),
        "reference": number(flag.reference) if flag.reference is not None else "",
        "n": flag.n,
        "count": flag.count or 0,
    }
    if flag.code in {FlagCode.LENIENT, FlagCode.STRICT}:
        text = gettext(
            "Mean %(value)s over %(n)s people; the line is at %(limit)s, the others give %(reference)s."
        )
    elif flag.code is FlagCode.BUNCHED:
        text = gettext(
            "Spread %(value)s over %(n)s people; half of the job family's %(reference)s is %(limit)s."
        )
    elif flag.code is FlagCode.HALO:
        text = gettext("The dimensions go together by %(value)s over %(n)s people; the line is at %(limit)s.")
    elif flag.code is FlagCode.PASTED:
        text = gettext("%(count)s of %(n)s people have the same row.")
    else:
        text = gettext("%(count)s of %(n)s scores in one sitting.")
    return text % values


def band_rows(shares: Sequence[BandShare]) -> list[dict[str, Any]]:
    """Return the shares of the bands with their names, for a table and a chart; best first."""
    return [
        {
            "label": PredikatChoices(share.band).label,
            "count": share.count,
            "percent": share.percent,
            "low": share.interval.low,
            "high": share.interval.high,
            "family": share.family_percent,
        }
        for share in shares
    ]


# --- career


class PunishmentLevel(models.TextChoices):
    """How heavy a punishment is (PP 94/2021); the values are those of the index."""

    LIGHT = "light", pgettext_lazy("punishment", "Light")
    MEDIUM = "medium", pgettext_lazy("punishment", "Medium")
    HEAVY = "heavy", pgettext_lazy("punishment", "Heavy")


class TalentPart(models.TextChoices):
    """What the axes of the nine boxes are made of, beside the yearly predikat (TAL-4)."""

    COMPETENCE = "competence", pgettext_lazy("talent", "Competence")
    POTENTIAL = "potential", pgettext_lazy("talent", "Potential")
    QUALIFICATION = "qualification", pgettext_lazy("talent", "Qualification")
    INTEGRITY = "integrity", pgettext_lazy("talent", "Integrity")
    REINFORCING = "reinforcing", pgettext_lazy("talent", "Reinforcing elements (awards, teams, 360 degrees)")


INDEX_PARTS = {
    "qualification": _("Qualification: highest verified diploma"),
    "group_training": _("Competence: training that the group of posts needs"),
    "technical": _("Competence: technical training"),
    "seminar": _("Competence: seminar or workshop"),
    "performance": _("Performance: predikat of the last year"),
    "discipline": _("Discipline: punishments on record"),
}
INDEX_CATEGORIES = {
    "sangat_tinggi": _("Very high"),
    "tinggi": pgettext_lazy("index", "High"),
    "sedang": pgettext_lazy("index", "Medium"),
    "rendah": pgettext_lazy("index", "Low"),
    "sangat_rendah": _("Very low"),
}
INDEX_TONES = {
    "sangat_tinggi": "success",
    "tinggi": "success",
    "sedang": "info",
    "rendah": "warning",
    "sangat_rendah": "warning",
}
STANDINGS = {
    "low": pgettext_lazy("talent", "low"),
    "medium": pgettext_lazy("talent", "medium"),
    "high": pgettext_lazy("talent", "high"),
}
PERFORMANCE_STANDINGS = {
    "low": _("below expectation"),
    "medium": _("as expected"),
    "high": _("above expectation"),
}


# --- the practice period


class PracticeKindChoices(models.TextChoices):
    """What is practised."""

    REPORT = "report", _("Your own report")
    REVIEW = "review", _("Review a report")
    RATING = "rating", _("Rate a case")


class PracticeStatusChoices(models.TextChoices):
    """How far a task is."""

    DRAFT = "draft", pgettext_lazy("practice", "Begun")
    SENT = "sent", pgettext_lazy("practice", "Sent for practice")
    RETURNED = "returned", pgettext_lazy("practice", "Came back with a question")
    SENT_AGAIN = "sent_again", pgettext_lazy("practice", "Sent again for practice")
    DONE = "done", pgettext_lazy("practice", "Finished")


PRACTICE_TONES = {
    "draft": "info",
    "sent": "info",
    "returned": "warning",
    "sent_again": "info",
    "done": "done",
}

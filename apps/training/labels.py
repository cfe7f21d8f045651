"""Words people see for the stored values of training."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import models
from django.utils.translation import gettext, gettext_noop, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from apps.assessments.labels import PredikatChoices, RatingChoices, period_title
from apps.core.templatetags.formats import number, tanggal

from .rules.needs import ReasonCode


class ProgrammeKind(models.TextChoices):
    """Form of learning (CMP-5, CMP-6)."""

    KLASIKAL = "klasikal", _("classical")
    NONKLASIKAL = "nonklasikal", _("non-classical")


class WayChoices(models.TextChoices):
    """Part of the learning mix (CMP-4)."""

    TRAINING = "training", pgettext_lazy("way of learning", "Training")
    SOCIAL = "social", pgettext_lazy("way of learning", "Learning from others")
    ON_THE_JOB = "on_the_job", pgettext_lazy("way of learning", "Learning at work")


class LearningUnit(models.TextChoices):
    """What an amount of learning is counted in (CMP-7)."""

    MINUTES = "minutes", pgettext_lazy("unit of learning", "minutes")
    DAYS = "days", pgettext_lazy("unit of learning", "days")
    EVENTS = "events", pgettext_lazy("unit of learning", "events")


# What the table of forms was filled with (migration 0007): stored in English, shown in the present language.
FORM_SOURCES = (
    gettext_noop("CMP-5: from memory, unverified (annex of Perlan 10/2018)"),
    gettext_noop("CMP-6: from memory, unverified (annex of Perlan 10/2018)"),
)


def source_words(text: str) -> str:
    """Return where a form of learning stands; what we filled in ourselves in the present language."""
    return gettext(text) if text in FORM_SOURCES else text


class AttendanceWay(models.TextChoices):
    """How somebody's presence was written down."""

    LIST = "list", pgettext_lazy("attendance", "ticked on the list")
    CODE = "code", pgettext_lazy("attendance", "code of the day")
    IMPORT = "import", pgettext_lazy("attendance", "from a file")


class CheckMoment(models.TextChoices):
    """When a learning check was taken."""

    BEFORE = "before", pgettext_lazy("learning check", "Before the session")
    AFTER = "after", pgettext_lazy("learning check", "After the session")


PACE_TEXTS = {
    "reached": pgettext_lazy("pace", "Target reached"),
    "on_track": pgettext_lazy("pace", "On track"),
    "behind": pgettext_lazy("pace", "Behind"),
    "missed": pgettext_lazy("pace", "Target missed"),
    "no_target": pgettext_lazy("pace", "No target"),
}
PACE_TONES = {
    "reached": "success",
    "on_track": "info",
    "behind": "warning",
    "missed": "danger",
    "no_target": "neutral",
}
OBSTACLE_TEXTS = {
    "attendance": _("attended too few days"),
    "check_open": _("learning check not taken"),
    "check_failed": _("learning check not passed"),
}


class NeedStatus(models.TextChoices):
    """How far a need is."""

    PROPOSED = "proposed", pgettext_lazy("need status", "Proposed")
    PLANNED = "planned", pgettext_lazy("need status", "Planned")
    DONE = "done", pgettext_lazy("need status", "Done")
    DECLINED = "declined", pgettext_lazy("need status", "Not needed")


NEED_TONES = {"proposed": "info", "planned": "warning", "done": "success", "declined": "neutral"}


class EnrolmentStatus(models.TextChoices):
    """How far a participant is."""

    INVITED = "invited", pgettext_lazy("enrolment status", "Invited")
    WAITING = "waiting", pgettext_lazy("enrolment status", "On the waiting list")
    ENROLLED = "enrolled", pgettext_lazy("enrolment status", "Enrolled")
    COMPLETED = "completed", pgettext_lazy("enrolment status", "Completed")
    ABSENT = "absent", pgettext_lazy("enrolment status", "Absent")
    DECLINED = "declined", pgettext_lazy("enrolment status", "Not coming")
    CANCELLED = "cancelled", pgettext_lazy("enrolment status", "Cancelled")


ENROLMENT_TONES = {
    "invited": "warning",
    "waiting": "warning",
    "enrolled": "info",
    "completed": "success",
    "absent": "danger",
    "declined": "neutral",
    "cancelled": "neutral",
}


class CertificateStatus(models.TextChoices):
    """Whether a certificate counts."""

    WAITING = "waiting", pgettext_lazy("certificate status", "Waiting for verification")
    VERIFIED = "verified", pgettext_lazy("certificate status", "Verified")
    REFUSED = "refused", pgettext_lazy("certificate status", "Not accepted")


CERTIFICATE_TONES = {"waiting": "warning", "verified": "success", "refused": "danger"}


class CoachingStatus(models.TextChoices):
    """How far a coaching note is."""

    OPEN = "open", pgettext_lazy("coaching status", "Under way")
    IMPROVED = "improved", pgettext_lazy("coaching status", "Improved")
    NOT_IMPROVED = "not_improved", pgettext_lazy("coaching status", "Not yet improved")


COACHING_TONES = {"open": "info", "improved": "success", "not_improved": "warning"}

# Stored as the note of a decision that the system took, and translated where it is shown.
WITHDRAWN = gettext_noop("Withdrawn: the evaluation was changed after an objection.")


def decision_words(note: str) -> str:
    """Return the note of a decision; the system's own one in the present language."""
    return gettext(note) if note == WITHDRAWN else note


PRIORITIES = {
    1: _("Most urgent"),
    2: _("Urgent"),
    3: _("Normal"),
    4: _("Can wait"),
}
PRIORITY_TONES = {1: "danger", 2: "warning", 3: "info", 4: "neutral"}


def priority_label(priority: int) -> Any:
    """Say how urgent a need is."""
    return PRIORITIES.get(priority, PRIORITIES[4])


def reason_sentence(code: str, params: Mapping[str, Any]) -> str:
    """Put the reason of a need into words, with its figures and its period."""
    values = {key: _words(key, value) for key, value in params.items() if key != "period"}
    values["period"] = period_name(params)
    if code == ReasonCode.COMPETENCE_GAP.value and "day" in params:
        code, values["day"] = "competence_gap_on", _day(params["day"])
    try:
        return str(_SENTENCES[code]) % values
    except KeyError:
        # A reason of another version, or with a figure missing: never an error page for that.
        return gettext("Proposed after the evaluation of %(period)s") % {"period": values["period"]}


def period_name(params: Mapping[str, Any]) -> str:
    """Name the period of a reason: [kind, first day, last day]."""
    try:
        kind, first, last = params["period"]
        return period_title(kind, date.fromisoformat(first), date.fromisoformat(last))
    except (KeyError, ValueError, TypeError):
        return gettext("an earlier period")


def _day(text: Any) -> str:
    try:
        return str(tanggal(date.fromisoformat(text)))
    except (TypeError, ValueError):
        return str(text)


_SENTENCES = {
    ReasonCode.PREDIKAT_LOW.value: _("The predikat of %(period)s is %(predikat)s"),
    ReasonCode.WORK_RESULT_BELOW.value: _("The result of work in %(period)s was rated: %(rating)s"),
    ReasonCode.BEHAVIOR_BELOW.value: _("The work behavior in %(period)s was rated: %(rating)s"),
    ReasonCode.INDICATOR_WEAK.value: _(
        "“%(indicator)s” reached %(percent)s%% of its target in %(period)s (proposed below %(threshold)s%%)"
    ),
    ReasonCode.COMPETENCE_GAP.value: _(
        "The post asks for level %(required)s, level %(assessed)s was assessed (%(period)s)"
    ),
    "competence_gap_on": _(
        "“%(competence)s”: the post asks for level %(required)s, level %(assessed)s was assessed on %(day)s "
        "(%(gap)s missing)"
    ),
    "own_wish": _("Own wish: %(why)s"),
    ReasonCode.UNSUR_WEAK.value: _(
        "Citizens rated “%(unsur_name)s” of %(unit)s lowest in %(period)s: %(value)s (proposed below %(floor)s)"
    ),
}
_FIGURES = {"percent", "threshold", "value", "floor"}


def _words(key: str, value: Any) -> str:
    if key == "predikat" and value in PredikatChoices.values:
        return str(PredikatChoices(value).label)
    if key == "rating" and value in RatingChoices.values:
        return str(RatingChoices(value).label)
    if key in _FIGURES:
        # At most two digits after the mark, and none that say nothing.
        return number(Decimal(f"{round(Decimal(str(value)), 2).normalize():f}"))
    return str(value)


class CompetenceKindChoices(models.TextChoices):
    """The three kinds of competences (CMP-9)."""

    MANAGERIAL = "manajerial", _("Managerial")
    SOCIOCULTURAL = "sosiokultural", _("Socio-cultural")
    TECHNICAL = "teknis", pgettext_lazy("competence", "Technical")


class AssessmentMethod(models.TextChoices):
    """How a level was found."""

    ASSESSMENT_CENTER = "assessment_center", _("Assessment center")
    TEST = "test", _("Competence test")
    SUPERVISOR = "supervisor", _("Assessed by the supervisor")
    PORTFOLIO = "portfolio", _("Portfolio and interview")


class CompetenceImportStatus(models.TextChoices):
    """How far an import of assessed levels is."""

    CHECKED = "checked", _("Checked, nothing changed yet")
    APPLIED = "applied", _("Applied")
    REFUSED = "refused", _("Cannot be read")


class UrgencyChoices(models.TextChoices):
    """How soon a need matters (docs/rules/development.md)."""

    NOW = "now", _("Now: the duty cannot be done without it, or a period to improve is running")
    SOON = "soon", _("In this plan year")
    LATER = "later", _("Later")


class PlanStatus(models.TextChoices):
    """How far the plan of a year is."""

    DRAFT = "draft", pgettext_lazy("plan status", "Draft")
    APPROVED = "approved", pgettext_lazy("plan status", "Approved")
    EVALUATED = "evaluated", pgettext_lazy("plan status", "Evaluated")


PLAN_TONES = {"draft": "info", "approved": "success", "evaluated": "neutral"}


class PlanOutcome(models.TextChoices):
    """What a budget says about a need."""

    TAKEN = "taken", pgettext_lazy("plan outcome", "In the plan")
    NO_SEAT = "no_seat", pgettext_lazy("plan outcome", "No seat left")
    NO_HOURS = "no_hours", pgettext_lazy("plan outcome", "Not enough hours left")
    NO_SEAT_AND_HOURS = "no_seat_and_hours", pgettext_lazy("plan outcome", "Neither seat nor hours left")


OUTCOME_TONES = {
    "taken": "success",
    "no_seat": "warning",
    "no_hours": "warning",
    "no_seat_and_hours": "warning",
}

# Short words for what a score is made of.
SCORE_WORDS = {
    "predikat_low": _("low predikat"),
    "work_result_below": _("result of work below expectation"),
    "behavior_below": _("behavior below expectation"),
    "competence_gap": _("competence gap"),
    "indicator_weak": _("weak indicator"),
    "unsur_weak": _("what citizens said"),
    "own_wish": _("own wish"),
    "now": pgettext_lazy("urgency", "urgent now"),
    "soon": pgettext_lazy("urgency", "this year"),
    "later": pgettext_lazy("urgency", "later"),
    "score": pgettext_lazy("plan", "score"),
}


class DiplomaLevel(models.TextChoices):
    """The highest diploma, as the rows of the IP ASN table (IPA-1)."""

    S3 = "s3", "S3"
    S2 = "s2", "S2"
    S1_D4 = "s1_d4", "S1 / D-IV"
    D3 = "d3", "D-III"
    D2_D1_SLTA = "d2_d1_slta", "D-II / D-I / SLTA"
    BELOW_SLTA = "below_slta", _("below SLTA")


class FollowUpKindChoices(models.TextChoices):
    """A consequence of a result, for a person to decide."""

    REWARD = "reward", pgettext_lazy("follow-up", "Recognition")
    COACHING = "coaching", pgettext_lazy("follow-up", "Coaching (pembinaan)")
    IMPROVEMENT_PERIOD = "improvement_period", pgettext_lazy("follow-up", "Period to improve")
    PLACEMENT_REVIEW = "placement_review", pgettext_lazy("follow-up", "Review of the placement")


class FollowUpStatusChoices(models.TextChoices):
    """How far a consequence is."""

    PROPOSED = "proposed", pgettext_lazy("follow-up status", "Waiting for a decision")
    DECIDED = "decided", pgettext_lazy("follow-up status", "Decided")
    DECLINED = "declined", pgettext_lazy("follow-up status", "Declined")
    CANCELLED = "cancelled", pgettext_lazy("follow-up status", "Cancelled, the result was changed")
    CONCLUDED = "concluded", pgettext_lazy("follow-up status", "Concluded")


FOLLOW_UP_TONES = {
    "proposed": "warning",
    "decided": "info",
    "declined": "neutral",
    "cancelled": "neutral",
    "concluded": "success",
}

# What the rules say about each kind, for whoever decides. PPPK differ in the last one (FUP-6, LEG-6).
FOLLOW_UP_RULES = {
    "reward": _("Recognition by the leader; priority for development and in the talent pool (FUP-3)."),
    "coaching": _("A talk about what went wrong and what comes next, with a day to look at it again."),
    "improvement_period": _(
        "Before anything else follows, the person gets time to improve; afterwards the competence is tested (FUP-5)."
    ),
    "placement_review": _(
        "The personnel office looks for another suitable post, or a lower one; without a vacancy a temporary "
        "placement of at most one year is possible (PP 30/2019, articles 56 to 58)."
    ),
}
FOLLOW_UP_RULES_PPPK = {
    "improvement_period": _(
        "PPPK: the contract depends on the agreed targets (PP 49/2018, articles 35 and 37). Whether time to improve "
        "is given is for the agency to decide."
    ),
    "placement_review": _(
        "PPPK: whoever misses the agreed targets may lose the contract (PP 49/2018, articles 35 and 53). The system "
        "ends nothing; an official decides, outside of it."
    ),
}


FOLLOW_UP_DECIDERS = {
    "leader": _("The appraiser or whoever leads the unit decides this. You see it so that you know of it."),
    "personnel": _("The personnel office decides this. You see it so that you know of it."),
    "either": _("The appraiser, whoever leads the unit, or the personnel office decides this."),
}


def follow_up_rule(kind: str, employee_status: str) -> str:
    """Say what the rules say about a kind of consequence for a PNS or a PPPK."""
    texts = (
        FOLLOW_UP_RULES_PPPK
        if employee_status == "pppk" and kind in FOLLOW_UP_RULES_PPPK
        else FOLLOW_UP_RULES
    )
    return str(texts[kind])


def follow_up_reason(code: str, params: Mapping[str, Any]) -> str:
    """Say why a consequence was proposed."""
    values = {"predikat": _words("predikat", params.get("predikat", "")), "period": period_name(params)}
    if code == "not_improved":
        return (
            gettext("The period to improve after %(period)s ended without the improvement that was agreed.")
            % values
        )
    return gettext("The final predikat of %(period)s is %(predikat)s.") % values


# --- coaching plans


class CoachingPlanCause(models.TextChoices):
    """What led to a coaching plan."""

    EXCEPTION = (
        "exception",
        pgettext_lazy("cause of a coaching plan", "Something that stood out in supervision"),
    )
    EVALUATION = "evaluation", pgettext_lazy("cause of a coaching plan", "An evaluation")
    COMPLAINT = "complaint", pgettext_lazy("cause of a coaching plan", "A complaint")
    NOTICE = "notice", pgettext_lazy("cause of a coaching plan", "A notice about a service")
    FOLLOW_UP = "follow_up", pgettext_lazy("cause of a coaching plan", "A consequence that was decided")
    OTHER = "other", pgettext_lazy("cause of a coaching plan", "Another reason")


class CoachingPlanStatus(models.TextChoices):
    """How far a coaching plan is."""

    OPEN = "open", pgettext_lazy("coaching plan status", "Under way")
    ACHIEVED = "achieved", pgettext_lazy("coaching plan status", "Goal reached")
    PARTLY = "partly", pgettext_lazy("coaching plan status", "Reached in part")
    NOT_ACHIEVED = "not_achieved", pgettext_lazy("coaching plan status", "Not reached")


COACHING_PLAN_TONES = {"open": "info", "achieved": "success", "partly": "warning", "not_achieved": "warning"}


# --- nominations for recognition


class NominationKind(models.TextChoices):
    """What is recognized."""

    INNOVATION = (
        "innovation",
        pgettext_lazy("kind of nomination", "Innovation: something is done in a new way"),
    )
    THANKS = "thanks", pgettext_lazy("kind of nomination", "Thanks: somebody helped beyond the duty")


class NominationSource(models.TextChoices):
    """Who names the deed."""

    PEER = "peer", pgettext_lazy("source of a nomination", "Colleague")
    SUPERVISOR = "supervisor", pgettext_lazy("source of a nomination", "Supervisor")
    PUBLIC = "public", pgettext_lazy("source of a nomination", "Citizens, by the number of their thanks")


class NominationStatusChoices(models.TextChoices):
    """How far a nomination is."""

    NOMINATED = "nominated", pgettext_lazy("nomination status", "Nominated")
    CHECKED = "checked", pgettext_lazy("nomination status", "Checked, jury being named")
    JURY = "jury", pgettext_lazy("nomination status", "Before the jury")
    AWARDED = "awarded", pgettext_lazy("nomination status", "Awarded")
    DECLINED = "declined", pgettext_lazy("nomination status", "Not awarded")
    WITHDRAWN = "withdrawn", pgettext_lazy("nomination status", "Withdrawn")


NOMINATION_TONES = {
    "nominated": "info",
    "checked": "info",
    "jury": "warning",
    "awarded": "success",
    "declined": "neutral",
    "withdrawn": "neutral",
}


class BallotChoices(models.TextChoices):
    """A vote of the jury."""

    YES = "yes", pgettext_lazy("vote of a jury", "Award it")
    NO = "no", pgettext_lazy("vote of a jury", "Do not award it")
    ABSTAIN = "abstain", pgettext_lazy("vote of a jury", "I abstain")


CONFLICTS = {
    "nominee": pgettext_lazy("why somebody may not vote", "is nominated"),
    "nominator": pgettext_lazy("why somebody may not vote", "made the nomination"),
    "same_unit": pgettext_lazy("why somebody may not vote", "works in the same unit"),
    "appraiser": pgettext_lazy("why somebody may not vote", "appraises or supervises the nominee"),
    "appraisee": pgettext_lazy("why somebody may not vote", "is appraised by the nominee"),
}


def conflict_words(codes: Iterable[str]) -> str:
    """Say why somebody may not vote on a nomination."""
    return ", ".join(str(CONFLICTS[code]) for code in codes)


# --- does it work?


class EffectSubject(models.TextChoices):
    """What an effect is of."""

    PROGRAMME = "programme", pgettext_lazy("effect", "Programme")
    SESSION = "session", pgettext_lazy("effect", "Session")
    COACHING = "coaching", pgettext_lazy("effect", "Coaching talks and plans")


class EffectMeasure(models.TextChoices):
    """What was measured before and after."""

    ACHIEVEMENT = "achievement", _("Achievement of indicators (%)")
    RATING = "rating", _("Rating of work results (1 to 3)")
    IKM = "ikm", _("IKM of the unit (25 to 100)")


class EffectVerdict(models.TextChoices):
    """What the interval says."""

    BETTER = "better", pgettext_lazy("effect", "Helped")
    UNCLEAR = "unclear", pgettext_lazy("effect", "No effect to be seen")
    WORSE = "worse", pgettext_lazy("effect", "Got worse")
    TOO_FEW = "too_few", pgettext_lazy("effect", "Too few to say")


EFFECT_TONES = {"better": "success", "unclear": "neutral", "worse": "warning", "too_few": "neutral"}

_EFFECT_SENTENCES = {
    "better": _(
        "%(what)s of %(n)s participants changed by %(change)s, of %(others)s comparable ones who did not take part by "
        "%(others_change)s: %(effect)s more, most likely between %(low)s and %(high)s."
    ),
    "worse": _(
        "%(what)s of %(n)s participants changed by %(change)s, of %(others)s comparable ones who did not take part by "
        "%(others_change)s: %(effect)s, most likely between %(low)s and %(high)s. Ask why before it is repeated."
    ),
    "unclear": _(
        "%(what)s of %(n)s participants changed by %(change)s, of %(others)s comparable ones who did not take part by "
        "%(others_change)s. The difference of %(effect)s lies between %(low)s and %(high)s: it may be chance."
    ),
    "no_interval": _(
        "%(what)s of %(n)s participants changed by %(change)s, of %(others)s comparable ones by %(others_change)s; "
        "how sure that is cannot be worked out."
    ),
    "too_few": _(
        "Too few to say: of %(took_part)s who took part, %(n)s have values before and after and somebody comparable; "
        "%(minimum)s are needed on both sides."
    ),
}


def effect_sentence(row: Any) -> str:
    """Say what an effect is, in words a leader understands."""

    def signed(value: Decimal | None) -> str:
        return "" if value is None else f"{'+' if value > 0 else ''}{number(value, 2)}"

    code = "no_interval" if row.verdict == "unclear" and row.low is None else row.verdict
    return str(_EFFECT_SENTENCES[code]) % {
        "what": EffectMeasure(row.measure).label,
        "n": number(row.participants),
        "others": number(row.others),
        "took_part": number(row.took_part),
        "minimum": number(row.minimum),
        "change": signed(row.participants_change),
        "others_change": signed(row.others_change),
        "effect": signed(row.effect),
        "low": signed(row.low),
        "high": signed(row.high),
    }


def plan_figure_rows(
    before: Mapping[str, Any], after: Mapping[str, Any], *, is_closed: bool
) -> list[dict[str, str]]:
    """Put the figures kept with a coaching plan into rows: what, on the first day, on the last day."""
    rows = []
    for key, label in (
        ("indicator_mean", gettext("Mean of the indicators in the newest report")),
        ("predikat", gettext("Newest predikat")),
    ):
        if not before.get(key) and not after.get(key):
            continue
        rows.append(
            {
                "label": label,
                "before": _plan_figure(before, key),
                "after": _plan_figure(after, key) if is_closed else "",
            }
        )
    return rows


def _plan_figure(figures: Mapping[str, Any], key: str) -> str:
    value = figures.get(key)
    if not value:
        return "-"
    if key == "indicator_mean":
        period = period_name({"period": figures.get("report_period")})
        words = f"{number(Decimal(value), 1)}%"
    else:
        period = period_name({"period": figures.get("evaluation_period")})
        words = _words("predikat", value)
    return f"{words} ({period})"

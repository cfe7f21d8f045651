"""Policy values of assessments: what an agency may decide, or what the sheets leave unverified."""

from django.utils.translation import gettext_lazy as _

from apps.core import policy

from .rules.distribution import MINIMUM_SIZE
from .rules.feedback_duty import (
    DIALOGUES_PER_YEAR,
    FEEDBACK_PER_PERIOD,
    PLAN_APPROVAL_WORKING_DAYS,
    REVIEW_WORKING_DAYS,
)
from .rules.objection import DECISION_DAYS, OBJECTION_DAY_KIND, OBJECTION_DAYS
from .rules.organization import DEFAULT_HEAD_RATINGS
from .rules.peer_feedback import LEAST_MINIMUM
from .rules.reminder_ladder import DEFAULT_LADDER

policy.define(
    "assessments.report_days_after_period_end",
    "int",
    5,
    label=_("Days after the end of a period in which reports may still be sent in time"),
    source="EVA-1, CYC-5: no day is given by the sources we read",
)
policy.define(
    "assessments.yearly_report_opens_days_before_end",
    "int",
    31,
    label=_("Days before the end of the year from which the yearly report may be sent"),
    source="CYC-5: from memory, unverified",
)
policy.define(
    "assessments.hint_meets_percent",
    "decimal",
    "90",
    label=_("Mean achievement (%) from which the hint says: meets expectation"),
    source="EVA-4: ratings are judgements; the hint and its thresholds are a design choice",
)
policy.define(
    "assessments.hint_above_percent",
    "decimal",
    "110",
    label=_("Mean achievement (%) from which the hint says: above expectation"),
    source="EVA-4: ratings are judgements; the hint and its thresholds are a design choice",
)
policy.define(
    "assessments.target_basis",
    "choice",
    "period",
    label=_(
        "Targets that are counted hold for each period (period), or for the year and are shared out (year)"
    ),
    source="CYC-1 and EVA-1: plan yearly, evaluation periodic; no source shares a count out",
    choices=("period", "year"),
)
policy.define(
    "assessments.head_ratings",
    "table",
    {org.value: rating.value for org, rating in DEFAULT_HEAD_RATINGS.items()},
    label=_("Result rating of the head of a unit for each organization predicate"),
    source="ORG-5: design choice, not found in a source",
)
policy.define(
    "assessments.plt_may_appraise",
    "bool",
    True,
    label=_("An acting head (Plt, Plh) appraises when the head's post is vacant"),
    source="ACT-1, ACT-2: one ministry's rule; in general from memory, unverified",
)
policy.define(
    "assessments.rating_days",
    "int",
    10,
    label=_("Working days to set the ratings after they were called for; then the superior is told"),
    source="EVA-3: no source names a number; a design choice",
)
policy.define(
    "assessments.delivery_days",
    "int",
    5,
    label=_("Working days to hand a result over after rating; then the superior is told"),
    source="OBJ-3 names 14 working days in one course text; a design choice",
)
policy.define(
    "assessments.objection_days",
    "int",
    OBJECTION_DAYS,
    label=_("Days to object to an evaluation after receiving it"),
    source="OBJ-1, OBJ-4, OBJ-6",
)
policy.define(
    "assessments.decision_days",
    "int",
    DECISION_DAYS,
    label=_("Days to decide on an objection"),
    source="OBJ-3, OBJ-4, OBJ-6",
)
policy.define(
    "assessments.objection_day_kind",
    "choice",
    OBJECTION_DAY_KIND.value,
    label=_("Days of the objection clocks: working or calendar days"),
    source="OBJ-4, OBJ-6: the sources disagree",
    choices=("working", "calendar"),
)
policy.define(
    "assessments.distribution_minimum_size",
    "int",
    MINIMUM_SIZE,
    label=_("Number of people below which the distribution is only reported"),
    source="DIST-3: proposal",
)
policy.define(
    "assessments.distribution_counts_head",
    "bool",
    False,
    label=_("The head of a unit is counted in the distribution of its predikat"),
    source="DIST-7: not stated; proposal: not counted, because the unit's achievement fixes that rating",
)
policy.define(
    "assessments.distribution_blocks",
    "bool",
    False,
    label=_(
        "Evaluations of a unit are handed over only when its distribution follows the pattern or is explained"
    ),
    source="DIST-4: decided per agency; proposal: it only guides",
)
policy.define(
    "assessments.late_reports_allowed",
    "bool",
    True,
    label=_(
        "A report may still be sent after the period has closed, marked as late, until the evaluation is rated"
    ),
    source="EVA-1, CYC-5: no source says what becomes of a late report",
)
policy.define(
    "assessments.evidence_max_megabytes",
    "int",
    10,
    label=_("Largest size of one evidence file, in megabytes"),
    source="EXE-1 asks for evidence and names no size; chosen for phones on slow links",
)
policy.define(
    "assessments.evidence_files_max",
    "int",
    20,
    label=_("Largest number of evidence files in one report"),
    source="EXE-1 asks for evidence and names no number",
)
policy.define(
    "assessments.peer_minimum_group",
    "int",
    LEAST_MINIMUM,
    label=_(
        "Answers of one relation (peers, subordinates) before anonymous feedback is shown; never below 3"
    ),
    source="EXE-3, SPC-7: design choice, no source names a group size",
)
policy.define(
    "assessments.feedback_per_period",
    "int",
    FEEDBACK_PER_PERIOD,
    label=_("Pieces of feedback a leader owes every person in each period"),
    source="EXE-3: no source names a number; design choice",
)
policy.define(
    "assessments.dialogues_per_year",
    "int",
    DIALOGUES_PER_YEAR,
    label=_("Talks (dialog kinerja) with an agreed note that a leader owes every person in a year"),
    source="PLN-1, EVA-3: no source names a number; design choice",
)
policy.define(
    "assessments.review_working_days",
    "int",
    REVIEW_WORKING_DAYS,
    label=_("Working days in which a leader reviews a report that was sent"),
    source="EXE-1: no source names a time; design choice",
)
policy.define(
    "assessments.plan_approval_working_days",
    "int",
    PLAN_APPROVAL_WORKING_DAYS,
    label=_("Working days in which a leader approves or returns a plan that was submitted"),
    source="PLN-11: no source names a time; design choice",
)
policy.define(
    "assessments.credit_started_months",
    "choice",
    "whole",
    label=_(
        "Months of angka kredit: only those served in full (whole), or started ones as well, once for the post "
        "held first (started)"
    ),
    source="CRD-6: not found in a source; whole calendar months by default",
    choices=("whole", "started"),
)
policy.define(
    "assessments.reminder_ladder",
    "table",
    dict(DEFAULT_LADDER),
    label=_(
        "Days before (or, negative, after) the last day on which a missing report is reminded of, and who is told"
    ),
    source="UX sheet, section 2, item 12: design choice; “supervisor” copies the supervisor in one line",
)
policy.define(
    "assessments.quiet_from_hour",
    "int",
    20,
    label=_("Hour from which no reminder is sent"),
    source="UX sheet, section 2, item 12: design choice",
)
policy.define(
    "assessments.quiet_until_hour",
    "int",
    6,
    label=_("Hour until which no reminder is sent"),
    source="UX sheet, section 2, item 12: design choice",
)

"""What the feedback sheet leaves open or calls the practice of single offices."""

from django.utils.translation import gettext_lazy as _

from apps.core.policy import define

from .rules.complaint_clock import DEFAULT_DAYS, REPLY_DAYS, SOON_DAYS
from .rules.small_numbers import FULL_ANSWERS, MINIMUM_ANSWERS

define(
    "feedback.complaint_days",
    "table",
    {kind.value: days for kind, days in DEFAULT_DAYS.items()},
    label=_("Working days to answer a complaint, per kind"),
    source="feedback sheet 2.3 (practice of single offices)",
)
define(
    "feedback.reply_days",
    "int",
    REPLY_DAYS,
    label=_("Working days for the reporter to react to an answer or a question"),
    source="feedback sheet 2.3",
)
define(
    "feedback.soon_days",
    "int",
    SOON_DAYS,
    label=_("Working days left from which a complaint counts as due soon"),
    source="feedback sheet 2.3",
)
define(
    "feedback.reopen_days",
    "int",
    30,
    label=_("Days after closing in which a reporter can reopen"),
    source="feedback sheet 2.4 (window not given)",
)
define(
    "feedback.forward_restarts_clock",
    "bool",
    True,
    label=_("Passing a complaint on in time starts a new clock at the receiver"),
    source="feedback sheet 2.4 (advice)",
)
define(
    "feedback.minimum_answers",
    "int",
    MINIMUM_ANSWERS,
    label=_("Respondents from which an index is shown in public"),
    source="feedback sheet 3.2 (advice, no rule found)",
)
define(
    "feedback.full_answers",
    "int",
    FULL_ANSWERS,
    label=_("Respondents from which an index is shown with its letter"),
    source="feedback sheet 3.2 (advice, no rule found)",
)
define(
    "feedback.required_answers",
    "int",
    5,
    label=_("Questions a respondent must answer at least"),
    source="SKM 1.5: skipped answers do not count; how many may be skipped is not said",
)
define(
    "feedback.remark_delay_days",
    "int",
    7,
    label=_("Days before a remark is shown to the unit"),
    source="feedback sheet 3.2: delayed and shuffled",
)
define(
    "feedback.minimum_fill_seconds",
    "int",
    3,
    label=_("Seconds under which a public form was hardly filled in by a person"),
    source="UX sheet 4.3, signal 6",
)
define(
    "feedback.ratings_per_hour",
    "int",
    60,
    label=_("Ratings per hour from one network before further ones wait for a person"),
    source="UX sheet 4.3, signal 9 (soft limit)",
)
define(
    "feedback.complaints_per_hour",
    "int",
    10,
    label=_("Complaints per hour from one network before further ones wait for a person"),
    source="UX sheet 5.5, T7",
)

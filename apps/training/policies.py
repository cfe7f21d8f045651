"""Policy values of training: what an agency may decide, or what the sheets leave unverified."""

from django.utils.translation import gettext_lazy as _

from apps.core import policy

from .rules.competence_gap import DEFAULT_STANDARD_LEVELS
from .rules.follow_up import DEFAULT_PERIODIC, DEFAULT_YEARLY, IMPROVEMENT_MONTHS
from .rules.jury import JuryRules, Tie
from .rules.learning_hours import DEFAULT_MIX, MINUTES_PER_JP
from .rules.needs import DEFAULT_INDICATOR_PERCENT, DEFAULT_PRIORITIES, DEFAULT_UNSUR_FLOOR
from .rules.priorities import DEFAULT_WEIGHTS

policy.define(
    "training.jp_target_pns",
    "int",
    20,
    label=_("Lesson hours (JP) a PNS collects in a year"),
    source="CMP-1: Perlan 10/2018",
)
policy.define(
    "training.jp_target_pppk",
    "int",
    24,
    label=_("Lesson hours (JP) a PPPK collects in a year"),
    source="CMP-2: unverified; one reading of Perlan 15/2020 makes it a maximum",
)
policy.define(
    "training.indicator_percent",
    "decimal",
    str(DEFAULT_INDICATOR_PERCENT),
    label=_("Achievement (%) of an indicator below which learning is proposed"),
    source="CMP-8: signals and thresholds are a design choice",
)
policy.define(
    "training.unsur_floor",
    "decimal",
    str(DEFAULT_UNSUR_FLOOR),
    label=_("Value of the weakest unsur of a unit below which learning is proposed"),
    source="CMP-8: design choice, the lower bound of grade B",
)
policy.define(
    "training.need_priorities",
    "table",
    {reason.value: priority for reason, priority in DEFAULT_PRIORITIES.items()},
    label=_("Priority of a need by its reason, 1 first"),
    source="CMP-8: design choice",
)
policy.define(
    "training.certificate_max_megabytes",
    "int",
    5,
    label=_("Largest size of the file of a certificate, in megabytes"),
    source="CMP-10 asks for the file and names no size; chosen for phones on slow links",
)
policy.define(
    "training.follow_ups_yearly",
    "table",
    {predikat.value: [kind.value for kind in kinds] for predikat, kinds in DEFAULT_YEARLY.items()},
    label=_("Consequences proposed after a yearly result, by predikat"),
    source="FUP-3, FUP-5: from memory, unverified; a person decides each one",
)
policy.define(
    "training.follow_ups_periodic",
    "table",
    {predikat.value: [kind.value for kind in kinds] for predikat, kinds in DEFAULT_PERIODIC.items()},
    label=_("Consequences proposed after a periodic result, by predikat"),
    source="CYC-2: design choice; the consequences of PP 30/2019 follow the yearly result",
)
policy.define(
    "training.improvement_months",
    "int",
    IMPROVEMENT_MONTHS,
    label=_("Months of a period to improve"),
    source="FUP-5: six months, from memory, unverified",
)
policy.define(
    "training.smallest_gap",
    "int",
    1,
    label=_("Levels that must be missing before a competence gap becomes a need"),
    source="CMP-8: formula and thresholds from memory, unverified",
)
policy.define(
    "training.gap_minimum_people",
    "int",
    5,
    label=_("Fewest assessed people for whom a gap analysis shows figures"),
    source="CMP-8: design choice; small groups would give people away",
)
policy.define(
    "training.standard_levels",
    "table",
    dict(DEFAULT_STANDARD_LEVELS),
    label=_(
        "Level of managerial and socio-cultural competences by class and level of the post, to start with"
    ),
    source="CMP-9: PermenPANRB 38/2017, from memory, unverified",
)
policy.define(
    "training.need_weights",
    "table",
    {
        "reasons": {str(code): points for code, points in DEFAULT_WEIGHTS.reasons.items()},
        "urgency": {str(code): points for code, points in DEFAULT_WEIGHTS.urgency.items()},
    },
    label=_("Points of reasons and urgency when a plan is filled"),
    source="CMP-8: design choice, no source gives weights",
)
policy.define(
    "training.need_hours",
    "decimal",
    "10",
    label=_("Lesson hours (JP) a need takes in a plan if nobody said"),
    source="CMP-8: design choice, half of the yearly target",
)
policy.define(
    "training.jp_ceiling_pppk",
    "int",
    0,
    label=_("Lesson hours (JP) of a PPPK that count in a year at most; 0: no ceiling"),
    source="CMP-2: unverified; one reading of Perlan 15/2020 makes 24 JP a maximum",
)
policy.define(
    "training.jp_slack_percent",
    "int",
    25,
    label=_("Percent of the year by which lesson hours may lag before they are called behind"),
    source="Design choice: trainings do not come evenly",
)
policy.define(
    "training.minutes_per_jp",
    "int",
    MINUTES_PER_JP,
    label=_("Minutes of one lesson hour (JP)"),
    source="CMP-7: 45 minutes, from memory, unverified",
)
policy.define(
    "training.mix",
    "table",
    {way.value: int(share) for way, share in DEFAULT_MIX.items()},
    label=_("Learning mix in percent: training, from others, at work"),
    source="CMP-4: SE BKN 3/2022, secondary source",
)
policy.define(
    "training.mix_tolerance",
    "int",
    10,
    label=_("Points by which a part of the learning mix may differ before it is named"),
    source="Design choice",
)
policy.define(
    "training.attendance_percent",
    "int",
    80,
    label=_("Percent of the days of a session that completion needs"),
    source="Design choice; the rule of the organiser decides",
)
policy.define(
    "training.attendance_code_seconds",
    "int",
    60,
    label=_("Seconds until the attendance code of a session changes"),
    source="Design choice: long enough to type it, short for passing it on",
)
policy.define(
    "training.check_pass_percent",
    "int",
    70,
    label=_("Percent of right answers that pass a learning check"),
    source="Design choice; the rule of the organiser decides",
)
policy.define(
    "training.check_attempts",
    "int",
    3,
    label=_("How often a learning check may be taken after a session"),
    source="Design choice",
)
policy.define(
    "training.invitation_reminder_days",
    "int",
    3,
    label=_("Days before a session on which those invited who have not answered are reminded"),
    source="Design choice",
)
policy.define(
    "training.reaction_minimum",
    "int",
    5,
    label=_("Answers from which what participants say about a session is shown"),
    source="The smallest group of the product's other anonymous figures",
)
policy.define(
    "training.reaction_days",
    "int",
    14,
    label=_("Days after a session in which participants may say what they think of it"),
    source="Design choice",
)
policy.define(
    "training.plan_reminder_days",
    "int",
    3,
    label=_("Days before a step of a coaching plan is due on which both are reminded"),
    source="design choice: no source names a clock for steps (CYC-2, EXE-4)",
)

policy.define(
    "training.jury_minimum_votes",
    "int",
    JuryRules().minimum_votes,
    label=_("Votes for or against that a jury of recognition needs"),
    source="Design choice: no source names a number; abstentions do not count",
)
policy.define(
    "training.jury_tie",
    "choice",
    JuryRules().tie.value,
    label=_("What equal votes of a jury of recognition mean"),
    source="Design choice: declined, or the vote of the chair decides",
    choices=tuple(tie.value for tie in Tie),
)
policy.define(
    "training.effect_days",
    "int",
    90,
    label=_("Days after a session or coaching before its effect is computed"),
    source="issue 5, does it work: after enough time; the days are a design choice",
)
policy.define(
    "training.effect_refresh_days",
    "int",
    7,
    label=_("Days after which effects are computed again, because results still come in"),
    source="issue 5, does it work: design choice",
)
policy.define(
    "training.effect_years",
    "int",
    2,
    label=_("Years back for which effects are computed"),
    source="issue 5, does it work: design choice",
)
policy.define(
    "training.effect_minimum",
    "int",
    5,
    label=_("Participants and comparable people (or units) needed to say something about an effect"),
    source="UX sheet 4.4 and feedback sheet 3.2: no figure under 5",
)
policy.define(
    "training.effect_calipers",
    "table",
    {"achievement": "10", "rating": "0", "ikm": "5"},
    label=_("How far apart two people or units may have started to be comparable, by measure"),
    source="issue 5, does it work: similar value before; the widths are a design choice",
)

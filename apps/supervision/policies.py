"""Policy values of supervision: what an office may decide, or what the sheets leave unverified."""

from django.utils.translation import gettext_lazy as _

from apps.core import policy

from .rules.exceptions import UNVERIFIED_TABLE
from .rules.professionalism_index import UNVERIFIED_TABLES as IP_TABLES
from .rules.talent import UNVERIFIED_TABLES as TALENT_TABLES

policy.define(
    "supervision.rater_mean_z",
    "decimal",
    "5",
    label=_("Standard errors from the job family beyond which a rater is called generous or severe"),
    source="UX sheet 4.1 says 99 % (2.5758), which points at 29 to 71 % of raters: raters-and-load.md",
)
policy.define(
    "supervision.rater_notice_days",
    "int",
    2,
    label=_("Working days a rater has to look at their own card before the room may"),
    source="UX sheet 4.1: shown to the rater first; the days are a design choice",
)
policy.define(
    "supervision.pre_vote_voters",
    "int",
    2,
    label=_("Voters a blind vote of a calibration needs"),
    source="UX sheet 1.7: blind vote before the talk; two is the least that hides anything",
)
policy.define(
    "supervision.figures_minutes",
    "int",
    10,
    label=_("Minutes after which the figures of units are counted again, if something happened"),
    source="issue 5, leadership view: summary tables; the minutes are a design choice",
)
policy.define(
    "supervision.figures_minimum",
    "int",
    5,
    label=_(
        "People from which a count of the leadership view is shown, and things from which it is compared"
    ),
    source="feedback sheet 3.2: no cell under 5 (advice)",
)
policy.define(
    "supervision.figures_peers",
    "int",
    5,
    label=_("Other units of the same kind needed for a comparison"),
    source="UX sheet 4.2 (funnel limits; the number of peers is not given)",
)

# --- the exception queue

policy.define(
    "supervision.exception_rules",
    "table",
    {rule.kind.value: {"weight": rule.weight, "limit": str(rule.limit)} for rule in UNVERIFIED_TABLE.rules},
    label=_("Weight and limit of every rule of the exception queue"),
    source="S1, S13: two limits are the sheet's, everything else is a design choice",
)
policy.define(
    "supervision.trend_least_periods",
    "int",
    2,
    label=_("Earlier reports that are needed before an achievement is compared with the person's usual one"),
    source="S1 names five times the usual and no number of periods; a design choice",
)
policy.define(
    "supervision.worse_after_working_days",
    "int",
    5,
    label=_("Working days after which an accepted delay that goes on is shown again"),
    source="S2: no source names a number; a design choice",
)
policy.define(
    "supervision.asked_returns_after_working_days",
    "int",
    10,
    label=_("Working days after which something that was asked for and did not come is shown again"),
    source="S2: no source names a number; a design choice",
)
policy.define(
    "supervision.snooze_most_days",
    "int",
    30,
    label=_("Days by which an exception may be put off at most"),
    source="S2: no source names a number; a design choice",
)
policy.define(
    "supervision.digest_hour",
    "int",
    6,
    label=_("Hour of the day from which the daily message about the exception queue is sent"),
    source="S14 names no hour; a design choice",
)
policy.define(
    "supervision.rule_last_hits",
    "int",
    20,
    label=_("Latest hits by which a rule of the exception queue is judged"),
    source="S17 names a share and two periods, no number of hits; a design choice",
)
policy.define(
    "supervision.rule_least_action_percent",
    "int",
    30,
    label=_("Share of hits (%) that must lead to action, or the rule is retired or passed up"),
    source="S17",
)
policy.define(
    "supervision.rule_patience_days",
    "int",
    14,
    label=_("Days after which an exception nobody touched counts as one that led to no action"),
    source="S17: no source names a number; a design choice",
)
policy.define(
    "supervision.sample_ceiling",
    "decimal",
    "0.30",
    label=_("Share of the ordinary reports that is drawn at first, and again after a finding (0 to 1)"),
    source="UX sheet S4 and S6: full rate after a defect; no source gives the number",
)
policy.define(
    "supervision.sample_floor",
    "decimal",
    "0.10",
    label=_("Least share of the ordinary reports that is drawn (above 0)"),
    source="UX sheet S4: with 10 % a month a person is read at least once a year with 72 %; S6: never 0",
)
policy.define(
    "supervision.sample_fall",
    "decimal",
    "0.20",
    label=_("Part of itself that the drawn share loses after a sample without findings (0 to 1)"),
    source="UX sheet S6: clean samples lead to a smaller rate; the step is a design choice",
)
policy.define(
    "supervision.sample_clean_minimum",
    "int",
    5,
    label=_("Reports a sample without findings needs to lower the drawn share"),
    source="UX sheet S6; the number is a design choice",
)
policy.define(
    "supervision.sample_minimum",
    "int",
    2,
    label=_("Reports drawn at least from every group of positions"),
    source="UX sheet S4: stratified; the number is a design choice",
)
policy.define(
    "supervision.sample_strata",
    "choice",
    "position_class",
    label=_("Groups from which is drawn: class of position (position_class) or job family (job_family)"),
    source="UX sheet S4: stratified; by what is not given",
    choices=("position_class", "job_family"),
)
policy.define(
    "supervision.sample_after_hours",
    "int",
    12,
    label=_("Hours after the closing of a period before the list is frozen and drawn"),
    source="issue 5: after closing and a grace; the hours are a design choice",
)
policy.define(
    "supervision.second_share",
    "decimal",
    "0.10",
    label=_("Share of the drawn reports that somebody from another unit reads again (0 for none)"),
    source="UX sheet S11 and issue 5: a share; the number is a design choice",
)
policy.define(
    "supervision.second_pairs_minimum",
    "int",
    20,
    label=_("Reports read twice from which the agreement of two readers is told"),
    source="docs/rules/supervision.md: the interval is too narrow for few pairs; the number is a design choice",
)
policy.define(
    "supervision.batch_undo_minutes",
    "int",
    30,
    label=_("Minutes in which a batch acceptance can be taken back"),
    source="UX sheet S3: 30 minutes",
)
policy.define(
    "supervision.batch_findings_percent",
    "decimal",
    "20",
    label=_("Share of the read sample (%) with findings above which the rest is read one by one"),
    source="acceptance sampling has an acceptance number; which one is a design choice",
)
policy.define(
    "supervision.batch_lowest_percent",
    "decimal",
    "50",
    label=_("Achievement (%) of a figure below which a report is not accepted together with others"),
    source="UX sheet S3: never batch low scores; the number is a design choice",
)

policy.define(
    "supervision.audit_longest_days",
    "int",
    90,
    label=_("Longest time an auditor's room may stay open (days)"),
    source="issue 5, auditor's room: time-boxed, no length is given",
)
policy.define(
    "supervision.adoption_minimum",
    "int",
    10,
    label=_("People or things a figure on adoption must be about to be shown"),
    source="UX sheet, section 2, item 24: without watching individuals; no number is given",
)

# --- load of appraisers (LOAD)

_NO_SOURCE = "unverified, our estimate: no source names minutes or hours (UX sheet S7, EXE-3)"

policy.define(
    "supervision.minutes_feedback",
    "decimal",
    "15",
    label=_("Minutes that one piece of feedback takes"),
    source=_NO_SOURCE,
)
policy.define(
    "supervision.minutes_report_per_indicator",
    "decimal",
    "5",
    label=_("Minutes that the review of a report takes for each indicator"),
    source=_NO_SOURCE,
)
policy.define(
    "supervision.minutes_dialogue",
    "decimal",
    "30",
    label=_("Minutes that a talk between leader and employee takes, with its note"),
    source=_NO_SOURCE,
)
policy.define(
    "supervision.minutes_evaluation",
    "decimal",
    "20",
    label=_("Minutes that rating one person takes"),
    source=_NO_SOURCE,
)
policy.define(
    "supervision.minutes_plan",
    "decimal",
    "30",
    label=_("Minutes that reading and approving a plan takes"),
    source=_NO_SOURCE,
)
policy.define(
    "supervision.hours_per_day",
    "decimal",
    "1.5",
    label=_("Hours of a working day that an appraiser has for the people they supervise"),
    source=_NO_SOURCE,
)
policy.define(
    "supervision.load_ceiling_percent",
    "int",
    80,
    label=_("Percent of their hours up to which an appraiser is suggested to take over people"),
    source="UX sheet S8: 80 % advised, a design choice",
)

# --- career: IP ASN and talent

policy.define(
    "supervision.ip_forms",
    "table",
    {
        "leadership": ["pelatihan_kepemimpinan"],
        "functional": ["pelatihan_fungsional"],
        "technical": ["pelatihan_teknis", "bimbingan_teknis", "kursus", "penataran", "e_learning"],
        "seminar": ["seminar", "lokakarya", "sosialisasi"],
    },
    label=_("Forms of learning (codes) that count for each part of the competence of IP ASN"),
    source="IPA-1: Peraturan BKN 8/2019; which form counts where is a design choice",
)
policy.define(
    "supervision.ip_points",
    "table",
    {
        "qualification": {str(row): str(points) for row, points in IP_TABLES.qualification.items()},
        "competence": {
            str(group): [str(row.group_training), str(row.technical), str(row.seminar)]
            for group, row in IP_TABLES.competence.items()
        },
        "performance": {str(row): str(points) for row, points in IP_TABLES.performance.items()},
        "discipline": {str(row): str(points) for row, points in IP_TABLES.discipline.items()},
    },
    label=_("Points of IP ASN; competence: training of the group, technical, seminar"),
    source="IPA-1, IPA-3, IPA-7: partly from memory, unverified",
)
policy.define(
    "supervision.ip_technical_hours",
    "int",
    IP_TABLES.technical_hours,
    label=_("Lesson hours of technical training that give the points of IP ASN"),
    source="IPA-1: Peraturan BKN 8/2019",
)
policy.define(
    "supervision.ip_partial_hours",
    "choice",
    str(IP_TABLES.partial_hours),
    choices=("nothing", "proportional"),
    label=_("What fewer hours of technical training give"),
    source="IPA-2: not found in a stored source",
)
policy.define(
    "supervision.ip_technical_years",
    "int",
    1,
    label=_("Years back in which technical training counts for IP ASN"),
    source="IPA-1: the last year, secondary source",
)
policy.define(
    "supervision.ip_seminar_years",
    "int",
    2,
    label=_("Years back in which a seminar or workshop counts for IP ASN"),
    source="IPA-1: the last two years, secondary source",
)
policy.define(
    "supervision.ip_new_months",
    "int",
    12,
    label=_(
        "Months since the appointment named in the NIP during which a PNS counts as CPNS and is left out"
    ),
    source="IPA-6: secondary source; the NIP names the month of the appointment as CPNS",
)
policy.define(
    "supervision.ip_minimum_people",
    "int",
    5,
    label=_("Fewest people of whom an average of IP ASN is shown"),
    source="IPA-6: mean of individuals from memory, unverified; the minimum is a design choice",
)
policy.define(
    "supervision.talent_thresholds",
    "table",
    {"high": str(TALENT_TABLES.high_from), "medium": str(TALENT_TABLES.medium_from)},
    label=_("From which value on an axis of the nine boxes is high or medium"),
    source="TAL-5: two public implementations, secondary",
)
policy.define(
    "supervision.talent_weights",
    "table",
    {
        "performance": dict(TALENT_TABLES.performance_weights),
        "potential": dict(TALENT_TABLES.potential_weights),
        "predikat": {str(row): score for row, score in TALENT_TABLES.predikat_scores.items()},
    },
    label=_("Weights of the parts of both axes in percent, and what a predikat scores"),
    source="TAL-4, TAL-6: Keputusan Kepala BKN 411/2025, secondary",
)
policy.define(
    "supervision.talent_proposals",
    "table",
    {
        "9": "Promosi dan pertahankan; kelompok rencana suksesi; penghargaan",
        "8": "Pertahankan; kelompok rencana suksesi; rotasi atau perluasan jabatan; bimbingan kinerja",
        "7": "Pertahankan; kelompok rencana suksesi; rotasi atau perluasan jabatan; bimbingan",
        "6": "Penempatan yang sesuai; konseling dan bimbingan kinerja",
        "5": "Penempatan yang sesuai; bimbingan kinerja; pengembangan kompetensi",
        "4": "Rotasi; pengembangan kompetensi",
        "3": "Konseling kinerja; pengembangan kompetensi; penempatan yang sesuai",
        "2": "Konseling kinerja; pengembangan kompetensi; penempatan yang sesuai",
        "1": "Ditangani sesuai peraturan perundang-undangan",
    },
    label=_("What is proposed for each of the nine boxes, separated by semicolons"),
    source="TAL-3: from memory, unverified",
)
policy.define(
    "supervision.talent_shown",
    "bool",
    True,
    label=_("A person sees their own talent box with its explanation"),
    source="TAL-1: design choice; nobody is sorted in secret",
)
policy.define(
    "supervision.talent_left_out",
    "table",
    {"years": 2, "levels": []},
    label=_(
        "Punishments (light, medium, heavy) within these years that keep somebody out of the succession pool"
    ),
    source="TAL-7: the setting of one regency, secondary; nobody is left out unless the office says so",
)
policy.define(
    "supervision.succession_from",
    "table",
    {"jpt": ["administrator", "jf"], "administrator": ["pengawas", "jf"], "pengawas": ["pelaksana", "jf"]},
    label=_("From which classes of posts candidates for a class are proposed"),
    source="TAL-2: the pool is read in the sources, the classes are a design choice",
)

# --- the practice period

policy.define(
    "supervision.practice_keep_days",
    "int",
    14,
    label=_("Days after the end of a practice period until everything written in it is deleted"),
    source="UX sheet 2, item 5: practice is deleted afterwards; the days are a design choice",
)
policy.define(
    "supervision.practice_minimum",
    "int",
    5,
    label=_("Fewest people of whom is said how many tried the practice period"),
    source="feedback sheet 3.2: no cell under 5 (advice)",
)

"""What the feedback sheet leaves open or calls the practice of single offices."""

from django.utils.translation import gettext_lazy as _

from apps.core.policy import define

from .rules.comparison import PEERS
from .rules.complaint_clock import DEFAULT_DAYS, REPLY_DAYS, SOON_DAYS
from .rules.escalation import OMBUDSMAN_DAYS, ROOT_DAYS
from .rules.lapor import ANSWER_DAYS, VERIFY_DAYS
from .rules.lapor import REPLY_DAYS as LAPOR_REPLY_DAYS
from .rules.plan_clock import SOON_DAYS as PLAN_SOON_DAYS
from .rules.retention import RETENTION
from .rules.signals import Thresholds
from .rules.small_numbers import FULL_ANSWERS, MINIMUM_ANSWERS, PUBLISH_STEP
from .rules.template_use import DEFAULT_MINIMUM_PERCENT

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


define(
    "feedback.alert_below",
    "decimal",
    "76.61",
    label=_("Index under which a service counts as badly rated"),
    source="SKM 1.6: lower bound of B under 14/2017; when to call somebody is a choice of the office",
)
define(
    "feedback.alert_window_days",
    "int",
    30,
    label=_("Days of answers that are looked at for a notice"),
    source="issue 4 (design choice)",
)
define(
    "feedback.alert_effect_days",
    "int",
    60,
    label=_("Days after which the effect of what was done is measured at the latest"),
    source="issue 4 (design choice)",
)
define(
    "feedback.alert_rest_days",
    "int",
    30,
    label=_("Days of rest after a notice was finished, before the same service gives a new one"),
    source="issue 4 (design choice: no alarm fatigue)",
)


define(
    "feedback.replaceable_unsur",
    "table",
    {"biaya": "free_by_law", "kompetensi": "online", "perilaku": "online"},
    label=_("National questions of the SKM that may be replaced, and the ground for each"),
    source="feedback sheet 1.2 (from memory, to be checked against the text of the regulation)",
)
define(
    "feedback.paper_check_percent",
    "int",
    10,
    label=_("Share of paper sheets that a second person types again, in percent"),
    source="feedback sheet 4.3 (a check is advised; no share is given)",
)
define(
    "feedback.paper_error_percent",
    "int",
    5,
    label=_("Share of wrong cells from which every paper sheet is typed again, in percent"),
    source="issue 4 (design choice)",
)
define(
    "feedback.plan_soon_days",
    "int",
    PLAN_SOON_DAYS,
    label=_("Days left from which an improvement item or a public promise counts as due soon"),
    source="feedback sheet 1.8 asks for speed and names no reminder",
)
define(
    "feedback.measure_wait_days",
    "int",
    14,
    label=_("Days after a survey period before it is used to measure an improvement by itself"),
    source="not in the sheet: paper answers are typed in after the last day",
)
define(
    "feedback.proof_max_megabytes",
    "int",
    10,
    label=_("Largest size of one proof of an improvement or a publication, in megabytes"),
    source="feedback sheet 1.8 asks for proof and names no size; chosen for phones on slow links",
)
define(
    "feedback.proof_files_max",
    "int",
    10,
    label=_("Most files that prove one improvement"),
    source="not in the sheet: keeps a check readable",
)
define(
    "feedback.contributions_per_hour",
    "int",
    20,
    label=_("Written contributions per hour from one network before further ones are marked"),
    source="UX sheet 4.3, signal 9 (soft limit)",
)
define(
    "feedback.receipt_valid_days",
    "int",
    14,
    label=_("Days on which a receipt code can be used, the day of the service included"),
    source="UX sheet 4.3, signal 4 (that codes expire; the number of days is not given)",
)
define(
    "feedback.kiosk_pause_seconds",
    "int",
    15,
    label=_("Seconds between two ratings on one kiosk under which the second one waits for a person"),
    source="feedback sheet 4.3: kiosk with a pace check of its own (number not given)",
)


define(
    "feedback.attachment_files",
    "int",
    5,
    label=_("Photos and documents a reporter may add to a report"),
    source="issue 4; UX sheet 5.5, T8 (the number is a choice of the office)",
)
define(
    "feedback.attachment_megabytes",
    "int",
    5,
    label=_("Size of one photo or document of a report, in MB"),
    source="UX sheet 5.5, T8 (the number is a choice of the office)",
)
define(
    "feedback.attachments_per_hour",
    "int",
    60,
    label=_("Files per hour from one network before further ones are refused"),
    source="UX sheet 5.5, T7 and T8 (disk space; the number is a choice of the office)",
)
define(
    "feedback.similar_percent",
    "int",
    30,
    label=_("Likeness of two subjects, in percent, from which the earlier report is offered"),
    source="UX sheet 1.6 (duplicates are offered before writing; the number is a design choice)",
)
define(
    "feedback.check_back_days",
    "int",
    28,
    label=_("Days after the end of a report until its reporter is asked once whether it is still solved"),
    source="UX sheet 1.6 (four weeks)",
)
define(
    "feedback.check_back_open_days",
    "int",
    30,
    label=_("Days in which that question can be answered, and the report be opened again"),
    source="issue 4 (design choice)",
)
define(
    "feedback.check_back_by_mail",
    "bool",
    False,
    label=_("Ask also by e-mail where the reporter agreed (needs a mail server)"),
    source="issue 4; feedback sheet 3.1 (consent for extras)",
)
define(
    "feedback.next_instance",
    "table",
    {"Ombudsman Republik Indonesia": "137, ombudsman.go.id", "SP4N-LAPOR!": "1708, lapor.go.id"},
    label=_("Where a reporter can turn next, and how to reach it"),
    source="feedback sheet 2.1 and 2.6 (numbers from memory, to be checked by the office)",
)
define(
    "feedback.no_author_per_hour",
    "int",
    20,
    label=_("Reports without any trace per hour, in all, before further ones wait for a person"),
    source="UX sheet 5.5, T7 (no network mark exists for them)",
)
define(
    "feedback.open311_requires_key",
    "bool",
    False,
    label=_("Other apps need a key to send reports (Open311)"),
    source="Open311 GeoReport v2: POST may require api_key",
)
define(
    "feedback.open311_clients",
    "table",
    {},
    label=_("Apps whose key is valid (Open311), as name: true"),
    source="Open311 GeoReport v2: POST may require api_key",
)
define(
    "feedback.coordinate_decimals",
    "int",
    2,
    label=_("Decimals of coordinates shown to the public (2 are about one kilometre)"),
    source="feedback sheet 3.2 (reporter protection; the number is a choice of the office)",
)


define(
    "feedback.template_own_percent",
    "int",
    DEFAULT_MINIMUM_PERCENT,
    label=_("Percent of own words that an answer made from a template needs at least"),
    source="UX sheet 1.6, no. 7 and S10 (share not given)",
)
define(
    "feedback.statement_days",
    "int",
    5,
    label=_("Working days for a named employee to answer an allegation"),
    source="feedback sheet 3.2, point 3 (days not given)",
)
define(
    "feedback.allegation_objection_days",
    "int",
    7,
    label=_("Working days for a named employee to object to a finding"),
    source="feedback sheet 3.2 (objection and days are a design choice)",
)
define(
    "feedback.escalate_root_days",
    "int",
    ROOT_DAYS,
    label=_("Working days after the due date until the government's leaders and the inspectorate are told"),
    source="feedback sheet 2.4 (ladder without days)",
)
define(
    "feedback.ombudsman_days",
    "int",
    OMBUDSMAN_DAYS,
    label=_("Working days after receipt from which the reporter is shown the way to the Ombudsman"),
    source="feedback sheet 2.3 (60 days)",
)
define(
    "feedback.lapor_verify_days",
    "int",
    VERIFY_DAYS,
    label=_("LAPOR: working days to verify and pass on"),
    source="feedback sheet 2.3",
)
define(
    "feedback.lapor_answer_days",
    "int",
    ANSWER_DAYS,
    label=_("LAPOR: working days for the agency to begin or answer"),
    source="feedback sheet 2.3",
)
define(
    "feedback.lapor_reply_days",
    "int",
    LAPOR_REPLY_DAYS,
    label=_("LAPOR: working days for the reporter to react to the answer"),
    source="feedback sheet 2.3",
)
define(
    "feedback.repeat_cause_count",
    "int",
    3,
    label=_("Reports with the same cause at the same service that count as repeated"),
    source="feedback sheet 2.7 (number not given)",
)
define(
    "feedback.repeat_cause_days",
    "int",
    30,
    label=_("Days within which reports with the same cause count as repeated"),
    source="feedback sheet 2.7 (span not given)",
)
define(
    "feedback.figures_minimum",
    "int",
    5,
    label=_("Complaints from which a share or a median is shown inside an office"),
    source="feedback sheet 3.2: no cell under 5 (advice)",
)
define(
    "feedback.publish_step",
    "int",
    PUBLISH_STEP,
    label=_("Answers by which two public figures of a running survey differ at least"),
    source="feedback sheet 3.2 (advice, no rule found): no figure about fewer than five people",
)
define(
    "feedback.comparison_peers",
    "int",
    PEERS,
    label=_("Other services of the same kind needed for a comparison"),
    source="UX sheet 4.2 (funnel limits; the number of peers is not given)",
)
define(
    "feedback.signal_thresholds",
    "table",
    Thresholds().as_table(),
    label=_("Thresholds of the signals by which ratings are held back"),
    source="UX sheet 4.3 (starting values; freeze before the first real period)",
)
define(
    "feedback.case_days",
    "int",
    5,
    label=_("Working days to decide on ratings that were held back"),
    source="UX sheet 4.3",
)
define(
    "feedback.retention_days",
    "table",
    {row.code: row.days for row in RETENTION},
    label=_("Days after which each class of data of citizens is deleted"),
    source="feedback sheet 3.1 (UU 27/2022 art. 43-44; numbers not in the sheet: office decision)",
)
define(
    "feedback.rights_hours",
    "int",
    72,
    label=_("Hours to answer what somebody asks about their own data"),
    source="feedback sheet 3.1 (3 x 24 hours)",
)
define(
    "feedback.controller",
    "table",
    {"name": "", "office": "", "contact": ""},
    label=_(
        "Who is responsible for the data of citizens: name, office of the data protection officer, contact"
    ),
    source="feedback sheet 3.1 (controller and contact)",
)

define(
    "feedback.alert_item_days",
    "int",
    30,
    label=_("Days until an improvement opened from a notice is due"),
    source="issue 4 (design choice; the responsible person can be given another day)",
)
define(
    "feedback.voices_per_hour",
    "int",
    30,
    label=_("Added voices per hour from one network before further ones are asked to come later"),
    source="UX sheet 5.5, T7 (the number is a choice of the office)",
)
define(
    "feedback.open311_per_hour",
    "int",
    60,
    label=_("Reports per hour from one other app before further ones wait for a person"),
    source="UX sheet 5.5, T7 (the number is a choice of the office)",
)
define(
    "feedback.open_data_licence",
    "table",
    {
        "name": "Data terbuka dengan sumber",
        "text": "Siapa pun boleh memakai, menyalin, dan mengolah data ini untuk tujuan apa pun, "
        "asal menyebut sumbernya.",
        "url": "",
    },
    label=_("Licence of the open data: its name, its words, an address if it has one"),
    source="no sheet names a licence: an open point for the owner",
)

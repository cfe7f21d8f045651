"""The year as it runs: cycles and periods, progress and reports with evidence, evaluation and objection.

Statuses and what moves them: rules/report_lifecycle.py and rules/evaluation_lifecycle.py.
"""

from .calibration import (
    CalibrationComment,
    CalibrationSession,
    DistributionStatement,
    RatingDraft,
    UnitAchievementChange,
)
from .credit import CreditConversion, CreditDiploma, CreditOpening, CreditPak, CreditRankStep
from .dialogue import (
    DialogueNote,
    FeedbackNote,
    FeedbackReaction,
    NamedPeerAnswer,
    PeerAnswer,
    PeerInvitation,
    PeerRound,
)
from .escalations import AppraiserChange, Escalation
from .evaluations import Evaluation, EvaluationNote, RatingChange, UnitAchievement
from .objections import Objection, ObjectionAttachment, ObjectionStatement
from .periods import Cycle, Period, PeriodRun
from .reminders import EntryExample, ReminderPlan
from .reports import (
    Evidence,
    EvidenceQuestion,
    ProgressEntry,
    ReportDecision,
    ReportLine,
    ReportVersion,
    SelfReport,
)

__all__ = [
    "AppraiserChange",
    "CalibrationComment",
    "CalibrationSession",
    "CreditConversion",
    "CreditDiploma",
    "CreditOpening",
    "CreditPak",
    "CreditRankStep",
    "Cycle",
    "DialogueNote",
    "DistributionStatement",
    "EntryExample",
    "Escalation",
    "Evaluation",
    "EvaluationNote",
    "Evidence",
    "EvidenceQuestion",
    "FeedbackNote",
    "FeedbackReaction",
    "NamedPeerAnswer",
    "Objection",
    "ObjectionAttachment",
    "ObjectionStatement",
    "PeerAnswer",
    "PeerInvitation",
    "PeerRound",
    "Period",
    "PeriodRun",
    "ProgressEntry",
    "RatingChange",
    "RatingDraft",
    "ReminderPlan",
    "ReportDecision",
    "ReportLine",
    "ReportVersion",
    "SelfReport",
    "UnitAchievement",
    "UnitAchievementChange",
]

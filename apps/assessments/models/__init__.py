"""The year as it runs: cycles and periods, progress and reports with evidence, evaluation and objection.

Statuses and what moves them: rules/report_lifecycle.py and rules/evaluation_lifecycle.py.
"""

from .dialogue import FeedbackNote
from .evaluations import Evaluation, EvaluationNote, RatingChange, UnitAchievement
from .objections import Objection
from .periods import Cycle, Period, PeriodRun
from .reports import Evidence, ProgressEntry, ReportDecision, ReportLine, ReportVersion, SelfReport

__all__ = [
    "Cycle",
    "Evaluation",
    "EvaluationNote",
    "Evidence",
    "FeedbackNote",
    "Objection",
    "Period",
    "PeriodRun",
    "ProgressEntry",
    "RatingChange",
    "ReportDecision",
    "ReportLine",
    "ReportVersion",
    "SelfReport",
    "UnitAchievement",
]

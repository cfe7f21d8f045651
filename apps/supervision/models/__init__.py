"""What supervision keeps."""

from .adoption import AdoptionFigure, FirstWeek
from .audit_room import AuditBundle, AuditEngagement, AuditSample, AuditSampleItem
from .career import DisciplineRecord, TalentInput
from .exceptions import ExceptionAct, ExceptionCase, ExceptionStep, QueueRun, RuleFate
from .practice import CASE_PLACES, PracticeCase, PracticeEntry, PracticePeriod
from .pre_votes import PreVote, PreVoteBallot, PreVotePerson, PreVoteVoter, RaterCardView
from .sampling import (
    BatchAcceptance,
    BatchItem,
    DrawnReport,
    ListedReport,
    ReviewDraw,
    SampleRate,
    SecondReading,
    SecondReadingDecline,
)
from .unit_figures import MEASURES, FigureMark, UnitFigure

__all__ = [
    "CASE_PLACES",
    "MEASURES",
    "AdoptionFigure",
    "AuditBundle",
    "AuditEngagement",
    "AuditSample",
    "AuditSampleItem",
    "BatchAcceptance",
    "BatchItem",
    "DisciplineRecord",
    "DrawnReport",
    "ExceptionAct",
    "ExceptionCase",
    "ExceptionStep",
    "FigureMark",
    "FirstWeek",
    "ListedReport",
    "PracticeCase",
    "PracticeEntry",
    "PracticePeriod",
    "PreVote",
    "PreVoteBallot",
    "PreVotePerson",
    "PreVoteVoter",
    "QueueRun",
    "RaterCardView",
    "ReviewDraw",
    "RuleFate",
    "SampleRate",
    "SecondReading",
    "SecondReadingDecline",
    "TalentInput",
    "UnitFigure",
]

"""What follows from results: needs with reasons, programmes, certificates with hours (JP), coaching, recognition."""

from .coaching import CoachingNote, Recognition
from .coaching_plans import CoachingPlan, CoachingPlanNote, CoachingStep
from .competences import (
    Competence,
    CompetenceAssessment,
    CompetenceImport,
    CompetenceImportRow,
    LevelDescription,
    PositionStandard,
)
from .education import EducationRecord
from .effects import TrainingEffect
from .follow_ups import FollowUp, FollowUpProposal
from .learning_forms import LearningForm
from .needs import NeedProposal, NeedReason, Topic, TrainingNeed
from .plans import PlanLine, TrainingPlan
from .programmes import Certificate, Enrolment, Programme, Session
from .recognition import Juror, Nomination
from .sessions import Attendance, CalendarAddress, CheckAttempt, CheckQuestion, Reaction

__all__ = [
    "Attendance",
    "CalendarAddress",
    "Certificate",
    "CheckAttempt",
    "CheckQuestion",
    "CoachingNote",
    "CoachingPlan",
    "CoachingPlanNote",
    "CoachingStep",
    "Competence",
    "CompetenceAssessment",
    "CompetenceImport",
    "CompetenceImportRow",
    "EducationRecord",
    "Enrolment",
    "FollowUp",
    "FollowUpProposal",
    "Juror",
    "LearningForm",
    "LevelDescription",
    "NeedProposal",
    "NeedReason",
    "Nomination",
    "PlanLine",
    "PositionStandard",
    "Programme",
    "Reaction",
    "Recognition",
    "Session",
    "Topic",
    "TrainingEffect",
    "TrainingNeed",
    "TrainingPlan",
]

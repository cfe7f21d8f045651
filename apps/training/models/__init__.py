"""What follows from results: needs with reasons, programmes, certificates with hours (JP), coaching, recognition."""

from .coaching import CoachingNote, Recognition
from .follow_ups import FollowUp, FollowUpProposal
from .needs import NeedProposal, Topic, TrainingNeed
from .programmes import Certificate, Enrolment, Programme, Session

__all__ = [
    "Certificate",
    "CoachingNote",
    "Enrolment",
    "FollowUp",
    "FollowUpProposal",
    "NeedProposal",
    "Programme",
    "Recognition",
    "Session",
    "Topic",
    "TrainingNeed",
]

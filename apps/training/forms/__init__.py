"""Forms of training. They clean into domain values and save nothing."""

from .coaching import CloseCoachingForm, CoachingForm, RecognitionForm
from .fields import SpanForm
from .follow_ups import ConcludeForm, DeclineFollowUpForm, FollowUpForm
from .learning import (
    CancelSessionForm,
    CertificateForm,
    CompleteForm,
    EnrolForm,
    ProgrammeForm,
    SessionForm,
)
from .needs import NoteForm
from .sessions import CheckForm, CodeForm, LearningFormForm, QuestionForm, ReactionForm, ResultsForm

__all__ = [
    "CancelSessionForm",
    "CertificateForm",
    "CheckForm",
    "CloseCoachingForm",
    "CoachingForm",
    "CodeForm",
    "CompleteForm",
    "ConcludeForm",
    "DeclineFollowUpForm",
    "EnrolForm",
    "FollowUpForm",
    "LearningFormForm",
    "NoteForm",
    "ProgrammeForm",
    "QuestionForm",
    "ReactionForm",
    "RecognitionForm",
    "ResultsForm",
    "SessionForm",
    "SpanForm",
]

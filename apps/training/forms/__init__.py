"""Forms of training. They clean into domain values and save nothing."""

from .coaching import CloseCoachingForm, CoachingForm, RecognitionForm
from .fields import SpanForm
from .follow_ups import ConcludeForm, DeclineFollowUpForm, FollowUpForm
from .learning import CertificateForm, CompleteForm, EnrolForm, ProgrammeForm, SessionForm
from .needs import NoteForm

__all__ = [
    "CertificateForm",
    "CloseCoachingForm",
    "CoachingForm",
    "CompleteForm",
    "ConcludeForm",
    "DeclineFollowUpForm",
    "EnrolForm",
    "FollowUpForm",
    "NoteForm",
    "ProgrammeForm",
    "RecognitionForm",
    "SessionForm",
    "SpanForm",
]

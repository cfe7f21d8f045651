"""Forms of feedback: they clean into domain types and save nothing."""

from .complaints import (
    ComplaintIdentityForm,
    ComplaintKindForm,
    ComplaintSendForm,
    ComplaintStoryForm,
    ForwardForm,
    RejectForm,
    TrackForm,
)
from .public import (
    REMARK_LENGTH,
    STORY_LENGTH,
    TRAP,
    PublicForm,
    RatingForm,
    WordsForm,
)
from .surveys import (
    PointForm,
    ServiceCountForm,
    ServiceForm,
    SurveyPeriodForm,
)

__all__ = [
    "REMARK_LENGTH",
    "STORY_LENGTH",
    "TRAP",
    "ComplaintIdentityForm",
    "ComplaintKindForm",
    "ComplaintSendForm",
    "ComplaintStoryForm",
    "ForwardForm",
    "PointForm",
    "PublicForm",
    "RatingForm",
    "RejectForm",
    "ServiceCountForm",
    "ServiceForm",
    "SurveyPeriodForm",
    "TrackForm",
    "WordsForm",
]

"""What the public says: services, survey answers and their index, complaints.

No identity stands in a survey answer. One module per part.
"""

from .complaints import (
    Complaint,
    ComplaintContact,
    ComplaintEvent,
)
from .results import (
    IkmResult,
    PublishedSkm,
)
from .services import (
    Service,
    ServiceCount,
    ServicePoint,
)
from .surveys import (
    Answer,
    Questionnaire,
    Response,
    SurveyPeriod,
    Unsur,
)

__all__ = [
    "Answer",
    "Complaint",
    "ComplaintContact",
    "ComplaintEvent",
    "IkmResult",
    "PublishedSkm",
    "Questionnaire",
    "Response",
    "Service",
    "ServiceCount",
    "ServicePoint",
    "SurveyPeriod",
    "Unsur",
]

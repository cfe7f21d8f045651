"""Questions about surveys, results and complaints. What `published` returns is public; nothing else is."""

from .complaints import (
    ancestors_and_self,
    complaints_on_time_percent,
    open_complaints,
    people_to_tell,
)
from .figures import (
    IkmFigure,
    disclosure_for,
    ikm_for_unit,
    latest_result,
    service_count_for_unit,
    sums_per_unsur,
    thresholds,
)
from .published import (
    PublicResult,
    UnsurFigure,
    public_result,
    publish_view,
)
from .surveys import (
    current_period,
    next_period,
    questionnaire_for,
    readable_remarks,
    weights_of,
)

__all__ = [
    "IkmFigure",
    "PublicResult",
    "UnsurFigure",
    "ancestors_and_self",
    "complaints_on_time_percent",
    "current_period",
    "disclosure_for",
    "ikm_for_unit",
    "latest_result",
    "next_period",
    "open_complaints",
    "people_to_tell",
    "public_result",
    "publish_view",
    "questionnaire_for",
    "readable_remarks",
    "service_count_for_unit",
    "sums_per_unsur",
    "thresholds",
    "weights_of",
]

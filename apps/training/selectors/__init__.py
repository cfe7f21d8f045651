"""What screens of training read."""

from .learning import (
    JpFigure,
    UnsurFacts,
    certificates_to_verify,
    jp_of,
    jp_of_many,
    needs_for_session,
    needs_of,
    needs_open,
    recognitions_for_unit,
    recognitions_of,
    seats_taken,
    sessions_for_need,
    unsur_of_unit,
    with_seats,
)

__all__ = [
    "JpFigure",
    "UnsurFacts",
    "certificates_to_verify",
    "jp_of",
    "jp_of_many",
    "needs_for_session",
    "needs_of",
    "needs_open",
    "recognitions_for_unit",
    "recognitions_of",
    "seats_taken",
    "sessions_for_need",
    "unsur_of_unit",
    "with_seats",
]

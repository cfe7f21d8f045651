"""Which clocks are told to the superior when they run out. The days are policy values; OBJ-1 to OBJ-6 name some."""

from enum import StrEnum


class EscalationKind(StrEnum):
    RATE = "rate"
    DELIVER = "deliver"
    DECIDE = "decide"

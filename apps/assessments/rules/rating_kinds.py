"""What is rated (EVA-4), and why two ratings were set. Labels: labels.py."""

from enum import StrEnum


class Dimension(StrEnum):
    WORK_RESULT = "work_result"
    BEHAVIOR = "behavior"


class ChangeKind(StrEnum):
    RATED = "rated"
    CORRECTED = "corrected"
    CALIBRATED = "calibrated"
    OBJECTION = "objection"

"""What was to be reached in one period: the target of the plan, or its share where a yearly count is spread."""

from decimal import Decimal

from apps.core.rules.rounding import half_up

COUNTED_SOURCES = frozenset({"progress_sum", "service_count"})


def is_counted(source: str, aspect: str) -> bool:
    """Whether an indicator counts things, so that a yearly target can be shared out over the months."""
    return source in COUNTED_SOURCES or (source == "reported" and aspect == "kuantitas")


def period_target(target: Decimal | None, *, counted: bool, basis: str, months: int) -> Decimal | None:
    """Return the target of a period of some months; `basis` is the policy value (`period` or `year`)."""
    if target is None or basis == "period" or not counted or months >= 12:
        return target
    return half_up(target * months / 12, 4)

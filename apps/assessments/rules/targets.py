"""What was to be reached in one period: the target of the plan, or its share where a yearly count is spread."""

from decimal import Decimal

from apps.core.rules.rounding import half_up_ratio

# Source and aspect of what is counted; None stands for every aspect. Both the functions below and the expressions of
# the database (services/engine/rule_sql.py) are made of these.
COUNTED: tuple[tuple[str, str | None], ...] = (
    ("progress_sum", None),
    ("service_count", None),
    ("reported", "kuantitas"),
)
MONTHS_OF_YEAR = 12
TARGET_PLACES = 4


def is_counted(source: str, aspect: str) -> bool:
    """Whether an indicator counts things, so that a yearly target can be shared out over the months."""
    return (source, None) in COUNTED or (source, aspect) in COUNTED


def period_target(target: Decimal | None, *, counted: bool, basis: str, months: int) -> Decimal | None:
    """Return the target of a period of some months; `basis` is the policy value (`period` or `year`)."""
    if target is None or basis == "period" or not counted or months >= MONTHS_OF_YEAR:
        return target
    whole, parts = target.as_integer_ratio()
    return half_up_ratio(whole * months, parts * MONTHS_OF_YEAR, TARGET_PLACES)

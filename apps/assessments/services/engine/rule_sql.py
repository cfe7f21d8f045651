"""The rules of the figures as expressions of the database, made of the tables that the pure functions use.

One source of truth: `ACHIEVED`, `COUNTED` and `STEPS` are the rules; a change there changes both. A property test
proves the expressions and the functions equal (tests/assessments/engine/test_rule_sql.py).
"""

from decimal import Decimal

from apps.indicators.rules.achievement import ACHIEVED, PERCENT_PLACES

from ...rules.hint import MEAN_PLACES, OTHERWISE, STEPS
from ...rules.targets import COUNTED, MONTHS_OF_YEAR, TARGET_PLACES

BASIS_PERIOD = "period"


def half_up(numerator: str, denominator: str, places: int) -> str:
    """Return numerator / denominator, rounded half-up once; the denominator must be above zero.

    By whole-number division: `round(a / b)` would round twice, because the database cuts long quotients itself.
    """
    doubled = 2 * 10**places
    quotient = f"div(abs({numerator}) * {doubled} + ({denominator}), 2 * ({denominator})::numeric)"
    return f"(sign({numerator}) * {quotient} * {Decimal(1).scaleb(-places)})"


def is_counted(source: str, aspect: str) -> str:
    """Whether an indicator counts things (rules/targets.py)."""
    cases = [
        f"{source} = '{name}'" + ("" if of_aspect is None else f" AND {aspect} = '{of_aspect}'")
        for name, of_aspect in COUNTED
    ]
    return f"({' OR '.join(cases)})"


def period_target(target: str, *, source: str, aspect: str, basis: str, months: str) -> str:
    """The target of a period (rules/targets.py); `basis` is the policy value, not an expression."""
    if basis == BASIS_PERIOD:
        return target
    share = half_up(f"({target} * {months})", str(MONTHS_OF_YEAR), TARGET_PLACES)
    return f"CASE WHEN {months} < {MONTHS_OF_YEAR} AND {is_counted(source, aspect)} THEN {share} ELSE {target} END"


def achievement_percent(target: str, realization: str, direction: str) -> str:
    """How far a target was reached (indicators/rules/achievement.py); NULL without a target above zero."""
    cases = " ".join(
        f"WHEN '{name.value}' THEN {share.targets} * {target} + {share.reached} * {realization}"
        for name, share in ACHIEVED.items()
    )
    percent = half_up(f"((CASE {direction} {cases} END) * 100)", target, PERCENT_PLACES)
    return f"CASE WHEN {target} > 0 THEN {percent} END"


def mean_percent(total: str, number: str) -> str:
    """The rounded mean of the hint (rules/hint.py); NULL if nothing was counted."""
    return f"CASE WHEN {number} > 0 THEN {half_up(total, number, MEAN_PLACES)} END"


def hint_rating(mean: str, thresholds: dict[str, str]) -> str:
    """The rating that a mean suggests (rules/hint.py), empty without a mean; `thresholds` are expressions."""
    cases = " ".join(f"WHEN {mean} >= {thresholds[name]} THEN '{rating.value}'" for name, rating in STEPS)
    return f"CASE WHEN {mean} IS NULL THEN '' {cases} ELSE '{OTHERWISE.value}' END"


def number_text(value: str) -> str:
    """A number as the stored inputs hold it: decimal text without an exponent or idle zeros."""
    return f"trim_scale({value})::text"


# --- JSON as text
# Put together as text and read once: functions that build documents copy every part again at each level, and cost
# more than everything that is read (docs/decisions/0014-set-based-engine.md).


def as_json(value: str) -> str:
    """The JSON text of a value of any type; `null` for NULL."""
    return f"coalesce(to_json({value})::text, 'null')"


def whole_as_json(value: str) -> str:
    """The JSON text of a whole number; `null` for NULL."""
    return f"coalesce({value}::text, 'null')"


def number_as_json(value: str) -> str:
    """The JSON text of a number that is stored as decimal text."""
    return f"""coalesce('"' || {number_text(value)} || '"', 'null')"""


def json_members(members: dict[str, str]) -> str:
    """The members of a JSON object, without its braces; the values are expressions of JSON text, never NULL."""
    return " || ".join(
        f"""'{"," if index else ""}"{name}":' || {text}"""
        for index, (name, text) in enumerate(members.items())
    )


def json_object(members: dict[str, str]) -> str:
    """The JSON text of an object; the values are expressions of JSON text, never NULL."""
    return f"'{{' || {json_members(members)} || '}}'"

"""Whether a published IKM can be reproduced from its averages, and by which weight (SKM 1.5, 5).

Importers show "published" and "recomputed" side by side and never overwrite the published value.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from apps.core.rules.rounding import half_up
from apps.feedback.rules.ikm import SCALE
from apps.feedback.rules.regimes import regime
from apps.feedback.rules.service_grade import ServiceGrade, grade_for

TOLERANCE = Decimal("0.01")
LONGEST_QUESTIONNAIRE = 14


class ExplanationCode(StrEnum):
    EXACT = "exact"
    LONG_WEIGHT = "long_weight"
    SHORT_WEIGHT = "short_weight"
    UNEXPLAINED = "unexplained"
    INCOMPLETE = "incomplete"
    NO_TOTAL = "no_total"


@dataclass(frozen=True, slots=True)
class PublishedRow:
    """What an office printed: the averages it showed (None where it did not) and its index."""

    regime_code: str
    averages: Sequence[Decimal | None]
    published: Decimal | None


@dataclass(frozen=True, slots=True)
class Recomputed:
    """The index under three weights; all None if averages are missing.

    `grade` belongs to the exact index, or to the published one if there are not enough averages.
    """

    exact: Decimal | None
    long: Decimal | None
    short: Decimal | None
    grade: ServiceGrade | None
    difference: Decimal | None
    explanation_code: ExplanationCode


def published_row(record: Mapping[str, str]) -> PublishedRow:
    """Read a row of the import table: columns U1 to U14, `published_ikm` and `regime`."""
    cells = [record.get(f"U{number}", "") for number in range(1, LONGEST_QUESTIONNAIRE + 1)]
    published = record["published_ikm"]
    return PublishedRow(
        regime_code=record["regime"],
        averages=[Decimal(cell) if cell else None for cell in cells],
        published=Decimal(published) if published else None,
    )


def recompute(row: PublishedRow) -> Recomputed:
    """Recompute a published index with the exact, the long and the short weight.

    :raises UnknownRegime: if the regime of the row is not known.
    """
    rules = regime(row.regime_code)
    averages = [Fraction(average) for average in row.averages if average is not None]
    if len(averages) != rules.unsur_count:
        grade = None if row.published is None else grade_for(row.published, rules)
        return Recomputed(None, None, None, grade, None, ExplanationCode.INCOMPLETE)

    total = sum(averages, Fraction(0))
    exact = half_up(total / rules.unsur_count * SCALE)
    long = half_up(total * Fraction(rules.long_weight) * SCALE)
    short = half_up(total * Fraction(rules.short_weight) * SCALE)
    grade = grade_for(exact, rules)
    if row.published is None:
        return Recomputed(exact, long, short, grade, None, ExplanationCode.NO_TOTAL)

    candidates = {
        ExplanationCode.EXACT: exact,
        ExplanationCode.LONG_WEIGHT: long,
        ExplanationCode.SHORT_WEIGHT: short,
    }
    published = row.published
    explanation = next(
        (code for code, value in candidates.items() if abs(published - value) <= TOLERANCE),
        ExplanationCode.UNEXPLAINED,
    )
    return Recomputed(exact, long, short, grade, half_up(published - exact), explanation)

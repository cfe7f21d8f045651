"""What the IKM of a survey is (SKM 1.5). Argued and worked through in docs/rules/ikm.md."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from apps.core.rules.rounding import half_up

LOWEST_ANSWER = 1
HIGHEST_ANSWER = 4
SCALE = 25
NRR_PLACES = 4


class IkmError(ValueError):
    """The base of every reason why no index can be given."""


class NoAnswers(IkmError):
    """Raised if nobody answered, or one unsur has no answer; `unsur` names it."""

    def __init__(self, unsur: str | None = None) -> None:
        super().__init__("nobody answered" if unsur is None else f"nobody answered {unsur}")
        self.unsur = unsur


class InvalidAnswer(IkmError):
    """Raised for an answer, or a sum of answers, outside 1 to 4."""


class UnknownUnsur(IkmError):
    """Raised for an answer to an unsur that has no weight."""


class InvalidWeights(IkmError):
    """Raised if the weights are not positive or do not sum to exactly 1."""


@dataclass(frozen=True, slots=True)
class Ikm:
    """An index from `n` respondents: `nrr` for people, `nrr_exact` for further arithmetic."""

    n: int
    nrr: Mapping[str, Decimal]
    nrr_exact: Mapping[str, Fraction]
    value: Decimal
    weakest: str


def compute_ikm(answers: Sequence[Mapping[str, int | None]], weights: Mapping[str, Fraction]) -> Ikm:
    """Return the index for one survey: a row per respondent, an answer (1-4) per unsur code.

    A missing or None answer was skipped, and does not count for that unsur. A respondent who skipped
    everything is not counted in `n`.

    :raises IkmError: if no index can be given; the subclass tells why.
    """
    sums = dict.fromkeys(weights, 0)
    counts = dict.fromkeys(weights, 0)
    respondents = 0
    for row in answers:
        given = {code: value for code, value in row.items() if value is not None}
        for code, value in given.items():
            if code not in weights:
                raise UnknownUnsur(code)
            if not LOWEST_ANSWER <= value <= HIGHEST_ANSWER:
                raise InvalidAnswer(f"{code}: {value}")
            sums[code] += value
            counts[code] += 1
        respondents += bool(given)
    return ikm_from_sums(sums, counts, weights, n=respondents)


def ikm_from_sums(
    sums: Mapping[str, int],
    counts: Mapping[str, int],
    weights: Mapping[str, Fraction],
    n: int | None = None,
) -> Ikm:
    """Return the index from the sum and the number of the answers per unsur, as SQL gives them.

    Without `n` the largest count is taken, which is right unless every unsur was skipped by someone.

    :raises IkmError: if no index can be given; the subclass tells why.
    """
    if not weights or sum(weights.values()) != 1 or min(weights.values()) <= 0:
        raise InvalidWeights("weights must be positive and sum to exactly 1")
    unknown = (sums.keys() | counts.keys()) - weights.keys()
    if unknown:
        raise UnknownUnsur(", ".join(sorted(unknown)))
    if not any(counts.values()):
        raise NoAnswers
    for code in weights:
        count = counts.get(code, 0)
        if not count:
            raise NoAnswers(code)
        if not LOWEST_ANSWER * count <= sums.get(code, 0) <= HIGHEST_ANSWER * count:
            raise InvalidAnswer(code)
    exact = {code: Fraction(sums[code], counts[code]) for code in weights}
    # Exact until here and rounded once: nine weights of 0.11 would stop the index at 99, and averages
    # rounded to two decimals would move it in steps. Both are argued in docs/rules/ikm.md.
    index = sum((exact[code] * weight for code, weight in weights.items()), Fraction(0))
    return Ikm(
        n=max(counts.values()) if n is None else n,
        nrr={code: half_up(average, NRR_PLACES) for code, average in exact.items()},
        nrr_exact=exact,
        value=half_up(index * SCALE),
        weakest=min(exact, key=lambda code: exact[code]),
    )

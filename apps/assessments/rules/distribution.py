"""Whether the predikat in a unit follow the pola distribusi (DIST-1 to DIST-4).

It guides and never blocks: a deviation asks for a reason. Whom to count is the caller's matter;
DIST-7 proposes to leave out the head. Source and examples: docs/rules/distribution.md.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from apps.assessments.rules.organization import OrgPredicate
from apps.assessments.rules.predikat import Predikat

MINIMUM_SIZE = 5  # DIST-3, a proposal: below it caps and floors may exclude each other


class FindingCode(StrEnum):
    ABOVE_CAP = "above_cap"
    BELOW_FLOOR = "below_floor"
    TOO_FEW = "too_few"
    NOT_MOST_FREQUENT = "not_most_frequent"


@dataclass(frozen=True, slots=True)
class Limit:
    """What a pattern says about one predikat, or about several taken together."""

    predikat: tuple[Predikat, ...]
    cap_percent: int | None = None
    floor_percent: int | None = None
    floor_count: int | None = None
    most_frequent: bool = False


@dataclass(frozen=True, slots=True)
class Pattern:
    """The limits in force from a day on; an organization predicate without a row is free."""

    valid_from: date
    source: str
    limits: Mapping[OrgPredicate, tuple[Limit, ...]]


@dataclass(frozen=True, slots=True)
class Finding:
    """One limit that is not kept; `bound` is a percentage, or a number of people for `TOO_FEW`.

    For `NOT_MOST_FREQUENT` it is the number of people in the predikat that outnumbers this one.
    """

    code: FindingCode
    predikat: tuple[Predikat, ...]
    count: int
    total: int
    bound: int


@dataclass(frozen=True, slots=True)
class DistributionCheck:
    conforms: bool
    findings: tuple[Finding, ...]
    total: int
    report_only: bool

    @property
    def needs_reason(self) -> bool:
        """Tell whether the head of the unit owes a reason (DIST-4)."""
        return not self.conforms and not self.report_only


_SB, _B, _BP, _K, _SK = Predikat

PATTERNS: tuple[Pattern, ...] = (
    Pattern(
        valid_from=date(2023, 1, 31),
        source="SE MenPANRB 3/2023",
        limits={
            OrgPredicate.ISTIMEWA: (Limit((_SB,), cap_percent=70, most_frequent=True),),
            OrgPredicate.BAIK: (
                Limit((_B,), cap_percent=70, most_frequent=True),
                Limit((_BP, _K), floor_count=1),
            ),
            OrgPredicate.BUTUH_PERBAIKAN: (
                Limit((_SB,), cap_percent=10),
                Limit((_BP,), floor_percent=60),
            ),
            OrgPredicate.KURANG: (
                Limit((_SB,), cap_percent=10),
                Limit((_BP,), floor_percent=10),
                Limit((_K,), floor_percent=60),
            ),
            OrgPredicate.SANGAT_KURANG: (
                Limit((_SB,), cap_percent=0),
                Limit((_BP, _K), floor_percent=10),
                Limit((_SK,), floor_percent=60),
            ),
        },
    ),
)


def pattern_on(day: date) -> Pattern | None:
    """Return the pattern in force on a day, or None before the first one."""
    in_force = [pattern for pattern in PATTERNS if pattern.valid_from <= day]
    return max(in_force, key=lambda pattern: pattern.valid_from, default=None)


def check_distribution(
    org: OrgPredicate,
    counts: Mapping[Predikat, int],
    pattern: Pattern = PATTERNS[-1],
    minimum_size: int = MINIMUM_SIZE,
) -> DistributionCheck:
    """Compare the number of people per predikat with the pattern for the unit's achievement.

    :raises ValueError: if a count is negative.
    """
    if any(count < 0 for count in counts.values()):
        raise ValueError("a number of people is not negative")
    total = sum(counts.values())
    findings: list[Finding] = []
    if total:
        for limit in pattern.limits.get(org, ()):
            findings += _findings(limit, counts, total)
    return DistributionCheck(
        conforms=not findings,
        findings=tuple(findings),
        total=total,
        report_only=total < minimum_size,
    )


def _findings(limit: Limit, counts: Mapping[Predikat, int], total: int) -> list[Finding]:
    count = sum(counts.get(predikat, 0) for predikat in limit.predikat)

    def finding(code: FindingCode, bound: int) -> Finding:
        return Finding(code, limit.predikat, count, total, bound)

    # Whole numbers only (DIST-2): a rounded percentage turns 70.4 % into a conforming 70 %.
    findings: list[Finding] = []
    if limit.cap_percent is not None and 100 * count > limit.cap_percent * total:
        findings.append(finding(FindingCode.ABOVE_CAP, limit.cap_percent))
    if limit.floor_percent is not None and 100 * count < limit.floor_percent * total:
        findings.append(finding(FindingCode.BELOW_FLOOR, limit.floor_percent))
    if limit.floor_count is not None and count < limit.floor_count:
        findings.append(finding(FindingCode.TOO_FEW, limit.floor_count))
    if limit.most_frequent:
        others = [counts.get(other, 0) for other in Predikat if other not in limit.predikat]
        if max(others) > count:
            findings.append(finding(FindingCode.NOT_MOST_FREQUENT, max(others)))
    return findings

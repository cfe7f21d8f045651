"""The predikat of a unit beside the pattern of its achievement, in whole people (DIST-1 to DIST-7)."""

from collections import Counter
from dataclasses import dataclass

from apps.core import policy
from apps.employees.models import WorkUnit

from ..models import DistributionStatement, Evaluation, Period, UnitAchievement
from ..rules.distribution import DistributionCheck, Pattern, check_distribution, pattern_on
from ..rules.organization import OrgPredicate
from ..rules.predikat import Predikat
from .evaluating import achievement_of


@dataclass(frozen=True)
class Distribution:
    """The predikat of a unit beside the pattern its achievement suggests."""

    counts: list[tuple[str, int]]
    heads: int
    not_rated: int
    achievement: UnitAchievement | None
    pattern: Pattern | None
    check: DistributionCheck | None


def distribution_of(unit: WorkUnit, period: Period) -> Distribution:
    """Count the predikat of a unit and compare them with the pattern.

    The head is counted only where the agency says so (DIST-7); a part of the year before a move never.
    """
    scope = unit.government.code
    counts_head = policy.get("assessments.distribution_counts_head", on=period.ends_on, scope=scope)
    rows = Evaluation.objects.filter(unit=unit, period=period, is_part=False).values_list(
        "predikat", "inputs__heads_unit"
    )
    counted: Counter[str] = Counter()
    heads = not_rated = 0
    for predikat, heads_unit in rows:
        if not predikat:
            not_rated += 1
        elif heads_unit is not None and not counts_head:
            heads += 1
        else:
            counted[predikat] += 1
    achievement = achievement_of(unit.pk, period.pk)
    pattern = pattern_on(period.ends_on)
    check = None
    if achievement is not None and pattern is not None:
        check = check_distribution(
            OrgPredicate(achievement.org_predicate),
            {Predikat(key): n for key, n in counted.items()},
            pattern,
            policy.get("assessments.distribution_minimum_size", on=period.ends_on, scope=scope),
        )
    return Distribution(
        counts=[(predikat.value, counted[predikat.value]) for predikat in Predikat],
        heads=heads,
        not_rated=not_rated,
        achievement=achievement,
        pattern=pattern,
        check=check,
    )


@dataclass(frozen=True)
class LimitLine:
    """One limit of the pattern with this unit's numbers, in whole people."""

    predikat: list[str]
    kind: str
    bound: int
    count: int
    total: int
    people_at_bound: int
    is_kept: bool

    @property
    def is_exact(self) -> bool:
        """Whether the people are exactly the percentage, not only within it."""
        return bool(self.bound) and 100 * self.count == self.bound * self.total

    @property
    def to_move(self) -> int:
        """How many people too many, or too few, there are; none for a limit that is kept."""
        if self.is_kept:
            return 0
        # The most frequent one may tie with another, so one more than the difference is never needed.
        return abs(self.count - self.people_at_bound)


def limits_of(found: Distribution) -> list[LimitLine]:
    """Return each limit of the pattern in words' material: how many people it means, how many there are."""
    if found.achievement is None or found.pattern is None or found.check is None:
        return []
    counts = dict(found.counts)
    total = found.check.total
    broken = {(finding.code.value, finding.predikat) for finding in found.check.findings}
    lines = []
    for limit in found.pattern.limits.get(OrgPredicate(found.achievement.org_predicate), ()):
        names = [predikat.value for predikat in limit.predikat]
        count = sum(counts.get(name, 0) for name in names)
        # A cap allows the whole people below it, a floor asks for the whole people above it (DIST-2).
        if limit.cap_percent is not None:
            lines.append(
                ("above_cap", limit.cap_percent, limit.cap_percent * total // 100, limit, names, count)
            )
        if limit.floor_percent is not None:
            lines.append(
                (
                    "below_floor",
                    limit.floor_percent,
                    -(-limit.floor_percent * total // 100),
                    limit,
                    names,
                    count,
                )
            )
        if limit.floor_count is not None:
            lines.append(("too_few", limit.floor_count, limit.floor_count, limit, names, count))
        if limit.most_frequent:
            most = max(n for name, n in counts.items() if name not in names)
            lines.append(("not_most_frequent", 0, most, limit, names, count))
    return [
        LimitLine(names, kind, bound, count, total, people, (kind, limit.predikat) not in broken)
        for kind, bound, people, limit, names, count in lines
    ]


def curve_of(found: Distribution) -> list[tuple[str, int]]:
    """Return the people per predikat from worst to best, as the form draws the curve (DIST-5)."""
    return list(reversed(found.counts))


# Reasons for a deviation


def statements_of(unit: WorkUnit, period: Period) -> list[DistributionStatement]:
    """Return the reasons given for a unit's distribution, newest first."""
    return list(
        DistributionStatement.objects.filter(unit=unit, period=period)
        .select_related("by")
        .order_by("-at", "-pk")
    )


def is_about(statement: DistributionStatement, found: Distribution) -> bool:
    """Whether a statement was made about exactly these numbers and this achievement."""
    return (
        found.achievement is not None
        and statement.org_predicate == found.achievement.org_predicate
        and statement.counts == dict(found.counts)
    )


def distribution_blocks(unit: WorkUnit, period: Period) -> bool:
    """Whether evaluations of this unit have to wait for a reason.

    Only where the agency says so (DIST-4), and only while the people rated so far differ from the pattern in
    a unit large enough for it, and nobody has given a reason for exactly these numbers. Units without a
    fixed achievement have no pattern, so nothing waits there.
    """
    if not policy.get("assessments.distribution_blocks", on=period.ends_on, scope=unit.government.code):
        return False
    found = distribution_of(unit, period)
    if found.check is None or not found.check.needs_reason:
        return False
    return not any(is_about(statement, found) for statement in statements_of(unit, period))

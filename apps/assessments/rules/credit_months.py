"""Which months of a plan count for which jenjang (CRD-4 to CRD-6). Terms: docs/glossary.md.

A month counts once. Under `whole` (the default) it counts for a post that was held on every day of it; under
`started` it counts for the post that was held on its first day of service.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from apps.assessments.rules.credit import Jenjang

ONE_DAY = timedelta(days=1)


class StartedMonths(StrEnum):
    WHOLE = "whole"
    STARTED = "started"


@dataclass(frozen=True, slots=True)
class Span:
    """Days from `starts_on` to `ends_on` (both included) in one post; without jenjang they earn nothing."""

    starts_on: date
    ends_on: date
    jenjang: Jenjang | None
    post: int = 0


@dataclass(frozen=True, slots=True)
class Counted:
    """Neighboring months that count for one post and jenjang."""

    first_month: date
    months: int
    starts_on: date
    ends_on: date
    jenjang: Jenjang
    post: int

    @property
    def end(self) -> date:
        """The first day after the last counted month."""
        return month_after(self.first_month, self.months)


def month_after(month: date, steps: int = 1) -> date:
    """Return the first day of the month some steps after the one of a day."""
    index = month.year * 12 + month.month - 1 + steps
    return date(index // 12, index % 12 + 1, 1)


def months_between(starts_on: date, ends_on: date) -> list[date]:
    """Return the first days of the months touched by the days."""
    month = starts_on.replace(day=1)
    found = []
    while month <= ends_on:
        found.append(month)
        month = month_after(month)
    return found


def clip(spans: Iterable[Span], starts_on: date, ends_on: date) -> list[Span]:
    """Return the parts of the spans that lie within the days."""
    cut = [
        Span(max(span.starts_on, starts_on), min(span.ends_on, ends_on), span.jenjang, span.post)
        for span in spans
    ]
    return sorted((span for span in cut if span.starts_on <= span.ends_on), key=lambda span: span.starts_on)


def without(spans: Iterable[Span], away: Iterable[tuple[date, date]]) -> list[Span]:
    """Return the spans without the days of absence (first and last day of each)."""
    left = list(spans)
    for first, last in away:
        cut: list[Span] = []
        for span in left:
            if last < span.starts_on or first > span.ends_on:
                cut.append(span)
                continue
            if span.starts_on < first:
                cut.append(Span(span.starts_on, first - ONE_DAY, span.jenjang, span.post))
            if last < span.ends_on:
                cut.append(Span(last + ONE_DAY, span.ends_on, span.jenjang, span.post))
        left = cut
    return sorted(left, key=lambda span: span.starts_on)


def counted_months(
    spans: Sequence[Span],
    rule: StartedMonths = StartedMonths.WHOLE,
    taken: Iterable[date] = (),
) -> list[Counted]:
    """Return the months that count, in groups of neighbors of one post.

    `spans` do not overlap. `taken` are first days of months that count already elsewhere.
    """
    gone = set(taken)
    if not spans:
        return []
    # Two places in the same jenjang are one line only if they are the same post.
    months: list[tuple[date, Span]] = []
    for month in months_between(min(s.starts_on for s in spans), max(s.ends_on for s in spans)):
        last = month_after(month) - ONE_DAY
        inside = clip(spans, month, last)
        if month in gone or not inside:
            continue
        if rule is StartedMonths.STARTED:
            held: Span | None = inside[0]
        else:
            held = _held_all_month(inside, month, last)
        if held is not None and held.jenjang is not None:
            months.append((month, held))
    return _groups(months)


def _held_all_month(inside: Sequence[Span], month: date, last: date) -> Span | None:
    """Return the part of the post that was held from the first to the last day; None if none was.

    Two posts of one jenjang that follow each other without a gap hold the month together; it goes to the
    earlier one.
    """
    days = sum((span.ends_on - span.starts_on).days + 1 for span in inside)
    one_jenjang = len({span.jenjang for span in inside}) == 1
    return inside[0] if one_jenjang and days == (last - month).days + 1 else None


def _groups(months: Sequence[tuple[date, Span]]) -> list[Counted]:
    found: list[Counted] = []
    for month, held in months:
        assert held.jenjang is not None
        previous = found[-1] if found else None
        last = month_after(month) - ONE_DAY
        if (
            previous is not None
            and previous.end == month
            and (previous.jenjang, previous.post) == (held.jenjang, held.post)
        ):
            found[-1] = Counted(
                previous.first_month, previous.months + 1, previous.starts_on, last, held.jenjang, held.post
            )
        else:
            found.append(Counted(month, 1, month, last, held.jenjang, held.post))
    return found

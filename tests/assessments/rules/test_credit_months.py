from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.assessments.rules.credit import Jenjang, credit_for
from apps.assessments.rules.credit_months import (
    Counted,
    Span,
    StartedMonths,
    clip,
    counted_months,
    month_after,
    months_between,
    without,
)
from apps.assessments.rules.predikat import Predikat

MUDA, MADYA = Jenjang.AHLI_MUDA, Jenjang.AHLI_MADYA
PERTAMA = Jenjang.AHLI_PERTAMA


def year(*spans: tuple[str, str, Jenjang | None, int]) -> list[Span]:
    return [
        Span(date.fromisoformat(f"2026-{first}"), date.fromisoformat(f"2026-{last}"), jenjang, post)
        for first, last, jenjang, post in spans
    ]


def brief(found: list[Counted]) -> list[tuple[int, int, Jenjang]]:
    return [(group.first_month.month, group.months, group.jenjang) for group in found]


def test_a_whole_year_is_twelve_months() -> None:
    (found,) = counted_months(year(("01-01", "12-31", MUDA, 1)))
    assert (found.months, found.starts_on, found.ends_on) == (12, date(2026, 1, 1), date(2026, 12, 31))
    assert found.end == date(2027, 1, 1)


def test_a_rise_in_level_within_the_year_counts_each_with_its_coefficient() -> None:
    """CRD-4, CRD-7: eight months Ahli Pertama and four Ahli Muda, never both for one month."""
    found = counted_months(year(("01-01", "08-31", PERTAMA, 1), ("09-01", "12-31", MUDA, 2)))
    assert brief(found) == [(1, 8, PERTAMA), (9, 4, MUDA)]
    values = [str(credit_for(Predikat.BAIK, group.jenjang, group.months)) for group in found]
    assert values == ["8.33", "8.33"]


def test_crd_6_a_started_month_counts_only_where_the_setting_says_so() -> None:
    spans = year(("03-16", "12-31", MUDA, 1))
    assert brief(counted_months(spans)) == [(4, 9, MUDA)]
    assert brief(counted_months(spans, StartedMonths.STARTED)) == [(3, 10, MUDA)]


def test_crd_6_a_month_shared_by_two_levels() -> None:
    spans = year(("01-01", "09-15", PERTAMA, 1), ("09-16", "12-31", MUDA, 2))
    assert brief(counted_months(spans)) == [(1, 8, PERTAMA), (10, 3, MUDA)]
    # Once, for the post held first in it.
    assert brief(counted_months(spans, StartedMonths.STARTED)) == [(1, 9, PERTAMA), (10, 3, MUDA)]


def test_two_posts_of_one_level_hold_a_month_together() -> None:
    spans = year(("01-01", "05-14", MUDA, 1), ("05-15", "12-31", MUDA, 2))
    found = counted_months(spans)
    assert [(group.first_month.month, group.months, group.post) for group in found] == [(1, 5, 1), (6, 7, 2)]


def test_other_posts_and_absence_earn_nothing() -> None:
    spans = year(("01-01", "04-30", None, 1), ("05-01", "12-31", MUDA, 2))
    away = [(date(2026, 7, 10), date(2026, 9, 9))]
    assert brief(counted_months(without(spans, away))) == [(5, 2, MUDA), (10, 3, MUDA)]
    assert brief(counted_months(without(spans, away), StartedMonths.STARTED)) == [(5, 3, MUDA), (9, 4, MUDA)]


def test_months_that_count_elsewhere_are_left_out() -> None:
    taken = [date(2026, month, 1) for month in (1, 2, 3)]
    assert brief(counted_months(year(("01-01", "12-31", MUDA, 1)), taken=taken)) == [(4, 9, MUDA)]
    assert counted_months([], taken=taken) == []


@pytest.mark.parametrize(
    ("first", "last"), [("02-01", "02-27"), ("01-02", "01-31"), ("06-10", "06-20"), ("01-31", "02-01")]
)
def test_less_than_a_month_is_none(first: str, last: str) -> None:
    assert counted_months(year((first, last, MUDA, 1))) == []


def test_small_parts() -> None:
    assert month_after(date(2026, 11, 20), 3) == date(2027, 2, 1)
    assert months_between(date(2026, 12, 31), date(2027, 1, 1)) == [date(2026, 12, 1), date(2027, 1, 1)]
    assert clip(year(("01-01", "02-01", MUDA, 1)), date(2026, 3, 1), date(2026, 3, 31)) == []


DAYS = st.dates(date(2026, 1, 1), date(2026, 12, 31))


@st.composite
def cut_years(draw: st.DrawFn) -> list[Span]:
    """A year cut into posts at random days, some of them not functional."""
    cuts = sorted(draw(st.sets(DAYS, max_size=5)) | {date(2026, 1, 1)})
    ends = [day - timedelta(days=1) for day in cuts[1:]] + [date(2026, 12, 31)]
    levels = st.sampled_from([None, PERTAMA, MUDA, MADYA])
    return [
        Span(first, last, draw(levels), number)
        for number, (first, last) in enumerate(zip(cuts, ends, strict=True), start=1)
    ]


@settings(max_examples=80, deadline=None)
@given(cut_years(), st.sampled_from(StartedMonths), st.sets(st.integers(1, 12)))
def test_no_month_counts_twice_and_no_year_more_than_twelve(
    spans: list[Span], rule: StartedMonths, gone: set[int]
) -> None:
    taken = [date(2026, month, 1) for month in gone]
    found = counted_months(spans, rule, taken)
    months = [month_after(group.first_month, step) for group in found for step in range(group.months)]
    assert len(months) == len(set(months)) <= 12 - len(gone)
    assert not set(months) & set(taken)
    for group in found:
        held = [span for span in spans if span.post == group.post]
        assert [span.jenjang for span in held] == [group.jenjang]

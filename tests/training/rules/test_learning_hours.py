import random
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.training.rules.learning_hours import (
    DEFAULT_FORMS,
    DEFAULT_MIX,
    MixPart,
    MixVerdict,
    Pace,
    Rate,
    Standing,
    Target,
    Unit,
    Way,
    jp_of,
    mix_of,
    share_elapsed,
    standing,
)

D = Decimal
# A table of this test: the annex of Perlan 10/2018 could not be read (CMP-7).
RATES = {
    "pelatihan_teknis": Rate(Unit.MINUTES),
    "seminar": Rate(Unit.EVENTS, D(4)),
    "magang": Rate(Unit.DAYS, D("5.5"), most=D(20)),
    "broken": Rate(Unit.DAYS),
}
JAN_1, DEC_31 = date(2026, 1, 1), date(2026, 12, 31)


@pytest.mark.parametrize(
    ("form", "amount", "jp"),
    [
        ("pelatihan_teknis", "900", "20.0"),
        ("pelatihan_teknis", "45", "1.0"),
        ("pelatihan_teknis", "50", "1.1"),  # 1.11
        ("pelatihan_teknis", "2.25", "0.1"),  # 0.05: half goes up
        ("seminar", "1", "4.0"),
        ("magang", "3", "16.5"),
        ("magang", "4", "20.0"),  # 22, capped
    ],
)
def test_jp_of_a_record(form: str, amount: str, jp: str) -> None:
    found = jp_of(form, D(amount), RATES)
    assert (found, str(found)) == (D(jp), jp)


def test_the_minutes_of_a_jp_are_an_argument() -> None:
    assert jp_of("pelatihan_teknis", D(900), RATES, minutes_per_jp=60) == D(15)


def test_no_rate_is_guessed() -> None:
    with pytest.raises(LookupError, match="kursus"):
        jp_of("kursus", D(900), RATES)


@pytest.mark.parametrize(
    ("form", "amount", "minutes"), [("seminar", "0", 45), ("seminar", "1", 0), ("broken", "1", 45)]
)
def test_records_that_make_no_sense(form: str, amount: str, minutes: int) -> None:
    with pytest.raises(ValueError):
        jp_of(form, D(amount), RATES, minutes)


def test_the_forms_of_the_sheet() -> None:
    classical = [name for name, form in DEFAULT_FORMS.items() if form.classical]
    assert len(classical) == 12
    assert len(DEFAULT_FORMS) == 24
    assert {form.way for form in DEFAULT_FORMS.values()} == set(Way)
    assert {DEFAULT_FORMS[name].way for name in classical} == {Way.TRAINING}
    assert [DEFAULT_MIX[way] for way in Way] == [10, 20, 70]


@pytest.mark.parametrize(
    ("on", "share"),
    [
        (date(2025, 12, 31), Fraction(0)),
        (JAN_1, Fraction(1, 365)),
        (date(2026, 6, 30), Fraction(181, 365)),
        (DEC_31, Fraction(1)),
        (date(2027, 5, 1), Fraction(1)),
    ],
)
def test_the_share_of_the_year(on: date, share: Fraction) -> None:
    assert share_elapsed(JAN_1, DEC_31, on) == share


def test_leap_years_and_those_who_came_later() -> None:
    assert share_elapsed(date(2028, 1, 1), date(2028, 12, 31), date(2028, 2, 29)) == Fraction(60, 366)
    assert share_elapsed(date(2026, 7, 1), DEC_31, date(2026, 9, 30)) == Fraction(1, 2)
    with pytest.raises(ValueError, match="before it begins"):
        share_elapsed(DEC_31, JAN_1, JAN_1)


@pytest.mark.parametrize(
    ("jp", "elapsed", "pace"),
    [
        ("20", Fraction(1, 12), Pace.REACHED),
        ("19.9", Fraction(1), Pace.MISSED),
        ("0", Fraction(1, 4), Pace.ON_TRACK),
        ("0", Fraction(26, 100), Pace.BEHIND),
        ("5", Fraction(1, 2), Pace.ON_TRACK),
        ("4.9", Fraction(1, 2), Pace.BEHIND),
    ],
)
def test_how_a_person_stands(jp: str, elapsed: Fraction, pace: Pace) -> None:
    assert standing(D(jp), elapsed).pace is pace


def test_the_worked_example_of_the_page() -> None:
    half_year = share_elapsed(JAN_1, DEC_31, date(2026, 6, 30))
    assert standing(D("4.5"), half_year) == Standing(
        counted=D("4.5"), over=D("0.0"), missing=D("15.5"), expected=D("9.9"), pace=Pace.BEHIND
    )
    assert standing(D("4.5"), half_year, slack=D("0.5")).pace is Pace.ON_TRACK


def test_a_ceiling_and_no_target() -> None:
    # CMP-2: 24 JP as a maximum, no minimum.
    found = standing(D(30), Fraction(1), Target(jp=D(0), most=D(24)))
    assert (found.counted, found.over, found.missing, found.pace) == (D(24), D(6), D(0), Pace.NO_TARGET)
    assert standing(D(30), Fraction(1), Target(jp=D(24), most=D(24))).pace is Pace.REACHED


@pytest.mark.parametrize(
    ("jp", "elapsed", "target", "slack"),
    [
        ("-1", Fraction(1), Target(), "0"),
        ("1", Fraction(2), Target(), "0"),
        ("1", Fraction(-1), Target(), "0"),
        ("1", Fraction(1), Target(D(-1)), "0"),
        ("1", Fraction(1), Target(D(20), most=D(10)), "0"),
        ("1", Fraction(1), Target(), "-0.1"),
    ],
)
def test_refusals(jp: str, elapsed: Fraction, target: Target, slack: str) -> None:
    with pytest.raises(ValueError):
        standing(D(jp), elapsed, target, D(slack))


def test_the_mix_beside_the_guide() -> None:
    parts = mix_of(
        [(Way.TRAINING, D(12)), (Way.ON_THE_JOB, D(20)), (Way.SOCIAL, D("8")), (Way.TRAINING, D(0))]
    )
    assert parts == (
        MixPart(Way.TRAINING, D(12), D(30), D(10), MixVerdict.ABOVE),
        MixPart(Way.SOCIAL, D(8), D(20), D(20), MixVerdict.AROUND),
        MixPart(Way.ON_THE_JOB, D(20), D(50), D(70), MixVerdict.BELOW),
    )
    edge = mix_of([(Way.TRAINING, D(20)), (Way.SOCIAL, D(20)), (Way.ON_THE_JOB, D(60))])
    assert {part.verdict for part in edge} == {MixVerdict.AROUND}
    assert [part.verdict for part in mix_of([])] == [MixVerdict.UNKNOWN] * 3
    assert [part.share for part in mix_of([])] == [None] * 3


def test_a_mix_that_makes_no_sense() -> None:
    with pytest.raises(ValueError, match="100"):
        mix_of([], guide={Way.TRAINING: D(10), Way.SOCIAL: D(20), Way.ON_THE_JOB: D(60)})
    with pytest.raises(ValueError, match="three ways"):
        mix_of([], guide={Way.TRAINING: D(100)})
    with pytest.raises(ValueError, match="tolerance"):
        mix_of([], tolerance=D(-1))
    with pytest.raises(ValueError, match="hours"):
        mix_of([(Way.SOCIAL, D(-1))])


tenths = st.integers(0, 600).map(lambda tenth: D(tenth) / 10)
shares = st.integers(0, 365).map(lambda day: Fraction(day, 365))


@settings(max_examples=80, deadline=None)
@given(tenths, tenths, shares, tenths)
def test_more_hours_never_stand_worse(jp: Decimal, more: Decimal, elapsed: Fraction, aim: Decimal) -> None:
    order = [Pace.MISSED, Pace.BEHIND, Pace.ON_TRACK, Pace.REACHED]
    target = Target(aim, most=aim + 10)
    less, after = standing(jp, elapsed, target), standing(jp + more, elapsed, target)
    assert less.counted + less.over == jp
    assert less.missing == max(aim - jp, D(0))
    if aim == 0:
        assert less.pace is after.pace is Pace.NO_TARGET
        return
    assert order.index(after.pace) >= order.index(less.pace)
    assert (less.pace is Pace.REACHED) == (jp >= aim)
    assert less.pace is not Pace.MISSED or elapsed == 1


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(Way), tenths), max_size=8), st.randoms(use_true_random=False))
def test_the_parts_of_a_mix_add_up(learned: list[tuple[Way, Decimal]], dice: random.Random) -> None:
    parts = mix_of(learned)
    assert mix_of(dice.sample(learned, len(learned))) == parts
    assert sum(part.jp for part in parts) == sum(jp for _, jp in learned)
    shown = [part.share for part in parts if part.share is not None]
    if shown:
        assert abs(sum(shown, D(0)) - 100) <= D("0.15")


@settings(max_examples=60, deadline=None)
@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(0, 400), st.integers(-50, 450))
def test_time_only_goes_on(first: date, length: int, shift: int) -> None:
    last, on = first + timedelta(days=length), first + timedelta(days=shift)
    share = share_elapsed(first, last, on)
    assert 0 <= share <= share_elapsed(first, last, on + timedelta(days=1)) <= 1
    assert (share == 1) == (on >= last)
    assert (share == 0) == (on < first)

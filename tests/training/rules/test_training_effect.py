import random
from decimal import Decimal
from fractions import Fraction
from math import exp, lgamma, log, pi

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.feedback.rules.intervals import Interval
from apps.training.rules.training_effect import (
    Effect,
    MatchKey,
    Measured,
    TrainingEffect,
    comparable,
    matched_effect,
    t_quantile,
    training_effect,
)

D = Decimal
NURSE = MatchKey("Perawat", "ahli_muda")
CLERK = MatchKey("Pengelola data", "pelaksana")

# Student's sleep data (R: t.test(extra ~ group, data = sleep)): t = 1.8608, 17.776 degrees, 95 % -0.2055 to 3.3655.
SLEEP_1 = "0.7 -1.6 -0.2 -1.2 -0.1 3.4 3.7 0.8 0.0 2.0".split()
SLEEP_2 = "1.9 0.8 1.1 0.1 -0.1 4.4 5.5 1.6 4.6 3.4".split()


def person(name: str, before: str, after: str, key: MatchKey = NURSE) -> Measured:
    return Measured(name, key, D(before), D(after))


def group(prefix: str, changes: list[str], before: str = "60") -> list[Measured]:
    return [
        person(f"{prefix}{index}", before, str(D(before) + D(change))) for index, change in enumerate(changes)
    ]


def tenth(value: float) -> Decimal:
    return Decimal(round(value * 10)) / 10


def drawn(
    dice: random.Random, prefix: str, n: int, *, shift: float, spread: float, effect: float = 0
) -> list[Measured]:
    """Everybody gains `shift` by itself; participants gain `effect` as well."""
    people = []
    for index in range(n):
        before = tenth(dice.gauss(70, 8))
        people.append(
            Measured(f"{prefix}{index}", NURSE, before, before + tenth(dice.gauss(shift + effect, spread)))
        )
    return people


def test_the_known_answer_of_student_and_welch() -> None:
    found = training_effect(group("p", SLEEP_2), group("c", SLEEP_1), minimum=10)
    assert found == TrainingEffect(
        verdict=Effect.UNCLEAR,
        participants=10,
        others=10,
        participants_change=D("2.33"),
        others_change=D("0.75"),
        effect=D("1.58"),
        interval=Interval(D("-0.21"), D("3.37")),
        start_gap=D("0.00"),
    )


def test_the_worked_example_of_the_page() -> None:
    coached = group("p", ["12", "8", "10", "6", "14"], before="55")
    others = group("c", ["3", "1", "2", "5", "4"], before="55")
    # m 10 and 3, s² 10 and 2.5: error² 2 + 0.5, degrees 6.25 / (4/4 + 0.25/4) = 5.88, down to 5: t 2.571.
    found = training_effect(coached, others, minimum=5)
    assert (found.effect, found.interval) == (D("7.00"), Interval(D("2.93"), D("11.07")))
    assert found.verdict is Effect.BETTER
    assert training_effect(coached, others, minimum=6) == TrainingEffect(
        verdict=Effect.TOO_FEW, participants=5, others=5
    )


def test_fewer_is_better_turns_the_verdict_round() -> None:
    # Days until a letter is answered: participants went down by three to seven.
    faster = group("p", ["-3", "-5", "-7", "-4", "-6"], before="20")
    others = group("c", ["0", "1", "-1", "1", "-1"], before="20")
    assert training_effect(faster, others, minimum=5).verdict is Effect.WORSE
    found = training_effect(faster, others, minimum=5, higher_is_better=False)
    assert (found.verdict, found.effect) == (Effect.BETTER, D("5.00"))


@pytest.mark.parametrize(("n", "m"), [(4, 50), (50, 4), (0, 0), (0, 50)])
def test_too_few_on_either_side_give_no_figure(n: int, m: int) -> None:
    found = training_effect(group("p", ["9"] * n), group("c", ["0"] * m), minimum=5)
    assert found == TrainingEffect(verdict=Effect.TOO_FEW, participants=n, others=m)


def test_without_any_spread_nothing_is_certain() -> None:
    found = training_effect(group("p", ["1"] * 8), group("c", ["0"] * 8), minimum=5)
    assert (found.verdict, found.effect, found.interval) == (Effect.UNCLEAR, D("1.00"), None)


@pytest.mark.parametrize(
    ("effect", "low", "verdict"),
    [
        ("2.306", "0.00", Effect.UNCLEAR),
        ("2.310", "0.00", Effect.UNCLEAR),  # 0.004: what is shown as 0.00 is not clear
        ("2.311", "0.01", Effect.BETTER),
    ],
)
def test_the_verdict_is_the_one_of_the_interval_as_shown(effect: str, low: str, verdict: Effect) -> None:
    # Twice s² 2.5 of five people: error 1, degrees 8, t 2.306.
    steps = [-2, -1, 0, 1, 2]
    trained = group("p", [str(D(effect) + step) for step in steps])
    found = training_effect(trained, group("c", [str(step) for step in steps]), minimum=5)
    assert found.interval is not None
    assert (found.interval.low, found.verdict) == (D(low), verdict)


def test_a_minimum_of_one_is_refused() -> None:
    with pytest.raises(ValueError, match="at least two"):
        training_effect([], [], minimum=1)


def student_probability(limit: float, degrees: int) -> float:
    """P(T <= limit), by Simpson's rule on the density."""
    factor = exp(lgamma((degrees + 1) / 2) - lgamma(degrees / 2)) / (degrees * pi) ** 0.5
    steps = 2000
    width = limit / steps

    def density(x: float) -> float:
        return factor * exp(-(degrees + 1) / 2 * log(1 + x * x / degrees))

    weights = (1 if i in (0, steps) else 4 if i % 2 else 2 for i in range(steps + 1))
    total = sum(weight * density(i * width) for i, weight in enumerate(weights))
    return 0.5 + total * width / 3


@pytest.mark.parametrize("degrees", [*range(1, 31), 40, 50, 60, 80, 100, 120, 1000])
def test_the_table_of_t(degrees: int) -> None:
    assert abs(student_probability(float(t_quantile(Fraction(degrees))), degrees) - 0.975) < 0.0001


def test_degrees_between_two_rows_take_the_wider() -> None:
    assert t_quantile(Fraction(599, 100)) == t_quantile(Fraction(5)) == D("2.571")
    assert t_quantile(Fraction(10**6)) == D("1.962")
    with pytest.raises(ValueError, match="degree"):
        t_quantile(Fraction(9, 10))


def test_a_known_effect_is_found() -> None:
    covered = 0
    for seed in range(40):
        dice = random.Random(seed)
        trained = drawn(dice, "p", 40, shift=2, spread=5, effect=5)
        found = training_effect(trained, drawn(dice, "c", 60, shift=2, spread=4), minimum=10)
        assert found.verdict is Effect.BETTER
        assert found.interval is not None
        covered += found.interval.low <= 5 <= found.interval.high
    assert covered >= 34


def test_a_harmful_programme_is_called_worse() -> None:
    dice = random.Random(7)
    trained = drawn(dice, "p", 40, shift=2, spread=4, effect=-5)
    assert (
        training_effect(trained, drawn(dice, "c", 40, shift=2, spread=4), minimum=10).verdict is Effect.WORSE
    )


def test_without_an_effect_the_interval_covers_zero_in_95_of_100() -> None:
    # Unequal sizes and spreads, where a pooled variance would go wrong.
    repetitions, covered = 400, 0
    for seed in range(repetitions):
        dice = random.Random(seed)
        found = training_effect(
            drawn(dice, "p", 12, shift=3, spread=9), drawn(dice, "c", 30, shift=3, spread=3), minimum=10
        )
        assert found.interval is not None
        covered += found.interval.low <= 0 <= found.interval.high
    assert 0.92 <= covered / repetitions <= 0.98


def staff(dice: random.Random, n: int) -> list[Measured]:
    """People with a lasting level and luck in every year; nobody learned anything."""
    people = []
    for index in range(n):
        level = dice.gauss(75, 6)
        people.append(
            Measured(f"s{index:03}", NURSE, tenth(level + dice.gauss(0, 6)), tenth(level + dice.gauss(0, 6)))
        )
    return people


def test_regression_to_the_mean_is_no_effect() -> None:
    repetitions, fooled, covered = 60, 0, 0
    for seed in range(repetitions):
        people = staff(random.Random(seed), 240)
        low = [one for one in people if one.before < 69]
        chosen = low[::2]  # half of the low ones are coached; it does nothing
        rest = [one for one in people if one not in chosen]
        fooled += training_effect(chosen, rest, minimum=10).verdict is Effect.BETTER
        found = matched_effect(chosen, rest, caliper=D(1), minimum=10)
        assert found.interval is not None
        assert found.start_gap is not None
        assert abs(found.start_gap) < 1
        covered += found.interval.low <= 0 <= found.interval.high
    assert fooled >= 50, "the plain comparison takes luck for learning nearly every time"
    assert covered / repetitions >= 0.88


def test_a_real_effect_on_low_people_is_still_found() -> None:
    people = staff(random.Random(3), 400)
    chosen = [one for one in people if one.before < 69][::2]
    rest = [one for one in people if one not in chosen]
    coached = [Measured(one.identifier, one.key, one.before, one.after + 8) for one in chosen]
    found = matched_effect(coached, rest, caliper=D(1), minimum=10)
    assert found.verdict is Effect.BETTER
    assert found.interval is not None
    assert found.interval.low <= 8 <= found.interval.high


def test_pairs_have_the_same_family_and_level_and_start_close() -> None:
    participants = [person("p1", "50", "60"), person("p2", "52", "55"), person("p3", "80", "80")]
    others = [
        person("c1", "50.5", "51"),
        person("c2", "50", "90", CLERK),
        person("c3", "53", "54"),
        person("c4", "90", "90"),
    ]
    found = comparable(participants, others, D(1))
    assert [(one.identifier, other.identifier) for one, other in found.pairs] == [("p1", "c1"), ("p2", "c3")]
    assert [one.identifier for one in found.unmatched] == ["p3"]
    effect = matched_effect(participants, others, caliper=D(1), minimum=2)
    assert (effect.participants, effect.others, effect.unmatched) == (2, 2, 1)
    assert effect.start_gap == D("-0.75")


def test_the_closest_pair_is_made_first() -> None:
    found = comparable(
        [person("p1", "50", "50"), person("p2", "51", "50")], [person("c1", "51", "50")], caliper=D(2)
    )
    assert [(one.identifier, other.identifier) for one, other in found.pairs] == [("p2", "c1")]


def test_nobody_is_compared_with_themselves_and_calipers_are_not_negative() -> None:
    one = person("a", "50", "50")
    with pytest.raises(ValueError, match="one group"):
        comparable([one], [one], D(1))
    with pytest.raises(ValueError, match="one group"):
        comparable([one, one], [], D(1))
    with pytest.raises(ValueError, match="caliper"):
        comparable([one], [], D(-1))


values = st.integers(0, 12).map(Decimal)
people = st.lists(st.tuples(st.sampled_from([NURSE, CLERK]), values, values), max_size=8)


def named(prefix: str, rows: list[tuple[MatchKey, Decimal, Decimal]]) -> list[Measured]:
    return [Measured(f"{prefix}{index}", *row) for index, row in enumerate(rows)]


@settings(max_examples=80, deadline=None)
@given(people, people, st.integers(0, 4).map(Decimal), st.randoms(use_true_random=False))
def test_matching(
    inside: list[tuple[MatchKey, Decimal, Decimal]],
    outside: list[tuple[MatchKey, Decimal, Decimal]],
    caliper: Decimal,
    dice: random.Random,
) -> None:
    participants, others = named("p", inside), named("c", outside)
    found = comparable(participants, others, caliper)
    used = [other.identifier for _, other in found.pairs]
    assert len(used) == len(set(used))
    assert sorted(one.identifier for one in (*found.unmatched, *(pair[0] for pair in found.pairs))) == sorted(
        one.identifier for one in participants
    )
    for one, other in found.pairs:
        assert one.key == other.key
        assert abs(one.before - other.before) <= caliper
    # Whoever is left over had no free comparable person.
    free = [other for other in others if other.identifier not in used]
    for one in found.unmatched:
        assert not any(one.key == other.key and abs(one.before - other.before) <= caliper for other in free)
    # The order does not matter, and neither does what came after.
    shuffled = dice.sample(participants, len(participants)), dice.sample(others, len(others))
    assert comparable(*shuffled, caliper) == found
    blind = [Measured(other.identifier, other.key, other.before, D(0)) for other in others]
    assert [other.identifier for _, other in comparable(participants, blind, caliper).pairs] == used


changes = st.lists(st.integers(-20, 20).map(str), min_size=2, max_size=12)


@settings(max_examples=80, deadline=None)
@given(changes, changes, st.integers(-9, 9))
def test_the_effect_is_a_mirror_and_what_happens_to_all_falls_out(
    one: list[str], two: list[str], shift: int
) -> None:
    found = training_effect(group("p", one), group("c", two), minimum=2)
    back = training_effect(group("p", two), group("c", one), minimum=2)
    mirror = {Effect.BETTER: Effect.WORSE, Effect.WORSE: Effect.BETTER, Effect.UNCLEAR: Effect.UNCLEAR}
    assert back.verdict is mirror[found.verdict]
    assert found.effect is not None
    assert back.effect == -found.effect
    moved = training_effect(
        group("p", [str(int(change) + shift) for change in one]),
        group("c", [str(int(change) + shift) for change in two]),
        minimum=2,
    )
    assert (moved.effect, moved.interval, moved.verdict) == (found.effect, found.interval, found.verdict)
    if found.interval is not None:
        assert found.interval.low <= found.effect <= found.interval.high

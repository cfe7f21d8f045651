"""An attacker adds and subtracts every group the visible cells make; nothing is about fewer than five people."""

from collections import Counter
from itertools import chain, combinations, permutations

from hypothesis import given, settings
from hypothesis import strategies as st

from apps.feedback.rules.breakdowns import Cell, Prefix, safe_cells

CUTS = ("sex", "age", "work")


def groups_of(people: list[tuple[str, ...]], place: int, visible: set[Cell]) -> list[frozenset[int]]:
    """Every group of people whose sums an attacker knows from one table: unions of its blocks."""
    blocks: dict[str, set[int]] = {}
    for number, person in enumerate(people):
        value = person[place]
        blocks.setdefault(value if Cell(CUTS[place], value) in visible else "(hidden)", set()).add(number)
    every = chain.from_iterable(combinations(blocks.values(), size) for size in range(1, len(blocks) + 1))
    return [frozenset(set().union(*chosen)) for chosen in every]


def small_differences(groups: list[frozenset[int]]) -> list[frozenset[int]]:
    distinct = set(groups)
    return [
        large - small
        for large, small in permutations(distinct, 2)
        if small < large and 0 < len(large - small) < 5
    ] + [group for group in distinct if 0 < len(group) < 5]


def attack(people: list[tuple[str, ...]], visible: set[Cell], earlier: list[int]) -> list[frozenset[int]]:
    known = [frozenset(range(len(people))), *(frozenset(range(n)) for n in earlier)]
    for place in range(len(CUTS)):
        known += groups_of(people, place, visible)
    return small_differences(known)


def prefix(people: list[tuple[str, ...]], n: int) -> Prefix:
    first = people[:n]
    return Prefix(
        n=n, cells={cut: Counter(person[place] for person in first) for place, cut in enumerate(CUTS)}
    )


def test_two_tables_must_not_be_subtracted_from_each_other() -> None:
    # All pensioners are 60 and older; two further people are, too.
    people = [("P", "60+", "pensiun")] * 12 + [("L", "60+", "tani")] * 2 + [("L", "<60", "tani")] * 20
    visible = safe_cells(Counter(people), cuts=CUTS)
    assert attack(people, {Cell("age", "60+"), Cell("age", "<60"), Cell("work", "pensiun")}, [])
    assert not attack(people, visible, [])


def test_an_earlier_figure_must_not_be_subtracted_from_a_cell() -> None:
    # The first ten were women; twelve women in the end.
    people = [("P", "a", "x")] * 10 + [("L", "a", "x")] * 8 + [("P", "a", "x")] * 2
    assert Cell("sex", "P") in safe_cells(Counter(people), cuts=CUTS)
    visible = safe_cells(Counter(people), [prefix(people, 10)], cuts=CUTS)
    assert Cell("sex", "P") not in visible
    assert not attack(people, visible, [10])


def test_what_an_earlier_figure_tells_already_hides_everything_and_ends() -> None:
    # Without steps an earlier figure may be three answers away; no cell helps against that.
    people = [("P", "a", "x")] * 20 + [("L", "b", "x")] * 3
    assert safe_cells(Counter(people), [prefix(people, 20)], cuts=CUTS) == set()


def test_large_independent_cells_all_stay() -> None:
    people = [(sex, age, work) for sex in "LP" for age in "ab" for work in "xy" for _ in range(9)]
    assert len(safe_cells(Counter(people), cuts=CUTS)) == 6


def test_nobody_makes_no_cells() -> None:
    assert safe_cells({}, cuts=CUTS) == set()


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_the_attacker_finds_nothing(data: st.DataObject) -> None:
    person = st.tuples(
        st.sampled_from(["L", "P"]), st.sampled_from(["a", "b", "c", ""]), st.sampled_from(["x", "y", "z"])
    )
    kinds = data.draw(st.lists(person, min_size=1, max_size=6, unique=True))
    counts = data.draw(st.lists(st.integers(1, 14), min_size=len(kinds), max_size=len(kinds)))
    people = data.draw(
        st.permutations([kind for kind, n in zip(kinds, counts, strict=True) for _ in range(n)])
    )
    if len(people) < 5:
        return
    # Earlier figures differ from each other and from the last one by five answers at least.
    steps = range(10, len(people) - 4, 5)
    earlier = sorted(data.draw(st.sets(st.sampled_from(steps), max_size=3))) if steps else []
    visible = safe_cells(Counter(people), [prefix(people, n) for n in earlier], cuts=CUTS)
    assert attack(people, visible, earlier) == []

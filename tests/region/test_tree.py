"""The tree of a region: everybody counted, skews as in real governments, the same from the same seed."""

from collections import Counter
from random import Random

import pytest

from asn_kinerja.region import people, tree


@pytest.mark.parametrize("size", [*range(100, 1000, 37), 799, 800, 4321])
def test_the_units_hold_exactly_so_many_people(size: int) -> None:
    made = tree.Tree(size, Random(f"{size}"))

    assert sum(unit.size for unit in made.units) == size
    assert len({unit.code for unit in made.units}) == len(made.units)
    assert all(unit.head for unit in made.units if unit.size)


def test_one_leader_has_140_people_and_one_has_a_thousand_below() -> None:
    made = tree.Tree(10_000, Random("1"))
    found = people.invent(made, "wilayah", Random("1"))

    spans = Counter(person.appraiser for person in found if person.appraiser is not None)
    heads = {person.unit.number: person.number for person in found if person.is_head}
    below = sum(unit.size for unit in made.units if made.education in unit.chain) - 1

    assert spans[heads[made.largest.number]] == tree.LARGEST_SPAN
    assert below >= 1000
    assert max(spans.values()) < 200


def test_most_people_teach_or_heal_and_districts_are_small() -> None:
    made = tree.Tree(10_000, Random("1"))
    by_kind: Counter[str] = Counter()
    for unit in made.units:
        by_kind[unit.kind] += unit.size

    assert by_kind["sekolah"] > 4_000
    assert by_kind["puskesmas"] > 1_000
    assert max(unit.size for unit in made.units if unit.kind in {"kecamatan", "kelurahan"}) < 20


def test_everybody_but_one_has_an_appraiser_above_them() -> None:
    made = tree.Tree(500, Random("1"))
    found = people.invent(made, "wilayah", Random("1"))

    without = [person for person in found if person.appraiser is None]
    assert [person.unit for person in without] == [made.secretariat]
    assert all(person.appraiser < person.number for person in found if person.appraiser is not None)
    assert len({person.nip for person in found}) == 500
    assert all(len(person.nip) == 18 and person.nip.isdigit() for person in found)


def test_another_seed_gives_other_people() -> None:
    names = [
        [person.name for person in people.invent(tree.Tree(100, Random(seed)), "wilayah", Random(seed))]
        for seed in ("1", "1", "2")
    ]

    assert names[0] == names[1] != names[2]


def test_known_logins_are_different_people() -> None:
    for size in (100, 1000):
        made = tree.Tree(size, Random("1"))
        found = people.invent(made, "wilayah", Random("1"))
        assert len(people._known(made, found)) == len(people.known_roles(made))

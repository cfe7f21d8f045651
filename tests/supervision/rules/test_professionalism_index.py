from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.assessments.rules.predikat import Predikat
from apps.supervision.rules.professionalism_index import (
    UNVERIFIED_TABLES,
    Category,
    CompetencePoints,
    IndexTables,
    PartialHours,
    PostGroup,
    ProfessionalismFacts,
    Punishment,
    Qualification,
    category_of,
    parts_of,
    professionalism_index,
)

# The points of the sheet, written out here: most are from memory and unverified, so the examples bring their own.
TABLES = IndexTables(
    valid_from=date(2026, 1, 1),
    source="worked examples of the sheet",
    qualification=dict(zip(Qualification, map(Decimal, (25, 20, 15, 10, 5, 1)), strict=True)),
    competence={
        PostGroup.STRUCTURAL: CompetencePoints(Decimal(15), Decimal(15), Decimal(10)),
        PostGroup.FUNCTIONAL: CompetencePoints(Decimal(15), Decimal(15), Decimal(10)),
        PostGroup.PELAKSANA: CompetencePoints(Decimal(0), Decimal("22.5"), Decimal("17.5")),
    },
    performance=dict(zip(Predikat, map(Decimal, (30, 25, 15, 5, 1)), strict=True)),
    discipline=dict(zip(Punishment, map(Decimal, (5, 3, 2, 1)), strict=True)),
    technical_hours=20,
    partial_hours=PartialHours.NOTHING,
    unverified=frozenset(),
)


def facts(
    qualification: Qualification,
    group: PostGroup,
    *,
    training: bool = False,
    hours: str = "0",
    seminar: bool = False,
    predikat: Predikat = Predikat.BAIK,
    punishment: Punishment = Punishment.NONE,
) -> ProfessionalismFacts:
    return ProfessionalismFacts(qualification, group, training, Decimal(hours), seminar, predikat, punishment)


EXAMPLES = [
    pytest.param(
        facts(Qualification.S2, PostGroup.STRUCTURAL, training=True, hours="24", seminar=True),
        ("20", "40", "25", "5", "90"),
        Category.TINGGI,
        id="EX-29",
    ),
    pytest.param(
        facts(Qualification.D2_D1_SLTA, PostGroup.PELAKSANA, hours="20", seminar=True),
        ("5", "40.0", "25", "5", "75.0"),
        Category.SEDANG,
        id="EX-30",
    ),
    pytest.param(
        facts(Qualification.S1_D4, PostGroup.FUNCTIONAL, training=True, seminar=True),
        ("15", "25", "25", "5", "70"),
        Category.RENDAH,
        id="EX-31",
    ),
    pytest.param(
        facts(
            Qualification.D2_D1_SLTA,
            PostGroup.PELAKSANA,
            hours="20",
            predikat=Predikat.SANGAT_BAIK,
            punishment=Punishment.LIGHT,
        ),
        ("5", "22.5", "30", "3", "60.5"),
        Category.SANGAT_RENDAH,
        id="EX-32",
    ),
]


@pytest.mark.parametrize(("given_facts", "parts", "category"), EXAMPLES)
def test_worked_examples(
    given_facts: ProfessionalismFacts, parts: tuple[str, ...], category: Category
) -> None:
    found = professionalism_index(given_facts, TABLES)
    dimensions = (found.qualification, found.competence, found.performance, found.discipline, found.total)
    assert dimensions == tuple(Decimal(part) for part in parts)
    assert found.category is category


@pytest.mark.parametrize(
    ("total", "category"),
    [
        ("100", "sangat_tinggi"),
        ("91", "sangat_tinggi"),
        ("90.5", "tinggi"),
        ("81", "tinggi"),
        ("80.5", "sedang"),
        ("71", "sedang"),
        ("70.99", "rendah"),
        ("61", "rendah"),
        ("60.5", "sangat_rendah"),
        ("0", "sangat_rendah"),
    ],
)
def test_ipa_5_half_points_fall_below_the_bound(total: str, category: str) -> None:
    assert category_of(Decimal(total)).value == category


def test_ipa_2_hours_below_the_requirement() -> None:
    some = facts(Qualification.S1_D4, PostGroup.PELAKSANA, hours="7")
    assert professionalism_index(some, TABLES).competence == 0
    shared = replace(TABLES, partial_hours=PartialHours.PROPORTIONAL)
    assert professionalism_index(some, shared).competence == Decimal("7.88")
    with pytest.raises(ValueError, match="not negative"):
        professionalism_index(replace(some, technical_hours=Decimal(-1)), TABLES)


def test_our_own_tables_say_what_nobody_has_confirmed() -> None:
    assert UNVERIFIED_TABLES.unverified >= {"qualification", "performance", "discipline"}
    assert UNVERIFIED_TABLES.source


def test_ipa_1_the_weights_add_up_to_a_hundred() -> None:
    for group in PostGroup:
        points = UNVERIFIED_TABLES.competence[group]
        assert points.group_training + points.technical + points.seminar == 40
    highest = (UNVERIFIED_TABLES.qualification, UNVERIFIED_TABLES.performance, UNVERIFIED_TABLES.discipline)
    assert [max(table.values()) for table in highest] == [25, 30, 5]


@settings(max_examples=60, deadline=None)
@given(
    st.builds(
        ProfessionalismFacts,
        st.sampled_from(Qualification),
        st.sampled_from(PostGroup),
        st.booleans(),
        st.decimals(min_value=0, max_value=60, places=1),
        st.booleans(),
        st.sampled_from(Predikat),
        st.sampled_from(Punishment),
    ),
    st.sampled_from(PartialHours),
)
def test_an_index_lies_between_0_and_100(some: ProfessionalismFacts, partial: PartialHours) -> None:
    found = professionalism_index(some, replace(UNVERIFIED_TABLES, partial_hours=partial))
    assert 0 < found.total <= 100
    better = professionalism_index(
        replace(some, seminar=True), replace(UNVERIFIED_TABLES, partial_hours=partial)
    )
    assert better.total >= found.total


def test_nothing_on_record_gives_no_points() -> None:
    facts = ProfessionalismFacts(
        qualification=None,
        post_group=PostGroup.PELAKSANA,
        group_training=False,
        technical_hours=Decimal(0),
        seminar=False,
        predikat=None,
        punishment=Punishment.NONE,
    )
    index = professionalism_index(facts, UNVERIFIED_TABLES)
    assert (index.qualification, index.performance, index.total) == (0, 0, 5)


def test_the_parts_add_up_and_a_group_without_training_has_no_such_line() -> None:
    for group in PostGroup:
        facts = ProfessionalismFacts(
            qualification=Qualification.S2,
            post_group=group,
            group_training=True,
            technical_hours=Decimal(20),
            seminar=True,
            predikat=Predikat.BAIK,
            punishment=Punishment.LIGHT,
        )
        parts = parts_of(facts, UNVERIFIED_TABLES)
        assert sum(part.points for part in parts) == professionalism_index(facts, UNVERIFIED_TABLES).total
        assert sum(part.maximum for part in parts) == 100
        assert ("group_training" in {part.code for part in parts}) == (group is not PostGroup.PELAKSANA)

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.assessments.rules.credit import CREDIT_TABLES, Jenjang, credit_for
from apps.assessments.rules.credit_accumulation import (
    THRESHOLDS,
    RankNote,
    Standing,
    diploma_credit,
    integration_credit,
    move_credit,
    standing,
    thresholds_on,
)
from apps.assessments.rules.predikat import Predikat
from apps.employees.rules.pangkat import PNS_GOLONGAN

# The printed table CRD-7: level, first and last golongan, per rank step, to the next level.
PRINTED = """
pemula       II/a  II/a  15  15
terampil     II/b  II/d  20  60
mahir        III/a III/b 50  100
penyelia     III/c III/d 100 -
ahli_pertama III/a III/b 50  100
ahli_muda    III/c III/d 100 200
ahli_madya   IV/a  IV/c  150 450
ahli_utama   IV/d  IV/e  200 -
"""
ROWS = [line.split() for line in PRINTED.strip().splitlines()]


def reached(
    earned: str, golongan: str = "III/c", jenjang: Jenjang = Jenjang.AHLI_MUDA, used: str = "0"
) -> Standing:
    return standing(
        jenjang=jenjang,
        golongan=golongan,
        ladder=PNS_GOLONGAN,
        earned=Decimal(earned),
        used=Decimal(used),
    )


@pytest.mark.parametrize("row", ROWS, ids=[row[0] for row in ROWS])
def test_the_requirements_as_printed(row: list[str]) -> None:
    level, first, last, per_rank, to_next = row
    found = THRESHOLDS[-1].rows[Jenjang(level)]
    between = PNS_GOLONGAN[PNS_GOLONGAN.index(first) : PNS_GOLONGAN.index(last) + 1]
    assert found.golongan == between
    assert str(found.per_rank) == per_rank
    assert ("-" if found.to_next is None else str(found.to_next)) == to_next


def test_the_levels_follow_each_other() -> None:
    following = {level: row.next_jenjang for level, row in THRESHOLDS[-1].rows.items()}
    assert list(following) == list(Jenjang)
    order = list(Jenjang)
    for level, after in following.items():
        if after is not None:
            assert order.index(after) == order.index(level) + 1
    assert [level for level, after in following.items() if after is None] == ["penyelia", "ahli_utama"]


def test_the_table_is_chosen_by_day() -> None:
    assert thresholds_on(date(2026, 1, 1)) is THRESHOLDS[0]
    assert thresholds_on(date(2020, 1, 1)) is THRESHOLDS[0]


def test_ex_18_the_rank_is_reached_and_the_rest_is_carried_on() -> None:
    added = credit_for(Predikat.SANGAT_BAIK, Jenjang.AHLI_MUDA, 3)  # EX-14
    found = reached(str(Decimal("95.00") + added))
    assert found.rank is not None
    assert found.level is not None
    assert found.rank.have == Decimal("104.38")
    assert (found.rank.required, found.rank.is_met, found.rank.excess) == (100, True, Decimal("4.38"))
    assert (found.next_golongan, found.due) == ("III/d", "rank")
    assert (found.level.is_met, found.level.shortfall) == (False, Decimal("95.62"))
    # After the step the excess is still there: 4.38 towards the rest, 104.38 towards the next level.
    after = reached("104.38", golongan="III/d", used="100")
    assert after.rank is not None
    assert after.level is not None
    assert (after.rank.have, after.level.have) == (Decimal("4.38"), Decimal("104.38"))
    assert (after.rank_note, after.due) == (RankNote.LEVEL_FIRST, "")


def test_crd_8_the_level_goes_first() -> None:
    found = reached("200", golongan="III/d", used="100")
    assert found.rank is not None
    assert found.rank.is_met
    assert (found.rank_note, found.due) == (RankNote.LEVEL_FIRST, "level")
    both = reached("200", golongan="III/c")
    assert both.rank is not None
    assert both.rank.is_met
    assert both.due == "level"


@pytest.mark.parametrize(
    ("jenjang", "golongan", "note"),
    [
        (Jenjang.AHLI_MADYA, "III/d", RankNote.OUTSIDE),
        (Jenjang.AHLI_PERTAMA, "III/c", RankNote.OUTSIDE),
        (Jenjang.AHLI_MUDA, "", RankNote.UNKNOWN),
        (Jenjang.AHLI_UTAMA, "IV/e", RankNote.LAST),
        (Jenjang.PENYELIA, "III/d", RankNote.LAST),
    ],
)
def test_no_requirement_is_invented(jenjang: Jenjang, golongan: str, note: RankNote) -> None:
    found = reached("999", golongan=golongan, jenjang=jenjang)
    assert (found.rank, found.rank_note) == (None, note)
    assert found.due in {"", "level"}


def test_pppk_have_no_rank_but_a_level() -> None:
    found = standing(
        jenjang=Jenjang.AHLI_PERTAMA, golongan="IX", ladder=(), earned=Decimal(120), used=Decimal(0)
    )
    assert (found.rank, found.rank_note, found.due) == (None, RankNote.NONE, "level")


def test_ex_19_moving_into_a_functional_post() -> None:
    assert move_credit(CREDIT_TABLES[-1].coefficients[Jenjang.AHLI_MUDA], 3) == Decimal("75.00")
    assert move_credit(Decimal("12.5"), Decimal("2.25")) == Decimal("28.13")
    with pytest.raises(ValueError, match="not negative"):
        move_credit(Decimal(25), -1)


def test_ex_20_a_relevant_diploma_counts_once_with_a_quarter() -> None:
    found = reached("0", golongan="III/a", jenjang=Jenjang.AHLI_PERTAMA)
    assert found.rank is not None
    assert str(diploma_credit(found.rank.required)) == "12.50"
    with pytest.raises(ValueError, match="needs credit"):
        diploma_credit(0)


def test_crd_11_integration_takes_the_entered_base_off() -> None:
    assert integration_credit(Decimal("212.45"), Decimal("200")) == Decimal("12.45")
    for conventional, base in (("100", "100.01"), ("100", "-1")):
        with pytest.raises(ValueError, match="base value"):
            integration_credit(Decimal(conventional), Decimal(base))


AMOUNTS = st.decimals(min_value=0, max_value=600, places=2)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(Jenjang), st.sampled_from(PNS_GOLONGAN), AMOUNTS, AMOUNTS)
def test_what_is_missing_and_what_is_left_add_up(
    jenjang: Jenjang, golongan: str, earned: Decimal, used: Decimal
) -> None:
    found = standing(
        jenjang=jenjang, golongan=golongan, ladder=PNS_GOLONGAN, earned=earned, used=min(used, earned)
    )
    for need in (found.rank, found.level):
        if need is None:
            continue
        assert need.shortfall == 0 or need.excess == 0
        assert need.have + need.shortfall - need.excess == need.required
        assert need.is_met == (need.shortfall == 0)
    more = standing(
        jenjang=jenjang, golongan=golongan, ladder=PNS_GOLONGAN, earned=earned + 1, used=min(used, earned)
    )
    assert not (found.due and not more.due), "more credit never makes less due"

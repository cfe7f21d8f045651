from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.employees.rules.nip import (
    EmployeeStatus,
    InvalidNip,
    NipFacts,
    NipProblem,
    NipWarning,
    Sex,
    clean_nip,
    parse_nip,
)

PNS, PPPK = EmployeeStatus.PNS, EmployeeStatus.PPPK


def test_ex_38_a_valid_pns_number() -> None:
    assert parse_nip("198609262015051001", PNS) == NipFacts(
        nip="198609262015051001",
        birth_date=date(1986, 9, 26),
        appointment_year=2015,
        appointment_month=5,
        sex=Sex.MALE,
        sequence="001",
    )


def test_ex_39_a_pppk_number_has_a_contract_code() -> None:
    facts = parse_nip("199009132025242014", PPPK)
    assert facts.birth_date == date(1990, 9, 13)
    assert (facts.appointment_year, facts.appointment_month, facts.contract_code) == (2025, None, "24")
    assert (facts.sex, facts.sequence, facts.warnings) == (Sex.FEMALE, "014", ())


def test_ex_39_the_same_number_is_no_pns_number() -> None:
    with pytest.raises(InvalidNip) as refusal:
        parse_nip("199009132025242014", PNS)
    assert refusal.value.code is NipProblem.MONTH
    assert refusal.value.params == {"found": 24}


def test_the_other_printed_example() -> None:
    facts = parse_nip("198012302010012005", PNS)
    assert (facts.birth_date, facts.appointment_month, facts.sex) == (date(1980, 12, 30), 1, Sex.FEMALE)


@pytest.mark.parametrize(
    "text",
    ["19860926 201505 1 001", "19860926.201505.1.001", "19860926-201505-1-001", " 198609262015051001\n"],
)
def test_spaces_dots_and_dashes_do_not_matter(text: str) -> None:
    assert clean_nip(text) == "198609262015051001"


@pytest.mark.parametrize("text", ["198609262015051001.0", "19860926201505101.0", "19860926201505101.00"])
def test_a_number_from_a_spreadsheet_is_not_repaired(text: str) -> None:
    assert clean_nip(text) == text
    with pytest.raises(InvalidNip) as refusal:
        parse_nip(text, PNS)
    assert refusal.value.code is NipProblem.LENGTH


@pytest.mark.parametrize(
    ("text", "status", "code"),
    [
        ("", PNS, NipProblem.LENGTH),
        ("19860926201505100", PNS, NipProblem.LENGTH),
        ("1986092620150510011", PNS, NipProblem.LENGTH),
        ("1.98609262015051E+17", PNS, NipProblem.LENGTH),
        ("19860926201505100A", PNS, NipProblem.LENGTH),
        ("١98609262015051001", PNS, NipProblem.LENGTH),
        ("198602302015051001", PNS, NipProblem.BIRTH_DATE),
        ("000009262015051001", PNS, NipProblem.BIRTH_DATE),
        ("198609262015001001", PNS, NipProblem.MONTH),
        ("198609262015131001", PNS, NipProblem.MONTH),
        ("198609262015001001", PPPK, NipProblem.MONTH),
        ("198609262015053001", PNS, NipProblem.SEX),
        ("198609262015050001", PPPK, NipProblem.SEX),
        ("198609262015051000", PNS, NipProblem.SEQUENCE),
    ],
)
def test_each_problem_has_its_code(text: str, status: EmployeeStatus, code: NipProblem) -> None:
    with pytest.raises(InvalidNip) as refusal:
        parse_nip(text, status)
    assert refusal.value.code is code


def test_a_refusal_does_not_repeat_the_number() -> None:
    with pytest.raises(InvalidNip) as refusal:
        parse_nip("198602302015051001", PNS)
    assert "1986" not in repr(refusal.value)
    assert refusal.value.params == {}


@pytest.mark.parametrize(
    ("appointed", "warnings"),
    [
        ("2000", (NipWarning.AGE,)),
        ("2001", ()),
        ("2046", ()),
        ("2047", (NipWarning.AGE,)),
        ("1980", (NipWarning.AGE,)),
    ],
)
def test_an_odd_age_is_only_a_warning(appointed: str, warnings: tuple[NipWarning, ...]) -> None:
    assert parse_nip(f"19860926{appointed}051001", PNS).warnings == warnings


@settings(max_examples=50, deadline=None)
@given(
    born=st.dates(date(1950, 1, 1), date(2008, 12, 31)),
    year=st.integers(1970, 2030),
    month=st.integers(1, 12),
    sex=st.sampled_from([(1, Sex.MALE), (2, Sex.FEMALE)]),
    sequence=st.integers(1, 999),
)
def test_what_goes_in_comes_out(
    born: date, year: int, month: int, sex: tuple[int, Sex], sequence: int
) -> None:
    facts = parse_nip(f"{born:%Y%m%d} {year}{month:02} {sex[0]} {sequence:03}", PNS)
    assert facts.birth_date == born
    assert (facts.appointment_year, facts.appointment_month) == (year, month)
    assert (facts.sex, facts.sequence) == (sex[1], f"{sequence:03}")


@settings(max_examples=100, deadline=None)
@given(
    st.text(max_size=25) | st.text(alphabet="012.", min_size=17, max_size=20), st.sampled_from(EmployeeStatus)
)
def test_any_text_is_either_parsed_or_refused(text: str, status: EmployeeStatus) -> None:
    try:
        facts = parse_nip(text, status)
    except InvalidNip:
        return
    assert facts.nip == clean_nip(text)
    assert len(facts.nip) == 18

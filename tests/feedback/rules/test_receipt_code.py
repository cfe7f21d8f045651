"""Codes on receipts: read back what was written, forgive look-alikes, find slips of the finger, know no stranger."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.feedback.rules import receipt_code
from apps.feedback.rules.receipt_code import (
    ALPHABET,
    HIGHEST_NUMBER,
    LENGTH,
    decode,
    encode,
    grouped,
    is_well_formed,
    longest_gap,
    normalize,
    service_of,
)

KEY = b"k" * 32
OTHER = b"o" * 32
TODAY = date(2026, 11, 22)
CODE = encode(service_id=42, day=TODAY, number=7, key=KEY)

numbers = st.integers(1, HIGHEST_NUMBER)
services = st.integers(1, 2**20 - 1)
ages = st.integers(-60, 500)


@settings(max_examples=60, deadline=None)
@given(services, ages, numbers, st.binary(min_size=32, max_size=32))
def test_what_is_written_is_read_back(service_id, age, number, key):
    day = TODAY - timedelta(days=age)
    code = encode(service_id=service_id, day=day, number=number, key=key)
    receipt = decode(code, keys=[key], today=TODAY)
    assert receipt is not None
    assert (receipt.service_id, receipt.day, receipt.number) == (service_id, day, number)
    assert service_of(code) == service_id
    assert len(code) == LENGTH
    assert set(code) <= set(ALPHABET)


@settings(max_examples=60, deadline=None)
@given(services, numbers, st.integers(0, LENGTH - 1), st.sampled_from(ALPHABET))
def test_any_one_wrong_letter_is_noticed(service_id, number, place, letter):
    code = encode(service_id=service_id, day=TODAY, number=number, key=KEY)
    wrong = code[:place] + letter + code[place + 1 :]
    assert is_well_formed(wrong) == (wrong == code)


def test_swapped_neighbours_are_noticed():
    for number in range(1, 40):
        code = encode(service_id=42, day=TODAY, number=number, key=KEY)
        for place in range(LENGTH - 1):
            one, two = code[place], code[place + 1]
            if one == two or {one, two} == {ALPHABET[0], ALPHABET[-1]}:
                continue  # the one pair that a check modulo 32 cannot tell apart
            assert not is_well_formed(code[:place] + two + one + code[place + 2 :])


@pytest.mark.parametrize(
    "typed",
    [
        grouped(CODE),
        grouped(CODE).lower(),
        f"  {' '.join(CODE)} ",
        CODE.replace("0", "o").replace("1", "l"),
        CODE.replace("0", "O").replace("1", "I"),
        f"https://contoh.go.id/k/{CODE}/",
        f"contoh.go.id/k/{grouped(CODE).lower()}",
    ],
)
def test_case_separators_look_alikes_and_whole_addresses_are_forgiven(typed):
    assert normalize(typed) == CODE


def test_u_is_read_as_v():
    assert normalize("u") == "V"


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=60))
def test_no_text_breaks_it(text):
    code = normalize(text)
    assert decode(code, keys=[KEY], today=TODAY) is None or is_well_formed(code)
    assert service_of(code) is None or is_well_formed(code)


def test_another_key_does_not_read_it():
    assert decode(CODE, keys=[OTHER], today=TODAY) is None
    assert decode(CODE, keys=[OTHER, KEY], today=TODAY) is not None


def test_a_made_up_code_with_a_right_check_letter_is_not_genuine():
    body = CODE[:9] + "".join(ALPHABET[(ALPHABET.index(letter) + 1) % 32] for letter in CODE[9:15])
    made_up = body + next(letter for letter in ALPHABET if is_well_formed(body + letter))
    assert service_of(made_up) == 42
    assert decode(made_up, keys=[KEY], today=TODAY) is None


def test_the_day_belongs_to_the_signature():
    """A code of today is not one of the day 1024 days later, though both carry the same short day."""
    later = TODAY + timedelta(days=1024)
    receipt = decode(CODE, keys=[KEY], today=later)
    assert receipt is None


def test_the_running_number_cannot_be_seen():
    codes = [encode(service_id=42, day=TODAY, number=number, key=KEY) for number in range(1, 50)]
    assert len(set(codes)) == 49
    # The part behind the service differs from neighbour to neighbour as chance would have it.
    same = sum(one[4] == two[4] for one, two in pairwise(codes))
    assert same < 10
    assert [code[4:9] for code in codes] != sorted(code[4:9] for code in codes)


def test_what_is_kept_of_a_used_code_says_nothing_without_the_key():
    receipt = decode(CODE, keys=[KEY], today=TODAY)
    assert receipt is not None
    twin = receipt_code.Receipt(receipt.service_id, receipt.day, receipt.number, OTHER)
    assert receipt.digest != twin.digest
    assert len(receipt.digest) == 64


@pytest.mark.parametrize(("service_id", "number"), [(0, 1), (2**20, 1), (1, 0), (1, HIGHEST_NUMBER + 1)])
def test_what_does_not_fit_is_refused(service_id, number):
    with pytest.raises(ValueError, match="fit"):
        encode(service_id=service_id, day=TODAY, number=number, key=KEY)


@pytest.mark.parametrize(
    ("used", "gap"), [([], 0), ([5], 0), ([1, 2, 3], 0), ([1, 5], 3), ([9, 1, 4, 30], 20)]
)
def test_the_longest_gap_lies_between_two_used_ones(used, gap):
    assert longest_gap(used) == gap

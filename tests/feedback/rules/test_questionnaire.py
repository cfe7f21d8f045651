"""A questionnaire that can be asked, and every way in which it cannot."""

from dataclasses import replace
from fractions import Fraction
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.feedback.labels import QUESTIONNAIRE_PROBLEMS, SCALE_NAMES
from apps.feedback.rules.questionnaire import (
    SCALES,
    Item,
    NotAWeight,
    check,
    check_labels,
    equal_weights,
    is_ready,
    parse_weight,
)
from apps.feedback.rules.regimes import UNSUR_14_2017

REPLACEABLE = {"biaya": "free_by_law", "kompetensi": "online", "perilaku": "online"}
NATIONAL = [Item(row.code, row.name, row.question, row.labels, Fraction(1, 9)) for row in UNSUR_14_2017]
EXTRA = Item(
    "transparansi", "Transparansi", "Seberapa terbuka?", SCALES["baik"], Fraction(1, 10), is_extra=True
)
STAND_IN = Item(
    "pungutan",
    "Pungutan tidak resmi",
    "Apakah ada pungutan di luar ketentuan?",
    ("Selalu ada", "Sering ada", "Jarang ada", "Tidak pernah ada"),
    Fraction(1, 9),
    replaces="biaya",
    ground="free_by_law",
    reason="Perda 1/2024",
)


def codes(items, **options):
    return [f.code for f in check(items, replaceable=REPLACEABLE, **options) if not f.is_warning]


def warnings(items):
    return [(f.code, f.unsur) for f in check(items, replaceable=REPLACEABLE) if f.is_warning]


def weighted(items):
    return [replace(item, weight=Fraction(1, len(items))) for item in items]


def without(*gone):
    return [item for item in NATIONAL if item.code not in gone]


def test_the_national_questionnaire_has_no_fault_but_the_cost_trap():
    assert codes(NATIONAL) == []
    assert warnings(NATIONAL) == [("free_is_four", "biaya")]
    assert is_ready(check(NATIONAL, replaceable=REPLACEABLE))


def test_eleven_unsur_with_new_weights():
    eleven = [*NATIONAL, EXTRA, replace(EXTRA, code="integritas", name="Integritas")]
    assert codes(eleven) == ["weights_sum"]
    assert codes(weighted(eleven)) == []


def test_a_replaced_unsur_takes_the_cost_trap_away():
    items = [*without("biaya"), STAND_IN]
    assert codes(items) == []
    assert warnings(items) == [("own_words", "pungutan")]


@pytest.mark.parametrize(
    ("items", "expected"),
    [
        ([], ["no_unsur"]),
        ([*NATIONAL[:8], replace(NATIONAL[8], code="persyaratan")], ["code_twice", "national_missing"]),
        (without("biaya"), ["national_missing", "weights_sum"]),
        ([*without("biaya"), replace(STAND_IN, reason=" ")], ["no_reason"]),
        ([*without("biaya"), replace(STAND_IN, ground="online")], ["wrong_ground"]),
        ([*without("sarana"), replace(STAND_IN, replaces="sarana")], ["not_replaceable"]),
        (weighted([*NATIONAL, STAND_IN]), ["replaced_and_present"]),
        (weighted([*without("biaya"), STAND_IN, replace(STAND_IN, code="lain")]), ["replaced_twice"]),
        (weighted([*NATIONAL, replace(EXTRA, is_extra=False)]), ["not_extra"]),
        ([*NATIONAL[:8], replace(NATIONAL[8], is_extra=True)], ["national_as_extra"]),
        (weighted([*NATIONAL, replace(EXTRA, code="Transparansi!")]), ["bad_code"]),
        ([*NATIONAL[:8], replace(NATIONAL[8], name="")], ["no_name"]),
        ([*NATIONAL[:8], replace(NATIONAL[8], question=" ")], ["no_question"]),
        ([*NATIONAL[:8], replace(NATIONAL[8], weight=Fraction(0))], ["weight_positive", "weights_sum"]),
        ([replace(item, weight=Fraction(11, 100)) for item in NATIONAL], ["weights_sum"]),
    ],
)
def test_what_is_wrong_is_named(items, expected):
    assert codes(items) == expected


def test_nine_times_0_11_is_shown_as_it_is():
    items = [replace(item, weight=Fraction(11, 100)) for item in NATIONAL]
    (finding,) = [f for f in check(items, replaceable=REPLACEABLE) if not f.is_warning]
    assert finding.params == {"shown": "99/100"}


def test_a_label_of_another_scale_is_refused():
    """The mistake of a real application: "Sangat mudah" at the top of a "sesuai" scale."""
    (finding,) = check_labels(("Tidak sesuai", "Kurang sesuai", "Sesuai", "Sangat mudah"))
    assert (finding.code, dict(finding.params), finding.is_warning) == (
        "foreign_label",
        {"shown": "Sangat mudah", "other": "sesuai"},
        False,
    )


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        (("a", "b", "c"), "four_labels"),
        (("a", "b", "c", " "), "four_labels"),
        (("Baik", "baik ", "Cukup", "Buruk"), "label_twice"),
        (("Sangat mudah", "Mudah", "Kurang mudah", "Tidak mudah"), "label_order"),
        (("Sangat sesuai", "Mudah", "Biasa", "Cepat"), "foreign_label"),
    ],
)
def test_labels_that_are_refused(labels, expected):
    assert [(f.code, f.is_warning) for f in check_labels(labels)] == [(expected, False)]


@pytest.mark.parametrize(
    "labels",
    [
        ("Selalu terlambat", "Sering terlambat", "Jarang terlambat", "Selalu tepat waktu"),
        ("Tidak mudah", "Agak sulit", "Mudah", "Sangat mudah"),
        ("Parah", "Lumayan", "Bagus", "Sangat baik"),
    ],
)
def test_own_words_are_allowed_with_a_warning(labels):
    assert [(f.code, f.is_warning) for f in check_labels(labels)] == [("own_words", True)]


@pytest.mark.parametrize("scale", SCALES)
def test_a_known_scale_is_right_in_one_order_only(scale):
    right = SCALES[scale]
    for labels in permutations(right):
        found = check_labels(labels)
        assert ([f.code for f in found] == []) is (labels == right), labels


@given(n=st.integers(1, 40))
@settings(max_examples=40)
def test_equal_weights_sum_to_exactly_one(n):
    assert sum(equal_weights([f"u{i}" for i in range(n)]).values()) == 1


@given(parts=st.lists(st.integers(1, 500), min_size=9, max_size=9), off=st.integers(0, 3))
@settings(max_examples=60)
def test_weights_are_refused_exactly_if_they_do_not_sum_to_one(parts, off):
    total = sum(parts) + off
    items = [replace(item, weight=Fraction(p, total)) for item, p in zip(NATIONAL, parts, strict=True)]
    assert ("weights_sum" in codes(items)) is (off != 0)


@given(numerator=st.integers(1, 9999), denominator=st.integers(1, 9999))
@settings(max_examples=60)
def test_a_fraction_is_read_exactly(numerator, denominator):
    text = f" {numerator} / {denominator}"
    if numerator <= denominator:
        assert parse_weight(text) == Fraction(numerator, denominator)
    else:
        with pytest.raises(NotAWeight):
            parse_weight(text)


@pytest.mark.parametrize(
    ("text", "expected"), [("0,2", Fraction(1, 5)), ("0.111", Fraction(111, 1000)), ("1", 1)]
)
def test_decimals_are_exact(text, expected):
    assert parse_weight(text) == expected


@pytest.mark.parametrize(
    "text", ["", "0", "1/0", "-1/9", "1,5", "2", "satu", "1e-3", "1/9999999", "0/9", "١/٩"]
)
def test_what_is_no_weight(text):
    with pytest.raises(NotAWeight):
        parse_weight(text)


def test_every_finding_has_a_sentence():
    seen = {
        f.code
        for items in ([], NATIONAL, [STAND_IN, STAND_IN], [EXTRA])
        for f in check(items, replaceable={})
    }
    assert seen <= set(QUESTIONNAIRE_PROBLEMS)
    assert set(SCALES) == set(SCALE_NAMES)

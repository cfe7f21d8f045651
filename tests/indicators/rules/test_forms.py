from datetime import date

import pytest

from apps.indicators.rules import forms
from apps.indicators.rules.forms import (
    BEHAVIOR_VALUES,
    AnnexKind,
    Approach,
    Aspek,
    BehaviorSet,
    BehaviorValue,
    Layout,
    Perspektif,
    ResultKind,
    behavior_values_on,
    layout_for,
)


def test_the_seven_values_in_the_order_of_the_form() -> None:
    assert [value.label for value in BEHAVIOR_VALUES] == [
        "Berorientasi Pelayanan",
        "Akuntabel",
        "Kompeten",
        "Harmonis",
        "Loyal",
        "Adaptif",
        "Kolaboratif",
    ]
    assert [value.code for value in BEHAVIOR_VALUES] == [
        value.label.lower().replace(" ", "_") for value in BEHAVIOR_VALUES
    ]


def test_every_value_has_three_different_lines() -> None:
    lines = [line for value in BEHAVIOR_VALUES for line in value.lines]
    assert len(lines) == 21
    assert len(set(lines)) == 21
    assert all(line == line.strip() and "  " not in line for line in lines)
    assert BEHAVIOR_VALUES[1].lines[0] == (
        "Melaksanakan tugas dengan jujur, bertanggung jawab, cermat, disiplin, dan berintegritas tinggi"
    )
    assert BEHAVIOR_VALUES[4].lines[0] == (
        "Memegang teguh ideologi Pancasila, UUD 1945, setia kepada NKRI serta pemerintahan yang sah"
    )


def test_the_vocabulary_is_stored_as_words() -> None:
    stored = {
        kind.__name__: [member.value for member in kind]
        for kind in (Approach, Layout, ResultKind, Aspek, Perspektif, AnnexKind)
    }
    assert stored == {
        "Approach": ["kuantitatif", "kualitatif"],
        "Layout": ["jpt", "ja_jf"],
        "ResultKind": ["utama", "tambahan"],
        "Aspek": ["kuantitas", "kualitas", "waktu", "biaya"],
        "Perspektif": ["penerima_layanan", "proses_bisnis", "penguatan_internal", "anggaran"],
        "AnnexKind": ["dukungan_sumber_daya", "skema_pertanggungjawaban", "konsekuensi"],
    }


@pytest.mark.parametrize(
    ("position_class", "heads_independent_unit", "expected"),
    [
        ("jpt", False, Layout.JPT),
        ("jpt_pratama", False, Layout.JPT),
        ("ja", False, Layout.JA_JF),
        ("jf", False, Layout.JA_JF),
        ("ja", True, Layout.JPT),
        ("jf", True, Layout.JPT),
    ],
)
def test_jpt_and_heads_of_independent_units_share_a_layout(
    position_class: str, heads_independent_unit: bool, expected: Layout
) -> None:
    assert layout_for(position_class, heads_independent_unit) is expected


def test_a_plan_shows_the_values_of_its_year(monkeypatch: pytest.MonkeyPatch) -> None:
    later = BehaviorSet(date(2027, 1, 1), "contoh", (BehaviorValue("gesit", "Gesit", ("a", "b", "c")),))
    monkeypatch.setattr(forms, "BEHAVIOR_SETS", (*forms.BEHAVIOR_SETS, later))
    assert behavior_values_on(date(2026, 12, 31)) == BEHAVIOR_VALUES
    assert behavior_values_on(date(2027, 1, 1)) == later.values
    assert behavior_values_on(date(2010, 1, 1)) == BEHAVIOR_VALUES


def test_the_sets_follow_each_other_and_name_their_source() -> None:
    days = [known.valid_from for known in forms.BEHAVIOR_SETS]
    assert days == sorted(set(days))
    assert all(known.source for known in forms.BEHAVIOR_SETS)
    assert forms.BEHAVIOR_SETS[-1].values == BEHAVIOR_VALUES

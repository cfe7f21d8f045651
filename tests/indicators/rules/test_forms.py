import pytest

from apps.indicators.rules.forms import (
    BEHAVIOR_VALUES,
    AnnexKind,
    Approach,
    Aspek,
    Layout,
    Perspektif,
    ResultKind,
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

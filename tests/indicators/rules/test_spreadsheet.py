"""Rows of a workbook become a plan, or problems that name the cell."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.indicators.rules.forms import BEHAVIOR_VALUES, Approach, Layout
from apps.indicators.rules.plan_content import fitted, only_results, without_keys, without_names
from apps.indicators.rules.spreadsheet import (
    SheetRow,
    columns_for,
    read_number,
    read_plan,
    result_rows,
    titles_for,
)

GOOD = {
    "kind": "Utama", "text": "Hasil", "supports_text": "Hasil pimpinan", "indicator": "Jumlah", "aspect": "Kuantitas",
    "target": "98,5", "measure": "persen", "direction": "Makin rendah makin baik", "source": "Laporan pegawai",
}  # fmt: skip


def read(
    *rows: dict[str, str], layout: Any = Layout.JA_JF, approach: Any = Approach.KUANTITATIF, **parts: Any
) -> Any:
    return read_plan(
        [SheetRow(number, row) for number, row in enumerate(rows, start=2)],
        [SheetRow(number, row) for number, row in enumerate(parts.get("behaviors", ()), start=2)],
        [SheetRow(number, row) for number, row in enumerate(parts.get("annex", ()), start=2)],
        layout=layout,
        approach=approach,
        values=BEHAVIOR_VALUES,
    )


def test_a_row_is_a_result_with_its_indicator() -> None:
    content, problems = read(GOOD)
    assert problems == []
    (result,) = content["results"]
    assert (result["kind"], result["text"], result["supports_text"]) == ("utama", "Hasil", "Hasil pimpinan")
    (indicator,) = result["indicators"]
    assert (indicator["aspect"], indicator["target"], indicator["direction"], indicator["source"]) == (
        "kuantitas", "98.5", "lower_is_better", "reported",
    )  # fmt: skip


def test_a_row_without_a_result_belongs_to_the_one_above() -> None:
    content, problems = read(
        GOOD, GOOD | {"text": "", "kind": "", "indicator": "Waktu"}, GOOD | {"text": "Lain"}
    )
    assert problems == []
    assert [[i["text"] for i in row["indicators"]] for row in content["results"]] == [
        ["Jumlah", "Waktu"],
        ["Jumlah"],
    ]


@pytest.mark.parametrize(
    ("change", "column", "code"),
    [
        ({"text": ""}, "text", "no_result_above"),
        ({"kind": "Sampingan"}, "kind", "choice_unknown"),
        ({"aspect": ""}, "aspect", "missing"),
        ({"aspect": "Mutu"}, "aspect", "choice_unknown"),
        ({"target": ""}, "target", "missing"),
        ({"target": "banyak"}, "target", "no_number"),
        ({"target": "1.250"}, "target", "number_ambiguous"),
        ({"target": "1,23456"}, "target", "number_range"),
        ({"target": "9999999999999"}, "target", "number_range"),
        ({"measure": ""}, "measure", "missing"),
        ({"indicator": ""}, "indicator", "missing"),
        ({"text": "x" * 1001}, "text", "too_long"),
        ({"source": "Tebakan"}, "source", "choice_unknown"),
    ],
)
def test_what_is_wrong_names_the_cell(change: dict[str, str], column: str, code: str) -> None:
    _content, problems = read(GOOD | change)
    assert [(row.sheet, row.row, row.column, row.code) for row in problems] == [
        ("Hasil Kerja", 2, column, code)
    ]


def test_a_cell_the_reader_could_not_use_is_one_problem() -> None:
    row = SheetRow(7, GOOD | {"target": ""}, (("target", "precision_lost", "1E+16"),))
    _content, problems = read_plan(
        [row], [], [], layout=Layout.JA_JF, approach=Approach.KUANTITATIF, values=BEHAVIOR_VALUES
    )
    assert [(p.row, p.column, p.code) for p in problems] == [(7, "target", "precision_lost")]


def test_each_form_has_its_columns() -> None:
    jpt = columns_for(Layout.JPT, Approach.KUANTITATIF)
    assert "perspective" in jpt
    assert "aspect" not in jpt
    assert titles_for(Layout.JPT, Approach.KUANTITATIF)["supports_text"] == "Indikator Unit yang Didukung"
    assert "aspect" in columns_for(Layout.JA_JF, Approach.KUANTITATIF)
    assert columns_for(Layout.JA_JF, Approach.KUALITATIF) == ["kind", "text", "supports_text", "indicator"]
    assert columns_for(Layout.JPT, Approach.KUALITATIF) == [
        "kind", "text", "perspective", "supports_text", "indicator",
    ]  # fmt: skip


def test_a_jpt_result_needs_its_perspective() -> None:
    _content, problems = read(GOOD, layout=Layout.JPT)
    assert [(row.column, row.code) for row in problems] == [("perspective", "missing")]
    content, problems = read(GOOD | {"perspective": "proses bisnis"}, layout=Layout.JPT)
    assert problems == []
    assert content["results"][0]["perspective"] == "proses_bisnis"


def test_expectations_and_annex() -> None:
    content, problems = read(
        GOOD,
        behaviors=[{"value": "Loyal", "expectation": "a"}, {"value": "Adaptif", "expectation": ""}],
        annex=[{"kind": "Konsekuensi", "text": "b"}, {"kind": "Dukungan Sumber Daya", "text": "c"}],
    )
    assert problems == []
    assert content["behaviors"] == {"loyal": "a"}
    assert [row["text"] for row in content["annex"]] == ["c", "b"]
    _content, problems = read(
        GOOD,
        behaviors=[
            {"value": "Ramah", "expectation": "a"},
            {"value": "Loyal", "expectation": "a"},
            {"value": "loyal", "expectation": "b"},
        ],
        annex=[{"kind": "", "text": "b"}, {"kind": "Konsekuensi", "text": ""}],
    )  # fmt: skip
    assert [(row.sheet, row.code) for row in problems] == [
        ("Perilaku", "value_unknown"), ("Perilaku", "value_twice"), ("Lampiran", "missing"), ("Lampiran", "missing"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1250", "1250"),
        ("1.250.000", "1250000"),
        ("98,5", "98.5"),
        ("98.5", "98.5"),
        ("1.250,75", "1250.75"),
        ("0,10", "0.1"),
    ],
)
def test_numbers_as_people_write_them(text: str, value: str) -> None:
    assert read_number(text) == Decimal(value)


texts = (
    st.text(st.characters(categories=["L", "N", "P", "Zs"]), min_size=1, max_size=30)
    .map(lambda text: " ".join(text.split()))
    .filter(bool)
)
numbers = st.decimals(min_value=0, max_value=10**9, places=4, allow_nan=False).map(
    lambda value: f"{value:f}".rstrip("0").rstrip(".") or "0"
)


@st.composite
def contents(draw: Any, layout: Layout, approach: Approach) -> dict[str, Any]:
    quantitative = approach is Approach.KUANTITATIF
    results = []
    for text in draw(st.lists(texts, min_size=1, max_size=3, unique=True)):
        indicators = [
            {
                "aspect": draw(st.sampled_from(["kuantitas", "biaya"]))
                if quantitative and layout is Layout.JA_JF
                else "",
                "text": draw(texts),
                "target": draw(numbers) if quantitative else "",
                "measure": draw(texts) if quantitative else "",
                "direction": draw(st.sampled_from(["higher_is_better", "lower_is_better"]))
                if quantitative
                else "higher_is_better",
                "source": draw(st.sampled_from(["reported", "ikm"])) if quantitative else "reported",
            }
            for _ in range(draw(st.integers(0, 3)))
        ]
        results.append(
            {
                "kind": draw(st.sampled_from(["utama", "tambahan"])),
                "text": text,
                "perspective": "anggaran" if layout is Layout.JPT else "",
                "supports_text": draw(st.sampled_from(["", "Hasil pimpinan"])),
                "indicators": indicators,
            }
        )  # fmt: skip
    return {"results": results, "behaviors": {}, "annex": []}


@pytest.mark.parametrize("layout", list(Layout))
@pytest.mark.parametrize("approach", list(Approach))
def test_what_is_written_out_reads_back_the_same(layout: Layout, approach: Approach) -> None:
    columns = columns_for(layout, approach)

    @settings(max_examples=40, deadline=None)
    @given(content=contents(layout, approach))
    def check(content: dict[str, Any]) -> None:
        rows = [dict(zip(columns, row, strict=True)) for row in result_rows(content, columns)]
        again, problems = read(*rows, layout=layout, approach=approach)
        assert problems == []
        assert without_keys(again) == without_keys(content)

    check()


# --- fitting and choosing


def test_a_qualitative_form_keeps_the_target_in_words() -> None:
    content, _problems = read(GOOD)
    new = fitted(content, is_jpt=False, is_qualitative=True)["results"][0]["indicators"][0]
    assert (new["text"], new["target"], new["aspect"]) == ("Jumlah (98.5 persen)", "", "")


def test_only_the_chosen_results() -> None:
    content, _problems = read(GOOD, GOOD | {"text": "Lain"})
    keys = [row["key"] for row in content["results"]]
    assert [row["text"] for row in only_results(content, [keys[1]])["results"]] == ["Lain"]


def test_names_and_nips_are_left_out() -> None:
    content, _problems = read(
        GOOD | {"text": "Dibantu SITI AMINAH dan Siti", "indicator": "Untuk 198501012010012001"},
        behaviors=[{"value": "Loyal", "expectation": "Contoh: Siti Aminah, S.Kep."}],
    )
    clean = without_names(content, {"Siti Aminah", "Siti Aminah, S.Kep."})
    assert clean["results"][0]["text"] == "Dibantu … dan Siti"
    assert clean["results"][0]["indicators"][0]["text"] == "Untuk …"
    assert clean["behaviors"]["loyal"] == "Contoh: …"

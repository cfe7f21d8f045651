"""What differs between two contents of a plan."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.indicators.rules.plan_content import FieldChange, diff, empty, plain_number, without_keys


def indicator(key: str, **changes: str) -> dict[str, Any]:
    return {
        "key": key, "aspect": "kuantitas", "text": f"Jumlah {key}", "target": "10", "measure": "orang",
        "direction": "higher_is_better", "source": "reported",
    } | changes  # fmt: skip


def result(key: str, *indicators: dict[str, Any], **changes: str) -> dict[str, Any]:
    row = {"key": key, "kind": "utama", "text": f"Hasil {key}", "perspective": "", "supports_text": ""}
    return row | changes | {"indicators": list(indicators)}


def content(*results: dict[str, Any], **parts: Any) -> dict[str, Any]:
    return empty() | {"results": list(results)} | parts


def test_equal_contents_differ_in_nothing() -> None:
    one = content(
        result("1", indicator("1")), behaviors={"loyal": "a"}, annex=[{"key": "1", "kind": "k", "text": "t"}]
    )
    assert not diff(one, one)


def test_a_reworded_row_is_a_change_and_not_a_removal_with_an_addition() -> None:
    before = content(result("1", indicator("1")))
    after = content(result("1", indicator("1", target="12"), text="Hasil baru"))
    (row, below) = diff(before, after).rows
    assert (row.part, row.kind, row.fields) == (
        "result", "changed", (FieldChange("text", "Hasil 1", "Hasil baru"),),
    )  # fmt: skip
    assert (below.part, below.kind, below.place) == ("indicator", "changed", "Hasil baru")
    assert below.fields == (FieldChange("target", "10", "12"),)


def test_what_is_new_and_what_is_gone_come_with_their_indicators() -> None:
    before, after = content(result("1", indicator("1"))), content(result("2", indicator("2")))
    found = diff(before, after)
    assert [(row.part, row.text) for row in found.removed] == [
        ("result", "Hasil 1"),
        ("indicator", "Jumlah 1"),
    ]
    assert [(row.part, row.text) for row in found.added] == [("result", "Hasil 2"), ("indicator", "Jumlah 2")]
    assert found.changed == ()


def test_expectations_and_annex() -> None:
    before = content(behaviors={"loyal": "a", "adaptif": "b"}, annex=[{"key": "1", "kind": "k", "text": "t"}])
    after = content(behaviors={"loyal": "c", "kompeten": "d"}, annex=[{"key": "2", "kind": "k", "text": "u"}])
    found = diff(before, after)
    assert [(row.part, row.kind, row.place) for row in found.rows] == [
        ("behavior", "changed", "loyal"), ("behavior", "removed", "adaptif"), ("behavior", "added", "kompeten"),
        ("annex", "removed", ""), ("annex", "added", ""),
    ]  # fmt: skip


def test_a_row_that_went_stands_where_it_stood() -> None:
    before = content(result("1"), result("2"), result("3"))
    after = content(result("1", text="x"), result("3", text="y"))
    assert [row.kind for row in diff(before, after).rows] == ["changed", "removed", "changed"]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (Decimal("1250.0000"), "1250"),
        (Decimal("98.5000"), "98.5"),
        (Decimal("0.0000"), "0"),
        (Decimal("1E+3"), "1000"),
    ],
)
def test_a_target_is_kept_as_people_write_it(value: Decimal | None, text: str) -> None:
    assert plain_number(value) == text


rows = st.lists(
    st.builds(
        lambda key, text, below: result(
            str(key), *[indicator(f"{key}-{i}", target=t) for i, t in enumerate(below)], text=text
        ),
        st.integers(1, 6), st.sampled_from(["a", "b"]), st.lists(st.sampled_from(["1", "2"]), max_size=3),
    ),
    max_size=5,
    unique_by=lambda row: row["key"],
)  # fmt: skip


@settings(max_examples=80, deadline=None)
@given(before=rows, after=rows)
def test_no_difference_means_the_same_words(before: Any, after: Any) -> None:
    one, two = content(*before), content(*after)
    found = diff(one, two)
    keyed = {row["key"]: without_keys(content(row)) for row in before}
    assert bool(found) == (keyed != {row["key"]: without_keys(content(row)) for row in after})
    back = diff(two, one)
    assert (len(found.added), len(found.removed)) == (len(back.removed), len(back.added))

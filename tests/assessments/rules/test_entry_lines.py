"""Splitting what was copied out of a sheet."""

from hypothesis import given, settings
from hypothesis import strategies as st

from apps.assessments.rules.entry_lines import RawLine, split_lines


def test_tabs_and_semicolons() -> None:
    expected = [RawLine(1, "15-9-2026", "Posyandu", "24", "balita", "2"), RawLine(2, "16-9-2026", "Rapat")]
    assert split_lines("15-9-2026\tPosyandu\t24\tbalita\t2\n16-9-2026\tRapat\n") == expected
    assert split_lines("15-9-2026; Posyandu ; 24;balita;2\r\n16-9-2026;Rapat;;;\r\n\r\n") == expected


def test_a_head_gives_the_order() -> None:
    pasted = "No\tUraian Kegiatan\tTanggal\tVolume\tRHK\n1\tPosyandu\t15-9-2026\t24\t2"
    assert split_lines(pasted) == [RawLine(2, "15-9-2026", "Posyandu", "24", "", "2")]


def test_a_cell_with_a_line_feed_stays_one_cell() -> None:
    assert split_lines('15-9-2026\t"Rapat\nkoordinasi"\t1') == [
        RawLine(1, "15-9-2026", "Rapat koordinasi", "1")
    ]


def test_a_lone_quotation_mark_swallows_nothing() -> None:
    assert [line.text for line in split_lines('15-9-2026\t"Rapat\n16-9-2026\tApel')] == ['"Rapat', "Apel"]


def test_cells_too_many_are_counted() -> None:
    assert split_lines("15-9-2026;Rapat; lalu apel;2;orang;1;x")[0].extra == 2


@settings(max_examples=150)
@given(st.text(max_size=300))
def test_nothing_pasted_breaks_it(pasted: str) -> None:
    for line in split_lines(pasted):
        assert line.number >= 1

"""The survey report, read back: chapters in order, figures, bookmarks, tags; data stays data; equal bytes."""

from dataclasses import replace
from decimal import Decimal

import pytest

from apps.core.images import check_pdf
from apps.reports.rendering import pdf
from apps.reports.rendering.survey_facts import Bars, Chapter, Grid, Paragraph, Section

from .reading import assert_in_order, find_all, pages, reader, words
from .survey_samples import SURVEY, UNSUR


def test_title_message_contents_and_chapters_stand_in_order() -> None:
    assert_in_order(
        words(pdf.render_survey_report(SURVEY)),
        "PEMERINTAH KOTA CONTOH",
        "LAPORAN SURVEI KEPUASAN MASYARAKAT (SKM)",
        "Poli Umum",
        "Puskesmas Contoh",
        "Semester II 2026 · 1 Juli 2026 s.d. 31 Desember 2026",
        "IKM 78,74 (B, Baik) dari 49 responden.",
        "Daftar isi",
        "BAB I. PENDAHULUAN",
        "BAB III. HASIL",
        "LAMPIRAN KUESIONER",
        "BAB I. PENDAHULUAN",
        "1.1 Latar belakang",
        "1.2 Dasar hukum",
        "BAB III. HASIL",
        "Nilai per unsur",
        *(cell for row in UNSUR for cell in row[:3]),
        "3,1497",
        "78,74",
        "B - Baik",
        "LAMPIRAN KUESIONER",
    )


def test_chapters_are_bookmarks_and_charts_have_words() -> None:
    document = reader(pdf.render_survey_report(SURVEY))
    titles = str(list(document.outline))
    for title in ("LAPORAN SURVEI", "BAB I. PENDAHULUAN", "BAB III. HASIL"):
        assert title in titles
    tree = document.trailer["/Root"]["/StructTreeRoot"]
    assert "Nilai rata-rata per unsur; terendah Persyaratan 2,82." in find_all(tree, "/Alt")
    assert document.metadata is not None
    assert document.metadata.title == "Laporan SKM – Poli Umum – Semester II 2026"
    assert document.trailer["/Root"]["/Lang"] == "id"


def test_the_head_of_a_long_table_repeats_and_every_page_can_be_checked() -> None:
    printed = pages(pdf.render_survey_report(SURVEY))
    assert len(printed) == 3
    assert all("EK-7Q2M-94KD" in page for page in printed)
    assert "KodePertanyaan" in printed[2]
    assert "Halaman3dari3" in printed[2]


def test_equal_facts_give_equal_bytes_in_the_archive_format() -> None:
    data = pdf.render_survey_report(SURVEY)
    assert data == pdf.render_survey_report(SURVEY)
    check_pdf(data)
    assert b"pdfuaid" in data


def test_what_people_wrote_is_printed_and_never_read_as_markup() -> None:
    nasty = '#panic("x") $x$ *tebal* [isi] @rujuk <label> \\ = Judul =HYPERLINK("a")'
    chapter = Chapter(
        number="BAB IV", title=nasty, sections=(Section(title=nasty, blocks=(Paragraph(text=nasty),)),)
    )
    told = words(pdf.render_survey_report(replace(SURVEY, subject=nasty, chapters=(chapter,))))
    assert told.count('#panic("x") $x$ *tebal* [isi] @rujuk <label>') >= 4


def test_a_watermark_and_an_empty_table_are_printed() -> None:
    empty = Grid(caption="Kosong", head=("A", "B"), rows=(), shares=(1, 1))
    chapter = Chapter(number="BAB I", title="ISI", sections=(Section(title="", blocks=(empty,)),))
    told = words(pdf.render_survey_report(replace(SURVEY, chapters=(chapter,), watermark="CONTOH")))
    assert "Tidak ada data." in told
    assert "CONTOH" in told


@pytest.mark.parametrize(
    "block",
    [
        Grid(caption="", head=("A", "B"), rows=(("satu",),), shares=(1, 1)),
        Grid(caption="", head=("A", "B"), rows=(), shares=(1,)),
        Grid(caption="", head=("A", "B"), rows=(), shares=(1, 1), foot=(("x", "y", "z"),)),
        Bars(title="", alt="x", minimum=Decimal(4), maximum=Decimal(4), bars=()),
    ],
)
def test_tables_with_holes_and_charts_without_a_span_are_refused(block: Grid | Bars) -> None:
    chapter = Chapter(number="", title="ISI", sections=(Section(title="", blocks=(block,)),))
    with pytest.raises(ValueError, match=r"cell for every column|a span"):
        pdf.render_survey_report(replace(SURVEY, chapters=(chapter,)))

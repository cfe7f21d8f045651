"""The PDFs: what they say and in which order, that data stays data, and that equal facts give equal bytes."""

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from apps.core.images import check_pdf
from apps.reports.rendering import pdf
from apps.reports.rendering.facts import Align, Approach, IndicatorRow, Layout, ReportColumn
from apps.reports.rendering.glyphs import REPLACEMENT, clean
from tests.reports.rendering.reading import assert_in_order, reader, words
from tests.reports.rendering.samples import DOCUMENT, EMPLOYEE, FORM, RESULTS, SKP, VALUES, someone


def test_the_result_document_has_its_fields_in_the_official_order() -> None:
    first = re.sub(r"\s+", " ", reader(pdf.render(DOCUMENT, FORM)).pages[0].extract_text())
    party = ("Nama", "NIP", "Pangkat/Gol. ruang", "Jabatan", "Unit kerja")
    assert_in_order(
        first,
        "PEMERINTAH KOTA CONTOH",
        "DOKUMEN EVALUASI KINERJA PEGAWAI",
        "PERIODE: TRIWULAN I",
        "Dinas Kesehatan Kota Contoh",
        "1 Januari 2026 s.d. 31 Maret 2026",
        "PEGAWAI YANG DINILAI",
        *party,
        "PEJABAT PENILAI KINERJA",
        *party,
        "ATASAN PEJABAT PENILAI KINERJA",
        *party,
        "EVALUASI KINERJA",
        "Capaian kinerja organisasi",
        "Predikat kinerja pegawai",
        "CATATAN/REKOMENDASI",
        "8 April 2026",
        "8 April 2026",
        "Menerima hasil evaluasi pada 10 April 2026",
    )
    for person in (EMPLOYEE, DOCUMENT.appraiser, DOCUMENT.appraiser_superior):
        assert person is not None
        assert person.name in first
        assert str(person.nip) in first


def test_the_form_follows_with_ratings_in_order() -> None:
    text = words(pdf.render(DOCUMENT, FORM))
    assert_in_order(
        text,
        "EVALUASI KINERJA PEGAWAI",
        "EVALUASI KINERJA PEGAWAI",
        "PENDEKATAN HASIL KERJA KUANTITATIF",
        "Pegawai yang Dinilai",
        "Pejabat Penilai Kinerja",
        "CAPAIAN KINERJA ORGANISASI",
        "POLA DISTRIBUSI",
        "HASIL KERJA",
        "Rencana hasil kerja atasan/",
        "Aspek",
        "Target",
        "Realisasi berdasarkan",
        "Umpan balik berkelanjutan",
        "A. Utama",
        "B. Tambahan",
        "RATING HASIL KERJA",
        "SESUAI EKSPEKTASI",
        "PERILAKU KERJA",
        *(label for label, *_ in VALUES),
        "RATING PERILAKU KERJA",
        "DI ATAS EKSPEKTASI",
        "PREDIKAT KINERJA PEGAWAI",
        "Kota Contoh, 7 April 2026",
    )


@pytest.mark.parametrize(
    ("layout", "approach", "has", "has_not"),
    [
        (Layout.JA_JF, Approach.KUANTITATIF, ["diintervensi", "Aspek"], ["Perspektif"]),
        (Layout.JPT, Approach.KUANTITATIF, ["Perspektif", "Penerima Layanan"], ["diintervensi", "Aspek"]),
        (Layout.JA_JF, Approach.KUALITATIF, ["diintervensi", "Ukuran keberhasilan"], ["Aspek", "Perspektif"]),
        (Layout.JPT, Approach.KUALITATIF, ["Ukuran keberhasilan"], ["diintervensi", "Aspek", "Perspektif"]),
    ],
)
def test_columns_depend_on_layout_and_approach(
    layout: Layout, approach: Approach, has: list[str], has_not: list[str]
) -> None:
    form = replace(FORM, layout=layout, approach=approach)
    for data in (
        pdf.render(DOCUMENT, form),
        pdf.render(replace(SKP, layout=layout, approach=approach)),
    ):
        text = words(data)
        assert all(item in text for item in has)
        assert not any(item in text for item in has_not)


def test_skp_has_its_annex_behind_it() -> None:
    data = pdf.render(SKP)
    assert_in_order(
        words(data),
        "SASARAN KINERJA PEGAWAI",
        "HASIL KERJA",
        "PERILAKU KERJA",
        "LAMPIRAN SASARAN KINERJA PEGAWAI",
        "DUKUNGAN SUMBER DAYA",
        "SKEMA PERTANGGUNGJAWABAN",
        "KONSEKUENSI",
    )
    assert "Realisasi" not in words(data)
    assert "LAMPIRAN" not in words(pdf.render(replace(SKP, annex=None)))


def test_an_appraiser_without_nip_shows_the_agency() -> None:
    mayor = replace(
        DOCUMENT.appraiser, name="Wali Kota Contoh", nip=None, rank="", agency="Pemerintah Kota Contoh"
    )
    text = words(pdf.render(replace(DOCUMENT, appraiser=mayor), replace(FORM, appraiser=mayor)))
    assert "Instansi Pemerintah Kota Contoh" in text
    assert "NIP None" not in text


HOSTILE = [
    "#let x = 1",
    "*bold* _it_ `raw`",
    "$x^2$ @ref <label>",
    r"\ \\ \u{41} \n",
    "“quotes” \"double\" 'single'",
    "= heading",
    "#sys.inputs.data",
    '#read("/etc/passwd")',
    "// comment /* more */",
    "--- -- ... ~",
    '{"a": [1]}',
    "https://a.b",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_markup_in_data_prints_literally(text: str) -> None:
    employee = replace(EMPLOYEE, name=text, position=text)
    form = replace(FORM, employee=employee, results=(replace(RESULTS[0], rhk=text, feedback=text),))
    printed = words(pdf.render(replace(DOCUMENT, employee=employee, notes=text), form))
    assert printed.count(text) >= 4


@pytest.mark.parametrize("name", ["Đặng Thị Ánh", "Ñuñez Łukasz Ğül", "Иванов", "I Gusti Ayu Kadék"])
def test_names_with_diacritics_can_be_copied(name: str) -> None:
    employee = replace(EMPLOYEE, name=name)
    printed = words(pdf.render(replace(DOCUMENT, employee=employee), replace(FORM, employee=employee)))
    assert name in printed


def test_what_the_fonts_lack_does_not_stop_the_document() -> None:
    document = replace(DOCUMENT, notes="baik 👍🏽 王\x00\x07 selesai\nbaris kedua")
    assert REPLACEMENT in words(pdf.render(document, FORM))
    assert clean("a\u0301\x00") == "á"


def test_long_words_and_long_texts_stay_on_paper() -> None:
    long = replace(
        RESULTS[0],
        rhk="x" * 300,
        feedback="Kalimat panjang sekali. " * 400,
        indicators=(IndicatorRow(aspect="Waktu", text="https://contoh.example/" + "a" * 200, target="1"),)
        * 9,
    )
    told = words(pdf.render(DOCUMENT, replace(FORM, results=(long,))))
    # A page may end inside of a sentence, and inside of a word that is longer than its column.
    assert [told.count(word) for word in ("Kalimat", "panjang", "sekali.")] == [400, 400, 400]
    pieces = re.findall("x{5,}", told.replace("\u200b", ""))
    assert sum(map(len, pieces)) == 300


def test_no_rows_and_no_distribution_are_said() -> None:
    text = words(pdf.render(DOCUMENT, replace(FORM, results=(), distribution=())))
    assert text.count("Tidak ada") == 2
    assert "Jumlah pegawai belum dapat ditampilkan" in text
    unknown = pdf.render(DOCUMENT, replace(FORM, distribution=(), guide=None))
    assert "Belum tersedia" in words(unknown)


def test_same_facts_give_same_bytes_and_other_facts_do_not() -> None:
    data = pdf.render(DOCUMENT, FORM)
    assert data == pdf.render(DOCUMENT, FORM)
    assert data != pdf.render(replace(DOCUMENT, notes="lain"), FORM)
    assert "20260408" in str(reader(data).metadata["/CreationDate"])  # type: ignore[index]


def test_pdf_is_tagged_named_and_harmless() -> None:
    data = pdf.render(DOCUMENT, FORM)
    root = reader(data).trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "id"
    assert "StructTreeRoot" in str(root)
    assert EMPLOYEE.name in reader(data).metadata.title  # type: ignore[operator, union-attr]
    assert b"pdfuaid" in data
    assert b"pdfaid" in data
    check_pdf(data)


def test_only_our_font_is_embedded() -> None:
    names = set()
    for page in reader(pdf.render(DOCUMENT, FORM)).pages:
        names |= {str(f.get_object()["/BaseFont"]) for f in page["/Resources"]["/Font"].values()}
    assert names
    assert all("SourceSans3" in name for name in names)


def test_a_pack_has_every_persons_pages_numbered_for_themselves() -> None:
    alone = len(reader(pdf.render(*someone(0))).pages)
    pages = reader(pdf.render_pack([someone(i) for i in range(50)])).pages
    assert len(pages) == 50 * alone
    for i in (0, 1, 37, 49):
        for k in range(alone):
            text = pages[i * alone + k].extract_text()
            assert f"Halaman {k + 1} dari {alone}" in text
            assert f"EK-{i:04d}" in text
        assert f"Pegawai Contoh {i:04d}" in pages[i * alone].extract_text()


def test_refuses_mismatched_and_empty() -> None:
    with pytest.raises(ValueError, match="differ in predikat"):
        pdf.render(replace(DOCUMENT, predikat="Kurang"), FORM)
    with pytest.raises(ValueError, match="at least one"):
        pdf.render_pack([])


def test_watermark_is_on_every_page_of_a_demo() -> None:
    data = pdf.render(replace(DOCUMENT, watermark="CONTOH"), FORM)
    assert all("CONTOH" in page.extract_text().splitlines() for page in reader(data).pages)


def test_table_report_repeats_its_head_and_formats_values() -> None:
    columns = [
        ReportColumn(title="Nama", share=2),
        ReportColumn(title="Nilai", align=Align.RIGHT),
        ReportColumn(title="Tanggal", share=None, align=Align.CENTER),
    ]
    rows: list[list[str | int | Decimal | date | None]] = [
        [f"Pegawai {i} #x", Decimal("1234.50"), date(2026, 8, 17)] for i in range(120)
    ] + [["kosong", None, None]]
    data = pdf.render_table_report(
        "Rekap", "Triwulan I", columns, rows, ["Sumber: uji."], on=date(2026, 4, 1), government="Kota Contoh"
    )
    pages = reader(data).pages
    assert len(pages) > 1
    assert all("Nilai" in page.extract_text() for page in pages)
    assert "1.234,50" in words(data)
    assert "17 Agustus 2026" in words(data)
    assert "Sumber: uji." in pages[-1].extract_text()
    assert pages[0].mediabox.width < pages[0].mediabox.height
    empty = pdf.render_table_report(
        "Rekap", "", columns, [], on=date(2026, 4, 1), government="K", landscape=True
    )
    assert "Tidak ada data" in words(empty)
    with pytest.raises(ValueError, match="every column"):
        pdf.render_table_report("Rekap", "", columns, [["x"]], on=date(2026, 4, 1), government="K")

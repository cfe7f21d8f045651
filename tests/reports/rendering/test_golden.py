"""Every document, read back: all fields of the domain sheet (section 6) in their order, page by page."""

from dataclasses import replace

import pytest

from apps.reports.rendering import payload, pdf
from apps.reports.rendering.facts import (
    Approach,
    IndicatorRow,
    Layout,
    Party,
    ResultKind,
    ResultRow,
    SkpAnnex,
    SkpForm,
    Statement,
)

from .reading import assert_in_order, find_all, flatten, page_of, pages, reader, squeezed, words
from .samples import (
    ACCUMULATION,
    ANNEX,
    APPRAISER,
    BEHAVIORS,
    CONVERSION,
    DOCUMENT,
    EMPLOYEE,
    FORM,
    OBJECTION,
    PAK,
    SKP,
    SUPERIOR,
    VERIFICATION,
)

MAYOR = Party(
    name="H. Umpama Raya", nip=None, rank="", position="Wali Kota", unit="", agency="Pemerintah Kota Contoh"
)
GROUP = {
    Layout.JA_JF: "BAGI PEJABAT ADMINISTRASI DAN PEJABAT FUNGSIONAL",
    Layout.JPT: "BAGI PEJABAT PIMPINAN TINGGI DAN PIMPINAN UNIT KERJA MANDIRI",
}
# One indicator per result, so that every cell of a row stands in one line of the page's text.
ROWS = tuple(
    ResultRow(
        kind=ResultKind.UTAMA if number < 3 else ResultKind.TAMBAHAN,
        superior_result=f"Hasil atasan {number}",
        rhk=f"Hasil pegawai {number}",
        perspective="Proses Bisnis",
        indicators=(
            IndicatorRow(
                aspect="Kualitas",
                text=f"Ukuran {number}",
                target=f"{number}0 % berkas",
                realization=f"{number}1 % berkas",
            ),
        ),
        feedback=f"Umpan balik {number}",
    )
    for number in (1, 2, 3)
)
HEADS = {
    (Layout.JA_JF, Approach.KUANTITATIF): [
        "No",
        "Rencana hasil kerja atasan/pimpinan yang diintervensi",
        "Rencana hasil kerja",
        "Aspek",
        "Indikator kinerja individu",
        "Target",
    ],
    (Layout.JPT, Approach.KUANTITATIF): [
        "No",
        "Rencana hasil kerja",
        "Indikator kinerja individu",
        "Target",
        "Perspektif",
    ],
    (Layout.JA_JF, Approach.KUALITATIF): [
        "No",
        "Rencana hasil kerja atasan/pimpinan yang diintervensi",
        "Rencana hasil kerja",
        "Ukuran keberhasilan/indikator kinerja individu dan target",
    ],
    (Layout.JPT, Approach.KUALITATIF): [
        "No",
        "Rencana hasil kerja",
        "Ukuran keberhasilan/indikator kinerja individu dan target",
    ],
}
RATED_HEADS = ["Realisasi berdasarkan bukti dukung", "Umpan balik berkelanjutan berdasarkan bukti dukung"]
FOUR = list(HEADS)


def cells(row: ResultRow, layout: Layout, approach: Approach, *, rated: bool) -> list[str]:
    """Return what a row of the table Hasil kerja says, in the order of its columns."""
    (indicator,) = row.indicators
    told = [row.rhk, indicator.text, indicator.target]
    if approach is Approach.KUANTITATIF and layout is Layout.JA_JF:
        told.insert(1, "Kualitas")
    if approach is Approach.KUANTITATIF and layout is Layout.JPT:
        told.append("Proses Bisnis")
    if layout is Layout.JA_JF:
        told.insert(0, str(row.superior_result))
    return [*told, indicator.realization, row.feedback] if rated else told


def five(party: Party) -> list[str]:
    """Return the five rows of a block of a person with their labels."""
    last = ["Unit kerja", party.unit] if party.agency is None else ["Instansi", party.agency]
    return flatten(
        [
            ["Nama", party.name],
            ["NIP", party.nip or "–"],
            ["Pangkat/Gol. ruang", party.rank or "–"],
            ["Jabatan", party.position or "–"],
            last,
        ]
    )


def signed(*parties: Party) -> list[str]:
    """Return what stands below the space for a signature."""
    return flatten([[p.name, p.rank, f"NIP {p.nip}" if p.nip else ""] for p in parties])


def behaviors(*, rated: bool) -> list[str]:
    """Return the seven values with their lines, expectation and feedback."""
    told: list[str] = []
    for value in BEHAVIORS:
        told += [value.label, *value.lines, value.expectation or "–"]
        told += [value.feedback] if rated else []
    return told


def sections(layout: Layout, approach: Approach, *, rated: bool) -> list[str]:
    """Return the table Hasil kerja below its head."""
    main = flatten(cells(row, layout, approach, rated=rated) for row in ROWS[:2])
    return ["A. Utama", *main, "B. Tambahan", *cells(ROWS[2], layout, approach, rated=rated)]


def plan(layout: Layout, approach: Approach, appraiser: Party = APPRAISER) -> SkpForm:
    return replace(SKP, layout=layout, approach=approach, results=ROWS, appraiser=appraiser)


@pytest.mark.parametrize(("layout", "approach"), FOUR)
def test_skp_in_each_of_the_four_layouts(layout: Layout, approach: Approach) -> None:
    appraiser = MAYOR if layout is Layout.JPT else APPRAISER
    data = pdf.render(replace(plan(layout, approach, appraiser), annex=None))
    head = HEADS[layout, approach]
    assert_in_order(
        words(data),
        "SASARAN KINERJA PEGAWAI",
        f"PENDEKATAN HASIL KERJA {approach.value.upper()}",
        GROUP[layout],
        "Dinas Kesehatan Kota Contoh",
        "Periode penilaian: 1 Januari 2026 s.d. 31 Desember 2026",
        "Pegawai yang Dinilai",
        *five(EMPLOYEE),
        "Pejabat Penilai Kinerja",
        *five(appraiser),
        "HASIL KERJA",
        *head,
        *(f"({n})" for n in range(1, len(head) + 1)),
        *sections(layout, approach, rated=False),
        "PERILAKU KERJA",
        "No",
        "Perilaku kerja",
        "Ekspektasi khusus pimpinan/leader",
        *behaviors(rated=False),
        "Pegawai yang Dinilai,",
        *signed(EMPLOYEE),
        "Kota Contoh, 12 Januari 2026",
        "Pejabat Penilai Kinerja,",
        *signed(appraiser),
    )


def test_annex_of_the_plan() -> None:
    data = pdf.render(SKP)
    assert_in_order(
        words(data)[words(data).index("LAMPIRAN") :],
        "LAMPIRAN SASARAN KINERJA PEGAWAI",
        "Dinas Kesehatan Kota Contoh",
        "Periode penilaian: 1 Januari 2026 s.d. 31 Desember 2026",
        *five(EMPLOYEE),
        *five(APPRAISER),
        "DUKUNGAN SUMBER DAYA",
        "1.",
        "Komputer pendaftaran di poli umum",
        "2.",
        "Dua perawat pengganti pada hari imunisasi",
        "SKEMA PERTANGGUNGJAWABAN",
        "1.",
        "Laporan bulanan kepada Kepala Puskesmas",
        "2.",
        "Dialog kinerja setiap triwulan",
        "KONSEKUENSI",
        "1.",
        "Usulan pelatihan lanjutan bila target tercapai",
        "Pegawai yang Dinilai,",
        *signed(EMPLOYEE),
        "Pejabat Penilai Kinerja,",
        *signed(APPRAISER),
    )


@pytest.mark.parametrize(("layout", "approach"), FOUR)
def test_evaluation_form_in_each_of_the_four_layouts(layout: Layout, approach: Approach) -> None:
    appraiser = MAYOR if layout is Layout.JPT else APPRAISER
    form = replace(FORM, layout=layout, approach=approach, results=ROWS, appraiser=appraiser)
    text = words(pdf.render(form))
    assert_in_order(
        text,
        "EVALUASI KINERJA PEGAWAI",
        f"PENDEKATAN HASIL KERJA {approach.value.upper()}",
        GROUP[layout],
        "PERIODE: TRIWULAN I",
        "Dinas Kesehatan Kota Contoh",
        "Periode penilaian: 1 Januari 2026 s.d. 31 Maret 2026",
        "Pegawai yang Dinilai",
        *five(EMPLOYEE),
        "Pejabat Penilai Kinerja",
        *five(appraiser),
        "CAPAIAN KINERJA ORGANISASI",
        "POLA DISTRIBUSI",
        "BAIK",
        "Frekuensi",
        "Predikat kinerja pegawai",
        *("Sangat Kurang", "Kurang/misconduct", "Butuh Perbaikan", "Baik", "Sangat Baik"),
        *("0", "1", "3", "24", "8"),
        "Pola panduan (SE MenPANRB 3/2023)",
        "HASIL KERJA",
        *HEADS[layout, approach],
        *RATED_HEADS,
        *sections(layout, approach, rated=True),
        "RATING HASIL KERJA",
        "SESUAI EKSPEKTASI",
        "PERILAKU KERJA",
        *behaviors(rated=True),
        "RATING PERILAKU KERJA",
        "DI ATAS EKSPEKTASI",
        "PREDIKAT KINERJA PEGAWAI",
        "BAIK",
        "Kota Contoh, 7 April 2026",
        "Pejabat Penilai Kinerja,",
        *signed(appraiser),
    )


def test_result_document() -> None:
    assert_in_order(
        words(pdf.render(DOCUMENT)),
        "PEMERINTAH KOTA CONTOH",
        "DOKUMEN EVALUASI KINERJA PEGAWAI",
        "PERIODE: TRIWULAN I",
        "Dinas Kesehatan Kota Contoh",
        "Periode penilaian: 1 Januari 2026 s.d. 31 Maret 2026",
        "PEGAWAI YANG DINILAI",
        *five(EMPLOYEE),
        "PEJABAT PENILAI KINERJA",
        *five(APPRAISER),
        "ATASAN PEJABAT PENILAI KINERJA",
        *five(SUPERIOR),
        "EVALUASI KINERJA",
        *("Capaian kinerja organisasi", "Baik", "Predikat kinerja pegawai", "Baik"),
        "CATATAN/REKOMENDASI",
        DOCUMENT.notes,
        *("6.", "Kota Contoh, 8 April 2026", "Pejabat Penilai Kinerja,", *signed(APPRAISER)),
        # The day of receipt starts the days for an objection.
        *("7.", "Kota Contoh, 8 April 2026", "Diterima oleh pegawai yang dinilai,", *signed(EMPLOYEE)),
        "Menerima hasil evaluasi pada 10 April 2026",
        *("Kode verifikasi", VERIFICATION.code, VERIFICATION.url, VERIFICATION.content_hash),
    )


def test_explanation_behind_the_result() -> None:
    printed = pages(pdf.render(DOCUMENT, FORM, ANNEX))
    assert page_of(printed, "PENJELASAN PREDIKAT") == len(printed) - 1, "an annex has a page of its own"
    assert_in_order(
        printed[-1],
        "PENJELASAN PREDIKAT KINERJA PEGAWAI",
        "LAMPIRAN DOKUMEN EVALUASI KINERJA PEGAWAI",
        "PERIODE: TRIWULAN I",
        EMPLOYEE.name,
        f"NIP {EMPLOYEE.nip}",
        "Predikat: Baik",
        *flatten([part.title, *part.paragraphs, *part.points] for part in ANNEX.sections[:1]),
        "Sel matriks",
        *("Di atas ekspektasi", "Kurang/misconduct", "Baik", "Sangat Baik"),
        *("Sesuai ekspektasi", "Kurang/misconduct", "Baik", "Baik (Anda)"),
        *("Di bawah ekspektasi", "Sangat Kurang", "Butuh Perbaikan", "Butuh Perbaikan"),
        "Apa yang akan mengubahnya",
        ANNEX.sections[2].points[0],
        "Angka di baliknya",
        *("Pasien", "600 pasien", "642", "Laporan", "642 ÷ 600 × 100 = 107 %"),
        "Dasar aturan",
    )


def test_objection_form() -> None:
    decision = OBJECTION.decision
    assert decision is not None
    assert_in_order(
        words(pdf.render(OBJECTION)),
        "PEMERINTAH KOTA CONTOH",
        "Format D.1.3",
        "KEBERATAN ATAS HASIL EVALUASI KINERJA PEGAWAI",
        "NOMOR KB-CONTOH-2026-000012",
        "PERIODE: TRIWULAN I",
        "PEGAWAI YANG MENGAJUKAN KEBERATAN",
        *five(EMPLOYEE),
        "PEJABAT PENILAI KINERJA",
        *five(APPRAISER),
        "ATASAN PEJABAT PENILAI KINERJA YANG MEMUTUSKAN",
        *five(SUPERIOR),
        "HASIL EVALUASI YANG DIAJUKAN KEBERATAN",
        *("Diterima pegawai", "8 April 2026", "Batas waktu keberatan", "28 April 2026"),
        *("Keberatan diajukan", "15 April 2026"),
        *("Rating hasil kerja", "Di bawah ekspektasi", "Rating perilaku kerja", "Sesuai ekspektasi"),
        *("Predikat kinerja pegawai", "Butuh Perbaikan", "Yang dikeberatkan", "Rating hasil kerja"),
        *("ALASAN KEBERATAN", OBJECTION.reason),
        *("HASIL YANG DIMINTA", OBJECTION.wanted),
        *("LAMPIRAN", "1.", "tanda-terima-laporan-maret.pdf"),
        *("PERTANYAAN PEJABAT YANG MEMUTUSKAN", "16 April 2026", OBJECTION.question.text),
        *("PENJELASAN PEGAWAI", "17 April 2026", OBJECTION.employee_statement.text),
        *("PENJELASAN PEJABAT PENILAI KINERJA", "17 April 2026", OBJECTION.appraiser_statement.text),
        *("KEPUTUSAN (BERSIFAT FINAL)", "Tanggal keputusan", "21 April 2026", decision.outcome),
        *("Sesuai ekspektasi", "Sesuai ekspektasi", "Baik"),
        *("ALASAN KEPUTUSAN", decision.reason),
        *("Kota Contoh, 15 April 2026", "Pegawai yang mengajukan keberatan,", *signed(EMPLOYEE)),
        *("Kota Contoh, 21 April 2026", "Atasan Pejabat Penilai Kinerja,", *signed(SUPERIOR)),
    )


def test_an_open_objection_says_until_when_it_is_decided() -> None:
    nothing = Statement(text="", on=None)
    text = words(
        pdf.render(
            replace(
                OBJECTION,
                decision=None,
                question=nothing,
                employee_statement=nothing,
                appraiser_statement=nothing,
                attachments=(),
                decider=None,
            )
        )
    )
    assert "Belum diputuskan. Batas waktu keputusan: 24 April 2026." in text
    assert "Atasan Pejabat Penilai Kinerja," not in text, "nobody signs what is not decided"
    assert text.count("Tidak ada") == 4


def test_conversion_of_credit() -> None:
    assert_in_order(
        words(pdf.render(CONVERSION)),
        "PEMERINTAH KOTA CONTOH",
        "KONVERSI PREDIKAT KINERJA KE ANGKA KREDIT",
        "NOMOR AK-CONTOH-2026-000003",
        "Periode: 1 Januari 2026 s.d. 31 Desember 2026",
        "PEJABAT FUNGSIONAL YANG DINILAI",
        *("Nama", EMPLOYEE.name, "NIP", str(EMPLOYEE.nip), "Pangkat/Gol. ruang", EMPLOYEE.rank),
        *("Jabatan", EMPLOYEE.position, "Jenjang", "Ahli Pertama", "Unit kerja", EMPLOYEE.unit),
        "PEJABAT PENILAI KINERJA",
        *five(APPRAISER),
        "KONVERSI PREDIKAT KINERJA",
        *("Jenis", "Tahunan", "Jumlah bulan", "12", "Predikat kinerja", "Sangat Baik"),
        *("Persentase", "150 %", "Koefisien per tahun", "12,5"),
        *("Perhitungan", "12/12 × 150 % × 12,5 = 18,75", "Angka kredit yang didapat", "18,75"),
        *("KETERANGAN", "PermenPANRB 1/2023"),
        *("Kota Contoh, 20 Januari 2027", "Pejabat Penilai Kinerja,", *signed(APPRAISER)),
    )
    replaced = replace(CONVERSION, replaced="Tidak dihitung lagi: digantikan konversi tahunan")
    assert "Tidak dihitung lagi" in words(pdf.render(replaced))


def test_accumulation_of_credit() -> None:
    assert_in_order(
        words(pdf.render(ACCUMULATION)),
        "AKUMULASI ANGKA KREDIT",
        "SAMPAI DENGAN 31 DESEMBER 2026",
        "Jenjang: Ahli Pertama",
        *("Nama", EMPLOYEE.name, "NIP", str(EMPLOYEE.nip)),
        *five(APPRAISER),
        "ANGKA KREDIT YANG DIDAPAT",
        *("Angka kredit integrasi per 31 Desember 2025", "SK 12/2025", "1.062,50"),
        *("1 Januari 2026 s.d. 31 Desember 2026", "AK-CONTOH-2026-000003", "12", "Sangat Baik"),
        *("150 %", "12,5", "18,75", "Ijazah S-2, 3 Mei 2026", "25 % × 50", "12,50"),
        *("Jumlah angka kredit", "1.093,75"),
        *("Kenaikan pangkat III/a ke III/b, 1 April 2026", "50,00"),
        "KEBUTUHAN ANGKA KREDIT BERIKUTNYA",
        *("Kenaikan pangkat ke Penata, III/c", "50,00", "43,75", "6,25", "0,00"),
        *("Kenaikan jenjang ke Ahli Muda", "100,00", "1.093,75", "0,00", "993,75"),
        *("Kota Contoh, 31 Desember 2026", "Pejabat Penilai Kinerja,", *signed(APPRAISER)),
    )


def test_pak() -> None:
    assert_in_order(
        words(pdf.render(PAK)),
        "PENETAPAN ANGKA KREDIT",
        "NOMOR PAK-CONTOH-2027-000001",
        "Keadaan per: 31 Desember 2026",
        "KETERANGAN PERORANGAN",
        *("Nama", EMPLOYEE.name, "NIP", str(EMPLOYEE.nip), "Jenjang", "Ahli Pertama"),
        "HASIL PENILAIAN ANGKA KREDIT",
        *("Saldo awal dan angka kredit integrasi", "1.062,50"),
        *("Konversi predikat kinerja", "18,75", "Peningkatan pendidikan", "12,50"),
        *("Jumlah angka kredit", "1.093,75", "Sudah dipakai untuk kenaikan pangkat", "50,00"),
        "KEBUTUHAN UNTUK KENAIKAN",
        *("Kenaikan jenjang ke Ahli Muda", "100,00", "1.093,75"),
        *("Lulus uji kompetensi", "Terpenuhi", "Sertifikat 9/2026", "Belum dikonfirmasi", "–"),
        "Dapat dipertimbangkan untuk kenaikan jenjang ke Ahli Muda.",
        *("Ditetapkan di Kota Contoh, 25 Januari 2027", "Petugas Kepegawaian Contoh"),
    )


def test_who_acts_signs_with_the_post_and_its_holder() -> None:
    acting = replace(
        APPRAISER,
        name="dr. Sari Pengganti",
        position="Plt. Kepala Puskesmas Contoh Utara",
        holder="dr. Bayu Misalnya, M.Kes.",
    )
    form, document = (replace(part, appraiser=acting) for part in (FORM, DOCUMENT))
    for part in (form, document, replace(SKP, appraiser=acting, annex=None)):
        text = words(pdf.render(part))
        assert_in_order(
            text,
            *("Nama", "dr. Sari Pengganti", "Plt. Kepala Puskesmas Contoh Utara"),
            "Pemangku jabatan: dr. Bayu Misalnya, M.Kes.",
            *("Pejabat Penilai Kinerja,", "Plt. Kepala Puskesmas Contoh Utara", "dr. Sari Pengganti"),
            "Pemangku jabatan: dr. Bayu Misalnya, M.Kes.",
        )


def test_what_is_missing_is_a_dash() -> None:
    bare = Party(name="Pegawai Contoh", nip=None, rank="", position="", unit="")
    row = ResultRow(kind=ResultKind.UTAMA, rhk="Hasil", indicators=())
    nothing = Statement(text="", on=None)
    documents = [
        replace(
            SKP,
            employee=bare,
            appraiser=bare,
            results=(row,),
            annex=SkpAnnex(resources=(), accountability=(), consequences=()),
        ),
        replace(FORM, employee=bare, appraiser=bare, results=(row,), distribution=(), guide=None),
        replace(DOCUMENT, appraiser_superior=None, appraiser=bare, notes="", answer=""),
        replace(OBJECTION, decider=None, decision=None, wanted="", due_on=None, question=nothing),
        replace(ACCUMULATION, openings=(), conversions=(), diplomas=(), used=(), needs=(), appraiser=bare),
        replace(PAK, conditions=(), needs=(), signer=""),
    ]
    for document in documents:
        text = words(pdf.render(document))
        assert "None" not in text
        assert "–" in text or "Tidak ada" in text or "Belum ada" in text
    assert "Atasan" not in words(pdf.render(documents[2])).split("ATASAN PEJABAT")[1][:12]


def long_plan(rows: int) -> SkpForm:
    """Return a plan with many results, each with a text of its own at its begin and end."""
    return replace(
        SKP,
        annex=None,
        results=tuple(
            replace(
                SKP.results[0],
                rhk=f"Awal-{number:02d}: terlaksananya asuhan keperawatan rawat jalan sesuai standar",
                indicators=(*SKP.results[0].indicators, IndicatorRow(text=f"Akhir-{number:02d}", target="1")),
            )
            for number in range(1, rows + 1)
        ),
    )


def test_sixty_rows_keep_their_head_on_every_page_and_break_between_rows() -> None:
    data = pdf.render(long_plan(60))
    printed = pages(data)
    last = page_of(printed, "Akhir-60")
    assert last >= 5
    assert all(squeezed("Indikator kinerja individu") in page for page in printed[: last + 1])
    assert_in_order("".join(printed), *(f"Akhir-{number:02d}" for number in range(1, 61)))
    for number in range(1, 61):
        assert page_of(printed, f"Awal-{number:02d}") == page_of(printed, f"Akhir-{number:02d}")


@pytest.mark.parametrize("rows", [1, 2, 3, 4, 5, 6])
def test_a_signature_never_stands_on_a_page_alone(rows: int) -> None:
    end = pages(pdf.render(long_plan(rows)))[-1]
    assert squeezed(f"NIP {APPRAISER.nip}") in end
    assert "Kolaboratif" in end
    rated = pages(pdf.render(replace(FORM, results=long_plan(rows).results)))[-1]
    assert squeezed(f"NIP {APPRAISER.nip}") in rated
    assert "Kolaboratif" in rated


@pytest.mark.parametrize("sentences", [1, 26, 34, 60, 200])
def test_the_end_of_a_long_text_stays_with_the_signatures(sentences: int) -> None:
    told = " ".join(f"Kalimat ke-{number}." for number in range(sentences)) + " Penutup."
    decision = replace(OBJECTION.decision, reason=told)  # type: ignore[type-var]
    for document in (replace(DOCUMENT, notes=told), replace(OBJECTION, decision=decision)):
        printed = pages(pdf.render(document))
        assert page_of(printed, "Penutup.") == len(printed) - 1
        assert_in_order("".join(printed), *(f"Kalimat ke-{number}." for number in range(sentences)))


def test_numbers_and_dates_are_written_the_indonesian_way() -> None:
    assert "1.062,50" in words(pdf.render(ACCUMULATION))
    assert payload.text("naik 25 % dari 1.000") == "naik 25\u00a0% dari 1.000", (
        "no line ends before a percent sign"
    )
    assert payload.printed_date(ACCUMULATION.date) == "31\u00a0Desember\u00a02026", "nor inside of a date"


def test_every_document_is_tagged_in_indonesian_with_its_name_as_title() -> None:
    for document in (SKP, FORM, DOCUMENT, OBJECTION, CONVERSION, ACCUMULATION, PAK):
        opened = reader(pdf.render(document))
        root = opened.trailer["/Root"]
        assert root["/MarkInfo"]["/Marked"]
        assert root["/Lang"] == "id"
        assert EMPLOYEE.name in str(opened.metadata and opened.metadata.title)
        assert EMPLOYEE.name in str(opened.outline), "bookmarks name the person"


def test_the_curve_can_be_read_without_seeing_it() -> None:
    data = pdf.render(FORM)
    alternatives = [
        str(value) for value in find_all(reader(data).trailer["/Root"]["/StructTreeRoot"], "/Alt")
    ]
    (curve,) = [text for text in alternatives if "Kurva" in text]
    assert "Butuh Perbaikan 3, Baik 24, Sangat Baik 8" in curve
    assert "Baik paling banyak, paling tinggi 70 %" in curve.replace("\u00a0", " ")
    assert "sumbu mendatar predikat, sumbu tegak frekuensi" in curve

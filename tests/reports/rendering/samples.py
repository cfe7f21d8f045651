"""Invented facts for the document tests: complete, with the awkward cases in reach."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from apps.reports.rendering.facts import (
    AccumulationDocument,
    AnnexSection,
    AnnexTable,
    Approach,
    BehaviorRow,
    Condition,
    ConversionDocument,
    ConversionLine,
    CreditLine,
    CreditNeed,
    Decision,
    DistributionCount,
    EvaluationDocument,
    EvaluationForm,
    ExplanationAnnex,
    Guide,
    IndicatorRow,
    Layout,
    ObjectionForm,
    PakDocument,
    Party,
    Ratings,
    ResultKind,
    ResultRow,
    SkpAnnex,
    SkpForm,
    Statement,
    Verification,
)

EMPLOYEE = Party(
    name="Wulan Contohwati, S.Kep., Ns.",
    nip="199001012015032901",
    rank="Penata Muda Tingkat I (III/b)",
    position="Perawat Ahli Pertama",
    unit="Puskesmas Contoh Utara",
)
APPRAISER = Party(
    name="dr. Bayu Misalnya, M.Kes.",
    nip="197805172006041902",
    rank="Pembina (IV/a)",
    position="Kepala Puskesmas Contoh Utara",
    unit="Puskesmas Contoh Utara",
)
SUPERIOR = Party(
    name="Dra. Ratna Umpama, M.Si.",
    nip="197002021995032903",
    rank="Pembina Utama Muda (IV/c)",
    position="Kepala Dinas Kesehatan",
    unit="Dinas Kesehatan Kota Contoh",
)
VERIFICATION = Verification(
    code="EK-7Q2M-94KD",
    url="https://kinerja.contoh.example/v/EK-7Q2M-94KD",
    content_hash="sha256:4be1c0ffee0d1234567890abcdef4be1c0ffee0d1234567890abcdef12345678",
)
VALUES = (
    (
        "Berorientasi Pelayanan",
        "Memahami dan memenuhi kebutuhan masyarakat",
        "Ramah, cekatan, solutif, dan dapat diandalkan",
        "Melakukan perbaikan tiada henti",
    ),
    (
        "Akuntabel",
        "Melaksanakan tugas dengan jujur, bertanggung jawab, cermat, disiplin, dan berintegritas tinggi",
        "Menggunakan kekayaan dan barang milik negara secara bertanggung jawab, efektif, dan efisien",
        "Tidak menyalahgunakan kewenangan jabatan",
    ),
    (
        "Kompeten",
        "Meningkatkan kompetensi diri untuk menjawab tantangan yang selalu berubah",
        "Membantu orang lain belajar",
        "Melaksanakan tugas dengan kualitas terbaik",
    ),
    (
        "Harmonis",
        "Menghargai setiap orang apa pun latar belakangnya",
        "Suka menolong orang lain",
        "Membangun lingkungan kerja yang kondusif",
    ),
    (
        "Loyal",
        "Memegang teguh ideologi Pancasila, UUD 1945, setia kepada NKRI serta pemerintahan yang sah",
        "Menjaga nama baik sesama ASN, pimpinan, instansi, dan negara",
        "Menjaga rahasia jabatan dan negara",
    ),
    (
        "Adaptif",
        "Cepat menyesuaikan diri menghadapi perubahan",
        "Terus berinovasi dan mengembangkan kreativitas",
        "Bertindak proaktif",
    ),
    (
        "Kolaboratif",
        "Memberi kesempatan kepada berbagai pihak untuk berkontribusi",
        "Terbuka dalam bekerja sama untuk menghasilkan nilai tambah",
        "Menggerakkan pemanfaatan berbagai sumber daya untuk tujuan bersama",
    ),
)
BEHAVIORS = tuple(
    BehaviorRow(
        label=label,
        lines=lines,
        expectation="Menyapa pasien paling lambat dua menit setelah dipanggil."
        if label == "Berorientasi Pelayanan"
        else "",
        feedback="Warga memuji cara menjelaskan obat; pertahankan."
        if label == "Berorientasi Pelayanan"
        else "Sesuai.",
    )
    for label, *rest in VALUES
    for lines in [tuple(rest)]
)
RESULTS = (
    ResultRow(
        kind=ResultKind.UTAMA,
        superior_result="Meningkatnya mutu layanan rawat jalan",
        rhk="Terlaksananya asuhan keperawatan rawat jalan sesuai standar",
        perspective="Penerima Layanan",
        indicators=(
            IndicatorRow(
                aspect="Kuantitas",
                text="Jumlah pasien yang mendapat asuhan keperawatan",
                target="600 pasien per triwulan",
                realization="642 pasien",
            ),
            IndicatorRow(
                aspect="Kualitas",
                text="Kepatuhan terhadap standar asuhan keperawatan",
                target="≥ 90 %",
                realization="93 % (28 dari 30 berkas)",
            ),
            IndicatorRow(
                aspect="Waktu",
                text="Waktu tunggu sejak pendaftaran hingga pengkajian",
                target="≤ 20 menit",
                realization="17 menit (median)",
            ),
        ),
        feedback="Waktu tunggu turun dari 26 menit. Kelengkapan berkas hari Senin masih perlu perhatian.",
    ),
    ResultRow(
        kind=ResultKind.UTAMA,
        superior_result="Meningkatnya kepuasan masyarakat atas layanan puskesmas",
        rhk="Tertanganinya pengaduan pelayanan rawat jalan",
        perspective="Proses Bisnis",
        indicators=(
            IndicatorRow(
                aspect="Waktu",
                text="Pengaduan yang dijawab paling lama 5 hari kerja",
                target="100 %",
                realization="11 dari 12 pengaduan",
            ),
        ),
        feedback="Satu pengaduan terlambat karena menunggu jawaban apotek.",
    ),
    ResultRow(
        kind=ResultKind.TAMBAHAN,
        superior_result="Menurunnya angka stunting di wilayah kerja",
        rhk="Terlaksananya pendampingan kader posyandu",
        perspective="Penguatan Internal",
        indicators=(
            IndicatorRow(
                aspect="Kuantitas", text="Kader yang didampingi", target="24 kader", realization="24 kader"
            ),
        ),
        feedback="Tuntas.",
    ),
)
FORM = EvaluationForm(
    government="Pemerintah Kota Contoh",
    agency="Dinas Kesehatan Kota Contoh",
    approach=Approach.KUANTITATIF,
    layout=Layout.JA_JF,
    period_label="Triwulan I",
    period_start=date(2026, 1, 1),
    period_end=date(2026, 3, 31),
    employee=EMPLOYEE,
    appraiser=APPRAISER,
    org_achievement="Baik",
    distribution=(
        DistributionCount(label="Sangat Kurang", count=0),
        DistributionCount(label="Kurang/misconduct", count=1),
        DistributionCount(label="Butuh Perbaikan", count=3),
        DistributionCount(label="Baik", count=24),
        DistributionCount(label="Sangat Baik", count=8),
    ),
    guide=Guide(
        peak="Baik",
        limits=(
            "Baik paling banyak, paling tinggi 70 %",
            "Butuh Perbaikan dan Kurang/misconduct minimal 1 orang",
        ),
        source="SE MenPANRB 3/2023",
    ),
    results=RESULTS,
    result_rating="Sesuai ekspektasi",
    behaviors=BEHAVIORS,
    behavior_rating="Di atas ekspektasi",
    predikat="Baik",
    place="Kota Contoh",
    date=date(2026, 4, 7),
    verification=VERIFICATION,
)
DOCUMENT = EvaluationDocument(
    government=FORM.government,
    agency=FORM.agency,
    period_label=FORM.period_label,
    period_start=FORM.period_start,
    period_end=FORM.period_end,
    employee=EMPLOYEE,
    appraiser=APPRAISER,
    appraiser_superior=SUPERIOR,
    org_achievement=FORM.org_achievement,
    predikat=FORM.predikat,
    notes="Ikuti pelatihan komunikasi terapeutik pada triwulan II. Periksa berkas setiap hari Senin.",
    place=FORM.place,
    delivered_on=date(2026, 4, 8),
    answer="Menerima hasil evaluasi pada 10 April 2026",
    verification=VERIFICATION,
)
SKP = SkpForm(
    government=FORM.government,
    agency=FORM.agency,
    approach=Approach.KUANTITATIF,
    layout=Layout.JA_JF,
    period_start=date(2026, 1, 1),
    period_end=date(2026, 12, 31),
    employee=EMPLOYEE,
    appraiser=APPRAISER,
    results=RESULTS,
    behaviors=BEHAVIORS,
    place=FORM.place,
    date=date(2026, 1, 12),
    verification=VERIFICATION,
    annex=SkpAnnex(
        resources=("Komputer pendaftaran di poli umum", "Dua perawat pengganti pada hari imunisasi"),
        accountability=("Laporan bulanan kepada Kepala Puskesmas", "Dialog kinerja setiap triwulan"),
        consequences=("Usulan pelatihan lanjutan bila target tercapai",),
    ),
)
OBJECTION = ObjectionForm(
    government=FORM.government,
    agency=FORM.agency,
    number="KB-CONTOH-2026-000012",
    period_label=FORM.period_label,
    period_start=FORM.period_start,
    period_end=FORM.period_end,
    employee=EMPLOYEE,
    appraiser=APPRAISER,
    decider=SUPERIOR,
    delivered_on=date(2026, 4, 8),
    due_on=date(2026, 4, 28),
    filed_on=date(2026, 4, 15),
    about="Rating hasil kerja",
    before=Ratings(
        work_result="Di bawah ekspektasi", behavior="Sesuai ekspektasi", predikat="Butuh Perbaikan"
    ),
    reason="Laporan bulan Maret yang sudah dikirim pada 2 April 2026 belum ikut dihitung.",
    wanted="Realisasi bulan Maret dihitung kembali.",
    attachments=("tanda-terima-laporan-maret.pdf",),
    question=Statement(text="Mengapa laporan Maret tidak dihitung?", on=date(2026, 4, 16)),
    employee_statement=Statement(text="Tanda terima laporan saya lampirkan.", on=date(2026, 4, 17)),
    appraiser_statement=Statement(text="Laporan itu saya baca setelah memberi nilai.", on=date(2026, 4, 17)),
    decision_due_on=date(2026, 4, 24),
    decision=Decision(
        outcome="Keberatan diterima: hasil evaluasi diubah",
        reason="Realisasi Maret terbukti; capaian seluruhnya 96 %.",
        on=date(2026, 4, 21),
        after=Ratings(work_result="Sesuai ekspektasi", behavior="Sesuai ekspektasi", predikat="Baik"),
    ),
    place=FORM.place,
    verification=VERIFICATION,
)
ANNEX = ExplanationAnnex(
    government=FORM.government,
    agency=FORM.agency,
    period_label=FORM.period_label,
    period_start=FORM.period_start,
    period_end=FORM.period_end,
    employee=EMPLOYEE,
    appraiser=APPRAISER,
    predikat=FORM.predikat,
    date=DOCUMENT.delivered_on,
    sections=(
        AnnexSection(
            title="Hasil",
            paragraphs=(
                "Predikat Baik: hasil kerja dinilai sesuai ekspektasi, perilaku di atas ekspektasi.",
                "Predikat berasal dari kedua rating itu dan matriks; tidak ada angka lain yang mengubahnya.",
            ),
        ),
        AnnexSection(
            title="Sel matriks",
            table=AnnexTable(
                caption="Matriks",
                head=(
                    "Hasil kerja ↓ Perilaku →",
                    "Di bawah ekspektasi",
                    "Sesuai ekspektasi",
                    "Di atas ekspektasi",
                ),
                rows=(
                    ("Di atas ekspektasi", "Kurang/misconduct", "Baik", "Sangat Baik"),
                    ("Sesuai ekspektasi", "Kurang/misconduct", "Baik", "Baik"),
                    ("Di bawah ekspektasi", "Sangat Kurang", "Butuh Perbaikan", "Butuh Perbaikan"),
                ),
                marked=(1, 3),
            ),
        ),
        AnnexSection(
            title="Apa yang akan mengubahnya",
            points=("Jika hasil kerja dinilai di atas ekspektasi, predikat menjadi Sangat Baik.",),
        ),
        AnnexSection(
            title="Angka di baliknya",
            table=AnnexTable(
                caption="Angka indikator",
                head=("Indikator", "Target", "Realisasi", "Sumber", "Perhitungan"),
                rows=(("Pasien", "600 pasien", "642", "Laporan", "642 ÷ 600 × 100 = 107%"),),
            ),
        ),
        AnnexSection(title="Dasar aturan", paragraphs=("PermenPANRB 6/2022.",)),
    ),
    verification=VERIFICATION,
)
LINE = ConversionLine(
    number="AK-CONTOH-2026-000003",
    period_start=date(2026, 1, 1),
    period_end=date(2026, 12, 31),
    months=12,
    predikat="Sangat Baik",
    percent=150,
    coefficient=Decimal("12.50"),
    formula="12/12 × 150 % × 12,5 = 18,75",
    value=Decimal("18.75"),
)
CONVERSION = ConversionDocument(
    government=FORM.government,
    agency=FORM.agency,
    number=LINE.number,
    employee=EMPLOYEE,
    level="Ahli Pertama",
    appraiser=APPRAISER,
    line=LINE,
    is_yearly=True,
    replaced="",
    source="PermenPANRB 1/2023, Peraturan BKN 3/2023",
    place=FORM.place,
    date=date(2027, 1, 20),
    verification=VERIFICATION,
)
NEEDS = (
    CreditNeed(
        title="Kenaikan pangkat",
        target="Penata, III/c",
        required=Decimal("50"),
        have=Decimal("43.75"),
        shortfall=Decimal("6.25"),
        excess=Decimal("0"),
    ),
    CreditNeed(
        title="Kenaikan jenjang",
        target="Ahli Muda",
        required=Decimal("100"),
        have=Decimal("1093.75"),
        shortfall=Decimal("0"),
        excess=Decimal("993.75"),
    ),
)
ACCUMULATION = AccumulationDocument(
    government=FORM.government,
    agency=FORM.agency,
    employee=EMPLOYEE,
    level="Ahli Pertama",
    appraiser=APPRAISER,
    openings=(
        CreditLine(
            label="Angka kredit integrasi per 31 Desember 2025", note="SK 12/2025", value=Decimal("1062.50")
        ),
    ),
    conversions=(LINE,),
    diplomas=(
        CreditLine(label="Ijazah S-2, 3 Mei 2026", note="25 % × 50. Ijazah 77/UC", value=Decimal("12.50")),
    ),
    total=Decimal("1093.75"),
    used=(
        CreditLine(label="Kenaikan pangkat III/a ke III/b, 1 April 2026", note="", value=Decimal("50.00")),
    ),
    needs=NEEDS,
    source=CONVERSION.source,
    place=FORM.place,
    date=date(2026, 12, 31),
    verification=VERIFICATION,
)
PAK = PakDocument(
    government=FORM.government,
    agency=FORM.agency,
    number="PAK-CONTOH-2027-000001",
    as_of=date(2026, 12, 31),
    employee=EMPLOYEE,
    level="Ahli Pertama",
    lines=(
        CreditLine(
            label="Saldo awal dan angka kredit integrasi",
            note="Angka kredit integrasi",
            value=Decimal("1062.50"),
        ),
        CreditLine(label="Konversi predikat kinerja", note=LINE.number, value=Decimal("18.75")),
        CreditLine(label="Peningkatan pendidikan", note="S-2", value=Decimal("12.50")),
    ),
    total=Decimal("1093.75"),
    used_total=Decimal("50.00"),
    needs=NEEDS,
    conditions=(
        Condition(text="Lulus uji kompetensi", answer="Terpenuhi", note="Sertifikat 9/2026"),
        Condition(text="Tersedia lowongan kebutuhan jabatan", answer="Belum dikonfirmasi", note=""),
    ),
    proposal="Dapat dipertimbangkan untuk kenaikan jenjang ke Ahli Muda",
    note="",
    signer="Petugas Kepegawaian Contoh",
    source=CONVERSION.source,
    place=FORM.place,
    date=date(2027, 1, 25),
    verification=VERIFICATION,
)


def someone(number: int, **changes: object) -> tuple[EvaluationDocument, EvaluationForm]:
    """Return the pair for the `number`th person of a pack."""
    employee = replace(
        EMPLOYEE, name=f"Pegawai Contoh {number:04d}", nip=f"19900101201503{2000 + number:04d}"[:18]
    )
    verification = replace(
        VERIFICATION, code=f"EK-{number:04d}", url=f"https://kinerja.contoh.example/v/EK-{number:04d}"
    )
    shared = {"employee": employee, "verification": verification, **changes}
    return replace(DOCUMENT, **shared), replace(FORM, **shared)  # type: ignore[arg-type]


def varied(number: int) -> tuple[EvaluationDocument, EvaluationForm]:
    """Return a pair whose results and feedback are this person's own, as in a real pack."""
    results = tuple(
        replace(
            row,
            rhk=f"{row.rhk} ({number})",
            feedback=f"{row.feedback} Catatan {number}.",
            indicators=tuple(
                replace(i, text=f"{i.text} {number}", realization=f"{i.realization} {number}")
                for i in row.indicators
            ),
        )
        for row in RESULTS
    )
    behaviors = tuple(replace(row, feedback=f"{row.feedback} Catatan {number}.") for row in BEHAVIORS)
    document, form = someone(number)
    return document, replace(form, results=results, behaviors=behaviors)

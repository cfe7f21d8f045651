"""Invented facts for the document tests: complete, with the awkward cases in reach."""

from dataclasses import replace
from datetime import date

from apps.reports.rendering.facts import (
    Approach,
    BehaviorRow,
    DistributionCount,
    EvaluationDocument,
    EvaluationForm,
    IndicatorRow,
    Layout,
    Party,
    ResultKind,
    ResultRow,
    SkpAnnex,
    SkpForm,
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
    accepted_on=date(2026, 4, 10),
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

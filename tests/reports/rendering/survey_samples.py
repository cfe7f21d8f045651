"""A report of a survey as the selectors would tell it; the figures are those of Sekadau, 2019 (49 respondents)."""

from datetime import date
from decimal import Decimal

from apps.reports.rendering.survey_facts import (
    Bar,
    Bars,
    Chapter,
    Grid,
    Paragraph,
    Points,
    Section,
    SurveyReport,
)

from .samples import VERIFICATION

UNSUR = (
    ("U1", "Persyaratan", "2,8163", "0,3129", "70,41", "C - Kurang baik"),
    ("U2", "Sistem, mekanisme, dan prosedur", "2,8367", "0,3152", "70,92", "C - Kurang baik"),
    ("U3", "Waktu penyelesaian", "3,0612", "0,3401", "76,53", "C - Kurang baik"),
    ("U4", "Biaya/tarif", "3,6122", "0,4014", "90,31", "A - Sangat baik"),
    ("U5", "Produk spesifikasi jenis pelayanan", "3,2449", "0,3605", "81,12", "B - Baik"),
    ("U6", "Kompetensi pelaksana", "3,3265", "0,3696", "83,16", "B - Baik"),
    ("U7", "Perilaku pelaksana", "3,2857", "0,3651", "82,14", "B - Baik"),
    ("U8", "Penanganan pengaduan, saran, dan masukan", "2,9184", "0,3243", "72,96", "C - Kurang baik"),
    ("U9", "Sarana dan prasarana", "3,2449", "0,3605", "81,12", "B - Baik"),
)
SURVEY = SurveyReport(
    government="Pemerintah Kota Contoh",
    agency="Puskesmas Contoh",
    subject="Poli Umum",
    period_label="Semester II 2026",
    period_start=date(2026, 7, 1),
    period_end=date(2026, 12, 31),
    headline=("IKM 78,74 (B, Baik) dari 49 responden.", "Yang paling perlu dibenahi: Persyaratan."),
    chapters=(
        Chapter(
            number="BAB I",
            title="PENDAHULUAN",
            sections=(
                Section(
                    title="1.1 Latar belakang",
                    blocks=(Paragraph(text="Pelayanan publik dinilai warga. " * 12),),
                ),
                Section(
                    title="1.2 Dasar hukum", blocks=(Points(points=("PermenPANRB 14/2017", "UU 25/2009")),)
                ),
            ),
        ),
        Chapter(
            number="BAB III",
            title="HASIL",
            sections=(
                Section(
                    title="3.2 Indeks per unsur",
                    blocks=(
                        Paragraph(text="U1 paling lemah.", is_strong=True),
                        Bars(
                            title="Nilai rata-rata per unsur",
                            alt="Nilai rata-rata per unsur; terendah Persyaratan 2,82.",
                            minimum=Decimal(0),
                            maximum=Decimal(4),
                            bars=tuple(
                                Bar(
                                    label=row[1],
                                    value=Decimal(row[2].replace(",", ".")),
                                    text=row[2][:4],
                                    is_marked=k == 0,
                                )
                                for k, row in enumerate(UNSUR)
                            ),
                        ),
                        Grid(
                            caption="Nilai per unsur",
                            head=("Kode", "Unsur", "NRR", "NRR tertimbang", "Nilai", "Mutu"),
                            rows=UNSUR,
                            shares=(1, 5, 2, 2, 2, 3),
                            numeric=(2, 3, 4),
                            foot=(("", "IKM", "", "3,1497", "78,74", "B - Baik"),),
                            note="NRR tertimbang = NRR dikali bobot 1/9.",
                        ),
                        Bars(
                            title="IKM dengan rentangnya",
                            alt="IKM 78,74, antara 75,10 dan 82,38.",
                            minimum=Decimal(25),
                            maximum=Decimal(100),
                            bars=(
                                Bar(
                                    label="Semester II 2026",
                                    value=Decimal("78.74"),
                                    text="78,74",
                                    low=Decimal("75.10"),
                                    high=Decimal("82.38"),
                                ),
                            ),
                        ),
                    ),
                ),
            ),
        ),
        Chapter(
            number="",
            title="LAMPIRAN KUESIONER",
            sections=(
                Section(
                    title="",
                    blocks=(
                        Grid(
                            caption="",
                            head=("Kode", "Pertanyaan"),
                            rows=(("U1", "Sesuai?"),) * 60,
                            shares=(1, 6),
                        ),
                    ),
                ),
            ),
        ),
    ),
    date=date(2026, 12, 31),
    verification=VERIFICATION,
)

"""Invented content for the style guide, so that the page needs no view of its own."""

from datetime import UTC, datetime
from typing import Any

from django import forms, template
from django.core.paginator import Paginator

register = template.Library()

NOW = datetime(2026, 11, 5, 2, 42, tzinfo=UTC)


class ReportForm(forms.Form):
    title = forms.CharField(label="Judul kegiatan", help_text="Satu kalimat pendek.", max_length=120)
    unit = forms.ChoiceField(
        label="Unit kerja",
        choices=[("", "Pilih unit"), ("dkk", "Dinas Kesehatan"), ("dpm", "DPMPTSP")],
    )
    realization = forms.DecimalField(label="Realisasi", help_text="Tulis dengan koma, misalnya 82,5.")
    done_on = forms.DateField(label="Tanggal selesai")
    obstacles = forms.CharField(
        label="Hambatan",
        help_text="Apa yang membuat pekerjaan lebih lama dari rencana?",
        widget=forms.Textarea,
        max_length=500,
        required=False,
    )
    way = forms.ChoiceField(
        label="Siapa yang dapat melihat aduan Anda?",
        choices=[("named", "Petugas, dengan nama saya"), ("secret", "Petugas, nama saya dirahasiakan")],
        widget=forms.RadioSelect,
    )
    topics = forms.MultipleChoiceField(
        label="Topik pelatihan",
        choices=[("service", "Pelayanan prima"), ("data", "Mengolah data")],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    evidence = forms.FileField(
        label="Bukti dukung", help_text="Satu berkas PDF, JPEG atau PNG, paling besar 5 MB.", required=False
    )
    agree = forms.BooleanField(label="Saya sudah memeriksa isian ini")
    speed = forms.ChoiceField(
        label="Bagaimana pendapat Anda tentang kecepatan waktu dalam memberikan pelayanan?",
        choices=[(1, "Tidak cepat"), (2, "Kurang cepat"), (3, "Cepat"), (4, "Sangat cepat")],
        widget=forms.RadioSelect,
    )


@register.simple_tag
def styleguide_data() -> dict[str, Any]:
    """Every value that templates/components/_styleguide.html shows."""
    values = {"title": "Posyandu Kelurahan Mandonga", "obstacles": "Hujan tiga hari."}
    return {
        "now": NOW,
        "zone": "Asia/Makassar",
        "form": ReportForm(initial=values, prefix="a"),
        "bad_form": ReportForm({"b-title": "Posyandu", "b-realization": "delapan"}, prefix="b"),
        "page": Paginator(range(48), 10).page(2),
        "brands": ["nasional", "kendari", "lhokseumawe", "serang", "wanggar", "kupang"],
        "tasks": [
            {"title": "Realisasi indikator", "url": "#tasks", "status": "Selesai", "tone": "done"},
            {
                "title": "Hambatan dan dukungan",
                "url": "#tasks",
                "hint": "Tiga pertanyaan pendek",
                "status": "Sedang diisi",
                "tone": "info",
            },
            {"title": "Bukti dukung", "url": "#tasks", "status": "Belum dimulai", "tone": "neutral"},
        ],
        "rows": [
            {"label": "Kegiatan", "value": "Posyandu Kelurahan Mandonga", "url": "#summary"},
            {"label": "Realisasi", "value": "82,5 dari 90 balita", "url": "#summary"},
            {"label": "Hambatan", "value": "", "url": "#summary"},
        ],
        "facts": [
            {"label": "Pegawai", "value": "Wa Ode Contoh, A.Md.Keb."},
            {"label": "NIP", "value": "19900101 201503 2 001"},
            {"label": "Pejabat penilai", "value": "La Contoh, S.K.M."},
        ],
        "events": [
            {
                "at": NOW,
                "title": "Laporan diterima",
                "who": "La Contoh, S.K.M.",
                "tone": "success",
                "icon": "check",
            },
            {
                "at": NOW,
                "title": "Dikembalikan dengan catatan",
                "text": "Mohon lampirkan daftar hadir.",
                "who": "La Contoh, S.K.M.",
                "tone": "warning",
                "icon": "undo-2",
            },
            {"at": NOW, "title": "Laporan dikirim", "who": "Wa Ode Contoh, A.Md.Keb.", "icon": "send"},
        ],
        "tabs": [
            {"label": "Menunggu", "url": "#tabs", "active": True, "count": 4},
            {"label": "Selesai", "url": "#tabs", "count": 28},
            {"label": "Semua", "url": "#tabs"},
        ],
        "steps": ["Kegiatan", "Realisasi", "Bukti", "Periksa"],
        "people": [
            ("Wa Ode Contoh, A.Md.Keb.", "Puskesmas Poasia", "82,50", "approved", "Diterima", "success"),
            (
                "Muhammad Rekaan, S.Kep., Ns.",
                "Puskesmas Lepo-Lepo",
                "74,00",
                "returned",
                "Dikembalikan",
                "warning",
            ),
            (
                "Siti Khayalan",
                "Badan Perencanaan Pembangunan, Riset dan Inovasi Daerah",
                "0",
                "late",
                "Terlambat",
                "danger",
            ),
        ],
        "unsur": [
            ("Persyaratan", "2.8163"),
            ("Sistem, mekanisme, dan prosedur", "2.8367"),
            ("Waktu penyelesaian", "3.0612"),
            ("Biaya/tarif", "3.6122"),
            ("Penanganan pengaduan, saran, dan masukan", "3.2449"),
        ],
        "trend": [("Jan", 71.2), ("Mar", 74.5), ("Mei", 73.9), ("Jul", None), ("Sep", 78.7), ("Nov", 81.4)],
        "predikat": [
            ("Sangat baik", 6),
            ("Baik", 27),
            ("Butuh perbaikan", 5),
            ("Kurang", 2),
            ("Sangat kurang", 0),
        ],
        "next": [
            "Petugas unit membaca aduan Anda paling lambat 3 hari kerja.",
            "Anda dapat melihat perkembangannya dengan nomor dan kata rahasia.",
        ],
        "consequences": ["Draf dan buktinya dihapus.", "Laporan yang sudah dikirim tidak berubah."],
        "job": {
            "title": "Ekspor rekap penilaian 2026",
            "status": "running",
            "status_label": "Berjalan",
            "tone": "info",
            "done": 1240,
            "total": 3600,
            "message": "Menulis lembar Dinas Kesehatan.",
        },
    }

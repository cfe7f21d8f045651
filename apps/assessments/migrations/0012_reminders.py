"""Reminders that people chose, and examples of entries."""

import django.db.models.deletion
from django.db import migrations, models

EXAMPLES = [
    (
        "",
        "Memverifikasi 42 berkas permohonan; 38 selesai hari itu, 4 dikembalikan karena tanda tangan kurang.",
        "Melaksanakan tugas sesuai arahan pimpinan.",
        "Yang baik menyebut apa, berapa, dan hasilnya. Yang lemah bisa ditulis siapa saja pada hari apa saja.",
    ),
    (
        "perawat",
        "Memeriksa 31 pasien poli umum; 3 dirujuk ke RSUD, semua rekam medis terisi sebelum pukul 14.00.",
        "Memberikan pelayanan kepada pasien dengan baik.",
        "Jumlah, rujukan, dan kelengkapan rekam medis dapat dicek; kata baik tidak.",
    ),
    (
        "bidan",
        "Kelas ibu hamil di Kelurahan Wundudopi: 14 dari 18 ibu hadir, 2 berisiko tinggi dijadwalkan kunjungan rumah.",
        "Melakukan penyuluhan ibu hamil.",
        "Yang baik menyebut tempat, kehadiran, dan tindak lanjut.",
    ),
    (
        "dokter",
        "Melayani 28 pasien; 5 kasus hipertensi baru mulai program kontrol bulanan.",
        "Melayani pasien di poli.",
        "Yang baik menunjukkan hasil pelayanan, bukan hanya kehadiran.",
    ),
    (
        "guru",
        "Menilai 34 tugas matematika kelas 8B; 9 siswa di bawah 70 ikut pendampingan hari Kamis.",
        "Mengajar sesuai jadwal.",
        "Yang baik menyebut hasil belajar dan apa yang dilakukan sesudahnya.",
    ),
    (
        "penyuluh",
        "Mendampingi kelompok tani Mekar Sari: 12 petani mencoba pupuk organik di lahan contoh 0,5 ha.",
        "Melakukan penyuluhan kepada petani.",
        "Yang baik menyebut siapa, berapa, dan apa yang berubah.",
    ),
    (
        "analis",
        "Menyusun telaah retribusi parkir 6 halaman dengan 3 pilihan; dibahas bersama Kepala Bidang tanggal 12.",
        "Membuat telaahan staf.",
        "Yang baik menyebut isi, ukuran, dan dipakai untuk apa.",
    ),
    (
        "pranata komputer",
        "Memulihkan aplikasi antrean dalam 25 menit setelah listrik padam; cadangan data diuji dan lengkap.",
        "Melakukan pemeliharaan aplikasi.",
        "Yang baik menyebut kejadian, waktu, dan bukti bahwa hasilnya benar.",
    ),
    (
        "arsiparis",
        "Menata 120 berkas kepegawaian 2024; 118 terdaftar di daftar arsip, 2 dicari ke bidang asal.",
        "Menata arsip kantor.",
        "Yang baik menyebut jumlah dan yang belum selesai.",
    ),
    (
        "pengadministrasi",
        "Meregistrasi 57 surat masuk dan 23 surat keluar; semua disposisi diteruskan pada hari yang sama.",
        "Mengerjakan administrasi surat.",
        "Yang baik menyebut jumlah dan ketepatan waktu.",
    ),
]


def add_examples(apps, schema_editor):
    example = apps.get_model("assessments", "EntryExample")
    for family, good, weak, why in EXAMPLES:
        example.objects.get_or_create(
            government=None, family=family, defaults={"good": good, "weak": weak, "why": why}
        )


class Migration(migrations.Migration):
    dependencies = [
        ("assessments", "0011_loans_and_batches"),
        ("employees", "0004_supervision_loans"),
    ]

    operations = [
        migrations.CreateModel(
            name="ReminderPlan",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("remind_at", models.DateTimeField()),
                ("sent_at", models.DateTimeField(null=True)),
                (
                    "employee",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reminder_plans",
                        to="employees.employee",
                    ),
                ),
                (
                    "period",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="assessments.period",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("sent_at", None)), fields=["remind_at"], name="reminder_to_send"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("employee", "period"), name="reminder_once_per_period")
                ],
            },
        ),
        migrations.CreateModel(
            name="EntryExample",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "family",
                    models.CharField(
                        blank=True, help_text="job family in lower case; empty: everybody", max_length=80
                    ),
                ),
                ("good", models.TextField()),
                ("weak", models.TextField()),
                ("why", models.CharField(max_length=300)),
                (
                    "government",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="entry_examples",
                        to="employees.government",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("government", "family"),
                        name="entry_example_once_per_family",
                        nulls_distinct=False,
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("good", ""), _negated=True),
                            models.Q(("weak", ""), _negated=True),
                            models.Q(("why", ""), _negated=True),
                        ),
                        name="entry_example_is_whole",
                    ),
                ],
            },
        ),
        migrations.RunPython(add_examples, migrations.RunPython.noop, elidable=False),
    ]

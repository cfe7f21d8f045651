"""The practice period, what is written in it, and the two cases for raters."""

from typing import Any

import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from apps.core.migration_operations import BuiltOnce

# What every office starts with; its own texts go before these. Made-up people, Indonesian like the forms.
CASES = [
    (
        1,
        "Petugas loket yang disukai semua orang",
        "RHK: pelayanan administrasi kependudukan selesai tepat waktu.\n"
        "- Target 400 berkas, terealisasi 398 berkas (99,5%).\n"
        "- Target 95% selesai dalam 3 hari kerja, terealisasi 94%. Bukti: rekap loket tiap bulan.\n"
        "- Dua berkas terlambat karena jaringan, dijelaskan pada kendala.",
        "Ramah kepada warga dan rekan, selalu datang lebih awal. Atas kemauan sendiri menyusun lembar panduan satu "
        "halaman yang kini dipakai semua loket, dan dua kali menggantikan rekan yang sakit tanpa diminta. Tiga warga "
        "menyebut namanya dalam ucapan terima kasih.",
        "meets_expectation",
        "above_expectation",
        "Hasil kerjanya sesuai yang disepakati: 99,5% dan 94% dari target 95%, selisih kecilnya dijelaskan. Itu bukan "
        "melampaui. Yang menonjol adalah perilakunya, dengan contoh yang dapat disebut (panduan, menggantikan rekan). "
        "Kebaikan di satu sisi mudah menular ke penilaian sisi lain; karena itu nilailah satu per satu.",
    ),
    (
        2,
        "Pelaksana cepat yang dikeluhkan rekan",
        "RHK: laporan aset unit tersusun lengkap.\n"
        "- Target 120 aset terverifikasi, terealisasi 168 (140%), semua dengan foto dan lokasi.\n"
        "- Laporan selesai tiga minggu lebih awal dan diterima tanpa koreksi.",
        "Empat kali membentak rekan di depan warga; tercatat pada dua catatan dialog, dan sudah diingatkan tertulis pada "
        "triwulan I. Menolak membagikan data asetnya kepada tim inventaris sehingga tim bekerja dua kali.",
        "above_expectation",
        "below_expectation",
        "Hasilnya jelas melampaui yang disepakati, dan buktinya ada. Perilakunya berulang kali bertentangan dengan nilai "
        "harmonis dan kolaboratif, dan ia sudah diingatkan. Hasil yang bagus tidak menghapus perilaku, dan perilaku tidak "
        "mengurangi hasil: dua penilaian, lalu matriks yang menggabungkan.",
    ),
]


def add_cases(apps: Any, schema_editor: Any) -> None:
    """Add the built-in cases."""
    names = ("place", "title", "results", "behavior_text", "work_result", "behavior", "why")
    PracticeCase = apps.get_model("supervision", "PracticeCase")
    PracticeCase.objects.bulk_create(PracticeCase(**dict(zip(names, row, strict=True))) for row in CASES)


class Migration(BuiltOnce):
    dependencies = [
        ("employees", "0005_unit_helpers"),
        ("supervision", "0007_career"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="PracticePeriod",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("opens_on", models.DateField()),
                ("closes_on", models.DateField(help_text="the last day")),
                ("deleted_on", models.DateField(help_text="from this day on nothing of it is left")),
                ("made_at", models.DateTimeField()),
                ("purged_at", models.DateTimeField(null=True)),
                (
                    "purged_count",
                    models.PositiveIntegerField(help_text="tasks that were deleted then", null=True),
                ),
                (
                    "government",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="employees.government",
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="PracticeEntry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("report", "Your own report"),
                            ("review", "Review a report"),
                            ("rating", "Rate a case"),
                        ],
                        max_length=8,
                    ),
                ),
                (
                    "number",
                    models.PositiveSmallIntegerField(default=1, help_text="which of the tasks of this kind"),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("draft", "Begun"),
                            ("sent", "Sent for practice"),
                            ("returned", "Came back with a question"),
                            ("sent_again", "Sent again for practice"),
                            ("done", "Finished"),
                        ],
                        default="draft",
                        max_length=12,
                    ),
                ),
                ("content", models.JSONField(default=dict)),
                (
                    "version",
                    models.PositiveIntegerField(
                        default=0, help_text="grows with every saving: two tabs notice"
                    ),
                ),
                ("saved_at", models.DateTimeField()),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="employees.employee"
                    ),
                ),
                (
                    "period",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="entries",
                        to="supervision.practiceperiod",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="PracticeCase",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("place", models.PositiveSmallIntegerField()),
                ("title", models.CharField(max_length=120)),
                ("results", models.TextField(help_text="what was agreed and what was reached")),
                ("behavior_text", models.TextField(help_text="what was seen of the seven values")),
                (
                    "work_result",
                    models.CharField(
                        choices=[
                            ("above_expectation", "Di atas ekspektasi"),
                            ("meets_expectation", "Sesuai ekspektasi"),
                            ("below_expectation", "Di bawah ekspektasi"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "behavior",
                    models.CharField(
                        choices=[
                            ("above_expectation", "Di atas ekspektasi"),
                            ("meets_expectation", "Sesuai ekspektasi"),
                            ("below_expectation", "Di bawah ekspektasi"),
                        ],
                        max_length=20,
                    ),
                ),
                ("why", models.TextField(help_text="why these two ratings were agreed on")),
                (
                    "government",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="employees.government",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("government", "place"),
                        name="practice_case_once_per_place",
                        nulls_distinct=False,
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("place__in", (1, 2))), name="practice_case_place_is_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("behavior__in", ["above_expectation", "meets_expectation", "below_expectation"]),
                            (
                                "work_result__in",
                                ["above_expectation", "meets_expectation", "below_expectation"],
                            ),
                        ),
                        name="practice_case_ratings_are_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("title", ""), _negated=True),
                            models.Q(("results", ""), _negated=True),
                            models.Q(("behavior_text", ""), _negated=True),
                            models.Q(("why", ""), _negated=True),
                        ),
                        name="practice_case_is_whole",
                    ),
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="practiceperiod",
            constraint=models.CheckConstraint(
                condition=models.Q(("closes_on__gte", models.F("opens_on"))),
                name="practice_closes_after_it_opens",
            ),
        ),
        migrations.AddConstraint(
            model_name="practiceperiod",
            constraint=models.CheckConstraint(
                condition=models.Q(("deleted_on__gt", models.F("closes_on"))),
                name="practice_is_deleted_after_it_closes",
            ),
        ),
        migrations.AddConstraint(
            model_name="practiceperiod",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("purged_at__isnull", True), ("purged_count__isnull", True)),
                    models.Q(("purged_at__isnull", False), ("purged_count__isnull", False)),
                    _connector="OR",
                ),
                name="practice_purged_with_its_count",
            ),
        ),
        migrations.AddConstraint(
            model_name="practiceperiod",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                expressions=[
                    (models.F("government"), "="),
                    (
                        models.Func(
                            models.F("opens_on"),
                            models.F("closes_on"),
                            django.contrib.postgres.fields.ranges.RangeBoundary(inclusive_upper=True),
                            function="DATERANGE",
                            output_field=django.contrib.postgres.fields.ranges.DateRangeField(),
                        ),
                        "&&",
                    ),
                ],
                name="practice_one_at_a_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="practiceentry",
            constraint=models.UniqueConstraint(
                fields=("person", "period", "kind", "number"), name="practice_task_once_per_person"
            ),
        ),
        migrations.AddConstraint(
            model_name="practiceentry",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["report", "review", "rating"])),
                name="practice_kind_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="practiceentry",
            constraint=models.CheckConstraint(
                condition=models.Q(("status__in", ["draft", "sent", "returned", "sent_again", "done"])),
                name="practice_status_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="practiceentry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "report"), ("number", 1)),
                    models.Q(models.Q(("kind", "report"), _negated=True), ("status__in", ["draft", "done"])),
                    _connector="OR",
                ),
                name="practice_only_reports_are_sent",
            ),
        ),
        migrations.RunPython(add_cases, migrations.RunPython.noop, elidable=False),
    ]

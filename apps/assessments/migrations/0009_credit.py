"""Angka kredit: what was computed or fixed stays as it was; the database refuses any other change."""

import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from apps.core.migration_operations import BuiltOnce

FORWARD = """
CREATE FUNCTION assessments_credit_keeps() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    -- The columns named by the trigger say that a row no longer counts; everything else stays.
    IF TG_OP = 'DELETE' OR (to_jsonb(NEW) - TG_ARGV::text[]) IS DISTINCT FROM (to_jsonb(OLD) - TG_ARGV::text[]) THEN
        RAISE EXCEPTION 'credit on record never changes' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER assessments_creditpak_immutable BEFORE UPDATE OR DELETE ON assessments_creditpak
    FOR EACH ROW EXECUTE FUNCTION assessments_credit_keeps('');
CREATE TRIGGER assessments_creditconversion_keeps BEFORE UPDATE OR DELETE ON assessments_creditconversion
    FOR EACH ROW EXECUTE FUNCTION assessments_credit_keeps('replaced_at', 'replaced_by_id', 'replaced_reason');
CREATE TRIGGER assessments_creditopening_keeps BEFORE UPDATE OR DELETE ON assessments_creditopening
    FOR EACH ROW EXECUTE FUNCTION assessments_credit_keeps('withdrawn_at', 'withdrawn_by_id', 'withdrawn_reason');
CREATE TRIGGER assessments_creditdiploma_keeps BEFORE UPDATE OR DELETE ON assessments_creditdiploma
    FOR EACH ROW EXECUTE FUNCTION assessments_credit_keeps('withdrawn_at', 'withdrawn_by_id', 'withdrawn_reason');
CREATE TRIGGER assessments_creditrankstep_keeps BEFORE UPDATE OR DELETE ON assessments_creditrankstep
    FOR EACH ROW EXECUTE FUNCTION assessments_credit_keeps('withdrawn_at', 'withdrawn_by_id', 'withdrawn_reason');
"""

BACKWARD = """
DROP TRIGGER assessments_creditpak_immutable ON assessments_creditpak;
DROP TRIGGER assessments_creditconversion_keeps ON assessments_creditconversion;
DROP TRIGGER assessments_creditopening_keeps ON assessments_creditopening;
DROP TRIGGER assessments_creditdiploma_keeps ON assessments_creditdiploma;
DROP TRIGGER assessments_creditrankstep_keeps ON assessments_creditrankstep;
DROP FUNCTION assessments_credit_keeps();
"""


class Migration(BuiltOnce):
    dependencies = [
        ("assessments", "0008_objection_statements"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="CreditConversion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.PositiveSmallIntegerField()),
                ("part", models.PositiveSmallIntegerField(default=1)),
                ("number", models.CharField(max_length=40, unique=True)),
                (
                    "jenjang",
                    models.CharField(
                        choices=[
                            ("pemula", "Pemula"),
                            ("terampil", "Terampil"),
                            ("mahir", "Mahir"),
                            ("penyelia", "Penyelia"),
                            ("ahli_pertama", "Ahli Pertama"),
                            ("ahli_muda", "Ahli Muda"),
                            ("ahli_madya", "Ahli Madya"),
                            ("ahli_utama", "Ahli Utama"),
                        ],
                        max_length=12,
                    ),
                ),
                ("post", models.CharField(help_text="title of the post as it was", max_length=200)),
                (
                    "period",
                    django.contrib.postgres.fields.ranges.DateRangeField(
                        help_text="the months that count, whole"
                    ),
                ),
                ("months", models.PositiveSmallIntegerField()),
                (
                    "predikat",
                    models.CharField(
                        choices=[
                            ("sangat_baik", "Sangat Baik"),
                            ("baik", "Baik"),
                            ("butuh_perbaikan", "Butuh Perbaikan"),
                            ("kurang", "Kurang/misconduct"),
                            ("sangat_kurang", "Sangat Kurang"),
                        ],
                        max_length=16,
                    ),
                ),
                ("percent", models.PositiveSmallIntegerField()),
                ("coefficient", models.DecimalField(decimal_places=2, max_digits=6)),
                ("value", models.DecimalField(decimal_places=2, max_digits=8)),
                ("is_yearly", models.BooleanField()),
                ("rule_source", models.CharField(max_length=120)),
                ("converted_at", models.DateTimeField()),
                ("replaced_at", models.DateTimeField(null=True)),
                (
                    "replaced_reason",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("yearly", "the yearly conversion counts instead"),
                            ("corrected", "computed again after the result or the months changed"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "employee",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="credit_conversions",
                        to="employees.employee",
                    ),
                ),
                (
                    "evaluation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="credit_conversions",
                        to="assessments.evaluation",
                    ),
                ),
                (
                    "placement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="employees.placement",
                    ),
                ),
                (
                    "replaced_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="replaces",
                        to="assessments.creditconversion",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("evaluation", "version", "part"),
                        name="credit_conversion_once_per_version_and_part",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("months__gte", 1), ("months__lte", 12)),
                        name="credit_conversion_stays_within_a_year",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("replaced_at__isnull", True),
                                ("replaced_by__isnull", True),
                                ("replaced_reason", ""),
                            ),
                            models.Q(
                                ("replaced_at__isnull", False),
                                models.Q(("replaced_reason", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="credit_conversion_replaced_with_a_reason",
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        condition=models.Q(("replaced_at__isnull", True)),
                        expressions=[(models.F("employee"), "="), (models.F("period"), "&&")],
                        name="credit_month_counts_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CreditDiploma",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "jenjang",
                    models.CharField(
                        choices=[
                            ("pemula", "Pemula"),
                            ("terampil", "Terampil"),
                            ("mahir", "Mahir"),
                            ("penyelia", "Penyelia"),
                            ("ahli_pertama", "Ahli Pertama"),
                            ("ahli_muda", "Ahli Muda"),
                            ("ahli_madya", "Ahli Madya"),
                            ("ahli_utama", "Ahli Utama"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "note",
                    models.CharField(
                        help_text="number and date of the document it was read from", max_length=300
                    ),
                ),
                ("entered_at", models.DateTimeField()),
                ("withdrawn_at", models.DateTimeField(null=True)),
                ("withdrawn_reason", models.CharField(blank=True, max_length=300)),
                (
                    "degree",
                    models.CharField(
                        choices=[
                            ("d1", "D-I"),
                            ("d2", "D-II"),
                            ("d3", "D-III"),
                            ("s1", "S-1/D-IV"),
                            ("s2", "S-2"),
                            ("s3", "S-3"),
                        ],
                        max_length=4,
                    ),
                ),
                ("obtained_on", models.DateField()),
                (
                    "required",
                    models.DecimalField(
                        decimal_places=2, help_text="for the next rank at that time", max_digits=8
                    ),
                ),
                ("percent", models.PositiveSmallIntegerField()),
                ("value", models.DecimalField(decimal_places=2, max_digits=8)),
                (
                    "employee",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(class)ss",
                        to="employees.employee",
                    ),
                ),
                (
                    "entered_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "withdrawn_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("withdrawn_at__isnull", True)),
                        fields=("employee", "degree"),
                        name="credit_diploma_once_per_degree",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("withdrawn_at__isnull", True), ("withdrawn_reason", "")),
                            models.Q(
                                ("withdrawn_at__isnull", False),
                                models.Q(("withdrawn_reason", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="credit_diploma_withdrawn_with_a_reason",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CreditOpening",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "jenjang",
                    models.CharField(
                        choices=[
                            ("pemula", "Pemula"),
                            ("terampil", "Terampil"),
                            ("mahir", "Mahir"),
                            ("penyelia", "Penyelia"),
                            ("ahli_pertama", "Ahli Pertama"),
                            ("ahli_muda", "Ahli Muda"),
                            ("ahli_madya", "Ahli Madya"),
                            ("ahli_utama", "Ahli Utama"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "note",
                    models.CharField(
                        help_text="number and date of the document it was read from", max_length=300
                    ),
                ),
                ("entered_at", models.DateTimeField()),
                ("withdrawn_at", models.DateTimeField(null=True)),
                ("withdrawn_reason", models.CharField(blank=True, max_length=300)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("integration", "Integration of the conventional credit (AK integrasi)"),
                            ("move", "Move into a functional post"),
                            ("other", "Balance of an earlier PAK"),
                        ],
                        max_length=12,
                    ),
                ),
                ("value", models.DecimalField(decimal_places=2, max_digits=8)),
                ("as_of", models.DateField()),
                ("basis", models.JSONField(default=dict)),
                (
                    "employee",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(class)ss",
                        to="employees.employee",
                    ),
                ),
                (
                    "entered_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "withdrawn_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("value__gte", 0)), name="credit_opening_is_not_negative"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("withdrawn_at__isnull", True)),
                        fields=("employee", "jenjang", "kind"),
                        name="credit_opening_once_per_kind_and_jenjang",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("withdrawn_at__isnull", True), ("withdrawn_reason", "")),
                            models.Q(
                                ("withdrawn_at__isnull", False),
                                models.Q(("withdrawn_reason", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="credit_opening_withdrawn_with_a_reason",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CreditPak",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.CharField(max_length=40, unique=True)),
                ("as_of", models.DateField()),
                ("content", models.JSONField(help_text="snapshot of selectors.credit.PakFacts")),
                ("issued_at", models.DateTimeField()),
                (
                    "employee",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="credit_paks",
                        to="employees.employee",
                    ),
                ),
                (
                    "issued_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["employee", "-as_of", "-id"], name="credit_pak_newest_first")
                ],
            },
        ),
        migrations.CreateModel(
            name="CreditRankStep",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "jenjang",
                    models.CharField(
                        choices=[
                            ("pemula", "Pemula"),
                            ("terampil", "Terampil"),
                            ("mahir", "Mahir"),
                            ("penyelia", "Penyelia"),
                            ("ahli_pertama", "Ahli Pertama"),
                            ("ahli_muda", "Ahli Muda"),
                            ("ahli_madya", "Ahli Madya"),
                            ("ahli_utama", "Ahli Utama"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "note",
                    models.CharField(
                        help_text="number and date of the document it was read from", max_length=300
                    ),
                ),
                ("entered_at", models.DateTimeField()),
                ("withdrawn_at", models.DateTimeField(null=True)),
                ("withdrawn_reason", models.CharField(blank=True, max_length=300)),
                ("from_golongan", models.CharField(max_length=6)),
                ("to_golongan", models.CharField(max_length=6)),
                ("used", models.DecimalField(decimal_places=2, max_digits=8)),
                ("effective_on", models.DateField()),
                (
                    "employee",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(class)ss",
                        to="employees.employee",
                    ),
                ),
                (
                    "entered_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "withdrawn_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("withdrawn_at__isnull", True)),
                        fields=("employee", "jenjang", "to_golongan"),
                        name="credit_rank_step_once_per_golongan",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("withdrawn_at__isnull", True), ("withdrawn_reason", "")),
                            models.Q(
                                ("withdrawn_at__isnull", False),
                                models.Q(("withdrawn_reason", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="credit_rank_step_withdrawn_with_a_reason",
                    ),
                ],
            },
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]

"""Objection forms, documents of angka kredit, and volumes of packs that are being made."""

import django.db.models.deletion
from django.db import migrations, models

from apps.core.migration_operations import BuiltOnce


class Migration(BuiltOnce):
    dependencies = [
        ("assessments", "0009_credit"),
        ("core", "0002_audit_chain"),
        ("employees", "0002_import_and_correction_constraints"),
        ("reports", "0002_documents_know_what_they_are_about"),
    ]

    operations = [
        migrations.CreateModel(
            name="PackVolume",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                ("code", models.CharField(max_length=32)),
                ("digest", models.CharField(max_length=64)),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="document",
            name="document_is_about_what_its_kind_says",
        ),
        migrations.AddField(
            model_name="document",
            name="conversion",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="documents",
                to="assessments.creditconversion",
            ),
        ),
        migrations.AddField(
            model_name="document",
            name="employee",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="credit_documents",
                to="employees.employee",
            ),
        ),
        migrations.AddField(
            model_name="document",
            name="objection",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="documents",
                to="assessments.objection",
            ),
        ),
        migrations.AddField(
            model_name="document",
            name="pak",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="documents",
                to="assessments.creditpak",
            ),
        ),
        migrations.AlterField(
            model_name="document",
            name="kind",
            field=models.CharField(
                choices=[
                    ("evaluation", "Performance evaluation document"),
                    ("skp", "SKP"),
                    ("objection", "Objection form (D.1.3)"),
                    ("conversion", "Conversion of a predikat into angka kredit"),
                    ("accumulation", "Accumulated angka kredit"),
                    ("pak", "Penetapan angka kredit (PAK)"),
                    ("evaluation_pack", "Documents of a unit"),
                    ("cycle_recap", "Recap of a period"),
                ],
                max_length=20,
            ),
        ),
        migrations.AlterField(
            model_name="scheduledpack",
            name="kind",
            field=models.CharField(
                choices=[
                    ("evaluation", "Performance evaluation document"),
                    ("skp", "SKP"),
                    ("objection", "Objection form (D.1.3)"),
                    ("conversion", "Conversion of a predikat into angka kredit"),
                    ("accumulation", "Accumulated angka kredit"),
                    ("pak", "Penetapan angka kredit (PAK)"),
                    ("evaluation_pack", "Documents of a unit"),
                    ("cycle_recap", "Recap of a period"),
                ],
                max_length=20,
            ),
        ),
        migrations.AddConstraint(
            model_name="document",
            constraint=models.UniqueConstraint(
                condition=models.Q(("objection__isnull", False)),
                fields=("objection", "facts_hash"),
                name="document_once_per_objection_and_facts",
            ),
        ),
        migrations.AddConstraint(
            model_name="document",
            constraint=models.UniqueConstraint(
                condition=models.Q(("conversion__isnull", False)),
                fields=("conversion", "facts_hash"),
                name="document_once_per_conversion_and_facts",
            ),
        ),
        migrations.AddConstraint(
            model_name="document",
            constraint=models.UniqueConstraint(
                condition=models.Q(("pak__isnull", False)),
                fields=("pak", "facts_hash"),
                name="document_once_per_pak_and_facts",
            ),
        ),
        migrations.AddConstraint(
            model_name="document",
            constraint=models.UniqueConstraint(
                condition=models.Q(("employee__isnull", False)),
                fields=("employee", "facts_hash"),
                name="document_once_per_employee_and_facts",
            ),
        ),
        migrations.AddConstraint(
            model_name="document",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("kind__in", ["evaluation_pack", "cycle_recap"]),
                        ("period__isnull", False),
                        ("unit__isnull", False),
                        ("conversion__isnull", True),
                        ("employee__isnull", True),
                        ("evaluation__isnull", True),
                        ("objection__isnull", True),
                        ("pak__isnull", True),
                        ("skp__isnull", True),
                    ),
                    models.Q(
                        ("conversion__isnull", True),
                        ("employee__isnull", True),
                        ("evaluation__isnull", False),
                        ("kind", "evaluation"),
                        ("objection__isnull", True),
                        ("pak__isnull", True),
                        ("skp__isnull", True),
                    ),
                    models.Q(
                        ("conversion__isnull", True),
                        ("employee__isnull", True),
                        ("evaluation__isnull", True),
                        ("kind", "skp"),
                        ("objection__isnull", True),
                        ("pak__isnull", True),
                        ("skp__isnull", False),
                    ),
                    models.Q(
                        ("conversion__isnull", True),
                        ("employee__isnull", True),
                        ("evaluation__isnull", True),
                        ("kind", "objection"),
                        ("objection__isnull", False),
                        ("pak__isnull", True),
                        ("skp__isnull", True),
                    ),
                    models.Q(
                        ("conversion__isnull", False),
                        ("employee__isnull", True),
                        ("evaluation__isnull", True),
                        ("kind", "conversion"),
                        ("objection__isnull", True),
                        ("pak__isnull", True),
                        ("skp__isnull", True),
                    ),
                    models.Q(
                        ("conversion__isnull", True),
                        ("employee__isnull", False),
                        ("evaluation__isnull", True),
                        ("kind", "accumulation"),
                        ("objection__isnull", True),
                        ("pak__isnull", True),
                        ("skp__isnull", True),
                    ),
                    models.Q(
                        ("conversion__isnull", True),
                        ("employee__isnull", True),
                        ("evaluation__isnull", True),
                        ("kind", "pak"),
                        ("objection__isnull", True),
                        ("pak__isnull", False),
                        ("skp__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="document_is_about_what_its_kind_says",
            ),
        ),
        migrations.AddField(
            model_name="packvolume",
            name="file",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="core.storedfile"
            ),
        ),
        migrations.AddField(
            model_name="packvolume",
            name="job",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="core.job"
            ),
        ),
        migrations.AddConstraint(
            model_name="packvolume",
            constraint=models.UniqueConstraint(
                fields=("job", "number"), name="pack_volume_once_per_job_and_number"
            ),
        ),
    ]

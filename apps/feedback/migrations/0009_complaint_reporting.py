"""The reporter's side of a complaint: channel, place, files, voices, public words, the question after four weeks.

A report without an author can have no contact: the database refuses it, whoever asks.
"""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from apps.core.migration_operations import BuiltOnce

CHANNELS = [
    ("web", "this site"),
    ("open311", "another app (Open311)"),
    ("officer", "told to an officer, at the counter or by phone"),
]

REFUSE_CONTACT = """
CREATE FUNCTION feedback_refuse_contact() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM feedback_complaint WHERE id = NEW.complaint_id AND has_no_author) THEN
        RAISE EXCEPTION 'a report without an author has no contact' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER feedback_refuse_contact BEFORE INSERT OR UPDATE ON feedback_complaintcontact
    FOR EACH ROW EXECUTE FUNCTION feedback_refuse_contact();
"""
ALLOW_CONTACT = """
DROP TRIGGER feedback_refuse_contact ON feedback_complaintcontact;
DROP FUNCTION feedback_refuse_contact();
"""


class Migration(BuiltOnce):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("core", "0001_initial"),
        ("employees", "0001_initial"),
        ("feedback", "0008_quarantine"),
    ]

    operations = [
        migrations.AlterField(
            model_name="complaint",
            name="kind",
            field=models.CharField(
                choices=[
                    ("ringan", "Light complaint"),
                    ("normatif", "Question or information"),
                    ("tidak_berkadar_pengawasan", "Complaint about service"),
                    ("berkadar_pengawasan", "Suspected wrongdoing"),
                    ("aspirasi", "Wish or suggestion"),
                ],
                max_length=30,
            ),
        ),
        migrations.AddField(
            model_name="complaint",
            name="channel",
            field=models.CharField(choices=CHANNELS, default="web", max_length=10),
        ),
        migrations.AddField(
            model_name="complaint",
            name="has_no_author",
            field=models.BooleanField(
                default=False,
                help_text="nothing anywhere says who reported: no contact, no session, no network mark",
            ),
        ),
        migrations.AddField(
            model_name="complaint",
            name="place",
            field=models.CharField(blank=True, max_length=200),
        ),
        migrations.AddField(
            model_name="complaint",
            name="latitude",
            field=models.DecimalField(decimal_places=6, max_digits=8, null=True),
        ),
        migrations.AddField(
            model_name="complaint",
            name="longitude",
            field=models.DecimalField(decimal_places=6, max_digits=9, null=True),
        ),
        migrations.AddField(
            model_name="complaint",
            name="voices",
            field=models.PositiveIntegerField(
                default=0, help_text="others with the same problem; only counted"
            ),
        ),
        migrations.AddField(
            model_name="complaint",
            name="public_subject",
            field=models.CharField(
                blank=True, help_text="what everybody may read, checked by a person", max_length=150
            ),
        ),
        migrations.AddField(model_name="complaint", name="public_text", field=models.TextField(blank=True)),
        migrations.AddField(
            model_name="complaint", name="published_at", field=models.DateTimeField(null=True)
        ),
        migrations.AddField(
            model_name="complaintcontact",
            name="may_mail",
            field=models.BooleanField(
                default=False, help_text="agreed to one mail with the question after four weeks"
            ),
        ),
        migrations.AddIndex(
            model_name="complaint",
            index=models.Index(
                condition=models.Q(("closed_at__isnull", False)),
                fields=["closed_at"],
                name="complaint_closed_by_day",
            ),
        ),
        migrations.AddIndex(
            model_name="complaint",
            index=models.Index(fields=["government", "received_at"], name="complaint_by_arrival"),
        ),
        migrations.AddConstraint(
            model_name="complaint",
            constraint=models.CheckConstraint(
                condition=models.Q(("has_no_author", False), ("is_anonymous", True), _connector="OR"),
                name="complaint_without_author_is_anonymous",
            ),
        ),
        migrations.AddConstraint(
            model_name="complaint",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("published_at__isnull", True),
                    models.Q(("is_secret", False), models.Q(("public_subject", ""), _negated=True)),
                    _connector="OR",
                ),
                name="complaint_published_is_not_secret_and_has_words",
            ),
        ),
        migrations.AddConstraint(
            model_name="complaint",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("latitude__isnull", True), ("longitude__isnull", True)),
                    models.Q(
                        ("latitude__gte", -90),
                        ("latitude__lte", 90),
                        ("longitude__gte", -180),
                        ("longitude__lte", 180),
                    ),
                    _connector="OR",
                ),
                name="complaint_place_is_on_earth",
            ),
        ),
        migrations.RunSQL(REFUSE_CONTACT, ALLOW_CONTACT),
        migrations.CreateModel(
            name="ComplaintCheckBack",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("closed_at", models.DateTimeField(help_text="the end it asks about")),
                ("asked_at", models.DateTimeField()),
                (
                    "open_until",
                    models.DateField(help_text="last day for the answer, and for opening the report again"),
                ),
                (
                    "answer",
                    models.CharField(
                        blank=True,
                        choices=[("fixed", "Still solved"), ("came_back", "It came back")],
                        max_length=10,
                    ),
                ),
                ("answered_at", models.DateTimeField(null=True)),
                (
                    "complaint",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="check_backs",
                        to="feedback.complaint",
                    ),
                ),
            ],
            options={
                "ordering": ["asked_at", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("complaint", "closed_at"), name="check_back_once_per_end"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("answer", ""), ("answered_at__isnull", False), _connector="XOR"),
                        name="check_back_answered_at_iff_answered",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ComplaintFile",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "token",
                    models.UUIDField(
                        default=uuid.uuid4, help_text="its address; never the row's number", unique=True
                    ),
                ),
                ("name", models.CharField(max_length=40)),
                ("added_at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        help_text="the officer who added it; empty if it came from the reporter",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "complaint",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="files",
                        to="feedback.complaint",
                    ),
                ),
                (
                    "event",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="files",
                        to="feedback.complaintevent",
                    ),
                ),
                (
                    "file",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="core.storedfile",
                    ),
                ),
            ],
            options={
                "ordering": ["added_at", "id"],
                "constraints": [
                    models.UniqueConstraint(fields=("complaint", "file"), name="complaint_file_kept_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="DraftFile",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("token", models.UUIDField(default=uuid.uuid4, unique=True)),
                ("added_at", models.DateTimeField(db_index=True)),
                (
                    "file",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="core.storedfile",
                    ),
                ),
            ],
        ),
    ]

"""Forms of learning as a table, invitations and waiting list, attendance, learning check, reactions, calendar."""

import uuid
from datetime import date

import django.db.models.deletion
from django.db import migrations, models

from apps.core.migration_operations import BuiltOnce

# CMP-5 and CMP-6 are from memory, unverified; the part of the mix is a design choice. Worth by the clock until the
# office writes what the annex says (CMP-7).
CLASSICAL = "CMP-5: from memory, unverified (annex of Perlan 10/2018)"
OTHER = "CMP-6: from memory, unverified (annex of Perlan 10/2018)"
FORMS = [
    ("pelatihan_kepemimpinan", "Pelatihan kepemimpinan", True, "training"),
    ("pelatihan_manajerial", "Pelatihan manajerial", True, "training"),
    ("pelatihan_teknis", "Pelatihan teknis", True, "training"),
    ("pelatihan_fungsional", "Pelatihan fungsional", True, "training"),
    ("pelatihan_sosial_kultural", "Pelatihan sosial kultural", True, "training"),
    ("seminar", "Seminar, konferensi, atau sarasehan", True, "training"),
    ("lokakarya", "Lokakarya (workshop)", True, "training"),
    ("kursus", "Kursus", True, "training"),
    ("penataran", "Penataran", True, "training"),
    ("bimbingan_teknis", "Bimbingan teknis", True, "training"),
    ("sosialisasi", "Sosialisasi", True, "training"),
    ("pendidikan_formal", "Pendidikan formal", True, "training"),
    ("e_learning", "E-learning", False, "training"),
    ("pelatihan_jarak_jauh", "Pelatihan jarak jauh", False, "training"),
    ("coaching", "Coaching", False, "social"),
    ("mentoring", "Mentoring", False, "social"),
    ("komunitas_belajar", "Komunitas belajar", False, "social"),
    ("benchmarking", "Studi tiru (benchmarking)", False, "social"),
    ("outbound", "Pelatihan alam bebas (outbound)", False, "social"),
    ("detasering", "Detasering (penugasan sementara)", False, "on_the_job"),
    ("pertukaran", "Pertukaran dengan swasta, BUMN, atau BUMD", False, "on_the_job"),
    ("belajar_mandiri", "Belajar mandiri", False, "on_the_job"),
    ("bimbingan_di_tempat_kerja", "Bimbingan di tempat kerja", False, "on_the_job"),
    ("magang", "Magang atau praktik kerja", False, "on_the_job"),
]


def add_forms(apps, schema_editor):
    form = apps.get_model("training", "LearningForm")
    for code, name, classical, way in FORMS:
        form.objects.get_or_create(
            government=None,
            code=code,
            valid_from=date(2020, 1, 1),
            defaults={
                "name": name,
                "classical": classical,
                "way": way,
                "unit": "minutes",
                "source": CLASSICAL if classical else OTHER,
            },
        )


class Migration(BuiltOnce):
    dependencies = [
        ("employees", "0004_supervision_loans"),
        ("training", "0006_competences"),
    ]

    operations = [
        migrations.CreateModel(
            name="Attendance",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day", models.DateField()),
                (
                    "way",
                    models.CharField(
                        choices=[
                            ("list", "ticked on the list"),
                            ("code", "code of the day"),
                            ("import", "from a file"),
                        ],
                        max_length=6,
                    ),
                ),
                ("at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="CalendarAddress",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("nonce", models.CharField(max_length=32)),
                ("made_at", models.DateTimeField()),
                ("revoked_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="CheckAttempt",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "moment",
                    models.CharField(
                        choices=[("before", "Before the session"), ("after", "After the session")],
                        max_length=6,
                    ),
                ),
                ("percent", models.DecimalField(decimal_places=1, max_digits=4)),
                (
                    "record",
                    models.JSONField(
                        default=list, help_text="question, options, right and chosen; empty if imported"
                    ),
                ),
                ("at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="CheckQuestion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("text", models.CharField(max_length=500)),
                ("options", models.JSONField(help_text="two to five answers")),
                ("right", models.PositiveSmallIntegerField(help_text="place of the right answer, from 0")),
                ("retired_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="LearningForm",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.SlugField(max_length=60)),
                ("name", models.CharField(max_length=100)),
                ("classical", models.BooleanField()),
                (
                    "way",
                    models.CharField(
                        choices=[
                            ("training", "Training"),
                            ("social", "Learning from others"),
                            ("on_the_job", "Learning at work"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "unit",
                    models.CharField(
                        choices=[("minutes", "minutes"), ("days", "days"), ("events", "events")],
                        default="minutes",
                        max_length=8,
                    ),
                ),
                (
                    "jp",
                    models.DecimalField(
                        decimal_places=1, help_text="JP per day or event", max_digits=5, null=True
                    ),
                ),
                (
                    "most",
                    models.DecimalField(
                        decimal_places=1, help_text="JP of one record at most", max_digits=5, null=True
                    ),
                ),
                ("is_offered", models.BooleanField(default=True)),
                ("is_verified", models.BooleanField(default=False)),
                ("source", models.CharField(max_length=200)),
                ("valid_from", models.DateField()),
            ],
        ),
        migrations.CreateModel(
            name="Reaction",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("useful", models.PositiveSmallIntegerField(help_text="1 to 4")),
                ("well_taught", models.PositiveSmallIntegerField(help_text="1 to 4")),
                ("will_use", models.PositiveSmallIntegerField(help_text="1 to 4")),
            ],
        ),
        migrations.AddField(
            model_name="enrolment",
            name="decline_reason",
            field=models.CharField(blank=True, max_length=300),
        ),
        migrations.AddField(
            model_name="enrolment",
            name="has_reacted",
            field=models.BooleanField(
                default=False, help_text="without a time: nobody shall find the answers"
            ),
        ),
        migrations.AddField(
            model_name="enrolment",
            name="waiting_since",
            field=models.DateTimeField(help_text="the order of the waiting list", null=True),
        ),
        migrations.AddField(
            model_name="programme",
            name="amount",
            field=models.DecimalField(
                decimal_places=1,
                help_text="what the JP were computed from, in the unit of the form; None if they were written",
                max_digits=6,
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="session",
            name="begins",
            field=models.TimeField(help_text="local time of every day", null=True),
        ),
        migrations.AddField(
            model_name="session",
            name="ends",
            field=models.TimeField(null=True),
        ),
        migrations.AddField(
            model_name="session",
            name="takes_attendance",
            field=models.BooleanField(
                default=False,
                help_text="who was there is written down each day, and counts for the completion",
            ),
        ),
        migrations.AlterField(
            model_name="enrolment",
            name="enrolled_at",
            field=models.DateTimeField(
                help_text="of the last step into it: invited, waiting, or given a seat"
            ),
        ),
        migrations.AlterField(
            model_name="enrolment",
            name="status",
            field=models.CharField(
                choices=[
                    ("invited", "Invited"),
                    ("waiting", "On the waiting list"),
                    ("enrolled", "Enrolled"),
                    ("completed", "Completed"),
                    ("absent", "Absent"),
                    ("declined", "Not coming"),
                    ("cancelled", "Cancelled"),
                ],
                default="enrolled",
                max_length=10,
            ),
        ),
        migrations.AddIndex(
            model_name="enrolment",
            index=models.Index(
                condition=models.Q(("status", "waiting")),
                fields=["session", "waiting_since", "id"],
                name="enrolment_waiting_list",
            ),
        ),
        migrations.AddConstraint(
            model_name="enrolment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "status__in",
                        ["invited", "waiting", "enrolled", "completed", "absent", "declined", "cancelled"],
                    )
                ),
                name="enrolment_status_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="enrolment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "waiting"), _negated=True),
                    ("waiting_since__isnull", False),
                    _connector="OR",
                ),
                name="enrolment_waits_since_a_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="enrolment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "declined"), _negated=True),
                    models.Q(("decline_reason", ""), _negated=True),
                    _connector="OR",
                ),
                name="enrolment_declined_with_a_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="session",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("begins__isnull", True), ("ends__isnull", True)),
                    ("ends__gt", models.F("begins")),
                    _connector="OR",
                ),
                name="session_ends_after_it_begins",
            ),
        ),
        migrations.AddField(
            model_name="attendance",
            name="enrolment",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="attendances",
                to="training.enrolment",
            ),
        ),
        migrations.AddField(
            model_name="calendaraddress",
            name="employee",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="calendar_address",
                to="employees.employee",
            ),
        ),
        migrations.AddField(
            model_name="checkattempt",
            name="enrolment",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="attempts", to="training.enrolment"
            ),
        ),
        migrations.AddField(
            model_name="checkquestion",
            name="programme",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="questions", to="training.programme"
            ),
        ),
        migrations.AddField(
            model_name="learningform",
            name="government",
            field=models.ForeignKey(
                help_text="none: holds wherever a government has no row of its own",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="learning_forms",
                to="employees.government",
            ),
        ),
        migrations.AddField(
            model_name="certificate",
            name="form",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="training.learningform",
            ),
        ),
        migrations.AddField(
            model_name="programme",
            name="form",
            field=models.ForeignKey(
                help_text="the row of the table that held; `kind` follows from it. None: from before there was a table",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="training.learningform",
            ),
        ),
        migrations.AddField(
            model_name="reaction",
            name="session",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="reactions", to="training.session"
            ),
        ),
        migrations.AddConstraint(
            model_name="attendance",
            constraint=models.UniqueConstraint(fields=("enrolment", "day"), name="attendance_once_per_day"),
        ),
        migrations.AddConstraint(
            model_name="attendance",
            constraint=models.CheckConstraint(
                condition=models.Q(("way__in", ["list", "code", "import"])), name="attendance_way_is_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="checkattempt",
            constraint=models.CheckConstraint(
                condition=models.Q(("percent__gte", 0), ("percent__lte", 100)),
                name="check_attempt_is_a_percentage",
            ),
        ),
        migrations.AddConstraint(
            model_name="checkattempt",
            constraint=models.UniqueConstraint(
                condition=models.Q(("moment", "before")), fields=("enrolment",), name="check_before_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="checkattempt",
            constraint=models.CheckConstraint(
                condition=models.Q(("moment__in", ["before", "after"])), name="check_moment_is_known"
            ),
        ),
        migrations.AddIndex(
            model_name="checkquestion",
            index=models.Index(
                condition=models.Q(("retired_at", None)),
                fields=["programme", "id"],
                name="check_question_used",
            ),
        ),
        migrations.AddConstraint(
            model_name="learningform",
            constraint=models.UniqueConstraint(
                fields=("government", "code", "valid_from"),
                name="learning_form_once_per_day",
                nulls_distinct=False,
            ),
        ),
        migrations.AddConstraint(
            model_name="learningform",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("jp__isnull", True), ("unit", "minutes")),
                    models.Q(("unit__in", ["days", "events"]), ("jp__gt", 0)),
                    _connector="OR",
                ),
                name="learning_form_has_its_rate",
            ),
        ),
        migrations.AddConstraint(
            model_name="learningform",
            constraint=models.CheckConstraint(
                condition=models.Q(("most__isnull", True), ("most__gt", 0), _connector="OR"),
                name="learning_form_cap_is_positive",
            ),
        ),
        migrations.AddConstraint(
            model_name="learningform",
            constraint=models.CheckConstraint(
                condition=models.Q(("way__in", ["training", "social", "on_the_job"])),
                name="learning_form_way_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="reaction",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("useful__range", (1, 4)), ("well_taught__range", (1, 4)), ("will_use__range", (1, 4))
                ),
                name="reaction_is_one_to_four",
            ),
        ),
        # Backward nothing: programmes and certificates may point to the rows by then.
        migrations.RunPython(add_forms, migrations.RunPython.noop, elidable=False),
    ]

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from apps.core.migration_operations import BuiltOnce

_ID = {"auto_created": True, "primary_key": True, "serialize": False, "verbose_name": "ID"}
_PROTECT = django.db.models.deletion.PROTECT


def _user() -> models.ForeignKey:
    return models.ForeignKey(null=True, on_delete=_PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)


def _service(related_name: str) -> models.ForeignKey:
    return models.ForeignKey(on_delete=_PROTECT, related_name=related_name, to="feedback.service")


class Migration(BuiltOnce):
    dependencies = [
        ("feedback", "0005_figures"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="QueueKey",
            fields=[
                ("id", models.BigAutoField(**_ID)),
                ("label", models.CharField(max_length=80)),
                ("digest", models.CharField(max_length=64, unique=True)),
                ("ending", models.CharField(help_text="last letters, to tell keys apart", max_length=4)),
                ("made_at", models.DateTimeField()),
                ("last_used_on", models.DateField(null=True)),
                ("revoked_at", models.DateTimeField(null=True)),
                ("made_by", _user()),
                ("service", _service("queue_keys")),
            ],
        ),
        migrations.CreateModel(
            name="ReceiptDay",
            fields=[
                ("id", models.BigAutoField(**_ID)),
                ("day", models.DateField()),
                ("issued", models.PositiveIntegerField(default=0)),
                (
                    "used",
                    models.PositiveIntegerField(
                        help_text="empty while codes of the day can still be used", null=True
                    ),
                ),
                ("longest_gap", models.PositiveIntegerField(default=0)),
                ("service", _service("receipt_days")),
            ],
        ),
        migrations.CreateModel(
            name="ReceiptBatch",
            fields=[
                ("id", models.BigAutoField(**_ID)),
                ("day", models.DateField(help_text="of the service; codes hold from this day on")),
                ("first", models.PositiveIntegerField()),
                ("last", models.PositiveIntegerField()),
                (
                    "source",
                    models.CharField(choices=[("print", "printed"), ("api", "queue system")], max_length=6),
                ),
                (
                    "order",
                    models.UUIDField(default=uuid.uuid4, help_text="the days that were ordered together"),
                ),
                (
                    "key_mark",
                    models.CharField(help_text="names the secret key that makes the codes", max_length=12),
                ),
                ("issued_at", models.DateTimeField()),
                ("cancelled_at", models.DateTimeField(null=True)),
                ("issued_by", _user()),
                (
                    "queue_key",
                    models.ForeignKey(
                        null=True, on_delete=_PROTECT, related_name="+", to="feedback.queuekey"
                    ),
                ),
                ("service", _service("receipt_batches")),
            ],
        ),
        migrations.CreateModel(
            name="ReceiptUse",
            fields=[
                ("digest", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("day", models.DateField(help_text="of the code")),
                ("used_on", models.DateField()),
                ("service", _service("+")),
            ],
        ),
        migrations.CreateModel(
            name="Kiosk",
            fields=[
                ("id", models.BigAutoField(**_ID)),
                ("code", models.SlugField(max_length=20, unique=True)),
                ("registered_at", models.DateTimeField()),
                ("revoked_at", models.DateTimeField(null=True)),
                (
                    "point",
                    models.ForeignKey(on_delete=_PROTECT, related_name="kiosks", to="feedback.servicepoint"),
                ),
                ("registered_by", _user()),
            ],
        ),
        migrations.AddConstraint(
            model_name="receiptday",
            constraint=models.UniqueConstraint(fields=("service", "day"), name="receipt_day_once"),
        ),
        migrations.AddConstraint(
            model_name="receiptday",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("used__isnull", True), ("used__lte", models.F("issued")), _connector="OR"
                ),
                name="receipt_day_used_were_issued",
            ),
        ),
        migrations.AddIndex(
            model_name="receiptbatch",
            index=models.Index(fields=["order"], name="receipt_batch_by_order"),
        ),
        migrations.AddConstraint(
            model_name="receiptbatch",
            constraint=models.UniqueConstraint(fields=("service", "day", "first"), name="receipt_batch_once"),
        ),
        migrations.AddConstraint(
            model_name="receiptbatch",
            constraint=models.CheckConstraint(
                condition=models.Q(("first__gte", 1), ("last__gte", models.F("first"))),
                name="receipt_batch_has_numbers",
            ),
        ),
        migrations.AddIndex(
            model_name="receiptuse",
            index=models.Index(fields=["service", "day"], name="receipt_use_by_day"),
        ),
        migrations.AddConstraint(
            model_name="kiosk",
            constraint=models.UniqueConstraint(
                condition=models.Q(("revoked_at__isnull", True)),
                fields=("point",),
                name="kiosk_one_per_counter",
            ),
        ),
    ]

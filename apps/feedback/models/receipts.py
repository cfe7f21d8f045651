"""One-time receipt codes, the keys of queue systems, and kiosks.

No code is stored: a batch is a range of numbers, from which the codes follow with the secret key alone. Of a used
code only a keyed hash is kept, with the day, never the answer it came with: the queue system knows who got which code.
"""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from ..labels import ReceiptSource
from .services import Service, ServicePoint


class QueueKey(models.Model):
    """Lets a queue system fetch receipt codes for one service. Only a hash of it is stored."""

    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="queue_keys")
    label = models.CharField(max_length=80)
    digest = models.CharField(max_length=64, unique=True)
    ending = models.CharField(max_length=4, help_text="last letters, to tell keys apart")
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    made_at = models.DateTimeField()
    last_used_on = models.DateField(null=True)
    revoked_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.label} …{self.ending}"


class ReceiptDay(models.Model):
    """How many codes of a service exist for a day; what is left of the used ones when all are out of date."""

    service = models.ForeignKey(
        Service, on_delete=models.PROTECT, related_name="receipt_days", db_index=False
    )
    day = models.DateField()
    issued = models.PositiveIntegerField(default=0)
    used = models.PositiveIntegerField(null=True, help_text="empty while codes of the day can still be used")
    longest_gap = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["service", "day"], name="receipt_day_once"),
            models.CheckConstraint(
                condition=Q(used__isnull=True) | Q(used__lte=F("issued")), name="receipt_day_used_were_issued"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.service_id} {self.day}"


class ReceiptBatch(models.Model):
    """A range of numbers whose codes were printed or fetched together."""

    service = models.ForeignKey(
        Service, on_delete=models.PROTECT, related_name="receipt_batches", db_index=False
    )
    day = models.DateField(help_text="of the service; codes hold from this day on")
    first = models.PositiveIntegerField()
    last = models.PositiveIntegerField()
    source = models.CharField(max_length=6, choices=ReceiptSource.choices)
    order = models.UUIDField(default=uuid.uuid4, help_text="the days that were ordered together")
    key_mark = models.CharField(max_length=12, help_text="names the secret key that makes the codes")
    queue_key = models.ForeignKey(QueueKey, on_delete=models.PROTECT, null=True, related_name="+")
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    issued_at = models.DateTimeField()
    cancelled_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["order"], name="receipt_batch_by_order")]
        constraints = [
            models.UniqueConstraint(fields=["service", "day", "first"], name="receipt_batch_once"),
            models.CheckConstraint(
                condition=Q(first__gte=1, last__gte=F("first")), name="receipt_batch_has_numbers"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.service_id} {self.day} {self.first}-{self.last}"

    @property
    def count(self) -> int:
        """Return how many codes it has."""
        return self.last - self.first + 1


class ReceiptUse(models.Model):
    """That a code was used, until it is out of date anyway. The key is the hash: rows have no order to match."""

    digest = models.CharField(max_length=64, primary_key=True)
    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="+", db_index=False)
    day = models.DateField(help_text="of the code")
    used_on = models.DateField()

    class Meta:
        indexes = [models.Index(fields=["service", "day"], name="receipt_use_by_day")]

    def __str__(self) -> str:
        return self.digest[:8]


class Kiosk(models.Model):
    """A tablet at a counter with an address of its own, which can be taken away from it."""

    point = models.ForeignKey(ServicePoint, on_delete=models.PROTECT, related_name="kiosks")
    code = models.SlugField(max_length=20, unique=True)
    registered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    registered_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["point"], condition=Q(revoked_at__isnull=True), name="kiosk_one_per_counter"
            )
        ]

    def __str__(self) -> str:
        return f"kiosk {self.pk}"

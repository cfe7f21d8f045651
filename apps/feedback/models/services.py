"""What is offered to the public, where, and how often it was delivered."""

from django.conf import settings
from django.db import models

from .. import querysets


class Service(models.Model):
    """A public service of a unit."""

    unit = models.ForeignKey("employees.WorkUnit", on_delete=models.PROTECT, related_name="services")
    code = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=200)
    description = models.TextField(blank=True)
    is_active = models.BooleanField(default=True)
    opening_hours = models.JSONField(
        default=dict, blank=True, help_text='{"0": ["08:00", "15:30"], ...}; 0 is Monday; empty: not known'
    )
    complaint_promise = models.CharField(max_length=200, blank=True)

    objects = querysets.ServiceQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name


class ServicePoint(models.Model):
    """A counter with its QR code. The code is random: it says nothing and is printed on paper."""

    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="points")
    code = models.SlugField(max_length=16, unique=True)
    label = models.CharField(max_length=100)
    is_active = models.BooleanField(default=True)

    def __str__(self) -> str:
        return self.label


class ServiceCount(models.Model):
    """How many services were delivered in a month; feeds indicators and the response rate."""

    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="counts", db_index=False)
    month = models.DateField(help_text="first day of the month")
    count = models.PositiveIntegerField()
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["service", "month"], name="service_count_once_per_month")
        ]

    def __str__(self) -> str:
        return f"{self.service_id} {self.month:%Y-%m}"

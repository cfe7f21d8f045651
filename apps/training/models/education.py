"""Diplomas: entered by their owner with a file, counted once an officer has verified them (IPA-1)."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from .. import querysets
from ..labels import CertificateStatus, DiplomaLevel


class EducationRecord(models.Model):
    """A diploma of a person."""

    employee = models.ForeignKey("employees.Employee", on_delete=models.PROTECT, related_name="education")
    level = models.CharField(max_length=16, choices=DiplomaLevel.choices)
    school = models.CharField(max_length=150)
    field = models.CharField(max_length=150, blank=True, help_text="study programme")
    graduated_on = models.DateField()
    number = models.CharField(max_length=80)
    file = models.ForeignKey("core.StoredFile", on_delete=models.PROTECT, null=True, related_name="+")
    file_name = models.CharField(max_length=200, blank=True)
    added_at = models.DateTimeField()
    verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    verified_at = models.DateTimeField(null=True)
    refused_at = models.DateTimeField(null=True)
    refusal_note = models.CharField(max_length=300, blank=True)

    objects = querysets.EmployeeOwnedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["employee", "number"],
                condition=Q(refused_at__isnull=True),
                name="diploma_number_once_per_person",
            ),
            models.CheckConstraint(condition=Q(level__in=DiplomaLevel.values), name="diploma_level_is_known"),
            models.CheckConstraint(
                condition=Q(verified_at__isnull=True) | Q(refused_at__isnull=True),
                name="diploma_verified_or_refused",
            ),
            models.CheckConstraint(
                condition=Q(refused_at__isnull=True) | ~Q(refusal_note=""),
                name="diploma_refused_with_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"diploma {self.pk}"

    @property
    def status(self) -> str:
        """Verified, refused, or waiting for an officer."""
        if self.verified_at is not None:
            return CertificateStatus.VERIFIED.value
        if self.refused_at is not None:
            return CertificateStatus.REFUSED.value
        return CertificateStatus.WAITING.value

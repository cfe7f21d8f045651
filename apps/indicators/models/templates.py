"""Plans to begin from, one per job family."""

from django.conf import settings
from django.db import models

from .. import querysets
from ..labels import ApproachChoices, LayoutChoices


class SkpTemplate(models.Model):
    """What people of a job family usually plan; content in the shape of rules/plan_content.py, without names."""

    government = models.ForeignKey(
        "employees.Government", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    job_family = models.CharField(max_length=80)
    level = models.CharField(max_length=40, blank=True, help_text="as in the position; empty for every level")
    layout = models.CharField(max_length=6, choices=LayoutChoices.choices)
    approach = models.CharField(max_length=12, choices=ApproachChoices.choices)
    title = models.CharField(max_length=120)
    content = models.JSONField()
    is_active = models.BooleanField(default=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    made_at = models.DateTimeField()

    objects = querysets.SkpTemplateQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["government", "title"],
                condition=models.Q(is_active=True),
                name="skp_template_title_once_per_government",
            ),
        ]
        indexes = [models.Index(fields=["government", "job_family"], name="skp_template_by_family")]

    def __str__(self) -> str:
        return self.title

"""Letters that begin with a template: counted, and refused while they are nothing but the template."""

from datetime import datetime
from typing import Any

from apps.core import audit, policy
from apps.core.localtime import local_date

from ...labels import TemplatePurpose
from ...models import AnswerTemplate, Complaint, TemplateUse
from ...rules import template_use

ANSWER, ASK_INFO, REJECT = TemplatePurpose.values


class TemplateNotEdited(ValueError):
    """Raised when a letter is a template with nothing, or hardly anything, of its own; `check` says what is missing."""

    def __init__(self, template: AnswerTemplate, check: template_use.TemplateCheck, minimum: int) -> None:
        super().__init__(check.problem)
        self.template = template
        self.check = check
        self.minimum = minimum


def check_wording(
    complaint: Complaint,
    words: str,
    purpose: str,
    template: AnswerTemplate | None,
    *,
    by: Any,
    at: datetime,
) -> None:
    """Refuse a letter that is a template, and count the template that it was made from.

    A template that nobody chose counts as well if nearly all of it is in the letter.

    :raises TemplateNotEdited: if a mark is left to be filled in, or too few words are its writer's own.
    """
    government = complaint.government
    minimum = policy.get(
        "feedback.template_own_percent", on=local_date(at, government.timezone), scope=government.code
    )
    known = AnswerTemplate.objects.for_unit(complaint.unit).filter(purpose=purpose)
    candidates = [
        row
        for row in known
        if (template is not None and row.pk == template.pk) or template_use.is_taken_over(row.body, words)
    ]
    checks = [(row, template_use.check(row.body, words, minimum)) for row in candidates]
    for row, found in checks:
        if found.problem is not None:
            raise TemplateNotEdited(row, found, minimum)
    TemplateUse.objects.bulk_create(
        TemplateUse(template=row, complaint=complaint, own_percent=found.own_percent, by=by, at=at)
        for row, found in checks
    )


def save_template(
    *,
    government: Any,
    unit: Any,
    purpose: str,
    title: str,
    body: str,
    by: Any,
    at: datetime,
    template: AnswerTemplate | None = None,
    is_active: bool = True,
) -> AnswerTemplate:
    """Add a template, or change one. What was sent before stays as it was sent.

    :raises ValueError: if nothing in it is left to be filled in.
    """
    if not template_use.placeholders(body):
        raise ValueError("a template leaves something to its writer")
    row = template or AnswerTemplate(government=government, created_by=by)
    row.unit = unit
    row.purpose = purpose
    row.title = title.strip()
    row.body = body.strip()
    row.is_active = is_active
    row.updated_at = at
    row.save()
    verb = "changed" if template else "added"
    audit.record(f"feedback.template.{verb}", target=row, by=by, scope=government.code, at=at)
    return row

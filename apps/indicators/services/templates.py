"""Plans to begin from: made by the personnel office from a plan that was approved, without anybody's name in it."""

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q

from apps.core import audit
from apps.employees.models import Employee

from .. import selectors
from ..models import Skp, SkpTemplate
from ..rules.plan_content import only_results, without_names


class TitleTaken(ValueError):
    """Raised when another template in use has this title."""


class NothingChosen(ValueError):
    """Raised when a template would have no planned result."""


def nameless_content(plan: Skp) -> dict[str, Any]:
    """Return the content of a plan (fetched with `whole`) without names of its people and of their colleagues."""
    people = Employee.objects.filter(
        Q(placements__position__unit=plan.unit) | Q(pk__in=[plan.employee_id, plan.appraiser_id])
    ).distinct()
    names = {name for person in people for name in (person.full_name, person.name)}
    return without_names(selectors.content_of(plan), {*names, plan.appraiser_name})


@transaction.atomic
def make_template(
    *, plan: Skp, title: str, job_family: str, level: str, keys: list[str], by: Any, at: datetime
) -> SkpTemplate:
    """Keep the chosen results of a plan (fetched with `whole`), its expectations and annex, as a template.

    :raises NothingChosen: if no result is chosen.
    :raises TitleTaken: if a template in use has this title.
    """
    content = only_results(nameless_content(plan), keys)
    if not content["results"]:
        raise NothingChosen
    try:
        with transaction.atomic():
            template = SkpTemplate.objects.create(
                government=plan.government,
                job_family=job_family,
                level=level,
                layout=plan.layout,
                approach=plan.approach,
                title=title,
                content=content,
                made_by=by if hasattr(by, "get_username") else None,
                made_at=at,
            )
    except IntegrityError as error:
        raise TitleTaken from error
    _record("made", template, by, skp=plan.pk)
    return template


@transaction.atomic
def change_template(*, template_id: int, title: str, job_family: str, level: str, by: Any) -> SkpTemplate:
    """Rename a template, or say for whom it is.

    :raises TitleTaken: if another template in use has this title.
    """
    template = _locked(template_id)
    template.title, template.job_family, template.level = title, job_family, level
    _save(template, ["title", "job_family", "level"])
    _record("changed", template, by)
    return template


@transaction.atomic
def retire_template(*, template_id: int, is_active: bool, by: Any) -> SkpTemplate:
    """Take a template out of use, or back into use; plans that were begun from it do not change.

    :raises TitleTaken: if another template in use has this title.
    """
    template = _locked(template_id)
    if template.is_active != is_active:
        template.is_active = is_active
        _save(template, ["is_active"])
        _record("restored" if is_active else "retired", template, by)
    return template


def _locked(template_id: int) -> SkpTemplate:
    return (
        SkpTemplate.objects.select_for_update(of=("self",)).select_related("government").get(pk=template_id)
    )


def _save(template: SkpTemplate, fields: list[str]) -> None:
    try:
        with transaction.atomic():
            template.save(update_fields=fields)
    except IntegrityError as error:
        raise TitleTaken from error


def _record(event: str, template: SkpTemplate, by: Any, **data: Any) -> None:
    audit.record(
        f"indicators.template.{event}", target=template, by=by, scope=template.government.code, **data
    )

"""One item as the other pages of the plan load it: visible or not found, allowed or refused."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.core import policy
from apps.core.localtime import local_date

from ... import permissions
from ...labels import CLOCK_LABELS, CLOCK_TONES, EFFECT_TONES, IMPROVEMENT_TONES
from ...models import ImprovementItem
from ...rules.improvement_lifecycle import ImprovementStatus, clock_runs
from ...rules.plan_clock import clock_state


def today_of(item: ImprovementItem) -> Any:
    """Return the local day of the item's government."""
    return local_date(timezone.now(), item.government.timezone)


def soon_days(government: Any, today: Any) -> int:
    """Return how many days before its end an item counts as due soon (policy)."""
    return int(policy.get("feedback.plan_soon_days", on=today, scope=government.code))


def item_row(item: ImprovementItem, today: Any, soon: int) -> dict[str, Any]:
    """Return what a line about an item shows."""
    runs = clock_runs(ImprovementStatus(item.status))
    state = clock_state(today, item.due_on, soon).value if runs else ""
    return {
        "item": item,
        "tone": IMPROVEMENT_TONES[item.status],
        "state": state,
        "clock_tone": CLOCK_TONES.get(state, ""),
        "clock_label": CLOCK_LABELS.get(state, ""),
        "effect_tone": EFFECT_TONES.get(item.effect, ""),
    }


def load(request: HttpRequest, pk: int) -> ImprovementItem:
    """Return an item this person may see, with what its page shows; anything else is not found."""
    return get_object_or_404(
        ImprovementItem.objects.visible_to(request.user).select_related(
            "government",
            "unit",
            "service",
            "responsible__user",
            "survey_period",
            "after_period",
            "point__consultation",
        ),
        pk=pk,
    )


def load_to_work(request: HttpRequest, pk: int) -> ImprovementItem:
    """Return an item this person may work on.

    :raises PermissionDenied: if they may see it only.
    """
    item = load(request, pk)
    if not permissions.may_work_on(request.user, item):
        raise PermissionDenied
    return item


def load_to_decide(request: HttpRequest, pk: int) -> ImprovementItem:
    """Return an item whose end this person decides.

    :raises PermissionDenied: if somebody else does.
    """
    item = load(request, pk)
    if not permissions.may_decide_on(request.user, item):
        raise PermissionDenied
    return item


def load_to_plan(request: HttpRequest, pk: int) -> ImprovementItem:
    """Return an item whose words, person and day this person plans.

    :raises PermissionDenied: if they do not plan for its unit.
    """
    item = load(request, pk)
    if not permissions.may_plan(request.user, item.unit):
        raise PermissionDenied
    return item


def page_of(item: ImprovementItem) -> str:
    """Return the address of the item's page."""
    return reverse("feedback:improvement-detail", args=[item.pk])


def closed_sentence(_error: Exception) -> str:
    """Say why nothing can be changed any more."""
    return _("This item is finished or dropped; it can no longer be changed.")

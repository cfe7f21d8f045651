"""What every page of a plan begins with: load what the user may see, or answer 404."""

from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from .. import permissions, selectors
from ..models import Skp


def visible_plan(request: HttpRequest, pk: int) -> Skp:
    """Return a plan with its people, if the user may see it (404)."""
    return get_object_or_404(selectors.with_people(Skp.objects.visible_to(request.user)), pk=pk)


def whole_plan(request: HttpRequest, pk: int) -> Skp:
    """Return a plan with everything on its form, if the user may see it (404)."""
    return get_object_or_404(selectors.whole(Skp.objects.visible_to(request.user)), pk=pk)


def own_plan(request: HttpRequest, pk: int) -> Skp:
    """Return the user's own plan; 404 if invisible, 403 if it is somebody else's."""
    plan = visible_plan(request, pk)
    permissions.require_owner(request.user, plan)
    return plan


def revision_of(request: HttpRequest, data: Any) -> int:
    """Return the revision a form was made with; a form without a readable one counts as the oldest."""
    text = str(data.get("revision", ""))
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0

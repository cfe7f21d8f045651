"""Names of people who act for somebody else, for templates."""

from typing import Any

from django import template

from apps.core import kept
from apps.core.localtime import today

from .. import selectors
from ..labels import in_both_names as both
from ..models import UnitHelper

register = template.Library()


@register.filter
def in_both_names(acting: Any, lender: Any) -> str:
    """Who acted and for whom: "X a.n. Y"; only X where nobody was stood in for."""
    return both(acting, lender)


@register.simple_tag(takes_context=True)
def unit_helper(context: template.Context) -> UnitHelper | None:
    """Who helps the reader of a page; asked once per request and kept for a minute, nobody for visitors."""
    request = context.get("request")
    user = getattr(request, "user", None)
    if request is None or not getattr(user, "is_authenticated", False):
        return None
    if not hasattr(request, "unit_helper"):
        day = today()
        request.unit_helper = kept.part(
            "unit-helper",
            user=user,
            key=(day,),
            stamp_names=(kept.deeds_of(user),),
            make=lambda: selectors.helper_for(user, day),
        ).value
    found: UnitHelper | None = request.unit_helper
    return found

"""Plans (SKP), as far as the user may see them."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema

from apps.core.api.lists import DetailView, Filter, ListView
from apps.core.api.schema import refusals
from apps.employees.api.noted import Noted

from ..models import Skp
from ..models.plans import PLAN_STATUSES
from .serializers import SkpDetailSerializer, SkpSerializer


@extend_schema(tags=["skp"], responses={200: SkpSerializer(many=True), **refusals(400, 403, 429)})
class SkpList(ListView):
    """Yearly plans of visible people, and those one was to appraise."""

    model = Skp
    serializer_class = SkpSerializer
    filters = (
        Filter("year", "year", kind="int"),
        Filter("status", "status", choices=tuple(PLAN_STATUSES)),
        Filter("employee", "employee", kind="int"),
        Filter("unit", "unit", kind="int"),
    )

    def visible(self, user: Any) -> QuerySet:
        """Return the visible plans."""
        return Skp.objects.plans().visible_to(user).select_related("employee", "unit", "appraiser")


@extend_schema(tags=["skp"], responses={200: SkpDetailSerializer, **refusals(403, 404, 429)})
class SkpDetail(Noted, DetailView):
    """One plan with its results, indicators and expectations."""

    part = "plan"
    model = Skp
    serializer_class = SkpDetailSerializer

    def visible(self, user: Any) -> QuerySet:
        """Return the visible plans with their contents."""
        return (
            Skp.objects.plans()
            .visible_to(user)
            .select_related("employee", "unit", "appraiser")
            .prefetch_related("results__indicators", "behaviors")
        )

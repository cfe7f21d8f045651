"""What we offer as open data, for people: which tables, what their columns mean, what may be done with them."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from apps.core import policy
from apps.core.localtime import local_date
from apps.core.replica import from_replica
from apps.employees.models import Government

from .. import selectors
from ..models import Service
from ..selectors.open_data import DATASETS
from .frame import public_page


@require_GET
@from_replica
def open_data(request: HttpRequest) -> HttpResponse:
    """The tables of a government, what their columns mean, and the licence."""
    governments = list(
        Government.objects.filter(pk__in=Service.objects.public().values("unit__government")).order_by("name")
    )
    wanted = request.GET.get("pemerintah", "")
    chosen = next((row for row in governments if row.code == wanted), governments[0] if governments else None)
    today = local_date(timezone.now(), chosen.timezone) if chosen else timezone.now().date()
    licence = policy.get("feedback.open_data_licence", on=today, scope=chosen.code if chosen else "")
    minimum, full = selectors.thresholds(chosen, today) if chosen else (10, 30)
    return public_page(
        request,
        "feedback/open_data.html",
        {
            "governments": governments,
            "chosen": chosen,
            "licence": licence,
            "minimum": minimum,
            "full": full,
            "tables": [_table(dataset, chosen) for dataset in DATASETS],
        },
        government=chosen,
    )


def _table(dataset: Any, government: Government | None) -> dict[str, Any]:
    links = []
    if government is not None:
        links = [
            {
                "label": ending.upper(),
                "url": reverse("api:open-data-file", args=[government.code, dataset.code, ending]),
            }
            for ending in ("csv", "json")
        ]
    return {"title": dataset.title, "columns": dataset.columns, "links": links}

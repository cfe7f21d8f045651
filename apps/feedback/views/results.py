"""Public services and what people say about them."""

from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from apps.core.localtime import local_date
from apps.core.templatetags.formats import number
from apps.employees.models import Government

from .. import selectors
from ..models import Service
from .frame import public_page

PAGE_SIZE = 40


@require_GET
def service_list(request: HttpRequest) -> HttpResponse:
    """All public services, by government and unit; with a search that forgives."""
    governments = list(Government.objects.filter(units__services__is_active=True).distinct().order_by("name"))
    wanted = request.GET.get("pemerintah", "")
    government = next((row for row in governments if row.code == wanted), None)
    if government is None and len(governments) == 1:
        government = governments[0]
    services = Service.objects.public().select_related("unit__government")
    if government is not None:
        services = services.filter(unit__government=government)
    query = Truncator(request.GET.get("q", "").strip()).chars(80)
    for word in query.split()[:6]:
        services = services.filter(
            Q(name__icontains=word) | Q(unit__name__icontains=word) | Q(description__icontains=word)
        )
    services = services.order_by("unit__government__name", "unit__name", "name", "id")
    page = Paginator(services, PAGE_SIZE).get_page(request.GET.get("page"))
    return public_page(
        request,
        "feedback/service_list.html",
        {"page": page, "query": query, "governments": governments, "chosen": government},
        government=government,
    )


@require_GET
def service_detail(request: HttpRequest, code: str) -> HttpResponse:
    """One service: the sentence first, then the figures, then how they were made."""
    service = get_object_or_404(Service.objects.select_related("unit__government"), code=code)
    government = service.unit.government
    today = local_date(timezone.now(), government.timezone)
    result = selectors.public_result(service, today)
    return public_page(
        request,
        "feedback/service_detail.html",
        {
            "service": service,
            "is_closed": not (service.is_active and service.unit.is_active),
            "result": result,
            "chart": [(figure.name, figure.nrr) for figure in result.unsur] if result else [],
            "chart_marked": _weakest_name(result) if result else "",
            "chart_sentence": _sentence(result) if result and result.weakest else "",
            "period": selectors.current_period(service, today),
            "upcoming": selectors.next_period(service, today),
            "point": service.points.filter(is_active=True).order_by("id").first(),
        },
        government=government,
    )


def _weakest_name(result: selectors.PublicResult) -> str:
    """Return the element to point out in the chart; none if all are alike."""
    if result.weakest is None or result.strongest is None or result.strongest.nrr == result.weakest.nrr:
        return ""
    return result.weakest.name


def _sentence(result: selectors.PublicResult) -> str:
    """Return what the chart says, in words."""
    if result.weakest is None or result.strongest is None:
        return ""
    if result.strongest.nrr == result.weakest.nrr:
        return _("All elements are rated alike: %(nrr)s of 4.") % {"nrr": number(result.weakest.nrr, 2)}
    return _("Best rated: %(best)s (%(best_nrr)s of 4). Weakest: %(worst)s (%(worst_nrr)s of 4).") % {
        "best": result.strongest.name,
        "best_nrr": number(result.strongest.nrr, 2),
        "worst": result.weakest.name,
        "worst_nrr": number(result.weakest.nrr, 2),
    }


@require_GET
def how_computed(request: HttpRequest) -> HttpResponse:
    """How an index comes about, with an example one can follow with a calculator."""
    code = request.GET.get("layanan", "")
    service = Service.objects.select_related("unit__government").filter(code=code).first()
    government = service.unit.government if service else Government.objects.order_by("id").first()
    minimum, full = (10, 30)
    if government is not None:
        minimum, full = selectors.thresholds(government, local_date(timezone.now(), government.timezone))
    return public_page(
        request,
        "feedback/how_computed.html",
        {"service": service, "minimum": minimum, "full": full},
        government=service.unit.government if service else None,
    )

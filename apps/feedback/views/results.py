"""Public services and what people say about them."""

from datetime import date
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from apps.core.localtime import local_date
from apps.core.replica import from_replica
from apps.core.templatetags.formats import number
from apps.employees.models import Government

from .. import selectors
from ..labels import BAND_LABELS
from ..models import Service
from ..rules.satisfaction import SATISFIED_FROM
from ..selectors import finding, improvement
from ..selectors.published import Comparison, PublicResult, TrendPoint, cells_of, cut_titles
from .frame import public_page

PAGE_SIZE = 40
QUERY_LENGTH = 80


@require_GET
@from_replica
def service_list(request: HttpRequest) -> HttpResponse:
    """All public services with their newest result, by government and unit; with a search that forgives."""
    governments = list(Government.objects.filter(units__services__is_active=True).distinct().order_by("name"))
    wanted = request.GET.get("pemerintah", "")
    government = next((row for row in governments if row.code == wanted), None)
    if government is None and len(governments) == 1:
        government = governments[0]
    services = Service.objects.public().select_related("unit__government")
    if government is not None:
        services = services.filter(unit__government=government)
    query = Truncator(request.GET.get("q", "").strip()).chars(QUERY_LENGTH)
    found = finding.find_services(services, query)
    ordered = found.services.order_by("unit__government__name", "unit__name", "unit", "name", "id")
    page = Paginator(ordered, PAGE_SIZE).get_page(request.GET.get("page"))
    results = selectors.public_results(page.object_list, _today(government))
    return public_page(
        request,
        "feedback/service_list.html",
        {
            "page": page,
            "rows": [{"service": service, "result": results.get(service.pk)} for service in page.object_list],
            "query": query,
            "searched": found.searched,
            "governments": governments,
            "chosen": government,
        },
        government=government,
    )


def _today(government: Government | None) -> date:
    now = timezone.now()
    return local_date(now, government.timezone) if government else now.date()


@require_GET
@from_replica
def service_detail(request: HttpRequest, code: str) -> HttpResponse:
    """One service: the sentence first, then the figures, then how they were made."""
    service = get_object_or_404(Service.objects.select_related("unit__government"), code=code)
    government = service.unit.government
    today = local_date(timezone.now(), government.timezone)
    result = selectors.public_result(service, today)
    comparison = selectors.comparison(service, today) if result and result.has_letter else None
    points = selectors.trend(service, result.tier) if result else []
    return public_page(
        request,
        "feedback/service_detail.html",
        {
            "service": service,
            "is_closed": not (service.is_active and service.unit.is_active),
            "result": result,
            "tiers": [result, result.other] if result and result.other else [result] if result else [],
            "chart": [(figure.name, figure.nrr) for figure in result.unsur] if result else [],
            "chart_marked": _weakest_name(result) if result else "",
            "chart_sentence": unsur_sentence(result) if result and result.weakest else "",
            "ranges": _ranges(result, comparison) if result else [],
            "comparison": comparison,
            "comparison_text": BAND_LABELS[comparison.band.value] if comparison else "",
            "points": points,
            "trend_chart": [(point.period.label, point.ikm) for point in points],
            "trend_sentence": _trend_sentence(points),
            "cuts": _cuts(result) if result else [],
            "changes": improvement.changes_because_of_you(service),
            "progress": improvement.plan_progress(service, today),
            "remarks": selectors.public_remarks(service),
            "period": selectors.current_period(service, today),
            "upcoming": selectors.next_period(service, today),
            "point": service.points.filter(is_active=True).order_by("id").first(),
        },
        government=government,
    )


def _weakest_name(result: PublicResult) -> str:
    """Return the element to point out in the chart; none if all are alike."""
    if result.weakest is None or result.strongest is None or result.strongest.nrr == result.weakest.nrr:
        return ""
    return result.weakest.name


def unsur_sentence(result: PublicResult) -> str:
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


def _ranges(result: PublicResult, comparison: Comparison | None) -> list[tuple[Any, ...]]:
    """Return the figures of both tiers to draw beside each other; the first with the band of services like it."""
    band = (comparison.inner.low, comparison.inner.high) if comparison and comparison.inner else None
    told = [(result, band), *([(result.other, None)] if result.other else [])]
    return [
        (str(shown.title), shown.ikm, shown.low, shown.high, around)
        for shown, around in told
        if shown.ikm is not None
    ]


def _trend_sentence(points: list[TrendPoint]) -> str:
    """Return what the newest figure says against the one before; nothing where they cannot be compared."""
    told = [point for point in points if point.ikm is not None]
    if len(told) < 2:
        return ""
    if not told[-1].is_comparable:
        return _("The questionnaire has changed since, so the last two figures are not compared.")
    return _("%(period)s: %(change)s.") % {"period": told[-1].period.label, "change": told[-1].change_text}


def _cuts(result: PublicResult) -> list[tuple[Any, list[Any]]]:
    """Return who answered, by attribute; only of a published result, small cells hidden."""
    if not result.is_final or result.step is None or result.is_hidden:
        return []
    found = [
        (title, cells_of(result.step, result.period, cut, result.minimum)) for cut, title in cut_titles()
    ]
    # One value alone, mostly "not filled in", says nothing.
    return [(title, cells) for title, cells in found if len(cells) > 1]


@require_GET
@from_replica
def how_computed(request: HttpRequest) -> HttpResponse:
    """How an index comes about, with an example one can follow with a calculator, and the facts of one service."""
    service = (
        Service.objects.select_related("unit__government")
        .filter(code=request.GET.get("layanan", "")[:60])
        .first()
    )
    government = service.unit.government if service else Government.objects.order_by("id").first()
    today = _today(government)
    minimum, full = selectors.thresholds(government, today) if government else (10, 30)
    result = selectors.public_result(service, today) if service else None
    return public_page(
        request,
        "feedback/how_computed.html",
        {
            "service": service,
            "result": result,
            "tiers": [row for row in (result, result.other if result else None) if row],
            "weights": _weights(result),
            "minimum": minimum,
            "full": full,
            "satisfied_from": SATISFIED_FROM,
        },
        government=service.unit.government if service else None,
    )


def _weights(result: PublicResult | None) -> str:
    """Return the weights of a result's questionnaire in words: "1/9", or each one that occurs."""
    if result is None:
        return ""
    unsur = result.period.questionnaire.unsur.all()
    return ", ".join(sorted({f"{row.weight_numerator}/{row.weight_denominator}" for row in unsur}))

"""Samples: my draws, one draw with what was published about it, the verdict on a drawn report; agreement of readers."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from apps.assessments.permissions import require
from apps.core import held_forms, idempotency, policy
from apps.core.held_forms import login_required
from apps.core.localtime import local_date
from apps.employees import selectors as people
from apps.employees.labels import PositionClass
from apps.employees.models import Employee, Government

from ..forms.sampling import VerdictForm
from ..labels import FOUND_TONES, STRATUM_UNKNOWN, FoundChoices
from ..models import BatchAcceptance, DrawnReport, ReviewDraw, SecondReading
from ..permissions import is_supervisor_of, may_see_agreement, reviews_people
from ..querysets import overseen_by
from ..selectors import sampling
from ..selectors.agreement import agreement_of, years_with_pairs
from ..selectors.draw_check import commitment_entry, recipe_of
from ..services import readings

PAGE_SIZE = 25


def place_of(request: HttpRequest) -> tuple[Government, date]:
    """Return the government of the user and its day."""
    government = people.government_of(request.user)
    if government is None:
        raise PermissionDenied
    return government, local_date(timezone.now(), government.timezone)


def draw_or_404(request: HttpRequest, draw_id: int) -> ReviewDraw:
    """Return a draw the user may see."""
    draw: ReviewDraw = get_object_or_404(
        ReviewDraw.objects.visible_to(request.user).select_related(
            "period__cycle__government", "supervisor__user"
        ),
        pk=draw_id,
    )
    return draw


def stratum_label(stratum: str) -> str:
    """Return the words of a stratum: a class of positions, or a job family as it is written."""
    return str(dict(PositionClass.choices).get(stratum, stratum) or STRATUM_UNKNOWN)


@login_required
@require_GET
def sample_list(request: HttpRequest) -> HttpResponse:
    """My draws, newest first; leaders, personnel officers and auditors find those of others under a tab."""
    government, day = place_of(request)
    visible = ReviewDraw.objects.visible_to(request.user, on=day)
    others = overseen_by(request.user, day).exists()
    if not (others or reviews_people(request.user, day) or visible.exists()):
        raise PermissionDenied
    mine = visible.of(request.user)
    everybody = others and (request.GET.get("lingkup") == "semua" or people.employee_of(request.user) is None)
    rows = (
        (visible if everybody else mine)
        .select_related("period__cycle", "supervisor")
        .order_by("-period__starts_on", "supervisor__name", "pk")
    )
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    draws = list(page.object_list)
    standings = sampling.standings_of(draws)
    accepted = dict(
        BatchAcceptance.objects.filter(draw__in=draws, undone_at__isnull=True).values_list("draw_id", "at")
    )
    context = {
        "page": page,
        "rows": [
            {"draw": row, "standing": standings[row.pk], "batch_at": accepted.get(row.pk)} for row in draws
        ],
        "everybody": everybody,
        "tabs": [
            {"label": _("Mine"), "url": "?", "active": not everybody},
            {"label": _("All I may see"), "url": "?lingkup=semua", "active": everybody},
        ]
        if others and people.employee_of(request.user) is not None
        else [],
        "zone": government.timezone,
        "may_see_agreement": others,
        "reads_twice": reviews_people(request.user, day)
        or SecondReading.objects.visible_to(request.user).exists(),
    }
    return render(request, "supervision/sampling/sample_list.html", context)


@login_required
@require_GET
def sample_detail(request: HttpRequest, draw_id: int) -> HttpResponse:
    """One draw: what was published when, what was drawn, and how far it is read."""
    draw = draw_or_404(request, draw_id)
    standing = sampling.standings_of([draw])[draw.pk]
    is_mine = is_supervisor_of(request.user, draw)
    drawn = list(sampling.drawn_reports(draw))
    shown = set(
        Employee.objects.visible_to(request.user)
        .filter(pk__in=[row.report.employee_id for row in drawn])
        .values_list("pk", flat=True)
    )
    context = {
        "draw": draw,
        "period": draw.period,
        "standing": standing,
        "is_mine": is_mine,
        "rows": [_drawn_row(row, is_mine, row.report.employee_id in shown) for row in drawn],
        "strata": [
            {"label": stratum_label(name), "n": len(ids)} for name, ids in sampling.strata_of(draw).items()
        ],
        "entry": commitment_entry(draw),
        "seed": draw.revealed_seed,
        "next_rate": getattr(draw, "next_rate", None),
        "batch": sampling.batch_in_force(draw),
        "zone": draw.period.cycle.government.timezone,
        "rate_percent": draw.rate * 100 if draw.rate is not None else None,
        "next_percent": draw.next_rate.rate * 100 if hasattr(draw, "next_rate") else None,
    }
    return render(request, "supervision/sampling/sample_detail.html", context)


def _drawn_row(row: DrawnReport, is_mine: bool, is_shown: bool) -> dict[str, Any]:
    second = getattr(row, "second", None)
    # Nobody learns what one reader said before the other has spoken.
    shown = second if second is not None and second.found and row.found else None
    return {
        "drawn": row,
        "name": row.report.employee.full_name if is_shown else "",
        "stratum": stratum_label(row.stratum),
        "url": reverse("assessments:review-detail", args=[row.report_id]) if is_shown else "",
        "verdict_url": reverse("supervision:sample-verdict", args=[row.draw_id, row.pk])
        if is_mine and row.opened_at and not row.found
        else "",
        "found_label": FoundChoices(row.found).label if row.found else "",
        "found_tone": FOUND_TONES.get(row.found, "neutral"),
        "is_twice": second is not None,
        "second_label": FoundChoices(shown.found).label if shown else "",
        "second_note": shown.note if shown else "",
        "second_tone": FOUND_TONES[shown.found] if shown else "neutral",
    }


@login_required
@require_GET
def sample_file(request: HttpRequest, draw_id: int) -> HttpResponse:
    """Everything needed to recompute the draw without us (docs/how-to/recompute-a-draw.md)."""
    draw = draw_or_404(request, draw_id)
    answer = JsonResponse(recipe_of(draw), json_dumps_params={"indent": 1, "sort_keys": True})
    answer["Content-Disposition"] = f'attachment; filename="undian-{draw.pk}.json"'
    return answer


@login_required
@require_http_methods(["GET", "POST"])
def sample_verdict(request: HttpRequest, draw_id: int, drawn_id: int) -> HttpResponse:
    """Say what a drawn report showed; it is accepted or returned with it."""
    draw = draw_or_404(request, draw_id)
    require(is_supervisor_of(request.user, draw))
    drawn = get_object_or_404(
        DrawnReport.objects.select_related("report__employee", "report__period__cycle"),
        pk=drawn_id,
        draw=draw,
    )
    back = reverse("supervision:sample-detail", args=[draw.pk])
    if request.method == "GET":
        held = held_forms.take(request)
        return _verdict_page(request, draw, drawn, VerdictForm(held), back)
    form = VerdictForm(request.POST)
    if not form.is_valid():
        return _verdict_page(request, draw, drawn, form, back, status=422)
    try:
        with idempotency.once(request, "supervision.drawn.judge") as once:
            if not once.is_replay:
                readings.judge_drawn(
                    drawn_id=drawn.pk,
                    found=form.cleaned_data["found"],
                    note=form.cleaned_data["note"],
                    by=draw.supervisor,
                    at=timezone.now(),
                )
                once.location = back
    except readings.NotOpened:
        return _verdict_page(request, draw, drawn, form, back, why="unopened", status=409)
    except readings.ReportChanged:
        return _verdict_page(request, draw, drawn, form, back, why="changed", status=409)
    except readings.AlreadyJudged:
        messages.info(request, _("This report has its verdict already."))
        return redirect(back)
    messages.success(request, _("Noted. The writer was told."))
    return redirect(back)


def _verdict_page(
    request: HttpRequest,
    draw: ReviewDraw,
    drawn: DrawnReport,
    form: VerdictForm,
    back: str,
    *,
    why: str = "",
    status: int = 200,
) -> HttpResponse:
    context = {
        "draw": draw,
        "drawn": drawn,
        "report": drawn.report,
        "form": form,
        "back": back,
        "why": why or ("" if drawn.opened_at else "unopened"),
        "is_waiting": drawn.report.status == "submitted",
    }
    return render(request, "supervision/sampling/sample_verdict.html", context, status=status)


@login_required
@require_GET
def agreement(request: HttpRequest) -> HttpResponse:
    """How far two readers of the same report agree, unit by unit."""
    government, day = place_of(request)
    if not may_see_agreement(request.user, day):
        raise PermissionDenied
    units = overseen_by(request.user, day).filter(government=government)
    years = years_with_pairs(units)
    wanted = request.GET.get("tahun", "")
    year = int(wanted) if wanted in {str(row) for row in years} else (years[0] if years else day.year)
    minimum = policy.get("supervision.second_pairs_minimum", on=day, scope=government.code)
    total, parts = agreement_of(units, year, minimum=minimum)
    page = Paginator(parts, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"total": total, "page": page, "year": year, "years": years, "minimum": minimum}
    return render(request, "supervision/sampling/agreement.html", context)

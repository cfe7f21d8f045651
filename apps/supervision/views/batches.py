"""The rest of a sample's list: preview with every exclusion and its reason, acceptance, and the way back."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from apps.assessments.permissions import require
from apps.core import held_forms, idempotency
from apps.core.held_forms import login_required
from apps.core.localtime import local_date

from ..forms.sampling import BatchForm
from ..labels import EXCLUSION_LABELS, UNDO_LABELS
from ..models import BatchAcceptance, ReviewDraw
from ..permissions import is_supervisor_of
from ..rules.ordinary import Exclusion
from ..selectors import sampling
from ..services import batches
from .sampling import draw_or_404

REFUSALS = (
    batches.SampleNotRead,
    batches.TooManyFindings,
    batches.BatchExists,
    batches.NothingToAccept,
)


@login_required
@require_http_methods(["GET", "POST"])
def batch_preview(request: HttpRequest, draw_id: int) -> HttpResponse:
    """What would be accepted and what not, and why; with a note, do it."""
    draw = draw_or_404(request, draw_id)
    require(is_supervisor_of(request.user, draw))
    if request.method == "GET":
        return _page(request, draw, BatchForm(held_forms.take(request)))
    form = BatchForm(request.POST)
    if not form.is_valid():
        return _page(request, draw, form, status=422)
    back = reverse("supervision:batch-preview", args=[draw.pk])
    try:
        with idempotency.once(request, "supervision.batch") as once:
            if once.is_replay:
                return redirect(once.location or back)
            batch = batches.accept_batch(
                draw_id=draw.pk,
                report_ids={int(text) for text in request.POST.getlist("report") if text.isdecimal()},
                note=form.cleaned_data["note"],
                by=draw.supervisor,
                at=timezone.now(),
            )
            once.location = back
    except REFUSALS:
        return _page(request, draw, form, is_stale=True, status=409)
    n = batch.items.filter(outcome="accepted").count()
    messages.success(
        request,
        ngettext(
            "%(n)s report accepted. Its writer was told.",
            "%(n)s reports accepted. Their writers were told.",
            n,
        )
        % {"n": n},
    )
    return redirect(back)


def _page(
    request: HttpRequest, draw: ReviewDraw, form: BatchForm, *, is_stale: bool = False, status: int = 200
) -> HttpResponse:
    now = timezone.now()
    day = local_date(now, draw.period.cycle.government.timezone)
    standing = sampling.standings_of([draw])[draw.pk]
    batch = sampling.batch_in_force(draw)
    context: dict[str, Any] = {
        "draw": draw,
        "period": draw.period,
        "standing": standing,
        "is_read": draw.is_drawn and standing.is_read,
        "is_refused": sampling.is_refused_by_findings(draw, standing, day),
        "batch": batch,
        "form": form,
        "is_stale": is_stale,
        "zone": draw.period.cycle.government.timezone,
        "undone": draw.batches.filter(undone_at__isnull=False).first() if batch is None else None,
        "minutes": sampling.setting("batch_undo_minutes", draw.period, day),
    }
    if batch is not None:
        context |= _outcome(batch) | {"may_undo": now <= batch.undo_until}
    else:
        candidates = sampling.candidates_of(draw, day)
        context |= {
            "chosen": [row.report for row in candidates if row.reason is None],
            "excluded": [
                {"report": row.report, "reason": EXCLUSION_LABELS[row.reason.value]}
                for row in candidates
                if row.reason not in {None, Exclusion.DRAWN} and row.reason is not None
            ],
        }
    if context["undone"] is not None:
        context["undone_items"] = _items(context["undone"])
    return render(request, "supervision/sampling/batch_preview.html", context, status=status)


def _outcome(batch: BatchAcceptance) -> dict[str, Any]:
    items = _items(batch)
    return {
        "accepted": [row for row in items if row["item"].outcome == "accepted"],
        "left_out": [row for row in items if row["item"].outcome != "accepted"],
    }


def _items(batch: BatchAcceptance) -> list[dict[str, Any]]:
    rows = batch.items.select_related("report__employee").order_by("report__employee__name", "pk")
    return [
        {
            "item": row,
            "report": row.report,
            "reason": EXCLUSION_LABELS.get(row.outcome, ""),
            "undo": UNDO_LABELS.get(row.undo_outcome, ""),
        }
        for row in rows
    ]


@login_required
@require_POST
def batch_undo(request: HttpRequest, batch_id: int) -> HttpResponse:
    """Take a batch back within its time."""
    batch = get_object_or_404(
        BatchAcceptance.objects.filter(
            draw__in=ReviewDraw.objects.visible_to(request.user).values("pk")
        ).select_related("draw__supervisor"),
        pk=batch_id,
    )
    require(is_supervisor_of(request.user, batch.draw))
    back = reverse("supervision:batch-preview", args=[batch.draw_id])
    try:
        with idempotency.once(request, "supervision.batch.undo") as once:
            if once.is_replay:
                return redirect(once.location or back)
            batches.undo_batch(batch_id=batch.pk, by=batch.draw.supervisor, at=timezone.now())
            once.location = back
    except batches.UndoTooLate:
        messages.warning(request, _("It can no longer be taken back. Nothing was changed."))
        return redirect(back)
    except batches.NothingToUndo:
        messages.warning(
            request, _("Every report was used since, in ratings or otherwise. Nothing was changed.")
        )
        return redirect(back)
    messages.success(request, _("Taken back. The reports wait for your review again."))
    return redirect(back)

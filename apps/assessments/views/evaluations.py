"""Pages of the appraiser (list, rating, handing over, distribution) and of the person (my evaluations)."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.core import addresses, held_forms, idempotency, paging
from apps.core.held_forms import login_required
from apps.employees import selectors as people
from apps.employees.labels import RecordPart
from apps.employees.models import WorkUnit
from apps.employees.services import record_views
from apps.indicators.models import WorkResult
from apps.indicators.rules.forms import BEHAVIOR_VALUES

from .. import permissions
from ..forms.evaluating import BatchForm, DeliverForm, RatingForm
from ..forms.rating_board import StatementForm
from ..labels import PREDIKAT_SHORT, EvaluationStatusChoices, PeriodStatus, PredikatChoices
from ..models import Evaluation, EvaluationNote, Period, RatingChange
from ..rules.evaluation_lifecycle import TransitionNotAllowed
from ..selectors import achievements, credit, rating_board
from ..selectors import calibration as calibrations
from ..selectors import distribution as patterns
from ..selectors import evaluating as selectors
from ..services import distributions as explanations
from ..services import evaluations as services
from ..services import rating_drafts
from .common import PAGE_SIZE, actor, period_or_404, today_of

# Periods and units that a list names at most.
MOST_PERIODS, MOST_UNITS = 13, 25
RATED = EvaluationStatusChoices.RATED.value
CALIBRATING = gettext_lazy(
    "The ratings of this unit are being calibrated. They can be handed over when the calibration is closed."
)
UNEXPLAINED = gettext_lazy(
    "Your agency hands evaluations over only when the distribution follows the pattern or its reason is given. "
    "The head of the unit gives the reason here."
)
BEHAVIOR_NAMES = {value.code: value.label for value in BEHAVIOR_VALUES}


def _visible(request: HttpRequest) -> Any:
    return Evaluation.objects.visible_to(request.user).select_related(
        "employee__user",
        "appraiser__user",
        "unit",
        "government",
        "period__cycle__government",
        "skp__placement__position",
        "objection",
    )


# --- the appraiser


@login_required
@require_GET
def appraisal_index(request: HttpRequest) -> HttpResponse:
    """Go to the newest closed period; say so when there is none."""
    government = people.government_of(request.user)
    newest = selectors.evaluated_periods(government).first() if government else None
    if newest is not None:
        return redirect("assessments:appraisal-list", period=newest.pk)
    return render(request, "assessments/evaluating/appraisal_none.html", {})


@login_required
@require_GET
def appraisal_list(request: HttpRequest, period: int) -> HttpResponse:
    """List the people this user evaluates in a period."""
    chosen = period_or_404(request, period)
    counts = selectors.listed_counts(request.user, chosen)
    total = sum(counts.values())
    wanted = request.GET.get("status", "")
    status = wanted if wanted in counts else None
    page = paging.page_of(
        lambda start, most: (
            total if status is None else counts[status],
            selectors.listed_evaluations(request.user, chosen, status=status, start=start, most=most),
        ),
        request.GET.get("page"),
        PAGE_SIZE,
    )
    detail, rate = (
        addresses.of_rows("assessments:evaluation-detail"),
        addresses.of_rows("assessments:evaluation-rate", chosen.pk),
    )
    of_period = addresses.of_rows("assessments:appraisal-list")
    of_unit = addresses.of_rows("assessments:distribution", chosen.pk)
    to_calibrate = addresses.of_rows("assessments:calibration-unit", chosen.pk)
    today = today_of(chosen.cycle.government)
    is_closed = chosen.status == PeriodStatus.CLOSED.value
    here = reverse("assessments:appraisal-list", args=[chosen.pk])
    tabs = [{"label": _("All"), "url": here, "active": wanted not in counts, "count": total}]
    tabs += [
        {
            "label": choice.label,
            "url": f"{here}?status={choice.value}",
            "active": wanted == choice.value,
            "count": counts[choice.value],
        }
        for choice in EvaluationStatusChoices
        if counts[choice.value]
    ]
    return render(
        request,
        "assessments/evaluating/appraisal_list.html",
        {
            "period": chosen,
            "periods": [
                (other, of_period(other.pk))
                for other in selectors.newest_evaluated(chosen.cycle.government_id, MOST_PERIODS)
            ],
            "page": page,
            "rows": [(row, (detail if row.delivered_at else rate)(row.pk)) for row in page.object_list],
            "tabs": tabs,
            "counts": counts,
            "total": total,
            "rated_ready": counts[RATED],
            "units": [(unit.title, of_unit(unit.pk)) for unit in selectors.rated_units(request.user, chosen)],
            "to_calibrate": [
                (name, to_calibrate(pk))
                for pk, name in calibrations.units_to_calibrate(request.user, chosen, today, MOST_UNITS)
            ],
            "without": selectors.people_without_evaluation(request.user, chosen) if is_closed else [],
            "may_fix": selectors.fixes_units(request.user, today),
            "is_closed": is_closed,
            "zone": chosen.cycle.government,
        },
    )


def _appraised_or_refused(request: HttpRequest, period: int, pk: int) -> Evaluation:
    evaluation = get_object_or_404(_visible(request), pk=pk, period=period)
    permissions.require(permissions.is_appraiser(request.user, evaluation))
    return evaluation


@login_required
@require_http_methods(["GET", "POST"])
def evaluation_rate(request: HttpRequest, period: int, pk: int) -> HttpResponse:
    """Rate one person, with the evidence of the whole period beside the scale."""
    evaluation = _appraised_or_refused(request, period, pk)
    record_views.note(
        viewer=request.user, employee=evaluation.employee, what=RecordPart.EVALUATION.value, at=timezone.now()
    )
    if not permissions.may_rate(request.user, evaluation):
        messages.info(
            request, _("This evaluation has been handed over. Its ratings can no longer be changed here.")
        )
        return redirect("assessments:evaluation-detail", pk=evaluation.pk)
    head = selectors.head_result(evaluation)
    results = [(row.pk, row.text) for row in WorkResult.objects.filter(skp=evaluation.skp_id)]
    form = RatingForm(
        request.POST if request.method == "POST" else held_forms.take(request),
        results=results,
        result_is_fixed=head is not None,
        initial=_rating_initial(evaluation, request.user),
    )
    may_submit = head is None or head.rating is not None
    if request.method == "POST" and may_submit and form.is_valid():
        try:
            with idempotency.once(request, "assessments.rating") as once:
                if not once.is_replay:
                    services.rate_evaluation(
                        evaluation_id=evaluation.pk,
                        work_result=form.cleaned_data.get("work_result"),
                        behavior=form.cleaned_data["behavior"],
                        reason=form.cleaned_data["reason"],
                        notes=form.notes(),
                        recommendation=form.cleaned_data["recommendation"],
                        by=actor(request),
                        at=timezone.now(),
                    )
                    once.location = (
                        reverse("assessments:evaluation-rate", args=[period, evaluation.pk]) + "#hasil"
                    )
            return redirect(once.location)
        except services.ReasonMissing:
            form.add_error("reason", _("Write the reason: a rating is changed, or is the highest or lowest."))
        except services.AchievementMissing:
            form.add_error(None, _("First the achievement of the unit must be fixed."))
        except services.CalibrationOpen:
            form.add_error(None, _("The unit is being calibrated. Wait until the calibration is closed."))
        except services.AlreadyCalibrated:
            form.add_error(None, _("A calibration has agreed on this rating. It can no longer be changed."))
        except TransitionNotAllowed:
            messages.error(request, _("This evaluation has been handed over meanwhile."))
            return redirect("assessments:evaluation-detail", pk=evaluation.pk)
    groups = selectors.indicator_rows_by_result(evaluation)
    for group in groups:
        name = f"result_{group['id']}"
        group["field"] = form[name] if name in form.fields else None
    following = selectors.next_to_rate(request.user, evaluation)
    return render(
        request,
        "assessments/evaluating/evaluation_rate.html",
        {
            "evaluation": evaluation,
            "period": evaluation.period,
            "form": form,
            "groups": groups,
            "behaviors": [(value, form[f"behavior_{value.code}"]) for value in BEHAVIOR_VALUES],
            "expectations": {row.value: row.expectation for row in evaluation.skp.behaviors.all()},
            "evidence": selectors.evidence_for(evaluation),
            "head": head,
            "fixers": achievements.fixers_of(head.unit, today_of(evaluation.government))
            if head is not None and head.rating is None
            else [],
            "may_submit": may_submit,
            "achievement": head.achievement if head else selectors.achievement_of(evaluation.unit_id, period),
            "following": following,
            "zone": evaluation.government,
        },
        status=422 if request.method == "POST" else 200,
    )


def _rating_initial(evaluation: Evaluation, user: Any) -> dict[str, Any]:
    """Start with what is set, and with what this user has drafted on the pages for everybody."""
    standing = rating_board.standing_of(evaluation, user)
    initial: dict[str, Any] = {
        "work_result": standing.work_result or None,
        "behavior": standing.behavior or None,
        "reason": rating_drafts.reason_of(standing) if standing.drafts else evaluation.reason,
        "recommendation": evaluation.recommendation,
    }
    for note in evaluation.notes.all():
        name = f"result_{note.result_id}" if note.result_id else f"behavior_{note.behavior_value}"
        initial[name] = note.text
    return initial


@login_required
@require_http_methods(["GET", "POST"])
def evaluation_deliver(request: HttpRequest, period: int, pk: int) -> HttpResponse:
    """Hand over one evaluation after another look; a low one only after a talk."""
    evaluation = _appraised_or_refused(request, period, pk)
    if not permissions.may_deliver(request.user, evaluation):
        messages.error(
            request, _("Only an evaluation that is rated and not yet handed over can be handed over.")
        )
        return redirect("assessments:evaluation-detail", pk=evaluation.pk)
    is_low = evaluation.predikat in selectors.LOW_PREDIKAT
    form = DeliverForm(request.POST if request.method == "POST" else None, talk_is_needed=is_low)
    if request.method == "POST" and form.is_valid():
        try:
            services.deliver_evaluation(
                evaluation_id=evaluation.pk,
                by=actor(request),
                at=timezone.now(),
                talked=form.cleaned_data["talked"],
            )
        except services.ResultFollowsUnit:
            messages.error(
                request, _("The unit's achievement was changed after this rating. Rate again first.")
            )
            return redirect("assessments:evaluation-rate", period=period, pk=evaluation.pk)
        except services.CalibrationOpen:
            messages.error(request, CALIBRATING)
        except services.DistributionUnexplained:
            messages.error(request, UNEXPLAINED)
            return redirect("assessments:distribution", period=period, unit=evaluation.unit_id)
        except TransitionNotAllowed:
            messages.info(request, _("This evaluation has been handed over already."))
        else:
            messages.success(
                request,
                _("The evaluation was handed over to %(name)s.") % {"name": evaluation.employee.full_name},
            )
        return redirect("assessments:appraisal-list", period=period)
    return render(
        request,
        "assessments/evaluating/evaluation_deliver.html",
        {
            "evaluation": evaluation,
            "period": evaluation.period,
            "form": form,
            "is_low": is_low,
            "zone": evaluation.government,
        },
        status=422 if request.method == "POST" else 200,
    )


def _units_that_wait(rated: list[Evaluation], period: Period) -> dict[int, dict[str, Any]]:
    """Return the units whose evaluations cannot be handed over now, each with the sentence that says why."""
    units = {row.unit_id: row.unit for row in rated}
    calibrating = calibrations.units_being_calibrated(units, period)
    waits = {}
    for pk, unit in units.items():
        if pk in calibrating:
            waits[pk] = {"unit": unit, "why": CALIBRATING}
        elif patterns.distribution_blocks(unit, period):
            waits[pk] = {"unit": unit, "why": UNEXPLAINED}
    return waits


@login_required
@require_http_methods(["GET", "POST"])
def deliver_batch(request: HttpRequest, period: int) -> HttpResponse:
    """Hand over everything that is rated, after a preview with names; low ratings are never part of it."""
    chosen = period_or_404(request, period)
    rated = list(selectors.evaluations_of(request.user, chosen).filter(status=RATED))
    waits = _units_that_wait(rated, chosen)
    ready = [row for row in rated if row.predikat not in selectors.LOW_PREDIKAT and row.unit_id not in waits]
    low = [row for row in rated if row.predikat in selectors.LOW_PREDIKAT and row.unit_id not in waits]
    here = reverse("assessments:appraisal-list", args=[chosen.pk])
    ready_ids = [row.pk for row in ready]
    form = BatchForm(
        request.POST if request.method == "POST" else None,
        evaluation_ids=ready_ids,
        initial={"evaluation": ready_ids},
    )
    if request.method == "POST" and form.is_valid():
        with idempotency.once(request, "assessments.batch") as once:
            if not once.is_replay:
                done = services.deliver_rated(
                    evaluation_ids=form.cleaned_data["evaluation"], by=actor(request), at=timezone.now()
                )
                once.location = here
                messages.success(
                    request,
                    ngettext(
                        "%(count)s evaluation was handed over.",
                        "%(count)s evaluations were handed over.",
                        len(done.delivered),
                    )
                    % {"count": len(done.delivered)},
                )
                if done.left:
                    messages.info(
                        request,
                        ngettext(
                            "%(count)s evaluation was left out, because it changed meanwhile.",
                            "%(count)s evaluations were left out, because they changed meanwhile.",
                            len(done.left),
                        )
                        % {"count": len(done.left)},
                    )
        return redirect(once.location)
    if request.method == "POST" and "evaluation" in form.errors:
        messages.error(request, _("The list has changed. Look at it again and confirm."))
        return redirect("assessments:evaluation-deliver-batch", period=chosen.pk)
    return render(
        request,
        "assessments/evaluating/deliver_batch.html",
        {
            "period": chosen,
            "ready": ready,
            "low": low,
            "waits": list(waits.values()),
            "form": form,
            "zone": chosen.cycle.government,
            "back": here,
        },
        status=422 if request.method == "POST" else 200,
    )


@login_required
@require_http_methods(["GET", "POST"])
def distribution(request: HttpRequest, period: int, unit: int) -> HttpResponse:
    """Show the predikat of a unit beside the pattern, and keep the reason of its head for a deviation."""
    chosen = period_or_404(request, period)
    government = chosen.cycle.government
    target = get_object_or_404(WorkUnit.objects.select_related("government"), pk=unit, government=government)
    rates_here = selectors.evaluations_of(request.user, chosen).filter(unit=target).exists()
    if not (rates_here or WorkUnit.objects.visible_to(request.user).filter(pk=target.pk).exists()):
        raise Http404
    permissions.require(rates_here or permissions.may_see_distribution(request.user, target))
    may_state = permissions.may_state_distribution(request.user, target)
    permissions.require(request.method == "GET" or may_state)
    form = StatementForm(request.POST if request.method == "POST" else held_forms.take(request))
    here = reverse("assessments:distribution", args=[chosen.pk, target.pk])
    if request.method == "POST" and form.is_valid():
        try:
            with idempotency.once(request, "assessments.statement") as once:
                if not once.is_replay:
                    explanations.state_distribution(
                        unit=target,
                        period=chosen,
                        reason=form.cleaned_data["reason"],
                        by=actor(request),
                        at=timezone.now(),
                    )
                    once.location = here + "#alasan"
                    messages.success(request, _("The reason is kept with the numbers of today."))
            return redirect(once.location)
        except explanations.NothingToExplain:
            form.add_error(None, _("The distribution follows the pattern now. No reason is needed."))
    found = patterns.distribution_of(target, chosen)
    statements = patterns.statements_of(target, chosen)
    needs_reason = found.check is not None and found.check.needs_reason
    return render(
        request,
        "assessments/evaluating/distribution.html",
        {
            "period": chosen,
            "unit": target,
            "found": found,
            # Five full names do not fit below a curve on a phone.
            "curve": [(PREDIKAT_SHORT[value], count) for value, count in patterns.curve_of(found)],
            "curve_key": ", ".join(
                f"{PREDIKAT_SHORT[value]} = {PredikatChoices(value).label}"
                for value, _n in patterns.curve_of(found)
            ),
            "limits": patterns.limits_of(found),
            "needs_reason": needs_reason,
            "is_explained": any(patterns.is_about(row, found) for row in statements),
            "blocks": patterns.distribution_blocks(target, chosen),
            "statements": [
                (
                    row,
                    [(PredikatChoices(value).label, row.counts.get(value, 0)) for value, _n in found.counts],
                )
                for row in statements
            ],
            "may_state": may_state,
            "form": form if may_state and (needs_reason or form.is_bound) else None,
            "may_calibrate": permissions.may_calibrate(request.user, target),
            "zone": government,
        },
        status=422 if request.method == "POST" else 200,
    )


# --- the person


@login_required
@require_GET
def evaluation_mine(request: HttpRequest) -> HttpResponse:
    """List the evaluations that were handed to this user."""
    mine = (
        Evaluation.objects.filter(employee__user=request.user, delivered_at__isnull=False)
        .select_related("period__cycle", "government", "unit", "appraiser")
        .order_by("-period__starts_on", "-pk")
    )
    government = people.government_of(request.user)
    today = today_of(government) if government else None
    return render(
        request,
        "assessments/evaluating/evaluation_mine.html",
        {
            "page": Paginator(mine, PAGE_SIZE).get_page(request.GET.get("page")),
            "today": today,
            "has_credit": today is not None and credit.has_credit(request.user, today),
        },
    )


@login_required
@require_GET
def evaluation_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Explain one result: the matrix, the ratings and reasons, the figures and where they come from."""
    evaluation = get_object_or_404(_visible(request), pk=pk)
    record_views.note(
        viewer=request.user, employee=evaluation.employee, what=RecordPart.EVALUATION.value, at=timezone.now()
    )
    return render(request, "assessments/evaluating/evaluation_detail.html", explanation(request, evaluation))


def explanation(request: HttpRequest, evaluation: Evaluation) -> dict[str, Any]:
    """Return everything that the explanation page shows."""
    notes = list(EvaluationNote.objects.filter(evaluation=evaluation).select_related("result").order_by("pk"))
    groups = selectors.indicator_rows_by_result(evaluation)
    for group in groups:
        group["notes"] = [note.text for note in notes if note.result_id == group["id"]]
    head = selectors.head_result(evaluation)
    return {
        "evaluation": evaluation,
        "period": evaluation.period,
        "zone": evaluation.government,
        "is_mine": permissions.is_evaluated(request.user, evaluation),
        "matrix": selectors.matrix_rows(evaluation),
        "what_if": selectors.what_would_have_changed(evaluation),
        "groups": groups,
        "behavior_notes": [
            (BEHAVIOR_NAMES.get(note.behavior_value, note.behavior_value), note.text)
            for note in notes
            if note.behavior_value
        ],
        "changes": list(
            RatingChange.objects.filter(evaluation=evaluation).select_related("by").order_by("-at", "-pk")
        ),
        "achievement": head.achievement
        if head
        else selectors.achievement_of(evaluation.unit_id, evaluation.period_id),
        "head": head,
        "calibration": calibrations.moved_of(evaluation),
        "objection": getattr(evaluation, "objection", None),
        "may_accept": permissions.may_accept(request.user, evaluation),
        "may_object": permissions.may_object(request.user, evaluation, today_of(evaluation.government)),
        "may_rate": permissions.may_rate(request.user, evaluation),
        "may_deliver": permissions.may_deliver(request.user, evaluation),
        "today": today_of(evaluation.government),
    }


@login_required
@require_POST
def evaluation_accept(request: HttpRequest, pk: int) -> HttpResponse:
    """Accept one's own result; asks once more, because it ends the right to object."""
    evaluation = get_object_or_404(_visible(request), pk=pk)
    permissions.require(permissions.is_evaluated(request.user, evaluation))
    here = reverse("assessments:evaluation-detail", args=[evaluation.pk])
    if not permissions.may_accept(request.user, evaluation):
        messages.info(request, _("This evaluation has been answered already."))
        return redirect(here)
    if request.POST.get("confirmed") != "1":
        return render(
            request,
            "assessments/evaluating/evaluation_accept.html",
            {"evaluation": evaluation, "period": evaluation.period, "cancel_url": here},
        )
    try:
        services.accept_evaluation(evaluation_id=evaluation.pk, by=request.user.employee, at=timezone.now())
    except TransitionNotAllowed:
        messages.info(request, _("This evaluation has been answered already."))
    else:
        messages.success(request, _("You have accepted the evaluation. It is final."))
    return redirect(here)

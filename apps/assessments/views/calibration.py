"""Calibration of a unit's ratings: open, compare, move, comment, close."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.core import held_forms, idempotency
from apps.core.held_forms import login_required
from apps.employees.models import WorkUnit

from .. import permissions
from ..forms.rating_board import CommentForm, MoveForm, SessionForm
from ..labels import CalibrationStatusChoices
from ..models import CalibrationSession, Evaluation, RatingChange
from ..selectors import calibration as selectors
from ..selectors.evaluating import head_result
from ..services import calibration as services
from .common import PAGE_SIZE, actor, period_or_404


def _session(request: HttpRequest, pk: int) -> CalibrationSession:
    return get_object_or_404(
        CalibrationSession.objects.visible_to(request.user).select_related(
            "unit__government", "period__cycle__government", "opened_by", "closed_by"
        ),
        pk=pk,
    )


def _is_open(session: CalibrationSession) -> bool:
    return session.status == CalibrationStatusChoices.OPEN.value


def _sees_everybody(request: HttpRequest, session: CalibrationSession) -> bool:
    return (
        permissions.may_calibrate(request.user, session.unit)
        or permissions.may_see_distribution(request.user, session.unit)
        or session.participants.filter(user=request.user).exists()
    )


@login_required
@require_http_methods(["GET", "POST"])
def calibration_unit(request: HttpRequest, period: int, unit: int) -> HttpResponse:
    """List a unit's calibrations in a period, and open one."""
    chosen = period_or_404(request, period)
    government = chosen.cycle.government
    target = get_object_or_404(
        WorkUnit.objects.visible_to(request.user).select_related("government"), pk=unit, government=government
    )
    may_calibrate = permissions.may_calibrate(request.user, target)
    permissions.require(
        may_calibrate or (request.method == "GET" and permissions.may_see_distribution(request.user, target))
    )
    candidates = [(row.pk, row.full_name) for row in selectors.candidates_for(target, chosen)]
    form = SessionForm(
        request.POST if request.method == "POST" else held_forms.take(request), candidates=candidates
    )
    if request.method == "POST" and form.is_valid():
        try:
            with idempotency.once(request, "assessments.calibration") as once:
                if not once.is_replay:
                    session = services.open_session(
                        unit=target,
                        period=chosen,
                        participants=form.cleaned_data.get("participants", []),
                        note=form.cleaned_data["note"],
                        by=actor(request),
                        at=timezone.now(),
                    )
                    once.location = reverse("assessments:calibration-detail", args=[session.pk])
            return redirect(once.location)
        except services.AlreadyOpen:
            form.add_error(None, _("A calibration of this unit is open already."))
        except services.NothingToCalibrate:
            form.add_error(
                None, _("Nothing can be calibrated: nobody is rated, or everything has been handed over.")
            )
        except services.NotOfThisUnit:
            form.add_error("participants", _("Choose among those who appraise people of this unit."))
    return render(
        request,
        "assessments/evaluating/calibration_unit.html",
        {
            "period": chosen,
            "unit": target,
            "sessions": selectors.sessions_of(target, chosen),
            "rated": selectors.rated_in(chosen).filter(unit=target).count(),
            "is_calibrating": selectors.is_being_calibrated(target.pk, chosen.pk),
            "may_calibrate": may_calibrate,
            "form": form,
            "zone": government,
        },
        status=422 if request.method == "POST" else 200,
    )


@login_required
@require_safe
def calibration_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the original beside the calibrated ratings, person by person, by name and never by rank."""
    session = _session(request, pk)
    everybody = _sees_everybody(request, session)
    people = selectors.people_of(session, request.user, everybody=everybody)
    page = Paginator(people, PAGE_SIZE).get_page(request.GET.get("page"))
    may_calibrate = permissions.may_calibrate(request.user, session.unit)
    is_open = _is_open(session)
    return render(
        request,
        "assessments/evaluating/calibration_detail.html",
        {
            "session": session,
            "period": session.period,
            "unit": session.unit,
            "page": page,
            "rows": selectors.rows_of(session, list(page)),
            # Who takes part need not be allowed to read everybody's evaluation.
            "readable": set(
                Evaluation.objects.visible_to(request.user)
                .filter(pk__in=[row.pk for row in page])
                .values_list("pk", flat=True)
            ),
            "participants": list(session.participants.order_by("name", "pk")),
            "everybody": everybody,
            "may_move": may_calibrate and is_open,
            "is_open": is_open,
            "zone": session.unit.government,
        },
    )


@login_required
@require_http_methods(["GET", "POST"])
def calibration_move(request: HttpRequest, pk: int, evaluation: int) -> HttpResponse:
    """Give one person other ratings, with a reason."""
    session = _session(request, pk)
    permissions.require(permissions.may_calibrate(request.user, session.unit))
    found = get_object_or_404(selectors.people_of(session, request.user, everybody=True), pk=evaluation)
    here = reverse("assessments:calibration-detail", args=[session.pk])
    if not _is_open(session) or found.delivered_at is not None:
        messages.info(request, _("This rating can no longer be calibrated."))
        return redirect(here)
    head = head_result(found)
    form = MoveForm(
        request.POST if request.method == "POST" else held_forms.take(request),
        result_is_fixed=head is not None,
        initial={"work_result": found.work_result_rating, "behavior": found.behavior_rating},
    )
    if request.method == "POST" and form.is_valid():
        try:
            with idempotency.once(request, "assessments.calibrated") as once:
                if not once.is_replay:
                    services.move_rating(
                        session_id=session.pk,
                        evaluation_id=found.pk,
                        work_result=form.cleaned_data.get("work_result"),
                        behavior=form.cleaned_data["behavior"],
                        reason=form.cleaned_data["reason"],
                        by=actor(request),
                        at=timezone.now(),
                    )
                    once.location = f"{here}#orang-{found.pk}"
                    messages.success(
                        request,
                        _("The ratings of %(name)s were calibrated. The original stays beside them.")
                        % {"name": found.employee.full_name},
                    )
            return redirect(once.location)
        except services.NothingMoved:
            form.add_error(None, _("Both ratings are as they were. Choose another one, or go back."))
        except services.ResultFollowsUnit:
            form.add_error(
                None, _("The result follows the achievement of the unit. The appraiser rates again first.")
            )
        except services.TransitionNotAllowed:
            messages.error(request, _("This rating can no longer be calibrated."))
            return redirect(here)
    return render(
        request,
        "assessments/evaluating/calibration_move.html",
        {
            "session": session,
            "evaluation": found,
            "row": selectors.rows_of(session, [found])[0],
            "head": head,
            "form": form,
            "back": here,
            "zone": session.unit.government,
        },
        status=422 if request.method == "POST" else 200,
    )


@login_required
@require_http_methods(["GET", "POST"])
def calibration_comment(request: HttpRequest, pk: int, change: int) -> HttpResponse:
    """Comment, as the appraiser, on a move."""
    session = _session(request, pk)
    found = get_object_or_404(
        RatingChange.objects.select_related("evaluation__employee", "evaluation__appraiser", "by"),
        pk=change,
        session=session,
    )
    if found.evaluation.employee.user_id == request.user.pk:
        raise Http404
    permissions.require(permissions.is_appraiser(request.user, found.evaluation))
    here = reverse("assessments:calibration-detail", args=[session.pk])
    if not _is_open(session):
        messages.info(request, _("The calibration is closed. Nothing can be added to it."))
        return redirect(here)
    form = CommentForm(request.POST if request.method == "POST" else held_forms.take(request))
    if request.method == "POST" and form.is_valid():
        try:
            with idempotency.once(request, "assessments.comment") as once:
                if not once.is_replay:
                    services.comment_move(
                        change_id=found.pk,
                        text=form.cleaned_data["text"],
                        by=actor(request),
                        at=timezone.now(),
                    )
                    once.location = f"{here}#orang-{found.evaluation_id}"
                    messages.success(request, _("Your comment is kept with the change."))
            return redirect(once.location)
        except services.TransitionNotAllowed:
            form.add_error(None, _("The calibration is closed. Nothing can be added to it."))
    return render(
        request,
        "assessments/evaluating/calibration_comment.html",
        {
            "session": session,
            "change": found,
            "evaluation": found.evaluation,
            "form": form,
            "back": here,
            "zone": session.unit.government,
        },
        status=422 if request.method == "POST" else 200,
    )


@login_required
@require_POST
def calibration_close(request: HttpRequest, pk: int) -> HttpResponse:
    """Close a session for good; asks once more."""
    session = _session(request, pk)
    permissions.require(permissions.may_calibrate(request.user, session.unit))
    here = reverse("assessments:calibration-detail", args=[session.pk])
    if _is_open(session) and request.POST.get("confirmed") != "1":
        context: dict[str, Any] = {"session": session, "cancel_url": here}
        return render(request, "assessments/evaluating/calibration_close.html", context)
    try:
        services.close_session(session_id=session.pk, by=actor(request), at=timezone.now())
    except services.TransitionNotAllowed:
        messages.info(request, _("This calibration is closed already."))
    else:
        messages.success(request, _("The calibration is closed. The evaluations can be handed over."))
    return redirect(here)

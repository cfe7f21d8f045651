"""What an office enters about its services: the services themselves, their counters and survey periods."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from apps.core import held_forms, idempotency
from apps.core.held_forms import login_required
from apps.core.localtime import local_date
from apps.core.templatetags.formats import tanggal

from .. import permissions
from ..forms import NOT_SAMPLED, PeriodAdjustForm, PointForm, ServiceForm, SurveyPeriodForm
from ..models import Service, ServicePoint, SurveyPeriod
from ..rules.sample_size import required_sample
from ..services import survey_register, surveys
from .surveys import _managed

# Posted by the second button of a form: compute the sample, save nothing.
COMPUTE = "hitung"


@login_required
def add_service(request: HttpRequest) -> HttpResponse:
    """Add a public service of a unit whose surveys the user manages."""
    units = permissions.managed_units(request.user).filter(is_active=True).order_by("name", "id")
    choices = list(units[:2])
    if not choices:
        raise PermissionDenied
    status = 200
    if request.method == "POST":
        form = ServiceForm(request.POST, units=units)
        if form.is_valid():
            try:
                with idempotency.once(request, "feedback.service") as once:
                    if not once.is_replay:
                        service = surveys.add_service(by=request.user, at=timezone.now(), **form.cleaned_data)
                        once.location = reverse("feedback:survey-detail", args=[service.code])
                        messages.success(
                            request,
                            _("%(name)s is in the register. Add its counters and open a survey period next.")
                            % {"name": service.name},
                        )
                return redirect(once.location)
            except surveys.ServiceExists:
                form.add_error("name", _("This unit has a service with this name already."))
        status = 422
    else:
        held = held_forms.take(request)
        # Whoever manages one unit only has nothing to choose.
        initial = {"unit": choices[0].pk} if len(choices) == 1 else {}
        form = ServiceForm(held, units=units, initial=initial)
    return render(request, "feedback/service_form.html", {"form": form}, status=status)


@login_required
def change_service(request: HttpRequest, code: str) -> HttpResponse:
    """Change what the public reads about a service."""
    service = _managed(request, code)
    initial = {
        "name": service.name,
        "description": service.description,
        "complaint_promise": service.complaint_promise,
        "opening_hours": service.opening_hours,
    }
    status = 200
    if request.method == "POST":
        form = ServiceForm(request.POST, initial=initial)
        if form.is_valid():
            try:
                with idempotency.once(request, "feedback.service_change") as once:
                    if not once.is_replay:
                        survey_register.change_service(
                            service_id=service.pk, by=request.user, at=timezone.now(), **form.cleaned_data
                        )
                        messages.success(request, _("The public page says it now."))
                return redirect("feedback:survey-detail", code=service.code)
            except surveys.ServiceExists:
                form.add_error("name", _("This unit has a service with this name already."))
        status = 422
    else:
        form = ServiceForm(held_forms.take(request), initial=initial)
    return render(request, "feedback/service_form.html", {"form": form, "service": service}, status=status)


@login_required
def retire_service(request: HttpRequest, code: str) -> HttpResponse:
    """Take a service off the public pages, after a look at what that means."""
    service = _managed(request, code)
    if request.method == "POST" and request.POST.get("confirmed"):
        survey_register.set_service_active(
            service_id=service.pk, is_active=False, by=request.user, at=timezone.now()
        )
        messages.success(request, _("%(name)s is no longer offered.") % {"name": service.name})
        return redirect("feedback:survey-detail", code=service.code)
    return render(request, "feedback/service_retire.html", {"service": service})


@login_required
@require_POST
def reopen_service(request: HttpRequest, code: str) -> HttpResponse:
    """Offer a service again."""
    service = _managed(request, code)
    try:
        survey_register.set_service_active(
            service_id=service.pk, is_active=True, by=request.user, at=timezone.now()
        )
        messages.success(request, _("%(name)s is offered again.") % {"name": service.name})
    except surveys.ServiceExists:
        messages.error(request, _("This unit has a service with this name already."))
    return redirect("feedback:survey-detail", code=service.code)


@login_required
def add_point(request: HttpRequest, code: str) -> HttpResponse:
    """Add a counter with a QR code of its own."""
    service = _managed(request, code)
    status = 200
    if request.method == "POST":
        form = PointForm(request.POST)
        if form.is_valid():
            try:
                with idempotency.once(request, "feedback.point") as once:
                    if not once.is_replay:
                        point = surveys.add_point(
                            service=service, by=request.user, at=timezone.now(), **form.cleaned_data
                        )
                        messages.success(
                            request,
                            _("%(label)s has a QR code now. Print its poster and put it up.")
                            % {"label": point.label},
                        )
                return redirect("feedback:survey-detail", code=service.code)
            except surveys.PointExists:
                form.add_error("label", _("This service has a counter with this name already."))
        status = 422
    else:
        form = PointForm(held_forms.take(request))
    return render(request, "feedback/point_form.html", {"form": form, "service": service}, status=status)


@login_required
def change_point(request: HttpRequest, pk: int) -> HttpResponse:
    """Rename a counter, or take it out of use; its QR code stays its own."""
    point = get_object_or_404(
        ServicePoint.objects.select_related("service__unit__government"),
        pk=pk,
        service__in=Service.objects.visible_to(request.user),
    )
    if not permissions.may_manage_survey(request.user, point.service):
        raise PermissionDenied
    status = 200
    if request.method == "POST":
        form = PointForm(request.POST)
        is_active = {"pakai": True, "hentikan": False}.get(request.POST.get("status", ""), point.is_active)
        if form.is_valid():
            try:
                survey_register.change_point(
                    point_id=point.pk,
                    label=form.cleaned_data["label"],
                    is_active=is_active,
                    by=request.user,
                    at=timezone.now(),
                )
                messages.success(request, _("The counter was changed."))
                return redirect("feedback:survey-detail", code=point.service.code)
            except surveys.PointExists:
                form.add_error("label", _("This service has a counter with this name already."))
        status = 422
    else:
        held = held_forms.take(request)
        form = PointForm(held) if held is not None else PointForm(initial={"label": point.label})
    context = {"form": form, "service": point.service, "point": point}
    return render(request, "feedback/point_form.html", context, status=status)


@login_required
def open_period(request: HttpRequest, code: str) -> HttpResponse:
    """Plan a survey period."""
    service = _managed(request, code)
    today = local_date(timezone.now(), service.unit.government.timezone)
    status = 200
    if request.method == "POST":
        form = SurveyPeriodForm(request.POST, service=service, today=today)
        if COMPUTE in request.POST:
            form.is_valid()
        elif form.is_valid():
            try:
                with idempotency.once(request, "feedback.survey_period") as once:
                    if not once.is_replay:
                        period = surveys.open_survey_period(
                            service=service, by=request.user, at=timezone.now(), **form.cleaned_data
                        )
                        messages.success(
                            request,
                            _("The survey runs from %(first)s to %(last)s.")
                            % {"first": tanggal(period.starts_on), "last": tanggal(period.ends_on)},
                        )
                return redirect("feedback:survey-detail", code=service.code)
            except (surveys.PeriodsOverlap, surveys.QuestionnaireNotOffered) as error:
                _explain(form, error)
        status = 200 if COMPUTE in request.POST else 422
    else:
        held = held_forms.take(request)
        form = SurveyPeriodForm(held, service=service, today=today)
    context = {
        "form": form,
        "service": service,
        "needed": _needed(form),
        "is_only_computed": COMPUTE in request.POST,
    }
    return render(request, "feedback/survey_period_form.html", context, status=status)


def _needed(form: Any) -> int | None:
    """Return the sample for the population that stands in a form."""
    if form.is_bound:
        form.is_valid()
        population = form.cleaned_data.get("population")
    else:
        population = form.initial.get("population")
    return required_sample(population) if population else None


def _explain(form: Any, error: Exception) -> None:
    """Say at the right field why a period cannot be as it was asked for."""
    if isinstance(error, surveys.PeriodsOverlap):
        form.add_error(
            "starts_on",
            _("%(label)s (%(first)s to %(last)s) has days in common with it. Choose other days.")
            % {
                "label": error.other.label,
                "first": tanggal(error.other.starts_on),
                "last": tanggal(error.other.ends_on),
            },
        )
    else:
        form.add_error(
            "questionnaire", _("This questionnaire is not offered for these days. Choose another one.")
        )


def _period(request: HttpRequest, pk: int) -> SurveyPeriod:
    period = get_object_or_404(
        SurveyPeriod.objects.select_related("service__unit__government", "questionnaire"),
        pk=pk,
        service__in=Service.objects.visible_to(request.user),
    )
    if not permissions.may_manage_survey(request.user, period.service):
        raise PermissionDenied
    return period


@login_required
def change_period(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct a period before its first answer; afterwards only the people served and an earlier end."""
    period = _period(request, pk)
    has_answers = survey_register.has_answers(period)
    status = 200
    form: Any
    if request.method == "POST":
        form = _period_form(period, has_answers, request.POST)
        if COMPUTE in request.POST:
            form.is_valid()
        elif form.is_valid() and _save_period(request, period, form, has_answers):
            return redirect("feedback:survey-detail", code=period.service.code)
        else:
            status = 422
    else:
        form = _period_form(period, has_answers, held_forms.take(request))
    context = {
        "form": form,
        "service": period.service,
        "period": period,
        "has_answers": has_answers,
        "needed": _needed(form),
        "is_only_computed": COMPUTE in request.POST,
    }
    return render(request, "feedback/survey_period_form.html", context, status=status)


def _period_form(period: SurveyPeriod, has_answers: bool, data: Any) -> Any:
    names = ("label", "starts_on", "ends_on", "population", "sampling", "questionnaire")
    initial = {name: getattr(period, name) for name in names}
    initial["sampling"] = period.sampling or NOT_SAMPLED
    if has_answers:
        return PeriodAdjustForm(data, initial=initial)
    today = local_date(timezone.now(), period.service.unit.government.timezone)
    return SurveyPeriodForm(
        data, service=period.service, today=today, fixed_code=period.code, initial=initial
    )


def _save_period(request: HttpRequest, period: SurveyPeriod, form: Any, has_answers: bool) -> bool:
    values = dict(form.cleaned_data)
    try:
        if has_answers:
            survey_register.adjust_period(
                survey_period_id=period.pk, by=request.user, at=timezone.now(), **values
            )
        else:
            values["questionnaire"] = values["questionnaire"] or period.questionnaire
            survey_register.correct_period(
                survey_period_id=period.pk, by=request.user, at=timezone.now(), **values
            )
    except survey_register.LongerNotAllowed:
        form.add_error("ends_on", _("Choose today or a later day, but not after the planned last day."))
    except survey_register.PeriodHasAnswers:
        form.add_error(
            None, _("Somebody has answered meanwhile. Only the people served and the end can change now.")
        )
    except survey_register.PeriodIsPublished:
        form.add_error(None, _("The result of this period is published and does not change any more."))
    except (surveys.PeriodsOverlap, surveys.QuestionnaireNotOffered) as error:
        _explain(form, error)
    else:
        messages.success(request, _("The survey period was changed."))
        return True
    return False

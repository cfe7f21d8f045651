"""Putting something on the plan: where it comes from is known from the address."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.core.held_forms import login_required
from apps.core.localtime import local_date
from apps.employees import selectors as organization

from ... import permissions
from ...forms.improvement import PlanForm
from ...labels import ImprovementOrigin
from ...models import Cause, ConsultationPoint, Questionnaire, Service, SurveyPeriod
from ...selectors import consultation as meetings
from ...selectors import improvement as plans
from ...selectors import measurement, thresholds
from ...services import causes
from ...services import improvement as services
from ..acting import form_page


def _origin(request: HttpRequest) -> dict[str, Any]:
    """Return where a new item comes from, by the address: a period, a cause, a point, a service or a unit.

    What the user cannot see is not found; a place they do not manage is refused.
    """
    found: dict[str, Any] = {
        "origin": ImprovementOrigin.OWN.value,
        "service": None,
        "unit": None,
        "initial": {},
    }
    number = {key: _number(request.GET.get(key)) for key in ("periode", "penyebab", "butir", "unit")}
    if code := request.GET.get("layanan"):
        found["service"] = get_object_or_404(
            Service.objects.visible_to(request.user).select_related("unit__government"), code=code
        )
    if number["periode"]:
        period = get_object_or_404(
            SurveyPeriod.objects.select_related("service__unit__government", "questionnaire"),
            pk=number["periode"],
            service__in=Service.objects.visible_to(request.user),
        )
        code = request.GET.get("unsur") or measurement.weakest_of(period)
        found |= {
            "origin": ImprovementOrigin.WEAK_UNSUR.value,
            "service": period.service,
            "survey_period": period,
            "initial": {"unsur_code": code, "reason": _reason_of(period, code)},
        }
    elif number["butir"]:
        point = get_object_or_404(
            ConsultationPoint.objects.select_related(
                "consultation__unit__government", "consultation__service__unit__government"
            ),
            pk=number["butir"],
            consultation__in=meetings.Consultation.objects.visible_to(request.user),
        )
        found |= {
            "origin": ImprovementOrigin.CONSULTATION.value,
            "point": point,
            "service": found["service"] or point.consultation.service,
            "unit": point.consultation.unit,
            "initial": {"reason": point.text[:300]},
        }
    elif number["penyebab"]:
        government = organization.government_of(request.user)
        cause = get_object_or_404(Cause, pk=number["penyebab"], government=government)
        found |= {
            "origin": ImprovementOrigin.REPEAT_CAUSE.value,
            "cause": cause,
            "initial": {"reason": _("Complaints keep coming because of: %(cause)s") % {"cause": cause.name}},
        }
    if found["service"] is not None:
        found["unit"] = found["service"].unit
    elif found["unit"] is None and number["unit"]:
        found["unit"] = get_object_or_404(
            permissions.managed_units(request.user).select_related("government"),
            pk=number["unit"],
            is_active=True,
        )
    if found["unit"] is not None and not permissions.may_plan(request.user, found["unit"]):
        raise PermissionDenied
    return found


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isdecimal() and len(text) < 16 else None


def _reason_of(period: SurveyPeriod, code: str) -> str:
    tier = measurement.headline_tier(period)
    found = measurement.measured(period, tier, code)
    today = local_date(timezone.now(), period.service.unit.government.timezone)
    minimum, _full = thresholds(period.service.unit.government, today)
    name = plans.unsur_names().get(code, "")
    if not name:
        return ""
    if found.n < minimum:
        return _("%(unsur)s is the weakest element in %(period)s.") % {"unsur": name, "period": period.label}
    value = str(found.value).replace(".", ",")
    return _("%(unsur)s is the weakest element in %(period)s: %(value)s from %(n)s answers.") % {
        "unsur": name,
        "period": period.label,
        "value": value,
        "n": found.n,
    }


def _unsur_choices(service: Service | None) -> list[tuple[str, str]]:
    if service is None:
        return []
    newest = service.survey_periods.order_by("-starts_on", "-id").first()
    if newest is None:
        return []
    questionnaire = Questionnaire.objects.prefetch_related("unsur").get(pk=newest.questionnaire_id)
    return [(row.code, row.name) for row in questionnaire.unsur.all()]


@login_required
def add(request: HttpRequest) -> HttpResponse:
    """Put something on the plan, with what is known filled in."""
    found = _origin(request)
    place = found["unit"]
    if place is None:
        return _choose_place(request)
    government = place.government
    today = local_date(timezone.now(), government.timezone)
    people = plans.responsible_choices(request.user, place, today)
    cause = found.get("cause")

    def work(form: PlanForm) -> str:
        values = form.cleaned_data
        item = services.add_item(
            service=found["service"],
            unit=place,
            origin=found["origin"],
            survey_period=found.get("survey_period"),
            point=found.get("point"),
            cause_id=cause.pk if cause else None,
            reason=values["reason"],
            unsur_code=values.get("unsur_code", ""),
            action=values["action"],
            responsible=values["responsible"],
            due_on=values["due_on"],
            steps=values["steps"],
            by=request.user,
            at=timezone.now(),
        )
        if cause is not None:
            causes.note_improvement(cause, item.pk, by=request.user, at=timezone.now())
        return reverse("feedback:improvement-detail", args=[item.pk])

    return form_page(
        request,
        make=lambda *data: PlanForm(
            *data,
            people=people,
            unsur=_unsur_choices(found["service"]),
            today=today,
            initial=found["initial"],
        ),
        work=work,
        purpose="improvement.add",
        back=reverse("feedback:improvement-list"),
        refusals=REFUSALS,
        texts={
            "heading": _("Plan an improvement"),
            "lead": found["service"].name if found["service"] else place.name,
            "note": ImprovementOrigin(found["origin"]).label,
            "button": _("Put it on the plan"),
            "done": _("It is on the plan. The responsible person has been told."),
            "rows": {"steps": 4},
        },
    )


def _choose_place(request: HttpRequest) -> HttpResponse:
    """Ask first for which service or unit, when the address does not say so."""
    units = permissions.managed_units(request.user).filter(is_active=True)
    if not units.exists():
        raise PermissionDenied
    context = {
        "services": Service.objects.public()
        .filter(unit__in=units)
        .select_related("unit")
        .order_by("unit__name", "name", "id"),
        "units": units.order_by("name", "id"),
        "keep": request.GET.get("penyebab", ""),
    }
    return render(request, "feedback/improvement_place.html", context)


REFUSALS: dict[type[Exception], tuple[str | None, Any]] = {
    services.ResponsibleNotHere: (
        "responsible",
        lambda _error: _("This person no longer works here. Choose somebody else."),
    ),
    services.DueInPast: (
        "due_on",
        lambda _error: _("This day has passed. Choose today or a later day."),
    ),
}

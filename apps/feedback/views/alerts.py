"""Notices that a service turned bad: the list, one of them, and what people do about it."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_POST

from apps.core import held_forms, idempotency
from apps.core.held_forms import login_required
from apps.core.localtime import local_date
from apps.employees.models import Employee

from .. import permissions
from ..forms import WordsForm
from ..labels import ALERT_TONES, AlertActionKind
from ..models import ServiceAlert, Unsur
from ..rules.service_alert import AlertAction, AlertStatus, TransitionNotAllowed, allowed_actions
from ..selectors import alerts as found
from ..services import alerts as services

PAGE_SIZE = 25
LOOP_DAYS = 365
PEOPLE_SHOWN = 30


@login_required
@require_GET
def alert_list(request: HttpRequest) -> HttpResponse:
    """The notices about my units, those nobody has acted on first; and how the loop runs."""
    if not permissions.may_see_alerts(request.user):
        raise PermissionDenied
    alerts = ServiceAlert.objects.visible_to(request.user)
    shown = "semua" if request.GET.get("lihat") == "semua" else "berjalan"
    rows = alerts if shown == "semua" else alerts.running()
    rows = rows.select_related("service__unit__government").order_by("acted_at", "opened_at", "pk")
    if shown == "semua":
        rows = rows.order_by("-opened_at", "-pk")
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": [{"alert": row, "tone": ALERT_TONES[row.status]} for row in page.object_list],
        "tabs": [
            {"label": pgettext("notice", "Running"), "url": "?lihat=berjalan", "active": shown == "berjalan"},
            {"label": _("All"), "url": "?lihat=semua", "active": shown == "semua"},
        ],
        "loop": found.loop_figures(alerts, timezone.now() - timedelta(days=LOOP_DAYS)),
    }
    return render(request, "feedback/alert_list.html", context)


def _load(request: HttpRequest, pk: int) -> ServiceAlert:
    return get_object_or_404(
        ServiceAlert.objects.visible_to(request.user).select_related(
            "government", "service__unit__government", "survey_period__questionnaire"
        ),
        pk=pk,
    )


def _mine(request: HttpRequest, pk: int) -> ServiceAlert:
    alert = _load(request, pk)
    if not permissions.may_act_on_alert(request.user, alert):
        raise PermissionDenied
    return alert


@login_required
@require_GET
def alert_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """What was seen, how sure it is, what one can do, and what came of it."""
    alert = _load(request, pk)
    actions = allowed_actions(AlertStatus(alert.status))
    may_act = permissions.may_act_on_alert(request.user, alert)
    context = {
        "alert": alert,
        "tone": ALERT_TONES[alert.status],
        "unsur": _weakest(alert),
        "may_act": may_act and AlertAction.ACT in actions,
        "may_explain": may_act and AlertAction.EXPLAIN in actions,
        "people": _people(request, alert) if may_act and AlertAction.ACT in actions else [],
        "steps": [
            {"at": step.at, "label": step.get_kind_display(), "url": _step_url(step)}
            for step in alert.steps.all()
        ],
    }
    return render(request, "feedback/alert_detail.html", context)


def _weakest(alert: ServiceAlert) -> Unsur | None:
    return Unsur.objects.filter(
        questionnaire=alert.survey_period.questionnaire_id, code=alert.weakest_unsur
    ).first()


def _step_url(step: Any) -> str:
    if step.kind == AlertActionKind.IMPROVEMENT.value:
        return reverse("feedback:improvement-detail", args=[step.reference])
    return reverse("training:coaching-detail", args=[step.reference])


def _people(request: HttpRequest, alert: ServiceAlert) -> list[Employee]:
    """Return whom a leader may talk to about it: the people of the unit, its head first."""
    unit = alert.service.unit
    if not permissions.leads_unit_or_above(request.user, unit):
        return []
    today = local_date(timezone.now(), alert.government.timezone)
    return list(
        Employee.objects.visible_to(request.user)
        .in_unit(unit, today)
        .exclude(user=request.user)
        .order_by("name", "pk")[:PEOPLE_SHOWN]
    )


@login_required
@require_POST
def alert_improve(request: HttpRequest, pk: int) -> HttpResponse:
    """One click: open an improvement item from the notice, with the weak element filled in."""
    alert = _mine(request, pk)
    unsur = _weakest(alert)
    action = _("Improve the element “%(unsur)s”: write here what will be done.") % {
        "unsur": unsur.name if unsur else alert.service.name
    }
    with idempotency.once(request, "feedback.alert-improve") as once:
        if not once.is_replay:
            try:
                item = services.open_item(
                    alert_id=alert.pk, action=action, by=request.user, at=timezone.now()
                )
            except TransitionNotAllowed:
                messages.info(request, _("This notice is finished."))
                once.location = reverse("feedback:alert-detail", args=[pk])
            except services.NobodyResponsible:
                messages.error(request, _("This unit has no head. Ask the personnel office to name one."))
                once.location = reverse("feedback:alert-detail", args=[pk])
            else:
                messages.success(
                    request, _("Improvement item opened. Say now what will be done, and until when.")
                )
                once.location = reverse("feedback:improvement-detail", args=[item.pk])
    return redirect(once.location)


@login_required
def alert_explain(request: HttpRequest, pk: int) -> HttpResponse:
    """Close a notice with a reason why nothing has to be done."""
    alert = _mine(request, pk)
    label = _("Why does nothing have to be done?")
    hint = _("Whoever is above you, and the auditor, can read it.")
    status = 200
    if request.method == "POST":
        form = WordsForm(request.POST, label=label, hint=hint)
        if form.is_valid():
            with idempotency.once(request, "feedback.alert-explain") as once:
                if not once.is_replay:
                    try:
                        services.explain(
                            alert_id=pk, text=form.cleaned_data["text"], by=request.user, at=timezone.now()
                        )
                        messages.success(request, _("Explained. The notice is closed."))
                    except TransitionNotAllowed:
                        messages.info(request, _("Somebody has acted on this notice already."))
                    once.location = reverse("feedback:alert-detail", args=[pk])
            return redirect(once.location)
        status = 422
    else:
        form = WordsForm(held_forms.take(request), label=label, hint=hint)
    return render(request, "feedback/alert_explain.html", {"form": form, "alert": alert}, status=status)

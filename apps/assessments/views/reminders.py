"""The planning prompt: when will you write your report?"""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from apps.core import held_forms
from apps.core.held_forms import login_required
from apps.core.localtime import local_date
from apps.core.templatetags.formats import waktu

from ..forms.reminders import ReminderForm
from ..models import ReminderPlan
from ..services import reminders as services
from .common import period_or_404
from .progress import writer_or_403


@login_required
def reminder_plan(request: HttpRequest, period_id: int) -> HttpResponse:
    """Choose a day and an hour for the report of a period."""
    employee = writer_or_403(request)
    period = period_or_404(request, period_id)
    zone = period.cycle.government.timezone
    now = timezone.now()
    if period.closes_at <= now:
        messages.info(request, _("The last day for this report is over: no reminder can be chosen."))
        return redirect("beranda")
    chosen = ReminderPlan.objects.filter(employee=employee, period=period).first()
    data = request.POST if request.method == "POST" else held_forms.take(request)
    form = ReminderForm(data, now=now, last=local_date(period.closes_at, zone), zone=zone)
    if request.method == "POST" and form.is_valid():
        try:
            plan = services.plan_reminder(employee=employee, period=period, remind_at=form.remind_at, at=now)
            messages.success(
                request,
                _("You are reminded on %(moment)s, unless the report is sent before.")
                % {"moment": waktu(plan.remind_at, zone)},
            )
            return redirect("beranda")
        except services.MomentOver:
            form.add_error("hour", _("This moment is over, or after the last one for the report."))
    status = 422 if request.method == "POST" else 200
    context = {"form": form, "period": period, "chosen": chosen}
    return render(request, "assessments/reporting/reminder_plan.html", context, status=status)


@login_required
@require_POST
def reminder_forget(request: HttpRequest, period_id: int) -> HttpResponse:
    """No reminder of my own any more; those of the office still come."""
    services.forget_reminder(employee=writer_or_403(request), period=period_or_404(request, period_id))
    messages.success(request, _("Your own reminder is off."))
    return redirect("beranda")

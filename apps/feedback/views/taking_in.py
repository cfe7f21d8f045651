"""An officer writes down a report for somebody at the counter or on the phone, and prints the receipt."""

import time
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from apps.core import held_forms, idempotency, policy
from apps.core.held_forms import login_required
from apps.core.localtime import local_date
from apps.employees import selectors as organization
from apps.employees.models import Government

from .. import permissions
from ..forms import TakeInForm
from ..labels import ComplaintChannel
from ..models import Complaint
from ..services import complaints
from . import drafts
from .complaining import kind_choices, next_instances

TAKEN = "complaint_taken"
RECEIPT_SECONDS = 15 * 60


def _government_or_refuse(user: Any) -> Government:
    government = organization.government_of(user)
    if government is None or not permissions.managed_units(user).exists():
        raise PermissionDenied
    return government


@login_required
def take_in(request: HttpRequest) -> HttpResponse:
    """One page for everything that the person tells."""
    government = _government_or_refuse(request.user)
    about = drafts.abouts(government)
    if request.method == "POST":
        form = TakeInForm(request.POST, about=about)
        if form.is_valid():
            with idempotency.once(request, "feedback.complaint.taken") as once:
                if not once.is_replay:
                    once.location = _file(request, form)
            return redirect(once.location)
    else:
        held = held_forms.take(request)
        form = TakeInForm(held, about=about) if held is not None else TakeInForm(about=about)
    context = {"form": form, "choices": kind_choices(government.code), "chosen": form["kind"].value()}
    return render(
        request, "feedback/complaint_take_in.html", context, status=422 if request.method == "POST" else 200
    )


def _file(request: HttpRequest, form: TakeInForm) -> str:
    values = form.cleaned_data
    found = drafts.find_target(values["about"])
    if found is None:
        raise PermissionDenied
    unit, service = found
    complaint, secret = complaints.file_complaint(
        unit=unit,
        service=service,
        kind=values["kind"],
        subject=values["subject"],
        body=values["body"],
        place=values["place"],
        lapor_number=values["lapor_number"],
        is_anonymous=values["is_anonymous"],
        is_secret=values["is_secret"],
        contact=form.contact,
        channel=ComplaintChannel.OFFICER.value,
        by=request.user,
        at=timezone.now(),
    )
    request.session[TAKEN] = {
        "number": complaint.number,
        "secret": complaints.spoken(secret),
        "until": int(time.time()) + RECEIPT_SECONDS,
    }
    request.session.save()
    return reverse("feedback:complaint-taken", args=[complaint.number])


@login_required
@require_GET
def taken(request: HttpRequest, number: str) -> HttpResponse:
    """The receipt to be printed and handed over; a quarter of an hour, then nobody here has the secret word."""
    _government_or_refuse(request.user)
    held = request.session.get(TAKEN, {})
    if held.get("number") != number or held["until"] < time.time():
        request.session.pop(TAKEN, None)
        return redirect("feedback:complaint-take-in")
    complaint = Complaint.objects.select_related("government", "unit", "service").get(number=number)
    today = local_date(timezone.now(), complaint.government.timezone)
    context = {
        "complaint": complaint,
        "secret": held["secret"],
        "reply_days": policy.get("feedback.reply_days", on=today, scope=complaint.government.code),
        "next_instances": next_instances(complaint.government, today),
    }
    return render(request, "feedback/complaint_taken.html", context)

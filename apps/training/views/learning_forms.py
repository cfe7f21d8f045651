"""The table of forms of learning, for the office that edits it."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from apps.core import idempotency, policy
from apps.core.held_forms import login_required
from apps.employees.models import Government

from .. import permissions
from ..forms import LearningFormForm
from ..labels import source_words
from ..models import LearningForm
from ..selectors.forms import forms_on, versions_of
from ..services import learning_forms as services
from .common import actor, area_tabs, bound, government_or_403


def _office(request: HttpRequest) -> Government:
    government = government_or_403(request)
    permissions.require(permissions.may_manage_programmes(request.user, government))
    return government


@login_required
@require_GET
def form_list(request: HttpRequest) -> HttpResponse:
    """What holds today."""
    government = _office(request)
    today = permissions.today_of(government)
    context = {
        "rows": forms_on(government, today),
        "minutes": policy.get("training.minutes_per_jp", on=today, scope=government.code),
        "area_tabs": area_tabs(request, government, "forms"),
    }
    return render(request, "training/form_list.html", context)


@login_required
def form_add(request: HttpRequest) -> HttpResponse:
    """A form that is not in the table yet."""
    return _page(request, _office(request), None)


@login_required
def form_change(request: HttpRequest, code: str) -> HttpResponse:
    """What a form is worth from a day on."""
    government = _office(request)
    today = permissions.today_of(government)
    row = next((row for row in forms_on(government, today) if row.code == code), None)
    if row is None:
        raise Http404
    return _page(request, government, row)


def _page(request: HttpRequest, government: Government, row: LearningForm | None) -> HttpResponse:
    today = permissions.today_of(government)
    initial: dict[str, Any] = {"valid_from": today, "unit": "minutes"}
    if row is not None:
        initial |= {
            "name": row.name,
            "classical": "1" if row.classical else "0",
            "way": row.way,
            "unit": row.unit,
            "jp": row.jp,
            "most": row.most,
            "is_offered": row.is_offered,
            "is_verified": row.is_verified,
            "source": source_words(row.source),
        }
    form = bound(request, lambda data=None: LearningFormForm(data, today=today, initial=initial))
    if request.method == "POST" and form.is_valid():
        try:
            with idempotency.once(request, "training.learning_form") as once:
                if not once.is_replay:
                    services.write_form(
                        government=government,
                        row=form.row,
                        code=row.code if row else "",
                        by=actor(request),
                        at=timezone.now(),
                    )
                    once.location = reverse("training:form-list")
                    messages.success(request, _("Saved. What held before stays as it was."))
            return redirect(once.location)
        except services.AlreadyChangedThatDay:
            form.add_error("valid_from", _("There is a row from this day already. Choose a later day."))
        except services.BeginsInThePast:
            form.add_error("valid_from", _("Choose today or a later day: an earlier one never changes."))
        except services.RateMissing:
            form.add_error("jp", _("Write how many JP one day or event is worth."))
    status = 422 if request.method == "POST" else 200
    context = {
        "form": form,
        "row": row,
        "versions": versions_of(government, row.code) if row else [],
    }
    return render(request, "training/form_form.html", context, status=status)

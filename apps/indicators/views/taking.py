"""Taking planned results into a draft: from last year's plan or from a template. The person ticks which."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.core import held_forms, idempotency
from apps.core.held_forms import login_required

from .. import selectors
from ..forms import TakeForm
from ..models import Skp
from ..services import content_taking
from ..services.steps import PlanNotEditable
from .differences import content_sections
from .loading import own_plan


@login_required
def copy_last(request: HttpRequest, pk: int) -> HttpResponse:
    """Take results of the person's last plan; contents only, no progress and no rating."""
    plan = own_plan(request, pk)
    last = selectors.last_plan(plan)
    if last is None:
        raise Http404
    content = selectors.content_of(selectors.whole(Skp.objects.filter(pk=last.pk)).get())
    title = _("Copy from the plan of %(year)s") % {"year": last.year}
    return _take(request, plan, content, title, source="last_year")


@login_required
def copy_template(request: HttpRequest, pk: int, tid: int) -> HttpResponse:
    """Take results of a template for the person's job family."""
    plan = own_plan(request, pk)
    template = get_object_or_404(selectors.templates_for(plan.placement, plan.layout), pk=tid)
    return _take(request, plan, template.content, template.title, source="template")


def _take(
    request: HttpRequest, plan: Skp, content: dict[str, Any], title: str, *, source: str
) -> HttpResponse:
    detail = reverse("indicators:skp-detail", kwargs={"pk": plan.pk})
    if request.method != "POST" and not plan.is_editable:
        messages.info(request, _("Only a draft can take something over."))
        return redirect(detail)
    form = TakeForm(request.POST if request.method == "POST" else held_forms.take(request), content=content)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                with idempotency.once(request, "indicators.take") as once:
                    if not once.is_replay:
                        taken = content_taking.take_content(
                            skp=plan, content=form.chosen(), by=request.user.employee, source=source
                        )
                        once.location = detail
                        say_taken(request, taken)
                return redirect(once.location)
            except PlanNotEditable:
                form.add_error(None, _("The plan was sent in the meantime, so nothing was taken over."))
                status = 409
    return render(
        request,
        "indicators/take.html",
        {"skp": plan, "form": form, "title": title, "content": content_sections(content)},
        status=status,
    )


def say_taken(request: HttpRequest, taken: content_taking.Taken) -> None:
    """Tell how much was added, and what is left to do."""
    if not taken.count:
        messages.info(request, _("Nothing was added: the plan says all of it already."))
        return
    messages.success(
        request,
        _("Added: %(results)s planned results, %(indicators)s indicators, %(others)s other lines.")
        % {
            "results": taken.results,
            "indicators": taken.indicators,
            "others": taken.behaviors + taken.annex,
        },
    )
    if taken.open_supports:
        messages.info(
            request,
            ngettext(
                "For %(n)s planned result the superior's result of the same wording was not found. "
                "Choose what it contributes to.",
                "For %(n)s planned results the superior's result of the same wording was not found. "
                "Choose what they contribute to.",
                taken.open_supports,
            )
            % {"n": taken.open_supports},
        )

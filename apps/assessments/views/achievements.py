"""Pages where the head of the unit above fixes the organization's achievement."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from apps.core import held_forms, idempotency
from apps.core.held_forms import login_required

from .. import permissions
from ..forms.evaluating import AchievementForm
from ..labels import OrgPredicateChoices, PeriodStatus
from ..models import UnitAchievement
from ..selectors import evaluating as selectors
from ..services import achievements
from .common import PAGE_SIZE, actor, period_or_404, today_of


@login_required
@require_GET
def achievement_list(request: HttpRequest, period: int) -> HttpResponse:
    """List the units whose achievement this person fixes."""
    chosen = period_or_404(request, period)
    government = chosen.cycle.government
    units = selectors.units_to_fix(request.user, today_of(government)).filter(government=government)
    permissions.require(units.exists())
    page = Paginator(units, PAGE_SIZE).get_page(request.GET.get("page"))
    fixed = {
        row.unit_id: row
        for row in UnitAchievement.objects.filter(period=chosen, unit__in=[unit.pk for unit in page])
    }
    return render(
        request,
        "assessments/evaluating/achievement_list.html",
        {
            "period": chosen,
            "page": page,
            "rows": [(unit, fixed.get(unit.pk)) for unit in page],
            "zone": government,
            "is_closed": chosen.status == PeriodStatus.CLOSED.value,
        },
    )


@login_required
@require_http_methods(["GET", "POST"])
def achievement_fix(request: HttpRequest, period: int, unit: int) -> HttpResponse:
    """Choose the organization predicate of one unit with the figures beside it."""
    chosen = period_or_404(request, period)
    government = chosen.cycle.government
    target = get_object_or_404(
        selectors.units_to_fix(request.user, today_of(government)), pk=unit, government=government
    )
    earlier = selectors.achievement_of(target.pk, chosen.pk)
    back = reverse("assessments:achievement-list", args=[chosen.pk])
    if chosen.status != PeriodStatus.CLOSED.value:
        messages.error(request, _("The period still runs. The achievement is fixed after it has closed."))
        return redirect(back)
    form = AchievementForm(
        request.POST if request.method == "POST" else held_forms.take(request),
        initial={"org_predicate": earlier.org_predicate, "note": earlier.note} if earlier else None,
    )
    if request.method == "POST" and form.is_valid():
        try:
            with idempotency.once(request, "assessments.achievement") as once:
                if not once.is_replay:
                    saved = achievements.fix_achievement(
                        unit=target,
                        period=chosen,
                        org_predicate=form.cleaned_data["org_predicate"],
                        note=form.cleaned_data["note"],
                        by=actor(request),
                        at=timezone.now(),
                    )
                    once.location = back
                    messages.success(
                        request,
                        _("%(unit)s: %(predicate)s.")
                        % {"unit": target.name, "predicate": OrgPredicateChoices(saved.org_predicate).label},
                    )
            return redirect(once.location)
        except achievements.NoteMissing:
            form.add_error("note", _("Write why the earlier choice is changed."))
        except achievements.HeadAlreadyTold:
            form.add_error(
                None,
                _("The head of this unit has received the evaluation that follows from it. It stays."),
            )
    return render(
        request,
        "assessments/evaluating/achievement_form.html",
        {
            "form": form,
            "period": chosen,
            "unit": target,
            "earlier": earlier,
            "figures": selectors.unit_figures(target, chosen),
            "targets": selectors.unit_targets(target, chosen.cycle.year),
            "zone": government,
            "back": back,
        },
        status=422 if request.method == "POST" else 200,
    )

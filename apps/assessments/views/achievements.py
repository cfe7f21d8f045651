"""Pages where the head of the unit above fixes the organization's achievement."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.core import held_forms, idempotency
from apps.core.held_forms import login_required
from apps.employees.models import WorkUnit

from .. import permissions
from ..forms.evaluating import AchievementForm
from ..labels import OrgPredicateChoices, PeriodStatus
from ..models import UnitAchievement
from ..selectors import achievements as evidence
from ..selectors import evaluating as selectors
from ..services import achievements
from .common import PAGE_SIZE, actor, period_or_404, today_of


@login_required
@require_GET
def achievement_list(request: HttpRequest, period: int) -> HttpResponse:
    """List the units whose achievement this person fixes, and the own units whose achievement others fix.

    Whoever has neither gets a sentence that says who acts here.
    """
    chosen = period_or_404(request, period)
    government = chosen.cycle.government
    today = today_of(government)
    units = selectors.units_to_fix(request.user, today).filter(government=government)
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
            "waiting": [
                (unit, found, [] if found else [fixer.name for fixer in evidence.fixers_of(unit, today)])
                for unit, found in evidence.units_waiting(request.user, chosen, today)
            ],
            "is_closed": chosen.status == PeriodStatus.CLOSED.value,
        },
    )


@login_required
@require_POST
def achievement_remind(request: HttpRequest, period: int, unit: int) -> HttpResponse:
    """Remind those who fix a unit's achievement, once a day."""
    chosen = period_or_404(request, period)
    target = get_object_or_404(
        WorkUnit.objects.select_related("government"), pk=unit, government=chosen.cycle.government_id
    )
    permissions.require(evidence.waits_for(request.user, target, chosen))
    try:
        sent = achievements.remind_fixer(unit=target, period=chosen, by=actor(request), at=timezone.now())
    except achievements.PeriodNotClosed:
        messages.info(request, _("The period still runs. The achievement is fixed after it has closed."))
    except achievements.AlreadyFixed:
        messages.info(request, _("The achievement of this unit has been fixed meanwhile."))
    else:
        if sent:
            messages.success(request, _("A reminder was sent."))
        else:
            messages.info(
                request, _("A reminder was sent today already. You may send the next one tomorrow.")
            )
    return redirect("assessments:achievement-list", period=chosen.pk)


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
        # The former note stands in the history below: a change needs a reason of its own.
        initial={"org_predicate": earlier.org_predicate} if earlier else None,
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
            "targets": evidence.target_lines(target, chosen),
            "reports": evidence.report_lines(target, chosen),
            "changes": list(evidence.changes_of(target, chosen)),
            "zone": government,
            "back": back,
        },
        status=422 if request.method == "POST" else 200,
    )

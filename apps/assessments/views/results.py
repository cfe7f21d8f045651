"""Why a predikat is what it is."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from apps.core.held_forms import login_required

from .. import permissions
from ..models import Evaluation
from ..selectors.explanation import explanation_of


@login_required
@require_GET
def evaluation_why(request: HttpRequest, pk: int) -> HttpResponse:
    """Explain one result to everybody who may see it: figures, decisions, rule, and what would have changed it."""
    evaluation = get_object_or_404(
        Evaluation.objects.visible_to(request.user).select_related(
            "employee__user", "government", "period__cycle", "unit", "mandate__position", "objection"
        ),
        pk=pk,
    )
    return render(
        request,
        "assessments/results/why.html",
        {
            "evaluation": evaluation,
            "period": evaluation.period,
            "zone": evaluation.government,
            "is_mine": permissions.is_evaluated(request.user, evaluation),
            "why": explanation_of(evaluation),
            "objection": getattr(evaluation, "objection", None),
        },
    )

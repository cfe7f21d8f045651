"""Pages of an objection: filed by the person, decided by the appraiser's superior."""

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
from apps.core.localtime import local_date
from apps.core.templatetags.formats import tanggal
from apps.employees import selectors as people

from .. import permissions
from ..forms.evaluating import DecisionForm, ObjectionForm
from ..models import Evaluation, Objection
from ..rules.evaluation_lifecycle import TransitionNotAllowed
from ..selectors import evaluating as selectors
from ..services import objections as services
from .common import PAGE_SIZE, actor, today_of
from .evaluations import explanation


@login_required
@require_http_methods(["GET", "POST"])
def objection_file(request: HttpRequest, pk: int) -> HttpResponse:
    """Object to one's own evaluation; afterwards the same address is the receipt."""
    evaluation = get_object_or_404(
        Evaluation.objects.visible_to(request.user).select_related(
            "employee__user", "appraiser", "government", "period__cycle", "objection__decider"
        ),
        pk=pk,
    )
    permissions.require(permissions.is_evaluated(request.user, evaluation))
    context = {"evaluation": evaluation, "period": evaluation.period, "zone": evaluation.government}
    here = reverse("assessments:objection-file", args=[evaluation.pk])
    objection = getattr(evaluation, "objection", None)
    if objection is not None:
        return (
            redirect(here)
            if request.method == "POST"
            else render(
                request,
                "assessments/evaluating/objection_receipt.html",
                {**context, "objection": objection, "next_steps": _next_steps(objection)},
            )
        )
    if not permissions.may_object(request.user, evaluation, today_of(evaluation.government)):
        messages.info(request, _("The time to object has ended, or you have answered already."))
        return redirect("assessments:evaluation-detail", pk=evaluation.pk)
    form = ObjectionForm(request.POST if request.method == "POST" else held_forms.take(request))
    if request.method == "POST" and form.is_valid():
        try:
            with idempotency.once(request, "assessments.objection") as once:
                if not once.is_replay:
                    services.file_objection(
                        evaluation_id=evaluation.pk,
                        reason=form.cleaned_data["reason"],
                        by=request.user.employee,
                        at=timezone.now(),
                    )
                    once.location = here
            return redirect(once.location)
        except (TransitionNotAllowed, services.TooLate):
            messages.info(request, _("The time to object has ended, or you have answered already."))
            return redirect("assessments:evaluation-detail", pk=evaluation.pk)
    return render(
        request,
        "assessments/evaluating/objection_form.html",
        {**context, "form": form, "today": today_of(evaluation.government)},
        status=422 if request.method == "POST" else 200,
    )


def _next_steps(objection: Objection) -> list[str]:
    who = objection.decider.full_name if objection.decider else _("the leadership of the government")
    return [
        _("%(name)s asks you and your appraiser, and decides until %(day)s.")
        % {"name": who, "day": tanggal(objection.decision_due_on)},
        _("You get a notification with the decision and its reason. The decision is final."),
    ]


@login_required
@require_GET
def objection_list(request: HttpRequest) -> HttpResponse:
    """List the objections this user decides."""
    government = people.government_of(request.user)
    today = today_of(government) if government else timezone.now().date()
    found = selectors.objections_to_decide(request.user, today)
    return render(
        request,
        "assessments/evaluating/objection_list.html",
        {"page": Paginator(found, PAGE_SIZE).get_page(request.GET.get("page")), "today": today},
    )


@login_required
@require_http_methods(["GET", "POST"])
def objection_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Read an objection beside the evaluation it is about; its decider decides here."""
    objection = get_object_or_404(
        Objection.objects.visible_to(request.user).select_related(
            "decider__user",
            "evaluation__employee__user",
            "evaluation__appraiser__user",
            "evaluation__government",
            "evaluation__unit",
            "evaluation__period__cycle",
            "evaluation__skp__placement__position",
        ),
        pk=pk,
    )
    evaluation = objection.evaluation
    may_decide = permissions.may_decide(request.user, objection)
    if request.method == "POST":
        permissions.require(permissions.is_decider(request.user, objection))
        if not may_decide:
            messages.info(request, _("This objection has been decided."))
            return redirect("assessments:objection-detail", pk=objection.pk)
    form = (
        DecisionForm(request.POST if request.method == "POST" else held_forms.take(request))
        if may_decide
        else None
    )
    if request.method == "POST" and form is not None and form.is_valid():
        try:
            with idempotency.once(request, "assessments.decision") as once:
                if not once.is_replay:
                    upheld = form.cleaned_data["outcome"] == "upheld"
                    services.decide_objection(
                        objection_id=objection.pk,
                        is_upheld=upheld,
                        work_result=(form.cleaned_data["work_result"] or None) if upheld else None,
                        behavior=(form.cleaned_data["behavior"] or None) if upheld else None,
                        decision_reason=form.cleaned_data["decision_reason"],
                        by=actor(request),
                        at=timezone.now(),
                    )
                    once.location = reverse("assessments:objection-detail", args=[objection.pk])
                    messages.success(
                        request, _("Your decision is final. The employee and the appraiser are told.")
                    )
            return redirect(once.location)
        except services.NothingChanged:
            form.add_error("work_result", _("Upholding an objection changes at least one rating."))
        except TransitionNotAllowed:
            messages.info(request, _("This objection has been decided."))
            return redirect("assessments:objection-detail", pk=objection.pk)
    today = today_of(evaluation.government)
    decided_on = objection.decided_at and local_date(objection.decided_at, evaluation.government.timezone)
    return render(
        request,
        "assessments/evaluating/objection_detail.html",
        {
            **explanation(request, evaluation),
            "objection": objection,
            "form": form,
            "may_decide": may_decide,
            "is_late": (decided_on or today) > objection.decision_due_on,
            "evidence": selectors.evidence_for(evaluation),
        },
        status=422 if request.method == "POST" else 200,
    )

"""The questions of a programme's learning check."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from apps.core import idempotency
from apps.core.held_forms import login_required

from .. import permissions
from ..forms import QuestionForm
from ..models import CheckQuestion, Programme
from ..services import checks as services
from .common import actor, bound


def _managed(request: HttpRequest, pk: int) -> Programme:
    rows = Programme.objects.visible_to(request.user).select_related("government")
    programme = get_object_or_404(rows, pk=pk)
    permissions.require(permissions.may_manage_programmes(request.user, programme.government))
    return programme


@login_required
def questions(request: HttpRequest, pk: int) -> HttpResponse:
    """What is asked, and one more question."""
    programme = _managed(request, pk)
    here = reverse("training:check-questions", args=[programme.pk])
    form = bound(request, QuestionForm)
    if request.method == "POST" and form.is_valid():
        try:
            with idempotency.once(request, "training.question") as once:
                if not once.is_replay:
                    services.add_question(
                        programme=programme,
                        text=form.cleaned_data["text"],
                        options=form.cleaned_data["answers"],
                        right=int(form.cleaned_data["right"]),
                        by=actor(request),
                        at=timezone.now(),
                    )
                    once.location = here
                    messages.success(request, _("Question added."))
            return redirect(once.location)
        except services.QuestionWrong:
            form.add_error(None, _("A question needs two to five different answers."))
    rows = list(CheckQuestion.objects.filter(programme=programme, retired_at=None).order_by("id"))
    for row in rows:
        row.lines = [{"text": text, "is_right": place == row.right} for place, text in enumerate(row.options)]
    status = 422 if request.method == "POST" else 200
    context = {"programme": programme, "questions": rows, "form": form}
    return render(request, "training/check_questions.html", context, status=status)


@login_required
@require_POST
def question_retire(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask a question no more."""
    question = get_object_or_404(
        CheckQuestion.objects.filter(programme__in=Programme.objects.visible_to(request.user)).select_related(
            "programme__government"
        ),
        pk=pk,
    )
    permissions.require(permissions.may_manage_programmes(request.user, question.programme.government))
    services.retire_question(question=question, by=actor(request), at=timezone.now())
    messages.success(request, _("This question is not asked any more. Earlier results keep it."))
    return redirect("training:check-questions", pk=question.programme_id)

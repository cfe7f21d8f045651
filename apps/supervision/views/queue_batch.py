"""Many exceptions at once: a preview that says what is left out and why, one note, and what became of each."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from apps.core import held_forms, idempotency
from apps.core.held_forms import login_required
from apps.core.rules.working_days import add_working_days
from apps.employees.models import Employee

from ..forms.queue import VerbForm, items_of
from ..labels import OutcomeChoices, VerbChoices
from ..models import ExceptionAct
from ..queue_texts import kind_label, reason_text
from ..rules.case_lifecycle import Outcome
from ..selectors import queue as queues
from ..services import exceptions as services
from .queue import USUAL_WAIT, back_to, frame_or_403, verb_of


@login_required
def queue_batch(request: HttpRequest) -> HttpResponse:
    """GET shows what would be done and what is left out; POST does it, with one note for all."""
    frame = frame_or_403(request)
    data = request.POST if request.method == "POST" else held_forms.take(request)
    source = data or request.GET
    verb = verb_of(source.get("verb", ""))
    items = [item for item in items_of(source.getlist("item")) if item.person in frame.kinds]
    if not items:
        return redirect("supervision:queue")
    form = VerbForm(
        data,
        verb=verb,
        today=frame.day,
        last_day=frame.last_day_to_put_off(),
        is_batch=True,
        initial={"until": add_working_days(frame.day, USUAL_WAIT, frame.days_off)},
    )
    if request.method == "POST" and form.is_valid():
        location = _do(request, frame.employee, form, items, verb.value)
        if location:
            return redirect(location)
    looked = queues.outcomes_of(frame, items, verb, is_batch=True)
    names = queues.names_of(queues.people_in(frame).filter(pk__in={item.person for item in items}))
    included = [
        {
            "name": names.get(item.person, ""),
            "kind": kind_label(item.kind.value),
            "text": reason_text(seen.reason),
            "token": item.token,
        }
        for item, outcome, seen in looked
        if outcome is Outcome.DONE and seen is not None
    ]
    context = {
        "form": form,
        "verb": verb.value,
        "verb_label": str(VerbChoices(verb.value).label),
        "included": included,
        "people": len({item.person for item, outcome, _seen in looked if outcome is Outcome.DONE}),
        "excluded": [
            {
                "name": names.get(item.person, ""),
                "kind": kind_label(item.kind.value),
                "why": str(OutcomeChoices(outcome.value).label),
            }
            for item, outcome, _seen in looked
            if outcome is not Outcome.DONE
        ],
        "items": " ".join(item.token for item in items),
        "back": back_to(source),
    }
    return render(
        request, "supervision/queue/preview.html", context, status=422 if request.method == "POST" else 200
    )


def _do(request: HttpRequest, employee: Employee | None, form: VerbForm, items: list[Any], verb: str) -> str:
    if employee is None:
        raise PermissionDenied
    try:
        with idempotency.once(request, "supervision.exception-batch") as once:
            if not once.is_replay:
                acted = services.act_on(
                    items=items,
                    verb=verb,
                    by=employee,
                    at=timezone.now(),
                    note=form.cleaned_data["note"],
                    until=form.cleaned_data.get("until"),
                    is_batch=True,
                )
                if acted.act is None:
                    raise _NothingLeft
                once.location = reverse("supervision:queue-act", args=[acted.act.pk])
        return str(once.location)
    except services.NobodyAbove:
        form.add_error(None, _("There is nobody above you to pass this up to."))
    except _NothingLeft:
        form.add_error(None, _("Nothing is left that could be done together. Nothing was changed."))
    return ""


class _NothingLeft(Exception):
    """Raised to take the form's key back."""


@login_required
@require_GET
def queue_act(request: HttpRequest, pk: int) -> HttpResponse:
    """What became of each thing of an act, and the way back within thirty minutes."""
    act = get_object_or_404(
        ExceptionAct.objects.visible_to(request.user).select_related("by__government", "passed_to"), pk=pk
    )
    names = queues.names_of(queues.named_in(act))
    undone = set(act.steps.filter(undone_by__isnull=False).values_list("case__person", "case__kind"))
    rows = [
        {
            "name": names.get(row["person"], ""),
            "kind": kind_label(row["kind"]),
            "label": _("undone")
            if (row["person"], row["kind"]) in undone
            else str(OutcomeChoices(row["outcome"]).label),
            "is_done": row["outcome"] == Outcome.DONE.value,
        }
        for row in act.outcomes
    ]
    done = sum(row["is_done"] for row in rows)
    context = {
        "act": act,
        "rows": rows,
        "done": done,
        "left_out": len(rows) - done,
        "may_undo": queues.may_undo(act, timezone.now()) and len(undone) < done,
        "undo_until": act.at + queues.UNDO_FOR,
    }
    return render(request, "supervision/queue/act.html", context)

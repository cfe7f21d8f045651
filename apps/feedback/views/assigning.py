"""Small things an office does with one complaint: give it, put it under a cause, hide words, note LAPOR."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.core.held_forms import login_required
from apps.core.localtime import local_date

from .. import permissions
from ..forms import WordsForm
from ..forms.handling import AssignForm, CauseForm, LaporForm, RedactForm
from ..models import Cause
from ..rules.redaction import redact as hide_numbers
from ..selectors import causes as cause_questions
from ..selectors import handling
from ..services import causes, complaints
from .complaint import form_page, load
from .story import FROM_REPORTER


@login_required
def assign(request: HttpRequest, pk: int) -> HttpResponse:
    """Give it to somebody, or back to nobody."""
    complaint = load(request, pk)
    if not permissions.may_direct(request.user, complaint) or complaint.closed_at is not None:
        raise PermissionDenied
    today = local_date(timezone.now(), complaint.government.timezone)
    people = handling.assignable(complaint.unit, today).exclude(pk__in=handling.named_users(complaint))
    people = people.order_by("display_name", "id")
    history = complaint.assignments.select_related("assignee", "by").order_by("-at", "-id")
    try:
        return form_page(
            request,
            complaint,
            purpose="assign",
            make=lambda *data: AssignForm(*data, people=people, initial={"to": complaint.assignee_id}),
            work=lambda values: complaints.assign(
                complaint_id=complaint.pk, to=values["to"], by=request.user, at=timezone.now()
            ),
            texts={
                "heading": _("Give the complaint to somebody"),
                "button": _("Give"),
                "done": _("Done. Who had it before stays on record."),
                "assignments": history,
            },
        )
    except complaints.CannotTakeIt:
        messages.error(
            request, _("This person cannot take the complaint: it is of another unit, or names them.")
        )
        return redirect("feedback:complaint-assign", pk=complaint.pk)


@login_required
def set_cause(request: HttpRequest, pk: int) -> HttpResponse:
    """Put it under a cause of the list, or a new one."""
    complaint = load(request, pk)
    if not permissions.may_direct(request.user, complaint):
        raise PermissionDenied
    suggested = cause_questions.suggested(complaint)
    first = complaint.cause_id or (suggested[0].pk if suggested else None)

    def work(values: dict[str, Any]) -> None:
        cause = values["cause"]
        now = timezone.now()
        if values["name"].strip():
            name = " ".join(values["name"].split())
            cause = Cause.objects.of(complaint.government).filter(
                name__iexact=name
            ).first() or causes.add_cause(
                government=complaint.government, name=name, description="", by=request.user, at=now
            )
        causes.set_cause(complaint_id=complaint.pk, cause=cause, by=request.user, at=now)

    try:
        return form_page(
            request,
            complaint,
            purpose="cause",
            make=lambda *data: CauseForm(
                *data,
                causes=Cause.objects.of(complaint.government).order_by("name", "id"),
                initial={"cause": first},
            ),
            work=work,
            texts={
                "heading": _("Why did it happen?"),
                "button": _("Save the cause"),
                "done": _("The cause is noted. What comes back is reported to the heads."),
                "suggested": suggested,
            },
        )
    except causes.CauseExists:
        messages.error(
            request, _("A cause of that name was put aside. Choose another name, or use it again.")
        )
        return redirect("feedback:complaint-cause", pk=complaint.pk)


@login_required
def redact(request: HttpRequest, pk: int, event: int | None = None) -> HttpResponse:
    """Hide words of the report, or of one message of its reporter."""
    complaint = load(request, pk)
    if not permissions.may_direct(request.user, complaint):
        raise PermissionDenied
    if event is None:
        text = handling.visible_text(complaint)
        versions = complaint.redactions.filter(event=None)
        initial = {"subject": text.subject, "text": text.body}
    else:
        message = get_object_or_404(
            complaint.events.filter(action__in=FROM_REPORTER).exclude(text=""), pk=event
        )
        versions = complaint.redactions.filter(event=message)
        latest = versions.order_by("-version").first()
        initial = {"text": latest.text if latest else hide_numbers(message.text)}

    def work(values: dict[str, Any]) -> None:
        common: dict[str, Any] = {
            "text": values["text"],
            "reason": values["reason"],
            "by": request.user,
            "at": timezone.now(),
        }
        if event is None:
            complaints.redact_report(complaint_id=complaint.pk, subject=values["subject"], **common)
        else:
            complaints.redact_message(event=message, **common)

    return form_page(
        request,
        complaint,
        purpose="redact",
        make=lambda *data: RedactForm(*data, is_message=event is not None, initial=initial),
        work=work,
        texts={
            "heading": _("Hide parts of the text"),
            "button": _("Save this version"),
            "done": _("From now on this version is read. The original stays for the auditor."),
            "versions": versions.select_related("by").order_by("-version"),
            "reporter_messages": complaint.events.filter(action__in=FROM_REPORTER).exclude(text="")
            if event is None
            else [],
        },
    )


@login_required
def original(request: HttpRequest, pk: int) -> HttpResponse:
    """Let an auditor read what was hidden, with a reason that stays on record. Shown in the answer, never stored."""
    complaint = load(request, pk)
    if not permissions.may_read_original(request.user, complaint):
        raise PermissionDenied
    options = {
        "label": _("Why do you read the original?"),
        "hint": _("Your name, the time and this reason stay in the audit trail."),
    }
    form = WordsForm(request.POST, **options) if request.method == "POST" else WordsForm(**options)
    shown = None
    if form.is_bound and form.is_valid():
        shown = complaints.read_original(
            complaint_id=complaint.pk, reason=form.cleaned_data["text"], by=request.user, at=timezone.now()
        )
    context = {
        "complaint": complaint,
        "form": form,
        "shown": shown,
        "versions": complaint.redactions.select_related("by").order_by("event", "-version"),
    }
    answer = render(
        request,
        "feedback/complaint_original.html",
        context,
        status=422 if form.is_bound and shown is None else 200,
    )
    answer["Cache-Control"] = "no-store"
    return answer


@login_required
def lapor(request: HttpRequest, pk: int) -> HttpResponse:
    """Note the number of LAPOR, its state and its day."""
    complaint = load(request, pk)
    if not permissions.may_direct(request.user, complaint):
        raise PermissionDenied

    def work(values: dict[str, Any]) -> None:
        _complaint, is_usual = complaints.note_lapor(
            complaint_id=complaint.pk,
            number=values["number"],
            state=values["state"],
            received_on=values["received_on"],
            by=request.user,
            at=timezone.now(),
        )
        if not is_usual:
            messages.warning(
                request,
                _(
                    "The number does not look like one of LAPOR (digits only). It was kept; please compare it."
                ),
            )

    return form_page(
        request,
        complaint,
        purpose="lapor",
        make=lambda *data: LaporForm(
            *data,
            initial={
                "number": complaint.lapor_number,
                "state": complaint.lapor_state,
                "received_on": complaint.lapor_received_on,
            },
        ),
        work=work,
        texts={"heading": _("Number of SP4N-LAPOR!"), "button": _("Save"), "done": _("Saved.")},
    )

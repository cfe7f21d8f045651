"""One complaint inside an office, and a page for each thing to do with it."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from apps.core import held_forms, idempotency, policy
from apps.core.held_forms import login_required
from apps.core.holidays import holidays_around
from apps.core.localtime import local_date
from apps.employees.models import WorkUnit

from .. import permissions
from ..forms import ForwardForm, WordsForm
from ..forms.handling import LetterForm, RejectLetterForm
from ..labels import (
    ALLEGATION_TONES,
    ComplaintStatusChoices,
    RejectReason,
    TemplatePurpose,
)
from ..models import AnswerTemplate, Complaint, ComplaintContact
from ..rules import lapor as lapor_rules
from ..rules.complaint_lifecycle import ComplaintAction
from ..rules.template_use import TemplateProblem
from ..selectors import causes as cause_questions
from ..selectors import handling
from ..services import complaints
from .inbox import row_of
from .story import lines

CONTACT_SHOWN = "complaint_contact_shown"
ORIGINAL_SHOWN = "complaint_original_shown"


def load(request: HttpRequest, pk: int) -> Complaint:
    return get_object_or_404(
        Complaint.objects.visible_to(request.user).select_related("government", "unit", "service"), pk=pk
    )


@login_required
@require_GET
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One complaint: what was said, what was done, and what this person may do next."""
    complaint = load(request, pk)
    user, now = request.user, timezone.now()
    today = local_date(now, complaint.government.timezone)
    holidays = holidays_around(today, scope=complaint.government.code)
    soon = policy.get("feedback.soon_days", on=today, scope=complaint.government.code)
    if complaint.is_secret:
        complaints.note_secret_reading(complaint=complaint, by=user, at=now)
    events = complaint.events.select_related("by", "to_unit").order_by("-at", "-id")
    may_direct = permissions.may_direct(user, complaint)
    may_open_contact = permissions.may_open_contact(user, complaint)
    shown = request.session.pop(CONTACT_SHOWN, None)
    has_contact = ComplaintContact.objects.filter(complaint=complaint).exists()
    text = handling.visible_text(complaint)
    pending = complaint.pending_answers.filter(status="waiting").select_related("written_by").first()
    context = {
        **row_of(complaint, today, holidays, soon),
        "subject": text.subject,
        "body": text.body,
        "redactions": text.version,
        "lines": lines(complaint, events, for_reporter=False, hidden=handling.visible_messages(complaint)),
        # While an answer waits for the second person, nobody writes another one.
        "actions": [
            action.value
            for action in permissions.actions_for(user, complaint)
            if pending is None or action is not ComplaintAction.ANSWER
        ],
        "may_handle": permissions.may_handle(user, complaint),
        "may_direct": may_direct,
        "may_read_original": permissions.may_read_original(user, complaint),
        "may_name_officer": permissions.may_name_officer(user, complaint) and complaint.closed_at is None,
        "may_release": complaint.is_quarantined and permissions.may_reject(user, complaint),
        "may_publish": permissions.may_reject(user, complaint)
        and Complaint.objects.visible_to(user).listed().filter(pk=complaint.pk).exists(),
        "has_contact": has_contact,
        "may_open_contact": may_open_contact and has_contact,
        "contact": ComplaintContact.objects.filter(complaint=complaint).first()
        if may_open_contact and shown == complaint.pk
        else None,
        "pending": pending,
        "may_release_answer": pending is not None and permissions.may_release_answer(user, pending),
        "returned": complaint.pending_answers.filter(status="returned", written_by=user)
        .exclude(note="")
        .order_by("-decided_at")
        .first()
        if pending is None and complaint.answered_at is None
        else None,
        "officers": _officer_rows(user, complaint)
        if may_direct or permissions.may_read_original(user, complaint)
        else [],
        "lapor": _lapor(complaint, today, holidays),
        "suggested": cause_questions.suggested(complaint)
        if may_direct and complaint.cause_id is None
        else [],
        "today": today,
        "reopened": complaint.events.filter(action="reopen").count(),
        "status_label": ComplaintStatusChoices(complaint.status).label,
    }
    return render(request, "feedback/complaint_detail.html", context)


def _officer_rows(user: Any, complaint: Complaint) -> list[dict[str, Any]]:
    """Return who is named, and what this person may do about each."""
    rows = []
    for reported in complaint.reported_officers.standing().select_related("employee").order_by("id"):
        reported.complaint = complaint
        undecided = reported.status in {"heard", "silent"}
        rows.append(
            {
                "reported": reported,
                "tone": ALLEGATION_TONES[reported.status],
                "may_decide": undecided and permissions.may_decide_allegation(user, reported),
                "may_decide_objection": reported.status == "objected"
                and permissions.may_decide_objection(user, reported),
                "may_withdraw": reported.status in {"awaiting", "heard", "silent"}
                and permissions.may_name_officer(user, complaint),
            }
        )
    return rows


def _lapor(complaint: Complaint, today: Any, holidays: Any) -> dict[str, Any] | None:
    """Return the number and days of LAPOR, beside ours."""
    if not complaint.lapor_number:
        return None
    scope = complaint.government.code
    days = [
        policy.get(f"feedback.lapor_{name}_days", on=today, scope=scope)
        for name in ("verify", "answer", "reply")
    ]
    answered = (
        local_date(complaint.answered_at, complaint.government.timezone) if complaint.answered_at else None
    )
    clock = (
        lapor_rules.clock(complaint.lapor_received_on, answered, holidays, *days)
        if complaint.lapor_received_on
        else None
    )
    return {
        "site": lapor_rules.SITE,
        "number": complaint.lapor_number,
        "state": complaint.get_lapor_state_display(),
        "clock": clock,
        "is_unusual": not lapor_rules.looks_usual(complaint.lapor_number),
    }


def act(
    request: HttpRequest, complaint: Complaint, purpose: str, work: Callable[[], Any], done: str
) -> HttpResponse:
    """Do one thing once, and go back to the complaint with a sentence about how it ended."""
    back = reverse("feedback:complaint-detail", args=[complaint.pk])
    try:
        with idempotency.once(request, f"feedback.complaint.{purpose}") as once:
            if not once.is_replay:
                work()
                once.location = back
                messages.success(request, done)
    except complaints.TransitionNotAllowed:
        messages.error(
            request,
            _("Somebody was faster: the complaint has changed. Look at its history before you go on."),
        )
    except complaints.SamePerson:
        messages.error(request, _("The second look is another person's."))
    except complaints.NotIndependent:
        messages.error(request, _("Somebody who is not concerned decides about this."))
    return redirect(back)


@login_required
@require_POST
def start(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin to handle it."""
    complaint = load(request, pk)
    permissions.require_action(request.user, ComplaintAction.START, complaint)
    return act(
        request,
        complaint,
        "start",
        lambda: complaints.start(complaint_id=complaint.pk, by=request.user, at=timezone.now()),
        _("Handling has begun. The reporter can see it."),
    )


@login_required
@require_POST
def release(request: HttpRequest, pk: int) -> HttpResponse:
    """Take it out of the spam folder."""
    complaint = load(request, pk)
    if not permissions.may_reject(request.user, complaint):
        raise PermissionDenied
    return act(
        request,
        complaint,
        "release",
        lambda: complaints.release(complaint_id=complaint.pk, by=request.user, at=timezone.now()),
        _("The complaint is in the inbox now."),
    )


def form_page(
    request: HttpRequest,
    complaint: Complaint,
    *,
    purpose: str,
    make: Callable[..., Any],
    work: Callable[[dict[str, Any]], Any],
    texts: dict[str, Any],
) -> HttpResponse:
    """One page for one verb. A text typed before signing in again stands in the form (held_forms)."""
    status = 200
    if request.method == "POST":
        form = make(request.POST)
        if form.is_valid():
            try:
                return act(request, complaint, purpose, lambda: work(form.cleaned_data), texts["done"])
            except complaints.TemplateNotEdited as refused:
                form.add_error("text", not_edited(refused))
        status = 422
    else:
        held = held_forms.take(request)
        form = make(held) if held is not None else make()
    text = handling.visible_text(complaint)
    context = {"form": form, "complaint": complaint, "body": text.body, "subject": text.subject, **texts}
    return render(request, "feedback/complaint_action.html", context, status=status)


def not_edited(refused: complaints.TemplateNotEdited) -> str:
    """Say what a letter lacks that is nothing but its template."""
    if refused.check.problem is TemplateProblem.PLACEHOLDER_LEFT:
        return _("Fill in what is still marked: %(marks)s.") % {"marks": ", ".join(refused.check.left)}
    return _(
        "This is nearly the template “%(title)s”: %(own)s%% of its words are yours, at least %(minimum)s%% are "
        "needed. Write what was found and done in this case."
    ) % {"title": refused.template.title, "own": refused.check.own_percent, "minimum": refused.minimum}


def _templates(request: HttpRequest, complaint: Complaint, purpose: str) -> dict[str, Any]:
    """Return the templates for a letter, and the one that was chosen in the address (`?templat=3`)."""
    offered = list(
        AnswerTemplate.objects.for_unit(complaint.unit).filter(purpose=purpose).order_by("title", "id")
    )
    wanted = request.POST.get("template") if request.method == "POST" else request.GET.get("templat")
    chosen = next((row for row in offered if str(row.pk) == wanted), None)
    return {"templates": offered, "template": chosen}


def _start_of(chosen: AnswerTemplate | None) -> dict[str, Any]:
    return {"initial": {"text": chosen.body, "template": chosen.pk}} if chosen else {}


@login_required
def ask_info(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask the reporter for something."""
    complaint = load(request, pk)
    permissions.require_action(request.user, ComplaintAction.ASK_INFO, complaint)
    offer = _templates(request, complaint, TemplatePurpose.ASK_INFO.value)
    return form_page(
        request,
        complaint,
        purpose="ask_info",
        make=lambda *data: LetterForm(
            *data,
            label=_("What do you need from the reporter?"),
            hint=_("The reporter reads this. Our clock rests until they answer."),
            **_start_of(offer["template"]),
        ),
        work=lambda values: complaints.ask_info(
            complaint_id=complaint.pk,
            text=values["text"],
            template=offer["template"],
            by=request.user,
            at=timezone.now(),
        ),
        texts={
            **offer,
            "heading": _("Ask the reporter"),
            "button": _("Send the question"),
            "done": _("The question is sent. The clock rests until the reporter answers."),
        },
    )


@login_required
def forward(request: HttpRequest, pk: int) -> HttpResponse:
    """Pass it on to the competent unit."""
    complaint = load(request, pk)
    permissions.require_action(request.user, ComplaintAction.FORWARD, complaint)
    units = (
        WorkUnit.objects.filter(government=complaint.government, is_active=True)
        .exclude(pk=complaint.unit_id)
        .order_by("name", "id")
    )
    return form_page(
        request,
        complaint,
        purpose="forward",
        make=lambda *data: ForwardForm(
            *data,
            units=units,
            label=_("Why there?"),
            hint=_("The reporter reads this together with the name of the unit."),
        ),
        work=lambda values: complaints.forward(
            complaint_id=complaint.pk,
            to_unit=values["to_unit"],
            text=values["text"],
            receiver=values["receiver"],
            by=request.user,
            at=timezone.now(),
        ),
        texts={
            "heading": _("Pass the complaint on"),
            "button": _("Pass it on"),
            "done": _("The complaint was passed on. The reporter sees to whom."),
        },
    )


@login_required
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer the reporter; where an employee is named, write what a second person lets go."""
    complaint = load(request, pk)
    permissions.require_action(request.user, ComplaintAction.ANSWER, complaint)
    offer = _templates(request, complaint, TemplatePurpose.ANSWER.value)
    is_named = complaint.reported_officers.standing().exists()
    send = complaints.propose_answer if is_named else complaints.answer
    hint = (
        _("The report names an employee. Somebody who is not concerned reads your answer before it is sent.")
        if is_named
        else _(
            "Say what was found, what was done and what changes. The reporter then "
            "says whether it is solved; you cannot close the complaint yourself."
        )
    )
    try:
        return form_page(
            request,
            complaint,
            purpose="answer",
            make=lambda *data: LetterForm(
                *data, label=_("Your answer"), hint=hint, **_start_of(offer["template"])
            ),
            work=lambda values: send(
                complaint_id=complaint.pk,
                text=values["text"],
                template=offer["template"],
                by=request.user,
                at=timezone.now(),
            ),
            texts={
                **offer,
                "heading": _("Answer the reporter"),
                "button": _("Hand to the second person") if is_named else _("Send the answer"),
                "done": _("The answer waits for a second person. They were told.")
                if is_named
                else _("The answer is sent. Now the reporter says whether it is solved."),
            },
        )
    except complaints.AnswerWaits:
        messages.error(request, _("Another answer is waiting for a second person already."))
    except complaints.ReleaseNeeded:
        messages.error(
            request, _("Meanwhile an employee was named. Write the answer again; a second person sends it.")
        )
    return redirect("feedback:complaint-detail", pk=complaint.pk)


@login_required
def reject(request: HttpRequest, pk: int) -> HttpResponse:
    """Refuse it, with a reason that the reporter reads."""
    complaint = load(request, pk)
    permissions.require_action(request.user, ComplaintAction.REJECT, complaint)
    offer = _templates(request, complaint, TemplatePurpose.REJECT.value)
    return form_page(
        request,
        complaint,
        purpose="reject",
        make=lambda *data: RejectLetterForm(
            *data,
            reasons=RejectReason.choices,
            label=_("Explanation"),
            hint=_("The reporter reads this and may contest it once. Then somebody else looks at it again."),
            **_start_of(offer["template"]),
        ),
        work=lambda values: complaints.reject(
            complaint_id=complaint.pk,
            reason_code=values["reason_code"],
            text=values["text"],
            template=offer["template"],
            by=request.user,
            at=timezone.now(),
        ),
        texts={
            **offer,
            "heading": _("Do not accept the complaint"),
            "button": _("Do not accept"),
            "tone": "danger",
            "done": _("The complaint is closed as not accepted. The reporter sees why."),
        },
    )


@login_required
def note(request: HttpRequest, pk: int) -> HttpResponse:
    """Write something for colleagues."""
    complaint = load(request, pk)
    if not permissions.may_handle(request.user, complaint):
        raise PermissionDenied
    return form_page(
        request,
        complaint,
        purpose="note",
        make=lambda *data: WordsForm(
            *data, label=_("Internal note"), hint=_("The reporter does not see it.")
        ),
        work=lambda values: complaints.add_note(
            complaint_id=complaint.pk, text=values["text"], by=request.user, at=timezone.now()
        ),
        texts={"heading": _("Internal note"), "button": _("Save the note"), "done": _("The note is saved.")},
    )


@login_required
def contact(request: HttpRequest, pk: int) -> HttpResponse:
    """Open the reporter's contact, with a reason that stays on record."""
    complaint = load(request, pk)
    if not permissions.may_open_contact(request.user, complaint):
        raise PermissionDenied

    def work(values: dict[str, Any]) -> None:
        complaints.open_contact(
            complaint_id=complaint.pk, reason=values["text"], by=request.user, at=timezone.now()
        )
        # Shown once, on the next page.
        request.session[CONTACT_SHOWN] = complaint.pk

    try:
        return form_page(
            request,
            complaint,
            purpose="contact",
            make=lambda *data: WordsForm(
                *data,
                label=_("Why do you need the contact?"),
                hint=_("Your name, the time and this reason stay in the audit trail."),
            ),
            work=work,
            texts={
                "heading": _("Open the reporter's contact"),
                "button": _("Open the contact"),
                "done": _("The contact is shown once, below. Opening it was recorded."),
            },
        )
    except complaints.NoContact:
        messages.info(request, _("The reporter left no contact."))
        return redirect("feedback:complaint-detail", pk=complaint.pk)

"""Complaints inside an office: the inbox with its clocks, one complaint, and a page for each thing to do
with it.
"""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
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
from apps.employees import selectors as organization
from apps.employees.models import WorkUnit

from .. import permissions
from ..forms import ForwardForm, RejectForm, WordsForm
from ..labels import CLOCK_LABELS, CLOCK_TONES, COMPLAINT_TONES, ComplaintKind, ComplaintStatusChoices
from ..models import Complaint, ComplaintContact
from ..rules.complaint_clock import clock_state
from ..rules.complaint_lifecycle import ComplaintAction, ComplaintStatus, clock_runs
from ..rules.redaction import redact
from ..services import complaints
from .story import lines

PAGE_SIZE = 25
TABS = ("open", "late", "waiting", "closed", "spam")
CONTACT_SHOWN = "complaint_contact_shown"


def _tab_filter(tab: str, rows: QuerySet[Complaint], today: Any) -> QuerySet[Complaint]:
    running = [status.value for status in ComplaintStatus if clock_runs(status)]
    if tab == "spam":
        return rows.filter(is_quarantined=True, closed_at__isnull=True)
    rows = rows.filter(is_quarantined=False)
    if tab == "late":
        return rows.filter(status__in=running, due_on__lt=today)
    if tab == "waiting":
        return rows.filter(status__in=["incomplete", "answered"])
    if tab == "closed":
        return rows.filter(closed_at__isnull=False)
    return rows.filter(status__in=running)


@login_required
@require_GET
def inbox(request: HttpRequest) -> HttpResponse:
    """The complaints of my units, the most urgent first."""
    government = organization.government_of(request.user)
    visible = Complaint.objects.visible_to(request.user)
    if government is None or not (permissions_to_see(request.user)):
        raise PermissionDenied
    today = local_date(timezone.now(), government.timezone)
    tab = request.GET.get("lihat", "open")
    tab = tab if tab in TABS else "open"
    words = request.GET.get("q", "").strip()[:80]
    kind = request.GET.get("jenis", "")
    rows = _tab_filter(tab, visible, today).select_related("unit", "service")
    if words:
        rows = rows.filter(
            Q(number__icontains=words) | Q(subject__icontains=words) | Q(unit__name__icontains=words)
        )
    if kind in ComplaintKind.values:
        rows = rows.filter(kind=kind)
    order = ("-closed_at", "-id") if tab == "closed" else ("due_on", "id")
    page = Paginator(rows.order_by(*order), PAGE_SIZE).get_page(request.GET.get("page"))
    holidays = holidays_around(today, scope=government.code)
    soon = policy.get("feedback.soon_days", on=today, scope=government.code)
    names = {
        "open": _("To do"),
        "late": _("Overdue"),
        "waiting": _("Waiting for the reporter"),
        "closed": _("Closed"),
        "spam": _("Suspected spam"),
    }
    tabs = [
        {
            "label": names[name],
            "url": f"?lihat={name}",
            "active": name == tab,
            "count": None if name == "closed" else _tab_filter(name, visible, today).count(),
        }
        for name in TABS
    ]
    context = {
        "page": page,
        "rows": [_row(complaint, today, holidays, soon) for complaint in page.object_list],
        "tabs": tabs,
        "tab": tab,
        "words": words,
        "kind": kind,
        "kinds": ComplaintKind.choices,
        "today": today,
    }
    return render(request, "feedback/complaint_inbox.html", context)


def permissions_to_see(user: Any) -> bool:
    """Whether the inbox is meant for this user at all: they lead a unit, or have a role that reads
    complaints.
    """
    return (
        WorkUnit.objects.led_by(user).exists()
        or WorkUnit.objects.with_role(user, "feedback_officer", "leadership", "auditor").exists()
    )


def _row(complaint: Complaint, today: Any, holidays: Any, soon: int) -> dict[str, Any]:
    runs = clock_runs(ComplaintStatus(complaint.status))
    state = clock_state(today, complaint.due_on, holidays, soon).value if runs else ""
    return {
        "complaint": complaint,
        "tone": COMPLAINT_TONES[complaint.status],
        "state": state,
        "clock_tone": CLOCK_TONES.get(state, ""),
        "clock_label": CLOCK_LABELS.get(state, ""),
    }


def _load(request: HttpRequest, pk: int) -> Complaint:
    return get_object_or_404(
        Complaint.objects.visible_to(request.user).select_related("government", "unit", "service"), pk=pk
    )


@login_required
@require_GET
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One complaint: what was said, what was done, and what this person may do next."""
    complaint = _load(request, pk)
    today = local_date(timezone.now(), complaint.government.timezone)
    holidays = holidays_around(today, scope=complaint.government.code)
    soon = policy.get("feedback.soon_days", on=today, scope=complaint.government.code)
    events = complaint.events.select_related("by", "to_unit").order_by("-at", "-id")
    actions = [action.value for action in permissions.actions_for(request.user, complaint)]
    may_open_contact = permissions.may_open_contact(request.user, complaint)
    shown = request.session.pop(CONTACT_SHOWN, None)
    has_contact = ComplaintContact.objects.filter(complaint=complaint).exists()
    context = {
        **_row(complaint, today, holidays, soon),
        "subject": redact(complaint.subject),
        "body": redact(complaint.body),
        "lines": lines(complaint, events, for_reporter=False),
        "actions": actions,
        "may_handle": permissions.may_handle(request.user, complaint),
        "may_release": complaint.is_quarantined and permissions.may_reject(request.user, complaint),
        "has_contact": has_contact,
        "may_open_contact": may_open_contact and has_contact,
        "contact": ComplaintContact.objects.filter(complaint=complaint).first()
        if may_open_contact and shown == complaint.pk
        else None,
        "today": today,
        "reopened": complaint.events.filter(action="reopen").count(),
        "status_label": ComplaintStatusChoices(complaint.status).label,
    }
    return render(request, "feedback/complaint_detail.html", context)


def _act(
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
    return redirect(back)


@login_required
@require_POST
def start(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin to handle it."""
    complaint = _load(request, pk)
    permissions.require_action(request.user, ComplaintAction.START, complaint)
    return _act(
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
    complaint = _load(request, pk)
    if not permissions.may_reject(request.user, complaint):
        raise PermissionDenied
    return _act(
        request,
        complaint,
        "release",
        lambda: complaints.release(complaint_id=complaint.pk, by=request.user, at=timezone.now()),
        _("The complaint is in the inbox now."),
    )


def _form_page(
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
            return _act(request, complaint, purpose, lambda: work(form.cleaned_data), texts["done"])
        status = 422
    else:
        held = held_forms.take(request)
        form = make(held) if held is not None else make()
    context = {
        "form": form,
        "complaint": complaint,
        "body": redact(complaint.body),
        "subject": redact(complaint.subject),
        **texts,
    }
    return render(request, "feedback/complaint_action.html", context, status=status)


@login_required
def ask_info(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask the reporter for something."""
    complaint = _load(request, pk)
    permissions.require_action(request.user, ComplaintAction.ASK_INFO, complaint)
    return _form_page(
        request,
        complaint,
        purpose="ask_info",
        make=lambda *data: WordsForm(
            *data,
            label=_("What do you need from the reporter?"),
            hint=_("The reporter reads this. Our clock rests until they answer."),
        ),
        work=lambda values: complaints.ask_info(
            complaint_id=complaint.pk, text=values["text"], by=request.user, at=timezone.now()
        ),
        texts={
            "heading": _("Ask the reporter"),
            "button": _("Send the question"),
            "done": _("The question is sent. The clock rests until the reporter answers."),
        },
    )


@login_required
def forward(request: HttpRequest, pk: int) -> HttpResponse:
    """Pass it on to the competent unit."""
    complaint = _load(request, pk)
    permissions.require_action(request.user, ComplaintAction.FORWARD, complaint)
    units = (
        WorkUnit.objects.filter(government=complaint.government, is_active=True)
        .exclude(pk=complaint.unit_id)
        .order_by("name", "id")
    )
    return _form_page(
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
    """Answer the reporter."""
    complaint = _load(request, pk)
    permissions.require_action(request.user, ComplaintAction.ANSWER, complaint)
    return _form_page(
        request,
        complaint,
        purpose="answer",
        make=lambda *data: WordsForm(
            *data,
            label=_("Your answer"),
            hint=_(
                "Say what was found, what was done and what changes. The reporter then "
                "says whether it is solved; you cannot close the complaint yourself."
            ),
        ),
        work=lambda values: complaints.answer(
            complaint_id=complaint.pk, text=values["text"], by=request.user, at=timezone.now()
        ),
        texts={
            "heading": _("Answer the reporter"),
            "button": _("Send the answer"),
            "done": _("The answer is sent. Now the reporter says whether it is solved."),
        },
    )


@login_required
def reject(request: HttpRequest, pk: int) -> HttpResponse:
    """Refuse it, with a reason that the reporter reads."""
    complaint = _load(request, pk)
    permissions.require_action(request.user, ComplaintAction.REJECT, complaint)
    return _form_page(
        request,
        complaint,
        purpose="reject",
        make=lambda *data: RejectForm(
            *data, label=_("Explanation"), hint=_("The reporter reads this and may contest it once.")
        ),
        work=lambda values: complaints.reject(
            complaint_id=complaint.pk,
            reason_code=values["reason_code"],
            text=values["text"],
            by=request.user,
            at=timezone.now(),
        ),
        texts={
            "heading": _("Do not accept the complaint"),
            "button": _("Do not accept"),
            "tone": "danger",
            "done": _("The complaint is closed as not accepted. The reporter sees why."),
        },
    )


@login_required
def note(request: HttpRequest, pk: int) -> HttpResponse:
    """Write something for colleagues."""
    complaint = _load(request, pk)
    if not permissions.may_handle(request.user, complaint):
        raise PermissionDenied
    return _form_page(
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
    complaint = _load(request, pk)
    if not permissions.may_open_contact(request.user, complaint):
        raise PermissionDenied

    def work(values: dict[str, Any]) -> None:
        complaints.open_contact(
            complaint_id=complaint.pk, reason=values["text"], by=request.user, at=timezone.now()
        )
        # Shown once, on the next page.
        request.session[CONTACT_SHOWN] = complaint.pk

    try:
        return _form_page(
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

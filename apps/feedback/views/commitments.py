"""A promise to the public, inside an office: its history, and what its owner and others may do."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from apps.core.held_forms import login_required

from .. import permissions
from ..forms.consultation import ResumeForm
from ..forms.public import WordsForm
from ..labels import CLOCK_LABELS, CLOCK_TONES, COMMITMENT_TONES
from ..models import Commitment, Consultation
from ..rules.commitment_lifecycle import CommitmentAction, CommitmentStatus, allowed_actions, is_open
from ..rules.plan_clock import clock_state
from ..selectors import consultation as meetings
from ..services import commitments as services
from ..services import consultations
from .acting import form_page, press
from .consultations import personal_data
from .improving.items import soon_days
from .promises import history


def _load(request: HttpRequest, pk: int) -> Commitment:
    return get_object_or_404(
        Commitment.objects.visible_to(request.user).select_related(
            "owner__user", "point__consultation__government", "point__consultation__unit"
        ),
        pk=pk,
    )


def _page_of(promise: Commitment) -> str:
    return reverse("feedback:commitment-detail", args=[promise.pk])


def _works(request: HttpRequest, pk: int) -> Commitment:
    promise = _load(request, pk)
    if not permissions.may_work_on_promise(request.user, promise):
        raise PermissionDenied
    return promise


def _settles(request: HttpRequest, pk: int) -> Commitment:
    promise = _load(request, pk)
    if not permissions.may_settle_promise(request.user, promise):
        raise PermissionDenied
    return promise


@login_required
@require_GET
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One promise: to whom, who owns it, until when, and what happened."""
    promise = _load(request, pk)
    meeting = promise.point.consultation
    today = meetings.local_day(meeting, timezone.now())
    status = CommitmentStatus(promise.status)
    possible = allowed_actions(status)
    works = permissions.may_work_on_promise(request.user, promise)
    settles = permissions.may_settle_promise(request.user, promise)
    state = (
        clock_state(today, promise.due_on, soon_days(meeting.government, today)).value
        if is_open(status)
        else ""
    )
    context = {
        "promise": promise,
        "meeting": meeting,
        "today": today,
        "tone": COMMITMENT_TONES[promise.status],
        "state": state,
        "clock_tone": CLOCK_TONES.get(state, ""),
        "clock_label": CLOCK_LABELS.get(state, ""),
        "lines": history(promise.events.select_related("by").order_by("-at", "-id"), for_public=False),
        "sees_meeting": Consultation.objects.visible_to(request.user).filter(pk=meeting.pk).exists(),
        "may_start": works and CommitmentAction.START in possible,
        "may_note": works and is_open(status),
        "may_fail": works and CommitmentAction.FAIL in possible,
        "may_keep": settles and CommitmentAction.KEEP in possible,
        "may_resume": settles and CommitmentAction.RESUME in possible,
        "waits_for_others": works and not settles and CommitmentAction.KEEP in possible,
    }
    return render(request, "feedback/commitment_detail.html", context)


@login_required
@require_POST
def start(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin to work on it."""
    promise = _works(request, pk)
    return press(
        request,
        work=lambda: services.start_commitment(commitment_id=promise.pk, by=request.user, at=timezone.now()),
        purpose="commitment.start",
        back=_page_of(promise),
        done=_("The work has begun. The public sees it."),
    )


@login_required
def note(request: HttpRequest, pk: int) -> HttpResponse:
    """Say how far it is."""
    promise = _works(request, pk)
    return form_page(
        request,
        make=lambda *data: WordsForm(
            *data[:1], label=_("How far is it?"), hint=_("The public reads it. Name no person.")
        ),
        work=lambda form: services.note_progress(
            commitment_id=promise.pk, text=form.cleaned_data["text"], by=request.user, at=timezone.now()
        ),
        purpose="commitment.note",
        back=_page_of(promise),
        refusals={
            consultations.PersonalDataFound: ("text", personal_data),
            services.CommitmentClosed: (None, lambda _error: _("This promise is settled already.")),
        },
        texts={
            "heading": _("Note the progress"),
            "lead": promise.text,
            "button": _("Save the note"),
            "done": _("The progress is noted."),
        },
    )


@login_required
def keep(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that it was kept."""
    promise = _settles(request, pk)
    return form_page(
        request,
        make=lambda *data: WordsForm(
            *data[:1],
            label=_("What was done?"),
            hint=_("The public reads it, and can see for itself whether it is true."),
        ),
        work=lambda form: services.keep_commitment(
            commitment_id=promise.pk, outcome=form.cleaned_data["text"], by=request.user, at=timezone.now()
        ),
        purpose="commitment.keep",
        back=_page_of(promise),
        refusals={consultations.PersonalDataFound: ("text", personal_data)},
        texts={
            "heading": _("The promise was kept"),
            "lead": promise.text,
            "button": _("Save it as kept"),
            "done": _("The promise counts as kept."),
        },
    )


@login_required
def fail(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that it was not kept, and why."""
    promise = _works(request, pk)
    return form_page(
        request,
        make=lambda *data: WordsForm(
            *data[:1],
            label=_("Why could it not be kept?"),
            hint=_("The public reads it. An honest reason is better than silence."),
        ),
        work=lambda form: services.fail_commitment(
            commitment_id=promise.pk, reason=form.cleaned_data["text"], by=request.user, at=timezone.now()
        ),
        purpose="commitment.fail",
        back=_page_of(promise),
        refusals={consultations.PersonalDataFound: ("text", personal_data)},
        texts={
            "heading": _("The promise was not kept"),
            "lead": promise.text,
            "button": _("Save it as not kept"),
            "tone": "danger",
            "done": _("The promise counts as not kept. It can be taken up again with a new day."),
        },
    )


@login_required
def resume(request: HttpRequest, pk: int) -> HttpResponse:
    """Take it up again."""
    promise = _settles(request, pk)
    today = meetings.local_day(promise.point.consultation, timezone.now())
    return form_page(
        request,
        make=lambda *data: ResumeForm(
            *data[:1], today=today, label=_("What is different this time?"), hint=_("The public reads this.")
        ),
        work=lambda form: services.resume_commitment(
            commitment_id=promise.pk,
            text=form.cleaned_data["text"],
            due_on=form.cleaned_data["due_on"],
            by=request.user,
            at=timezone.now(),
        ),
        purpose="commitment.resume",
        back=_page_of(promise),
        refusals={consultations.PersonalDataFound: ("text", personal_data)},
        texts={
            "heading": _("Take the promise up again"),
            "lead": promise.text,
            "button": _("Take it up again"),
            "done": _("The promise runs again. Its first day stays in the history."),
        },
    )

"""What an invited person or a participant does: answer, say they are there, take the check, say what they think."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from apps.core import held_forms, idempotency
from apps.core.held_forms import login_required

from .. import permissions
from ..forms import CheckForm, CodeForm, NoteForm, ReactionForm
from ..labels import CheckMoment
from ..models import Enrolment
from ..rules.enrolment_lifecycle import EnrolmentStatus
from ..selectors import sessions as selectors
from ..services import attendance, checks, invitations, reactions
from .common import bound, own_enrolment


@login_required
@require_POST
def accept(request: HttpRequest, pk: int) -> HttpResponse:
    """I come."""
    enrolment = own_enrolment(request, pk)
    try:
        row = invitations.accept_invitation(enrolment=enrolment, by=enrolment.employee, at=timezone.now())
        if row.status == EnrolmentStatus.ENROLLED:
            messages.success(request, _("You have a seat."))
        else:
            messages.warning(
                request, _("All seats are taken. You are on the waiting list and get a message.")
            )
    except invitations.TransitionNotAllowed:
        messages.info(request, _("This invitation was answered or taken back before."))
    except invitations.SessionBegun:
        messages.error(request, _("The session has begun. Ask the training office."))
    return redirect("training:session-detail", pk=enrolment.session_id)


@login_required
def decline(request: HttpRequest, pk: int) -> HttpResponse:
    """I do not come, and why."""
    enrolment = own_enrolment(request, pk)
    form = bound(request, NoteForm)
    if request.method == "POST" and form.is_valid():
        try:
            invitations.decline_place(
                enrolment=enrolment,
                reason=form.cleaned_data["note"],
                by=enrolment.employee,
                at=timezone.now(),
            )
            messages.success(request, _("Thank you for saying so. Your place is free for somebody else."))
        except invitations.TransitionNotAllowed:
            messages.info(request, _("There is nothing to give back any more."))
        except invitations.SessionBegun:
            messages.error(request, _("The session has begun. Ask the training office."))
        return redirect("training:session-detail", pk=enrolment.session_id)
    status = 422 if request.method == "POST" else 200
    context = {"form": form, "enrolment": enrolment, "session": enrolment.session}
    return render(request, "training/place_decline.html", context, status=status)


@login_required
def check_in(request: HttpRequest, pk: int) -> HttpResponse:
    """I am there: the code comes with the QR code, or is typed."""
    enrolment = own_enrolment(request, pk)
    data = request.POST if request.method == "POST" else held_forms.take(request)
    form = (
        CodeForm(data) if data is not None else CodeForm(initial={"code": request.GET.get("kode", "")[:20]})
    )
    if request.method == "POST" and form.is_valid():
        try:
            attendance.check_in(enrolment=enrolment, code=form.cleaned_data["code"], at=timezone.now())
            messages.success(request, _("Written down: you are there today."))
            return redirect("training:session-detail", pk=enrolment.session_id)
        except attendance.CodeWrong:
            form.add_error("code", _("This code does not hold, or not any more. Read it again."))
        except attendance.NotADayOfTheSession:
            form.add_error(None, _("The session does not meet today."))
        except attendance.NoSeat:
            form.add_error(None, _("You have no seat in this session. Tell the trainer."))
    status = 422 if request.method == "POST" else 200
    context = {"form": form, "enrolment": enrolment, "session": enrolment.session}
    return render(request, "training/check_in.html", context, status=status)


@login_required
def check_take(request: HttpRequest, pk: int, moment: str) -> HttpResponse:
    """Answer the learning check."""
    enrolment = own_enrolment(request, pk)
    session = enrolment.session
    if checks.open_moment(enrolment, timezone.now()) != moment and request.method != "POST":
        messages.info(request, _("This learning check cannot be taken now."))
        return redirect("training:session-detail", pk=session.pk)
    questions = list(selectors.questions_of(session))
    form = bound(request, lambda data=None: CheckForm(data, questions=questions))
    if request.method == "POST" and form.is_valid():
        try:
            with idempotency.once(request, "training.check") as once:
                if not once.is_replay:
                    attempt = checks.take_check(
                        enrolment=enrolment, moment=moment, answers=form.answers, at=timezone.now()
                    )
                    once.location = redirect("training:session-detail", pk=session.pk).url
                    messages.success(request, _("Sent. Your result stands on this page."))
                    if moment == CheckMoment.AFTER:
                        _say_result(request, enrolment, attempt.percent)
            return redirect(once.location)
        except checks.CheckClosed:
            messages.info(request, _("This learning check cannot be taken now."))
            return redirect("training:session-detail", pk=session.pk)
        except checks.CheckChanged:
            form.add_error(None, _("The questions changed in the meantime. Please look at them again."))
    status = 422 if request.method == "POST" else 200
    context = {
        "form": form,
        "fields": [form[name] for name in form.fields],
        "session": session,
        "moment": CheckMoment(moment),
    }
    return render(request, "training/check_take.html", context, status=status)


def _say_result(request: HttpRequest, enrolment: Enrolment, percent: Any) -> None:
    known = selectors.progress_of(enrolment.session, [enrolment])[enrolment.pk]
    if "check_failed" in known.missing:
        messages.warning(
            request, _("%(percent)s%% right: not passed yet.") % {"percent": f"{percent.normalize():f}"}
        )


@login_required
def react(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what I think of the session, without my name."""
    enrolment = own_enrolment(request, pk)
    session = enrolment.session
    form = bound(request, ReactionForm)
    if request.method == "POST" and form.is_valid():
        try:
            reactions.react(enrolment=enrolment, at=timezone.now(), **form.cleaned_data)
            messages.success(request, _("Thank you. Your answers are kept without your name."))
        except reactions.AlreadyReacted:
            messages.info(request, _("You have answered before. Thank you."))
        except reactions.ReactionClosed:
            messages.info(request, _("The time for these questions is over, or has not come."))
        return redirect("training:session-detail", pk=session.pk)
    if request.method != "POST" and (
        enrolment.has_reacted or not reactions.is_open(enrolment, timezone.now())
    ):
        messages.info(request, _("The time for these questions is over, or you have answered before."))
        return redirect("training:session-detail", pk=session.pk)
    status = 422 if request.method == "POST" else 200
    today = permissions.today_of(session.programme.government)
    context = {"form": form, "session": session, "today": today}
    return render(request, "training/reaction.html", context, status=status)

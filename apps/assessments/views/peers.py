"""Feedback by peers, subordinates and team leads.

The page that takes an answer keeps no trace of it (docs/rules/peer-feedback.md): no idempotency key, no held form, no
message, no log; what a reader might take for forgotten here is left out on purpose.
"""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_GET

from apps.core import held_forms, idempotency
from apps.core.held_forms import login_required
from apps.employees import selectors as people
from apps.employees.models import Employee

from ..forms.dialogue import AnswerForm, GiversForm, ReactionForm, RoundForm
from ..labels import REACTION_LOOKS, PeerRelationChoices
from ..models import PeerInvitation, PeerRound
from ..permissions import keeps_round, may_open_round, require
from ..rules.peer_feedback import ANONYMOUS_RELATIONS
from ..selectors import dialogue
from ..services import peer_feedback
from .common import PAGE_SIZE, actor, today_of
from .progress import writer_or_403

USUAL_DAYS = timedelta(days=14)


# --- being asked


@login_required
@require_GET
def peer_inbox(request: HttpRequest) -> HttpResponse:
    """What I am asked to say about others, and the rounds about me."""
    me = writer_or_403(request)
    today = today_of(me.government)
    waiting = Paginator(dialogue.invitations_of(request.user), PAGE_SIZE).get_page(request.GET.get("page"))
    rounds = Paginator(dialogue.rounds_about(me, request.user, today), PAGE_SIZE).get_page(
        request.GET.get("putaran")
    )
    context = {"me": me, "waiting": waiting, "rounds": rounds, "today": today}
    return render(request, "assessments/dialogue/peer_inbox.html", context)


def _invitation_or_404(request: HttpRequest, pk: int) -> PeerInvitation:
    invitation: PeerInvitation = get_object_or_404(
        PeerInvitation.objects.addressed_to(request.user).select_related("round__employee__government"), pk=pk
    )
    return invitation


@sensitive_post_parameters()
@sensitive_variables()
def peer_answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer, once. A text sent after the session ended goes back into the page, never into our database."""
    if not request.user.is_authenticated:
        if request.method != "POST":
            return held_forms.sign_in_redirect(request)
        context = {"form": AnswerForm(request.POST), "again": request.path}
        return render(request, "assessments/dialogue/peer_answer_signed_out.html", context, status=403)
    invitation = _invitation_or_404(request, pk)
    round_ = invitation.round
    is_open = round_.is_open and invitation.status == "invited" and not invitation.has_answered
    form, status = AnswerForm(request.POST if request.method == "POST" else None), 200
    if request.method == "POST" and is_open:
        if form.is_valid():
            try:
                peer_feedback.answer(
                    invitation_id=invitation.pk, text=form.answer, by=actor(request), at=timezone.now()
                )
            except peer_feedback.AlreadyAnswered:
                is_open = False
            except (peer_feedback.RoundClosed, peer_feedback.NotInvited):
                invitation, is_open, status = _invitation_or_404(request, pk), False, 409
            if status == 200:
                # The same address for everybody who answered, with nothing about the answer in it.
                return redirect("assessments:peer-answer", pk=invitation.pk)
        else:
            status = 422
    elif request.method == "POST":
        if invitation.has_answered:
            return redirect("assessments:peer-answer", pk=invitation.pk)
        # Nothing can be sent any more; what was typed is shown once more, so that it can be copied.
        status = 409
    context = {
        "invitation": invitation,
        "round": invitation.round,
        "form": form,
        "is_open": is_open,
        "is_anonymous": peer_feedback.answers_anonymously(invitation, round_),
    }
    return render(request, "assessments/dialogue/peer_answer.html", context, status=status)


@login_required
def peer_decline(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that one does not want to, or cannot, answer."""
    invitation = _invitation_or_404(request, pk)
    if request.method == "POST":
        try:
            peer_feedback.decline(invitation_id=invitation.pk, by=actor(request))
            messages.success(request, _("Declined. You need not give a reason."))
        except (peer_feedback.AlreadyAnswered, peer_feedback.NotInvited, peer_feedback.RoundClosed):
            messages.info(request, _("This can no longer be declined."))
        return redirect("assessments:peer-inbox")
    context = {
        "invitation": invitation,
        "is_anonymous": peer_feedback.answers_anonymously(invitation, invitation.round),
    }
    return render(request, "assessments/dialogue/peer_decline.html", context)


# --- asking


@login_required
@require_GET
def peer_rounds(request: HttpRequest, employee_id: int) -> HttpResponse:
    """The rounds about one person."""
    employee = get_object_or_404(
        Employee.objects.select_related("government"),
        pk=employee_id,
        government=people.government_of(request.user),
    )
    today = today_of(employee.government)
    rounds = dialogue.rounds_about(employee, request.user, today)
    may_open = may_open_round(request.user, employee)
    is_own = employee.user_id == request.user.pk
    if not (may_open or is_own or rounds.exists()):
        raise Http404
    context = {
        "employee": employee,
        "rounds": Paginator(rounds, PAGE_SIZE).get_page(request.GET.get("page")),
        "may_open": may_open,
        "is_own": is_own,
    }
    return render(request, "assessments/dialogue/peer_rounds.html", context)


@login_required
def peer_open(request: HttpRequest, employee_id: int) -> HttpResponse:
    """Begin a round about somebody one appraises."""
    employee = get_object_or_404(
        Employee.objects.visible_to(request.user).select_related("government", "user"), pk=employee_id
    )
    require(may_open_round(request.user, employee))
    today = today_of(employee.government)
    status = 200
    if request.method == "POST":
        form = RoundForm(request.POST)
        if form.is_valid():
            try:
                with idempotency.once(request, "assessments.peer_round") as once:
                    if not once.is_replay:
                        round_ = peer_feedback.open_round(
                            employee=employee,
                            purpose=form.cleaned_data["purpose"],
                            closes_on=form.cleaned_data["closes_on"],
                            anonymous=form.cleaned_data["openness"] == "anonymous",
                            by=actor(request),
                            at=timezone.now(),
                        )
                        once.location = reverse("assessments:peer-invite", args=[round_.pk])
                return redirect(once.location)
            except peer_feedback.UnfitClosingDay:
                form.add_error("closes_on", _("Choose a day from tomorrow to at most three months ahead."))
        status = 422
    else:
        form = RoundForm(
            held_forms.take(request), initial={"closes_on": today + USUAL_DAYS, "openness": "anonymous"}
        )
    context = {"employee": employee, "form": form}
    return render(request, "assessments/dialogue/peer_open.html", context, status=status)


def _round_or_404(request: HttpRequest, pk: int) -> PeerRound:
    round_: PeerRound = get_object_or_404(
        PeerRound.objects.visible_to(request.user).select_related(
            "employee__government", "employee__user", "opened_by__user"
        ),
        pk=pk,
    )
    return round_


@login_required
@require_GET
def peer_round(request: HttpRequest, pk: int) -> HttpResponse:
    """One round: whom it asks while it is open, what came of it once it is closed."""
    round_ = _round_or_404(request, pk)
    is_own = round_.employee.user_id == request.user.pk
    keeps = keeps_round(request.user, round_)
    invitations = round_.invitations.select_related("giver").order_by("giver__name", "pk")
    tone, icon = REACTION_LOOKS[round_.reaction] if round_.reaction else ("", "")
    context = {
        "round": round_,
        "is_own": is_own,
        "keeps": keeps,
        "zone": round_.employee.government.timezone,
        "result": _result_rows(dialogue.results_of(round_)),
        "reaction_tone": tone,
        "reaction_icon": icon,
    }
    if keeps and round_.is_open:
        invited = [row for row in invitations if row.status != "proposed"]
        context |= {
            "invited": [_invited_row(row, round_) for row in invited],
            "proposed": [row for row in invitations if row.status == "proposed"],
            "too_few": _too_few(invited, round_),
        }
    elif is_own and round_.is_open:
        context["proposed"] = [row for row in invitations if row.status == "proposed"]
    return render(request, "assessments/dialogue/peer_round.html", context)


def _invited_row(row: PeerInvitation, round_: PeerRound) -> dict[str, Any]:
    """Return what the appraiser sees of somebody asked: of anonymous ones nothing but that they were asked."""
    openly = not peer_feedback.answers_anonymously(row, round_)
    return {
        "giver": row.giver,
        "relation": row.get_relation_display(),
        "state": (
            _("declined") if row.status == "declined" else _("answered") if row.has_answered else _("not yet")
        )
        if openly
        else "",
    }


def _too_few(invited: list[PeerInvitation], round_: PeerRound) -> list[str]:
    """Return the relations with so few people asked that their answers can never be shown."""
    if not round_.is_anonymous:
        return []
    counts = {relation.value: 0 for relation in ANONYMOUS_RELATIONS}
    for row in invited:
        if row.relation in counts:
            counts[row.relation] += 1
    return [
        str(PeerRelationChoices(relation).label)
        for relation, count in counts.items()
        if 0 < count < round_.minimum
    ]


def _result_rows(result: dialogue.RoundResult | None) -> dict[str, Any] | None:
    if result is None:
        return None
    titles = {
        dialogue.GOES_WELL: _("What goes well"),
        dialogue.COULD_BE_BETTER: _("What could be better"),
    } | dialogue.VALUE_LABELS
    return {
        "anonymous": [
            {
                "label": PeerRelationChoices(row.relation.value).label,
                "is_enough": row.is_enough,
                "answers": row.answers,
                "sections": [{"title": titles[part.title], "texts": part.texts} for part in row.sections],
            }
            for row in result.anonymous
        ],
        "named": [
            {
                "label": PeerRelationChoices(row.relation.value).label,
                "author": row.author,
                "answer": row.answer,
                "values": row.values,
            }
            for row in result.named
        ],
    }


@login_required
def peer_invite(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose whom to ask: the appraiser invites, the person proposes."""
    round_ = _round_or_404(request, pk)
    is_own = round_.employee.user_id == request.user.pk
    require(is_own or keeps_round(request.user, round_))
    if not round_.is_open:
        messages.info(request, _("This round is closed."))
        return redirect("assessments:peer-round", pk=round_.pk)
    employee = round_.employee
    today = today_of(employee.government)
    data = request.POST if request.method == "POST" else held_forms.take(request)
    known = set(
        round_.invitations.exclude(status="proposed").values_list("giver_id", flat=True)
        if not is_own
        else round_.invitations.values_list("giver_id", flat=True)
    )
    near = [row for row in dialogue.candidates(employee, today) if row.employee.pk not in known]
    found = _found(data, employee, round_, today, known)
    proposed = [
        str(pk)
        for pk in round_.invitations.filter(status="proposed").values_list("giver_id", flat=True)
        if not is_own
    ]
    form = GiversForm(data, candidates=near, found=found, initial={"near": proposed, "relation": "peer"})
    status = 200
    if request.method == "POST" and not form.is_search:
        if form.is_valid():
            return _ask(request, round_, form, is_own=is_own)
        status = 422
    context = {
        "round": round_,
        "employee": employee,
        "is_own": is_own,
        "form": form,
        # A search is no attempt to send: nothing is an error yet.
        "errors_form": form if status == 422 else None,
        "has_errors": status == 422,
        "is_searched": form.is_bound and bool(form.data.get("query")),
        "found": found,
    }
    return render(request, "assessments/dialogue/peer_invite.html", context, status=status)


def _found(data: Any, employee: Employee, round_: PeerRound, today: Any, known: set[int]) -> list[Employee]:
    """Return the answers for the name in the form; who is proposed or chosen stays among them."""
    refused = known | {employee.pk, round_.opened_by_id}
    found = people.directory(employee.government, data.get("query", ""), today) if data else []
    chosen = data.get("person", "") if data else ""
    if chosen.isascii() and chosen.isdigit() and all(str(row.pk) != chosen for row in found):
        one = Employee.objects.filter(government=employee.government, is_active=True, pk=int(chosen))
        found = [*people.with_place(one, today), *found]
    return [row for row in found if row.pk not in refused and row.user_id is not None]


def _ask(request: HttpRequest, round_: PeerRound, form: GiversForm, *, is_own: bool) -> HttpResponse:
    givers = form.cleaned_data["givers"]
    verb = peer_feedback.propose if is_own else peer_feedback.invite
    try:
        asked = verb(round_id=round_.pk, givers=givers, by=actor(request), at=timezone.now())
    except peer_feedback.UnfitGiver:
        messages.error(request, _("The appraiser gives feedback directly and cannot be asked here."))
        return redirect("assessments:peer-invite", pk=round_.pk)
    except peer_feedback.RoundClosed:
        messages.info(request, _("This round is closed."))
        return redirect("assessments:peer-round", pk=round_.pk)
    if is_own:
        messages.success(request, _("Proposed: %(count)s. Your appraiser decides.") % {"count": len(asked)})
    else:
        messages.success(request, _("Asked: %(count)s.") % {"count": len(asked)})
    return redirect("assessments:peer-round", pk=round_.pk)


@login_required
def peer_close(request: HttpRequest, pk: int) -> HttpResponse:
    """Close a round before its day."""
    round_ = _round_or_404(request, pk)
    require(keeps_round(request.user, round_))
    if request.method == "POST":
        try:
            peer_feedback.close_round(round_id=round_.pk, by=actor(request), at=timezone.now())
            messages.success(request, _("The round is closed. Both of you can read what came of it."))
        except peer_feedback.RoundClosed:
            messages.info(request, _("This round is closed."))
        return redirect("assessments:peer-round", pk=round_.pk)
    return render(request, "assessments/dialogue/peer_close.html", {"round": round_})


@login_required
def peer_react(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer what was said about me in a round."""
    round_ = _round_or_404(request, pk)
    require(round_.employee.user_id == request.user.pk)
    if round_.is_open:
        raise PermissionDenied
    status = 200
    if request.method == "POST":
        form = ReactionForm(request.POST)
        if form.is_valid():
            peer_feedback.react(round_id=round_.pk, by=actor(request), at=timezone.now(), **form.cleaned_data)
            messages.success(request, _("Your appraiser can read your answer now."))
            return redirect("assessments:peer-round", pk=round_.pk)
        status = 422
    else:
        initial = {"kind": round_.reaction, "text": round_.reaction_text} if round_.reaction else {}
        form = ReactionForm(held_forms.take(request), initial=initial)
    return render(
        request, "assessments/dialogue/peer_react.html", {"round": round_, "form": form}, status=status
    )

"""The calibration room: my own card first, then the raters of a unit, then a blind vote on borderline people."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.assessments import permissions as assessing
from apps.assessments.models import CalibrationSession, Period
from apps.assessments.rules.calibration_lifecycle import CalibrationStatus
from apps.core import held_forms, idempotency
from apps.core.held_forms import login_required
from apps.core.localtime import local_date
from apps.employees import selectors as people
from apps.employees.models import Employee, WorkUnit

from ..forms.pre_votes import ABSTAIN, BallotForm, ConclusionForm, OpenVoteForm
from ..labels import band_rows, flag_words
from ..models import PreVote
from ..rules.rater_statistics import DEFAULT_THRESHOLDS
from ..selectors import pre_votes as votes
from ..selectors import raters as selectors
from ..services import pre_votes as services
from ..services import rater_cards

PAGE_SIZE = 25
READERS = ("leadership", "personnel_officer", "auditor")


def _employee_or_404(request: HttpRequest) -> Employee:
    employee = people.employee_of(request.user)
    if employee is None:
        raise Http404
    return employee


def _actor(request: HttpRequest) -> Any:
    return people.employee_of(request.user) or request.user


@login_required
@require_GET
def calibration_list(request: HttpRequest) -> HttpResponse:
    """Show the calibrations I may know of, and the periods of which I have a card of my own."""
    government = people.government_of(request.user)
    if government is None:
        raise PermissionDenied
    me = people.employee_of(request.user)
    mine = selectors.periods_rated_by(me) if me is not None else []
    sessions = selectors.sessions_of(request.user)
    page = Paginator(sessions, PAGE_SIZE).get_page(request.GET.get("page"))
    if not (mine or page.object_list or _belongs_here(request, government)):
        raise PermissionDenied
    return render(
        request,
        "supervision/raters/calibration_list.html",
        {
            "mine": mine,
            "page": page,
            "rooms": _rooms_to_enter(request, [row.unit_id for row in page]),
            "zone": government,
        },
    )


def _belongs_here(request: HttpRequest, government: Any) -> bool:
    day = local_date(timezone.now(), government.timezone)
    return (
        bool(people.roles_of(request.user, day) & set(READERS))
        or WorkUnit.objects.led_by(request.user, on=day).exists()
        or Employee.objects.appraised_by(request.user, on=day).exists()
    )


def _rooms_to_enter(request: HttpRequest, unit_ids: list[int]) -> set[int]:
    """Return those of some units whose room the user may enter, in one query."""
    roots = WorkUnit.objects.led_by(request.user) | WorkUnit.objects.with_role(request.user, "leadership")
    units = WorkUnit.objects.below_any(WorkUnit.objects.filter(pk__in=roots.values("pk")))
    return set(units.filter(pk__in=unit_ids).values_list("pk", flat=True))


@login_required
@require_GET
def rater_card_mine(request: HttpRequest, period: int) -> HttpResponse:
    """Show a rater their own card of a period, for their eyes; opening it is noted, so that the room may follow."""
    me = _employee_or_404(request)
    chosen = get_object_or_404(
        Period.objects.select_related("cycle__government"), pk=period, cycle__government=me.government
    )
    rows = selectors.ratings_given(chosen)
    if not any(row.rater == me.pk for row in rows):
        raise Http404
    now = timezone.now()
    rater_cards.note_seen(period=chosen, rater=me, at=now)
    day = local_date(now, me.government.timezone)
    thresholds = selectors.thresholds_for(me.government, day)
    inside = selectors.may_see_of(request.user, rows, day) | {me.pk}
    cards = selectors.cards_of(rows, raters={me.pk}, inside=inside, thresholds=thresholds)
    return render(
        request,
        "supervision/raters/card_mine.html",
        {
            "period": chosen,
            "cards": [_shown(card) for card in cards],
            "thresholds": thresholds,
            "sheet_z": DEFAULT_THRESHOLDS.mean_z,
        },
    )


def _shown(card: selectors.FamilyCard, rater: Employee | None = None) -> dict[str, Any]:
    figures = card.card.figures
    return {
        "key": f"{card.rater}-{card.family}",
        "rater": rater,
        "family": card.family,
        "card": card.card,
        "figures": figures,
        "bands": band_rows(figures.shares) if figures else [],
        "chart": [(row["label"], row["count"]) for row in band_rows(figures.shares)] if figures else [],
        "flags": [flag_words(flag) for flag in card.card.flags],
    }


# --- the room


def _session_or_404(request: HttpRequest, pk: int) -> CalibrationSession:
    return get_object_or_404(
        CalibrationSession.objects.visible_to(request.user).select_related(
            "unit__government", "period__cycle__government", "opened_by"
        ),
        pk=pk,
    )


@login_required
@require_GET
def calibration_room(request: HttpRequest, session: int) -> HttpResponse:
    """Show the raters of a unit side by side, to those who calibrate it, after the raters had their turn."""
    found = _session_or_404(request, session)
    assessing.require(assessing.may_calibrate(request.user, found.unit))
    government = found.unit.government
    now = timezone.now()
    rows = selectors.ratings_given(found.period)
    readiness = selectors.readiness_of(found, rows, now)
    thresholds = selectors.thresholds_for(government, readiness.today)
    names = {person.pk: person for person in readiness.raters}
    cards: list[dict[str, Any]] = []
    if readiness.is_ready:
        me = people.employee_of(request.user)
        inside = selectors.may_see_of(request.user, rows, readiness.today) | ({me.pk} if me else set())
        order = {pk: place for place, pk in enumerate(names)}
        cards = [
            _shown(card, names[card.rater])
            for card in sorted(
                selectors.cards_of(rows, raters=names, inside=inside, thresholds=thresholds),
                key=lambda card: (card.family, order[card.rater]),
            )
        ]
    return render(
        request,
        "supervision/raters/room.html",
        {
            "session": found,
            "unit": found.unit,
            "period": found.period,
            "is_open": found.status == CalibrationStatus.OPEN.value,
            "readiness": readiness,
            "i_am_unseen": any(person.user_id == request.user.pk for person in readiness.unseen),
            "cards": cards,
            "votes": list(found.pre_votes.order_by("-opened_at", "-pk")),
            "thresholds": thresholds,
            "sheet_z": DEFAULT_THRESHOLDS.mean_z,
            "zone": government,
        },
    )


# --- the blind vote


@login_required
@require_http_methods(["GET", "POST"])
def pre_vote_open(request: HttpRequest, session: int) -> HttpResponse:
    """Choose the borderline people, and who is present."""
    found = _session_or_404(request, session)
    assessing.require(assessing.may_calibrate(request.user, found.unit))
    back = reverse("supervision:calibration-room", args=[found.pk])
    if found.status != CalibrationStatus.OPEN.value:
        messages.info(request, _("The calibration is closed. Nothing can be added to it."))
        return redirect(back)
    form = OpenVoteForm(
        request.POST if request.method == "POST" else held_forms.take(request),
        people=[(row.pk, _candidate(row)) for row in votes.candidates_of(found)],
        voters=[
            (pk, person.full_name)
            for pk, person in votes.may_take_part(found, people.employee_of(request.user)).items()
        ],
    )
    if request.method == "POST" and form.is_valid():
        try:
            with idempotency.once(request, "supervision.pre_vote") as once:
                if not once.is_replay:
                    vote = services.open_vote(
                        session_id=found.pk,
                        evaluations=form.cleaned_data["people"],
                        voters=form.cleaned_data["voters"],
                        by=_actor(request),
                        at=timezone.now(),
                    )
                    once.location = reverse("supervision:pre-vote", args=[vote.pk])
            return redirect(once.location)
        except services.AlreadyVoting:
            form.add_error(None, _("A vote of this calibration is open. Close it first."))
        except services.TooFewVoters:
            form.add_error("voters", _("A blind vote needs more voters: one alone hides nothing."))
        except services.NotToVoteOn:
            form.add_error("people", _("Choose among the people of this calibration."))
        except services.SessionClosed:
            form.add_error(None, _("The calibration is closed. Nothing can be added to it."))
    return render(
        request,
        "supervision/raters/pre_vote_open.html",
        {"session": found, "unit": found.unit, "form": form, "back": back},
        status=422 if request.method == "POST" else 200,
    )


def _candidate(evaluation: Any) -> str:
    name = evaluation.employee.full_name
    if votes.is_borderline(evaluation):
        return _("%(name)s (the figures point to another rating)") % {"name": name}
    return name


def _vote_or_404(request: HttpRequest, pk: int) -> PreVote:
    rows = PreVote.objects.visible_to(request.user).select_related(
        "session__unit__government", "session__period__cycle"
    )
    return get_object_or_404(rows, pk=pk)


@login_required
@require_http_methods(["GET", "POST"])
def pre_vote(request: HttpRequest, pk: int) -> HttpResponse:
    """Vote while it is open, on everybody at once; afterwards read how far the room is apart."""
    vote = _vote_or_404(request, pk)
    room = votes.room_of(vote)
    me = people.employee_of(request.user)
    voter = room.voters.get(me.pk) if me is not None else None
    may_vote = (
        me is not None
        and voter is not None
        and voter.left_at is None
        and vote.closed_at is None
        and vote.session.status == CalibrationStatus.OPEN.value
    )
    form = None
    if may_vote and me is not None:
        form = _ballot_form(request, room, me)
    if request.method == "POST":
        if form is None or me is None:
            messages.info(request, _("This vote is closed, or you take no part in it. Nothing was changed."))
            return redirect(reverse("supervision:pre-vote", args=[vote.pk]))
        if form.is_valid():
            return _cast(request, vote, me, form.bands())
    return _vote_page(request, room, form, status=422 if request.method == "POST" else 200)


def _ballot_form(request: HttpRequest, room: votes.Room, me: Employee) -> BallotForm:
    cast = room.machine.own_votes(me.pk)
    others = [row for row in room.people.values() if row.evaluation.employee_id != me.pk]
    return BallotForm(
        request.POST if request.method == "POST" else held_forms.take(request),
        people=[(row.evaluation_id, row.evaluation.employee.full_name) for row in others],
        initial={
            f"band_{row.evaluation_id}": cast[row.evaluation.employee_id] or ABSTAIN
            for row in others
            if row.evaluation.employee_id in cast
        },
    )


def _cast(request: HttpRequest, vote: PreVote, me: Employee, bands: dict[int, str]) -> HttpResponse:
    here = reverse("supervision:pre-vote", args=[vote.pk])
    try:
        services.cast(vote_id=vote.pk, bands=bands, by=me, at=timezone.now())
    except (services.SessionClosed, services.TransitionNotAllowed, services.NotInThisRoom):
        messages.error(request, _("This vote is closed, or you take no part in it. Nothing was changed."))
    else:
        messages.success(request, _("Your vote is in. You can change it until the vote is closed."))
    return redirect(here)


def _vote_page(
    request: HttpRequest,
    room: votes.Room,
    form: BallotForm | None,
    conclusion: ConclusionForm | None = None,
    status: int = 200,
) -> HttpResponse:
    vote = room.vote
    session = vote.session
    may_calibrate = assessing.may_calibrate(request.user, session.unit)
    is_running = session.status == CalibrationStatus.OPEN.value
    me = people.employee_of(request.user)
    present = [row for row in room.voters.values() if row.left_at is None]
    return render(
        request,
        "supervision/raters/pre_vote.html",
        {
            "vote": vote,
            "session": session,
            "unit": session.unit,
            "form": form,
            "has_voted": me is not None and me.pk in room.machine.present - room.machine.missing,
            "present": [
                {"voter": row.voter, "has_voted": row.voter_id not in room.machine.missing} for row in present
            ],
            "outcomes": _outcomes(room) if vote.closed_at else [],
            "may_calibrate": may_calibrate and is_running,
            "can_close": may_calibrate and is_running and room.machine.can_close,
            "me": me,
            "conclusion": conclusion
            or ConclusionForm(
                held_forms.take(request, path=reverse("supervision:pre-vote-conclude", args=[vote.pk]))
            ),
            "zone": session.unit.government,
        },
        status=status,
    )


def _outcomes(room: votes.Room) -> list[dict[str, Any]]:
    cast = room.machine.votes()
    return [
        {
            "outcome": outcome,
            "person": room.people[outcome.person],
            "votes": [
                (row.voter, cast[voter, outcome.person])
                for voter, row in room.voters.items()
                if (voter, outcome.person) in cast
            ],
        }
        for outcome in room.machine.outcomes()
    ]


def _act(request: HttpRequest, pk: int, done: str, **verb: Any) -> HttpResponse:
    """Run one verb of who calibrates, and say what came of it."""
    vote = _vote_or_404(request, pk)
    assessing.require(assessing.may_calibrate(request.user, vote.session.unit))
    at: datetime = timezone.now()
    try:
        verb["service"](vote_id=vote.pk, by=_actor(request), at=at)
    except services.VotesHidden:
        messages.error(request, _("Not everybody present has voted. The votes stay hidden."))
    except (services.TransitionNotAllowed, services.SessionClosed):
        messages.info(request, _("This cannot be done any more. Nothing was changed."))
    else:
        messages.success(request, done)
    return redirect(reverse("supervision:pre-vote", args=[vote.pk]))


@login_required
@require_POST
def pre_vote_close(request: HttpRequest, pk: int) -> HttpResponse:
    """End the voting."""
    return _act(request, pk, _("All votes can be read now."), service=services.close_vote)


@login_required
@require_POST
def pre_vote_discuss(request: HttpRequest, pk: int) -> HttpResponse:
    """Note that the room has talked."""
    return _act(request, pk, _("Noted: the room has talked about the votes."), service=services.discuss)


@login_required
@require_POST
def pre_vote_leave(request: HttpRequest, pk: int, voter: int) -> HttpResponse:
    """Take somebody out who has left; oneself, or by who calibrates."""
    vote = _vote_or_404(request, pk)
    here = reverse("supervision:pre-vote", args=[vote.pk])
    try:
        services.leave(vote_id=vote.pk, voter_id=voter, by=_actor(request), at=timezone.now())
    except services.NotInThisRoom as error:
        raise Http404 from error
    except services.NotTheCalibrator as error:
        raise PermissionDenied from error
    except (services.TransitionNotAllowed, services.SessionClosed):
        messages.info(request, _("This cannot be done any more. Nothing was changed."))
    else:
        messages.success(request, _("Noted. Votes of somebody who left are not counted."))
    return redirect(here)


@login_required
@require_POST
def pre_vote_conclude(request: HttpRequest, pk: int) -> HttpResponse:
    """Write down what the room agreed on."""
    vote = _vote_or_404(request, pk)
    assessing.require(assessing.may_calibrate(request.user, vote.session.unit))
    form = ConclusionForm(request.POST)
    if not form.is_valid():
        return _vote_page(request, votes.room_of(vote), None, form, status=422)
    try:
        services.conclude(
            vote_id=vote.pk, conclusion=form.cleaned_data["conclusion"], by=_actor(request), at=timezone.now()
        )
    except (services.TransitionNotAllowed, services.SessionClosed):
        messages.error(request, _("This cannot be done any more. Nothing was changed."))
    else:
        messages.success(request, _("The conclusion is kept with the votes."))
    return redirect(reverse("supervision:pre-vote", args=[vote.pk]))

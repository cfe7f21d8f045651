"""Programmes, sessions and their participants."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from apps.core import idempotency
from apps.core.held_forms import login_required
from apps.employees import selectors as people
from apps.employees.models import Employee

from .. import permissions, selectors
from ..forms import CompleteForm, ProgrammeForm, SessionForm
from ..labels import OBSTACLE_TEXTS
from ..models import Enrolment, Programme, Session
from ..rules.enrolment_lifecycle import EnrolmentStatus
from ..rules.session_lifecycle import SessionAction
from ..selectors.effects import effects_of_programme
from ..selectors.sessions import (
    actions_on,
    days_of,
    own_enrolment,
    progress_of,
    questions_of,
    reactions_of,
    waiting_in,
)
from ..services import checks, invitations, reactions
from ..services import programmes as services
from .common import PAGE_SIZE, actor, area_tabs, bound, government_or_403, hours_table
from .effects import effect_rows

FOUND = 10
SUGGESTED = 10
CANCELLABLE = (EnrolmentStatus.INVITED, EnrolmentStatus.WAITING, EnrolmentStatus.ENROLLED)
_VERBS: dict[str, tuple[Callable[..., Enrolment], Any]] = {
    "enrol": (services.enrol, gettext_lazy("%(name)s has a seat now.")),
    "invite": (invitations.invite, gettext_lazy("%(name)s is invited and will answer.")),
    "queue": (invitations.queue, gettext_lazy("%(name)s is on the waiting list.")),
}


@login_required
@require_GET
def programme_list(request: HttpRequest) -> HttpResponse:
    """What is offered, and the sessions to come."""
    government = government_or_403(request)
    today = permissions.today_of(government)
    rows = (
        Programme.objects.visible_to(request.user)
        .filter(government=government)
        .annotate(
            coming=Count(
                "sessions",
                filter=Q(sessions__ends_on__gte=today, sessions__cancelled_at__isnull=True),
            )
        )
        .prefetch_related("topics")
        .order_by("name", "id")
    )
    coming = selectors.with_seats(
        Session.objects.visible_to(request.user)
        .not_cancelled()
        .filter(programme__government=government, ends_on__gte=today)
    )
    context = {
        "page": Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page")),
        "coming": coming.select_related("programme").order_by("starts_on", "id")[:PAGE_SIZE],
        "area_tabs": area_tabs(request, government, "programmes"),
        "may_manage": permissions.may_manage_programmes(request.user, government),
    }
    return render(request, "training/programme_list.html", context)


@login_required
def programme_add(request: HttpRequest) -> HttpResponse:
    """Add a programme."""
    government = government_or_403(request)
    permissions.require(permissions.may_manage_programmes(request.user, government))
    form = bound(request, lambda data=None: ProgrammeForm(data, **hours_table(government)))
    if request.method == "POST" and form.is_valid():
        with idempotency.once(request, "training.programme") as once:
            if not once.is_replay:
                programme = services.add_programme(
                    government=government, by=actor(request), at=timezone.now(), **form.cleaned_data
                )
                once.location = reverse("training:programme-detail", args=[programme.pk])
                messages.success(request, _("Programme added. Now add its first session."))
        return redirect(once.location)
    status = 422 if request.method == "POST" else 200
    return render(request, "training/programme_form.html", {"form": form}, status=status)


def _programme(request: HttpRequest, pk: int) -> Programme:
    rows = Programme.objects.visible_to(request.user).select_related("government", "form")
    return get_object_or_404(rows, pk=pk)


@login_required
@require_GET
def programme_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One programme with its sessions."""
    programme = _programme(request, pk)
    sessions = selectors.with_seats(Session.objects.filter(programme=programme)).order_by("-starts_on", "-id")
    context = {
        "programme": programme,
        "topics": programme.topics.order_by("name"),
        "page": Paginator(sessions, PAGE_SIZE).get_page(request.GET.get("page")),
        "today": permissions.today_of(programme.government),
        "effects": effect_rows(effects_of_programme(programme)),
        "may_manage": permissions.may_manage_programmes(request.user, programme.government),
    }
    return render(request, "training/programme_detail.html", context)


@login_required
def session_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Add days and seats."""
    programme = _programme(request, pk)
    permissions.require(permissions.may_manage_programmes(request.user, programme.government))
    form = bound(request, SessionForm)
    if request.method == "POST" and form.is_valid():
        with idempotency.once(request, "training.session") as once:
            if not once.is_replay:
                session = services.add_session(
                    programme=programme, by=actor(request), at=timezone.now(), **form.cleaned_data
                )
                once.location = reverse("training:session-detail", args=[session.pk])
                messages.success(request, _("Session added. Now enrol participants."))
        return redirect(once.location)
    status = 422 if request.method == "POST" else 200
    context = {"form": form, "programme": programme}
    return render(request, "training/session_form.html", context, status=status)


def _session(request: HttpRequest, pk: int) -> Session:
    rows = Session.objects.visible_to(request.user).select_related("programme__government", "programme__form")
    return get_object_or_404(rows, pk=pk)


@login_required
@require_GET
def session_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One session: days, seats, and those participants whom the user may see."""
    session = _session(request, pk)
    government = session.programme.government
    today = permissions.today_of(government)
    manages = permissions.may_manage_programmes(request.user, government)
    rows = (
        Enrolment.objects.visible_to(request.user)
        .filter(session=session)
        .select_related("employee", "certificate", "need__topic")
        .order_by("employee__name", "id")
    )
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    has_check = questions_of(session).exists()
    developable = permissions.developable(request.user, government)
    mine = set(
        developable.filter(pk__in=[row.employee_id for row in page.object_list]).values_list("pk", flat=True)
    )
    progress = progress_of(session, page.object_list)
    for row in page.object_list:
        is_open = row.status == EnrolmentStatus.ENROLLED.value
        row.progress = progress[row.pk]
        row.missing = [OBSTACLE_TEXTS[code] for code in row.progress.missing] if is_open else []
        row.may_complete = is_open and manages and session.ends_on <= today and not row.missing
        row.may_be_absent = is_open and manages and session.starts_on <= today
        row.may_cancel = row.status in CANCELLABLE and row.employee_id in mine and session.ends_on >= today
    taken = selectors.seats_taken(session)
    actions = actions_on(session, today)
    context = {
        "session": session,
        "page": page,
        "taken": taken,
        "free": session.seats - taken,
        "today": today,
        "is_over": session.ends_on < today,
        "has_begun": session.starts_on <= today,
        "may_enrol": not session.is_cancelled and session.ends_on >= today and developable.exists(),
        "manages": manages,
        "may_change": manages and SessionAction.CHANGE in actions,
        "may_call_off": manages and SessionAction.CANCEL in actions,
        "shows_progress": session.takes_attendance or has_check,
        "has_check": has_check,
        "meets_today": session.takes_attendance and today in days_of(session),
        "reactions": reactions_of(session, today) if session.ends_on <= today else None,
        **_own(request, session, today),
    }
    return render(request, "training/session_detail.html", context)


def _own(request: HttpRequest, session: Session, today: date) -> dict[str, Any]:
    """Return what the page says to a participant about their own place."""
    own = own_enrolment(session, request.user)
    if own is None:
        return {"own": None}
    now = timezone.now()
    has_seat = own.status == EnrolmentStatus.ENROLLED
    return {
        "own": own,
        "own_progress": progress_of(session, [own])[own.pk],
        "may_answer": own.status == EnrolmentStatus.INVITED and session.starts_on >= today,
        "may_give_back": own.status in {EnrolmentStatus.ENROLLED, EnrolmentStatus.WAITING}
        and session.starts_on >= today,
        "place_in_line": _place_in_line(own),
        "may_check_in": has_seat and session.takes_attendance and today in days_of(session),
        "check_moment": checks.open_moment(own, now),
        "may_react": not own.has_reacted and reactions.is_open(own, now),
    }


def _place_in_line(own: Enrolment) -> int | None:
    if own.status != EnrolmentStatus.WAITING:
        return None
    line = list(waiting_in(own.session).values_list("pk", flat=True))
    return line.index(own.pk) + 1


@login_required
def session_enrol(request: HttpRequest, pk: int) -> HttpResponse:
    """Look for people and give them a seat."""
    session = _session(request, pk)
    government = session.programme.government
    developable = permissions.developable(request.user, government).filter(is_active=True)
    permissions.require(developable.exists())
    if session.is_cancelled:
        messages.info(request, _("This session does not take place. Choose another one."))
        return redirect("training:session-detail", pk=session.pk)
    if request.method == "POST":
        return _enrol(request, session)
    words = request.GET.get("q", "").replace("\0", "").strip()[:80]
    today = permissions.today_of(government)
    found: list[Any] = []
    if words:
        matches = people.search(developable, words).exclude(
            enrolments__in=session.enrolments.exclude(
                status__in=[EnrolmentStatus.CANCELLED, EnrolmentStatus.DECLINED]
            )
        )
        found = list(people.with_place(matches.order_by("name", "id"), today)[:FOUND])
    taken = selectors.seats_taken(session)
    context = {
        "session": session,
        "free": session.seats - taken,
        "is_over": session.ends_on < today,
        "suggested": selectors.needs_for_session(session, developable)[:SUGGESTED],
        "words": words,
        "found": found,
        "limit": FOUND,
    }
    return render(request, "training/session_enrol.html", context)


def _enrol(request: HttpRequest, session: Session) -> HttpResponse:
    text = request.POST.get("employee", "")
    key = int(text) if text.isascii() and text.isdigit() and len(text) < 15 else 0
    employee = get_object_or_404(
        Employee.objects.visible_to(request.user).select_related("government"), pk=key
    )
    permissions.require(permissions.may_develop(request.user, employee))
    back = reverse("training:session-enrol", args=[session.pk])
    try:
        with idempotency.once(request, "training.enrolment") as once:
            if not once.is_replay:
                verb, text = _VERBS.get(request.POST.get("action", ""), _VERBS["enrol"])
                row = verb(session=session, employee=employee, by=actor(request), at=timezone.now())
                once.location = back
                seated = row.status == EnrolmentStatus.ENROLLED
                said = _("%(name)s has a seat now.") if seated else str(text)
                messages.success(request, said % {"name": employee.full_name})
        return redirect(once.location)
    except services.SessionFull:
        messages.error(request, _("All seats are taken. Nobody was enrolled."))
    except services.SessionOver:
        messages.error(request, _("This session is over. Nobody was enrolled."))
    except services.AlreadyEnrolled:
        messages.info(request, _("This person already has a place in the session."))
    except services.OtherGovernment:
        messages.error(request, _("This person works for another government."))
    return redirect(back)


def _enrolment(request: HttpRequest, pk: int) -> Enrolment:
    return get_object_or_404(
        Enrolment.objects.visible_to(request.user).select_related(
            "session__programme__government", "employee__government"
        ),
        pk=pk,
    )


@login_required
def enrolment_complete(request: HttpRequest, pk: int) -> HttpResponse:
    """Write the number of the certificate: the person took part."""
    enrolment = _enrolment(request, pk)
    government = enrolment.session.programme.government
    permissions.require(permissions.may_manage_programmes(request.user, government))
    back = reverse("training:session-detail", args=[enrolment.session_id])
    form = bound(request, CompleteForm)
    if request.method == "POST" and form.is_valid():
        try:
            services.complete_enrolment(
                enrolment=enrolment,
                certificate_number=form.cleaned_data["number"],
                by=actor(request),
                at=timezone.now(),
            )
            messages.success(
                request,
                _("Completed: %(name)s received the lesson hours.") % {"name": enrolment.employee.full_name},
            )
            return redirect(back)
        except services.CertificateNumberTaken:
            form.add_error("number", _("This person already has a certificate with this number."))
        except services.TransitionNotAllowed:
            messages.error(request, _("It was written down before how this participation ended."))
            return redirect(back)
        except services.SessionNotOver:
            messages.error(request, _("The session is not over yet."))
            return redirect(back)
        except services.OwnCertificate:
            form.add_error(None, _("Somebody else of the office must confirm your own participation."))
        except services.NotCompleted as error:
            form.add_error(
                None,
                _("Not completed yet: %(missing)s.")
                % {"missing": ", ".join(str(OBSTACLE_TEXTS[code]) for code in error.missing)},
            )
    status = 422 if request.method == "POST" else 200
    context = {"form": form, "enrolment": enrolment, "session": enrolment.session}
    return render(request, "training/enrolment_complete.html", context, status=status)


@login_required
@require_POST
def enrolment_absent(request: HttpRequest, pk: int) -> HttpResponse:
    """The person did not come."""
    enrolment = _enrolment(request, pk)
    government = enrolment.session.programme.government
    permissions.require(permissions.may_manage_programmes(request.user, government))
    try:
        services.mark_absent(enrolment=enrolment, by=actor(request), at=timezone.now())
        messages.success(request, _("Marked as absent."))
    except services.TransitionNotAllowed:
        messages.error(request, _("It was written down before how this participation ended."))
    except services.SessionNotBegun:
        messages.error(request, _("The session has not begun yet."))
    return redirect("training:session-detail", pk=enrolment.session_id)


@login_required
@require_POST
def enrolment_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a place back, after asking."""
    enrolment = _enrolment(request, pk)
    permissions.require(permissions.may_develop(request.user, enrolment.employee))
    if request.POST.get("confirmed") != "1":
        context = {"enrolment": enrolment, "session": enrolment.session}
        return render(request, "training/enrolment_cancel.html", context)
    try:
        services.cancel_enrolment(enrolment=enrolment, by=actor(request), at=timezone.now())
        messages.success(request, _("The place was taken back; the seat is free."))
    except services.TransitionNotAllowed:
        messages.error(request, _("It was written down before how this participation ended."))
    return redirect("training:session-detail", pk=enrolment.session_id)

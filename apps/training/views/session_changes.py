"""A session that turns out otherwise: changing it, cancelling it."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from apps.core import held_forms, idempotency
from apps.core.held_forms import login_required

from .. import permissions, selectors
from ..forms import CancelSessionForm, SessionForm
from ..models import Session
from ..rules.session_lifecycle import SessionAction
from ..selectors.sessions import actions_on
from ..services import session_changes as services
from .common import actor, bound, managed_session

_FIELDS = ("starts_on", "ends_on", "place", "seats", "begins", "ends", "takes_attendance")


def _here(session: Session) -> str:
    return reverse("training:session-detail", args=[session.pk])


def _too_late(request: HttpRequest, session: Session) -> HttpResponse:
    messages.info(request, _("This session is over or cancelled. Nothing was changed."))
    return redirect(_here(session))


@login_required
@require_http_methods(["GET", "POST"])
def session_change(request: HttpRequest, pk: int) -> HttpResponse:
    """Change days, hours, place or seats."""
    session = managed_session(request, pk)
    today = permissions.today_of(session.programme.government)
    if SessionAction.CHANGE not in actions_on(session, today):
        return _too_late(request, session)
    initial = {name: getattr(session, name) for name in _FIELDS}
    form: Any = bound(request, lambda data=None: SessionForm(data, initial=initial))
    if request.method == "POST" and form.is_valid():
        try:
            return _change(request, session, form.cleaned_data)
        except services.TransitionNotAllowed:
            return _too_late(request, session)
        except services.SessionBegun:
            form.add_error(
                None,
                _("It has begun: its first day, and whether attendance is written down, stay as they are."),
            )
        except services.DayInThePast:
            form.add_error(None, _("Choose today or a later day: nobody can come to a day that is over."))
        except services.TooFewSeats as error:
            form.add_error("seats", _("%(n)s people have a seat already.") % {"n": error.taken})
    context = {
        "form": form,
        "session": session,
        "programme": session.programme,
        "taken": selectors.seats_taken(session),
        "back": _here(session),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "training/session_change.html", context, status=status)


def _change(request: HttpRequest, session: Session, data: dict[str, Any]) -> HttpResponse:
    with idempotency.once(request, "training.session.change") as once:
        if not once.is_replay:
            services.change_session(
                session_id=session.pk,
                seats_total=data["seats"],
                by=actor(request),
                at=timezone.now(),
                **{name: data[name] for name in _FIELDS if name != "seats"},
            )
            once.location = _here(session)
            messages.success(request, _("Saved. Whoever has a place learns of a new time or place."))
    return redirect(once.location)


@login_required
@require_http_methods(["GET", "POST"])
def session_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Cancel a session, with the reason that everybody with a place reads."""
    session = managed_session(request, pk)
    today = permissions.today_of(session.programme.government)
    if SessionAction.CANCEL not in actions_on(session, today):
        return _too_late(request, session)
    form = CancelSessionForm(request.POST if request.method == "POST" else held_forms.take(request))
    if request.method == "POST" and form.is_valid():
        try:
            services.cancel_session(
                session_id=session.pk,
                reason=form.cleaned_data["reason"],
                by=actor(request),
                at=timezone.now(),
            )
        except services.TransitionNotAllowed:
            return _too_late(request, session)
        messages.success(request, _("Cancelled. Everybody with a place has been told."))
        return redirect(_here(session))
    context = {"form": form, "session": session, "programme": session.programme, "back": _here(session)}
    status = 422 if request.method == "POST" else 200
    return render(request, "training/session_cancel.html", context, status=status)

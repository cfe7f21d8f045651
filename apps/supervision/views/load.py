"""What appraisers carry, who could help, and lending of supervision with both names."""

from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from apps.core import held_forms, idempotency
from apps.core.held_forms import login_required
from apps.core.localtime import local_date
from apps.core.templatetags.formats import number
from apps.employees import selectors as people
from apps.employees.labels import LoanKind
from apps.employees.models import Employee, Government, SupervisionLoan, WorkUnit

from ..forms.load import DaysForm, LoanForm, SuggestedForm
from ..permissions import load_units, may_end_loan
from ..selectors.load import Board, Offer, Proposal, away_soon, load_board, loans_concerning
from ..selectors.load import propose_cover as cover_proposal
from ..selectors.load import propose_loans as loan_proposal
from ..services import loans as services

PAGE_SIZE = 25
LOAN_ERRORS = (
    services.NobodyToLendFor,
    services.CannotHold,
    services.BelowThePerson,
    services.AlreadyLent,
    services.NotForYou,
    services.DaysWrong,
    services.ReasonMissing,
)


def _place(request: HttpRequest) -> tuple[Government, date, Any]:
    """Return government, day and units of the page; 403 for whoever leads nothing and keeps no personnel data."""
    government = people.government_of(request.user)
    if government is None:
        raise PermissionDenied
    day = local_date(timezone.now(), government.timezone)
    units = load_units(request.user, day).filter(government=government)
    if not units.exists():
        raise PermissionDenied
    return government, day, units


def _narrowed(request: HttpRequest, units: Any) -> tuple[WorkUnit | None, Any]:
    text = request.GET.get("unit", "")
    if not (text.isascii() and text.isdigit() and len(text) < 15):
        return None, units
    unit = get_object_or_404(units, pk=int(text))
    return unit, WorkUnit.objects.under(unit)


def _number(request: HttpRequest, name: str) -> int | None:
    text = request.GET.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 15 else None


@login_required
@require_GET
def load(request: HttpRequest) -> HttpResponse:
    """People x indicators x duties of each appraiser, beside the time that is there."""
    government, day, units = _place(request)
    unit, scope = _narrowed(request, units)
    board = load_board(scope, government, day)
    rows = board.ordered()
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    running = Paginator(board.loans, PAGE_SIZE).get_page(request.GET.get("pinjaman"))
    context = {
        "day": day,
        "units": units.filter(is_active=True).order_by("path"),
        "unit": unit,
        "families": sorted({family for family in board.families.values() if family}),
        "times": board.times,
        "hours": board.times.lent.hours_per_day,
        "page": page,
        "running": running,
        "away": away_soon([row.employee.pk for row in rows], day),
        "overloaded": sum(row.load.is_overloaded for row in rows),
        "impossible": sum(row.load.is_impossible for row in rows),
        "roomy": sum(_has_room(row.load.used_percent, board) for row in rows),
        "total": len(rows),
        "ceiling": board.times.lent.ceiling_percent,
    }
    return render(request, "supervision/load/load.html", context)


def _has_room(used: Any, board: Board) -> bool:
    return used is not None and used < board.times.lent.ceiling_percent


@login_required
@require_GET
def load_person(request: HttpRequest, pk: int) -> HttpResponse:
    """One appraiser: whose work makes which minutes, and whom to lend."""
    government, day, units = _place(request)
    board = load_board(units, government, day)
    row = board.by_key.get(pk)
    if row is None:
        raise Http404
    names = Employee.objects.visible_to(request.user, on=day).in_bulk(
        [person.key for person in row.appraiser.people]
    )
    loans = {loan.employee_id: loan for loan in board.loans}
    is_self = row.employee.user_id == request.user.pk
    folk = [
        {
            "employee": names[person.key],
            "family": person.family,
            "indicators": person.indicators,
            "loan": loans.get(person.key),
            "may_lend": not is_self
            and person.key not in loans
            and names[person.key].user_id != request.user.pk,
        }
        for person in sorted(row.appraiser.people, key=lambda person: (names[person.key].name, person.key))
    ]
    page = Paginator(folk, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "row": row,
        "page": page,
        "given": [loan for loan in board.loans if loan.lender_id == pk],
        "times": board.times,
        "hours": board.times.lent.hours_per_day,
        "day": day,
        "may_cover": not is_self and bool(row.appraiser.people),
        "days": DaysForm(
            today=day, initial={"since": day, "until": min(day + timedelta(days=13), board.times.last)}
        ),
    }
    return render(request, "supervision/load/load_person.html", context)


# --- suggestions


@login_required
@require_http_methods(["GET", "POST"])
def loan_suggest(request: HttpRequest) -> HttpResponse:
    """Look at suggested loans with what they would change; what is ticked is lent.

    `?unit=` and `?rumpun=` narrow; `?penilai=&dari=&sampai=` asks for cover while an appraiser is away.
    """
    government, day, units = _place(request)
    unit, scope = _narrowed(request, units)
    viewer = people.employee_of(request.user)
    away = _number(request, "penilai")
    family = request.GET.get("rumpun", "").strip()[:200]
    days: tuple[date, date] | None = None
    if away is not None:
        asked = DaysForm({"since": request.GET.get("dari"), "until": request.GET.get("sampai")}, today=day)
        if not asked.is_valid():
            messages.error(request, _("Write the first and the last day, from today on."))
            return redirect("supervision:load-person", pk=away)
        days = (asked.cleaned_data["since"], asked.cleaned_data["until"])
        board = load_board(scope, government, days[0], present={away}, viewer=viewer)
        proposal = _cover(board, away, *days)
    else:
        board = load_board(scope, government, day, viewer=viewer)
        proposal = loan_proposal(board, family=family)
    kind = LoanKind("leave" if days else "loan")
    first, last = days or (day, max(board.times.last, day))
    initial = {
        "since": first,
        "until": last,
        "loans": [offer.value for offer in proposal.offers],
        "reason": _("Cover while the appraiser is away.")
        if days
        else _("More work than time with the appraiser."),
    }
    offers = [(offer.value, _words(offer)) for offer in proposal.offers]
    data = request.POST if request.method == "POST" else held_forms.take(request)
    form = SuggestedForm(data, today=day, offers=offers, initial=initial)
    if request.method == "POST" and form.is_valid() and _lend_all(request, form, kind):
        return redirect("supervision:load")
    context = {
        "form": form,
        "proposal": proposal,
        "kind": kind.value,
        "family": family,
        "unit": unit,
        "away": board.by_key.get(away) if away is not None else None,
        "ceiling": board.times.lent.ceiling_percent,
        "times": board.times,
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "supervision/load/loan_suggest.html", context, status=status)


def _cover(board: Board, away: int, since: date, until: date) -> Proposal:
    row = board.by_key.get(away)
    if row is None:
        raise Http404
    days = min(board.times.working_days(since, until), row.appraiser.working_days)
    # Days beyond the period make no minutes in it, but somebody has to be there: one day stands for them.
    return cover_proposal(board, {away: max(days, 1)}) if row.appraiser.working_days else Proposal([], [], [])


def _words(offer: Offer) -> str:
    values = {
        "name": offer.person.full_name,
        "lender": offer.giver.employee.full_name,
        "holder": offer.taker.employee.full_name,
        "hours": number(offer.hours, 1),
    }
    if offer.loan.same_family:
        return _("%(name)s: from %(lender)s to %(holder)s, who knows this work (%(hours)s hours)") % values
    return _("%(name)s: from %(lender)s to %(holder)s, whose people do other work (%(hours)s hours)") % values


def _lend_all(request: HttpRequest, form: SuggestedForm, kind: LoanKind) -> bool:
    """Grant every loan that is ticked, or none; return False with the error in the form."""
    data = form.cleaned_data
    wanted = data["loans"]
    ids = {key for pair in wanted for key in pair}
    known = {
        row.pk: row
        for row in Employee.objects.visible_to(request.user)
        .filter(pk__in=ids)
        .select_related("government", "user")
    }
    if not ids <= known.keys():
        raise Http404
    person: Employee | None = None
    try:
        with idempotency.once(request, "supervision.loans") as once:
            if not once.is_replay:
                for person_id, holder_id in wanted:
                    person = known[person_id]
                    services.grant_loan(
                        employee=person,
                        holder=known[holder_id],
                        kind=kind,
                        since=data["since"],
                        until=data["until"],
                        reason=data["reason"],
                        by=request.user,
                        at=timezone.now(),
                    )
                once.location = reverse("supervision:load")
    except LOAN_ERRORS as error:
        name = person.full_name if person is not None else ""
        form.add_error(None, f"{name}: {_sentence(error)}")
        return False
    messages.success(request, _("Lent. Everybody concerned has been told."))
    return True


def _sentence(error: Exception) -> str:
    return {
        services.NobodyToLendFor: _("No civil servant is on record as the appraiser on the first day."),
        services.CannotHold: _(
            "This person cannot supervise: gone, without an account, or the appraiser already."
        ),
        services.BelowThePerson: _("Nobody is supervised by people who work below them."),
        services.AlreadyLent: _("Somebody supervises this person on loan on some of these days already."),
        services.NotForYou: _(
            "Only a leader above both, or the personnel office, lends. Nobody lends for themselves."
        ),
        services.DaysWrong: _("This day has passed. Choose today or a later day."),
        services.ReasonMissing: _("Write why."),
    }[type(error)]  # type: ignore[index]


# --- one loan


@login_required
@require_http_methods(["GET", "POST"])
def loan_grant(request: HttpRequest, employee_id: int) -> HttpResponse:
    """Lend one person to an appraiser; those who know the work and have time stand first."""
    government, day, units = _place(request)
    employee = get_object_or_404(
        Employee.objects.visible_to(request.user).select_related("government", "user"), pk=employee_id
    )
    lender = people.appraiser_on(employee, day)
    if lender is None or employee.user_id == request.user.pk or lender.user_id == request.user.pk:
        raise PermissionDenied
    board = load_board(units, government, day, viewer=people.employee_of(request.user))
    if lender.pk not in board.by_key:
        raise PermissionDenied
    data = request.POST if request.method == "POST" else held_forms.take(request)
    form = LoanForm(
        data,
        today=day,
        holders=_holders(board, employee, lender),
        initial={"since": day, "until": max(board.times.last, day)},
    )
    if request.method == "POST" and form.is_valid():
        try:
            with idempotency.once(request, "supervision.loan") as once:
                if not once.is_replay:
                    services.grant_loan(
                        employee=employee,
                        holder=board.by_key[form.cleaned_data["holder"]].employee,
                        kind=LoanKind.LOAN,
                        since=form.cleaned_data["since"],
                        until=form.cleaned_data["until"],
                        reason=form.cleaned_data["reason"],
                        by=request.user,
                        at=timezone.now(),
                    )
                    once.location = reverse("supervision:load-person", args=[lender.pk])
                    messages.success(request, _("Lent. Everybody concerned has been told."))
            return redirect(once.location)
        except LOAN_ERRORS as error:
            form.add_error("holder", _sentence(error))
    status = 422 if request.method == "POST" else 200
    context = {"form": form, "employee": employee, "lender": lender, "row": board.by_key[lender.pk]}
    return render(request, "supervision/load/loan_form.html", context, status=status)


def _holders(board: Board, employee: Employee, lender: Employee) -> list[tuple[int, str]]:
    """Return who could supervise, in words: those who know the job family first, then by spare time."""
    family = board.families.get(employee.pk, "")
    lends = board.by_key[lender.pk].appraiser
    barred = next((person.barred for person in lends.people if person.key == employee.pk), frozenset())
    rows = [
        row
        for row in board.rows
        if row.employee.pk not in barred | {employee.pk, lender.pk} and row.load.spare_percent is not None
    ]
    rows.sort(
        key=lambda row: (
            family not in row.appraiser.known_families,
            -(row.load.spare_percent or 0),
            row.employee.pk,
        )
    )
    return [
        (
            row.employee.pk,
            _("%(name)s (%(spare)s%% of the time is free)")
            % {"name": row.employee.full_name, "spare": number(row.load.spare_percent, 0)},
        )
        for row in rows
    ]


@login_required
@require_GET
def loan_mine(request: HttpRequest) -> HttpResponse:
    """The loans I am part of: who supervises me, whom I supervise for others, whom others supervise for me."""
    government = people.government_of(request.user)
    if government is None:
        raise PermissionDenied
    day = local_date(timezone.now(), government.timezone)
    page = Paginator(loans_concerning(request.user), PAGE_SIZE).get_page(request.GET.get("page"))
    running = set(
        SupervisionLoan.objects.active_on(day)
        .filter(pk__in=[loan.pk for loan in page.object_list])
        .values_list("pk", flat=True)
    )
    rows = [
        {
            "loan": loan,
            "is_running": loan.pk in running,
            "is_coming": not loan.is_withdrawn and loan.ended_at is None and loan.period.lower > day,
            "may_end": loan.lender.user_id == request.user.pk
            and loan.ended_at is None
            and loan.period.upper > day,
        }
        for loan in page.object_list
    ]
    context = {"rows": rows, "page": page, "day": day, "me": people.employee_of(request.user)}
    return render(request, "supervision/load/loan_mine.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def loan_end(request: HttpRequest, pk: int) -> HttpResponse:
    """End a loan before its last day, after a look at what that means."""
    loan = get_object_or_404(
        SupervisionLoan.objects.visible_to(request.user).select_related(
            "employee__government", "employee__user", "lender__user", "holder__user"
        ),
        pk=pk,
    )
    day = local_date(timezone.now(), loan.employee.government.timezone)
    if not may_end_loan(request.user, loan, day):
        raise PermissionDenied
    back = (
        reverse("supervision:loan-mine")
        if loan.lender.user_id == request.user.pk
        else reverse("supervision:load-person", args=[loan.lender_id])
    )
    if loan.ended_at is not None or loan.period.upper <= day:
        messages.info(request, _("This loan has ended."))
        return redirect(back)
    if request.method == "POST":
        try:
            services.end_loan(loan_id=loan.pk, by=request.user, at=timezone.now())
            messages.success(request, _("Ended. Everybody concerned has been told."))
        except services.LoanOver:
            messages.info(request, _("This loan has ended."))
        return redirect(back)
    return render(request, "supervision/load/loan_end.html", {"loan": loan, "back": back})

"""Recognition by a jury: the wall of work, naming a deed, checking it, judging it."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.core import held_forms, idempotency
from apps.core.held_forms import login_required
from apps.employees import selectors as people
from apps.employees.models import Employee, WorkUnit

from .. import permissions
from ..forms.recognition import ChairForm, CheckForm, JuryVoteForm, NominationForm, ReasonForm
from ..labels import conflict_words
from ..models import Juror, Nomination
from ..querysets import OFFICERS
from ..rules.nomination_lifecycle import NominationAction, NominationStatus, allowed_actions
from ..selectors import recognition as selectors
from ..services import nominations as services
from .common import PAGE_SIZE, actor, bound, employee_or_403, government_or_403

TOO_LATE = gettext_lazy("This cannot be done any more. Nothing was changed.")


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 15 else None


# --- the wall


@login_required
@require_GET
def recognition_wall(request: HttpRequest) -> HttpResponse:
    """Deeds that a jury awarded and what they changed, by unit: no names, no counts of persons, no ranking."""
    government = government_or_403(request)
    today = permissions.today_of(government)
    years = selectors.wall_years(government)
    wanted = _number(request.GET.get("tahun", ""))
    year = wanted if wanted in years else (years[0] if years else today.year)
    unit = None
    units = WorkUnit.objects.filter(government=government, is_active=True)
    if request.GET.get("unit"):
        unit = get_object_or_404(units, pk=_number(request.GET["unit"]) or 0)
    page = Paginator(selectors.wall_deeds(government, year, unit), PAGE_SIZE).get_page(
        request.GET.get("page")
    )
    context = {
        "government": government,
        "year": year,
        "years": years,
        "unit": unit,
        "units": units.filter(pk__in=_units_on_the_wall(government)).order_by("name", "pk"),
        "page": page,
        "wall": selectors.on_the_wall(government, list(page), today),
        "may_nominate": people.employee_of(request.user) is not None,
    }
    return render(request, "training/recognition/wall.html", context)


def _units_on_the_wall(government: Any) -> Any:
    return Nomination.objects.filter(government=government, status="awarded").values("unit")


@login_required
@require_GET
def nomination_list(request: HttpRequest) -> HttpResponse:
    """What I named, what I have to judge, and what my office takes care of."""
    government_or_403(request)
    lists = {
        "judge": selectors.nominations_to_judge(request.user),
        "office": selectors.nominations_of_office(request.user),
        "mine": selectors.nominations_by(request.user),
    }
    pages = {name: Paginator(rows, PAGE_SIZE).get_page(request.GET.get(name)) for name, rows in lists.items()}
    context = {**pages, "may_nominate": people.employee_of(request.user) is not None}
    return render(request, "training/recognition/nomination_list.html", context)


# --- naming a deed


@login_required
@require_http_methods(["GET", "POST"])
def nomination_new(request: HttpRequest) -> HttpResponse:
    """Choose a person or a unit, then name the deed."""
    me = employee_or_403(request)
    today = permissions.today_of(me.government)
    back = reverse("training:nomination-list")
    chosen_unit, chosen_person = _number(request.GET.get("unit", "")), _number(request.GET.get("orang", ""))
    if chosen_unit is None and chosen_person is None:
        search = request.GET.get("cari", "")
        found = people.directory(me.government, search, today)
        context = {
            "search": search,
            "found": [row for row in found if row.pk != me.pk],
            "units": WorkUnit.objects.filter(government=me.government, is_active=True).order_by("name", "pk"),
            "back": back,
        }
        return render(request, "training/recognition/nomination_whom.html", context)
    person = unit = thanks = None
    if chosen_person is not None:
        rows = Employee.objects.filter(government=me.government, is_active=True).exclude(pk=me.pk)
        person = get_object_or_404(rows.select_related("government", "user"), pk=chosen_person)
        placement = people.placement_on(person, today)
        if placement is None:
            raise Http404
        place = placement.position.unit
    else:
        unit = place = get_object_or_404(
            WorkUnit.objects.filter(government=me.government, is_active=True).select_related("government"),
            pk=chosen_unit,
        )
        if permissions.may_recognize_unit(request.user, unit):
            thanks = selectors.thanks_of(unit, today)
    form: Any = bound(request, lambda data=None: NominationForm(data, may_name_public=thanks is not None))
    if request.method == "POST" and form.is_valid():
        try:
            return _nominate(request, me, person, unit, form.cleaned_data)
        except services.TooFewThanks:
            form.add_error("from_public", _("There are too few thanks by now to name them."))
    context = {"form": form, "person": person, "unit": place, "thanks": thanks, "back": back}
    status = 422 if request.method == "POST" else 200
    return render(request, "training/recognition/nomination_form.html", context, status=status)


def _nominate(
    request: HttpRequest, me: Employee, person: Employee | None, unit: WorkUnit | None, data: dict[str, Any]
) -> HttpResponse:
    with idempotency.once(request, "training.nomination") as once:
        if not once.is_replay:
            made = services.nominate(employee=person, unit=unit, by=me, at=timezone.now(), **data)
            once.location = reverse("training:nomination-detail", args=[made.pk])
            messages.success(request, _("Thank you. The office checks the deed, then a jury decides."))
    return redirect(once.location)


# --- one nomination


def _nomination_or_404(request: HttpRequest, pk: int) -> Nomination:
    rows = Nomination.objects.visible_to(request.user).select_related(
        "government", "unit__government", "employee__government", "nominated_by", "checked_by", "recognition"
    )
    return get_object_or_404(rows, pk=pk)


def _is_office(request: HttpRequest, nomination: Nomination) -> bool:
    return Nomination.objects.of_office(request.user).filter(pk=nomination.pk).exists()


def _of_office(request: HttpRequest, pk: int) -> Nomination:
    nomination = _nomination_or_404(request, pk)
    permissions.require(_is_office(request, nomination))
    return nomination


def _here(nomination: Nomination) -> str:
    return reverse("training:nomination-detail", args=[nomination.pk])


@login_required
@require_GET
def nomination_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One nomination: what is named, how far it is, and what the reader has to do about it."""
    return _detail(request, _nomination_or_404(request, pk))


def _held(request: HttpRequest, nomination: Nomination, verb: str) -> Any:
    return held_forms.take(request, path=reverse(f"training:{verb}", args=[nomination.pk]))


def _detail(request: HttpRequest, nomination: Nomination, status: int = 200, **forms: Any) -> HttpResponse:
    me = people.employee_of(request.user)
    jurors = selectors.jurors_of(nomination)
    mine = next((row for row in jurors if me is not None and row.employee_id == me.pk), None)
    is_office = _is_office(request, nomination)
    is_mine = me is not None and nomination.nominated_by_id == me.pk
    office_roles = WorkUnit.objects.with_role(request.user, "leadership", "auditor", *OFFICERS)
    answers_for = WorkUnit.objects.below_any(office_roles).filter(pk=nomination.unit_id).exists()
    is_nominee = nomination.employee is not None and nomination.employee.user_id == request.user.pk
    is_voting = mine is not None and nomination.status == "jury"
    if is_voting and "vote_form" not in forms and mine is not None:
        forms["vote_form"] = JuryVoteForm(
            _held(request, nomination, "nomination-vote"),
            initial={"ballot": mine.ballot, "reason": mine.reason},
        )
    if is_office and nomination.status == "nominated":
        forms.setdefault("check_form", CheckForm(_held(request, nomination, "nomination-check")))
    if is_office and nomination.status == "jury":
        forms.setdefault("conclude_form", ReasonForm(_held(request, nomination, "nomination-conclude")))
    context = {
        "nomination": nomination,
        "jurors": jurors,
        "mine": mine,
        "is_office": is_office,
        "may_withdraw": is_mine and _may_withdraw(nomination),
        "is_voting": is_voting,
        "is_nominee": is_nominee,
        # Who named a deed is known to whoever prepares and judges it, not to the person.
        "shows_nominator": is_mine or (not is_nominee and (is_office or answers_for or mine is not None)),
        "shows_deed": is_mine or is_office or answers_for or mine is not None,
        "shows_jury": is_office or answers_for,
        "shows_votes": nomination.is_decided and (is_office or answers_for) and not is_nominee,
        **forms,
        "form": next((form for form in forms.values() if form.is_bound), None),
        "zone": nomination.government,
    }
    return render(request, "training/recognition/nomination_detail.html", context, status=status)


@login_required
@require_POST
def nomination_check(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that the deed can be judged."""
    nomination = _of_office(request, pk)
    form = CheckForm(request.POST)
    if not form.is_valid():
        return _detail(request, nomination, 422, check_form=form)
    try:
        services.check(
            nomination_id=nomination.pk, note=form.cleaned_data["note"], by=actor(request), at=timezone.now()
        )
    except services.TransitionNotAllowed:
        messages.info(request, TOO_LATE)
        return redirect(_here(nomination))
    messages.success(request, _("Checked. Name the jury now."))
    return redirect(reverse("training:nomination-jury", args=[nomination.pk]))


@login_required
@require_http_methods(["GET", "POST"])
def nomination_decline(request: HttpRequest, pk: int) -> HttpResponse:
    """Decline before the jury, with a reason."""
    nomination = _of_office(request, pk)
    form: Any = bound(request, ReasonForm)
    if nomination.status not in {"nominated", "checked"}:
        messages.info(request, TOO_LATE)
        return redirect(_here(nomination))
    if request.method == "POST" and form.is_valid():
        try:
            services.decline(
                nomination_id=nomination.pk,
                reason=form.cleaned_data["reason"],
                by=actor(request),
                at=timezone.now(),
            )
        except services.TransitionNotAllowed:
            messages.info(request, TOO_LATE)
        else:
            messages.success(request, _("Declined. Whoever named the deed reads the reason."))
        return redirect(_here(nomination))
    context = {"nomination": nomination, "form": form, "back": _here(nomination)}
    status = 422 if request.method == "POST" else 200
    return render(request, "training/recognition/nomination_decline.html", context, status=status)


@login_required
@require_POST
def nomination_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back what one named, after asking."""
    nomination = _nomination_or_404(request, pk)
    me = people.employee_of(request.user)
    if me is None or nomination.nominated_by_id != me.pk:
        raise PermissionDenied
    if not _may_withdraw(nomination):
        messages.info(request, TOO_LATE)
        return redirect(_here(nomination))
    if request.POST.get("confirmed") != "1":
        consequences = [
            _("Nobody judges it any more; votes that were cast stay unread."),
            _("You can name the deed again later."),
        ]
        context = {"nomination": nomination, "back": _here(nomination), "consequences": consequences}
        return render(request, "training/recognition/nomination_withdraw.html", context)
    try:
        services.withdraw(nomination_id=nomination.pk, by=me, at=timezone.now())
    except services.TransitionNotAllowed:
        messages.info(request, TOO_LATE)
    else:
        messages.success(request, _("Withdrawn. Whoever was asked to judge it has been told."))
    return redirect(_here(nomination))


def _may_withdraw(nomination: Nomination) -> bool:
    return NominationAction.WITHDRAW in allowed_actions(NominationStatus(nomination.status))


@login_required
@require_http_methods(["GET", "POST"])
def nomination_jury(request: HttpRequest, pk: int) -> HttpResponse:
    """Put the jury together: search, add who has no part in the deed, name the chair, begin."""
    nomination = _of_office(request, pk)
    if nomination.status != "checked":
        messages.info(request, _("A jury is named once the deed is checked, and until it begins."))
        return redirect(_here(nomination))
    jurors = selectors.jurors_of(nomination)
    form = ChairForm(
        request.POST if request.method == "POST" else None,
        jurors=[(row.employee_id, row.employee.full_name) for row in jurors],
    )
    if request.method == "POST" and form.is_valid():
        answer = _convene(request, nomination, form)
        if answer is not None:
            return answer
    today = permissions.today_of(nomination.government)
    search = request.GET.get("cari", "")
    found = people.directory(nomination.government, search, today)
    conflicts = selectors.conflicts_of(nomination, found, today)
    present = {row.employee_id for row in jurors}
    context = {
        "nomination": nomination,
        "jurors": jurors,
        "rules": selectors.jury_rules(nomination.government, today),
        "form": form,
        "search": search,
        "found": [
            {
                "person": person,
                "conflict": conflict_words(conflicts[person.pk]),
                "is_juror": person.pk in present,
            }
            for person in found
        ],
        "back": _here(nomination),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "training/recognition/nomination_jury.html", context, status=status)


def _convene(request: HttpRequest, nomination: Nomination, form: ChairForm) -> HttpResponse | None:
    try:
        services.convene(
            nomination_id=nomination.pk,
            chair_id=form.cleaned_data["chair"],
            by=actor(request),
            at=timezone.now(),
        )
    except services.JuryTooSmall:
        form.add_error(None, _("The jury needs more people: as many as it needs votes."))
        return None
    except services.ConflictOfInterest as error:
        form.add_error(
            None,
            _("Somebody of the jury has a part in the deed by now: %(why)s.")
            % {"why": conflict_words(error.conflicts)},
        )
        return None
    except services.TransitionNotAllowed:
        messages.info(request, TOO_LATE)
    else:
        messages.success(request, _("The jury is asked to vote."))
    return redirect(_here(nomination))


@login_required
@require_POST
def juror_add(request: HttpRequest, pk: int, employee_id: int) -> HttpResponse:
    """Add somebody to the jury."""
    nomination = _of_office(request, pk)
    rows = Employee.objects.filter(government=nomination.government, is_active=True)
    employee = get_object_or_404(rows, pk=employee_id)
    try:
        services.add_juror(
            nomination_id=nomination.pk, employee=employee, by=actor(request), at=timezone.now()
        )
    except services.ConflictOfInterest as error:
        messages.error(
            request,
            _("%(name)s may not vote: %(why)s.")
            % {"name": employee.full_name, "why": conflict_words(error.conflicts)},
        )
    except services.TransitionNotAllowed:
        messages.info(request, TOO_LATE)
        return redirect(_here(nomination))
    except services.AlreadyJuror:
        pass
    return redirect(reverse("training:nomination-jury", args=[nomination.pk]))


@login_required
@require_POST
def juror_remove(request: HttpRequest, pk: int, employee_id: int) -> HttpResponse:
    """Take somebody out of the jury."""
    nomination = _of_office(request, pk)
    try:
        services.remove_juror(
            nomination_id=nomination.pk, employee_id=employee_id, by=actor(request), at=timezone.now()
        )
    except services.NotAJuror as error:
        raise Http404 from error
    except services.TransitionNotAllowed:
        messages.info(request, TOO_LATE)
        return redirect(_here(nomination))
    return redirect(reverse("training:nomination-jury", args=[nomination.pk]))


@login_required
@require_POST
def nomination_vote(request: HttpRequest, pk: int) -> HttpResponse:
    """Vote as a juror."""
    nomination = _nomination_or_404(request, pk)
    me = people.employee_of(request.user)
    if me is None or not Juror.objects.filter(nomination=nomination, employee=me).exists():
        raise PermissionDenied
    form = JuryVoteForm(request.POST)
    if not form.is_valid():
        return _detail(request, nomination, 422, vote_form=form)
    try:
        services.vote(nomination_id=nomination.pk, by=me, at=timezone.now(), **form.cleaned_data)
    except services.ConflictOfInterest as error:
        form.add_error(
            None, _("You may not vote on this: %(why)s.") % {"why": conflict_words(error.conflicts)}
        )
        return _detail(request, nomination, 422, vote_form=form)
    except services.TransitionNotAllowed:
        messages.info(request, TOO_LATE)
    else:
        messages.success(request, _("Your vote is in. You can change it until the decision."))
    return redirect(_here(nomination))


@login_required
@require_POST
def nomination_conclude(request: HttpRequest, pk: int) -> HttpResponse:
    """Let the votes decide."""
    nomination = _of_office(request, pk)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return _detail(request, nomination, 422, conclude_form=form)
    try:
        decided, _found = services.conclude(
            nomination_id=nomination.pk,
            reason=form.cleaned_data["reason"],
            by=actor(request),
            at=timezone.now(),
        )
    except services.TooFewVotes as error:
        words = ngettext(
            "%(n)s more vote for or against is needed.",
            "%(n)s more votes for or against are needed.",
            error.missing,
        )
        form.add_error(None, words % {"n": error.missing})
        return _detail(request, nomination, 422, conclude_form=form)
    except services.TransitionNotAllowed:
        messages.info(request, TOO_LATE)
        return redirect(_here(nomination))
    if decided.status == "awarded":
        messages.success(request, _("Awarded. The deed stands on the wall, and the certificate can be made."))
    else:
        messages.success(request, _("Not awarded. Whoever named the deed reads the reason."))
    return redirect(_here(nomination))

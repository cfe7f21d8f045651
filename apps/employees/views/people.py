"""Staff: the list, one person, corrections of the supervisor, NIP, activation codes."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from apps.core import addresses, idempotency, kept, paging
from apps.core.held_forms import login_required
from apps.core.localtime import local_date
from apps.core.localtime import today as core_today

from .. import permissions, selectors
from ..forms import AppraiserForm, CodesForm, CorrectionForm, DecisionForm, NipForm
from ..labels import RecordPart, Role
from ..models import AppraiserLink, Employee, Mandate, Placement, SupervisorCorrection, WorkUnit
from ..services import corrections, people, record_views
from ._shared import PAGE_SIZE, found_people, government_or_404, sent_data, today

MAX_SLIPS = 500
MOST_UNITS = 150


def _visible(request: HttpRequest, pk: int) -> Employee:
    employees = Employee.objects.visible_to(request.user).select_related("government", "user")
    return get_object_or_404(employees, pk=pk)


@login_required
@require_GET
def employee_list(request: HttpRequest) -> HttpResponse:
    """The people I may see, with search and unit filter."""
    standing = selectors.standing_of(request.user, core_today())
    if standing.government_id is None:
        raise Http404
    day = local_date(timezone.now(), standing.timezone)
    text = request.GET.get("cari", "").strip()
    unit = request.GET.get("unit", "")
    only = request.GET.get("hanya", "")
    units = WorkUnit.objects.visible_to(request.user).filter(is_active=True).order_by("path")
    chosen = get_object_or_404(units, pk=int(unit)) if unit.isdigit() else None
    page = paging.page_of(
        lambda start, most: selectors.listed_people(
            request.user,
            day,
            text=text,
            unit=chosen,
            without_supervisor=only == "tanpa-penilai",
            start=start,
            most=most,
        ),
        request.GET.get("page"),
        PAGE_SIZE,
    )
    address = addresses.of_rows("employees:detail")
    is_officer = Role.PERSONNEL_OFFICER in standing.roles
    context = {
        "page": page,
        "rows": [(person, address(person.pk)) for person in page.object_list],
        "text": text,
        "only": only,
        "unit_options": kept.part(
            "units-to-choose",
            user=request.user,
            key=(day, unit),
            stamp_names=(f"user:{request.user.pk}",),
            make=lambda: _unit_options(units, unit),
        ).value,
        "is_filtered": bool(text or unit or only),
        "is_officer": is_officer,
        "is_government_officer": is_officer
        and permissions.manages_government(request.user, standing.government_id),
        "open_corrections": selectors.open_corrections(request.user, core_today()) if is_officer else 0,
    }
    return render(request, "employees/employee_list.html", context)


def _unit_options(units: QuerySet[WorkUnit], chosen: str) -> SafeString:
    """Return the units of the filter as they stand in the page; they are the most of it and change least."""
    return render_to_string(
        "employees/_unit_options.html", {"units": _units_to_choose(units, chosen), "unit": chosen}
    )


def _units_to_choose(units: QuerySet[WorkUnit], chosen: str) -> list[WorkUnit]:
    """Return the units of the filter: all of them, or of very many the topmost levels with what is around the chosen.

    A list of thousands is nothing to choose from and weighs more than the page; the tree of units leads to the rest.
    """
    few = list(units[: MOST_UNITS + 1])
    if len(few) <= MOST_UNITS:
        return few
    # A path is /1/12/345/: the top, and what is right below it.
    near = Q(path__regex=r"^/\d+/(\d+/)?$")
    if chosen.isdigit():
        near |= Q(pk=int(chosen)) | Q(parent=int(chosen))
    return list(units.filter(near)[:MOST_UNITS])


@login_required
@require_GET
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One person: place, supervisor, and how both came about."""
    employee = _visible(request, pk)
    record_views.note(viewer=request.user, employee=employee, what=RecordPart.PERSON.value, at=timezone.now())
    day = today(employee.government)
    placements = list(
        Placement.objects.filter(employee=employee)
        .select_related("position__unit")
        .order_by("-period", "-pk")
    )
    links = list(
        AppraiserLink.objects.filter(employee=employee).select_related("appraiser").order_by("-period", "-pk")
    )
    mandates = (
        Mandate.objects.filter(holder=employee).select_related("position__unit").order_by("-period", "-pk")
    )
    is_self = permissions.may_ask_correction(request.user, employee)
    manages = permissions.manages_employee(request.user, employee)
    asked = (
        SupervisorCorrection.objects.filter(employee=employee).order_by("-pk") if is_self or manages else None
    )
    context = {
        "employee": employee,
        "day": day,
        "placements": placements,
        "links": links,
        "mandates": mandates,
        "states": [row for row in employee.service_states.order_by("period", "pk") if _holds(row, day)],
        "loan": selectors.loan_on(employee, day),
        "current_link": next((link for link in links if _holds(link, day)), None),
        "current_place": next((place for place in placements if place.is_main and _holds(place, day)), None),
        "corrections": asked,
        "is_self": is_self,
        "manages": manages,
        "may_ask": is_self and not (asked is not None and asked.open().exists()),
    }
    return render(request, "employees/employee_detail.html", context)


def _holds(row: Any, day: Any) -> bool:
    period = row.period
    return (period.lower is None or period.lower <= day) and (period.upper is None or day < period.upper)


@login_required
@require_http_methods(["GET", "POST"])
def correction_ask(request: HttpRequest, pk: int) -> HttpResponse:
    """I say that my recorded supervisor is wrong."""
    employee = _visible(request, pk)
    permissions.require(permissions.may_ask_correction(request.user, employee))
    day = today(employee.government)
    data = sent_data(request)
    form = CorrectionForm(data, people=found_people(data, employee.government, day, without=employee))
    status = 200
    if request.method == "POST" and not form.is_search:
        if form.is_valid():
            try:
                with idempotency.once(request, "employees.correction") as once:
                    if not once.is_replay:
                        corrections.ask_correction(
                            employee=employee,
                            proposed=form.cleaned_data["person"],
                            reason=form.cleaned_data["reason"],
                            by=request.user,
                            at=timezone.now(),
                        )
                        once.location = reverse("employees:detail", args=[employee.pk])
                        messages.success(
                            request,
                            _(
                                "Your request is with the personnel office. You get a notification with the answer."
                            ),
                        )
                return redirect(once.location)
            except corrections.AlreadyAsked:
                form.add_error(None, _("An earlier request of yours is still open. Wait for its answer."))
            except corrections.WrongGovernment:
                form.add_error("person", _("This person cannot be your supervisor."))
        status = 422
    context = {
        "employee": employee,
        "form": form,
        "errors_form": form if status == 422 else None,
        "is_searched": form.is_bound and bool(form.data.get("query")),
        "people": form.fields["person"].people,  # type: ignore[attr-defined]
        "link": selectors.appraiser_link_on(employee, day),
    }
    return render(request, "employees/correction_form.html", context, status=status)


@login_required
@require_GET
def correction_list(request: HttpRequest) -> HttpResponse:
    """Requests of my people, open ones first."""
    permissions.require(permissions.manages_somewhere(request.user))
    rows = (
        SupervisorCorrection.objects.visible_to(request.user)
        .select_related("employee__government", "proposed")
        .order_by("-decided_at", "-pk")
    )
    open_rows = rows.open().order_by("asked_at", "pk")
    page = Paginator(rows.filter(decided_at__isnull=False), PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "employees/correction_list.html", {"open_rows": open_rows, "page": page})


@login_required
@require_http_methods(["GET", "POST"])
def correction_decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Decide a request: correct the supervisor, or say why not."""
    correction = get_object_or_404(
        SupervisorCorrection.objects.visible_to(request.user).select_related(
            "employee__government", "proposed"
        ),
        pk=pk,
    )
    employee = correction.employee
    permissions.require(permissions.manages_employee(request.user, employee))
    day = today(employee.government)
    data = sent_data(request)
    offered = found_people(data, employee.government, day, without=employee)
    if correction.proposed_id and all(person.pk != correction.proposed_id for person in offered):
        proposed = Employee.objects.filter(pk=correction.proposed_id)
        offered = [*selectors.with_place(proposed, day), *offered]
    form = DecisionForm(data, people=offered, initial={"person": str(correction.proposed_id or "")})
    status = 200
    if request.method == "POST" and not form.is_search:
        if form.is_valid():
            try:
                corrections.decide_correction(
                    correction_id=correction.pk,
                    is_granted=form.cleaned_data["decision"] == "grant",
                    appraiser=form.cleaned_data["person"],
                    answer=form.cleaned_data["answer"],
                    by=request.user,
                    at=timezone.now(),
                )
            except corrections.AlreadyDecided:
                messages.error(request, _("This request has already been decided."))
                return redirect("employees:correction-list")
            except corrections.WrongGovernment:
                form.add_error("person", _("This person cannot be the supervisor."))
            else:
                messages.success(request, _("Decided. The employee has been told."))
                return redirect("employees:correction-list")
        status = 422
    context = {
        "correction": correction,
        "employee": employee,
        "form": form,
        "errors_form": form if status == 422 else None,
        "is_searched": form.is_bound and bool(form.data.get("query")),
        "people": form.fields["person"].people,  # type: ignore[attr-defined]
        "link": selectors.appraiser_link_on(employee, day),
        "place": selectors.placement_on(employee, day),
    }
    return render(request, "employees/correction_decide.html", context, status=status)


@login_required
@require_http_methods(["GET", "POST"])
def appraiser_set(request: HttpRequest, pk: int) -> HttpResponse:
    """Set the supervisor of one of my people by hand."""
    employee = _visible(request, pk)
    permissions.require(permissions.manages_employee(request.user, employee))
    day = today(employee.government)
    data = sent_data(request)
    form = AppraiserForm(data, people=found_people(data, employee.government, day, without=employee))
    status = 200
    if request.method == "POST" and not form.is_search:
        if form.is_valid():
            try:
                corrections.set_appraiser_by_hand(
                    employee=employee,
                    appraiser=form.cleaned_data["person"],
                    external_name=form.cleaned_data["external_name"],
                    by=request.user,
                    at=timezone.now(),
                )
            except corrections.WrongGovernment:
                form.add_error("person", _("This person cannot be the supervisor."))
            else:
                messages.success(request, _("The supervisor is set from today. Drafts are unchanged."))
                return redirect("employees:detail", pk=employee.pk)
        status = 422
    context = {
        "employee": employee,
        "form": form,
        "errors_form": form if status == 422 else None,
        "is_searched": form.is_bound and bool(form.data.get("query")),
        "people": form.fields["person"].people,  # type: ignore[attr-defined]
        "link": selectors.appraiser_link_on(employee, day),
    }
    return render(request, "employees/appraiser_form.html", context, status=status)


@login_required
@require_http_methods(["GET", "POST"])
def nip_correct(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct a NIP; the sign-in follows it."""
    employee = _visible(request, pk)
    permissions.require(permissions.manages_employee(request.user, employee))
    data = sent_data(request)
    form = NipForm(data, employee=employee)
    if request.method == "POST" and form.is_valid():
        try:
            people.correct_nip(employee=employee, nip=form.cleaned_data["nip"], by=request.user)
        except people.NipTaken:
            form.add_error("nip", _("This number cannot be used. Compare it with the decree."))
        else:
            messages.success(
                request, _("The NIP is corrected. From now on it is also the name to sign in with.")
            )
            return redirect("employees:detail", pk=employee.pk)
    status = 422 if request.method == "POST" else 200
    return render(request, "employees/nip_form.html", {"employee": employee, "form": form}, status=status)


@login_required
@require_http_methods(["GET", "POST"])
def codes(request: HttpRequest) -> HttpResponse:
    """Choose people and print their slips. The codes are shown in this one answer and kept nowhere."""
    permissions.require(permissions.manages_somewhere(request.user))
    government = government_or_404(request)
    day = today(government)
    managed = (
        Employee.objects.managed_by(request.user).filter(is_active=True).select_related("government", "user")
    )
    units = permissions.managed_units(request.user).filter(is_active=True).order_by("path")
    text = request.GET.get("cari", "").strip()
    listed = selectors.search(managed, text) if text else managed.none()
    offered = selectors.with_place(listed.order_by("name", "id"), day)[:PAGE_SIZE]
    chosen = [pk for pk in request.POST.getlist("people") if pk.isdigit()] if request.method == "POST" else []
    if wanted := request.GET.get("pegawai", ""):
        chosen = [wanted] if wanted.isdigit() else []
        offered = selectors.with_place(managed.filter(pk__in=chosen), day)
    choice = managed.filter(pk__in=[*chosen, *(person.pk for person in offered)]).order_by("name", "id")
    form = CodesForm(
        request.POST if request.method == "POST" else None,
        units=units,
        people=choice,
        initial={"people": chosen, "only_new": not chosen},
    )
    if request.method == "POST" and form.is_valid():
        selected = _people_for_codes(form, managed, day)
        if not selected:
            form.add_error(
                "unit", _("Everybody there has signed in before. Take the tick away to include them.")
            )
        elif len(selected) > MAX_SLIPS:
            text_ = _("That would be %(count)s slips; %(limit)s are possible at once. Choose a smaller unit.")
            form.add_error("unit", text_ % {"count": len(selected), "limit": MAX_SLIPS})
        else:
            with idempotency.once(request, "employees.codes") as once:
                if once.is_replay:
                    messages.info(
                        request,
                        _("These codes have been shown already. If the slips are lost, issue new ones."),
                    )
                    return redirect(once.location)
                slips = people.issue_codes(employees=selected, by=request.user, at=timezone.now())
                once.location = reverse("employees:codes")
            response = render(
                request,
                "employees/code_slips.html",
                {"slips": slips, "activation_url": request.build_absolute_uri(reverse("accounts:activate"))},
            )
            response["Cache-Control"] = "no-store"
            return response
    context = {"form": form, "text": text, "has_people": choice.exists()}
    return render(request, "employees/codes_form.html", context, status=422 if form.errors else 200)


def _people_for_codes(form: CodesForm, managed: Any, day: Any) -> list[Employee]:
    chosen = list(form.cleaned_data["people"])
    unit = form.cleaned_data["unit"]
    if unit is None:
        return chosen
    inside = Placement.objects.active_on(day).filter(is_main=True, position__unit__path__startswith=unit.path)
    staff = managed.filter(pk__in=inside.values("employee"))
    if form.cleaned_data["only_new"]:
        staff = staff.filter(user__last_login__isnull=True)
    known = {person.pk for person in chosen}
    return [*chosen, *(person for person in staff.order_by("name", "id") if person.pk not in known)]

"""Units, roles and mandates."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.accounts import services as accounts
from apps.accounts.models import User
from apps.core import idempotency
from apps.core.held_forms import login_required

from .. import permissions, selectors
from ..forms import MandateForm, RoleForm
from ..models import Government, Mandate, Position, RoleAssignment, WorkUnit
from ..services import organization
from ._shared import PAGE_SIZE, found_people, government_or_404, sent_data, today

TREE_PAGE_SIZE = 100


@login_required
@require_GET
def unit_tree(request: HttpRequest) -> HttpResponse:
    """The units I may see as a tree, with head and number of staff."""
    government = government_or_404(request)
    units = WorkUnit.objects.visible_to(request.user).filter(is_active=True)
    rows = selectors.unit_tree(units, today(government))
    page = Paginator(rows, TREE_PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "employees/unit_tree.html", {"page": page})


def _managed_government(request: HttpRequest) -> Government:
    government = government_or_404(request)
    permissions.require(permissions.manages_government(request.user, government))
    return government


@login_required
@require_http_methods(["GET", "POST"])
def role_list(request: HttpRequest) -> HttpResponse:
    """Who has which role where; grant another one."""
    government = _managed_government(request)
    day = today(government)
    units = WorkUnit.objects.filter(government=government, is_active=True).order_by("path")
    data = sent_data(request)
    form = RoleForm(data, people=found_people(data, government, day), units=units)
    status = 200
    if request.method == "POST" and not form.is_search:
        if form.is_valid() and _grant_role(request, form, government, day):
            return redirect("employees:role-list")
        status = 422
    assignments = (
        RoleAssignment.objects.filter(unit__government=government, period__contains=day)
        .select_related("user", "unit")
        .order_by("role", "user__display_name", "pk")
    )
    context = {
        "form": form,
        "errors_form": form if status == 422 else None,
        "is_searched": form.is_bound and bool(form.data.get("query")),
        "people": form.fields["person"].people,  # type: ignore[attr-defined]
        "page": Paginator(assignments, PAGE_SIZE).get_page(request.GET.get("page")),
    }
    return render(request, "employees/role_list.html", context, status=status)


class _OwnRole(Exception):
    """Somebody would give themselves a role."""


def _grant_role(request: HttpRequest, form: RoleForm, government: Government, day: Any) -> bool:
    """Grant the role of a valid form; return False with an error in the form."""
    person, email = form.cleaned_data["person"], form.cleaned_data["email"]
    try:
        with idempotency.once(request, "employees.role") as once, transaction.atomic():
            if once.is_replay:
                return True
            user = person.user if person else User.objects.filter(login=email.lower()).first()
            if user is None and person is not None:
                user = accounts.create_user(
                    login=person.nip, display_name=person.name, by=request.user, scope=government.code
                )
                person.user = user
                person.save(update_fields=["user"])
            if user is None:
                user = accounts.create_user(
                    login=email,
                    display_name=form.cleaned_data["display_name"],
                    by=request.user,
                    scope=government.code,
                )
            elif selectors.government_of(user) not in {None, government}:
                raise accounts.LoginTaken
            if user == request.user:
                raise _OwnRole
            organization.assign_role(
                user=user,
                role=form.cleaned_data["role"],
                unit=form.cleaned_data["unit"],
                since=day,
                by=request.user,
            )
            once.location = reverse("employees:role-list")
    except _OwnRole:
        form.add_error("person", _("Nobody gives themselves a role. Ask another personnel officer."))
        return False
    except accounts.LoginTaken:
        form.add_error("email", _("This address cannot be used here."))
        return False
    except IntegrityError:
        form.add_error("role", _("This person already has this role for this unit."))
        return False
    messages.success(request, _("The role holds from today."))
    return True


@login_required
@require_POST
def role_end(request: HttpRequest, pk: int) -> HttpResponse:
    """End a role today."""
    government = _managed_government(request)
    assignment = get_object_or_404(
        RoleAssignment.objects.select_related("unit__government"), pk=pk, unit__government=government
    )
    if assignment.user_id == request.user.pk:
        messages.error(request, _("You cannot end your own role. Ask another personnel officer."))
        return redirect("employees:role-list")
    organization.end_role_now(assignment=assignment, day=today(government), by=request.user)
    messages.success(request, _("The role has ended."))
    return redirect("employees:role-list")


@login_required
@require_http_methods(["GET", "POST"])
def mandate_list(request: HttpRequest) -> HttpResponse:
    """Who acts for whom (Plt, Plh); add one."""
    permissions.require(permissions.manages_somewhere(request.user))
    government = government_or_404(request)
    day = today(government)
    units = permissions.managed_units(request.user)
    positions = (
        Position.objects.filter(unit__in=units.values("pk"), is_head=True)
        .select_related("unit")
        .order_by("unit__path", "title", "pk")
    )
    data = sent_data(request)
    form = MandateForm(data, people=found_people(data, government, day), positions=positions)
    status = 200
    if request.method == "POST" and not form.is_search:
        if form.is_valid():
            with idempotency.once(request, "employees.mandate") as once:
                if not once.is_replay:
                    organization.grant_mandate(
                        holder=form.cleaned_data["person"],
                        position=form.cleaned_data["position"],
                        kind=form.cleaned_data["kind"],
                        since=form.cleaned_data["since"],
                        until=form.cleaned_data["until"],
                        note=form.cleaned_data["note"],
                        by=request.user,
                    )
                    once.location = reverse("employees:mandate-list")
                    messages.success(request, _("The mandate is recorded."))
            return redirect(once.location)
        status = 422
    mandates = (
        Mandate.objects.filter(position__unit__in=units.values("pk"))
        .select_related("holder", "position__unit")
        .order_by("-period", "-pk")
    )
    page = Paginator(mandates, PAGE_SIZE).get_page(request.GET.get("page"))
    for mandate in page.object_list:
        mandate.is_over = mandate.period.upper is not None and mandate.period.upper <= day  # type: ignore[attr-defined]
        mandate.is_future = mandate.period.lower is not None and mandate.period.lower > day  # type: ignore[attr-defined]
    context = {
        "form": form,
        "errors_form": form if status == 422 else None,
        "is_searched": form.is_bound and bool(form.data.get("query")),
        "people": form.fields["person"].people,  # type: ignore[attr-defined]
        "page": page,
    }
    return render(request, "employees/mandate_list.html", context, status=status)


@login_required
@require_POST
def mandate_end(request: HttpRequest, pk: int) -> HttpResponse:
    """End a mandate with today as its last day."""
    permissions.require(permissions.manages_somewhere(request.user))
    units = permissions.managed_units(request.user)
    mandate = get_object_or_404(
        Mandate.objects.select_related("holder__government"), pk=pk, position__unit__in=units.values("pk")
    )
    day = today(mandate.holder.government)
    if mandate.period.upper is None or mandate.period.upper > day:
        organization.end_mandate(mandate=mandate, last_day=day, by=request.user)
        messages.success(request, _("The mandate ends today."))
    return redirect("employees:mandate-list")

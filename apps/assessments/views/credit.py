"""Pages of angka kredit: one's own, and those of the personnel office."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from apps.core import held_forms, idempotency, long_jobs
from apps.core.held_forms import login_required
from apps.employees import selectors as people
from apps.employees.models import Employee, WorkUnit

from .. import permissions
from ..forms.credit import ConvertForm, DiplomaForm, OpeningForm, PakForm, RankStepForm, WithdrawForm
from ..models import CreditDiploma, CreditOpening, CreditPak, CreditRankStep, Period
from ..selectors import credit as selectors
from ..services import credit as services
from .common import PAGE_SIZE, today_of

ENTRIES: dict[str, Any] = {"saldo": CreditOpening, "ijazah": CreditDiploma, "pangkat": CreditRankStep}


def _statement(request: HttpRequest, employee: Employee) -> dict[str, Any]:
    """Return everything the page of one person shows."""
    facts = selectors.accumulation_facts(employee, today_of(employee.government))
    return {
        "employee": employee,
        "facts": facts,
        "history": selectors.history(employee, facts),
        "entries": selectors.entries_of(employee),
        "paks": CreditPak.objects.filter(employee=employee).order_by("-as_of", "-pk"),
        "is_mine": employee.user_id == request.user.pk,
        "keeps": permissions.may_keep_credit(request.user, employee),
        "zone": employee.government,
    }


@login_required
@require_GET
def credit_mine(request: HttpRequest) -> HttpResponse:
    """Show one's own credit: how much, why, and what is missing."""
    employee = people.employee_of(request.user)
    if employee is None:
        return render(request, "assessments/credit/credit_detail.html", {"employee": None})
    return render(request, "assessments/credit/credit_detail.html", _statement(request, employee))


@login_required
@require_GET
def credit_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show somebody's credit to whoever may see them."""
    return render(
        request, "assessments/credit/credit_detail.html", _statement(request, _visible(request, pk))
    )


def _visible(request: HttpRequest, pk: int) -> Employee:
    return get_object_or_404(
        Employee.objects.visible_to(request.user).select_related("government", "user"), pk=pk
    )


@login_required
@require_GET
def credit_list(request: HttpRequest) -> HttpResponse:
    """List the functional staff with what they have and what they need."""
    government = people.government_of(request.user)
    permissions.require(government is not None and permissions.may_list_credit(request.user))
    today = today_of(government)
    staff = selectors.functional_staff(Employee.objects.visible_to(request.user), today)
    text = request.GET.get("cari", "").strip()
    unit = request.GET.get("unit", "")
    units = WorkUnit.objects.visible_to(request.user).filter(is_active=True).order_by("path")
    if text:
        staff = people.search(staff, text)
    if unit.isdigit():
        staff = staff.in_unit(get_object_or_404(units, pk=int(unit)), on=today)
    page = Paginator(staff.order_by("name", "id"), PAGE_SIZE).get_page(request.GET.get("page"))
    found = selectors.accumulations(page.object_list, today)
    return render(
        request,
        "assessments/credit/credit_list.html",
        {
            "page": page,
            "rows": [(person, found[person.pk]) for person in page.object_list],
            "text": text,
            "unit": unit,
            "units": units,
            "is_filtered": bool(text or unit),
            "keeps": permissions.keeps_credit_somewhere(request.user),
        },
    )


# --- what officers enter


def _kept(request: HttpRequest, pk: int) -> Employee:
    employee = _visible(request, pk)
    permissions.require(permissions.may_keep_credit(request.user, employee))
    return employee


def _entry_page(
    request: HttpRequest,
    employee: Employee,
    form: forms.Form,
    *,
    purpose: str,
    template: str,
    save: Callable[[Any], Any],
    refusals: dict[type[Exception], tuple[str | None, str]],
    done: str,
    context: dict[str, Any] | None = None,
) -> HttpResponse:
    """Run one form of the officer: once per key, refusals beside the field they belong to."""
    if request.method == "POST" and form.is_valid():
        try:
            with idempotency.once(request, purpose) as once:
                if not once.is_replay:
                    made = save(form)
                    once.location = (
                        reverse("assessments:credit-pak", args=[made.pk])
                        if isinstance(made, CreditPak)
                        else reverse("assessments:credit-detail", args=[employee.pk])
                    )
                    messages.success(request, done)
            return redirect(once.location)
        except tuple(refusals) as refusal:
            field, text = refusals[type(refusal)]
            form.add_error(field, text)
    facts = selectors.accumulation_facts(employee, today_of(employee.government))
    return render(
        request,
        template,
        {"form": form, "employee": employee, "facts": facts, "zone": employee.government, **(context or {})},
        status=422 if request.method == "POST" else 200,
    )


def _data(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else held_forms.take(request)


def _not_functional() -> str:
    return _("On this day the person held no functional post with a known level.")


@login_required
@require_http_methods(["GET", "POST"])
def opening_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Enter what somebody brings along."""
    employee = _kept(request, pk)
    return _entry_page(
        request,
        employee,
        OpeningForm(_data(request), today=today_of(employee.government)),
        purpose="assessments.credit_opening",
        template="assessments/credit/opening_form.html",
        save=lambda form: services.record_opening(
            employee=employee,
            amount=form.amount(),
            as_of=form.cleaned_data["as_of"],
            note=form.cleaned_data["note"],
            by=request.user,
            at=timezone.now(),
        ),
        refusals={
            services.NotFunctional: ("as_of", _not_functional()),
            services.MonthsAlreadyConverted: (
                "as_of",
                _("Months up to this day are converted here already. Enter the balance of an earlier day."),
            ),
            services.AlreadyEntered: (
                "kind",
                _("A balance of this kind is on file for the level. Withdraw it first if it is wrong."),
            ),
            services.TooEarly: ("as_of", _("Before 2023 there were no coefficients to start with.")),
        },
        done=_("The opening balance was entered."),
    )


@login_required
@require_http_methods(["GET", "POST"])
def diploma_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Enter a diploma that gives credit once."""
    employee = _kept(request, pk)
    return _entry_page(
        request,
        employee,
        DiplomaForm(_data(request), today=today_of(employee.government)),
        purpose="assessments.credit_diploma",
        template="assessments/credit/diploma_form.html",
        save=lambda form: services.record_diploma(
            employee=employee,
            degree=form.cleaned_data["degree"],
            obtained_on=form.cleaned_data["obtained_on"],
            note=form.cleaned_data["note"],
            by=request.user,
            at=timezone.now(),
        ),
        refusals={
            services.NotFunctional: ("obtained_on", _not_functional()),
            services.NoRankStep: (None, _("No next rank needs credit, so a diploma gives none.")),
            services.AlreadyEntered: ("degree", _("This diploma has given its credit; it counts once.")),
            services.DiplomaNotHigher: ("degree", _("A higher diploma has given credit already.")),
        },
        done=_("The diploma was entered."),
    )


@login_required
@require_http_methods(["GET", "POST"])
def rank_step_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Enter a rise in rank that took effect; it uses up credit."""
    employee = _kept(request, pk)
    return _entry_page(
        request,
        employee,
        RankStepForm(_data(request), today=today_of(employee.government)),
        purpose="assessments.credit_rank_step",
        template="assessments/credit/rank_step_form.html",
        save=lambda form: services.record_rank_step(
            employee=employee,
            effective_on=form.cleaned_data["effective_on"],
            note=form.cleaned_data["note"],
            by=request.user,
            at=timezone.now(),
        ),
        refusals={
            services.NotFunctional: ("effective_on", _not_functional()),
            services.NoRankStep: (None, _("There is no next rank within this level.")),
            services.NotEnoughCredit: (
                "effective_on",
                _("The credit on record did not reach the requirement. Enter the missing balance first."),
            ),
            services.AlreadyEntered: (
                "effective_on",
                _("A rise in rank from this day or later is on file."),
            ),
        },
        done=_("The rise in rank was entered; the credit left over is carried on."),
    )


@login_required
@require_http_methods(["GET", "POST"])
def pak_issue(request: HttpRequest, pk: int) -> HttpResponse:
    """Fix somebody's credit in a PAK."""
    employee = _kept(request, pk)
    today = today_of(employee.government)
    return _entry_page(
        request,
        employee,
        PakForm(
            _data(request),
            today=today,
            initial={"as_of": today, "competence_test": "unknown", "vacancy": "unknown"},
        ),
        purpose="assessments.credit_pak",
        template="assessments/credit/pak_form.html",
        save=lambda form: services.issue_pak(
            employee=employee,
            as_of=form.cleaned_data["as_of"],
            by=request.user,
            at=timezone.now(),
            competence_test=form.confirmed("competence_test", "competence_note"),
            vacancy=form.confirmed("vacancy", "vacancy_note"),
            note=form.cleaned_data["note"],
        ),
        refusals={services.NotFunctional: ("as_of", _not_functional())},
        done=_("The PAK was issued. It does not change any more."),
    )


@login_required
@require_GET
def pak_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a PAK as it was fixed."""
    pak = get_object_or_404(
        CreditPak.objects.visible_to(request.user).select_related("employee__government"), pk=pk
    )
    return render(
        request,
        "assessments/credit/pak_detail.html",
        {
            "pak": pak,
            "employee": pak.employee,
            "facts": selectors.pak_facts(pak),
            "zone": pak.employee.government,
            "is_mine": pak.employee.user_id == request.user.pk,
        },
    )


@login_required
@require_http_methods(["GET", "POST"])
def entry_withdraw(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """Withdraw something that was entered in error, with a reason."""
    if kind not in ENTRIES:
        raise Http404
    entry = get_object_or_404(
        ENTRIES[kind].objects.visible_to(request.user).select_related("employee__government"), pk=pk
    )
    employee = entry.employee
    permissions.require(permissions.may_keep_credit(request.user, employee))
    if entry.is_withdrawn:
        messages.info(request, _("This entry has been withdrawn."))
        return redirect("assessments:credit-detail", pk=employee.pk)
    return _entry_page(
        request,
        employee,
        WithdrawForm(_data(request)),
        purpose="assessments.credit_withdraw",
        template="assessments/credit/withdraw_form.html",
        save=lambda form: services.withdraw_entry(
            entry=entry, reason=form.cleaned_data["reason"], by=request.user, at=timezone.now()
        ),
        refusals={services.ReasonMissing: ("reason", _("Write the reason."))},
        done=_("The entry was withdrawn; it stays on file and no longer counts."),
        context={"entry": entry},
    )


@login_required
@require_http_methods(["GET", "POST"])
def credit_convert(request: HttpRequest) -> HttpResponse:
    """Convert the final evaluations of a period that gave no credit yet, as a job."""
    government = people.government_of(request.user)
    permissions.require(government is not None and permissions.keeps_credit_somewhere(request.user))
    assert government is not None
    periods = (
        Period.objects.filter(cycle__government=government, status="closed")
        .select_related("cycle")
        .order_by("-starts_on", "kind")
    )
    form = ConvertForm(_data(request), periods=periods)
    if request.method == "POST" and form.is_valid():
        with idempotency.once(request, "assessments.credit_convert") as once:
            if not once.is_replay:
                job = long_jobs.start(
                    "assessments.credit_conversions",
                    owner=request.user,
                    scope=government.code,
                    period_id=form.cleaned_data["period"].pk,
                )
                once.location = reverse("core:job-detail", args=[job.pk])
        return redirect(once.location)
    return render(
        request,
        "assessments/credit/convert_form.html",
        {"form": form, "has_periods": periods.exists()},
        status=422 if request.method == "POST" else 200,
    )

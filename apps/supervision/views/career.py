"""The career file of a person, with IP ASN and the talent box explained; punishments and scores entered by officers."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from apps.core import held_forms, idempotency, policy
from apps.core.held_forms import login_required
from apps.core.localtime import local_date
from apps.employees import selectors as people
from apps.employees.labels import RecordPart
from apps.employees.models import Employee
from apps.employees.permissions import require
from apps.employees.services import record_views
from apps.training import selectors as training

from .. import career_texts, permissions
from ..forms.career import DisciplineForm, ReasonForm, TalentForm
from ..labels import INDEX_CATEGORIES, INDEX_TONES
from ..models import DisciplineRecord, TalentInput
from ..selectors import career as selectors
from ..services import career as services


def today_of(employee: Employee) -> date:
    """Return the day it is now where somebody works."""
    return local_date(timezone.now(), employee.government.timezone)


def _bound(request: HttpRequest, make: Any) -> Any:
    data = request.POST if request.method == "POST" else held_forms.take(request)
    return make(data) if data is not None else make()


@login_required
@require_GET
def career_mine(request: HttpRequest) -> HttpResponse:
    """My career file: the sum of what was verified, my IP ASN line by line, my talent box."""
    employee = people.employee_of(request.user)
    require(employee is not None)
    assert employee is not None
    return _file(request, employee, is_own=True)


def _person(request: HttpRequest, employee_id: int) -> Employee:
    rows = Employee.objects.visible_to(request.user).select_related("government", "user")
    return get_object_or_404(rows, pk=employee_id)


@login_required
@require_GET
def career_person(request: HttpRequest, employee_id: int) -> HttpResponse:
    """The same file for the personnel officer and leadership above the person."""
    employee = _person(request, employee_id)
    if employee.user_id == request.user.pk:
        return redirect("supervision:career-mine")
    require(permissions.sees_career(request.user, employee, today_of(employee)))
    record_views.note(viewer=request.user, employee=employee, what=RecordPart.PERSON.value, at=timezone.now())
    return _file(request, employee, is_own=False)


def _file(request: HttpRequest, employee: Employee, *, is_own: bool) -> HttpResponse:
    today = today_of(employee)
    rules = selectors.index_rules(employee.government, today)
    index = selectors.index_of(employee, today)
    scope = employee.government.code
    shows_talent = not is_own or policy.get("supervision.talent_shown", on=today, scope=scope)
    talent = selectors.talent_of_person(employee, today.year, today) if shows_talent else None
    discipline = DisciplineRecord.objects.visible_to(request.user, today).filter(employee=employee)  # type: ignore[attr-defined]
    keeps = permissions.keeps_careers(request.user, employee, today)
    context = {
        "employee": employee,
        "is_own": is_own,
        "place": people.placement_on(employee, today),
        "today": today,
        "index": index,
        "index_total": career_texts.figure(index.index.total) if index else "",
        "category": INDEX_CATEGORIES[index.index.category.value] if index else "",
        "category_tone": INDEX_TONES[index.index.category.value] if index else "",
        "lines": career_texts.index_lines(index, rules, names_decrees=is_own or keeps) if index else [],
        "is_new": selectors.is_new(employee, rules),
        "talent": talent,
        "talent_sentence": career_texts.talent_sentence(talent) if talent else "",
        "talent_lines": career_texts.talent_lines(talent) if talent else [],
        "file": selectors.career_file(employee, today),
        "jp": training.jp_of(employee, today.year),
        "discipline": discipline.order_by("-starts_on", "-pk"),
        "keeps": keeps,
    }
    return render(request, "supervision/career_file.html", context)


# --- what the personnel officer enters


@login_required
def discipline_add(request: HttpRequest, employee_id: int) -> HttpResponse:
    """Enter a punishment by decree."""
    employee = _person(request, employee_id)
    require(permissions.keeps_careers(request.user, employee, today_of(employee)))
    form = _bound(request, DisciplineForm)
    if request.method == "POST" and form.is_valid():
        try:
            with idempotency.once(request, "supervision.discipline") as once:
                if not once.is_replay:
                    services.enter_discipline(
                        employee=employee, by=request.user, at=timezone.now(), **form.cleaned_data
                    )
                    once.location = reverse("supervision:career-person", args=[employee.pk])
                    messages.success(request, _("Entered. The person has been told."))
            return redirect(once.location)
        except services.DecreeTaken:
            form.add_error("decree", _("This decree is on record for the person."))
    status = 422 if request.method == "POST" else 200
    context = {"form": form, "employee": employee}
    return render(request, "supervision/discipline_form.html", context, status=status)


@login_required
def discipline_revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a punishment back, with a reason."""
    rows = DisciplineRecord.objects.visible_to(request.user).select_related(  # type: ignore[attr-defined]
        "employee__government", "employee__user"
    )
    row = get_object_or_404(rows, pk=pk)
    require(permissions.keeps_careers(request.user, row.employee, today_of(row.employee)))
    form = _bound(request, ReasonForm)
    if request.method == "POST" and form.is_valid():
        try:
            services.revoke_discipline(
                record_id=row.pk, note=form.cleaned_data["note"], by=request.user, at=timezone.now()
            )
            messages.success(request, _("Taken back. The reason stays on record."))
        except services.AlreadyRevoked:
            messages.info(request, _("This punishment was taken back before."))
        return redirect("supervision:career-person", employee_id=row.employee_id)
    status = 422 if request.method == "POST" else 200
    return render(request, "supervision/discipline_revoke.html", {"row": row, "form": form}, status=status)


@login_required
def talent_score(request: HttpRequest, employee_id: int) -> HttpResponse:
    """Enter what was assessed of a person this year for the talent boxes."""
    employee = _person(request, employee_id)
    today = today_of(employee)
    require(permissions.keeps_careers(request.user, employee, today))
    known = TalentInput.objects.filter(employee=employee, year=today.year).order_by("part")
    initial: dict[str, Any] = {row.part: row.score for row in known}
    initial["source"] = known[0].source if known else ""
    form = _bound(request, lambda data=None: TalentForm(data, initial=initial))
    if request.method == "POST" and form.is_valid():
        services.score_talent(
            employee=employee,
            year=today.year,
            scores=form.scores,
            source=form.cleaned_data["source"],
            by=request.user,
            at=timezone.now(),
        )
        messages.success(request, _("Saved. The person has been told."))
        return redirect("supervision:career-person", employee_id=employee.pk)
    status = 422 if request.method == "POST" else 200
    talent = selectors.talent_of_person(employee, today.year, today)
    context = {
        "form": form,
        "employee": employee,
        "year": today.year,
        "lines": career_texts.performance_lines(talent) if talent else [],
        "sentences": career_texts.performance_sentences(talent) if talent else [],
    }
    return render(request, "supervision/talent_form.html", context, status=status)

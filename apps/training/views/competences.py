"""Competences: my own levels and gaps, those of a person, the catalogue of a government, and own wishes."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from apps.core import idempotency
from apps.core.held_forms import login_required
from apps.employees.models import Employee, Government
from apps.employees.rules.jenjang import LEVELS

from .. import permissions
from ..forms import NoteForm
from ..forms.competences import (
    AssessmentForm,
    CompetenceChangeForm,
    CompetenceForm,
    StandardForm,
    WeighForm,
    WishForm,
)
from ..labels import CompetenceKindChoices
from ..models import Competence, CompetenceAssessment, PositionStandard, TrainingNeed
from ..querysets import OPEN_NEEDS
from ..rules.competence_gap import GapStatus
from ..selectors import competences as selectors
from ..services import competences as services
from ..services import wishes
from .common import actor, area_tabs, bound, employee_or_403, government_or_403, visible_employee

GAP_TONES = {
    GapStatus.BELOW: "warning",
    GapStatus.MEETS: "success",
    GapStatus.ABOVE: "success",
    GapStatus.NOT_ASSESSED: "neutral",
}


def gap_words(status: GapStatus, gap: int | None) -> str:
    """Say what a gap means."""
    if status is GapStatus.BELOW:
        return (
            _("%(gap)s level missing") % {"gap": gap}
            if gap == 1
            else _("%(gap)s levels missing") % {"gap": gap}
        )
    return {
        GapStatus.MEETS: _("as the post asks"),
        GapStatus.ABOVE: _("above what the post asks"),
        GapStatus.NOT_ASSESSED: _("not assessed yet"),
    }[status]


@login_required
@require_GET
def my_competences(request: HttpRequest) -> HttpResponse:
    """My assessed levels against what my post asks for."""
    return _person_page(request, employee_or_403(request), is_own=True)


@login_required
def competence_person(request: HttpRequest, employee_id: int) -> HttpResponse:
    """The levels of somebody whose data I may see; training and personnel officers enter new ones."""
    employee = visible_employee(request, employee_id)
    if employee.user_id == request.user.pk:
        return redirect("training:my-competences")
    if request.method == "POST":
        permissions.require(permissions.may_assess(request.user, employee))
    return _person_page(request, employee, is_own=False)


def _person_page(request: HttpRequest, employee: Employee, *, is_own: bool) -> HttpResponse:
    today = permissions.today_of(employee.government)
    may_assess = not is_own and permissions.may_assess(request.user, employee)
    form = None
    if may_assess:
        usable = Competence.objects.filter(government=employee.government, is_active=True).order_by(
            "kind", "name"
        )
        form = bound(request, lambda data=None: AssessmentForm(data, competences=usable, today=today))
        if request.method == "POST" and form.is_valid():
            try:
                return _record(request, employee, form)
            except services.AssessedAlready:
                form.add_error(
                    "assessed_on", _("This competence was assessed on this day in this way already.")
                )
    person = selectors.gaps_of_person(employee, today)
    context = {
        "employee": employee,
        "is_own": is_own,
        "position": person.position if person else None,
        "rows": _gap_rows(person) if person else [],
        "history": CompetenceAssessment.objects.filter(employee=employee)
        .select_related("competence", "entered_by", "revoked_by")
        .order_by("-assessed_on", "-pk")[:50],
        "needs": TrainingNeed.objects.filter(
            employee=employee, status__in=OPEN_NEEDS, assessment__isnull=False
        )
        .select_related("topic")
        .order_by("priority", "-pk"),
        "form": form,
        "may_assess": may_assess,
    }
    status = 422 if form is not None and form.errors else 200
    return render(request, "training/competence_person.html", context, status=status)


def _record(request: HttpRequest, employee: Employee, form: AssessmentForm) -> HttpResponse:
    with idempotency.once(request, "training.assessment") as once:
        if not once.is_replay:
            services.record_assessment(
                employee=employee, by=actor(request), at=timezone.now(), **form.cleaned_data
            )
            once.location = reverse("training:competence-person", args=[employee.pk])
            messages.success(request, _("Entered. The person sees it, and a gap becomes a proposed need."))
    return redirect(once.location)


def _gap_rows(person: selectors.PersonGaps) -> list[dict[str, Any]]:
    names = {row.code: row for row in Competence.objects.filter(government=person.employee.government)}
    return [
        {
            "gap": gap,
            "name": names[gap.competence_code].name,
            "kind": CompetenceKindChoices(gap.kind.value).label,
            "words": gap_words(gap.status, gap.gap),
            "tone": GAP_TONES[gap.status],
            "assessment": person.assessments.get(gap.competence_code),
        }
        for gap in person.gaps
    ]


@login_required
def assessment_revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a wrong assessment back, with a reason."""
    row = get_object_or_404(
        CompetenceAssessment.objects.visible_to(request.user).select_related(
            "employee__government", "employee__user", "competence"
        ),
        pk=pk,
    )
    permissions.require(permissions.may_assess(request.user, row.employee))
    form = bound(request, NoteForm)
    if request.method == "POST" and form.is_valid():
        try:
            services.revoke_assessment(
                assessment_id=row.pk, note=form.cleaned_data["note"], by=actor(request), at=timezone.now()
            )
            messages.success(request, _("Taken back. The reason stays on record."))
        except services.AssessmentRevoked:
            messages.info(request, _("This assessment was taken back before."))
        return redirect("training:competence-person", employee_id=row.employee_id)
    status = 422 if request.method == "POST" else 200
    return render(request, "training/assessment_revoke.html", {"row": row, "form": form}, status=status)


# --- the catalogue


@login_required
@require_GET
def competence_list(request: HttpRequest) -> HttpResponse:
    """The competences of the government and what they are asked for; officers keep them."""
    government = government_or_403(request)
    today = permissions.today_of(government)
    rows = (
        Competence.objects.visible_to(request.user)
        .filter(government=government)
        .annotate(
            standard_count=Count("standards", filter=Q(standards__period__contains=today), distinct=True),
        )
        .order_by("-is_active", "kind", "name", "pk")
    )
    context = {
        "rows": rows,
        "area_tabs": area_tabs(request, government, "akpk"),
        "is_officer": permissions.manages_catalogue(request.user, government),
    }
    return render(request, "training/competence_list.html", context)


def _officer_government(request: HttpRequest) -> Government:
    government = government_or_403(request)
    permissions.require(permissions.manages_catalogue(request.user, government))
    return government


@login_required
@require_POST
def competence_start(request: HttpRequest) -> HttpResponse:
    """Begin with the nine competences that every post has, and the standards proposed for them."""
    government = _officer_government(request)
    added = services.start_catalogue(government=government, by=actor(request), at=timezone.now())
    if added:
        messages.success(request, _("Added: %(n)s competences. Check the standards.") % {"n": added})
    else:
        messages.info(request, _("Nothing was missing."))
    return redirect("training:competence-list")


@login_required
def competence_add(request: HttpRequest) -> HttpResponse:
    """Add a competence of our own."""
    government = _officer_government(request)
    form = bound(request, CompetenceForm)
    if request.method == "POST" and form.is_valid():
        try:
            with idempotency.once(request, "training.competence") as once:
                if not once.is_replay:
                    row = services.add_competence(
                        government=government, by=actor(request), at=timezone.now(), **form.cleaned_data
                    )
                    once.location = reverse("training:competence-detail", args=[row.pk])
                    messages.success(request, _("Added. Say now which posts ask for it."))
            return redirect(once.location)
        except services.CodeTaken:
            form.add_error("code", _("There is a competence of this code already."))
    status = 422 if request.method == "POST" else 200
    return render(request, "training/competence_form.html", {"form": form}, status=status)


def _competence(request: HttpRequest, pk: int) -> Competence:
    return get_object_or_404(
        Competence.objects.visible_to(request.user).select_related("government", "topic"), pk=pk
    )


@login_required
@require_GET
def competence_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """What the levels mean, and which posts ask for which."""
    competence = _competence(request, pk)
    return _detail(
        request, competence, StandardForm(initial={"since": permissions.today_of(competence.government)})
    )


def _detail(
    request: HttpRequest, competence: Competence, form: StandardForm, status: int = 200
) -> HttpResponse:
    today = permissions.today_of(competence.government)
    rows = PositionStandard.objects.filter(competence=competence).order_by(
        "position_class", "position_level", "job_family", "-period"
    )
    descriptions = [(level, services.description_on(competence, level, today)) for level in range(1, 6)]
    context = {
        "competence": competence,
        "descriptions": descriptions,
        "has_descriptions": any(text for _level, text in descriptions),
        "standards": [(row, LEVELS.get(row.position_level, "")) for row in rows],
        "today": today,
        "form": form,
        "is_officer": permissions.manages_catalogue(request.user, competence.government),
    }
    return render(request, "training/competence_detail.html", context, status=status)


@login_required
@require_POST
def standard_set(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what posts ask for from a day on."""
    competence = _competence(request, pk)
    permissions.require(permissions.manages_catalogue(request.user, competence.government))
    form = StandardForm(request.POST)
    if form.is_valid():
        values = form.cleaned_data
        try:
            services.set_standard(
                competence=competence,
                by=actor(request),
                at=timezone.now(),
                **{**values, "level": values["level"] or None},
            )
            messages.success(request, _("The standard holds from that day on."))
            return redirect("training:competence-detail", pk=competence.pk)
        except services.LaterStandard:
            form.add_error("since", _("A standard of these posts begins later. Choose a later day."))
    return _detail(request, competence, form, status=422)


@login_required
def competence_change(request: HttpRequest, pk: int) -> HttpResponse:
    """Change the name, the use and the meaning of the levels."""
    competence = _competence(request, pk)
    permissions.require(permissions.manages_catalogue(request.user, competence.government))
    today = permissions.today_of(competence.government)
    initial: dict[str, Any] = {"name": competence.name, "is_active": competence.is_active}
    initial |= {f"level_{level}": services.description_on(competence, level, today) for level in range(1, 6)}
    form = bound(request, lambda data=None: CompetenceChangeForm(data, initial=initial))
    if request.method == "POST" and form.is_valid():
        _change(request, competence, form, today)
        messages.success(request, _("Saved."))
        return redirect("training:competence-detail", pk=competence.pk)
    status = 422 if request.method == "POST" else 200
    context = {"form": form, "competence": competence}
    return render(request, "training/competence_change.html", context, status=status)


def _change(request: HttpRequest, competence: Competence, form: CompetenceChangeForm, today: date) -> None:
    by, at = actor(request), timezone.now()
    services.change_competence(
        competence_id=competence.pk,
        name=form.cleaned_data["name"],
        is_active=form.cleaned_data["is_active"],
        by=by,
        at=at,
    )
    services.describe_levels(competence=competence, texts=form.texts, valid_from=today, by=by, at=at)


# --- wishes, and the weight of a need


@login_required
def wish_add(request: HttpRequest) -> HttpResponse:
    """Propose something I want to learn, with why."""
    employee = employee_or_403(request)
    form = bound(request, WishForm)
    if request.method == "POST" and form.is_valid():
        try:
            with idempotency.once(request, "training.wish") as once:
                if not once.is_replay:
                    wishes.add_wish(employee=employee, at=timezone.now(), **form.cleaned_data)
                    once.location = reverse("training:mine")
                    messages.success(request, _("Sent. Your supervisor or the training officer decides."))
            return redirect(once.location)
        except wishes.WishedAlready:
            form.add_error("topic", _("You have an open wish for this topic already."))
    status = 422 if request.method == "POST" else 200
    return render(request, "training/wish_form.html", {"form": form}, status=status)


@login_required
def need_weigh(request: HttpRequest, pk: int) -> HttpResponse:
    """Say how urgent a need is and how long it takes: a plan counts with it."""
    need = get_object_or_404(
        TrainingNeed.objects.visible_to(request.user).select_related(
            "topic", "employee__user", "employee__government"
        ),
        pk=pk,
    )
    permissions.require(permissions.may_develop(request.user, need.employee))
    initial = {"urgency": need.urgency, "hours": need.hours}
    form = bound(request, lambda data=None: WeighForm(data, initial=initial))
    if request.method == "POST" and form.is_valid():
        try:
            wishes.weigh_need(need_id=need.pk, by=actor(request), at=timezone.now(), **form.cleaned_data)
            messages.success(request, _("Saved. Plans in draft count with it."))
        except wishes.NeedClosed:
            messages.error(request, _("Somebody was faster: this need has changed."))
        return redirect("training:need-detail", pk=need.pk)
    status = 422 if request.method == "POST" else 200
    return render(request, "training/need_weigh.html", {"need": need, "form": form}, status=status)

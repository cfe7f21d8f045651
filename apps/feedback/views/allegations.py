"""Reports that name an employee: naming, deciding, and the employee's own pages."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from apps.core import held_forms, idempotency
from apps.core.held_forms import login_required
from apps.core.localtime import local_date
from apps.employees import selectors as organization
from apps.employees.models import Employee

from .. import permissions
from ..forms import WordsForm
from ..forms.handling import FindingForm, OfficerForm, ReleaseForm
from ..labels import ALLEGATION_TONES
from ..models import Complaint, ReportedOfficer
from ..rules.allegation_lifecycle import AllegationAction, AllegationStatus, allowed_actions
from ..selectors import handling
from ..services import allegations, complaints
from .complaint import form_page, load

PAGE_SIZE = 25


@login_required
def name_officer(request: HttpRequest, pk: int) -> HttpResponse:
    """Say whom it concerns: search a colleague (`?cari=`), choose, write what they read."""
    complaint = load(request, pk)
    if not permissions.may_name_officer(request.user, complaint) or complaint.closed_at is not None:
        raise PermissionDenied
    words = request.GET.get("cari", "").strip()[:80]
    today = local_date(timezone.now(), complaint.government.timezone)
    found = organization.directory(complaint.government, words, today)
    named = complaint.reported_officers.standing().values("employee")
    people = (
        Employee.objects.filter(government=complaint.government, pk__in=[row.pk for row in found])
        .exclude(pk__in=named)
        .exclude(user=request.user)
        .order_by("name", "id")
    )
    if request.method == "POST":
        # The choice was made among ten; the search may have gone from the address meanwhile. Whether the person is
        # named already is the service's question: a second click gets the receipt of the first.
        number = request.POST.get("employee", "")
        people = Employee.objects.filter(
            government=complaint.government,
            is_active=True,
            pk=int(number[:9]) if number.isdecimal() else 0,
        ).exclude(user=request.user)
    places = {row.pk: row.current_places[0].position for row in found if row.current_places}  # type: ignore[attr-defined]

    def make(*data: Any) -> OfficerForm:
        form = OfficerForm(
            *data, people=people, initial={"shared_text": handling.visible_text(complaint).body}
        )
        form.fields["employee"].label_from_instance = lambda person: (  # type: ignore[attr-defined]
            f"{person.full_name} ({places[person.pk]})" if person.pk in places else person.full_name
        )
        return form

    try:
        return form_page(
            request,
            complaint,
            purpose="officer",
            make=make,
            work=lambda values: allegations.name_officer(
                complaint_id=complaint.pk,
                employee=values["employee"],
                shared_text=values["shared_text"],
                by=request.user,
                at=timezone.now(),
            ),
            texts={
                "heading": _("Name the employee it concerns"),
                "button": _("Name and ask for a statement"),
                "done": _("The employee was told and can write a statement. Nothing is decided."),
                "search": words,
                "needs_search": True,
                "has_people": request.method == "POST" or people.exists(),
            },
        )
    except (allegations.AlreadyNamed, allegations.CannotBeNamed):
        messages.error(request, _("This person cannot be named here, or is named already."))
        return redirect("feedback:complaint-detail", pk=complaint.pk)


def _load_reported(request: HttpRequest, pk: int) -> ReportedOfficer:
    visible = Complaint.objects.visible_to(request.user)
    return get_object_or_404(
        ReportedOfficer.objects.select_related("employee", "complaint__government", "complaint__unit"),
        pk=pk,
        complaint__in=visible.values("pk"),
    )


def _decision(
    request: HttpRequest,
    reported: ReportedOfficer,
    *,
    purpose: str,
    make: Any,
    work: Any,
    texts: dict[str, Any],
) -> HttpResponse:
    try:
        return form_page(
            request,
            reported.complaint,
            purpose=purpose,
            make=make,
            work=work,
            texts={**texts, "reported": reported},
        )
    except allegations.TransitionNotAllowed:
        messages.error(request, _("It has changed in the meantime. This is how it stands now."))
        return redirect("feedback:complaint-detail", pk=reported.complaint_id)


@login_required
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Make the finding: proven, not proven, cannot be proven."""
    reported = _load_reported(request, pk)
    if not permissions.may_decide_allegation(request.user, reported):
        raise PermissionDenied
    return _decision(
        request,
        reported,
        purpose="decide",
        make=lambda *data: FindingForm(
            *data,
            label=_("Reasons"),
            hint=_("The employee reads them. Say what was looked at and what it shows."),
        ),
        work=lambda values: allegations.decide(
            reported_id=reported.pk,
            finding=values["finding"],
            reason=values["text"],
            by=request.user,
            at=timezone.now(),
        ),
        texts={
            "heading": _("Decide on the allegation"),
            "button": _("Decide"),
            "done": _("Decided. The employee was told and can object once."),
        },
    )


@login_required
def decide_objection(request: HttpRequest, pk: int) -> HttpResponse:
    """Decide on the objection, for good."""
    reported = _load_reported(request, pk)
    if not permissions.may_decide_objection(request.user, reported):
        raise PermissionDenied
    return _decision(
        request,
        reported,
        purpose="decide_objection",
        make=lambda *data: FindingForm(*data, label=_("Reasons"), hint=_("The employee reads them.")),
        work=lambda values: allegations.decide_objection(
            reported_id=reported.pk,
            finding=values["finding"],
            reason=values["text"],
            by=request.user,
            at=timezone.now(),
        ),
        texts={
            "heading": _("Decide on the objection"),
            "button": _("Decide for good"),
            "done": _("Decided for good. The employee was told."),
        },
    )


@login_required
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a name back."""
    reported = _load_reported(request, pk)
    if not permissions.may_name_officer(request.user, reported.complaint):
        raise PermissionDenied
    return _decision(
        request,
        reported,
        purpose="withdraw",
        make=lambda *data: WordsForm(*data, label=_("Why is the name taken back?")),
        work=lambda values: allegations.withdraw(
            reported_id=reported.pk, reason=values["text"], by=request.user, at=timezone.now()
        ),
        texts={
            "heading": _("Take the name back"),
            "button": _("Take it back"),
            "tone": "danger",
            "done": _("The name is taken back. The person was told."),
        },
    )


@login_required
def release_answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Read an answer as the second person: let it go, or send it back."""
    complaint = load(request, pk)
    pending = complaint.pending_answers.filter(status="waiting").select_related("written_by").first()
    if pending is None:
        if not permissions.may_direct(request.user, complaint):
            raise PermissionDenied
        messages.info(request, _("No answer is waiting."))
        return redirect("feedback:complaint-detail", pk=complaint.pk)
    pending.complaint = complaint
    if not permissions.may_release_answer(request.user, pending):
        raise PermissionDenied

    def work(values: dict[str, Any]) -> None:
        common: dict[str, Any] = {"pending_id": pending.pk, "by": request.user, "at": timezone.now()}
        if values["verdict"] == "release":
            complaints.release_answer(**common)
        else:
            complaints.return_answer(note=values["text"], **common)

    return form_page(
        request,
        complaint,
        purpose="release_answer",
        make=lambda *data: ReleaseForm(*data, label=_("Note to the writer"), required=False),
        work=work,
        texts={
            "heading": _("An answer waits for you"),
            "button": _("Save the decision"),
            "done": _("Done."),
            "pending": pending,
        },
    )


# --- the employee's own pages


@login_required
@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    """Reports that concern me."""
    rows = ReportedOfficer.objects.about(request.user).select_related("complaint__government")
    page = Paginator(rows.order_by("-named_at", "-id"), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": [{"reported": row, "tone": ALLEGATION_TONES[row.status]} for row in page.object_list],
    }
    return render(request, "feedback/allegation_list.html", context)


@login_required
def mine_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One of them: what is alleged, my statement, the finding, my objection. Never who reported."""
    reported = get_object_or_404(
        ReportedOfficer.objects.about(request.user).select_related("complaint__government"), pk=pk
    )
    actions = allowed_actions(AllegationStatus(reported.status))
    today = local_date(timezone.now(), reported.complaint.government.timezone)
    may_state = AllegationAction.STATE in actions
    may_object = (
        AllegationAction.OBJECT in actions and reported.object_by is not None and today <= reported.object_by
    )
    label = _("Your statement") if may_state else _("Your objection")
    hint = (
        _(
            "Say what happened as you saw it. It is read by those who decide; neither the public nor the "
            "reporter reads it."
        )
        if may_state
        else _("Say what is wrong with the finding. Somebody else decides; you can object once.")
    )
    form, status = None, 200
    if may_state or may_object:
        data = request.POST if request.method == "POST" else held_forms.take(request)
        form = (
            WordsForm(data, label=label, hint=hint) if data is not None else WordsForm(label=label, hint=hint)
        )
    if request.method == "POST":
        if form is None:
            messages.error(request, _("It has changed in the meantime. This is how it stands now."))
            return redirect("feedback:allegation-detail", pk=reported.pk)
        # A statement that comes after the decision is not an objection.
        is_meant = request.POST.get("what") == ("statement" if may_state else "objection")
        if form.is_valid() and is_meant:
            return _write(request, reported, form.cleaned_data["text"], is_statement=may_state)
        if not is_meant:
            messages.error(
                request,
                _("It has changed in the meantime. Your text is still here: read how it stands now first."),
            )
        status = 422
    context = {
        "reported": reported,
        "tone": ALLEGATION_TONES[reported.status],
        "form": form,
        "may_state": may_state,
        "may_object": may_object,
        "today": today,
    }
    return render(request, "feedback/allegation_detail.html", context, status=status)


def _write(request: HttpRequest, reported: ReportedOfficer, text: str, *, is_statement: bool) -> HttpResponse:
    verb = allegations.give_statement if is_statement else allegations.object_to
    try:
        with idempotency.once(request, "feedback.allegation") as once:
            if not once.is_replay:
                verb(reported_id=reported.pk, text=text, by=request.user, at=timezone.now())
                messages.success(
                    request,
                    _("Your statement is with those who decide.")
                    if is_statement
                    else _("Your objection is filed."),
                )
    except allegations.TransitionNotAllowed:
        messages.error(request, _("It has changed in the meantime. This is how it stands now."))
    return redirect("feedback:allegation-detail", pk=reported.pk)

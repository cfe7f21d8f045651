"""Talks between leader and employee (dialog kinerja): written by either, agreed by both."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from apps.core import held_forms, idempotency
from apps.core.held_forms import login_required
from apps.employees import selectors as people
from apps.employees.models import Employee

from ..forms.dialogue import TalkForm
from ..labels import DIALOGUE_TONES, DialogueTopicChoices
from ..models import DialogueNote
from ..permissions import dialogue_side, may_open_round, require
from ..rules.dialogue_lifecycle import DialogueAction, DialogueStatus, Side, allowed_actions, waits_for
from ..selectors import dialogue
from ..services import dialogue_notes
from .common import PAGE_SIZE, actor, today_of


def note_row(note: DialogueNote, side: Side | None) -> dict[str, Any]:
    """Return what a list shows of a note."""
    return {
        "note": note,
        "status": note.status,
        "label": note.get_status_display(),
        "tone": DIALOGUE_TONES[note.status],
        "waits_for_me": side is not None and waits_for(DialogueStatus(note.status), side),
    }


@login_required
@require_GET
def dialogue_list(request: HttpRequest) -> HttpResponse:
    """My talks, what waits for my agreement, and whom I talk with."""
    government = people.government_of(request.user)
    if government is None:
        raise PermissionDenied
    today = today_of(government)
    me = people.employee_of(request.user)
    waiting = Paginator(dialogue.dialogues_waiting(request.user, today), PAGE_SIZE)
    staff = Employee.objects.supervised_by(request.user, on=today).order_by("name", "pk")
    context: dict[str, Any] = {
        "me": me,
        "waiting": [
            {"note": note, "is_own": me is not None and note.employee_id == me.pk}
            for note in waiting.get_page(request.GET.get("menunggu")).object_list
        ],
        "waiting_page": waiting.get_page(request.GET.get("menunggu")),
        "staff_page": Paginator(staff, PAGE_SIZE).get_page(request.GET.get("page")),
    }
    if me is not None:
        own = dialogue.dialogues_of(me, request.user, today)
        context["own"] = [note_row(note, Side.EMPLOYEE) for note in own[:5]]
        context["has_plan"] = dialogue.plan_for_talk(me, today) is not None
    return render(request, "assessments/dialogue/dialogue_list.html", context)


def _person_or_404(request: HttpRequest, employee_id: int) -> tuple[Employee, date]:
    """Return somebody whose talks this user may know of: oneself, or who one leads in talks."""
    employee = get_object_or_404(
        Employee.objects.select_related("government", "user"),
        pk=employee_id,
        government=people.government_of(request.user),
    )
    return employee, today_of(employee.government)


@login_required
@require_GET
def dialogue_person(request: HttpRequest, employee_id: int) -> HttpResponse:
    """All notes of one person's talks that I may read."""
    employee, today = _person_or_404(request, employee_id)
    plan = dialogue.plan_for_talk(employee, today)
    side = dialogue_side(request.user, plan) if plan is not None else None
    rows = dialogue.dialogues_of(employee, request.user, today)
    is_near = (
        employee.user_id == request.user.pk
        or Employee.objects.supervised_by(request.user, on=today).filter(pk=employee.pk).exists()
    )
    if side is None and not is_near and not rows.exists():
        raise Http404
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "employee": employee,
        "is_own": employee.user_id == request.user.pk,
        "plan": plan,
        "may_write": side is not None,
        "may_open_round": may_open_round(request.user, employee),
        "page": page,
        "rows": [note_row(note, side) for note in page.object_list],
    }
    return render(request, "assessments/dialogue/dialogue_person.html", context)


@login_required
def dialogue_new(request: HttpRequest, employee_id: int) -> HttpResponse:
    """Write the note of a talk (`?topik=expectation` opens the planning talk with its four points, PLN-1)."""
    employee, today = _person_or_404(request, employee_id)
    plan = dialogue.plan_for_talk(employee, today)
    side = dialogue_side(request.user, plan) if plan is not None else None
    if plan is None and employee.user_id != request.user.pk:
        # Whoever may not know of the person's talks learns nothing from a missing plan either.
        get_object_or_404(Employee.objects.supervised_by(request.user, on=today), pk=employee.pk)
    if plan is not None and side is None:
        raise Http404
    if plan is None:
        return render(request, "assessments/dialogue/dialogue_no_plan.html", {"employee": employee})
    topic = request.GET.get("topik", "")
    initial = {"talk_on": today, "topic": topic if topic in DialogueTopicChoices.values else "progress"}
    return _write(request, plan, side, initial=initial)


@login_required
def dialogue_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Add to a note both agreed to, with a note of its own."""
    note = _note_or_404(request, pk)
    side = dialogue_side(request.user, note.skp)
    require(side is not None and DialogueAction.ADD in allowed_actions(DialogueStatus(note.status)))
    today = today_of(note.skp.government)
    return _write(request, note.skp, side, initial={"talk_on": today, "topic": note.topic}, amends=note)


def _write(
    request: HttpRequest,
    plan: Any,
    side: Side | None,
    *,
    initial: dict[str, Any],
    amends: DialogueNote | None = None,
) -> HttpResponse:
    today = today_of(plan.government)
    status = 200
    if request.method == "POST":
        form = TalkForm(request.POST, today=today)
        if form.is_valid():
            with idempotency.once(request, "assessments.dialogue") as once:
                if not once.is_replay:
                    note = dialogue_notes.write_note(
                        skp=plan, text=form.talk, by=actor(request), at=timezone.now(), amends=amends
                    )
                    once.location = reverse("assessments:dialogue-detail", args=[note.pk])
            messages.success(request, _("Saved. The other side can read it and agree."))
            return redirect(once.location)
        status = 422
    else:
        form = TalkForm(held_forms.take(request), initial=initial, today=today)
    context = {
        "form": form,
        "plan": plan,
        "employee": plan.employee,
        "is_own": side is Side.EMPLOYEE,
        "amends": amends,
    }
    return render(request, "assessments/dialogue/dialogue_form.html", context, status=status)


def _note_or_404(request: HttpRequest, pk: int) -> DialogueNote:
    note: DialogueNote = get_object_or_404(
        DialogueNote.objects.visible_to(request.user).select_related(
            "skp__government",
            "skp__unit",
            "skp__appraiser__user",
            "skp__employee__user",
            "employee__government",
            "written_by",
            "appraiser",
            "on_behalf_of",
            "amends",
        ),
        pk=pk,
    )
    return note


@login_required
@require_GET
def dialogue_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One note: what was said and agreed, who has agreed, and what one can do."""
    return _detail(request, _note_or_404(request, pk))


def _detail(
    request: HttpRequest, note: DialogueNote, *, is_stale: bool = False, status: int = 200
) -> HttpResponse:
    side = dialogue_side(request.user, note.skp)
    state = DialogueStatus(note.status)
    actions = allowed_actions(state) if side is not None else ()
    context = {
        "row": note_row(note, side),
        "note": note,
        "employee": note.employee,
        "zone": note.skp.government.timezone,
        "addenda": [note_row(row, side) for row in note.addenda.order_by("talk_on", "pk")],
        "is_own": note.employee.user_id == request.user.pk,
        "may_edit": DialogueAction.EDIT in actions,
        "may_agree": side is not None and waits_for(state, side),
        "may_add": DialogueAction.ADD in actions,
        "is_stale": is_stale,
    }
    return render(request, "assessments/dialogue/dialogue_detail.html", context, status=status)


@login_required
@require_POST
def dialogue_agree(request: HttpRequest, pk: int) -> HttpResponse:
    """Agree to the note as it was shown."""
    note = _note_or_404(request, pk)
    require(dialogue_side(request.user, note.skp) is not None)
    revision = request.POST.get("revision", "")
    try:
        agreed = dialogue_notes.agree(
            note_id=note.pk,
            revision=int(revision) if revision.isascii() and revision.isdigit() else -1,
            by=actor(request),
            at=timezone.now(),
        )
    except dialogue_notes.NoteChanged:
        return _detail(request, _note_or_404(request, pk), is_stale=True, status=409)
    except dialogue_notes.TransitionNotAllowed:
        messages.info(request, _("You agreed to this note before."))
        return redirect("assessments:dialogue-detail", pk=note.pk)
    text = _("Both of you agreed. The note stays as it is.") if agreed.is_agreed else _("You agreed.")
    messages.success(request, text)
    return redirect("assessments:dialogue-detail", pk=note.pk)


@login_required
def dialogue_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a note; what somebody else wrote meanwhile is shown beside one's own text, never overwritten."""
    note = _note_or_404(request, pk)
    side = dialogue_side(request.user, note.skp)
    require(side is not None)
    if note.is_agreed:
        messages.info(request, _("Both agreed to this note, so it stays as it is. You can add to it."))
        return redirect("assessments:dialogue-detail", pk=note.pk)
    today = today_of(note.skp.government)
    revision = note.revision
    status, theirs = 200, None
    if request.method == "POST":
        form = TalkForm(request.POST, today=today)
        posted = request.POST.get("version", "")
        revision = int(posted) if posted.isascii() and posted.isdigit() else -1
        if form.is_valid():
            try:
                dialogue_notes.change_note(
                    note_id=note.pk, revision=revision, text=form.talk, by=actor(request), at=timezone.now()
                )
                messages.success(request, _("Saved. Both of you agree to the new text, or change it again."))
                return redirect("assessments:dialogue-detail", pk=note.pk)
            except dialogue_notes.NoteChanged:
                # Sending once more is then a decision made with both texts in view.
                theirs = _note_or_404(request, pk)
                revision, status = theirs.revision, 409
            except dialogue_notes.TransitionNotAllowed:
                theirs, status = _note_or_404(request, pk), 409
        else:
            status = 422
    else:
        data = held_forms.take(request)
        if data is not None and data.get("version", "").isdigit():
            revision = int(data["version"])
        initial = {name: getattr(note, name) for name in TalkForm.base_fields}
        form = TalkForm(data, initial=initial, today=today)
    context = {
        "form": form,
        "note": note,
        "plan": note.skp,
        "employee": note.employee,
        "is_own": side is Side.EMPLOYEE,
        "amends": note.amends,
        "revision": revision,
        "theirs": theirs,
        "loses_agreement": note.status != DialogueStatus.DRAFT.value,
    }
    return render(request, "assessments/dialogue/dialogue_form.html", context, status=status)

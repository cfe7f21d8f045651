"""The matrix of a leader: who contributes what, one page per person to write it, and the answers to proposals."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from apps.core import held_forms, idempotency
from apps.core.held_forms import login_required
from apps.employees import selectors as people
from apps.employees.models import Employee

from .. import permissions
from ..forms.matrix import DeclineForm, MatrixRowForm
from ..labels import CELL_STATES, SKP_TONES
from ..models import PlanProposal, Skp
from ..rules.lifecycle import TransitionNotAllowed
from ..selectors import matrix as matrix_selectors
from ..selectors.matrix import RowView
from ..services import matrix as services
from ..services import proposals as answers
from ..services import skp as plans
from .loading import own_plan, visible_plan

PER_PAGE = 25


@login_required
def matrix(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a leader's matrix: results as columns, people as rows."""
    plan = visible_plan(request, pk)
    if plan.is_revision:
        return redirect("indicators:matrix", pk=plan.revises_id)
    now = timezone.now()
    members = matrix_selectors.members_of(plan, now)
    page = Paginator(members, PER_PAGE).get_page(request.GET.get("page"))
    rows = matrix_selectors.matrix_rows(plan, page.object_list, now)
    columns = list(matrix_selectors.columns_of(plan))
    uncovered = set(
        matrix_selectors.uncovered_columns(Skp.objects.filter(pk=plan.pk)).values_list("pk", flat=True)
    )
    return render(
        request,
        "indicators/matrix.html",
        {
            "skp": plan,
            "is_owner": permissions.is_owner(request.user, plan),
            "can_edit": permissions.may_edit_matrix(request.user, plan),
            "acting": _acting_name(request, plan),
            "page": page,
            "rows": [_row_of(plan, row) for row in rows],
            "columns": [
                {"number": number, "result": column, "is_uncovered": column.pk in uncovered}
                for number, column in enumerate(columns, start=1)
            ],
            "uncovered_count": len(uncovered) if page.paginator.count else 0,
        },
    )


@login_required
def matrix_row(request: HttpRequest, pk: int, employee_id: int) -> HttpResponse:
    """Show, and let the leader write, what one person contributes to each result."""
    plan = visible_plan(request, pk)
    if plan.is_revision:
        return redirect("indicators:matrix-row", pk=plan.revises_id, employee_id=employee_id)
    can_edit = permissions.may_edit_matrix(request.user, plan)
    if request.method == "POST" and not can_edit:
        raise PermissionDenied
    now = timezone.now()
    members = matrix_selectors.members_of(plan, now)
    member = get_object_or_404(members.select_related("user"), pk=employee_id)
    ids = list(members.values_list("pk", flat=True))
    row = _row(plan, member)
    can_edit = can_edit and not row.is_closed
    data = request.POST if request.method == "POST" else held_forms.take(request)
    form = MatrixRowForm(data, row=row) if can_edit else None
    status, conflict = 200, None
    if request.method == "POST" and form is None:
        messages.error(request, _("Nothing was saved: the plan is closed."))
        return redirect(request.path)
    if request.method == "POST" and form is not None:
        status = 422
        if form.vanished:
            status, conflict = 409, _stored(row)
        elif form.is_valid():
            try:
                with idempotency.once(request, "indicators.matrix") as once:
                    if not once.is_replay:
                        outcome = services.save_row(
                            skp_id=plan.pk,
                            employee_id=member.pk,
                            entries=form.entries(),
                            by=_actor(request),
                            at=now,
                        )
                        _say(request, outcome, member)
                        once.location = _after_saving(request, plan, ids, employee_id)
                return redirect(once.location)
            except services.MatrixConflict:
                row = _row(plan, member)
                status, conflict = 409, _stored(row)
                form = MatrixRowForm(data, row=row)
                form.is_valid()
            except services.ContributionInUse as used:
                _say_in_use(form, used.cell_id)
            except (services.MatrixClosed, services.MemberPlanClosed, services.NotAMember):
                form.add_error(
                    None,
                    _("Nothing was saved: a plan was closed in the meantime. Your text is below; copy it."),
                )
                status = 409
            except services.ColumnGone:
                form.add_error(
                    None,
                    _(
                        "Nothing was saved: one of the results is no longer in the plan. Your text is below; copy it."
                    ),
                )
                status = 409
            except plans.SupportNotOffered:
                form.add_error(
                    None,
                    _(
                        "Nothing was saved: the plan of this person names another appraiser. Your text is below."
                    ),
                )
                status = 409
    place = ids.index(employee_id)
    return render(
        request,
        "indicators/matrix_row.html",
        {
            "skp": plan,
            "member": member,
            "row": _row_of(plan, row),
            "form": form,
            "sections": _sections(row, form, data, is_conflict=conflict is not None),
            "can_edit": can_edit,
            "acting": _acting_name(request, plan),
            "conflict": conflict,
            "effect": _effect(row),
            "can_open_plan": row.plan is not None
            and Skp.objects.visible_to(request.user).filter(pk=row.plan.pk).exists(),
            "position": place + 1,
            "count": len(ids),
            "previous": ids[place - 1] if place else None,
            "next": ids[place + 1] if place + 1 < len(ids) else None,
        },
        status=status,
    )


# --- answers of the plan's owner


@login_required
@require_POST
def proposal_accept(request: HttpRequest, pk: int, proposal_id: int) -> HttpResponse:
    """Write a proposal into one's own plan."""
    plan = own_plan(request, pk)
    proposal = get_object_or_404(PlanProposal, pk=proposal_id, skp=plan.revises_id or plan.pk)
    back = reverse("indicators:skp-detail", kwargs={"pk": plan.pk}) + "#usulan"
    try:
        target = answers.accept_proposal(proposal_id=proposal.pk, by=request.user.employee, at=timezone.now())
    except answers.ProposalAnswered:
        messages.info(request, _("This proposal was answered or taken back before."))
    except answers.RecallFirst as waiting:
        messages.warning(
            request, _("The plan waits for approval. Take it back first, then accept the proposal.")
        )
        return redirect("indicators:skp-detail", pk=waiting.skp.pk)
    except (plans.PlanNotEditable, TransitionNotAllowed):
        messages.error(request, _("Nothing was changed: the plan is closed."))
    except plans.SupportNotOffered:
        messages.error(
            request,
            _(
                "Nothing was changed: your plan names another appraiser. Decline the proposal, or ask your leader."
            ),
        )
    except plans.ResultInUse:
        messages.error(
            request,
            _(
                "It was not removed: plans below yours support it, or reports refer to it. Decline with a note."
            ),
        )
    else:
        if target.is_revision:
            messages.success(
                request,
                _(
                    "Accepted. It stands in the change of your plan; send the change for approval when it is ready."
                ),
            )
        else:
            messages.success(request, _("Accepted. It stands in your plan now; complete the indicators."))
        return redirect("indicators:skp-detail", pk=target.pk)
    return redirect(back)


@login_required
def proposal_decline(request: HttpRequest, pk: int, proposal_id: int) -> HttpResponse:
    """Leave one's plan as it is, and say why."""
    plan = own_plan(request, pk)
    proposal = get_object_or_404(
        PlanProposal.objects.select_related("column__skp__employee"),
        pk=proposal_id,
        skp=plan.revises_id or plan.pk,
    )
    back = reverse("indicators:skp-detail", kwargs={"pk": plan.pk})
    form = DeclineForm(request.POST if request.method == "POST" else held_forms.take(request))
    if request.method != "POST" and not proposal.is_open:
        messages.info(request, _("This proposal was answered or taken back before."))
        return redirect(back)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                answers.decline_proposal(
                    proposal_id=proposal.pk,
                    note=form.cleaned_data["note"],
                    by=request.user.employee,
                    at=timezone.now(),
                )
            except answers.ProposalAnswered:
                form.add_error(
                    None, _("This proposal was answered or taken back before, so the note was not sent.")
                )
                status = 409
            else:
                messages.success(request, _("Declined. Your leader got your note."))
                return redirect(back)
    return render(
        request,
        "indicators/proposal_decline.html",
        {"skp": plan, "proposal": proposal, "form": form, "back": back},
        status=status,
    )


# --- what the pages say


def matrix_parts(plan: Skp) -> dict[str, Any]:
    """Return what the page of a plan shows of the matrix: proposals to it, and whether its owner leads somebody."""
    if plan.status in {"merged", "withdrawn"}:
        return {}
    return {
        "proposals": matrix_selectors.proposals_for(plan),
        "answered": matrix_selectors.answered_proposals(plan),
        "leads": not plan.is_revision and matrix_selectors.leads_somebody(plan, timezone.now()),
    }


def _actor(request: HttpRequest) -> Any:
    return people.employee_of(request.user) or request.user


def _acting_name(request: HttpRequest, plan: Skp) -> str:
    """Return for whom the user writes, if it is not their own plan."""
    if permissions.is_owner(request.user, plan) or not permissions.may_edit_matrix(request.user, plan):
        return ""
    return plan.employee.full_name


def _row(plan: Skp, member: Employee) -> RowView:
    return matrix_selectors.matrix_rows(plan, [member], timezone.now())[0]


def _row_of(plan: Skp, row: RowView) -> dict[str, Any]:
    return {
        "view": row,
        "employee": row.employee,
        "url": services.row_url(plan, row.employee.pk),
        "plan": row.plan,
        "tone": SKP_TONES[row.plan.status] if row.plan else "warning",
        "open_proposals": row.open_proposals,
        "filled": row.filled,
        "columns": [
            {
                "column": column.column,
                "cells": [{"view": view, "state": CELL_STATES[view.state.value]} for view in column.cells],
                "own": column.own,
                "is_filled": column.is_filled,
            }
            for column in row.columns
        ],
    }


def _sections(
    row: RowView, form: MatrixRowForm | None, data: Any, *, is_conflict: bool
) -> list[dict[str, Any]]:
    """Return the columns with their fields; `seen` is the present revision after a conflict was shown."""
    if form is None:
        return []
    sections = form.sections()
    for section in sections:
        for cell in section["cells"]:
            stored = cell["view"].cell
            cell["state"] = CELL_STATES[cell["view"].state.value]
            cell["seen"] = stored.revision
            if data is not None and not is_conflict:
                cell["seen"] = data.get(f"seen_{stored.pk}", stored.revision)
        section["is_new_open"] = bool(str(section["new"]["text"].value() or "").strip())
    return sections


def _effect(row: RowView) -> str:
    """Return what happens to what is written here."""
    name = row.employee.full_name
    if row.plan is None:
        return _(
            "%(name)s has no plan yet. What you write waits here and becomes part of the plan when it is begun."
        ) % {"name": name}
    if row.plan.is_editable:
        return _(
            "%(name)s is still writing the plan. What you write appears there at once; words %(name)s has changed "
            "are not overwritten but get a proposal."
        ) % {"name": name}
    if row.is_closed:
        return _("The plan of %(name)s is closed. It can be read here, not changed.") % {"name": name}
    return _(
        "The plan of %(name)s was sent or approved. What you write is a proposal: it changes the plan only if "
        "%(name)s accepts it."
    ) % {"name": name}


def _stored(row: RowView) -> list[tuple[str, str]]:
    return [
        (column.column.text, "\n".join(view.text for view in column.cells if view.text))
        for column in row.columns
    ]


def _say(request: HttpRequest, outcome: services.Outcome, member: Employee) -> None:
    if not outcome:
        messages.info(request, _("Nothing was changed."))
        return
    said = []
    if outcome.written:
        said.append(
            ngettext(
                "%(n)s planned result written into the draft of %(name)s.",
                "%(n)s planned results written into the draft of %(name)s.",
                outcome.written,
            )
            % {"n": outcome.written, "name": member.full_name}
        )
    if outcome.proposed:
        said.append(
            ngettext(
                "%(n)s proposal sent to %(name)s.", "%(n)s proposals sent to %(name)s.", outcome.proposed
            )
            % {"n": outcome.proposed, "name": member.full_name}
        )
    if outcome.waiting:
        said.append(
            ngettext(
                "%(n)s contribution waits for the plan of %(name)s.",
                "%(n)s contributions wait for the plan of %(name)s.",
                outcome.waiting,
            )
            % {"n": outcome.waiting, "name": member.full_name}
        )
    if outcome.removed:
        said.append(
            ngettext("%(n)s contribution removed.", "%(n)s contributions removed.", outcome.removed)
            % {"n": outcome.removed}
        )
    messages.success(request, " ".join(said) or _("Saved."))


def _say_in_use(form: MatrixRowForm, cell_id: int) -> None:
    name = next(name for name in form.fields if name.startswith("cell_") and name.endswith(f"_{cell_id}"))
    form.add_error(
        name,
        _(
            "This contribution cannot go: it is a planned result that plans below support or reports refer to. "
            "Change its text instead. Nothing was saved."
        ),
    )


def _after_saving(request: HttpRequest, plan: Skp, ids: list[int], employee_id: int) -> str:
    place = ids.index(employee_id)
    if "save_later" in request.POST and place + 1 < len(ids):
        return services.row_url(plan, ids[place + 1])
    return reverse("indicators:matrix", kwargs={"pk": plan.pk})

"""The plan as a whole: my plans, one plan, checking, sending, deciding."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from apps.core import held_forms, idempotency
from apps.core.held_forms import login_required
from apps.core.localtime import local_date
from apps.employees import selectors as people
from apps.employees.labels import RecordPart
from apps.employees.models import Employee, Placement, WorkUnit
from apps.employees.services import record_views

from .. import permissions, selectors
from ..deciders import decider_for
from ..forms import CreateForm, ReturnForm
from ..labels import (
    PROBLEM_TEXTS,
    SKP_ACTION_LABELS,
    SKP_ACTION_LOOKS,
    SKP_TONES,
    WORDING_TEXTS,
    AnnexKindChoices,
)
from ..models import Skp, SkpDecision, SkpVersion
from ..rules.completeness import Problem, ProblemCode
from ..rules.lifecycle import SkpAction, TransitionNotAllowed
from ..rules.wording import wording_hints
from ..selectors import matrix as matrix_selectors
from ..services import skp as services
from .differences import change_rows
from .loading import revision_of, visible_plan, whole_plan
from .matrix import matrix_parts

PER_PAGE = 25
TEMPLATES_OFFERED = 10
FIRST_MONTH_OF_NEXT_PLANS = 10


@login_required
def skp_mine(request: HttpRequest) -> HttpResponse:
    """Show the user's plans: what to do with this year's, and the older ones."""
    employee = people.employee_of(request.user)
    if employee is None:
        raise PermissionDenied
    today = local_date(timezone.now(), employee.government.timezone)
    plans = selectors.with_people(Skp.objects.plans().filter(employee=employee)).order_by(
        "-year", "-period", "-id"
    )
    changes = {
        change.revises_id: change
        for change in Skp.objects.open_revisions().filter(employee=employee).order_by("pk")
    }
    current = [
        _card(plan, request.user, changes.get(plan.pk))
        for plan in selectors.whole(plans.filter(year__gte=today.year))
    ]
    older = Paginator(plans.filter(year__lt=today.year), PER_PAGE)
    return render(
        request,
        "indicators/skp_mine.html",
        {
            "employee": employee,
            "cards": current,
            "older": older.get_page(request.GET.get("page")),
            "years": _open_years(today, {card.skp.year for card in current}),
            "this_year": today.year,
            "has_this_year": any(card.skp.year == today.year for card in current),
            "led_units": WorkUnit.objects.led_by(request.user, on=today).order_by("path"),
            "waiting": selectors.awaiting_decision(request.user).count(),
            "proposals": list(matrix_selectors.open_proposals_of(request.user)),
            "tones": SKP_TONES,
        },
    )


@login_required
def skp_create(request: HttpRequest) -> HttpResponse:
    """Begin a plan; show before what the staff data say about place and appraiser."""
    employee = people.employee_of(request.user)
    if employee is None:
        raise PermissionDenied
    now = timezone.now()
    today = local_date(now, employee.government.timezone)
    placement = people.placement_on(employee, today)
    years = _open_years(today, set()) if placement else []
    if request.method != "POST" and years:
        taken = set(
            Skp.objects.plans().filter(employee=employee, placement=placement).values_list("year", flat=True)
        )
        years = [year for year in years if year not in taken]
        if not years:
            return redirect("indicators:skp-mine")
    form = None
    if years and placement:
        data = request.POST if request.method == "POST" else held_forms.take(request)
        form = CreateForm(data, years=years, starts=_starts(employee, placement, years))
    if request.method == "POST" and form is not None and form.is_valid():
        try:
            with idempotency.once(request, "indicators.skp") as once:
                if not once.is_replay:
                    skp = services.create_skp(
                        employee=employee, year=form.cleaned_data["year"], by=employee, at=now
                    )
                    once.location = _first_page(skp, form.cleaned_data.get("start", ""))
        except services.SkpExists as exists:
            messages.info(request, _("You already have this plan. Here it is."))
            return redirect("indicators:skp-detail", pk=exists.skp.pk)
        except services.NoPlacement:
            form.add_error(
                None, _("The staff data hold no position for you. The personnel office must add it.")
            )
        else:
            return redirect(once.location)
    return render(
        request,
        "indicators/skp_create.html",
        {
            "form": form,
            "employee": employee,
            "placement": placement,
            "link": people.appraiser_link_on(employee, today),
        },
        status=422 if request.method == "POST" else 200,
    )


@login_required
def skp_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the whole plan as on the form, what happened to it, and what the user can do now."""
    plan = whole_plan(request, pk)
    record_views.note(
        viewer=request.user, employee=plan.employee, what=RecordPart.PLAN.value, at=timezone.now()
    )
    return render(request, "indicators/skp_detail.html", _page_of(request, plan))


@login_required
def skp_check(request: HttpRequest, pk: int) -> HttpResponse:
    """Let the employee read everything once more before it goes to the appraiser."""
    plan = whole_plan(request, pk)
    permissions.require_owner(request.user, plan)
    if not plan.is_editable:
        return redirect("indicators:skp-detail", pk=plan.pk)
    return render(request, "indicators/skp_check.html", _page_of(request, plan))


@login_required
@require_POST
def skp_submit(request: HttpRequest, pk: int) -> HttpResponse:
    """Send the plan to the appraiser."""
    plan = visible_plan(request, pk)
    permissions.require(request.user, SkpAction.SUBMIT, plan)
    try:
        plan = services.submit_skp(skp_id=plan.pk, by=request.user.employee, at=timezone.now())
    except TransitionNotAllowed:
        _say_too_late(request, plan)
    except services.NothingChanged:
        messages.error(request, _("The change was not sent: nothing differs from the approved plan yet."))
    except services.PlanIncomplete:
        messages.error(request, _("The plan was not sent: something is still missing."))
        return redirect("indicators:skp-check", pk=plan.pk)
    except services.NoAppraiser:
        messages.error(
            request,
            _(
                "The plan was not sent: the staff data name no appraiser for you. The personnel office must add one."
            ),
        )
    else:
        messages.success(request, _("Plan sent to %(name)s.") % {"name": plan.appraiser_name})
    return redirect("indicators:skp-detail", pk=plan.pk)


@login_required
@require_POST
def skp_recall(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the plan back to change it."""
    plan = visible_plan(request, pk)
    permissions.require(request.user, SkpAction.RECALL, plan)
    try:
        services.recall_skp(skp_id=plan.pk, by=request.user.employee, at=timezone.now())
    except TransitionNotAllowed:
        _say_too_late(request, plan)
    else:
        messages.success(request, _("You have the plan back. Send it again when it is ready."))
    return redirect("indicators:skp-detail", pk=plan.pk)


@login_required
def skp_return(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the plan back with a note."""
    plan = visible_plan(request, pk)
    permissions.require(request.user, SkpAction.RETURN, plan)
    form = ReturnForm(request.POST if request.method == "POST" else held_forms.take(request))
    if request.method == "POST" and form.is_valid():
        try:
            services.return_skp(
                skp_id=plan.pk, note=form.cleaned_data["note"], by=_actor(request), at=timezone.now()
            )
        except TransitionNotAllowed:
            form.add_error(None, _("The plan does not wait for approval any more, so the note was not sent."))
            return render(request, "indicators/skp_return.html", {"skp": plan, "form": form}, status=409)
        messages.success(request, _("Plan returned to %(name)s.") % {"name": plan.employee.full_name})
        return redirect("indicators:skp-detail", pk=plan.pk)
    if request.method != "POST" and SkpAction.RETURN not in permissions.actions_for(request.user, plan):
        return redirect("indicators:skp-detail", pk=plan.pk)
    status = 422 if request.method == "POST" else 200
    return render(request, "indicators/skp_return.html", {"skp": plan, "form": form}, status=status)


@login_required
@require_POST
def skp_approve(request: HttpRequest, pk: int) -> HttpResponse:
    """Approve the plan as it was read."""
    plan = visible_plan(request, pk)
    permissions.require(request.user, SkpAction.APPROVE, plan)
    try:
        services.approve_skp(
            skp_id=plan.pk,
            by=_actor(request),
            at=timezone.now(),
            revision=revision_of(request, request.POST),
        )
    except TransitionNotAllowed:
        _say_too_late(request, plan)
    except services.PlanConflict:
        messages.warning(
            request, _("The plan was changed after you opened it. Read it again; nothing was approved.")
        )
    except services.SuperiorPlanMissing as missing:
        messages.error(request, blocker_text(missing.blocker, plan.year, is_superior=True))
    else:
        messages.success(request, _("Plan of %(name)s approved.") % {"name": plan.employee.full_name})
        if selectors.awaiting_decision(request.user).exists():
            return redirect("indicators:skp-approvals")
    return redirect("indicators:skp-detail", pk=plan.pk)


@login_required
def skp_approvals(request: HttpRequest) -> HttpResponse:
    """List the plans that wait for the user, the longest waiting first; each one is opened before a decision."""
    waiting = selectors.awaiting_decision(request.user)
    page = Paginator(waiting, PER_PAGE).get_page(request.GET.get("page"))
    rows = []
    for plan in page.object_list:
        zone = plan.government.timezone
        days = (local_date(timezone.now(), zone) - local_date(plan.submitted_at, zone)).days
        rows.append({"skp": plan, "days": days, "tone": "warning" if days >= 7 else "neutral"})
    own = next((plan for plan in page.object_list if plan.appraiser_id), None)
    blocker = selectors.superior_blocker(own, _day(own)) if own else None
    return render(
        request,
        "indicators/skp_approvals.html",
        {
            "page": page,
            "rows": rows,
            "blocked": blocker_text(blocker, own.year, is_superior=True) if own and blocker else "",
        },
    )


# --- what the pages say


@dataclass(frozen=True)
class NextStep:
    """What is to be done now, in one sentence, with the button that does it."""

    text: str
    url: str = ""
    label: str = ""


@dataclass(frozen=True)
class Card:
    """A plan on the list of one's own."""

    skp: Skp
    tone: str
    step: NextStep
    results: int
    indicators: int
    change: Skp | None


def _starts(employee: Employee, placement: Placement, years: list[int]) -> list[tuple[str, Any]]:
    """Return what a new plan may begin with: nothing, last year's plan, templates for the post, a workbook."""
    starts: list[tuple[str, Any]] = [("kosong", _("An empty plan"))]
    last = selectors.last_plan_of(employee, max(years))
    if last is not None:
        starts.append(("salin", _("My plan of %(year)s; I tick what I take over") % {"year": last.year}))
    layout = services.layout_of(placement)
    for template in selectors.templates_for(placement, layout.value)[:TEMPLATES_OFFERED]:
        starts.append((f"templat-{template.pk}", _("Template: %(title)s") % {"title": template.title}))
    starts.append(("excel", _("A workbook (Excel) that I fill in")))
    return starts


def _first_page(skp: Skp, start: str) -> str:
    """Return where a new plan goes on, as chosen."""
    kind, _dash, number = start.partition("-")
    if kind == "salin" and selectors.last_plan(skp) is not None:
        return reverse("indicators:copy-last", kwargs={"pk": skp.pk})
    if kind == "templat":
        return reverse("indicators:copy-template", kwargs={"pk": skp.pk, "tid": int(number)})
    if kind == "excel":
        return reverse("indicators:spreadsheet", kwargs={"pk": skp.pk})
    return reverse("indicators:skp-detail", kwargs={"pk": skp.pk})


def _card(plan: Skp, user: Any, change: Skp | None = None) -> Card:
    results = list(plan.results.all())
    return Card(
        skp=plan,
        tone=SKP_TONES[plan.status],
        step=_next_step(plan, user),
        results=len(results),
        indicators=sum(len(result.indicators.all()) for result in results),
        change=change,
    )


def _open_years(today: date, taken: set[int]) -> list[int]:
    years = [today.year]
    if today.month >= FIRST_MONTH_OF_NEXT_PLANS:
        years.append(today.year + 1)
    return [year for year in years if year not in taken]


def _page_of(request: HttpRequest, plan: Skp) -> dict[str, Any]:
    user = request.user
    actions = permissions.actions_for(user, plan)
    is_owner = permissions.is_owner(user, plan)
    blocker = selectors.superior_blocker(plan, _day(plan)) if plan.status == "submitted" else None
    problems = _problem_rows(plan)
    day = _day(plan)
    return (
        _revision_parts(request, plan)
        | matrix_parts(plan)
        | {
            "skp": plan,
            "may_decide": not {SkpAction.APPROVE, SkpAction.MERGE}.isdisjoint(actions),
            "stands_in": _stands_in(request, plan) if SkpAction.RETURN in actions else "",
            "tone": SKP_TONES[plan.status],
            "is_owner": is_owner,
            "can_edit": is_owner and plan.is_editable,
            "can_write_expectations": permissions.may_write_expectations(user, plan),
            "actions": [action.value for action in actions],
            "sections": _sections(plan),
            "behaviors": selectors.behavior_rows(plan),
            "annex": _annex(plan),
            "events": _events(plan),
            "step": _next_step(plan, user),
            "note": _last_note(plan),
            "blocked": blocker_text(blocker, plan.year, is_superior=permissions.decides(user, plan))
            if blocker
            else "",
            "blocking": [row for row in problems if row["is_blocking"]],
            "advice": [row for row in problems if not row["is_blocking"]] + _wording_rows(plan),
            "appraiser_placement": people.placement_on(plan.appraiser, day) if plan.appraiser else None,
            "other_appraiser": _other_appraiser(plan),
            "last_day": date.fromordinal(plan.period.upper.toordinal() - 1),
        }
    )


def _revision_parts(request: HttpRequest, plan: Skp) -> dict[str, Any]:
    """Return what the page says about changes of an approved plan, and about the versions kept."""
    if plan.is_revision:
        merged = None
        if plan.status == "merged":
            merged = SkpVersion.objects.filter(skp=plan.revises_id, approved_at=plan.approved_at).first()
        is_merged = plan.status == "merged"
        return {
            "changes": [] if is_merged else change_rows(selectors.changes_of(plan)),
            "merged_version": merged,
        }
    if not plan.approved_at:
        if not plan.is_editable or not permissions.is_owner(request.user, plan):
            return {}
        return {
            "last_plan": selectors.last_plan(plan),
            "templates": list(selectors.templates_for(plan.placement, plan.layout)[:TEMPLATES_OFFERED]),
        }
    return {
        "versions": list(plan.versions.order_by("-version")),
        "open_revision": Skp.objects.open_revisions().filter(revises=plan).first(),
        "may_revise": permissions.may_revise(request.user, plan),
        "may_make_template": permissions.may_make_template(request.user, plan),
    }


def _stands_in(request: HttpRequest, plan: Skp) -> str:
    """Return in which role the user decides, if not as the recorded appraiser."""
    decider = decider_for(
        plan, people.employee_of(request.user), local_date(timezone.now(), plan.government.timezone)
    )
    if decider is None or (decider.role == "appraiser" and decider.mandate is None):
        return ""
    if decider.mandate is not None:
        return _("You decide as %(capacity)s, %(post)s, for %(name)s. Both names are kept.") % {
            "capacity": decider.mandate.get_kind_display(),
            "post": decider.mandate.position.title,
            "name": plan.appraiser_name,
        }
    return _("You decide as the next superior upward, because %(name)s is not in the post any more.") % {
        "name": plan.appraiser_name
    }


def _day(plan: Skp) -> date:
    return selectors.day_for(plan.year, timezone.now(), plan.government.timezone)


def _sections(plan: Skp) -> list[dict[str, Any]]:
    results = list(plan.results.all())
    found = []
    for letter, kind, label in (("A", "utama", _("Main")), ("B", "tambahan", _("Additional"))):
        rows = [result for result in results if result.kind == kind]
        found.append({"letter": letter, "kind": kind, "label": label, "results": rows})
    return found


def _annex(plan: Skp) -> list[dict[str, Any]]:
    items = list(plan.annex.all())
    return [
        {
            "kind": kind.value,
            "label": kind.label,
            "items": [item for item in items if item.kind == kind.value],
        }
        for kind in AnnexKindChoices
    ]


def _events(plan: Skp) -> list[dict[str, Any]]:
    events = [
        {"at": plan.created_at, "title": _("Plan begun"), "who": plan.employee.full_name, "icon": "pencil"}
    ]
    for decision in plan.decisions.all():
        tone, icon = SKP_ACTION_LOOKS.get(decision.action, ("neutral", "circle-dot"))
        who = _who_decided(plan, decision)
        events.append(
            {
                "at": decision.at,
                "title": SKP_ACTION_LABELS.get(decision.action, decision.action),
                "text": decision.note,
                "who": who,
                "tone": tone,
                "icon": icon,
            }
        )
    return list(reversed(events))


def _who_decided(plan: Skp, decision: SkpDecision) -> str:
    """Return who acted; whoever decided for the appraiser is named together with the appraiser (ACT-1, ACT-2)."""
    who: str = decision.by.full_name if decision.by else ""
    if decision.action not in {"return", "approve", "merge", "renew"}:
        return who
    if not who:
        return _("personnel office, for %(name)s") % {"name": plan.appraiser_name}
    if decision.mandate is not None:
        return _("%(name)s, %(capacity)s, %(post)s (a.n. %(appraiser)s)") % {
            "name": who,
            "capacity": decision.mandate.get_kind_display(),
            "post": decision.mandate.position.title,
            "appraiser": plan.appraiser_name,
        }
    if decision.by_id != plan.appraiser_id:
        return _("%(name)s, next superior upward (a.n. %(appraiser)s)") % {
            "name": who,
            "appraiser": plan.appraiser_name,
        }
    return who


def _last_note(plan: Skp) -> Any:
    if plan.status != "returned":
        return None
    returns = [decision for decision in plan.decisions.all() if decision.action == SkpAction.RETURN.value]
    return returns[-1] if returns else None


def _other_appraiser(plan: Skp) -> str:
    """Return the appraiser the staff data name today, if the plan names another one and can still change."""
    if plan.status in {"approved", "closed", "merged", "withdrawn"}:
        return ""
    link = selectors.appraiser_now(plan, timezone.now())
    if link is None or (link.appraiser_id == plan.appraiser_id and plan.appraiser_name):
        return ""
    return link.appraiser.full_name if link.appraiser else link.external_name


def _next_step(plan: Skp, user: Any) -> NextStep:
    own = permissions.is_owner(user, plan)
    if plan.is_editable and own:
        missing = sum(1 for problem in selectors.problems_of(plan) if problem.is_blocking)
        if not plan.results.all():
            url = reverse("indicators:result-add", kwargs={"pk": plan.pk})
            return NextStep(_("Begin with your first planned result (RHK)."), url, _("Add a planned result"))
        url = reverse("indicators:skp-check", kwargs={"pk": plan.pk})
        if missing:
            text = ngettext(
                "%(n)s thing is missing before you can send the plan.",
                "%(n)s things are missing before you can send the plan.",
                missing,
            ) % {"n": missing}
            return NextStep(text, url, _("See what is missing"))
        if plan.is_revision:
            return NextStep(
                _("This is a working copy. Change it, then send it; until then the approved plan holds."),
                url,
                _("Check and send"),
            )
        return NextStep(_("The plan is complete. Read it once more and send it."), url, _("Check and send"))
    if plan.status == "submitted":
        return NextStep(_("The plan waits for %(name)s.") % {"name": plan.appraiser_name})
    if plan.status == "approved":
        return NextStep(_("The plan is approved. Report your progress against it."))
    if plan.status == "closed":
        return NextStep(_("The plan is closed."))
    if plan.status == "merged":
        return NextStep(_("This change was approved. The plan holds it now."))
    if plan.status == "withdrawn":
        return NextStep(_("This change was given up. The approved plan holds as before."))
    return NextStep(_("The employee is still writing this plan."))


def blocker_text(blocker: selectors.SuperiorPlan, year: int, *, is_superior: bool) -> str:
    """Return why an approval waits and who must act, for the superior or for the employee."""
    if blocker.status == "submitted":
        if is_superior:
            text = _(
                "Your own plan for %(year)s waits for %(above)s. After that approval you can approve this one."
            )
        else:
            text = _("The approval waits for the plan of %(name)s, which %(above)s must approve first.")
    elif is_superior:
        text = _(
            "First your own plan for %(year)s must be approved: write and send it. Then you can approve this one."
        )
    else:
        text = _("The approval waits for %(name)s, who must write and send the own plan for %(year)s first.")
    return text % {"year": year, "name": blocker.superior.full_name, "above": blocker.decided_by}


def _problem_rows(plan: Skp) -> list[dict[str, Any]]:
    """Return what is missing as rows with links; the values without an expectation share one row."""
    problems = selectors.problems_of(plan)
    silent = [p for p in problems if p.code is ProblemCode.BEHAVIOR_WITHOUT_EXPECTATION]
    rows = [_problem_row(plan, problem) for problem in problems if problem not in silent]
    if silent:
        row = _problem_row(plan, silent[0])
        labels = {item.value.code: item.value.label for item in selectors.behavior_rows(plan)}
        row["place"] = ", ".join(labels[problem.where] for problem in silent)
        rows.append(row)
    return rows


def _problem_row(plan: Skp, problem: Problem) -> dict[str, Any]:
    kind, _colon, number = problem.where.partition(":")
    place, url = "", reverse("indicators:result-add", kwargs={"pk": plan.pk})
    if kind == "result":
        result = next(row for row in plan.results.all() if row.pk == int(number))
        place = result.text
        route = "result-edit"
        if problem.code is ProblemCode.RESULT_WITHOUT_INDICATOR:
            route = "indicator-add"
        url = reverse(f"indicators:{route}", kwargs={"pk": plan.pk, "rid": result.pk})
    elif kind == "indicator":
        result, indicator = next(
            (result, row)
            for result in plan.results.all()
            for row in result.indicators.all()
            if row.pk == int(number)
        )
        place = indicator.text
        url = reverse(
            "indicators:indicator-edit", kwargs={"pk": plan.pk, "rid": result.pk, "iid": indicator.pk}
        )
    elif problem.where:
        rows = {row.value.code: row.value.label for row in selectors.behavior_rows(plan)}
        place = rows[problem.where]
        url = reverse("indicators:behavior-edit", kwargs={"pk": plan.pk}) + f"#id_{problem.where}"
    return {
        "text": PROBLEM_TEXTS[problem.code],
        "place": place,
        "url": url,
        "is_blocking": problem.is_blocking,
    }


def _wording_rows(plan: Skp) -> list[dict[str, Any]]:
    return [
        {
            "text": WORDING_TEXTS[hint],
            "place": result.text,
            "url": reverse("indicators:result-edit", kwargs={"pk": plan.pk, "rid": result.pk}),
            "is_blocking": False,
        }
        for result in plan.results.all()
        for hint in wording_hints(result.text)
    ]


def _actor(request: HttpRequest) -> Any:
    return people.employee_of(request.user) or request.user


def _say_too_late(request: HttpRequest, plan: Skp) -> None:
    plan.refresh_from_db(fields=["status"])
    messages.error(
        request,
        _("Nothing was changed: the plan is in the state “%(status)s” now.")
        % {"status": plan.get_status_display()},
    )

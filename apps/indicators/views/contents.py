"""What stands in a plan: one thing per page."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from apps.core import held_forms, idempotency
from apps.core.held_forms import login_required
from apps.core.templatetags.formats import number
from apps.employees import selectors as people

from .. import permissions, selectors
from ..forms import AnnexForm, BehaviorForm, IndicatorForm, ResultForm
from ..labels import WORDING_TEXTS, AnnexKindChoices
from ..models import AnnexItem, Indicator, Skp, WorkResult
from ..rules.wording import wording_hints
from ..services import skp as services
from .loading import own_plan, revision_of, visible_plan

# --- planned results


@login_required
def result_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a planned result; its first indicator is asked for on the next page."""
    plan = own_plan(request, pk)
    if request.method != "POST" and not plan.is_editable:
        return _not_now(request, plan)
    form = ResultForm(_data(request), skp=plan, offered=selectors.supportable(plan))
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                with idempotency.once(request, "indicators.result") as once:
                    if not once.is_replay:
                        result = services.add_result(skp=plan, by=request.user.employee, **form.values())
                        once.location = reverse(
                            "indicators:indicator-add", kwargs={"pk": plan.pk, "rid": result.pk}
                        )
                return redirect(once.location)
            except services.PlanNotEditable:
                status = _refused(form)
            except services.SupportNotOffered:
                status = _not_offered(form)
    return render(request, "indicators/result_form.html", {"skp": plan, "form": form}, status=status)


@login_required
def result_edit(request: HttpRequest, pk: int, rid: int) -> HttpResponse:
    """Rewrite a planned result, and see its indicators."""
    plan = own_plan(request, pk)
    result = get_object_or_404(plan.results.select_related("supports", "supports_indicator"), pk=rid)
    if request.method != "POST" and not plan.is_editable:
        return _not_now(request, plan)
    data = _data(request)
    form = ResultForm(
        data, skp=plan, offered=selectors.supportable(plan), initial=ResultForm.initial_of(result)
    )
    status, conflict = 200, None
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                services.change_result(
                    result=result,
                    by=request.user.employee,
                    revision=revision_of(request, request.POST),
                    **form.values(),
                )
                return redirect("indicators:skp-detail", pk=plan.pk)
            except services.PlanConflict:
                status, conflict = 409, _stored_result(result)
            except services.PlanNotEditable:
                status = _refused(form)
            except services.SupportNotOffered:
                status = _not_offered(form)
    return render(
        request,
        "indicators/result_form.html",
        {
            "skp": plan,
            "result": result,
            "indicators": list(result.indicators.all()),
            "form": form,
            "hints": [WORDING_TEXTS[hint] for hint in wording_hints(result.text)],
            "revision": _revision_shown(request, plan, data, conflict),
            "conflict": conflict,
        },
        status=status,
    )


@login_required
@require_POST
def result_remove(request: HttpRequest, pk: int, rid: int) -> HttpResponse:
    """Take a planned result out of the plan, after asking."""
    plan = own_plan(request, pk)
    result = get_object_or_404(plan.results, pk=rid)
    text = _("The planned result “%(text)s” is removed with its indicators.") % {"text": result.text}
    back = reverse("indicators:result-edit", kwargs={"pk": plan.pk, "rid": result.pk})
    return _remove(
        request, plan, text, back, lambda: services.remove_result(result=result, by=request.user.employee)
    )


@login_required
@require_POST
def result_move(request: HttpRequest, pk: int, rid: int) -> HttpResponse:
    """Move a planned result up or down in its section."""
    plan = own_plan(request, pk)
    result = get_object_or_404(plan.results, pk=rid)
    return _move(
        request,
        plan,
        lambda up: services.move_result(result=result, up=up, by=request.user.employee),
        reverse("indicators:skp-detail", kwargs={"pk": plan.pk}) + f"#hasil-{result.pk}",
    )


# --- indicators


@login_required
def indicator_add(request: HttpRequest, pk: int, rid: int) -> HttpResponse:
    """Add an indicator to a planned result, or several in a row."""
    plan = own_plan(request, pk)
    result = get_object_or_404(plan.results, pk=rid)
    if request.method != "POST" and not plan.is_editable:
        return _not_now(request, plan)
    form = IndicatorForm(_data(request), skp=plan)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                with idempotency.once(request, "indicators.indicator") as once:
                    if not once.is_replay:
                        services.add_indicator(result=result, by=request.user.employee, **form.values())
                        once.location = reverse("indicators:skp-detail", kwargs={"pk": plan.pk})
                        if "save_later" in request.POST:
                            once.location = request.path
                            messages.success(
                                request, _("Indicator saved. Here is the form for the next one.")
                            )
                return redirect(once.location)
            except services.PlanNotEditable:
                status = _refused(form)
    return render(
        request,
        "indicators/indicator_form.html",
        {"skp": plan, "result": result, "form": form, "existing": list(result.indicators.all())},
        status=status,
    )


@login_required
def indicator_edit(request: HttpRequest, pk: int, rid: int, iid: int) -> HttpResponse:
    """Rewrite an indicator."""
    plan = own_plan(request, pk)
    result = get_object_or_404(plan.results, pk=rid)
    indicator = get_object_or_404(result.indicators.select_related("result"), pk=iid)
    if request.method != "POST" and not plan.is_editable:
        return _not_now(request, plan)
    data = _data(request)
    form = IndicatorForm(data, skp=plan, initial=IndicatorForm.initial_of(indicator))
    status, conflict = 200, None
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                services.change_indicator(
                    indicator=indicator,
                    by=request.user.employee,
                    revision=revision_of(request, request.POST),
                    **form.values(),
                )
                return redirect("indicators:skp-detail", pk=plan.pk)
            except services.PlanConflict:
                status, conflict = 409, _stored_indicator(indicator)
            except services.PlanNotEditable:
                status = _refused(form)
    return render(
        request,
        "indicators/indicator_form.html",
        {
            "skp": plan,
            "result": result,
            "indicator": indicator,
            "form": form,
            "revision": _revision_shown(request, plan, data, conflict),
            "conflict": conflict,
        },
        status=status,
    )


@login_required
@require_POST
def indicator_remove(request: HttpRequest, pk: int, rid: int, iid: int) -> HttpResponse:
    """Take an indicator out of a planned result, after asking."""
    plan = own_plan(request, pk)
    indicator = get_object_or_404(
        Indicator.objects.select_related("result"), pk=iid, result__skp=plan, result=rid
    )
    text = _("The indicator “%(text)s” is removed.") % {"text": indicator.text}
    back = reverse("indicators:indicator-edit", kwargs={"pk": plan.pk, "rid": rid, "iid": iid})
    return _remove(
        request,
        plan,
        text,
        back,
        lambda: services.remove_indicator(indicator=indicator, by=request.user.employee),
    )


@login_required
@require_POST
def indicator_move(request: HttpRequest, pk: int, rid: int, iid: int) -> HttpResponse:
    """Move an indicator up or down within its planned result."""
    plan = own_plan(request, pk)
    indicator = get_object_or_404(
        Indicator.objects.select_related("result"), pk=iid, result__skp=plan, result=rid
    )
    return _move(
        request,
        plan,
        lambda up: services.move_indicator(indicator=indicator, up=up, by=request.user.employee),
        reverse("indicators:result-edit", kwargs={"pk": plan.pk, "rid": rid}) + "#indikator",
    )


# --- behavior


@login_required
def behavior_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Write the leader's expectations: proposed by the employee, decided by the appraiser."""
    plan = visible_plan(request, pk)
    is_owner = permissions.is_owner(request.user, plan)
    if not is_owner and not permissions.decides(request.user, plan):
        raise PermissionDenied
    if request.method != "POST" and not permissions.may_write_expectations(request.user, plan):
        return _not_now(request, plan)
    stored = {row.value: row for row in plan.behaviors.all()}
    data = _data(request)
    form = BehaviorForm(data, skp=plan, initial={value: row.expectation for value, row in stored.items()})
    status, conflict = 200, None
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                services.set_behaviors(
                    skp=plan,
                    expectations=form.values(),
                    by=people.employee_of(request.user) or request.user,
                    revision=revision_of(request, request.POST),
                )
                messages.success(request, _("Expectations saved."))
                return redirect(reverse("indicators:skp-detail", kwargs={"pk": plan.pk}) + "#perilaku")
            except services.PlanConflict:
                status, conflict = 409, _stored_expectations(plan, form)
            except services.PlanNotEditable:
                status = _refused(form)
    return render(
        request,
        "indicators/behavior_form.html",
        {
            "skp": plan,
            "form": form,
            "is_owner": is_owner,
            "revision": _revision_shown(request, plan, data, conflict),
            "conflict": conflict,
        },
        status=status,
    )


# --- annex


@login_required
def annex_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """List the annex and add a line to it."""
    plan = own_plan(request, pk)
    if request.method != "POST" and not plan.is_editable:
        return _not_now(request, plan)
    kind = request.GET.get("daftar", "")
    form = AnnexForm(_data(request), initial={"kind": kind if kind in AnnexKindChoices.values else None})
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                with idempotency.once(request, "indicators.annex") as once:
                    if not once.is_replay:
                        services.add_annex_item(skp=plan, by=request.user.employee, **form.cleaned_data)
                        once.location = request.path
                return redirect(once.location)
            except services.PlanNotEditable:
                status = _refused(form)
    items = list(plan.annex.all())
    lists = [
        {"label": choice.label, "items": [item for item in items if item.kind == choice.value]}
        for choice in AnnexKindChoices
    ]
    return render(
        request, "indicators/annex.html", {"skp": plan, "form": form, "lists": lists}, status=status
    )


@login_required
def annex_item_edit(request: HttpRequest, pk: int, aid: int) -> HttpResponse:
    """Rewrite a line of the annex."""
    plan = own_plan(request, pk)
    item = get_object_or_404(plan.annex, pk=aid)
    if request.method != "POST" and not plan.is_editable:
        return _not_now(request, plan)
    data = _data(request)
    form = AnnexForm(data, item=item)
    status, conflict = 200, None
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                services.change_annex_item(
                    item=item,
                    text=form.cleaned_data["text"],
                    by=request.user.employee,
                    revision=revision_of(request, request.POST),
                )
                return redirect("indicators:annex", pk=plan.pk)
            except services.PlanConflict:
                item.refresh_from_db()
                status, conflict = 409, [(str(form.fields["text"].label), item.text)]
            except services.PlanNotEditable:
                status = _refused(form)
    return render(
        request,
        "indicators/annex_item.html",
        {
            "skp": plan,
            "item": item,
            "form": form,
            "revision": _revision_shown(request, plan, data, conflict),
            "conflict": conflict,
        },
        status=status,
    )


@login_required
@require_POST
def annex_item_remove(request: HttpRequest, pk: int, aid: int) -> HttpResponse:
    """Take a line out of the annex, after asking."""
    plan = own_plan(request, pk)
    item = get_object_or_404(AnnexItem, pk=aid, skp=plan)
    text = _("The line “%(text)s” is removed.") % {"text": item.text}
    back = reverse("indicators:annex", kwargs={"pk": plan.pk})
    return _remove(
        request,
        plan,
        text,
        back,
        lambda: services.remove_annex_item(item=item, by=request.user.employee),
        then=back,
    )


@login_required
@require_POST
def annex_item_move(request: HttpRequest, pk: int, aid: int) -> HttpResponse:
    """Move a line of the annex up or down in its list."""
    plan = own_plan(request, pk)
    item = get_object_or_404(AnnexItem, pk=aid, skp=plan)
    return _move(
        request,
        plan,
        lambda up: services.move_annex_item(item=item, up=up, by=request.user.employee),
        reverse("indicators:annex", kwargs={"pk": plan.pk}),
    )


# --- shared by the pages


def _data(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else held_forms.take(request)


def _revision_shown(request: HttpRequest, plan: Skp, data: Any, conflict: Any) -> int:
    """Return the revision the form carries on: the present one after a conflict was shown, else what it came with."""
    if data is None:
        return plan.revision
    if conflict is not None:
        return Skp.objects.values_list("revision", flat=True).get(pk=plan.pk)
    return revision_of(request, data)


def _not_now(request: HttpRequest, plan: Skp) -> HttpResponse:
    messages.info(
        request,
        _("The plan cannot be changed while it is in the state “%(status)s”.")
        % {"status": plan.get_status_display()},
    )
    return redirect("indicators:skp-detail", pk=plan.pk)


def _refused(form: Any) -> int:
    form.add_error(
        None,
        _(
            "The plan was sent or decided on in the meantime, so this was not saved. Your text is below; copy it."
        ),
    )
    return 409


def _not_offered(form: Any) -> int:
    form.add_error(None, _("What you chose to contribute to is no longer offered. Choose again."))
    return 422


def _remove(
    request: HttpRequest, plan: Skp, text: str, back: str, remove: Any, *, then: str = ""
) -> HttpResponse:
    if request.POST.get("confirmed") != "1":
        return render(request, "indicators/confirm_remove.html", {"skp": plan, "text": text, "back": back})
    try:
        remove()
    except services.PlanNotEditable:
        return _not_now(request, plan)
    except services.ResultInUse:
        messages.error(
            request,
            _(
                "It was not removed: somebody's plan supports it, or reports refer to it. Change its text instead."
            ),
        )
        return redirect(back)
    messages.success(request, _("Removed."))
    return redirect(then or reverse("indicators:skp-detail", kwargs={"pk": plan.pk}))


def _move(request: HttpRequest, plan: Skp, move: Any, then: str) -> HttpResponse:
    try:
        move(request.POST.get("direction") == "up")
    except services.PlanNotEditable:
        return _not_now(request, plan)
    return redirect(then)


def _stored_result(result: WorkResult) -> list[tuple[str, str]]:
    row = WorkResult.objects.select_related("supports", "supports_indicator").get(pk=result.pk)
    supported = (
        row.supports.text if row.supports else row.supports_indicator.name if row.supports_indicator else ""
    )
    shown = [(_("Planned result"), row.text), (_("Part of the plan"), row.get_kind_display())]
    if row.perspective:
        shown.append((_("Perspective"), row.get_perspective_display()))
    return [*shown, (_("Contributes to"), supported)]


def _stored_indicator(indicator: Indicator) -> list[tuple[str, str]]:
    row = Indicator.objects.get(pk=indicator.pk)
    return [
        (_("Indicator"), row.text),
        (_("Aspect"), row.get_aspect_display()),
        (_("Target"), f"{number(row.plain_target)} {row.measure}".strip()),
        (_("Direction"), row.get_direction_display()),
        (_("Source"), row.get_source_display()),
    ]


def _stored_expectations(plan: Skp, form: BehaviorForm) -> list[tuple[str, str]]:
    typed = form.values()
    return [
        (row.value.label, row.expectation)
        for row in selectors.behavior_rows(selectors.whole(Skp.objects.filter(pk=plan.pk)).get())
        if row.expectation != typed[row.value.code].strip()
    ]

"""Changing an approved plan: the reason, giving it up, the versions kept, and reminding whoever must act."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from apps.core import held_forms, idempotency
from apps.core.held_forms import login_required
from apps.employees import selectors as people

from .. import permissions
from ..forms import RevisionForm
from ..models import Skp
from ..rules.lifecycle import SkpAction, TransitionNotAllowed
from ..rules.plan_content import diff, empty
from ..services import revisions
from ..services import skp as services
from .differences import change_rows, content_sections
from .loading import own_plan, visible_plan


@login_required
def revision_begin(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask why the approved plan has to change; then a working copy is opened for editing."""
    plan = visible_plan(request, pk)
    is_owner = permissions.is_owner(request.user, plan)
    if not is_owner and not permissions.decides(request.user, plan):
        raise PermissionDenied
    open_one = Skp.objects.open_revisions().filter(revises=plan).first()
    if request.method != "POST" and open_one is not None:
        messages.info(request, _("The plan is being changed already. Here is the change."))
        return redirect("indicators:skp-detail", pk=open_one.pk)
    if request.method != "POST" and not permissions.may_revise(request.user, plan):
        messages.info(request, _("Only an approved plan is changed in this way."))
        return redirect("indicators:skp-detail", pk=plan.pk)
    form = RevisionForm(request.POST if request.method == "POST" else held_forms.take(request))
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                with idempotency.once(request, "indicators.revision") as once:
                    if not once.is_replay:
                        copy = revisions.begin_revision(
                            skp_id=plan.pk,
                            by=people.employee_of(request.user) or request.user,
                            at=timezone.now(),
                            **form.cleaned_data,
                        )
                        once.location = reverse("indicators:skp-detail", kwargs={"pk": copy.pk})
                return redirect(once.location)
            except revisions.RevisionExists as exists:
                messages.info(request, _("The plan is being changed already. Here is the change."))
                return redirect("indicators:skp-detail", pk=exists.skp.pk)
            except TransitionNotAllowed:
                form.add_error(None, _("The plan is not approved any more, so no change was begun."))
                status = 409
    return render(
        request,
        "indicators/revision_begin.html",
        {"skp": plan, "form": form, "is_owner": is_owner},
        status=status,
    )


@login_required
@require_POST
def revision_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a change up, after asking; the approved plan stays as it is."""
    copy = own_plan(request, pk)
    if not copy.is_revision or SkpAction.WITHDRAW not in permissions.actions_for(request.user, copy):
        messages.info(request, _("There is no open change that could be given up."))
        return redirect("indicators:skp-detail", pk=copy.pk)
    if request.POST.get("confirmed") != "1":
        return render(request, "indicators/revision_withdraw.html", {"skp": copy})
    try:
        revisions.withdraw_revision(skp_id=copy.pk, by=request.user.employee, at=timezone.now())
    except TransitionNotAllowed:
        messages.error(request, _("Nothing was changed: the change was decided on in the meantime."))
        return redirect("indicators:skp-detail", pk=copy.pk)
    messages.success(request, _("The change is given up. The approved plan holds as before."))
    return redirect("indicators:skp-detail", pk=copy.revises_id)


@login_required
def skp_version(request: HttpRequest, pk: int, version: int) -> HttpResponse:
    """Show an approved version as it was approved, and what it changed."""
    plan = visible_plan(request, pk)
    kept = get_object_or_404(plan.versions.select_related("approved_by"), version=version)
    before = plan.versions.filter(version=version - 1).first()
    difference = diff(before.content if before else empty(), kept.content)
    return render(
        request,
        "indicators/skp_version.html",
        {
            "skp": plan,
            "version": kept,
            "before": before,
            "is_current": kept.version == plan.version,
            "changes": change_rows(difference) if before else [],
            "content": content_sections(kept.content),
            "newer": plan.versions.filter(version=version + 1).first(),
        },
    )


@login_required
@require_POST
def skp_remind(request: HttpRequest, pk: int) -> HttpResponse:
    """Remind whoever must act before this plan can be approved."""
    plan = own_plan(request, pk)
    try:
        reminded = services.remind(skp_id=plan.pk, by=request.user.employee, at=timezone.now())
    except TransitionNotAllowed:
        messages.error(request, _("The plan does not wait for approval, so nobody was reminded."))
    except services.NobodyToRemind:
        messages.error(
            request,
            _("Whoever must act has no account here. The personnel office can ask them."),
        )
    else:
        if reminded:
            names = ", ".join(person.full_name for person in reminded)
            messages.success(request, _("Reminded: %(names)s.") % {"names": names})
        else:
            messages.info(
                request, _("You have sent a reminder today already. Tomorrow you can send another one.")
            )
    return redirect("indicators:skp-detail", pk=plan.pk)

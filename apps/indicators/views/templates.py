"""Templates of plans, kept by the personnel office."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from apps.core import held_forms, idempotency
from apps.core.held_forms import login_required
from apps.core.localtime import today
from apps.employees.labels import Role
from apps.employees.models import WorkUnit

from .. import permissions
from ..forms import TemplateForm, TemplateMakeForm
from ..models import SkpTemplate
from ..services import templates as services
from .differences import content_sections
from .loading import whole_plan

PER_PAGE = 25


@login_required
@require_GET
def template_list(request: HttpRequest) -> HttpResponse:
    """List the templates, those in use or the retired ones."""
    _require_officer(request)
    retired = request.GET.get("status") == "lama"
    kept = SkpTemplate.objects.kept_by(request.user, today())
    rows = kept.filter(is_active=not retired).select_related("made_by").order_by("job_family", "title", "id")
    tabs = [
        {"label": _("In use"), "url": "?", "active": not retired},
        {"label": _("Retired"), "url": "?status=lama", "active": retired},
    ]
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "tabs": tabs, "retired": retired}
    return render(request, "indicators/template_list.html", context)


@login_required
def template_make(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a template from an approved plan."""
    plan = whole_plan(request, pk)
    if not permissions.is_personnel_officer_for(request.user, plan.unit):
        raise PermissionDenied
    if not permissions.may_make_template(request.user, plan):
        messages.info(request, _("A template is made from an approved plan."))
        return redirect("indicators:skp-detail", pk=plan.pk)
    content = services.nameless_content(plan)
    position = plan.placement.position
    initial = {
        "title": position.family,
        "job_family": position.family,
        "level": position.level,
    }
    data = request.POST if request.method == "POST" else held_forms.take(request)
    form = TemplateMakeForm(data, content=content, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            with idempotency.once(request, "indicators.template") as once:
                if not once.is_replay:
                    template = services.make_template(
                        plan=plan,
                        title=form.cleaned_data["title"],
                        job_family=form.cleaned_data["job_family"],
                        level=form.cleaned_data["level"],
                        keys=form.cleaned_data["results"],
                        by=request.user,
                        at=timezone.now(),
                    )
                    once.location = reverse("indicators:template-detail", kwargs={"tid": template.pk})
                    messages.success(request, _("Template saved. People in such posts are offered it now."))
            return redirect(once.location)
        except services.TitleTaken:
            _say_taken(form)
    return render(
        request,
        "indicators/template_make.html",
        {"skp": plan, "form": form, "content": content_sections(content)},
        status=422 if request.method == "POST" else 200,
    )


@login_required
def template_detail(request: HttpRequest, tid: int) -> HttpResponse:
    """Show a template, and rename it."""
    template = _template(request, tid)
    may_change = permissions.may_keep_template(request.user, template)
    if request.method == "POST" and not may_change:
        raise PermissionDenied
    initial = {"title": template.title, "job_family": template.job_family, "level": template.level}
    form = TemplateForm(
        request.POST if request.method == "POST" else held_forms.take(request), initial=initial
    )
    if request.method == "POST" and form.is_valid():
        try:
            services.change_template(template_id=template.pk, by=request.user, **form.cleaned_data)
            messages.success(request, _("Saved."))
            return redirect("indicators:template-detail", tid=template.pk)
        except services.TitleTaken:
            _say_taken(form)
    return render(
        request,
        "indicators/template_detail.html",
        {
            "template": template,
            "form": form,
            "may_change": may_change,
            "content": content_sections(template.content),
        },
        status=422 if request.method == "POST" else 200,
    )


@login_required
@require_POST
def template_retire(request: HttpRequest, tid: int) -> HttpResponse:
    """Take a template out of use, or back into use."""
    template = _template(request, tid)
    if not permissions.may_keep_template(request.user, template):
        raise PermissionDenied
    try:
        services.retire_template(
            template_id=template.pk, is_active=request.POST.get("is_active") == "1", by=request.user
        )
    except services.TitleTaken:
        messages.error(request, _("Another template in use has this title. Rename one of them first."))
    return redirect("indicators:template-detail", tid=template.pk)


def _require_officer(request: HttpRequest) -> None:
    if not WorkUnit.objects.with_role(request.user, str(Role.PERSONNEL_OFFICER), on=today()).exists():
        raise PermissionDenied


def _template(request: HttpRequest, tid: int) -> SkpTemplate:
    kept = SkpTemplate.objects.kept_by(request.user, today())
    return get_object_or_404(kept.select_related("government", "made_by"), pk=tid)


def _say_taken(form: Any) -> None:
    form.add_error("title", _("Another template in use has this title."))

"""Where the result of a survey period was published, with proof."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from apps.core import files
from apps.core.held_forms import login_required
from apps.core.localtime import local_date
from apps.employees import selectors as organization

from .. import permissions
from ..forms.improvement import MediumForm, ProofForm, PublicationForm
from ..models import PublicationMedium, Service, SurveyPeriod, SurveyPublication
from ..selectors import improvement as plans
from ..services import proof_files
from ..services import publications as services
from .acting import ask_first, form_page, limited_upload, press


def _period(request: HttpRequest, pk: int) -> SurveyPeriod:
    return get_object_or_404(
        SurveyPeriod.objects.select_related("service__unit__government"),
        pk=pk,
        service__in=Service.objects.visible_to(request.user),
    )


def _managed(request: HttpRequest, pk: int) -> SurveyPeriod:
    period = _period(request, pk)
    if not permissions.may_manage_survey(request.user, period.service):
        raise PermissionDenied
    return period


def _list_of(period: SurveyPeriod) -> str:
    return reverse("feedback:publication-list", args=[period.pk])


@login_required
@require_GET
def publication_list(request: HttpRequest, pk: int) -> HttpResponse:
    """Where a result can be read, and how many media count."""
    period = _period(request, pk)
    rows = plans.publications(period)
    context = {
        "period": period,
        "service": period.service,
        "rows": rows,
        "media": plans.media_count(rows),
        "may_manage": permissions.may_manage_survey(request.user, period.service),
    }
    return render(request, "feedback/publication_list.html", context)


@limited_upload
@login_required
def publication_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Record one place."""
    period = _managed(request, pk)
    government = period.service.unit.government
    today = local_date(timezone.now(), government.timezone)
    limit = proof_files.max_megabytes(government, today)

    def work(form: PublicationForm) -> None:
        values = form.cleaned_data
        upload = values["file"]
        if upload is not None and upload.size > limit * proof_files.MEGABYTE:
            raise proof_files.ProofTooBig(limit=limit)
        services.add_publication(
            survey_period=period,
            medium=values["medium"],
            own_medium=values["own_medium"],
            place=values["place"],
            link=values["link"],
            published_on=values["published_on"],
            upload_name=upload.name if upload else "",
            content=upload.read() if upload else None,
            by=request.user,
            at=timezone.now(),
        )

    return form_page(
        request,
        make=lambda *data: PublicationForm(
            *data,
            own_media=plans.media_of(government).filter(is_active=True),
            limit_mb=limit,
            today=today,
        ),
        work=work,
        purpose="publication.add",
        back=_list_of(period),
        texts={
            "heading": _("Where was the result published?"),
            "lead": f"{period.service.name}, {period.label}",
            "button": _("Save"),
            "done": _("The place of publication is saved."),
            "max_bytes": limit * proof_files.MEGABYTE,
            "note_url": reverse("feedback:medium-list"),
            "note_link": _("A medium is missing? Add it to the list."),
        },
    )


def _publication(request: HttpRequest, pk: int) -> SurveyPublication:
    row: SurveyPublication = get_object_or_404(
        SurveyPublication.objects.select_related("file", "survey_period__service__unit__government"),
        pk=pk,
        withdrawn_at__isnull=True,
        survey_period__service__in=Service.objects.visible_to(request.user),
    )
    return row


@limited_upload
@login_required
def publication_prove(request: HttpRequest, pk: int) -> HttpResponse:
    """Add the photo or PDF, or a better one."""
    row = _publication(request, pk)
    period = _managed(request, row.survey_period_id)
    government = period.service.unit.government
    limit = proof_files.max_megabytes(government, local_date(timezone.now(), government.timezone))

    def make(*data: Any) -> ProofForm:
        form = ProofForm(*data, limit_mb=limit)
        del form.fields["caption"]
        return form

    def work(form: ProofForm) -> None:
        upload = form.cleaned_data["file"]
        if upload.size > limit * proof_files.MEGABYTE:
            raise proof_files.ProofTooBig(limit=limit)
        services.add_publication_proof(
            publication_id=row.pk,
            upload_name=upload.name,
            content=upload.read(),
            by=request.user,
            at=timezone.now(),
        )

    return form_page(
        request,
        make=make,
        work=work,
        purpose="publication.prove",
        back=_list_of(period),
        texts={
            "heading": _("Proof of publication"),
            "lead": f"{period.service.name}, {period.label}",
            "button": _("Add this file"),
            "done": _("The proof is added."),
            "max_bytes": limit * proof_files.MEGABYTE,
        },
    )


@login_required
@require_GET
def publication_file(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The proof itself."""
    row = _publication(request, pk)
    if row.file is None:
        raise Http404
    return files.response(row.file, row.file_name, inline=True)


@login_required
@require_POST
def publication_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back a mistaken entry."""
    row = _publication(request, pk)
    period = _managed(request, row.survey_period_id)
    question = ask_first(
        request,
        heading=_("Take this entry back?"),
        text=_("It is kept for auditors, and no longer shown or counted."),
        label=_("Take back"),
        back=_list_of(period),
        tone="danger",
    )
    return question or press(
        request,
        work=lambda: services.withdraw_publication(publication_id=row.pk, by=request.user, at=timezone.now()),
        purpose="publication.withdraw",
        back=_list_of(period),
        done=_("The entry is taken back and no longer counts."),
    )


@login_required
def medium_list(request: HttpRequest) -> HttpResponse:
    """The media of this government; add one."""
    government = organization.government_of(request.user)
    if government is None or not permissions.managed_units(request.user).exists():
        raise PermissionDenied
    return form_page(
        request,
        make=lambda *data: MediumForm(*data[:1]),
        work=lambda form: services.add_medium(
            government=government, name=form.cleaned_data["name"], by=request.user, at=timezone.now()
        ),
        purpose="medium.add",
        back=reverse("feedback:medium-list"),
        refusals={services.MediumExists: ("name", lambda _error: _("This medium is on the list already."))},
        template="feedback/medium_list.html",
        texts={"done": _("The medium is on the list."), "media": plans.media_of(government)},
    )


@login_required
@require_POST
def medium_switch(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a medium off the list, or put it back."""
    government = organization.government_of(request.user)
    medium = get_object_or_404(PublicationMedium, pk=pk, government=government)
    if not permissions.managed_units(request.user).exists():
        raise PermissionDenied
    return press(
        request,
        work=lambda: services.set_medium_active(
            medium_id=medium.pk,
            is_active=request.POST.get("active") == "1",
            by=request.user,
            at=timezone.now(),
        ),
        purpose="medium.switch",
        back=reverse("feedback:medium-list"),
        done=_("The list is changed."),
    )

"""Paper sheets: a batch with its scans, typing in tens, a second person's look, closing and withdrawing."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from apps.core import files, held_forms, idempotency
from apps.core.held_forms import login_required
from apps.core.images import FileRefused
from apps.core.localtime import local_date
from apps.core.rules.lifecycle import TransitionNotAllowed

from .. import permissions
from ..forms import PaperBatchForm, ScanForm, SecondReadingForm, SettleForm, SheetsForm, WordsForm
from ..labels import ATTACHMENT_PROBLEMS, PAPER_TONES
from ..models import PaperBatch, PaperScan, Service, SurveyPeriod
from ..rules.paper_lifecycle import PaperAction, PaperStatus, allowed_actions, differences
from ..services import paper, proof_files

PAGE_SIZE = 25
ROWS_PER_PAGE = 10


def _period(request: HttpRequest, pk: int) -> SurveyPeriod:
    period = get_object_or_404(
        SurveyPeriod.objects.select_related("service__unit__government", "questionnaire"),
        pk=pk,
        service__in=Service.objects.visible_to(request.user),
    )
    if not permissions.may_manage_survey(request.user, period.service):
        raise PermissionDenied
    return period


def _batch(request: HttpRequest, pk: int, *, to_change: bool = True) -> PaperBatch:
    batch = get_object_or_404(
        PaperBatch.objects.visible_to(request.user).select_related(
            "survey_period__service__unit__government", "survey_period__questionnaire", "point"
        ),
        pk=pk,
    )
    if to_change and not permissions.may_manage_survey(request.user, batch.survey_period.service):
        raise PermissionDenied
    return batch


def _back(batch: PaperBatch) -> HttpResponse:
    return redirect("feedback:paper-detail", pk=batch.pk)


def _cannot(request: HttpRequest, error: Exception) -> None:
    """Say in words why something cannot be done with a batch now."""
    texts: dict[type[Exception], str] = {
        paper.PeriodIsPublished: _("The result of this period is published and does not change any more."),
        paper.SamePerson: _("You typed sheets of this batch. Somebody else has to check and close it."),
        paper.ScanMissing: _("Add a scan of the sheets first."),
        paper.CheckUnfinished: _("Not every drawn sheet is checked, or a difference is open."),
        paper.NothingUsable: _("No sheet has enough answers to count. Withdraw the batch instead."),
        paper.NotDrawn: _("This sheet needs no check any more."),
        TransitionNotAllowed: _("The batch has moved on meanwhile. Look at its state."),
    }
    messages.error(request, texts[type(error)])


@login_required
@require_GET
def batch_list(request: HttpRequest, code: str) -> HttpResponse:
    """The batches of a service, newest first, and the periods for which a new one can be begun."""
    service = get_object_or_404(
        Service.objects.visible_to(request.user).select_related("unit__government"), code=code
    )
    batches = (
        PaperBatch.objects.filter(survey_period__service=service)
        .select_related("survey_period", "point")
        .annotate(typed=Count("rows"))
        .order_by("-opened_at", "-id")
    )
    page = Paginator(batches, PAGE_SIZE).get_page(request.GET.get("page"))
    today = local_date(timezone.now(), service.unit.government.timezone)
    periods = service.survey_periods.filter(starts_on__lte=today).order_by("-starts_on", "-id")[:6]
    context = {
        "service": service,
        "page": page,
        "rows": [{"batch": batch, "tone": PAPER_TONES[batch.status]} for batch in page.object_list],
        "periods": periods,
        "may_manage": permissions.may_manage_survey(request.user, service),
    }
    return render(request, "feedback/paper_list.html", context)


@login_required
def open_batch(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin a batch."""
    period = _period(request, pk)
    status = 200
    if request.method == "POST":
        form = PaperBatchForm(request.POST, service=period.service)
        if form.is_valid():
            try:
                with idempotency.once(request, "feedback.paper_batch") as once:
                    if not once.is_replay:
                        batch = paper.open_batch(
                            survey_period=period, by=request.user, at=timezone.now(), **form.cleaned_data
                        )
                        once.location = reverse("feedback:paper-detail", args=[batch.pk])
                return redirect(once.location)
            except paper.OutsidePeriod:
                form.add_error("collected_on", _("This day does not lie in the period, or has not come yet."))
            except paper.PeriodIsPublished as error:
                _cannot(request, error)
        status = 422
    else:
        form = PaperBatchForm(held_forms.take(request), service=period.service)
    context = {"form": form, "period": period, "service": period.service}
    return render(request, "feedback/paper_batch_form.html", context, status=status)


@login_required
@require_GET
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Where a batch stands, what comes next, its scans and who typed how much."""
    return _detail(request, _batch(request, pk, to_change=False), ScanForm())


def _detail(request: HttpRequest, batch: PaperBatch, form: ScanForm, status: int = 200) -> HttpResponse:
    service = batch.survey_period.service
    counts = paper.counts_of(batch)
    may_manage = permissions.may_manage_survey(request.user, service)
    actions = allowed_actions(PaperStatus(batch.status)) if may_manage else ()
    first = _first_untyped(batch)
    wrong, cells = paper.error_count(batch)
    context = {
        "batch": batch,
        "period": batch.survey_period,
        "service": service,
        "tone": PAPER_TONES[batch.status],
        "counts": counts,
        "form": form,
        "scans": batch.scans.select_related("added_by"),
        "max_bytes": proof_files.max_megabytes(service.unit.government, batch.collected_on) * 1_000_000,
        "typists": batch.rows.values("typed_by__display_name").annotate(n=Count("pk")).order_by("-n"),
        "drawn": list(batch.rows.filter(is_sampled=True)) if batch.check_seed else [],
        "has_typed": paper.has_typed(request.user, batch),
        "first": first,
        "may_manage": may_manage,
        "may_type": PaperAction.FINISH in actions,
        "may_check": PaperAction.CLOSE in actions,
        "may_withdraw": PaperAction.WITHDRAW in actions,
        "counted": batch.responses.filter(is_quarantined=False).count(),
        "wrong": wrong,
        "cells": cells,
    }
    return render(request, "feedback/paper_detail.html", context, status=status)


def _first_untyped(batch: PaperBatch) -> int:
    """Return the first sheet of the ten in which one is missing."""
    typed = set(batch.rows.values_list("number", flat=True))
    missing = next((number for number in range(1, batch.sheet_count + 1) if number not in typed), 1)
    return (missing - 1) // ROWS_PER_PAGE * ROWS_PER_PAGE + 1


@login_required
@require_POST
def add_scan(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep a scan of the sheets."""
    batch = _batch(request, pk)
    form = ScanForm(request.POST, request.FILES)
    if form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            with idempotency.once(request, "feedback.paper_scan") as once:
                if not once.is_replay:
                    paper.add_scan(
                        batch_id=batch.pk,
                        upload_name=upload.name,
                        content=upload.read(),
                        by=request.user,
                        at=timezone.now(),
                    )
            return _back(batch)
        except FileRefused as refused:
            text = ATTACHMENT_PROBLEMS.get(refused.code, ATTACHMENT_PROBLEMS["unknown_content"])
            form.add_error("file", str(text) % refused.params if refused.params else str(text))
        except paper.ScanExists:
            form.add_error("file", _("This file is in the batch already."))
        except (paper.PeriodIsPublished, TransitionNotAllowed) as error:
            _cannot(request, error)
            return _back(batch)
    return _detail(request, batch, form, status=422)


@login_required
@require_GET
def scan_file(request: HttpRequest, pk: int) -> HttpResponseBase:
    """A scan, to whoever may see the batch."""
    scan = get_object_or_404(
        PaperScan.objects.select_related("file"), pk=pk, batch__in=PaperBatch.objects.visible_to(request.user)
    )
    return files.response(scan.file, scan.name, inline=True)


@login_required
@require_POST
def remove_scan(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a wrong file out."""
    scan = get_object_or_404(PaperScan, pk=pk, batch__in=PaperBatch.objects.visible_to(request.user))
    batch = _batch(request, scan.batch_id)
    try:
        paper.remove_scan(scan_id=scan.pk, by=request.user, at=timezone.now())
    except (paper.PeriodIsPublished, TransitionNotAllowed) as error:
        _cannot(request, error)
    return _back(batch)


@login_required
def type_sheets(request: HttpRequest, pk: int) -> HttpResponse:
    """Type ten sheets at a time: keys 1 to 4, nothing else needed."""
    batch = _batch(request, pk)
    if PaperAction.FINISH not in allowed_actions(PaperStatus(batch.status)):
        messages.error(request, _("The batch has moved on meanwhile. Look at its state."))
        return _back(batch)
    first = _first(request, batch)
    unsur = list(batch.survey_period.questionnaire.unsur.all())
    status = 200
    if request.method == "POST":
        form = SheetsForm(request.POST, batch=batch, unsur=unsur, first=first)
        if form.is_valid() and _save_sheets(request, batch, form):
            return _after_typing(batch, first)
        status = 422
    else:
        form = SheetsForm(held_forms.take(request), batch=batch, unsur=unsur, first=first)
    context = {
        "batch": batch,
        "service": batch.survey_period.service,
        "form": form,
        "unsur": unsur,
        "first": first,
        "last": form.numbers[-1],
        "counts": paper.counts_of(batch),
        "pages": [
            {
                "label": f"{start}-{min(start + ROWS_PER_PAGE - 1, batch.sheet_count)}",
                "url": f"?dari={start}",
                "active": start == first,
            }
            for start in range(1, batch.sheet_count + 1, ROWS_PER_PAGE)
        ],
    }
    return render(request, "feedback/paper_type.html", context, status=status)


def _first(request: HttpRequest, batch: PaperBatch) -> int:
    """Return with which sheet the page begins; what is typed into a page is posted with its own number."""
    asked = request.POST.get("dari") or request.GET.get("dari") or ""
    if not asked:
        held = request.session.get(held_forms.SESSION_KEY) or {}
        for part in str(held.get("body", "")).split("&") if held.get("path") == request.path else ():
            name, _equals, value = part.partition("=")
            asked = value if name == "dari" else asked
    if asked.isascii() and asked.isdigit() and 1 <= int(asked) <= batch.sheet_count:
        return (int(asked) - 1) // ROWS_PER_PAGE * ROWS_PER_PAGE + 1
    return _first_untyped(batch)


def _save_sheets(request: HttpRequest, batch: PaperBatch, form: SheetsForm) -> bool:
    try:
        with idempotency.once(request, "feedback.paper_sheets") as once:
            if not once.is_replay:
                paper.type_sheets(
                    batch_id=batch.pk, sheets=form.cleaned_data["sheets"], by=request.user, at=timezone.now()
                )
    except paper.TypedMeanwhile as error:
        numbers = ", ".join(map(str, error.numbers))
        form.add_error(
            None,
            _(
                "Somebody else has typed sheet %(numbers)s meanwhile. Nothing was saved; your rows are still here. "
                "Empty these rows, or open the page anew to see what was typed."
            )
            % {"numbers": numbers},
        )
        return False
    except (paper.PeriodIsPublished, TransitionNotAllowed) as error:
        _cannot(request, error)
        return False
    return True


def _after_typing(batch: PaperBatch, first: int) -> HttpResponse:
    """Go on with the next ten sheets; after the last ones, back to the batch."""
    following = first + ROWS_PER_PAGE
    if following > batch.sheet_count:
        return _back(batch)
    return redirect(f"{reverse('feedback:paper-type', args=[batch.pk])}?dari={following}")


@login_required
@require_POST
def finish(request: HttpRequest, pk: int) -> HttpResponse:
    """End typing; the lot draws the sheets for the second look."""
    batch = _batch(request, pk)
    try:
        paper.finish_typing(batch_id=batch.pk, by=request.user, at=timezone.now())
        messages.success(request, _("Typing has ended. Somebody else now checks the sheets that were drawn."))
    except paper.SheetsMissing as error:
        shown = ", ".join(map(str, error.numbers[:12])) + (", ..." if len(error.numbers) > 12 else "")
        messages.error(
            request,
            _("Not typed yet: sheet %(numbers)s. Mark a sheet that is empty or unreadable as such.")
            % {"numbers": shown},
        )
    except (paper.ScanMissing, paper.PeriodIsPublished, TransitionNotAllowed) as error:
        _cannot(request, error)
    return _back(batch)


@login_required
def check(request: HttpRequest, pk: int) -> HttpResponse:
    """Read the drawn sheets again, one by one, without seeing what was typed; then settle what differs."""
    batch = _batch(request, pk)
    if PaperAction.CLOSE not in allowed_actions(PaperStatus(batch.status)):
        messages.error(request, _("The batch has moved on meanwhile. Look at its state."))
        return _back(batch)
    if paper.has_typed(request.user, batch):
        raise PermissionDenied
    row = batch.rows.filter(is_sampled=True, is_settled=False).first()
    if row is None:
        return _back(batch)
    unsur = list(batch.survey_period.questionnaire.unsur.all())
    is_second = row.second_reading is None
    form: Any
    if is_second:
        form = SecondReadingForm(_typed(request, row.number), unsur=unsur)
    else:
        different = set(differences(row.answers, row.second_reading or {}))
        form = SettleForm(
            _typed(request, row.number), row=row, different=[u for u in unsur if u.code in different]
        )
    status = 200
    if request.method == "POST" and form.is_bound:
        if form.is_valid():
            _keep_check(request, batch, row.number, form, is_second=is_second)
            return redirect("feedback:paper-check", pk=batch.pk)
        status = 422
    context = {
        "batch": batch,
        "service": batch.survey_period.service,
        "row": row,
        "form": form,
        "is_second": is_second,
        "counts": paper.counts_of(batch),
        "scans": batch.scans.all(),
    }
    return render(request, "feedback/paper_check.html", context, status=status)


def _typed(request: HttpRequest, number: int) -> Any:
    """Return what was posted for this sheet; what was posted for another one is not meant for it."""
    data = request.POST if request.method == "POST" else held_forms.take(request)
    if data is not None and data.get("lembar") not in (None, str(number)):
        return None
    return data


def _keep_check(request: HttpRequest, batch: PaperBatch, number: int, form: Any, *, is_second: bool) -> None:
    try:
        if is_second:
            row = paper.check_sheet(
                batch_id=batch.pk,
                number=number,
                answers=form.cleaned_data["answers"],
                is_unusable=form.cleaned_data["is_unusable"],
                by=request.user,
                at=timezone.now(),
            )
            if row.is_settled:
                messages.success(request, _("Sheet %(number)s: both readings agree.") % {"number": number})
        else:
            paper.settle_sheet(
                batch_id=batch.pk,
                number=number,
                answers=form.cleaned_data["answers"],
                reason=form.cleaned_data["reason"],
                by=request.user,
                at=timezone.now(),
            )
            messages.success(request, _("Sheet %(number)s is settled.") % {"number": number})
    except (paper.SamePerson, paper.NotDrawn, paper.PeriodIsPublished, TransitionNotAllowed) as error:
        _cannot(request, error)


@login_required
@require_POST
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """Let the sheets count."""
    batch = _batch(request, pk)
    try:
        paper.close_batch(batch_id=batch.pk, by=request.user, at=timezone.now())
        counted = batch.responses.count()
        messages.success(request, _("%(count)s sheets count now, as verified answers.") % {"count": counted})
    except (
        paper.SamePerson,
        paper.CheckUnfinished,
        paper.NothingUsable,
        paper.PeriodIsPublished,
        TransitionNotAllowed,
    ) as error:
        _cannot(request, error)
    return _back(batch)


@login_required
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a batch out of the counting, with a reason."""
    batch = _batch(request, pk)
    label = _("Why does this batch not count?")
    hint = _("The reason is kept with the batch. The sheets stay readable for the inspectorate.")
    status = 200
    if request.method == "POST":
        form = WordsForm(request.POST, label=label, hint=hint)
        form.fields["text"].max_length = 500
        if form.is_valid() and len(form.cleaned_data["text"]) <= 500:
            try:
                paper.withdraw_batch(
                    batch_id=batch.pk, reason=form.cleaned_data["text"], by=request.user, at=timezone.now()
                )
                messages.success(request, _("The batch is withdrawn and does not count."))
            except (paper.PeriodIsPublished, TransitionNotAllowed) as error:
                _cannot(request, error)
            return _back(batch)
        if form.is_valid():
            form.add_error("text", _("Write at most 500 characters."))
        status = 422
    else:
        form = WordsForm(held_forms.take(request), label=label, hint=hint)
    context = {"form": form, "batch": batch, "service": batch.survey_period.service}
    return render(request, "feedback/paper_withdraw.html", context, status=status)

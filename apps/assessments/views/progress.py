"""Quick entry: one line of work in under a minute, on a phone (EXE-5)."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from itertools import groupby
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from apps.core import held_forms, idempotency
from apps.core.held_forms import login_required
from apps.core.templatetags.formats import tanggal
from apps.employees import selectors as people
from apps.employees.models import Employee

from ..forms.reporting import EntryForm
from ..line_texts import LOCK_TEXTS
from ..models import ProgressEntry
from ..selectors import progress as lines
from ..selectors import reporting
from ..selectors.progress import Lock
from ..selectors.reminders import example_for
from ..services import progress
from .common import PAGE_SIZE, today_of


def writer_or_403(request: HttpRequest) -> Employee:
    """Return the civil servant behind the account; officers without a staff record have nothing to report."""
    employee = people.employee_of(request.user)
    if employee is None:
        raise PermissionDenied
    return employee


def own_entry_or_404(request: HttpRequest, entry_id: int) -> ProgressEntry:
    """Return a line the user may see, or 404; 403 if it is somebody else's."""
    entry = get_object_or_404(
        ProgressEntry.objects.visible_to(request.user).select_related(
            "employee__government", "result__skp", "indicator"
        ),
        pk=entry_id,
    )
    if entry.employee.user_id != request.user.pk:
        raise PermissionDenied
    return entry


@login_required
def progress_quick(request: HttpRequest) -> HttpResponse:
    """Write a line; below it the lines so far, by day."""
    employee = writer_or_403(request)
    today = today_of(employee.government)
    results = list(reporting.writable_results(employee, today))
    if request.method == "POST" and results:
        form = EntryForm(request.POST, results=results, today=today)
        if form.is_valid():
            refused = _add(request, employee, form)
            if refused is None:
                back = reverse("assessments:progress-quick")
                return redirect(
                    f"{back}?tanggal={form.cleaned_data['date']}&rhk={form.cleaned_data['result']}"
                )
            form.add_error(*refused)
        return _page(request, employee, form, results, today, status=422)
    held = held_forms.take(request)
    form = (
        EntryForm(held, results=results, today=today)
        if held is not None
        else EntryForm(
            initial=_first_values(request.GET, employee, results, today), results=results, today=today
        )
    )
    return _page(request, employee, form, results, today)


def _add(request: HttpRequest, employee: Employee, form: EntryForm) -> tuple[str | None, str] | None:
    data = form.cleaned_data
    try:
        with idempotency.once(request, "assessments.progress") as once:
            if not once.is_replay:
                progress.add_entry(
                    employee=employee,
                    result=data["result_row"],
                    date=data["date"],
                    text=data["text"],
                    by=employee,
                    indicator=data["indicator_row"],
                    quantity=data["quantity"],
                    at=timezone.now(),
                )
                once.location = reverse("assessments:progress-quick")
    except (
        progress.EntryLocked,
        progress.DayOutsidePlan,
        progress.EntryInFuture,
        progress.PlanNotApproved,
    ) as error:
        return _refusal(error)
    messages.success(request, _("Saved. Write the next one, or leave it at that."))
    return None


def _refusal(error: Exception) -> tuple[str | None, str]:
    if isinstance(error, progress.EntryLocked):
        return "date", str(LOCK_TEXTS[error.lock])
    if isinstance(error, progress.DayOutsidePlan):
        return "date", _("The chosen plan does not cover this day.")
    if isinstance(error, progress.EntryInFuture):
        return "date", _("This day has not come yet. Choose today or a day before.")
    return "result", _("The plan of this result is not approved (any more). Choose another one.")


def _first_values(query: QueryDict, employee: Employee, results: list[Any], today: date) -> dict[str, Any]:
    """Today and the only planned result; after a line the same day and result; or a line to repeat."""
    values: dict[str, Any] = {"date": today}
    if len(results) == 1:
        values["result"] = results[0].pk
    repeat = query.get("isi", "")
    if repeat.isdigit():
        entry = ProgressEntry.objects.filter(employee=employee, pk=int(repeat)).first()
        if entry is not None:
            return values | {
                "text": entry.text,
                "result": entry.result_id,
                "indicator": entry.indicator_id,
                "quantity": None if entry.quantity is None else entry.quantity.normalize(),
            }
    try:
        day = parse_date(query.get("tanggal", ""))
    except ValueError:
        day = None
    if day is not None and day <= today:
        values["date"] = day
    if query.get("rhk", "").isdigit():
        values["result"] = int(query["rhk"])
    indicator = query.get("indikator", "")
    if indicator.isdigit():
        values["indicator"] = int(indicator)
        owner = next(
            (row.pk for row in results for item in row.indicators.all() if item.pk == int(indicator)), None
        )
        values |= {"result": owner} if owner else {}
    return values


def _page(
    request: HttpRequest,
    employee: Employee,
    form: EntryForm,
    results: list[Any],
    today: date,
    status: int = 200,
) -> HttpResponse:
    page = Paginator(reporting.entries_of(employee), PAGE_SIZE).get_page(request.GET.get("page"))
    entries = list(page.object_list)
    copied_from = lines.last_day_before(employee, today) if results else None
    context = {
        "form": form,
        "page": page,
        "days": _by_day(entries, lines.locked_entries(entries, timezone.now())),
        "has_plan": bool(results),
        "chips": lines.repeated_lines(employee, today),
        "copy_from": copied_from,
        "example": example_for(employee, today) if results else None,
        "is_yesterday": copied_from == today - timedelta(days=1),
        "today": today,
    }
    return render(request, "assessments/reporting/progress_quick.html", context, status=status)


def _by_day(entries: Iterable[ProgressEntry], locked: Mapping[int, Lock]) -> list[dict[str, Any]]:
    return [
        {"day": day, "entries": [{"entry": row, "lock": locked.get(row.pk)} for row in rows]}
        for day, rows in groupby(entries, key=lambda row: row.date)
    ]


@login_required
def progress_edit(request: HttpRequest, entry_id: int) -> HttpResponse:
    """Change a line while its report is not sent."""
    entry = own_entry_or_404(request, entry_id)
    employee = entry.employee
    today = today_of(employee.government)
    results = list(reporting.writable_results(employee, today))
    back = reverse("assessments:progress-quick")
    if lines.locked_entries([entry], timezone.now()):
        messages.warning(
            request, _("This line can no longer be changed: its report was sent, or its period is over.")
        )
        return redirect(back)
    if request.method == "POST":
        form = EntryForm(request.POST, results=results, today=today, own=entry)
        if form.is_valid():
            data = form.cleaned_data
            try:
                progress.change_entry(
                    entry_id=entry.pk,
                    result=data["result_row"],
                    date=data["date"],
                    text=data["text"],
                    by=employee,
                    at=timezone.now(),
                    indicator=data["indicator_row"],
                    quantity=data["quantity"],
                )
            except (
                progress.EntryLocked,
                progress.DayOutsidePlan,
                progress.EntryInFuture,
                progress.PlanNotApproved,
            ) as error:
                form.add_error(*_refusal(error))
            else:
                messages.success(request, _("Changed."))
                return redirect(back)
    else:
        held = held_forms.take(request)
        initial = {
            "text": entry.text,
            "result": entry.result_id,
            "date": entry.date,
            "indicator": entry.indicator_id,
            "quantity": None if entry.quantity is None else entry.quantity.normalize(),
        }
        form = EntryForm(held, initial=initial, results=results, today=today, own=entry)
    status = 422 if request.method == "POST" else 200
    return render(
        request, "assessments/reporting/progress_edit.html", {"form": form, "entry": entry}, status=status
    )


@login_required
@require_POST
def progress_delete(request: HttpRequest, entry_id: int) -> HttpResponse:
    """Delete a line, after a question."""
    entry = own_entry_or_404(request, entry_id)
    if not request.POST.get("confirmed"):
        return render(request, "assessments/reporting/progress_delete.html", {"entry": entry})
    try:
        progress.remove_entry(entry_id=entry.pk, by=entry.employee, at=timezone.now())
    except progress.EntryLocked:
        messages.warning(
            request, _("This line can no longer be deleted: its report was sent, or its period is over.")
        )
    else:
        messages.success(request, _("Deleted."))
    return redirect("assessments:progress-quick")


def copy_whole_day(request: HttpRequest, employee: Employee) -> HttpResponse:
    """Write the lines of the last day again for today."""
    today = today_of(employee.government)
    from_day = lines.last_day_before(employee, today)
    if from_day is None:
        return redirect("assessments:progress-quick")
    try:
        added = progress.copy_day(
            employee=employee, from_day=from_day, to_day=today, by=employee, at=timezone.now()
        )
    except (progress.EntryLocked, progress.DayOutsidePlan, progress.PlanNotApproved) as error:
        messages.warning(request, _refusal(error)[1])
    else:
        if added:
            text = ngettext(
                "%(n)s line of %(day)s copied. Check the numbers.",
                "%(n)s lines of %(day)s copied. Check the numbers.",
                len(added),
            )
            messages.success(request, text % {"n": len(added), "day": tanggal(from_day)})
        else:
            messages.info(request, _("Everything of that day stands under today already."))
    return redirect("assessments:progress-quick")

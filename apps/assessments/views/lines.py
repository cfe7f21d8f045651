"""Many lines of work at once: copied, pasted or imported, corrected on one page, saved together; and the log."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_GET

from apps.core import audit, held_forms, idempotency
from apps.core.held_forms import login_required
from apps.core.sheets.reading import SheetRefused
from apps.core.templatetags.formats import nip, tanggal
from apps.employees import selectors as people
from apps.employees.models import Employee

from ..forms.lines import CopyForm, PasteForm, SheetForm, drafts_in, target_choices
from ..line_texts import LINE_TEXTS, sheet_refusal, too_many
from ..rules.entry_lines import split_lines
from ..selectors import progress as lines
from ..selectors import reporting
from ..selectors.progress import Target
from ..services import progress_files, progress_lines
from ..services.progress_lines import CheckedLine, LineDraft
from .common import today_of
from .progress import copy_whole_day, writer_or_403

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _targets(employee: Employee) -> dict[str, Target]:
    return lines.targets_of(reporting.writable_results(employee, today_of(employee.government)))


# --- paste and import


@login_required
def progress_paste(request: HttpRequest) -> HttpResponse:
    """Paste lines from a sheet; the next page shows what becomes of them."""
    employee = writer_or_403(request)
    targets = _targets(employee)
    if request.method != "POST":
        return _paste_page(request, targets, PasteForm(held_forms.take(request)), SheetForm())
    form = PasteForm(request.POST)
    if not form.is_valid():
        return _paste_page(request, targets, form, SheetForm(), status=422)
    raw = split_lines(form.cleaned_data["lines"])
    try:
        drafts = progress_lines.drafts_from(raw, targets)
    except progress_lines.TooManyLines:
        form.add_error("lines", too_many())
        return _paste_page(request, targets, form, SheetForm(), status=422)
    if not drafts:
        form.add_error("lines", _("There is no line below the headings."))
        return _paste_page(request, targets, form, SheetForm(), status=422)
    return _first_look(request, employee, drafts, targets)


@login_required
def progress_import(request: HttpRequest) -> HttpResponse:
    """Read lines from an uploaded sheet; the next page shows what becomes of them."""
    employee = writer_or_403(request)
    targets = _targets(employee)
    if request.method != "POST":
        if held_forms.take(request) is not None:
            messages.warning(request, _("Please choose the file again: files are not kept over a sign-in."))
        return redirect("assessments:progress-paste")
    form = SheetForm(request.POST, request.FILES)
    if not form.is_valid():
        return _paste_page(request, targets, PasteForm(), form, status=422)
    upload = form.cleaned_data["file"]
    try:
        raw = progress_files.read_lines(upload.read(), upload.name)
        drafts = progress_lines.drafts_from(raw, targets)
    except SheetRefused as refused:
        form.add_error("file", sheet_refusal(refused))
    except progress_lines.TooManyLines:
        form.add_error("file", too_many())
    else:
        if drafts:
            return _first_look(request, employee, drafts, targets)
        form.add_error("file", _("There is no line below the headings."))
    return _paste_page(request, targets, PasteForm(), form, status=422)


def _paste_page(
    request: HttpRequest,
    targets: Mapping[str, Target],
    form: PasteForm,
    sheet_form: SheetForm,
    status: int = 200,
) -> HttpResponse:
    context = {
        "form": form if not sheet_form.is_bound else None,
        "paste_form": form,
        "sheet_form": sheet_form,
        "targets": list(targets.values()),
        "max_bytes": progress_files.MAX_BYTES,
        "limit": progress_lines.MAX_LINES,
        "has_errors": status == 422,
    }
    return render(request, "assessments/reporting/progress_paste.html", context, status=status)


@login_required
@require_GET
def progress_template(request: HttpRequest) -> HttpResponse:
    """An empty sheet, with the person's planned results and their numbers beside it."""
    employee = writer_or_403(request)
    titles = [_("No."), _("Planned result (RHK)"), _("Indicator"), _("Unit of measure")]
    notes = [
        _("One line per activity. The columns Tanggal and Kegiatan must be filled in."),
        _("Tanggal: 31-12-2026, 31 Desember 2026, or a date of the spreadsheet. Not in the future."),
        _("RHK: the number from the sheet RHK, for example 2; with a number that is counted, 2.1."),
        _("Jumlah: only a number, for example 24 or 2,5. Satuan: as in the sheet RHK."),
        _("At most %(limit)s lines per file.") % {"limit": progress_lines.MAX_LINES},
    ]
    return _download(progress_files.template(_targets(employee), titles, notes), "templat-kegiatan.xlsx")


def _download(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response


# --- copy


@login_required
def progress_copy(request: HttpRequest) -> HttpResponse:
    """Choose lines of a day or of a month to write again; or copy the whole last day with one touch."""
    employee = writer_or_403(request)
    if request.method == "POST" and "day" not in request.POST:
        return copy_whole_day(request, employee)
    today = today_of(employee.government)
    held = held_forms.take(request) if request.method != "POST" else None
    data = request.POST if request.method == "POST" else held
    source = _source(request, employee, today)
    form = CopyForm(data, initial={"day": today}, today=today)
    entries = lines.lines_to_copy(employee, source["first"], source["last"]) if source["first"] else []
    chosen = {int(pk) for pk in (data.getlist("pilih") if data is not None else []) if pk.isdigit()}
    if request.method == "POST" and form.is_valid():
        targets = _targets(employee)
        codes = lines.codes_by_row(targets)
        picked = [row for row in entries if row.pk in chosen]
        if picked:
            drafts = [
                LineDraft(
                    number=number,
                    date=f"{form.cleaned_data['day']:%d-%m-%Y}",
                    text=row.text,
                    quantity=plain_quantity(row.quantity),
                    target=codes.get((row.result_id, row.indicator_id), ""),
                )
                for number, row in enumerate(picked, start=1)
            ]
            return _first_look(request, employee, drafts, targets)
        form.add_error(None, _("Tick at least one line."))
    context = {
        "form": form,
        "entries": entries,
        "chosen": chosen if data is not None else {row.pk for row in entries if source["is_day"]},
        "limit": lines.COPY_LIMIT,
        **source,
    }
    return render(
        request, "assessments/reporting/progress_copy.html", context, status=422 if form.errors else 200
    )


def plain_quantity(quantity: Any) -> str:
    """Return a number as people type it."""
    return "" if quantity is None else f"{quantity.normalize():f}".replace(".", ",")


def _source(request: HttpRequest, employee: Employee, today: date) -> dict[str, Any]:
    """Return the days to copy from: a day or a month that was asked for, else the last day with lines."""
    asked = request.POST if request.method == "POST" else request.GET
    day = _day(asked.get("hari", ""))
    month = _day(f"{asked.get('bulan', '')}-01")
    if month is not None and day is None:
        first, last = month, _month_end(month)
    else:
        found = day or lines.last_day_before(employee, today + timedelta(days=1))
        first = last = found
    return {
        "first": first,
        "last": last,
        "is_day": first == last,
        "hari": first.isoformat() if first and first == last else "",
        "bulan": f"{first:%Y-%m}" if first and first != last else "",
        "months": lines.months_with_lines(employee, 13),
        "today": today,
    }


def _day(text: str) -> date | None:
    try:
        return parse_date(text)
    except ValueError:
        return None


def _month_end(first: date) -> date:
    return (first.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


# --- correct and save


@login_required
def progress_lines_save(request: HttpRequest) -> HttpResponse:
    """Save the lines together; if one has a problem, none, and each says what to change."""
    employee = writer_or_403(request)
    targets = _targets(employee)
    if request.method != "POST":
        held = held_forms.take(request)
        if held is None:
            return redirect("assessments:progress-paste")
        return _lines_page(request, employee, drafts_in(held), targets)
    drafts = drafts_in(request.POST)
    if not any(not draft.is_left_out for draft in drafts):
        messages.info(request, _("No line was left to save. Nothing was changed."))
        return redirect("assessments:progress-quick")
    try:
        with idempotency.once(request, "assessments.progress_lines") as once:
            if once.is_replay:
                return redirect(once.location or "assessments:progress-quick")
            added = progress_lines.add_lines(employee=employee, drafts=drafts, by=employee, at=timezone.now())
            once.location = reverse("assessments:progress-quick")
    except progress_lines.LinesRefused as refused:
        return _lines_page(request, employee, drafts, targets, checked=refused.checked, status=422)
    text = ngettext("%(n)s line saved.", "%(n)s lines saved.", len(added)) % {"n": len(added)}
    messages.success(request, text)
    return redirect("assessments:progress-quick")


def _first_look(
    request: HttpRequest, employee: Employee, drafts: Sequence[LineDraft], targets: Mapping[str, Target]
) -> HttpResponse:
    """Show lines nobody has saved yet; those that stand there already are left out beforehand."""
    checked = progress_lines.check_lines(employee=employee, drafts=drafts, at=timezone.now())
    return _lines_page(request, employee, drafts, targets, checked=checked, leave_out_known=True)


def _lines_page(
    request: HttpRequest,
    employee: Employee,
    drafts: Sequence[LineDraft],
    targets: Mapping[str, Target],
    *,
    checked: Sequence[CheckedLine] | None = None,
    leave_out_known: bool = False,
    status: int = 200,
) -> HttpResponse:
    if checked is None:
        checked = progress_lines.check_lines(employee=employee, drafts=drafts, at=timezone.now())
    rows = [_row(number, row, targets, leave_out_known) for number, row in enumerate(checked, start=1)]
    bad = [row for row in rows if row["problems"] and not row["is_left_out"]]
    context = {
        "rows": rows,
        "bad": bad,
        "good": [row for row in rows if not row["problems"]],
        "left_out": [row for row in rows if row["problems"] and row["is_left_out"]],
        "choices": target_choices(targets),
        "wanted": sum(not row["is_left_out"] for row in rows),
        "has_errors": status == 422,
    }
    return render(request, "assessments/reporting/progress_lines.html", context, status=status)


def _row(
    number: int, row: CheckedLine, targets: Mapping[str, Target], leave_out_known: bool
) -> dict[str, Any]:
    by_field: dict[str, list[str]] = {}
    for field, code in row.problems:
        by_field.setdefault(field, []).append(str(LINE_TEXTS[code]))
    draft = row.draft
    return {
        "number": number,
        "source": draft.number,
        "date": f"{row.day:%d-%m-%Y}" if row.day else draft.date,
        "day": row.day,
        "text": draft.text,
        "quantity": draft.quantity,
        "target": draft.target,
        "known_target": targets.get(draft.target),
        "problems": [text for texts in by_field.values() for text in texts],
        "date_problems": by_field.get("date", []),
        "text_problems": by_field.get("text", []),
        "quantity_problems": by_field.get("quantity", []),
        "target_problems": by_field.get("target", []),
        "is_left_out": draft.is_left_out or (leave_out_known and row.is_there_already),
    }


# --- the log


def _log_days(request: HttpRequest, today: date) -> tuple[date, date]:
    day = _day(request.GET.get("hari", ""))
    if day is not None:
        return day, day
    first = _day(f"{request.GET.get('bulan', '')}-01") or today.replace(day=1)
    return first, _month_end(first)


def _log_facts(employee: Employee, first: date, last: date) -> list[tuple[str, str]]:
    placement = people.placement_on(employee, last) or people.placement_on(employee, first)
    days = tanggal(first, "hari") if first == last else tanggal(first, "bulan")
    return [
        (_("Full name"), employee.full_name),
        ("NIP", nip(employee.nip)),
        (_("Position"), placement.position.title if placement else ""),
        (_("Unit"), placement.position.unit.name if placement else ""),
        (_("Days"), days),
    ]


@login_required
@require_GET
def progress_log(request: HttpRequest) -> HttpResponse:
    """What was done on a day or in a month, as a table to print or to download."""
    employee = writer_or_403(request)
    today = today_of(employee.government)
    first, last = _log_days(request, today)
    link = people.appraiser_link_on(employee, min(last, today))
    is_day = first == last
    context = {
        "entries": list(lines.log_entries(employee, first, last)),
        "facts": [{"label": label, "value": value} for label, value in _log_facts(employee, first, last)],
        "first": first,
        "last": last,
        "is_day": is_day,
        "query": f"hari={first.isoformat()}" if is_day else f"bulan={first:%Y-%m}",
        "months": lines.months_with_lines(employee),
        "employee": employee,
        "appraiser": link.appraiser if link else None,
    }
    return render(request, "assessments/reporting/progress_log.html", context)


@login_required
@require_GET
def progress_log_file(request: HttpRequest) -> HttpResponse:
    """The log as a spreadsheet."""
    employee = writer_or_403(request)
    first, last = _log_days(request, today_of(employee.government))
    titles = [
        _("Date"),
        _("Activity"),
        _("Planned result (RHK)"),
        pgettext("log of daily work", "Quantity"),
        _("Unit of measure"),
    ]
    content = progress_files.log_workbook(
        lines.log_entries(employee, first, last), _log_facts(employee, first, last), titles
    )
    audit.record(
        "assessments.progress.log_downloaded",
        target=employee,
        by=request.user,
        scope=employee.government.code,
        first_day=first,
        last_day=last,
    )
    name = f"{first:%Y-%m-%d}" if first == last else f"{first:%Y-%m}"
    return _download(content, f"catatan-{name}.xlsx")

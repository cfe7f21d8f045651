"""Policy values and days off of a government."""

import json
from collections.abc import Sequence
from datetime import date
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.core import idempotency, policy
from apps.core.held_forms import login_required
from apps.core.models import Holiday, PolicyValue
from apps.core.sheets.reading import SheetRefused

from .. import import_texts, permissions
from ..forms import HolidayForm, PolicyForm, UploadForm
from ..models import Government
from ..services import calendar
from ._shared import PAGE_SIZE, government_or_404, sent_data, today

GROUPS: dict[str, Any] = {
    "accounts": gettext_lazy("Signing in"),
    "assessments": gettext_lazy("Reports and evaluations"),
    "core": gettext_lazy("General"),
    "employees": gettext_lazy("Staff"),
    "feedback": gettext_lazy("Public satisfaction and complaints"),
    "indicators": gettext_lazy("Plans and indicators"),
    "reports": gettext_lazy("Documents"),
    "supervision": gettext_lazy("Supervision"),
    "training": gettext_lazy("Training"),
}


def _reader(request: HttpRequest) -> Government:
    government = government_or_404(request)
    permissions.require(permissions.reads_settings(request.user, government))
    return government


def _officer(request: HttpRequest) -> Government:
    government = government_or_404(request)
    permissions.require(permissions.manages_government(request.user, government))
    return government


def shown(definition: policy.Definition, value: Any) -> str:
    """Return a value in words."""
    if definition.kind == "bool":
        return _("yes") if value else _("no")
    if definition.kind == "table":
        return json.dumps(value, ensure_ascii=False)
    return str(value)


def _newest(rows: Sequence[PolicyValue], day: date) -> PolicyValue | None:
    """Return the row that holds on a day; the government's own before the installation's."""
    holding = [row for row in rows if row.valid_from <= day]
    return max(holding, key=lambda row: (row.scope, row.valid_from), default=None)


@login_required
@require_GET
def policy_list(request: HttpRequest) -> HttpResponse:
    """Every setting with its value today, its source, and since when."""
    government = _reader(request)
    day = today(government)
    rows: dict[str, list[PolicyValue]] = {}
    for row in PolicyValue.objects.filter(scope__in=["", government.code]):
        rows.setdefault(row.key, []).append(row)
    groups: dict[str, list[dict[str, Any]]] = {}
    for definition in policy.definitions():
        mine = rows.get(definition.key, [])
        holding = _newest(mine, day)
        value = holding.value if holding else definition.clean(definition.default)
        coming = min((row.valid_from for row in mine if row.valid_from > day), default=None)
        groups.setdefault(definition.key.partition(".")[0], []).append(
            {
                "definition": definition,
                "value": shown(definition, value),
                "since": holding.valid_from if holding else None,
                "coming": coming,
            }
        )
    named = [{"label": GROUPS.get(prefix, prefix), "rows": found} for prefix, found in sorted(groups.items())]
    context = {"groups": named, "may_set": permissions.manages_government(request.user, government)}
    return render(request, "employees/policy_list.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def policy_detail(request: HttpRequest, key: str) -> HttpResponse:
    """One setting: its history, and another value from a day on."""
    government = _reader(request)
    may_set = permissions.manages_government(request.user, government)
    if request.method == "POST":
        permissions.require(may_set)
    try:
        definition = policy.definition(key)
    except policy.UnknownPolicy as error:
        raise Http404 from error
    day = today(government)
    rows = list(
        PolicyValue.objects.filter(key=key, scope__in=["", government.code])
        .select_related("set_by")
        .order_by("-valid_from", "-pk")
    )
    holding = _newest(rows, day)
    present = holding.value if holding else definition.clean(definition.default)
    data = sent_data(request)
    form = PolicyForm(data, definition=definition, today=day, present=present)
    if request.method == "POST" and form.is_valid():
        with idempotency.once(request, "core.policy") as once:
            if not once.is_replay:
                policy.set_value(
                    key,
                    form.cleaned_data["value"],
                    scope=government.code,
                    valid_from=form.cleaned_data["valid_from"],
                    by=request.user,
                    reason=form.cleaned_data["reason"],
                )
                once.location = reverse("employees:policy-detail", args=[key])
                messages.success(request, _("The new value is recorded. Earlier days keep the old one."))
        return redirect(once.location)
    history = [
        {"row": row, "value": shown(definition, row.value), "is_present": row == holding} for row in rows
    ]
    context = {
        "definition": definition,
        "default": shown(definition, definition.clean(definition.default)),
        "present": shown(definition, present),
        "history": history,
        "form": form,
        "may_set": may_set,
        "government": government,
    }
    return render(
        request, "employees/policy_detail.html", context, status=422 if request.method == "POST" else 200
    )


def _holiday_page(
    request: HttpRequest, government: Government, status: int = 200, **forms: Any
) -> HttpResponse:
    year = request.GET.get("tahun", "")
    shown_year = int(year) if year.isdigit() and len(year) == 4 else today(government).year
    days = Holiday.objects.filter(scope__in=["", government.code], date__year=shown_year).order_by(
        "date", "pk"
    )
    context = {
        "page": Paginator(days, 2 * PAGE_SIZE).get_page(request.GET.get("page")),
        "year": shown_year,
        "years": [shown_year - 1, shown_year + 1],
        "form": forms.get("form") or HolidayForm(),
        "upload_form": forms.get("upload_form") or UploadForm(),
        "errors_form": forms.get("form") if status == 422 else None,
        "errors_upload": forms.get("upload_form") if status == 422 else None,
        "may_set": permissions.manages_government(request.user, government),
    }
    return render(request, "employees/holiday_list.html", context, status=status)


@login_required
@require_http_methods(["GET", "POST"])
def holiday_list(request: HttpRequest) -> HttpResponse:
    """Days off of a year; add one. Working-day deadlines jump over them."""
    government = _reader(request)
    data = sent_data(request)
    form = HolidayForm(data)
    if request.method != "POST":
        return _holiday_page(request, government, form=form)
    permissions.require(permissions.manages_government(request.user, government))
    if form.is_valid():
        day = form.cleaned_data["date"]
        try:
            with idempotency.once(request, "core.holiday") as once:
                if not once.is_replay:
                    calendar.add_holiday(
                        government=government, day=day, name=form.cleaned_data["name"], by=request.user
                    )
                    once.location = f"{reverse('employees:holiday-list')}?tahun={day.year}"
                    messages.success(request, _("The day is in the list."))
            return redirect(once.location)
        except calendar.AlreadyListed:
            form.add_error("date", _("This day is already in the list."))
    return _holiday_page(request, government, status=422, form=form)


@login_required
@require_POST
def holiday_import(request: HttpRequest) -> HttpResponse:
    """Add the days of a whole list (columns Tanggal and Keterangan)."""
    government = _officer(request)
    form = UploadForm(request.POST, request.FILES)
    if not form.is_valid():
        return _holiday_page(request, government, status=422, upload_form=form)
    upload = form.cleaned_data["file"]
    try:
        found = calendar.read_list(government=government, content=upload.read(), file_name=upload.name)
    except SheetRefused as refusal:
        params = {"names": [calendar.COLUMNS[name][0] for name in refusal.params.get("names", [])]}  # type: ignore[attr-defined]
        form.add_error(
            "file", " ".join(import_texts.refusal({"code": refusal.code, "params": refusal.params | params}))
        )
        return _holiday_page(request, government, status=422, upload_form=form)
    if found.bad_rows:
        rows = ", ".join(str(number) for number in found.bad_rows[:10])
        text = _("Nothing was added. These rows need a date and a name: %(rows)s.")
        form.add_error("file", text % {"rows": rows})
        return _holiday_page(request, government, status=422, upload_form=form)
    added = calendar.add_holidays(government=government, days=found.days.items(), by=request.user)
    text = ngettext(
        "%(count)s day added, %(known)s known before.", "%(count)s days added, %(known)s known before.", added
    )
    messages.success(request, text % {"count": added, "known": found.known})
    year = next(iter(found.days), today(government)).year
    return redirect(f"{reverse('employees:holiday-list')}?tahun={year}")


@login_required
@require_POST
def holiday_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Remove a day of the government's own list; national ones belong to the installation."""
    government = _officer(request)
    holiday = get_object_or_404(Holiday, pk=pk, scope=government.code)
    year = holiday.date.year
    calendar.remove_holiday(holiday=holiday, government=government, by=request.user)
    messages.success(request, _("The day is no longer in the list."))
    return redirect(f"{reverse('employees:holiday-list')}?tahun={year}")

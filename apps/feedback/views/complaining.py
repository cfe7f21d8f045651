"""A complaint in four short pages, without an account and without a script.

What was typed waits in the session of that browser (in our database) until it is sent, so that every page
can be
changed from the last one.
"""

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from apps.core import idempotency, policy
from apps.core.localtime import local_date
from apps.employees.models import Government, WorkUnit

from ..forms import ComplaintIdentityForm, ComplaintKindForm, ComplaintSendForm, ComplaintStoryForm
from ..labels import ComplaintKind
from ..models import Complaint, Service, ServicePoint
from ..services import complaints
from .frame import is_suspicious, public_page

DRAFT = "complaint_draft"
RECEIPTS = "complaint_receipts"
KEPT_RECEIPTS = 5
ORDER = ("kind", "story", "identity")
PAGES = {
    "kind": "feedback:complaint-new",
    "story": "feedback:complaint-new-story",
    "identity": "feedback:complaint-new-contact",
    "check": "feedback:complaint-new-check",
}


def steps() -> list[str]:
    """Return the names of the four pages."""
    return [_("About what"), _("The incident"), _("You"), _("Check")]


def _draft(request: HttpRequest) -> dict[str, Any]:
    return dict(request.session.get(DRAFT, {}))


def _keep(request: HttpRequest, part: str, values: dict[str, Any]) -> None:
    request.session[DRAFT] = {**_draft(request), part: values}


def _first_missing(draft: dict[str, Any], until: str) -> str | None:
    """Return the first page that must be filled in before this one."""
    for part in ORDER:
        if part == until:
            return None
        if part not in draft:
            return part
    return None


def _next_page(request: HttpRequest, part: str) -> str:
    """Return the page after this one; from a correction, straight back to the check."""
    if "periksa" in request.GET and all(name in _draft(request) for name in ORDER):
        return reverse(PAGES["check"])
    following = [*ORDER, "check"]
    return reverse(PAGES[following[following.index(part) + 1]])


def _target(draft: dict[str, Any]) -> tuple[WorkUnit, Service | None] | None:
    """Return the unit and the service that the draft is about, if they still exist."""
    letter, _sep, key = str(draft.get("kind", {}).get("about", "")).partition(":")
    if letter == "s":
        service = Service.objects.public().select_related("unit__government").filter(code=key).first()
        return (service.unit, service) if service else None
    if letter == "u" and key.isdigit():
        unit = WorkUnit.objects.select_related("government").filter(pk=int(key[:12]), is_active=True).first()
        return (unit, None) if unit else None
    return None


def _government(draft: dict[str, Any]) -> Government | None:
    target = _target(draft)
    return target[0].government if target else None


def _abouts(government: Government | None) -> list[tuple[str, Any]]:
    """Return services grouped by unit, each unit with an entry for everything else."""
    services = Service.objects.public().select_related("unit__government")
    if government is not None:
        services = services.filter(unit__government=government)
    groups: dict[int, tuple[str, list[tuple[str, str]]]] = {}
    for service in services.order_by("unit__government__name", "unit__name", "name", "id"):
        unit = service.unit
        name = unit.name if government else f"{unit.government.name}: {unit.name}"
        _name, entries = groups.setdefault(unit.pk, (name, []))
        entries.append((f"s:{service.code}", service.name))
    for unit_pk, (name, entries) in groups.items():
        entries.append((f"u:{unit_pk}", _("%(unit)s: something else") % {"unit": name}))
    return list(groups.values())


def kind(request: HttpRequest) -> HttpResponse:
    """Page 1: what it is about, and which service or unit."""
    draft = _draft(request)
    known = _preset(request)
    government = known.unit.government if known else _government(draft)
    if request.method == "POST":
        form = ComplaintKindForm(request.POST, about=_abouts(government))
        if form.is_valid():
            _keep(request, "kind", form.cleaned_data)
            return redirect(_next_page(request, "kind"))
    else:
        initial = dict(draft.get("kind", {}))
        if known is not None:
            initial["about"] = f"s:{known.code}"
        form = ComplaintKindForm(initial=initial, about=_abouts(government))
    day = timezone.now().date()
    scope = government.code if government else ""
    days = policy.get("feedback.complaint_days", on=day, scope=scope)
    hints = {
        ComplaintKind.LIGHT.value: _("Something small that can be put right at once."),
        ComplaintKind.NORMATIVE.value: _("You want to know something."),
        ComplaintKind.SERVICE.value: _("The service was slow, rude, wrong, or cost more than it should."),
        ComplaintKind.SUPERVISION.value: _("Bribery, illegal levies, abuse of office."),
    }
    choices = [
        {
            "value": choice.value,
            "label": choice.label,
            "hint": hints[choice.value],
            "days": days[choice.value],
        }
        for choice in ComplaintKind
    ]
    return _page(
        request, "kind", form, {"choices": choices, "chosen": form["kind"].value()}, government=government
    )


def _preset(request: HttpRequest) -> Service | None:
    """Return the service somebody comes from: a counter's QR code, or a service page."""
    services = Service.objects.public().select_related("unit__government")
    if code := request.GET.get("titik"):
        point = ServicePoint.objects.filter(code=code).first()
        return services.filter(pk=point.service_id).first() if point else None
    if code := request.GET.get("layanan"):
        return services.filter(code=code).first()
    return None


def story(request: HttpRequest) -> HttpResponse:
    """Page 2: what happened."""
    draft = _draft(request)
    if missing := _first_missing(draft, "story"):
        return redirect(PAGES[missing])
    form = (
        ComplaintStoryForm(request.POST)
        if request.method == "POST"
        else ComplaintStoryForm(initial=draft.get("story"))
    )
    if request.method == "POST" and form.is_valid():
        _keep(request, "story", form.cleaned_data)
        return redirect(_next_page(request, "story"))
    return _page(request, "story", form, {}, government=_government(draft))


def identity(request: HttpRequest) -> HttpResponse:
    """Page 3: with or without a name, open or secret; each said plainly."""
    draft = _draft(request)
    if missing := _first_missing(draft, "identity"):
        return redirect(PAGES[missing])
    form = (
        ComplaintIdentityForm(request.POST)
        if request.method == "POST"
        else ComplaintIdentityForm(initial=draft.get("identity"))
    )
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        if values["identity"] == "anonymous":
            # What is not wanted is not kept, not even in the session.
            values = {**values, "name": "", "phone": "", "email": ""}
        _keep(request, "identity", values)
        return redirect(_next_page(request, "identity"))
    return _page(request, "identity", form, {}, government=_government(draft))


def check(request: HttpRequest) -> HttpResponse:
    """Page 4: everything once more, and the button that sends it."""
    now = timezone.now()
    if request.method == "POST":
        return _send(request)
    draft = _draft(request)
    if missing := _first_missing(draft, "check"):
        return redirect(PAGES[missing])
    return _check_page(request, draft, ComplaintSendForm(now=now))


def _check_page(
    request: HttpRequest,
    draft: dict[str, Any],
    form: ComplaintSendForm,
    *,
    gone: bool = False,
    status: int = 200,
) -> HttpResponse:
    target = _target(draft)
    who = draft["identity"]
    is_anonymous = who["identity"] == "anonymous"
    change = {part: f"{reverse(PAGES[part])}?periksa" for part in ORDER}
    rows = [
        {"label": _("Kind"), "value": ComplaintKind(draft["kind"]["kind"]).label, "url": change["kind"]},
        {
            "label": _("About"),
            "value": (target[1].name + "\n" + target[0].name if target[1] else target[0].name)
            if target
            else "",
            "url": change["kind"],
        },
        {"label": _("In one sentence"), "value": draft["story"]["subject"], "url": change["story"]},
        {"label": _("The incident"), "value": draft["story"]["body"], "url": change["story"]},
        {
            "label": _("Your name"),
            "value": _("Not given: nobody can see who you are")
            if is_anonymous
            else "\n".join(who[name] for name in ("name", "phone", "email") if who[name]),
            "url": change["identity"],
        },
        {
            "label": _("Content"),
            "value": _("Secret: only the officers who handle it") if who["is_secret"] else _("Not secret"),
            "url": change["identity"],
        },
    ]
    context = {"form": form, "rows": rows, "gone": gone or target is None, "labels": steps()}
    return public_page(
        request,
        "feedback/complaint_check.html",
        context,
        government=target[0].government if target else None,
        status=status,
    )


class _NothingToSend(Exception):
    """Raised to give the form's key back when the draft is incomplete, or its unit is gone."""


def _send(request: HttpRequest) -> HttpResponse:
    draft = _draft(request)
    now = timezone.now()
    form = ComplaintSendForm(request.POST, now=now)
    missing = _first_missing(draft, "check")
    try:
        with idempotency.once(request, "feedback.complaint") as once:
            # First of all: a repetition finds its draft already sent and gone.
            if not once.is_replay:
                if missing:
                    raise _NothingToSend
                once.location = _file(request, draft, form, now)
    except _NothingToSend:
        if missing:
            return redirect(PAGES[missing])
        return _check_page(request, draft, form, gone=True, status=409)
    return redirect(once.location)


def _file(request: HttpRequest, draft: dict[str, Any], form: ComplaintSendForm, now: datetime) -> str:
    """Send the draft and return the address of its receipt."""
    target = _target(draft)
    if target is None:
        raise _NothingToSend
    unit, service = target
    who = draft["identity"]
    is_anonymous = who["identity"] == "anonymous"
    complaint, secret = complaints.file_complaint(
        unit=unit,
        service=service,
        kind=draft["kind"]["kind"],
        subject=draft["story"]["subject"],
        body=draft["story"]["body"],
        is_anonymous=is_anonymous,
        is_secret=who["is_secret"],
        contact=None if is_anonymous else {name: who[name] for name in ("name", "phone", "email")},
        at=now,
        is_suspicious=is_suspicious(request, form, unit.government, bucket="complaints", now=now),
    )
    receipts = dict(list(request.session.get(RECEIPTS, {}).items())[1 - KEPT_RECEIPTS :])
    request.session[RECEIPTS] = {**receipts, complaint.number: complaints.spoken(secret)}
    request.session.pop(DRAFT, None)
    # Within the transaction: a parallel second send must find the secret word in the session.
    request.session.save()
    return reverse("feedback:complaint-receipt", args=[complaint.number])


def _page(
    request: HttpRequest,
    part: str,
    form: Any,
    extra: dict[str, Any],
    *,
    government: Government | None,
) -> HttpResponse:
    position = ORDER.index(part)
    back = reverse(PAGES[ORDER[position - 1]]) if position else ""
    if "periksa" in request.GET:
        back = reverse(PAGES["check"])
    context = {"form": form, "labels": steps(), "current": position + 1, "back": back, **extra}
    status = 422 if form.is_bound else 200
    return public_page(
        request, f"feedback/complaint_{part}.html", context, government=government, status=status
    )


@require_GET
def receipt(request: HttpRequest, number: str) -> HttpResponse:
    """The receipt, for the browser that sent the report; everybody else is led to the tracking page."""
    secret = request.session.get(RECEIPTS, {}).get(number)
    complaint = (
        Complaint.objects.select_related("government", "unit", "service").filter(number=number).first()
        if secret
        else None
    )
    if complaint is None:
        return redirect("feedback:complaint-track")
    zone = complaint.government.timezone
    today = local_date(timezone.now(), zone)
    return public_page(
        request,
        "feedback/complaint_receipt.html",
        {
            "complaint": complaint,
            "secret": secret,
            "reply_days": policy.get("feedback.reply_days", on=today, scope=complaint.government.code),
        },
        government=complaint.government,
    )

"""Receipt codes, queue systems and kiosks of a service, for the office that gives it."""

import uuid
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from apps.core import held_forms, idempotency
from apps.core.held_forms import login_required
from apps.core.localtime import local_date
from apps.core.qr import qr_svg

from .. import permissions
from ..forms import KioskForm, QueueKeyForm, ReceiptOrderForm
from ..models import Kiosk, QueueKey, ReceiptBatch, Service
from ..rules import receipt_code
from ..services import kiosks, receipts

SHOWN_ORDERS = 20


def _load(request: HttpRequest, code: str) -> Service:
    return get_object_or_404(
        Service.objects.visible_to(request.user).select_related("unit__government"), code=code
    )


def _require(user: Any, service: Service) -> None:
    if not permissions.may_manage_survey(user, service):
        raise PermissionDenied


def _managed(request: HttpRequest, code: str) -> Service:
    service = _load(request, code)
    _require(request.user, service)
    return service


@login_required
@require_GET
def overview(request: HttpRequest, code: str) -> HttpResponse:
    """Codes issued and used per day, sheets, keys and kiosks of a service. Never who used a code."""
    service = _load(request, code)
    today = local_date(timezone.now(), service.unit.government.timezone)
    context = {
        "service": service,
        "days": receipts.usage(service, today),
        "orders": _orders(service),
        "keys": service.queue_keys.filter(revoked_at=None).order_by("label", "id"),
        "kiosks": Kiosk.objects.filter(point__service=service, revoked_at=None)
        .select_related("point")
        .order_by("point__label", "id"),
        "may_manage": permissions.may_manage_survey(request.user, service),
        "public_url": settings.PUBLIC_URL,
        "last_day": receipts.last_day(today, service.unit.government),
    }
    return render(request, "feedback/receipt_codes.html", context)


def _orders(service: Service) -> list[dict[str, Any]]:
    """Return the newest printing orders: several days ordered together are one."""
    found: dict[uuid.UUID, dict[str, Any]] = {}
    rows = service.receipt_batches.filter(source="print").order_by("-id")
    for batch in rows[: SHOWN_ORDERS * 4]:
        order = found.setdefault(
            batch.order,
            {"id": batch.order, "first": batch.day, "last": batch.day, "count": 0, "batch": batch},
        )
        order["first"] = min(order["first"], batch.day)
        order["last"] = max(order["last"], batch.day)
        order["count"] += batch.count
    return list(found.values())[:SHOWN_ORDERS]


@login_required
def issue(request: HttpRequest, code: str) -> HttpResponse:
    """Order codes for printing: for which days, and how many."""
    service = _managed(request, code)
    today = local_date(timezone.now(), service.unit.government.timezone)
    options: dict[str, Any] = {"today": today, "opening_hours": service.opening_hours}
    status = 200
    if request.method == "POST":
        form = ReceiptOrderForm(request.POST, **options)
        if form.is_valid():
            try:
                with idempotency.once(request, "feedback.receipts") as once:
                    if not once.is_replay:
                        batches = receipts.issue(
                            service=service,
                            days=form.cleaned_data["days"],
                            count=form.cleaned_data["count"],
                            by=request.user,
                            at=timezone.now(),
                        )
                        once.location = reverse("feedback:receipt-sheet", args=[batches[0].order])
                return redirect(once.location)
            except receipts.TooManyCodes:
                form.add_error("count", _("This day has no numbers left for so many codes."))
        status = 422
    else:
        form = ReceiptOrderForm(
            held_forms.take(request), initial={"first_day": today, "count": 60}, **options
        )
    return render(request, "feedback/receipt_issue.html", {"form": form, "service": service}, status=status)


def _order(request: HttpRequest, order: uuid.UUID) -> list[ReceiptBatch]:
    """Return the batches of a printing order that the user may see.

    :raises PermissionDenied: if they do not manage the service: whoever sees a code can use it.
    """
    batches = list(
        ReceiptBatch.objects.filter(
            order=order, source="print", service__in=Service.objects.visible_to(request.user)
        )
        .select_related("service__unit__government")
        .order_by("day", "id")
    )
    if not batches:
        raise Http404
    _require(request.user, batches[0].service)
    return batches


@login_required
@require_GET
def sheet(request: HttpRequest, order: uuid.UUID) -> HttpResponse:
    """The slips of an order on A4: per slip a QR code, the code to type, and one sentence."""
    batches = _order(request, order)
    service = batches[0].service
    pages = []
    for batch in batches:
        if batch.cancelled_at:
            continue
        try:
            codes = receipts.codes_of(batch)
        except receipts.KeyGone:
            messages.error(request, _("The key of these codes is no longer known. Print new ones."))
            return redirect("feedback:receipt-codes", code=service.code)
        pages.append(
            {
                "day": batch.day,
                "until": receipts.last_day(batch.day, service.unit.government),
                "slips": [_slip(code) for code in codes],
            }
        )
    context = {"service": service, "pages": pages, "order": order, "address": _short_address()}
    response = render(request, "feedback/receipt_sheet.html", context)
    response["Cache-Control"] = "private, no-store"
    return response


def _slip(code: str) -> dict[str, Any]:
    address = f"{settings.PUBLIC_URL}{reverse('feedback:receipt-rate', args=[code])}"
    # Our own drawing: lines and numbers, no text of anybody.
    drawing = mark_safe(qr_svg(address, border=2, scale=3))  # noqa: S308
    return {"code": receipt_code.grouped(code), "qr": drawing}


def _short_address() -> str:
    whole = f"{settings.PUBLIC_URL}{reverse('feedback:receipt-enter')}"
    return whole.removeprefix("https://").removeprefix("http://")


@login_required
@require_POST
def cancel(request: HttpRequest, order: uuid.UUID) -> HttpResponse:
    """Make the codes of an order worthless; asked once more before."""
    batches = _order(request, order)
    service = batches[0].service
    if "confirmed" not in request.POST:
        context = {"service": service, "batches": batches, "order": order}
        return render(request, "feedback/receipt_cancel.html", context)
    try:
        receipts.cancel_order(service=service, order=order, by=request.user, at=timezone.now())
        messages.success(
            request, _("These codes hold no longer. Ratings that came with them before stay as they are.")
        )
    except receipts.NothingToCancel:
        messages.info(request, _("These codes were cancelled already."))
    return redirect("feedback:receipt-codes", code=service.code)


@login_required
def make_key(request: HttpRequest, code: str) -> HttpResponse:
    """Make a key for a queue system; it is shown once."""
    service = _managed(request, code)
    status = 200
    if request.method == "POST":
        form = QueueKeyForm(request.POST)
        if form.is_valid():
            with idempotency.once(request, "feedback.queue_key") as once:
                if once.is_replay:
                    messages.info(
                        request,
                        _("This key has been shown already. If it is lost, revoke it and make another one."),
                    )
                    return redirect(once.location)
                key, text = receipts.make_queue_key(
                    service=service, label=form.cleaned_data["label"], by=request.user, at=timezone.now()
                )
                once.location = reverse("feedback:receipt-codes", args=[service.code])
            context = {
                "service": service,
                "key": key,
                "text": text,
                "endpoint": f"{settings.PUBLIC_URL}/api/v1/receipts/",
            }
            response = render(request, "feedback/queue_key_made.html", context)
            response["Cache-Control"] = "no-store"
            return response
        status = 422
    else:
        form = QueueKeyForm(held_forms.take(request))
    return render(request, "feedback/queue_key_form.html", {"form": form, "service": service}, status=status)


@login_required
@require_POST
def revoke_key(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a key of a queue system out of force."""
    key = get_object_or_404(
        QueueKey.objects.select_related("service__unit__government"),
        pk=pk,
        service__in=Service.objects.visible_to(request.user),
    )
    _require(request.user, key.service)
    receipts.revoke_queue_key(key=key, by=request.user, at=timezone.now())
    messages.success(request, _("The key of %(label)s works no longer.") % {"label": key.label})
    return redirect("feedback:receipt-codes", code=key.service.code)


@login_required
def register_kiosk(request: HttpRequest, code: str) -> HttpResponse:
    """Give the tablet of a counter its address."""
    service = _managed(request, code)
    points = service.points.filter(is_active=True).order_by("label", "id")
    status = 200
    if request.method == "POST":
        form = KioskForm(request.POST, points=points)
        if form.is_valid():
            try:
                with idempotency.once(request, "feedback.kiosk") as once:
                    if not once.is_replay:
                        kiosks.register_kiosk(
                            point=form.cleaned_data["point"], by=request.user, at=timezone.now()
                        )
                        once.location = reverse("feedback:receipt-codes", args=[service.code])
                        messages.success(
                            request, _("The kiosk is registered. Open its address on the tablet.")
                        )
                return redirect(once.location)
            except kiosks.KioskExists:
                form.add_error(
                    "point",
                    _("This counter has a kiosk. Close its address first, then register the new one."),
                )
        status = 422
    else:
        form = KioskForm(held_forms.take(request), points=points)
    context = {"form": form, "service": service, "has_points": points.exists()}
    return render(request, "feedback/kiosk_form.html", context, status=status)


@login_required
@require_POST
def revoke_kiosk(request: HttpRequest, pk: int) -> HttpResponse:
    """Close the address of a kiosk."""
    kiosk = get_object_or_404(
        Kiosk.objects.select_related("point__service__unit__government"),
        pk=pk,
        point__service__in=Service.objects.visible_to(request.user),
    )
    _require(request.user, kiosk.point.service)
    kiosks.revoke_kiosk(kiosk=kiosk, by=request.user, at=timezone.now())
    messages.success(
        request, _("The address of the kiosk at %(label)s is closed.") % {"label": kiosk.point.label}
    )
    return redirect("feedback:receipt-codes", code=kiosk.point.service.code)

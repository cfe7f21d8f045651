"""From a receipt to the rating: type the code or follow its link. A code is never judged in front of the citizen.

The rating is posted to an address without the code, and thanked for at one without it: logs and kept forms must not
say at which minute a certain receipt was answered.
"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_GET

from ..forms import ReceiptCodeForm
from ..labels import Channel
from ..models import Service, ServicePoint
from ..rules import receipt_code
from ..services import receipts
from .desks import Desk
from .frame import public_page
from .rating import give_rating, thank, unknown


def _point(code: str) -> ServicePoint | None:
    return ServicePoint.objects.select_related("service__unit__government").filter(code=code[:16]).first()


def enter(request: HttpRequest) -> HttpResponse:
    """Where a code is typed. A slip of the finger is pointed out; anything else goes on."""
    values = request.POST if request.method == "POST" else request.GET
    point = _point(values.get("titik", ""))
    if request.method != "POST":
        return _entry(request, ReceiptCodeForm(), point)
    form = ReceiptCodeForm(request.POST)
    if not form.is_valid():
        return _entry(request, form, point, status=422)
    code = form.cleaned_data["kode"]
    if receipts.service_named_by(code) is None and point is not None:
        return redirect(f"{reverse('feedback:rate', args=[point.code])}?kode={code}")
    return redirect("feedback:receipt-rate", code=code)


def _entry(
    request: HttpRequest, form: ReceiptCodeForm, point: ServicePoint | None, *, status: int = 200
) -> HttpResponse:
    return public_page(
        request,
        "feedback/receipt_enter.html",
        {"form": form, "point": point},
        government=point.service.unit.government if point else None,
        status=status,
    )


def _desk(service: Service, code: str) -> Desk:
    return Desk(
        service=service,
        channel=Channel.RECEIPT,
        back_url=reverse("feedback:receipt-enter"),
        thanks_url=reverse("feedback:rated", args=[service.code]),
        action=reverse("feedback:receipt-send"),
        code=code,
    )


@require_GET
def rate(request: HttpRequest, code: str) -> HttpResponse:
    """The link on the receipt: the questionnaire of its service."""
    code = receipt_code.normalize(code)
    if not receipt_code.is_well_formed(code):
        return _entry(request, ReceiptCodeForm({"kode": code}), None, status=404)
    service = receipts.service_named_by(code)
    if service is None:
        return unknown(request, code)
    return give_rating(request, _desk(service, code))


def send(request: HttpRequest) -> HttpResponse:
    """Take a rating that came with a code."""
    if request.method != "POST":
        return redirect("feedback:receipt-enter")
    code = request.POST.get("kode", "")
    service = receipts.service_named_by(code)
    if service is None:
        return unknown(request, code)
    return give_rating(request, _desk(service, code))


@require_GET
def rated(request: HttpRequest, code: str) -> HttpResponse:
    """Thanks, without a counter."""
    service = get_object_or_404(Service.objects.select_related("unit__government"), code=code)
    return thank(request, service, None)

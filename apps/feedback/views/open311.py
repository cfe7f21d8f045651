"""Open311 GeoReport v2, so that civic apps made by others can send and follow reports.

Requests are not of a session: no cookie is read, so none can be abused, and no CSRF token is needed.
"""

import json
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from typing import Any

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods

from apps.core import idempotency
from apps.core.images import FileRefused
from apps.core.localtime import local_date
from apps.employees.models import Government

from ..forms.open311 import Open311Form
from ..labels import ComplaintChannel, ComplaintKind
from ..selectors import open311
from ..services import arrivals, complaints, open311_keys
from ..services.sealing import seal, unseal
from .attaching import SLACK_BYTES, sentence
from .frame import client_address
from .open311_format import Refused, answer, errors

SPECIFICATION = "http://wiki.open311.org/GeoReport_v2"
CHANGED = "2026-11-22T00:00:00Z"
KEY_HEADER = "Idempotency-Key"
PURPOSE = "open311.request"


def _standard(view: Callable[..., HttpResponse]) -> Any:
    """Answer refusals with the standard's list of errors."""

    @csrf_exempt
    @wraps(view)
    def guarded(request: HttpRequest, fmt: str, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, fmt=fmt, **kwargs)
        except Refused as refused:
            return errors(refused, fmt)

    return guarded


def _jurisdiction(given: str) -> Government:
    """Return the government that a request is for.

    :raises Refused: if it is not told although there are several, or is not known.
    """
    found = open311.jurisdictions()
    if given:
        government = found.filter(code=given).first()
        if government is None:
            raise Refused(404, _("jurisdiction_id provided was not found"))
        return government
    first = list(found[:2])
    if len(first) != 1:
        raise Refused(400, _("jurisdiction_id was not provided"))
    return first[0]


@_standard
@require_GET
def discovery(request: HttpRequest, fmt: str) -> HttpResponse:
    """Where the endpoint is, and which formats it speaks."""
    base = settings.PUBLIC_URL + reverse("feedback:open311-services", args=[fmt]).rpartition("/")[0]
    data = {
        "changeset": CHANGED,
        "contact": settings.PUBLIC_URL + reverse("feedback:privacy"),
        "key_service": _(
            "A key is needed only where the government demands one. Ask its complaint officers."
        ),
        "endpoints": [
            {
                "specification": SPECIFICATION,
                "url": base,
                "changeset": CHANGED,
                "type": "production",
                "formats": ["text/xml", "application/json"],
            }
        ],
    }
    return answer(data, "discovery", fmt)


@_standard
@require_GET
def service_list(request: HttpRequest, fmt: str) -> HttpResponse:
    """What can be reported about."""
    government = _jurisdiction(request.GET.get("jurisdiction_id", ""))
    return answer(open311.services(government), "services", fmt)


@_standard
@require_GET
def service_definition(request: HttpRequest, fmt: str, code: str) -> HttpResponse:
    """What may be said about one service besides a description."""
    government = _jurisdiction(request.GET.get("jurisdiction_id", ""))
    if open311.find_service(government, code) is None:
        raise Refused(404, _("service_code provided was not found"))
    return answer(open311.definition(code), "service_definition", fmt)


@_standard
@require_http_methods(["GET", "HEAD", "POST"])
def request_list(request: HttpRequest, fmt: str) -> HttpResponse:
    """GET: public requests of at most 90 days. POST: a new one."""
    if request.method == "POST":
        return _post(request, fmt)
    government = _jurisdiction(request.GET.get("jurisdiction_id", ""))
    return answer(open311.requests(government, _wanted(request)), "service_requests", fmt)


@_standard
@require_GET
def request_detail(request: HttpRequest, fmt: str, number: str) -> HttpResponse:
    """One public request."""
    government = _jurisdiction(request.GET.get("jurisdiction_id", ""))
    return answer(_one(government, number), "service_requests", fmt)


@_standard
@require_GET
def token(request: HttpRequest, fmt: str, number: str) -> HttpResponse:
    """Requests get their number at once, so a token is the number itself."""
    government = _jurisdiction(request.GET.get("jurisdiction_id", ""))
    found = _one(government, number)
    return answer(
        [{"service_request_id": found[0]["service_request_id"], "token": number}], "service_requests", fmt
    )


def _one(government: Government, number: str) -> list[dict[str, Any]]:
    now = timezone.now()
    found = open311.requests(government, open311.Wanted(now, now, numbers=(number,)))
    if not found:
        raise Refused(404, _("service_request_id provided was not found"))
    return found


def _listed(request: HttpRequest, name: str) -> tuple[str, ...]:
    """Return the values of a filter that may be repeated or separated by commas."""
    parts = (part.strip() for text in request.GET.getlist(name) for part in text.split(","))
    return tuple(part for part in parts if part)[: open311.MAX_ROWS]


def _wanted(request: HttpRequest) -> open311.Wanted:
    statuses = _listed(request, "status")
    if unknown := set(statuses) - {open311.OPEN, open311.CLOSED}:
        raise Refused(400, _("status is open or closed, not %(given)s") % {"given": sorted(unknown)[0][:40]})
    span = timedelta(days=open311.MAX_DAYS)
    start, end = _instant(request, "start_date"), _instant(request, "end_date")
    ends_at = end or (start + span if start else timezone.now())
    starts_at = start or ends_at - span
    if ends_at - starts_at > span:
        raise Refused(400, _("start_date and end_date may not span more than %(n)s days") % {"n": span.days})
    return open311.Wanted(
        starts_at,
        ends_at,
        numbers=_listed(request, "service_request_id"),
        codes=_listed(request, "service_code"),
        statuses=statuses,
    )


def _instant(request: HttpRequest, name: str) -> datetime | None:
    text = request.GET.get(name, "").strip()
    if not text:
        return None
    # A plus sign in an address arrives as a blank.
    try:
        found = parse_datetime(text.replace(" ", "+"))
    except ValueError:
        found = None
    if found is None or found.tzinfo is None or not 2000 <= found.year <= 2100:
        raise Refused(400, _("%(name)s is no date like 2026-01-31T00:00:00Z") % {"name": name})
    return found


# --- a new request


def _post(request: HttpRequest, fmt: str) -> HttpResponse:
    length = request.META.get("CONTENT_LENGTH") or "0"
    if length.isdigit() and int(length) > complaints.largest_request() + SLACK_BYTES:
        raise Refused(413, _("The request is too large"))
    government = _jurisdiction(request.POST.get("jurisdiction_id", ""))
    now = timezone.now()
    today = local_date(now, government.timezone)
    scope = {"scope": government.code, "on": today}
    if open311_keys.is_needed(**scope) and not open311_keys.is_valid(
        request.POST.get("api_key", ""), **scope
    ):
        raise Refused(403, _("Missing or invalid api_key"))
    form = Open311Form(request.POST)
    if not form.is_valid():
        raise Refused(400, *form.problems())
    key = _key(request, government)
    with idempotency.once_for_key(key, PURPOSE) as once:
        if not once.is_replay:
            once.location = _file(request, form, government, key, now)
    receipt = json.loads(once.location)
    secret = unseal(receipt["sealed"], key)
    notice = _(
        "Answered by %(day)s at the latest. To follow the report open %(address)s with the number and the "
        "secret word %(secret)s; keep both."
    ) % {
        "day": receipt["due_on"],
        "address": settings.PUBLIC_URL + reverse("feedback:complaint-track"),
        "secret": complaints.spoken(secret) if secret else "-",
    }
    data = [{"service_request_id": receipt["number"], "service_notice": notice, "account_id": None}]
    return answer(data, "service_requests", fmt, status=200 if once.is_replay else 201)


def _key(request: HttpRequest, government: Government) -> uuid.UUID:
    """Return the client's key for this report, if it sends one: a repetition then finds the first receipt."""
    given = request.headers.get(KEY_HEADER, "")
    if not given:
        return uuid.uuid4()
    try:
        return uuid.uuid5(uuid.UUID(given), f"{PURPOSE}:{government.code}")
    except ValueError as error:
        raise Refused(400, _("Idempotency-Key is no UUID")) from error


@transaction.atomic
def _file(
    request: HttpRequest, form: Open311Form, government: Government, key: uuid.UUID, now: datetime
) -> str:
    values = form.cleaned_data
    found = open311.find_service(government, values["service_code"])
    if found is None:
        raise Refused(404, _("service_code provided was not found"))
    unit, service = found
    complaint, secret = complaints.file_complaint(
        unit=unit,
        service=service,
        kind=values["kind"] or ComplaintKind.SERVICE.value,
        subject=form.subject,
        body=form.body,
        place=form.place,
        latitude=values["lat"],
        longitude=values["long"],
        is_anonymous=True,
        is_secret=form.hides_content,
        contact=form.contact,
        channel=ComplaintChannel.OPEN311.value,
        files=_media(request, government, now),
        at=now,
        is_suspicious=_is_crowded(request, government, now),
    )
    return json.dumps(
        {"number": complaint.number, "due_on": complaint.due_on.isoformat(), "sealed": seal(secret, key)}
    )


def _media(request: HttpRequest, government: Government, now: datetime) -> list[str]:
    """Keep pictures that came with the request itself; addresses of pictures are never opened."""
    tokens: list[str] = []
    try:
        for upload in request.FILES.getlist("media"):
            row = complaints.keep_draft(
                content=upload.read(), tokens=tokens, government=government, has_no_author=False, at=now
            )
            tokens.append(str(row.token))
    except FileRefused as refused:
        raise Refused(400, sentence(refused)) from refused
    return tokens


def _is_crowded(request: HttpRequest, government: Government, now: datetime) -> bool:
    """Too many within the hour from one network: taken all the same, and held back for a person's look."""
    return arrivals.is_crowded(client_address(request), government, "open311", now)

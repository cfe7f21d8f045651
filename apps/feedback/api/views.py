"""Services, answers, results and complaints. Citizens need no account; officers see what their inbox shows."""

import json
import uuid
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet
from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.core.api import replay
from apps.core.api.lists import DetailView, Filter, ListView, Throttle
from apps.core.api.schema import IDEMPOTENCY_HEADER, refusals
from apps.core.localtime import local_date
from apps.core.problems import Conflict
from apps.employees.models import Government, WorkUnit

from .. import selectors
from ..labels import Channel, ComplaintKind, ComplaintStatusChoices
from ..models import Complaint, Service, ServicePoint
from ..services import arrivals, complaints, receipts, surveys
from ..services.sealing import seal, unseal
from .serializers import (
    ATTRIBUTES,
    ComplaintInputSerializer,
    ComplaintReceiptSerializer,
    ComplaintSerializer,
    ResponseInputSerializer,
    ResponseReceiptSerializer,
    ServiceDetailSerializer,
    ServiceSerializer,
)


class SurveyNotOpen(Conflict):
    """409: the service is not surveyed today."""

    default_detail = _("No survey of this service is open today.")
    default_code = "survey_closed"


def words(rows: QuerySet, text: str) -> QuerySet:
    """Return the services whose name, unit or description holds every word."""
    for word in text.split()[:6]:
        rows = rows.filter(
            Q(name__icontains=word) | Q(unit__name__icontains=word) | Q(description__icontains=word)
        )
    return rows


class _Public:
    """Open to everybody; no session is looked at, so a post needs no CSRF token."""

    authentication_classes = ()
    permission_classes = (AllowAny,)


def public_services() -> QuerySet[Service]:
    """Return the services shown to citizens."""
    return Service.objects.public().select_related("unit__government")


@extend_schema(
    tags=["services"], auth=[], responses={200: ServiceSerializer(many=True), **refusals(400, 429)}
)
class ServiceList(_Public, ListView):
    """Public services of all local governments on this site."""

    model = Service
    serializer_class = ServiceSerializer
    filters = (
        Filter("government", "unit__government__code", help="Code of the local government."),
        Filter("unit", "unit", kind="int"),
        Filter("q", words, help="Words of the name, the unit or the description."),
    )

    def visible(self, user: Any) -> QuerySet:
        """Return what every citizen may see."""
        return public_services()


@extend_schema(tags=["services"], auth=[], responses={200: ServiceDetailSerializer, **refusals(404, 429)})
class ServiceDetail(_Public, DetailView):
    """One service, with the questions of the survey that is open today."""

    model = Service
    serializer_class = ServiceDetailSerializer
    lookup_field = "code"

    def visible(self, user: Any) -> QuerySet:
        """Return what every citizen may see."""
        return public_services()

    def get_serializer(self, *args: Any, **kwargs: Any) -> Any:
        """Add the open survey."""
        serializer = super().get_serializer(*args, **kwargs)
        if args:
            today = local_date(timezone.now(), args[0].unit.government.timezone)
            serializer.context["period"] = selectors.current_period(args[0], today)
        return serializer


def is_crowded(request: Request, government: Government, bucket: str, now: datetime) -> bool:
    """Whether too many came from this network within the hour: kept, but held back for a person's look."""
    return arrivals.is_crowded(Throttle().get_ident(request), government, bucket, now)


class ResponseCreate(_Public, APIView):
    """Rate a service."""

    throttle_classes = (Throttle,)
    throttle_scope = "public-post"

    @extend_schema(
        tags=["responses"],
        auth=[],
        operation_id="responses_create",
        request=ResponseInputSerializer,
        parameters=[IDEMPOTENCY_HEADER],
        responses={
            201: ResponseReceiptSerializer,
            200: OpenApiResponse(ResponseReceiptSerializer, description="A repetition: the first receipt."),
            **refusals(400, 404, 409, 429),
        },
    )
    def post(self, request: Request) -> Response:
        """Keep one person's answers, without anything that says who."""
        form = ResponseInputSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        values = {name: value for name, value in form.validated_data.items() if name != "key"}
        # The kept fingerprint of the content must not join a code and its answers.
        code = values.pop("receipt")
        receipt, is_replay = replay.once(
            request, "api.response", values, lambda _key: self._record(request, values, code)
        )
        return Response(json.loads(receipt), status=200 if is_replay else 201)

    def _record(self, request: Request, values: dict[str, Any], code: str) -> str:
        now = timezone.now()
        service = public_services().filter(code=values["service"]).first()
        if service is None:
            raise Http404
        point = None
        if values["point"]:
            point = ServicePoint.objects.filter(code=values["point"], service=service, is_active=True).first()
            if point is None:
                raise ValidationError({"point": [_("This service has no such counter.")]})
        government = service.unit.government
        redeemed = receipts.redeem(text=code, service=service, at=now)
        try:
            response = surveys.record_response(
                service=service,
                point=point,
                answers=values["answers"],
                attributes={name: values.get(name, "") for name in ATTRIBUTES},
                remark=values["remark"],
                channel=str(Channel.API),
                at=now,
                tier=redeemed.tier,
                arrival=arrivals.look(
                    service=service,
                    address=Throttle().get_ident(request),
                    channel=str(Channel.API),
                    at=now,
                    tier=redeemed.tier,
                    is_bad_receipt=bool(redeemed.signal),
                ),
            )
        except surveys.SurveyClosed as error:
            raise SurveyNotOpen from error
        except surveys.TooFewAnswers as error:
            raise ValidationError(
                {"answers": [_("At least %(n)s questions must be answered.") % {"n": error.required}]}
            ) from error
        except surveys.InvalidAnswers as error:
            raise ValidationError(
                {"answers": [_("Unknown question: %(code)s.") % {"code": str(error)[:40]}]}
            ) from error
        return json.dumps(
            {
                "service": service.code,
                "survey_period": response.survey_period.code,
                "received_on": local_date(now, government.timezone).isoformat(),
            }
        )


class ComplaintList(ListView):
    """Complaints: citizens file them, officers list those of their units."""

    model = Complaint
    serializer_class = ComplaintSerializer
    filters = (
        Filter("status", "status", choices=tuple(ComplaintStatusChoices.values)),
        Filter("kind", "kind", choices=tuple(ComplaintKind.values)),
        Filter("unit", "unit", kind="int"),
        Filter("is_open", lambda rows, value: rows.filter(closed_at__isnull=value), kind="bool"),
    )

    def visible(self, user: Any) -> QuerySet:
        """Return the complaints of the user's units; suspected spam stays in the inbox."""
        return (
            Complaint.objects.visible_to(user)
            .filter(is_quarantined=False)
            .select_related("unit", "service")
            .prefetch_related("redactions")
        )

    @property
    def is_post(self) -> bool:
        """Whether a citizen files one."""
        return getattr(getattr(self, "request", None), "method", None) == "POST"

    @property
    def throttle_scope(self) -> str:  # type: ignore[override]
        """The narrower limit for filing."""
        return "public-post" if self.is_post else "api"

    def get_authenticators(self) -> list[Any]:
        """A citizen's post looks at no session, so it needs no CSRF token."""
        return [] if self.is_post else super().get_authenticators()

    def get_permissions(self) -> list[Any]:
        """Everybody may file; lists are for those who signed in."""
        return [AllowAny()] if self.is_post else super().get_permissions()

    @extend_schema(
        tags=["complaints"], responses={200: ComplaintSerializer(many=True), **refusals(400, 403, 429)}
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List the complaints of the user's units."""
        return super().get(request, *args, **kwargs)

    @extend_schema(
        tags=["complaints"],
        auth=[],
        request=ComplaintInputSerializer,
        parameters=[IDEMPOTENCY_HEADER],
        responses={
            201: ComplaintReceiptSerializer,
            200: OpenApiResponse(ComplaintReceiptSerializer, description="A repetition: the first receipt."),
            **refusals(400, 404, 409, 429),
        },
    )
    def post(self, request: Request) -> Response:
        """File a complaint; number and secret word come back once, and to a repetition with the same key."""
        form = ComplaintInputSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        values = {name: value for name, value in form.validated_data.items() if name != "key"}
        text, is_replay = replay.once(
            request, "api.complaint", values, lambda own: self._file(request, values, own)
        )
        receipt = json.loads(text)
        own = uuid.uuid5(replay.key_of(request), "api.complaint")
        secret = unseal(receipt["sealed"], own)
        body = {
            "number": receipt["number"],
            "secret": complaints.spoken(secret) if secret else "",
            "due_on": receipt["due_on"],
            "track_url": settings.PUBLIC_URL + reverse("feedback:complaint-track"),
        }
        return Response(body, status=200 if is_replay else 201)

    def _file(self, request: Request, values: dict[str, Any], own: uuid.UUID) -> str:
        now = timezone.now()
        service, unit = self._target(values)
        contact = values["contact"]
        complaint, secret = complaints.file_complaint(
            unit=unit,
            service=service,
            kind=values["kind"],
            subject=values["subject"],
            body=values["body"],
            is_anonymous=contact is None,
            is_secret=values["is_secret"],
            contact=contact,
            at=now,
            is_suspicious=is_crowded(request, unit.government, "complaints", now),
        )
        return json.dumps(
            {"number": complaint.number, "due_on": complaint.due_on.isoformat(), "sealed": seal(secret, own)}
        )

    def _target(self, values: dict[str, Any]) -> tuple[Service | None, WorkUnit]:
        if "service" in values:
            service = public_services().filter(code=values["service"]).first()
            if service is None:
                raise Http404
            return service, service.unit
        unit = WorkUnit.objects.filter(pk=values["unit"], is_active=True).select_related("government").first()
        if unit is None:
            raise Http404
        return None, unit


@extend_schema(tags=["complaints"], responses={200: ComplaintSerializer, **refusals(403, 404, 429)})
class ComplaintDetail(DetailView):
    """One complaint of the user's units."""

    model = Complaint
    serializer_class = ComplaintSerializer
    lookup_field = "number"

    def visible(self, user: Any) -> QuerySet:
        """Return the complaints of the user's units."""
        return (
            Complaint.objects.visible_to(user)
            .filter(is_quarantined=False)
            .select_related("unit", "service")
            .prefetch_related("redactions")
        )

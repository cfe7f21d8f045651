"""Receipt codes for queue systems: a machine fetches one for each ticket, or a roll of them."""

import json
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed, ValidationError
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import SimpleRateThrottle
from rest_framework.views import APIView

from apps.core.api import replay
from apps.core.api.schema import IDEMPOTENCY_HEADER, refusals
from apps.core.localtime import local_date
from apps.core.problems import Conflict

from ..models import QueueKey, ReceiptBatch
from ..rules import receipt_code
from ..services import receipts

MOST_CODES = 100
DAYS_AHEAD = 7


class QueueKeyAuthentication(BaseAuthentication):
    """`Authorization: Bearer <key>`; the key of one service, made and revoked on its page."""

    def authenticate(self, request: Request) -> tuple[AnonymousUser, QueueKey] | None:
        """Return nobody, and the key.

        :raises AuthenticationFailed: for a key that is unknown or revoked.
        """
        words = get_authorization_header(request).split()
        if not words or words[0].lower() != b"bearer":
            return None
        key = receipts.find_queue_key(words[1].decode("latin-1")) if len(words) == 2 else None
        if key is None:
            raise AuthenticationFailed(_("This key is unknown or revoked."))
        return AnonymousUser(), key


class QueueKeyScheme(OpenApiAuthenticationExtension):
    """How the schema names the key."""

    target_class = QueueKeyAuthentication
    name = "queueKey"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        """Describe the header."""
        return {"type": "http", "scheme": "bearer", "description": "Key of a queue system, for one service."}


class HasQueueKey(BasePermission):
    """Only with a key in force."""

    def has_permission(self, request: Request, view: Any) -> bool:
        """Look at the key."""
        return isinstance(request.auth, QueueKey)


class QueueKeyThrottle(SimpleRateThrottle):
    """A limit per key: a queue machine prints a ticket now and then, not ten a second."""

    scope = "receipts"
    rate = "60/min"

    def get_cache_key(self, request: Request, view: Any) -> str | None:
        """Count under the key, not under the address: an office has one address."""
        return f"throttle_receipts_{request.auth.pk}" if isinstance(request.auth, QueueKey) else None


class ReceiptInputSerializer(serializers.Serializer):
    """How many codes, for which day."""

    count = serializers.IntegerField(min_value=1, max_value=MOST_CODES, default=1)
    day = serializers.DateField(
        required=False, help_text=f"Day of the service, today to {DAYS_AHEAD} days ahead. Left out: today."
    )
    key = serializers.UUIDField(required=False, help_text="In place of the header Idempotency-Key.")


class ReceiptCodeSerializer(serializers.Serializer):
    """One code, to be printed with its address as QR code."""

    code = serializers.CharField(help_text="In groups of four, as it is printed.")
    url = serializers.CharField()


class ReceiptsSerializer(serializers.Serializer):
    """Codes of one service and day."""

    service = serializers.CharField()
    day = serializers.DateField()
    valid_until = serializers.DateField(help_text="Last day on which the codes can be used.")
    codes = ReceiptCodeSerializer(many=True)


class CodesGone(Conflict):
    """409: a repetition came after the secret key was changed."""

    default_detail = _("The key of these codes is no longer known. Fetch new ones with a new key.")
    default_code = "codes_gone"


class NoCodesLeft(Conflict):
    """409: the day has no numbers left."""

    default_detail = _("This day has no numbers left for so many codes.")
    default_code = "no_codes_left"


class ReceiptCreate(APIView):
    """Fetch one-time codes for receipts."""

    authentication_classes = (QueueKeyAuthentication,)
    permission_classes = (HasQueueKey,)
    throttle_classes = (QueueKeyThrottle,)

    @extend_schema(
        tags=["receipts"],
        operation_id="receipts_create",
        request=ReceiptInputSerializer,
        parameters=[IDEMPOTENCY_HEADER],
        responses={
            201: ReceiptsSerializer,
            200: OpenApiResponse(ReceiptsSerializer, description="A repetition: the same codes."),
            **refusals(400, 403, 409, 429),
        },
    )
    def post(self, request: Request) -> Response:
        """Reserve codes of the key's service; a repetition gets the same ones."""
        form = ReceiptInputSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        queue_key: QueueKey = request.auth
        count, day = form.validated_data["count"], form.validated_data.get("day")
        kept, is_replay = replay.once(
            request,
            f"api.receipts.{queue_key.pk}",
            {"count": count, "day": day},
            lambda _key: self._issue(queue_key, count, day),
        )
        batch = ReceiptBatch.objects.select_related("service__unit__government").get(
            pk=json.loads(kept)["batch"], queue_key=queue_key
        )
        return Response(self._answer(batch), status=200 if is_replay else 201)

    def _issue(self, queue_key: QueueKey, count: int, day: date | None) -> str:
        now = timezone.now()
        service = queue_key.service
        today = local_date(now, service.unit.government.timezone)
        day = day or today
        if not today <= day <= today + timedelta(days=DAYS_AHEAD):
            raise ValidationError({"day": [_("Codes are for today and the next days only.")]})
        try:
            (batch,) = receipts.issue(
                service=service, days=[day], count=count, by=None, at=now, queue_key=queue_key
            )
        except receipts.TooManyCodes as error:
            raise NoCodesLeft from error
        receipts.note_use(key=queue_key, on=today)
        return json.dumps({"batch": batch.pk})

    def _answer(self, batch: ReceiptBatch) -> dict[str, Any]:
        try:
            codes = receipts.codes_of(batch)
        except receipts.KeyGone as error:
            raise CodesGone from error
        return {
            "service": batch.service.code,
            "day": batch.day.isoformat(),
            "valid_until": receipts.last_day(batch.day, batch.service.unit.government).isoformat(),
            "codes": [
                {
                    "code": receipt_code.grouped(code),
                    "url": f"{settings.PUBLIC_URL}{reverse('feedback:receipt-rate', args=[code])}",
                }
                for code in codes
            ],
        }

"""One-time receipt codes: issued, printed again, used once, counted (docs/how-to/receipt-codes.md).

The codes are not stored. They follow from a range of numbers and a key made of SECRET_KEY and the government, so that
a stolen database has no usable code. A code used, expired, made up or of another service is never refused: the
rating is taken as an open one, and the reason goes to whoever looks for abuse.
"""

import hashlib
import hmac
import secrets
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction

from apps.core import audit, policy
from apps.core.localtime import local_date
from apps.core.sequences import CROCKFORD
from apps.employees.models import Government

from ..labels import ReceiptSource, Tier
from ..models import QueueKey, ReceiptBatch, ReceiptDay, ReceiptUse, Service
from ..rules import receipt_code

QUEUE_KEY_LENGTH = 32
# Days after the last valid one on which the rows of used codes are thrown away.
FOLD_AFTER_DAYS = 2
REUSED = "receipt_reused"
EXPIRED = "receipt_expired"
FOREIGN = "receipt_foreign"
UNKNOWN = "receipt_unknown"


class TooManyCodes(ValueError):
    """Raised when a day would have more codes than numbers."""


class KeyGone(Exception):
    """Raised when the secret key under which codes were issued is no longer among the settings."""


class NothingToCancel(ValueError):
    """Raised when an order of codes is cancelled already."""


@dataclass(frozen=True, slots=True)
class Redeemed:
    """What a presented code is worth: the tier of the answer, and what was wrong with the code, if anything."""

    tier: str
    signal: str = ""


@dataclass(frozen=True, slots=True)
class DayUsage:
    """How far the codes of a day came, up to yesterday; nothing about single codes."""

    day: date
    issued: int
    used: int
    longest_gap: int
    is_over: bool


# --- keys


def _key(government: Government, secret: str) -> bytes:
    return hmac.new(secret.encode(), f"feedback.receipts:{government.code}".encode(), hashlib.sha256).digest()


def _keys(government: Government) -> list[bytes]:
    """Return the keys of a government, the present one first, then those before a rotation."""
    return [_key(government, secret) for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)]


def _mark(key: bytes) -> str:
    return hashlib.sha256(b"mark:" + key).hexdigest()[:12]


# --- codes


@transaction.atomic
def issue(
    *,
    service: Service,
    days: Sequence[date],
    count: int,
    by: Any,
    at: datetime,
    queue_key: QueueKey | None = None,
) -> list[ReceiptBatch]:
    """Reserve `count` codes of a service for each of the days, and return the ranges.

    :raises TooManyCodes: if a day has not so many numbers left.
    """
    government = service.unit.government
    order = uuid.uuid4()
    mark = _mark(_keys(government)[0])
    batches = []
    for day in days:
        ReceiptDay.objects.get_or_create(service=service, day=day)
        row = ReceiptDay.objects.select_for_update().get(service=service, day=day)
        if row.issued + count > receipt_code.HIGHEST_NUMBER:
            raise TooManyCodes(day)
        batches.append(
            ReceiptBatch.objects.create(
                service=service,
                day=day,
                first=row.issued + 1,
                last=row.issued + count,
                source=str(ReceiptSource.API if queue_key else ReceiptSource.PRINT),
                order=order,
                key_mark=mark,
                queue_key=queue_key,
                issued_by=by,
                issued_at=at,
            )
        )
        row.issued += count
        row.save(update_fields=["issued"])
    audit.record(
        "feedback.receipts.issued",
        target=service,
        by=by or f"queue-key:{queue_key.pk if queue_key else ''}",
        scope=government.code,
        at=at,
        order=str(order),
        days=len(days),
        count=count,
    )
    return batches


def codes_of(batch: ReceiptBatch) -> list[str]:
    """Return the codes of a batch, without separators.

    :raises KeyGone: if its secret key is no longer in the settings.
    """
    key = next((each for each in _keys(batch.service.unit.government) if _mark(each) == batch.key_mark), None)
    if key is None:
        raise KeyGone
    return [
        receipt_code.encode(service_id=batch.service_id, day=batch.day, number=number, key=key)
        for number in range(batch.first, batch.last + 1)
    ]


@transaction.atomic
def cancel_order(*, service: Service, order: uuid.UUID, by: Any, at: datetime) -> int:
    """Make the unused codes of an order worthless, for example because the sheets were lost.

    :raises NothingToCancel: if none of its codes is in force.
    """
    changed = ReceiptBatch.objects.filter(service=service, order=order, cancelled_at=None).update(
        cancelled_at=at
    )
    if not changed:
        raise NothingToCancel
    audit.record(
        "feedback.receipts.cancelled",
        target=service,
        by=by,
        scope=service.unit.government.code,
        at=at,
        order=str(order),
    )
    return changed


def service_named_by(text: str) -> Service | None:
    """Return the service that a code names, whether the code is genuine or not; None if it names none."""
    service_id = receipt_code.service_of(receipt_code.normalize(text))
    if service_id is None:
        return None
    return Service.objects.select_related("unit__government").filter(pk=service_id).first()


def last_day(day: date, government: Government) -> date:
    """Return the last day on which a code of a day can be used."""
    return day + timedelta(
        days=max(policy.get("feedback.receipt_valid_days", on=day, scope=government.code), 1) - 1
    )


def redeem(*, text: str, service: Service, at: datetime) -> Redeemed:
    """Use a code for a rating of a service; the caller's transaction stores the rating.

    A parallel second use waits for that transaction, so exactly one rating is verified. Nothing of the rating is
    kept with the code, and of the time only the day.
    """
    code = receipt_code.normalize(text)
    if not receipt_code.is_well_formed(code):
        # Nothing typed, or a slip of the finger: no sign of anything.
        return Redeemed(str(Tier.OPEN))
    government = service.unit.government
    if receipt_code.service_of(code) != service.pk:
        return Redeemed(str(Tier.OPEN), FOREIGN)
    today = local_date(at, government.timezone)
    receipt = receipt_code.decode(code, keys=_keys(government), today=today)
    if receipt is None or not _is_issued(receipt):
        return Redeemed(str(Tier.OPEN), UNKNOWN)
    if not receipt.day <= today <= last_day(receipt.day, government) or _is_folded(receipt):
        return Redeemed(str(Tier.OPEN), EXPIRED)
    _row, is_first = ReceiptUse.objects.get_or_create(
        digest=receipt.digest, defaults={"service": service, "day": receipt.day, "used_on": today}
    )
    return Redeemed(str(Tier.VERIFIED)) if is_first else Redeemed(str(Tier.OPEN), REUSED)


def _is_issued(receipt: receipt_code.Receipt) -> bool:
    return ReceiptBatch.objects.filter(
        service_id=receipt.service_id,
        day=receipt.day,
        first__lte=receipt.number,
        last__gte=receipt.number,
        cancelled_at=None,
    ).exists()


def _is_folded(receipt: receipt_code.Receipt) -> bool:
    """Whether the uses of that day were thrown away: a longer validity set later must not revive its codes."""
    return ReceiptDay.objects.filter(
        service_id=receipt.service_id, day=receipt.day, used__isnull=False
    ).exists()


# --- counting


def usage(service: Service, today: date, *, limit: int = 31) -> list[DayUsage]:
    """Return the newest days with codes: issued, used, and the longest hole between used ones.

    Uses of today are left out: a number that moves while somebody stands at the counter would tell who answers.
    """
    rows = list(ReceiptDay.objects.filter(service=service).order_by("-day")[:limit])
    live = [row.day for row in rows if row.used is None]
    numbers = _used_numbers(service, live, before=today)
    return [
        DayUsage(row.day, row.issued, row.used, row.longest_gap, is_over=True)
        if row.used is not None
        else DayUsage(
            row.day,
            row.issued,
            len(numbers[row.day]),
            receipt_code.longest_gap(numbers[row.day]),
            is_over=False,
        )
        for row in rows
    ]


def _used_numbers(service: Service, days: Iterable[date], *, before: date) -> dict[date, list[int]]:
    """Return the used numbers per day: computed from the key, for they are stored nowhere."""
    found: dict[date, list[int]] = {day: [] for day in days}
    used = set(
        ReceiptUse.objects.filter(service=service, day__in=found, used_on__lt=before).values_list(
            "digest", flat=True
        )
    )
    if not used:
        return found
    keys = {_mark(key): key for key in _keys(service.unit.government)}
    for batch in ReceiptBatch.objects.filter(service=service, day__in=found):
        key = keys.get(batch.key_mark)
        if key is None:
            continue
        for number in range(batch.first, batch.last + 1):
            if receipt_code.Receipt(service.pk, batch.day, number, key).digest in used:
                found[batch.day].append(number)
    return found


def fold_expired(*, now: datetime) -> int:
    """Keep only the numbers of days whose codes are all out of date; return how many days were folded.

    Whether a code was used matters only while it could be used again. After that nothing is left that says so.
    """
    folded = 0
    for row_id in ReceiptDay.objects.filter(used=None).order_by("id").values_list("pk", flat=True):
        folded += _fold(row_id, now)
    return folded


@transaction.atomic
def _fold(row_id: int, now: datetime) -> int:
    row = (
        ReceiptDay.objects.select_for_update(skip_locked=True, of=("self",))
        .select_related("service__unit__government")
        .filter(pk=row_id, used=None)
        .first()
    )
    if row is None:
        return 0
    government = row.service.unit.government
    today = local_date(now, government.timezone)
    if last_day(row.day, government) + timedelta(days=FOLD_AFTER_DAYS) >= today:
        return 0
    uses = ReceiptUse.objects.filter(service=row.service, day=row.day)
    row.longest_gap = receipt_code.longest_gap(_used_numbers(row.service, [row.day], before=today)[row.day])
    row.used, _ = uses.delete()
    row.save(update_fields=["used", "longest_gap"])
    return 1


# --- keys of queue systems


def _queue_digest(text: str) -> str:
    # Thirty-two random letters need no slow hash.
    return hashlib.sha256(f"feedback.queue_key:{text}".encode()).hexdigest()


@transaction.atomic
def make_queue_key(*, service: Service, label: str, by: Any, at: datetime) -> tuple[QueueKey, str]:
    """Make a key for the queue system of a service; the text is returned once and not stored."""
    text = "".join(secrets.choice(CROCKFORD) for _ in range(QUEUE_KEY_LENGTH))
    key = QueueKey.objects.create(
        service=service,
        label=label,
        digest=_queue_digest(text),
        ending=text[-4:],
        made_by=by,
        made_at=at,
    )
    audit.record(
        "feedback.queue_key.made",
        target=key,
        by=by,
        scope=service.unit.government.code,
        at=at,
        service=service.pk,
    )
    return key, text


@transaction.atomic
def revoke_queue_key(*, key: QueueKey, by: Any, at: datetime) -> None:
    """Take a key out of force; a second time changes nothing."""
    if not QueueKey.objects.filter(pk=key.pk, revoked_at=None).update(revoked_at=at):
        return
    audit.record(
        "feedback.queue_key.revoked",
        target=key,
        by=by,
        scope=key.service.unit.government.code,
        at=at,
        service=key.service_id,
    )


def find_queue_key(text: str) -> QueueKey | None:
    """Return the key in force with this text, of a service that is still offered."""
    return (
        QueueKey.objects.select_related("service__unit__government")
        .filter(
            digest=_queue_digest(text),
            revoked_at=None,
            service__is_active=True,
            service__unit__is_active=True,
        )
        .first()
    )


def note_use(*, key: QueueKey, on: date) -> None:
    """Remember the day on which a key was used last."""
    QueueKey.objects.filter(pk=key.pk).update(last_used_on=on)

"""What is known about a rating or a report in the moment it arrives. Nothing here refuses anybody.

A network is only ever seen as a mark: HMAC(network, random key of that government and day). The key is destroyed
after 72 hours together with the marks (`retention`), and no signal is stored with it.
"""

import hashlib
import hmac
import ipaddress
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.core import signing
from django.db.models import QuerySet

from apps.core import kept, policy
from apps.core.localtime import local_date
from apps.employees.models import Government

from ..labels import Channel, Tier
from ..models import AttackState, DailyKey, Service, UnitNetwork
from ..rules.signals import Signal, Thresholds, is_outside_hours
from . import abuse, survey_pages

# Typed in or imported later: the time of arrival says nothing about them.
LIVE_CHANNELS = (
    Channel.QR.value,
    Channel.RECEIPT.value,
    Channel.KIOSK.value,
    Channel.ASSISTED.value,
    Channel.API.value,
)
SLOT_MINUTES = 5
PUZZLE_SALT = "feedback-puzzle"
PUZZLE_SECONDS = 2 * 3600
# A page that was open when an attack began carries no puzzle. So long it may come back without one, once.
OPEN_PAGE_SECONDS = 30 * 60
# An attack is dated from the moment the sweep looked; pages learn of it when the sweep has written it down.
UNTIL_KNOWN_SECONDS = 30


@dataclass(frozen=True)
class Arrival:
    """The signals of one rating, and the mark of its network for the next 72 hours."""

    signals: frozenset[str] = field(default_factory=frozenset)
    network: str = ""


def thresholds_of(government: Government, at: datetime) -> Thresholds:
    """Return the thresholds that hold for a government."""
    day = local_date(at, government.timezone)
    return Thresholds.of(policy.get("feedback.signal_thresholds", on=day, scope=government.code))


def network_mark(address: str, government: Government, at: datetime) -> str:
    """Return the mark of an address's network; empty if there is nothing to mark."""
    network = abuse.network_of(address)
    if network is None:
        return ""
    row, _created = DailyKey.objects.get_or_create(
        government=government, day=at.date(), defaults={"key": secrets.token_hex(32)}
    )
    return hmac.new(bytes.fromhex(row.key), network.encode(), hashlib.sha256).hexdigest()[:32]


def is_crowded(address: str, government: Government, bucket: str, at: datetime) -> bool:
    """Count one arrival from a network, each bucket apart; tell whether there were more than the limit in an hour."""
    limit = policy.get(
        f"feedback.{bucket}_per_hour", on=local_date(at, government.timezone), scope=government.code
    )
    return _is_over(limit, network_mark(address, government, at), government, bucket, at)


def _is_over(limit: int, mark: str, government: Government, bucket: str, at: datetime) -> bool:
    return bool(mark) and abuse.over_limit(mark, f"{bucket}:{government.code}", at=at, per_hour=limit)


def look(
    *,
    service: Service,
    address: str,
    channel: str,
    at: datetime,
    tier: str = Tier.OPEN.value,
    is_too_fast: bool = False,
    is_bad_receipt: bool = False,
    proof: Mapping[str, str] | None = None,
) -> Arrival:
    """Return what is known about a rating now; what only shows later is found by `quarantine.sweep`.

    `proof` is what the form sent: when it was shown (`tampil`), the puzzle (`soal`) and its solution (`bukti`).
    """
    government = service.unit.government
    found: set[str] = set()
    if is_too_fast:
        found.add(Signal.TOO_FAST)
    if is_bad_receipt:
        found.add(Signal.RECEIPT)
    limit = policy.get(
        "feedback.ratings_per_hour", on=local_date(at, government.timezone), scope=government.code
    )
    mark = network_mark(address, government, at)
    if _is_over(limit, mark, government, "ratings", at):
        found.add(Signal.CROWD)
    at_counter = channel in (Channel.QR.value, Channel.KIOSK.value) and tier == Tier.OPEN.value
    if at_counter and is_outside_hours(service.opening_hours, at.astimezone(ZoneInfo(government.timezone))):
        found.add(Signal.HOURS)
    # A kiosk stands in the office and uses its network.
    if channel != Channel.KIOSK.value and is_own_network(address, service):
        found.add(Signal.OWN_NETWORK)
    asks_work = tier == Tier.OPEN.value and channel != Channel.KIOSK.value
    if asks_work and lacks_proof(proof or {}, service, at):
        found.add(Signal.UNPROVEN)
    return Arrival(frozenset(str(code) for code in found), mark)


def mark_of(arrival: Arrival, at: datetime) -> tuple[datetime, str]:
    """Return what is remembered for 72 hours: in which five minutes an answer came, and the mark of its network."""
    slot = at.replace(minute=at.minute - at.minute % SLOT_MINUTES, second=0, microsecond=0)
    return slot, arrival.network


def networks_of(service: Service) -> QuerySet[UnitNetwork]:
    """Return the registered staff networks of a service's unit and of the units above it."""
    above = [int(part) for part in service.unit.path.split("/") if part]
    return UnitNetwork.objects.filter(unit__in=above)


def is_own_network(address: str, service: Service) -> bool:
    """Tell whether an address lies in a network that the unit's staff use."""
    try:
        ip = ipaddress.ip_address(address.strip())
    except ValueError:
        return False
    return any(ip in network for network in _surroundings(service).networks)


@dataclass(frozen=True)
class _Surroundings:
    """What ratings of a service are held against: networks of its staff, since and until when it is attacked."""

    networks: tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]
    attack: tuple[datetime, datetime] | None


def _surroundings(service: Service) -> _Surroundings:
    """Return what is known of a service; kept, because thousands of ratings ask and it rarely changes."""
    found = kept.shared(
        "surroundings",
        key=(service.pk,),
        stamp_names=(survey_pages.STAMP,),
        make=lambda: _look_around(service),
    )
    return found or _look_around(service)


def _look_around(service: Service) -> _Surroundings:
    texts = networks_of(service).values_list("network", flat=True)
    state = AttackState.objects.filter(service=service).first()
    return _Surroundings(
        networks=tuple(ipaddress.ip_network(text) for text in texts),
        attack=(state.since, state.until) if state else None,
    )


# --- work asked of browsers, only during an attack


def under_attack(service: Service, at: datetime) -> bool:
    """Tell whether a service is under attack now."""
    return AttackState.objects.filter(service=service, until__gt=at).exists()


def raise_attack(service: Service, at: datetime, thresholds: Thresholds) -> None:
    """Ask browsers for work until the flood has been over for a while."""
    until = at + timedelta(minutes=thresholds.attack_minutes)
    state, created = AttackState.objects.get_or_create(
        service=service, defaults={"since": at, "until": until}
    )
    if not created and state.until < until:
        AttackState.objects.filter(pk=state.pk).update(
            until=until, since=at if state.until <= at else state.since
        )
    survey_pages.changed()


def puzzle_for(service: Service, at: datetime) -> dict[str, str | int] | None:
    """Return the puzzle for the rating page of a service: None in peace, which is nearly always."""
    if not under_attack(service, at):
        return None
    bits = thresholds_of(service.unit.government, at).puzzle_bits
    return {"text": puzzle_text(service.pk, bits, at), "bits": bits}


def puzzle_text(service_pk: int, bits: int, at: datetime) -> str:
    """Return a puzzle that nobody has had yet."""
    return signing.dumps(
        [service_pk, int(at.timestamp()), bits, secrets.token_hex(8)], salt=PUZZLE_SALT, compress=False
    )


def lacks_proof(proof: Mapping[str, str], service: Service, at: datetime) -> bool:
    """Tell whether work was asked for with a form and not done."""
    attack = _surroundings(service).attack
    if attack is None or attack[1] <= at or was_open_before(proof.get("tampil", ""), attack[0]):
        return False
    return not is_proven(proof, service, at)


def was_open_before(token: str, since: datetime) -> bool:
    """Tell whether a form was shown before pages knew of an attack, and not long before: each shown form counts once.

    The bound in time and the single use keep an attacker from collecting pages, or one page, beforehand.
    """
    shown = abuse.shown_at(token)
    earliest, known = (
        since - timedelta(seconds=OPEN_PAGE_SECONDS),
        since + timedelta(seconds=UNTIL_KNOWN_SECONDS),
    )
    if shown is None or not earliest <= shown < known:
        return False
    name = hashlib.sha256(token.encode()).hexdigest()
    return abuse.first_time(f"page:{name}", seconds=2 * OPEN_PAGE_SECONDS)


def is_proven(proof: Mapping[str, str], service: Service, at: datetime) -> bool:
    """Tell whether a browser did the work: our puzzle for this service, not too old, solved, and used once."""
    text, nonce = proof.get("soal", ""), proof.get("bukti", "")
    if not text or not nonce or len(text) > 300 or len(nonce) > 20:
        return False
    try:
        service_pk, made, bits, _salt = signing.loads(text, salt=PUZZLE_SALT)
    except (signing.BadSignature, ValueError):
        return False
    if service_pk != service.pk or not 0 <= at.timestamp() - made <= PUZZLE_SECONDS:
        return False
    if not is_solved(text, nonce, bits):
        return False
    return abuse.first_time(f"puzzle:{hashlib.sha256(text.encode()).hexdigest()}", seconds=PUZZLE_SECONDS)


def is_solved(text: str, nonce: str, bits: int) -> bool:
    """Tell whether SHA-256 of text and nonce begins with so many zero bits."""
    digest = hashlib.sha256(f"{text}{nonce}".encode()).digest()
    return int.from_bytes(digest[:8], "big") >> (64 - bits) == 0


def solve(text: str, bits: int) -> str:
    """Do the work that a browser does; for tests and the attack script."""
    nonce = 0
    while not is_solved(text, str(nonce), bits):
        nonce += 1
    return str(nonce)

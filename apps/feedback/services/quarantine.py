"""Ratings that are held back: finding floods, making cases, and what people decide about them.

`sweep` is set-based: one query per government finds the hours with more ratings than a service usually gets, and
only such hours are looked at closely. It runs on the schedule and before a figure is refreshed, so that a flood is
held back before it shows. A network only groups ratings of one hour; what holds a group back is its numbers and its
answers, or two other signs.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

from django.db import connection, transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_noop

from apps.core import audit, notify, policy, stamps
from apps.core.holidays import holidays_around
from apps.core.localtime import local_date
from apps.core.rules.working_days import add_working_days
from apps.employees.models import Government

from .. import permissions
from ..labels import CaseStatus, Channel, Tier
from ..models import CaseStep, QuarantineCase, Response, Service, SurveyPeriod
from ..rules.ikm import HIGHEST_ANSWER
from ..rules.parts import years_around
from ..rules.signals import (
    VERSION,
    Signal,
    Thresholds,
    is_burst,
    is_held,
    is_shifted,
    is_straight_group,
    is_top_heavy,
)
from . import results
from .arrivals import LIVE_CHANNELS, SLOT_MINUTES, raise_attack, thresholds_of

HOUR = timedelta(hours=1)
LOOK_BACK = timedelta(hours=72)
COMPARED_TEXTS = 600


class ReasonMissing(ValueError):
    """Raised when a decision comes without a reason."""


class NothingChanges(Exception):
    """Raised when a case is decided the way it already is."""


class BatchWithdrawn(Exception):
    """Raised when paper sheets are to count again although their batch was withdrawn."""


class CannotSplit(Exception):
    """Raised when a case is decided, or the part would be nothing or everything."""


# --- finding


@dataclass(frozen=True)
class _Hour:
    """One hour of one service and tier with many ratings."""

    service_id: int
    tier: str
    hour: datetime


def sweep(*, now: datetime, service: Service | None = None) -> int:
    """Look for what only shows when ratings are seen together; return how many were held back."""
    arrived = Response.objects.filter(
        government=OuterRef("pk"),
        hour__gt=now - LOOK_BACK,
        hour__lte=now,
        channel__in=LIVE_CHANNELS,
        case=None,
    )
    governments = Government.objects.filter(Exists(arrived))
    if service is not None:
        governments = governments.filter(pk=service.unit.government_id)
    return sum(_sweep_government(government, now, service) for government in governments.order_by("pk"))


def _sweep_government(government: Government, now: datetime, service: Service | None) -> int:
    limits = thresholds_of(government, now)
    recent = Response.objects.filter(
        government=government, hour__gt=now - LOOK_BACK, hour__lte=now, channel__in=LIVE_CHANNELS
    )
    if service is not None:
        recent = recent.filter(service=service)
    if not recent.filter(case=None).exists():
        return 0
    found: dict[int, set[str]] = defaultdict(set)
    bursts = _bursts(government, service, now, limits)
    for hour in bursts:
        _look_at_hour(hour, limits, found)
    for pk in _near_same_texts(recent, limits):
        found[pk].add(Signal.TEXT)
    for pk in _together(government, now, limits):
        found[pk].add(Signal.TOGETHER)
    for pk in _beyond_delivered(recent):
        found[pk].add(Signal.DELIVERED)
    for pk in _top_heavy(recent, limits):
        found[pk].add(Signal.TOP_SHARE)
    held = _apply(recent, found, now, limits)
    for hour in bursts:
        _let_go(hour, limits, now)
    return held


_BURSTS = """
    WITH busy AS (
        SELECT service_id, tier, hour, count(*) AS n
        FROM feedback_response
        WHERE government_id = %(government)s AND hour > %(since)s AND hour <= %(now)s
          AND channel = ANY(%(channels)s) AND (%(service)s::bigint IS NULL OR service_id = %(service)s)
        GROUP BY service_id, tier, hour
        HAVING count(*) > 1 AND count(*) FILTER (WHERE case_id IS NULL) > 0
    )
    SELECT busy.service_id, busy.tier, busy.hour, busy.n,
        (SELECT count(*) FROM feedback_response AS usual
         WHERE usual.service_id = busy.service_id AND usual.tier = busy.tier AND NOT usual.is_quarantined
           AND usual.channel = ANY(%(channels)s)
           AND usual.hour = ANY(ARRAY(SELECT busy.hour - week * interval '7 days'
                                      FROM generate_series(1, %(weeks)s) AS week))),
        (SELECT count(*) FROM generate_series(1, %(weeks)s) AS week
         WHERE EXISTS (SELECT 1 FROM feedback_surveyperiod AS period
                       WHERE period.service_id = busy.service_id
                         AND (busy.hour - week * interval '7 days')::date
                             BETWEEN period.starts_on AND period.ends_on))
    FROM busy ORDER BY busy.service_id, busy.tier, busy.hour
"""


def _bursts(
    government: Government, service: Service | None, now: datetime, limits: Thresholds
) -> list[_Hour]:
    """Return the hours with far more ratings than the service has at that hour of the week."""
    with connection.cursor() as cursor:
        cursor.execute(
            _BURSTS,
            {
                "government": government.pk,
                "since": now - LOOK_BACK,
                "now": now,
                "channels": list(LIVE_CHANNELS),
                "service": service.pk if service else None,
                "weeks": limits.history_weeks,
            },
        )
        rows = cursor.fetchall()
    return [
        _Hour(service_id, tier, hour)
        for service_id, tier, hour, n, usual, weeks in rows
        if is_burst(n, max(Fraction(limits.lowest_rate), Fraction(usual, max(weeks, 1))), limits.burst_tail)
    ]


_OWN = """
    SELECT response.id, response.case_id, coalesce(mark.network, '') AS network,
           sum(answer.value) AS total, count(*) AS n, min(answer.value) = max(answer.value) AND count(*) > 2,
           response.signals @> '["unproven"]'
    FROM feedback_response AS response
    JOIN feedback_answer AS answer ON answer.response_id = response.id AND answer.year BETWEEN %s AND %s
    LEFT JOIN feedback_arrivalmark AS mark ON mark.response_id = response.id
    WHERE response.service_id = %s AND response.tier = %s AND response.hour = %s
      AND response.channel = ANY(%s)
    GROUP BY response.id, response.government_id, mark.network
"""
_USUAL = """
    SELECT count(*), sum(mean), sum(mean * mean), count(*) FILTER (WHERE straight) FROM (
        SELECT avg(answer.value) AS mean, min(answer.value) = max(answer.value) AND count(*) > 2 AS straight
        FROM feedback_response AS response
        JOIN feedback_answer AS answer ON answer.response_id = response.id AND answer.year BETWEEN %s AND %s
        JOIN feedback_service AS service ON service.id = response.service_id
        WHERE NOT response.is_quarantined AND response.hour < %s AND response.hour >= %s AND {}
        GROUP BY response.id) AS own
"""


def _usual(hour: _Hour, limits: Thresholds) -> tuple[Fraction, Fraction, Fraction] | None:
    """Return mean, variance and share of straight lines of what the service got before: of itself, else of its
    unit, else of its government; None if there is too little anywhere.
    """
    since = hour.hour - timedelta(weeks=limits.history_weeks)
    unit_id, government_id = Service.objects.values_list("unit", "unit__government").get(pk=hour.service_id)
    for where, key in (
        ("service.id = %s", hour.service_id),
        ("service.unit_id = %s", unit_id),
        ("response.government_id = %s", government_id),
    ):
        with connection.cursor() as cursor:
            cursor.execute(_USUAL.format(where), [*years_around(since, hour.hour), hour.hour, since, key])
            n, total, squares, straight = cursor.fetchone()
        if n >= max(limits.history_answers, 2):
            mean = Fraction(total) / n
            return mean, (Fraction(squares) - n * mean**2) / (n - 1), Fraction(straight, n)
    return None


def _look_at_hour(hour: _Hour, limits: Thresholds, found: dict[int, set[str]]) -> None:
    """Group the ratings of a burst by where they came from, and test each group as a whole.

    Networks with fewer ratings than a group needs are one group together, those of them whose browser did not do the
    work it was asked for another; both without what is in a case. No rating is judged by its own answers.
    """
    rows = _rows_of(hour)
    by_network: dict[str, list[Any]] = defaultdict(list)
    for row in rows:
        by_network[row[2]].append(row)
    groups: dict[str, list[Any]] = defaultdict(list)
    for network, members in by_network.items():
        if len(members) >= limits.group_answers:
            groups[network] = members
            continue
        for row in members:
            # What is in a case already is not held against those who come after it from somewhere else.
            if row[1] is None:
                groups["unproven" if row[6] else "small"].append(row)
    usual = _usual(hour, limits)
    for members in groups.values():
        signs = _signs_of(members, usual, limits)
        for pk, *_rest in members:
            found[pk] |= signs


def _rows_of(hour: _Hour) -> list[Any]:
    with connection.cursor() as cursor:
        years = years_around(hour.hour, hour.hour)
        cursor.execute(_OWN, [*years, hour.service_id, hour.tier, hour.hour, list(LIVE_CHANNELS)])
        return list(cursor.fetchall())


def _signs_of(
    members: list[Any], usual: tuple[Fraction, Fraction, Fraction] | None, limits: Thresholds
) -> set[str]:
    """Test one group of a burst as a whole."""
    n = len(members)
    signs = {str(Signal.BURST)}
    if usual is None:
        return signs
    mean, variance, share = usual
    own = sum((Fraction(total, answers) for _pk, _case, _net, total, answers, *_rest in members), Fraction(0))
    if is_shifted(
        mean=own / n, n=n, usual_mean=mean, usual_variance=variance, minimum_n=limits.group_answers
    ):
        signs.add(str(Signal.SHIFT))
    lines = sum(bool(row[5]) for row in members)
    if is_straight_group(straight=lines, n=n, usual_share=share, thresholds=limits):
        signs.add(str(Signal.STRAIGHT))
    return signs


def _let_go(hour: _Hour, limits: Thresholds, now: datetime) -> int:
    """Let ratings count again that were held only because, in the first moments of a flood, nobody could tell whose
    network would grow; return how many.

    Once the networks of the flood have grown, what is left of the small ones is tested once more. Only ratings of a
    case that waits and that nobody has divided are concerned: a decision is never undone by a machine.
    """
    rows = _rows_of(hour)
    sizes = Counter(row[2] for row in rows)
    small = [row for row in rows if sizes[row[2]] < limits.group_answers and not row[6]]
    grown = {row[1] for row in rows if sizes[row[2]] >= limits.group_answers} - {None}
    waiting = set(
        QuarantineCase.objects.filter(
            pk__in=grown & {row[1] for row in small}, status=CaseStatus.WAITING.value, parent=None, parts=None
        ).values_list("pk", flat=True)
    )
    together = [row for row in small if row[1] is None or row[1] in waiting]
    if not waiting or len(together) < limits.group_answers:
        return 0
    if _signs_of(together, _usual(hour, limits), limits) != {str(Signal.BURST)}:
        return 0
    let_go = 0
    for pk in sorted(waiting):
        let_go += _release(pk, [row[0] for row in together if row[1] == pk], now)
    return let_go


@transaction.atomic
def _release(case_id: int, keys: list[int], at: datetime) -> int:
    """Take ratings out of a waiting case unless something else than their group speaks against them."""
    case = _locked(case_id)
    if case.status != CaseStatus.WAITING.value:
        return 0
    free = []
    for pk, signals in Response.objects.filter(pk__in=keys, case=case).values_list("pk", "signals"):
        left = set(signals) - {str(Signal.SHIFT), str(Signal.STRAIGHT)}
        if not is_held(left):
            free.append(pk)
            Response.objects.filter(pk=pk).update(case=None, is_quarantined=False, signals=sorted(left))
    if free:
        hour = at.replace(minute=0, second=0, microsecond=0)
        _step(case, "let_go", count=len(free), by=None, at=hour)
        for period in SurveyPeriod.objects.filter(responses__in=free).distinct():
            results.promise_refresh(survey_period=period, scope=case.government.code, at=at)
        stamps.bump(f"unit:{case.service.unit_id}")
    return len(free)


def _near_same_texts(recent: QuerySet[Response], limits: Thresholds) -> set[int]:
    """Return the ratings whose words are nearly those of another one of the same service."""
    # Every pair is compared, so the newest ones only: a flood of words is a burst as well.
    texts = recent.exclude(remark="").order_by("-pk").values("pk", "service_id", "remark")[:COMPARED_TEXTS]
    with connection.cursor() as cursor:
        sql, params = texts.query.sql_with_params()
        cursor.execute(
            f"WITH said (id, service_id, remark) AS ({sql}) "  # noqa: S608 - Django's own SQL, values stay parameters
            "SELECT one.id, other.id FROM said AS one JOIN said AS other "
            "ON one.service_id = other.service_id AND one.id < other.id "
            "WHERE length(one.remark) >= %s AND length(other.remark) >= %s "
            "AND similarity(one.remark, other.remark) > %s LIMIT 20000",
            [*params, limits.text_length, limits.text_length, float(limits.text_similarity)],
        )
        return {pk for pair in cursor.fetchall() for pk in pair}


_TOGETHER = """
    WITH rush AS (
        SELECT response.service_id, service.unit_id, mark.slot, count(*) AS n
        FROM feedback_arrivalmark AS mark
        JOIN feedback_response AS response ON response.id = mark.response_id
        JOIN feedback_service AS service ON service.id = response.service_id
        WHERE response.government_id = %s AND mark.slot > %s AND mark.slot <= %s
        GROUP BY response.service_id, service.unit_id, mark.slot HAVING count(*) >= 3
    )
    SELECT service_id, unit_id, slot, n FROM rush
"""


def _together(government: Government, now: datetime, limits: Thresholds) -> set[int]:
    """Return the ratings of five minutes in which several units had a rush at once."""
    with connection.cursor() as cursor:
        cursor.execute(_TOGETHER, [government.pk, now - LOOK_BACK, now])
        rows = cursor.fetchall()
    slot_rate = Fraction(limits.lowest_rate) * SLOT_MINUTES / 60
    units: dict[datetime, set[int]] = defaultdict(set)
    services: dict[datetime, set[int]] = defaultdict(set)
    for service_id, unit_id, slot, n in rows:
        if is_burst(n, slot_rate, limits.burst_tail):
            units[slot].add(unit_id)
            services[slot].add(service_id)
    wanted = Q(pk=None)
    for slot, busy in units.items():
        if len(busy) >= limits.together_units:
            wanted |= Q(mark__slot=slot, service__in=services[slot])
    return set(Response.objects.filter(wanted, case=None).values_list("pk", flat=True))


def _beyond_delivered(recent: QuerySet[Response]) -> set[int]:
    """Return the ratings of days with more ratings than people served, where a queue system counts them."""
    with connection.cursor() as cursor:
        sql, params = recent.values("pk", "service_id", "hour", "government_id").query.sql_with_params()
        cursor.execute(
            f"WITH came (id, service_id, hour, government_id) AS ({sql}), days AS ("  # noqa: S608
            " SELECT came.id, came.service_id, (came.hour AT TIME ZONE government.timezone)::date AS day"
            " FROM came JOIN employees_government AS government ON government.id = came.government_id)"
            " SELECT days.id FROM days JOIN ("
            "  SELECT days.service_id, days.day FROM days JOIN feedback_receiptday AS served"
            "   ON served.service_id = days.service_id AND served.day = days.day"
            "  WHERE EXISTS (SELECT 1 FROM feedback_receiptbatch AS batch WHERE batch.source = 'api'"
            "   AND batch.service_id = days.service_id AND batch.day = days.day)"
            "  GROUP BY days.service_id, days.day, served.issued HAVING count(*) > served.issued"
            " ) AS beyond ON beyond.service_id = days.service_id AND beyond.day = days.day",
            params,
        )
        return {pk for (pk,) in cursor.fetchall()}


def _top_heavy(recent: QuerySet[Response], limits: Thresholds) -> set[int]:
    """Return the open ratings of desks at which they praise far more than the verified ones of that week."""
    desks = list(recent.filter(case=None, tier=Tier.OPEN.value).values_list("service", "point").distinct())
    if not desks:
        return set()
    newest = recent.order_by("-hour").values_list("hour", flat=True).first()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT service_id, point_id, tier, count(*), count(*) FILTER (WHERE lowest = %s) FROM ("
            " SELECT response.service_id, response.point_id, response.tier, min(answer.value) AS lowest"
            " FROM feedback_response AS response JOIN feedback_answer AS answer"
            "  ON answer.response_id = response.id AND answer.year BETWEEN %s AND %s"
            " WHERE response.service_id = ANY(%s) AND response.hour > %s AND NOT response.is_quarantined"
            " GROUP BY response.id, response.government_id) AS own GROUP BY service_id, point_id, tier",
            [
                HIGHEST_ANSWER,
                *years_around(newest - timedelta(days=7), newest),
                [service for service, _point in desks],
                newest - timedelta(days=7),
            ],
        )
        found = {(service, point, tier): (n, top) for service, point, tier, n, top in cursor.fetchall()}
    heavy = Q(pk=None)
    for service, point in desks:
        open_n, open_top = found.get((service, point, Tier.OPEN.value), (0, 0))
        sure_n, sure_top = found.get((service, point, Tier.VERIFIED.value), (0, 0))
        if is_top_heavy(
            open_top=open_top, open_n=open_n, verified_top=sure_top, verified_n=sure_n, thresholds=limits
        ):
            heavy |= Q(service=service, point=point, tier=Tier.OPEN.value)
    return set(recent.filter(heavy, case=None).values_list("pk", flat=True))


def _apply(recent: QuerySet[Response], found: dict[int, set[str]], now: datetime, limits: Thresholds) -> int:
    """Store new signals and hold back what now has two families of them."""
    undecided = recent.filter(case=None, pk__in=list(found))
    changed: dict[tuple[str, ...], list[int]] = defaultdict(list)
    held: dict[tuple[int, str], list[int]] = defaultdict(list)
    for pk, service_id, tier, signals in undecided.values_list("pk", "service", "tier", "signals"):
        both = set(signals) | {str(code) for code in found[pk]}
        if both != set(signals):
            changed[tuple(sorted(both))].append(pk)
        if is_held(both):
            held[service_id, tier].append(pk)
    with transaction.atomic():
        for codes, keys in changed.items():
            Response.objects.filter(pk__in=keys, case=None).update(signals=list(codes))
        return sum(
            hold(Response.objects.filter(pk__in=keys), at=now, limits=limits) for keys in held.values()
        )


# --- cases


@transaction.atomic
def hold(responses: QuerySet[Response], *, at: datetime, limits: Thresholds | None = None) -> int:
    """Hold ratings of one service and tier back, in the waiting case of their hours or in a new one; return how many.

    Ratings that already are, or were, in a case stay as they are: a decision is not undone by a machine.
    """
    first = responses.filter(case=None).select_related("service__unit__government").first()
    if first is None:
        return 0
    service, government = first.service, first.service.unit.government
    limits = limits or thresholds_of(government, at)
    # One at a time for each service: two arrivals must not open two cases for one event.
    # The weaker lock: ratings that arrive meanwhile refer to this row, and their commit must not wait for us
    # (a deadlock that fault F9 found).
    Service.objects.select_for_update(no_key=True).get(pk=service.pk)
    rows = list(responses.filter(case=None).order_by("hour").values_list("pk", "hour", "signals"))
    held = 0
    for run in _runs(rows):
        held += _into_case(run, first, government, at, limits)
    periods = SurveyPeriod.objects.filter(responses__in=[pk for pk, _hour, _signals in rows]).distinct()
    for period in periods:
        results.promise_refresh(survey_period=period, scope=government.code, at=at)
    if any(Signal.BURST in signals for _pk, _hour, signals in rows):
        raise_attack(service, at, limits)
    stamps.bump(f"unit:{service.unit_id}")
    return held


def _runs(rows: list[Any]) -> list[list[Any]]:
    """Split ratings in the order of their hours where an hour without any lies between them."""
    runs: list[list[Any]] = []
    for row in rows:
        if not runs or row[1] - runs[-1][-1][1] > HOUR:
            runs.append([])
        runs[-1].append(row)
    return runs


def _into_case(
    rows: list[Any], sample: Response, government: Government, at: datetime, limits: Thresholds
) -> int:
    """Put ratings into the waiting case beside their hours, or into a new one."""
    first, last = rows[0][1], rows[-1][1]
    signals = {code for _pk, _hour, codes in rows for code in codes}
    case = (
        QuarantineCase.objects.select_for_update()
        .filter(
            service=sample.service_id,
            tier=sample.tier,
            status=CaseStatus.WAITING.value,
            parent=None,
            starts_at__lte=last + HOUR,
            ends_at__gte=first - HOUR,
        )
        .order_by("pk")
        .first()
    )
    action = "grow"
    if case is None:
        action = "open"
        today = local_date(at, government.timezone)
        days = policy.get("feedback.case_days", on=today, scope=government.code)
        case = QuarantineCase.objects.create(
            government=government,
            service_id=sample.service_id,
            tier=sample.tier,
            starts_at=first,
            ends_at=last,
            version=VERSION,
            thresholds=limits.as_table(),
            opened_at=at.replace(minute=0, second=0, microsecond=0),
            due_on=add_working_days(today, days, holidays_around(today, scope=government.code)),
        )
    case.starts_at, case.ends_at = min(first, case.starts_at), max(last, case.ends_at)
    case.signals = sorted(signals | set(case.signals))
    case.save(update_fields=["starts_at", "ends_at", "signals"])
    keys = [pk for pk, _hour, _codes in rows]
    held = Response.objects.filter(pk__in=keys, case=None).update(case=case, is_quarantined=True)
    _arrived(case, action, held, at)
    if action == "open":
        _tell(
            case, gettext_noop("Ratings of %(service)s were held back. Please decide by %(due)s."), at, "open"
        )
    return held


def _step(
    case: QuarantineCase, action: str, *, count: int, by: Any, at: datetime, reason: str = "", **data: Any
) -> None:
    CaseStep.objects.create(case=case, action=action, count=count, reason=reason, by=by, at=at)
    audit.record(
        f"feedback.case.{action}",
        target=case,
        by=by,
        scope=case.government.code,
        at=at,
        service=case.service_id,
        count=count,
        signals=case.signals,
        version=case.version,
        **data,
    )


def _arrived(case: QuarantineCase, action: str, count: int, at: datetime) -> None:
    """Note that ratings came into a case: one step per hour, and no minute that would tell when somebody stood at
    the counter.
    """
    hour = at.replace(minute=0, second=0, microsecond=0)
    step = CaseStep.objects.filter(case=case, action__in=("open", "grow"), at=hour).order_by("-pk").first()
    if step is None:
        _step(case, action, count=count, by=None, at=hour)
    else:
        CaseStep.objects.filter(pk=step.pk).update(count=F("count") + count)


def _tell(case: QuarantineCase, text: str, at: datetime, key: str) -> None:
    """Tell those who may decide."""
    for user in permissions.case_deciders(case.service, local_date(at, case.government.timezone)):
        notify.send(
            user,
            text,
            url=reverse("feedback:case-detail", args=[case.pk]),
            key=f"case:{case.pk}:{key}:{user.pk}",
            service=case.service.name,
            due=case.due_on.isoformat(),
        )
        stamps.bump(f"user:{user.pk}")


def _locked(case_id: int) -> QuarantineCase:
    return (
        QuarantineCase.objects.select_for_update(of=("self",))
        .select_related("service__unit", "government")
        .get(pk=case_id)
    )


@transaction.atomic
def decide_case(*, case_id: int, status: str, reason: str, by: Any, at: datetime) -> int:
    """Let all ratings of a case count, or leave all of them out; return how many. It can be decided anew.

    :raises ReasonMissing: if there is no reason.
    :raises NothingChanges: if it is decided this way already.
    :raises BatchWithdrawn: if its ratings came from a batch of paper sheets that was withdrawn.
    """
    case = _locked(case_id)
    decision = CaseStatus(status)
    if Response.objects.filter(case=case, batch__withdrawn_at__isnull=False).exists():
        raise BatchWithdrawn
    if decision is CaseStatus.WAITING or case.status == decision.value:
        raise NothingChanges
    if not reason.strip():
        raise ReasonMissing
    case.status, case.reason = decision.value, reason.strip()
    case.decided_by, case.decided_at = by, at
    case.save(update_fields=["status", "reason", "decided_by", "decided_at"])
    responses = Response.objects.filter(case=case)
    count = responses.update(is_quarantined=decision is CaseStatus.EXCLUDED)
    _step(case, decision.value, count=count, by=by, at=at, reason=case.reason, why=case.reason)
    for period in SurveyPeriod.objects.filter(responses__case=case).distinct():
        results.promise_refresh(survey_period=period, scope=case.government.code, at=at)
    stamps.bump(f"unit:{case.service.unit_id}")
    return count


@transaction.atomic
def split_case(*, case_id: int, signals: Iterable[str], by: Any, at: datetime) -> QuarantineCase:
    """Put the ratings with exactly these signals into a case of their own, to be decided apart.

    Only signals divide a case, never answers: choosing ratings by their answers would be choosing the result.

    :raises CannotSplit: if the case is decided, or the part would be nothing or everything.
    """
    case = _locked(case_id)
    codes = sorted(set(signals))
    part = Response.objects.filter(case=case, signals=codes)
    count = part.count()
    if case.status != CaseStatus.WAITING.value or count in (0, Response.objects.filter(case=case).count()):
        raise CannotSplit
    hours = list(part.order_by("hour").values_list("hour", flat=True))
    other = QuarantineCase.objects.create(
        government=case.government,
        service=case.service,
        tier=case.tier,
        starts_at=hours[0],
        ends_at=hours[-1],
        signals=codes,
        version=case.version,
        thresholds=case.thresholds,
        parent=case,
        opened_at=at,
        due_on=case.due_on,
    )
    part.update(case=other)
    left = Response.objects.filter(case=case).values_list("signals", flat=True)
    case.signals = sorted({code for row in left for code in row})
    case.save(update_fields=["signals"])
    _step(case, "split", count=count, by=by, at=at, into=other.pk)
    _step(other, "part", count=count, by=by, at=at, out_of=case.pk)
    return other


def remind_overdue(*, now: datetime) -> int:
    """Tell those who may decide about cases whose days are over, once; return how many cases."""
    late = QuarantineCase.objects.filter(
        status=CaseStatus.WAITING.value, overdue_told_at=None, due_on__lt=now.date() + timedelta(days=1)
    ).select_related("government", "service__unit")
    told = 0
    for case in late.order_by("due_on", "pk"):
        if local_date(now, case.government.timezone) <= case.due_on:
            continue
        with transaction.atomic():
            if not QuarantineCase.objects.filter(pk=case.pk, overdue_told_at=None).update(
                overdue_told_at=now
            ):
                continue
            _tell(
                case,
                gettext_noop(
                    "The decision on held ratings of %(service)s was due on %(due)s and is still open."
                ),
                now,
                "late",
            )
        told += 1
    return told


def channel_is_live(channel: str) -> bool:
    """Tell whether ratings of a channel arrive in the moment they are given."""
    return Channel(channel).value in LIVE_CHANNELS

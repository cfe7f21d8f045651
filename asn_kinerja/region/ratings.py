"""A closed month: the product prepares the evaluations itself, then they are rated, handed over and answered.

What an evaluation is made of (its `inputs`) is thus never invented: it is what closing a period found in the rows.
The two ratings follow the hint with some scatter; the head's result follows the unit's achievement, as the rules say.
"""

from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from django.db import connection
from django.db.models import Count, Q

from apps.assessments.models import Period, PeriodRun, RatingChange, SelfReport, UnitAchievement
from apps.assessments.rules.objection import DayKind, clock_basis, objection_deadline
from apps.assessments.rules.organization import OrgPredicate
from apps.assessments.rules.predikat import RULE_VERSION, Rating, predikat_for
from apps.assessments.services import closing
from apps.core import audit, holidays, policy
from apps.core.copying import Lines, as_text
from apps.core.localtime import local_date
from apps.employees.models import Government

from . import people as region_people
from .people import Person
from .tree import Tree
from .writing import Writer

REASON = "Hasil kerja melampaui kesepakatan dan diakui warga yang dilayani."
LOW_REASON = "Dua hasil belum selesai; rencana perbaikan disepakati."
PREDICATES = {
    OrgPredicate.ISTIMEWA: 0.06,
    OrgPredicate.BAIK: 0.78,
    OrgPredicate.BUTUH_PERBAIKAN: 0.13,
    OrgPredicate.KURANG: 0.03,
}


def close(
    period: Period,
    tree: Tree,
    people: list[Person],
    *,
    government: Government,
    unit_ids: range,
    people_ids: region_people.Ids,
    is_latest: bool,
    random: Random,
    writer: Writer,
) -> None:
    """Close a month: run rows, evaluations by the product, achievements, ratings."""
    _mark_closed(period, government, tree)
    at = period.closes_at + timedelta(days=2)
    for chunk in closing.chunks_left(period_id=period.pk, done_since=at):
        closing.prepare_units(period_id=period.pk, unit_ids=chunk, at=at)
    predicates = _fix_achievements(period, tree, people, unit_ids, people_ids, at, random, writer)
    _rate(period, government, predicates, is_latest, random, writer)


def _mark_closed(period: Period, government: Government, tree: Tree) -> None:
    """Leave what the schedule leaves: status, runs, one entry in the trail."""
    Period.objects.filter(pk=period.pk).update(status="closed")
    reports = SelfReport.objects.filter(period=period).aggregate(
        sent=Count("pk", filter=Q(version__gt=0)), late=Count("pk", filter=Q(is_late=True))
    )
    units = sum(1 for unit in tree.units if unit.size)
    figures = {
        **reports,
        "plans": sum(unit.size for unit in tree.units),
        "units": units,
        "cut_off": period.closes_at.isoformat(),
    }
    at = period.closes_at + timedelta(seconds=5)
    PeriodRun.objects.create(period=period, step="close", started_at=at, finished_at=at, figures=figures)
    audit.record(
        "assessments.period.closed",
        target=period,
        by=None,
        scope=government.code,
        at=at,
        cut_off=period.closes_at,
        units=units,
    )


def _fix_achievements(
    period: Period,
    tree: Tree,
    people: list[Person],
    unit_ids: range,
    people_ids: region_people.Ids,
    at: datetime,
    random: Random,
    writer: Writer,
) -> dict[int, OrgPredicate]:
    heads = {p.unit.number: p for p in people if p.is_head}
    predicates, weights = list(PREDICATES), list(PREDICATES.values())
    found = {
        unit_ids[unit.number]: random.choices(predicates, weights)[0] for unit in tree.units if unit.size
    }
    ids = writer.ids(UnitAchievement, len(found))
    rows = []
    for place, unit in enumerate(unit for unit in tree.units if unit.size):
        above = heads[unit.number].appraiser
        fixed_by = None if above is None else people_ids.people[above]
        unit_id = unit_ids[unit.number]
        rows.append((ids[place], unit_id, period.pk, found[unit_id].value, fixed_by, at))
    columns = ("id", "unit_id", "period_id", "org_predicate", "fixed_by_id", "fixed_at")
    writer.copy(UnitAchievement, columns, rows)
    return found


def _rate(
    period: Period,
    government: Government,
    predicates: dict[int, OrgPredicate],
    is_latest: bool,
    random: Random,
    writer: Writer,
) -> None:
    head_table = policy.get("assessments.head_ratings", on=period.ends_on, scope=government.code)
    clocks = _Clocks(government)
    ratings: list[str] = []
    changes: list[tuple[Any, ...]] = []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, appraiser_id, hint_rating, inputs->>'heads_unit' FROM assessments_evaluation"
            " WHERE period_id = %s ORDER BY skp_id",
            [period.pk],
        )
        rows = cursor.fetchall()
    for pk, appraiser, hint, heads_unit in rows:
        draw = random.random()
        if is_latest and draw < 0.35:
            continue
        org = predicates[int(heads_unit)] if heads_unit else None
        result = _scattered(Rating(hint or Rating.MEETS), random)
        if org is not None:
            result = Rating(head_table[org.value])
        behavior = random.choices(tuple(Rating), (0.03, 0.82, 0.15))[0]
        is_extreme = behavior is not Rating.MEETS or (org is None and result is not Rating.MEETS)
        is_low = Rating.BELOW in (result, behavior)
        reason = "" if not is_extreme else LOW_REASON if is_low else REASON
        predikat = predikat_for(work_result=result, behavior=behavior).value
        rated_at = period.closes_at + timedelta(days=3 + random.randrange(4), minutes=random.randrange(400))
        status, delivered_at, due_on, basis, answered_at = "rated", None, None, {}, None
        if not is_latest or draw > 0.5:
            delivered_at = rated_at + timedelta(days=1)
            due_on, answer = clocks.of(delivered_at)
            basis = {"answer": answer}
            if org is not None:
                basis["head"] = {
                    "unit": int(heads_unit),
                    "org_predicate": org.value,
                    "ratings": dict(head_table),
                }
            status = "delivered" if is_latest else "accepted"
            if status == "accepted" and draw < 0.9:  # the others let the time pass in silence
                answered_at = delivered_at + timedelta(days=1, minutes=random.randrange(600))
        values = (
            pk, status, result.value, behavior.value, predikat, reason, RULE_VERSION, basis, rated_at, delivered_at,
            due_on, answered_at,
        )  # fmt: skip
        ratings.append("\t".join(map(as_text, values)))
        changes.append(
            (pk, result.value, behavior.value, predikat, reason, RULE_VERSION, appraiser, rated_at)
        )
    _store(ratings)
    columns = (
        "evaluation_id", "work_result_rating", "behavior_rating", "predikat", "reason", "rule_version", "by_id", "at",
    )  # fmt: skip
    writer.copy(RatingChange, columns, changes)


def _scattered(hint: Rating, random: Random) -> Rating:
    """Most leaders follow the hint; some are milder or stricter."""
    return hint if random.random() < 0.85 else Rating.MEETS


class _Clocks:
    """The objection clock of each day of delivery, computed once."""

    def __init__(self, government: Government) -> None:
        self.government = government
        self.known: dict[date, tuple[date, dict[str, Any]]] = {}

    def of(self, at: datetime) -> tuple[date, dict[str, Any]]:
        """Return the last day to object, and what it was computed from."""
        today = local_date(at, self.government.timezone)
        if today not in self.known:
            scope = self.government.code
            days = policy.get("assessments.objection_days", on=today, scope=scope)
            kind = DayKind(policy.get("assessments.objection_day_kind", on=today, scope=scope))
            off = holidays.holidays_around(today, scope=scope)
            due_on = objection_deadline(today, days, kind, off)
            self.known[today] = due_on, clock_basis(today, days, kind, off, due_on)
        return self.known[today]


def _store(lines: list[str]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMPORARY TABLE region_rating (id bigint PRIMARY KEY, status text, work_result text, behavior text,"
            " predikat text, reason text, rule_version text, basis jsonb, rated_at timestamptz,"
            " delivered_at timestamptz, answer_due_on date, answered_at timestamptz)"
        )
        cursor.copy_expert("COPY region_rating FROM STDIN", Lines(f"{line}\n" for line in lines))
        cursor.execute(
            "UPDATE assessments_evaluation e SET status = r.status, work_result_rating = r.work_result,"
            " behavior_rating = r.behavior, predikat = r.predikat, reason = r.reason, rule_version = r.rule_version,"
            " basis = r.basis, rated_at = r.rated_at, delivered_at = r.delivered_at, answer_due_on = r.answer_due_on,"
            " answered_at = r.answered_at FROM region_rating r WHERE r.id = e.id"
        )
        cursor.execute("DROP TABLE region_rating")

"""Who may judge a nomination, what the wall of work shows, and the thanks of citizens behind it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import QuerySet

from apps.core import policy
from apps.employees import selectors as people
from apps.employees.models import AppraiserLink, Employee, Government, Placement, SupervisionLoan, WorkUnit
from apps.feedback.selectors.thanks import Thanks, thanks_by_unit

from ..models import Juror, Nomination
from ..rules.jury import Candidate, Conflict, JuryRules, Nominated, Tie, conflicts

THANKS_DAYS = 90  # a season: long enough for a count, short enough to be about the deed


def nominated_on(nomination: Nomination, day: date) -> Nominated:
    """Return a nomination as the conflict rule sees it on a day."""
    judged = nomination.employee or people.head_on(nomination.unit, day)
    appraisers: set[int] = set()
    appraisees: set[int] = set()
    if judged is not None:
        links = AppraiserLink.objects.active_on(day)
        loans = SupervisionLoan.objects.active_on(day)
        appraisers |= set(
            links.filter(employee=judged, appraiser__isnull=False).values_list("appraiser_id", flat=True)
        )
        appraisers |= set(loans.filter(employee=judged).values_list("holder_id", flat=True))
        appraisees |= set(links.filter(appraiser=judged).values_list("employee_id", flat=True))
        appraisees |= set(loans.filter(holder=judged).values_list("employee_id", flat=True))
    return Nominated(
        nominee=nomination.employee_id,
        unit=nomination.unit_id,
        nominator=nomination.nominated_by_id,
        appraisers=frozenset(appraisers),
        appraisees=frozenset(appraisees),
    )


def conflicts_of(
    nomination: Nomination, candidates: Iterable[Employee], day: date
) -> dict[int, tuple[Conflict, ...]]:
    """Return why each of some people may not vote on a nomination; all their places count, main or not."""
    keys = [person.pk for person in candidates]
    units: dict[int, set[int]] = {key: set() for key in keys}
    for key, path in (
        Placement.objects.active_on(day)
        .filter(employee__in=keys)
        .values_list("employee_id", "position__unit__path")
    ):
        units[key] |= {int(part) for part in path.strip("/").split("/")}
    nominated = nominated_on(nomination, day)
    return {key: conflicts(Candidate(key, frozenset(units[key])), nominated) for key in keys}


def jury_rules(government: Government, day: date) -> JuryRules:
    """Return what holds for a jury on a day."""
    scope = government.code
    return JuryRules(
        minimum_votes=policy.get("training.jury_minimum_votes", on=day, scope=scope),
        tie=Tie(policy.get("training.jury_tie", on=day, scope=scope)),
    )


def thanks_of(unit: WorkUnit, day: date) -> Thanks | None:
    """Return the thanks of citizens for a unit in the days before, if they may be told."""
    return thanks_by_unit(unit.government, [unit], day - timedelta(days=THANKS_DAYS), day).get(unit.pk)


# --- lists


def nominations_by(user: Any) -> QuerySet[Nomination]:
    """Return the nominations somebody made, the newest first."""
    return _listed(Nomination.objects.filter(nominated_by__user=user)).order_by("-nominated_at", "-pk")


def nominations_to_judge(user: Any) -> QuerySet[Nomination]:
    """Return the nominations somebody has to vote on, the oldest first."""
    waiting = Juror.objects.filter(employee__user=user, ballot="")
    return _listed(Nomination.objects.filter(status="jury", pk__in=waiting.values("nomination"))).order_by(
        "convened_at", "pk"
    )


def nominations_of_office(user: Any) -> QuerySet[Nomination]:
    """Return the nominations an officer takes care of: what is not decided first, the oldest first."""
    return _listed(Nomination.objects.of_office(user)).order_by("decided_at", "nominated_at", "pk")


def _listed(rows: QuerySet[Nomination]) -> QuerySet[Nomination]:
    return rows.select_related("unit", "employee")


def jurors_of(nomination: Nomination) -> list[Juror]:
    """Return the jury of a nomination, by name."""
    return list(nomination.jurors.select_related("employee__user").order_by("employee__name", "pk"))


# --- the wall


@dataclass(frozen=True, slots=True)
class WallUnit:
    """A unit on the wall with its deeds; no person is named and nothing is counted per person."""

    unit: WorkUnit
    deeds: tuple[Nomination, ...]
    thanks: Thanks | None


def wall_deeds(government: Government, year: int, unit: WorkUnit | None = None) -> QuerySet[Nomination]:
    """Return the deeds awarded in a year, by unit in the order of the names, the newest first within each."""
    rows = Nomination.objects.filter(government=government, status="awarded", decided_at__year=year)
    if unit is not None:
        rows = rows.filter(unit__path__startswith=unit.path)
    return rows.select_related("unit").order_by("unit__name", "unit", "-decided_at", "-pk")


def wall_years(government: Government) -> list[int]:
    """Return the years in which something was awarded, the newest first."""
    rows = Nomination.objects.filter(government=government, status="awarded")
    return [day.year for day in rows.dates("decided_at", "year", order="DESC")]


def on_the_wall(government: Government, deeds: Iterable[Nomination], day: date) -> list[WallUnit]:
    """Return some deeds under their units, with the citizens' thanks of the last season, in one query."""
    grouped: dict[int, list[Nomination]] = {}
    for deed in deeds:
        grouped.setdefault(deed.unit_id, []).append(deed)
    units = [rows[0].unit for rows in grouped.values()]
    thanks = thanks_by_unit(government, units, day - timedelta(days=THANKS_DAYS), day) if units else {}
    return [WallUnit(unit, tuple(grouped[unit.pk]), thanks.get(unit.pk)) for unit in units]

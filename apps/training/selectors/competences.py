"""What posts ask for, what people were assessed at, and the gap analysis (AKPK) of many people at once."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import QuerySet

from apps.core import policy
from apps.employees.models import Employee, Government, Placement, Position, WorkUnit

from ..models import Competence, CompetenceAssessment, PositionStandard
from ..rules.competence_gap import (
    CompetenceKind,
    Gap,
    GapStatus,
    GapSummary,
    Requirement,
    StandardRow,
    gap_analysis,
    gaps_of,
    levels_asked,
    requirements_of,
)


class Standards:
    """What the posts of a government ask for on a day; a post is worked out once."""

    def __init__(self, competences: Iterable[Competence], rows: Iterable[StandardRow]) -> None:
        self.competences = {competence.code: competence for competence in competences}
        self._rows = [row for row in rows if row.competence_code in self.competences]
        self._kinds = {code: CompetenceKind(row.kind) for code, row in self.competences.items()}
        self._known: dict[tuple[str, str, str], tuple[Requirement, ...]] = {}

    def of(self, position: Position) -> tuple[Requirement, ...]:
        """Return what a post asks for."""
        key = (position.position_class, position.level, position.family)
        if key not in self._known:
            asked = levels_asked(self._rows, position_class=key[0], position_level=key[1], job_family=key[2])
            own = {code: n for code, n in asked.items() if self._kinds[code] is CompetenceKind.TECHNICAL}
            general = {code: n for code, n in asked.items() if code not in own}
            self._known[key] = requirements_of("post", {"post": general}, self._kinds, own)
        return self._known[key]


def standards_on(government: Government, day: date) -> Standards:
    """Return the standards of a day, in two queries."""
    rows = PositionStandard.objects.active_on(day).filter(competence__government=government)
    return Standards(
        Competence.objects.filter(government=government, is_active=True),
        [
            StandardRow(*values)
            for values in rows.values_list(
                "competence__code", "position_class", "position_level", "job_family", "level"
            )
        ],
    )


def latest_assessments(people: QuerySet[Employee], day: date) -> QuerySet[CompetenceAssessment]:
    """Return for each person and competence the assessment that counts on a day.

    The last one; of two on one day the lower, as in `rules.competence_gap.latest_levels`.
    """
    return (
        CompetenceAssessment.objects.valid()
        .filter(employee__in=people.order_by().values("pk"), assessed_on__lte=day)
        .select_related("competence")
        .order_by("employee", "competence", "-assessed_on", "level", "pk")
        .distinct("employee", "competence")
    )


@dataclass(frozen=True, slots=True)
class PersonGaps:
    """A person with a post, the gaps of the post's standard, and the assessments they rest on, by code."""

    employee: Employee
    position: Position
    gaps: tuple[Gap, ...]
    assessments: Mapping[str, CompetenceAssessment]

    @property
    def below(self) -> tuple[Gap, ...]:
        """The gaps that are some."""
        return tuple(gap for gap in self.gaps if gap.status is GapStatus.BELOW)


def gaps_of_people(people: QuerySet[Employee], government: Government, day: date) -> list[PersonGaps]:
    """Return the gaps of those who have a post on a day, by name, in four queries whatever their number."""
    standards = standards_on(government, day)
    levels: dict[int, dict[str, CompetenceAssessment]] = {}
    for row in latest_assessments(people, day):
        levels.setdefault(row.employee_id, {})[row.competence.code] = row
    places = (
        Placement.objects.active_on(day)
        .filter(is_main=True, employee__in=people.order_by().values("pk"), employee__government=government)
        .select_related("employee__government", "position__unit")
        .order_by("employee__name", "employee__pk")
    )
    found = []
    for place in places:
        known = levels.get(place.employee_id, {})
        asked = standards.of(place.position)
        gaps = gaps_of(asked, {code: row.level for code, row in known.items()})
        found.append(PersonGaps(place.employee, place.position, gaps, known))
    return found


def gaps_of_person(employee: Employee, day: date) -> PersonGaps | None:
    """Return the gaps of one person; None without a post."""
    rows = gaps_of_people(Employee.objects.filter(pk=employee.pk), employee.government, day)
    return rows[0] if rows else None


# --- the table of many (AKPK)


@dataclass(frozen=True, slots=True)
class AkpkLine:
    """A line as it may be shown: without figures if they rest on too few people."""

    name: str
    key: str
    kind: str
    people: int
    summary: GapSummary | None

    @property
    def is_hidden(self) -> bool:
        """Whether too few people stand behind it."""
        return self.summary is None


@dataclass(frozen=True, slots=True)
class UnitLine:
    """The gaps of a unit and those below it; figures are None if they rest on too few people."""

    unit: WorkUnit
    people: int
    assessed: int | None
    below: int | None
    mean_gap: Decimal | None


def minimum_people(government: Government, day: date) -> int:
    """Return from how many assessed people on a gap analysis shows figures."""
    return int(policy.get("training.gap_minimum_people", on=day, scope=government.code))


def akpk_lines(people: Sequence[PersonGaps], names: Mapping[str, str], minimum: int) -> list[AkpkLine]:
    """Return the gap analysis per competence, where most people are below their standard first."""
    return [
        AkpkLine(
            names.get(row.competence_code, row.competence_code),
            row.competence_code,
            row.kind.value,
            row.people,
            row if row.assessed >= minimum else None,
        )
        for row in gap_analysis(person.gaps for person in people)
    ]


def unit_lines(people: Sequence[PersonGaps], units: Iterable[WorkUnit], minimum: int) -> list[UnitLine]:
    """Return the same people by unit with those below it, in the order of the units; empty units are left out."""
    found = []
    for unit in units:
        rows = [row for row in people if row.position.unit.path.startswith(unit.path)]
        if not rows:
            continue
        known = [row for row in rows if any(gap.gap is not None for gap in row.gaps)]
        shown = len(known) >= minimum
        missing = [max(0, gap.gap) for row in known for gap in row.gaps if gap.gap is not None]
        found.append(
            UnitLine(
                unit,
                len(rows),
                len(known) if shown else None,
                sum(1 for row in known if row.below) if shown else None,
                round(Decimal(sum(missing)) / len(missing), 2) if shown and missing else None,
            )
        )
    return found


def only_competence(people: Sequence[PersonGaps], code: str) -> list[PersonGaps]:
    """Return the same people with the gap of one competence only, without those whose post does not ask for it."""
    narrowed = (
        PersonGaps(
            row.employee,
            row.position,
            tuple(gap for gap in row.gaps if gap.competence_code == code),
            row.assessments,
        )
        for row in people
    )
    return [row for row in narrowed if row.gaps]

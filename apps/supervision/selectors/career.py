"""IP ASN and the talent boxes from verified facts, for many people at once and explained line by line for one."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet

from apps.assessments.models import Evaluation
from apps.assessments.rules.evaluation_lifecycle import EvaluationStatus, is_final
from apps.assessments.rules.predikat import Predikat
from apps.core import policy
from apps.core.rules.rounding import half_up
from apps.employees.models import Employee, Government, Placement, Position, WorkUnit
from apps.training.models import Certificate, EducationRecord

from ..models import DisciplineRecord, TalentInput
from ..rules.professionalism_index import (
    UNVERIFIED_TABLES,
    CompetencePoints,
    IndexPart,
    IndexTables,
    PartialHours,
    PostGroup,
    ProfessionalismFacts,
    ProfessionalismIndex,
    Punishment,
    Qualification,
    parts_of,
    professionalism_index,
)
from ..rules.talent import UNVERIFIED_TABLES as TALENT_DEFAULTS
from ..rules.talent import Talent, TalentTables, is_left_out, talent_of, weighted

FINAL = tuple(status.value for status in EvaluationStatus if is_final(status))
GROUPS = {
    "jpt": PostGroup.STRUCTURAL,
    "administrator": PostGroup.STRUCTURAL,
    "pengawas": PostGroup.STRUCTURAL,
    "jf": PostGroup.FUNCTIONAL,
    "pelaksana": PostGroup.PELAKSANA,
}
OWN_TRAINING = {PostGroup.STRUCTURAL: "leadership", PostGroup.FUNCTIONAL: "functional"}
_WEIGHT = {level: number for number, level in enumerate(Punishment)}
_RANK = {level: number for number, level in enumerate(Qualification)}


def years_before(day: date, years: int) -> date:
    """Return the same day some years earlier; 28 February for a leap day."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)


@dataclass(frozen=True, slots=True)
class IndexRules:
    """The tables and windows of IP ASN that hold on a day."""

    day: date
    tables: IndexTables
    forms: Mapping[str, frozenset[str]]
    technical_since: date
    seminar_since: date
    new_months: int


def index_rules(government: Government, day: date) -> IndexRules:
    """Return what holds for a government on a day."""

    def value(key: str) -> Any:
        return policy.get(f"supervision.{key}", on=day, scope=government.code)

    points = value("ip_points")
    tables = IndexTables(
        valid_from=UNVERIFIED_TABLES.valid_from,
        source=UNVERIFIED_TABLES.source,
        qualification={row: Decimal(points["qualification"][row.value]) for row in Qualification},
        competence={
            group: CompetencePoints(*(Decimal(part) for part in points["competence"][group.value]))
            for group in PostGroup
        },
        performance={row: Decimal(points["performance"][row.value]) for row in Predikat},
        discipline={row: Decimal(points["discipline"][row.value]) for row in Punishment},
        technical_hours=value("ip_technical_hours"),
        partial_hours=PartialHours(value("ip_partial_hours")),
        unverified=UNVERIFIED_TABLES.unverified,
    )
    return IndexRules(
        day=day,
        tables=tables,
        forms={part: frozenset(codes) for part, codes in value("ip_forms").items()},
        technical_since=years_before(day, value("ip_technical_years")),
        seminar_since=years_before(day, value("ip_seminar_years")),
        new_months=value("ip_new_months"),
    )


@dataclass(frozen=True, slots=True)
class Records:
    """The verified facts about one person on a day."""

    education: tuple[EducationRecord, ...] = ()
    certificates: tuple[Certificate, ...] = ()
    evaluation: Evaluation | None = None
    discipline: tuple[DisciplineRecord, ...] = ()


@dataclass(frozen=True, slots=True)
class PersonIndex:
    """The index of one person, what it is made of, and the records it rests on."""

    employee: Employee
    position: Position
    facts: ProfessionalismFacts
    index: ProfessionalismIndex
    parts: tuple[IndexPart, ...]
    records: Records
    used: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)

    @property
    def is_complete(self) -> bool:
        """Whether a diploma and a predikat are on record; without them the dimension gives nothing."""
        return self.facts.qualification is not None and self.facts.predikat is not None


def records_of(people: QuerySet[Employee], day: date) -> dict[int, Records]:
    """Return the verified facts of some people on a day, in four queries whatever their number."""
    keys = people.order_by().values("pk")
    education, certificates, discipline = defaultdict(list), defaultdict(list), defaultdict(list)
    for diploma in EducationRecord.objects.filter(
        employee__in=keys, verified_at__isnull=False, graduated_on__lte=day
    ).order_by("-graduated_on", "pk"):
        education[diploma.employee_id].append(diploma)
    for certificate in (
        Certificate.objects.filter(employee__in=keys, verified_at__isnull=False, ends_on__lte=day)
        .select_related("form")
        .order_by("-ends_on", "pk")
    ):
        certificates[certificate.employee_id].append(certificate)
    for record in (
        DisciplineRecord.objects.valid()  # type: ignore[attr-defined]
        .filter(employee__in=keys, starts_on__lte=day)
        .order_by("-starts_on", "pk")
    ):
        discipline[record.employee_id].append(record)
    latest = {row.employee_id: row for row in yearly_results(people, day)}
    return {
        pk: Records(tuple(education[pk]), tuple(certificates[pk]), latest.get(pk), tuple(discipline[pk]))
        for pk in set(education) | set(certificates) | set(discipline) | set(latest)
    }


def yearly_results(people: QuerySet[Employee], day: date) -> QuerySet[Evaluation]:
    """Return the last final yearly result of each person on a day; of two plans in one year the later decided."""
    return (
        Evaluation.objects.filter(
            employee__in=people.order_by().values("pk"),
            period__kind="yearly",
            is_part=False,
            status__in=FINAL,
            period__ends_on__lte=day,
        )
        .select_related("period__cycle")
        .order_by("employee", "-period__ends_on", "-pk")
        .distinct("employee")
    )


def indexes_of(
    people: QuerySet[Employee], government: Government, day: date, *, rules: IndexRules | None = None
) -> list[PersonIndex]:
    """Return the index of everybody who has a post on a day, by name; nobody is ranked.

    CPNS have no index yet (IPA-6): whose NIP names an appointment within the last months.
    """
    rules = rules or index_rules(government, day)
    records = records_of(people, day)
    places = (
        Placement.objects.active_on(day)
        .filter(
            is_main=True,
            employee__in=people.order_by().values("pk"),
            employee__government=government,
            employee__is_active=True,
        )
        .select_related("employee__government", "position__unit")
        .order_by("employee__name", "employee__pk")
    )
    return [
        _index(place, records.get(place.employee_id, Records()), rules)
        for place in places
        if not is_new(place.employee, rules)
    ]


def is_new(employee: Employee, rules: IndexRules) -> bool:
    """Whether a PNS was appointed so lately that they count as CPNS."""
    if employee.status != "pns" or not rules.new_months:
        return False
    year, month = int(employee.nip[8:12]), int(employee.nip[12:14])
    return (rules.day.year - year) * 12 + rules.day.month - month < rules.new_months


def index_of(employee: Employee, day: date) -> PersonIndex | None:
    """Return the index of one person; None without a post, or for CPNS."""
    rows = indexes_of(Employee.objects.filter(pk=employee.pk), employee.government, day)
    return rows[0] if rows else None


def _index(place: Placement, records: Records, rules: IndexRules) -> PersonIndex:
    group = GROUPS[place.position.position_class]
    by_part = {
        part: tuple(row for row in records.certificates if row.form is not None and row.form.code in codes)
        for part, codes in rules.forms.items()
    }
    own = by_part.get(OWN_TRAINING.get(group, ""), ())
    technical = tuple(row for row in by_part.get("technical", ()) if row.ends_on > rules.technical_since)
    seminar = tuple(row for row in by_part.get("seminar", ()) if row.ends_on > rules.seminar_since)
    diploma = min(records.education, key=lambda row: _RANK[Qualification(row.level)], default=None)
    punished = max(records.discipline, key=lambda row: _WEIGHT[Punishment(row.level)], default=None)
    facts = ProfessionalismFacts(
        qualification=Qualification(diploma.level) if diploma else None,
        post_group=group,
        group_training=bool(own),
        technical_hours=sum((row.jp for row in technical), Decimal(0)),
        seminar=bool(seminar),
        predikat=Predikat(records.evaluation.predikat) if records.evaluation else None,
        punishment=Punishment(punished.level) if punished else Punishment.NONE,
    )
    return PersonIndex(
        employee=place.employee,
        position=place.position,
        facts=facts,
        index=professionalism_index(facts, rules.tables),
        parts=parts_of(facts, rules.tables),
        records=records,
        used={
            "qualification": (diploma,) if diploma else (),
            "group_training": own[:1],
            "technical": technical,
            "seminar": seminar[:1],
            "performance": (records.evaluation,) if records.evaluation else (),
            "discipline": (punished,) if punished else (),
        },
    )


# --- averages


@dataclass(frozen=True, slots=True)
class UnitIndex:
    """The arithmetic mean of individuals in a unit and those below it; None if it rests on too few people."""

    unit: WorkUnit
    people: int
    complete: int
    mean: Decimal | None


def unit_indexes(rows: Sequence[PersonIndex], units: Iterable[WorkUnit], minimum: int) -> list[UnitIndex]:
    """Return the average of each unit that has people, in the order of the units (IPA-6)."""
    found = []
    for unit in units:
        inside = [row for row in rows if row.position.unit.path.startswith(unit.path)]
        if inside:
            found.append(
                UnitIndex(
                    unit,
                    len(inside),
                    sum(row.is_complete for row in inside),
                    mean_of(inside) if len(inside) >= minimum else None,
                )
            )
    return found


def mean_of(rows: Sequence[PersonIndex]) -> Decimal:
    """Return the mean of the totals, half-up to two decimals."""
    return half_up(sum((row.index.total for row in rows), Decimal(0)) / len(rows))


# --- talent


@dataclass(frozen=True, slots=True)
class TalentRules:
    """The tables of the nine boxes that hold on a day, and what is proposed for each box."""

    day: date
    tables: TalentTables
    left_out_years: int
    left_out_levels: tuple[str, ...]


def talent_rules(government: Government, day: date) -> TalentRules:
    """Return what holds for a government on a day."""

    def value(key: str) -> Any:
        return policy.get(f"supervision.{key}", on=day, scope=government.code)

    thresholds, weights, texts = (
        value("talent_thresholds"),
        value("talent_weights"),
        value("talent_proposals"),
    )
    left_out = value("talent_left_out")
    tables = TalentTables(
        valid_from=TALENT_DEFAULTS.valid_from,
        source=TALENT_DEFAULTS.source,
        high_from=Decimal(str(thresholds["high"])),
        medium_from=Decimal(str(thresholds["medium"])),
        performance_weights={part: int(weight) for part, weight in weights["performance"].items()},
        potential_weights={part: int(weight) for part, weight in weights["potential"].items()},
        predikat_scores={row: int(weights["predikat"][row.value]) for row in Predikat},
        recommendations={
            box: tuple(text.strip() for text in str(texts.get(str(box), "")).split(";") if text.strip())
            for box in range(1, 10)
        },
        unverified=TALENT_DEFAULTS.unverified,
    )
    return TalentRules(day, tables, int(left_out.get("years", 0)), tuple(left_out.get("levels", ())))


@dataclass(frozen=True, slots=True)
class PersonTalent:
    """Where somebody stands on both axes, or which parts are missing before that can be said."""

    employee: Employee
    position: Position
    evaluation: Evaluation | None
    inputs: Mapping[str, TalentInput]
    performance: Decimal | None
    potential: Decimal | None
    talent: Talent | None
    missing: tuple[str, ...]
    is_left_out: bool
    rules: TalentRules

    @property
    def predikat(self) -> Predikat | None:
        """The predikat behind the axis of performance."""
        return Predikat(self.evaluation.predikat) if self.evaluation is not None else None

    @property
    def is_in_pool(self) -> bool:
        """Whether the person belongs to the succession pool."""
        return self.talent is not None and self.talent.in_pool and not self.is_left_out


def talents_of(
    people: QuerySet[Employee], government: Government, year: int, day: date
) -> list[PersonTalent]:
    """Return the standing of everybody who has a post on a day, by name, in five queries whatever their number."""
    rules = talent_rules(government, day)
    inputs: dict[int, dict[str, TalentInput]] = defaultdict(dict)
    for row in TalentInput.objects.filter(employee__in=people.order_by().values("pk"), year=year):
        inputs[row.employee_id][row.part] = row
    results = {row.employee_id: row for row in yearly_results(people, day)}
    punished: dict[int, list[tuple[str, date]]] = defaultdict(list)
    for record in DisciplineRecord.objects.valid().filter(employee__in=people.order_by().values("pk")):  # type: ignore[attr-defined]
        punished[record.employee_id].append((record.level, record.starts_on))
    places = (
        Placement.objects.active_on(day)
        .filter(
            is_main=True,
            employee__in=people.order_by().values("pk"),
            employee__government=government,
            employee__is_active=True,
        )
        .select_related("employee__government", "position__unit")
        .order_by("employee__name", "employee__pk")
    )
    return [
        _talent(
            place,
            inputs[place.employee_id],
            results.get(place.employee_id),
            punished[place.employee_id],
            rules,
        )
        for place in places
    ]


def _talent(
    place: Placement,
    inputs: Mapping[str, TalentInput],
    evaluation: Evaluation | None,
    punished: Sequence[tuple[str, date]],
    rules: TalentRules,
) -> PersonTalent:
    tables = rules.tables
    scores = {part: row.score for part, row in inputs.items()}
    if evaluation is not None:
        scores["main"] = Decimal(tables.predikat_scores[Predikat(evaluation.predikat)])
    performance = _axis(scores, tables.performance_weights)
    potential = _axis(scores, tables.potential_weights)
    known = performance is not None and potential is not None
    return PersonTalent(
        employee=place.employee,
        position=place.position,
        evaluation=evaluation,
        inputs=inputs,
        performance=performance,
        potential=potential,
        talent=talent_of(performance, potential, tables) if known else None,  # type: ignore[arg-type]
        missing=tuple(
            part for part in (*tables.performance_weights, *tables.potential_weights) if part not in scores
        ),
        is_left_out=is_left_out(
            punished, rules.day, years=rules.left_out_years, levels=rules.left_out_levels
        ),
        rules=rules,
    )


def _axis(scores: Mapping[str, Decimal], weights: Mapping[str, int]) -> Decimal | None:
    if any(part not in scores for part in weights):
        return None
    return weighted({part: scores[part] for part in weights}, weights)


def talent_of_person(employee: Employee, year: int, day: date) -> PersonTalent | None:
    """Return the standing of one person; None without a post."""
    rows = talents_of(Employee.objects.filter(pk=employee.pk), employee.government, year, day)
    return rows[0] if rows else None


# --- succession


@dataclass(frozen=True, slots=True)
class Succession:
    """A post that leads a unit, who holds it, and whom the pool proposes for it, by name: no order of merit."""

    position: Position
    holder: Employee | None
    candidates: tuple[PersonTalent, ...]


def successions(
    talents: Sequence[PersonTalent], positions: QuerySet[Position], government: Government, day: date
) -> list[Succession]:
    """Return for each post that leads a unit who of the pool may be proposed: the class below, in the same agency.

    For the post of an agency's head the whole government is looked at.
    """
    steps = policy.get("supervision.succession_from", on=day, scope=government.code)
    holders = {
        row.position_id: row.employee
        for row in Placement.objects.active_on(day)
        .filter(position__in=positions.order_by().values("pk"), is_main=True)
        .select_related("employee")
    }
    pool = [row for row in talents if row.is_in_pool]
    found = []
    for position in positions:
        classes = steps.get(position.position_class, [])
        agency = _agency(position.unit)
        candidates = tuple(
            row
            for row in pool
            if row.position.position_class in classes
            and row.position.pk != position.pk
            and (position.position_class == "jpt" or _agency(row.position.unit) == agency)
        )
        found.append(Succession(position, holders.get(position.pk), candidates))
    return found


def _agency(unit: WorkUnit) -> str:
    """Return the part of a path that names the agency: the unit below the root."""
    return "/".join(unit.path.split("/")[:3])


# --- the career file


@dataclass(frozen=True, slots=True)
class CareerFile:
    """The verified facts of a career, the newest first."""

    positions: tuple[Placement, ...]
    mandates: tuple[Any, ...]
    education: tuple[EducationRecord, ...]
    certificates: tuple[Certificate, ...]
    hours: tuple[tuple[int, Decimal], ...]
    evaluations: tuple[Evaluation, ...]
    recognitions: tuple[Any, ...]
    waiting: tuple[EducationRecord, ...]


def career_file(employee: Employee, day: date) -> CareerFile:
    """Return the sum of what was verified about a person, in a fixed number of queries."""
    certificates = tuple(
        Certificate.objects.filter(employee=employee, verified_at__isnull=False)
        .select_related("form")
        .order_by("-ends_on", "-pk")
    )
    hours: dict[int, Decimal] = defaultdict(Decimal)
    for row in certificates:
        hours[row.ends_on.year] += row.jp
    diplomas = list(EducationRecord.objects.filter(employee=employee).order_by("-graduated_on", "-pk"))
    return CareerFile(
        positions=tuple(
            Placement.objects.filter(employee=employee)
            .select_related("position__unit")
            .order_by("-period", "-pk")
        ),
        mandates=tuple(
            employee.mandates.select_related("position__unit").order_by("-period", "-pk")  # type: ignore[attr-defined]
        ),
        education=tuple(row for row in diplomas if row.verified_at is not None),
        certificates=certificates,
        hours=tuple(sorted(hours.items(), reverse=True)),
        evaluations=tuple(
            Evaluation.objects.filter(
                Q(status__in=FINAL), employee=employee, period__kind="yearly", is_part=False
            )
            .select_related("period__cycle", "unit", "appraiser")
            .order_by("-period__ends_on", "-pk")
        ),
        recognitions=tuple(
            employee.recognitions.select_related("unit", "given_by").order_by("-at", "-pk")  # type: ignore[attr-defined]
        ),
        waiting=tuple(row for row in diplomas if row.verified_at is None),
    )

"""Angka kredit as people and documents read it: one conversion, the accumulation of a person, a PAK.

The facts are frozen and hold plain values, so that a page, the API and a printed document say the same. Those of a
PAK come from its snapshot, never from today's rows.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext

from apps.core.templatetags.formats import number
from apps.employees.models import Employee, Placement, Position
from apps.employees.rules.nip import EmployeeStatus
from apps.employees.rules.pangkat import PNS_GOLONGAN, is_valid_golongan, pangkat_line

from ..labels import (
    DegreeChoices,
    JenjangChoices,
    OpeningKind,
    PredikatChoices,
    ReplacedReason,
)
from ..models import (
    CreditConversion,
    CreditDiploma,
    CreditOpening,
    CreditPak,
    CreditRankStep,
    Evaluation,
)
from ..rules.credit import MONTHS_OF_YEAR, Jenjang
from ..rules.credit_accumulation import GOOD_ENOUGH, Need, Standing, standing, thresholds_on
from ..rules.period_lifecycle import PeriodKind
from ..rules.predikat import Predikat

# An evaluation is final when the person accepted it, let the time pass, or the objection was decided.
FINAL_STATUSES = ("accepted", "decided")
ZERO = Decimal("0.00")


@dataclass(frozen=True, slots=True)
class ConversionFacts:
    """One conversion of a predikat (CRD-1 to CRD-5). `formula` is the sum as people write it."""

    conversion_id: int
    number: str
    government_id: int
    employee_id: int
    evaluation_id: int
    placement_id: int
    starts_on: date
    ends_on: date
    months: int
    post: str
    jenjang: str
    jenjang_label: str
    predikat: str
    predikat_label: str
    percent: int
    coefficient: Decimal
    value: Decimal
    is_yearly: bool
    rule_source: str
    version: int
    is_current: bool
    formula: str


@dataclass(frozen=True, slots=True)
class OpeningFacts:
    """One opening balance (CRD-10, CRD-11)."""

    opening_id: int
    kind: str
    kind_label: str
    value: Decimal
    as_of: date
    note: str


@dataclass(frozen=True, slots=True)
class DiplomaFacts:
    """One diploma that gave credit (CRD-9)."""

    diploma_id: int
    degree: str
    degree_label: str
    obtained_on: date
    required: Decimal
    percent: int
    value: Decimal
    note: str


@dataclass(frozen=True, slots=True)
class RankStepFacts:
    """One rise in rank that used up credit (CRD-8)."""

    step_id: int
    from_golongan: str
    to_golongan: str
    used: Decimal
    effective_on: date
    note: str


@dataclass(frozen=True, slots=True)
class StepFacts:
    """What the next rank or the next level needs, and what there is for it."""

    kind: str  # "rank" or "level"
    target: str
    target_label: str
    required: Decimal
    have: Decimal
    is_met: bool
    shortfall: Decimal
    excess: Decimal


@dataclass(frozen=True, slots=True)
class AccumulationFacts:
    """What a person has in the present jenjang, how it came about, and what it is enough for (CRD-7 to CRD-11).

    `jenjang` is empty when the person holds no functional post on the day; then there is nothing to add up.
    `rank_note` is a value of rules.credit_accumulation.RankNote or empty. `due` is "level", "rank" or empty.
    """

    government_id: int
    employee_id: int
    placement_id: int | None
    on: date
    post: str
    unit: str
    jenjang: str
    jenjang_label: str
    golongan: str
    pangkat: str
    openings: tuple[OpeningFacts, ...]
    opening_total: Decimal
    conversions: tuple[ConversionFacts, ...]
    conversion_total: Decimal
    diplomas: tuple[DiplomaFacts, ...]
    diploma_total: Decimal
    total: Decimal
    rank_steps: tuple[RankStepFacts, ...]
    used_total: Decimal
    rank: StepFacts | None
    rank_note: str
    level: StepFacts | None
    due: str
    last_year: int
    last_predikat: str
    last_predikat_label: str
    last_is_good: bool | None
    rule_source: str


@dataclass(frozen=True, slots=True)
class ConditionFacts:
    """Something a promotion needs beside credit. `is_met` is None while nobody has confirmed it."""

    code: str  # predikat, competence_test, vacancy
    is_met: bool | None
    note: str


@dataclass(frozen=True, slots=True)
class PakFacts:
    """A PAK as it was fixed: the accumulation of its day, and what else a promotion needs (CRD-8)."""

    number: str
    as_of: date
    issued_on: date
    issued_by_name: str
    accumulation: AccumulationFacts
    conditions: tuple[ConditionFacts, ...]
    # "level", "rank" or empty: what may be proposed when every condition is met.
    proposal: str
    note: str


def jenjang_of(position: Position) -> Jenjang | None:
    """Return the level of a functional post; None for other posts and for levels nobody knows."""
    if position.position_class != "jf" or position.level not in JenjangChoices.values:
        return None
    return Jenjang(position.level)


def formula_of(months: int, percent: int, coefficient: Decimal, value: Decimal) -> str:
    """Write the sum of a conversion: 6/12 × 100% × 25 = 12,50."""
    rate = f"{percent}% × {number(coefficient.normalize())}"
    return f"{months}/{MONTHS_OF_YEAR} × {rate} = {number(value, 2)}"


def conversion_facts(conversion: CreditConversion) -> ConversionFacts:
    """Return what a conversion says."""
    return ConversionFacts(
        conversion_id=conversion.pk,
        number=conversion.number,
        government_id=conversion.employee.government_id,
        employee_id=conversion.employee_id,
        evaluation_id=conversion.evaluation_id,
        placement_id=conversion.placement_id,
        starts_on=conversion.starts_on,
        ends_on=conversion.ends_on,
        months=conversion.months,
        post=conversion.post,
        jenjang=conversion.jenjang,
        jenjang_label=JenjangChoices(conversion.jenjang).label,
        predikat=conversion.predikat,
        predikat_label=PredikatChoices(conversion.predikat).label,
        percent=conversion.percent,
        coefficient=conversion.coefficient,
        value=conversion.value,
        is_yearly=conversion.is_yearly,
        rule_source=conversion.rule_source,
        version=conversion.version,
        is_current=conversion.is_current,
        formula=formula_of(conversion.months, conversion.percent, conversion.coefficient, conversion.value),
    )


def accumulation_facts(employee: Employee, on: date) -> AccumulationFacts:
    """Return what a person has on a day, and what the next rank and level need."""
    return accumulations([employee], on)[employee.pk]


def accumulations(employees: Iterable[Employee], on: date) -> dict[int, AccumulationFacts]:
    """Return the same for many people, with a number of queries that does not grow."""
    people = {employee.pk: employee for employee in employees}
    rows = _Rows(people, on)
    return {pk: _accumulation(person, on, rows) for pk, person in people.items()}


class _Rows:
    """Everything that counts for some people on a day, by person."""

    def __init__(self, people: Mapping[int, Employee], on: date) -> None:
        ids = list(people)
        places = (
            Placement.objects.active_on(on)
            .filter(employee__in=ids, is_main=True)
            .select_related("position__unit")
        )
        self.places = {row.employee_id: row for row in places}
        self.openings = _by_person(
            CreditOpening.objects.counting().filter(employee__in=ids, as_of__lte=on).order_by("as_of", "pk")
        )
        self.conversions = _by_person(
            CreditConversion.objects.current()
            .filter(employee__in=ids, period__endswith__lte=_next_day(on))
            .select_related("employee")
            .order_by("period", "pk")
        )
        self.diplomas = _by_person(
            CreditDiploma.objects.counting()
            .filter(employee__in=ids, obtained_on__lte=on)
            .order_by("obtained_on", "pk")
        )
        # Later ones as well: they say which golongan somebody had before.
        self.steps = _by_person(
            CreditRankStep.objects.counting().filter(employee__in=ids).order_by("effective_on", "pk")
        )
        self.last = {
            row["employee_id"]: row["predikat"]
            for row in Evaluation.objects.filter(
                employee__in=ids,
                period__kind=PeriodKind.YEARLY.value,
                period__cycle__year=on.year - 1,
                is_part=False,
                status__in=FINAL_STATUSES,
            )
            .order_by("skp__period", "pk")
            .values("employee_id", "predikat")
        }


def _by_person(rows: Iterable[Any]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.employee_id].append(row)
    return found


def _next_day(day: date) -> date:
    return date.fromordinal(day.toordinal() + 1)


def _golongan(employee: Employee, on: date, steps: list[CreditRankStep]) -> str:
    """Return the golongan of a day: the record's, unless a rank step on file knows better."""
    later = [step for step in steps if step.effective_on > on]
    if later:
        return later[0].from_golongan
    known = [employee.golongan, *(step.to_golongan for step in steps)]
    ranked = [golongan for golongan in known if golongan in PNS_GOLONGAN]
    return max(ranked, key=PNS_GOLONGAN.index) if ranked else employee.golongan


def _accumulation(employee: Employee, on: date, rows: _Rows) -> AccumulationFacts:
    place = rows.places.get(employee.pk)
    jenjang = jenjang_of(place.position) if place is not None else None
    steps = rows.steps[employee.pk]
    golongan = _golongan(employee, on, steps)
    status = EmployeeStatus(employee.status)
    openings = [row for row in rows.openings[employee.pk] if row.jenjang == jenjang]
    conversions = [row for row in rows.conversions[employee.pk] if row.jenjang == jenjang]
    diplomas = [row for row in rows.diplomas[employee.pk] if row.jenjang == jenjang]
    taken = [row for row in steps if row.jenjang == jenjang and row.effective_on <= on]
    opening_total = sum((row.value for row in openings), ZERO)
    conversion_total = sum((row.value for row in conversions), ZERO)
    diploma_total = sum((row.value for row in diplomas), ZERO)
    used = sum((row.used for row in taken), ZERO)
    total = opening_total + conversion_total + diploma_total
    table = thresholds_on(on)
    reached: Standing | None = None
    if jenjang is not None:
        reached = standing(
            jenjang=jenjang,
            golongan=golongan,
            ladder=PNS_GOLONGAN if status is EmployeeStatus.PNS else (),
            earned=total,
            used=used,
            table=table,
        )
    last = rows.last.get(employee.pk, "")
    return AccumulationFacts(
        government_id=employee.government_id,
        employee_id=employee.pk,
        placement_id=place.pk if place is not None else None,
        on=on,
        post=place.position.title if place is not None else "",
        unit=place.position.unit.name if place is not None else "",
        jenjang=jenjang.value if jenjang is not None else "",
        jenjang_label=JenjangChoices(jenjang.value).label if jenjang is not None else "",
        golongan=golongan,
        pangkat=pangkat_line(golongan, status) if is_valid_golongan(golongan, status) else golongan,
        openings=tuple(
            OpeningFacts(row.pk, row.kind, str(OpeningKind(row.kind).label), row.value, row.as_of, row.note)
            for row in openings
        ),
        opening_total=opening_total,
        conversions=tuple(conversion_facts(row) for row in conversions),
        conversion_total=conversion_total,
        diplomas=tuple(
            DiplomaFacts(
                row.pk,
                row.degree,
                DegreeChoices(row.degree).label,
                row.obtained_on,
                row.required,
                row.percent,
                row.value,
                row.note,
            )
            for row in diplomas
        ),
        diploma_total=diploma_total,
        total=total,
        rank_steps=tuple(
            RankStepFacts(row.pk, row.from_golongan, row.to_golongan, row.used, row.effective_on, row.note)
            for row in taken
        ),
        used_total=used,
        rank=_step("rank", reached.next_golongan, reached.rank) if reached else None,
        rank_note=reached.rank_note.value if reached and reached.rank_note else "",
        level=_step("level", reached.next_jenjang.value if reached.next_jenjang else "", reached.level)
        if reached
        else None,
        due=reached.due if reached else "",
        last_year=on.year - 1,
        last_predikat=last,
        last_predikat_label=PredikatChoices(last).label if last else "",
        last_is_good=Predikat(last) in GOOD_ENOUGH if last else None,
        rule_source=table.source,
    )


def _step(kind: str, target: str, need: Need | None) -> StepFacts | None:
    if need is None:
        return None
    label = target
    if kind == "level":
        label = JenjangChoices(target).label
    elif is_valid_golongan(target, EmployeeStatus.PNS):
        label = pangkat_line(target, EmployeeStatus.PNS)
    return StepFacts(kind, target, label, need.required, need.have, need.is_met, need.shortfall, need.excess)


# --- pages


def functional_staff(employees: QuerySet[Employee], on: date) -> QuerySet[Employee]:
    """Return those who hold a functional post on a day."""
    posts = Placement.objects.active_on(on).filter(is_main=True, position__position_class="jf")
    return employees.filter(is_active=True, pk__in=posts.values("employee"))


def has_credit(user: Any, on: date) -> bool:
    """Whether credit is kept for a user: a functional post on the day, or conversions of an earlier one."""
    mine = Employee.objects.filter(user=user)
    return functional_staff(mine, on).exists() or CreditConversion.objects.filter(employee__in=mine).exists()


@dataclass(frozen=True)
class HistoryRow:
    """One conversion of the history: what it said, and why it does not count today."""

    facts: ConversionFacts
    why_not: str


def history(employee: Employee, accumulation: AccumulationFacts) -> list[HistoryRow]:
    """Return the conversions that do not count in the present total: replaced ones, and those of other levels."""
    counting = {row.conversion_id for row in accumulation.conversions}
    rows = (
        CreditConversion.objects.filter(employee=employee)
        .exclude(pk__in=counting)
        .select_related("employee")
        .order_by("-period", "-version", "-pk")
    )
    return [HistoryRow(conversion_facts(row), _why_not(row, accumulation)) for row in rows]


def _why_not(row: CreditConversion, accumulation: AccumulationFacts) -> str:
    if not row.is_current:
        return str(ReplacedReason(row.replaced_reason).label)
    if row.jenjang != accumulation.jenjang:
        return gettext("earned on another level")
    return gettext("later than this day")


def entries_of(employee: Employee) -> list[Any]:
    """Return everything officers entered for somebody, withdrawn entries as well, oldest first."""
    found: list[Any] = []
    for model in (CreditOpening, CreditDiploma, CreditRankStep):
        found += model._default_manager.filter(employee=employee).select_related("entered_by", "withdrawn_by")
    return sorted(found, key=lambda row: (row.entered_at, row.pk))


# --- PAK


def pak_facts(pak: CreditPak) -> PakFacts:
    """Return what a PAK says: its snapshot, not today's rows."""
    return facts_from(pak.content)


def snapshot_of(facts: PakFacts) -> dict[str, Any]:
    """Return the facts as JSON values."""
    return _plain(asdict(facts))


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(entry) for entry in value]
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    return value


def _restore(kind: Any, data: Mapping[str, Any]) -> Any:
    """Build a flat dataclass from JSON values by the types of its fields."""
    values = {}
    for name, field in kind.__dataclass_fields__.items():
        value = data[name]
        if field.type is Decimal:
            value = Decimal(value)
        elif field.type is date:
            value = date.fromisoformat(value)
        values[name] = value
    return kind(**values)


_PARTS: dict[str, Any] = {
    "openings": OpeningFacts,
    "conversions": ConversionFacts,
    "diplomas": DiplomaFacts,
    "rank_steps": RankStepFacts,
}


def facts_from(content: Mapping[str, Any]) -> PakFacts:
    """Return the facts of a snapshot."""
    inner = dict(content["accumulation"])
    for name, kind in _PARTS.items():
        inner[name] = tuple(_restore(kind, row) for row in inner[name])
    for name in ("rank", "level"):
        inner[name] = _restore(StepFacts, inner[name]) if inner[name] else None
    return _restore(
        PakFacts,
        {
            **content,
            "accumulation": _restore(AccumulationFacts, inner),
            "conditions": tuple(_restore(ConditionFacts, row) for row in content["conditions"]),
        },
    )

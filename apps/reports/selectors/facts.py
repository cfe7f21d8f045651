"""What the official documents say, read from stored rows; the same number of queries for one person or a unit.

Documents are Indonesian whatever the reader's language: their words come from the forms, not from the catalog.
Figures come from `Evaluation.inputs`, as they stood when the period closed, and are never computed again.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Prefetch, QuerySet

from apps.assessments.labels import OrgPredicateChoices, PredikatChoices, RatingChoices
from apps.assessments.models import Evaluation, Period, UnitAchievement
from apps.assessments.rules.distribution import Limit, pattern_on
from apps.assessments.rules.organization import OrgPredicate
from apps.core import policy
from apps.core.localtime import local_date
from apps.employees.models import AppraiserLink, Employee, Mandate, Placement
from apps.indicators.models import Skp

from ..rendering.facts import (
    Approach,
    DistributionCount,
    EvaluationDocument,
    EvaluationForm,
    Guide,
    Layout,
    Party,
)
from ..rendering.payload import long_date
from . import contents
from .parties import (
    ACTING,
    UNVERIFIED,
    WATERMARK,
    Post,
    acting_post,
    agencies_of,
    agency_name,
    digest_of,
    government_name,
    holders_of,
    of_day,
    period_label,
    placed_party,
    places_of,
)

NOT_FIXED = "Belum ditetapkan"


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluationFacts:
    """The two parts of one person's document, before it has a verification code."""

    evaluation_id: int
    document: EvaluationDocument
    form: EvaluationForm

    @property
    def digest(self) -> str:
        """SHA-256 of everything that is printed, apart from the code and the address of the check."""
        return digest_of(self.document, self.form)

    @property
    def parts(self) -> tuple[EvaluationDocument, EvaluationForm]:
        """Both parts in the order of their pages."""
        return self.document, self.form


# --- evaluations


def evaluation_facts(evaluations: QuerySet[Evaluation]) -> list[EvaluationFacts]:
    """Return the facts of delivered evaluations, by unit and name. Constant number of queries."""
    rows = list(
        evaluations.filter(delivered_at__isnull=False)
        .select_related(
            "government",
            "employee",
            "unit",
            "period__cycle",
            "appraiser",
            "mandate__position__unit",
            "objection",
        )
        .prefetch_related("notes", Prefetch("skp", contents.printable_plans(Skp.objects.all())))
        .order_by("unit__path", "employee__name", "pk")
    )
    if not rows:
        return []
    found = _Around(rows)
    return [_one(row, found) for row in rows]


class _Around:
    """What the evaluations need beside themselves, fetched at once."""

    def __init__(self, rows: Sequence[Evaluation]) -> None:
        days = [last_day(row) for row in rows]
        span = DateRange(min(days), max(days) + timedelta(days=1))
        appraisers = {row.appraiser_id for row in rows if row.appraiser_id}
        employees = {row.employee_id for row in rows}
        self.links: dict[int, list[AppraiserLink]] = defaultdict(list)
        for link in (
            AppraiserLink.objects.filter(employee__in=appraisers | employees, period__overlap=span)
            .select_related("appraiser")
            .order_by("pk")
        ):
            self.links[link.employee_id].append(link)
        superiors = {
            link.appraiser_id for pk in appraisers for link in self.links.get(pk, []) if link.appraiser_id
        }
        self.places = places_of(appraisers | superiors, span)
        self.mandates: dict[int, list[Mandate]] = defaultdict(list)
        for mandate in (
            Mandate.objects.filter(holder__in=appraisers, period__overlap=span, kind__in=ACTING)
            .select_related("position__unit")
            .order_by("pk")
        ):
            self.mandates[mandate.holder_id].append(mandate)
        acted_in = {row.mandate.position_id for row in rows if row.mandate is not None}
        acted_in |= {mandate.position_id for held in self.mandates.values() for mandate in held}
        self.holders: dict[int, list[Placement]] = defaultdict(list)
        for place in holders_of(acted_in, span):
            self.holders[place.position_id].append(place)
        self.agencies = agencies_of(row.unit for row in rows)
        units, periods = {_achieving_unit(row) for row in rows}, {row.period_id for row in rows}
        self.achievements = {
            (row.unit_id, row.period_id): row.org_predicate
            for row in UnitAchievement.objects.filter(unit__in=units, period__in=periods)
        }
        self.distributions = _distributions(units, periods)
        self.sizes: dict[tuple[str, date], tuple[int, bool]] = {}
        for code, day in {(row.government.code, row.period.ends_on) for row in rows}:
            self.sizes[code, day] = (
                policy.get("assessments.distribution_minimum_size", on=day, scope=code),
                policy.get("assessments.distribution_counts_head", on=day, scope=code),
            )


def _achieving_unit(row: Evaluation) -> int:
    """Return whose achievement stands on the form: for a head that of the unit they lead."""
    return int(row.inputs.get("heads_unit") or row.unit_id)


def _distributions(units: set[int], periods: set[int]) -> dict[tuple[int, int], Counter[tuple[str, bool]]]:
    """Count (predikat, is it the head) per unit and period; "" counts those not rated yet."""
    counted: dict[tuple[int, int], Counter[tuple[str, bool]]] = defaultdict(Counter)
    rows = Evaluation.objects.filter(unit__in=units, period__in=periods, is_part=False)
    for unit, period, predikat, heads in rows.values_list("unit", "period", "predikat", "inputs__heads_unit"):
        counted[unit, period][predikat, heads is not None] += 1
    return counted


def last_day(evaluation: Evaluation) -> date:
    """Return the last day of the period that the person's plan covers: who was who is asked for that day."""
    upper = evaluation.skp.period.upper
    ends_on = evaluation.period.ends_on
    return ends_on if upper is None else min(ends_on, upper - timedelta(days=1))


def _one(row: Evaluation, found: _Around) -> EvaluationFacts:
    government, zone = row.government, row.government.timezone
    day = last_day(row)
    layout = Layout(row.skp.layout)
    appraiser, superior = _judges(row, found, day, layout)
    assert row.delivered_at is not None
    delivered_on = local_date(row.delivered_at, zone)
    achievement = found.achievements.get((_achieving_unit(row), row.period_id))
    shared: dict[str, Any] = {
        "government": government_name(government),
        "agency": agency_name(found.agencies[row.unit_id], government),
        "period_label": label_of(row, day),
        "period_start": max(row.period.starts_on, row.skp.period.lower),
        "period_end": day,
        "employee": placed_party(row.employee, row.skp.placement.position),
        "appraiser": appraiser,
        "org_achievement": OrgPredicateChoices(achievement).label if achievement else NOT_FIXED,
        "predikat": PredikatChoices(row.predikat).label,
        "place": government.place,
        "verification": UNVERIFIED,
        "watermark": WATERMARK if government.is_demo else None,
    }
    document = EvaluationDocument(
        **shared,
        appraiser_superior=superior,
        notes=_notes(row),
        delivered_on=delivered_on,
        answer=_answer(row),
    )
    content = contents.content_in_force(row.skp, row.prepared_at)
    told_results: dict[int, list[str]] = defaultdict(list)
    told_values: dict[str, list[str]] = defaultdict(list)
    for note in sorted(row.notes.all(), key=lambda note: note.pk):
        if note.result_id is not None:
            told_results[note.result_id].append(note.text)
        else:
            told_values[note.behavior_value].append(note.text)
    form = EvaluationForm(
        **shared,
        approach=Approach(row.skp.approach),
        layout=layout,
        distribution=_distribution(row, found),
        guide=_guide(achievement, row.period),
        results=contents.rated_rows(content, row.inputs.get("indicators", []), told_results),
        result_rating=RatingChoices(row.work_result_rating).label,
        behaviors=contents.behavior_rows(content, told_values),
        behavior_rating=RatingChoices(row.behavior_rating).label,
        date=local_date(row.rated_at, zone) if row.rated_at else delivered_on,
    )
    return EvaluationFacts(evaluation_id=row.pk, document=document, form=form)


def _notes(row: Evaluation) -> str:
    """Return the recommendation, and the decision if there was an objection: it is part of the result."""
    parts = [row.recommendation]
    objection = getattr(row, "objection", None)
    if objection is not None and objection.decided_at is not None:
        outcome = "hasil evaluasi diubah" if objection.is_upheld else "hasil evaluasi tetap"
        parts.append(f"Keputusan atas keberatan {objection.number}: {outcome}. {objection.decision_reason}")
    return "\n".join(part.strip() for part in parts if part.strip())


def _answer(row: Evaluation) -> str:
    """Return what the person did with the result since the day of receipt."""
    answered = (
        "" if row.answered_at is None else long_date(local_date(row.answered_at, row.government.timezone))
    )
    due = "" if row.answer_due_on is None else long_date(row.answer_due_on)
    if row.status in {"objected", "decided"}:
        return f"Mengajukan keberatan pada {answered}" if answered else "Mengajukan keberatan"
    if row.status == "accepted" and answered:
        return f"Menerima hasil evaluasi pada {answered}"
    if row.status == "accepted":
        return f"Tidak ada keberatan sampai {due}" if due else "Tidak ada keberatan"
    return f"Batas waktu keberatan: {due}" if due else ""


def _guide(achievement: str | None, period: Period) -> Guide | None:
    """Return the guiding pattern for an achievement, as the table in force at the end of the period has it."""
    pattern = pattern_on(period.ends_on)
    if not achievement or pattern is None:
        return None
    limits = pattern.limits.get(OrgPredicate(achievement), ())
    peak = next((limit for limit in limits if limit.most_frequent or (limit.floor_percent or 0) >= 50), None)
    if peak is None:
        return None
    return Guide(
        peak=_limited(peak), limits=tuple(_limit_words(limit) for limit in limits), source=pattern.source
    )


def _limited(limit: Limit) -> str:
    return " dan ".join(PredikatChoices(predikat.value).label for predikat in limit.predikat)


def _limit_words(limit: Limit) -> str:
    rules = []
    if limit.most_frequent:
        rules.append("paling banyak")
    if limit.cap_percent == 0:
        rules.append("tidak ada")
    elif limit.cap_percent is not None:
        rules.append(f"paling tinggi {limit.cap_percent} %")
    if limit.floor_percent is not None:
        rules.append(f"paling sedikit {limit.floor_percent} %")
    if limit.floor_count is not None:
        rules.append(f"paling sedikit {limit.floor_count} orang")
    return f"{_limited(limit)} {', '.join(rules)}"


def _distribution(row: Evaluation, found: _Around) -> tuple[DistributionCount, ...]:
    """Return the unit's distribution once it stands and is large enough not to tell on colleagues."""
    minimum, with_head = found.sizes[row.government.code, row.period.ends_on]
    counts: Counter[str] = Counter()
    for (predikat, is_head), count in found.distributions[_achieving_unit(row), row.period_id].items():
        if with_head or not is_head:
            counts[predikat] += count
    if counts[""] or counts.total() < minimum:
        return ()
    return tuple(
        DistributionCount(label=choice.label, count=counts[choice.value])
        for choice in reversed(list(PredikatChoices))
    )


# --- people


def _judges(row: Evaluation, found: _Around, day: date, layout: Layout) -> tuple[Party, Party | None]:
    """Return the appraiser and the appraiser's superior as they were on the last day."""
    agency = government_name(row.government) if layout is Layout.JPT else None
    if row.appraiser is None:
        link = of_day(found.links.get(row.employee_id, []), day)
        name = (link.external_name if link else "") or row.skp.appraiser_name
        return Party(name=name, nip=None, rank="", position="", unit="", agency=agency), None
    post = _post(row, row.appraiser, found, day)
    appraiser = placed_party(
        row.appraiser, post.position, prefix=post.prefix, agency=agency, holder=post.holder
    )
    link = of_day(found.links.get(row.appraiser.pk, []), day)
    if link is None or link.appraiser_id == row.employee_id:
        return appraiser, None
    if link.appraiser is None:
        return appraiser, Party(name=link.external_name, nip=None, rank="", position="", unit="")
    place = of_day(found.places.get(link.appraiser.pk, []), day)
    return appraiser, placed_party(link.appraiser, place.position if place else None)


def _post(row: Evaluation, who: Employee, found: _Around, day: date) -> Post:
    mandate = row.mandate
    if mandate is None and row.inputs.get("appraiser_source") == "mandate":
        # Prepared before evaluations knew their mandate.
        mandate = of_day(found.mandates.get(who.pk, []), day)
    if mandate is None:
        place = of_day(found.places.get(who.pk, []), day)
        return Post(place.position if place else None)
    return acting_post(mandate, found.holders.get(mandate.position_id, []), day)


def label_of(row: Evaluation, day: date) -> str:
    """Return what the period of an evaluation is called; one that closes a part of the year says so."""
    return f"Akhir, bagian s.d. {long_date(day)}" if row.is_part else period_label(row.period)

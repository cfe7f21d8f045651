"""What the official documents say, read from stored rows; the same number of queries for one person or a unit.

Documents are Indonesian whatever the reader's language: their words come from the forms, not from the catalog.
Figures come from `Evaluation.inputs`, as they stood when the period closed, and are never computed again.
"""

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Prefetch, QuerySet
from django.urls import reverse

from apps.assessments.labels import OrgPredicateChoices, PeriodKind, PredikatChoices, RatingChoices
from apps.assessments.models import Evaluation, Period, UnitAchievement
from apps.core import policy
from apps.core.localtime import local_date
from apps.employees.models import AppraiserLink, Employee, Government, Mandate, Placement, Position, WorkUnit
from apps.employees.rules.nip import EmployeeStatus
from apps.employees.rules.pangkat import UnknownGolongan, pangkat_line
from apps.indicators.models import Indicator, Skp, WorkResult
from apps.indicators.rules.forms import BEHAVIOR_VALUES

from ..rendering.facts import (
    Approach,
    BehaviorRow,
    DistributionCount,
    EvaluationDocument,
    EvaluationForm,
    IndicatorRow,
    Layout,
    Party,
    ResultKind,
    ResultRow,
    SkpAnnex,
    SkpForm,
    Verification,
)
from ..rendering.payload import long_date

WATERMARK = "CONTOH"
NOT_FIXED = "Belum ditetapkan"
UNVERIFIED = Verification(code="", url="", content_hash="")

_ROMAN = {1: "I", 2: "II", 3: "III", 4: "IV"}
_ASPECTS = {"kuantitas": "Kuantitas", "kualitas": "Kualitas", "waktu": "Waktu", "biaya": "Biaya"}
_PERSPECTIVES = {
    "penerima_layanan": "Penerima Layanan",
    "proses_bisnis": "Proses Bisnis",
    "penguatan_internal": "Penguatan Internal",
    "anggaran": "Anggaran",
}
_MISSING = {
    "no_report": "Tidak ada laporan",
    "report_not_in_force": "Laporan dikembalikan dan belum dikirim lagi",
    "not_filled_in": "Tidak diisi dalam laporan",
    "no_progress": "Tidak ada catatan kegiatan",
    "no_service_count": "Jumlah layanan unit belum dicatat",
    "no_ikm": "Belum ada penilaian masyarakat",
    "no_complaints": "Tidak ada pengaduan yang jatuh tempo",
}
_ACTING = {"plt": "Plt. ", "plh": "Plh. "}


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

    def verified(self, verification: Verification) -> tuple[EvaluationDocument, EvaluationForm]:
        """Return both parts with what lets a reader check them."""
        return (
            replace(self.document, verification=verification),
            replace(self.form, verification=verification),
        )


def digest_of(*parts: EvaluationDocument | EvaluationForm | SkpForm) -> str:
    """Return the SHA-256 of what the parts say, apart from their verification."""
    told = [{key: value for key, value in asdict(part).items() if key != "verification"} for part in parts]
    return hashlib.sha256(json.dumps(told, default=str, sort_keys=True).encode()).hexdigest()


def verification(code: str, digest: str) -> Verification:
    """Return what is printed at the foot of every page."""
    url = settings.PUBLIC_URL + reverse("reports:verify-result", args=[code])
    return Verification(code=code, url=url, content_hash=f"sha256:{digest}")


def with_verification(form: SkpForm, check: Verification) -> SkpForm:
    """Return a plan with what lets a reader check it."""
    return replace(form, verification=check)


# --- evaluations


def evaluation_facts(evaluations: QuerySet[Evaluation]) -> list[EvaluationFacts]:
    """Return the facts of delivered evaluations, by unit and name. Constant number of queries."""
    results = (
        WorkResult.objects.select_related("supports", "supports_indicator")
        .prefetch_related(Prefetch("indicators", queryset=Indicator.objects.order_by("order", "pk")))
        .order_by("-kind", "order", "pk")
    )
    rows = list(
        evaluations.filter(delivered_at__isnull=False)
        .select_related(
            "government",
            "employee",
            "unit",
            "period__cycle",
            "appraiser",
            "skp__placement__position__unit",
            "objection",
        )
        .prefetch_related("notes", "skp__behaviors", Prefetch("skp__results", queryset=results))
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
        self.places = _places(appraisers | superiors, span)
        self.mandates: dict[int, list[Mandate]] = defaultdict(list)
        for mandate in (
            Mandate.objects.filter(holder__in=appraisers, period__overlap=span, kind__in=_ACTING)
            .select_related("position__unit")
            .order_by("pk")
        ):
            self.mandates[mandate.holder_id].append(mandate)
        self.agencies = _agencies(row.unit for row in rows)
        units, periods = {row.unit_id for row in rows}, {row.period_id for row in rows}
        self.achievements = {
            (row.unit_id, row.period_id): row.org_predicate
            for row in UnitAchievement.objects.filter(unit__in=units, period__in=periods)
        }
        self.distributions = _distributions(units, periods)
        self.minimum_size: dict[tuple[str, date], int] = {}
        for key in {(row.government.code, row.period.ends_on) for row in rows}:
            self.minimum_size[key] = policy.get(
                "assessments.distribution_minimum_size", on=key[1], scope=key[0]
            )


def _places(employee_ids: Iterable[int], span: DateRange) -> dict[int, list[Placement]]:
    places: dict[int, list[Placement]] = defaultdict(list)
    for place in (
        Placement.objects.filter(employee__in=set(employee_ids), is_main=True, period__overlap=span)
        .select_related("position__unit")
        .order_by("pk")
    ):
        places[place.employee_id].append(place)
    return places


def _agencies(units: Iterable[WorkUnit]) -> dict[int, str]:
    """Return, per unit, the name of the agency it belongs to: the unit directly below the government."""
    own = {unit.pk: [int(part) for part in unit.path.strip("/").split("/")] for unit in units}
    tops = {pk: (path[1] if len(path) > 1 else path[0]) for pk, path in own.items()}
    names = dict(WorkUnit.objects.filter(pk__in=set(tops.values())).values_list("pk", "name"))
    return {pk: names[top] for pk, top in tops.items()}


def _distributions(units: set[int], periods: set[int]) -> dict[tuple[int, int], Counter[str]]:
    """Count the predikat per unit and period without the heads (DIST-7); "" counts those not rated yet."""
    counted: dict[tuple[int, int], Counter[str]] = defaultdict(Counter)
    rows = Evaluation.objects.filter(unit__in=units, period__in=periods)
    for unit, period, predikat, heads in rows.values_list("unit", "period", "predikat", "inputs__heads_unit"):
        if heads is None:
            counted[unit, period][predikat] += 1
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
    is_accepted = row.status == "accepted" and row.answered_at is not None
    achievement = found.achievements.get((row.unit_id, row.period_id))
    shared: dict[str, Any] = {
        "government": government_name(government),
        "agency": agency_name(found.agencies[row.unit_id], government),
        "period_label": period_label(row.period),
        "period_start": max(row.period.starts_on, row.skp.period.lower),
        "period_end": day,
        "employee": _placed_party(row.employee, row.skp.placement.position),
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
        accepted_on=local_date(row.answered_at, zone) if is_accepted and row.answered_at else None,
    )
    form = EvaluationForm(
        **shared,
        approach=Approach(row.skp.approach),
        layout=layout,
        distribution=_distribution(row, found),
        results=_rated_results(row),
        result_rating=RatingChoices(row.work_result_rating).label,
        behaviors=_behaviors(row.skp, row),
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


def _distribution(row: Evaluation, found: _Around) -> tuple[DistributionCount, ...]:
    """Return the unit's distribution once it stands and is large enough not to tell on colleagues."""
    counts = found.distributions.get((row.unit_id, row.period_id), Counter())
    if counts[""] or sum(counts.values()) < found.minimum_size[row.government.code, row.period.ends_on]:
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
        link = _of_day(found.links.get(row.employee_id, []), day)
        name = (link.external_name if link else "") or row.skp.appraiser_name
        return Party(name=name, nip=None, rank="", position="", unit="", agency=agency), None
    position, prefix = _post(row.appraiser, found, day, row.inputs.get("appraiser_source") == "mandate")
    appraiser = _placed_party(row.appraiser, position, prefix=prefix, agency=agency)
    link = _of_day(found.links.get(row.appraiser.pk, []), day)
    if link is None or link.appraiser_id == row.employee_id:
        return appraiser, None
    if link.appraiser is None:
        return appraiser, Party(name=link.external_name, nip=None, rank="", position="", unit="")
    place = _of_day(found.places.get(link.appraiser.pk, []), day)
    return appraiser, _placed_party(link.appraiser, place.position if place else None)


def _post(who: Employee, found: _Around, day: date, is_acting: bool) -> tuple[Position | None, str]:
    mandate = _of_day(found.mandates.get(who.pk, []), day) if is_acting else None
    if mandate is not None:
        return mandate.position, _ACTING[mandate.kind]
    place = _of_day(found.places.get(who.pk, []), day)
    return (place.position if place else None), ""


def _of_day(rows: Iterable[Any], day: date) -> Any:
    return next((row for row in rows if day in row.period), None)


def _placed_party(
    who: Employee, position: Position | None, *, prefix: str = "", agency: str | None = None
) -> Party:
    return Party(
        name=who.full_name,
        nip=who.nip,
        rank=_rank(who),
        position=f"{prefix}{position.title}" if position else "",
        unit=position.unit.name if position else "",
        agency=agency,
    )


def _rank(who: Employee) -> str:
    try:
        return pangkat_line(who.golongan, EmployeeStatus(who.status))
    except UnknownGolongan:
        return who.golongan


def government_name(government: Government) -> str:
    """Return the name as on letterheads: Pemerintah Kota Kendari."""
    return government.name if government.name.startswith("Pemerintah") else f"Pemerintah {government.name}"


def agency_name(name: str, government: Government) -> str:
    """Return the agency's name with that of its government, once."""
    return name if government.name in name else f"{name} {government.name}"


def period_label(period: Period) -> str:
    """Return what a period is called on the forms: Triwulan III 2026, September 2026, Tahun 2026."""
    if period.kind == str(PeriodKind.YEARLY):
        return f"Tahun {period.starts_on.year}"
    if (period.starts_on.year, period.starts_on.month) == (period.ends_on.year, period.ends_on.month):
        return long_date(period.starts_on).split(" ", 1)[1]
    return f"Triwulan {_ROMAN[period.ends_on.month // 3]} {period.starts_on.year}"


# --- contents of the forms


def _rated_results(row: Evaluation) -> tuple[ResultRow, ...]:
    stored = {figure["id"]: figure for figure in row.inputs.get("indicators", [])}
    told: dict[int, list[str]] = defaultdict(list)
    for note in sorted(row.notes.all(), key=lambda note: note.pk):
        if note.result_id is not None:
            told[note.result_id].append(note.text)
    return tuple(
        _result(
            result,
            [_figure_row(indicator, stored.get(indicator.pk)) for indicator in result.indicators.all()],
            feedback="\n".join(told[result.pk]),
        )
        for result in row.skp.results.all()
    )


def _result(result: WorkResult, indicators: Sequence[IndicatorRow], feedback: str = "") -> ResultRow:
    superior = result.supports.text if result.supports else None
    if superior is None and result.supports_indicator is not None:
        superior = result.supports_indicator.name
    return ResultRow(
        kind=ResultKind(result.kind),
        rhk=result.text,
        indicators=tuple(indicators),
        superior_result=superior,
        perspective=_PERSPECTIVES.get(result.perspective),
        feedback=feedback,
    )


def _figure_row(indicator: Indicator, figure: dict[str, Any] | None) -> IndicatorRow:
    """Return an indicator with the figures stored when the period closed; without them, with its plan only."""
    if figure is None:
        return _plan_row(indicator)
    measure = figure["measure"]
    realization = _quantity(figure["realization"], measure)
    if not realization:
        realization = _MISSING.get(figure["missing"], "")
    return IndicatorRow(
        text=figure["text"],
        aspect=_ASPECTS.get(figure["aspect"]),
        target=_target(figure["target"] or figure["plan_target"], measure, figure["direction"]),
        realization=realization,
    )


def _plan_row(indicator: Indicator) -> IndicatorRow:
    target = None if indicator.plain_target is None else f"{indicator.plain_target:f}"
    return IndicatorRow(
        text=indicator.text,
        aspect=_ASPECTS.get(indicator.aspect),
        target=_target(target, indicator.measure, indicator.direction),
    )


def _target(value: str | None, measure: str, direction: str) -> str:
    quantity = _quantity(value, measure)
    return f"≤ {quantity}" if quantity and direction == "lower_is_better" else quantity


def _quantity(value: str | None, measure: str) -> str:
    """Write a stored number the Indonesian way with its measure: 1.250 berkas; 82,5 %."""
    if value is None:
        return ""
    plain = f"{Decimal(value):,f}"
    if "." in plain:
        plain = plain.rstrip("0").rstrip(".")
    return f"{plain.translate(str.maketrans(',.', '.,'))} {measure}".strip()


def _behaviors(skp: Skp, evaluation: Evaluation | None = None) -> tuple[BehaviorRow, ...]:
    expected = {row.value: row.expectation for row in skp.behaviors.all()}
    told: dict[str, list[str]] = defaultdict(list)
    if evaluation is not None:
        for note in sorted(evaluation.notes.all(), key=lambda note: note.pk):
            told[note.behavior_value].append(note.text)
    return tuple(
        BehaviorRow(
            label=value.label,
            lines=value.lines,
            expectation=expected.get(value.code, ""),
            feedback="\n".join(told.get(value.code, [])),
        )
        for value in BEHAVIOR_VALUES
    )


# --- plans


def skp_facts(skp: Skp) -> SkpForm:
    """Return the facts of an approved plan."""
    government = skp.government
    approved_on = local_date(skp.approved_at, government.timezone) if skp.approved_at else skp.period.lower
    layout = Layout(skp.layout)
    agency = government_name(government) if layout is Layout.JPT else None
    if skp.appraiser is None:
        appraiser = Party(name=skp.appraiser_name, nip=None, rank="", position="", unit="", agency=agency)
    else:
        span = DateRange(approved_on, approved_on + timedelta(days=1))
        place = _of_day(_places([skp.appraiser.pk], span).get(skp.appraiser.pk, []), approved_on)
        appraiser = _placed_party(skp.appraiser, place.position if place else None, agency=agency)
    results = (
        skp.results.select_related("supports", "supports_indicator")
        .prefetch_related(Prefetch("indicators", queryset=Indicator.objects.order_by("order", "pk")))
        .order_by("-kind", "order", "pk")
    )
    annex: dict[str, list[str]] = defaultdict(list)
    for item in skp.annex.order_by("kind", "order", "pk"):
        annex[item.kind].append(item.text)
    return SkpForm(
        government=government_name(government),
        agency=agency_name(_agencies([skp.unit])[skp.unit_id], government),
        approach=Approach(skp.approach),
        layout=layout,
        period_start=skp.period.lower,
        period_end=skp.period.upper - timedelta(days=1) if skp.period.upper else date(skp.year, 12, 31),
        employee=_placed_party(skp.employee, skp.placement.position),
        appraiser=appraiser,
        results=tuple(
            _result(result, [_plan_row(row) for row in result.indicators.all()]) for result in results
        ),
        behaviors=_behaviors(skp),
        place=government.place,
        date=approved_on,
        verification=UNVERIFIED,
        annex=SkpAnnex(
            resources=tuple(annex["dukungan_sumber_daya"]),
            accountability=tuple(annex["skema_pertanggungjawaban"]),
            consequences=tuple(annex["konsekuensi"]),
        ),
        watermark=WATERMARK if government.is_demo else None,
    )

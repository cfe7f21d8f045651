"""Figures of units for whoever leads them: read from `UnitFigure` and the tree, in a fixed number of queries.

Units stand in the order of the tree, never of a figure. A figure is held against units of the same kind in the whole
government by funnel limits; which counts of predikat may be shown is decided for the whole tree at once, so that no
two pages together say what each of them hides.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.db.models import QuerySet, Sum

from apps.assessments.models import Period
from apps.assessments.rules.predikat import Predikat
from apps.core import policy
from apps.core.rules.rounding import half_up
from apps.employees.models import Government, WorkUnit
from apps.feedback.rules import comparison
from apps.feedback.rules.comparison import Band, Change, Funnel, Sums, change, funnel
from apps.feedback.rules.intervals import Interval, ikm_interval_from_sums, wilson_interval

from ..models import UnitFigure
from ..querysets import overseen_by
from ..rules.unit_counts import Node, visible_counts
from ..rules.unit_shares import Family, Share, share_band
from .unit_sums import topmost_units

FIGURES = (
    "coverage",
    "punctual",
    "ikm",
    "solved",
    "answered",
    "training",
    "feedback",
    "review",
    "objection",
)
# What is known of a unit only, and not of the people of one job family in it.
OF_UNITS = frozenset({"ikm", "solved", "answered"})
# Duties of leaders: those of one leader come and go together.
OF_LEADERS = frozenset({"feedback", "review", "objection"})
BANDS = tuple(predikat.value for predikat in Predikat)
TREND_PERIODS = 8

_PARTS = {
    "coverage": ("planned", "people"),
    "punctual": ("reports_on_time", "reports_due"),
    "answered": ("complaints_in_time", "complaints_due"),
    "feedback": ("feedback_kept", "feedback_owed"),
    "review": ("review_kept", "review_owed"),
    "objection": ("objection_kept", "objection_owed"),
}


@dataclass(frozen=True)
class Limits:
    """From how many things a percentage is shown and compared, and with how many other units."""

    minimum: int
    peers: int


@dataclass(frozen=True)
class Cell:
    """One figure of one unit. `value` is None where there is nothing or too little for a percentage."""

    name: str
    value: Decimal | None
    part: Decimal
    whole: Decimal
    band: Band = Band.UNKNOWN
    limits: Funnel | None = None

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to count."""
        return not self.whole


@dataclass(frozen=True)
class UnitRow:
    """A unit with its figures, and its predikat as far as they may be shown."""

    unit: WorkUnit
    cells: tuple[Cell, ...]
    bands: tuple[tuple[str, int | None], ...]
    rated: int
    figure: UnitFigure | None

    @property
    def hides(self) -> bool:
        """Whether a count of predikat is hidden."""
        return any(count is None for _band, count in self.bands)

    def cell(self, name: str) -> Cell | None:
        """Return one figure, if it is shown at all."""
        return next((cell for cell in self.cells if cell.name == name), None)


@dataclass(frozen=True)
class Board:
    """Everything about a government in one period, ready to be asked unit by unit."""

    period: Period
    job_family: str
    limits: Limits
    names: tuple[str, ...]
    figures: Mapping[int, UnitFigure]
    shown: Mapping[int, tuple[int | None, ...]]
    kinds: Mapping[str, Sequence[UnitFigure]] = field(repr=False)
    _kin: dict[str, "Kin"] = field(default_factory=dict, repr=False)

    def row(self, unit: WorkUnit) -> UnitRow:
        """Return the figures of a unit with everything below it."""
        figure = self.figures.get(unit.pk)
        counts = self.shown.get(unit.pk, tuple(0 for _band in BANDS))
        kin = self._kin_of(unit.kind) if figure else NO_KIN
        return UnitRow(
            unit=unit,
            cells=tuple(_cell(name, figure, kin, self.limits) for name in self.names),
            bands=tuple(zip(BANDS, counts, strict=True)),
            rated=sum(_counts(figure)) if figure else 0,
            figure=figure,
        )

    def _kin_of(self, kind: str) -> "Kin":
        """Add the units of a kind up once: a table of all units would add them up for each of them otherwise."""
        if kind not in self._kin:
            rows = self.kinds.get(kind, ())
            self._kin[kind] = Kin(
                {name: Family.of(_share(name, row) for row in rows) for name in self.names if name != "ikm"},
                comparison.Family.of(_sums(row) for row in rows),
            )
        return self._kin[kind]


@dataclass(frozen=True)
class Kin:
    """All units of a kind with figures, added up figure by figure."""

    shares: Mapping[str, Family]
    ikm: comparison.Family


NO_KIN = Kin({}, comparison.Family())


@dataclass(frozen=True)
class TrendPoint:
    """A figure of a unit in one period, and its interval where one can be given."""

    period: Period
    cell: Cell
    interval: Interval | None


def roots_of(user: Any, day: date) -> list[WorkUnit]:
    """Return the topmost units a user oversees, by name."""
    top = topmost_units(user, day)
    if all(unit.is_active for unit in top):
        return sorted(top, key=lambda unit: (unit.name, unit.pk))
    # Below a unit that is no more, others may live on.
    units = list(overseen_by(user, day).filter(is_active=True).select_related("government"))
    paths = {unit.path for unit in units}
    return sorted(
        (unit for unit in units if not any(path in paths for path in _paths_above(unit.path))),
        key=lambda unit: (unit.name, unit.pk),
    )


def _paths_above(path: str) -> list[str]:
    ids = path.strip("/").split("/")
    return ["/" + "/".join(ids[:count]) + "/" for count in range(1, len(ids))]


def limits_of(government: Government, day: date) -> Limits:
    """Return the policy values of a comparison."""
    return Limits(
        minimum=policy.get("supervision.figures_minimum", on=day, scope=government.code),
        peers=policy.get("supervision.figures_peers", on=day, scope=government.code),
    )


def periods_with_figures(government: Government) -> list[Period]:
    """Return the periods of which something is counted, the newest first; the year before its last period."""
    return list(
        Period.objects.filter(
            cycle__government=government, pk__in=UnitFigure.objects.values("period")
        ).order_by("-ends_on", "-starts_on", "-pk")
    )


def families_in(units: Iterable[WorkUnit], period: Period, minimum: int) -> list[str]:
    """Return the job families of at least `minimum` people in some units and below them.

    Where no family is recorded the title of the post stands for it, so every head of a unit is a family of one: no
    figure but a person, and in a region of a hundred thousand people thousands of them.
    """
    rows = UnitFigure.objects.filter(unit__in=list(units), period=period, reach="tree").exclude(job_family="")
    sums = rows.values("job_family").annotate(together=Sum("people")).filter(together__gte=minimum)
    return list(sums.order_by("job_family").values_list("job_family", flat=True))


def board_of(government: Government, period: Period, job_family: str, limits: Limits) -> Board:
    """Read the figures of a period; one query, two with a job family."""
    figures = _tree_rows(government, period, job_family)
    shown = visible_counts(_nodes(figures), limits.minimum)
    if job_family:
        shown = _beside_the_others(shown, figures, _tree_rows(government, period, ""), limits.minimum)
    kinds: dict[str, list[UnitFigure]] = {}
    for row in figures.values():
        kinds.setdefault(row.unit.kind, []).append(row)
    return Board(
        period=period,
        job_family=job_family,
        limits=limits,
        names=tuple(name for name in FIGURES if not (job_family and name in OF_UNITS)),
        figures=figures,
        shown=shown,
        kinds=kinds,
    )


def children_of(unit: WorkUnit) -> QuerySet[WorkUnit]:
    """Return the units right below a unit, by name."""
    return unit.children.filter(is_active=True).order_by("name", "pk")


def subtree_of(units: Iterable[WorkUnit]) -> list[WorkUnit]:
    """Return units with everything below them, each after the one above it and by name among its sisters."""
    rows = WorkUnit.objects.below_any(WorkUnit.objects.filter(pk__in=[unit.pk for unit in units]))
    found = {unit.pk: unit for unit in rows.filter(is_active=True)}
    names = {str(pk): unit.name for pk, unit in found.items()}
    return sorted(
        found.values(),
        key=lambda unit: [(names.get(pk, ""), int(pk)) for pk in unit.path.strip("/").split("/")],
    )


def trend_of(unit: WorkUnit, name: str, job_family: str, kind: str, limits: Limits) -> list[TrendPoint]:
    """Return one figure of a unit over its newest periods of a kind, oldest first; one query."""
    rows = list(
        UnitFigure.objects.filter(unit=unit, reach="tree", job_family=job_family, period__kind=kind)
        .select_related("period")
        .order_by("-period__starts_on", "-period__pk")[:TREND_PERIODS]
    )
    return [
        TrendPoint(row.period, _cell(name, row, NO_KIN, limits), _interval(name, row))
        for row in reversed(rows)
    ]


def change_of(points: Sequence[TrendPoint]) -> Change:
    """Return what the first and the last shown point of a trend say: up, down, or not to be told."""
    shown = [point for point in points if point.cell.value is not None]
    return change(shown[0].interval, shown[-1].interval) if len(shown) > 1 else Change.NONE


def _tree_rows(government: Government, period: Period, job_family: str) -> dict[int, UnitFigure]:
    rows = UnitFigure.objects.filter(
        period=period, job_family=job_family, reach="tree", unit__government=government
    ).select_related("unit")
    return {row.unit_id: row for row in rows}


def _counts(figure: UnitFigure) -> tuple[int, ...]:
    return tuple(getattr(figure, band) for band in BANDS)


def _nodes(figures: Mapping[int, UnitFigure]) -> dict[int, Node]:
    return {pk: Node(row.unit.parent_id, _counts(row)) for pk, row in figures.items()}


def _beside_the_others(
    shown: Mapping[int, tuple[int | None, ...]],
    figures: Mapping[int, UnitFigure],
    everybody: Mapping[int, UnitFigure],
    minimum: int,
) -> dict[int, tuple[int | None, ...]]:
    """Hide in a job family what "everybody minus this family" would tell about a few others."""
    safe = {}
    for pk, counts in shown.items():
        rest = (
            all_of - own for all_of, own in zip(_counts(everybody[pk]), _counts(figures[pk]), strict=True)
        )
        safe[pk] = tuple(
            None if count and 0 < others < minimum else count
            for count, others in zip(counts, rest, strict=True)
        )
        # One hidden band alone would follow from the number of people.
        if sum(count is None for count in safe[pk]) == 1:
            safe[pk] = tuple(None if count else count for count in safe[pk])
    return safe


def _cell(name: str, figure: UnitFigure | None, kin: Kin, limits: Limits) -> Cell:
    """Return a figure; `kin` are all units of the kind, this one among them, or none at all."""
    if figure is None:
        return Cell(name, None, Decimal(0), Decimal(0))
    if name == "ikm":
        return _ikm_cell(figure, kin, limits)
    own = _share(name, figure)
    family = kin.shares.get(name)
    found, around = share_band(
        own,
        family.without(own) if family else Family(),
        minimum=limits.minimum,
        peers=limits.peers,
        is_strict=name in OF_LEADERS,
    )
    percent = own.percent
    return Cell(
        name=name,
        value=half_up(percent, 1) if percent is not None and own.n >= limits.minimum else None,
        part=_decimal(own.part),
        whole=_decimal(own.whole),
        band=found,
        limits=around,
    )


def _ikm_cell(figure: UnitFigure, kin: Kin, limits: Limits) -> Cell:
    n = figure.ikm_n
    if not n:
        return Cell("ikm", None, Decimal(0), Decimal(0))
    value = half_up(Fraction(figure.ikm_points) / n)
    family = kin.ikm.without(_sums(figure)) if kin.ikm.units else kin.ikm
    around = funnel(n, family) if family.units >= limits.peers else None
    return Cell("ikm", value, Decimal(n), Decimal(n), comparison.band(value, around), around)


def _sums(row: UnitFigure) -> Sums:
    return Sums(row.ikm_n, Fraction(row.ikm_total), Fraction(row.ikm_squares))


def _share(name: str, row: UnitFigure) -> Share:
    if name == "training":
        return Share(Fraction(row.jp_counted), Fraction(row.jp_target), row.people)
    if name == "solved":
        return Share.of(row.complaints_solved, row.complaints_solved + row.complaints_no_reply)
    part, whole = _PARTS[name]
    return Share.of(getattr(row, part), getattr(row, whole))


def _decimal(value: Fraction) -> Decimal:
    return Decimal(value.numerator) / Decimal(value.denominator)


def _interval(name: str, row: UnitFigure) -> Interval | None:
    if name == "ikm":
        return ikm_interval_from_sums(row.ikm_n, row.ikm_total, row.ikm_squares)
    if name == "training":
        # Hours add up from January on: every year they rise, and that is no news.
        return None
    own = _share(name, row)
    return wilson_interval(int(own.part), int(own.whole))

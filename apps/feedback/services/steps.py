"""The steps in which public figures move, so that two readings never differ by only a few answers.

While a period runs, a figure is first taken and only shown when enough further answers came: then the result of
the whole period, too, differs from the last shown figure by enough. When a period has ended its figure is shown
at once. docs/rules/ikm.md argues it.
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from apps.core import policy, stamps
from apps.employees.models import Government

from .. import selectors
from ..models import FigureStep, IkmResult, Response, SurveyTally
from ..rules.breakdowns import PUBLIC_CUTS, Cell, Prefix, safe_cells
from ..rules.parts import years_of

COPIED = ("nrr", "ikm", "service_grade", "weakest_unsur", "interval_low", "interval_high")
_SUMMED = ("n", "satisfied", "sums", "counts", "index_total", "index_squares")


@dataclass(frozen=True)
class Pace:
    """From how many answers a figure is shown, and by how many answers two shown ones differ at least."""

    minimum: int
    step: int


@dataclass(frozen=True)
class Figure:
    """What a step is taken of: the sums, the index made from them, and the cells they consist of."""

    tally: SurveyTally
    values: dict[str, Any]
    cells: list[SurveyTally]

    @property
    def n(self) -> int:
        """How many people."""
        return self.tally.n


def pace_of(government: Government, day: date) -> Pace:
    """Return the pace that holds for a government on a day."""
    minimum, _full = selectors.thresholds(government, day)
    return Pace(minimum, policy.get("feedback.publish_step", on=day, scope=government.code))


def advance(
    *,
    result: IkmResult,
    now: Figure,
    earlier: Callable[[int], Figure | None],
    pace: Pace,
    is_open: bool,
    shrank: bool,
    at: datetime,
) -> None:
    """Take and show what may be shown of a freshly added-up result.

    `earlier` makes the figure of the first so many people; `is_open` says that answers still come; `shrank`
    that fewer count than before.
    """
    if result.ikm is None:
        # Whatever was shown consisted of answers that do not count any more.
        _show_nothing(result, pace)
        return
    last = _steps(result).filter(shown_at__isnull=False).order_by("-number").first()
    waiting = _steps(result).filter(shown_at__isnull=True).first()
    # What was taken down, because none of its answers counted any more, does not come back.
    visible = last if result.shown_id is not None else None
    if not is_open or not pace.step or (last is not None and now.n <= last.n - pace.step):
        # Nothing more will come, or a good part of what is shown does not count any more.
        if waiting is not None:
            waiting.delete()
        if last is None or _is_far(now, last, pace):
            visible = _take(result, now, at, shown_at=at)
        _store(result, visible, None)
        return
    if waiting is not None and shrank:
        # It was taken with answers that do not count any more.
        waiting.delete()
        waiting = None
    if waiting is not None and now.n >= waiting.n + pace.step:
        waiting.shown_at = at
        waiting.save(update_fields=["shown_at"])
        last = visible = waiting
        waiting = None
    floor = pace.minimum if last is None else max(pace.minimum, last.n + pace.step)
    if waiting is None and now.n >= floor + pace.step:
        # Many came at once, from an import or before there were steps: all but the newest are shown.
        figure = earlier(now.n - pace.step)
        if figure is not None:
            last = visible = _take(result, figure, at, shown_at=at)
            floor = last.n + pace.step
    if waiting is None and now.n >= floor:
        waiting = _take(result, now, at, shown_at=None)
    _store(result, visible, (waiting.n if waiting is not None else floor) + pace.step)


def fix(*, result: IkmResult, at: datetime) -> None:
    """Add the breakdowns to the shown figure of a result that was just published: they are made once.

    If the last few answers could not be shown, there is no breakdown: its total would tell them.
    """
    step = result.shown
    if step is None or step.n != result.n or step.breakdown:
        return
    step.breakdown = _breakdown(result, step)
    step.save(update_fields=["breakdown"])


def adopt(*, result: IkmResult, at: datetime) -> None:
    """Show a result that was published before there were steps, exactly as it was published.

    Sums were not kept then, so it is not part of the figures of its unit.
    """
    step = FigureStep.objects.create(
        survey_period=result.survey_period,
        tier=result.tier,
        number=_next_number(result),
        n=result.n,
        satisfied=result.satisfied,
        taken_at=result.computed_at,
        shown_at=at,
        **{name: getattr(result, name) for name in COPIED},
    )
    _store(result, step, None)


def _steps(result: IkmResult) -> Any:
    return FigureStep.objects.filter(survey_period=result.survey_period_id, tier=result.tier)


def _next_number(result: IkmResult) -> int:
    newest = _steps(result).order_by("-number").first()
    return newest.number + 1 if newest else 1


def _is_far(figure: Figure, step: FigureStep, pace: Pace) -> bool:
    """Whether a figure may follow the shown one. With a step of 0 every change may."""
    tally = figure.tally
    if not pace.step:
        return (tally.n, tally.sums, tally.counts) != (step.n, step.sums, step.counts)
    return abs(tally.n - step.n) >= pace.step


def _take(result: IkmResult, figure: Figure, at: datetime, *, shown_at: datetime | None) -> FigureStep:
    counted: dict[str, dict[str, int]] = defaultdict(dict)
    for cell in figure.cells:
        if cell.n:
            counted[cell.cut][cell.value] = int(cell.n)
    return FigureStep.objects.create(
        survey_period=result.survey_period,
        tier=result.tier,
        number=_next_number(result),
        cells=counted,
        taken_at=at,
        shown_at=shown_at,
        **{name: getattr(figure.tally, name) for name in _SUMMED},
        **figure.values,
    )


def figures_stamp(service_id: int) -> str:
    """Return the name under which a public screen asks whether the figures of a service have moved."""
    return f"figures:{service_id}"


def _store(result: IkmResult, step: FigureStep | None, next_step_at: int | None) -> None:
    if result.shown != step:
        stamps.bump(figures_stamp(result.survey_period.service_id))
    result.shown = step
    result.next_step_at = next_step_at
    result.save(update_fields=["shown", "next_step_at"])


def _show_nothing(result: IkmResult, pace: Pace) -> None:
    _steps(result).filter(shown_at__isnull=True).delete()
    _store(result, None, pace.minimum + pace.step)


def _breakdown(result: IkmResult, step: FigureStep) -> dict[str, list[dict[str, Any]]]:
    """Return the cells of every public cut, with those hidden from which a few people could be told."""
    tallies = {
        (row.cut, row.value): row
        for row in SurveyTally.objects.filter(
            survey_period=result.survey_period_id, tier=result.tier, cut__in=PUBLIC_CUTS
        )
        if row.n
    }
    period = result.survey_period
    groups = (
        Response.objects.filter(
            survey_period=result.survey_period_id,
            tier=result.tier,
            is_quarantined=False,
            answers__year__range=years_of(period.starts_on, period.ends_on),
        )
        .values_list(*PUBLIC_CUTS, "pk")
        .distinct()
    )
    counted: dict[tuple[str, ...], int] = defaultdict(int)
    for *pattern, _pk in groups.iterator():
        counted[tuple(pattern)] += 1
    earlier = [
        Prefix(n=row.n, cells=row.cells)
        for row in _steps(result).filter(shown_at__isnull=False).exclude(pk=step.pk)
    ]
    visible = safe_cells(counted, earlier)
    return {
        cut: [
            _cell(tallies[cut, value], is_visible=Cell(cut, value) in visible)
            for (found, value) in sorted(tallies)
            if found == cut
        ]
        for cut in PUBLIC_CUTS
    }


def _cell(row: SurveyTally, *, is_visible: bool) -> dict[str, Any]:
    if not is_visible:
        return {"value": row.value, "n": None}
    return {
        "value": row.value,
        "n": row.n,
        "satisfied": row.satisfied,
        "sums": row.sums,
        "counts": row.counts,
    }

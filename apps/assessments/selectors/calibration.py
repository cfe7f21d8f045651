"""Questions of a calibration: who takes part, and how the ratings were before beside how they are now."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from apps.core.compiled import PersonQuestion
from apps.employees.models import Employee, WorkUnit

from ..labels import CalibrationStatusChoices, ChangeKindChoices, EvaluationStatusChoices
from ..models import CalibrationSession, Evaluation, Period, RatingChange


def open_session(unit_id: int, period_id: int) -> CalibrationSession | None:
    """Return the calibration that goes on in a unit, if any."""
    return CalibrationSession.objects.filter(
        unit=unit_id, period=period_id, status=CalibrationStatusChoices.OPEN.value
    ).first()


def is_being_calibrated(unit_id: int, period_id: int) -> bool:
    """Whether a calibration goes on in a unit."""
    return CalibrationSession.objects.filter(
        unit=unit_id, period=period_id, status=CalibrationStatusChoices.OPEN.value
    ).exists()


def units_being_calibrated(unit_ids: Iterable[int], period: Period) -> set[int]:
    """Return those of some units in which a calibration goes on."""
    return set(
        CalibrationSession.objects.filter(
            unit__in=list(unit_ids), period=period, status=CalibrationStatusChoices.OPEN.value
        ).values_list("unit_id", flat=True)
    )


def sessions_of(unit: WorkUnit, period: Period) -> list[CalibrationSession]:
    """Return the calibrations of a unit in a period, newest first."""
    return list(
        CalibrationSession.objects.filter(unit=unit, period=period)
        .select_related("opened_by", "closed_by")
        .order_by("-opened_at", "-pk")
    )


def units_to_calibrate(user: Any, period: Period, on: date, most: int) -> list[tuple[int, str]]:
    """Return number and name of the first units whose ratings this user may calibrate and that have rated evaluations
    in the period.
    """
    return [(pk, name) for pk, name in _TO_CALIBRATE.rows(user, on, period.pk, most=most)]


def _to_calibrate(user: Any, on: date, period: int) -> QuerySet[WorkUnit, Any]:
    above = WorkUnit.objects.filter(
        Q(pk__in=WorkUnit.objects.led_by(user, on=on).values("pk"))
        | Q(pk__in=WorkUnit.objects.with_role(user, "leadership", on=on).values("pk"))
    )
    return (
        WorkUnit.objects.below_any(above)
        .filter(pk__in=rated_in(period).order_by().values("unit"))
        .order_by("name", "pk")
        .values_list("pk", "name")
    )


_TO_CALIBRATE = PersonQuestion(_to_calibrate, int)


def rated_in(period: Period | int) -> QuerySet[Evaluation]:
    """Return the evaluations of a period that are rated and not handed over; no parts of a year."""
    return Evaluation.objects.filter(period=period, status=EvaluationStatusChoices.RATED.value, is_part=False)


def candidates_for(unit: WorkUnit, period: Period) -> QuerySet[Employee]:
    """Return who may be asked to take part: the appraisers of the unit's people."""
    return Employee.objects.filter(
        pk__in=Evaluation.objects.filter(unit=unit, period=period, appraiser__isnull=False).values(
            "appraiser"
        )
    ).order_by("name", "pk")


@dataclass(frozen=True)
class CalibrationRow:
    """One person: the appraiser's ratings beside those of now, and the moves between them."""

    evaluation: Evaluation
    original: RatingChange | None
    moves: list[RatingChange]

    @property
    def is_moved(self) -> bool:
        """Whether the result now differs from the original in a rating."""
        return self.original is not None and (
            self.original.work_result_rating,
            self.original.behavior_rating,
        ) != (self.latest.work_result_rating, self.latest.behavior_rating)

    @property
    def latest(self) -> RatingChange | Evaluation:
        """The ratings at the end of the session: its last move, else those of the evaluation."""
        return self.moves[-1] if self.moves else self.evaluation


def people_of(session: CalibrationSession, user: Any, *, everybody: bool) -> QuerySet[Evaluation]:
    """Return the evaluations a session is about, by name: never by result, and never the reader's own.

    Who only rated some of the people sees those.
    """
    rows = (
        Evaluation.objects.filter(unit=session.unit_id, period=session.period_id, is_part=False)
        .exclude(predikat="")
        .exclude(employee__user=user)
    )
    if not everybody:
        rows = rows.filter(appraiser__user=user)
    return rows.select_related(
        "employee__user", "appraiser__user", "unit", "government", "period__cycle", "skp__placement__position"
    ).order_by("employee__name", "pk")


def rows_of(session: CalibrationSession, evaluations: list[Evaluation]) -> list[CalibrationRow]:
    """Return the original ratings and the moves of a session for some evaluations, in two queries."""
    changes: dict[int, list[RatingChange]] = defaultdict(list)
    for change in (
        RatingChange.objects.filter(evaluation__in=[row.pk for row in evaluations])
        .select_related("by")
        .prefetch_related("comments__by")
        .order_by("at", "pk")
    ):
        changes[change.evaluation_id].append(change)
    rows = []
    for evaluation in evaluations:
        moves = [change for change in changes[evaluation.pk] if change.session_id == session.pk]
        before = [
            change
            for change in changes[evaluation.pk]
            if change.session_id != session.pk
            and (not moves or (change.at, change.pk) < (moves[0].at, moves[0].pk))
        ]
        original = before[-1] if before else None
        rows.append(CalibrationRow(evaluation, original, moves))
    return rows


def moved_of(evaluation: Evaluation) -> CalibrationRow | None:
    """Return original and calibrated ratings of one evaluation; None if no calibration moved it."""
    changes = list(evaluation.changes.select_related("by", "session").order_by("at", "pk"))
    moves = [change for change in changes if change.kind == ChangeKindChoices.CALIBRATED.value]
    if not moves:
        return None
    before = [change for change in changes if (change.at, change.pk) < (moves[0].at, moves[0].pk)]
    return CalibrationRow(evaluation, before[-1] if before else None, moves)

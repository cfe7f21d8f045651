"""One chunk in the caller's transaction: scope, figures, evaluations, and who is told."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import connection, transaction
from django.db.models import ProtectedError

from apps.core import policy
from apps.core.localtime import local_date
from apps.employees.models import WorkUnit

from ...models import Evaluation, Period
from ...rules.evaluation_lifecycle import EvaluationStatus
from ...rules.hint import HintThresholds
from ...rules.period_lifecycle import PeriodKind
from . import appraising, scope, statement
from .voices import voices_of

INPUTS_VERSION = 1
ACHIEVEMENT_RULE = "SAK-6"
HINT_RULE = "hint-mean/1"
COUNTED_REPORTS = ("submitted", "accepted")
# Evaluation.achievement_percent holds six digits before the point; a target of 0.0001 must not stop a whole unit.
LARGEST_PERCENT = Decimal("999999.99")
NO_REPORT = {"id": None, "status": "none", "number": None, "version": 0, "is_late": False}


@dataclass
class Outcome:
    """What was done with the plans of one unit, in numbers."""

    plans: int = 0
    created: int = 0
    refreshed: int = 0
    unchanged: int = 0
    kept: int = 0
    away: int = 0


@dataclass
class Written:
    """What a chunk did: numbers per unit, and whose list of evaluations to make has changed."""

    units: dict[int, Outcome]
    appraisers: set[int] = field(default_factory=set)


def write(
    *, period: Period, units: dict[int, WorkUnit], at: datetime, only: Sequence[int] | None = None
) -> Written:
    """Make or refresh the evaluations of some units (or of `only` some of their plans) and return what was done.

    Evaluations that are rated stay as they are, and so do equal ones, down to the row version.
    """
    parameters = scope.parameters(period, list(units), only)
    spans = scope.gather(parameters)
    written = Written({unit_id: Outcome() for unit_id in units})
    for span in spans:
        written.units[span.unit_id].plans += span.plans
        written.units[span.unit_id].kept += span.kept
    waiting = [span for span in spans if span.plans > span.kept]
    if waiting:
        absent = scope.absent_ones(parameters)
        for row in absent:
            written.units[row.unit_id].away += 1
            if row.evaluation_id is not None:
                _drop(row.evaluation_id)
        scope.leave_out(absent)
        # Parts of the year first: the yearly evaluation names them.
        with policy.read_now(period.cycle.government.code):
            for is_part in (True, False):
                spans = [span for span in waiting if span.is_part is is_part]
                if spans:
                    _write_spans(period, units, spans, dict(parameters), written, at, are_parts=is_part)
    for outcome in written.units.values():
        done = outcome.created + outcome.refreshed + outcome.kept + outcome.away
        outcome.unchanged = outcome.plans - done
    return written


def _write_spans(
    period: Period,
    units: dict[int, WorkUnit],
    spans: Sequence[scope.Span],
    parameters: dict[str, Any],
    written: Written,
    at: datetime,
    *,
    are_parts: bool,
) -> None:
    government = period.cycle.government
    basis = policy.get("assessments.target_basis", on=period.ends_on, scope=government.code)
    thresholds = HintThresholds(
        meets_percent=policy.get("assessments.hint_meets_percent", on=period.ends_on, scope=government.code),
        above_percent=policy.get("assessments.hint_above_percent", on=period.ends_on, scope=government.code),
    )
    may_act = {
        day: policy.get("assessments.plt_may_appraise", on=day, scope=government.code)
        for day in sorted({span.last_day for span in spans})
    }
    sql = statement.compose(
        basis=basis,
        is_yearly=period.kind == PeriodKind.YEARLY.value,
        are_parts=are_parts,
    )
    # What all evaluations of a period say alike: the beginning of their JSON, without the closing brace.
    common = json.dumps(
        {
            "version": INPUTS_VERSION,
            "cut_off": period.closes_at.isoformat(),
            "policy": {
                "hint_meets_percent": _text(thresholds.meets_percent),
                "hint_above_percent": _text(thresholds.above_percent),
                "target_basis": basis,
            },
            "rules": {"achievement": ACHIEVEMENT_RULE, "hint": HINT_RULE},
        }
    )[:-1]
    parameters |= {
        "at": at,
        "are_parts": are_parts,
        "span_nos": [span.no for span in spans],
        "span_units": [span.unit_id for span in spans],
        "first_days": [span.first_day for span in spans],
        "last_days": [span.last_day for span in spans],
        "may_act": [may_act[span.last_day] for span in spans],
        "counted_reports": list(COUNTED_REPORTS),
        "no_report": json.dumps(NO_REPORT),
        "largest": LARGEST_PERCENT,
        "above": thresholds.above_percent,
        "meets": thresholds.meets_percent,
        "at_text": at.isoformat(),
        "common": common,
        "common_mark": statement.mark_of(sql, common, LARGEST_PERCENT, COUNTED_REPORTS, NO_REPORT),
        **statement.constants(period),
        **voices_of(units, spans).parameters(),
        **appraising.parameters(local_date(at, government.timezone)),
    }
    with connection.cursor() as cursor:
        # Its joins stand in the order they are wanted in; to look for others takes as long as a tenth of a run again.
        cursor.execute("SET LOCAL join_collapse_limit = 1")
        cursor.execute(sql, parameters)
        for unit_id, created, refreshed, appraisers in cursor.fetchall():
            written.units[unit_id].created += created
            written.units[unit_id].refreshed += refreshed
            written.appraisers.update(appraisers or ())


def _drop(evaluation_id: int) -> None:
    """Take back an evaluation that nobody has begun: the person turned out to have been away."""
    try:
        with transaction.atomic():
            Evaluation.objects.filter(pk=evaluation_id, status=EvaluationStatus.PREPARED.value).delete()
    except ProtectedError:
        return  # somebody refers to it already; it stays, and says when the person was away


def _text(value: Decimal) -> str:
    """Write a number without an exponent or idle zeros."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text

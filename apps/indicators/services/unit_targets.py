"""Targets of a unit's indicator for the parts of the year, and what was reached (SAK-5, SAK-6).

Both are cumulative: what is to be reached, and was reached, from 1 January to the last day of the part.
"""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from apps.core import audit, stamps
from apps.core.localtime import local_date

from ..models import UnitIndicator, UnitTarget
from ..selectors import targets as target_selectors
from .matrix import user_of


class TargetConflict(Exception):
    """Raised when targets or a realization were written after the form was made."""


class TargetInUse(Exception):
    """Raised when a target is to go whose realization is recorded."""


class PartNotBegun(Exception):
    """Raised when a realization is recorded for a part of the year that has not begun."""


class SourceRequired(ValueError):
    """Raised when a realization comes without a word on where it was read."""


@transaction.atomic
def set_targets(
    *,
    indicator_id: int,
    targets: Mapping[date, Decimal | None],
    by: Any,
    seen: Mapping[date, str] | None = None,
) -> list[UnitTarget]:
    """Set the targets of the parts of the year, by first day; None takes one away.

    `seen` holds the fingerprints of what the form showed.

    :raises ValueError: if a day begins no part of the indicator's year.
    :raises TargetConflict: if one of them is no longer what the form showed.
    :raises TargetInUse: if one is to go whose realization is recorded.
    """
    indicator = _locked(indicator_id)
    parts = {part.starts_on: part for part in target_selectors.parts_for(indicator)}
    if not set(targets) <= set(parts):
        raise ValueError("no such part of the year")
    stored = {row.starts_on: row for row in indicator.targets.all()}
    before, after = {}, {}
    for day, target in targets.items():
        row = stored.get(day)
        if (row.target if row else None) == target:
            continue
        if seen is not None and seen.get(day, "") != (row.fingerprint if row else ""):
            raise TargetConflict
        before[str(day)], after[str(day)] = (
            str(row.target) if row else None,
            str(target) if target is not None else None,
        )
        if target is None:
            if row is not None and row.realization is not None:
                raise TargetInUse
            UnitTarget.objects.filter(pk=row.pk if row else None).delete()
        else:
            UnitTarget.objects.update_or_create(
                indicator=indicator,
                starts_on=day,
                defaults={"ends_on": parts[day].ends_on, "target": target},
            )
    if after:
        _record("targets_set", indicator, by, before=before, after=after)
    return list(indicator.targets.all())


@transaction.atomic
def record_realization(
    *,
    target_id: int,
    realization: Decimal,
    source_note: str,
    by: Any,
    at: datetime,
    seen: str | None = None,
) -> UnitTarget:
    """Record what was reached by the end of a part of the year, with its source; also as a correction.

    :raises SourceRequired: if the source is blank.
    :raises PartNotBegun: if the part lies in the future.
    :raises TargetConflict: if it is no longer what the form showed.
    """
    note = source_note.strip()
    if not note:
        raise SourceRequired
    indicator = _locked(UnitTarget.objects.values_list("indicator_id", flat=True).get(pk=target_id))
    row = UnitTarget.objects.get(pk=target_id)
    if row.starts_on > local_date(at, indicator.unit.government.timezone):
        raise PartNotBegun
    if (row.realization, row.source_note) == (realization, note):
        return row
    if seen is not None and seen != row.fingerprint:
        raise TargetConflict
    before = row.realization
    row.realization, row.source_note = realization, note
    row.recorded_by, row.recorded_at = user_of(by), at
    row.save(update_fields=["realization", "source_note", "recorded_by", "recorded_at"])
    _record(
        "realization_recorded",
        indicator,
        by,
        at=at,
        part=str(row.starts_on),
        before=None if before is None else str(before),
        after=str(realization),
    )
    return row


def _locked(indicator_id: int) -> UnitIndicator:
    return (
        UnitIndicator.objects.select_for_update(of=("self",))
        .select_related("unit__government")
        .get(pk=indicator_id)
    )


def _record(
    event: str, indicator: UnitIndicator, by: Any, *, at: datetime | None = None, **data: Any
) -> None:
    audit.record(
        f"indicators.unit_indicator.{event}",
        target=indicator,
        by=by,
        scope=indicator.unit.government.code,
        at=at,
        unit=indicator.unit_id,
        **data,
    )
    stamps.bump(f"unit:{indicator.unit_id}")

"""The register of networks that the staff of a unit use."""

from datetime import datetime
from typing import Any

from django.db import transaction

from apps.core import audit
from apps.employees.models import WorkUnit

from ..models import UnitNetwork
from . import survey_pages


class NetworkExists(ValueError):
    """Raised when the unit has this network already."""


@transaction.atomic
def add_network(*, unit: WorkUnit, network: str, label: str, by: Any, at: datetime) -> UnitNetwork:
    """Put a network into the register: ratings from there get a sign, which alone holds nothing back.

    :raises NetworkExists: if the unit has it already.
    """
    WorkUnit.objects.select_for_update().get(pk=unit.pk)
    if UnitNetwork.objects.filter(unit=unit, network=network).exists():
        raise NetworkExists(network)
    row = UnitNetwork.objects.create(unit=unit, network=network, label=label, added_by=by, added_at=at)
    _record(row, "added", by, at)
    return row


@transaction.atomic
def remove_network(*, network_id: int, by: Any, at: datetime) -> None:
    """Take a network off the register; signs that were found stay."""
    row = UnitNetwork.objects.select_for_update().filter(pk=network_id).first()
    if row is not None:
        _record(row, "removed", by, at)
        row.delete()


def _record(row: UnitNetwork, verb: str, by: Any, at: datetime) -> None:
    audit.record(
        f"feedback.network.{verb}",
        target=row,
        by=by,
        scope=row.unit.government.code,
        at=at,
        unit=row.unit_id,
        network=row.network,
    )
    survey_pages.changed()

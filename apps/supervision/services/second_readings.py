"""Second readers: from another unit and outside the line, those with the fewest open readings first.

Who cannot read says why; the next one is drawn by the same order, at once and without a choice of anybody.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext_noop

from apps.assessments.services.actors import account_of
from apps.core import audit, notify, stamps
from apps.core.localtime import local_date
from apps.employees import selectors as people
from apps.employees.models import AppraiserLink, Employee, Government, Placement

from ..labels import FoundChoices
from ..models import SecondReading, SecondReadingDecline
from .readings import AlreadyJudged, NoteMissing

__all__ = [
    "AlreadyJudged",
    "NotTheReader",
    "NoteMissing",
    "ReasonMissing",
    "assign_due",
    "decline_second",
    "judge_second",
]

_ASKED = gettext_noop("A report of another unit was drawn for you to read as second reader.")


class NotTheReader(ValueError):
    """Raised when somebody judges what another reader was asked to read."""


class ReasonMissing(ValueError):
    """Raised when somebody does not want to read and does not say why."""


@dataclass(frozen=True)
class _Reader:
    """Somebody who reviews reports themselves, and where."""

    employee_id: int
    user_id: int
    path: str


def assign_due(*, now: datetime) -> int:
    """Find a reader for every drawn report that is to be read twice and has none; return how many were found.

    Who has left, or has lost the account, is replaced as long as they have not read it.
    """
    SecondReading.objects.filter(found="", reader__isnull=False).filter(
        Q(reader__is_active=False) | Q(reader__user__isnull=True)
    ).update(reader=None, assigned_at=None)
    waiting = (
        SecondReading.objects.filter(reader__isnull=True)
        .select_related("drawn__draw__supervisor__government", "drawn__report__skp__unit")
        .order_by("pk")
    )
    by_government: dict[Government, list[SecondReading]] = defaultdict(list)
    for reading in waiting:
        by_government[reading.drawn.draw.supervisor.government].append(reading)
    return sum(_assign(government, rows, now) for government, rows in by_government.items())


def _assign(government: Government, readings: Sequence[SecondReading], at: datetime) -> int:
    day = local_date(at, government.timezone)
    readers = _readers(government, day)
    paths = _paths([row.drawn.draw.supervisor_id for row in readings], day)
    counts = SecondReading.objects.filter(reader__in=[reader.employee_id for reader in readers]).values(
        "reader"
    )
    given, open_now = Counter[int](), Counter[int]()
    for row in counts.annotate(n=Count("pk"), waiting=Count("pk", filter=Q(found=""))):
        given[row["reader"]], open_now[row["reader"]] = row["n"], row["waiting"]
    declined: dict[int, set[int]] = defaultdict(set)
    refusals = SecondReadingDecline.objects.filter(reading__in=readings)
    for reading_id, reader_id in refusals.values_list("reading", "reader"):
        declined[reading_id].add(reader_id)
    assigned = 0
    for reading in readings:
        fitting = [
            reader
            for reader in readers
            if reader.employee_id not in declined[reading.pk] and _may_read(reader, reading, paths)
        ]
        if not fitting:
            continue
        chosen = min(
            fitting,
            key=lambda row: (open_now[row.employee_id], given[row.employee_id], row.employee_id),
        )
        if _give(reading, chosen, government, at):
            assigned += 1
            given[chosen.employee_id] += 1
            open_now[chosen.employee_id] += 1
    return assigned


def _readers(government: Government, day: date) -> list[_Reader]:
    """Return who may read for others: in service, with an account, and reviewing people of their own."""
    reviewing = AppraiserLink.objects.active_on(day).filter(
        appraiser__government=government, appraiser__is_active=True, appraiser__user__isnull=False
    )
    present = people.present_on(reviewing.values_list("appraiser", flat=True), day)
    places = Placement.objects.active_on(day).filter(is_main=True, employee__in=present)
    return [
        _Reader(employee_id, user_id, path)
        for employee_id, user_id, path in places.order_by("employee").values_list(
            "employee", "employee__user", "position__unit__path"
        )
    ]


def _paths(employees: Collection[int], day: date) -> dict[int, str]:
    places = Placement.objects.active_on(day).filter(is_main=True, employee__in=employees)
    return dict(places.values_list("employee", "position__unit__path"))


def _may_read(reader: _Reader, reading: SecondReading, paths: dict[int, str]) -> bool:
    """Whether a reader stands outside: neither in the unit, nor above it, nor below the first reader's."""
    first = reading.drawn.draw.supervisor_id
    if reader.employee_id in {first, reading.drawn.report.employee_id}:
        return False
    units = [reading.drawn.report.skp.unit.path, paths.get(first, "")]
    return not any(path and (path.startswith(reader.path) or reader.path.startswith(path)) for path in units)


@transaction.atomic
def _give(reading: SecondReading, reader: _Reader, government: Government, at: datetime) -> bool:
    is_ours = SecondReading.objects.filter(pk=reading.pk, reader__isnull=True).update(
        reader=reader.employee_id, assigned_at=at
    )
    if not is_ours:
        return False
    audit.record(
        "supervision.second.assigned",
        target=reading,
        by=None,
        scope=government.code,
        at=at,
        reader=reader.employee_id,
    )
    account = Employee.objects.select_related("user").get(pk=reader.employee_id).user
    notify.send(account, _ASKED, url=reverse("supervision:second-detail", args=[reading.pk]))
    stamps.bump(f"user:{reader.user_id}")
    return True


@transaction.atomic
def judge_second(*, reading_id: int, found: str, note: str, by: Employee, at: datetime) -> SecondReading:
    """Say what the second reader found, on the scale of the first.

    :raises NotTheReader: if somebody else was asked.
    :raises NoteMissing: for a finding without a word.
    :raises AlreadyJudged: if there is a verdict.
    """
    reading = (
        SecondReading.objects.select_for_update(of=("self",))
        .select_related("drawn__draw__supervisor__government")
        .get(pk=reading_id)
    )
    if reading.reader_id != by.pk:
        raise NotTheReader
    found = FoundChoices(found).value
    if found == FoundChoices.FINDING and not note.strip():
        raise NoteMissing
    if reading.found:
        raise AlreadyJudged
    reading.found, reading.note, reading.judged_at = found, note.strip(), at
    reading.save(update_fields=["found", "note", "judged_at"])
    audit.record(
        "supervision.second.judged",
        target=reading,
        by=account_of(by),
        scope=reading.drawn.draw.supervisor.government.code,
        at=at,
        report=reading.drawn.report_id,
        found=found,
    )
    supervisor = reading.drawn.draw.supervisor
    stamps.bump(f"user:{by.user_id}", *([f"user:{supervisor.user_id}"] if supervisor.user_id else []))
    return reading


@transaction.atomic
def decline_second(*, reading_id: int, reason: str, by: Employee, at: datetime) -> bool:
    """Say that one cannot read it, for example because one knows the writer; return whether another reader was drawn.

    The next one is who has the fewest readings of those never asked for it; without one it waits for the schedule.

    :raises ReasonMissing: without a reason.
    :raises NotTheReader: if somebody else was asked.
    :raises AlreadyJudged: if there is a verdict.
    """
    if not reason.strip():
        raise ReasonMissing
    reading = (
        SecondReading.objects.select_for_update(of=("self",))
        .select_related("drawn__draw__supervisor__government", "drawn__report__skp__unit")
        .get(pk=reading_id)
    )
    if reading.reader_id != by.pk:
        raise NotTheReader
    if reading.found:
        raise AlreadyJudged
    government = reading.drawn.draw.supervisor.government
    SecondReadingDecline.objects.create(reading=reading, reader=by, reason=reason.strip(), at=at)
    reading.reader, reading.assigned_at = None, None
    reading.save(update_fields=["reader", "assigned_at"])
    audit.record(
        "supervision.second.declined", target=reading, by=account_of(by), scope=government.code, at=at
    )
    stamps.bump(f"user:{by.user_id}")
    return bool(_assign(government, [reading], at))

"""Letting an auditor in, and what stays shut."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.db import DatabaseError, IntegrityError, transaction

from apps.core.models import AuditEntry, Job, Notification
from apps.employees.models import RecordView, RoleAssignment
from apps.employees.services import record_views
from apps.supervision.models import AuditBundle, AuditEngagement, AuditSample, AuditSampleItem
from apps.supervision.rules import review_sample
from apps.supervision.services import audit_room as services
from tests.access.supervision_audit import engagement
from tests.supervision.audited import NOW, day

pytestmark = pytest.mark.django_db
HALF = Decimal("0.5")


@pytest.fixture(autouse=True)
def _november() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def _grant(world: Any, **changes: Any) -> AuditEngagement:
    values: dict[str, Any] = {
        "auditor": world.auditor,
        "unit": world.agency,
        "years": (2025, 2026),
        "purpose": "Pemeriksaan reguler",
        "starts_at": NOW,
        "ends_at": NOW + timedelta(days=14),
        "by": world.personnel_officer,
        "at": NOW,
    }
    return services.grant_engagement(**(values | changes))


def test_a_grant_opens_the_room_tells_the_auditor_and_is_in_the_log(world: Any) -> None:
    row = _grant(world)
    assert AuditEngagement.objects.open_to(world.auditor, NOW).get() == row
    assert Notification.objects.filter(recipient=world.auditor).count() == 1
    entry = AuditEntry.objects.get(action="supervision.audit_engagement.granted")
    assert entry.data["unit"] == world.agency.pk
    assert "Pemeriksaan" not in str(entry.data)


def test_outside_the_window_and_without_the_role_it_is_shut(world: Any) -> None:
    row = _grant(world, starts_at=NOW + timedelta(days=1))
    for moment, is_open in ((0, False), (1, True), (13, True), (14, False)):
        found = AuditEngagement.objects.open_to(world.auditor, NOW + timedelta(days=moment))
        assert found.filter(pk=row.pk).exists() is is_open, moment
    RoleAssignment.objects.filter(user=world.auditor).delete()
    assert not AuditEngagement.objects.open_to(world.auditor, NOW + timedelta(days=2)).exists()


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"by": "auditor"}, services.OwnEngagement),
        ({"by": "head"}, services.MayNotGrant),
        ({"auditor": "head"}, services.NotAnAuditor),
        ({"ends_at": NOW}, services.WindowRefused),
        ({"starts_at": NOW - timedelta(days=9), "ends_at": NOW - timedelta(days=1)}, services.WindowRefused),
        ({"ends_at": NOW + timedelta(days=91)}, services.WindowRefused),
    ],
)
def test_a_grant_that_is_refused_leaves_nothing(world: Any, changes: dict[str, Any], refusal: Any) -> None:
    people = {"auditor": world.auditor, "head": world.head.user}
    named = {
        key: people.get(value, value) if isinstance(value, str) else value for key, value in changes.items()
    }
    with pytest.raises(refusal):
        _grant(world, **named)
    assert not AuditEngagement.objects.exists()
    assert not AuditEntry.objects.filter(action__startswith="supervision.audit").exists()


@pytest.mark.parametrize(
    "change",
    [
        {"ends_at": NOW - timedelta(days=30)},
        {"year_to": 2020},
        {"purpose": ""},
        {"ended_at": NOW},
    ],
)
def test_the_database_refuses_a_window_that_is_none(world: Any, change: dict[str, Any]) -> None:
    row = _grant(world)
    with pytest.raises(IntegrityError), transaction.atomic():
        AuditEngagement.objects.filter(pk=row.pk).update(**change)


def test_ending_early_shuts_the_room_once(world: Any) -> None:
    row = _grant(world)
    services.end_engagement(engagement_id=row.pk, reason="Selesai", by=world.personnel_officer, at=NOW)
    assert not AuditEngagement.objects.open_to(world.auditor, NOW).exists()
    with pytest.raises(services.EngagementOver):
        services.end_engagement(engagement_id=row.pk, reason="Lagi", by=world.personnel_officer, at=NOW)
    assert AuditEngagement.objects.get().end_reason == "Selesai"


def _draw(world: Any, row: AuditEngagement, **changes: Any) -> AuditSample:
    values: dict[str, Any] = {
        "engagement_id": row.pk,
        "as_of": day(6, 30),
        "rate": HALF,
        "minimum": 1,
        "by": world.auditor,
        "at": NOW,
    }
    return services.draw_sample(**(values | changes))


def test_a_draw_can_be_repeated_and_its_hashes_are_in_the_log(world: Any) -> None:
    sample = _draw(world, engagement(world))
    drawn = list(AuditSampleItem.objects.order_by("order").values_list("employee", flat=True))
    strata = {name: list(ids) for name, ids in sample.strata.items()}
    again = review_sample.draw(sample.seed, strata, sample.rate, sample.minimum)
    assert list(again.ids) == drawn
    assert sample.population == 6  # everybody of the world, the foreigner not
    entry = AuditEntry.objects.get(action="supervision.audit_sample.drawn")
    assert entry.data["seed_hash"] == review_sample.commitment(sample.seed)
    assert entry.data["frame"] == again.frame
    assert sample.seed not in str(entry.data)


def test_a_seed_of_ones_own_is_used_and_a_short_one_refused(world: Any) -> None:
    row = engagement(world)
    seed = "lemparan dadu di depan inspektur 2026"
    assert _draw(world, row, seed=seed).seed == seed
    with pytest.raises(services.SeedTooShort):
        _draw(world, row, seed="pendek")
    assert AuditSample.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"as_of": date(2026, 11, 21)}, services.DayOutOfScope),
        ({"as_of": date(2024, 12, 31)}, services.DayOutOfScope),
        ({"at": NOW + timedelta(days=6)}, services.RoomClosed),
        ({"by": "head"}, services.RoomClosed),
    ],
)
def test_a_draw_outside_scope_or_window_is_refused(world: Any, changes: Any, refusal: Any) -> None:
    row = engagement(world)
    if "by" in changes:
        changes = {"by": world.head.user}
    with pytest.raises(refusal):
        _draw(world, row, **changes)
    assert not AuditSample.objects.exists()


def test_nobody_there_on_that_day_and_too_many_are_said(world: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    empty = world.make_unit("Unit kosong", "bidang", world.agency)
    with pytest.raises(services.NothingToDraw):
        _draw(world, engagement(world, unit=empty))
    monkeypatch.setattr(services, "MAX_SAMPLE", 2)
    with pytest.raises(services.SampleTooLarge):
        _draw(world, engagement(world))
    assert not AuditSample.objects.exists()


def test_a_draw_is_kept_as_it_was(world: Any) -> None:
    _draw(world, engagement(world))
    item = AuditSampleItem.objects.order_by("order")[0]
    for change in (
        lambda: AuditSample.objects.update(seed="x" * 40),
        lambda: AuditSample.objects.all().delete(),
        lambda: AuditSampleItem.objects.filter(pk=item.pk).update(order=99),
        lambda: AuditSampleItem.objects.filter(pk=item.pk).delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    AuditSampleItem.objects.filter(pk=item.pk).update(opened_at=NOW)
    with pytest.raises(DatabaseError, match="as it was drawn"), transaction.atomic():
        AuditSampleItem.objects.filter(pk=item.pk).update(opened_at=None)


def test_opening_a_record_is_noted_for_the_person_and_in_the_sample(world: Any) -> None:
    row = engagement(world)
    _draw(world, row, rate=Decimal(1))
    services.open_record(
        engagement_id=row.pk, employee=world.staff, as_of=day(6, 30), by=world.auditor, at=NOW
    )
    seen = RecordView.objects.get()
    assert (seen.viewer, seen.employee, seen.what) == (world.auditor, world.staff, "room")
    opened = AuditSampleItem.objects.filter(opened_at__isnull=False)
    assert [item.employee for item in opened] == [world.staff]
    with pytest.raises(services.RoomClosed):
        services.open_record(
            engagement_id=row.pk, employee=world.staff, as_of=day(6, 30), by=world.head.user, at=NOW
        )
    assert RecordView.objects.count() == 1


def test_a_closed_room_takes_back_the_bundles(world: Any) -> None:
    from apps.core import files

    row = engagement(world)
    bundle = services.ask_bundle(sample_id=_draw(world, row).pk, by=world.auditor, at=NOW)
    file = files.store(b"zip", "application/zip")
    Job.objects.filter(pk=bundle.job_id).update(status="done", result_file=file)
    assert services.close_over(now=NOW) == 0
    assert services.close_over(now=row.ends_at) == 1
    assert services.close_over(now=row.ends_at) == 0
    assert Job.objects.get(pk=bundle.job_id).result_file is None


def test_a_bundle_is_asked_for_inside_the_room_only(world: Any) -> None:
    row = engagement(world)
    sample = _draw(world, row)
    with pytest.raises(services.RoomClosed):
        services.ask_bundle(sample_id=sample.pk, by=world.auditor, at=row.ends_at)
    assert not AuditBundle.objects.exists()
    assert not Job.objects.exists()


# --- who opened my record


def test_a_reading_counts_once_an_hour_and_part_and_never_ones_own(world: Any) -> None:
    for minutes, what in ((0, "person"), (10, "person"), (20, "report"), (70, "person")):
        record_views.note(
            viewer=world.head.user, employee=world.staff, what=what, at=NOW + timedelta(minutes=minutes)
        )
    record_views.note(viewer=world.staff.user, employee=world.staff, what="person", at=NOW)
    rows = RecordView.objects.order_by("at").values_list("what", flat=True)
    assert list(rows) == ["person", "report", "person"]
    assert set(RecordView.objects.visible_to(world.staff.user)) == set(RecordView.objects.all())
    assert not RecordView.objects.visible_to(world.head.user).exists()
    assert not RecordView.objects.visible_to(world.personnel_officer).exists()


def test_the_list_of_readings_cannot_be_changed(world: Any) -> None:
    record_views.note(viewer=world.head.user, employee=world.staff, what="person", at=NOW)
    for change in (
        lambda: RecordView.objects.update(what="report"),
        lambda: RecordView.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            change()
    with pytest.raises(IntegrityError), transaction.atomic():
        record_views.note(viewer=world.head.user, employee=world.staff, what="nothing", at=NOW)
    assert RecordView.objects.get().what == "person"


def test_audit_data_names_nobody(world: Any) -> None:
    _grant(world)
    assert not AuditEntry.objects.filter(data__icontains=world.staff.nip).exists()

"""Punishments and talent scores: entered once, told, taken back with a reason."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from apps.core.models import AuditEntry, Notification
from apps.supervision.models import DisciplineRecord, TalentInput
from apps.supervision.services import career as services
from tests.world import NOW

pytestmark = pytest.mark.django_db


def enter(world: Any, decree: str = "SK-1") -> DisciplineRecord:
    return services.enter_discipline(
        employee=world.staff,
        level="medium",
        starts_on=date(2026, 1, 1),
        ends_on=None,
        decree=decree,
        by=world.personnel_officer,
        at=NOW,
    )


def test_a_decree_is_entered_once_and_taken_back_with_a_reason(world: Any) -> None:
    row = enter(world)
    with pytest.raises(services.DecreeTaken):
        enter(world)
    assert DisciplineRecord.objects.count() == 1
    with pytest.raises(services.NoteMissing):
        services.revoke_discipline(record_id=row.pk, note=" ", by=world.personnel_officer, at=NOW)
    services.revoke_discipline(record_id=row.pk, note="Banding", by=world.personnel_officer, at=NOW)
    with pytest.raises(services.AlreadyRevoked):
        services.revoke_discipline(record_id=row.pk, note="Lagi", by=world.personnel_officer, at=NOW)
    assert Notification.objects.filter(recipient=world.staff.user).count() == 2
    enter(world)
    assert DisciplineRecord.objects.count() == 2


def test_the_audit_names_no_decree_and_no_level(world: Any) -> None:
    enter(world, "SK-RAHASIA")
    entry = AuditEntry.objects.get(action="supervision.discipline.entered")
    assert "RAHASIA" not in str(entry.data)
    assert "medium" not in str(entry.data)


def test_who_sees_a_punishment(world: Any) -> None:
    enter(world)
    seen = {
        name: DisciplineRecord.objects.visible_to(getattr(world, name)).count()  # type: ignore[attr-defined]
        for name in ("personnel_officer", "auditor")
    } | {
        name: DisciplineRecord.objects.visible_to(getattr(world, name).user).count()  # type: ignore[attr-defined]
        for name in ("staff", "head", "colleague", "stranger")
    }
    assert seen == {
        "personnel_officer": 1,
        "auditor": 0,
        "staff": 1,
        "head": 0,
        "colleague": 0,
        "stranger": 0,
    }


def test_scores_replace_those_of_the_same_year(world: Any) -> None:
    def score(**scores: str) -> None:
        services.score_talent(
            employee=world.staff,
            year=2026,
            scores={part: Decimal(value) for part, value in scores.items()},
            source="Asesmen",
            by=world.personnel_officer,
            at=NOW,
        )

    with pytest.raises(services.NothingScored):
        score()
    assert not TalentInput.objects.exists()
    score(potential="70", integrity="80")
    score(potential="75.5")
    assert dict(TalentInput.objects.values_list("part", "score")) == {
        "potential": Decimal("75.50"),
        "integrity": Decimal("80.00"),
    }
    row = TalentInput.objects.get(part="potential")
    for values in ({"score": 101}, {"score": -1}, {"part": "lain"}, {"source": ""}):
        with pytest.raises(IntegrityError), transaction.atomic():
            TalentInput.objects.filter(pk=row.pk).update(**values)


@pytest.mark.parametrize("values", [{"level": "x"}, {"ends_on": date(2025, 1, 1)}, {"revoked_at": NOW}])
def test_the_database_refuses(world: Any, values: Any) -> None:
    row = enter(world)
    with pytest.raises(IntegrityError), transaction.atomic():
        DisciplineRecord.objects.filter(pk=row.pk).update(**values)

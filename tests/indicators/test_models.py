"""Each constraint of the tables, broken past the services."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction

from apps.indicators.models import (
    AnnexItem,
    BehaviorExpectation,
    Indicator,
    Skp,
    SkpTemplate,
    SkpVersion,
    UnitIndicator,
    WorkResult,
)
from apps.indicators.services.guard import applying
from tests.world import NOW

pytestmark = pytest.mark.django_db


def refused(name: str, work: Any) -> None:
    """Assert that the database refuses by the constraint of this name."""
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        work()


def test_one_plan_per_person_year_and_place(world: Any) -> None:
    skp = world.make_skp(world.staff)
    copy = Skp.objects.get(pk=skp.pk)
    copy.pk = None
    refused("skp_once_per_employee_year_and_place", copy.save)


def test_the_status_is_a_known_one(world: Any) -> None:
    world.make_skp(world.staff, status="draft")
    refused("skp_status_is_a_known_one", lambda: Skp.objects.update(status="lost"))


@pytest.mark.parametrize("status", ["approved", "closed"])
def test_an_approved_plan_has_its_time(world: Any, status: str) -> None:
    world.make_skp(world.staff, status="draft")
    refused("skp_approved_has_its_time", lambda: Skp.objects.update(status=status, submitted_at=NOW))


def test_a_sent_plan_has_its_time(world: Any) -> None:
    world.make_skp(world.staff, status="draft")
    refused("skp_submitted_has_its_time", lambda: Skp.objects.update(status="submitted"))


def test_one_expectation_per_value(world: Any) -> None:
    skp = world.make_skp(world.staff, status="draft")
    BehaviorExpectation.objects.create(skp=skp, value="loyal")
    other = BehaviorExpectation.objects.create(skp=skp, value="adaptif")
    refused(
        "behavior_once_per_skp_and_value",
        lambda: BehaviorExpectation.objects.filter(pk=other.pk).update(value="loyal"),
    )


def test_one_indicator_of_a_name_per_unit_and_year(world: Any) -> None:
    values = {"unit": world.unit, "year": 2026, "goal": "g", "target": 1, "measure": "x"}
    UnitIndicator.objects.create(name="a", **values)
    UnitIndicator.objects.create(name="b", **values)
    refused("unit_indicator_once_per_unit_and_year", lambda: UnitIndicator.objects.update(name="a"))


def copy_of(skp: Skp, **values: Any) -> Skp:
    """Return a working copy of a plan, not saved yet."""
    copy = Skp.objects.get(pk=skp.pk)
    copy.pk, copy.revises, copy.status = None, skp, "draft"
    copy.revision_reason, copy.revision_note = "strategy", "Prioritas berubah"
    for name, value in values.items():
        setattr(copy, name, value)
    return copy


def test_one_open_revision_per_plan(world: Any) -> None:
    skp = world.make_skp(world.staff)
    copy_of(skp, status="withdrawn").save()
    copy_of(skp).save()
    refused("skp_one_open_revision_per_plan", copy_of(skp, status="returned").save)


@pytest.mark.parametrize("status", ["approved", "closed"])
def test_a_working_copy_is_never_in_force(world: Any, status: str) -> None:
    skp = world.make_skp(world.staff)
    refused("skp_status_of_plan_or_copy", copy_of(skp, status=status).save)


@pytest.mark.parametrize("status", ["merged", "withdrawn"])
def test_a_plan_is_neither_taken_over_nor_given_up(world: Any, status: str) -> None:
    world.make_skp(world.staff)
    refused("skp_status_of_plan_or_copy", lambda: Skp.objects.update(status=status))


@pytest.mark.parametrize("field", ["revision_reason", "revision_note"])
def test_a_revision_has_its_reason(world: Any, field: str) -> None:
    skp = world.make_skp(world.staff)
    refused("skp_revision_has_its_reason", copy_of(skp, **{field: ""}).save)
    refused("skp_revision_has_its_reason", lambda: Skp.objects.filter(pk=skp.pk).update(**{field: "x"}))


def test_versions_count_from_one_and_once(world: Any) -> None:
    skp = world.make_skp(world.staff)
    values = {"skp": skp, "content": {}, "approved_at": NOW}
    refused("skp_version_counts_from_one", lambda: SkpVersion.objects.create(version=0, **values))
    SkpVersion.objects.create(version=1, **values)
    refused("skp_version_once_per_plan", lambda: SkpVersion.objects.create(version=1, **values))


def test_a_kept_version_never_changes(world: Any) -> None:
    version = SkpVersion.objects.create(
        skp=world.make_skp(world.staff), version=1, content={"results": []}, approved_at=NOW
    )
    refused("an approved version never changes", lambda: SkpVersion.objects.update(note="anders"))
    refused("an approved version never changes", version.delete)
    assert SkpVersion.objects.get().note == ""


def test_one_template_in_use_of_a_title(world: Any) -> None:
    values = {
        "government": world.government, "job_family": "Perawat", "layout": "ja_jf",
        "approach": "kuantitatif", "content": {}, "made_at": NOW,
    }  # fmt: skip
    SkpTemplate.objects.create(title="Perawat", is_active=False, **values)
    SkpTemplate.objects.create(title="Perawat", **values)
    refused("skp_template_title_once", lambda: SkpTemplate.objects.create(title="Perawat", **values))


KEPT = "keeps its content"


@pytest.mark.parametrize("status", ["submitted", "approved", "closed"])
def test_the_rows_of_a_plan_in_hand_or_decided_cannot_be_written(world: Any, status: str) -> None:
    skp = world.make_skp(world.staff, status=status)
    result = skp.results.get()
    with applying():
        AnnexItem.objects.create(skp=skp, kind="konsekuensi", text="x")
    draft = world.make_skp(world.colleague, status="draft").results.get()
    before = [list(model.objects.values()) for model in (WorkResult, Indicator, AnnexItem)]
    for attempt in (
        lambda: WorkResult.objects.create(skp=skp, text="y"),
        lambda: WorkResult.objects.filter(skp=skp).update(text="y"),
        lambda: WorkResult.objects.filter(pk=draft.pk).update(skp=skp),
        lambda: Indicator.objects.create(result=result, text="y"),
        lambda: Indicator.objects.filter(result=result).update(target=1),
        lambda: Indicator.objects.filter(result=result).update(result=draft),
        lambda: Indicator.objects.filter(result=draft).update(result=result),
        lambda: Indicator.objects.filter(result=result).delete(),
        lambda: AnnexItem.objects.create(skp=skp, kind="konsekuensi", text="y"),
        lambda: AnnexItem.objects.update(text="y"),
        lambda: AnnexItem.objects.all().delete(),
    ):
        refused(KEPT, attempt)
    after = [list(model.objects.values()) for model in (WorkResult, Indicator, AnnexItem)]
    assert after == before


def test_the_leader_writes_expectations_until_the_approval(world: Any) -> None:
    sent = world.make_skp(world.staff, status="submitted")
    BehaviorExpectation.objects.create(skp=sent, value="loyal", expectation="a")
    approved = world.make_skp(world.colleague)
    refused(KEPT, lambda: BehaviorExpectation.objects.create(skp=approved, value="loyal"))


def test_the_way_past_the_guard_ends_with_its_block(world: Any) -> None:
    skp = world.make_skp(world.staff)
    with applying():
        WorkResult.objects.filter(skp=skp).update(text="y")
    refused(KEPT, lambda: WorkResult.objects.filter(skp=skp).update(text="z"))
    with pytest.raises(RuntimeError), applying():
        raise RuntimeError
    refused(KEPT, lambda: WorkResult.objects.filter(skp=skp).update(text="z"))
    assert skp.results.get().text == "y"

"""Changing an approved plan: what hangs on its rows stays attached, and every version is kept."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from apps.core.models import AuditEntry, Notification
from apps.indicators import selectors
from apps.indicators.models import AnnexItem, Indicator, Skp, SkpDecision, SkpVersion, WorkResult
from apps.indicators.rules.lifecycle import TransitionNotAllowed
from apps.indicators.services import revisions
from apps.indicators.services import skp as services

from .support import AT, begin, fill, submitted

pytestmark = pytest.mark.django_db

LATER = AT + timedelta(days=90)


def approved(world: Any) -> Skp:
    """Return an approved plan of world.staff with two results, an expectation and an annex."""
    world.make_skp(world.head)
    skp = begin(world.staff)
    fill(skp)
    fill(skp, text="Tersedianya laporan layanan")
    services.set_behavior(skp=skp, value="loyal", expectation="Menjaga rahasia pasien", by=world.staff)
    services.add_annex_item(skp=skp, kind="konsekuensi", text="Pelatihan", by=world.staff)
    services.submit_skp(skp_id=skp.pk, by=world.staff, at=AT)
    return services.approve_skp(skp_id=skp.pk, by=world.head, at=AT)


def revise(skp: Skp, by: Any, *, reason: str = "assignment", note: str = "Ditugaskan di posyandu") -> Skp:
    """Begin a change."""
    return revisions.begin_revision(skp_id=skp.pk, reason=reason, note=note, by=by, at=AT)


def content(skp: Skp) -> dict[str, Any]:
    """Return what a plan says."""
    return selectors.content_of(selectors.whole(Skp.objects).get(pk=skp.pk))


def test_the_first_approval_is_version_one(world: Any) -> None:
    skp = approved(world)
    version = SkpVersion.objects.get()
    assert (version.skp, version.version, version.approved_by, version.approved_at) == (
        skp,
        1,
        world.head,
        AT,
    )
    assert version.content == content(skp)
    assert version.reason == version.note == ""
    skp.refresh_from_db()
    assert skp.version == 1


def test_a_working_copy_says_what_the_plan_says_and_the_plan_stays_in_force(world: Any) -> None:
    skp = approved(world)
    copy = revise(skp, world.staff)
    assert content(copy) == content(skp)
    assert not selectors.changes_of(selectors.whole(Skp.objects).get(pk=copy.pk))
    skp.refresh_from_db()
    assert (skp.status, copy.status, copy.version) == ("approved", "draft", 0)
    assert (copy.revises, copy.revision_reason) == (skp, "assignment")
    assert list(Skp.objects.plans().filter(employee=world.staff)) == [skp]
    assert Skp.objects.visible_to(world.head.user).filter(pk=copy.pk).exists()
    assert SkpDecision.objects.filter(skp=skp, action="revise", by=world.staff).exists()


def test_the_appraiser_may_begin_and_the_employee_is_told(world: Any) -> None:
    copy = revise(approved(world), world.head)
    told = Notification.objects.filter(recipient=world.staff.user, url=f"/skp/{copy.pk}/")
    assert told.count() == 1


@pytest.mark.parametrize(("reason", "note"), [("", "x"), ("mood", "x"), ("strategy", "  ")])
def test_a_change_needs_a_reason(world: Any, reason: str, note: str) -> None:
    skp = approved(world)
    before = AuditEntry.objects.count()
    with pytest.raises(revisions.ReasonRequired):
        revise(skp, world.staff, reason=reason, note=note)
    assert Skp.objects.filter(revises=skp).count() == 0
    assert AuditEntry.objects.count() == before


def test_only_an_approved_plan_and_only_one_change_at_a_time(world: Any) -> None:
    skp = approved(world)
    copy = revise(skp, world.staff)
    with pytest.raises(revisions.RevisionExists) as found:
        revise(skp, world.head)
    assert found.value.skp == copy
    with pytest.raises(TransitionNotAllowed):
        revise(copy, world.staff)
    with pytest.raises(TransitionNotAllowed):
        revise(begin(world.colleague), world.colleague)
    assert Skp.objects.filter(revises__isnull=False).count() == 1


def changed_copy(world: Any, skp: Skp) -> Skp:
    """Return a copy with a reworded, a dropped and a new result, and other changes."""
    copy = revise(skp, world.staff)
    first, second = copy.results.order_by("order")
    services.change_result(result=first, text="Meningkatnya mutu posyandu", kind="utama", by=world.staff)
    services.add_indicator(
        result=first, text="Waktu tunggu", aspect="waktu", target=15, measure="menit",
        direction="lower_is_better", source="reported", by=world.staff,
    )  # fmt: skip
    services.remove_result(result=second, by=world.staff)
    fill(copy, text="Tersedianya data balita")
    services.set_behavior(skp=copy, value="adaptif", expectation="Belajar aplikasi baru", by=world.staff)
    services.remove_annex_item(item=copy.annex.get(), by=world.staff)
    services.add_annex_item(skp=copy, kind="konsekuensi", text="Piagam", by=world.staff)
    return copy


def approve(copy: Skp, world: Any) -> Skp:
    """Send and approve a change."""
    services.submit_skp(skp_id=copy.pk, by=world.staff, at=LATER)
    return services.approve_skp(skp_id=copy.pk, by=world.head, at=LATER)


def test_the_approval_rewrites_the_rows_in_place(world: Any) -> None:
    skp = approved(world)
    first, second = skp.results.order_by("order")
    indicator = first.indicators.get()
    dropped_line = skp.annex.get()
    below = services.add_result(skp=begin(world.colleague), text="Bawahan", kind="utama", by=world.colleague)
    WorkResult.objects.filter(pk=below.pk).update(supports=second)
    copy = changed_copy(world, skp)
    wanted = selectors.content_of(selectors.whole(Skp.objects).get(pk=copy.pk))

    plan = approve(copy, world)

    assert plan.pk == skp.pk
    plan.refresh_from_db()
    copy.refresh_from_db()
    assert (plan.status, plan.version, plan.approved_at) == ("approved", 2, LATER)
    assert copy.status == "merged"
    first.refresh_from_db()
    assert (first.skp_id, first.text) == (plan.pk, "Meningkatnya mutu posyandu")
    assert indicator in first.indicators.all()
    # The dropped rows are still there for whatever refers to them.
    second.refresh_from_db()
    dropped_line.refresh_from_db()
    assert second.skp_id == copy.pk
    assert dropped_line.skp_id == copy.pk
    below.refresh_from_db()
    assert below.supports_id == second.pk
    assert {row.text for row in plan.results.all()} == {
        "Meningkatnya mutu posyandu",
        "Tersedianya data balita",
    }
    assert {row.text for row in first.indicators.all()} == {"Jumlah pasien yang dilayani", "Waktu tunggu"}
    now = content(plan)
    assert {row["text"]: [i["text"] for i in row["indicators"]] for row in now["results"]} == {
        row["text"]: [i["text"] for i in row["indicators"]] for row in wanted["results"]
    }
    assert now["behaviors"] == {"loyal": "Menjaga rahasia pasien", "adaptif": "Belajar aplikasi baru"}
    assert [row["text"] for row in now["annex"]] == ["Piagam"]


def test_the_new_version_keeps_reason_and_content_and_the_old_one_stays(world: Any) -> None:
    skp = approved(world)
    old = SkpVersion.objects.get().content
    plan = approve(changed_copy(world, skp), world)
    one, two = SkpVersion.objects.filter(skp=plan).order_by("version")
    assert one.content == old
    assert two.content == content(plan)
    assert (two.reason, two.note, two.approved_by) == ("assignment", "Ditugaskan di posyandu", world.head)
    assert [row.action for row in plan.decisions.all()] == ["submit", "approve", "revise", "renew"]
    assert AuditEntry.objects.filter(action="indicators.skp.renewed").count() == 1
    assert Notification.objects.filter(recipient=world.staff.user, url=f"/skp/{plan.pk}/").count() == 2


def test_a_dropped_indicator_of_a_kept_result_moves_away_with_its_id(world: Any) -> None:
    skp = approved(world)
    result = skp.results.order_by("order").first()
    indicator = result.indicators.get()
    copy = revise(skp, world.staff)
    twin = copy.results.get(revised_from=result)
    services.remove_indicator(indicator=twin.indicators.get(), by=world.staff)
    services.add_indicator(
        result=twin, text="Lain", aspect="waktu", target=1, measure="x",
        direction="higher_is_better", source="reported", by=world.staff,
    )  # fmt: skip
    approve(copy, world)
    indicator.refresh_from_db()
    assert indicator.result_id == twin.pk
    assert [row.text for row in result.indicators.all()] == ["Lain"]


def test_a_second_change_starts_from_the_first(world: Any) -> None:
    plan = approve(changed_copy(world, approved(world)), world)
    copy = revise(plan, world.staff)
    services.change_result(result=copy.results.first(), text="Lagi", kind="utama", by=world.staff)
    approve(copy, world)
    plan.refresh_from_db()
    assert plan.version == 3
    assert [row.version for row in plan.versions.all()] == [1, 2, 3]


def test_an_unchanged_copy_is_not_sent(world: Any) -> None:
    copy = revise(approved(world), world.staff)
    with pytest.raises(services.NothingChanged):
        services.submit_skp(skp_id=copy.pk, by=world.staff, at=AT)
    copy.refresh_from_db()
    assert (copy.status, copy.submitted_at) == ("draft", None)


@pytest.mark.parametrize("state", ["draft", "submitted", "returned"])
def test_a_change_can_be_given_up_and_read_afterwards(world: Any, state: str) -> None:
    skp = approved(world)
    before = content(skp)
    copy = changed_copy(world, skp)
    if state != "draft":
        services.submit_skp(skp_id=copy.pk, by=world.staff, at=AT)
    if state == "returned":
        services.return_skp(skp_id=copy.pk, note="Belum", by=world.head, at=AT)
    words = content(copy)
    revisions.withdraw_revision(skp_id=copy.pk, by=world.staff, at=AT)
    copy.refresh_from_db()
    assert copy.status == "withdrawn"
    assert content(copy) == words
    assert content(skp) == before
    with pytest.raises(services.PlanNotEditable):
        services.add_annex_item(skp=copy, kind="konsekuensi", text="x", by=world.staff)
    with pytest.raises(TransitionNotAllowed):
        revisions.withdraw_revision(skp_id=copy.pk, by=world.staff, at=AT)
    assert revise(skp, world.staff).pk != copy.pk


def test_a_plan_cannot_be_given_up(world: Any) -> None:
    skp = submitted(world.staff)
    with pytest.raises(TransitionNotAllowed):
        revisions.withdraw_revision(skp_id=skp.pk, by=world.staff, at=AT)
    skp.refresh_from_db()
    assert skp.status == "submitted"


def test_closing_ends_an_open_change(world: Any) -> None:
    skp = approved(world)
    before = content(skp)
    copy = changed_copy(world, skp)
    services.submit_skp(skp_id=copy.pk, by=world.staff, at=AT)
    services.close_skp(skp_id=skp.pk, by=None, at=LATER)
    copy.refresh_from_db()
    skp.refresh_from_db()
    assert (skp.status, copy.status) == ("closed", "withdrawn")
    assert content(skp) == before
    with pytest.raises(TransitionNotAllowed):
        services.approve_skp(skp_id=copy.pk, by=world.head, at=LATER)
    with pytest.raises(TransitionNotAllowed):
        services.close_skp(skp_id=copy.pk, by=None, at=LATER)


def test_a_plan_approved_before_versions_were_kept_gets_its_first_one(world: Any) -> None:
    world.make_skp(world.head)
    skp = world.make_skp(world.staff)
    before = content(skp)
    copy = revise(skp, world.staff)
    version = SkpVersion.objects.get(skp=skp)
    assert (version.version, version.content, version.approved_at) == (1, before, skp.approved_at)
    services.change_result(result=copy.results.get(), text="Baru", kind="utama", by=world.staff)
    assert approve(copy, world).version == 2


def test_subordinates_cannot_support_a_row_of_a_working_copy(world: Any) -> None:
    world.make_skp(world.agency_head)
    superior = begin(world.head)
    fill(superior)
    services.submit_skp(skp_id=superior.pk, by=world.head, at=AT)
    services.approve_skp(skp_id=superior.pk, by=world.agency_head, at=AT)
    copy = revisions.begin_revision(skp_id=superior.pk, reason="strategy", note="x", by=world.head, at=AT)
    below = begin(world.staff)
    assert [row.skp_id for row in selectors.supportable(below).results] == [superior.pk]
    with pytest.raises(services.SupportNotOffered):
        services.add_result(skp=below, text="a", kind="utama", by=world.staff, supports=copy.results.get())


def test_an_approval_that_fails_halfway_changes_nothing(world: Any, monkeypatch: Any) -> None:
    skp = approved(world)
    copy = changed_copy(world, skp)
    services.submit_skp(skp_id=copy.pk, by=world.staff, at=LATER)
    before = [
        list(model.objects.order_by("pk").values()) for model in (Skp, WorkResult, Indicator, AnnexItem)
    ]

    def broken(*_args: Any, **_options: Any) -> None:
        raise RuntimeError("lost")

    monkeypatch.setattr(revisions, "keep_version", broken)
    with pytest.raises(RuntimeError):
        services.approve_skp(skp_id=copy.pk, by=world.head, at=LATER)
    after = [list(model.objects.order_by("pk").values()) for model in (Skp, WorkResult, Indicator, AnnexItem)]
    assert after == before
    with pytest.raises(IntegrityError), transaction.atomic():
        WorkResult.objects.filter(skp=skp).update(text="y")

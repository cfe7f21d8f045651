from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange

from apps.core import policy
from apps.core.models import AuditEntry, Notification
from apps.employees.models import AppraiserLink, Placement, Position
from apps.indicators.models import AnnexItem, Indicator, Skp, SkpDecision, UnitIndicator, WorkResult
from apps.indicators.rules.completeness import ProblemCode
from apps.indicators.rules.lifecycle import TransitionNotAllowed
from apps.indicators.services import skp as services
from apps.indicators.services.guard import applying

from .support import AT, begin, complete, fill, submitted

pytestmark = pytest.mark.django_db


def actions(skp: Any) -> list[str]:
    """Return the audit actions of one plan, oldest first."""
    entries = AuditEntry.objects.filter(target_type="indicators.skp", target_id=str(skp.pk)).order_by("id")
    return list(entries.values_list("action", flat=True))


# --- create


def test_create_takes_place_appraiser_and_form_from_the_staff_data(world: Any) -> None:
    skp = begin(world.staff)
    assert (skp.unit, skp.appraiser, skp.appraiser_name) == (world.unit, world.head, world.head.full_name)
    assert (skp.status, skp.approach, skp.layout) == ("draft", "kuantitatif", "ja_jf")
    assert skp.period == DateRange(date(2026, 1, 1), date(2027, 1, 1))
    entry = AuditEntry.objects.get(action="indicators.skp.created")
    assert (entry.actor, entry.scope) == (f"user:{world.staff.user_id}", "kendari")


def test_create_a_second_time_names_the_first(world: Any) -> None:
    skp = begin(world.staff)
    with pytest.raises(services.SkpExists) as raised:
        begin(world.staff)
    assert raised.value.skp == skp
    assert Skp.objects.count() == 1


def test_create_without_a_position_is_refused(world: Any) -> None:
    world.staff.placements.all().delete()
    with pytest.raises(services.NoPlacement):
        begin(world.staff)
    assert not Skp.objects.exists()


def test_whoever_moves_makes_a_second_plan_for_the_new_place(world: Any) -> None:
    first = begin(world.staff)
    world.staff.placements.update(period=DateRange(date(2025, 1, 1), date(2026, 9, 1)))
    position = Position.objects.create(unit=world.agency, title="Analis", position_class="jf")
    Placement.objects.create(
        employee=world.staff, position=position, period=DateRange(date(2026, 9, 1), None)
    )
    second = begin(world.staff)
    assert second.pk != first.pk
    assert second.unit == world.agency
    assert second.period == DateRange(date(2026, 9, 1), date(2027, 1, 1))


@pytest.mark.parametrize(("year", "expected"), [(2026, 2026), (2027, 2027)])
def test_the_plan_of_next_year_covers_the_whole_next_year(world: Any, year: int, expected: int) -> None:
    skp = begin(world.staff, year=year)
    assert skp.period == DateRange(date(expected, 1, 1), date(expected + 1, 1, 1))


def test_heads_below_the_government_use_the_jpt_form_whatever_their_class(world: Any) -> None:
    district = world.make_unit("Kecamatan Contoh", "kecamatan", world.root)
    camat = world.make_employee("Camat Contoh", district, is_head=True, position_class="administrator")
    assert begin(camat).layout == "jpt"
    assert begin(world.head).layout == "ja_jf"
    assert begin(world.agency_head).layout == "jpt"


def test_the_approach_is_the_governments_or_the_nearest_units(world: Any) -> None:
    values = {world.agency.code: "kualitatif"}
    policy.set_value(
        "indicators.approach_of_units",
        values,
        scope="kendari",
        valid_from=date(2026, 1, 1),
        by=None,
        reason="",
    )
    assert begin(world.staff).approach == "kualitatif"
    assert begin(world.stranger).approach == "kuantitatif"


def test_an_elected_official_without_nip_is_named_only(world: Any) -> None:
    AppraiserLink.objects.create(
        employee=world.agency_head, external_name="Wali Kota Contoh", period=DateRange(date(2025, 1, 1), None)
    )
    skp = begin(world.agency_head)
    assert (skp.appraiser, skp.appraiser_name) == (None, "Wali Kota Contoh")


# --- submit


def test_submit_hands_the_plan_to_the_appraiser(world: Any) -> None:
    skp = submitted(world.staff)
    skp.refresh_from_db()
    assert (skp.status, skp.submitted_at) == ("submitted", AT)
    decision = SkpDecision.objects.get(skp=skp)
    assert (decision.action, decision.by, decision.at) == ("submit", world.staff, AT)
    assert Notification.objects.filter(recipient=world.head.user).count() == 1
    assert actions(skp)[-1] == "indicators.skp.submitted"


def test_submit_refuses_an_incomplete_plan_and_says_what_is_missing(world: Any) -> None:
    skp = begin(world.staff)
    services.add_result(skp=skp, text="Meningkatnya mutu", kind="utama", by=world.staff)
    before = Skp.objects.values().get()
    with pytest.raises(services.PlanIncomplete) as raised:
        services.submit_skp(skp_id=skp.pk, by=world.staff, at=AT)
    assert [problem.code for problem in raised.value.problems] == [ProblemCode.RESULT_WITHOUT_INDICATOR]
    assert Skp.objects.values().get() == before
    assert not SkpDecision.objects.exists()


def test_a_second_submit_changes_nothing(world: Any) -> None:
    skp = submitted(world.staff)
    before, audit = Skp.objects.values().get(), actions(skp)
    with pytest.raises(TransitionNotAllowed):
        services.submit_skp(skp_id=skp.pk, by=world.staff, at=AT)
    assert Skp.objects.values().get() == before
    assert actions(skp) == audit
    assert SkpDecision.objects.count() == 1


def test_submit_goes_to_the_appraiser_that_the_office_corrected_meanwhile(world: Any) -> None:
    skp = complete(world.staff)
    AppraiserLink.objects.filter(employee=world.staff).update(appraiser=world.agency_head)
    services.submit_skp(skp_id=skp.pk, by=world.staff, at=AT)
    skp.refresh_from_db()
    assert (skp.appraiser, skp.appraiser_name) == (world.agency_head, world.agency_head.full_name)
    assert skp.results.count() == 1


def test_submit_without_any_appraiser_is_refused(world: Any) -> None:
    skp = complete(world.agency_head)
    with pytest.raises(services.NoAppraiser):
        services.submit_skp(skp_id=skp.pk, by=world.agency_head, at=AT)
    skp.refresh_from_db()
    assert skp.status == "draft"


def test_a_subordinate_can_draft_and_send_before_the_superior_has_a_plan(world: Any) -> None:
    assert not Skp.objects.filter(employee=world.head).exists()
    assert submitted(world.staff).status == "submitted"


# --- recall, return, approve, close


def test_recall_gives_the_plan_back(world: Any) -> None:
    skp = submitted(world.staff)
    services.recall_skp(skp_id=skp.pk, by=world.staff, at=AT)
    skp.refresh_from_db()
    assert skp.status == "draft"
    assert actions(skp)[-1] == "indicators.skp.recalled"
    with pytest.raises(TransitionNotAllowed):
        services.recall_skp(skp_id=skp.pk, by=world.staff, at=AT)


def test_return_needs_a_note_and_tells_the_employee(world: Any) -> None:
    skp = submitted(world.staff)
    with pytest.raises(services.NoteRequired):
        services.return_skp(skp_id=skp.pk, note="  ", by=world.head, at=AT)
    assert Skp.objects.get().status == "submitted"
    services.return_skp(skp_id=skp.pk, note="Targetnya terlalu rendah.", by=world.head, at=AT)
    skp.refresh_from_db()
    assert skp.status == "returned"
    assert skp.is_editable
    assert SkpDecision.objects.filter(action="return").get().note == "Targetnya terlalu rendah."
    assert Notification.objects.filter(recipient=world.staff.user).count() == 1
    assert actions(skp)[-1] == "indicators.skp.returned"


def test_the_note_never_enters_the_audit_chain(world: Any) -> None:
    skp = submitted(world.staff)
    services.return_skp(skp_id=skp.pk, note="rahasia antara kita", by=world.head, at=AT)
    entry = AuditEntry.objects.filter(action="indicators.skp.returned").get()
    assert "rahasia" not in str(entry.data)
    assert world.staff.name not in str(entry.data)


def test_approval_waits_for_the_appraisers_own_plan(world: Any) -> None:
    skp = submitted(world.staff)
    with pytest.raises(services.SuperiorPlanMissing) as raised:
        services.approve_skp(skp_id=skp.pk, by=world.head, at=AT)
    assert (raised.value.blocker.superior, raised.value.blocker.status) == (world.head, "")
    assert Skp.objects.get().status == "submitted"
    assert SkpDecision.objects.count() == 1
    world.make_skp(world.head, status="submitted")
    with pytest.raises(services.SuperiorPlanMissing) as raised:
        services.approve_skp(skp_id=skp.pk, by=world.head, at=AT)
    assert raised.value.blocker.status == "submitted"
    assert raised.value.blocker.decided_by == world.agency_head.full_name


def test_a_government_may_let_approvals_go_first(world: Any) -> None:
    policy.set_value(
        "indicators.approval_needs_superior_plan",
        False,
        scope="kendari",
        valid_from=date(2026, 1, 1),
        by=None,
        reason="",
    )
    skp = submitted(world.staff)
    assert services.approve_skp(skp_id=skp.pk, by=world.head, at=AT).status == "approved"


def test_approve_makes_the_plan_hold(world: Any) -> None:
    world.make_skp(world.head)
    skp = submitted(world.staff)
    services.approve_skp(skp_id=skp.pk, by=world.head, at=AT, revision=skp.revision)
    skp.refresh_from_db()
    assert (skp.status, skp.approved_at) == ("approved", AT)
    assert actions(skp)[-1] == "indicators.skp.approved"
    assert Notification.objects.filter(recipient=world.staff.user).count() == 1
    with pytest.raises(TransitionNotAllowed):
        services.approve_skp(skp_id=skp.pk, by=world.head, at=AT)


def test_approve_refuses_what_was_not_read(world: Any) -> None:
    world.make_skp(world.head)
    skp = submitted(world.staff)
    read = skp.revision
    services.recall_skp(skp_id=skp.pk, by=world.staff, at=AT)
    fill(skp, text="Hasil lain")
    services.submit_skp(skp_id=skp.pk, by=world.staff, at=AT)
    with pytest.raises(services.PlanConflict):
        services.approve_skp(skp_id=skp.pk, by=world.head, at=AT, revision=read)
    skp.refresh_from_db()
    assert skp.status == "submitted"
    assert skp.approved_at is None


def test_close_ends_an_approved_plan_only(world: Any) -> None:
    skp = world.make_skp(world.staff)
    services.close_skp(skp_id=skp.pk, by=None, at=AT)
    skp.refresh_from_db()
    assert skp.status == "closed"
    assert actions(skp) == ["indicators.skp.closed"]
    with pytest.raises(TransitionNotAllowed):
        services.close_skp(skp_id=skp.pk, by=None, at=AT)


# --- content

NEW = {"text": "Lain", "aspect": "waktu", "target": None, "measure": "", "direction": "higher_is_better"}


@pytest.mark.parametrize("status", ["submitted", "approved", "closed"])
def test_nothing_of_a_sent_plan_can_be_changed(world: Any, status: str) -> None:
    skp = world.make_skp(world.staff, status=status)
    result = skp.results.get()
    indicator = result.indicators.first()
    with applying():
        item = AnnexItem.objects.create(skp=skp, kind="konsekuensi", text="x")
    by = world.staff
    before = (
        list(WorkResult.objects.values()),
        list(Indicator.objects.values()),
        list(AnnexItem.objects.values()),
    )
    attempts = [
        lambda: services.add_result(skp=skp, text="y", kind="utama", by=by),
        lambda: services.change_result(result=result, text="y", kind="utama", by=by),
        lambda: services.remove_result(result=result, by=by),
        lambda: services.move_result(result=result, up=True, by=by),
        lambda: services.add_indicator(result=result, source="reported", by=by, **NEW),
        lambda: services.change_indicator(indicator=indicator, source="reported", by=by, **NEW),
        lambda: services.remove_indicator(indicator=indicator, by=by),
        lambda: services.move_indicator(indicator=indicator, up=False, by=by),
        lambda: services.set_behavior(skp=skp, value="loyal", expectation="y", by=by),
        lambda: services.add_annex_item(skp=skp, kind="konsekuensi", text="y", by=by),
        lambda: services.change_annex_item(item=item, text="y", by=by),
        lambda: services.remove_annex_item(item=item, by=by),
        lambda: services.move_annex_item(item=item, up=True, by=by),
    ]
    for attempt in attempts:
        with pytest.raises(services.PlanNotEditable):
            attempt()
    after = (
        list(WorkResult.objects.values()),
        list(Indicator.objects.values()),
        list(AnnexItem.objects.values()),
    )
    assert after == before
    skp.refresh_from_db()
    assert skp.revision == 0


def test_a_result_supports_the_superiors_draft_or_an_indicator_above(world: Any) -> None:
    above = world.make_skp(world.head, status="draft").results.get()
    iku = UnitIndicator.objects.create(
        unit=world.agency, year=2026, goal="g", name="n", target=1, measure="x"
    )
    skp = begin(world.staff)
    first = services.add_result(skp=skp, text="a", kind="utama", by=world.staff, supports=above)
    second = services.add_result(skp=skp, text="b", kind="utama", by=world.staff, supports_indicator=iku)
    assert (first.supports, second.supports_indicator) == (above, iku)


def test_a_result_supports_nothing_of_strangers(world: Any) -> None:
    skp = begin(world.staff)
    strange = world.make_skp(world.stranger).results.get()
    other_year = UnitIndicator.objects.create(
        unit=world.agency, year=2025, goal="g", name="n", target=1, measure="x"
    )
    elsewhere = UnitIndicator.objects.create(
        unit=world.other_agency, year=2026, goal="g", name="n", target=1, measure="x"
    )
    for wrong in (
        {"supports": strange},
        {"supports_indicator": other_year},
        {"supports_indicator": elsewhere},
    ):
        with pytest.raises(services.SupportNotOffered):
            services.add_result(skp=skp, text="a", kind="utama", by=world.staff, **wrong)
    assert not skp.results.exists()


def test_change_result_writes_and_records(world: Any) -> None:
    skp = begin(world.staff)
    result = fill(skp)
    services.change_result(result=result, text="Baru", kind="tambahan", by=world.staff, revision=99)
    result.refresh_from_db()
    assert (result.text, result.kind) == ("Baru", "tambahan")
    assert actions(skp)[-1] == "indicators.skp.result_changed"


def test_saving_what_is_there_already_records_nothing(world: Any) -> None:
    skp = begin(world.staff)
    result = fill(skp)
    before = actions(skp)
    services.change_result(result=result, text=result.text, kind="utama", by=world.staff, revision=0)
    assert actions(skp) == before


def test_an_older_form_is_a_conflict_only_for_the_row_it_shows(world: Any) -> None:
    skp = begin(world.staff)
    result, other = fill(skp), fill(skp, text="Hasil lain")
    skp.refresh_from_db()
    opened = skp.revision
    services.change_result(
        result=result, text="Dari tab pertama", kind="utama", by=world.staff, revision=opened
    )
    with pytest.raises(services.PlanConflict):
        services.change_result(
            result=result, text="Dari tab kedua", kind="utama", by=world.staff, revision=opened
        )
    services.change_result(result=other, text="Bukan bentrok", kind="utama", by=world.staff, revision=opened)
    assert set(skp.results.values_list("text", flat=True)) == {"Dari tab pertama", "Bukan bentrok"}


def test_remove_result_takes_its_indicators_along(world: Any) -> None:
    skp = begin(world.staff)
    services.remove_result(result=fill(skp), by=world.staff)
    assert not WorkResult.objects.exists()
    assert not Indicator.objects.exists()
    assert actions(skp)[-1] == "indicators.skp.result_removed"


def test_a_supported_result_stays(world: Any) -> None:
    above = world.make_skp(world.head, status="draft").results.get()
    services.add_result(skp=begin(world.staff), text="a", kind="utama", by=world.staff, supports=above)
    with pytest.raises(services.ResultInUse):
        services.remove_result(result=above, by=world.head)
    assert WorkResult.objects.filter(pk=above.pk).exists()


def test_move_swaps_neighbors_within_the_section(world: Any) -> None:
    skp = begin(world.staff)
    for text in "abc":
        services.add_result(skp=skp, text=text, kind="utama", by=world.staff)
    services.add_result(skp=skp, text="t", kind="tambahan", by=world.staff)
    c = skp.results.get(text="c")
    services.move_result(result=c, up=True, by=world.staff)
    assert [row.text for row in skp.results.all()] == ["a", "c", "b", "t"]
    services.move_result(result=skp.results.get(text="b"), up=False, by=world.staff)
    assert [row.text for row in skp.results.all()] == ["a", "c", "b", "t"]


def test_indicators_are_added_changed_moved_and_removed(world: Any) -> None:
    skp = begin(world.staff)
    result = fill(skp)
    second = services.add_indicator(result=result, source="reported", by=world.staff, **NEW)
    services.change_indicator(
        indicator=second,
        source="ikm",
        by=world.staff,
        **(NEW | {"target": Decimal("98.5"), "measure": "nilai"}),
    )
    second.refresh_from_db()
    assert (second.target, second.source) == (Decimal("98.5"), "ikm")
    services.move_indicator(indicator=second, up=True, by=world.staff)
    assert result.indicators.first() == second
    services.remove_indicator(indicator=second, by=world.staff)
    assert result.indicators.count() == 1
    assert actions(skp)[-4:] == [
        "indicators.skp.indicator_added",
        "indicators.skp.indicator_changed",
        "indicators.skp.indicator_moved",
        "indicators.skp.indicator_removed",
    ]


def test_the_employee_proposes_and_the_appraiser_decides_expectations(world: Any) -> None:
    skp = complete(world.staff)
    services.set_behavior(skp=skp, value="akuntabel", expectation="Usul saya", by=world.staff)
    services.submit_skp(skp_id=skp.pk, by=world.staff, at=AT)
    with pytest.raises(services.PlanNotEditable):
        services.set_behavior(skp=skp, value="akuntabel", expectation="Terlambat", by=world.staff)
    services.set_behavior(skp=skp, value="akuntabel", expectation="Harapan pimpinan", by=world.head)
    assert skp.behaviors.get().expectation == "Harapan pimpinan"


def test_an_unknown_value_is_refused(world: Any) -> None:
    skp = begin(world.staff)
    with pytest.raises(ValueError, match="no such value"):
        services.set_behavior(skp=skp, value="setia", expectation="x", by=world.staff)
    assert not skp.behaviors.exists()


def test_expectations_conflict_only_where_both_wrote(world: Any) -> None:
    skp = begin(world.staff)
    services.set_behavior(skp=skp, value="loyal", expectation="lama", by=world.staff)
    skp.refresh_from_db()
    opened = skp.revision
    services.set_behavior(skp=skp, value="loyal", expectation="dari pimpinan", by=world.head, revision=opened)
    with pytest.raises(services.PlanConflict):
        services.set_behaviors(
            skp=skp, expectations={"loyal": "dari saya", "adaptif": "baru"}, by=world.staff, revision=opened
        )
    assert {row.value: row.expectation for row in skp.behaviors.all()} == {"loyal": "dari pimpinan"}


def test_annex_lines_are_added_changed_moved_and_removed(world: Any) -> None:
    skp = begin(world.staff)
    first = services.add_annex_item(skp=skp, kind="konsekuensi", text="a", by=world.staff)
    second = services.add_annex_item(skp=skp, kind="konsekuensi", text="b", by=world.staff)
    services.change_annex_item(item=second, text="b2", by=world.staff)
    services.move_annex_item(item=second, up=True, by=world.staff)
    assert [item.text for item in skp.annex.all()] == ["b2", "a"]
    services.remove_annex_item(item=first, by=world.staff)
    assert [item.text for item in skp.annex.all()] == ["b2"]


def test_an_entry_of_the_chain_carries_the_time_of_the_act(world: Any) -> None:
    at = datetime(2026, 2, 3, 4, 5, tzinfo=UTC)
    skp = services.create_skp(employee=world.staff, year=2026, by=world.staff, at=at)
    assert AuditEntry.objects.get(target_id=str(skp.pk), action="indicators.skp.created").at == at

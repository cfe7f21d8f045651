"""Drafts of one dimension for all, and how they become ratings person by person."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from apps.assessments.models import Evaluation, RatingChange, RatingDraft
from apps.assessments.selectors import rating_board
from apps.assessments.services import achievements, calibration, evaluations, rating_drafts
from apps.assessments.services.rating_drafts import DraftRow

pytestmark = pytest.mark.django_db

ABOVE, MEETS, BELOW = "above_expectation", "meets_expectation", "below_expectation"
AT = datetime(2026, 7, 21, 3, 0, tzinfo=UTC)
NOTHING = rating_drafts.content_mark("", "")


def _save(world: Any, dimension: str, *rows: DraftRow, by: Any = None) -> rating_drafts.SavedDrafts:
    who = by or world.head
    return rating_drafts.save_drafts(dimension=dimension, rows=rows, author=who.user, by=who, at=AT)


def _draft(
    world: Any, evaluation: Any, work_result: str = MEETS, behavior: str = MEETS, reason: str = ""
) -> None:
    _save(world, "work_result", DraftRow(evaluation.pk, work_result, reason, "0", NOTHING))
    _save(world, "behavior", DraftRow(evaluation.pk, behavior, reason, "0", NOTHING))


def _settle(world: Any, *evaluations_: Any, by: Any = None) -> rating_drafts.SettledDrafts:
    who = by or world.head
    return rating_drafts.settle_drafts(
        evaluation_ids=[row.pk for row in evaluations_], author=who.user, by=who, at=AT
    )


def test_a_draft_is_not_a_rating(world: Any, prepared: Any) -> None:
    evaluation = prepared(world.staff)
    assert _save(world, "behavior", DraftRow(evaluation.pk, ABOVE, "", "0", NOTHING)).saved == [evaluation.pk]
    evaluation.refresh_from_db()
    assert (evaluation.status, evaluation.predikat, RatingChange.objects.count()) == ("prepared", "", 0)


def test_what_a_tab_did_not_touch_is_left_alone_and_what_it_did_is_never_overwritten(
    world: Any, prepared: Any
) -> None:
    evaluation = prepared(world.staff)
    shown_by_both_tabs = ("0", NOTHING)
    _save(world, "behavior", DraftRow(evaluation.pk, ABOVE, "Tab pertama.", *shown_by_both_tabs))
    untouched = _save(world, "behavior", DraftRow(evaluation.pk, "", "", *shown_by_both_tabs))
    assert (untouched.saved, untouched.conflicts) == ([], [])
    touched = _save(world, "behavior", DraftRow(evaluation.pk, BELOW, "Tab kedua.", *shown_by_both_tabs))
    assert (touched.saved, touched.conflicts) == ([], [evaluation.pk])
    draft = RatingDraft.objects.get()
    assert (draft.rating, draft.reason, draft.revision) == (ABOVE, "Tab pertama.", 1)
    base = rating_drafts.revision_mark(draft)
    knowingly = _save(world, "behavior", DraftRow(evaluation.pk, BELOW, "Tab kedua.", base, "lain"))
    assert knowingly.saved == [evaluation.pk]
    assert RatingDraft.objects.get().revision == 2


def test_a_draft_that_was_set_and_begun_anew_does_not_take_an_old_page(world: Any, prepared: Any) -> None:
    evaluation = prepared(world.staff)
    _draft(world, evaluation)
    old = rating_drafts.revision_mark(RatingDraft.objects.get(dimension="behavior"))
    _settle(world, evaluation)
    _save(world, "behavior", DraftRow(evaluation.pk, ABOVE, "Baru.", "0", "x"))
    late = _save(world, "behavior", DraftRow(evaluation.pk, BELOW, "Lama.", old, "x"))
    assert late.conflicts == [evaluation.pk]


def test_the_same_page_twice_is_saved_once(world: Any, prepared: Any) -> None:
    evaluation = prepared(world.staff)
    row = DraftRow(evaluation.pk, ABOVE, "Satu.", "0", NOTHING)
    _save(world, "behavior", row)
    again = _save(world, "behavior", row)
    assert (again.saved, again.conflicts, RatingDraft.objects.get().revision) == ([], [], 1)


@pytest.mark.parametrize("who", ["staff", "colleague", "agency_head", "stranger_head"])
def test_nobody_else_drafts(world: Any, prepared: Any, who: str) -> None:
    evaluation = prepared(world.staff)
    row = DraftRow(evaluation.pk, ABOVE, "", "0", NOTHING)
    assert _save(world, "behavior", row, by=getattr(world, who)).refused == [evaluation.pk]
    assert not RatingDraft.objects.exists()


def test_nothing_is_drafted_after_the_hand_over(world: Any, delivered: Any) -> None:
    evaluation = delivered(world.staff)
    row = DraftRow(evaluation.pk, ABOVE, "", "0", NOTHING)
    assert _save(world, "behavior", row).refused == [evaluation.pk]
    assert not RatingDraft.objects.exists()


def test_the_result_of_a_head_is_no_draft(world: Any, prepared: Any) -> None:
    head = prepared(world.head)
    row = DraftRow(head.pk, ABOVE, "", "0", NOTHING)
    assert _save(world, "work_result", row, by=world.agency_head).refused == [head.pk]
    assert _save(world, "behavior", row, by=world.agency_head).saved == [head.pk]


def test_unknown_ratings_and_dimensions_are_refused(world: Any, prepared: Any) -> None:
    evaluation = prepared(world.staff)
    for dimension, rating in (("attendance", MEETS), ("behavior", "great")):
        with pytest.raises(ValueError, match="is not a valid"):
            _save(world, dimension, DraftRow(evaluation.pk, rating, "", "0", NOTHING))
    assert not RatingDraft.objects.exists()


def test_only_the_complete_are_set_and_the_others_stay(world: Any, prepared: Any) -> None:
    whole, half, no_reason = (
        prepared(world.make_employee(f"Pegawai {n}", world.unit, appraiser=world.head)) for n in range(3)
    )
    _draft(world, whole)
    _save(world, "behavior", DraftRow(half.pk, MEETS, "", "0", NOTHING))
    _draft(world, no_reason, behavior=ABOVE)
    done = _settle(world, whole, half, no_reason)
    assert done.done == [whole.pk]
    assert dict(done.left) == {half.pk: "work_result_missing", no_reason.pk: "behavior_reason"}
    assert set(Evaluation.objects.values_list("pk", "status")) == {
        (whole.pk, "rated"),
        (half.pk, "prepared"),
        (no_reason.pk, "prepared"),
    }
    assert not RatingDraft.objects.filter(evaluation=whole).exists()
    assert RatingDraft.objects.exclude(evaluation=whole).count() == 3


def test_an_undrafted_person_is_never_set(world: Any, prepared: Any, rated: Any) -> None:
    untouched = prepared(world.staff)
    already = rated(world.colleague)
    done = _settle(world, untouched, already)
    assert (done.done, dict(done.left)) == (
        [],
        {untouched.pk: "work_result_missing", already.pk: "nothing_new"},
    )
    assert RatingChange.objects.count() == 1


def test_reasons_notes_and_recommendation_go_along(world: Any, prepared: Any) -> None:
    evaluation = prepared(world.staff)
    evaluations.rate_evaluation(
        evaluation_id=evaluation.pk,
        work_result=MEETS,
        behavior=MEETS,
        by=world.head,
        at=AT,
        notes=[evaluations.NoteText("Pertahankan.", behavior_value="kolaboratif")],
        recommendation="Pelatihan.",
    )
    present = rating_drafts.content_mark(MEETS, "")
    _save(world, "behavior", DraftRow(evaluation.pk, ABOVE, "Teladan.", "0", present))
    assert _settle(world, evaluation).done == [evaluation.pk]
    evaluation.refresh_from_db()
    assert (evaluation.reason, evaluation.recommendation) == ("Perilaku kerja: Teladan.", "Pelatihan.")
    assert [note.text for note in evaluation.notes.all()] == ["Pertahankan."]
    assert list(RatingChange.objects.values_list("kind", "behavior_rating")) == [
        ("rated", MEETS),
        ("corrected", ABOVE),
    ]
    _save(
        world,
        "work_result",
        DraftRow(evaluation.pk, ABOVE, "Dua kali target.", "0", present),
    )
    _settle(world, evaluation)
    evaluation.refresh_from_db()
    assert evaluation.reason == "Hasil kerja: Dua kali target.\n\nPerilaku kerja: Teladan."
    assert evaluation.predikat == "sangat_baik"


def test_a_head_waits_for_the_unit_and_follows_it(world: Any, period: Any, prepared: Any) -> None:
    head = prepared(world.head)
    _save(world, "behavior", DraftRow(head.pk, MEETS, "", "0", NOTHING), by=world.agency_head)
    assert _settle(world, head, by=world.agency_head).left == [(head.pk, "achievement_missing")]
    for org, note in (("baik", ""), ("istimewa", "Target terlampaui.")):
        achievements.fix_achievement(
            unit=world.unit, period=period, org_predicate=org, note=note, by=world.agency_head, at=AT
        )
        if org == "baik":
            assert _settle(world, head, by=world.agency_head).done == [head.pk]
    standing = rating_board.standing_of(Evaluation.objects.get(pk=head.pk), world.agency_head.user)
    assert (standing.follows_unit_anew, standing.work_result, standing.problems) == (
        True,
        ABOVE,
        ["reason_missing"],
    )


def test_drafts_wait_while_the_unit_is_calibrated(world: Any, period: Any, rated: Any) -> None:
    evaluation = rated(world.staff)
    calibration.open_session(unit=world.unit, period=period, by=world.agency_head, at=AT)
    present = rating_drafts.content_mark(MEETS, "")
    _save(world, "behavior", DraftRow(evaluation.pk, ABOVE, "Teladan.", "0", present))
    assert _settle(world, evaluation).left == [(evaluation.pk, "calibration_open")]
    evaluation.refresh_from_db()
    assert evaluation.behavior_rating == MEETS


def test_the_table_keeps_one_draft_per_author_and_dimension(world: Any, prepared: Any) -> None:
    evaluation = prepared(world.staff)
    _draft(world, evaluation)
    with pytest.raises(IntegrityError), transaction.atomic():
        RatingDraft.objects.filter(dimension="behavior").update(dimension="work_result")
    with pytest.raises(IntegrityError), transaction.atomic():
        RatingDraft.objects.filter(dimension="behavior").update(dimension="attendance")

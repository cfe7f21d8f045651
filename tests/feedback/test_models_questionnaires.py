"""What the database refuses about questionnaires and paper, whichever code tries."""

from datetime import UTC, date, datetime

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from apps.feedback.models import PaperBatch, PaperRow, Questionnaire, Unsur
from tests.feedback.helpers import AT

TODAY = date(2026, 9, 15)


@pytest.fixture
def national(world):
    return Questionnaire.objects.get(government=None, regime="14/2017")


@pytest.fixture
def draft(world):
    row = Questionnaire.objects.create(
        government=world.government, regime="14/2017", version=1, title="Rancangan"
    )
    row.unsur.create(code="waktu", number=1, name="Waktu", question="?", labels=["1", "2", "3", "4"])
    return row


@pytest.fixture
def batch(world, service):
    return PaperBatch.objects.create(
        survey_period=service.survey_periods.get(),
        collected_by="magang",
        collected_on=TODAY,
        sheet_count=2,
        opened_by=world.head.user,
        opened_at=AT,
    )


def refused(action):
    with pytest.raises(DatabaseError), transaction.atomic():
        action()


def test_the_questions_of_a_questionnaire_in_use_do_not_change(national):
    before = list(national.unsur.values_list("question", "weight_denominator"))
    refused(lambda: national.unsur.update(question="Diubah"))
    refused(lambda: national.unsur.filter(code="biaya").delete())
    refused(
        lambda: national.unsur.create(
            code="x", number=10, name="x", question="x", labels=["1", "2", "3", "4"]
        )
    )
    assert list(national.unsur.values_list("question", "weight_denominator")) == before


def test_a_question_cannot_be_moved_out_of_a_questionnaire_in_use(national, draft):
    refused(lambda: Unsur.objects.filter(questionnaire=national, code="biaya").update(questionnaire=draft))
    assert national.unsur.count() == 9


def test_a_draft_that_a_period_asks_does_not_change_either(draft, service):
    service.survey_periods.update(questionnaire=draft)
    refused(lambda: draft.unsur.update(question="Diubah"))
    assert draft.unsur.get().question == "?"


def test_a_draft_changes_and_goes(draft):
    draft.unsur.update(question="Diubah")
    assert draft.unsur.get().question == "Diubah"
    draft.delete()
    assert not Questionnaire.objects.filter(title="Rancangan").exists()


@pytest.mark.parametrize("values", [{"status": "draft"}, {"title": "Lain"}, {"version": 9}, {"why": "Lain"}])
def test_a_questionnaire_in_use_keeps_what_it_is(national, values):
    refused(lambda: Questionnaire.objects.filter(pk=national.pk).update(**values))
    national.refresh_from_db()
    assert (national.status, national.version) == ("in_use", 1)


def test_a_questionnaire_in_use_stays(national):
    refused(lambda: Questionnaire.objects.filter(pk=national.pk).delete())
    assert Questionnaire.objects.filter(pk=national.pk).exists()


@pytest.mark.parametrize(
    ("constraint", "values"),
    [
        ("questionnaire_status_is_a_known_one", {"status": "lain", "valid_from": TODAY}),
        ("questionnaire_in_use_has_a_first_day", {"status": "in_use"}),
        ("questionnaire_in_use_has_a_first_day", {"valid_from": TODAY}),
    ],
)
def test_questionnaire_constraints(draft, constraint, values):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Questionnaire.objects.filter(pk=draft.pk).update(**values)


@pytest.mark.parametrize(
    ("constraint", "values"),
    [
        ("unsur_weight_is_positive", {"weight_numerator": 0}),
        ("unsur_weight_is_positive", {"weight_denominator": 0}),
        ("unsur_is_replaced_with_a_reason", {"replaces": "biaya"}),
        ("unsur_is_replaced_with_a_reason", {"replaces": "biaya", "replace_reason": "Perda 1"}),
    ],
)
def test_unsur_constraints(draft, constraint, values):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        draft.unsur.update(**values)


@pytest.mark.parametrize(
    ("constraint", "values"),
    [
        ("paper_batch_status_is_a_known_one", {"status": "lain"}),
        ("paper_batch_has_sheets", {"sheet_count": 0}),
        ("paper_batch_closed_has_time", {"status": "closed"}),
        ("paper_batch_withdrawn_with_reason", {"status": "withdrawn"}),
        ("paper_batch_withdrawn_with_reason", {"status": "withdrawn", "withdrawn_at": AT}),
        ("paper_batch_withdrawn_with_reason", {"withdrawn_at": AT, "withdrawn_reason": "x"}),
    ],
)
def test_batch_constraints(batch, constraint, values):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        PaperBatch.objects.filter(pk=batch.pk).update(**values)


def test_row_constraints(world, batch):
    row = PaperRow.objects.create(batch=batch, number=1, typed_by=world.head.user, typed_at=AT)
    for constraint, values in (
        ("paper_row_is_checked_by_another_person", {"checked_by": world.head.user, "second_reading": {}}),
        ("paper_row_checked_with_a_reading", {"checked_by": world.agency_head.user}),
        ("paper_row_checked_with_a_reading", {"second_reading": {"waktu": 1}}),
    ):
        with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
            PaperRow.objects.filter(pk=row.pk).update(**values)
    with pytest.raises(IntegrityError, match="paper_row_once_per_sheet"), transaction.atomic():
        PaperRow.objects.create(
            batch=batch, number=1, typed_by=world.head.user, typed_at=datetime(2026, 9, 15, tzinfo=UTC)
        )


def test_earlier_regulations_are_there_to_be_looked_up(world):
    old = {row.regime: row for row in Questionnaire.objects.filter(government=None).exclude(regime="14/2017")}
    assert {regime: (row.status, row.unsur.count()) for regime, row in old.items()} == {
        "16/2014": ("retired", 9),
        "KEP/25/2004": ("retired", 14),
    }
    # The sheet gives no wording for them, so there is none.
    assert set(Unsur.objects.filter(questionnaire__in=old.values()).values_list("question", flat=True)) == {
        ""
    }

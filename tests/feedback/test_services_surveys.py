"""Answers, their index, and what keeps people unrecognizable."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from apps.core import jobs
from apps.core.models import AuditEntry, OutboxMessage
from apps.feedback import selectors
from apps.feedback.models import Answer, IkmResult, QuarantineCase, Questionnaire, Response, SurveyPeriod
from apps.feedback.rules.ikm import compute_ikm
from apps.feedback.rules.intervals import ikm_interval
from apps.feedback.rules.regimes import CURRENT_REGIME
from apps.feedback.services import counts, quarantine, results, surveys
from tests.feedback.helpers import UNSUR, answer, answers, open_now, today_of


def test_the_migration_holds_the_questionnaire_of_the_rules(world):
    questionnaire = Questionnaire.objects.get(government=None, regime="14/2017")
    stored = [
        (f"U{row.number}", row.code, row.name, row.question, tuple(row.labels))
        for row in questionnaire.unsur.all()
    ]
    assert stored == [
        (row.number, row.code, row.name, row.question, row.labels) for row in CURRENT_REGIME.unsur
    ]
    assert selectors.weights_of(questionnaire.unsur.all()) == CURRENT_REGIME.weights


def test_an_answer_is_kept_with_its_refresh_promised(service):
    response = answer(service, attributes={"sex": "P", "age_band": "30-44"}, remark=" Cepat. ")
    assert response.answers.count() == 9
    assert (response.remark, response.sex, response.is_quarantined) == ("Cepat.", "P", False)
    message = OutboxMessage.objects.get(task="feedback.refresh_result")
    assert message.kwargs == {"survey_period_id": response.survey_period_id}


def test_the_time_of_an_answer_is_nowhere_finer_than_an_hour(service):
    at = timezone.now().replace(minute=41, second=17)
    response = answer(service, at=at)
    entry = AuditEntry.objects.get(action="feedback.response.recorded")
    hour = at.replace(minute=0, second=0, microsecond=0)
    assert (response.hour, entry.at) == (hour, hour)
    assert entry.actor == "public"
    assert entry.target_type == "feedback.surveyperiod"
    assert str(response.pk) not in str(entry.data)


def test_answers_of_the_same_seconds_share_one_refresh(service):
    at = datetime(2026, 9, 15, 2, 0, 1, tzinfo=UTC)
    period = service.survey_periods.get()
    for second in (0, 1, 2):
        results.promise_refresh(survey_period=period, scope="kendari", at=at + timedelta(seconds=second))
    assert OutboxMessage.objects.filter(task="feedback.refresh_result").count() == 1
    results.promise_refresh(survey_period=period, scope="kendari", at=at + timedelta(seconds=10))
    assert OutboxMessage.objects.filter(task="feedback.refresh_result").count() == 2


def test_the_worker_makes_the_promised_figure(service):
    answer(service)
    message = OutboxMessage.objects.get(task="feedback.refresh_result")
    OutboxMessage.objects.update(ready_at=timezone.now() - timedelta(seconds=1))
    assert jobs.consume(message.pk)
    assert IkmResult.objects.get().ikm == Decimal("75.00")


@pytest.mark.parametrize(
    ("values", "error"),
    [
        ({**dict.fromkeys(UNSUR, 3), "tidak-ada": 3}, surveys.InvalidAnswers),
        ({**dict.fromkeys(UNSUR, 3), "waktu": 5}, surveys.InvalidAnswers),
        ({**dict.fromkeys(UNSUR, 3), "waktu": 0}, surveys.InvalidAnswers),
        (dict.fromkeys(UNSUR[:4], 3), surveys.TooFewAnswers),
    ],
)
def test_answers_that_do_not_fit_are_refused(service, values, error):
    with pytest.raises(error):
        answer(service, values)
    assert not Response.objects.exists()
    assert not OutboxMessage.objects.exists()


def test_an_unknown_attribute_is_refused(service):
    with pytest.raises(surveys.InvalidAnswers):
        answer(service, attributes={"sex": "X"})
    assert not Response.objects.exists()


def test_a_closed_survey_says_when_the_next_one_is(world):
    service = world.make_service()
    start = today_of(service) + timedelta(days=30)
    upcoming = surveys.open_survey_period(
        service=service,
        code="nanti",
        label="Nanti",
        starts_on=start,
        ends_on=start,
        by=None,
        at=timezone.now(),
    )
    with pytest.raises(surveys.SurveyClosed) as refusal:
        answer(service)
    assert refusal.value.upcoming == upcoming
    assert not Response.objects.exists()


def test_the_day_of_a_survey_is_local(world):
    service = world.make_service()  # Kendari is eight hours ahead
    surveys.open_survey_period(
        service=service,
        code="x",
        label="X",
        starts_on=date(2026, 9, 1),
        ends_on=date(2026, 9, 30),
        by=None,
        at=timezone.now(),
    )
    answer(service, at=datetime(2026, 9, 30, 15, 59, 59, tzinfo=UTC))
    with pytest.raises(surveys.SurveyClosed):
        answer(service, at=datetime(2026, 9, 30, 16, 0, tzinfo=UTC))
    assert Response.objects.count() == 1


def test_periods_of_a_service_do_not_overlap(service):
    period = service.survey_periods.get()
    with pytest.raises(surveys.PeriodsOverlap) as refusal:
        surveys.open_survey_period(
            service=service,
            code="lain",
            label="Lain",
            starts_on=period.ends_on,
            ends_on=period.ends_on + timedelta(days=9),
            by=None,
            at=timezone.now(),
        )
    assert refusal.value.other == period
    assert SurveyPeriod.objects.count() == 1


def test_the_index_of_the_database_is_the_index_of_the_rule(service):
    rows = [
        dict(zip(UNSUR, values, strict=True))
        for values in (
            (1, 2, 3, 4, 4, 3, 2, 1, 2),
            (4, 4, 4, 4, 3, 3, 3, 3, 3),
            (2, 2, 3, 4, 4, 4, 3, 4, 3),
            (3, 3, 3, 4, 4, 3, 3, 3, 4),
        )
    ]
    skipped = {code: value for code, value in rows[0].items() if code not in {"biaya", "pengaduan"}}
    for row in (*rows, skipped):
        answer(service, row)
    period = service.survey_periods.get()
    stored = results.refresh_result(survey_period_id=period.pk, at=timezone.now())
    weights = CURRENT_REGIME.weights
    expected = compute_ikm([*rows, skipped], weights)
    assert stored.n == expected.n == 5
    assert stored.ikm == expected.value
    assert stored.weakest_unsur == expected.weakest
    assert {code: Decimal(text) for code, text in stored.nrr.items()} == expected.nrr
    own = [
        sum((Fraction(value) * weights[code] for code, value in row.items()), Fraction(0))
        * 25
        / sum((weights[code] for code in row), Fraction(0))
        for row in (*rows, skipped)
    ]
    interval = ikm_interval(own)
    assert (stored.interval_low, stored.interval_high) == (interval.low, interval.high)


def test_a_held_back_answer_does_not_count_until_an_officer_decides(service, officer):
    period = service.survey_periods.get()
    answers(service, 3, period, value=4)
    answer(service, dict.fromkeys(UNSUR, 1), is_suspicious=True)
    results.refresh_result(survey_period_id=period.pk, at=timezone.now())
    assert IkmResult.objects.get().ikm == Decimal("100.00")
    released = quarantine.decide_case(
        case_id=QuarantineCase.objects.get().pk,
        status="released",
        reason="Kios ramai",
        by=officer,
        at=timezone.now(),
    )
    assert released == 1
    results.refresh_result(survey_period_id=period.pk, at=timezone.now())
    assert (IkmResult.objects.get().n, IkmResult.objects.get().ikm) == (4, Decimal("81.25"))
    assert AuditEntry.objects.get(action="feedback.case.released").data["why"] == "Kios ramai"


def test_a_published_result_stays(world):
    service = world.make_service()
    period = surveys.open_survey_period(
        service=service,
        code="2025",
        label="2025",
        starts_on=date(2025, 1, 1),
        ends_on=date(2025, 12, 31),
        by=None,
        at=timezone.now(),
    )
    at = datetime(2025, 6, 1, tzinfo=UTC)
    answer(service, at=at)
    with pytest.raises(results.PeriodStillRuns):
        results.publish_result(survey_period_id=period.pk, by=None, at=datetime(2025, 12, 31, tzinfo=UTC))
    results.publish_result(survey_period_id=period.pk, by=None, at=datetime(2026, 1, 5, tzinfo=UTC))
    answer(service, dict.fromkeys(UNSUR, 1), at=at)
    again = results.refresh_result(survey_period_id=period.pk, at=timezone.now())
    assert (again.n, again.ikm) == (1, Decimal("75.00"))


def test_a_result_without_answers_has_no_index(service):
    result = results.refresh_result(survey_period_id=service.survey_periods.get().pk, at=timezone.now())
    assert (result.n, result.ikm, result.nrr, result.service_grade) == (0, None, {}, "")


def test_ikm_of_a_unit_pools_respondents(world):
    first, second = world.make_service(), world.make_service()
    other = world.make_service(unit=world.other_agency)
    for one in (first, second, other):
        open_now(one)
    answers(first, 30, first.survey_periods.get(), value=4)
    answers(second, 10, second.survey_periods.get(), value=2)
    answers(other, 1, other.survey_periods.get(), value=1)
    answer(first, dict.fromkeys(UNSUR, 1), is_suspicious=True)
    today = today_of(first)
    figure = selectors.ikm_for_unit(world.agency, today, today)
    assert (figure.n, figure.value, figure.grade) == (40, Decimal("87.50"), "B")
    assert selectors.ikm_for_unit(world.agency, today - timedelta(9), today - timedelta(3)) is None


def test_few_answers_have_no_letter(world):
    service = world.make_service()
    open_now(service)
    answers(service, 12, service.survey_periods.get())
    today = today_of(service)
    figure = selectors.ikm_for_unit(world.unit, today, today)
    assert (figure.n, figure.grade, figure.disclosure.value) == (12, "", "warned")


def test_a_count_is_recorded_and_corrected(world, officer):
    service = world.make_service()
    at = timezone.now()
    counts.record_service_count(service=service, month=date(2026, 7, 19), count=120, by=officer, at=at)
    counts.record_service_count(service=service, month=date(2026, 7, 1), count=125, by=officer, at=at)
    counts.record_service_count(service=service, month=date(2026, 8, 1), count=80, by=officer, at=at)
    assert selectors.service_count_for_unit(world.agency, date(2026, 7, 1), date(2026, 9, 30)) == 205
    assert selectors.service_count_for_unit(world.agency, date(2026, 1, 1), date(2026, 3, 31)) is None
    with pytest.raises(ValueError):
        counts.record_service_count(service=service, month=date(2026, 8, 1), count=-1, by=officer, at=at)
    assert AuditEntry.objects.filter(action="feedback.service_count.recorded").count() == 3


def test_remarks_come_late_shuffled_and_redacted(service):
    old = timezone.now() - timedelta(days=10)
    for number in range(8):
        answer(service, remark=f"Saran {number}, telepon 0812-3456-7890", at=old)
    answer(service, remark="Baru saja", at=timezone.now())
    found = selectors.readable_remarks(service, timezone.now())
    assert sorted(found) == [f"Saran {number}, telepon [telepon]" for number in range(8)]
    assert found == selectors.readable_remarks(service, timezone.now())


@pytest.mark.parametrize("value", [0, 5])
def test_the_database_refuses_an_answer_outside_the_scale(service, value):
    response = answer(service)
    with pytest.raises(IntegrityError), transaction.atomic():
        response.answers.update(value=value)
    assert set(response.answers.values_list("value", flat=True)) == {3}


def test_the_database_refuses_two_answers_to_one_question(service):
    row = answer(service).answers.first()
    with pytest.raises(IntegrityError), transaction.atomic():
        Answer.objects.create(response=row.response, unsur=row.unsur, value=1)


def test_the_database_refuses_a_period_that_ends_before_it_starts(service):
    with pytest.raises(IntegrityError), transaction.atomic():
        SurveyPeriod.objects.update(ends_on=date(2000, 1, 1))

"""Public figures move in steps: two readings never differ by only a few answers."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from apps.feedback import selectors
from apps.feedback.models import FigureStep, IkmResult, Response
from apps.feedback.services import results
from tests.feedback.figures import OPEN, end, equal, hold, put, refresh
from tests.feedback.helpers import publish_at_once, today_of


@pytest.fixture
def period(service):
    publish_at_once(5)
    return service.survey_periods.select_related("service__unit__government", "questionnaire").get()


def shown(period):
    return selectors.public_result(period.service, today_of(period.service))


def answer(period, n, value=3, **fields):
    made = put(period, equal(value, n), **fields)
    refresh(period)
    return made


def test_a_running_figure_is_shown_when_enough_more_have_answered(period):
    seen = []
    for _ in range(31):
        answer(period, 1)
        result = shown(period)
        seen.append(None if result.is_hidden else result.n)
    # Taken at 10, 15, 20, 25 and shown at 15, 20, 25, 30.
    assert seen == [None] * 14 + [10] * 5 + [15] * 5 + [20] * 5 + [25] * 2
    assert list(FigureStep.objects.order_by("number").values_list("n", flat=True)) == [10, 15, 20, 25, 30]


def test_until_then_the_page_says_how_many_are_needed(period):
    answer(period, 4)
    assert (shown(period).n, shown(period).minimum, shown(period).is_hidden) == (4, 15, True)
    answer(period, 8)
    # Taken at 12, so it needs 17.
    assert (shown(period).n, shown(period).minimum) == (12, 17)
    answer(period, 5)
    assert (shown(period).n, shown(period).minimum, shown(period).is_hidden) == (12, 10, False)


@pytest.mark.parametrize("n", range(15, 24))
def test_the_last_step_is_never_a_small_one(period, n):
    for _ in range(n):
        answer(period, 1)
    before = shown(period).n
    end(period)
    refresh(period)
    assert shown(period).n == n
    assert n - before >= 5


def test_the_schedule_shows_the_last_answers_when_the_period_has_ended(period):
    answer(period, 12)
    assert shown(period).is_hidden
    assert results.settle_ended(now=timezone.now()) == 0
    end(period)
    assert results.settle_ended(now=timezone.now()) == 1
    assert (shown(period).n, IkmResult.objects.get().is_settled) == (12, True)
    assert results.settle_ended(now=timezone.now()) == 0


def test_a_period_ends_on_its_own_day(period):
    answer(period, 12)
    today = today_of(period.service)
    period.ends_on = today
    period.save()
    assert results.settle_ended(now=timezone.now()) == 0
    assert results.settle_ended(now=timezone.now() + timedelta(days=2)) == 1


def test_a_few_late_answers_stay_out_of_the_public_figure_for_good(period):
    answer(period, 20)
    end(period)
    refresh(period)
    answer(period, 3, value=1)
    assert (shown(period).n, IkmResult.objects.get().n) == (20, 23)
    results.publish_result(survey_period_id=period.pk, by=None, at=timezone.now())
    assert (shown(period).n, shown(period).ikm, IkmResult.objects.get().n) == (20, Decimal("75.00"), 23)
    # A breakdown of all 23 would tell the three.
    assert selectors.breakdown(period, OPEN, "channel") == []


def test_many_late_answers_are_shown(period):
    answer(period, 20)
    end(period)
    refresh(period)
    answer(period, 5)
    assert shown(period).n == 25


def test_answers_that_do_not_count_any_more_leave_the_public_figure(period):
    answer(period, 10)
    flood = answer(period, 60, value=1)
    answer(period, 5)
    assert shown(period).n == 70
    hold(flood)
    refresh(period)
    assert (shown(period).n, shown(period).ikm, shown(period).waiting) == (15, Decimal("75.00"), 60)


def test_a_waiting_figure_with_answers_that_do_not_count_is_thrown_away(period):
    answer(period, 10)
    flood = answer(period, 5, value=1)
    answer(period, 1)
    assert FigureStep.objects.filter(shown_at=None, n=15).exists()
    hold(flood)
    refresh(period)
    assert not FigureStep.objects.filter(n=15).exists()
    for _ in range(12):
        answer(period, 1)
    assert shown(period).ikm == Decimal("75.00")


def test_without_any_counting_answer_nothing_is_shown(period):
    made = answer(period, 12) + answer(period, 5)
    assert shown(period).n == 12
    hold(made)
    refresh(period)
    assert shown(period) is None
    assert IkmResult.objects.get().shown is None


def test_what_was_taken_down_does_not_come_back(period):
    made = answer(period, 12, value=1) + answer(period, 5, value=1)
    hold(made)
    refresh(period)
    answer(period, 10)
    assert shown(period).is_hidden
    answer(period, 7)
    assert shown(
        period
    ).is_hidden  # 17 against the 12 that were shown once: taken, and shown with the next five
    answer(period, 5)
    assert (shown(period).n, shown(period).ikm) == (17, Decimal("75.00"))


def test_many_answers_at_once_are_shown_but_for_the_newest(period):
    put(period, equal(4, 60))
    put(period, equal(1, 5))
    refresh(period)
    assert (shown(period).n, shown(period).ikm, shown(period).satisfied.k) == (60, Decimal("100.00"), 60)
    answer(period, 5)
    assert shown(period).n == 65
    put(period, equal(4, 30))
    refresh(period)
    # 100 have answered; the step that waited at 70 is not skipped.
    assert shown(period).n == 95
    assert IkmResult.objects.get().n == 100


def test_one_figure_waits_at_a_time(period):
    answer(period, 11)
    waiting = FigureStep.objects.get()
    waiting.pk, waiting.number = None, 2
    with pytest.raises(IntegrityError), transaction.atomic():
        waiting.save()
    assert FigureStep.objects.count() == 1


def test_a_published_breakdown_is_made_once_and_hides_small_cells(period):
    answer(period, 12, sex="P", age_band="18-29")
    answer(period, 11, sex="L", age_band="30-44")
    answer(period, 3, sex="L", age_band="60+")
    assert selectors.breakdown(period, OPEN, "sex") == []
    end(period)
    refresh(period)
    assert selectors.breakdown(period, OPEN, "sex") == []
    results.publish_result(survey_period_id=period.pk, by=None, at=timezone.now())
    ages = {cell.value: cell.n for cell in selectors.breakdown(period, OPEN, "age_band")}
    # One hidden cell alone would follow from the total, so the next smallest is hidden, too.
    assert ages == {"18-29": 12, "30-44": None, "60+": None}
    cells = {cell.value: cell for cell in selectors.breakdown(period, OPEN, "sex")}
    assert (cells["P"].n, cells["P"].ikm, cells["P"].satisfied.k) == (12, Decimal("75.00"), 12)
    assert cells["L"].n == 14
    assert selectors.breakdown(period, OPEN, "month") == []
    Response.objects.filter(sex="P").update(sex="L")
    assert {cell.value: cell.n for cell in selectors.breakdown(period, OPEN, "sex")} == {"P": 12, "L": 14}


def test_cells_below_the_minimum_show_a_number_and_no_figure(period):
    answer(period, 20, sex="P")
    answer(period, 7, sex="L")
    end(period)
    results.publish_result(survey_period_id=period.pk, by=None, at=timezone.now())
    cells = {cell.value: cell for cell in selectors.breakdown(period, OPEN, "sex")}
    assert (cells["L"].n, cells["L"].ikm, cells["L"].satisfied) == (7, None, None)

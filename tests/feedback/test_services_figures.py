"""Sums, tiers, and that stored figures are what their answers say."""

import random
from collections import defaultdict
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from io import StringIO
from zoneinfo import ZoneInfo

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apps.feedback import selectors
from apps.feedback.labels import AgeBand, Education, FilledBy, Occupation
from apps.feedback.models import FigureStep, IkmResult, Response, SurveyTally
from apps.feedback.rules.ikm import compute_ikm
from apps.feedback.rules.intervals import ikm_interval
from apps.feedback.rules.regimes import CURRENT_REGIME
from apps.feedback.rules.satisfaction import is_satisfied
from apps.feedback.services import results
from tests.feedback.figures import OPEN, VERIFIED, end, equal, hold, put, refresh
from tests.feedback.helpers import UNSUR, open_now, today_of

WEIGHTS = CURRENT_REGIME.weights
CUTS = ("channel", "sex", "age_band", "education", "occupation", "filled_by")


@pytest.fixture
def period(service):
    return service.survey_periods.select_related("service__unit__government", "questionnaire").get()


def crowd(period, n, seed=1):
    """n people of both tiers with all sorts of attributes, who skip questions now and then."""
    dice = random.Random(seed)
    for _ in range(n):
        row = {code: dice.randint(1, 4) for code in UNSUR if dice.random() > 0.1} or {"waktu": 3}
        put(
            period,
            [row],
            tier=dice.choice([OPEN, VERIFIED]),
            channel=dice.choice(["qr", "kiosk", "paper"]),
            sex=dice.choice(["", "L", "P"]),
            age_band=dice.choice(["", *AgeBand.values]),
            education=dice.choice(["", *Education.values]),
            occupation=dice.choice(["", *Occupation.values]),
            filled_by=dice.choice(["", *FilledBy.values]),
            at=timezone.now() - timedelta(days=dice.randint(0, 19)),
        )


def answers_of(responses):
    return [{a.unsur.code: a.value for a in row.answers.select_related("unsur")} for row in responses]


def test_every_sum_is_what_its_answers_say(service, period):
    crowd(period, 60)
    refresh(period)
    groups = defaultdict(list)
    zone = ZoneInfo(service.unit.government.timezone)
    for row in Response.objects.all():
        values = {cut: getattr(row, cut) for cut in CUTS}
        values |= {"": "", "month": f"{row.hour.astimezone(zone):%Y-%m}"}
        for cut, value in values.items():
            groups[row.tier, cut, value].append(row)
    stored = {(row.tier, row.cut, row.value): row for row in SurveyTally.objects.all()}
    assert stored.keys() == groups.keys()
    for key, people in groups.items():
        rows = answers_of(people)
        tally = stored[key]
        own = [
            sum((WEIGHTS[c] * v for c, v in row.items()), Fraction(0))
            * 25
            / sum((WEIGHTS[c] for c in row), Fraction(0))
            for row in rows
        ]
        assert tally.n == len(rows)
        assert tally.satisfied == sum(is_satisfied(row, WEIGHTS) for row in rows)
        assert tally.sums == {c: sum(r.get(c, 0) for r in rows) for c in UNSUR if any(c in r for r in rows)}
        assert tally.counts == {c: sum(c in r for r in rows) for c in UNSUR if any(c in r for r in rows)}
        assert abs(Fraction(tally.index_total) - sum(own)) < Fraction(1, 10**9)
        assert abs(Fraction(tally.index_squares) - sum(x * x for x in own)) < Fraction(1, 10**6)


def test_the_result_of_a_tier_is_the_rule_on_its_answers(period):
    crowd(period, 40, seed=7)
    refresh(period)
    for tier in (OPEN, VERIFIED):
        rows = answers_of(Response.objects.filter(tier=tier))
        expected = compute_ikm(rows, WEIGHTS)
        stored = IkmResult.objects.get(tier=tier)
        own = [
            sum((WEIGHTS[c] * v for c, v in row.items()), Fraction(0))
            * 25
            / sum((WEIGHTS[c] for c in row), Fraction(0))
            for row in rows
        ]
        interval = ikm_interval(own)
        assert (stored.n, stored.ikm, stored.weakest_unsur) == (expected.n, expected.value, expected.weakest)
        assert (stored.interval_low, stored.interval_high) == (interval.low, interval.high)


def test_tiers_are_never_added(period):
    put(period, equal(4, 12))
    put(period, equal(2, 11), tier=VERIFIED)
    headline = refresh(period)
    found = dict(IkmResult.objects.values_list("tier", "ikm"))
    assert found == {OPEN: Decimal("100.00"), VERIFIED: Decimal("50.00")}
    assert (headline.tier, headline.n) == (OPEN, 12)
    period.sampling = "receipt"
    period.save()
    assert refresh(period).tier == VERIFIED


def test_the_public_result_has_both_tiers_side_by_side(service, period):
    put(period, equal(4, 30))
    put(period, equal(2, 12), tier=VERIFIED)
    period.sampling = "receipt"
    period.save()
    refresh(period)
    shown = selectors.public_result(service, today_of(service))
    assert (shown.tier, shown.is_formal, shown.sampling, shown.n, shown.ikm) == (
        VERIFIED,
        True,
        "receipt",
        12,
        Decimal("50.00"),
    )
    assert (shown.other.tier, shown.other.is_formal, shown.other.n, shown.other.grade) == (
        OPEN,
        False,
        30,
        "A",
    )
    assert (shown.satisfied.k, shown.other.satisfied.k) == (0, 30)
    assert shown.title != shown.other.title


def test_open_ratings_are_no_skm(service, period):
    put(period, equal(3, 40))
    refresh(period)
    shown = selectors.public_result(service, today_of(service))
    assert (shown.tier, shown.is_formal, shown.sampling, shown.other) == (OPEN, False, "", None)


def test_a_new_period_with_few_answers_does_not_hide_the_last_one(world, service, period):
    put(period, equal(3, 40))
    end(period)
    refresh(period)
    today = today_of(service)
    later = open_later(service, today)
    put(later, equal(1, 3))
    refresh(later)
    assert selectors.public_result(service, today).period == period


def open_later(service, today):
    from apps.feedback.services import surveys

    return surveys.open_survey_period(
        service=service,
        code="lanjut",
        label="Lanjut",
        starts_on=today - timedelta(days=1),
        ends_on=today + timedelta(days=30),
        by=None,
        at=timezone.now(),
    )


def test_what_waits_and_what_is_excluded_is_counted_apart(service, period, officer):
    put(period, equal(4, 10))
    hold(put(period, equal(1, 3)))
    hold(put(period, equal(1, 2)), excluded_by=officer)
    result = refresh(period)
    assert (result.n, result.ikm, result.waiting, result.excluded) == (10, Decimal("100.00"), 3, 2)
    shown = selectors.public_result(service, today_of(service))
    assert (shown.n, shown.waiting, shown.excluded, shown.ikm) == (10, 3, 2, Decimal("100.00"))


def test_only_held_back_answers_make_no_index(service, period):
    hold(put(period, equal(1, 12)))
    result = refresh(period)
    assert (result.n, result.ikm, result.waiting) == (0, None, 12)
    assert selectors.public_result(service, today_of(service)) is None


def test_a_rebuild_gives_the_same_numbers(period):
    crowd(period, 25, seed=3)
    refresh(period)
    out = StringIO()
    call_command("rebuild_figures", "--check", stdout=out)
    assert "1 survey periods, 0 numbers differ." in out.getvalue()


def test_a_wrong_number_is_found_and_put_right(period):
    put(period, equal(3, 12))
    refresh(period)
    IkmResult.objects.update(ikm=Decimal("99.00"))
    SurveyTally.objects.filter(cut="").update(n=13)
    with pytest.raises(CommandError, match="differ"):
        call_command("rebuild_figures", "--check", stdout=StringIO())
    assert IkmResult.objects.get().ikm == Decimal("99.00")
    out = StringIO()
    call_command("rebuild_figures", stdout=out)
    assert "terbuka ikm: 99.00 -> 75.00" in out.getvalue()
    assert (IkmResult.objects.get().ikm, SurveyTally.objects.get(cut="").n) == (Decimal("75.00"), 12)


def test_a_published_period_is_not_rebuilt(service, period):
    put(period, equal(3, 12))
    put(period, equal(4, 4), tier=VERIFIED)
    end(period)
    results.publish_result(survey_period_id=period.pk, by=None, at=timezone.now())
    put(period, equal(1, 20))
    put(period, equal(1, 20), tier=VERIFIED)
    before = list(SurveyTally.objects.order_by("pk").values())
    refresh(period)
    call_command("rebuild_figures", stdout=StringIO())
    assert list(SurveyTally.objects.order_by("pk").values()) == before
    assert dict(IkmResult.objects.values_list("tier", "n")) == {OPEN: 12, VERIFIED: 4}
    assert IkmResult.objects.filter(published_at__isnull=False).count() == 2


def test_a_result_from_before_the_steps_is_shown_as_it_was_published(service, period):
    put(period, equal(3, 12))
    end(period)
    results.publish_result(survey_period_id=period.pk, by=None, at=timezone.now())
    IkmResult.objects.update(shown=None)
    FigureStep.objects.all().delete()
    SurveyTally.objects.all().delete()
    refresh(period)
    shown = selectors.public_result(service, today_of(service))
    assert (shown.n, shown.ikm, shown.is_final, shown.satisfied) == (12, Decimal("75.00"), True, None)
    # Its sums were not kept, so it is in no pooled figure.
    assert selectors.public_unit_result(service.unit, today_of(service)) is None


def test_adding_up_asks_the_same_however_many_answered(period):
    counted = []
    for n in (3, 30):
        put(period, equal(3, n), sex="L")
        refresh(period)
        with CaptureQueriesContext(connection) as queries:
            refresh(period)
        counted.append(len(queries))
    assert counted[0] == counted[1]


def test_a_month_is_a_local_month(service, period):
    # 31 October 23.00 UTC is 1 November in Kendari.
    at = datetime(2026, 10, 31, 23, 0, tzinfo=ZoneInfo("UTC"))
    put(period, equal(3, 1), at=at)
    refresh(period)
    assert SurveyTally.objects.get(cut="month").value == "2026-11"


@pytest.mark.parametrize("change", [{"tier": "lain"}, {"tier": VERIFIED}])
def test_the_database_keeps_one_result_per_known_tier(period, change):
    put(period, equal(3, 1))
    put(period, equal(3, 1), tier=VERIFIED)
    refresh(period)
    with pytest.raises(IntegrityError), transaction.atomic():
        IkmResult.objects.filter(tier=OPEN).update(**change)
    assert IkmResult.objects.filter(tier=OPEN).count() == 1


def test_the_database_refuses_more_satisfied_people_than_people(period):
    put(period, equal(3, 2))
    refresh(period)
    with pytest.raises(IntegrityError), transaction.atomic():
        SurveyTally.objects.update(satisfied=3)
    assert SurveyTally.objects.filter(satisfied=2, n=2).count() == SurveyTally.objects.count()


# --- the index of a unit, for offices


def test_the_index_of_a_unit_is_of_one_tier(world):
    first, second = world.make_service(), world.make_service()
    periods = [open_now(first), open_now(second)]
    put(periods[0], equal(4, 20))
    put(periods[1], equal(2, 10), tier=VERIFIED)
    today = today_of(first)
    figure = selectors.ikm_for_unit(world.unit, today, today)
    assert (figure.n, figure.value, figure.tier, figure.is_formal) == (20, Decimal("100.00"), OPEN, False)
    periods[1].sampling = "random"
    periods[1].save()
    figure = selectors.ikm_for_unit(world.unit, today, today)
    assert (figure.n, figure.value, figure.tier, figure.is_formal) == (10, Decimal("50.00"), VERIFIED, True)
    assert (figure.low, figure.high) == (Decimal("50.00"), Decimal("50.00"))

"""The figures of surveys inside an office: tiers apart, and what makes a figure trustworthy or not."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from apps.feedback.rules.comparison import Band, Change
from apps.feedback.services import counts, surveys
from tests.feedback.figures import VERIFIED, end, equal, hold, put, refresh
from tests.feedback.helpers import open_now, publish_at_once, today_of


@pytest.fixture
def period(service):
    return service.survey_periods.select_related("service__unit__government", "questionnaire").get()


def overview(world):
    return world.client(world.head).get(reverse("feedback:survey-overview"))


def detail(world, service):
    return world.client(world.head).get(
        reverse("feedback:survey-detail", args=[service.code]), headers={"accept-language": "en"}
    )


def test_both_tiers_stand_apart_with_their_sample_and_interval(world, service, period):
    put(period, [*equal(2, 6), *equal(4, 6)], tier=VERIFIED)
    put(period, equal(4, 30))
    period.sampling, period.population = "receipt", 12
    period.save()
    refresh(period)
    reply = detail(world, service)
    first, second = reply.context["rows"][0]["figures"]
    assert (first.result.tier, first.is_formal, first.result.n, first.sample_needed) == (
        VERIFIED,
        True,
        12,
        12,
    )
    assert (first.has_sample, first.has_letter, second.is_formal, second.has_letter) == (
        True,
        False,
        False,
        True,
    )
    page = reply.content.decode()
    assert "sample reached (12)" in page
    assert "Open ratings (not the official SKM)" in page
    assert page.index(f'data-tier="{VERIFIED}"') < page.index('data-tier="terbuka"')


def test_the_response_rate_is_per_hundred_services(world, service, period, officer):
    put(period, equal(3, 12))
    refresh(period)
    assert detail(world, service).context["rows"][0]["figures"][0].rate is None
    month = period.starts_on.replace(day=1)
    counts.record_service_count(service=service, month=month, count=200, by=officer, at=timezone.now())
    counts.record_service_count(
        service=service, month=date(2001, 1, 1), count=9999, by=officer, at=timezone.now()
    )
    assert detail(world, service).context["rows"][0]["figures"][0].rate == Decimal("6.0")


def test_a_change_is_named_only_if_the_intervals_say_so(world, service, period):
    put(period, equal(2, 30))
    end(period)
    refresh(period)
    today = today_of(service)
    later = surveys.open_survey_period(
        service=service,
        code="lanjut",
        label="Lanjut",
        starts_on=today - timedelta(days=1),
        ends_on=today + timedelta(days=30),
        by=None,
        at=timezone.now(),
    )
    put(later, equal(4, 30))
    refresh(later)
    newest, oldest = (row["figures"][0] for row in detail(world, service).context["rows"])
    assert (newest.change, oldest.change) == (Change.UP, Change.NONE)
    assert "clearly better than before" in detail(world, service).content.decode()
    (row,) = overview(world).context["rows"]
    assert row["figure"].change is Change.UP


def test_held_back_and_excluded_ratings_are_counted(world, service, period, officer):
    put(period, equal(4, 12))
    hold(put(period, equal(1, 3)))
    hold(put(period, equal(1, 2)), excluded_by=officer)
    refresh(period)
    page = detail(world, service).content.decode()
    assert "3 ratings held back" in page
    assert "2 ratings excluded" in page
    (row,) = overview(world).context["rows"]
    assert (row["result"].n, row["result"].waiting) == (12, 3)


def test_too_few_answers_show_no_figure_inside_either(world, service, period):
    put(period, equal(4, 9))
    refresh(period)
    assert "100.00" not in detail(world, service).content.decode()
    (row,) = overview(world).context["rows"]
    assert (row["is_hidden"], row["has_letter"]) == (True, False)


def test_the_office_sees_what_the_public_figure_lacks(world, service, period):
    publish_at_once(5)
    for _ in range(13):
        put(period, equal(4, 1))
        refresh(period)
    assert detail(world, service).context["rows"][0]["figures"][0].public_n == 0
    for _ in range(4):
        put(period, equal(4, 1))
        refresh(period)
    reply = detail(world, service)
    assert reply.context["rows"][0]["figures"][0].public_n == 10
    assert "in public: 10" in reply.content.decode()


def test_a_service_is_compared_with_those_like_it(world, service, period):
    put(period, equal(4, 30))
    refresh(period)
    assert overview(world).context["rows"][0]["standing"].comparison.band is Band.UNKNOWN
    for _ in range(5):
        other = open_now(world.make_service())
        put(other, [*equal(2, 20), *equal(3, 20)])
        refresh(other)
    rows = {row["service"]: row for row in overview(world).context["rows"]}
    standing = rows[service]["standing"].comparison
    assert (standing.band, standing.peers, standing.mean) == (Band.ABOVE, 5, Decimal("62.50"))
    assert "above the average of services like it" in detail(world, service).content.decode().lower()


def test_the_pages_ask_the_same_however_much_there_is(world, service, period):
    put(period, equal(3, 12))
    put(period, equal(3, 12), tier=VERIFIED)
    refresh(period)
    overview(world)
    counted = []
    for more in (1, 3):
        for _ in range(more):
            other = open_now(world.make_service())
            put(other, equal(3, 12))
            put(other, equal(3, 5), tier=VERIFIED)
            refresh(other)
        with CaptureQueriesContext(connection) as listed:
            overview(world)
        with CaptureQueriesContext(connection) as single:
            detail(world, service)
        counted.append((len(listed), len(single)))
    assert counted[0] == counted[1]

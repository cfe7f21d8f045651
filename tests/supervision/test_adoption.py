"""Figures on adoption and the first steps: facts of many, and facts of oneself."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.assessments.models import Evidence, Period, ReportDecision, ReportVersion, SelfReport
from apps.assessments.services import reports
from apps.core import audit, files
from apps.feedback.models import ServiceCount
from apps.supervision.models import AdoptionFigure, FirstWeek
from apps.supervision.selectors import adoption as selectors
from apps.supervision.services import adoption as services
from apps.supervision.views.adoption import short
from tests.reports.evaluated import evaluate, objected
from tests.world import NOW

pytestmark = pytest.mark.django_db
LATER = datetime(2026, 11, 1, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _clock() -> Iterator[Any]:
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


@pytest.fixture
def period(world: Any) -> Period:
    return world.make_periods()[2]


def _sent(
    world: Any, employee: Any, period: Period, *, at: datetime, seconds: int | None = None
) -> SelfReport:
    plan = employee.skp.first() or world.make_skp(employee)
    report = world.make_report(plan, period, status="submitted")
    ReportVersion.objects.create(report=report, version=1, content={}, submitted_at=at)
    SelfReport.objects.filter(pk=report.pk).update(submitted_at=at, active_seconds=seconds)
    return report


def test_on_time_counts_everybody_who_owed_and_only_after_the_closing(world: Any, period: Period) -> None:
    _sent(world, world.staff, period, at=NOW)
    _sent(world, world.colleague, period, at=period.closes_at + timedelta(days=1))
    world.make_skp(world.head)
    world.make_skp(world.stranger, status="draft")
    assert selectors.measures(period, NOW)["on_time"] == (None, 0)
    assert selectors.measures(period, LATER)["on_time"] == (Decimal("33.33"), 3)


def test_minutes_are_the_median_of_what_was_measured(world: Any, period: Period) -> None:
    for employee, seconds in ((world.staff, 300), (world.colleague, 900), (world.head, None)):
        _sent(world, employee, period, at=NOW, seconds=seconds)
    assert selectors.measures(period, LATER)["minutes"] == (Decimal("10.00"), 2)


def test_a_pause_is_not_counted_as_work(world: Any, period: Period) -> None:
    world.make_skp(world.staff)
    report = reports.open_report(employee=world.staff, period=period, by=world.staff, at=NOW)
    for minutes in (2, 5, 45, 47):
        report = reports.save_draft(
            report_id=report.pk,
            by=world.staff,
            at=NOW + timedelta(minutes=minutes),
            revision=report.revision,
            achievements=f"Teks {minutes}",
        )
    assert report.active_seconds == (5 + 2) * 60
    old = SelfReport.objects.filter(pk=report.pk)
    old.update(active_seconds=None)
    again = reports.save_draft(
        report_id=report.pk,
        by=world.staff,
        at=NOW + timedelta(minutes=48),
        revision=report.revision,
        achievements="x",
    )
    assert again.active_seconds is None, "what began before it was measured stays unmeasured"


def test_drafts_that_were_left(world: Any, period: Period) -> None:
    _sent(world, world.staff, period, at=NOW)
    world.make_report(world.make_skp(world.colleague), period)
    assert selectors.measures(period, NOW)["abandoned"] == (None, 0)
    assert selectors.measures(period, LATER)["abandoned"] == (Decimal("50.00"), 2)


def test_activation_within_seven_days_of_the_first_sign_in(world: Any, period: Period) -> None:
    for employee, day in ((world.staff, 1), (world.colleague, 1), (world.head, 12)):
        audit.record(
            "accounts.user.activated",
            target=employee.user,
            by=employee.user,
            scope="",
            at=datetime(2026, 9, day, tzinfo=UTC),
        )
    _sent(world, world.staff, period, at=datetime(2026, 9, 5, tzinfo=UTC))
    _sent(world, world.colleague, period, at=datetime(2026, 9, 9, tzinfo=UTC))
    # Who signed in three days ago still has time.
    assert selectors.measures(period, NOW)["activation"] == (Decimal("50.00"), 2)
    assert selectors.measures(period, LATER)["activation"][1] == 3


def test_objections_per_hundred_and_how_many_were_right(world: Any) -> None:
    evaluations = [evaluate(world, employee) for employee in (world.staff, world.colleague)]
    objected(world, decided_at=NOW, is_upheld=True, decision_reason="Benar.")
    found = selectors.measures(evaluations[0].period, LATER)
    assert found["objections"] == (Decimal("50.00"), 2)
    assert found["upheld"] == (Decimal("100.00"), 1)


def test_review_age_counts_what_still_waits_and_reasons_count_words(world: Any, period: Period) -> None:
    first = _sent(world, world.staff, period, at=NOW)
    _sent(world, world.colleague, period, at=NOW)
    SelfReport.objects.filter(pk=first.pk).update(status="accepted", decided_at=NOW + timedelta(days=2))
    for note in ("Baik sekali.", ""):
        ReportDecision.objects.create(
            report=first, version=1, action="accept", note=note, by=world.head, at=NOW
        )
    ReportDecision.objects.create(report=first, version=1, action="submit", by=world.staff, at=NOW)
    found = selectors.measures(period, NOW + timedelta(days=10))
    assert found["review_age"] == (Decimal("6.00"), 2)
    assert found["reasons"] == (Decimal("50.00"), 2)


def test_ratings_per_hundred_services(world: Any, period: Period) -> None:
    service = world.make_service()
    ServiceCount.objects.create(service=service, month=date(2026, 8, 1), count=40, recorded_at=NOW)
    assert selectors.measures(period, LATER)["ratings"] == (Decimal("0.00"), 40)


def test_nothing_to_tell_is_nothing(world: Any, period: Period) -> None:
    assert set(selectors.measures(period, LATER).values()) == {(None, 0)}


def test_the_step_computes_once_a_day_and_stops_when_all_is_settled(world: Any, period: Period) -> None:
    begun = Period.objects.filter(opens_at__lte=NOW, closes_at__gt=NOW - services.SETTLED).count()
    assert begun
    assert services.refresh_figures(now=NOW) == begun
    assert services.refresh_figures(now=NOW + timedelta(hours=1)) == 0
    assert services.refresh_figures(now=NOW + timedelta(days=1)) == begun
    assert AdoptionFigure.objects.filter(period=period).count() == 9
    assert services.refresh_figures(now=datetime(2028, 1, 1, tzinfo=UTC)) == 0


def test_the_measures_of_a_period_ask_the_same_for_few_and_for_many(world: Any, period: Period) -> None:
    counts = []
    for employee in (world.staff, world.colleague):
        _sent(world, employee, period, at=NOW, seconds=60)
        with CaptureQueriesContext(connection) as captured:
            selectors.measures(period, LATER)
        counts.append(len(captured))
    assert counts[0] == counts[1]


# --- the page


def test_the_page_hides_what_is_about_too_few(world: Any, period: Period) -> None:
    for key, value, n in (("on_time", "82.50", 10), ("minutes", "7.25", 9)):
        AdoptionFigure.objects.create(period=period, key=key, value=value, n=n, computed_at=NOW)
    response = world.client(world.staff).get("/adopsi/")
    rows = {row["key"]: row for row in response.context["rows"]}
    assert rows["on_time"]["value"] == Decimal("82.50")
    assert rows["minutes"]["value"] is None
    page = response.content.decode()
    assert short(Decimal("82.50")) in page
    assert short(Decimal("7.25")) not in page
    assert len(rows) == 9
    # Another government has its own page.
    assert world.client(world.foreigner).get("/adopsi/").context["rows"] == []


def test_figures_lose_what_says_nothing() -> None:
    assert short(Decimal("50.00")) == "50"
    assert short(Decimal("33.33")) in {"33,3", "33.3"}


# --- the first steps


def _steps(world: Any) -> list[str]:
    return [row["tone"] for row in world.client(world.staff).get(reverse("beranda")).context["first_steps"]]


def test_first_steps_follow_what_is_there_and_end_with_the_first_report(world: Any, period: Period) -> None:
    assert _steps(world) == ["neutral"] * 4
    plan = world.make_skp(world.staff)
    assert world.client(world.staff).get(reverse("supervision:how-scored")).status_code == 200
    assert _steps(world) == ["neutral", "neutral", "done", "neutral"]
    world.staff.progress_entries.create(result=plan.results.get(), date=NOW.date(), text="Satu kegiatan")
    assert _steps(world)[0] == "done"
    report = world.make_report(plan, period)
    Evidence.objects.create(report=report, file=files.store(b"x", "image/png"), name="x.png", added_at=NOW)
    assert _steps(world) == ["done", "done", "done", "neutral"]
    SelfReport.objects.filter(pk=report.pk).update(
        status="submitted", version=1, number="LK-1", submitted_at=NOW
    )
    assert _steps(world) == []


def test_first_steps_can_be_put_away_for_good(world: Any) -> None:
    address = reverse("supervision:first-steps-dismiss")
    client = world.client(world.staff)
    assert client.get(address).status_code == 405
    for _twice in range(2):
        assert client.post(address).status_code == 302
    assert _steps(world) == []
    assert FirstWeek.objects.get().employee == world.staff
    assert world.client(world.colleague).get(reverse("beranda")).context["first_steps"]
    assert world.client(world.personnel_officer).post(address).status_code == 403

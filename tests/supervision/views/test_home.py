"""Everybody's start page."""

import pytest
from django.urls import reverse

from apps.assessments.models import Evaluation
from tests.world import NOW, World

pytestmark = pytest.mark.django_db


def test_a_civil_servant_sees_open_reports_and_the_plan(world: World) -> None:
    period = world.make_periods()[2]
    world.make_skp(world.staff)
    page = world.client(world.staff).get(reverse("beranda")).content.decode()
    assert period.title in page
    assert reverse("assessments:report-list") in page
    assert reverse("indicators:skp-mine") in page
    # The way to a correction of a wrong appraiser (complaint no. 1) starts here.
    assert reverse("employees:detail", args=[world.staff.pk]) in page


def test_an_evaluation_that_waits_for_an_answer_comes_first(world: World) -> None:
    period = world.make_periods()[1]
    evaluation = Evaluation.objects.create(
        government=world.government,
        skp=world.make_skp(world.staff),
        employee=world.staff,
        unit=world.unit,
        period=period,
        appraiser=world.head,
        status="delivered",
        work_result_rating="meets_expectation",
        behavior_rating="meets_expectation",
        predikat="baik",
        prepared_at=NOW,
        rated_at=NOW,
        delivered_at=NOW,
        answer_due_on=NOW.date(),
    )
    tasks = world.client(world.staff).get(reverse("beranda")).context["tasks"]
    assert tasks[0]["url"] == reverse("assessments:evaluation-detail", args=[evaluation.pk])
    others = world.client(world.colleague).get(reverse("beranda")).context["tasks"]
    assert all("nilai" not in task["url"] for task in others)


def test_an_officer_without_a_staff_record_is_sent_to_the_work(world: World) -> None:
    response = world.client(world.personnel_officer).get(reverse("beranda"))
    assert response.status_code == 302
    assert response["Location"] == reverse("employees:list")


def test_somebody_without_any_duty_is_told_so(world: World) -> None:
    from apps.accounts.models import User

    nobody = User.objects.create_user("tamu@kendari.example", None, display_name="Tamu")
    response = world.client(nobody).get(reverse("beranda"))
    assert response.status_code == 200
    assert response.context["tasks"] == []

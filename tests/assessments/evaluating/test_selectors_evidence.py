"""Whoever rates sees what was sent, never the writer's present draft."""

import pytest

from apps.assessments.models import Evaluation, ReportVersion
from apps.assessments.selectors.evaluating import evidence_for
from tests.world import NOW, World

pytestmark = pytest.mark.django_db


def test_a_returned_report_shows_its_sent_version(world: World) -> None:
    period = world.make_periods()[2]
    skp = world.make_skp(world.staff)
    report = world.make_report(skp, period, status="returned")
    ReportVersion.objects.create(
        report=report,
        version=1,
        content={
            "achievements": "Yang terkirim.",
            "evidence": [],
            "submitted_at": "2026-09-15T02:00:00+00:00",
        },
        submitted_at=NOW,
    )
    report.achievements = "Draf yang belum dikirim."
    report.save()
    evaluation = Evaluation.objects.create(
        government=world.government,
        skp=skp,
        employee=world.staff,
        unit=world.unit,
        period=period,
        appraiser=world.head,
        prepared_at=NOW,
    )
    (shown,) = evidence_for(evaluation)["reports"]
    assert (shown["achievements"], shown["submitted_at"], shown["title"]) == (
        "Yang terkirim.",
        NOW,
        period.title,
    )

"""Surveys that have ended, with answers put in directly: a report is about the past."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from apps.feedback.models import Answer, Response, Service, SurveyPeriod
from apps.feedback.services import results
from apps.feedback.services.surveys import open_survey_period
from tests.feedback.helpers import UNSUR, restore_questionnaire

NOW = datetime(2026, 9, 1, 3, 0, tzinfo=UTC)
FIRST, LAST = date(2026, 1, 1), date(2026, 6, 30)
ATTRIBUTES = (
    {"sex": "L", "education": "sma", "occupation": "swasta"},
    {"sex": "P", "education": "s1", "occupation": "pns"},
)


def ended_period(
    service: Service, *, code: str = "2026-s1", first: date = FIRST, last: date = LAST, **fields: Any
) -> SurveyPeriod:
    """Open a period that has ended by NOW."""
    restore_questionnaire()
    return open_survey_period(
        service=service,
        code=code,
        label=fields.pop("label", "Semester I 2026"),
        starts_on=first,
        ends_on=last,
        by=None,
        at=NOW,
        **fields,
    )


def answered(
    period: SurveyPeriod, n: int, value: int = 3, *, tier: str = "terverifikasi", **fields: Any
) -> list[Response]:
    """Add n answers; the first unsur is rated one lower, so that it is the weakest."""
    service = period.service
    noon = datetime.combine(period.starts_on + timedelta(days=9), datetime.min.time(), UTC) + timedelta(
        hours=4
    )
    rows = Response.objects.bulk_create(
        Response(
            government=service.unit.government,
            service=service,
            survey_period=period,
            channel="receipt" if tier == "terverifikasi" else "qr",
            tier=tier,
            hour=noon,
            **{**ATTRIBUTES[number % 2], **fields},
        )
        for number in range(n)
    )
    unsur = {row.code: row for row in period.questionnaire.unsur.all()}
    Answer.objects.bulk_create(
        Answer(response=row, unsur=unsur[code], value=max(1, value - (code == UNSUR[0])))
        for row in rows
        for code in unsur
    )
    return rows


def published(period: SurveyPeriod) -> SurveyPeriod:
    """Fix the result of an ended period."""
    results.publish_result(survey_period_id=period.pk, by=None, at=NOW)
    return period


def surveyed(world: Any, n: int = 40, value: int = 3, **fields: Any) -> SurveyPeriod:
    """Return a published period of a new service of the unit."""
    service = fields.pop("service", None) or world.make_service(unit=world.unit)
    period = ended_period(service, **{"sampling": "receipt", "population": 100, **fields})
    answered(period, n, value)
    return published(period)

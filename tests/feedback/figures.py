"""Answers in quantity, without the form: for tests of figures."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from django.utils import timezone

from apps.feedback.models import Answer, QuarantineCase, Response, SurveyPeriod
from apps.feedback.services import results
from tests.feedback.helpers import UNSUR

VERIFIED = "terverifikasi"
OPEN = "terbuka"


def put(
    period: SurveyPeriod,
    rows: Iterable[Mapping[str, int]],
    *,
    tier: str = OPEN,
    at: Any = None,
    **fields: Any,
) -> list[Response]:
    """Store one response per row of answers, as they are."""
    service = period.service
    hour = (at or timezone.now()).replace(minute=0, second=0, microsecond=0)
    unsur = {row.code: row for row in period.questionnaire.unsur.all()}
    rows = list(rows)
    made = Response.objects.bulk_create(
        Response(
            government=service.unit.government,
            service=service,
            survey_period=period,
            channel=fields.get("channel", "qr"),
            tier=tier,
            hour=hour,
            **{name: value for name, value in fields.items() if name != "channel"},
        )
        for _row in rows
    )
    Answer.objects.bulk_create(
        Answer(response=response, unsur=unsur[code], value=value)
        for response, row in zip(made, rows, strict=True)
        for code, value in row.items()
    )
    return made


def equal(value: int, n: int) -> list[dict[str, int]]:
    """Return n equal rows."""
    return [dict.fromkeys(UNSUR, value) for _ in range(n)]


def refresh(period: SurveyPeriod, at: Any = None) -> Any:
    """Add the period up."""
    return results.refresh_result(survey_period_id=period.pk, at=at or timezone.now())


def hold(responses: list[Response], *, excluded_by: Any = None) -> QuarantineCase:
    """Hold responses back, or exclude them by a person's decision."""
    first, now = responses[0], timezone.now()
    case = QuarantineCase.objects.create(
        government=first.government,
        service=first.service,
        tier=first.tier,
        starts_at=first.hour,
        ends_at=first.hour,
        version="uji",
        status="excluded" if excluded_by else "waiting",
        opened_at=now,
        due_on=now.date(),
        decided_at=now if excluded_by else None,
        decided_by=excluded_by,
        reason="Serentak dari satu jaringan" if excluded_by else "",
    )
    Response.objects.filter(pk__in=[row.pk for row in responses]).update(is_quarantined=True, case=case)
    return case


def end(period: SurveyPeriod) -> SurveyPeriod:
    """Let the period have ended yesterday."""
    day = timezone.now().date() - timedelta(days=2)
    period.starts_on, period.ends_on = min(period.starts_on, day), day
    period.save()
    return period

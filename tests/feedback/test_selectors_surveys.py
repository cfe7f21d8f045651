"""Whether what was read of a survey earlier still holds, asked by itself and beside a write."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from apps.employees.models import WorkUnit
from apps.feedback import selectors
from apps.feedback.models import Questionnaire, Service, SurveyPeriod
from tests.feedback.helpers import today_of

pytestmark = pytest.mark.django_db


def _nothing(_period: Any) -> None:
    pass


def _another_questionnaire(period: Any) -> None:
    other = Questionnaire.objects.create(government=None, regime="14/2017", version=78, title="Lain")
    SurveyPeriod.objects.filter(pk=period.pk).update(questionnaire=other)


@pytest.mark.parametrize(
    ("change", "days", "holds"),
    [
        (_nothing, 0, True),
        (_nothing, 20, True),
        (_nothing, 21, False),
        (_nothing, -20, True),
        (_nothing, -21, False),
        (_another_questionnaire, 0, False),
        (lambda period: Service.objects.filter(pk=period.service_id).update(is_active=False), 0, False),
        (lambda period: WorkUnit.objects.filter(pk=period.service.unit_id).update(is_active=False), 0, False),
        (lambda period: SurveyPeriod.objects.filter(pk=period.pk).delete(), 0, False),
    ],
)
def test_a_period_read_earlier_holds_while_nothing_of_it_has_changed(service, change, days, holds):
    period, day = service.survey_periods.get(), today_of(service) + timedelta(days=days)
    change(period)
    assert selectors.still_surveyed(period, day) is holds
    text, values = selectors.surveyed_question(period, day)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT EXISTS ({text})", values)
        assert cursor.fetchone() == (holds,)

"""A rating in one statement: every row as the models would have written it, or none."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apps.core import audit
from apps.core.models import AuditEntry
from apps.feedback.models import Answer, ArrivalMark, Response, SurveyPeriod
from apps.feedback.services import response_rows

pytestmark = pytest.mark.django_db


def _new(like: Response) -> Response:
    """Return an unsaved response with the same values."""
    values = {field.attname: getattr(like, field.attname) for field in Response._meta.concrete_fields}
    made = Response(**(values | {"id": None, "signals": ["fast"], "remark": "Petugas ramah."}))
    made.government = like.government
    return made


@pytest.fixture
def stored(service: Any) -> Response:
    """A response the model wrote itself."""
    period = SurveyPeriod.objects.get(service=service)
    return Response.objects.create(
        government=service.unit.government,
        service=service,
        survey_period=period,
        point=service.points.first(),
        channel="qr",
        hour=timezone.now().replace(minute=0, second=0, microsecond=0),
    )


def _unsur(response: Response) -> list[int]:
    return list(response.survey_period.questionnaire.unsur.order_by("pk").values_list("pk", flat=True))


def test_response_answers_and_mark_are_one_statement(stored: Response) -> None:
    response, unsur = _new(stored), _unsur(stored)
    answers = {pk: 1 + place % 4 for place, pk in enumerate(unsur)}
    slot = stored.hour + timedelta(minutes=5)
    with CaptureQueriesContext(connection) as asked:
        response_rows.write(response, answers=answers, mark=(slot, "f00d"))
    assert len(asked) == 1
    kept = Response.objects.get(pk=response.pk)
    for field in Response._meta.concrete_fields:
        assert getattr(kept, field.attname) == getattr(response, field.attname), field.name
    assert dict(Answer.objects.filter(response=kept).values_list("unsur_id", "value")) == answers
    assert set(Answer.objects.values_list("year", flat=True)) == {kept.answers_year}
    mark = ArrivalMark.objects.get(response=kept)
    assert (mark.slot, mark.network) == (slot, "f00d")
    response.remark = "and it can be saved again"
    response.save()
    assert Response.objects.count() == 2


def test_the_audit_entry_is_part_of_the_statement(stored: Response) -> None:
    trail = audit.insertion(
        "feedback.response.recorded",
        target=stored.survey_period,
        by="public",
        scope="kendari",
        at=stored.hour,
        channel="qr",
    )
    before = set(AuditEntry.objects.values_list("pk", flat=True))
    with CaptureQueriesContext(connection) as asked:
        response_rows.write(_new(stored), answers={}, mark=(stored.hour, ""), trail=trail)
    assert len(asked) == 1
    told = AuditEntry.objects.exclude(pk__in=before).get()
    assert (told.action, told.at, told.data) == ("feedback.response.recorded", stored.hour, {"channel": "qr"})
    assert told.target_id == str(stored.survey_period_id)
    with pytest.raises(IntegrityError), transaction.atomic():
        response_rows.write(_new(stored), answers={_unsur(stored)[0]: 5}, trail=trail)
    assert AuditEntry.objects.exclude(pk__in=before).count() == 1


def test_the_government_is_that_of_the_response(stored: Response) -> None:
    response = _new(stored)
    response_rows.write(response, answers=dict.fromkeys(_unsur(stored), 3), mark=(stored.hour, ""))
    with connection.cursor() as cursor:
        for table in ("feedback_answer", "feedback_arrivalmark"):
            cursor.execute(
                f"SELECT DISTINCT government_id FROM {table} WHERE response_id = %s", [response.pk]
            )
            assert cursor.fetchall() == [(stored.government_id,)]
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_without_mark_and_without_answers(stored: Response) -> None:
    response = _new(stored)
    response_rows.write(response, answers={})
    assert response.pk is not None
    assert not Answer.objects.exists()
    assert not ArrivalMark.objects.exists()


def test_a_refused_answer_leaves_nothing(stored: Response) -> None:
    first, *_others = _unsur(stored)
    with pytest.raises(IntegrityError, match="answer_is_1_to_4"), transaction.atomic():
        response_rows.write(_new(stored), answers={first: 5}, mark=(stored.hour, ""))
    assert Response.objects.count() == 1
    assert not Answer.objects.exists()
    assert not ArrivalMark.objects.exists()

"""Answers stand in parts by the year of their response: every way of writing gives it, and questions open few parts."""

from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.utils import timezone

from apps.core import partitions
from apps.feedback.models import Answer, Response
from apps.feedback.services import skm_import, tallies
from tests.feedback import figures, helpers

WRONG = """
SELECT count(*) FROM feedback_answer answer
JOIN feedback_response response ON response.id = answer.response_id
JOIN employees_government government ON government.id = response.government_id
WHERE answer.year <> date_trunc('year', response.hour AT TIME ZONE government.timezone)
"""


def ask(statement, values=()):
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall()


@pytest.fixture
def period(world):
    return helpers.open_now(world.make_service())


def test_an_answer_has_the_year_of_its_government_and_not_of_greenwich(period):
    [response] = figures.put(period, figures.equal(3, 1), at=datetime(2025, 12, 31, 16, tzinfo=UTC))
    assert response.government.timezone == "Asia/Makassar"
    assert set(response.answers.values_list("year", flat=True)) == {date(2026, 1, 1)}
    one = Response.objects.create(
        government=response.government,
        service=response.service,
        survey_period=period,
        channel="qr",
        hour=datetime(2025, 12, 31, 15, tzinfo=UTC),
    )
    answer = Answer.objects.create(response=one, unsur=period.questionnaire.unsur.first(), value=2)
    assert answer.year == date(2025, 1, 1)
    assert ask(WRONG) == [(0,)]


def test_an_answer_is_in_the_part_of_its_year(period):
    year = timezone.now().year
    figures.put(period, figures.equal(3, 1))
    figures.put(period, figures.equal(3, 1), at=timezone.now().replace(year=year + 1, month=6, day=1))
    figures.put(period, figures.equal(3, 1), at=timezone.now().replace(year=year + 7, month=6, day=1))
    assert ask("SELECT tableoid::regclass::text, count(*) FROM feedback_answer GROUP BY 1 ORDER BY 1") == [
        (f"feedback_answer_{year}", 9),
        (f"feedback_answer_{year + 1}", 9),
        ("feedback_answer_rest", 9),
    ]
    assert "feedback_answer" in partitions.tables()


def test_a_table_and_its_correction_give_the_year(period):
    head = "resp_no,tanggal," + ",".join(f"U{i}" for i in range(1, 10))
    first, last = period.starts_on, period.ends_on
    rows = [f"1,{first},3,3,3,3,3,3,3,3,3", f"2,{last},3,3,3,3,3,3,3,3,3", "3,,3,3,3,3,3,3,3,3,3"]

    def load(lines):
        return skm_import.import_respondents(
            survey_period=period,
            source="\n".join([head, *lines]).encode(),
            file_name="tabel.csv",
            by="command",
            at=timezone.now(),
        )

    load(rows)
    load([rows[0].replace(",3,3", ",4,4", 1), *rows[1:]])
    assert ask("SELECT count(*) FROM feedback_answer") == [(27,)]
    assert ask(WRONG) == [(0,)]


def test_adding_a_period_up_opens_only_its_own_parts(period):
    statement, values = tallies._statement(
        period, period.questionnaire.unsur.all(), "Asia/Makassar", until=None
    )
    plan = "\n".join(row[0] for row in ask(f"EXPLAIN {statement}", values))
    opened = {part.table for part in partitions.parts("feedback_answer") if f" {part.table} " in plan}
    years = range(period.starts_on.year, period.ends_on.year + 1)
    assert opened == {
        part.table for part in partitions.parts("feedback_answer") if any(part.holds(year) for year in years)
    }

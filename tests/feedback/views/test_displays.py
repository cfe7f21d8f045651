"""Badge, frame and screen: public figures only, in steps, without a time and without a script where it is not ours."""

import re
import xml.etree.ElementTree as ET

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.core import stamps
from apps.feedback.services import results, steps
from tests.feedback.helpers import UNSUR, answer, answers, publish_at_once

pytestmark = pytest.mark.django_db
PLACES = ("badge", "embed", "display", "display-fragment")


def get(name, service, **headers):
    return Client().get(reverse(f"feedback:{name}", args=[service.code]), headers=headers)


@pytest.fixture
def rated(service):
    """A service with a public figure."""
    publish_at_once()
    answers(service, 30, service.survey_periods.get(), 4)
    return service


def test_the_badge_is_a_picture_that_reads_itself_out(rated):
    answered = get("badge", rated)
    assert answered["Content-Type"] == "image/svg+xml"
    root = ET.fromstring(answered.content)
    told = "".join(root.itertext())
    assert rated.name in told
    assert "100" in told
    assert not re.search(rb"<script|style=|javascript:|<foreignObject", answered.content)
    assert answered["Cross-Origin-Resource-Policy"] == "cross-origin"


def test_names_are_data_in_the_picture(rated):
    rated.name = 'Poli <script>alert(1)</script> & "anak"'
    rated.save()
    ET.fromstring(get("badge", rated).content)
    assert b"<script" not in get("badge", rated).content
    assert "<script>alert" not in get("embed", rated).content.decode()


def test_the_badge_is_not_sent_twice_while_it_is_the_same(rated):
    first = get("badge", rated)
    assert get("badge", rated, **{"if-none-match": first["ETag"]}).status_code == 304
    answers(rated, 5, rated.survey_periods.get(), 1)
    assert get("badge", rated, **{"if-none-match": first["ETag"]}).status_code == 200


def test_only_the_page_to_embed_may_be_framed(rated):
    framed = get("embed", rated)
    assert "frame-ancestors *" in framed["Content-Security-Policy"]
    assert "script-src 'self'" in framed["Content-Security-Policy"]
    assert "X-Frame-Options" not in framed
    assert b"<script" not in framed.content
    assert b"<form" not in framed.content
    for name in ("display", "service-detail", "embedding"):
        other = get(name, rated)
        assert "frame-ancestors 'none'" in other["Content-Security-Policy"]
        assert other["X-Frame-Options"] == "DENY"


@pytest.mark.parametrize("name", PLACES)
def test_without_a_public_figure_not_even_the_number_of_answers_is_told(service, name):
    answers(service, 7, service.survey_periods.get())
    html = get(name, service).content.decode()
    assert not re.search(r"\b7\b", re.sub(r"<svg.*?>|\w+=\"[^\"]*\"", "", html))


@pytest.mark.parametrize("name", PLACES)
def test_no_time_stands_anywhere(rated, name):
    html = re.sub(r"data-live-stamp-url=\"[^\"]*\"", "", get(name, rated).content.decode())
    assert not re.search(r"\d{1,2}[.:]\d{2}\s*(WIB|WITA|WIT)", html)
    assert "<time" not in html
    assert "data-live-time" not in html


def test_a_single_answer_moves_nothing(service):
    publish_at_once(step=5)
    period = service.survey_periods.get()
    for _ in range(20):
        answer(service, dict.fromkeys(UNSUR, 4))
    results.refresh_result(survey_period_id=period.pk, at=timezone.now())
    for _ in range(5):
        answer(service, dict.fromkeys(UNSUR, 4))
    results.refresh_result(survey_period_id=period.pk, at=timezone.now())
    before = [get(name, service).content for name in ("badge", "display-fragment")]
    answer(service, dict.fromkeys(UNSUR, 1))
    results.refresh_result(survey_period_id=period.pk, at=timezone.now())
    assert [get(name, service).content for name in ("badge", "display-fragment")] == before


def test_the_screen_is_told_when_the_public_figure_moves(rated, django_capture_on_commit_callbacks):
    name = steps.figures_stamp(rated.pk)
    before = stamps.current(name)
    with django_capture_on_commit_callbacks(execute=True):
        results.refresh_result(survey_period_id=rated.survey_periods.get().pk, at=timezone.now())
    assert stamps.current(name) == before, "nothing has changed"
    with django_capture_on_commit_callbacks(execute=True):
        answers(rated, 3, rated.survey_periods.get(), 1)
    assert stamps.current(name) != before


def test_the_screen_works_without_javascript(rated):
    page = get("display", rated)
    assert page["Refresh"] == "1800"
    html = page.content.decode()
    assert "data-live-stamp-url" in html
    stamp = re.search(r'data-live-stamp-url="([^"]*)"', html)
    assert stamp
    assert Client().get(stamp.group(1)).status_code == 200


@pytest.mark.parametrize("name", [*PLACES, "embedding"])
def test_a_closed_service_has_no_display(rated, name):
    type(rated).objects.filter(pk=rated.pk).update(is_active=False)
    assert get(name, rated).status_code == 404

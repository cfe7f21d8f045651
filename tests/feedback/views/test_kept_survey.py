"""The survey page as it is kept: the same page, nothing of another visitor in it, and never what is no longer so."""

import contextlib
import re
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import redis
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from apps.core import kept, stamps
from apps.core.models import AuditEntry, OutboxMessage, SubmissionKey
from apps.feedback.labels import QuestionnaireStatus
from apps.feedback.models import Answer, AttackState, Questionnaire, Response, SurveyPeriod
from apps.feedback.rules.regimes import CURRENT_REGIME
from apps.feedback.rules.signals import Thresholds
from apps.feedback.services import abuse, arrivals, networks, results, survey_register
from apps.feedback.views import desks, kept_survey
from tests.feedback.helpers import UNSUR, open_now, today_of
from tests.feedback.views.test_rate import filled, url

pytestmark = pytest.mark.usefixtures("_kept")

# What belongs to one visitor, by the name of its field.
OWN = re.compile(r'(name="(?:csrfmiddlewaretoken|_key|tampil|soal)" value=")[^"]+(")')


@pytest.fixture
def _kept(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep pages, as a running site does, and ask for the stamps each time."""
    settings.KEEP_PARTS_SECONDS = 60
    monkeypatch.setattr(kept, "SHARED_BELIEVED_SECONDS", 0.0)
    kept._shared.clear()


def tokens(page: str) -> dict[str, str]:
    return dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', page))


def page_of(address: str, **headers: str) -> str:
    return Client(headers=headers).get(address).content.decode()


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("query", ["", "?dibantu=1", "?dari=<x>&lalu=%22y%22"])
@pytest.mark.parametrize("is_attacked", [False, True])
def test_the_kept_page_is_the_page_byte_for_byte(service, monkeypatch, language, query, is_attacked):
    now = timezone.now()
    monkeypatch.setattr(timezone, "now", lambda: now)
    if is_attacked:
        arrivals.raise_attack(service, now, Thresholds())
    address = url(service) + query

    def look(client: Client) -> Any:
        return client.get(address, headers={"accept-language": language})

    look(Client())
    with CaptureQueriesContext(
        connection,
    ) as asked:
        kept_page = look(Client())
    assert not asked.captured_queries
    monkeypatch.setattr(kept_survey, "answer", lambda *_: None)
    with CaptureQueriesContext(connection) as asked:
        page = look(Client())
    assert asked.captured_queries
    assert OWN.sub(r"\1\2", kept_page.content.decode()) == OWN.sub(r"\1\2", page.content.decode())
    assert kept_page.status_code == page.status_code == 200
    assert ("data-puzzle" in page.content.decode()) is is_attacked
    own = {"X-Request-ID", "Vary"}
    assert {n: v for n, v in kept_page.items() if n not in own} == {
        n: v for n, v in page.items() if n not in own
    }
    assert set(kept_page["Vary"].split(", ")) == set(page["Vary"].split(", "))


def test_nothing_of_a_visitor_is_in_the_page_of_another(service):
    arrivals.raise_attack(service, timezone.now(), Thresholds())
    first, second = (tokens(page_of(url(service))) for _ in range(2))
    for name in ("csrfmiddlewaretoken", "_key", "tampil", "soal"):
        assert first[name]
        assert first[name] != second[name]
    assert abuse.shown_at(second["tampil"]) is not None
    service_pk, _made, bits, _salt = arrivals.signing.loads(second["soal"], salt=arrivals.PUZZLE_SALT)
    assert (service_pk, bits) == (service.pk, Thresholds().puzzle_bits)
    # What is kept holds nobody's cookie either.
    client = Client()
    client.get(url(service))
    secret = client.cookies["csrftoken"].value.encode()
    assert all(
        secret not in piece
        for row in kept._shared.values()
        if hasattr(row.value, "pieces")
        for piece in row.value.pieces
    )


def test_a_rating_from_the_kept_page_is_taken(service):
    page_of(url(service))
    client = Client(enforce_csrf_checks=True)
    mine = tokens(client.get(url(service)).content.decode())
    sent = {**filled(), **{name: mine[name] for name in ("csrfmiddlewaretoken", "_key")}}
    assert client.post(url(service), {**sent, "csrfmiddlewaretoken": "x" * 64}).status_code == 403
    assert client.post(url(service), sent).status_code == 302
    assert client.post(url(service), sent).status_code == 302
    assert service.responses.count() == 1


def test_an_error_shows_everything_typed_and_nobody_else_sees_it(service):
    page_of(url(service))
    answer = Client().post(url(service), {"persyaratan": "3", "remark": "Sudah saya tulis.", "tampil": ""})
    assert answer.status_code == 422
    assert "Sudah saya tulis." in answer.content.decode()
    assert "Sudah saya tulis." not in page_of(url(service))
    assert "checked" not in page_of(url(service))


def test_whoever_has_a_session_or_a_receipt_gets_a_page_of_their_own(service, world, monkeypatch):
    made = []
    make = kept_survey._make
    monkeypatch.setattr(kept_survey, "_make", lambda *given: made.append(given) or make(*given))
    client = Client()
    client.force_login(world.staff.user)
    assert "_owner" in tokens(client.get(url(service)).content.decode())
    assert tokens(page_of(f"{url(service)}?kode=ABCD"))["kode"] == "ABCD"
    assert not made
    assert "kode" not in tokens(page_of(url(service)))
    assert len(made) == 1


def _rename(service: Any, **_: Any) -> None:
    survey_register.change_service(
        service_id=service.pk,
        name="Poli gigi",
        description="",
        complaint_promise="",
        opening_hours={},
        by=None,
        at=timezone.now(),
    )


def _retire(service: Any) -> None:
    survey_register.set_service_active(service_id=service.pk, is_active=False, by=None, at=timezone.now())


def _shift(service: Any) -> None:
    period = SurveyPeriod.objects.get(service=service)
    today = today_of(service)
    survey_register.correct_period(
        survey_period_id=period.pk,
        label=period.label,
        starts_on=today + timedelta(days=1),
        ends_on=today + timedelta(days=2),
        population=None,
        sampling=period.sampling,
        questionnaire=period.questionnaire,
        by=None,
        at=timezone.now(),
    )


def _adjust(service: Any) -> None:
    period = SurveyPeriod.objects.get(service=service)
    survey_register.adjust_period(
        survey_period_id=period.pk,
        population=7,
        ends_on=today_of(service),
        reason="x",
        by=None,
        at=timezone.now(),
    )


def _relabel(service: Any) -> None:
    point = service.points.get()
    survey_register.change_point(point_id=point.pk, label="B", is_active=True, by=None, at=timezone.now())


def _open(service: Any) -> None:
    SurveyPeriod.objects.filter(service=service).delete()
    open_now(service)


def _attack(service: Any) -> None:
    arrivals.raise_attack(service, timezone.now(), Thresholds())


@pytest.mark.parametrize(
    ("change", "shown"),
    [
        (_rename, "Poli gigi"),
        (_retire, None),
        (_shift, "survey"),
        (_attack, "data-puzzle"),
        (_adjust, ""),
        (_relabel, ""),
        (_open, ""),
    ],
)
def test_what_the_office_changes_is_seen_at_once(service, django_capture_on_commit_callbacks, change, shown):
    before = stamps.current("survey-pages")
    assert shown in ("", None, "survey") or shown not in page_of(url(service))
    page_of(url(service))
    with django_capture_on_commit_callbacks(execute=True):
        change(service)
    assert stamps.current("survey-pages") != before
    answer = Client().get(url(service))
    if shown is None:
        assert answer.status_code == 302
    elif shown == "survey":
        assert "questionnaire" not in answer.content.decode()
    else:
        assert shown in answer.content.decode()


def test_a_network_of_the_staff_is_known_at_once(service, officer, django_capture_on_commit_callbacks):
    at, address = timezone.now(), "36.1.2.3"
    assert not arrivals.is_own_network(address, service)
    with django_capture_on_commit_callbacks(execute=True):
        row = networks.add_network(
            unit=service.unit, network="36.1.2.0/24", label="Kantor", by=officer, at=at
        )
    assert arrivals.is_own_network(address, service)
    with django_capture_on_commit_callbacks(execute=True):
        networks.remove_network(network_id=row.pk, by=officer, at=at)
    assert not arrivals.is_own_network(address, service)


def test_an_attack_that_is_over_asks_for_no_work(service, monkeypatch):
    at = timezone.now()
    arrivals.raise_attack(service, at, Thresholds())
    assert "data-puzzle" in page_of(url(service))
    over = AttackState.objects.get().until + timedelta(seconds=1)
    monkeypatch.setattr(timezone, "now", lambda: over)
    assert "data-puzzle" not in page_of(url(service))
    assert not arrivals.lacks_proof({}, service, over)


def test_a_day_that_begins_makes_a_new_page(service, monkeypatch):
    page_of(url(service))
    period = SurveyPeriod.objects.get()
    midnight = _midnight_after(period)
    monkeypatch.setattr(timezone, "now", lambda: midnight)
    assert "questionnaire" not in page_of(url(service))


def _midnight_after(period: SurveyPeriod) -> datetime:
    zone = ZoneInfo(period.service.unit.government.timezone)
    return datetime.combine(period.ends_on + timedelta(days=1), time(0, 0, 1), tzinfo=zone)


def test_addresses_that_somebody_invents_keep_nothing(service):
    page_of(url(service))
    held = len(kept._shared)
    for code in ("abcdefgh", "zzzzzzzz"):
        assert Client().get(reverse("feedback:rate", args=[code])).status_code == 404
    assert len(kept._shared) == held


def test_without_redis_the_page_is_made_each_time(service, monkeypatch):
    def away(*_names: str) -> str:
        raise redis.ConnectionError

    monkeypatch.setattr(stamps, "current", away)
    first, second = (tokens(page_of(url(service))) for _ in range(2))
    assert first["_key"] != second["_key"]
    assert not kept._shared


def test_a_rating_is_not_taken_on_what_is_kept_alone(service):
    """As if the stamp were lost: the page is still there, the rating is refused and comes back."""
    page_of(url(service))
    assert Client().post(url(service), filled()).status_code == 302
    today = today_of(service)
    SurveyPeriod.objects.update(starts_on=today - timedelta(days=9), ends_on=today - timedelta(days=1))
    assert "questionnaire" in page_of(url(service))
    answer = Client().post(url(service), filled(remark="Sudah saya tulis."))
    assert (answer.status_code, service.responses.count()) == (409, 1)
    assert "Sudah saya tulis." in answer.content.decode()
    SurveyPeriod.objects.update(ends_on=today)
    type(service).objects.update(is_active=False)
    assert Client().post(url(service), filled()).status_code == 409
    assert service.responses.count() == 1


def _written() -> list[int]:
    return [model.objects.count() for model in (Response, Answer, SubmissionKey, AuditEntry, OutboxMessage)]


@pytest.mark.parametrize("typed", [{}, {"waktu": "5"}, dict.fromkeys(UNSUR, "")])
def test_what_comes_after_the_end_writes_nothing_however_it_is_filled_in(service, typed):
    """As if the stamp were lost: also a form with errors is told that the survey is over, not what is wrong in it."""
    assert Client().post(url(service), filled()).status_code == 302
    today = today_of(service)
    SurveyPeriod.objects.update(starts_on=today - timedelta(days=9), ends_on=today - timedelta(days=1))
    before, sent = _written(), filled(**typed)
    assert Client().post(url(service), sent).status_code == 409
    assert _written() == before
    SurveyPeriod.objects.update(ends_on=today)
    assert Client().post(url(service), {**sent, **filled(_key=sent["_key"])}).status_code == 302
    assert service.responses.count() == 2


def test_who_sends_again_after_the_end_gets_the_receipt_and_nothing_is_kept_twice(service):
    sent = filled()
    first = Client().post(url(service), sent)
    today = today_of(service)
    SurveyPeriod.objects.update(starts_on=today - timedelta(days=9), ends_on=today - timedelta(days=1))
    again = Client().post(url(service), sent)
    assert (first.status_code, again.status_code, again.url) == (302, 302, first.url)
    assert service.responses.count() == 1


def test_other_questions_are_not_answered_with_the_old_form(service):
    """As if the stamp were lost while the period got another questionnaire."""
    assert Client().post(url(service), filled()).status_code == 302
    SurveyPeriod.objects.update(questionnaire=another_questionnaire())
    before = _written()
    answer = Client().post(url(service), filled())
    assert (answer.status_code, _written()) == (422, before)
    assert "Apakah antrean tertib?" in answer.content.decode()
    assert Client().post(url(service), filled(antrean="4")).status_code == 302
    assert service.responses.order_by("-pk")[0].answers.get().unsur.code == "antrean"


def another_questionnaire() -> Questionnaire:
    """Return a questionnaire with one question."""
    made = Questionnaire.objects.get(government=None, version=1, regime=CURRENT_REGIME.code)
    made.pk, made.version, made.status = None, 77, QuestionnaireStatus.DRAFT.value
    made._state.adding = True
    made.save()
    made.unsur.create(
        code="antrean",
        number=1,
        name="Antrean",
        question="Apakah antrean tertib?",
        labels=["a", "b", "c", "d"],
        weight_numerator=1,
        weight_denominator=1,
    )
    Questionnaire.objects.filter(pk=made.pk).update(status=QuestionnaireStatus.IN_USE.value)
    return made


def test_a_receipt_stays_with_whoever_brought_it(service):
    known = desks.read_counter(service.points.get().code, timezone.now())
    assert known.desk(is_assisted=False, receipt="ABCD").code == "ABCD"
    assert known.desk(is_assisted=False).code == ""
    assert known.desk(is_assisted=True).is_assisted
    assert not known.desk(is_assisted=False).is_assisted


def test_ratings_of_the_same_seconds_promise_one_refresh(
    service, monkeypatch, django_capture_on_commit_callbacks
):
    now = timezone.now()
    monkeypatch.setattr(timezone, "now", lambda: now)
    for _ in range(3):
        with django_capture_on_commit_callbacks(execute=True):
            assert Client().post(url(service), filled()).status_code == 302
    assert OutboxMessage.objects.filter(task="feedback.refresh_result").count() == 1
    later = now + timedelta(seconds=6)
    monkeypatch.setattr(timezone, "now", lambda: later)
    assert Client().post(url(service), filled()).status_code == 302
    assert OutboxMessage.objects.filter(task="feedback.refresh_result").count() == 2
    assert service.responses.count() == 4


def test_a_promise_that_was_rolled_back_is_made_again(service, django_capture_on_commit_callbacks):
    period, at = SurveyPeriod.objects.get(), timezone.now()
    with (
        django_capture_on_commit_callbacks(execute=True),
        contextlib.suppress(RuntimeError),
        transaction.atomic(),
    ):
        results.promise_refresh(survey_period=period, scope="kendari", at=at)
        raise RuntimeError
    assert not OutboxMessage.objects.exists()
    results.promise_refresh(survey_period=period, scope="kendari", at=at)
    assert OutboxMessage.objects.count() == 1


def test_a_rating_costs_few_statements(service, monkeypatch):
    # Of one moment: the index is promised anew every few seconds, however slow the machine is.
    now = timezone.now()
    monkeypatch.setattr(timezone, "now", lambda: now)
    address = url(service)
    page_of(address)
    assert Client().post(address, filled()).status_code == 302
    with CaptureQueriesContext(connection) as asked:
        assert Client().post(address, filled()).status_code == 302
    texts = [row["sql"] for row in asked.captured_queries if "SAVEPOINT" not in row["sql"]]
    # The promise is made again, because nothing is ever committed here.
    assert len(texts) == 3
    key, rating, promise = texts
    assert key.startswith("INSERT INTO core_submissionkey")
    assert "feedback_surveyperiod" in key
    assert rating.startswith("WITH response AS")
    assert "core_auditentry" in rating
    assert "core_outboxmessage" in promise


def test_a_page_is_never_made_of_what_is_kept_for_ratings(service, monkeypatch):
    monkeypatch.setattr(kept, "SHARED_BELIEVED_SECONDS", 1000.0)
    assert Client().post(url(service), filled()).status_code == 302
    _rename(service)
    assert "Poli gigi" in page_of(url(service))

"""Ballot stuffing (UX sheet T6): 500 scripted ratings from one and from fifty addresses, twenty honest ones in the same
hour. Everybody gets the same thanks; the public figure hardly moves; the honest ones count.
"""

import random
import uuid
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from apps.feedback import tasks
from apps.feedback.labels import CaseStatus
from apps.feedback.models import (
    Answer,
    ArrivalMark,
    AttackState,
    IkmResult,
    QuarantineCase,
    Response,
    SurveyPeriod,
)
from apps.feedback.rules.signals import is_held
from apps.feedback.services import arrivals, quarantine, receipts, retention, surveys
from apps.feedback.services.abuse import shown_token
from tests.feedback.helpers import UNSUR

# A Tuesday, 10.30 in Kendari.
AT = datetime(2026, 9, 15, 2, 30, tzinfo=UTC)
HOUR = AT.replace(minute=0)
USUAL = [3, 3, 3, 4, 3, 4, 4, 3, 2]


@pytest.fixture
def desk(world):
    """A service with eight weeks of ordinary ratings: one on every opening hour of the week."""
    service = world.make_service(code="poli-umum")
    period = surveys.open_survey_period(
        service=service,
        code="s2",
        label="Semester 2",
        starts_on=(AT - timedelta(days=70)).date(),
        ends_on=(AT + timedelta(days=30)).date(),
        by=None,
        at=AT,
    )
    dice = random.Random(4)
    rows = [
        Response(
            government=world.government,
            service=service,
            survey_period=period,
            channel="qr",
            hour=HOUR - timedelta(days=day, hours=hour),
        )
        for day in range(1, 57)
        for hour in range(3)
        if (HOUR - timedelta(days=day)).weekday() < 5
    ]
    Response.objects.bulk_create(rows)
    unsur = list(period.questionnaire.unsur.all())
    Answer.objects.bulk_create(
        Answer(response=row, unsur=one, value=value)
        for row in rows
        for one, value in zip(unsur, person(dice), strict=True)
    )
    figure(service)
    return service


def person(dice):
    """Return the answers of somebody: people differ as a whole, and from question to question."""
    mood = dice.choice([-1, 0, 0, 1])
    return [min(max(value + mood + dice.choice([-1, 0, 0, 1]), 1), 4) for value in USUAL]


def figure(service):
    """Do what the outbox does after ratings came in; return the index that the public sees."""
    tasks.refresh_result(survey_period_id=SurveyPeriod.objects.get(service=service).pk)
    return IkmResult.objects.get(survey_period__service=service, tier="terbuka").ikm


def usual_ikm(service):
    """Return the index of what came before the hour of the attack."""
    answers = Answer.objects.filter(response__service=service, response__hour__lt=HOUR)
    return Decimal(sum(answers.values_list("value", flat=True))) / answers.count() * 25


def send(service, address, answers, at, *, shown=60, **more):
    """Send one rating as a browser at an address would."""
    point = service.points.get()
    with time_machine.travel(at, tick=False):
        token = shown_token(at - timedelta(seconds=shown))
        data = {**dict(zip(UNSUR, answers, strict=True)), "_key": str(uuid.uuid4()), "tampil": token, **more}
        response = Client(REMOTE_ADDR=address).post(reverse("feedback:rate", args=[point.code]), data)
    assert (response.status_code, response.url) == (302, reverse("feedback:thanks", args=[point.code]))


def honest(service, at, *, works=True, start=0, count=10, shown=60):
    """Send ratings of ordinary people, each from a network of their own; browsers do the work they are asked for."""
    dice = random.Random(start)
    for number in range(start, start + count):
        answers = person(dice)
        extra = {}
        puzzle = arrivals.puzzle_for(service, at) if works else None
        if puzzle:
            extra = {"soal": puzzle["text"], "bukti": arrivals.solve(puzzle["text"], puzzle["bits"])}
        send(service, f"36.{number + 1}.7.9", answers, at, shown=shown, **extra)


def flood(service, networks, at, count, *, start=0):
    """Write in bulk what `count` scripted posts leave behind: what `record_response` writes, looked at per network."""
    period = SurveyPeriod.objects.get(service=service)
    unsur = list(period.questionnaire.unsur.all())
    seen = [
        arrivals.look(service=service, address=f"103.{network}.4.7", channel="qr", at=at)
        for network in range(networks)
    ]
    numbers = range(start, start + count)
    rows = Response.objects.bulk_create(
        Response(
            government=service.unit.government,
            service=service,
            survey_period=period,
            channel="qr",
            hour=at.replace(minute=0),
            signals=sorted(seen[number % networks].signals),
        )
        for number in numbers
    )
    Answer.objects.bulk_create(Answer(response=row, unsur=one, value=1) for row in rows for one in unsur)
    ArrivalMark.objects.bulk_create(
        ArrivalMark(
            response=row, slot=at.replace(minute=at.minute // 5 * 5), network=seen[number % networks].network
        )
        for row, number in zip(rows, numbers, strict=True)
    )
    quarantine.hold(Response.objects.filter(pk__in=[row.pk for row in rows if is_held(row.signals)]), at=at)


@pytest.mark.usefixtures("own_cache")
@pytest.mark.parametrize("networks", [1, 50])
def test_a_flood_moves_the_figure_by_less_than_a_point_and_the_honest_count(desk, networks):
    before = IkmResult.objects.get(survey_period__service=desk, tier="terbuka").ikm
    n_before = Response.objects.filter(is_quarantined=False).count()
    with time_machine.travel(AT, tick=False):
        honest(desk, AT)
        flood(desk, networks, AT, 245)
        # Ten of them through the page itself: thanked like everybody.
        for number in range(10):
            send(desk, f"103.{number % networks}.4.7", [1] * 9, AT)
        during = figure(desk)
        honest(desk, AT + timedelta(minutes=5), start=10)
        flood(desk, networks, AT + timedelta(minutes=10), 245, start=245)
        after = figure(desk)
    assert Response.objects.filter(hour=HOUR).count() == 520
    assert abs(during - before) < 1
    assert abs(after - before) < Decimal(1)
    counted = Response.objects.filter(hour=HOUR, is_quarantined=False)
    # All twenty honest ones, and nothing else, without anybody's decision.
    assert counted.count() == 20
    assert Response.objects.filter(is_quarantined=False).count() == n_before + 20
    assert (
        not Answer.objects.filter(response__in=counted).values("response").exclude(value=1).distinct().count()
        < 20
    )
    case = QuarantineCase.objects.get()
    assert (case.status, case.starts_at, case.responses.count()) == (CaseStatus.WAITING.value, HOUR, 500)
    assert {"burst", "shift"} <= set(case.signals)
    assert "unproven" in case.signals
    assert AttackState.objects.get().until > AT


@pytest.mark.usefixtures("own_cache")
def test_without_the_work_an_honest_rating_waits_and_counts_when_somebody_says_so(desk, officer):
    with time_machine.travel(AT, tick=False):
        flood(desk, 50, AT, 60)
        figure(desk)
        honest(desk, AT + timedelta(minutes=5), works=False, count=2)
        figure(desk)
        held = Response.objects.filter(signals__contains=["unproven"])
        assert held.filter(is_quarantined=True).count() == 2
        case = QuarantineCase.objects.get()
        part = quarantine.split_case(
            case_id=case.pk, signals=held.values_list("signals", flat=True)[0], by=officer, at=AT
        )
        quarantine.decide_case(case_id=part.pk, status="released", reason="Ponsel lama.", by=officer, at=AT)
    assert not held.filter(is_quarantined=True).exists()
    assert QuarantineCase.objects.get(pk=case.pk).responses.filter(is_quarantined=True).count() == 60


@pytest.mark.usefixtures("own_cache")
def test_honest_ratings_of_the_first_moments_count_once_the_networks_of_the_flood_have_grown(desk):
    with time_machine.travel(AT, tick=False):
        honest(desk, AT, count=5)
        flood(desk, 50, AT, 100)
        figure(desk)
        # Two from each network, and one from each of five others: nobody could tell them apart.
        early = Response.objects.filter(hour=HOUR, is_quarantined=True)
        assert early.count() == 105
        flood(desk, 50, AT, 100, start=100)
        figure(desk)
    counted = Response.objects.filter(hour=HOUR, is_quarantined=False)
    assert counted.count() == 5
    assert not counted.exclude(signals=["burst"], case=None).exists()
    case = QuarantineCase.objects.get()
    assert case.responses.count() == 200
    assert list(case.steps.filter(action="let_go").values_list("count", "by")) == [(5, None)]
    assert abs(IkmResult.objects.get(survey_period__service=desk, tier="terbuka").ikm - usual_ikm(desk)) < 1


@pytest.mark.usefixtures("own_cache")
def test_nothing_is_let_go_from_a_case_that_somebody_has_divided_or_decided(desk, officer):
    with time_machine.travel(AT, tick=False):
        honest(desk, AT, count=5)
        flood(desk, 50, AT, 100)
        figure(desk)
        case = QuarantineCase.objects.get()
        quarantine.decide_case(case_id=case.pk, status="excluded", reason="Serangan.", by=officer, at=AT)
        flood(desk, 50, AT, 100, start=100)
        figure(desk)
    assert Response.objects.filter(case=case, is_quarantined=True).count() == 105
    assert not case.steps.filter(action="let_go").exists()


@pytest.mark.usefixtures("own_cache")
def test_pages_that_were_open_when_the_flood_began_carried_no_puzzle_and_count(desk):
    with time_machine.travel(AT, tick=False):
        flood(desk, 50, AT, 500)
        figure(desk)
    soon = AT + timedelta(minutes=2)
    with time_machine.travel(soon, tick=False):
        honest(desk, soon, works=False, count=20, shown=180)
        figure(desk)
    assert Response.objects.filter(hour=HOUR, is_quarantined=False).count() == 20
    assert not Response.objects.filter(is_quarantined=False, signals__contains=["unproven"]).exists()


@pytest.mark.usefixtures("own_cache")
def test_one_page_opened_before_the_attack_excuses_one_rating_and_only_for_half_an_hour(desk):
    with time_machine.travel(AT, tick=False):
        AttackState.objects.create(service=desk, since=AT, until=AT + timedelta(hours=1))
        page = shown_token(AT - timedelta(seconds=60))
        for _again in range(5):
            send(desk, "36.9.7.9", USUAL, AT, tampil=page)
        send(desk, "36.9.7.9", USUAL, AT, shown=31 * 60)
    unproven = Response.objects.filter(hour=HOUR, signals__contains=["unproven"])
    assert (unproven.count(), Response.objects.filter(hour=HOUR).count()) == (5, 6)
    # One sign alone: nobody waits for a decision because of it.
    assert not Response.objects.filter(is_quarantined=True).exists()


@pytest.mark.usefixtures("own_cache")
def test_in_a_flood_from_hundreds_of_addresses_those_who_did_the_work_count(desk):
    with time_machine.travel(AT, tick=False):
        flood(desk, 100, AT, 100)
        figure(desk)
    soon = AT + timedelta(minutes=5)
    with time_machine.travel(soon, tick=False):
        honest(desk, soon, count=20)
        flood(desk, 200, soon, 200, start=100)
        figure(desk)
    counted = Response.objects.filter(hour=HOUR, is_quarantined=False)
    assert counted.count() == 20
    assert not counted.filter(signals__contains=["unproven"]).exists()


@pytest.mark.usefixtures("own_cache")
def test_an_honest_rush_is_no_attack(desk):
    # Sixty people at a vaccination day: far more than usual, and answering as people here do.
    with time_machine.travel(AT, tick=False):
        honest(desk, AT, count=60)
        figure(desk)
    assert Response.objects.filter(hour=HOUR, signals=["burst"]).count() == 60
    assert not Response.objects.filter(is_quarantined=True).exists()
    assert not AttackState.objects.exists()


@pytest.mark.usefixtures("own_cache")
def test_one_angry_citizen_behind_a_flood_is_not_singled_out(desk):
    with time_machine.travel(AT, tick=False):
        honest(desk, AT, count=15)
        send(desk, "36.200.7.9", [1] * 9, AT)
        flood(desk, 10, AT, 100)
        figure(desk)
    assert Response.objects.filter(hour=HOUR, is_quarantined=False).count() == 16


@pytest.mark.usefixtures("own_cache")
def test_a_receipt_sent_many_times_counts_once(desk, officer):
    with time_machine.travel(AT, tick=False):
        code = one_receipt(desk, officer)
        for _again in range(5):
            send(desk, "36.9.7.9", USUAL, AT, kode=code)
        figure(desk)
    verified = Response.objects.filter(tier="terverifikasi")
    assert verified.count() == 1
    assert not verified.get().is_quarantined
    again = Response.objects.filter(hour=HOUR, tier="terbuka")
    assert again.count() == 4
    assert all("receipt" in row.signals for row in again)


def one_receipt(service, by):
    """Issue one receipt code of today."""
    day = AT.date()
    (batch,) = receipts.issue(service=service, days=[day], count=1, by=by, at=AT)
    return receipts.codes_of(batch)[0]


def test_no_mark_holds_a_network_and_all_are_gone_after_three_days(desk):
    with time_machine.travel(AT, tick=False):
        flood(desk, 3, AT, 5)
    networks = set(ArrivalMark.objects.values_list("network", flat=True))
    assert len(networks) == 3
    assert all(len(mark) == 32 and "103" not in mark[:3] + "." for mark in networks)
    retention.destroy_marks(now=AT + timedelta(hours=71))
    assert ArrivalMark.objects.count() == 5
    retention.destroy_marks(now=AT + timedelta(hours=72))
    assert not ArrivalMark.objects.exists()

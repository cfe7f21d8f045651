"""Held-back ratings: signals that need each other, cases, decisions by somebody outside, and what is reversible."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from apps.core import policy
from apps.core.localtime import local_date
from apps.core.models import AuditEntry, Notification, OutboxMessage
from apps.employees.models import RoleAssignment
from apps.feedback import permissions, selectors
from apps.feedback.models import (
    ArrivalMark,
    CaseStep,
    PublicRemark,
    QuarantineCase,
    ReceiptBatch,
    ReceiptDay,
    Response,
    UnitNetwork,
)
from apps.feedback.rules.signals import Thresholds
from apps.feedback.services import arrivals, networks, quarantine, remarks
from apps.feedback.services.arrivals import Arrival
from tests.feedback.helpers import UNSUR, answer, open_now

AT = datetime.now(UTC).replace(minute=30, second=0, microsecond=0)
HOUR = AT.replace(minute=0)


def rate(service, *signals, at=AT, value=3, network="", **fields):
    return answer(
        service,
        dict.fromkeys(UNSUR, value) if isinstance(value, int) else value,
        at=at,
        arrival=Arrival(frozenset(signals), network),
        **fields,
    )


def look(service, **fields):
    given = {"address": "36.1.2.3", "channel": "qr", "at": AT}
    return arrivals.look(service=service, **{**given, **fields})


# --- at arrival


def test_one_signal_counts_and_two_families_wait(service):
    assert not rate(service, "too_fast").is_quarantined
    assert not rate(service, "crowd", "too_fast").is_quarantined
    rate(service, "too_fast", "hours")
    held = Response.objects.get(is_quarantined=True)
    assert held.signals == ["hours", "too_fast"]
    case = QuarantineCase.objects.get()
    assert (case.status, case.signals, case.version) == ("waiting", ["hours", "too_fast"], "signals 1")
    assert case.thresholds == Thresholds().as_table()
    assert CaseStep.objects.get().action == "open"
    assert AuditEntry.objects.filter(action="feedback.case.open").count() == 1


def test_no_minute_of_an_arrival_stays_with_a_case(service):
    for minute in (30, 41, 52):
        rate(service, "too_fast", "hours", at=AT.replace(minute=minute))
    case = QuarantineCase.objects.get()
    step = CaseStep.objects.get()
    assert (case.opened_at, step.at, step.count) == (HOUR, HOUR, 3)
    assert AuditEntry.objects.get(action="feedback.case.open").at == HOUR


def test_arrivals_of_one_event_share_a_case_and_a_later_one_has_its_own(service):
    rate(service, "too_fast", "hours")
    rate(service, "too_fast", "own_network", at=AT - timedelta(hours=1))
    rate(service, "too_fast", "hours", at=AT - timedelta(hours=5))
    first, other = QuarantineCase.objects.order_by("-starts_at")
    assert (first.starts_at, first.ends_at, first.responses.count()) == (HOUR - timedelta(hours=1), HOUR, 2)
    assert other.responses.count() == 1


def test_the_counter_is_closed_at_night_and_unknown_hours_say_nothing(service):
    assert look(service).signals == frozenset()
    local = AT.astimezone()
    service.opening_hours = {str((local.weekday() + 3) % 7): ["08:00", "15:30"]}
    night = AT.replace(hour=18)
    assert "hours" in look(service, at=night).signals
    assert "hours" not in look(service, at=night, channel="receipt", tier="terverifikasi").signals


def test_a_network_of_the_staff_is_a_sign_but_not_at_the_kiosk(world, service, officer):
    networks.add_network(unit=world.agency, network="36.1.2.0/24", label="Kantor", by=officer, at=AT)
    assert "own_network" in look(service).signals
    assert "own_network" not in look(service, channel="kiosk").signals
    assert "own_network" not in look(service, address="36.1.3.3").signals
    with pytest.raises(networks.NetworkExists):
        networks.add_network(unit=world.agency, network="36.1.2.0/24", label="Lagi", by=officer, at=AT)
    networks.remove_network(network_id=UnitNetwork.objects.get().pk, by=officer, at=AT)
    assert look(service).signals == frozenset()


@pytest.mark.usefixtures("own_cache")
def test_work_is_asked_only_during_an_attack_and_proves_once(service):
    assert arrivals.puzzle_for(service, AT) is None
    arrivals.raise_attack(service, AT, Thresholds())
    puzzle = arrivals.puzzle_for(service, AT)
    proof = {"soal": puzzle["text"], "bukti": arrivals.solve(puzzle["text"], puzzle["bits"])}
    assert look(service).signals == {"unproven"}
    assert look(service, tier="terverifikasi", channel="receipt").signals == frozenset()
    assert look(service, proof={**proof, "bukti": "x"}).signals == {"unproven"}
    assert look(service, proof=proof).signals == frozenset()
    # The same work is not worth two ratings.
    assert look(service, proof=proof).signals == {"unproven"}
    over = AT + timedelta(minutes=61)
    assert look(service, at=over).signals == frozenset()


def test_a_mark_is_made_with_a_key_of_the_day_and_holds_no_address(world, service):
    today = look(service).network
    assert len(today) == 32
    assert today == look(service, address="36.1.2.99").network
    assert today != look(service, address="36.1.3.99").network
    assert today != look(service, at=AT + timedelta(days=1)).network
    assert look(service, address="127.0.0.1").network == ""
    rate(service, network=today)
    mark = ArrivalMark.objects.get()
    assert (mark.network, mark.slot.minute % 5, mark.slot.second) == (today, 0, 0)


def test_paper_and_imports_leave_no_mark(service):
    rate(service, "too_fast", "hours", channel="paper")
    assert not ArrivalMark.objects.exists()
    assert not QuarantineCase.objects.exists()


# --- the sweep


def test_the_same_words_in_a_rush_wait_and_other_words_count(service):
    same = "Pelayanan sangat lambat dan petugas tidak ada di tempat"
    for number in range(4):
        rate(service, remark=f"{same} {number}")
    for _number in range(6):
        rate(service)
    rate(service, remark="Antrean pendek, ruang tunggu bersih")
    assert quarantine.sweep(now=AT) == 4
    assert set(Response.objects.filter(is_quarantined=True).values_list("remark", flat=True)) == {
        f"{same} {number}" for number in range(4)
    }
    # Looking again changes nothing.
    assert quarantine.sweep(now=AT) == 0
    assert QuarantineCase.objects.count() == 1


def test_short_equal_words_say_nothing(service):
    for _number in range(12):
        rate(service, remark="Bagus")
    assert quarantine.sweep(now=AT) == 0


def test_more_ratings_than_people_served_is_one_sign(service):
    day = day_of(service)
    ReceiptDay.objects.create(service=service, day=day, issued=2)
    ReceiptBatch.objects.create(
        service=service, day=day, first=1, last=2, source="api", key_mark="x", issued_at=AT
    )
    rate(service, "too_fast")
    rate(service)
    assert quarantine.sweep(now=AT) == 0
    assert not Response.objects.filter(signals__contains=["delivered"]).exists()
    rate(service)
    assert quarantine.sweep(now=AT) == 1
    assert Response.objects.filter(signals__contains=["delivered"]).count() == 3
    assert Response.objects.get(is_quarantined=True).signals == ["delivered", "too_fast"]


def day_of(service):
    """Return the day of AT in the zone of the service."""
    return local_date(AT, service.unit.government.timezone)


def test_rushes_at_three_units_in_the_same_minutes_are_one_sign(world, service):
    places = [service]
    for number in range(2):
        unit = world.make_unit(f"Puskesmas {number}", "puskesmas", world.agency)
        other = world.make_service(unit=unit)
        open_now(other)
        places.append(other)
    for place in places:
        for _number in range(3):
            rate(place, "too_fast")
    assert quarantine.sweep(now=AT) == 9
    assert QuarantineCase.objects.count() == 3
    assert set(QuarantineCase.objects.first().signals) == {"together", "too_fast"}


def test_praise_far_above_the_verified_ratings_of_the_week_is_one_sign(service):
    for number in range(40):
        rate(service, value=4, at=AT - timedelta(hours=number))
    plain = {**dict.fromkeys(UNSUR, 3), "biaya": 4}
    for number in range(20):
        rate(service, value=plain, at=AT - timedelta(hours=number), tier="terverifikasi", channel="receipt")
    own = rate(service, "own_network", value=4)
    quarantine.sweep(now=AT)
    own.refresh_from_db()
    assert own.signals == ["own_network", "top_share"]
    assert own.is_quarantined
    assert Response.objects.filter(is_quarantined=True).count() == 1


def test_the_sweep_asks_equally_often_for_few_and_many(service):
    counts = []
    for more in (2, 28):
        for number in range(more):
            rate(service, at=AT - timedelta(hours=number + more))
        with CaptureQueriesContext(connection) as queries:
            quarantine.sweep(now=AT, service=service)
        counts.append(len(queries))
    assert counts[0] == counts[1]


# --- deciding


@pytest.fixture
def case(service):
    for _number in range(3):
        rate(service, "too_fast", "hours", value=1)
    rate(service, "too_fast", "own_network", value=1)
    return QuarantineCase.objects.get()


def test_a_decision_needs_a_reason_and_can_be_turned(case, officer):
    with pytest.raises(quarantine.ReasonMissing):
        quarantine.decide_case(case_id=case.pk, status="released", reason=" ", by=officer, at=AT)
    assert Response.objects.filter(is_quarantined=True).count() == 4
    assert not CaseStep.objects.exclude(action__in=["open", "grow"]).exists()
    jobs = OutboxMessage.objects.filter(task="feedback.refresh_result").count()
    later = AT + timedelta(minutes=1)
    assert (
        quarantine.decide_case(case_id=case.pk, status="released", reason="Rapat.", by=officer, at=later) == 4
    )
    assert not Response.objects.filter(is_quarantined=True).exists()
    assert OutboxMessage.objects.filter(task="feedback.refresh_result").count() == jobs + 1
    with pytest.raises(quarantine.NothingChanges):
        quarantine.decide_case(case_id=case.pk, status="released", reason="Lagi.", by=officer, at=later)
    quarantine.decide_case(case_id=case.pk, status="excluded", reason="Ternyata skrip.", by=officer, at=later)
    assert Response.objects.filter(is_quarantined=True).count() == 4
    assert list(CaseStep.objects.filter(case=case).values_list("action", "reason"))[-2:] == [
        ("released", "Rapat."),
        ("excluded", "Ternyata skrip."),
    ]
    assert (
        AuditEntry.objects.filter(action__in=["feedback.case.released", "feedback.case.excluded"]).count()
        == 2
    )
    # A machine does not undo it.
    assert quarantine.sweep(now=AT) == 0


def test_a_part_is_taken_out_by_its_signals_and_never_everything(case, officer):
    for signals in (["hours"], ["shift", "burst"], []):
        with pytest.raises(quarantine.CannotSplit):
            quarantine.split_case(case_id=case.pk, signals=signals, by=officer, at=AT)
    assert QuarantineCase.objects.count() == 1
    part = quarantine.split_case(case_id=case.pk, signals=["own_network", "too_fast"], by=officer, at=AT)
    assert (part.responses.count(), part.parent, part.due_on) == (1, case, case.due_on)
    case.refresh_from_db()
    assert (case.signals, case.responses.count()) == (["hours", "too_fast"], 3)
    with pytest.raises(quarantine.CannotSplit):
        quarantine.split_case(case_id=case.pk, signals=["hours", "too_fast"], by=officer, at=AT)
    quarantine.decide_case(case_id=part.pk, status="excluded", reason="Kantor.", by=officer, at=AT)
    with pytest.raises(quarantine.CannotSplit):
        quarantine.split_case(case_id=part.pk, signals=["own_network", "too_fast"], by=officer, at=AT)
    # What arrives later joins the case, not its part.
    rate(case.service, "too_fast", "own_network")
    assert (part.responses.count(), case.responses.count()) == (1, 4)


def test_nobody_of_the_unit_decides(world, service, officer):
    assert permissions.may_judge_ratings(officer, service)
    assert not permissions.may_judge_ratings(world.head.user, service)
    own = world.make_role_user("feedback_officer", world.unit)
    assert not permissions.may_judge_ratings(own, service)
    for person in (world.staff, world.colleague):
        RoleAssignment.objects.create(
            user=person.user, role="feedback_officer", unit=world.root, period=("2025-01-01", None)
        )
        assert not permissions.may_judge_ratings(person.user, service)
    today = day_of(service)
    assert permissions.case_deciders(service, today) == [officer]


def test_the_decider_is_told_at_once_and_once_more_when_the_days_are_over(service, officer, world):
    rate(service, "too_fast", "hours")
    case = QuarantineCase.objects.get()
    assert Notification.objects.filter(recipient=officer, key=f"case:{case.pk}:open:{officer.pk}").exists()
    assert not Notification.objects.filter(recipient=world.head.user, key__startswith="case:").exists()
    assert quarantine.remind_overdue(now=AT + timedelta(days=1)) == 0
    late = AT + timedelta(days=20)
    assert quarantine.remind_overdue(now=late) == 1
    assert quarantine.remind_overdue(now=late) == 0
    assert Notification.objects.filter(key=f"case:{case.pk}:late:{officer.pk}").count() == 1


def test_the_days_are_a_policy(service, world):
    policy.set_value(
        "feedback.case_days", 1, scope="", valid_from=AT.date() - timedelta(days=5), by=None, reason="uji"
    )
    rate(service, "too_fast", "hours")
    assert 1 <= (QuarantineCase.objects.get().due_on - day_of(service)).days <= 4


@pytest.mark.parametrize(
    "values",
    [
        {"status": "released"},
        {"status": "waiting", "decided_at": AT},
        {"ends_at": HOUR - timedelta(hours=3)},
    ],
)
def test_the_database_keeps_cases_whole(case, values):
    with pytest.raises(IntegrityError), transaction.atomic():
        QuarantineCase.objects.filter(pk=case.pk).update(**values)


def test_the_database_holds_nothing_back_without_a_case(service):
    response = rate(service)
    with pytest.raises(IntegrityError), transaction.atomic():
        Response.objects.filter(pk=response.pk).update(is_quarantined=True)


# --- remarks for the public


def test_a_remark_is_public_only_when_somebody_released_it(service, officer):
    response = rate(service, remark="Antrean panjang", at=AT - timedelta(days=10))
    assert selectors.public_remarks(service) == []
    remarks.decide_remark(
        response_id=response.pk, is_released=True, text="Antrean panjang", by=officer, at=AT
    )
    assert selectors.public_remarks(service) == ["Antrean panjang"]
    with pytest.raises(remarks.RemarkDecided):
        remarks.decide_remark(response_id=response.pk, is_released=False, text="", by=officer, at=AT)
    assert PublicRemark.objects.get().is_released
    with pytest.raises(IntegrityError), transaction.atomic():
        PublicRemark.objects.update(text="")


def test_thresholds_are_a_policy(service):
    table = {**Thresholds().as_table(), "lowest_rate": "30"}
    policy.set_value(
        "feedback.signal_thresholds",
        table,
        scope="",
        valid_from=AT.date() - timedelta(days=9),
        by=None,
        reason="uji",
    )
    assert arrivals.thresholds_of(service.unit.government, AT).lowest_rate == Decimal(30)
    for _number in range(12):
        rate(service)
    quarantine.sweep(now=AT)
    assert not Response.objects.filter(signals__contains=["burst"]).exists()

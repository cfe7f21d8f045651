"""The four verbs, alone and together, passing up, undoing; every refusal leaves all as it was."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from threading import Barrier, Thread
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction

from apps.assessments.models import Evaluation
from apps.core import audit, policy
from apps.core.models import AuditEntry, Notification
from apps.employees.models import Employee
from apps.indicators.models import Skp
from apps.supervision.models import ExceptionAct, ExceptionCase, ExceptionStep, QueueRun, RuleFate
from apps.supervision.rules.case_lifecycle import CaseStatus, Outcome
from apps.supervision.rules.exceptions import ExceptionKind
from apps.supervision.selectors import queue as queues
from apps.supervision.selectors.facts import Sighting
from apps.supervision.selectors.queue import Item
from apps.supervision.services import exception_runs, exceptions
from tests.supervision.exceptions import NOW, TODAY, approve, late_plan, objection, report
from tests.world import World

pytestmark = pytest.mark.django_db

PLAN = ExceptionKind.PLAN_NOT_APPROVED
LATER = NOW + timedelta(days=1)


@pytest.fixture(autouse=True)
def _september() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def waiting(world: World) -> World:
    """The plan of world.staff has waited for 31 working days."""
    late_plan(world, world.staff)
    return world


def item(world: World, person: Employee | None = None, severity: int = 31, kind: Any = PLAN) -> Item:
    return Item((person or world.staff).pk, kind, Decimal(severity))


def act(world: World, verb: str = "accept", **more: Any) -> exceptions.Acted:
    values: dict[str, Any] = {"items": [item(world)], "by": world.head, "at": NOW, **more}
    return exceptions.act_on(verb=verb, **values)


def line(who: Employee, day: date = TODAY) -> list[tuple[str, str, bool]]:
    """Return kind, state and whether it waits for `who`, of all lines of their queue."""
    return [
        (seen.kind.value, seen.state.value, seen.is_to_do)
        for row in queues.queue_for(who.user, day)
        for seen in row.seen
    ]


def state() -> list[tuple[str, Any, Any]]:
    return list(ExceptionCase.objects.order_by("pk").values_list("status", "until", "holder"))


def counts() -> tuple[int, ...]:
    return tuple(
        model.objects.count()
        for model in (ExceptionCase, ExceptionAct, ExceptionStep, Notification, AuditEntry)
    )


# --- one at a time


def test_before_anybody_acts_nothing_is_written(waiting: World) -> None:
    assert line(waiting.head) == [("plan_not_approved", "open", True)]
    assert ExceptionCase.objects.count() == 0


@pytest.mark.parametrize(
    ("verb", "more", "status", "until"),
    [
        ("accept", {}, "accepted", None),
        ("ask", {"note": "Lengkapi."}, "asked", date(2026, 9, 29)),
        ("snooze", {"until": date(2026, 9, 21)}, "snoozed", date(2026, 9, 21)),
    ],
)
def test_a_verb_quiets_the_line(
    waiting: World, verb: str, more: dict[str, Any], status: str, until: date | None
) -> None:
    acted = act(waiting, verb, **more)
    assert acted.done == 1
    assert state() == [(status, until, None)]
    assert line(waiting.head) == [("plan_not_approved", status, False)]
    case = ExceptionCase.objects.get()
    assert (case.severity, case.first_seen, case.rule_version) == (31, TODAY, 1)
    assert [step.verb for step in case.steps.all()] == ["seen", verb]
    entry = AuditEntry.objects.get(action="supervision.exception.decided")
    assert (entry.data["verb"], entry.data["cases"]) == (verb, [case.pk])
    assert entry.actor == audit.actor_id(waiting.head)


def test_a_request_reaches_the_person_with_its_words(waiting: World) -> None:
    act(waiting, "ask", note=" Lengkapi target.\r\nTerima kasih. ")
    message = Notification.objects.get(recipient=waiting.staff.user)
    assert message.params == {"name": "Kepala Puskesmas Contoh", "note": "Lengkapi target.\nTerima kasih."}
    assert message.url == "/saya/perhatian/"
    # It is no feedback: the duty to give some stays.
    assert not waiting.staff.feedback_notes.exists()


def test_passed_up_it_is_in_the_queue_above_and_comes_back_decided(waiting: World) -> None:
    act(waiting, "pass_up", note="Boleh menunggu?")
    assert state() == [("passed_up", None, waiting.agency_head.pk)]
    assert line(waiting.head) == [("plan_not_approved", "passed_up", False)]
    above = [row for row in line(waiting.agency_head) if row[0] == "plan_not_approved"]
    assert above == [("plan_not_approved", "passed_up", True)]
    assert Notification.objects.filter(recipient=waiting.agency_head.user).count() == 1
    # The one who passed it up does not decide on it any more.
    assert act(waiting, "accept").outcomes[0][1] is Outcome.NOT_YOURS
    act(waiting, "ask", by=waiting.agency_head, note="Perbaiki sampai Jumat.")
    assert state()[0][0] == "asked"
    assert line(waiting.agency_head) == []
    assert Notification.objects.filter(recipient=waiting.head.user).count() == 1


def test_put_off_by_the_one_above_it_wakes_with_them(waiting: World) -> None:
    act(waiting, "pass_up", note="Boleh menunggu?")
    act(waiting, "snooze", by=waiting.agency_head, until=date(2026, 9, 16))
    day = date(2026, 9, 16)
    assert line(waiting.agency_head, day) == [("plan_not_approved", "passed_up", True)]
    assert line(waiting.head, day) == [("plan_not_approved", "passed_up", False)]


@pytest.mark.parametrize(
    ("verb", "more", "error"),
    [
        ("delete", {}, exceptions.UnknownVerb),
        ("wake", {}, exceptions.UnknownVerb),
        ("accept", {"items": []}, exceptions.NothingChosen),
        ("ask", {"note": "  "}, exceptions.NoteMissing),
        ("pass_up", {}, exceptions.NoteMissing),
        ("accept", {"is_batch": True}, exceptions.NoteMissing),
        ("snooze", {}, exceptions.DayMissing),
        ("snooze", {"until": TODAY}, exceptions.DayMissing),
        ("snooze", {"until": TODAY + timedelta(days=31)}, exceptions.DayMissing),
    ],
)
def test_refusals_change_nothing(waiting: World, verb: str, more: dict[str, Any], error: Any) -> None:
    before = counts()
    with pytest.raises(error):
        act(waiting, verb, **more)
    assert counts() == before


@pytest.mark.parametrize("who", ["staff", "stranger_head", "foreigner"])
def test_who_has_no_such_line_does_nothing(waiting: World, who: str) -> None:
    person = getattr(waiting, who)
    before = counts()
    with pytest.raises((exceptions.NothingChosen, exceptions.NoQueue)):
        act(waiting, by=person)
    assert counts() == before


def test_nobody_passes_up_to_nobody(waiting: World) -> None:
    late_plan(waiting, waiting.head)
    before = counts()
    with pytest.raises(exceptions.NobodyAbove):
        act(waiting, "pass_up", by=waiting.agency_head, items=[item(waiting, waiting.head)], note="?")
    assert counts() == before


def test_what_is_over_or_got_worse_is_left_out_and_said(waiting: World) -> None:
    worse = act(waiting, items=[item(waiting, severity=30)])
    assert (worse.act, worse.outcomes[0][1]) == (None, Outcome.WORSE)
    act(waiting, "accept")
    again = act(waiting, "accept")
    assert (again.act, again.outcomes[0][1]) == (None, Outcome.CHANGED)
    Skp.objects.update(status="returned")
    gone = act(waiting, "accept")
    assert (gone.act, gone.outcomes[0][1]) == (None, Outcome.GONE)
    assert ExceptionAct.objects.count() == 1


def test_an_accepted_delay_comes_back_after_some_working_days_only(waiting: World) -> None:
    act(waiting, "accept")
    assert line(waiting.head, date(2026, 9, 21)) == [("plan_not_approved", "accepted", False)]
    assert line(waiting.head, date(2026, 9, 22)) == [("plan_not_approved", "open", True)]
    policy.set_value(
        "supervision.worse_after_working_days",
        2,
        scope="kendari",
        valid_from=TODAY,
        by=None,
        reason="uji",
    )
    assert line(waiting.head, date(2026, 9, 17)) == [("plan_not_approved", "open", True)]


def test_a_verb_on_what_woke_by_itself_writes_both_steps(waiting: World) -> None:
    act(waiting, "snooze", until=date(2026, 9, 16))
    act(waiting, "accept", at=LATER, items=[item(waiting, severity=32)])
    verbs = list(ExceptionStep.objects.order_by("pk").values_list("verb", "status_after"))
    assert verbs == [("seen", "open"), ("snooze", "snoozed"), ("wake", "open"), ("accept", "accepted")]


# --- together


def test_a_batch_leaves_out_duties_and_low_ratings(world: World) -> None:
    _first, second, *_rest = world.make_periods()
    low = world.make_employee("Nilai Rendah", world.unit, appraiser=world.head)
    objecting = world.make_employee("Keberatan", world.unit, appraiser=world.head)
    for person in (world.staff, world.colleague):
        late_plan(world, person)
    objection(world, world.make_skp(objecting), second, TODAY + timedelta(days=1))
    rated = objection(world, late_plan(world, low), second, TODAY + timedelta(days=60)).evaluation
    Evaluation.objects.filter(pk=rated.pk).update(behavior_rating="below_expectation")
    items = [item(world), item(world, world.colleague), item(world, low)]
    items.append(item(world, objecting, -1, ExceptionKind.OBJECTION_RUNNING_OUT))
    acted = act(world, items=items, note="Sudah dibicarakan.", is_batch=True)
    found = {one.person: outcome for one, outcome in acted.outcomes}
    assert found == {
        world.staff.pk: Outcome.DONE,
        world.colleague.pk: Outcome.DONE,
        low.pk: Outcome.LOW_RATING,
        objecting.pk: Outcome.NOT_IN_BATCH,
    }
    assert acted.act is not None
    assert {row["outcome"] for row in acted.act.outcomes} == {"done", "low_rating", "not_in_batch"}
    assert ExceptionCase.objects.filter(status="accepted").count() == 2
    assert ExceptionCase.objects.count() == 2
    # Alone each of them can be decided on.
    assert act(world, items=[items[3]]).done == 1
    assert act(world, items=[items[2]]).done == 1


def test_a_batch_costs_few_queries_more_for_many(world: World) -> None:
    people = [world.make_employee(f"Orang {n}", world.unit, appraiser=world.head) for n in range(8)]
    for person in people:
        late_plan(world, person)
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as two:
        act(world, items=[item(world, row) for row in people[:2]], note="Baik.", is_batch=True)
    with CaptureQueriesContext(connection) as six:
        act(world, items=[item(world, row) for row in people[2:]], note="Baik.", is_batch=True)
    assert len(six) == len(two)


# --- undoing


@pytest.mark.parametrize(
    ("verb", "more"),
    [
        ("accept", {}),
        ("ask", {"note": "Lengkapi."}),
        ("snooze", {"until": date(2026, 9, 21)}),
        ("pass_up", {"note": "Boleh?"}),
    ],
)
def test_undo_restores_the_former_state(waiting: World, verb: str, more: dict[str, Any]) -> None:
    acted = act(waiting, verb, **more)
    assert acted.act is not None
    half_an_hour = NOW + timedelta(minutes=30)
    assert exceptions.undo(act_id=acted.act.pk, by=waiting.head, at=half_an_hour) == 1
    assert state() == [("open", None, None)]
    assert line(waiting.head) == [("plan_not_approved", "open", True)]
    assert exceptions.undo(act_id=acted.act.pk, by=waiting.head, at=half_an_hour) == 0
    taken_back = Notification.objects.filter(recipient=waiting.staff.user, text__contains="took a request")
    assert taken_back.count() == (verb == "ask")


def test_undo_is_refused_to_others_and_when_late(waiting: World) -> None:
    acted = act(waiting)
    assert acted.act is not None
    with pytest.raises(exceptions.NotYourAct):
        exceptions.undo(act_id=acted.act.pk, by=waiting.agency_head, at=NOW)
    with pytest.raises(exceptions.TooLate):
        exceptions.undo(act_id=acted.act.pk, by=waiting.head, at=NOW + timedelta(minutes=30, seconds=1))
    assert state() == [("accepted", None, None)]


def test_undo_touches_only_what_nothing_happened_to_since(waiting: World) -> None:
    late_plan(waiting, waiting.colleague)
    acted = act(
        waiting,
        "pass_up",
        items=[item(waiting), item(waiting, waiting.colleague)],
        note="Boleh?",
        is_batch=True,
    )
    act(waiting, "accept", by=waiting.agency_head, at=NOW + timedelta(minutes=1))
    assert acted.act is not None
    assert exceptions.undo(act_id=acted.act.pk, by=waiting.head, at=NOW + timedelta(minutes=2)) == 1
    found = dict(ExceptionCase.objects.values_list("person", "status"))
    assert found == {waiting.staff.pk: "accepted", waiting.colleague.pk: "open"}


# --- by itself


def run(world: World, day: date = TODAY) -> dict[str, int]:
    at = NOW + timedelta(days=(day - TODAY).days)
    return exception_runs.refresh(government=world.government, day=day, at=at)


def test_the_schedule_notes_what_came_and_went_once_a_day(waiting: World) -> None:
    assert exception_runs.refresh_due(now=NOW) == 1
    assert exception_runs.refresh_due(now=NOW) == 0
    assert QueueRun.objects.filter(step="refresh").count() == 1
    assert run(waiting) == {"seen": 0, "ended": 0, "woken": 0, "come_back": 0}
    Skp.objects.update(status="returned")
    assert run(waiting, TODAY + timedelta(days=1))["ended"] == 1
    case = ExceptionCase.objects.get()
    assert (case.status, case.ended_on) == ("ended", TODAY + timedelta(days=1))
    # What returns is a new case: a month later it is another matter.
    Skp.objects.update(status="submitted")
    assert run(waiting, TODAY + timedelta(days=2))["seen"] == 1
    assert sorted(ExceptionCase.objects.values_list("status", flat=True)) == ["ended", "open"]


def test_the_schedule_wakes_what_its_day_or_worse_facts_bring_back(waiting: World) -> None:
    act(waiting, "accept")
    assert run(waiting, date(2026, 9, 21))["woken"] == 0
    assert run(waiting, date(2026, 9, 22))["woken"] == 1
    assert ExceptionStep.objects.order_by("-pk")[0].verb == "worse"
    act(
        waiting,
        "snooze",
        at=NOW + timedelta(days=7),
        until=date(2026, 9, 23),
        items=[item(waiting, severity=36)],
    )
    assert run(waiting, date(2026, 9, 23))["woken"] == 1
    assert ExceptionStep.objects.order_by("-pk")[0].verb == "wake"


def test_what_waits_with_somebody_who_left_comes_back(waiting: World) -> None:
    act(waiting, "pass_up", note="Boleh?")
    Employee.objects.filter(pk=waiting.agency_head.pk).update(is_active=False)
    assert run(waiting)["come_back"] == 1
    assert state() == [("open", None, None)]
    assert line(waiting.head) == [("plan_not_approved", "open", True)]


def _judge(world: World, **more: int) -> list[RuleFate]:
    for key, value in {"rule_last_hits": 4, **more}.items():
        policy.set_value(
            f"supervision.{key}", value, scope="kendari", valid_from=TODAY, by=None, reason="uji"
        )
    return exception_runs.judge_rules(government=world.government, day=TODAY, at=NOW)


def _hits(world: World, kind: str, statuses: list[str]) -> list[ExceptionCase]:
    cases = []
    for status in statuses:
        person = world.make_employee("Orang", world.unit, appraiser=world.head)
        cases.append(
            ExceptionCase.objects.create(
                government=world.government,
                person=person,
                kind=kind,
                status=status,
                first_seen=TODAY - timedelta(days=15),
                last_seen=TODAY,
                severity=2,
                explanation=kind,
                figures=["2"],
                until=TODAY if status in {"asked", "snoozed"} else None,
                ended_on=TODAY if status == "ended" else None,
                rule_version=1,
            )
        )
        if status == "asked":
            one = ExceptionAct.objects.create(by=world.head, verb="ask", note="Lengkapi.", at=NOW)
            ExceptionStep.objects.create(
                case=cases[-1],
                verb="ask",
                act=one,
                at=NOW,
                explanation=kind,
                figures=["2"],
                status_after="asked",
            )
    return cases


def test_a_rule_that_leads_to_no_action_is_retired_and_visible(waiting: World) -> None:
    _hits(waiting, "no_evidence", ["accepted", "ended", "open", "asked"])
    fates = _judge(waiting)
    assert [(row.kind, row.fate, row.hits, row.acted) for row in fates] == [("no_evidence", "retired", 4, 1)]
    assert _judge(waiting) == []
    first, second, *_rest = waiting.make_periods()
    plan = approve(waiting.make_skp(waiting.colleague))
    for period in (first, second):
        report(waiting, plan, period)
    assert "no_evidence" not in [row[0] for row in line(waiting.head)]


def test_a_rule_that_leads_to_action_stays_and_young_hits_are_not_judged(waiting: World) -> None:
    _hits(waiting, "no_evidence", ["asked", "asked", "open", "accepted"])
    young = _hits(waiting, "off_trend", ["open"] * 4)
    ExceptionCase.objects.filter(pk__in=[case.pk for case in young]).update(first_seen=TODAY)
    assert _judge(waiting) == []


def test_a_duty_is_passed_up_to_the_next_level_and_never_silenced(waiting: World) -> None:
    _hits(waiting, "plan_not_approved", ["accepted", "accepted", "open", "open"])
    fates = _judge(waiting)
    assert [(row.kind, row.fate) for row in fates] == [("plan_not_approved", "passed_up")]
    assert ("plan_not_approved", "open", True) in line(waiting.head)
    above = {row.person.pk: row for row in queues.queue_for(waiting.agency_head.user, TODAY)}
    assert [seen.kind for seen in above[waiting.staff.pk].seen] == [PLAN]
    # A duty that was done counts as action.
    ExceptionCase.objects.filter(status="open").update(status="ended", ended_on=TODAY)
    RuleFate.objects.all().delete()
    assert _judge(waiting) == []


def test_a_new_version_of_the_rules_begins_anew(waiting: World) -> None:
    _hits(waiting, "plan_not_approved", ["accepted"] * 4)
    policy.set_value(
        "supervision.exception_rules",
        {"plan_not_approved": {"weight": 1, "limit": "32"}, "report_late": {"limit": "nonsense"}},
        scope="kendari",
        valid_from=TODAY,
        by=None,
        reason="uji",
    )
    assert _judge(waiting) == []
    assert line(waiting.head) == []  # 31 days are below the new limit


# --- the digest


def test_the_digest_comes_once_on_a_working_day_and_is_silent_without_reason(waiting: World) -> None:
    for number in range(4):
        late_plan(waiting, waiting.make_employee(f"Orang {number}", waiting.unit, appraiser=waiting.head))
    assert exception_runs.digest_due(now=NOW) == 1
    message = Notification.objects.get(recipient=waiting.head.user)
    assert message.params["n"] == 5
    assert message.params["names"].count(",") == 2
    assert not Notification.objects.filter(recipient=waiting.agency_head.user).exists()
    assert exception_runs.digest_due(now=NOW) == 0
    QueueRun.objects.all().delete()
    assert exception_runs.digest_due(now=NOW) == 0


@pytest.mark.parametrize("hours", [-6, 96])
def test_no_digest_at_night_or_on_a_day_off(waiting: World, hours: int) -> None:
    # Four in the morning, and the following Saturday.
    assert exception_runs.digest_due(now=NOW + timedelta(hours=hours)) == 0
    assert Notification.objects.count() == 0


@pytest.mark.parametrize("has_others", [True, False])
def test_the_digest_counts_what_one_owes_many_as_one_line(
    world: World, monkeypatch: pytest.MonkeyPatch, has_others: bool
) -> None:
    if has_others:
        late_plan(world, world.staff)
    found = queues.sightings_for

    def owed(*args: Any, **more: Any) -> Any:
        return [
            Sighting(replace(row.facts, feedback_overdue_days=7), row.rows) for row in found(*args, **more)
        ]

    monkeypatch.setattr("apps.supervision.selectors.queue.sightings_for", owed)
    people = len(queues.queue_for(world.head.user, TODAY))
    assert people > 1
    assert exception_runs.send_digest(user=world.head.user, day=TODAY)
    message = Notification.objects.get(recipient=world.head.user)
    shown = {"owed": people, "n": 1, "names": world.staff.full_name} if has_others else {"owed": people}
    assert message.params == shown
    said = message.text % message.params
    assert f"{people} people wait for your feedback" in said
    assert ("People to look at today: 1." in said) is has_others


# --- the rows


def test_a_step_never_changes(waiting: World) -> None:
    act(waiting)
    for refused in (
        lambda: ExceptionStep.objects.update(verb="ask"),
        lambda: ExceptionStep.objects.all().delete(),
        lambda: ExceptionAct.objects.update(note="lain"),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            refused()


@pytest.mark.parametrize(
    "change",
    [
        {"status": "unknown"},
        {"status": "snoozed"},
        {"status": "passed_up"},
        {"status": "ended"},
        {"until": TODAY},
        {"ended_on": TODAY},
    ],
)
def test_a_case_is_never_half_decided(waiting: World, change: dict[str, Any]) -> None:
    act(waiting)
    with pytest.raises(IntegrityError), transaction.atomic():
        ExceptionCase.objects.update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        ExceptionCase.objects.update(status="passed_up", holder=waiting.staff)


@pytest.mark.django_db(transaction=True)
def test_two_at_the_same_moment_do_it_once() -> None:
    world = World()
    late_plan(world, world.staff)
    barrier, results = Barrier(4), []

    def press() -> None:
        try:
            barrier.wait()
            results.append(act(world).outcomes[0][1])
        finally:
            connection.close()

    threads = [Thread(target=press) for _number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == [Outcome.CHANGED] * 3 + [Outcome.DONE]
    assert list(ExceptionStep.objects.order_by("pk").values_list("verb", flat=True)) == ["seen", "accept"]
    assert ExceptionCase.objects.get().status == CaseStatus.ACCEPTED.value

"""What is kept of the supervisor's page is what would be made anew: after each kind of event, and on the next day."""

import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.urls import reverse

from apps.assessments.models import Evaluation, Period, SelfReport
from apps.assessments.services import feedback_notes, reports
from apps.core import stamps
from apps.core.redis import client
from apps.employees import screens
from apps.employees.models import Employee, RoleAssignment
from apps.feedback.services import complaints
from apps.indicators.models import Skp
from apps.indicators.services import skp as plans
from apps.supervision.models import UnitFigure
from apps.supervision.selectors.today import desk_of
from apps.supervision.services import loans
from asn_kinerja import navigation
from tests.world import NOW, World

pytestmark = pytest.mark.django_db

Event = Callable[[World], object]


@pytest.fixture(autouse=True)
def _september(settings: Any) -> Iterator[None]:
    settings.KEEP_PARTS_SECONDS = 60
    # What an earlier test is still holding back is no matter of the next.
    for key in client().keys(stamps.key_of("below:*")):
        client().delete(key)
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def office(world: World) -> World:
    """Two people of one head: one report waits for its review, one plan for its approval."""
    before, now = world.make_periods()[1:3]
    sent = world.make_skp(world.staff)
    world.make_report(sent, before, status="accepted")
    world.make_report(sent, now, status="submitted")
    world.make_skp(world.colleague, status="submitted")
    return world


def _waiting(world: World) -> SelfReport:
    return SelfReport.objects.get(employee=world.staff, status="submitted")


def _accept(world: World) -> object:
    return reports.accept_report(report_id=_waiting(world).pk, by=world.head, at=NOW)


def _return(world: World) -> object:
    return reports.return_report(report_id=_waiting(world).pk, note="Lengkapi.", by=world.head, at=NOW)


def _recall(world: World) -> object:
    return reports.recall_report(report_id=_waiting(world).pk, by=world.staff, at=NOW)


def _return_plan(world: World) -> object:
    plan = Skp.objects.get(employee=world.colleague)
    return plans.return_skp(skp_id=plan.pk, note="Sesuaikan.", by=world.head, at=NOW)


def _give_feedback(world: World) -> object:
    return feedback_notes.give_feedback(employee=world.staff, text="Baik.", by=world.head, at=NOW)


def _complain(world: World) -> object:
    return complaints.file_complaint(
        unit=world.unit,
        service=None,
        kind="tidak_berkadar_pengawasan",
        subject="Antrean",
        body="Lama.",
        is_anonymous=True,
        is_secret=False,
        contact=None,
        at=NOW,
    )


def _lend_away(world: World) -> object:
    holder = world.make_employee("Pengganti Contoh", world.agency, appraiser=world.agency_head)
    return loans.grant_loan(
        employee=world.staff,
        holder=holder,
        kind=loans.LoanKind.LEAVE,
        since=NOW.date(),
        until=NOW.date() + timedelta(days=9),
        reason="Cuti.",
        by=world.agency_head.user,
        at=NOW,
    )


def _page(world: World, query: str = "", who: Employee | None = None) -> str:
    answer = world.client(who or world.head).get(reverse("supervision:today") + f"?bagian=langsung{query}")
    assert answer.status_code == 200
    return str(answer.content.decode())


def _made_anew(world: World, settings: Any, query: str = "") -> str:
    settings.KEEP_PARTS_SECONDS = 0
    text = _page(world, query)
    settings.KEEP_PARTS_SECONDS = 60
    return text


@pytest.mark.parametrize("event", [_accept, _return, _recall, _return_plan, _complain])
def test_whoever_leads_the_agency_above_sees_it_as_well(
    office: World, event: Event, django_capture_on_commit_callbacks: Any
) -> None:
    visitor = office.client(office.agency_head)
    address = reverse("supervision:today") + "?lingkup=unit"
    stamp = _stamp_of(visitor.get(address))
    before, told = _page(office, "&lingkup=unit", office.agency_head), stamps.current(*stamp)
    with django_capture_on_commit_callbacks(execute=True):
        event(office)
    assert stamps.current(*stamp) != told
    assert _page(office, "&lingkup=unit", office.agency_head) != before


def test_a_refused_act_wakes_nobody_above(
    office: World, django_capture_on_commit_callbacks: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = screens.shown_by([office.unit.pk, office.agency.pk], with_below=True)
    before = stamps.current(*names)
    with django_capture_on_commit_callbacks(execute=True), pytest.raises(reports.OwnReport):
        reports.accept_report(report_id=_waiting(office).pk, by=office.staff, at=NOW)
    with django_capture_on_commit_callbacks(execute=True), pytest.raises(RuntimeError), transaction.atomic():
        _accept(office)
        raise RuntimeError
    assert stamps.current(*names) == before


def test_many_reports_in_one_hour_do_not_make_the_page_above_anew_each_time(
    office: World, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    # The package has a function of this name; the module is meant.
    page, made = sys.modules["apps.supervision.views.today"], []
    make = page._make
    monkeypatch.setattr(page, "_make", lambda asked: made.append(asked.direct) or make(asked))
    _page(office, "&lingkup=unit", office.agency_head)
    for _report in range(6):
        with django_capture_on_commit_callbacks(execute=True):
            stamps.bump(*screens.of_unit(office.unit))
        _page(office, "&lingkup=unit", office.agency_head)
        _page(office, "&lingkup=unit", office.head)
    assert made == [False] * (1 + 1 + 6)


def test_a_page_of_sums_is_not_woken_by_what_it_does_not_show(office: World) -> None:
    UnitFigure.objects.create(
        unit=office.agency,
        period=Period.objects.get(status="open"),
        reach="tree",
        people=900,
    )
    visitor, address = office.client(office.agency_head), reverse("supervision:today") + "?lingkup=unit"
    below = f"below:{office.agency.pk}"
    assert below not in _stamp_of(visitor.get(address))
    assert f"unit:{office.agency.pk}" in _stamp_of(visitor.get(address))
    assert below in _stamp_of(visitor.get(f"{address}&keadaan=missing"))


def _stamp_of(answer: Any) -> tuple[str, ...]:
    return stamps.names_of(answer.context["live"]["stamp"])


@pytest.mark.parametrize("query", ["", "&lingkup=unit"])
@pytest.mark.parametrize("event", [_accept, _return, _recall, _return_plan, _give_feedback, _complain])
def test_after_an_event_the_page_is_what_would_be_made_anew(
    office: World, event: Event, query: str, settings: Any, django_capture_on_commit_callbacks: Any
) -> None:
    before = _page(office, query)
    with django_capture_on_commit_callbacks(execute=True):
        event(office)
    after = _page(office, query)
    assert after == _made_anew(office, settings, query)
    # Feedback that is due by the end of the period is a line of the panel, not of the list of everybody.
    assert after != before or (event is _give_feedback and query)


def test_a_person_on_loan_is_on_both_pages_at_once(
    office: World, settings: Any, django_capture_on_commit_callbacks: Any
) -> None:
    _page(office)
    with django_capture_on_commit_callbacks(execute=True):
        loan: Any = _lend_away(office)
    assert _page(office) == _made_anew(office, settings)
    assert "Perawat Contoh" in _page(office, who=loan.holder)


def test_several_events_one_after_the_other(
    office: World, settings: Any, django_capture_on_commit_callbacks: Any
) -> None:
    for event in (_complain, _give_feedback, _return_plan, _accept):
        with django_capture_on_commit_callbacks(execute=True):
            event(office)
        assert _page(office) == _made_anew(office, settings)


def test_after_midnight_it_is_made_for_the_new_day(office: World, settings: Any) -> None:
    _page(office)
    # 15 September 10:00 in Kendari; the plan came that morning, so each day makes it older.
    for days in (1, 8):
        with time_machine.travel(NOW + timedelta(days=days), tick=False):
            assert _page(office) == _made_anew(office, settings)


def test_who_loses_a_role_loses_what_it_showed_with_the_next_look(office: World) -> None:
    office.make_role_user("leadership", office.other_agency)
    role = RoleAssignment.objects.create(
        user=office.head.user,
        role="leadership",
        unit=office.other_agency,
        period=DateRange(NOW.date() - timedelta(days=30), None),
    )
    assert "Guru Contoh" in _page(office, "&lingkup=unit")
    RoleAssignment.objects.filter(pk=role.pk).delete()
    assert "Guru Contoh" not in _page(office, "&lingkup=unit")


def test_the_instruments_and_the_menu_are_not_asked_again_after_an_event(
    office: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    visitor, made = office.client(office.head), []
    # The package has a function of this name; the module is meant.
    page = sys.modules["apps.supervision.views.today"]
    monkeypatch.setattr(page, "instruments_for", lambda *_who: made.append("instruments") or [])
    monkeypatch.setattr(navigation, "entries_of", lambda *_who: made.append("menu") or [])
    for _look in range(2):
        visitor.get(reverse("supervision:today"))
        stamps.bump_now(f"user:{office.head.user.pk}")
    assert made == ["instruments", "menu"]
    visitor.post(reverse("supervision:first-steps-dismiss"))
    visitor.get(reverse("supervision:today"))
    assert made == ["instruments", "menu", "instruments", "menu"]


def test_the_desk_counts_what_waits_for_its_owner_only(office: World) -> None:
    _complain(office)
    rated: dict[str, Any] = {
        "work_result_rating": "meets_expectation",
        "behavior_rating": "meets_expectation",
    }
    rated |= {"predikat": "baik", "rated_at": NOW}
    for person, status in ((office.staff, "prepared"), (office.colleague, "rated")):
        plan = Skp.objects.get(employee=person)
        Evaluation.objects.create(
            government=office.government,
            skp=plan,
            employee=person,
            unit=plan.unit,
            period=Period.objects.get(number=2),
            appraiser=office.head,
            prepared_at=NOW,
            status=status,
            **(rated if status == "rated" else {}),
        )
    desk = desk_of(office.head.user, NOW.date())
    assert (desk.to_rate, desk.to_deliver, desk.complaints, desk.overdue_complaints) == (1, 1, 1, 0)
    assert desk_of(office.head.user, NOW.date() + timedelta(days=400)).overdue_complaints == 1
    other = desk_of(office.stranger_head.user, NOW.date())
    assert (other.to_rate, other.to_deliver, other.complaints) == (0, 0, 0)

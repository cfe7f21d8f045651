"""While a person is supervised on loan the holder reviews, gives feedback and talks, in both names; rating stays."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.db.backends.postgresql.psycopg_any import DateRange
from django.urls import reverse

from apps.assessments.models import DialogueNote, Evaluation, FeedbackNote, ReportDecision
from apps.assessments.permissions import dialogue_side, is_appraiser, may_give_feedback, may_review
from apps.assessments.rules.dialogue_lifecycle import Side
from apps.assessments.rules.feedback_duty import DutyKind
from apps.assessments.services import dialogue_notes, feedback_notes, reports
from apps.core.models import AuditEntry, Notification
from apps.employees.models import SupervisionLoan
from apps.indicators.models import Skp
from apps.supervision.selectors.leader_duties import duties_of_leaders
from tests.world import NOW, World

DAY = datetime(2026, 9, 15, 2, 0, tzinfo=UTC)
TALK = dialogue_notes.TalkText(
    talk_on=date(2026, 9, 14), topic="progress", discussion="Alat rusak.", agreement="Alat dipinjam."
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _september() -> Iterator[None]:
    with time_machine.travel(DAY, tick=False):
        yield


@pytest.fixture
def lent(world: World) -> World:
    """world.staff, with a plan and a report that waits, supervised by world.stranger_head for world.head."""
    periods = world.make_periods()
    world.skp = world.make_skp(world.staff)  # type: ignore[attr-defined]
    Skp.objects.update(approved_at=datetime(2026, 1, 20, tzinfo=UTC))
    sent = datetime(2026, 9, 9, 2, 0, tzinfo=UTC)
    draft = reports.open_report(employee=world.staff, period=periods[2], by=world.staff, at=sent)
    reports.save_draft(
        report_id=draft.pk,
        by=world.staff,
        at=sent,
        revision=draft.revision,
        achievements="Pemeriksaan berjalan setiap hari kerja.",
        lines={line.indicator_id: (Decimal(80), "") for line in draft.lines.all()},
    )
    world.report = reports.submit_report(report_id=draft.pk, by=world.staff, at=sent)  # type: ignore[attr-defined]
    Notification.objects.all().delete()
    world.loan = SupervisionLoan.objects.create(  # type: ignore[attr-defined]
        employee=world.staff,
        lender=world.head,
        holder=world.stranger_head,
        kind="loan",
        reason="Beban",
        period=DateRange(date(2026, 9, 10), date(2026, 10, 10)),
        granted_at=NOW,
    )
    return world


def test_the_holder_reviews_in_both_names(lent: Any) -> None:
    assert may_review(lent.stranger_head.user, lent.report)
    assert not may_review(lent.head.user, lent.report), "while it runs one of them decides"
    reports.accept_report(report_id=lent.report.pk, by=lent.stranger_head, at=DAY)
    lent.report.refresh_from_db()
    assert (lent.report.decided_by, lent.report.decided_on_behalf_of) == (lent.stranger_head, lent.head)
    decision = ReportDecision.objects.get(report=lent.report, action="accept")
    assert (decision.by, decision.on_behalf_of) == (lent.stranger_head, lent.head)
    entry = AuditEntry.objects.get(action="assessments.report.accepted")
    assert entry.data["on_behalf_of"] == lent.head.pk


def test_after_the_loan_the_appraiser_reviews_in_one_name(lent: Any) -> None:
    SupervisionLoan.objects.update(period=DateRange(date(2026, 9, 10), date(2026, 9, 15)))
    assert may_review(lent.head.user, lent.report)
    assert not may_review(lent.stranger_head.user, lent.report)
    reports.accept_report(report_id=lent.report.pk, by=lent.head, at=DAY)
    lent.report.refresh_from_db()
    assert lent.report.decided_on_behalf_of is None


def test_pages_show_the_holder_the_list_and_both_names(lent: Any) -> None:
    client = lent.client(lent.stranger_head)
    page = client.get(reverse("assessments:review-list"))
    assert lent.staff in set(page.context["page"].object_list)
    address = reverse("assessments:review-detail", args=[lent.report.pk])
    assert client.get(address).context["may_decide"]
    assert client.post(reverse("assessments:review-accept", args=[lent.report.pk]), {}).status_code == 302
    text = client.get(address).content.decode()
    assert lent.head.full_name in text
    own = lent.client(lent.staff).get(reverse("assessments:report-detail", args=[lent.report.pk]))
    assert lent.stranger_head.full_name in own.content.decode()
    assert lent.head.full_name in own.content.decode()


def test_sending_tells_the_holder(lent: Any) -> None:
    reports.return_report(report_id=lent.report.pk, note="Lengkapi", by=lent.stranger_head, at=DAY)
    lent.report.refresh_from_db()
    assert lent.report.decided_on_behalf_of == lent.head
    assert not Notification.objects.filter(recipient=lent.head.user).exists()


def test_feedback_of_the_holder_names_the_appraiser(lent: Any) -> None:
    assert may_give_feedback(lent.stranger_head.user, lent.staff)
    feedback_notes.give_feedback(employee=lent.staff, text="Rapi.", by=lent.stranger_head, at=DAY)
    feedback_notes.give_feedback(employee=lent.staff, text="Cepat.", by=lent.head, at=DAY)
    assert list(FeedbackNote.objects.order_by("pk").values_list("author", "on_behalf_of")) == [
        (lent.stranger_head.pk, lent.head.pk),
        (lent.head.pk, None),
    ]
    page = lent.client(lent.staff).get(reverse("assessments:feedback-mine")).content.decode()
    assert lent.stranger_head.full_name in page
    assert lent.head.full_name in page


def test_a_talk_of_the_holder_is_agreed_in_both_names(lent: Any) -> None:
    assert dialogue_side(lent.stranger_head, lent.skp) is Side.APPRAISER
    assert dialogue_side(lent.head, lent.skp) is Side.APPRAISER
    assert dialogue_side(lent.colleague, lent.skp) is None
    note = dialogue_notes.write_note(skp=lent.skp, text=TALK, by=lent.staff, at=DAY)
    assert Notification.objects.filter(recipient=lent.stranger_head.user).count() == 1
    dialogue_notes.agree(note_id=note.pk, revision=1, by=lent.stranger_head, at=DAY)
    note = DialogueNote.objects.get()
    assert (note.appraiser, note.on_behalf_of) == (lent.stranger_head, lent.head)


def test_rating_stays_with_the_appraiser(lent: Any) -> None:
    evaluation = Evaluation(
        employee=lent.staff,
        appraiser=lent.head,
        unit=lent.unit,
        government=lent.government,
        status="prepared",
    )
    assert is_appraiser(lent.head, evaluation)
    assert not is_appraiser(lent.stranger_head, evaluation)


def owed(world: World, who: Any, kind: DutyKind) -> set[int]:
    found = duties_of_leaders([who], world.government, DAY)[who.pk]
    return {item.employee_id for item in found.to_do() if item.kind is kind}


def test_open_duties_of_the_appraiser_count_for_the_holder(lent: Any) -> None:
    lent.make_skp(lent.colleague)
    Skp.objects.update(approved_at=datetime(2026, 1, 20, tzinfo=UTC))
    assert owed(lent, lent.stranger_head, DutyKind.REPORT) == {lent.staff.pk}
    assert owed(lent, lent.head, DutyKind.REPORT) == set()
    assert owed(lent, lent.head, DutyKind.FEEDBACK) == {lent.colleague.pk}
    # A loan that began in the last fortnight of the period: a new leader owes nothing for it yet, as ever.
    SupervisionLoan.objects.update(period=DateRange(date(2026, 8, 1), date(2026, 10, 10)))
    assert owed(lent, lent.stranger_head, DutyKind.FEEDBACK) == {lent.staff.pk}
    assert duties_of_leaders([lent.head, lent.stranger_head], lent.government, DAY).keys() == {
        lent.head.pk,
        lent.stranger_head.pk,
    }


def test_feedback_before_the_loan_counts_for_the_period(lent: Any) -> None:
    SupervisionLoan.objects.update(period=DateRange(date(2026, 8, 1), date(2026, 10, 10)))
    early = datetime(2026, 7, 20, 2, 0, tzinfo=UTC)
    feedback_notes.give_feedback(employee=lent.staff, text="Rapi.", by=lent.head, at=early)
    assert owed(lent, lent.stranger_head, DutyKind.FEEDBACK) == set()


def test_after_the_loan_what_the_holder_said_counts_for_the_appraiser(lent: Any) -> None:
    SupervisionLoan.objects.update(period=DateRange(date(2026, 8, 1), date(2026, 9, 1)))
    in_august = datetime(2026, 8, 20, 2, 0, tzinfo=UTC)
    feedback_notes.give_feedback(employee=lent.staff, text="Rapi.", by=lent.stranger_head, at=in_august)
    assert owed(lent, lent.head, DutyKind.FEEDBACK) == set()
    assert owed(lent, lent.stranger_head, DutyKind.FEEDBACK) == set()
    assert owed(lent, lent.head, DutyKind.REPORT) == {lent.staff.pk}

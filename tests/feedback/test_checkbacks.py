"""Four weeks after an end, one question."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core import mail
from django.db import IntegrityError, transaction

from apps.core.models import OutboxMessage
from apps.core.policy import set_value
from apps.feedback import tasks
from apps.feedback.models import ComplaintCheckBack
from apps.feedback.selectors.complaints import outcome_figures
from apps.feedback.services import complaints
from tests.feedback.helpers import AT, complain

CONTACT = {"name": "Warga Contoh", "phone": "", "email": "warga@contoh.example", "may_mail": True}
ENDED = AT + timedelta(days=1)
ASKED = ENDED + timedelta(days=28)


def ended(world, how="confirm", at=ENDED, **fields):
    """File, answer and end a report."""
    complaint, _secret = complain(world.unit, **fields)
    by = world.head.user
    complaints.start(complaint_id=complaint.pk, by=by, at=AT)
    complaints.answer(complaint_id=complaint.pk, text="Sudah.", by=by, at=AT)
    if how == "confirm":
        complaints.confirm(complaint_id=complaint.pk, at=at)
    elif how == "lapse":
        complaints.lapse_due(now=at + timedelta(days=40))
    complaint.refresh_from_db()
    return complaint


def test_asked_once_per_end_and_not_a_day_too_early(world):
    complaint = ended(world)
    assert complaints.ask_due(now=ASKED - timedelta(seconds=1)) == 0
    assert complaints.ask_due(now=ASKED) == 1
    assert complaints.ask_due(now=ASKED + timedelta(hours=1)) == 0
    question = complaint.check_backs.get()
    assert (question.closed_at, question.answer) == (complaint.closed_at, "")
    assert question.open_until == date(2026, 11, 13)
    assert complaint.events.latest("id").action == "check_back"


def test_open_refused_and_old_ends_are_not_asked_about(world):
    ended(world, how="")
    refused, _secret = complain(world.unit)
    complaints.reject(
        complaint_id=refused.pk, reason_code="court", text="Pengadilan.", by=world.head.user, at=ENDED
    )
    ended(world)
    assert complaints.ask_due(now=ENDED + timedelta(days=60)) == 0
    assert not ComplaintCheckBack.objects.exists()


def test_still_fixed_is_counted_and_asked_no_more(world):
    complaint = ended(world)
    complaints.ask_due(now=ASKED)
    complaints.answer_check_back(complaint_id=complaint.pk, answer="fixed", at=ASKED)
    with pytest.raises(complaints.NothingAsked):
        complaints.answer_check_back(complaint_id=complaint.pk, answer="came_back", at=ASKED)
    complaint.refresh_from_db()
    assert complaint.status == "confirmed_solved"
    assert complaint.check_backs.get().answer == "fixed"


def test_who_says_it_came_back_can_reopen_though_the_usual_days_are_over(world):
    complaint = ended(world)
    late = ASKED + timedelta(days=10)
    assert not complaints.may_reopen(complaint, late.date())
    complaints.ask_due(now=ASKED)
    complaints.answer_check_back(complaint_id=complaint.pk, answer="came_back", at=late)
    assert complaints.may_reopen(complaint, late.date())
    complaints.reopen(complaint_id=complaint.pk, text="Antre lagi.", at=late)
    complaint.refresh_from_db()
    assert complaint.status == "reopened"
    # A new end is a new question.
    by = world.head.user
    complaints.start(complaint_id=complaint.pk, by=by, at=late)
    complaints.answer(complaint_id=complaint.pk, text="Kini beres.", by=by, at=late)
    complaints.confirm(complaint_id=complaint.pk, at=late)
    assert complaints.ask_due(now=late + timedelta(days=28)) == 1
    assert complaint.check_backs.count() == 2


def test_nobody_answers_after_the_last_day_or_without_a_question(world):
    complaint = ended(world)
    with pytest.raises(complaints.NothingAsked):
        complaints.answer_check_back(complaint_id=complaint.pk, answer="fixed", at=ASKED)
    complaints.ask_due(now=ASKED)
    with pytest.raises(complaints.NothingAsked):
        complaints.answer_check_back(complaint_id=complaint.pk, answer="fixed", at=ASKED + timedelta(days=31))
    assert complaint.check_backs.get().answer == ""


@pytest.mark.parametrize(("policy", "consent", "sent"), [(True, True, 1), (True, False, 0), (False, True, 0)])
def test_a_mail_goes_out_only_with_consent_and_where_mail_is_sent(world, policy, consent, sent):
    set_value(
        "feedback.check_back_by_mail", policy, scope="kendari", valid_from=AT.date(), by=None, reason="uji"
    )
    complaint = ended(world, is_anonymous=True, contact={**CONTACT, "may_mail": consent})
    complaints.ask_due(now=ASKED)
    waiting = OutboxMessage.objects.filter(task="feedback.mail_check_back")
    assert waiting.count() == sent
    for message in waiting:
        tasks.mail_check_back(**message.kwargs)
    assert len(mail.outbox) == sent
    if sent:
        letter = mail.outbox[0]
        assert letter.to == ["warga@contoh.example"]
        assert complaint.number in letter.subject
        assert "Warga" not in letter.subject + letter.body
        assert complaint.subject not in letter.subject + letter.body


def test_consent_withdrawn_before_the_mail_leaves(world):
    set_value(
        "feedback.check_back_by_mail", True, scope="kendari", valid_from=AT.date(), by=None, reason="uji"
    )
    complaint = ended(world, is_anonymous=True, contact=CONTACT)
    complaints.ask_due(now=ASKED)
    complaint.contact.delete()
    assert complaints.mail(check_back_id=complaint.check_backs.get().pk) is False
    assert mail.outbox == []


def test_an_answer_and_its_time_belong_together(world):
    complaint = ended(world)
    complaints.ask_due(now=ASKED)
    with pytest.raises(IntegrityError), transaction.atomic():
        complaint.check_backs.update(answer="fixed")
    with pytest.raises(IntegrityError), transaction.atomic():
        ComplaintCheckBack.objects.create(
            complaint=complaint, closed_at=complaint.closed_at, asked_at=ASKED, open_until=ASKED.date()
        )


def test_closed_is_not_solved_and_solved_is_not_solved_for_good(world):
    month = (date(2026, 9, 1), date(2026, 11, 30))
    for _number in range(3):
        ended(world)
    ended(world, how="lapse")
    silent, _secret = complain(world.unit)
    complaints.ask_info(complaint_id=silent.pk, text="Kapan?", by=world.head.user, at=AT)
    complaints.lapse_due(now=AT + timedelta(days=40))
    complaints.ask_due(now=ASKED)
    rows = list(ComplaintCheckBack.objects.order_by("id"))
    complaints.answer_check_back(complaint_id=rows[0].complaint_id, answer="fixed", at=ASKED)
    complaints.answer_check_back(complaint_id=rows[1].complaint_id, answer="came_back", at=ASKED)
    found = outcome_figures([world.unit], *month)
    assert (found.confirmed, found.no_reply, found.unclear, found.rejected) == (3, 1, 1, 0)
    assert (found.asked, found.still_fixed, found.came_back, found.unanswered) == (3, 1, 1, 1)
    assert (str(found.confirmed_percent), str(found.no_reply_percent)) == ("75.00", "25.00")
    assert str(found.still_fixed_percent) == "50.00"
    assert outcome_figures([world.other_agency], *month).confirmed_percent is None
    before = (date(2026, 8, 1), date(2026, 9, 14))
    assert outcome_figures([world.unit], *before).closed == 0


def test_a_day_is_the_day_of_the_government(world):
    # 16.30 UTC is 00.30 of the next day in Kendari.
    ended(world, at=datetime(2026, 9, 30, 16, 30, tzinfo=UTC))
    assert outcome_figures([world.unit], date(2026, 9, 1), date(2026, 9, 30)).confirmed == 0
    assert outcome_figures([world.unit], date(2026, 10, 1), date(2026, 10, 31)).confirmed == 1

"""Four weeks after an end, one question: is it still solved? (UX sheet 1.6)

It stands on the tracking page. By e-mail only where a contact was given with consent and the government sends mail.
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, override

from apps.core import audit, jobs, policy
from apps.core.localtime import local_date
from apps.employees.alike import alike

from ...labels import CheckBackAnswer
from ...models import Complaint, ComplaintCheckBack, ComplaintContact
from ...rules.complaint_lifecycle import ComplaintStatus
from .steps import add_event, keep_record, locked, tell_unit

MAIL_JOB = "feedback.mail_check_back"
ASKED_AFTER = (ComplaintStatus.CONFIRMED_SOLVED.value, ComplaintStatus.CLOSED_NO_REPLY.value)


class NothingAsked(LookupError):
    """Raised for an answer to a question that is not open."""


def ask_due(*, now: datetime) -> int:
    """Ask about every end that is old enough, once; return how many were asked.

    Ends so old that the question would have closed again are left alone: they lie before this question existed.
    """
    asked = 0
    for group in alike(now, "feedback.check_back_days", "feedback.check_back_open_days"):
        days, window = group.values
        due = Complaint.objects.filter(
            ~Exists(
                ComplaintCheckBack.objects.filter(complaint=OuterRef("pk"), closed_at=OuterRef("closed_at"))
            ),
            government__in=group.ids,
            status__in=ASKED_AFTER,
            is_quarantined=False,
            closed_at__lte=now - timedelta(days=days),
            closed_at__gt=now - timedelta(days=days + window),
        )
        for pk, closed_at in due.order_by("closed_at", "pk").values_list("pk", "closed_at"):
            asked += _ask(pk, closed_at, now, window)
    return asked


@transaction.atomic
def _ask(complaint_id: int, seen_closed_at: datetime, now: datetime, window: int) -> int:
    complaint = locked(complaint_id)
    if complaint.closed_at != seen_closed_at:
        return 0
    government = complaint.government
    today = local_date(now, government.timezone)
    question, is_new = ComplaintCheckBack.objects.get_or_create(
        complaint=complaint,
        closed_at=seen_closed_at,
        defaults={"asked_at": now, "open_until": today + timedelta(days=window)},
    )
    if not is_new:
        return 0
    add_event(complaint, "check_back", at=now, by=None)
    keep_record(complaint, "check_back_asked", by=audit.SYSTEM, at=now)
    by_mail = policy.get("feedback.check_back_by_mail", on=today, scope=government.code)
    contact = ComplaintContact.objects.filter(complaint=complaint, may_mail=True).exclude(email="")
    if by_mail and contact.exists():
        jobs.enqueue(MAIL_JOB, check_back_id=question.pk)
    return 1


def mail(*, check_back_id: int) -> bool:
    """Send the question to the reporter, with the number and nothing else; return whether it was sent."""
    question = (
        ComplaintCheckBack.objects.select_related("complaint").filter(pk=check_back_id, answer="").first()
    )
    if question is None:
        return False
    # A consent can be withdrawn between the question and the mail.
    contact = (
        ComplaintContact.objects.filter(complaint=question.complaint, may_mail=True).exclude(email="").first()
    )
    if contact is None:
        return False
    with override("id"):
        subject = _("Report %(number)s: is it still solved?") % {"number": question.complaint.number}
        body = _(
            "Four weeks ago your report %(number)s was closed. Is it still solved? Please open %(address)s with "
            "the number and your secret word and answer with one press. You will not get another mail about it."
        ) % {
            "number": question.complaint.number,
            "address": settings.PUBLIC_URL + reverse("feedback:complaint-track"),
        }
    send_mail(subject, body, None, [contact.email])
    return True


def open_question(complaint: Complaint, at: datetime) -> ComplaintCheckBack | None:
    """Return the question that the reporter can answer now."""
    today = local_date(at, complaint.government.timezone)
    return complaint.check_backs.filter(
        closed_at=complaint.closed_at, answer="", open_until__gte=today
    ).first()


@transaction.atomic
def answer_check_back(*, complaint_id: int, answer: str, at: datetime) -> Complaint:
    """Keep what the reporter says after four weeks. "It came back" lets them open the report again.

    :raises NothingAsked: if no question is open.
    """
    complaint = locked(complaint_id)
    question = open_question(complaint, at) if complaint.closed_at else None
    if question is None:
        raise NothingAsked
    question.answer = CheckBackAnswer(answer).value
    question.answered_at = at
    question.save(update_fields=["answer", "answered_at"])
    came_back = question.answer == CheckBackAnswer.CAME_BACK
    add_event(complaint, "came_back" if came_back else "still_fixed", at=at, by=None)
    keep_record(complaint, "check_back_answered", by="public", at=at, answer=question.answer)
    if came_back:
        tell_unit(complaint, gettext_noop("The problem of complaint %(number)s came back."), at)
    return complaint

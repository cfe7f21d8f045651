"""Learning checks: the questions of a programme, taken before and after a session."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from apps.assessments.services.actors import account_of
from apps.core import audit, policy
from apps.core.localtime import local_date

from ..labels import CheckMoment
from ..models import CheckAttempt, CheckQuestion, Enrolment, Programme
from ..rules.completion import count_right, score_percent
from ..rules.enrolment_lifecycle import EnrolmentStatus
from ..selectors.sessions import questions_of
from . import seats

FEWEST_OPTIONS = 2
MOST_OPTIONS = 5


class QuestionWrong(ValueError):
    """Raised when a question has too few or too many answers, or its right one is not among them."""


class CheckClosed(ValueError):
    """Raised when the check cannot be taken now: wrong day, no seat, no question, or no try left."""


class CheckChanged(ValueError):
    """Raised when the questions changed while somebody answered them, or answers are missing."""


@transaction.atomic
def add_question(
    *, programme: Programme, text: str, options: Sequence[str], right: int, by: Any, at: datetime
) -> CheckQuestion:
    """Add a question to the learning check of a programme.

    :raises QuestionWrong: unless there are two to five different answers with the right one among them.
    """
    answers = [option.strip() for option in options if option.strip()]
    if not FEWEST_OPTIONS <= len(set(answers)) == len(answers) <= MOST_OPTIONS:
        raise QuestionWrong
    if not text.strip() or not 0 <= right < len(answers):
        raise QuestionWrong
    question = CheckQuestion.objects.create(
        programme=programme, text=text.strip(), options=answers, right=right
    )
    audit.record(
        "training.question.added",
        target=question,
        by=account_of(by),
        scope=programme.government.code,
        at=at,
        programme=programme.pk,
    )
    return question


@transaction.atomic
def retire_question(*, question: CheckQuestion, by: Any, at: datetime) -> CheckQuestion:
    """Ask a question no more; attempts keep it as it was. A second time changes nothing."""
    row = (
        CheckQuestion.objects.select_for_update(of=("self",))
        .select_related("programme__government")
        .get(pk=question.pk)
    )
    if row.retired_at is None:
        row.retired_at = at
        row.save(update_fields=["retired_at"])
        audit.record(
            "training.question.retired",
            target=row,
            by=account_of(by),
            scope=row.programme.government.code,
            at=at,
        )
    return row


def open_moment(enrolment: Enrolment, at: datetime) -> str | None:
    """Return which check somebody can take now: before it begins (once), or from the last day on (some times)."""
    session = enrolment.session
    if enrolment.status != EnrolmentStatus.ENROLLED or not questions_of(session).exists():
        return None
    government = session.programme.government
    today = local_date(at, government.timezone)
    if today >= session.ends_on:
        most = policy.get("training.check_attempts", on=session.ends_on, scope=government.code)
        mark = policy.get("training.check_pass_percent", on=session.ends_on, scope=government.code)
        taken = enrolment.attempts.filter(moment=CheckMoment.AFTER)
        if taken.count() < most and not taken.filter(percent__gte=mark).exists():
            return str(CheckMoment.AFTER)
    if today <= session.starts_on and not enrolment.attempts.filter(moment=CheckMoment.BEFORE).exists():
        return str(CheckMoment.BEFORE)
    return None


@transaction.atomic
def take_check(
    *, enrolment: Enrolment, moment: str, answers: Mapping[int, int], at: datetime
) -> CheckAttempt:
    """Score what a participant answered; questions and answers stay with the attempt.

    :raises CheckClosed: if this check cannot be taken now.
    :raises CheckChanged: if an answer is missing, or belongs to no question that is asked.
    """
    row = seats.locked_enrolment(enrolment)
    if open_moment(row, at) != moment:
        raise CheckClosed
    questions = list(questions_of(row.session))
    if set(answers) != {question.pk for question in questions} or any(
        not 0 <= answers[question.pk] < len(question.options) for question in questions
    ):
        raise CheckChanged
    right = count_right({question.pk: question.right for question in questions}, answers)
    attempt = CheckAttempt.objects.create(
        enrolment=row,
        moment=moment,
        percent=score_percent(right, len(questions)),
        record=[
            {
                "question": question.text,
                "options": question.options,
                "right": question.right,
                "chosen": answers[question.pk],
            }
            for question in questions
        ],
        at=at,
    )
    seats.note(f"checked_{moment}", row, row.employee, at)
    return attempt

"""Questions about what happens in sessions: days, attendance, learning checks, reactions."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Avg, Count, Max, Q, QuerySet

from apps.core import holidays, policy
from apps.core.rules.rounding import half_up

from ..models import Attendance, CheckAttempt, CheckQuestion, Enrolment, Reaction, Session
from ..rules.completion import Obstacle, Record, meeting_days, obstacles
from ..rules.enrolment_lifecycle import SEATED, EnrolmentStatus
from ..rules.session_lifecycle import SessionAction, allowed_actions, status_on


@dataclass(frozen=True)
class Progress:
    """How far one participant is, and what is missing for the completion."""

    attended: int
    days: int
    before: Decimal | None
    after: Decimal | None
    attempts: int
    missing: Sequence[Obstacle]


def days_of(session: Session) -> tuple[date, ...]:
    """Return the days on which a session meets."""
    scope = session.programme.government.code
    off = holidays.holidays_between(session.starts_on, session.ends_on, scope=scope)
    return meeting_days(session.starts_on, session.ends_on, off)


def actions_on(session: Session, day: date) -> tuple[SessionAction, ...]:
    """Return what may be done with a session on a day."""
    status = status_on(
        day,
        starts_on=session.starts_on,
        ends_on=session.ends_on,
        is_cancelled=session.is_cancelled,
    )
    return tuple(allowed_actions(status))


def questions_of(session: Session) -> QuerySet[CheckQuestion]:
    """Return the questions of a session's learning check, in the order they were written."""
    return CheckQuestion.objects.filter(programme=session.programme_id, retired_at=None).order_by("id")


def progress_of(session: Session, enrolments: Iterable[Enrolment]) -> dict[int, Progress]:
    """Return how far some participants of a session are, by enrolment; a fixed number of queries."""
    keys = [row.pk for row in enrolments]
    days = days_of(session)
    scope = session.programme.government.code
    limit = policy.get("training.attendance_percent", on=session.ends_on, scope=scope)
    mark = policy.get("training.check_pass_percent", on=session.ends_on, scope=scope)
    has_questions = questions_of(session).exists()
    attended = dict(
        Attendance.objects.filter(enrolment__in=keys, day__in=days)
        .order_by()
        .values_list("enrolment")
        .annotate(n=Count("pk"))
    )
    scores = {
        row["enrolment"]: row
        for row in CheckAttempt.objects.filter(enrolment__in=keys)
        .order_by()
        .values("enrolment")
        .annotate(
            before=Max("percent", filter=Q(moment="before")),
            after=Max("percent", filter=Q(moment="after")),
            attempts=Count("pk", filter=Q(moment="after")),
        )
    }
    found = {}
    for key in keys:
        score = scores.get(key, {})
        after = score.get("after")
        present = attended.get(key, 0)
        record = Record(
            attended=present if session.takes_attendance else None,
            days=len(days),
            has_check=has_questions or after is not None,
            best_score=after,
        )
        found[key] = Progress(
            attended=present,
            days=len(days),
            before=score.get("before"),
            after=after,
            attempts=score.get("attempts", 0),
            missing=obstacles(record, attendance_limit=limit, pass_mark=mark),
        )
    return found


def own_enrolment(session: Session, user: Any) -> Enrolment | None:
    """Return the place of the user themselves."""
    return (
        Enrolment.objects.filter(session=session, employee__user=user)
        .select_related("session__programme__government", "employee__government", "need__topic")
        .first()
    )


def waiting_in(session: Session) -> QuerySet[Enrolment]:
    """Return the waiting list, first come first."""
    return (
        Enrolment.objects.filter(session=session, status=EnrolmentStatus.WAITING)
        .select_related("employee__user", "employee__government", "need")
        .order_by("waiting_since", "id")
    )


# --- reactions


@dataclass(frozen=True)
class Reactions:
    """What participants say, as means from 1 to 4; `n` is how many answered."""

    n: int
    useful: Decimal
    well_taught: Decimal
    will_use: Decimal


def reaction_closes_on(session: Session) -> date:
    """Return the last day for saying what one thinks of a session."""
    scope = session.programme.government.code
    days = policy.get("training.reaction_days", on=session.ends_on, scope=scope)
    return session.ends_on + timedelta(days=days)


def reactions_of(session: Session, today: date) -> Reactions | None:
    """Return what participants said; nothing under the minimum, nor while answers come in.

    While they come in, two looks would show what the one answer between them was.
    """
    rows = Reaction.objects.filter(session=session)
    seated = Enrolment.objects.filter(session=session, status__in=SEATED)
    if today <= reaction_closes_on(session) and seated.filter(has_reacted=False).exists():
        return None
    found = rows.aggregate(
        n=Count("pk"), useful=Avg("useful"), well_taught=Avg("well_taught"), will_use=Avg("will_use")
    )
    scope = session.programme.government.code
    if found["n"] < policy.get("training.reaction_minimum", on=session.ends_on, scope=scope):
        return None
    return Reactions(
        n=found["n"],
        **{key: half_up(Decimal(str(found[key])), 1) for key in ("useful", "well_taught", "will_use")},
    )

"""What participants say about a session: three questions, once, and nobody can tell who said what."""

from datetime import datetime

from django.db import transaction

from apps.core.localtime import local_date

from ..models import Enrolment, Reaction
from ..rules.enrolment_lifecycle import EnrolmentStatus
from ..selectors.sessions import reaction_closes_on
from . import seats


class ReactionClosed(ValueError):
    """Raised when the person did not take part, the session is not over, or its time for answers is."""


class AlreadyReacted(ValueError):
    """Raised when the person has answered before."""


def is_open(enrolment: Enrolment, at: datetime) -> bool:
    """Whether somebody may say now what they think of a session, if they have not yet."""
    session = enrolment.session
    today = local_date(at, session.programme.government.timezone)
    took_part = enrolment.status in {EnrolmentStatus.ENROLLED, EnrolmentStatus.COMPLETED}
    return took_part and session.ends_on <= today <= reaction_closes_on(session)


@transaction.atomic
def react(*, enrolment: Enrolment, useful: int, well_taught: int, will_use: int, at: datetime) -> Reaction:
    """Keep three answers without a name or a time. Nothing goes into the audit trail: its order would tell.

    :raises AlreadyReacted: if the person has answered before.
    :raises ReactionClosed: if it is not open to them now.
    """
    row = seats.locked_enrolment(enrolment)
    if row.has_reacted:
        raise AlreadyReacted
    if not is_open(row, at):
        raise ReactionClosed
    row.has_reacted = True
    row.save(update_fields=["has_reacted"])
    return Reaction.objects.create(
        session=row.session, useful=useful, well_taught=well_taught, will_use=will_use
    )

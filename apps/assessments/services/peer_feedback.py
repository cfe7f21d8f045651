"""Feedback by peers, subordinates and team leads (EXE-3, SPC-7); who wrote an anonymous answer is stored nowhere.

What an answer must not leave behind: an author, a time, a place in an order, an audit entry, an idempotency key, a
held form, a notification, a stamp. And since PostgreSQL notes the transaction of every row and appends rows in the
order of writing, an answer writes all answers and all invitations of its round anew, sorted by their random ids: every
row then looks as if it had been written in the same instant. docs/rules/peer-feedback.md says what that does not cover.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.urls import reverse
from django.utils.translation import gettext_noop

from apps.core import audit, notify, policy, stamps
from apps.core.localtime import local_date
from apps.core.models import Notification
from apps.employees import selectors as people
from apps.employees.models import Employee, Government
from apps.indicators.rules.forms import BEHAVIOR_VALUES

from ..labels import ReactionChoices
from ..models import NamedPeerAnswer, PeerAnswer, PeerInvitation, PeerRound
from ..rules.peer_feedback import InvitationStatus, PeerRelation, RoundStatus, is_anonymous, minimum_group
from .actors import account_of, employee_behind, stamp_names

LONGEST_ROUND = timedelta(days=92)

_OPENED = gettext_noop(
    "%(name)s asks others for feedback on working with you, until %(day)s. You may propose whom to ask."
)
_INVITED = gettext_noop("You are asked for feedback on working with %(name)s, until %(day)s.")
_PROPOSED = gettext_noop("%(name)s proposed whom to ask in the round of feedback.")
_CLOSED = gettext_noop("The round of feedback about you is closed. Read what came of it.")
_CLOSED_OPENER = gettext_noop("The round of feedback about %(name)s is closed. Read what came of it.")
_REACTED = gettext_noop("%(name)s answered the feedback of the round.")


class NotTheAppraiser(ValueError):
    """Raised when somebody else than the person's appraiser opens, fills or closes a round."""


class PurposeMissing(ValueError):
    """Raised when nobody would know what the answers are for."""


class UnfitClosingDay(ValueError):
    """Raised when a round would close before tomorrow, or only after months."""


class RoundClosed(ValueError):
    """Raised when a closed round is to take something, or one that is not closed is to be reacted to."""


class UnfitGiver(ValueError):
    """Raised when somebody is asked about themselves, appraises the person, or is not of the same government."""


class NotInvited(ValueError):
    """Raised when somebody answers or declines who was not asked, or has declined."""


class AlreadyAnswered(ValueError):
    """Raised when somebody answers a second time, or declines after answering."""


class EmptyAnswer(ValueError):
    """Raised when an answer has no word in it."""


class NotTheSubject(ValueError):
    """Raised when somebody else proposes or reacts in the place of the person."""


class UnknownReaction(ValueError):
    """Raised for a reaction that does not exist."""


@dataclass(frozen=True)
class AnswerText:
    """What somebody answers: what goes well, what could be better, and perhaps a word on single values."""

    goes_well: str = ""
    could_be_better: str = ""
    values: Mapping[str, str] | None = None

    def cleaned(self) -> dict[str, Any]:
        """Return the values as they are stored.

        :raises EmptyAnswer: without any word.
        """
        known = [value.code for value in BEHAVIOR_VALUES]
        words = {code: _plain((self.values or {}).get(code, "")) for code in known}
        cleaned = {
            "goes_well": _plain(self.goes_well),
            "could_be_better": _plain(self.could_be_better),
            "values": {code: text for code, text in words.items() if text},
        }
        if not any(cleaned.values()):
            raise EmptyAnswer
        return cleaned


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").strip()


def _today(employee: Employee, at: datetime) -> date:
    return local_date(at, employee.government.timezone)


def _locked(round_id: int) -> PeerRound:
    return (
        PeerRound.objects.select_for_update(of=("self",))
        .select_related("employee__government", "employee__user", "opened_by__user")
        .get(pk=round_id)
    )


def _require_keeper(round_: PeerRound, by: Any, at: datetime) -> Employee:
    keeper = employee_behind(by)
    appraiser = people.appraiser_on(round_.employee, _today(round_.employee, at))
    if keeper is None or keeper.pk not in {round_.opened_by_id, appraiser.pk if appraiser else None}:
        raise NotTheAppraiser
    return keeper


def _require_open(round_: PeerRound) -> None:
    if not round_.is_open:
        raise RoundClosed


@transaction.atomic
def open_round(
    *, employee: Employee, purpose: str, closes_on: date, by: Any, at: datetime, anonymous: bool = True
) -> PeerRound:
    """Begin to ask others about a person one appraises; the person is told at once.

    :raises NotTheAppraiser, PurposeMissing, UnfitClosingDay: see there.
    """
    opener = employee_behind(by)
    today = _today(employee, at)
    appraiser = people.appraiser_on(employee, today)
    if opener is None or appraiser is None or appraiser.pk != opener.pk:
        raise NotTheAppraiser
    if not purpose.strip():
        raise PurposeMissing
    if not today < closes_on <= today + LONGEST_ROUND:
        raise UnfitClosingDay
    scope = employee.government.code
    round_ = PeerRound.objects.create(
        employee=employee,
        opened_by=opener,
        purpose=purpose.strip(),
        is_anonymous=anonymous,
        minimum=minimum_group(policy.get("assessments.peer_minimum_group", on=today, scope=scope)),
        opened_at=at,
        closes_on=closes_on,
    )
    audit.record(
        "assessments.peer_round.opened",
        target=round_,
        by=account_of(by),
        scope=scope,
        at=at,
        employee=employee.pk,
        is_anonymous=anonymous,
        minimum=round_.minimum,
        closes_on=closes_on,
    )
    notify.send(
        employee.user,
        _OPENED,
        url=reverse("assessments:peer-round", args=[round_.pk]),
        name=opener.full_name,
        day=f"{closes_on:%d/%m/%Y}",
    )
    stamps.bump(*stamp_names(employee, opener))
    return round_


def _relation(round_: PeerRound, giver: Employee, relation: PeerRelation, day: date) -> PeerRelation:
    """Return how somebody knows the person: who is appraised by them is a subordinate, whatever was chosen."""
    if giver.pk == round_.employee_id or giver.government_id != round_.employee.government_id:
        raise UnfitGiver
    appraiser = people.appraiser_on(round_.employee, day)
    if giver.pk == round_.opened_by_id or (appraiser is not None and giver.pk == appraiser.pk):
        raise UnfitGiver
    if not giver.is_active or giver.user_id is None:
        raise UnfitGiver
    own = people.appraiser_on(giver, day)
    is_subordinate = own is not None and own.pk == round_.employee_id
    if is_subordinate:
        return PeerRelation.SUBORDINATE
    return PeerRelation.PEER if relation is PeerRelation.SUBORDINATE else relation


@transaction.atomic
def invite(
    *, round_id: int, givers: Iterable[tuple[Employee, PeerRelation]], by: Any, at: datetime
) -> list[PeerInvitation]:
    """Ask people; who was asked before is left as they are, who was proposed is now asked. Return the new ones.

    :raises NotTheAppraiser, RoundClosed, UnfitGiver: see there.
    """
    round_ = _locked(round_id)
    _require_keeper(round_, by, at)
    _require_open(round_)
    today = _today(round_.employee, at)
    asked = []
    for giver, relation in givers:
        fitting = _relation(round_, giver, relation, today)
        invitation, created = PeerInvitation.objects.get_or_create(
            round=round_,
            giver=giver,
            defaults={"relation": fitting.value, "status": InvitationStatus.INVITED.value},
        )
        if not created:
            if invitation.status != InvitationStatus.PROPOSED.value:
                continue
            invitation.relation = fitting.value
            invitation.status = InvitationStatus.INVITED.value
            invitation.save(update_fields=["relation", "status"])
        asked.append(invitation)
        notify.send(
            giver.user,
            _INVITED,
            url=reverse("assessments:peer-answer", args=[invitation.pk]),
            name=round_.employee.full_name,
            day=f"{round_.closes_on:%d/%m/%Y}",
        )
        stamps.bump(*stamp_names(giver))
    if asked:
        audit.record(
            "assessments.peer_round.invited",
            target=round_,
            by=account_of(by),
            scope=round_.employee.government.code,
            at=at,
            givers=[invitation.giver_id for invitation in asked],
        )
    return asked


@transaction.atomic
def propose(
    *, round_id: int, givers: Iterable[tuple[Employee, PeerRelation]], by: Any, at: datetime
) -> list[PeerInvitation]:
    """Let the person name whom to ask; the appraiser decides.

    :raises NotTheSubject, RoundClosed, UnfitGiver: see there.
    """
    round_ = _locked(round_id)
    if round_.employee_id != getattr(employee_behind(by), "pk", None):
        raise NotTheSubject
    _require_open(round_)
    today = _today(round_.employee, at)
    proposed = []
    for giver, relation in givers:
        fitting = _relation(round_, giver, relation, today)
        invitation, created = PeerInvitation.objects.get_or_create(
            round=round_,
            giver=giver,
            defaults={"relation": fitting.value, "status": InvitationStatus.PROPOSED.value},
        )
        if created:
            proposed.append(invitation)
    if proposed:
        notify.send(
            round_.opened_by.user,
            _PROPOSED,
            url=reverse("assessments:peer-round", args=[round_.pk]),
            name=round_.employee.full_name,
        )
        stamps.bump(*stamp_names(round_.opened_by))
    return proposed


def _own_invitation(invitation_id: int, by: Any) -> tuple[PeerRound, PeerInvitation]:
    """Lock the round, never the single invitation: a row lock is written into the row it locks."""
    giver = employee_behind(by)
    # Asked anew after the lock: between the two somebody may have answered in another tab.
    round_id = PeerInvitation.objects.values_list("round_id", flat=True).get(pk=invitation_id)
    round_ = _locked(round_id)
    invitation = PeerInvitation.objects.get(pk=invitation_id)
    if giver is None or invitation.giver_id != giver.pk:
        raise NotInvited
    if invitation.status != InvitationStatus.INVITED.value:
        raise NotInvited
    _require_open(round_)
    if invitation.has_answered:
        raise AlreadyAnswered
    return round_, invitation


def answers_anonymously(invitation: PeerInvitation, round_: PeerRound) -> bool:
    """Whether the answer to this invitation is stored without its author. The form says the same."""
    return is_anonymous(PeerRelation(invitation.relation), round_is_anonymous=round_.is_anonymous)


@transaction.atomic
def answer(*, invitation_id: int, text: AnswerText, by: Any, at: datetime) -> None:
    """Answer an invitation, once. Nothing is returned: nobody can find an anonymous answer again, not even its author.

    `at` is kept only where the author is kept.

    :raises NotInvited, RoundClosed, AlreadyAnswered, EmptyAnswer: see there.
    """
    round_, invitation = _own_invitation(invitation_id, by)
    values = text.cleaned()
    _write_invitations_anew([round_], {invitation.pk: {"has_answered": True}})
    if answers_anonymously(invitation, round_):
        _write_answers_anew(round_, PeerAnswer(round=round_, relation=invitation.relation, **values))
    else:
        NamedPeerAnswer.objects.create(invitation=invitation, at=at, **values)


@transaction.atomic
def decline(*, invitation_id: int, by: Any) -> None:
    """Decline to answer; no reason is asked, and in an anonymous round nobody is told.

    :raises NotInvited, RoundClosed, AlreadyAnswered: see there.
    """
    round_, invitation = _own_invitation(invitation_id, by)
    _write_invitations_anew([round_], {invitation.pk: {"status": InvitationStatus.DECLINED.value}})


def _write_invitations_anew(
    rounds: Iterable[PeerRound], changed: Mapping[int, Mapping[str, Any]], **everywhere: Any
) -> None:
    """Change invitations (by id, or `everywhere`) by writing all of their rounds, in the order of their ids.

    An UPDATE would not do: where a changed row lies afterwards depends on what was changed in it, so the order of the
    rows told who had answered last. Taking all rows out and putting them in again tells nothing.
    """
    ids = [round_.pk for round_ in rounds]
    rows = list(PeerInvitation.objects.filter(round__in=ids).order_by("pk"))
    for row in rows:
        for name, value in (everywhere | dict(changed.get(row.pk, {}))).items():
            setattr(row, name, value)
    with connection.cursor() as cursor:
        # Not through the model: a named answer points at its invitation, which is back before the commit.
        cursor.execute("DELETE FROM assessments_peerinvitation WHERE round_id = ANY(%s)", [ids])
    PeerInvitation.objects.bulk_create(rows)


def _write_answers_anew(round_: PeerRound, new: PeerAnswer) -> None:
    """Add an answer by writing all of the round in the order of their random ids."""
    rows = [*PeerAnswer.objects.filter(round=round_), new]
    PeerAnswer.objects.filter(round=round_).delete()
    PeerAnswer.objects.bulk_create(sorted(rows, key=lambda row: row.pk))


@transaction.atomic
def close_round(*, round_id: int, by: Any, at: datetime) -> PeerRound:
    """Close a round by hand.

    :raises NotTheAppraiser, RoundClosed: see there.
    """
    round_ = _locked(round_id)
    _require_keeper(round_, by, at)
    _require_open(round_)
    _close([round_], by=account_of(by), at=at)
    return PeerRound.objects.get(pk=round_.pk)


@transaction.atomic
def close_due(*, now: datetime) -> int:
    """Close the rounds whose last day has passed where they are; return how many. Safe to call at any time."""
    today = {
        zone: local_date(now, zone) for zone, _label in Government._meta.get_field("timezone").flatchoices
    }
    due = [
        round_
        for round_ in PeerRound.objects.select_for_update(of=("self",), skip_locked=True)
        .filter(status=RoundStatus.OPEN.value, closes_on__lt=max(today.values()))
        .select_related("employee__government", "opened_by")
        .order_by("pk")
        if round_.closes_on < today[round_.employee.government.timezone]
    ]
    if due:
        _close(due, by=None, at=now)
    return len(due)


def _close(rounds: list[PeerRound], *, by: Any, at: datetime) -> None:
    """Close rounds in a handful of statements, and forget who answered: it only stopped a second answer."""
    ids = [round_.pk for round_ in rounds]
    PeerRound.objects.filter(pk__in=ids).update(status=RoundStatus.CLOSED.value, closed_at=at)
    _write_invitations_anew(rounds, {}, has_answered=False)
    messages = []
    audit.record_many(
        audit.entry(
            "assessments.peer_round.closed",
            target=round_,
            by=by,
            scope=round_.employee.government.code,
            at=at,
            employee=round_.employee_id,
        )
        for round_ in rounds
    )
    for round_ in rounds:
        url = reverse("assessments:peer-round", args=[round_.pk])
        for person, text, params in (
            (round_.employee, _CLOSED, {}),
            (round_.opened_by, _CLOSED_OPENER, {"name": round_.employee.full_name}),
        ):
            if person.user_id is not None:
                messages.append(
                    Notification(
                        recipient_id=person.user_id,
                        text=text,
                        params=params,
                        url=url,
                        key=f"peer-closed:{round_.pk}:{person.user_id}",
                    )
                )
        stamps.bump(*stamp_names(round_.employee, round_.opened_by))
    Notification.objects.bulk_create(messages, ignore_conflicts=True)


@transaction.atomic
def react(*, round_id: int, kind: str, by: Any, at: datetime, text: str = "") -> PeerRound:
    """Let the person answer what was said about them; changeable, seen by the appraiser.

    :raises NotTheSubject: if `by` is somebody else.
    :raises RoundClosed: if it is still open.
    :raises UnknownReaction: for another kind.
    """
    round_ = _locked(round_id)
    if round_.employee_id != getattr(employee_behind(by), "pk", None):
        raise NotTheSubject
    if round_.is_open:
        raise RoundClosed
    if kind not in ReactionChoices.values:
        raise UnknownReaction
    round_.reaction = kind
    round_.reaction_text = _plain(text)
    round_.reacted_at = at
    round_.save(update_fields=["reaction", "reaction_text", "reacted_at"])
    audit.record(
        "assessments.peer_round.answered",
        target=round_,
        by=account_of(by),
        scope=round_.employee.government.code,
        at=at,
        kind=kind,
    )
    notify.send(
        round_.opened_by.user,
        _REACTED,
        url=reverse("assessments:peer-round", args=[round_.pk]),
        name=round_.employee.full_name,
    )
    stamps.bump(*stamp_names(round_.employee, round_.opened_by))
    return round_

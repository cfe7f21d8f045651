"""Dialog kinerja: the note of a talk is written by either side, agreed by both, and then stays (PLN-1, EXE-4)."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_noop

from apps.core import audit, notify, stamps
from apps.core.localtime import local_date
from apps.employees.models import Employee
from apps.indicators.models import Skp

from ..labels import DialogueTopicChoices
from ..models import DialogueNote
from ..permissions import dialogue_side, leader_of_talk
from ..rules.dialogue_lifecycle import (
    DialogueAction,
    DialogueStatus,
    Side,
    TransitionNotAllowed,
    agree_action,
    next_status,
)
from .actors import account_of, employee_behind, lender_behind, stamp_names

__all__ = [
    "NotASide",
    "NoteChanged",
    "NothingSaid",
    "TalkNotYetHeld",
    "TalkText",
    "TransitionNotAllowed",
    "UnknownTopic",
    "agree",
    "change_note",
    "write_note",
]

_WRITTEN = gettext_noop("%(name)s wrote a note of your talk on %(day)s. Read it and agree, or change it.")
_ADDED = gettext_noop("%(name)s added to the note of your talk. Read it and agree, or change it.")
_CHANGED = gettext_noop("%(name)s changed the note of your talk on %(day)s. Your agreement was taken back.")
_AGREED_ONE = gettext_noop("%(name)s agreed to the note of your talk on %(day)s. Yours is still missing.")
_AGREED_BOTH = gettext_noop("Both of you agreed to the note of the talk on %(day)s. It stays as it is.")


class NotASide(ValueError):
    """Raised when somebody acts who is neither the employee nor the leader of the talk."""


class NothingSaid(ValueError):
    """Raised when there is no word about what was said, or about what is agreed."""


class TalkNotYetHeld(ValueError):
    """Raised when the day of the talk has not come."""


class UnknownTopic(ValueError):
    """Raised for a topic that does not exist."""


class NoteChanged(ValueError):
    """Raised when the note was changed after it was read."""


@dataclass(frozen=True)
class TalkText:
    """What stands in the note of a talk."""

    talk_on: date
    topic: str
    discussion: str
    agreement: str
    support: str = ""
    follow_up_on: date | None = None

    def cleaned(self) -> dict[str, Any]:
        """Return the values as they are stored."""
        texts = {
            name: getattr(self, name).replace("\r\n", "\n").strip()
            for name in ("discussion", "agreement", "support")
        }
        return {
            "talk_on": self.talk_on,
            "topic": self.topic,
            "follow_up_on": self.follow_up_on,
            **texts,
        }


def _checked(text: TalkText, today: date) -> dict[str, Any]:
    values = text.cleaned()
    if text.topic not in DialogueTopicChoices.values:
        raise UnknownTopic
    if text.talk_on > today:
        raise TalkNotYetHeld
    if not (values["discussion"] and values["agreement"]):
        raise NothingSaid
    return values


@transaction.atomic
def write_note(
    *, skp: Skp, text: TalkText, by: Any, at: datetime, amends: DialogueNote | None = None
) -> DialogueNote:
    """Write down a talk about a plan; the other side reads it at once. With `amends`, add to an agreed note.

    :raises NotASide, UnknownTopic, TalkNotYetHeld, NothingSaid: see there.
    :raises TransitionNotAllowed: if the note to add to is not agreed by both.
    """
    side = dialogue_side(by, skp)
    if side is None:
        raise NotASide
    if amends is not None:
        if amends.skp_id != skp.pk:
            raise NotASide
        next_status(DialogueStatus(amends.status), DialogueAction.ADD)
    values = _checked(text, local_date(at, skp.government.timezone))
    note = DialogueNote.objects.create(
        skp=skp,
        employee=skp.employee,
        amends=amends,
        written_by=employee_behind(by),
        on_behalf_of=lender_behind(skp.employee, by, at),
        written_side=side.value,
        created_at=at,
        changed_at=at,
        **values,
    )
    _record("written", note, by, at, amends=amends.pk if amends else None)
    _tell_other_side(note, side, _ADDED if amends else _WRITTEN, by)
    return note


def _locked(note_id: int) -> DialogueNote:
    return (
        DialogueNote.objects.select_for_update(of=("self",))
        .select_related(
            "skp__government", "skp__unit", "skp__appraiser__user", "skp__employee__user", "employee"
        )
        .get(pk=note_id)
    )


@transaction.atomic
def change_note(*, note_id: int, revision: int, text: TalkText, by: Any, at: datetime) -> DialogueNote:
    """Change a note that is not agreed by both; agreements given before are taken back.

    Saying the same once more changes nothing.

    :raises NotASide, UnknownTopic, TalkNotYetHeld, NothingSaid: see there.
    :raises TransitionNotAllowed: if both agreed.
    :raises NoteChanged: if it was changed after revision `revision` was read.
    """
    note = _locked(note_id)
    side = dialogue_side(by, note.skp)
    if side is None:
        raise NotASide
    status = next_status(DialogueStatus(note.status), DialogueAction.EDIT)
    values = _checked(text, local_date(at, note.skp.government.timezone))
    if all(getattr(note, name) == value for name, value in values.items()):
        return note
    if note.revision != revision:
        raise NoteChanged
    agreed = [
        agreeing
        for agreeing, when in (
            (Side.EMPLOYEE, note.employee_agreed_at),
            (Side.APPRAISER, note.appraiser_agreed_at),
        )
        if when is not None
    ]
    for name, value in values.items():
        setattr(note, name, value)
    note.status = status.value
    note.employee_agreed_at = note.appraiser_agreed_at = None
    note.appraiser = None
    note.revision += 1
    note.changed_at = at
    note.save()
    _record("changed", note, by, at, agreements_taken_back=[agreeing.value for agreeing in agreed])
    if any(agreeing is not side for agreeing in agreed):
        _tell_other_side(note, side, _CHANGED, by)
    else:
        _bump(note)
    return note


@transaction.atomic
def agree(*, note_id: int, revision: int, by: Any, at: datetime) -> DialogueNote:
    """Agree to a note as it was read; with both agreements it never changes again.

    :raises NotASide: if `by` is neither side.
    :raises TransitionNotAllowed: if this side agreed before.
    :raises NoteChanged: if it was changed after revision `revision` was read.
    """
    note = _locked(note_id)
    side = dialogue_side(by, note.skp)
    if side is None:
        raise NotASide
    status = next_status(DialogueStatus(note.status), agree_action(side))
    if note.revision != revision:
        raise NoteChanged
    if side is Side.EMPLOYEE:
        note.employee_agreed_at = at
    else:
        note.appraiser_agreed_at = at
        note.appraiser = employee_behind(by)
        note.on_behalf_of = lender_behind(note.skp.employee, by, at)
    note.status = status.value
    note.save(
        update_fields=["status", "employee_agreed_at", "appraiser_agreed_at", "appraiser", "on_behalf_of"]
    )
    _record("agreed", note, by, at, side=side.value, revision=revision)
    _tell_other_side(note, side, _AGREED_BOTH if note.is_agreed else _AGREED_ONE, by)
    return note


def _record(verb: str, note: DialogueNote, by: Any, at: datetime, **data: Any) -> None:
    audit.record(
        f"assessments.dialogue.{verb}",
        target=note,
        by=account_of(by),
        scope=note.skp.government.code,
        at=at,
        employee=note.employee_id,
        status=note.status,
        **({"on_behalf_of": note.on_behalf_of_id} if note.on_behalf_of_id else {}),
        **data,
    )


def _tell_other_side(note: DialogueNote, side: Side, text: str, by: Any) -> None:
    leader = leader_of_talk(note.skp)
    other = note.skp.employee if side is Side.APPRAISER else leader
    speaker = employee_behind(by)
    if other is not None:
        notify.send(
            other.user,
            text,
            url=reverse("assessments:dialogue-detail", args=[note.pk]),
            name=speaker.full_name if speaker else note.skp.appraiser_name,
            day=f"{note.talk_on:%d/%m/%Y}",
        )
    _bump(note, leader)


def _bump(note: DialogueNote, leader: Employee | None = None) -> None:
    stamps.bump(*stamp_names(note.skp.employee, leader or leader_of_talk(note.skp)))

"""Objection (keberatan): in writing, with reasons, to the appraiser's superior, who hears both and whose decision is
final (OBJ-1, OBJ-2). An upheld one makes a new version of the result; the changes keep the original.
"""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_noop

from apps.core import audit, files, holidays, notify, policy, sequences, stamps
from apps.core.images import FileRefused
from apps.core.localtime import local_date
from apps.core.rules.working_days import DayKind
from apps.employees import screens
from apps.employees import selectors as people
from apps.employees.alike import alike
from apps.employees.models import Employee

from ..labels import PartyChoices
from ..models import Evaluation, Objection, ObjectionAttachment, ObjectionStatement
from ..permissions import is_decider, side_of
from ..rules.evaluation_lifecycle import EvaluationAction, EvaluationStatus, TransitionNotAllowed, next_status
from ..rules.objection import clock_basis, decision_deadline, is_late
from ..rules.predikat import Rating
from ..rules.rating_kinds import ChangeKind
from .actors import account_of, employee_behind, stamp_names
from .credit import promise_conversion
from .evaluations import NotTheEmployee, ReasonMissing, locked_evaluation, note_change, set_ratings
from .evidence import MEGABYTE, EvidenceTooBig, TooManyFiles, checked, clean_name

__all__ = [
    "BOTH",
    "AboutNothing",
    "AlreadyAsked",
    "AttachmentExists",
    "FileRefused",
    "NotASide",
    "NotTheDecider",
    "NotTheEmployee",
    "NothingChanged",
    "ObjectionDecided",
    "ReasonMissing",
    "StatementConflict",
    "StatementSent",
    "TooLate",
    "TransitionNotAllowed",
    "add_attachment",
    "ask_both",
    "decide_objection",
    "file_objection",
    "hand_on_objections",
    "max_bytes",
    "remove_attachment",
    "save_statement",
    "send_statement",
]

WORK_RESULT, BEHAVIOR = "work_result", "behavior"
BOTH = (WORK_RESULT, BEHAVIOR)

_FILED = gettext_noop("An objection (%(number)s) waits for your decision until %(due_on)s.")
_FILED_APPRAISER = gettext_noop("An objection (%(number)s) was filed against an evaluation you made.")
_ASKED = gettext_noop(
    "You are asked to explain something about the objection %(number)s. Decision due: %(due_on)s."
)
_EXPLAINED = gettext_noop("One side has explained itself about the objection %(number)s.")
_HANDED_ON = gettext_noop(
    "An objection (%(number)s) came to you, because its decider is away. Decide it until %(due_on)s."
)
_DECIDED = gettext_noop("Your objection %(number)s has been decided. Read the reason.")
_DECIDED_APPRAISER = gettext_noop("The objection %(number)s against an evaluation you made has been decided.")


class TooLate(ValueError):
    """Raised when the last day to object has passed. `last_day` is that day."""

    def __init__(self, last_day: date | None) -> None:
        super().__init__(f"the last day was {last_day}")
        self.last_day = last_day


class AboutNothing(ValueError):
    """Raised when an objection names neither of the two ratings."""


class NotTheDecider(ValueError):
    """Raised when somebody else than the appraiser's superior asks or decides."""


class NotASide(ValueError):
    """Raised when somebody explains who is neither the employee nor the appraiser."""


class AlreadyAsked(ValueError):
    """Raised when both have been asked before."""


class ObjectionDecided(ValueError):
    """Raised when something is added to an objection that has been decided."""


class StatementSent(ValueError):
    """Raised when a statement is written that was sent before."""


class StatementConflict(ValueError):
    """Raised when another tab or device has saved the statement meanwhile. `statement` is as it stands now."""

    def __init__(self, statement: ObjectionStatement) -> None:
        super().__init__(f"statement {statement.pk}")
        self.statement = statement


class AttachmentExists(ValueError):
    """Raised when the same file is with this objection already. `name` is how it is called there."""

    def __init__(self, name: str) -> None:
        super().__init__("the file is there already")
        self.name = name


class NothingChanged(ValueError):
    """Raised when an objection is upheld but both ratings stay as they were."""


# Filing


@transaction.atomic
def file_objection(
    *,
    evaluation_id: int,
    reason: str,
    by: Employee,
    at: datetime,
    about: Collection[str] = BOTH,
    wanted: str = "",
) -> Objection:
    """Object to one's own evaluation; the decision clock starts. `about` names one rating or both.

    :raises NotTheEmployee: if `by` is somebody else.
    :raises TransitionNotAllowed: if it is not waiting for an answer.
    :raises TooLate: after the last day to object.
    :raises AboutNothing: if neither rating is objected to.
    :raises ReasonMissing: without a reason.
    """
    evaluation = locked_evaluation(evaluation_id)
    if evaluation.employee_id != getattr(employee_behind(by), "pk", None):
        raise NotTheEmployee
    status = next_status(EvaluationStatus(evaluation.status), EvaluationAction.OBJECT)
    government = evaluation.government
    today = local_date(at, government.timezone)
    if evaluation.answer_due_on is None or is_late(today, evaluation.answer_due_on):
        raise TooLate(evaluation.answer_due_on)
    if not set(about) or not set(about) <= set(BOTH):
        raise AboutNothing
    if not reason.strip():
        raise ReasonMissing
    evaluation.status = status.value
    evaluation.answered_at = at
    evaluation.save(update_fields=["status", "answered_at"])
    decider = _decider(evaluation, today)
    days = policy.get("assessments.decision_days", on=today, scope=government.code)
    kind = DayKind(policy.get("assessments.objection_day_kind", on=today, scope=government.code))
    off = holidays.holidays_around(today, scope=government.code)
    due_on = decision_deadline(today, days, kind, off)
    objection = Objection.objects.create(
        evaluation=evaluation,
        number=sequences.receipt_number("KB", government.code, today.year),
        about_work_result=WORK_RESULT in about,
        about_behavior=BEHAVIOR in about,
        reason=reason.strip(),
        wanted=wanted.strip(),
        filed_at=at,
        decider=decider,
        decision_due_on=due_on,
        basis={"decision": clock_basis(today, days, kind, off, due_on)},
    )
    audit.record(
        "assessments.objection.filed",
        target=objection,
        by=account_of(by),
        scope=government.code,
        at=at,
        evaluation=evaluation.pk,
        about=sorted(about),
        decider=decider.pk if decider else None,
        decision_due_on=objection.decision_due_on,
    )
    if decider is not None:
        notify.send(
            decider.user, _FILED, url=_address(objection), number=objection.number, due_on=_day(due_on)
        )
    if evaluation.appraiser is not None:
        notify.send(
            evaluation.appraiser.user, _FILED_APPRAISER, url=_address(objection), number=objection.number
        )
    _bump(objection)
    return objection


def _decider(evaluation: Evaluation, day: date) -> Employee | None:
    """Return the appraiser's superior of the day, or the next one upward who is there; None above the civil service.

    Nobody decides on an objection against their own evaluation.
    """
    if evaluation.appraiser is None:
        return None
    upward = people.superiors_upward(evaluation.appraiser, day, unit=evaluation.unit)
    present = people.present_on([person.pk for person in upward], day)
    return next(
        (person for person in upward if person.pk in present and person.pk != evaluation.employee_id), None
    )


def hand_on_objections(*, now: datetime) -> int:
    """Give open objections whose decider is away to the next superior upward; return how many were given.

    The clock goes on: the days of the law do not wait for anybody.
    """
    rows = Objection.objects.filter(decided_at__isnull=True, decider__isnull=False).order_by("pk")
    given = 0
    for group in alike(now):
        today, mine = group.today, rows.filter(evaluation__government__in=group.ids)
        present = people.present_on(mine.values_list("decider", flat=True), today)
        for objection_id in mine.exclude(decider__in=present).values_list("pk", flat=True):
            given += _hand_on(objection_id, today, now)
    return given


@transaction.atomic
def _hand_on(objection_id: int, today: date, now: datetime) -> bool:
    objection = _locked(objection_id)
    before = objection.decider
    if not objection.is_open or before is None or people.present_on([before.pk], today):
        return False
    after = _decider(objection.evaluation, today)
    if after is not None and after.pk == before.pk:
        return False
    objection.decider = after
    objection.save(update_fields=["decider"])
    audit.record(
        "assessments.objection.handed_on",
        target=objection,
        by=None,
        scope=objection.evaluation.government.code,
        at=now,
        before=before.pk,
        after=after.pk if after else None,
    )
    if after is not None:
        notify.send(
            after.user,
            _HANDED_ON,
            url=_address(objection),
            key=f"objection-handed-on:{objection.pk}:{after.pk}",
            number=objection.number,
            due_on=_day(objection.decision_due_on),
        )
    _bump(objection, before)
    return True


# Hearing both


@transaction.atomic
def ask_both(*, objection_id: int, question: str, by: Any, at: datetime) -> Objection:
    """Ask the employee and the appraiser to explain, before deciding (OBJ-2).

    :raises NotTheDecider: if `by` does not decide it.
    :raises ObjectionDecided: if it has been decided.
    :raises AlreadyAsked: if both were asked before.
    :raises ReasonMissing: without a question.
    """
    objection = _locked(objection_id)
    if not is_decider(by, objection):
        raise NotTheDecider
    if not objection.is_open:
        raise ObjectionDecided
    if objection.asked_at is not None:
        raise AlreadyAsked
    if not question.strip():
        raise ReasonMissing
    objection.question = question.strip()
    objection.asked_at = at
    objection.save(update_fields=["question", "asked_at"])
    _note("objection.asked", objection, by, at)
    evaluation = objection.evaluation
    for person in (evaluation.employee, evaluation.appraiser):
        if person is not None:
            notify.send(
                person.user,
                _ASKED,
                url=reverse("assessments:objection-explain", args=[objection.pk]),
                number=objection.number,
                due_on=_day(objection.decision_due_on),
            )
    _bump(objection)
    return objection


@transaction.atomic
def save_statement(
    *, objection_id: int, text: str, revision: int, by: Any, at: datetime
) -> ObjectionStatement:
    """Keep what one side has written so far; nobody else reads it before it is sent.

    :raises NotASide: if `by` is neither the employee nor the appraiser.
    :raises ObjectionDecided, StatementSent: if it is too late for that.
    :raises StatementConflict: if it was saved elsewhere after `revision`.
    """
    statement = _writable_statement(objection_id, by, at)
    if statement.revision != revision and statement.text.strip() != text.strip():
        raise StatementConflict(statement)
    _write(statement, text, by, at)
    statement.save()
    return statement


@transaction.atomic
def send_statement(
    *, objection_id: int, text: str, by: Any, at: datetime, revision: int | None = None
) -> ObjectionStatement:
    """Send one side's statement to the decider; from now on it never changes.

    :raises NotASide, ObjectionDecided, StatementSent, StatementConflict: see `save_statement`.
    :raises ReasonMissing: if it says nothing.
    """
    if not text.strip():
        raise ReasonMissing
    statement = _writable_statement(objection_id, by, at)
    if revision is not None and statement.revision != revision and statement.text.strip() != text.strip():
        raise StatementConflict(statement)
    _write(statement, text, by, at)
    statement.sent_at = at
    statement.save()
    objection = statement.objection
    _note("objection.explained", objection, by, at, role=statement.role)
    if objection.decider is not None:
        notify.send(objection.decider.user, _EXPLAINED, url=_address(objection), number=objection.number)
    _bump(objection)
    return statement


def _writable_statement(objection_id: int, by: Any, at: datetime) -> ObjectionStatement:
    objection, role = _open_for(objection_id, by)
    statement = ObjectionStatement.objects.filter(objection=objection, role=role).first()
    if statement is None:
        return ObjectionStatement(objection=objection, role=role, saved_at=at)
    if statement.sent_at is not None:
        raise StatementSent
    statement.objection = objection
    return statement


def _write(statement: ObjectionStatement, text: str, by: Any, at: datetime) -> None:
    if statement.text != text.strip() or statement.pk is None:
        statement.revision += 1
    statement.text = text.strip()
    statement.by = employee_behind(by)
    statement.saved_at = at


# Attachments


def max_bytes(objection: Objection) -> int:
    """Return how large a file may be: as with the evidence of reports."""
    return int(_limit("assessments.evidence_max_megabytes", objection)) * MEGABYTE


def _limit(key: str, objection: Objection) -> int:
    government = objection.evaluation.government
    day = local_date(objection.filed_at, government.timezone)
    return int(policy.get(key, on=day, scope=government.code))


@transaction.atomic
def add_attachment(
    *, objection_id: int, upload_name: str, content: bytes, by: Any, at: datetime
) -> ObjectionAttachment:
    """Add a photo or a PDF to an objection, from either side; photos are written anew, without their place.

    :raises NotASide, ObjectionDecided: see `save_statement`.
    :raises FileRefused: one subclass per reason, as for evidence.
    :raises AttachmentExists: if the same file is there already.
    """
    objection, role = _open_for(objection_id, by)
    if len(content) > max_bytes(objection):
        raise EvidenceTooBig(limit=max_bytes(objection) // MEGABYTE)
    present = objection.attachments.filter(removed_at__isnull=True)
    limit = _limit("assessments.evidence_files_max", objection)
    if present.count() >= limit:
        raise TooManyFiles(limit=limit)
    content, content_type = checked(content)
    stored = files.store(content, content_type)
    same = present.filter(file=stored).first()
    if same is not None:
        raise AttachmentExists(same.name)
    attachment = ObjectionAttachment.objects.create(
        objection=objection,
        role=role,
        by=employee_behind(by),
        file=stored,
        name=clean_name(upload_name, content_type),
        added_at=at,
    )
    _note("objection.attachment_added", objection, by, at, attachment=attachment.pk, sha256=stored.sha256)
    return attachment


@transaction.atomic
def remove_attachment(*, attachment_id: int, by: Any, at: datetime) -> ObjectionAttachment:
    """Take back a file of one's own side; the bytes stay stored, the page no longer shows it.

    :raises NotASide: if the file is from the other side.
    :raises ObjectionDecided: if it has been decided.
    """
    found = ObjectionAttachment.objects.get(pk=attachment_id)
    objection, role = _open_for(found.objection_id, by)
    attachment = ObjectionAttachment.objects.select_for_update().get(pk=attachment_id)
    if attachment.role != role:
        raise NotASide
    if attachment.removed_at is None:
        attachment.removed_at = at
        attachment.save(update_fields=["removed_at"])
        _note("objection.attachment_removed", objection, by, at, attachment=attachment.pk)
    return attachment


# Deciding


@transaction.atomic
def decide_objection(
    *,
    objection_id: int,
    is_upheld: bool,
    decision_reason: str,
    by: Any,
    at: datetime,
    work_result: str | None = None,
    behavior: str | None = None,
) -> Objection:
    """Decide an objection, finally: uphold it with new ratings, or reject it; always with a reason.

    Upholding makes the next version of the result. A rating that is left out stays. A late decision is still a
    decision; the clock shows that it was late.

    :raises TransitionNotAllowed: if it has been decided.
    :raises NotTheDecider: if `by` does not decide it.
    :raises ReasonMissing: without a reason.
    :raises NothingChanged: if it is upheld but no rating changes.
    """
    objection = _locked(objection_id)
    evaluation = objection.evaluation
    status = next_status(EvaluationStatus(evaluation.status), EvaluationAction.DECIDE)
    if not is_decider(by, objection):
        raise NotTheDecider
    decision_reason = decision_reason.strip()
    if not decision_reason:
        raise ReasonMissing
    before = (evaluation.work_result_rating, evaluation.behavior_rating)
    if is_upheld:
        after = (Rating(work_result or before[0]), Rating(behavior or before[1]))
        if (after[0].value, after[1].value) == before:
            raise NothingChanged
        set_ratings(evaluation, *after, at)
        evaluation.version += 1
        note_change(evaluation, by=by, reason=decision_reason, at=at, kind=ChangeKind.OBJECTION.value)
    evaluation.status = status.value
    evaluation.save()
    objection.decided_at = at
    objection.is_upheld = is_upheld
    objection.decision_reason = decision_reason
    objection.save(update_fields=["decided_at", "is_upheld", "decision_reason"])
    promise_conversion(evaluation)
    audit.record(
        "assessments.objection.decided",
        target=objection,
        by=account_of(by),
        scope=evaluation.government.code,
        at=at,
        evaluation=evaluation.pk,
        is_upheld=is_upheld,
        before=list(before),
        after=[evaluation.work_result_rating, evaluation.behavior_rating],
        predikat=evaluation.predikat,
        version=evaluation.version,
        heard=sorted(objection.statements.filter(sent_at__isnull=False).values_list("role", flat=True)),
    )
    result = reverse("assessments:evaluation-detail", args=[evaluation.pk])
    notify.send(evaluation.employee.user, _DECIDED, url=result, number=objection.number)
    if evaluation.appraiser is not None:
        notify.send(evaluation.appraiser.user, _DECIDED_APPRAISER, url=result, number=objection.number)
    _bump(objection)
    return objection


# Shared


def _locked(objection_id: int) -> Objection:
    """Return an objection and its evaluation, both locked.

    The evaluation first: every verb on it takes this lock, so the order is the same everywhere.
    """
    filed = Objection.objects.only("evaluation_id").get(pk=objection_id)
    evaluation = locked_evaluation(filed.evaluation_id)
    objection = (
        Objection.objects.select_for_update(of=("self",)).select_related("decider__user").get(pk=objection_id)
    )
    objection.evaluation = evaluation
    return objection


def _open_for(objection_id: int, by: Any) -> tuple[Objection, str]:
    objection = _locked(objection_id)
    role = side_of(by, objection)
    if role not in PartyChoices.values:
        raise NotASide
    if not objection.is_open:
        raise ObjectionDecided
    return objection, role


def _address(objection: Objection) -> str:
    return reverse("assessments:objection-detail", args=[objection.pk])


def _day(day: date) -> str:
    return f"{day:%d/%m/%Y}"


def _note(what: str, objection: Objection, by: Any, at: datetime, **data: Any) -> None:
    audit.record(
        f"assessments.{what}",
        target=objection,
        by=account_of(by),
        scope=objection.evaluation.government.code,
        at=at,
        evaluation=objection.evaluation_id,
        **data,
    )


def _bump(objection: Objection, *others: Employee | None) -> None:
    evaluation = objection.evaluation
    stamps.bump(
        *stamp_names(evaluation.employee, evaluation.appraiser, objection.decider, *others),
        *screens.of_unit(evaluation.unit),
    )

"""A meeting with the public, from its announcement to its published minutes, one function per verb.

Nobody's name is stored: groups are invited, heads are counted, contributions come without an author.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_noop

from apps.core import audit, notify, stamps
from apps.core.localtime import local_date
from apps.core.sequences import receipt_number
from apps.employees.models import WorkUnit

from .. import selectors
from ..labels import ConsultationKind, NotShownReason
from ..models import (
    Consultation,
    ConsultationAgendaItem,
    ConsultationContribution,
    ConsultationGroup,
    ConsultationPoint,
    Service,
)
from ..rules.redaction import PersonalData, find_personal_data
from . import proof_files
from .improvement import WordsMissing

__all__ = [
    "AlreadyRead",
    "ContributionsClosed",
    "EndsBeforeStart",
    "NotAnnounced",
    "NotHeldYet",
    "PersonalDataFound",
    "PointsOpen",
    "WordsMissing",
    "WrongStage",
    "add_point",
    "announce",
    "answer_point",
    "cancel",
    "contribute",
    "create_consultation",
    "decide_contribution",
    "publish_minutes",
    "record_attendance",
    "revise_consultation",
    "takes_contributions",
    "write_minutes",
]


class EndsBeforeStart(ValueError):
    """Raised when a meeting would end before it begins."""


class WrongStage(Exception):
    """Raised when a verb does not fit: announced twice, changed after it was cancelled or published."""


class NotAnnounced(WrongStage):
    """Raised when something needs an announced meeting."""


class NotHeldYet(WrongStage):
    """Raised when a meeting that has not begun is to have visitors, minutes or points."""


class PointsOpen(Exception):
    """Raised when minutes are to be published while a point has neither answer nor promise. `numbers`: which."""

    def __init__(self, numbers: list[int]) -> None:
        super().__init__(f"points {numbers}")
        self.numbers = numbers


class PersonalDataFound(Exception):
    """Raised when minutes or points hold what looks like numbers or addresses of people."""


class ContributionsClosed(Exception):
    """Raised when written contributions are not taken, or no longer."""


class AlreadyRead(Exception):
    """Raised when a contribution was decided before."""


@transaction.atomic
def create_consultation(
    *,
    unit: WorkUnit,
    service: Service | None,
    kind: str,
    title: str,
    purpose: str,
    starts_at: datetime,
    ends_at: datetime,
    place: str,
    how_to_join: str,
    accessibility: str,
    contributions_until: date | None,
    agenda: Iterable[str],
    groups: Iterable[str],
    by: Any,
    at: datetime,
) -> Consultation:
    """Prepare a meeting; nobody outside sees it before it is announced.

    :raises EndsBeforeStart: see there.
    """
    if ends_at <= starts_at:
        raise EndsBeforeStart
    government = unit.government
    year = local_date(starts_at, government.timezone).year
    consultation = Consultation.objects.create(
        government=government,
        unit=unit,
        service=service,
        code=receipt_number("KP", government.code, year).lower(),
        kind=ConsultationKind(kind).value,
        title=title.strip(),
        purpose=purpose.strip(),
        starts_at=starts_at,
        ends_at=ends_at,
        place=place.strip(),
        how_to_join=how_to_join.strip(),
        accessibility=accessibility.strip(),
        contributions_until=contributions_until,
        created_at=at,
        created_by=by,
    )
    _set_agenda(consultation, agenda)
    _set_groups(consultation, groups)
    _audit(consultation, "created", by, at)
    return consultation


@transaction.atomic
def revise_consultation(
    *,
    consultation_id: int,
    title: str,
    purpose: str,
    starts_at: datetime,
    ends_at: datetime,
    place: str,
    how_to_join: str,
    accessibility: str,
    contributions_until: date | None,
    agenda: Iterable[str],
    groups: Iterable[str],
    by: Any,
    at: datetime,
) -> Consultation:
    """Change a meeting that has not begun. Those who read the announcement see the day of the last change.

    :raises WrongStage: if it was cancelled or published, or has begun.
    :raises EndsBeforeStart: see there.
    """
    consultation = _locked(consultation_id)
    _require_running(consultation)
    if consultation.announced_at is not None and consultation.starts_at <= at:
        raise WrongStage
    if ends_at <= starts_at:
        raise EndsBeforeStart
    moved = consultation.starts_at != starts_at
    consultation.title, consultation.purpose = title.strip(), purpose.strip()
    consultation.starts_at, consultation.ends_at = starts_at, ends_at
    consultation.place, consultation.how_to_join = place.strip(), how_to_join.strip()
    consultation.accessibility = accessibility.strip()
    consultation.contributions_until = contributions_until
    consultation.save()
    _set_agenda(consultation, agenda)
    _set_groups(consultation, groups)
    _audit(consultation, "revised", by, at, moved=moved)
    return consultation


def _set_agenda(consultation: Consultation, lines: Iterable[str]) -> None:
    consultation.agenda.all().delete()
    ConsultationAgendaItem.objects.bulk_create(
        ConsultationAgendaItem(consultation=consultation, number=number, text=text)
        for number, text in enumerate((line.strip() for line in lines if line.strip()), start=1)
    )


def _set_groups(consultation: Consultation, names: Iterable[str]) -> None:
    wanted = list(dict.fromkeys(name.strip() for name in names if name.strip()))
    consultation.groups.exclude(name__in=wanted).delete()
    present = set(consultation.groups.values_list("name", flat=True))
    ConsultationGroup.objects.bulk_create(
        ConsultationGroup(consultation=consultation, name=name) for name in wanted if name not in present
    )


@transaction.atomic
def announce(*, consultation_id: int, by: Any, at: datetime) -> Consultation:
    """Put a meeting on the public page.

    :raises WrongStage: if it was announced or cancelled before, or has begun.
    """
    consultation = _locked(consultation_id)
    _require_running(consultation)
    if consultation.announced_at is not None or consultation.starts_at <= at:
        raise WrongStage
    consultation.announced_at = at
    consultation.save()
    _audit(consultation, "announced", by, at)
    return consultation


@transaction.atomic
def cancel(*, consultation_id: int, reason: str, by: Any, at: datetime) -> Consultation:
    """Call a meeting off, with a reason that the public reads.

    :raises WrongStage: if it was cancelled or published before.
    :raises WordsMissing: without a reason.
    """
    consultation = _locked(consultation_id)
    _require_running(consultation)
    if not reason.strip():
        raise WordsMissing
    consultation.cancelled_at, consultation.cancel_reason = at, reason.strip()
    consultation.save()
    _audit(consultation, "cancelled", by, at)
    return consultation


@transaction.atomic
def record_attendance(
    *,
    consultation_id: int,
    counts: Mapping[int, int | None],
    others: Mapping[str, int],
    by: Any,
    at: datetime,
) -> Consultation:
    """Record how many came, by group: known groups by id, further ones by name.

    :raises NotHeldYet: before it began.
    :raises WrongStage: if it was cancelled or published.
    """
    consultation = _held(consultation_id, at)
    for group in consultation.groups.select_for_update():
        if group.pk in counts:
            group.attended = counts[group.pk]
            group.save(update_fields=["attended"])
    for name, count in others.items():
        ConsultationGroup.objects.update_or_create(
            consultation=consultation,
            name=name.strip(),
            defaults={"attended": count},
            create_defaults={"attended": count, "is_invited": False},
        )
    total = sum(group.attended or 0 for group in consultation.groups.all())
    _audit(consultation, "attendance_recorded", by, at, total=total)
    return consultation


@transaction.atomic
def write_minutes(
    *,
    consultation_id: int,
    text: str,
    upload_name: str,
    content: bytes | None,
    is_file_public: bool,
    by: Any,
    at: datetime,
) -> Consultation:
    """Write the minutes, with a scan if there is one. The scan is public only if somebody says it holds no names.

    :raises NotHeldYet, WrongStage: see there.
    :raises WordsMissing: without words.
    :raises PersonalDataFound: if the text holds what looks like numbers or addresses of people.
    :raises FileRefused: one subclass per reason.
    """
    consultation = _held(consultation_id, at)
    words = clean_words(text)
    consultation.minutes = words
    if content is not None:
        government = consultation.government
        consultation.minutes_file, consultation.minutes_file_name = proof_files.keep(
            content, upload_name, government=government, day=local_date(at, government.timezone)
        )
    consultation.minutes_file_is_public = is_file_public and consultation.minutes_file is not None
    consultation.save()
    _audit(consultation, "minutes_written", by, at, has_file=consultation.minutes_file is not None)
    return consultation


@transaction.atomic
def add_point(
    *,
    consultation_id: int,
    text: str,
    group: ConsultationGroup | None,
    by: Any,
    at: datetime,
    contribution: ConsultationContribution | None = None,
) -> ConsultationPoint:
    """Add something that was raised: at the meeting, or in writing before it.

    :raises WrongStage: if it was cancelled or published, or is not announced.
    :raises WordsMissing, PersonalDataFound: see there.
    """
    consultation = _locked(consultation_id)
    _require_running(consultation)
    if consultation.announced_at is None:
        raise NotAnnounced
    words = clean_words(text)
    last = consultation.points.order_by("-number").values_list("number", flat=True).first() or 0
    point = ConsultationPoint.objects.create(
        consultation=consultation, number=last + 1, text=words, group=group, created_at=at
    )
    if contribution is not None:
        ConsultationContribution.objects.filter(pk=contribution.pk, consultation=consultation).update(
            point=point
        )
    _audit(consultation, "point_added", by, at, point=point.pk)
    return point


@transaction.atomic
def answer_point(*, point_id: int, answer: str, by: Any, at: datetime) -> ConsultationPoint:
    """Answer a point in words; a promise is made with `commitments.make_commitment`.

    :raises WrongStage: if the minutes are published: what was answered then stays.
    :raises WordsMissing, PersonalDataFound: see there.
    """
    point = ConsultationPoint.objects.select_related("consultation").get(pk=point_id)
    consultation = _locked(point.consultation_id)
    _require_running(consultation)
    point.answer, point.answered_at = clean_words(answer), at
    point.save(update_fields=["answer", "answered_at"])
    _audit(consultation, "point_answered", by, at, point=point.pk)
    return point


@transaction.atomic
def publish_minutes(*, consultation_id: int, by: Any, at: datetime) -> Consultation:
    """Publish minutes, points, answers and promises. From now on the promises are followed in public.

    :raises NotHeldYet, WrongStage: see there.
    :raises WordsMissing: without minutes.
    :raises PointsOpen: if a point has neither answer nor promise.
    """
    consultation = _held(consultation_id, at)
    if not consultation.minutes:
        raise WordsMissing
    open_points = list(
        consultation.points.filter(answer="", commitments__isnull=True).values_list("number", flat=True)
    )
    if open_points:
        raise PointsOpen(open_points)
    consultation.published_at, consultation.published_by = at, by
    consultation.save()
    _audit(consultation, "minutes_published", by, at)
    return consultation


# --- written contributions


@transaction.atomic
def contribute(
    *, consultation_id: int, text: str, at: datetime, is_suspicious: bool = False
) -> ConsultationContribution:
    """Take in what somebody wrote before the meeting; an officer reads it before anybody else does.

    :raises ContributionsClosed: if none are taken, or the day has passed.
    :raises WordsMissing: without words.
    """
    consultation = Consultation.objects.select_related("government", "unit__government").get(
        pk=consultation_id
    )
    today = local_date(at, consultation.government.timezone)
    if not takes_contributions(consultation, today):
        raise ContributionsClosed
    if not text.strip():
        raise WordsMissing
    contribution = ConsultationContribution.objects.create(
        consultation=consultation,
        text=text.strip(),
        hour=at.replace(minute=0, second=0, microsecond=0),
        is_suspicious=is_suspicious,
    )
    audit.record(
        "feedback.contribution.received",
        target=contribution,
        by="public",
        scope=consultation.government.code,
        at=at,
        consultation=consultation.pk,
    )
    if not is_suspicious:
        for user in selectors.people_to_tell(consultation.unit, today):
            # One message a day, however many write.
            notify.send(
                user,
                gettext_noop("Written contributions to “%(title)s” wait to be read."),
                url=_inside_url(consultation),
                key=f"contribution:{consultation.pk}:{today}:{user.pk}",
                title=consultation.title[:120],
            )
            stamps.bump(f"user:{user.pk}")
    return contribution


def takes_contributions(consultation: Consultation, today: date) -> bool:
    """Tell whether somebody may still write."""
    return (
        consultation.announced_at is not None
        and consultation.cancelled_at is None
        and consultation.published_at is None
        and consultation.contributions_until is not None
        and today <= consultation.contributions_until
    )


@transaction.atomic
def decide_contribution(
    *, contribution_id: int, reason_code: str, by: Any, at: datetime
) -> ConsultationContribution:
    """Note that it was read: shown if there is no reason against it. The words are never changed.

    :raises AlreadyRead: if somebody decided before.
    """
    contribution = (
        ConsultationContribution.objects.select_for_update(of=("self",))
        .select_related("consultation__government")
        .get(pk=contribution_id)
    )
    if contribution.read_at is not None:
        raise AlreadyRead
    contribution.reason_code = str(NotShownReason(reason_code)) if reason_code else ""
    status = "not_shown" if reason_code else "shown"
    contribution.status = status
    contribution.read_at, contribution.read_by = at, by
    contribution.save()
    audit.record(
        "feedback.contribution.read",
        target=contribution,
        by=by,
        scope=contribution.consultation.government.code,
        at=at,
        status=status,
        reason=contribution.reason_code,
    )
    return contribution


# --- shared


def _locked(consultation_id: int) -> Consultation:
    return (
        Consultation.objects.select_for_update(of=("self",))
        .select_related("government", "unit", "service", "minutes_file")
        .get(pk=consultation_id)
    )


def _require_running(consultation: Consultation) -> None:
    if consultation.cancelled_at is not None or consultation.published_at is not None:
        raise WrongStage


def _held(consultation_id: int, at: datetime) -> Consultation:
    consultation = _locked(consultation_id)
    _require_running(consultation)
    if consultation.announced_at is None:
        raise NotAnnounced
    if at < consultation.starts_at:
        raise NotHeldYet
    return consultation


def clean_words(text: str) -> str:
    words = text.strip()
    if not words:
        raise WordsMissing
    # Names of those who spoke or promised belong into minutes; numbers and addresses do not.
    if any(span.kind is not PersonalData.NAME for span in find_personal_data(words)):
        raise PersonalDataFound
    return words


def _inside_url(consultation: Consultation) -> str:
    return reverse("feedback:consultation-detail", args=[consultation.pk])


def _audit(consultation: Consultation, verb: str, by: Any, at: datetime, **data: Any) -> None:
    audit.record(
        f"feedback.consultation.{verb}",
        target=consultation,
        by=by,
        scope=consultation.government.code,
        at=at,
        **data,
    )
    stamps.bump(f"unit:{consultation.unit_id}")

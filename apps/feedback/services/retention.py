"""Deleting what is kept no longer, with proof: a row per class and day, and an entry in the audit chain.

The marks of networks go with every tick of the schedule, the other classes once a day. What is counted in figures
stays: answers without words, and that there was a report.
"""

from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import ProtectedError, Q, QuerySet

from apps.core import audit, policy
from apps.core.models import StoredFile
from apps.employees.alike import alike
from apps.employees.models import Government

from ..models import (
    ArrivalMark,
    AttackState,
    Complaint,
    ComplaintContact,
    ComplaintEvent,
    ComplaintFile,
    ComplaintRedaction,
    ConsultationContribution,
    DailyKey,
    PaperScan,
    PendingAnswer,
    PublicRemark,
    ReportedOfficer,
    RespondentTable,
    Response,
    RetentionRun,
    RightsRequest,
)
from ..rules.retention import CODES, MARK_DAYS, days_kept, digest_of, gone_up_to

MARK_LIFETIME = timedelta(hours=72)
GONE = "-"
UNUSABLE = "!"


def run_due(*, now: datetime) -> int:
    """Delete what is due; return how many rows. Running again on the same day does nothing."""
    deleted = destroy_marks(now=now)
    for group in alike(now):
        done = set(
            RetentionRun.objects.filter(government__in=group.ids, day=group.today).values_list(
                "government", "retention_class"
            )
        )
        for government in group.governments:
            for code in CODES:
                if (government.pk, code) not in done:
                    deleted += _run(government, code, group.today, now)
    return deleted


@transaction.atomic
def destroy_marks(*, now: datetime) -> int:
    """Destroy marks of networks, the minutes of arrival, and the keys of their days, 72 hours after they began."""
    marks = ArrivalMark.objects.filter(slot__lte=now - MARK_LIFETIME)
    count = marks.count()
    marks.delete()
    DailyKey.objects.filter(day__lt=(now - MARK_LIFETIME).date()).delete()
    AttackState.objects.filter(until__lte=now - MARK_LIFETIME).delete()
    return count


@transaction.atomic
def _run(government: Government, code: str, today: date, now: datetime) -> int:
    """Delete one class of one government and write the proof."""
    # One at a time for each government: two schedules must not both write the proof.
    Government.objects.select_for_update().get(pk=government.pk)
    if RetentionRun.objects.filter(government=government, retention_class=code, day=today).exists():
        return 0
    table = policy.get("feedback.retention_days", on=today, scope=government.code)
    days = days_kept(code, table)
    up_to = gone_up_to(today, days)
    keys = sorted(_DELETE[code](government, up_to))
    row = RetentionRun.objects.create(
        government=government,
        retention_class=code,
        day=today,
        days_kept=days,
        up_to=up_to,
        count=len(keys),
        digest=digest_of(keys),
        at=now,
    )
    if keys:
        audit.record(
            "feedback.retention.ran",
            target=row,
            by=None,
            scope=government.code,
            at=now,
            retention_class=code,
            count=len(keys),
            up_to=up_to,
            digest=row.digest,
        )
    return len(keys)


def _marks(government: Government, up_to: date) -> Iterable[int]:
    """What the hourly destruction left, if it did not run for a while."""
    marks = ArrivalMark.objects.filter(response__government=government, slot__date__lte=up_to)
    keys = list(marks.values_list("pk", flat=True))
    marks.delete()
    DailyKey.objects.filter(government=government, day__lte=up_to - timedelta(days=MARK_DAYS)).delete()
    return keys


def _remarks(government: Government, up_to: date) -> Iterable[int]:
    rows = Response.objects.filter(government=government, hour__date__lte=up_to).exclude(remark="")
    keys = list(rows.values_list("pk", flat=True))
    PublicRemark.objects.filter(response__in=keys).delete()
    Response.objects.filter(pk__in=keys).update(remark="")
    return keys


def _closed(government: Government, up_to: date) -> QuerySet[Complaint]:
    return Complaint.objects.filter(government=government, closed_at__date__lte=up_to)


def _contacts(government: Government, up_to: date) -> Iterable[int]:
    rows = ComplaintContact.objects.filter(complaint__in=_closed(government, up_to))
    keys = list(rows.values_list("pk", flat=True))
    rows.delete()
    return keys


def _attachments(government: Government, up_to: date) -> Iterable[int]:
    return _drop_files(ComplaintFile.objects.filter(complaint__in=_closed(government, up_to)))


def _drop_files(rows: QuerySet[Any]) -> list[int]:
    """Delete rows and their files; the bytes go with the next sweep of files that no row points to (core)."""
    found = list(rows.values_list("pk", "file"))
    rows.model._default_manager.filter(pk__in=[pk for pk, _file in found]).delete()
    for stored in StoredFile.objects.filter(pk__in={file for _pk, file in found}):
        try:
            with transaction.atomic():
                stored.delete()
        except ProtectedError:
            # The same bytes belong to something else as well.
            continue
    return [pk for pk, _file in found]


def _words(rows: QuerySet[Complaint]) -> Iterable[int]:
    """Erase the words of reports; that there was one, its kind, unit and clocks stay for the statistics."""
    keys = list(rows.exclude(body=GONE).values_list("pk", flat=True))
    of_them = Q(complaint__in=keys)
    _drop_files(ComplaintFile.objects.filter(of_them))
    for model in (ComplaintContact, RightsRequest, ComplaintRedaction, PendingAnswer):
        model.objects.filter(of_them).delete()
    ReportedOfficer.objects.filter(of_them).update(shared_text=GONE)
    ComplaintEvent.objects.filter(of_them).update(text="", receiver="")
    # No secret word fits any more: there is nothing left to open.
    Complaint.objects.filter(pk__in=keys).update(
        subject=GONE,
        body=GONE,
        secret_hash=UNUSABLE,
        place="",
        latitude=None,
        longitude=None,
        public_subject="",
        public_text="",
        published_at=None,
    )
    return keys


def _secret(government: Government, up_to: date) -> Iterable[int]:
    return _words(_closed(government, up_to).filter(is_secret=True))


def _complaints(government: Government, up_to: date) -> Iterable[int]:
    return _words(_closed(government, up_to).filter(is_secret=False))


def _rights(government: Government, up_to: date) -> Iterable[int]:
    rows = RightsRequest.objects.filter(Q(answered_at__date__lte=up_to), complaint__government=government)
    keys = list(rows.values_list("pk", flat=True))
    rows.delete()
    return keys


def _contributions(government: Government, up_to: date) -> Iterable[int]:
    """Erase what was written before a meeting; that somebody wrote stays counted."""
    rows = ConsultationContribution.objects.filter(
        consultation__government=government, read_at__date__lte=up_to
    ).exclude(text=GONE)
    keys = list(rows.values_list("pk", flat=True))
    ConsultationContribution.objects.filter(pk__in=keys).update(text=GONE)
    return keys


def _paper_scans(government: Government, up_to: date) -> Iterable[int]:
    """Delete handwriting and tables of respondents; what was typed or taken over from them stays."""
    of_government = Q(batch__survey_period__service__unit__government=government)
    scans = PaperScan.objects.filter(of_government, added_at__date__lte=up_to).exclude(
        batch__status__in=["typing", "checking"]
    )
    tables = RespondentTable.objects.filter(
        survey_period__service__unit__government=government, uploaded_at__date__lte=up_to
    )
    return [*_drop_files(scans), *_drop_files(tables)]


_DELETE: dict[str, Callable[[Government, date], Iterable[int]]] = {
    "network_marks": _marks,
    "remarks": _remarks,
    "contacts": _contacts,
    "attachments": _attachments,
    "secret_complaints": _secret,
    "complaints": _complaints,
    "rights_requests": _rights,
    "contributions": _contributions,
    "paper_scans": _paper_scans,
}

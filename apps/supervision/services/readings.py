"""A drawn report is opened, then judged; the last verdict ends the sample and sets the next rate.

Opened means that the supervisor had the review page of that report before them (`review_events`). Accepting or
returning it there is the verdict; from the page of the sample the verdict accepts or returns it.
"""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from apps.assessments.models import SelfReport
from apps.assessments.permissions import reviews
from apps.assessments.services import reports, review_events
from apps.assessments.services.actors import account_of
from apps.assessments.services.reports import ReportChanged
from apps.core import audit, stamps
from apps.core.localtime import local_date
from apps.employees.models import Employee

from ..labels import FoundChoices
from ..models import DrawnReport, ReviewDraw, SampleRate
from ..rules import review_sample
from ..selectors import sampling

__all__ = [
    "AlreadyJudged",
    "NotOpened",
    "NotTheSupervisor",
    "NoteMissing",
    "ReportChanged",
    "judge_drawn",
    "note_decided",
    "note_opened",
]

VERDICT_OF = {"accept": str(FoundChoices.NONE), "return": str(FoundChoices.FINDING)}


class NotTheSupervisor(ValueError):
    """Raised when somebody judges or accepts what was drawn for another supervisor."""


class NotOpened(Exception):
    """Raised when a report is judged that its supervisor never had before them."""


class AlreadyJudged(Exception):
    """Raised when a verdict is there already."""


class NoteMissing(ValueError):
    """Raised when something was found and nobody says what, or a batch has no note."""


@review_events.when_opened
def note_opened(*, report: SelfReport, by: Any, at: datetime) -> review_events.Notice | None:
    """Keep that the supervisor has a drawn report before them; say so on the page."""
    if not isinstance(by, Employee):
        return None
    drawn = DrawnReport.objects.filter(report=report, draw__supervisor=by).first()
    if drawn is None:
        return None
    if not drawn.found and drawn.opened_version != report.version:
        DrawnReport.objects.filter(pk=drawn.pk, found="").update(opened_at=at, opened_version=report.version)
    text = (
        _("This report was drawn for you to read, and you have judged it.")
        if drawn.found
        else _("This report was drawn for you to read. Accepting or returning it here is your verdict on it.")
    )
    url = reverse("supervision:sample-detail", args=[drawn.draw_id])
    return review_events.Notice(text, url, _("Back to the sample"))


@review_events.when_decided
def note_decided(*, report: SelfReport, action: str, note: str, by: Any, at: datetime) -> None:
    """Take the decision on a drawn report as the verdict on it, if the supervisor had opened it."""
    if not isinstance(by, Employee):
        return
    drawn = DrawnReport.objects.filter(
        report=report, draw__supervisor=by, found="", opened_at__isnull=False
    ).first()
    if drawn is not None:
        _record(drawn, VERDICT_OF[action], note, by, at)


@transaction.atomic
def judge_drawn(*, drawn_id: int, found: str, note: str, by: Employee, at: datetime) -> DrawnReport:
    """Say what a drawn report showed; one that still waits is accepted, or returned with the note.

    :raises NotTheSupervisor: if it was drawn for somebody else.
    :raises NotOpened: if they never had it before them.
    :raises NoteMissing: for a finding without a word.
    :raises AlreadyJudged: if there is a verdict.
    :raises ReportChanged: if it was sent again after it was opened.
    """
    drawn = DrawnReport.objects.select_related(
        "draw", "report__skp__unit__government", "report__employee"
    ).get(pk=drawn_id)
    if drawn.draw.supervisor_id != by.pk:
        raise NotTheSupervisor
    found = FoundChoices(found).value
    if found == FoundChoices.FINDING and not note.strip():
        raise NoteMissing
    if drawn.opened_at is None:
        raise NotOpened
    # In the order of every decision: the report first, then the draw.
    report = SelfReport.objects.select_for_update(of=("self",)).get(pk=drawn.report_id)
    drawn.refresh_from_db(fields=["found", "opened_version"])
    if drawn.found:
        raise AlreadyJudged
    if report.status == "submitted" and reviews(by.user, drawn.report):
        verb = reports.accept_report if found == FoundChoices.NONE else reports.return_report
        verb(report_id=report.pk, note=note, by=by, at=at, version=drawn.opened_version)
        drawn.refresh_from_db()
    else:
        drawn = _record(drawn, found, note, by, at)
    return drawn


def _record(drawn: DrawnReport, found: str, note: str, by: Employee, at: datetime) -> DrawnReport:
    draw = (
        ReviewDraw.objects.select_for_update(of=("self",))
        .select_related("period__cycle__government")
        .get(pk=drawn.draw_id)
    )
    fresh = DrawnReport.objects.select_for_update().get(pk=drawn.pk)
    if fresh.found:
        raise AlreadyJudged
    fresh.found, fresh.note, fresh.judged_at = found, note.strip(), at
    fresh.save(update_fields=["found", "note", "judged_at"])
    audit.record(
        "supervision.drawn.judged",
        target=fresh,
        by=account_of(by),
        scope=draw.period.cycle.government.code,
        at=at,
        draw=draw.pk,
        report=fresh.report_id,
        found=found,
        opened_at=fresh.opened_at,
    )
    if not DrawnReport.objects.filter(draw=draw, found="").exists():
        _complete(draw, at)
    stamps.bump(f"user:{by.user_id}")
    return fresh


def _complete(draw: ReviewDraw, at: datetime) -> None:
    """End a sample: the rate of the next draw follows from what it found (S6)."""
    scope = draw.period.cycle.government
    limits = sampling.rate_policy(draw.period, local_date(at, scope.timezone))
    before = sampling.present_rate(draw.supervisor_id, limits)
    verdicts = list(DrawnReport.objects.filter(draw=draw).values_list("found", flat=True))
    found = verdicts.count(str(FoundChoices.FINDING))
    rate = sampling.share(review_sample.next_rate(before, len(verdicts), found, limits))
    SampleRate.objects.create(
        supervisor_id=draw.supervisor_id,
        draw=draw,
        before=before,
        rate=rate,
        opened=len(verdicts),
        found=found,
        at=at,
    )
    draw.completed_at = at
    draw.save(update_fields=["completed_at"])
    audit.record(
        "supervision.draw.completed",
        target=draw,
        by=None,
        scope=scope.code,
        at=at,
        opened=len(verdicts),
        found=found,
        next_rate=rate,
    )

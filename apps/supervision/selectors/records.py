"""A person's record as it was at the end of a day, from the histories that exist.

What was sent, approved, rated, delivered, objected and decided is kept with its time and is shown as of that time.
What has no history is said so in `gaps`, never filled in from today in silence. Only the part inside the
engagement: plans of its units and years, and what hangs on them. Drafts belong to their writer and are not here.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import Prefetch, Q
from django.utils.translation import gettext as _

from apps.assessments.labels import ChangeKindChoices, PredikatChoices, RatingChoices
from apps.assessments.models import (
    Evaluation,
    Evidence,
    FeedbackNote,
    Objection,
    ObjectionAttachment,
    ObjectionStatement,
    RatingChange,
    ReportDecision,
    ReportVersion,
    SelfReport,
)
from apps.core.models import AuditEntry, StoredFile
from apps.employees.models import AppraiserLink, Employee
from apps.indicators.models import Skp, SkpDecision, SkpVersion

from ..models import AuditEngagement
from .audit_room import end_of, places_in_scope

SHOWN_ENTRIES = 50


@dataclass
class Record:
    """What is known of one person at the end of one day. Lists hold plain data, fit for a page and for JSON."""

    employee: Employee
    as_of: date
    moment: datetime
    places: list[dict[str, Any]] = field(default_factory=list)
    appraisers: list[dict[str, Any]] = field(default_factory=list)
    plans: list[dict[str, Any]] = field(default_factory=list)
    reports: list[dict[str, Any]] = field(default_factory=list)
    evaluations: list[dict[str, Any]] = field(default_factory=list)
    feedback: list[dict[str, Any]] = field(default_factory=list)
    files: dict[str, StoredFile] = field(default_factory=dict)
    targets: set[tuple[str, str]] = field(default_factory=set)
    gaps: list[str] = field(default_factory=list)


def record_of(engagement: AuditEngagement, employee: Employee, as_of: date) -> Record:
    """Return the record of a person as it was at the end of a day, within an engagement."""
    record = Record(employee, as_of, end_of(as_of, engagement.government.timezone))
    record.targets.add(("employees.employee", str(employee.pk)))
    plans = list(
        Skp.objects.filter(
            employee=employee,
            revises__isnull=True,
            unit__path__startswith=engagement.unit.path,
            year__range=(engagement.year_from, engagement.year_to),
            created_at__lte=record.moment,
        )
        .select_related("unit")
        .order_by("year", "pk")
    )
    _places(record, engagement)
    _plans(record, plans)
    _reports(record, plans)
    _evaluations(record, plans)
    _feedback(record, engagement)
    record.gaps += _gaps()
    return record


def entries_of(record: Record, scope: str) -> list[AuditEntry]:
    """Return the newest entries of the audit log about the record until its day."""
    where = Q()
    for kind, pk in record.targets:
        where |= Q(target_type=kind, target_id=pk)
    rows = AuditEntry.objects.filter(where, scope=scope, at__lte=record.moment)
    return list(rows.order_by("-at", "-id")[:SHOWN_ENTRIES])


def _places(record: Record, engagement: AuditEngagement) -> None:
    rows = (
        places_in_scope(engagement)
        .filter(employee=record.employee, period__contains=record.as_of)
        .select_related("position__unit")
    )
    record.places = [
        {
            "id": row.pk,
            "post": row.position.title,
            "unit": row.position.unit.name,
            "since": row.period.lower,
        }
        for row in rows.order_by("pk")
    ]
    links = (
        AppraiserLink.objects.active_on(record.as_of)
        .filter(employee=record.employee)
        .select_related("appraiser")
    )
    record.appraisers = [
        {
            "id": row.pk,
            "name": row.appraiser.full_name if row.appraiser else row.external_name,
            "source": row.get_source_display(),
            "since": row.period.lower,
        }
        for row in links.order_by("pk")
    ]


def _plans(record: Record, plans: list[Skp]) -> None:
    ids = [plan.pk for plan in plans]
    versions: dict[int, list[SkpVersion]] = {}
    for version in SkpVersion.objects.filter(skp__in=ids, approved_at__lte=record.moment).order_by(
        "skp", "version"
    ):
        versions.setdefault(version.skp_id, []).append(version)
    decisions: dict[int, list[SkpDecision]] = {}
    steps = SkpDecision.objects.filter(skp__in=ids, at__lte=record.moment).select_related("by")
    for step in steps.order_by("at", "pk"):
        decisions.setdefault(step.skp_id, []).append(step)
    for plan in plans:
        record.targets.add(("indicators.skp", str(plan.pk)))
        kept = versions.get(plan.pk, [])
        newest = kept[-1] if kept else None
        approved = plan.approved_at is not None and plan.approved_at <= record.moment
        record.plans.append(
            {
                "id": plan.pk,
                "year": plan.year,
                "unit": plan.unit.name,
                "created_at": plan.created_at,
                "version": newest.version if newest else None,
                "approved_at": newest.approved_at if newest else None,
                "appraiser": newest.appraiser_name if newest else plan.appraiser_name,
                "content": newest.content if newest else None,
                "versions": [
                    {"version": row.version, "approved_at": row.approved_at, "note": row.note} for row in kept
                ],
                "steps": [_step(row) for row in decisions.get(plan.pk, [])],
                "gap": _("It was approved before versions were kept; its wording on that day is not known.")
                if approved and newest is None
                else ""
                if newest
                else _("It existed, but no version was approved by that day; drafts have no history."),
            }
        )


def _step(row: Any) -> dict[str, Any]:
    return {
        "action": row.action,
        "note": row.note,
        "by": row.by.full_name if row.by else "",
        "by_id": row.by_id,
        "at": row.at,
    }


def _reports(record: Record, plans: list[Skp]) -> None:
    reports = list(
        SelfReport.objects.filter(skp__in=[plan.pk for plan in plans], version__gt=0)
        .select_related("period__cycle")
        .prefetch_related(
            Prefetch(
                "versions",
                ReportVersion.objects.filter(submitted_at__lte=record.moment).order_by("version"),
                to_attr="sent",
            ),
            Prefetch(
                "decisions",
                ReportDecision.objects.filter(at__lte=record.moment)
                .select_related("by")
                .order_by("at", "pk"),
                to_attr="made",
            ),
            Prefetch("evidence", Evidence.objects.select_related("file").order_by("pk"), to_attr="files"),
        )
        .order_by("period__starts_on", "period__kind", "pk")
    )
    for report in reports:
        sent = report.sent  # type: ignore[attr-defined]
        if not sent:
            continue
        record.targets.add(("assessments.selfreport", str(report.pk)))
        newest = sent[-1]
        rows = {row.pk: row for row in report.files}  # type: ignore[attr-defined]
        evidence = []
        for known in newest.content.get("evidence", []):
            row = rows.get(known["id"])
            if row is None:
                continue
            record.files[row.file.sha256] = row.file
            judged = row.verdict_at is not None and row.verdict_at <= record.moment
            evidence.append(
                {
                    "id": row.pk,
                    "name": row.name,
                    "sha256": row.file.sha256,
                    "size": row.file.size,
                    "verdict": row.get_verdict_display() if judged else "",
                    "verdict_note": row.verdict_note if judged else "",
                    "verdict_at": row.verdict_at if judged else None,
                }
            )
        record.reports.append(
            {
                "id": report.pk,
                "number": report.number,
                "period": str(report.period),
                "version": newest.version,
                "submitted_at": newest.submitted_at,
                "content": newest.content,
                "versions": [
                    {"version": row.version, "submitted_at": row.submitted_at, "content": row.content}
                    for row in sent
                ],
                "steps": [_step(row) for row in report.made],  # type: ignore[attr-defined]
                "evidence": evidence,
            }
        )


def _evaluations(record: Record, plans: list[Skp]) -> None:
    rows = (
        Evaluation.objects.filter(skp__in=[plan.pk for plan in plans], prepared_at__lte=record.moment)
        .select_related("period__cycle", "appraiser", "objection__decider")
        .prefetch_related(
            Prefetch(
                "changes",
                RatingChange.objects.filter(at__lte=record.moment).select_related("by").order_by("at", "pk"),
                to_attr="made",
            )
        )
        .order_by("period__starts_on", "period__kind", "pk")
    )
    for row in rows:
        record.targets.add(("assessments.evaluation", str(row.pk)))
        made = row.made  # type: ignore[attr-defined]
        last = made[-1] if made else None
        rated = row.rated_at is not None and row.rated_at <= record.moment
        record.evaluations.append(
            {
                "id": row.pk,
                "period": str(row.period),
                "appraiser": row.appraiser.full_name if row.appraiser else "",
                "prepared_at": row.prepared_at,
                "delivered_at": _by(row.delivered_at, record.moment),
                "answered_at": _by(row.answered_at, record.moment),
                "work_result": RatingChoices(last.work_result_rating).label if last else "",
                "behavior": RatingChoices(last.behavior_rating).label if last else "",
                "predikat": PredikatChoices(last.predikat).label if last else "",
                "changes": [
                    {
                        "kind": ChangeKindChoices(change.kind).label,
                        "work_result": RatingChoices(change.work_result_rating).label,
                        "behavior": RatingChoices(change.behavior_rating).label,
                        "predikat": PredikatChoices(change.predikat).label,
                        "reason": change.reason,
                        "rule_version": change.rule_version,
                        "version": change.version,
                        "by": change.by.full_name if change.by else "",
                        "by_id": change.by_id,
                        "at": change.at,
                    }
                    for change in made
                ],
                "inputs_today": row.inputs,
                "objection": _objection(record, getattr(row, "objection", None)),
                "gap": _("It was rated by that day, but no history of the ratings is kept.")
                if rated and last is None
                else "",
            }
        )


def _by(at: datetime | None, moment: datetime) -> datetime | None:
    return at if at is not None and at <= moment else None


def _objection(record: Record, row: Objection | None) -> dict[str, Any] | None:
    if row is None or row.filed_at > record.moment:
        return None
    record.targets.add(("assessments.objection", str(row.pk)))
    decided = row.decided_at is not None and row.decided_at <= record.moment
    statements = ObjectionStatement.objects.filter(objection=row, sent_at__lte=record.moment)
    attachments = ObjectionAttachment.objects.filter(
        Q(removed_at__isnull=True) | Q(removed_at__gt=record.moment),
        objection=row,
        added_at__lte=record.moment,
    ).select_related("file")
    files = []
    for attachment in attachments.order_by("pk"):
        record.files[attachment.file.sha256] = attachment.file
        files.append(
            {"name": attachment.name, "sha256": attachment.file.sha256, "size": attachment.file.size}
        )
    return {
        "id": row.pk,
        "number": row.number,
        "filed_at": row.filed_at,
        "reason": row.reason,
        "wanted": row.wanted,
        "decider": row.decider.full_name if row.decider else "",
        "statements": [
            {"side": one.get_role_display(), "text": one.text, "sent_at": one.sent_at}
            for one in statements.order_by("sent_at", "pk")
        ],
        "attachments": files,
        "decided_at": row.decided_at if decided else None,
        "is_upheld": row.is_upheld if decided else None,
        "decision_reason": row.decision_reason if decided else "",
    }


def _feedback(record: Record, engagement: AuditEngagement) -> None:
    places = list(places_in_scope(engagement).filter(employee=record.employee))
    notes = (
        FeedbackNote.objects.filter(
            employee=record.employee,
            at__lte=record.moment,
            at__year__range=(engagement.year_from, engagement.year_to),
        )
        .select_related("author", "reaction")
        .order_by("at", "pk")
    )
    for note in notes:
        day = note.at.date()
        if not any(_covers(place.period, day) for place in places):
            continue
        record.targets.add(("assessments.feedbacknote", str(note.pk)))
        reaction = getattr(note, "reaction", None)
        if reaction is not None and reaction.at > record.moment:
            reaction = None
        record.feedback.append(
            {
                "id": note.pk,
                "at": note.at,
                "author": note.author.full_name,
                "text": note.text,
                "reaction": reaction.get_kind_display() if reaction else "",
                "reaction_text": reaction.text if reaction else "",
            }
        )


def _covers(period: Any, day: date) -> bool:
    return (period.lower is None or period.lower <= day) and (period.upper is None or day < period.upper)


def _gaps() -> list[str]:
    return [
        _(
            "Name, NIP, status and golongan are as they are today; corrections of them stand in the audit log only."
        ),
        _(
            "Posts and appraisers are known by day. An entry that was made or corrected later shows here as if it had "
            "always been so; when it was made stands in the audit log."
        ),
        _("Of the reviewer's opinion on a file only the last one is kept."),
        _("Of an answer to feedback only the last wording is kept."),
        _(
            "The figures beside an evaluation are kept as they were at the last closing, without earlier ones."
        ),
        _(
            "Not part of this room: drafts, notes of talks between the two, answers of colleagues, coaching notes. "
            "They belong to those who wrote them."
        ),
    ]

"""A self-report from the first draft to its acceptance: one function per verb.

What leads where: rules/report_lifecycle.py. A draft is the writer's alone; whatever was sent is kept unchanged as a
`ReportVersion`, and that is what everybody else reads.

Content of a version, schema 1:
    number, version, submitted_at, is_late
    period           id, kind, number, year, starts_on, ends_on
    skp              id of the plan
    results          [{id, kind, text, indicators: [{id, text, aspect, measure, direction, source, target,
                       plan_target, realization, prefilled, entries, reports, note}]}]
    achievements, obstacles, support_needed
    evidence         [{id, name, result_id, sha256, size, content_type, reused}]
    questions        [{evidence_id, kind, is_own, day, answer}]: what was asked, and answered so far
    progress_entries number of daily lines in the period
Numbers are decimal text. No names: the version cannot be cleaned afterwards.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_noop

from apps.core import audit, jobs, notify, sequences, stamps
from apps.core.localtime import local_date
from apps.employees import screens
from apps.employees import selectors as people
from apps.employees.models import Employee
from apps.indicators.models import Indicator, Skp

from ..labels import EvaluationStatusChoices, PeriodKind, PeriodStatus, QuestionKind
from ..models import Evaluation, Period, ReportDecision, ReportLine, ReportVersion, SelfReport
from ..rules.report_lifecycle import ReportAction, ReportStatus, TransitionNotAllowed, next_status
from ..rules.report_problems import Problem
from ..selectors import reporting
from ..selectors import vault as evidence_vault
from ..selectors.reporting import AUTOMATIC_SOURCES, Sending
from . import review_events, vault, yearly
from .actors import account_of, employee_behind, lender_behind, stamp_names

__all__ = [
    "CannotReportNow",
    "DraftConflict",
    "NoPlanInForce",
    "NotTheWriter",
    "NoteMissing",
    "OwnReport",
    "ReportChanged",
    "ReportIncomplete",
    "ReportNotEditable",
    "ReviewStarted",
    "TransitionNotAllowed",
    "UnknownIndicator",
    "accept_report",
    "look_at_text",
    "open_report",
    "recall_report",
    "refresh_drafts",
    "return_report",
    "save_draft",
    "submit_report",
]

SCHEMA = 1
TEXTS = ("achievements", "obstacles", "support_needed")
# The burden figure of a report (median of many, /adopsi/) counts the time between two saves up to this.
SITTING_GAP = timedelta(minutes=10)

_SENT = gettext_noop("%(name)s sent the report for %(starts_on)s to %(ends_on)s.")
_RECALLED = gettext_noop("%(name)s took the report for %(starts_on)s to %(ends_on)s back to change it.")
_RETURNED = gettext_noop("Your report for %(starts_on)s to %(ends_on)s came back with a note.")
_ACCEPTED = gettext_noop("Your report for %(starts_on)s to %(ends_on)s was reviewed and accepted.")


class NotTheWriter(ValueError):
    """Raised when somebody else than the writer changes or sends a report."""


class OwnReport(ValueError):
    """Raised when somebody decides on their own report."""


class NoPlanInForce(ValueError):
    """Raised when the person has no approved plan for the period."""


class CannotReportNow(ValueError):
    """Raised when the period is not open yet, is closed for reports, or the evaluation is rated."""

    def __init__(self, state: Sending) -> None:
        super().__init__(state.value)
        self.state = state


class ReportNotEditable(Exception):
    """Raised when content is to change in a report that was sent."""


class DraftConflict(Exception):
    """Raised when another tab wrote the same fields after the form was made; nothing is saved."""

    def __init__(self, report: SelfReport, fields: Sequence[str]) -> None:
        super().__init__(", ".join(fields))
        self.report = report
        self.fields = tuple(fields)


class UnknownIndicator(ValueError):
    """Raised when a figure is given for an indicator of another plan."""


class ReportIncomplete(Exception):
    """Raised when a report lacks something that keeps it from being sent."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(", ".join(problem.code.value for problem in problems))
        self.problems = tuple(problems)


class ReportChanged(Exception):
    """Raised when a decision is about another version than the one that was read."""


class ReviewStarted(Exception):
    """Raised when a report is to be taken back whose review has begun."""


class NoteMissing(ValueError):
    """Raised when a report is returned without a word."""


# --- writing


@transaction.atomic
def open_report(
    *, employee: Employee, period: Period, by: Any, at: datetime, skp: Skp | None = None
) -> SelfReport:
    """Begin the report of a person on a period, filled with what the system knows; or return the one there is.

    :raises NotTheWriter: if `by` is somebody else.
    :raises NoPlanInForce: if no approved plan covers the period (or `skp` is not such a plan).
    :raises CannotReportNow: if the period cannot be reported on now.
    """
    _require_writer(employee, by)
    plans = reporting.plans_in_force(employee, period)
    plan = (
        plans[0] if plans and skp is None else next((row for row in plans if skp and row.pk == skp.pk), None)
    )
    if plan is None:
        raise NoPlanInForce
    Skp.objects.select_for_update(of=("self",)).get(
        pk=plan.pk
    )  # two starts at once: the second finds the first's
    existing = SelfReport.objects.filter(skp=plan, period=period).first()
    if existing is not None:
        if existing.is_editable:
            _refresh(existing)
        return existing
    state = reporting.sending(period, plan, at)
    if not state.is_possible:
        raise CannotReportNow(state)
    report = SelfReport.objects.create(
        skp=plan,
        employee=employee,
        period=period,
        achievements=_first_achievements(plan, period),
        draft_saved_at=at,
        active_seconds=0,
    )
    indicators = list(Indicator.objects.filter(result__skp=plan))
    found = reporting.found_values(plan, period, indicators)
    ReportLine.objects.bulk_create(
        ReportLine(
            report=report,
            indicator=row,
            realization=found[row.pk].value,
            prefilled=found[row.pk].value,
        )
        for row in indicators
    )
    audit.record(
        "assessments.report.opened",
        target=report,
        by=account_of(by),
        scope=period.cycle.government.code,
        at=at,
        period=period.pk,
        skp=plan.pk,
    )
    stamps.bump(*stamp_names(employee))
    return report


def _first_achievements(plan: Skp, period: Period) -> str:
    if period.kind == PeriodKind.YEARLY:
        parts = [
            f"{part.starts_on:%d/%m/%Y} - {part.ends_on:%d/%m/%Y}\n{text}"
            for part, text in reporting.earlier_achievements(plan, period)
        ]
        if parts:
            return "\n\n".join(parts)
    return reporting.entries_text(plan, period)


@transaction.atomic
def save_draft(
    *,
    report_id: int,
    by: Any,
    at: datetime,
    revision: int,
    achievements: str | None = None,
    obstacles: str | None = None,
    support_needed: str | None = None,
    lines: Mapping[int, tuple[Decimal | None, str]] | None = None,
    notes: Mapping[int, str] | None = None,
) -> SelfReport:
    """Save what was typed; what is not given stays. `revision` is the one the form was made with.

    Another tab may have saved meanwhile: that is a conflict only for a field it wrote. Figures that the system
    fetches are left alone; `notes` writes the note of an indicator whose typed figure could not be read.

    :raises NotTheWriter: if `by` is somebody else.
    :raises ReportNotEditable: if it was sent.
    :raises DraftConflict: if another tab wrote one of the fields after the form was made.
    :raises UnknownIndicator: if a figure is for an indicator of another plan.
    """
    report = locked_report(report_id)
    _require_writer(report.employee, by)
    if not report.is_editable:
        raise ReportNotEditable
    given = dict(zip(TEXTS, (achievements, obstacles, support_needed), strict=True))
    wanted: dict[str, Any] = {name: _clean(text) for name, text in given.items() if text is not None}
    stored: dict[str, Any] = {name: getattr(report, name) for name in wanted}
    rows = _lines_of(report, {*(lines or {}), *(notes or {})})
    for indicator_id, (value, note) in (lines or {}).items():
        if rows[indicator_id].indicator.source not in AUTOMATIC_SOURCES:
            wanted[f"value:{indicator_id}"] = value
            stored[f"value:{indicator_id}"] = rows[indicator_id].realization
        wanted[f"note:{indicator_id}"] = _clean(note)
    for indicator_id, note in (notes or {}).items():
        wanted[f"note:{indicator_id}"] = _clean(note)
    stored |= {key: rows[int(key[5:])].note for key in wanted if key.startswith("note:")}
    changed = [key for key in wanted if wanted[key] != stored[key]]
    conflicts = [key for key in changed if report.written_in.get(key, 0) > revision]
    if conflicts:
        raise DraftConflict(report, conflicts)
    report.active_seconds = _active_seconds(report, at)
    report.draft_saved_at = at
    if changed:
        report.revision += 1
        report.written_in |= dict.fromkeys(changed, report.revision)
        for key in changed:
            if key in TEXTS:
                setattr(report, key, wanted[key])
            else:
                field, _colon, number = key.partition(":")
                row = rows[int(number)]
                setattr(row, "realization" if field == "value" else "note", wanted[key])
        ReportLine.objects.bulk_update(rows.values(), ["realization", "note"])
    report.save(update_fields=["active_seconds", "draft_saved_at", "revision", "written_in", *TEXTS])
    return report


@transaction.atomic
def look_at_text(*, report_id: int, by: Any, at: datetime) -> int:
    """Ask, while it can still be rewritten, about achievements that read like another report; return how many ask.

    :raises NotTheWriter, ReportNotEditable: see there.
    """
    report = locked_report(report_id)
    _require_writer(report.employee, by)
    if not report.is_editable:
        raise ReportNotEditable
    return len(vault.ask_about_text(report, at))


def _active_seconds(report: SelfReport, at: datetime) -> int | None:
    """Return the time spent on a draft so far: a pause longer than a sitting's gap is not counted."""
    if report.active_seconds is None or report.draft_saved_at is None:
        return report.active_seconds
    since = at - report.draft_saved_at
    return report.active_seconds + (int(since.total_seconds()) if timedelta(0) < since <= SITTING_GAP else 0)


def _clean(text: str) -> str:
    return text.replace("\r\n", "\n").strip()


def _lines_of(report: SelfReport, indicator_ids: set[int]) -> dict[int, ReportLine]:
    """Return the lines of some indicators; a line that is missing (the plan grew) is made."""
    rows = {row.indicator_id: row for row in report.lines.select_related("indicator")}
    absent = indicator_ids - set(rows)
    if absent:
        indicators = list(Indicator.objects.filter(result__skp=report.skp_id, pk__in=absent))
        if len(indicators) != len(absent):
            raise UnknownIndicator
        for indicator in indicators:
            rows[indicator.pk] = ReportLine.objects.create(report=report, indicator=indicator)
    return {indicator_id: rows[indicator_id] for indicator_id in indicator_ids}


def refresh_drafts(*, skp: Skp, days: Sequence[Any]) -> None:
    """Let the drafts that cover some days follow changed progress entries."""
    for report in SelfReport.objects.filter(
        skp=skp,
        status__in=[ReportStatus.DRAFT.value, ReportStatus.RETURNED.value],
        period__starts_on__lte=max(days),
        period__ends_on__gte=min(days),
    ).select_related("skp__unit__government", "period__cycle__government"):
        _refresh(report)


def _refresh(report: SelfReport) -> None:
    """Fetch the figures anew; a figure the writer changed by hand stays, one they left alone follows."""
    lines = {row.indicator_id: row for row in report.lines.all()}
    indicators = list(Indicator.objects.filter(result__skp=report.skp_id))
    found = reporting.found_values(report.skp, report.period, indicators)
    changed = []
    for indicator in indicators:
        line = lines.get(indicator.pk) or ReportLine(report=report, indicator=indicator)
        value = found[indicator.pk].value
        automatic = indicator.source in AUTOMATIC_SOURCES
        untouched = line.realization == line.prefilled
        before = (line.realization, line.prefilled)
        if automatic or untouched:
            line.realization = value
        line.prefilled = value
        if line.pk is None or before != (line.realization, line.prefilled):
            changed.append(line)
    new = [line for line in changed if line.pk is None]
    ReportLine.objects.bulk_create(new)
    ReportLine.objects.bulk_update(
        [line for line in changed if line not in new], ["realization", "prefilled"]
    )


# --- sending


@transaction.atomic
def submit_report(*, report_id: int, by: Any, at: datetime) -> SelfReport:
    """Send a report: what is written now is kept as a version, under the number of the first sending.

    A report that came back from the supervisor keeps its earlier punctuality; one taken back by its writer does not.

    :raises NotTheWriter: if `by` is somebody else.
    :raises TransitionNotAllowed: if it was sent already.
    :raises CannotReportNow: if the period does not take reports any more.
    :raises ReportIncomplete: if something blocking is missing.
    """
    report = locked_report(report_id)
    _require_writer(report.employee, by)
    was_returned = report.status == ReportStatus.RETURNED.value
    status = next_status(ReportStatus(report.status), ReportAction.SUBMIT)
    state = reporting.sending(report.period, report.skp, at)
    if not state.is_possible and not (was_returned and state is Sending.CLOSED):
        raise CannotReportNow(state)
    _refresh(report)
    report = locked_report(report_id)
    full = reporting.whole(SelfReport.objects.filter(pk=report_id)).get()
    rows = reporting.line_rows(full)
    blocking = [row for row in reporting.problems_of(full, rows, []) if row.is_blocking]
    if blocking:
        raise ReportIncomplete(blocking)
    log = reporting.log_text(report)
    vault.fingerprint(report, log)
    vault.ask_about_files(report, full.files, at)  # type: ignore[attr-defined]
    vault.ask_about_text(report, at)
    vault.ask_about_log(report, log, at)
    scope = report.period.cycle.government.code
    report.status = status.value
    report.version += 1
    report.active_seconds = _active_seconds(report, at)
    report.submitted_at = at
    report.is_late = report.is_late if was_returned else at > report.period.closes_at
    if report.number is None:
        report.number = sequences.receipt_number("LK", scope, report.period.cycle.year)
    report.decided_at = report.decided_by = report.decided_on_behalf_of = None
    report.decision_note = ""
    report.review_started_at = None
    report.save()
    content = _content(report, full, rows)
    ReportVersion.objects.create(report=report, version=report.version, content=content, submitted_at=at)
    _decide(report, ReportAction.SUBMIT, by, at, is_late=report.is_late, number=report.number)
    notify.send(
        _appraiser_user(report, at),
        _SENT,
        url=reverse("assessments:review-detail", args=[report.pk]),
        key=f"report-sent:{report.pk}:{report.version}",
        name=report.employee.full_name,
        **days_of(report.period),
    )
    _bump(report, at)
    _prepare_again(report)
    return report


def _content(
    report: SelfReport,
    full: SelfReport,
    rows: Sequence[reporting.LineRow],
) -> dict[str, Any]:
    period = report.period
    questions = evidence_vault.questions_of(report)
    reused = {row.evidence_id for row in questions if row.kind == QuestionKind.SAME_FILE}
    results: dict[int, dict[str, Any]] = {
        result.pk: {"id": result.pk, "kind": result.kind, "text": result.text, "indicators": []}
        for result in full.skp.planned  # type: ignore[attr-defined]
    }
    for row in rows:
        indicator = row.indicator
        results[row.result.pk]["indicators"].append(
            {
                "id": indicator.pk,
                "text": indicator.text,
                "aspect": indicator.aspect,
                "measure": indicator.measure,
                "direction": indicator.direction,
                "source": indicator.source,
                "target": _number(row.target),
                "plan_target": _number(indicator.target),
                "realization": _number(row.value),
                "prefilled": _number(row.prefilled),
                "entries": row.found.entries,
                "reports": row.found.reports,
                "answers": row.found.answers,
                "note": row.note,
            }
        )
    return {
        "schema": SCHEMA,
        "number": report.number,
        "version": report.version,
        "submitted_at": report.submitted_at.isoformat() if report.submitted_at else None,
        "is_late": report.is_late,
        "period": {
            "id": period.pk,
            "kind": period.kind,
            "number": period.number,
            "year": period.cycle.year,
            "starts_on": period.starts_on.isoformat(),
            "ends_on": period.ends_on.isoformat(),
        },
        "skp": report.skp_id,
        "results": list(results.values()),
        "achievements": report.achievements,
        "obstacles": report.obstacles,
        "support_needed": report.support_needed,
        "evidence": [
            {
                "id": item.pk,
                "name": item.name,
                "result_id": item.result_id,
                "sha256": item.file.sha256,
                "size": item.file.size,
                "content_type": item.file.content_type,
                "reused": item.pk in reused,
            }
            for item in full.files  # type: ignore[attr-defined]
        ],
        "questions": [
            {
                "evidence_id": row.evidence_id,
                "kind": row.kind,
                "is_own": row.is_own,
                "day": row.day.isoformat() if row.day else None,
                "answer": row.answer,
            }
            for row in questions
        ],
        "progress_entries": reporting.progress_of(report).count(),
    }


def _number(value: Decimal | None) -> str | None:
    if value is None:
        return None
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


@transaction.atomic
def recall_report(*, report_id: int, by: Any, at: datetime) -> SelfReport:
    """Take a report back that nobody has decided on, to change it and send it again.

    :raises NotTheWriter: if `by` is somebody else.
    :raises TransitionNotAllowed: if it is not waiting for its review.
    :raises ReviewStarted: if the reviewer has judged a piece of it already.
    :raises CannotReportNow: if it could not be sent again.
    """
    report = locked_report(report_id)
    _require_writer(report.employee, by)
    status = next_status(ReportStatus(report.status), ReportAction.RECALL)
    if report.review_started_at is not None:
        raise ReviewStarted
    state = reporting.sending(report.period, report.skp, at)
    if not state.is_possible:
        raise CannotReportNow(state)
    report.status = status.value
    report.save(update_fields=["status"])
    _decide(report, ReportAction.RECALL, by, at)
    notify.send(
        _appraiser_user(report, at),
        _RECALLED,
        url=reverse("assessments:review-detail", args=[report.pk]),
        name=report.employee.full_name,
        **days_of(report.period),
    )
    _bump(report, at)
    _prepare_again(report)
    return report


# --- reviewing


@transaction.atomic
def return_report(
    *, report_id: int, note: str, by: Any, at: datetime, version: int | None = None
) -> SelfReport:
    """Give a report back with a note that says what to improve. `version` is the one that was read.

    :raises OwnReport: if it is one's own.
    :raises NoteMissing: if the note is blank.
    :raises ReportChanged: if another version was sent meanwhile.
    :raises TransitionNotAllowed: if it is not waiting for its review.
    """
    if not note.strip():
        raise NoteMissing
    report = _review(report_id, ReportAction.RETURN, note, by, at, version)
    notify.send(
        report.employee.user,
        _RETURNED,
        url=reverse("assessments:report-detail", args=[report.pk]),
        **days_of(report.period),
    )
    _prepare_again(report)
    return report


@transaction.atomic
def accept_report(
    *, report_id: int, by: Any, at: datetime, note: str = "", version: int | None = None
) -> SelfReport:
    """Accept a report as it was read, perhaps with a word.

    :raises OwnReport: if it is one's own.
    :raises ReportChanged: if another version was sent meanwhile.
    :raises TransitionNotAllowed: if it is not waiting for its review.
    """
    report = _review(report_id, ReportAction.ACCEPT, note, by, at, version)
    notify.send(
        report.employee.user,
        _ACCEPTED,
        url=reverse("assessments:report-detail", args=[report.pk]),
        **days_of(report.period),
    )
    _prepare_again(report)
    return report


def _review(
    report_id: int, action: ReportAction, note: str, by: Any, at: datetime, version: int | None
) -> SelfReport:
    report = locked_report(report_id)
    if is_written_by(report.employee, by):
        raise OwnReport
    status = next_status(ReportStatus(report.status), action)
    if version is not None and version != report.version:
        raise ReportChanged
    report.status = status.value
    report.decided_at = at
    report.decided_by = employee_behind(by)
    report.decided_on_behalf_of = lender_behind(report.employee, by, at)
    report.decision_note = _clean(note)
    report.save(update_fields=["status", "decided_at", "decided_by", "decided_on_behalf_of", "decision_note"])
    _decide(report, action, by, at, note=report.decision_note)
    review_events.decided(report=report, action=action.value, note=report.decision_note, by=by, at=at)
    _bump(report, at)
    return report


# --- shared


def locked_report(report_id: int) -> SelfReport:
    return (
        SelfReport.objects.select_for_update(of=("self",))
        .select_related(
            "employee__user", "skp__unit__government", "skp__appraiser__user", "period__cycle__government"
        )
        .get(pk=report_id)
    )


def is_written_by(employee: Employee, by: Any) -> bool:
    acting = employee_behind(by)
    if acting is not None:
        return acting.pk == employee.pk
    return by is not None and employee.user_id is not None and getattr(by, "pk", None) == employee.user_id


def _require_writer(employee: Employee, by: Any) -> None:
    if not is_written_by(employee, by):
        raise NotTheWriter


def _decide(
    report: SelfReport, action: ReportAction, by: Any, at: datetime, *, note: str = "", **data: Any
) -> None:
    """Keep what happened for the people, and in the audit chain for everybody."""
    lender = report.decided_on_behalf_of
    ReportDecision.objects.create(
        report=report,
        version=report.version,
        action=action.value,
        note=note,
        by=employee_behind(by),
        on_behalf_of=lender,
        at=at,
    )
    if lender is not None:
        data["on_behalf_of"] = lender.pk
    past = {"submit": "submitted", "recall": "recalled", "return": "returned", "accept": "accepted"}
    audit.record(
        f"assessments.report.{past[action.value]}",
        target=report,
        by=account_of(by),
        scope=report.period.cycle.government.code,
        at=at,
        version=report.version,
        **data,
    )


def _appraiser(report: SelfReport, at: datetime) -> Employee | None:
    day = local_date(at, report.period.cycle.government.timezone)
    link = people.appraiser_link_on(report.employee, day)
    return link.appraiser if link else report.skp.appraiser


def _supervisor(report: SelfReport, at: datetime) -> Employee | None:
    """Return who reviews: the one who supervises on loan, else the appraiser."""
    day = local_date(at, report.period.cycle.government.timezone)
    loan = people.loan_on(report.employee, day)
    return loan.holder if loan is not None else _appraiser(report, at)


def _appraiser_user(report: SelfReport, at: datetime) -> Any:
    supervisor = _supervisor(report, at)
    return supervisor.user if supervisor else None


def _bump(report: SelfReport, at: datetime) -> None:
    concerned = (report.employee, _appraiser(report, at), _supervisor(report, at))
    stamps.bump(*stamp_names(*concerned), *screens.of_unit(report.skp.unit))


def days_of(period: Period) -> dict[str, str]:
    """Return the days of a period for the words of a message."""
    return {"starts_on": f"{period.starts_on:%d/%m/%Y}", "ends_on": f"{period.ends_on:%d/%m/%Y}"}


def _prepare_again(report: SelfReport) -> None:
    """A report that changes after the closing: the evaluation that waits for ratings gets its figures anew.

    Also while the closing is at work: whether it is closed is asked with a lock (`status_held`), and its evaluation
    may be there in a moment, so only one that is rated is not asked for.
    """
    period = report.period
    yearly.follow_period(
        employee_id=report.employee_id,
        period=period,
        mark=f"report:{report.pk}:{report.version}:{report.status}",
    )
    if yearly.status_held(period) != PeriodStatus.CLOSED:
        return
    done = Evaluation.objects.filter(skp=report.skp_id, period=period).exclude(
        status=EvaluationStatusChoices.PREPARED
    )
    if not done.exists():
        jobs.enqueue(
            "assessments.prepare_unit",
            scope=period.cycle.government.code,
            key=f"prepare:{period.pk}:{report.skp.unit_id}:report:{report.pk}:{report.version}:{report.status}",
            period_id=period.pk,
            unit_id=report.skp.unit_id,
            skp_id=report.skp_id,
        )

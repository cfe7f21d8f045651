"""Reports accepted together, and the way back: the same rows, history and audit entries as one by one.

What may be accepted together is decided by whoever calls (supervision): here each report only has to wait for its
review in the version that was meant. Never ratings.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_noop

from apps.core import audit, notify, stamps
from apps.core.localtime import local_date
from apps.employees import screens
from apps.employees.models import Employee
from apps.employees.selectors import loans_of

from ..labels import EvaluationStatusChoices
from ..models import Evaluation, ReportDecision, SelfReport
from ..rules.report_lifecycle import ReportAction, ReportStatus, allowed_actions, next_status
from .actors import account_of, employee_behind, stamp_names
from .reports import days_of, is_written_by

__all__ = ["accept_reports", "reopen_reports"]

ACCEPTED, OWN, DECIDED, CHANGED = "accepted", "own", "decided", "resent"
REOPENED, RATED, MOVED_ON = "reopened", "rated", "changed"

_ACCEPTED = gettext_noop(
    "Your report for %(starts_on)s to %(ends_on)s was accepted together with others, after a random check."
)
_REOPENED = gettext_noop(
    "Your report for %(starts_on)s to %(ends_on)s waits for its review again: the acceptance was taken back."
)


@transaction.atomic
def accept_reports(*, versions: Mapping[int, int], note: str, by: Any, at: datetime) -> dict[int, str]:
    """Accept reports in the versions that were meant; return per report `accepted`, or why it was left as it is.

    `own`: written by whoever accepts; `decided`: not waiting any more; `resent`: another version is there now.
    """
    outcomes: dict[int, str] = dict.fromkeys(versions, DECIDED)
    accepted = []
    for report in _locked(versions):
        if is_written_by(report.employee, by):
            outcomes[report.pk] = OWN
        elif report.version != versions[report.pk]:
            outcomes[report.pk] = CHANGED
        elif ReportAction.ACCEPT in allowed_actions(ReportStatus(report.status)):
            report.status = next_status(ReportStatus(report.status), ReportAction.ACCEPT).value
            accepted.append(report)
            outcomes[report.pk] = ACCEPTED
    acting, lenders = employee_behind(by), _lenders(accepted, by, at)
    for report in accepted:
        report.decided_at, report.decided_by, report.decision_note = at, acting, note
        report.decided_on_behalf_of = lenders.get(report.employee_id)
    _save(accepted, ReportAction.ACCEPT, _ACCEPTED, note, by, at)
    return outcomes


@transaction.atomic
def reopen_reports(*, versions: Mapping[int, int], by: Any, at: datetime) -> dict[int, str]:
    """Take back that reports were accepted together; return per report `reopened`, or why it stays as it is.

    `rated`: the evaluation of this plan and period is rated, so the report was used; `changed`: it is not accepted
    in this version any more.
    """
    outcomes: dict[int, str] = dict.fromkeys(versions, MOVED_ON)
    rows = list(_locked(versions))
    rated = set(
        Evaluation.objects.filter(
            skp__in={row.skp_id for row in rows}, period__in={row.period_id for row in rows}
        )
        .exclude(status=EvaluationStatusChoices.PREPARED)
        .values_list("skp", "period")
    )
    reopened = []
    for report in rows:
        if report.version != versions[report.pk]:
            continue
        if ReportAction.REOPEN not in allowed_actions(ReportStatus(report.status)):
            continue
        if (report.skp_id, report.period_id) in rated:
            outcomes[report.pk] = RATED
            continue
        report.status = next_status(ReportStatus(report.status), ReportAction.REOPEN).value
        report.decided_at = report.decided_by = report.decided_on_behalf_of = None
        report.decision_note = ""
        reopened.append(report)
        outcomes[report.pk] = REOPENED
    _save(reopened, ReportAction.REOPEN, _REOPENED, "", by, at)
    return outcomes


def _locked(ids: Collection[int]) -> QuerySet[SelfReport]:
    return (
        SelfReport.objects.select_for_update(of=("self",))
        .select_related("employee__user", "skp__appraiser", "skp__unit", "period__cycle__government")
        .filter(pk__in=list(ids))
        .order_by("pk")
    )


def _lenders(reports: Iterable[SelfReport], by: Any, at: datetime) -> dict[int, Employee]:
    """Return for whom somebody acts on loan, by employee."""
    acting = employee_behind(by)
    if acting is None:
        return {}
    loans = loans_of([row.employee_id for row in reports], local_date(at, acting.government.timezone))
    return {pk: loan.lender for pk, loan in loans.items() if loan.holder_id == acting.pk}


def _save(
    reports: list[SelfReport], action: ReportAction, sentence: str, note: str, by: Any, at: datetime
) -> None:
    """Write the rows, keep what happened for the people and in the audit chain, and tell the writers."""
    if not reports:
        return
    SelfReport.objects.bulk_update(
        reports,
        ["status", "decided_at", "decided_by", "decided_on_behalf_of", "decision_note"],
        batch_size=500,
    )
    ReportDecision.objects.bulk_create(
        ReportDecision(
            report=report,
            version=report.version,
            action=action.value,
            note=note,
            by=employee_behind(by),
            on_behalf_of=report.decided_on_behalf_of,
            is_batch=True,
            at=at,
        )
        for report in reports
    )
    past = {ReportAction.ACCEPT: "accepted", ReportAction.REOPEN: "reopened"}[action]
    audit.record_many(
        audit.entry(
            f"assessments.report.{past}",
            target=report,
            by=account_of(by),
            scope=report.period.cycle.government.code,
            at=at,
            version=report.version,
            is_batch=True,
            **({"on_behalf_of": report.decided_on_behalf_of.pk} if report.decided_on_behalf_of else {}),
        )
        for report in reports
    )
    concerned: set[str] = set()
    for report in reports:
        notify.send(
            report.employee.user,
            sentence,
            url=reverse("assessments:report-detail", args=[report.pk]),
            **days_of(report.period),
        )
        concerned |= {
            *stamp_names(report.employee, report.skp.appraiser),
            *screens.of_unit(report.skp.unit),
        }
    stamps.bump(*concerned, *stamp_names(employee_behind(by)))

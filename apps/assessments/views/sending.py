"""Sending a report: everything once more, the button, taking it back, the receipt."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from apps.core import idempotency
from apps.core.held_forms import login_required
from apps.employees import selectors as people

from ..models import EvidenceQuestion, SelfReport
from ..report_texts import PROBLEM_TEXTS, TEXT_SECTIONS
from ..rules.report_problems import Problem, ReportProblem
from ..selectors import reporting, vault
from ..selectors.reporting import LineRow, Sending
from ..services import reports
from ..templatetags.reporting import origin, period_name, plain
from ..vault_texts import question_row
from .common import today_of
from .reports import can_send, own_report_or_refuse, report_or_404, whom_to_ask


@login_required
@require_GET
def report_check(request: HttpRequest, report_id: int) -> HttpResponse:
    """Everything once more, with what is missing and a way to change each part."""
    report = own_report_or_refuse(request, report_id)
    if not report.is_editable:
        return redirect("assessments:report-detail", report_id=report.pk)
    return _check_page(request, report)


def _check_page(request: HttpRequest, report: SelfReport, status: int = 200) -> HttpResponse:
    rows = reporting.line_rows(report)
    questions = vault.questions_of(report)
    problems = [
        _worded(problem, report, rows, questions)
        for problem in reporting.problems_of(report, rows, questions)
    ]
    state = reporting.sending(report.period, report.skp, timezone.now())
    context = {
        "report": report,
        "zone": report.period.cycle.government.timezone,
        "state": state,
        "can_send": can_send(report, state),
        "whom": [] if can_send(report, state) else whom_to_ask(report.skp),
        "blocking": [problem for problem in problems if problem["is_blocking"]],
        "warnings": [problem for problem in problems if not problem["is_blocking"]],
        "figures": [_check_row(row, report) for row in rows],
        "texts": [
            {
                "label": words["short"],
                "value": getattr(report, words["name"]),
                "url": f"{reverse('assessments:report-section', args=[report.pk, section])}?dari=periksa",
            }
            for section, words in TEXT_SECTIONS.items()
        ],
        "evidence": [
            {
                "label": _("Evidence"),
                "value": "\n".join(item.name for item in report.files),  # type: ignore[attr-defined]
                "url": reverse("assessments:evidence-list", args=[report.pk]),
            }
        ],
    }
    return render(request, "assessments/reporting/report_check.html", context, status=status)


def _check_row(row: LineRow, report: SelfReport) -> dict[str, Any]:
    measure = row.indicator.measure
    value = plain(row.value)
    if value and row.target is not None:
        value = _("%(value)s of %(target)s %(measure)s") % {
            "value": value,
            "target": plain(row.target),
            "measure": measure,
        }
    if not value and row.is_automatic:
        value = _("No figure yet")
    notes = [text for text in (value, "" if row.own_value else origin(row), row.note) if text]
    address = reverse("assessments:report-section", args=[report.pk, "realisasi"])
    return {
        "label": row.indicator.text,
        "value": "\n".join(notes),
        "url": f"{address}?dari=periksa#baris-{row.indicator.pk}",
    }


def _worded(
    problem: Problem, report: SelfReport, rows: Sequence[LineRow], questions: Sequence[EvidenceQuestion]
) -> dict[str, Any]:
    kind, _colon, pk = problem.where.partition(":")
    what, url = "", ""
    if kind == "indicator":
        row = next(row for row in rows if row.indicator.pk == int(pk))
        what = row.indicator.text
        url = (
            f"{reverse('assessments:report-section', args=[report.pk, 'realisasi'])}?dari=periksa#baris-{pk}"
        )
        if problem.code is ReportProblem.NO_COUNTED_ENTRIES:
            url = f"{reverse('assessments:progress-quick')}?indikator={pk}"
    elif kind == "question":
        asked = question_row(next(row for row in questions if str(row.pk) == pk))
        what, url = asked["text"], asked["url"]
    elif kind == "bukti":
        url = reverse("assessments:evidence-list", args=[report.pk])
    else:
        url = f"{reverse('assessments:report-section', args=[report.pk, kind])}?dari=periksa"
    text = PROBLEM_TEXTS[problem.code] % {"what": what}
    return {"text": text, "url": url, "is_blocking": problem.is_blocking, "code": problem.code.value}


@login_required
@require_POST
def report_submit(request: HttpRequest, report_id: int) -> HttpResponse:
    """Send the report; a second click ends on the same receipt."""
    report = own_report_or_refuse(request, report_id)
    receipt = reverse("assessments:report-receipt", args=[report.pk])
    try:
        with idempotency.once(request, "assessments.report") as once:
            if once.is_replay:
                return redirect(once.location or receipt)
            reports.submit_report(report_id=report.pk, by=report.employee, at=timezone.now())
            once.location = receipt
    except reports.TransitionNotAllowed:
        messages.info(request, _("This report was sent already. Nothing was sent twice."))
        return redirect(receipt)
    except (reports.ReportIncomplete, reports.CannotReportNow):
        return _check_page(request, report_or_404(request, report.pk), status=422)
    return redirect(receipt)


@login_required
@require_POST
def report_recall(request: HttpRequest, report_id: int) -> HttpResponse:
    """Take a sent report back, after a question, as long as nobody has reviewed it."""
    report = own_report_or_refuse(request, report_id)
    state = reporting.sending(report.period, report.skp, timezone.now())
    asks = report.status == "submitted" and report.review_started_at is None
    if not request.POST.get("confirmed") and asks:
        return render(
            request,
            "assessments/reporting/report_recall.html",
            {"report": report, "is_late": state is Sending.LATE},
        )
    try:
        reports.recall_report(report_id=report.pk, by=report.employee, at=timezone.now())
    except reports.ReviewStarted:
        messages.warning(
            request,
            _(
                "Your supervisor has begun to review the report, so it cannot be taken back. "
                "Ask for it to be returned to you. Nothing was changed."
            ),
        )
    except reports.TransitionNotAllowed:
        messages.warning(
            request, _("The report was reviewed meanwhile, so it cannot be taken back. Nothing was changed.")
        )
    except reports.CannotReportNow:
        messages.warning(
            request, _("The report cannot be taken back: it could not be sent again. Nothing was changed.")
        )
    else:
        messages.success(request, _("The report is yours again. Change it and send it once more."))
    return redirect("assessments:report-detail", report_id=report.pk)


@login_required
@require_GET
def report_receipt(request: HttpRequest, report_id: int) -> HttpResponse:
    """The proof that a report was sent; can be kept as a bookmark."""
    report = own_report_or_refuse(request, report_id)
    if report.version == 0:
        return redirect("assessments:report-detail", report_id=report.pk)
    supervisor = people.supervisor_of(report.employee, today_of(report.period.cycle.government))
    appraiser = supervisor.full_name if supervisor else report.skp.appraiser_name
    context = {
        "report": report,
        "zone": report.period.cycle.government.timezone,
        "title": _("Your report on %(period)s has been sent") % {"period": period_name(report.period)},
        "next_steps": _next_steps(report, appraiser),
    }
    return render(request, "assessments/reporting/report_receipt.html", context)


def _next_steps(report: SelfReport, appraiser: str) -> list[str]:
    if report.status == "accepted":
        return [_("%(name)s has reviewed and accepted it.") % {"name": appraiser}]
    if report.is_editable:
        return [_("It is yours again: change it and send it once more.")]
    return [
        _("%(name)s reads it and accepts it, or returns it with a note.")
        % {"name": appraiser or _("Your supervisor")},
        _("You get a notification here either way."),
        _("Until it is reviewed you can take it back and change it."),
    ]

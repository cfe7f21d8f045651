"""The supervisor's side: my people's reports, one report on one page, accept or return."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from apps.core import idempotency
from apps.core.held_forms import login_required
from apps.employees import selectors as people
from apps.employees.labels import RecordPart
from apps.employees.models import Employee
from apps.employees.services import record_views

from ..forms.reporting import AcceptForm, ReturnForm
from ..models import Period, SelfReport
from ..permissions import is_writer, may_give_feedback, may_review, require
from ..selectors import reporting, vault
from ..services import reports, review_events
from ..vault_texts import question_row
from .common import PAGE_SIZE, actor, today_of
from .reports import events_of, evidence_rows

# --- my people's reports


@login_required
@require_GET
def review_list(request: HttpRequest) -> HttpResponse:
    """Where everybody's report of a period stands."""
    government = people.government_of(request.user)
    if government is None:
        raise PermissionDenied
    now = timezone.now()
    today = today_of(government)
    periods = reporting.periods_to_review(government, now)
    period = _chosen_period(request, periods)
    direct = Employee.objects.supervised_by(request.user, on=today)
    everybody = request.GET.get("lingkup") == "semua"
    visible = Employee.objects.visible_to(request.user, on=today).exclude(user=request.user)
    context: dict[str, Any] = {
        "periods": periods,
        "period": period,
        "everybody": everybody,
        "zone": government.timezone,
        "today": today,
        "q": request.GET.get("q", "").strip()[:100],
    }
    if period is not None:
        scope = visible if everybody else direct
        rows = reporting.people_with_reports(scope, period)
        if context["q"]:
            rows = rows.filter(name__icontains=context["q"])
        is_over = reporting.is_past(period, now)
        wanted = request.GET.get("status", "")
        counts = reporting.review_counts(rows, is_over=is_over)
        page = Paginator(reporting.filter_people(rows, wanted, is_over=is_over), PAGE_SIZE).get_page(
            request.GET.get("page")
        )
        context |= {
            "page": page,
            "counts": counts,
            "is_over": is_over,
            "tabs": _tabs(request, counts, wanted),
            "sent": counts["menunggu"] + counts["diterima"] + counts["dikembalikan"],
        }
        loans = people.loans_of([person.pk for person in page.object_list], today)
        for person in page.object_list:
            person.loan = loans.get(person.pk)  # type: ignore[attr-defined]
    return render(request, "assessments/reporting/review_list.html", context)


def _chosen_period(request: HttpRequest, periods: list[Period]) -> Period | None:
    """Return the period asked for; else the one whose closing is nearest, before or after today."""
    wanted = request.GET.get("periode", "")
    for period in periods:
        if str(period.pk) == wanted:
            return period
    now = timezone.now()
    periodic = [period for period in periods if period.kind == "periodic"] or periods
    return min(periodic, key=lambda period: abs(period.closes_at - now), default=None)


def _tabs(request: HttpRequest, counts: dict[str, int], wanted: str) -> list[dict[str, Any]]:
    labels = [
        ("", "semua", _("All")),
        ("menunggu", "menunggu", _("To review")),
        ("belum", "belum", _("Not sent")),
        ("dikembalikan", "dikembalikan", _("Returned")),
        ("diterima", "diterima", _("Accepted")),
        ("terlambat", "terlambat", _("Late")),
    ]
    tabs = []
    for value, key, label in labels:
        query = request.GET.copy()
        query.pop("page", None)
        query.pop("status", None)
        if value:
            query["status"] = value
        tabs.append(
            {"label": label, "url": f"?{query.urlencode()}", "active": wanted == value, "count": counts[key]}
        )
    return tabs


# --- one report


def _report_or_404(request: HttpRequest, report_id: int) -> SelfReport:
    report: SelfReport = get_object_or_404(
        SelfReport.objects.visible_to(request.user).select_related(
            "employee__government",
            "skp__unit__government",
            "skp__appraiser",
            "period__cycle__government",
            "decided_by",
            "decided_on_behalf_of",
        ),
        pk=report_id,
    )
    if is_writer(request.user, report):
        raise PermissionDenied
    return report


@login_required
@require_GET
def review_detail(request: HttpRequest, report_id: int) -> HttpResponse:
    """What was sent, its evidence, the period before beside it, and the two ways to decide."""
    report = get_object_or_404(
        SelfReport.objects.visible_to(request.user).select_related("employee"), pk=report_id
    )
    if is_writer(request.user, report):
        return redirect("assessments:report-detail", report_id=report.pk)
    record_views.note(
        viewer=request.user, employee=report.employee, what=RecordPart.REPORT.value, at=timezone.now()
    )
    report = _report_or_404(request, report_id)
    notices = review_events.opened(report=report, by=actor(request), at=timezone.now())
    return _review_page(request, report, notices=notices)


def _typed_note(*forms: AcceptForm | ReturnForm | None) -> str:
    return next((form.cleaned_data["note"] for form in forms if form is not None), "")


def _review_page(
    request: HttpRequest,
    report: SelfReport,
    *,
    accept_form: AcceptForm | None = None,
    return_form: ReturnForm | None = None,
    is_stale: bool = False,
    notices: Sequence[review_events.Notice] = (),
    status: int = 200,
) -> HttpResponse:
    version = reporting.sent_version(report)
    previous = reporting.previous_sent(report)
    decidable = may_review(request.user, report)
    sent_evidence = version.content["evidence"] if version else []
    questions = vault.questions_of(report)
    known = vault.seen_by(request.user, questions)
    evidence = evidence_rows(sent_evidence, questions, is_own=False, known=known)
    context = {
        "report": report,
        "version": version,
        "previous": previous,
        "comparison": _side_by_side(version.content, previous.content) if version and previous else [],
        "events": events_of(report),
        "zone": report.period.cycle.government.timezone,
        "may_decide": decidable,
        "loan": people.loan_on(report.employee, today_of(report.employee.government)),
        "accept_form": accept_form or AcceptForm(auto_id="accept_%s"),
        "return_form": return_form or ReturnForm(auto_id="return_%s"),
        "is_stale": is_stale,
        # Where nothing can be decided any more there is no field left that would hold it.
        "kept_note": _typed_note(accept_form, return_form) if is_stale and not decidable else "",
        "notices": notices,
        "evidence": evidence,
        "verdicts": vault.verdict_counts(row["verdict"] for row in evidence if row["verdict"]),
        "text_questions": [
            question_row(row, is_own=False, is_known=row.pk in known)
            for row in questions
            if row.evidence_id is None
        ],
        "entries": reporting.progress_of(report)[:10] if not report.is_editable else [],
        "may_give_feedback": may_give_feedback(request.user, report.employee),
        "has_errors": status == 422,
    }
    return render(request, "assessments/reporting/review_detail.html", context, status=status)


def _side_by_side(now: dict[str, Any], before: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the figures of two versions beside each other, by indicator; and whether they differ (S9)."""
    earlier = {row["id"]: row for result in before["results"] for row in result["indicators"]}
    return [
        {
            "now": row,
            "before": earlier.get(row["id"]),
            "differs": (earlier.get(row["id"]) or {}).get("realization") != row["realization"],
        }
        for result in now["results"]
        for row in result["indicators"]
    ]


@login_required
@require_POST
def review_accept(request: HttpRequest, report_id: int) -> HttpResponse:
    """Accept the version that was read."""
    report = _report_or_404(request, report_id)
    form = AcceptForm(request.POST, auto_id="accept_%s")
    if not form.is_valid():
        require(may_review(request.user, report))
        return _review_page(request, report, accept_form=form, status=422)
    return _decide(request, report, "accept", form)


@login_required
@require_POST
def review_return(request: HttpRequest, report_id: int) -> HttpResponse:
    """Return the version that was read, with a note."""
    report = _report_or_404(request, report_id)
    form = ReturnForm(request.POST, auto_id="return_%s")
    if not form.is_valid():
        require(may_review(request.user, report))
        return _review_page(request, report, return_form=form, status=422)
    return _decide(request, report, "return", form)


def _decide(request: HttpRequest, report: SelfReport, action: str, form: Any) -> HttpResponse:
    version = request.POST.get("version", "")
    back = reverse("assessments:review-detail", args=[report.pk])
    shown = {"accept_form": form} if action == "accept" else {"return_form": form}
    try:
        with idempotency.once(request, f"assessments.report.{action}") as once:
            if once.is_replay:
                return redirect(once.location or back)
            require(report.status != "submitted" or may_review(request.user, report))
            verb = reports.accept_report if action == "accept" else reports.return_report
            verb(
                report_id=report.pk,
                by=actor(request),
                at=timezone.now(),
                note=form.cleaned_data["note"],
                version=int(version) if version.isdigit() else report.version,
            )
            once.location = back
    except (reports.ReportChanged, reports.TransitionNotAllowed):
        fresh = _report_or_404(request, report.pk)
        return _review_page(request, fresh, is_stale=True, status=409, **shown)
    done = _("Accepted. The writer was told.") if action == "accept" else _("Returned. The writer was told.")
    messages.success(request, done)
    return redirect(back)

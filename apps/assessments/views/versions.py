"""Two sent versions of a report beside each other: what changed, word by word."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from apps.core.held_forms import login_required
from apps.employees.labels import RecordPart
from apps.employees.services import record_views

from ..models import ReportVersion, SelfReport
from ..permissions import is_writer
from ..rules.version_diff import compare

TEXT_LABELS = {
    "achievements": gettext_lazy("Achievements"),
    "obstacles": gettext_lazy("Obstacles"),
    "support_needed": gettext_lazy("Support needed"),
}


@login_required
@require_GET
def report_versions(request: HttpRequest, report_id: int) -> HttpResponse:
    """What changed between two sent versions; the newest and the one before, unless others are asked for."""
    report = get_object_or_404(
        SelfReport.objects.visible_to(request.user).select_related(
            "employee", "period__cycle__government", "decided_by"
        ),
        pk=report_id,
    )
    record_views.note(
        viewer=request.user, employee=report.employee, what=RecordPart.REPORT.value, at=timezone.now()
    )
    versions = list(ReportVersion.objects.filter(report=report).order_by("version"))
    if not versions:
        raise Http404
    newest = versions[-1].version
    after = _chosen(request.GET.get("ke"), versions, newest)
    before = _chosen(request.GET.get("dari"), versions, max(after.version - 1, 1))
    context = {
        "report": report,
        "versions": versions,
        "before": before,
        "after": after,
        "comparison": compare(before.content, after.content) if before != after else None,
        "labels": TEXT_LABELS,
        "zone": report.period.cycle.government.timezone,
        "is_own": is_writer(request.user, report),
    }
    return render(request, "assessments/reporting/report_versions.html", context)


def _chosen(asked: str | None, versions: list[ReportVersion], default: int) -> ReportVersion:
    wanted = int(asked) if asked and asked.isdigit() else default
    return next(
        (row for row in versions if row.version == wanted),
        next(row for row in versions if row.version == default),
    )

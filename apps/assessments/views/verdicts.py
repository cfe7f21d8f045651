"""The reviewer looks at one file of a sent report and says what it is worth as evidence."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.core import held_forms
from apps.core.held_forms import login_required

from ..forms.vault import VerdictForm
from ..models import Evidence, SelfReport
from ..permissions import may_review, require, reviews
from ..selectors import reporting, vault
from ..services import verdicts
from ..vault_texts import question_row
from .common import actor


@login_required
def evidence_verdict(request: HttpRequest, evidence_id: int) -> HttpResponse:
    """One file, what was asked about it, and three answers; then the next file."""
    found: Evidence = get_object_or_404(
        Evidence.objects.select_related(
            "file",
            "result",
            "verdict_by",
            "report__employee__user",
            "report__employee__government",
            "report__period__cycle__government",
            "report__skp__unit__government",
            "report__skp__appraiser",
        ),
        pk=evidence_id,
        report__in=SelfReport.objects.visible_to(request.user),
    )
    report = found.report
    version = reporting.sent_version(report)
    sent = [item["id"] for item in version.content["evidence"]] if version else []
    if found.pk not in sent:
        raise Http404
    require(reviews(request.user, report))
    data = request.POST if request.method == "POST" else held_forms.take(request)
    form = VerdictForm(data, initial={"verdict": found.verdict, "note": found.verdict_note})
    if request.method == "POST":
        require(report.status != "submitted" or may_review(request.user, report))
        if form.is_valid():
            try:
                verdicts.judge_evidence(
                    evidence_id=found.pk,
                    verdict=form.cleaned_data["verdict"],
                    note=form.cleaned_data["note"],
                    by=actor(request),
                    at=timezone.now(),
                )
            except verdicts.NotUnderReview:
                messages.warning(
                    request, _("The report does not wait for your review any more. Nothing was changed.")
                )
                return redirect("assessments:review-detail", report_id=report.pk)
            following = vault.to_judge(report, sent).exclude(pk=found.pk).first()
            if following is not None:
                messages.success(request, _("Noted: %(name)s. Here is the next file.") % {"name": found.name})
                return redirect("assessments:evidence-verdict", evidence_id=following.pk)
            messages.success(request, _("Noted: %(name)s. That was the last file.") % {"name": found.name})
            return redirect("assessments:review-detail", report_id=report.pk)
    questions = [row for row in vault.questions_of(report) if row.evidence_id == found.pk]
    known = vault.seen_by(request.user, questions)
    context = {
        "item": found,
        "report": report,
        "form": form,
        "is_image": found.file.content_type.startswith("image/"),
        "place": sent.index(found.pk) + 1,
        "all": len(sent),
        "may_judge": may_review(request.user, report),
        "questions": [question_row(row, is_own=False, is_known=row.pk in known) for row in questions],
        "zone": report.period.cycle.government.timezone,
    }
    status = 422 if form.is_bound and request.method == "POST" else 200
    return render(request, "assessments/reporting/evidence_verdict.html", context, status=status)

"""A report for everybody's eyes: an officer who does not lead the unit writes or checks the words (sheet 3.2)."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.core import held_forms
from apps.core.held_forms import login_required

from .. import permissions
from ..forms import PublishForm
from ..models import Complaint, ComplaintRedaction
from ..rules.redaction import redact
from ..services import complaints


@login_required
def publish(request: HttpRequest, pk: int) -> HttpResponse:
    """Release a report in checked words, change them, or take it out again."""
    complaint = get_object_or_404(
        Complaint.objects.visible_to(request.user).select_related("government", "unit"), pk=pk
    )
    if not permissions.may_reject(request.user, complaint):
        raise PermissionDenied
    if not Complaint.objects.visible_to(request.user).listed().filter(pk=complaint.pk).exists():
        messages.info(
            request,
            _("Secret reports, suspected wrongdoing and suspected spam are never shown to the public."),
        )
        return redirect("feedback:complaint-detail", pk=complaint.pk)
    if request.method == "POST" and "withdraw" in request.POST:
        complaints.unpublish(complaint_id=complaint.pk, by=request.user, at=timezone.now())
        messages.success(request, _("The report is no longer shown to the public."))
        return redirect("feedback:complaint-detail", pk=complaint.pk)
    if request.method == "POST":
        form = PublishForm(request.POST)
        if form.is_valid():
            complaints.publish(
                complaint_id=complaint.pk,
                subject=form.cleaned_data["subject"],
                text=form.cleaned_data["text"],
                by=request.user,
                at=timezone.now(),
            )
            messages.success(request, _("Everybody can read this report now, in these words only."))
            return redirect("feedback:complaint-detail", pk=complaint.pk)
    else:
        held = held_forms.take(request)
        form = PublishForm(held) if held is not None else PublishForm(initial=_first_words(complaint))
    return render(
        request,
        "feedback/complaint_publish.html",
        {"form": form, "complaint": complaint},
        status=422 if request.method == "POST" else 200,
    )


def _first_words(complaint: Complaint) -> dict[str, str]:
    """Return what the form begins with: what was released before, else the newest redaction, else the redacted text."""
    if complaint.public_subject:
        return {"subject": complaint.public_subject, "text": complaint.public_text}
    newest = ComplaintRedaction.objects.filter(complaint=complaint, event=None).order_by("-version").first()
    if newest is not None:
        return {"subject": newest.subject, "text": newest.text}
    return {"subject": redact(complaint.subject), "text": redact(complaint.body)}

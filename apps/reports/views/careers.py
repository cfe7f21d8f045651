"""The career file as PDF: for the person, and for whoever may open its page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_GET

from apps.core.held_forms import login_required
from apps.core.localtime import local_date
from apps.employees.labels import RecordPart
from apps.employees.models import Employee
from apps.employees.permissions import require
from apps.employees.services import record_views
from apps.supervision.permissions import keeps_careers, sees_career

from ..rendering import pdf
from ..selectors.career import career_document


@login_required
@require_GET
def career_download(request: HttpRequest, employee_id: int) -> HttpResponse:
    """The verified facts about a person as of today; made for each reader and kept nowhere."""
    employee = get_object_or_404(
        Employee.objects.visible_to(request.user).select_related("government", "user"), pk=employee_id
    )
    now = timezone.now()
    today = local_date(now, employee.government.timezone)
    require(sees_career(request.user, employee, today))
    is_own = employee.user_id == request.user.pk
    facts = career_document(
        employee, today, names_decrees=is_own or keeps_careers(request.user, employee, today)
    )
    record_views.note(viewer=request.user, employee=employee, what=RecordPart.PERSON.value, at=now)
    # No name and no NIP: file names travel further than files.
    name = f"riwayat-karier-{today:%Y-%m-%d}.pdf"
    return HttpResponse(
        pdf.render(facts),
        content_type="application/pdf",
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "Cache-Control": "private, no-store",
            "X-Content-Type-Options": "nosniff",
        },
    )

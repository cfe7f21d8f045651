"""What happens to people's data, and how usable these pages are."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from apps.core import policy
from apps.core.localtime import local_date
from apps.employees.models import Government

from ..labels import RETENTION_LABELS
from ..rules.retention import RETENTION, days_kept
from .frame import public_page


def _government(request: HttpRequest) -> Government | None:
    return Government.objects.filter(code=request.GET.get("pemerintah", "")).first()


@require_GET
def privacy(request: HttpRequest) -> HttpResponse:
    """Who keeps what, why, how long, and what one can demand (UU 27/2022); numbers from the rules that run."""
    government = _government(request)
    scope = government.code if government else ""
    today = local_date(timezone.now(), government.timezone) if government else timezone.now().date()
    controller = policy.get("feedback.controller", on=today, scope=scope)
    table = policy.get("feedback.retention_days", on=today, scope=scope)
    context = {
        "delay": policy.get("feedback.remark_delay_days", on=today, scope=scope),
        "minimum": policy.get("feedback.minimum_answers", on=today, scope=scope),
        "hours": policy.get("feedback.rights_hours", on=today, scope=scope),
        "controller": {name: str(controller.get(name, "")) for name in ("name", "office", "contact")},
        "kept": [
            {"label": RETENTION_LABELS[rule.code], "days": days_kept(rule.code, table)} for rule in RETENTION
        ],
    }
    return public_page(request, "feedback/privacy.html", context, government=government)


@require_GET
def accessibility(request: HttpRequest) -> HttpResponse:
    """What works, what does not yet, and whom to tell."""
    return public_page(request, "feedback/accessibility.html", {}, government=_government(request))

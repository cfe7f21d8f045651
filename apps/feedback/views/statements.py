"""What happens to people's data, and how usable these pages are."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from apps.core import policy
from apps.employees.models import Government

from .frame import public_page


def _government(request: HttpRequest) -> Government | None:
    return Government.objects.filter(code=request.GET.get("pemerintah", "")).first()


@require_GET
def privacy(request: HttpRequest) -> HttpResponse:
    """Who keeps what, why, how long, and what one can demand (UU 27/2022)."""
    government = _government(request)
    scope = government.code if government else ""
    delay = policy.get("feedback.remark_delay_days", on=timezone.now().date(), scope=scope)
    return public_page(request, "feedback/privacy.html", {"delay": delay}, government=government)


@require_GET
def accessibility(request: HttpRequest) -> HttpResponse:
    """What works, what does not yet, and whom to tell."""
    return public_page(request, "feedback/accessibility.html", {}, government=_government(request))

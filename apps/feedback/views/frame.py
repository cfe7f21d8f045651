"""What the public pages share: whose site it is, and what looks automatic."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from apps.core import policy
from apps.core.localtime import local_date
from apps.employees.models import Government

from ..forms import PublicForm
from ..services import arrivals


def public_page(
    request: HttpRequest,
    template: str,
    context: dict[str, Any],
    *,
    government: Government | None = None,
    status: int = 200,
) -> HttpResponse:
    """Render a page for citizens in the frame of a government."""
    request.public_government = government  # type: ignore[attr-defined]
    context = {
        "government": government,
        "public_home_url": reverse("feedback:service-list"),
        **context,
    }
    return render(request, template, context, status=status)


def client_address(request: HttpRequest) -> str:
    """Return the address of the browser; behind our own proxy, the one that it names last."""
    if getattr(settings, "SECURE_PROXY_SSL_HEADER", None):
        return request.headers.get("X-Forwarded-For", "").split(",")[-1].strip()
    return request.META.get("REMOTE_ADDR", "")


def is_suspicious(
    request: HttpRequest, form: PublicForm, government: Government, *, bucket: str, now: datetime
) -> bool:
    """Tell whether a report should wait for a person: too fast, trapped, or too many at once. Ratings are
    looked at by `arrivals.look`; both count networks alike, in buckets of their own.
    """
    today = local_date(now, government.timezone)
    minimum = policy.get("feedback.minimum_fill_seconds", on=today, scope=government.code)
    crowded = arrivals.is_crowded(client_address(request), government, bucket, now)
    return form.looks_automatic(minimum) or crowded

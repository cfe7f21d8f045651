"""What surrounds every request: pages for a database that is away, and headers Django does not set itself."""

import logging
from collections.abc import Callable

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template import loader

from . import held_forms

logger = logging.getLogger(__name__)

GetResponse = Callable[[HttpRequest], HttpResponse]


def unavailable(request: HttpRequest) -> HttpResponse:
    """Return the 503 page; what was typed goes back into the page, so that it can be sent again."""
    if request.path.startswith("/api/"):
        problem = {"type": "about:blank", "title": "Service temporarily unavailable", "status": 503}
        return JsonResponse(problem, status=503, content_type="application/problem+json")
    typed = held_forms.typed_text(request)
    # The request is not passed on: a context processor would ask the database that is away.
    body = loader.get_template("503.html").render({"typed": typed})
    return HttpResponse(body, status=503, headers={"Retry-After": "30"})


class ServiceAvailability:
    """Turn a database that is away into the 503 page, also when it goes away in the middle of a request."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer for a view whose database went away."""
        if isinstance(exception, OperationalError | InterfaceError):
            logger.error("database unavailable: %s", type(exception).__name__)
            return unavailable(request)
        return None


class SecurityHeaders:
    """Headers of the Observatory's list that Django does not know (reference/ux-security.md, 5.3)."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request and add the headers."""
        try:
            response = self.get_response(request)
        except (OperationalError, InterfaceError) as error:  # session or user could not be read
            logger.error("database unavailable: %s", type(error).__name__)
            response = unavailable(request)
        response.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response.setdefault("Cross-Origin-Embedder-Policy", "require-corp")
        response.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
        user = None if "Cache-Control" in response else getattr(request, "user", None)
        if user is not None and user.is_authenticated:
            # On a shared phone the Back button must not show the last person's page (A15).
            response["Cache-Control"] = "private, no-store"
        return response

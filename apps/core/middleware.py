"""What surrounds every request: pages for a database that is away, and headers Django does not set itself."""

import logging
from collections.abc import Callable

from django.db import DatabaseError, InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template import loader
from django.urls import Resolver404, resolve

from . import held_forms
from .files import NotStored

logger = logging.getLogger(__name__)

GetResponse = Callable[[HttpRequest], HttpResponse]
# Also what a lock, a statement or the disk had no room or time for: sending again later is the right advice.
DATABASE_AWAY = (OperationalError, InterfaceError)


def is_database_away(error: BaseException | None) -> bool:
    """Whether this error says that the database is away.

    A server that dies in the middle of an answer has no code for it, and psycopg2 no better class than DatabaseError.
    """
    if isinstance(error, DATABASE_AWAY):
        return True
    died = type(error) is DatabaseError and error.__cause__
    return bool(died) and getattr(died, "pgcode", "") is None


def is_behind(error: BaseException | None) -> bool:
    """Whether a database that is away is behind this error, which may be somebody else's."""
    while error is not None and not is_database_away(error):
        error = error.__cause__ or error.__context__
    return error is not None


def unavailable(request: HttpRequest) -> HttpResponse:
    """Return the 503 page; what was typed goes back into the page, so that it can be sent again."""
    if request.path.startswith("/api/"):
        problem = {"type": "about:blank", "title": "Service temporarily unavailable", "status": 503}
        return JsonResponse(problem, status=503, content_type="application/problem+json")
    typed = held_forms.typed_text(request)
    not_uploaded = [file.name for name in request.FILES for file in request.FILES.getlist(name)]
    # The request is not passed on: a context processor would ask the database that is away.
    body = loader.get_template("503.html").render({"typed": typed, "not_uploaded": not_uploaded})
    return HttpResponse(body, status=503, headers={"Retry-After": "30"})


class ServiceAvailability:
    """Turn a database that is away into the 503 page, also when it goes away in the middle of a request.

    Here for views; what middleware meets (session, user) never comes by as an exception, see
    `asn_kinerja.views.server_error`.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer for a view whose database went away, or whose files the disk would not take."""
        if isinstance(exception, NotStored):
            logger.error("file not stored: %s", exception.strerror)
            return unavailable(request)
        if is_database_away(exception):
            logger.error("database unavailable: %s", type(exception).__name__)
            return unavailable(request)
        return None


class LiveStamps:
    """Answer the question of a live screen (views.live_stamp) before session, language and user are looked for.

    It is asked every two seconds by every open page, needs none of them, and is no sign of a person being there.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request."""
        if request.path_info.startswith("/tanda/"):
            try:
                match = resolve(request.path_info)
            except Resolver404:
                return self.get_response(request)
            request.resolver_match = match
            response: HttpResponse = match.func(request, *match.args, **match.kwargs)
            return response
        return self.get_response(request)


class SecurityHeaders:
    """Headers of the Observatory's list that Django does not know (reference/ux-security.md, 5.3)."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request and add the headers."""
        response = self.get_response(request)
        response.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response.setdefault("Cross-Origin-Embedder-Policy", "require-corp")
        response.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
        if "Cache-Control" not in response and _may_be_personal(request):
            # On a shared phone the Back button must not show the last person's page (A15).
            response["Cache-Control"] = "private, no-store"
        return response


def _may_be_personal(request: HttpRequest) -> bool:
    """Whether the page may be somebody's; yes too when the database is away and nobody can tell."""
    user = getattr(request, "user", None)
    try:
        return user is not None and user.is_authenticated
    except DATABASE_AWAY:
        return True

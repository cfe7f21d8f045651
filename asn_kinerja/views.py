"""Pages that mix apps: the start page, and the error pages."""

import sys

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.csrf import requires_csrf_token
from django.views.defaults import bad_request as mistake_of_theirs
from django.views.defaults import server_error as mistake_of_ours

from apps.core import held_forms
from apps.core.middleware import is_behind, is_database_away, unavailable


def home(request: HttpRequest) -> HttpResponse:
    """Send everybody to where their work is: citizens to the services, staff to their own start page."""
    if request.user.is_authenticated:
        return redirect("beranda")
    return redirect("feedback:service-list")


def help_page(request: HttpRequest) -> HttpResponse:
    """Help, one section per task, for staff and citizens; complete without signing in."""
    base = "base.html" if request.user.is_authenticated else "base_public.html"
    return render(request, "help.html", {"base_template": base})


def styleguide(request: HttpRequest) -> HttpResponse:
    """All components on one page, for those who build pages; not part of a real installation."""
    if not settings.IS_DEMO:
        raise Http404
    return render(request, "components/_styleguide.html")


@requires_csrf_token
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Say that the form was too old; the typed text is shown, so that nothing is lost."""
    typed = held_forms.typed_text(request)
    return render(request, "csrf_failure.html", {"typed": typed}, status=403)


@requires_csrf_token
def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Say that the request cannot be read; with the typed text if it is the database that is away.

    A session that cannot be written back is a bad request to Django ("it was deleted meanwhile"), whatever the cause.
    """
    if is_behind(exception):
        return unavailable(request)
    return mistake_of_theirs(request, exception)


@requires_csrf_token
def server_error(request: HttpRequest) -> HttpResponse:
    """Say that something went wrong; with the typed text if only the database is away.

    Django turns an exception of one middleware into an answer before the next one sees it. So this is where a session
    or a user that could not be read arrives.
    """
    if is_database_away(sys.exc_info()[1]):
        return unavailable(request)
    return mistake_of_ours(request)

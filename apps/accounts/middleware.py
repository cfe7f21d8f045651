"""Idle and absolute limits of a session (threat T14)."""

import time
from collections.abc import Callable

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse

STARTED = "session_started"
SEEN = "session_seen"
# Writing the session on every request would cost a query; a minute's grain is enough.
GRAIN_SECONDS = 60


class SessionLimits:
    """End sessions that were idle too long or are older than the absolute limit."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request."""
        if request.session.session_key and request.user.is_authenticated:
            now = int(time.time())
            started = request.session.setdefault(STARTED, now)
            seen = request.session.setdefault(SEEN, now)
            if now - started > settings.SESSION_COOKIE_AGE or now - seen > settings.SESSION_IDLE_SECONDS:
                logout(request)
            elif now - seen > GRAIN_SECONDS:
                request.session[SEEN] = now
        return self.get_response(request)

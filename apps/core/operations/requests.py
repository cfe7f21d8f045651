"""Measures every request: one log line and one count, by the name of its route."""

import logging
import time
import uuid
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from .logs import current_id
from .metrics import count_request

logger = logging.getLogger("asn.request")

# Asked every few seconds by probes and open pages: counted, but a log of them hides the rest.
QUIET = {"core:healthz", "core:readyz", "core:live-stamp", "core:metrics"}


class RequestMeasures:
    """The outermost middleware. The id in the answer's X-Request-ID finds the lines of a request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request and note how long it took."""
        began = time.perf_counter()
        token = current_id.set(uuid.uuid4().hex[:16])
        try:
            response = self.get_response(request)
            seconds = time.perf_counter() - began
            match = request.resolver_match
            # An address without a route may hold anything; it is never written down.
            route = (match.view_name or "unnamed") if match else "unmatched"
            count_request(
                route=route, method=request.method or "", status=response.status_code, seconds=seconds
            )
            if route not in QUIET:
                logger.info(
                    "%s %s %s",
                    request.method,
                    route,
                    response.status_code,
                    extra={
                        "route": route,
                        "method": request.method,
                        "status": response.status_code,
                        "ms": round(seconds * 1000, 1),
                    },
                )
            response["X-Request-ID"] = current_id.get()
            return response
        finally:
            current_id.reset(token)

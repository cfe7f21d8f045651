"""Errors of the API as RFC 9457 problem details, in one shape for all endpoints."""

from typing import Any

from django.http import Http404
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import exception_handler


class Conflict(exceptions.APIException):
    """409: the object is no longer in a state that allows this."""

    status_code = 409
    default_detail = "The object is no longer in a state that allows this."
    default_code = "conflict"


def problem_response(error: Exception, context: dict[str, Any]) -> Response | None:
    """Return the problem document of an error, or None to let it become a 500."""
    response = exception_handler(error, context)
    if response is None:
        return None
    if isinstance(error, Http404):
        title = "Not found"
    elif isinstance(error, exceptions.APIException):
        title = str(error.default_detail)
    else:
        title = "Not allowed"
    body: dict[str, Any] = {"type": "about:blank", "title": title, "status": response.status_code}
    if isinstance(error, exceptions.ValidationError):
        body["errors"] = response.data
    elif isinstance(response.data, dict) and str(response.data.get("detail", "")) != title:
        body["detail"] = response.data.get("detail")
    response.data = body
    response.content_type = "application/problem+json"
    return response

"""The product's WSGI application with one more point at which it can be killed: after the work, before the answer."""

from collections.abc import Callable, Iterable
from typing import Any

from asn_kinerja.wsgi import application as product

from .hooks import triggers


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Answer like the product."""
    triggers.forget()
    answer = product(environ, start_response)
    triggers.reach("before-response")
    return answer

"""The site's addresses, "hello" with the whole middleware stack, and the bare views that goals compare with."""

from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from bench.goals import modules


def hello(request: HttpRequest) -> HttpResponse:
    """The least a page can cost: every middleware, no query, no template."""
    return HttpResponse("hello", content_type="text/plain")


urlpatterns = [
    path("_bench/hello", hello),
    *(pattern for module in modules() for pattern in getattr(module, "urlpatterns", [])),
    path("", include("asn_kinerja.urls")),
]

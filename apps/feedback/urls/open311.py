"""Public: Open311 GeoReport v2. The format is the ending of the address, as the standard has it."""

from django.urls import re_path

from ..views import open311

_BASE = r"^open311/v2/"
_END = r"\.(?P<fmt>json|xml)$"

urlpatterns = [
    re_path(rf"{_BASE}discovery{_END}", open311.discovery, name="open311-discovery"),
    re_path(rf"{_BASE}services{_END}", open311.service_list, name="open311-services"),
    re_path(
        rf"{_BASE}services/(?P<code>[-\w]{{1,60}}){_END}",
        open311.service_definition,
        name="open311-definition",
    ),
    re_path(rf"{_BASE}requests{_END}", open311.request_list, name="open311-requests"),
    re_path(
        rf"{_BASE}requests/(?P<number>[-\w]{{1,40}}){_END}", open311.request_detail, name="open311-request"
    ),
    re_path(rf"{_BASE}tokens/(?P<number>[-\w]{{1,40}}){_END}", open311.token, name="open311-token"),
]

"""Schema, documentation page, and the answer to an address that does not exist."""

from typing import Any

from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.exceptions import NotFound
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.core.api.lists import Throttle


class Schema(SpectacularAPIView):
    """The OpenAPI schema."""

    permission_classes = (AllowAny,)
    throttle_classes = (Throttle,)
    throttle_scope = "api"


class Docs(SpectacularSwaggerSplitView):
    """The documentation page: our own template without inline style, scripts from our own host."""

    permission_classes = (AllowAny,)
    throttle_classes = (Throttle,)
    throttle_scope = "api"
    template_name = "reports/api_docs.html"
    url_name = "api:schema"


@extend_schema(exclude=True)
class Unknown(APIView):
    """An address of the API that does not exist: a problem document, not a page."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    throttle_classes = (Throttle,)
    throttle_scope = "api"

    def http_method_not_allowed(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Answer every method alike.

        :raises NotFound: always.
        """
        raise NotFound

"""GeoReport v2 on the wire: bare lists in JSON, the standard's elements in XML, and its list of errors."""

import json
import re
from typing import Any
from xml.etree import ElementTree

from django.http import HttpResponse

JSON, XML = "json", "xml"
# What XML 1.0 cannot carry.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_ITEMS = {
    "services": "service",
    "service_requests": "request",
    "errors": "error",
    "attributes": "attribute",
    "values": "value",
    "endpoints": "endpoint",
    "formats": "format",
}


class Refused(Exception):
    """A request that the standard answers with a list of errors."""

    def __init__(self, code: int, *descriptions: str) -> None:
        super().__init__(code, descriptions)
        self.code = code
        self.descriptions = descriptions


def answer(data: Any, root: str, fmt: str, *, status: int = 200) -> HttpResponse:
    """Return data in the format that the address asked for. Any site may read it; nothing here is personal."""
    if fmt == XML:
        body = ElementTree.tostring(_element(root, data), encoding="utf-8", xml_declaration=True)
        response = HttpResponse(body, status=status, content_type="text/xml; charset=utf-8")
    else:
        body = json.dumps(data, ensure_ascii=False).encode()
        response = HttpResponse(body, status=status, content_type="application/json; charset=utf-8")
    response["Access-Control-Allow-Origin"] = "*"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    response["Cache-Control"] = "no-store"
    return response


def errors(refused: Refused, fmt: str) -> HttpResponse:
    """Return the standard's list of errors with its status."""
    data = [{"code": refused.code, "description": text} for text in refused.descriptions]
    return answer(data, "errors", fmt, status=refused.code)


def _element(name: str, data: Any) -> ElementTree.Element:
    element = ElementTree.Element(name)
    if isinstance(data, dict):
        element.extend(_element(key, value) for key, value in data.items())
    elif isinstance(data, list):
        element.extend(_element(_ITEMS[name], item) for item in data)
    elif isinstance(data, bool):
        element.text = "true" if data else "false"
    elif data is not None:
        element.text = _CONTROL.sub("", str(data))
    return element

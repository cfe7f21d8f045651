"""The schema is valid without a warning, names every endpoint, and its page works under our CSP."""

import re
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.urls import get_resolver

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def schema() -> dict[str, Any]:
    import json

    out = StringIO()
    call_command("spectacular", "--validate", "--fail-on-warn", "--format", "openapi-json", stdout=out)
    return dict(json.loads(out.getvalue()))


def endpoints() -> set[str]:
    (api,) = [
        r
        for outer in get_resolver().url_patterns
        for r in getattr(outer, "url_patterns", [])
        if getattr(r, "namespace", None) == "api"
    ]
    found = set()
    for entry in api.url_patterns:
        for route in getattr(entry, "url_patterns", [entry]):
            found.add("/api/v1/" + re.sub(r"<\w+:(\w+)>", r"{\1}", str(route.pattern)))
    return {path for path in found if "^" not in path and "schema" not in path and "docs" not in path}


def test_every_endpoint_is_in_the_schema(schema: dict[str, Any]) -> None:
    named = {re.sub(r"{\w+}", "{}", path) for path in schema["paths"]}
    assert {re.sub(r"{\w+}", "{}", path) for path in endpoints()} == named - {"/api/v1/schema/"}
    assert len(named) > 15


def test_citizens_need_no_account_and_a_key(schema: dict[str, Any]) -> None:
    for path in ("/api/v1/responses/", "/api/v1/complaints/"):
        post = schema["paths"][path]["post"]
        assert post.get("security", [{}]) in ([], [{}])
        assert "Idempotency-Key" in {parameter["name"] for parameter in post["parameters"]}
        assert {"201", "200", "400", "429"} <= set(post["responses"])
    assert schema["paths"]["/api/v1/complaints/"]["get"]["security"] not in ([], [{}])


def test_the_schema_is_served_to_everybody(world: Any) -> None:
    answer = world.client().get("/api/v1/schema/")
    assert answer.status_code == 200
    assert b"openapi: 3" in answer.content


def test_the_documentation_page_has_nothing_inline_and_no_other_host(world: Any) -> None:
    answer = world.client().get("/api/v1/docs/")
    page = answer.content.decode()
    assert answer.status_code == 200
    assert not re.search(r"<style|style=|<script(?![^>]*src=)|\son\w+=", page)
    assert not re.findall(r"(?:src|href)=[\"'](?:https?:)?//", page)
    assert "script-src 'self'" in answer["Content-Security-Policy"]
    (script,) = re.findall(r'src="([^"]*script=[^"]*)"', page)
    code = world.client().get(script)
    assert code.status_code == 200
    assert code["Content-Type"].startswith("application/javascript")
    assert b"SwaggerUIBundle" in code.content
    assert b"/api/v1/schema/" in code.content

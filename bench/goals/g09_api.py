"""G9: the lists of the API: as many queries for a full page as for one row, and not much slower than bare rows."""

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, JsonResponse
from django.urls import get_resolver, path, reverse

from bench.context import Context, Region, Visitor, Watch
from bench.harness import Figure, Goal

# The largest page of a list; a thousand rows are five of them.
PAGE = 200
ROLE = "personnel_officer"


def bare_rows(request: HttpRequest, name: str) -> JsonResponse:
    """The same rows and columns without API: `values()` and JSON."""
    view = dict(list_views())[name]
    listed = view().visible(request.user).prefetch_related(None).order_by("-id")
    return JsonResponse({"results": list(listed.values(*columns_of(view))[:PAGE])})


urlpatterns = [path("_bench/rows/<slug:name>", bare_rows)]


def list_views() -> Iterator[tuple[str, Any]]:
    """Yield the API's lists by the name of their address."""
    from apps.core.api.lists import ListView

    _prefix, resolver = get_resolver("asn_kinerja.urls").namespace_dict["api"]
    for name, (_views, pattern, *_rest) in _named(resolver):
        view = getattr(pattern, "view_class", None)
        if view is not None and issubclass(view, ListView):
            yield name, view


def _named(resolver: Any) -> Iterator[tuple[str, tuple[Any, ...]]]:
    for pattern in resolver.url_patterns:
        if hasattr(pattern, "url_patterns"):
            yield from _named(pattern)
        elif pattern.name:
            yield pattern.name, (None, pattern.callback)


def columns_of(view: Any) -> list[str]:
    """Return the columns of the view's model that its answers show as they are."""
    model = {field.name for field in view.model._meta.concrete_fields}
    sources = [field.source for field in view.serializer_class().fields.values()]
    return [source for source in sources if source in model]


def goals(context: Context) -> list[Goal | Figure]:
    """Return, for every list with rows in it, the ratio and the constancy of its queries."""
    size = context.sizes[0]
    region = context.region(size)
    server = region.server()
    found: list[Goal | Figure] = []
    for name, view in sorted(list_views()):
        if getattr(view, "serializer_class", None) is None:
            continue
        address = reverse(f"api:{name}")
        rows, queries, one = _queries(region, address)
        if rows < 2:
            continue  # nothing to compare in a generated region
        found.append(_ratio(context, name, address, server.visitor(ROLE), queries, rows))
        found.append(
            Figure(
                "G9",
                f"{name}: queries of {rows} rows - 1 row",
                _difference(queries, one),
                "queries",
                at_most=0,
                size=size,
            )
        )
    return found


def _ratio(context: Context, name: str, address: str, visitor: Visitor, queries: int, rows: int) -> Goal:
    return Goal(
        "G9",
        f"{name}, {rows} rows / values() + JSON",
        case=lambda: visitor.get(f"{address}?page_size={PAGE}"),
        limit=lambda: visitor.get(f"/_bench/rows/{name}"),
        at_least=0.3,
        size=context.sizes[0],
        per_round=4,
        queries=queries,
    )


def _difference(many: int, one: int) -> Any:
    return lambda: many - one


def _queries(region: Region, address: str) -> tuple[int, int, int]:
    """Return the rows of a full page, its queries, and the queries of a page of one row."""
    from django.db import connections

    client = region.client(ROLE)
    counts = []
    rows = 0
    with region.use():
        for page_size in (PAGE, 1):
            client.get(f"{address}?page_size={page_size}")
            watch = Watch()
            with connections["default"].execute_wrapper(watch):
                answer = client.get(f"{address}?page_size={page_size}")
            if answer.status_code != 200:
                raise RuntimeError(f"{address} answered {answer.status_code}")
            rows = max(rows, len(answer.json()["results"]))
            counts.append(watch.queries)
    return rows, counts[0], counts[1]

"""G6: the question of a live screen, asked every two seconds by everybody who has one open."""

from django.urls import reverse

from bench.context import Context, Watch
from bench.harness import Figure, Goal


def goals(context: Context) -> list[Goal | Figure]:
    """Return the goals: nearly as fast as hello, and no query at all."""
    from apps.core import stamps

    size = context.sizes[0]
    region = context.region(size)
    server = region.server()
    address = reverse("core:live-stamp", args=[stamps.token("user:1", "unit:1")])
    screen, plain = server.visitor(), server.visitor()
    mark = {"If-None-Match": screen.get(address).headers["ETag"] or ""}

    def queries() -> float:
        from django.db import connection

        watch = Watch()
        client = region.client()
        with connection.execute_wrapper(watch):
            client.get(address)
        return watch.queries

    return [
        Goal(
            "G6",
            "live stamp / hello",
            case=lambda: screen.get(address, mark),
            limit=lambda: plain.get(context.HELLO),
            at_least=0.7,
            size=size,
            per_round=50,
        ),
        Figure("G6", "queries of a live stamp", queries, "queries", at_most=0, size=size, region=region),
    ]

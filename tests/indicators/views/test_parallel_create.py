"""Ten clicks at the same moment begin one plan, and all end on it."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connections

from apps.core.models import AuditEntry
from apps.indicators.models import Skp

KEY = "55555555-5555-4555-8555-555555555555"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("same_form", [True, False])
def test_ten_parallel_posts_begin_one_plan(world: Any, same_form: bool) -> None:
    from django.utils import timezone

    year = timezone.now().astimezone().year
    barrier = Barrier(10)
    clients = [world.client(world.staff) for _ in range(10)]

    def click(client: Any) -> tuple[int, str]:
        try:
            barrier.wait(timeout=20)
            response = client.post("/skp/baru/", {"year": str(year)} | ({"_key": KEY} if same_form else {}))
            return response.status_code, response.url
        finally:
            connections.close_all()

    with ThreadPoolExecutor(10) as pool:
        answers = set(pool.map(click, clients))
    skp = Skp.objects.get()
    assert answers == {(302, f"/skp/{skp.pk}/")}
    assert AuditEntry.objects.filter(action="indicators.skp.created").count() == 1

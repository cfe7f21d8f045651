"""Pressed many times at once: one line per form, one row per person and task."""

import threading
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.urls import reverse

from apps.supervision.models import PracticeEntry
from tests.world import NOW

from .practised import running

pytestmark = pytest.mark.django_db(transaction=True)
LINE = {"text": "Melayani warga", "result": "1", "date": "2026-09-14"}


@pytest.fixture(autouse=True)
def _september() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.mark.parametrize(("same_form", "lines"), [(True, 1), (False, 6)])
def test_parallel_posts_make_one_row(world: Any, same_form: bool, lines: int) -> None:
    running(world)
    key = str(uuid.uuid4())
    clients = [world.client(world.staff) for _ in range(6)]
    answers: list[int] = []

    def work(client: Any) -> None:
        try:
            sent = LINE | {"_key": key if same_form else str(uuid.uuid4())}
            answers.append(client.post(reverse("supervision:practice-line"), sent).status_code)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(client,)) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [302] * 6
    assert len(PracticeEntry.objects.get().content["lines"]) == lines

"""Several people, or one impatient person, who send the same form at the same moment."""

import threading
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connection


def post_together(clients: Sequence[Any], address: str, data: Mapping[str, Any]) -> list[tuple[int, str]]:
    """Send the same form from every client at once; return the status and the address each was led to."""
    answers: list[tuple[int, str]] = []
    barrier = threading.Barrier(len(clients))

    def send(client: Any) -> None:
        try:
            barrier.wait(timeout=30)
            answer = client.post(address, data)
            answers.append((answer.status_code, answer.headers.get("Location", "")))
        finally:
            connection.close()

    threads = [threading.Thread(target=send, args=(client,)) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers

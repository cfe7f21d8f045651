"""One filled-in form, one row: the key in the form is unique in the database (architecture D11).

    with idempotency.once(request, "feedback.response") as once:
        if once.is_replay:
            return redirect(once.location)
        response = record_response(...)
        once.location = reverse(...)
    return redirect(once.location)

The block is one transaction. A parallel second arrival waits for the first to commit and then gets its receipt; if
the first fails, its key goes with it and the second does the work.
"""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import connection, transaction
from django.http import HttpRequest

from .models import SubmissionKey

FIELD = "_key"


@dataclass
class Once:
    """Whether this arrival is a repetition, and where the receipt is."""

    is_replay: bool
    location: str = ""


def key_of(text: str | None) -> uuid.UUID:
    """Return the form's key; a form without a readable key (very old page, hand-made request) counts as new."""
    try:
        return uuid.UUID(str(text))
    except ValueError:
        return uuid.uuid4()


@contextmanager
def once(request: HttpRequest, purpose: str, *, key: str | None = None, location: str = "") -> Iterator[Once]:
    """Do the work of a form at most once; see the module's example. `key` serves callers without a form (API).

    `location` is for who knows beforehand where the receipt will be: it is written with the key.
    """
    with once_for_key(key_of(key or request.POST.get(FIELD)), purpose, location=location) as result:
        yield result


@contextmanager
def once_for_key(key: uuid.UUID, purpose: str, *, location: str = "") -> Iterator[Once]:
    """Do the work of one key at most once."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            # Waits for a parallel insert of the same key to commit or to fail.
            cursor.execute(
                "INSERT INTO core_submissionkey (key, purpose, location, created_at) VALUES (%s, %s, %s, now()) "
                "ON CONFLICT (key) DO NOTHING",
                [key, purpose, location],
            )
            is_new = cursor.rowcount == 1
        if not is_new:
            earlier = SubmissionKey.objects.get(key=key)
            yield Once(is_replay=True, location=earlier.location)
            return
        result = Once(is_replay=False, location=location)
        yield result
        if result.location != location:
            SubmissionKey.objects.filter(key=key).update(location=result.location)

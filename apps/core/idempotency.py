"""One filled-in form, one row: the key in the form is unique in the database (architecture D11).

    with idempotency.once(request, "feedback.response") as once:
        if once.is_replay:
            return redirect(once.location)
        response = record_response(...)
        once.location = reverse(...)
    return redirect(once.location)

The block is one transaction. A parallel second arrival waits for the first to commit and then gets its receipt; if
the first fails, its key goes with it and the second does the work.

Work that rests on what was read earlier, and may be out of date, gives a question as `while_there_is`: it is asked by
the statement that writes the key. Without an answer neither a key nor anything else is written.
"""

import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.http import HttpRequest

from .models import SubmissionKey

FIELD = "_key"
# A question as text and parameters (compiled.Question.written).
Written = tuple[str, Sequence[Any]]


class OutOfDate(Exception):
    """Raised when what a form rests on is no longer so; its key is free, and nothing was written."""


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
def once(
    request: HttpRequest,
    purpose: str,
    *,
    key: str | None = None,
    location: str = "",
    while_there_is: Written | None = None,
) -> Iterator[Once]:
    """Do the work of a form at most once; see the module's example. `key` serves callers without a form (API).

    `location` is for who knows beforehand where the receipt will be: it is written with the key.

    :raises OutOfDate: if `while_there_is` finds nothing and the key is new.
    """
    wanted = key_of(key or request.POST.get(FIELD))
    with once_for_key(wanted, purpose, location=location, while_there_is=while_there_is) as result:
        yield result


@contextmanager
def once_for_key(
    key: uuid.UUID, purpose: str, *, location: str = "", while_there_is: Written | None = None
) -> Iterator[Once]:
    """Do the work of one key at most once.

    :raises OutOfDate: if `while_there_is` finds nothing and the key is new.
    """
    condition, values = while_there_is or ("", ())
    with transaction.atomic():
        with connection.cursor() as cursor:
            # Waits for a parallel insert of the same key to commit or to fail.
            cursor.execute(
                "INSERT INTO core_submissionkey (key, purpose, location, created_at) SELECT %s::uuid, %s, %s, now() "
                f"{f'WHERE EXISTS ({condition}) ' if condition else ''}ON CONFLICT (key) DO NOTHING",
                [key, purpose, location, *values],
            )
            is_new = cursor.rowcount == 1
        if not is_new:
            earlier = SubmissionKey.objects.filter(key=key).first()
            if earlier is None:
                raise OutOfDate(purpose)
            yield Once(is_replay=True, location=earlier.location)
            return
        result = Once(is_replay=False, location=location)
        yield result
        if result.location != location:
            SubmissionKey.objects.filter(key=key).update(location=result.location)

"""The way past the database's guard on the rows of a plan that was sent or decided on (migration 0003)."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction


@contextmanager
def applying() -> Iterator[None]:
    """Let this block write rows of decided plans: for taking over an approved revision, and for nothing else.

    The setting ends with the block, or with its transaction if the block fails.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('asn.plan_apply', 'on', true)")
        yield
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('asn.plan_apply', '', true)")

"""Statements that may take their time."""

import pytest
from django.db import connection, transaction

from apps.core.long_statements import at_leisure


def limits() -> tuple[str, str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('statement_timeout'), current_setting('work_mem')")
        return cursor.fetchone()


@pytest.mark.django_db
def test_inside_statements_may_take_longer_and_the_callers_transaction_keeps_its_limits() -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = '45s'")
        before = limits()
        with at_leisure():
            assert limits() == ("15min", "64MB")
        assert limits() == before == ("45s", before[1])


@pytest.mark.django_db(transaction=True)
def test_the_limits_are_back_after_a_failure() -> None:
    before = limits()
    with pytest.raises(RuntimeError), at_leisure():
        assert limits() == ("15min", "64MB")
        raise RuntimeError
    assert limits() == before
    with at_leisure():
        assert limits() != before
    assert limits() == before

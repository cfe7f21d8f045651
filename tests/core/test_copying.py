"""Rows by COPY and by INSERT ... SELECT: awkward text, model defaults; entries of the audit trail that are alike."""

import pytest
from django.db import connection

from apps.accounts.models import User
from apps.core import audit, copying
from apps.core.models import AuditEntry

AWKWARD = "tab\t baris\n baru\r \\N \\t 100% 'petik' \"dua\" ä"


def _run(statement, *parameters):
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters or None)
        return cursor.fetchall() if cursor.description else []


def test_a_temporary_table_gets_back_what_was_given(db):
    _run("CREATE TEMPORARY TABLE given (number integer, text text, data jsonb, flag boolean)")
    rows = [(1, AWKWARD, {"a": [AWKWARD]}, True), (2, None, {}, False)]
    assert copying.copy_into("given", ("number", "text", "data", "flag"), iter(rows)) == 2
    found = _run(
        "SELECT number, text, data ->> 'a' IS NOT NULL, data #>> '{a,0}', flag FROM given ORDER BY 1"
    )
    assert found == [(1, AWKWARD, True, AWKWARD, True), (2, None, False, None, False)]


def test_an_insert_from_a_query_fills_in_what_the_model_would(db):
    statement = copying.insert_from(
        User, {"login": "who", "display_name": "who", "password": "'!'", "email": "NULL"}, "named"
    )
    _run(f"WITH named (who) AS (VALUES (%s)) {statement}", "contoh-100%")
    user = User.objects.get(login="contoh-100%")
    assert (user.language, user.is_active, user.is_staff, user.session_generation, user.last_login) == (
        "id", True, False, 0, None,
    )  # fmt: skip
    assert user.date_joined is not None


def test_a_column_without_a_default_has_to_be_given(db):
    with pytest.raises(ValueError, match="login is needed"):
        copying.insert_from(User, {"display_name": "who"}, "named")


@pytest.mark.django_db(transaction=True)
def test_entries_that_are_alike_join_the_chain_in_the_order_given():
    assert (
        audit.record_alike("core.test.done", kind=User, ids=[7, 3, 5], by=None, scope="kendari", batch=12)
        == 3
    )
    entries = AuditEntry.objects.filter(action="core.test.done").order_by("pk")
    assert [(e.target_type, e.target_id, e.actor, e.data) for e in entries] == [
        ("accounts.user", number, "system", {"batch": 12}) for number in ("7", "3", "5")
    ]
    assert [e.seq for e in entries] == sorted(e.seq for e in entries)
    assert all(report.is_valid for report in audit.verify())
    assert audit.record_alike("core.test.done", kind=User, ids=[], by=None, scope="kendari") == 0

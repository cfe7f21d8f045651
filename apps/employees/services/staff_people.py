"""People of a staff list whom nobody knew at the check: account, person and place of a portion in one statement.

The rows of the batch are the source, so nothing travels through Python. Only rows that are as simple as they were at
the check are taken: no person and no account of this NIP, nobody of the wrong NIP before it, the e-mail free, the post
there. The others stay, and `staff_import` compares them one by one.
"""

from datetime import date
from typing import Any

from django.db import connection

from apps.accounts.models import User
from apps.core import audit
from apps.core.copying import insert_from

from ..models import Employee, ImportBatch, Placement
from . import staff_plan

_PICKED = """
WITH line AS MATERIALIZED (
    SELECT row.id AS line_id, row.row_number, row."values" AS cells, row."values" ->> 'nip' AS nip,
           row."values" ->> 'old_nip' AS old_nip, row."values" ->> 'email' AS email, post.id AS position_id,
           coalesce((row."values" ->> 'since')::date, %(day)s) AS starts
    FROM employees_importrow row
    JOIN employees_workunit unit
      ON unit.government_id = %(government)s AND unit.code = row."values" ->> 'unit_code'
    JOIN employees_position post ON post.unit_id = unit.id AND post.title = row."values" ->> 'position'
    WHERE row.batch_id = %(batch)s AND row.row_number BETWEEN %(first)s AND %(last)s
      AND row.effect = 'new' AND NOT row.applied
),
fresh AS MATERIALIZED (
    SELECT line.*, nextval(pg_get_serial_sequence('accounts_user', 'id')) AS user_id,
           nextval(pg_get_serial_sequence('employees_employee', 'id')) AS employee_id
    FROM line
    WHERE NOT EXISTS (SELECT FROM employees_employee person WHERE person.nip = line.nip)
      AND NOT EXISTS (SELECT FROM accounts_user account WHERE account.login = line.nip)
      AND NOT EXISTS (SELECT FROM employees_employee person WHERE person.nip = line.old_nip)
      AND NOT EXISTS (SELECT FROM accounts_user account WHERE account.email = line.email)
),
accounts AS ({accounts}),
people AS ({people}),
places AS ({places}),
marked AS (UPDATE employees_importrow row SET applied = true FROM fresh WHERE row.id = fresh.line_id)
SELECT employee_id FROM fresh ORDER BY row_number
"""
# As Django's `make_password(None)`: nothing matches it, and it differs, so that sessions and codes do. The uuids are
# made of the server's strong random numbers.
_NO_PASSWORD = "'!' || replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', '')"  # noqa: S105


def create_people(batch: ImportBatch, *, first: int, last: int, day: date, by: Any) -> int:
    """Take the simple new rows between two row numbers over, in the caller's transaction; return how many."""
    parameters = {
        "batch": batch.pk,
        "government": batch.government_id,
        "first": first,
        "last": last,
        "day": day,
    }
    with connection.cursor() as cursor:
        cursor.execute(_statement(), parameters)
        ids = [row[0] for row in cursor.fetchall()]
    if ids:
        audit.record_alike(
            "employees.employee.imported",
            kind=Employee,
            ids=ids,
            by=by,
            scope=batch.government.code,
            batch=batch.pk,
        )
    return len(ids)


def _statement() -> str:
    accounts = insert_from(
        User,
        {
            "id": "user_id",
            "login": "nip",
            "display_name": "cells ->> 'name'",
            "email": "email",
            "password": _NO_PASSWORD,
        },
        "fresh",
    )
    people = insert_from(
        Employee,
        {
            "id": "employee_id",
            "government_id": "%(government)s",
            "user_id": "user_id",
            "nip": "nip",
            "birth_date": "(cells ->> 'birth_date')::date",
            **{name: f"coalesce(cells ->> '{name}', '')" for name in staff_plan.PERSON_FIELDS},
        },
        "fresh",
    )
    places = insert_from(
        Placement,
        {"employee_id": "employee_id", "position_id": "position_id", "period": "daterange(starts, NULL)"},
        "fresh",
    )
    return _PICKED.format(accounts=accounts, people=people, places=places)

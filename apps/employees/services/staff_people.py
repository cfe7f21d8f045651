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

# Every portion looks its own rows up and nothing else, or a list twice as long would cost four times as much: the post
# is a value of the row, OFFSET 0 keeps each question a look at an index (a join would read everybody there is, once per
# portion), and the rows are marked among those of the portion.
_PICKED = """
WITH line AS MATERIALIZED (
    SELECT row.id AS line_id, row.row_number, row."values" AS cells, row."values" ->> 'nip' AS nip,
           row."values" ->> 'old_nip' AS old_nip, row."values" ->> 'email' AS email,
           (SELECT post.id FROM employees_workunit unit JOIN employees_position post ON post.unit_id = unit.id
            WHERE unit.government_id = %(government)s AND unit.code = row."values" ->> 'unit_code'
              AND post.title = row."values" ->> 'position') AS position_id,
           coalesce((row."values" ->> 'since')::date, %(day)s) AS starts
    FROM employees_importrow row
    WHERE row.batch_id = %(batch)s AND row.row_number BETWEEN %(first)s AND %(last)s
      AND row.effect = 'new' AND NOT row.applied
),
fresh AS MATERIALIZED (
    SELECT line.*, nextval((SELECT pg_get_serial_sequence('accounts_user', 'id')::regclass)) AS user_id,
           nextval((SELECT pg_get_serial_sequence('employees_employee', 'id')::regclass)) AS employee_id
    FROM line
    WHERE position_id IS NOT NULL
      AND NOT EXISTS (SELECT FROM employees_employee person WHERE person.nip = line.nip OFFSET 0)
      AND NOT EXISTS (SELECT FROM accounts_user account WHERE account.login = line.nip OFFSET 0)
      AND NOT EXISTS (SELECT FROM employees_employee person WHERE person.nip = line.old_nip OFFSET 0)
      AND NOT EXISTS (SELECT FROM accounts_user account WHERE account.email = line.email OFFSET 0)
),
accounts AS ({accounts}),
people AS ({people}),
places AS ({places}),
marked AS (
    UPDATE employees_importrow row SET applied = true FROM fresh
    WHERE row.id = fresh.line_id AND row.batch_id = %(batch)s AND row.effect = 'new'
      AND row.row_number BETWEEN %(first)s AND %(last)s
)
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

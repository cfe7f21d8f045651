"""A rating with its answers, its mark and its audit entry in one statement: many come at once (performance.md, G5).

Parent and children in one statement need the government given: the trigger that fills it (docs/decisions/0015) cannot
see a parent that the same statement writes. No trigger can give the year, which chooses the part of an answer.
"""

# ruff: noqa: S608 - the names of columns are those of the model; every value is a parameter

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any

from django.db import connection
from django.db.models import BooleanField, CharField, Field, ForeignKey, TextField

from ..models import Response


def write(
    response: Response,
    *,
    answers: Mapping[int, int],
    mark: tuple[datetime, str] | None = None,
    trail: tuple[str, list[Any]] | None = None,
) -> None:
    """Write a new response, its answers (unsur id -> value) and, if given, slot and network of its arrival.

    `trail` is the insert of its audit entry (audit.insertion).
    """
    trail_text, trail_parameters = trail or ("", [])
    parameters = [
        *(
            getattr(response, name)
            if field is None
            else field.get_db_prep_save(field.pre_save(response, True), connection)
            for name, field in _values()
        ),
        response.answers_year,
        list(answers),
        list(answers.values()),
    ]
    with connection.cursor() as cursor:
        cursor.execute(
            _statement(has_mark=mark is not None, trail=trail_text),
            [*parameters, *(mark or ()), *trail_parameters],
        )
        response.pk = cursor.fetchone()[0]
    response._state.adding = False
    response._state.db = connection.alias


@cache
def _fields() -> tuple["Field[object, object]", ...]:
    return tuple(field for field in Response._meta.concrete_fields if not field.primary_key)


@cache
def _values() -> tuple[tuple[str, "Field[object, object] | None"], ...]:
    """Return attribute and field of each column; no field where the driver takes the value as it is."""
    as_it_is = (CharField, TextField, BooleanField, ForeignKey)
    return tuple((field.attname, None if type(field) in as_it_is else field) for field in _fields())


@cache
def _statement(*, has_mark: bool, trail: str) -> str:
    columns = ", ".join(field.column for field in _fields())
    values = ", ".join(["%s"] * len(_fields()))
    marked = (
        ", marked AS (INSERT INTO feedback_arrivalmark (response_id, government_id, slot, network)"
        " SELECT id, government_id, %s, %s FROM response)"
    )
    return (
        f"WITH response AS (INSERT INTO feedback_response ({columns}) VALUES ({values}) RETURNING id, government_id),"
        " answered AS (INSERT INTO feedback_answer (response_id, government_id, year, unsur_id, value)"
        " SELECT response.id, response.government_id, %s::date, answer.unsur_id, answer.value"
        " FROM response, unnest(%s::bigint[], %s::smallint[]) AS answer (unsur_id, value))"
        f"{marked if has_mark else ''}{f', told AS ({trail})' if trail else ''} SELECT id FROM response"
    )

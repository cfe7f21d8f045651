"""Questions whose SQL is made once per process: what a page asks about whoever looks, each time it is looked at.

Django needs longer to write down a nested query than PostgreSQL to answer it, and writes the same text each time. Such
a question is built once from the ordinary querysets, with stand-ins for the person and the day; each time only these
two are put in. So the rule stays where it is, in the querysets, and is asked anew for every page.
"""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.contrib.auth import get_user_model
from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models import QuerySet

# No person and no day of ours; they must not occur in a question by themselves.
_PERSON, _DAY = -7_305_118_421, date(1, 2, 3)


class PersonQuestion:
    """A question about a user on a day, as rows of plain values.

    `build` gets a user and a day and returns a `values_list()` queryset. It passes both on to filters and does nothing
    else with them: no attribute of the user decides how the question reads, and nothing is asked while it is built.
    """

    def __init__(self, build: Callable[[Any, date], QuerySet[Any, Any]]) -> None:
        self._build = build
        self._compiled: tuple[str, tuple[Any, ...]] | None = None

    def rows(self, user: Any, day: date) -> list[tuple[Any, ...]]:
        """Return the rows for a user on a day, of the database that holds the truth.

        :raises ValueError: if the question asks for no user, or asks something while it is built.
        """
        if self._compiled is None:
            self._compiled = self._compile()
        sql, parameters = self._compiled
        with connection.cursor() as cursor:
            cursor.execute(sql, [_filled(value, user.pk, day) for value in parameters])
            return list(cursor.fetchall())

    def _compile(self) -> tuple[str, tuple[Any, ...]]:
        with connection.execute_wrapper(_refuse):
            query = self._build(get_user_model()(pk=_PERSON), _DAY).query
        sql, parameters = query.get_compiler(DEFAULT_DB_ALIAS).as_sql()
        if _PERSON not in parameters:
            raise ValueError("a question about a user has to ask for them")
        return sql, tuple(parameters)


def _refuse(*_query: Any) -> None:
    # The answer would be about the stand-in, and stay for everybody.
    raise ValueError("nothing may be asked while a question is built")


def _filled(value: Any, user_id: int, day: date) -> Any:
    if value == _PERSON:
        return user_id
    return day if value == _DAY else value

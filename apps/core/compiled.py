"""Questions whose SQL is made once per process: what a page asks about whoever looks, each time it is looked at.

Django needs longer to write down a nested query than PostgreSQL to answer it, and writes the same text each time. Such
a question is built once from the ordinary querysets, with stand-ins for the person, the day and what else is given;
each time only these are put in. So the rule stays where it is, in the querysets, and is asked anew for every page.
"""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.postgres.fields import ArrayField
from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models import BigIntegerField, QuerySet
from django.db.models.expressions import RawSQL

# No person, no row and no day of ours; they must not occur in a question by themselves.
_PERSON, _DAY = -7_305_118_421, date(1, 2, 3)


class Question:
    """A question with gaps, as rows of plain values.

    `build` gets a stand-in of each kind (int, str, date, list of numbers) and returns a `values_list()` queryset. It
    passes them on to filters and does nothing else with them: no value decides how the question reads, and nothing is
    asked while it is built.
    """

    def __init__(self, build: Callable[..., QuerySet[Any, Any]], *kinds: type) -> None:
        self._build = build
        self._stand_ins = [_stand_in(kind, place) for place, kind in enumerate(kinds)]
        self._compiled: tuple[str, list[tuple[int, Any]]] | None = None

    def ask(self, *values: Any, start: int = 0, most: int | None = None) -> list[tuple[Any, ...]]:
        """Return the rows for these values, of the database that holds the truth; from `start` on, at most `most`.

        :raises ValueError: if the question leaves out what it says it needs, or asks something while it is built.
        """
        sql, filled = self.written(*values)
        if most is not None:
            # A slice of a queryset is written into the text, and would be the same for every page.
            sql += " LIMIT %s OFFSET %s"
            filled += [most, start]
        with connection.cursor() as cursor:
            cursor.execute(sql, filled)
            return list(cursor.fetchall())

    def inside(self, *values: Any) -> RawSQL:
        """Return the question as the right side of `__in` of another query, which is written anew each time.

        :raises ValueError: as `ask` does.
        """
        return RawSQL(*self.written(*values))  # noqa: S611 - a queryset's own text, values apart

    def written(self, *values: Any) -> tuple[str, list[Any]]:
        """Return the question as text and parameters, for a statement that asks it beside what else it does.

        :raises ValueError: as `ask` does.
        """
        if self._compiled is None:
            self._compiled = self._compile()
        sql, parameters = self._compiled
        return sql, [constant if place < 0 else values[place] for place, constant in parameters]

    def _compile(self) -> tuple[str, list[tuple[int, Any]]]:
        with connection.execute_wrapper(_refuse):
            query = self._build(*self._given()).query
        sql, parameters = query.get_compiler(DEFAULT_DB_ALIAS).as_sql()
        places = [self._place_of(value) for value in parameters]
        if 0 in self._needed() - set(places):
            raise ValueError("a question about a user has to ask for them")
        return sql, [
            (place, None if place >= 0 else value) for place, value in zip(places, parameters, strict=True)
        ]

    def _given(self) -> Sequence[Any]:
        return self._stand_ins

    def _needed(self) -> set[int]:
        return set()

    def _place_of(self, value: Any) -> int:
        return self._stand_ins.index(value) if value in self._stand_ins else -1


class PersonQuestion(Question):
    """A question about a user on a day, and what else is given.

    No attribute of the user decides how it reads; it has to ask for them.
    """

    def __init__(self, build: Callable[..., QuerySet[Any, Any]], *kinds: type) -> None:
        super().__init__(build, int, date, *kinds)

    def rows(
        self, user: Any, day: date, *values: Any, start: int = 0, most: int | None = None
    ) -> list[tuple[Any, ...]]:
        """Return the rows for a user on a day.

        :raises ValueError: if the question asks for no user, or asks something while it is built.
        """
        return self.ask(user.pk, day, *values, start=start, most=most)

    def _given(self) -> Sequence[Any]:
        person, *others = self._stand_ins
        return [get_user_model()(pk=person), *others]

    def _needed(self) -> set[int]:
        return {0}


def one_of(numbers: list[int]) -> RawSQL:
    """Return a list of numbers as the right side of `__in`, as one value: the text is the same for any length."""
    return RawSQL("SELECT unnest(%s::bigint[])", [numbers], output_field=ArrayField(BigIntegerField()))


def _stand_in(kind: type, place: int) -> Any:
    if kind is date:
        return _DAY + timedelta(place)
    if kind is str:
        return f"stand-in {_PERSON - place}"
    return [_PERSON - place] if kind is list else _PERSON - place


def _refuse(*_query: Any) -> None:
    # The answer would be about the stand-in, and stay for everybody.
    raise ValueError("nothing may be asked while a question is built")

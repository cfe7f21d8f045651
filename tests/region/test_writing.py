"""COPY in small: what is escaped, which columns are filled, ids in one piece, keys checked at the end."""

from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from apps.core.copying import Lines, as_text
from apps.employees.models import Government, WorkUnit
from asn_kinerja.region.writing import Writer, foreign_keys_at_the_end

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "\\N"),
        (True, "t"),
        (False, "f"),
        (12, "12"),
        ("a\tb\nc\\d", "a\\tb\\nc\\\\d"),
        ({"x": "é\n"}, '{"x":"é\\\\n"}'),
        ([], "[]"),
        (DateRange(date(2026, 1, 1), None), "[2026-01-01,)"),
    ],
)
def test_values_are_written_as_copy_reads_them(value: object, text: str) -> None:
    assert as_text(value) == text


def test_lines_are_read_piece_by_piece_without_loss() -> None:
    source = Lines(iter(["aa\n", "bbbb\n", "c\n"]))

    assert [source.read(4), source.read(4), source.read(4), source.read(4)] == [
        b"aa\nb",
        b"bbb\n",
        b"c\n",
        b"",
    ]
    assert source.count == 3


def test_columns_that_are_not_given_get_the_models_defaults() -> None:
    writer = Writer()
    ids = writer.ids(Government, 2)
    rows = [
        (ids[0], "satu", 'Kota "Satu"\t\\', "Asia/Jakarta", "Satu"),
        (ids[1], "dua", "Dua", "Asia/Jakarta", "Dua"),
    ]

    assert writer.copy(Government, ("id", "code", "name", "timezone", "place"), rows) == 2

    first = Government.objects.get(code="satu")
    assert (first.pk, first.name, first.brand, first.is_demo) == (
        ids[0],
        'Kota "Satu"\t\\',
        "nasional",
        False,
    )
    assert (
        Government.objects.create(code="tiga", name="Tiga", timezone="Asia/Jakarta", place="Tiga").pk > ids[1]
    )


def test_a_needed_column_is_not_invented() -> None:
    with pytest.raises(ValueError, match="government_id"):
        Writer().copy(WorkUnit, ("code", "name", "kind"), [("a", "A", "dinas")])


def test_foreign_keys_come_back_and_have_checked_every_row() -> None:
    table = WorkUnit._meta.db_table
    before = _foreign_keys(table)

    with pytest.raises(IntegrityError), transaction.atomic(), foreign_keys_at_the_end(table):
        assert _foreign_keys(table) == []
        columns = ("government_id", "parent_id", "code", "name", "kind")
        Writer().copy(WorkUnit, columns, [(987_654_321, None, "a", "A", "dinas")])

    assert _foreign_keys(table) == before
    with foreign_keys_at_the_end(table):
        pass
    assert _foreign_keys(table) == before


def _foreign_keys(table: str) -> list[tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint"
            " WHERE contype = 'f' AND conrelid = %s::regclass ORDER BY 1",
            [table],
        )
        return [tuple(row) for row in cursor.fetchall()]

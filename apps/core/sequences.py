"""Numbers people read aloud: receipts and tracking numbers, without gaps and without guessing the time."""

from django.db import connection

CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def next_value(name: str) -> int:
    """Return the next number of a sequence; it is given back if the transaction fails."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO core_sequence (name, value) VALUES (%s, 1) "
            "ON CONFLICT (name) DO UPDATE SET value = core_sequence.value + 1 RETURNING value",
            [name],
        )
        return int(cursor.fetchone()[0])


def receipt_number(prefix: str, scope: str, year: int) -> str:
    """Return a receipt number such as `LK-KENDARI-2026-000123`."""
    return f"{prefix}-{scope.upper()}-{year}-{next_value(f'{prefix}:{scope}:{year}'):06d}"

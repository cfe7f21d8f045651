"""Log lines say what happened, never to whom."""

import json
import logging

import pytest
from django.db import IntegrityError, connection, transaction

from apps.accounts.models import User
from apps.core.operations.logs import CleanJson, CleanLine, CurrentId, cleaned, current_id


def test_numbers_and_addresses_of_people_are_left_out() -> None:
    said = cleaned("row 12 of 199003152015041002, budi.santoso@kendari.example, period 2026-11-22")
    assert said == "row 12 of <number>, <e-mail>, period 2026-11-22"


def _record(error: Exception | None = None) -> logging.LogRecord:
    record = logging.LogRecord("apps.core.jobs", logging.ERROR, __file__, 1, "message %s failed", (7,), None)
    if error is not None:
        record.exc_info = (type(error), error, error.__traceback__)
    CurrentId().filter(record)
    return record


@pytest.mark.parametrize("formatter", [CleanLine("%(message)s %(id)s"), CleanJson("%(message)s %(id)s")])
def test_a_database_error_does_not_tell_its_values(db: None, formatter: logging.Formatter) -> None:
    nip = "199003152015041002"
    User.objects.create_user(nip, display_name="Peraga")
    again = "INSERT INTO accounts_user SELECT * FROM accounts_user WHERE login = %s"
    with pytest.raises(IntegrityError) as caught, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(again, [nip])
    assert "DETAIL" in str(caught.value)  # what must not be seen is there
    line = formatter.format(_record(caught.value))
    assert "IntegrityError" in line
    assert nip not in line
    assert "Peraga" not in line


def test_a_json_line_is_one_object_with_the_id_of_its_request() -> None:
    token = current_id.set("abc123")
    try:
        line = CleanJson("%(levelname)s %(message)s %(id)s").format(_record())
    finally:
        current_id.reset(token)
    assert "\n" not in line
    assert json.loads(line) == {"levelname": "ERROR", "message": "message 7 failed", "id": "abc123"}

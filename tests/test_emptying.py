"""After a test that commits, nothing of it is left, and what all tests build on is still there."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db import DatabaseError

from apps.core import audit
from apps.core.models import AuditEntry
from apps.employees.models import Government
from tests import emptying

CASE: dict[str, Any] = {"available_apps": None, "serialized_rollback": False}


@pytest.mark.django_db(transaction=True)
def test_it_empties_whatever_guards_a_table(monkeypatch: pytest.MonkeyPatch) -> None:
    government = Government.objects.create(code="palu", name="Palu", timezone="Asia/Makassar", place="Palu")
    audit.record("core.test.emptied", target=government, by=None, scope=government.code)
    before = (ContentType.objects.count(), Permission.objects.count())
    assert AuditEntry.objects.exists()
    monkeypatch.setattr(emptying, "_flush", lambda case: pytest.skip("the tests' role is no superuser"))

    emptying.empty_what_was_written(
        SimpleNamespace(_databases_names=lambda include_mirrors: ["default"], **CASE)
    )

    assert not Government.objects.exists()
    assert not AuditEntry.objects.exists()
    assert (ContentType.objects.count(), Permission.objects.count()) == before
    assert before[0] > 100
    # The guards are back for the next statement.
    entry = audit.record("core.test.kept", target=ContentType.objects.first(), by=None, scope="palu")
    with pytest.raises(DatabaseError):
        AuditEntry.objects.filter(pk=entry.pk).delete()

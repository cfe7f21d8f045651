"""After a test that commits, nothing of it is left, and what all tests build on is still there."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db import DatabaseError, connection

from apps.assessments.models import EntryExample
from apps.core import audit
from apps.core.models import AuditEntry
from apps.employees.models import Government
from apps.feedback.models import Questionnaire, Unsur
from apps.supervision.models import PracticeCase
from apps.training.models import LearningForm, Topic
from tests import emptying

FILLED_BY_MIGRATIONS = (EntryExample, LearningForm, PracticeCase, Questionnaire, Topic, Unsur)
CASE: dict[str, Any] = {"available_apps": None, "serialized_rollback": False}


def _rows_of_migrations() -> dict[str, list[dict[str, Any]]]:
    return {
        model._meta.label: rows
        for model in FILLED_BY_MIGRATIONS
        if (rows := list(model._default_manager.order_by("pk").values()))
    }


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("is_superuser", [True, False])
def test_it_empties_whatever_guards_a_table(monkeypatch: pytest.MonkeyPatch, is_superuser: bool) -> None:
    """Both ways: where the tests' role is no superuser only Django's own way is open, and that one is always tried."""
    with connection.cursor() as cursor:
        if is_superuser and not emptying._may_silence_triggers(cursor):
            pytest.skip("the tests' role is no superuser: the other way is tried")
    monkeypatch.setattr(emptying, "_may_silence_triggers", lambda cursor: is_superuser)
    from_migrations = _rows_of_migrations()
    assert len(from_migrations) == len(FILLED_BY_MIGRATIONS)
    government = Government.objects.create(code="palu", name="Palu", timezone="Asia/Makassar", place="Palu")
    audit.record("core.test.emptied", target=government, by=None, scope=government.code)
    before = (ContentType.objects.count(), Permission.objects.count())
    assert AuditEntry.objects.exists()
    # What a migration wrote can be changed, and lost, by a test.
    Topic.objects.update(name="changed")
    EntryExample.objects.all().delete()
    assert _rows_of_migrations() != from_migrations

    emptying.empty_what_was_written(
        SimpleNamespace(_databases_names=lambda include_mirrors: ["default"], **CASE)
    )

    assert not Government.objects.exists()
    assert not AuditEntry.objects.exists()
    assert (ContentType.objects.count(), Permission.objects.count()) == before
    assert before[0] > 100
    assert _rows_of_migrations() == from_migrations
    # The guards are back for the next statement.
    entry = audit.record("core.test.kept", target=ContentType.objects.first(), by=None, scope="palu")
    with pytest.raises(DatabaseError):
        AuditEntry.objects.filter(pk=entry.pk).delete()

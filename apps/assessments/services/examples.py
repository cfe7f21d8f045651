"""Examples of a good and a weak entry beside the question, as an office writes them for its own people."""

from datetime import datetime
from typing import Any

from django.db import transaction

from apps.core import audit
from apps.employees.models import Government

from ..models import EntryExample
from .actors import account_of


@transaction.atomic
def write_example(
    *, government: Government, family: str, good: str, weak: str, why: str, by: Any, at: datetime
) -> EntryExample:
    """Write the example of a government for a job family, or change it. That of the whole installation stays.

    What stood before is in the audit log, because nobody decides anything by an example.
    """
    texts = {"good": good.strip(), "weak": weak.strip(), "why": why.strip()}
    key = " ".join(family.casefold().split())
    before = EntryExample.objects.select_for_update().filter(government=government, family=key).first()
    known = {name: getattr(before, name) for name in texts} if before else {}
    if known == texts and before is not None:
        return before
    row, _created = EntryExample.objects.update_or_create(government=government, family=key, defaults=texts)
    audit.record(
        "assessments.example.written",
        target=row,
        by=account_of(by),
        scope=government.code,
        at=at,
        family=key,
        before=known,
        after=texts,
    )
    return row

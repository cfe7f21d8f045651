"""The office's own examples beside the question."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.assessments.models import EntryExample
from apps.assessments.selectors.reminders import examples_of
from apps.assessments.services import examples
from apps.core.models import AuditEntry
from tests.world import NOW

pytestmark = pytest.mark.django_db
LIST = "/pengaturan/contoh/"
TEXTS = {"good": "Memeriksa 40 ibu hamil; 2 dirujuk.", "weak": "Memeriksa pasien.", "why": "Ada jumlahnya."}


@pytest.fixture
def ready_made() -> EntryExample:
    row, _made = EntryExample.objects.get_or_create(
        government=None, family="bidan", defaults={"good": "G", "weak": "W", "why": "Y"}
    )
    return row


def test_an_office_writes_its_own_and_the_ready_made_one_stays(world: Any, ready_made: EntryExample) -> None:
    client = world.client(world.personnel_officer)
    address = reverse("assessments:example-change", args=[ready_made.pk])
    assert ready_made in client.get(LIST).context["page"].object_list
    refused = client.post(address, {**TEXTS, "why": ""})
    assert refused.status_code == 422
    assert TEXTS["good"] in refused.content.decode()
    assert not EntryExample.objects.filter(government=world.government).exists()
    assert client.post(address, TEXTS).url == LIST
    own = EntryExample.objects.get(government=world.government)
    assert (own.family, own.good) == ("bidan", TEXTS["good"])
    kept = EntryExample.objects.get(pk=ready_made.pk)
    assert kept.good == ready_made.good
    assert list(examples_of(world.government).filter(family="bidan")) == [own]
    assert list(examples_of(world.other.government).filter(family="bidan")) == [ready_made]


def test_a_new_family_is_written_once_and_audited(world: Any) -> None:
    client = world.client(world.personnel_officer)
    sent = {**TEXTS, "family": "  Juru  Sita ", "_key": "8c5f0f4c-5f0e-4d55-9a5a-1d2f3a4b5c6f"}
    for _twice in range(2):
        assert client.post(f"{LIST}tambah/", sent).url == LIST
    row = EntryExample.objects.get(government=world.government)
    assert row.family == "juru sita"
    entry = AuditEntry.objects.get(action="assessments.example.written")
    assert (entry.target_id, entry.data["before"], entry.data["after"]) == (str(row.pk), {}, TEXTS)


def test_the_same_words_again_are_no_change(world: Any) -> None:
    write = {"government": world.government, "family": "bidan", "by": world.personnel_officer, "at": NOW}
    first = examples.write_example(**write, **TEXTS)
    assert examples.write_example(**write, **TEXTS) == first
    examples.write_example(**write, **{**TEXTS, "why": "Ada jumlah dan sisa."})
    entries = AuditEntry.objects.filter(action="assessments.example.written").order_by("pk")
    assert [entry.data["before"].get("why") for entry in entries] == [None, "Ada jumlahnya."]


@pytest.mark.parametrize("who", ["head", "staff", "auditor", "foreigner"])
def test_nobody_else_writes_examples(world: Any, ready_made: EntryExample, who: str) -> None:
    client = world.client(getattr(world, who))
    address = reverse("assessments:example-change", args=[ready_made.pk])
    for page in (LIST, f"{LIST}tambah/", address):
        assert client.get(page).status_code == 403
    assert client.post(address, TEXTS).status_code == 403
    assert EntryExample.objects.get(pk=ready_made.pk).good == ready_made.good


def test_the_example_of_another_government_is_not_found(world: Any) -> None:
    row = EntryExample.objects.create(government=world.other.government, family="bidan", **TEXTS)
    address = reverse("assessments:example-change", args=[row.pk])
    client = world.client(world.personnel_officer)
    assert client.post(address, {**TEXTS, "why": "Milik saya"}).status_code == 404
    assert EntryExample.objects.get(pk=row.pk).why == TEXTS["why"]


def test_the_list_asks_the_same_for_one_and_for_many(world: Any) -> None:
    client = world.client(world.personnel_officer)
    EntryExample.objects.create(government=world.government, family="juru sita", **TEXTS)
    client.get(LIST)  # the first request of a session writes it
    counts = []
    for number in range(2):
        with CaptureQueriesContext(connection) as captured:
            client.get(LIST)
        counts.append(len(captured))
        for letter in "abc":
            EntryExample.objects.create(government=world.government, family=f"{letter}{number}", **TEXTS)
    assert counts[0] == counts[1]

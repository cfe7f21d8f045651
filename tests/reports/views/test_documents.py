"""One's own documents: make, download; what is not mine does not exist."""

import uuid
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from apps.assessments.models import Objection
from apps.reports.models import Document

from ..evaluated import converted, evaluate, fixed, objected

pytestmark = pytest.mark.django_db


def address(evaluation: Any) -> str:
    return reverse("reports:evaluation-document", args=[evaluation.pk])


def test_the_person_makes_and_downloads_their_document(world: Any) -> None:
    evaluation = evaluate(world, world.staff)
    client = world.client(world.staff)
    assert client.get(address(evaluation)).status_code == 200
    assert not Document.objects.exists(), "looking makes nothing"
    answer = client.post(address(evaluation))
    document = Document.objects.get()
    assert answer.status_code == 302
    page = client.get(answer["Location"])
    download = reverse("reports:document-download", args=[document.pk])
    assert download in page.content.decode()
    assert document.code in page.content.decode()
    file = client.get(download)
    assert b"".join(file.streaming_content).startswith(b"%PDF")


def test_two_clicks_make_one_document(world: Any) -> None:
    evaluation = evaluate(world, world.staff)
    client = world.client(world.staff)
    key = str(uuid.uuid4())
    first = client.post(address(evaluation), {"_key": key})
    assert client.post(address(evaluation), {"_key": key})["Location"] == first["Location"]
    assert client.post(address(evaluation), {"_key": str(uuid.uuid4())})["Location"] == first["Location"]
    assert Document.objects.count() == 1


@pytest.mark.parametrize("who", ["colleague", "stranger", "stranger_head", "foreigner"])
def test_others_do_not_find_it(world: Any, who: str) -> None:
    evaluation = evaluate(world, world.staff)
    world.client(world.staff).post(address(evaluation))
    client = world.client(getattr(world, who))
    assert client.get(address(evaluation)).status_code == 404
    assert client.post(address(evaluation)).status_code == 404
    assert (
        client.get(reverse("reports:document-download", args=[Document.objects.get().pk])).status_code == 404
    )
    assert client.get(reverse("reports:skp-document", args=[evaluation.skp_id])).status_code == 404
    assert client.post(reverse("reports:skp-document", args=[evaluation.skp_id])).status_code == 404
    assert Document.objects.count() == 1


def test_before_it_is_handed_over_the_person_sees_nothing_and_the_appraiser_prints_nothing(
    world: Any,
) -> None:
    evaluation = evaluate(world, world.staff, status="rated")
    assert world.client(world.staff).get(address(evaluation)).status_code == 404
    client = world.client(world.head)
    page = client.get(address(evaluation))
    assert page.status_code == 200
    assert page.context["page"].wait is not None
    answer = client.post(address(evaluation), follow=True)
    assert [message.level_tag for message in answer.context["messages"]] == ["error"]
    assert not Document.objects.exists()


def test_the_plan_is_printed_the_same_way(world: Any) -> None:
    draft = world.make_skp(world.colleague, status="draft")
    client = world.client(world.colleague)
    url = reverse("reports:skp-document", args=[draft.pk])
    assert client.get(url).context["page"].wait is not None
    client.post(url)
    assert not Document.objects.exists()
    skp = world.make_skp(world.staff)
    url = reverse("reports:skp-document", args=[skp.pk])
    answer = world.client(world.staff).post(url, follow=True)
    document = Document.objects.get()
    assert (document.kind, document.skp) == ("skp", skp)
    assert document.code in answer.content.decode()


# --- objections and angka kredit


def subject(world: Any, name: str) -> str:
    """Return the address of the page of a document about world.staff."""
    things = {
        "objection": lambda: objected(world).pk,
        "conversion": lambda: converted(world).pk,
        "accumulation": lambda: converted(world).employee_id,
        "pak": lambda: fixed(world).pk,
    }
    return reverse(f"reports:{name}-document", args=[things[name]()])


OTHERS = ["objection", "conversion", "accumulation", "pak"]


@pytest.mark.parametrize("name", OTHERS)
def test_whoever_sees_it_prints_it_once(world: Any, name: str) -> None:
    url = subject(world, name)
    assert world.client(world.staff).get(url).status_code == 200
    assert not Document.objects.exists(), "looking makes nothing"
    answer = world.client(world.staff).post(url, {"_key": str(uuid.uuid4())}, follow=True)
    document = Document.objects.get()
    assert document.kind == name
    assert document.code in answer.content.decode()
    assert world.client(world.head).post(url)["Location"] == f"{url}?dibuat={document.pk}"
    assert Document.objects.count() == 1
    download = reverse("reports:document-download", args=[document.pk])
    for who in (world.staff, world.head, world.agency_head, world.personnel_officer, world.auditor):
        file = world.client(who).get(download)
        assert b"".join(file.streaming_content).startswith(b"%PDF")
    checked = world.client().get(f"/dokumen/cek/{document.code}/")
    assert checked.status_code == 200
    assert world.staff.name not in checked.content.decode()


@pytest.mark.parametrize("name", OTHERS)
def test_whoever_does_not_see_it_does_not_find_it(world: Any, name: str) -> None:
    url = subject(world, name)
    world.client(world.staff).post(url)
    download = reverse("reports:document-download", args=[Document.objects.get().pk])
    for who in (world.colleague, world.stranger, world.stranger_head, world.foreigner):
        client = world.client(who)
        assert client.get(url).status_code == 404
        assert client.post(url).status_code == 404
        assert client.get(download).status_code == 404
    assert world.client().get(url).status_code == 302
    assert Document.objects.count() == 1


def test_an_answered_objection_is_another_document(world: Any) -> None:
    objection = objected(world)
    url = reverse("reports:objection-document", args=[objection.pk])
    world.client(world.staff).post(url)
    first = Document.objects.get()
    Objection.objects.filter(pk=objection.pk).update(
        decided_at=timezone.now(), is_upheld=False, decision_reason="Sudah dihitung."
    )
    assert world.client().get(f"/dokumen/cek/{first.code}/").context["document"].is_replaced
    world.client(world.staff).post(url)
    assert Document.objects.count() == 2


def test_nothing_to_add_up_is_said_and_makes_nothing(world: Any) -> None:
    url = reverse("reports:accumulation-document", args=[world.head.pk])
    client = world.client(world.head)
    assert client.get(url).context["page"].wait is not None
    client.post(url)
    assert not Document.objects.exists()

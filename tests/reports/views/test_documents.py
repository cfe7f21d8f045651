"""One's own documents: make, download; what is not mine does not exist."""

import uuid
from typing import Any

import pytest
from django.urls import reverse

from apps.reports.models import Document

from ..evaluated import evaluate

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
    assert not page.context["is_ready"]
    answer = client.post(address(evaluation), follow=True)
    assert [message.level_tag for message in answer.context["messages"]] == ["error"]
    assert not Document.objects.exists()


def test_the_plan_is_printed_the_same_way(world: Any) -> None:
    draft = world.make_skp(world.colleague, status="draft")
    client = world.client(world.colleague)
    url = reverse("reports:skp-document", args=[draft.pk])
    assert not client.get(url).context["is_ready"]
    client.post(url)
    assert not Document.objects.exists()
    skp = world.make_skp(world.staff)
    url = reverse("reports:skp-document", args=[skp.pk])
    answer = world.client(world.staff).post(url, follow=True)
    document = Document.objects.get()
    assert (document.kind, document.skp) == ("skp", skp)
    assert document.code in answer.content.decode()

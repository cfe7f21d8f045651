"""The same form sent twice at the same moment adds one competence and writes one level."""

from typing import Any

import pytest
from django.urls import reverse

from apps.training.models import Competence, CompetenceAssessment
from tests.parallel import post_together
from tests.training.competence_story import make_competence
from tests.training.story import AT

pytestmark = pytest.mark.django_db(transaction=True)
KEY = "6d4fbe2e-5a46-4d0f-9f5c-0d8f3b1f7d11"


@pytest.fixture(autouse=True)
def _in_october(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: AT)


def test_a_competence_is_added_once(world: Any) -> None:
    sent = {"name": "Kearsipan", "code": "kearsipan", "kind": "teknis", "_key": KEY}
    clients = [world.client(world.personnel_officer) for _ in range(2)]
    answers = post_together(clients, reverse("training:competence-add"), sent)
    row = Competence.objects.get(government=world.government)
    assert answers == [(302, reverse("training:competence-detail", args=[row.pk]))] * 2


def test_a_level_is_written_once(world: Any) -> None:
    competence = make_competence(world)
    here = reverse("training:competence-person", args=[world.staff.pk])
    sent = {
        "competence": competence.pk,
        "level": 1,
        "assessed_on": "01/10/2026",
        "method": "test",
        "_key": KEY,
    }
    answers = post_together([world.client(world.personnel_officer) for _ in range(2)], here, sent)
    assert answers == [(302, here)] * 2
    assert CompetenceAssessment.objects.get().level == 1

"""The page "does it work?": groups in words, no names, and nothing for who has no business with it."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.training.labels import effect_sentence
from apps.training.models import Programme, Session, TrainingEffect
from tests.world import World

AT = datetime(2026, 12, 1, 2, tzinfo=UTC)
PAGE = reverse("training:effects")
MEASURES = ("achievement", "rating", "ikm")

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _december() -> Iterator[None]:
    with time_machine.travel(AT, tick=False):
        yield


def make_effects(world: World, name: str = "Manajemen antrean", **values: Any) -> Programme:
    """Create a programme with its three effects."""
    programme = Programme.objects.create(
        government=world.government, name=name, kind="klasikal", jp=Decimal(8), organizer="BKPSDM"
    )
    session = Session.objects.create(
        programme=programme, starts_on=date(2026, 5, 4), ends_on=date(2026, 5, 6), seats=5
    )
    figures = {
        "verdict": "better",
        "took_part": 20,
        "participants": 18,
        "others": 18,
        "unmatched": 2,
        "participants_change": Decimal("12.50"),
        "others_change": Decimal("4.50"),
        "effect": Decimal("8.00"),
        "low": Decimal("6.10"),
        "high": Decimal("9.90"),
    } | values
    none = dict.fromkeys(("participants_change", "others_change", "effect", "low", "high"))
    TrainingEffect.objects.bulk_create(
        TrainingEffect(
            government=world.government,
            subject=subject,
            programme=programme,
            session=where,
            measure=measure,
            minimum=5,
            caliper=Decimal(10),
            computed_at=AT,
            **(figures if where is None else figures | none | {"verdict": "too_few"}),
        )
        for subject, where in (("programme", None), ("session", session))
        for measure in MEASURES
    )
    return programme


def test_an_effect_is_said_in_words_with_its_interval(world: World) -> None:
    programme = make_effects(world)
    response = world.client(world.head).get(PAGE)
    assert response.status_code == 200
    (subject,) = response.context["subjects"]
    assert subject["programme"] == programme
    assert [row["verdict"] for row in subject["rows"]] == ["better"] * 3
    for figure in ("8", "6", "9", "18"):
        assert figure in subject["rows"][0]["sentence"]


def test_every_verdict_has_its_sentence_and_a_sign(world: World) -> None:
    make_effects(world)
    row = TrainingEffect.objects.filter(subject="programme").order_by("measure")[0]
    said = {effect_sentence(row)}
    row.verdict, row.effect, row.low, row.high = "worse", Decimal(-8), Decimal(-9), Decimal(-7)
    assert "-8" in effect_sentence(row).replace("\u2212", "-")
    said.add(effect_sentence(row))
    row.verdict, row.low, row.high = "unclear", Decimal(-9), Decimal(1)
    said.add(effect_sentence(row))
    row.low = row.high = None
    said.add(effect_sentence(row))
    row.verdict = "too_few"
    said.add(effect_sentence(row))
    assert len(said) == 5


def test_before_anything_is_computed_the_page_says_when(world: World) -> None:
    response = world.client(world.head).get(PAGE)
    assert response.context["subjects"] == []
    assert response.context["days"] == 90


def test_who_neither_leads_nor_has_a_role_sees_no_page(world: World) -> None:
    make_effects(world)
    assert world.client(world.staff).get(PAGE).status_code == 403
    assert world.client(world.other.head).get(PAGE).context["subjects"] == []


def test_the_page_of_a_programme_says_it_too_but_no_session_of_too_few(world: World) -> None:
    programme = make_effects(world)
    response = world.client(world.staff).get(reverse("training:programme-detail", args=[programme.pk]))
    assert len(response.context["effects"]) == 3
    assert not any(row["session"] for row in response.context["effects"])


def test_the_number_of_queries_does_not_grow(world: World) -> None:
    make_effects(world)
    client = world.client(world.head)
    client.get(PAGE)
    with CaptureQueriesContext(connection) as one:
        client.get(PAGE)
    make_effects(world, "Kedua")
    make_effects(world, "Ketiga")
    with CaptureQueriesContext(connection) as three:
        client.get(PAGE)
    assert len(three) == len(one)

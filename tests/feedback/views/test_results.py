"""Public services and their results, with the small-number rule."""

import re
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.core import policy
from apps.feedback.models import Service
from tests.feedback.helpers import UNSUR, answer, answers

DATA = Path(__file__).resolve().parents[2] / "data"


def detail(service):
    return Client().get(
        reverse("feedback:service-detail", args=[service.code]), headers={"accept-language": "en"}
    )


def test_the_real_table_comes_out_right_on_the_public_page(world):
    service = world.make_service()
    call_command(
        "import_skm",
        str(DATA / "skm-respondents.csv"),
        "--service",
        service.code,
        "--period",
        "2019-s1",
        "--json",
        stdout=open("/dev/null", "w"),  # noqa: SIM115 -- the command's own text does not matter here
    )
    page = detail(service).content.decode()
    assert 'data-n="49" data-ikm="78.74" data-grade="B"' in page
    nrr = re.findall(r'data-label="NRR">(\d\.\d{4})<', page)
    assert nrr == ["2.8163", "2.8367", "3.0612", "3.6122", "3.2449", "3.3265", "3.2857", "2.9184", "3.2449"]
    assert "Weakest: Persyaratan" in page


@pytest.mark.parametrize(
    ("n", "shows_figure", "shows_letter"),
    [(9, False, False), (10, True, False), (29, True, False), (30, True, True)],
)
def test_few_answers_hide_the_figure_then_the_letter(service, n, shows_figure, shows_letter):
    answers(service, n, service.survey_periods.get())
    page = detail(service).content.decode()
    assert f'data-n="{n}"' in page
    assert ("75.00" in page) is shows_figure
    assert ('data-grade="C"' in page) is shows_letter
    assert ('class="grade"' in page) is shows_letter
    assert (f"Not enough ratings yet ({n} of 10)" in page) is not shows_figure


def test_the_thresholds_are_policy_values(service):
    answers(service, 3, service.survey_periods.get())
    day = timezone.now().date().replace(day=1)
    policy.set_value("feedback.minimum_answers", 2, scope="kendari", valid_from=day, by=None, reason="uji")
    policy.set_value("feedback.full_answers", 3, scope="kendari", valid_from=day, by=None, reason="uji")
    assert 'data-grade="C"' in detail(service).content.decode()


def test_held_back_ratings_are_counted_in_public(service):
    answers(service, 10, service.survey_periods.get())
    answer(service, dict.fromkeys(UNSUR, 1), is_suspicious=True)
    page = detail(service).content.decode()
    assert "1 rating is being checked" in page
    assert 'data-n="10"' in page


def test_before_the_first_answer_there_is_a_sentence(service):
    page = detail(service)
    assert page.status_code == 200
    assert "No ratings yet" in page.content.decode()


def test_an_unknown_service_is_not_found(db):
    assert Client().get("/layanan/tidak-ada/").status_code == 404


def test_services_are_listed_and_found(world):
    mine, other = world.make_service(), world.make_service(unit=world.other_agency)
    closed = world.make_service()
    Service.objects.filter(pk=other.pk).update(name="Pendaftaran siswa baru")
    Service.objects.filter(pk=closed.pk).update(is_active=False)
    address = reverse("feedback:service-list")
    page = Client().get(address).content.decode()
    assert [code in page for code in (mine.code, other.code)] == [True, True]
    assert f"/layanan/{closed.code}/" not in page
    page = Client().get(address, {"q": "siswa pendidikan"}).content.decode()
    assert f"/layanan/{other.code}/" in page
    assert f"/layanan/{mine.code}/" not in page
    assert Client().get(address, {"q": "' OR 1=1 --%_" * 50}).status_code == 200


@pytest.mark.parametrize("many", [1, 6])
def test_the_list_asks_the_same_whatever_its_length(world, many, django_assert_num_queries):
    for _ in range(many):
        world.make_service()
    with django_assert_num_queries(3):
        Client().get(reverse("feedback:service-list"))


@pytest.mark.parametrize("name", ["how-computed", "privacy", "accessibility"])
def test_statements_are_there_for_everybody(world, name):
    assert Client().get(reverse(f"feedback:{name}"), {"pemerintah": "kendari"}).status_code == 200

"""Public services and their results, with the small-number rule."""

import re
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from apps.core import policy
from apps.feedback.models import ImprovementItem, PublicRemark, Response, Service
from apps.feedback.services import results
from tests.feedback.helpers import UNSUR, answer, answers, open_now, publish_at_once

DATA = Path(__file__).resolve().parents[2] / "data"


@pytest.fixture(autouse=True)
def at_once(db):
    """Let public figures follow every answer; the steps have tests of their own."""
    publish_at_once()


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
    period = service.survey_periods.get()
    answers(service, 10, period)
    answer(service, dict.fromkeys(UNSUR, 1), is_suspicious=True)
    results.refresh_result(survey_period_id=period.pk, at=timezone.now())
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


@pytest.mark.parametrize(
    ("typed", "finds"),
    [
        ("paspor", True),
        ("PASPOR baru", True),
        ("baru, paspor!", True),
        ("pasport", True),
        ("pebuatan paspor", True),
        ("paspor gratis", True),
        ("xyzzy", False),
        ("' OR 1=1 --%_" * 50, False),
    ],
)
def test_the_search_forgives(world, typed, finds):
    service, other = world.make_service(), world.make_service(unit=world.other_agency)
    Service.objects.filter(pk=service.pk).update(name="Pembuatan paspor baru")
    Service.objects.filter(pk=other.pk).update(name="Perpustakaan keliling")
    page = Client().get(reverse("feedback:service-list"), {"q": typed})
    assert page.status_code == 200
    html = page.content.decode()
    assert (f"/layanan/{service.code}/" in html) is finds
    assert f"/layanan/{other.code}/" not in html


def test_a_corrected_search_says_what_was_searched(world):
    service = world.make_service()
    Service.objects.filter(pk=service.pk).update(name="Pembuatan paspor baru")
    page = Client().get(reverse("feedback:service-list"), {"q": "pasport"}, headers={"accept-language": "en"})
    assert "Nothing has all of these words: pasport. This was found for: paspor." in page.content.decode()


def test_the_list_asks_the_same_whatever_its_length(world):
    def count():
        with CaptureQueriesContext(connection) as queries:
            Client().get(reverse("feedback:service-list"))
        return len(queries)

    def add():
        service = world.make_service()
        open_now(service)
        answers(service, 10, service.survey_periods.get())

    add()
    few = count()
    for _ in range(4):
        add()
    assert count() == few


def queries_of(name, *args):
    with CaptureQueriesContext(connection) as queries:
        assert Client().get(reverse(name, args=args)).status_code == 200
    return [query["sql"] for query in queries]


def test_result_pages_read_summaries_and_never_an_answer(service, world):
    answers(service, 35, service.survey_periods.get())
    released = Response.objects.first()
    PublicRemark.objects.create(
        response=released,
        is_released=True,
        text="Cepat.",
        decided_by=world.head.user,
        decided_at=timezone.now(),
    )
    pages = {
        "service-list": (),
        "service-detail": (service.code,),
        "unit-detail": (service.unit_id,),
        "government-detail": (service.unit.government.code,),
        "badge": (service.code,),
        "embed": (service.code,),
        "display": (service.code,),
        "display-fragment": (service.code,),
        "open-data": (),
    }
    for name, args in pages.items():
        for sql in queries_of(f"feedback:{name}", *args):
            assert "feedback_answer" not in sql, name
            # The words that a person released for the public are the only thing read beside an answer.
            assert "feedback_response" not in sql or "feedback_publicremark" in sql, (name, sql)


def test_a_service_asks_the_same_with_few_answers_and_with_many(service):
    answers(service, 10, service.survey_periods.get())
    few = len(queries_of("feedback:service-detail", service.code))
    answers(service, 25, service.survey_periods.get())
    # With a letter it is compared with others: the services, their results, two policy values.
    with_letter = len(queries_of("feedback:service-detail", service.code))
    answers(service, 25, service.survey_periods.get())
    assert len(queries_of("feedback:service-detail", service.code)) == with_letter
    assert few <= with_letter <= few + 8


def test_the_sentence_comes_first_in_people_out_of_ten(service):
    answers(service, 45, service.survey_periods.get())
    for _ in range(5):
        answer(service, dict.fromkeys(UNSUR, 1))
    results.refresh_result(survey_period_id=service.survey_periods.get().pk, at=timezone.now())
    page = detail(service).content.decode()
    # 45 of 50: Wilson 79 to 96 %.
    assert "9 of 10 visitors are satisfied." in page
    assert "With 50 ratings the true number can lie between 8 and 10 of 10." in page
    assert page.index("9 of 10 visitors") < page.index("Index (IKM)")


def test_tiers_stand_side_by_side_with_their_names(service):
    period = service.survey_periods.get()
    type(period).objects.filter(pk=period.pk).update(sampling="receipt")
    answers(service, 30, period)
    for _ in range(30):
        answer(service, dict.fromkeys(UNSUR, 4), tier="terverifikasi", channel="receipt")
    results.refresh_result(survey_period_id=period.pk, at=timezone.now())
    page = detail(service).content.decode()
    assert 'data-tier="terverifikasi" data-n="30" data-ikm="100.00"' in page
    assert 'data-tier="terbuka" data-n="30" data-ikm="75.00"' in page
    assert page.index('data-tier="terverifikasi"') < page.index('data-tier="terbuka"')
    assert "Public satisfaction survey (SKM)" in page
    assert "Open ratings (not the official SKM)" in page
    assert "respondents: everybody who got a receipt code" in page
    assert 'data-n="60"' not in page


def test_open_ratings_alone_are_not_called_skm(service):
    answers(service, 30, service.survey_periods.get())
    page = detail(service).content.decode()
    assert "Open ratings (not the official SKM)" in page
    assert "Public satisfaction survey (SKM)" not in page


def test_what_changed_because_of_you_is_told_in_approved_words(service, world):
    today = timezone.now().date()
    item = ImprovementItem.objects.create(
        government=world.government,
        unit=service.unit,
        service=service,
        origin="own",
        action="Internal words",
        responsible=world.staff,
        due_on=today,
        status="done",
        done_on=today,
        checked_at=timezone.now(),
        created_on=today,
        counted_from=today,
        created_at=timezone.now(),
        public_text="Kursi ruang tunggu ditambah.",
    )
    assert "Kursi ruang tunggu" not in detail(service).content.decode()
    ImprovementItem.objects.filter(pk=item.pk).update(public_approved_at=timezone.now())
    page = detail(service).content.decode()
    assert "What changed because of you" in page
    assert "Kursi ruang tunggu ditambah." in page
    assert "Internal words" not in page
    assert world.staff.full_name not in page


def test_a_service_with_too_few_peers_is_not_compared(service):
    answers(service, 30, service.survey_periods.get())
    page = detail(service).content.decode()
    assert 'data-band="unknown"' in page
    assert "Not compared with services like it" in page


@pytest.mark.parametrize(("value", "band"), [(4, "above"), (3, "around"), (2, "below")])
def test_a_comparison_is_three_words_and_never_a_rank(world, value, band):
    for _ in range(6):
        peer = world.make_service(unit=world.unit)
        open_now(peer)
        answers(peer, 28, peer.survey_periods.get(), 3)
        for other in (2, 4):
            answer(peer, dict.fromkeys(UNSUR, other))
        results.refresh_result(survey_period_id=peer.survey_periods.get().pk, at=timezone.now())
    service = world.make_service(unit=world.unit)
    open_now(service)
    answers(service, 30, service.survey_periods.get(), value)
    page = detail(service).content.decode()
    assert f'data-band="{band}"' in page
    words = {"above": "Above the average", "around": "Around the average", "below": "Below the average"}
    assert words[band] in page
    assert not re.search(r"(rank|peringkat)\s*\d|\bke-\d", page, re.IGNORECASE)


def test_the_page_of_the_rules_tells_the_facts_of_a_service(service):
    answers(service, 30, service.survey_periods.get())
    page = Client().get(
        reverse("feedback:how-computed"), {"layanan": service.code}, headers={"accept-language": "en"}
    )
    html = page.content.decode()
    for words in (
        "Ratings that count (n)",
        "Rule version",
        "ikm 2",
        "IKM = 75.00",
        "Satisfied: 30 of 30 people",
    ):
        assert words in html
    assert Client().get(reverse("feedback:how-computed"), {"layanan": "x" * 500}).status_code == 200


@pytest.mark.parametrize("name", ["how-computed", "privacy", "accessibility"])
def test_statements_are_there_for_everybody(world, name):
    assert Client().get(reverse(f"feedback:{name}"), {"pemerintah": "kendari"}).status_code == 200

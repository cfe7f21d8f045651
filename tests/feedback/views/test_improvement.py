"""Improvement plans on their pages."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from apps.feedback.models import CauseImprovement, ImprovementItem, ImprovementProof, SurveyPublication
from apps.feedback.services import improvement
from apps.feedback.services.causes import add_cause
from tests.feedback.helpers import restore_questionnaire
from tests.feedback.improving import (
    day_of,
    done,
    item_of,
    meeting_of,
    photo,
    point_of,
    reported,
    surveyed,
    upload,
)


def url(name: str, *args: Any) -> str:
    return reverse(f"feedback:{name}", args=args)


def form(**values: Any) -> dict[str, Any]:
    return {"_key": str(uuid.uuid4()), **values}


def plan(world: Any, **values: Any) -> dict[str, Any]:
    return form(
        **{
            "reason": "Antrean terlalu lama",
            "action": "Buka loket ketiga",
            "responsible": world.staff.pk,
            "due_on": day_of(world, 30).isoformat(),
            "steps": "Denah\nKursi",
            **values,
        }
    )


@pytest.mark.django_db
def test_one_click_from_a_survey_fills_in_the_weakest_element(world: Any) -> None:
    service = world.make_service()
    period = surveyed(service, "2026-s1", day_of(world, -60), day_of(world, -30), [{"waktu": 1}] * 12)
    client = world.client(world.head)
    page = client.get(url("survey-detail", service.code)).content.decode()
    address = f"{url('improvement-add')}?periode={period.pk}"
    assert address in page
    assert client.get(address).context["form"]["unsur_code"].value() == "waktu"
    answer = client.post(address, plan(world, unsur_code="waktu"))
    item = ImprovementItem.objects.get()
    assert answer["Location"] == url("improvement-detail", item.pk)
    assert (item.origin, item.survey_period, item.unsur_code) == ("weak_unsur", period, "waktu")
    assert (item.before_n, str(item.before_value)) == (12, "25.00")
    assert item.steps.count() == 2


@pytest.mark.django_db
def test_one_click_from_a_point_and_from_a_cause(world: Any) -> None:
    client = world.client(world.head)
    point = point_of(world, meeting_of(world))
    address = f"{url('improvement-add')}?butir={point.pk}"
    assert client.get(address).context["form"]["reason"].value() == "Antrean terlalu lama."
    client.post(address, plan(world))
    assert ImprovementItem.objects.get().point == point
    cause = add_cause(
        government=world.government, name="Loket kurang", description="", by=None, at=timezone.now()
    )
    client.post(f"{url('improvement-add')}?penyebab={cause.pk}&unit={world.unit.pk}", plan(world))
    item = ImprovementItem.objects.latest("id")
    assert (item.origin, item.cause_id) == ("repeat_cause", cause.pk)
    assert CauseImprovement.objects.get().item_id == item.pk


@pytest.mark.django_db
@pytest.mark.parametrize(
    "bad",
    [
        {"action": " "},
        {"due_on": "2020-01-01"},
        {"responsible": ""},
        {"responsible": "stranger"},
        {"steps": "x" * 300},
    ],
)
def test_a_bad_plan_keeps_what_was_typed_and_stores_nothing(world: Any, bad: dict[str, str]) -> None:
    if bad.get("responsible") == "stranger":
        bad = {"responsible": world.stranger.pk}
    response = world.client(world.head).post(
        f"{url('improvement-add')}?unit={world.unit.pk}", plan(world, reason="Teks saya", **bad)
    )
    assert response.status_code == 422
    assert "Teks saya" in response.content.decode()
    assert not ImprovementItem.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("who", "expected"),
    [("head", 200), ("agency_head", 200), ("staff", 403), ("stranger_head", 404), ("auditor", 403)],
)
def test_who_may_plan_for_a_service(world: Any, who: str, expected: int) -> None:
    service = world.make_service()
    client = world.client(getattr(world, who))
    address = f"{url('improvement-add')}?layanan={service.code}"
    # Staff do not see services inside the office at all.
    wanted = 404 if who == "staff" else expected
    assert client.get(address).status_code == wanted
    assert client.post(address, plan(world)).status_code == (302 if wanted == 200 else wanted)
    assert ImprovementItem.objects.exists() == (wanted == 200)


@pytest.mark.django_db
def test_from_the_plan_to_its_public_words_in_the_browser(world: Any) -> None:
    item = item_of(world, steps=["Denah"])
    staff, head = world.client(world.staff), world.client(world.head)
    page = url("improvement-detail", item.pk)
    assert staff.get(page).status_code == 200
    staff.post(url("improvement-start", item.pk), form())
    staff.post(url("improvement-step-mark", item.steps.get().pk), form(done="1"))
    refused = staff.post(url("improvement-report", item.pk), form(text="Loket dibuka."))
    assert refused.status_code == 422
    assert "Loket dibuka." in refused.content.decode()
    staff.post(url("improvement-proof-add", item.pk), form(file=upload(), caption="Loket"))
    assert staff.post(url("improvement-report", item.pk), form(text="Loket dibuka.")).status_code == 302
    assert staff.post(url("improvement-check", item.pk), form(verdict="accept")).status_code == 403
    assert ImprovementItem.objects.get().status == "reported"
    assert b"loket" in head.get(url("improvement-check", item.pk)).content.lower()
    assert head.post(url("improvement-check", item.pk), form(verdict="send_back")).status_code == 422
    assert ImprovementItem.objects.get().status == "reported"
    head.post(url("improvement-check", item.pk), form(verdict="accept"))
    item.refresh_from_db()
    assert (item.status, item.steps.get().done_at is not None) == ("done", True)
    head.post(url("improvement-public-text", item.pk), form(text="Kini ada tiga loket."))
    head.post(url("improvement-public-approve", item.pk), form())
    assert ImprovementItem.objects.get().public_approved_by == world.head.user


@pytest.mark.django_db
def test_only_the_head_speaks_for_the_unit(world: Any) -> None:
    item = done(world, item_of(world))
    officer = world.make_role_user("feedback_officer")
    client = world.client(officer)
    client.post(url("improvement-public-text", item.pk), form(text="Kini ada tiga loket."))
    assert client.post(url("improvement-public-approve", item.pk), form()).status_code == 403
    item.refresh_from_db()
    assert (item.public_text, item.public_approved_at) == ("Kini ada tiga loket.", None)


@pytest.mark.django_db
def test_a_file_that_is_no_photo_is_refused_in_words(world: Any) -> None:
    item = item_of(world)
    client = world.client(world.staff)
    for content in (b"", b"https://contoh.go.id/bukti"):
        response = client.post(
            url("improvement-proof-add", item.pk),
            form(file=upload("bukti.jpg", content), caption="Papan pengumuman"),
        )
        assert response.status_code == 422
        assert "Papan pengumuman" in response.content.decode()
    assert not ImprovementProof.objects.exists()


@pytest.mark.django_db
def test_a_huge_file_is_refused_in_words_and_not_taken_in(world: Any) -> None:
    item = item_of(world)
    address = url("improvement-proof-add", item.pk)
    response = world.client(world.staff).post(address, form(file=upload("besar.jpg", b"x" * 10_300_000)))
    assert response.status_code == 413
    assert (
        world.client(world.colleague).post(address, form(file=upload("b.jpg", b"x" * 10_300_000))).status_code
        == 404
    )
    assert not ImprovementProof.objects.exists()


@pytest.mark.django_db
def test_a_proof_is_for_those_who_see_the_item(world: Any) -> None:
    item = reported(world, item_of(world))
    address = url("improvement-proof", item.proofs.get().pk)
    answer = world.client(world.auditor).get(address)
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/jpeg")
    for who in (world.colleague, world.stranger_head, world.foreigner):
        assert world.client(who).get(address).status_code == 404
    world.client(world.staff).post(url("improvement-proof-remove", item.proofs.get().pk), form(confirmed="1"))
    assert ImprovementProof.objects.get().removed_at is None, "reported: it stays"


@pytest.mark.django_db
def test_a_second_check_changes_nothing(world: Any) -> None:
    item = reported(world, item_of(world))
    client = world.client(world.head)
    client.post(url("improvement-check", item.pk), form(verdict="accept"))
    client.post(url("improvement-check", item.pk), form(verdict="send_back", text="Foto buram."))
    assert ImprovementItem.objects.get().status == "done"
    assert item.events.filter(action="send_back").count() == 0


@pytest.mark.django_db
@pytest.mark.parametrize("page", ["improvement-list", "improvement-print", "improvement-mine"])
def test_lists_ask_the_same_whatever_their_length(world: Any, page: str) -> None:
    service = world.make_service()
    who = world.staff if page == "improvement-mine" else world.head
    client = world.client(who)
    counted = []
    for more in (1, 4):
        for _ in range(more):
            item_of(world, service, steps=["a"])
            done(world, item_of(world, service))
        client.get(url(page))
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url(page)).status_code == 200
        counted.append(len(queries))
    assert counted[0] == counted[1]


@pytest.mark.django_db
def test_the_list_is_narrowed(world: Any) -> None:
    service = world.make_service()
    first = item_of(world, service, origin="weak_unsur", action="Tambah kursi")
    second = item_of(world)
    late = item_of(world)
    ImprovementItem.objects.filter(pk=late.pk).update(due_on=day_of(world, -1))
    client = world.client(world.head)

    def shown(query: str) -> set[int]:
        rows = client.get(f"{url('improvement-list')}?{query}").context["rows"]
        return {row["item"].pk for row in rows}

    assert shown("") == {first.pk, second.pk, late.pk}
    assert shown(f"layanan={service.code}") == {first.pk}
    assert shown("asal=weak_unsur") == {first.pk}
    assert shown("q=kursi") == {first.pk}
    assert shown("status=late") == {late.pk}
    assert shown("status=done") == set()
    assert shown(f"unit={world.unit.pk}&status=all") == {first.pk, second.pk, late.pk}
    assert shown("unit=99999999999&status=lain&asal=lain") == {first.pk, second.pk, late.pk}


@pytest.mark.django_db
def test_typed_words_survive_an_expired_login(world: Any) -> None:
    address = f"{url('improvement-add')}?unit={world.unit.pk}"
    client = world.client(world.head)
    owner = client.get(address).content.decode().split('name="_owner" value="')[1].split('"')[0]
    client.logout()
    client.post(address, {**plan(world, action="Kata yang panjang"), "_owner": owner})
    assert not ImprovementItem.objects.exists()
    client.force_login(world.head.user, backend="django.contrib.auth.backends.ModelBackend")
    assert "Kata yang panjang" in client.get(address).content.decode()


@pytest.mark.django_db(transaction=True)
def test_ten_parallel_sends_make_one_item(world: Any) -> None:
    restore_questionnaire()
    data = plan(world)
    address = f"{url('improvement-add')}?unit={world.unit.pk}"

    def send(_number: int) -> tuple[int, str]:
        try:
            response = world.client(world.head).post(address, data)
            return response.status_code, response["Location"]
        finally:
            connections.close_all()

    with ThreadPoolExecutor(10) as pool:
        answers = set(pool.map(send, range(10)))
    item = ImprovementItem.objects.get()
    assert answers == {(302, url("improvement-detail", item.pk))}


# --- publication


@pytest.mark.django_db
def test_a_publication_counts_when_it_is_proved(world: Any, service: Any) -> None:
    period = service.survey_periods.get()
    client = world.client(world.head)
    page = url("publication-list", period.pk)
    assert page in client.get(url("survey-detail", service.code)).content.decode()
    data = {"medium": "board", "place": "Ruang tunggu", "published_on": day_of(world).isoformat()}
    assert client.post(url("publication-add", period.pk), form(**data)).status_code == 302
    assert client.get(page).context["media"] == 0
    row = SurveyPublication.objects.get()
    client.post(url("publication-prove", row.pk), form(file=upload("papan.jpg", photo())))
    assert client.get(page).context["media"] == 1
    assert client.get(url("publication-file", row.pk))["Content-Type"] == "image/jpeg"
    late = {**data, "published_on": (day_of(world) + timedelta(days=2)).isoformat(), "place": "Teks saya"}
    refused = client.post(url("publication-add", period.pk), form(**late))
    assert refused.status_code == 422
    assert "Teks saya" in refused.content.decode()
    wrong = client.post(url("publication-add", period.pk), form(**{**data, "link": "javascript:alert(1)"}))
    assert wrong.status_code == 422
    assert SurveyPublication.objects.count() == 1
    client.post(url("publication-withdraw", row.pk), form())
    assert SurveyPublication.objects.get().withdrawn_at is None, "asked first"
    client.post(url("publication-withdraw", row.pk), form(confirmed="1"))
    assert client.get(page).context["rows"] == []


@pytest.mark.django_db
def test_the_list_of_media_is_the_governments_own(world: Any, service: Any) -> None:
    client = world.client(world.head)
    assert client.post(url("medium-list"), form(name="Radio desa")).status_code == 302
    assert client.post(url("medium-list"), form(name="radio desa")).status_code == 422
    period = service.survey_periods.get()
    page = client.get(url("publication-add", period.pk)).content.decode()
    assert "Radio desa" in page
    medium = world.government.publication_media.get()
    data = {"medium": f"own:{medium.pk}", "published_on": day_of(world).isoformat()}
    client.post(url("publication-add", period.pk), form(**data))
    assert SurveyPublication.objects.get().own_medium == medium
    foreign = world.client(world.other.head)
    assert foreign.post(url("medium-switch", medium.pk), form(active="0")).status_code == 404
    medium.refresh_from_db()
    assert medium.is_active
    client.post(url("medium-switch", medium.pk), form(active="0"))
    assert "Radio desa" not in client.get(url("publication-add", period.pk)).content.decode()


@pytest.mark.django_db
def test_measuring_by_hand_needs_something_to_measure(world: Any) -> None:
    service = world.make_service()
    period = surveyed(service, "awal", day_of(world, -60), day_of(world, -30), [{"waktu": 1}] * 12)
    item = done(world, item_of(world, service, survey_period=period, unsur_code="waktu"))
    world.client(world.head).post(url("improvement-measure", item.pk), form())
    assert ImprovementItem.objects.get().status == "done"
    assert not improvement.comparable_period(ImprovementItem.objects.get(), day_of(world))

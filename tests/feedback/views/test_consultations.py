"""Meetings with the public: the office's pages, and what everybody sees."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from apps.feedback.models import Commitment, Consultation, ConsultationContribution, ConsultationPoint
from apps.feedback.services import commitments, consultations
from tests.feedback.helpers import no_minimum_time
from tests.feedback.improving import day_of, meeting_of, photo, point_of, upload
from tests.feedback.test_services_consultations import minutes, promise_of, published

pytestmark = pytest.mark.django_db


def url(name: str, *args: Any) -> str:
    return reverse(f"feedback:{name}", args=args)


def form(**values: Any) -> dict[str, Any]:
    return {"_key": str(uuid.uuid4()), **values}


def invitation(world: Any, **values: Any) -> dict[str, Any]:
    return form(
        **{
            "unit": world.unit.pk,
            "kind": "fkp",
            "title": "Forum standar pelayanan",
            "purpose": "Membahas standar.",
            "day": day_of(world, 10).isoformat(),
            "begins": "09.00",
            "ends": "11.30",
            "place": "Aula",
            "how_to_join": "Terbuka.",
            "agenda": "Waktu tunggu\n\nBiaya",
            "groups": "Pedagang\nPedagang\nDisabilitas",
            **values,
        }
    )


def test_a_meeting_is_prepared_and_announced_in_local_time(world: Any) -> None:
    client = world.client(world.head)
    answer = client.post(url("consultation-add"), invitation(world))
    meeting = Consultation.objects.get()
    assert answer["Location"] == url("consultation-detail", meeting.pk)
    assert meeting.starts_at.hour == 1, "09.00 WITA"
    assert [row.name for row in meeting.groups.all()] == ["Pedagang", "Disabilitas"]
    assert Client().get(url("consulting", meeting.code)).status_code == 404
    client.post(url("consultation-announce", meeting.pk), form(confirmed="1"))
    page = Client().get(url("consulting", meeting.code))
    assert page.status_code == 200
    assert "09.00 WITA" in page.content.decode()


@pytest.mark.parametrize(
    "bad",
    [
        {"ends": "08.00"},
        {"begins": "pagi"},
        {"agenda": " "},
        {"contributions_until": "2999-01-01"},
        {"title": ""},
        {"groups": "x" * 200},
    ],
)
def test_a_bad_invitation_keeps_what_was_typed(world: Any, bad: dict[str, str]) -> None:
    response = world.client(world.head).post(
        url("consultation-add"), invitation(world, purpose="Teks saya", **bad)
    )
    assert response.status_code == 422
    assert "Teks saya" in response.content.decode()
    assert not Consultation.objects.exists()


def test_a_meeting_about_one_service_is_measured_with_its_surveys(world: Any) -> None:
    service, elsewhere = world.make_service(), world.make_service(unit=world.other_agency)
    client = world.client(world.head)
    refused = client.post(url("consultation-add"), invitation(world, service=elsewhere.pk))
    assert refused.status_code == 422
    assert not Consultation.objects.exists()
    client.post(url("consultation-add"), invitation(world, service=service.pk))
    assert Consultation.objects.get().service == service
    client.post(url("consultation-revise", Consultation.objects.get().pk), invitation(world, title="Baru"))
    assert Consultation.objects.get().service == service, "a change of words keeps it"


def test_a_unit_of_others_cannot_be_named(world: Any) -> None:
    response = world.client(world.head).post(
        url("consultation-add"), invitation(world, unit=world.other_agency.pk)
    )
    assert response.status_code == 422
    assert not Consultation.objects.exists()


def test_it_is_changed_before_and_not_after_it_began(world: Any) -> None:
    meeting = meeting_of(world)
    client = world.client(world.head)
    client.post(url("consultation-revise", meeting.pk), invitation(world, title="Judul baru"))
    assert Consultation.objects.get().title == "Judul baru"
    Consultation.objects.update(
        starts_at=timezone.now() - timedelta(hours=3), ends_at=timezone.now() - timedelta(hours=1)
    )
    refused = client.post(url("consultation-revise", meeting.pk), invitation(world, title="Lain"))
    assert refused.status_code == 422
    assert Consultation.objects.get().title == "Judul baru"


def test_from_the_meeting_to_a_kept_promise_in_the_browser(world: Any) -> None:
    meeting = meeting_of(world, held=True)
    head, staff = world.client(world.head), world.client(world.staff)
    group = meeting.groups.first()
    head.post(
        url("consultation-attendance", meeting.pk),
        form(**{f"group_{group.pk}": "12", "others": "Wartawan 3"}),
    )
    bad = head.post(url("consultation-attendance", meeting.pk), form(others="tiga wartawan"))
    assert bad.status_code == 422
    head.post(url("consultation-point-add", meeting.pk), form(text="Antrean lama.", group=group.pk))
    point = ConsultationPoint.objects.get()
    refused = head.post(url("consultation-publish", meeting.pk), form(confirmed="1"))
    assert refused.status_code == 302
    assert Consultation.objects.get().published_at is None
    head.post(
        url("commitment-add", point.pk),
        form(text="Menambah loket", owner=world.staff.pk, due_on=day_of(world, 5).isoformat()),
    )
    promise = Commitment.objects.get()
    head.post(
        url("consultation-minutes", meeting.pk),
        form(text="Dibahas antrean.", file=upload("notulen.jpg", photo()), is_file_public="on"),
    )
    public = url("consulting", meeting.code)
    assert "Antrean lama." not in Client().get(public).content.decode()
    assert Client().get(url("consulting-minutes", meeting.code)).status_code == 404
    head.post(url("consultation-publish", meeting.pk), form(confirmed="1"))
    page = Client().get(public).content.decode()
    assert "Antrean lama." in page
    assert "Menambah loket" in page
    assert world.staff.name not in page
    assert world.head.name not in page
    assert Client().get(url("consulting-minutes", meeting.code)).status_code == 200
    staff.post(url("commitment-start", promise.pk), form())
    staff.post(url("commitment-note", promise.pk), form(text="Loket dipesan."))
    assert staff.post(url("commitment-keep", promise.pk), form(text="Sudah.")).status_code == 403
    assert Commitment.objects.get().status == "in_progress"
    head.post(url("commitment-keep", promise.pk), form(text="Loket dibuka."))
    page = Client().get(public)
    assert page.context["numbers"] == {"promised": 1, "kept": 1, "late": 0}
    assert "Loket dipesan." in page.content.decode()
    assert world.staff.name not in page.content.decode()


def test_a_late_promise_is_late_in_public(world: Any) -> None:
    meeting, promise = published(world)
    Commitment.objects.filter(pk=promise.pk).update(due_on=day_of(world, -1))
    page = Client().get(url("consulting", meeting.code))
    assert page.context["numbers"] == {"promised": 1, "kept": 0, "late": 1}
    client = world.client(world.staff)
    client.post(url("commitment-fail", promise.pk), form(text="Anggaran ditunda."))
    assert "Anggaran ditunda." in Client().get(url("consulting", meeting.code)).content.decode()


def test_the_feedback_officer_writes_and_the_head_publishes(world: Any) -> None:
    meeting = meeting_of(world, held=True)
    minutes(world, meeting)
    client = world.client(world.make_role_user("feedback_officer"))
    assert client.get(url("consultation-minutes", meeting.pk)).status_code == 200
    assert client.post(url("consultation-publish", meeting.pk), form(confirmed="1")).status_code == 403
    assert Consultation.objects.get().published_at is None
    world.client(world.head).post(url("consultation-publish", meeting.pk), form(confirmed="1"))
    assert Consultation.objects.get().published_at is not None


@pytest.mark.parametrize(("verb", "field"), [("announce", "announced_at"), ("publish", "published_at")])
def test_without_a_script_it_is_asked_first(world: Any, verb: str, field: str) -> None:
    meeting = meeting_of(world, announced=verb == "publish", held=verb == "publish")
    if verb == "publish":
        minutes(world, meeting)
    client = world.client(world.head)
    question = client.post(url(f"consultation-{verb}", meeting.pk), form())
    assert question.status_code == 200
    assert 'name="confirmed"' in question.content.decode()
    assert getattr(Consultation.objects.get(), field) is None
    client.post(url(f"consultation-{verb}", meeting.pk), form(confirmed="1"))
    assert getattr(Consultation.objects.get(), field) is not None


def test_personal_data_is_named_as_such(world: Any) -> None:
    meeting = meeting_of(world)
    response = world.client(world.head).post(
        url("consultation-point-add", meeting.pk), form(text="Telepon 081234567890")
    )
    assert response.status_code == 422
    assert "Telepon 081234567890" in response.content.decode()
    assert not ConsultationPoint.objects.exists()


# --- written contributions


def test_anybody_writes_without_a_name_and_once(world: Any) -> None:
    no_minimum_time()
    meeting = meeting_of(world)
    client = Client()
    page = client.get(url("contribution-new", meeting.code))
    data = form(text="Kursi tunggu kurang.", tampil=page.context["form"]["tampil"].value(), situs="")
    first = client.post(url("contribution-new", meeting.code), data)
    second = client.post(url("contribution-new", meeting.code), data)
    assert first["Location"] == second["Location"] == url("contribution-thanks", meeting.code)
    row = ConsultationContribution.objects.get()
    assert (row.text, row.status, row.is_suspicious) == ("Kursi tunggu kurang.", "waiting", False)
    assert "Kursi tunggu kurang." not in client.get(url("consulting", meeting.code)).content.decode()
    head = world.client(world.head)
    assert "Kursi tunggu kurang." in head.get(url("contribution-list", meeting.pk)).content.decode()
    head.post(url("contribution-read", row.pk), form(reason_code="show"))
    assert "Kursi tunggu kurang." in client.get(url("consulting", meeting.code)).content.decode()
    address = f"{url('consultation-point-add', meeting.pk)}?masukan={row.pk}"
    assert head.get(address).context["form"]["text"].value() == "Kursi tunggu kurang."
    head.post(address, form(text="Kursi tunggu kurang."))
    row.refresh_from_db()
    assert row.point == ConsultationPoint.objects.get()


def test_a_trap_is_accepted_and_marked(world: Any) -> None:
    meeting = meeting_of(world)
    client = Client()
    page = client.get(url("contribution-new", meeting.code))
    data = form(text="Beli obat", tampil=page.context["form"]["tampil"].value(), situs="http://x")
    assert client.post(url("contribution-new", meeting.code), data).status_code == 302
    assert ConsultationContribution.objects.get().is_suspicious


def test_words_that_come_too_late_can_be_copied(world: Any) -> None:
    meeting = meeting_of(world)
    Consultation.objects.update(contributions_until=day_of(world, -1))
    client = Client()
    assert client.get(url("contribution-new", meeting.code)).status_code == 302
    response = client.post(url("contribution-new", meeting.code), form(text="Kursi tunggu kurang."))
    assert response.status_code == 409
    assert "Kursi tunggu kurang." in response.content.decode()
    assert not ConsultationContribution.objects.exists()


def test_empty_words_are_asked_for(world: Any) -> None:
    meeting = meeting_of(world)
    assert Client().post(url("contribution-new", meeting.code), form(text=" ")).status_code == 422
    assert not ConsultationContribution.objects.exists()


def test_why_something_is_not_shown_is_counted_in_public(world: Any) -> None:
    meeting = meeting_of(world)
    row = consultations.contribute(consultation_id=meeting.pk, text="Pak Anu malas", at=timezone.now())
    client = world.client(world.head)
    assert client.post(url("contribution-read", row.pk), form()).status_code == 422
    client.post(url("contribution-read", row.pk), form(reason_code="personal"))
    row.refresh_from_db()
    assert (row.status, row.reason_code, row.text) == ("not_shown", "personal", "Pak Anu malas")
    page = Client().get(url("consulting", meeting.code))
    assert page.context["contributions"].not_shown == 1
    assert "Pak Anu" not in page.content.decode()


# --- lists


@pytest.mark.parametrize("page", ["consultation-list", "consulting-list"])
def test_lists_ask_the_same_whatever_their_length(world: Any, page: str) -> None:
    client = world.client(world.head)
    counted = []
    for more in (1, 3):
        for _ in range(more):
            meeting = meeting_of(world)
            promise_of(world, meeting)
        client.get(url(page))
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url(page)).status_code == 200
        counted.append(len(queries))
    assert counted[0] == counted[1]


@pytest.mark.parametrize("inside", [True, False])
def test_a_meeting_asks_the_same_for_one_point_and_for_four(world: Any, inside: bool) -> None:
    counted = []
    for points in (1, 4):
        meeting = meeting_of(world, held=True)
        for number in range(points):
            promise = promise_of(world, meeting)
            commitments.start_commitment(commitment_id=promise.pk, by=world.staff.user, at=timezone.now())
            consultations.answer_point(
                point_id=promise.point_id, answer=f"Jawaban {number}", by=world.head.user, at=timezone.now()
            )
        minutes(world, meeting)
        consultations.publish_minutes(consultation_id=meeting.pk, by=world.head.user, at=timezone.now())
        client = world.client(world.head) if inside else Client()
        address = url("consultation-detail", meeting.pk) if inside else url("consulting", meeting.code)
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        counted.append(len(queries))
    assert counted[0] == counted[1]


def test_the_public_list_is_narrowed_to_a_unit(world: Any) -> None:
    meeting = meeting_of(world)
    meeting_of(world, unit=world.other_agency, title="Forum sekolah")
    client = Client()

    def shown(query: str) -> list[str]:
        rows = client.get(f"{url('consulting-list')}?{query}").context["rows"]
        return [row["meeting"].title for row in rows]

    assert sorted(shown("")) == ["Forum sekolah", meeting.title]
    assert shown(f"unit={world.agency.pk}") == [meeting.title]
    assert sorted(shown("pemerintah=kendari")) == ["Forum sekolah", meeting.title]
    assert sorted(shown("unit=abc&pemerintah=lain")) == ["Forum sekolah", meeting.title]


def test_calling_off_is_told_in_public(world: Any) -> None:
    meeting = meeting_of(world)
    point_of(world, meeting)
    client = world.client(world.head)
    assert client.post(url("consultation-cancel", meeting.pk), form(text="")).status_code == 422
    assert Consultation.objects.get().cancelled_at is None
    client.post(url("consultation-cancel", meeting.pk), form(text="Banjir."))
    assert "Banjir." in Client().get(url("consulting", meeting.code)).content.decode()
    assert Client().get(url("contribution-new", meeting.code)).status_code == 302

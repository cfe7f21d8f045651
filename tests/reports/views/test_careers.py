"""The career file as PDF: what stands in it, for whom, and what it never tells."""

from datetime import date
from typing import Any

import pytest
from django.urls import reverse

from apps.employees.models import RecordView
from apps.supervision.models import DisciplineRecord
from tests.reports.rendering.reading import assert_in_order, find_all, reader, words
from tests.supervision.test_selectors_career import certify, graduate, rate
from tests.world import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_september(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)


def address(person: Any) -> str:
    return reverse("reports:career-download", args=[person.pk])


def punish(person: Any, decree: str, **values: Any) -> None:
    DisciplineRecord.objects.create(
        employee=person, level="light", starts_on=date(2026, 1, 1), decree=decree, entered_at=NOW, **values
    )


def test_my_file_holds_what_was_verified(world: Any) -> None:
    graduate(world.staff, "s1_d4", field="Gizi")
    graduate(world.staff, "s2", field="Belum Diperiksa", verified_at=None)
    certify(world.staff, "seminar", jp="22.5")
    rate(world, world.staff, "baik")
    punish(world.staff, "SK-7")
    punish(world.staff, "SK-8", revoked_at=NOW, revoke_note="Keliru")
    answer = world.client(world.staff).get(address(world.staff))
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    told = words(answer.content)
    assert_in_order(
        told,
        "RIWAYAT KARIER",
        world.staff.full_name,
        world.staff.nip,
        "15 September 2026",
        "53 dari 100",  # 55 less 2: a light punishment gives 3 points of 5
        "Jabatan dan penugasan",
        "Puskesmas Lepo-Lepo",
        "Hasil akhir tahunan",
        "2025",
        "Pendidikan",
        "1 Agustus 2008",
        "Gizi",
        "UHO",
        "Pengembangan kompetensi",
        "2026: 22,5 JP",
        "Pelatihan seminar",
        "Penghargaan",
        "Belum ada penghargaan tercatat.",
        "Hukuman disiplin",
        "SK-7",
        "tidak memuat kode verifikasi",
    )
    for hidden in ("Belum Diperiksa", "SK-8", "Kode verifikasi "):
        assert hidden not in told
    assert not RecordView.objects.exists()


def test_neither_the_address_nor_the_file_name_tells_who_it_is(world: Any) -> None:
    answer = world.client(world.staff).get(address(world.staff))
    assert answer["Content-Disposition"] == 'attachment; filename="riwayat-karier-2026-09-15.pdf"'
    assert answer["Cache-Control"] == "private, no-store"
    assert world.staff.nip not in address(world.staff)


def test_leadership_reads_no_decree_and_the_person_sees_who_opened_it(world: Any) -> None:
    punish(world.staff, "SK-7")
    leader = world.make_role_user("leadership", world.agency)
    told = words(world.client(leader).get(address(world.staff)).content)
    assert "RIWAYAT KARIER" in told
    for hidden in ("SK-7", "Hukuman disiplin"):
        assert hidden not in told
    assert RecordView.objects.filter(viewer=leader, employee=world.staff).count() == 1
    assert "SK-7" in words(world.client(world.personnel_officer).get(address(world.staff)).content)


@pytest.mark.parametrize(("who", "status"), [("head", 403), ("colleague", 404), ("foreigner", 404)])
def test_others_get_nothing(world: Any, who: str, status: int) -> None:
    assert world.client(getattr(world, who)).get(address(world.staff)).status_code == status
    assert not RecordView.objects.exists()


def test_it_is_the_same_bytes_and_can_be_read_aloud(world: Any) -> None:
    client = world.client(world.staff)
    first, second = (client.get(address(world.staff)).content for _ in range(2))
    assert first == second
    root = reader(first).trailer["/Root"]
    assert root["/Lang"] == "id"
    assert "/Table" in find_all(root["/StructTreeRoot"], "/S")


def test_the_page_offers_it(world: Any) -> None:
    assert address(world.staff) in world.client(world.staff).get("/karier/").content.decode()

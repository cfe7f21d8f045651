"""The pages of the practice period: the whole way, text that is never lost, counts, the office's page."""

import uuid
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.employees.models import UnitHelper
from apps.supervision.models import PracticeCase, PracticeEntry, PracticePeriod
from apps.supervision.services import practice, practice_periods
from tests.world import NOW

from .practised import built_in_cases, filled, running, supervised, went_through

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock() -> Iterator[Any]:
    with time_machine.travel(NOW, tick=False) as travelled:
        yield travelled


@pytest.fixture
def period(world: Any) -> PracticePeriod:
    return running(world)


def url(name: str, *args: Any) -> str:
    return reverse(f"supervision:practice{name}", args=args)


def line(**changes: Any) -> dict[str, Any]:
    return {
        "text": "Melayani warga",
        "result": "1",
        "date": "2026-09-14",
        "quantity": "38",
        "indicator": "1",
        "_key": str(uuid.uuid4()),
    } | changes


# --- the whole way


def test_the_whole_way_of_staff(world: Any, period: PracticePeriod) -> None:
    client = world.client(world.staff)
    assert client.post(url("-line"), line()).url == url("-line")
    shown = client.get(url("-section", "realisasi")).content.decode()
    assert url("-line") + "?indikator=" not in shown.split("38", 1)[0]
    answer = client.post(
        url("-section", "realisasi"),
        {"version": "1", "value_2": "88", "value_3": "19,5", "note_2": "Dua menunggu"},
    )
    assert answer.url == url("-section", "capaian")
    answer = client.post(url("-section", "capaian"), {"version": "2", "text": "Semua dilayani."})
    assert answer.url == url("-section", "kendala")
    assert client.get(url("-check")).context["blocking"] == []
    key = str(uuid.uuid4())
    for _twice in range(2):
        assert client.post(url("-send"), {"_key": key}).url == url("-receipt")
    assert client.get(url("-receipt")).context["number"] == "LATIHAN-1"
    assert client.get(url("-report")).url == url("-seen")
    assert "Semua dilayani." in client.get(url("-seen")).content.decode()
    assert client.post(url("-continue")).url == url("-report")
    questions = client.get(url("-report")).context["questions"]
    assert [row["source"] for row in questions] == ["missing", "fixed"]
    assert [row["by_rule"] for row in questions] == [True, False]
    client.post(url("-section", "capaian"), {"version": "5", "text": "Semua dilayani, naik dua."})
    client.post(url("-send"))
    assert client.get(url("-receipt")).context["number"] == "LATIHAN-2"
    client.post(url("-continue"))
    client.post(url("-continue"))
    assert client.get(url("-report")).context["is_done"]
    entry = PracticeEntry.objects.get()
    assert (entry.status, len(entry.content["sent"])) == ("done", 2)


def test_every_page_says_that_it_does_not_count(world: Any, period: PracticePeriod) -> None:
    went_through(world.head, period)
    client = world.client(world.head)
    names = ["", "-line", "-report", "-receipt", "-seen"]
    pages = [url(name) for name in names] + [url("-review", 1), url("-case", 1)]
    for page in pages:
        text = client.get(page).content.decode()
        assert 'class="practice-mark"' in text, page
        assert 'class="watermark"' in text, page
    practice.delete_own(person=world.head)
    for page in (url("-section", "realisasi"), url("-section", "dukungan"), url("-check")):
        assert 'class="practice-mark"' in client.get(page).content.decode(), page
    assert 'class="practice-mark"' in client.post(url("-delete")).content.decode()


def test_a_supervisor_sees_the_agreed_answer_only_afterwards(world: Any, period: PracticePeriod) -> None:
    client = world.client(world.head)
    case = built_in_cases()[0]
    before = client.get(url("-case", 1)).content.decode()
    assert case.why not in before
    refused = client.post(
        url("-case", 1), {"work_result": "above_expectation", "behavior": "meets_expectation"}
    )
    assert refused.status_code == 422, "the highest rating needs a reason, as in the real form"
    assert case.why not in refused.content.decode()
    assert not PracticeEntry.objects.exists()
    client.post(
        url("-case", 1),
        {"work_result": "above_expectation", "behavior": "meets_expectation", "reason": "Melampaui."},
    )
    response = client.get(url("-case", 1))
    assert case.why in response.content.decode()
    assert [(row["mine"], row["is_same"]) for row in response.context["rows"]] == [
        ("above_expectation", False),
        ("meets_expectation", False),
    ]
    assert (response.context["my_predikat"], response.context["agreed_predikat"]) == ("baik", "baik")
    assert response.context["following"][:2] == ("supervision:practice-review", 1)


def test_a_review_uses_the_real_verbs(world: Any, period: PracticePeriod) -> None:
    client = world.client(world.head)
    address = url("-review", 2)
    assert client.get(address).context["entry"] is None
    assert client.post(address, {"verb": "return", "note": " "}).status_code == 422
    assert client.post(address, {"verb": "burn"}).status_code == 200
    assert not PracticeEntry.objects.exists()
    for note in ("Berapa berkas?", "Kedua"):
        assert client.post(address, {"verb": "return", "note": note}).url == address
    response = client.get(address)
    assert response.context["is_same"]
    assert response.context["entry"].content["note"] == "Berapa berkas?"
    assert client.get(url("-review", 9)).status_code == 404


# --- text is never lost


def test_a_double_press_writes_one_line(world: Any, period: PracticePeriod) -> None:
    client, sent = world.client(world.staff), line()
    for _twice in range(2):
        assert client.post(url("-line"), sent).status_code == 302
    assert len(PracticeEntry.objects.get().content["lines"]) == 1


def test_a_wrong_line_stays_on_the_page(world: Any, period: PracticePeriod) -> None:
    response = world.client(world.staff).post(url("-line"), line(date="2026-09-16", text="Besok saja"))
    assert response.status_code == 422
    assert "date" in response.context["form"].errors
    assert "Besok saja" in response.content.decode()
    assert not PracticeEntry.objects.exists()


def test_an_unreadable_number_does_not_lose_the_others(world: Any, period: PracticePeriod) -> None:
    response = world.client(world.staff).post(
        url("-section", "realisasi"),
        {"version": "0", "value_2": "banyak", "value_3": "18,5", "note_2": "Catatan"},
    )
    assert response.status_code == 422
    assert "banyak" in response.content.decode()
    content = PracticeEntry.objects.get().content
    assert (content["figures"], content["notes"]["2"]) == ({"3": "18.5"}, "Catatan")


def test_two_tabs_are_shown_both_texts(world: Any, period: PracticePeriod) -> None:
    client = world.client(world.staff)
    client.post(url("-section", "capaian"), {"version": "0", "text": "Dari ponsel"})
    response = client.post(url("-section", "capaian"), {"version": "0", "text": "Dari laptop"})
    assert response.status_code == 409
    assert [(row["saved"], row["mine"]) for row in response.context["conflicts"]] == [
        ("Dari ponsel", "Dari laptop")
    ]
    assert PracticeEntry.objects.get().content["achievements"] == "Dari ponsel"
    chosen = {"version": str(response.context["version"]), "text": "Dari laptop"}
    assert client.post(url("-section", "capaian"), chosen).status_code == 302
    assert PracticeEntry.objects.get().content["achievements"] == "Dari laptop"


# --- saved in the background


def test_autosave_answers_what_the_script_understands(world: Any, period: PracticePeriod) -> None:
    client = world.client(world.staff)
    page = client.get(url("-section", "kendala")).content.decode()
    assert f'data-autosave-url="{url("-autosave")}"' in page
    assert 'name="bagian" value="kendala"' in page
    saved = client.post(url("-autosave"), {"bagian": "kendala", "version": 0, "text": "Hujan"})
    assert (saved.status_code, saved.json()) == (200, {"saved_at": "10.00 WITA", "version": 1})
    assert "10.00 WITA" in client.get(url("-section", "kendala")).content.decode()
    conflict = client.post(url("-autosave"), {"bagian": "kendala", "version": 0, "text": "Lain"})
    assert (conflict.status_code, list(conflict.json())) == (409, ["message"])
    figures = {"bagian": "realisasi", "version": 1, "value_2": "abc", "note_2": "x"}
    partly = client.post(url("-autosave"), figures)
    assert partly.status_code == 200
    assert partly.json()["saved_at"] != "10.00 WITA"
    entry = PracticeEntry.objects.get()
    assert (entry.content["obstacles"], entry.content["notes"]["2"]) == ("Hujan", "x")
    assert client.post(url("-autosave"), {"bagian": "apa"}).status_code == 404


def test_a_page_with_two_texts_does_not_save_itself(world: Any, period: PracticePeriod) -> None:
    client = world.client(world.staff)
    client.post(url("-section", "capaian"), {"version": "0", "text": "Dari ponsel"})
    page = client.post(url("-section", "capaian"), {"version": "0", "text": "Dari laptop"}).content.decode()
    assert "data-autosave-url" not in page


def test_autosave_says_when_it_cannot_save(world: Any, period: PracticePeriod, clock: Any) -> None:
    client = world.client(world.staff)
    went_through(world.staff, period)
    before = PracticeEntry.objects.values().get()
    data = {"bagian": "capaian", "version": 99, "text": "Terlambat"}
    sent = client.post(url("-autosave"), data)
    clock.move_to(datetime(2026, 9, 26, 3, tzinfo=NOW.tzinfo))
    ended = world.client(world.staff).post(url("-autosave"), data)
    elsewhere = world.client(world.foreigner).post(url("-autosave"), data)
    for answer in (sent, ended, elsewhere):
        assert (answer.status_code, list(answer.json())) == (409, ["message"])
    signed_out = world.client().post(url("-autosave"), data)
    assert (signed_out.status_code, signed_out.url[:7]) == (302, "/masuk/")
    assert PracticeEntry.objects.values().get() == before


def test_text_survives_an_expired_session(world: Any, period: PracticePeriod) -> None:
    page = world.client(world.staff).get(url("-section", "capaian")).content.decode()
    owner = page.split('name="_owner" value="')[1].split('"')[0]
    signed_out = world.client()
    answer = signed_out.post(
        url("-section", "capaian"), {"version": "0", "text": "Panjang sekali", "_owner": owner}
    )
    assert answer.status_code == 302
    signed_out.force_login(world.staff.user, backend="django.contrib.auth.backends.ModelBackend")
    assert "Panjang sekali" in signed_out.get(url("-section", "capaian")).content.decode()
    assert not PracticeEntry.objects.exists()


@pytest.mark.parametrize("day", [26, 30])
def test_after_the_end_typed_text_is_given_back(
    world: Any, period: PracticePeriod, clock: Any, day: int
) -> None:
    clock.move_to(datetime(2026, 9, day, 3, tzinfo=NOW.tzinfo))
    client = world.client(world.staff)
    response = client.post(url("-section", "capaian"), {"version": "0", "text": "Terlambat"})
    assert response.status_code == 409
    assert response.context["typed"] == ["Terlambat"]
    assert client.post(url("-line"), line(text="Juga terlambat")).status_code == 409
    assert not PracticeEntry.objects.exists()
    assert client.get(url("")).status_code == 200


# --- away with it


def test_deleting_asks_first_and_works_after_the_end(world: Any, period: PracticePeriod, clock: Any) -> None:
    went_through(world.staff, period)
    clock.move_to(datetime(2026, 10, 1, 3, tzinfo=NOW.tzinfo))
    client = world.client(world.staff)
    assert client.post(url("-delete")).status_code == 200
    assert PracticeEntry.objects.exists()
    assert client.post(url("-delete"), {"confirmed": "1"}).url == url("")
    assert not PracticeEntry.objects.exists()
    assert not client.get(url("")).context["has_entries"]


# --- start page


def test_the_start_page_offers_it_until_it_was_tried(world: Any, period: PracticePeriod) -> None:
    client = world.client(world.staff)
    context = client.get(reverse("beranda")).context
    assert context["practice"] == period
    assert [row["tone"] for row in context["first_steps"]] == ["neutral"] * 5
    filled(world.staff, period)
    assert client.get(reverse("beranda")).context["practice"] == period, "a draft is not tried yet"
    practice.send_report(person=world.staff, period=period, at=NOW)
    context = client.get(reverse("beranda")).context
    assert context["practice"] is None
    assert context["first_steps"][0]["tone"] == "done"
    assert context["first_steps"][0]["url"] == url("")
    practice_periods.close_period(period_id=period.pk, by=None, at=datetime(2026, 9, 14, tzinfo=NOW.tzinfo))
    context = client.get(reverse("beranda")).context
    assert (context["practice"], len(context["first_steps"])) == (None, 4)


# --- counts


def test_the_helper_and_the_office_read_a_count_and_no_name(world: Any, period: PracticePeriod) -> None:
    UnitHelper.objects.create(
        unit=world.unit,
        employee=world.colleague,
        phone="0812",
        period=DateRange(date(2026, 1, 1), None),
        named_at=NOW,
    )
    people = [world.make_employee(f"Orang {n}", world.unit, appraiser=world.head) for n in range(9)]
    for person in people[:5]:
        filled(person, period)
    helper, office = world.client(world.colleague), world.client(world.personnel_officer)
    assert helper.get(url("")).context["helped"].shown == "few"
    for person in people[:5]:
        practice.send_report(person=person, period=period, at=NOW)
    count = helper.get(url("")).context["helped"]
    assert (count.shown, count.group.tried, count.group.people) == ("exact", 5, 12)
    page = office.get(url("-manage"))
    assert [(row.unit.name, row.shown) for row in page.context["rows"]] == [
        ("Dinas Kesehatan", "exact"),
        ("Dinas Pendidikan", "hidden"),
    ]
    assert page.context["total"] is None, "the total would tell of the two people of the small agency"
    assert "Orang 1" not in page.content.decode()
    assert world.client(world.staff).get(url("")).context["helped"] is None


# --- the office


def test_the_office_opens_and_ends_it(world: Any) -> None:
    client = world.client(world.personnel_officer)
    days = {"opens_on": "2026-09-15", "closes_on": "30/09/2026", "_key": str(uuid.uuid4())}
    wrong = client.post(url("-manage"), {"opens_on": "2026-09-15", "closes_on": "2026-09-01"})
    assert wrong.status_code == 422
    assert not PracticePeriod.objects.exists()
    past = client.post(url("-manage"), {"opens_on": "2026-08-15", "closes_on": "2026-09-01"})
    assert past.status_code == 422
    assert not PracticePeriod.objects.exists()
    for _twice in range(2):
        assert client.post(url("-manage"), days).url == url("-manage")
    period = PracticePeriod.objects.get()
    assert (period.made_by, period.closes_on) == (world.personnel_officer, date(2026, 9, 30))
    assert client.post(url("-manage"), days | {"_key": str(uuid.uuid4())}).status_code == 422
    assert client.post(url("-close", period.pk)).status_code == 200
    assert PracticePeriod.objects.get().closes_on == date(2026, 9, 30)
    client.post(url("-close", period.pk), {"confirmed": "1"})
    assert PracticePeriod.objects.get().closes_on == date(2026, 9, 15)


@pytest.mark.parametrize("who", ["staff", "head", "auditor"])
def test_nobody_else_opens_or_ends_it(world: Any, period: PracticePeriod, who: str) -> None:
    client = world.client(getattr(world, who))
    days = {"opens_on": "2026-10-15", "closes_on": "2026-10-30"}
    assert client.post(url("-manage"), days).status_code == 403
    assert client.post(url("-close", period.pk), {"confirmed": "1"}).status_code == 403
    assert client.post(url("-case-edit", 1), {"title": "x"}).status_code == 403
    assert client.post(url("-case-reset", 1), {"confirmed": "1"}).status_code == 403
    assert [row.closes_on for row in PracticePeriod.objects.all()] == [period.closes_on]
    assert not PracticeCase.objects.exclude(government=None).exists()


def test_another_governments_period_is_not_there(world: Any, period: PracticePeriod) -> None:
    officer = world.other.make_role_user("personnel_officer")
    assert world.client(officer).post(url("-close", period.pk), {"confirmed": "1"}).status_code == 404
    period.refresh_from_db()
    assert period.closes_on == date(2026, 9, 25)


def test_the_office_writes_its_own_case(world: Any, period: PracticePeriod) -> None:
    client = world.client(world.personnel_officer)
    case = {
        "title": "Kasus kami",
        "results": "Semua tercapai",
        "behavior_text": "Baik",
        "work_result": "meets_expectation",
        "behavior": "meets_expectation",
        "why": "",
    }
    refused = client.post(url("-case-edit", 1), case)
    assert refused.status_code == 422
    assert "Semua tercapai" in refused.content.decode()
    assert client.post(url("-case-edit", 1), case | {"why": "Sesuai."}).url == url("-manage")
    assert world.client(world.head).get(url("-case", 1)).context["case"].title == "Kasus kami"
    assert client.post(url("-case-reset", 1)).status_code == 200
    assert PracticeCase.objects.filter(government=world.government).exists()
    client.post(url("-case-reset", 1), {"confirmed": "1"})
    assert not PracticeCase.objects.filter(government=world.government).exists()
    assert client.get(url("-case-edit", 3)).status_code == 404


# --- queries


def _queries(client: Any, address: str) -> int:
    client.get(address)  # what stands around the page may be remembered for a while
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def test_the_number_of_queries_does_not_grow(world: Any, period: PracticePeriod) -> None:
    front, office = world.client(world.head), world.client(world.personnel_officer)
    before = _queries(front, url("")), _queries(office, url("-manage"))
    supervised(world.head, period)
    went_through(world.head, period)
    agency = world.make_unit("Dinas Baru", "dinas", world.root)
    for number in range(6):
        went_through(world.make_employee(f"Baru {number}", agency, appraiser=world.agency_head), period)
    assert (_queries(front, url("")), _queries(office, url("-manage"))) == before

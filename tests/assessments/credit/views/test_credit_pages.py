"""Angka kredit on the pages: the person, the officer, and what each may not do."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from decimal import Decimal
from threading import Barrier
from typing import Any
from uuid import uuid4

import pytest
from django.core import signing
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from apps.assessments.models import (
    CreditConversion,
    CreditDiploma,
    CreditOpening,
    CreditPak,
    CreditRankStep,
    Evaluation,
)
from apps.assessments.services import credit
from apps.core import held_forms, long_jobs
from apps.core.localtime import local_date
from apps.core.models import Job
from apps.employees.models import Placement, Position, RoleAssignment

from ..conftest import AT

pytestmark = pytest.mark.django_db


def url(name: str, *args: Any) -> str:
    return reverse(f"assessments:credit-{name}", args=args)


def today(world: Any) -> date:
    return local_date(timezone.now(), world.government.timezone)


@pytest.fixture
def conversion(world: Any, year: Any, plan: Any, final: Any) -> CreditConversion:
    (row,) = credit.convert_evaluation(evaluation_id=final(plan(), year["2"]).pk, at=AT)
    return row


def opening(world: Any, value: str = "40.00", employee: Any = None) -> CreditOpening:
    return credit.record_opening(
        employee=employee or world.staff,
        amount=credit.Balance(Decimal(value)),
        as_of=date(2025, 12, 31),
        note="PAK lama",
        by=world.personnel_officer,
        at=AT,
    )


def pak(world: Any) -> CreditPak:
    return credit.issue_pak(
        employee=world.staff, as_of=today(world), by=world.personnel_officer, at=timezone.now()
    )


# --- the person


def test_my_page_says_how_much_why_and_what_is_missing(world: Any, conversion: CreditConversion) -> None:
    opening(world)
    page = world.client(world.staff).get(url("mine"))
    text = page.content.decode()
    assert page.status_code == 200
    assert "46,25" in text
    assert "3/12 × 100% × 25 = 6,25" in text
    assert "53,75" in text  # missing for the rank
    assert "153,75" in text  # missing for the level
    assert conversion.number in text
    assert url("pak-issue", world.staff.pk) not in text


def test_my_page_without_a_functional_post(world: Any) -> None:
    page = world.client(world.agency_head).get(url("mine"))
    assert page.status_code == 200
    assert page.context["facts"].jenjang == ""


def test_my_page_without_a_staff_record(world: Any) -> None:
    assert world.client(world.auditor).get(url("mine")).status_code == 200


def test_the_result_list_links_to_credit_only_where_it_is_kept(world: Any) -> None:
    mine = reverse("assessments:evaluation-mine")
    assert url("mine") in world.client(world.staff).get(mine).content.decode()
    assert url("mine") not in world.client(world.agency_head).get(mine).content.decode()


def test_the_person_page_links_to_credit(world: Any) -> None:
    page = world.client(world.head).get(reverse("employees:detail", args=[world.staff.pk]))
    assert url("detail", world.staff.pk) in page.content.decode()


def test_a_pak_shows_what_was_fixed(world: Any, conversion: CreditConversion) -> None:
    made = pak(world)
    Evaluation.objects.filter(pk=conversion.evaluation_id).update(predikat="sangat_kurang")
    credit.convert_evaluation(evaluation_id=conversion.evaluation_id, at=timezone.now())
    text = world.client(world.staff).get(url("pak", made.pk)).content.decode()
    assert made.number in text
    assert "3/12 × 100% × 25 = 6,25" in text


# --- the list


def test_the_list_is_for_whoever_answers_for_credit(world: Any) -> None:
    text = world.client(world.personnel_officer).get(url("list")).content.decode()
    assert world.staff.name in text
    assert world.stranger.name in text
    assert world.head.name not in text  # no functional post
    assert world.client(world.staff).get(url("list")).status_code == 403
    assert world.client(world.head).get(url("list")).status_code == 403


def test_an_officer_of_one_agency_sees_its_people(world: Any) -> None:
    officer = world.make_role_user("personnel_officer", world.other_agency)
    page = world.client(officer).get(url("list"))
    assert [person for person, _facts in page.context["rows"]] == [world.stranger]


def test_the_list_can_be_searched(world: Any) -> None:
    client = world.client(world.personnel_officer)
    by_name = client.get(url("list"), {"cari": "bidan"})
    assert [person for person, _facts in by_name.context["rows"]] == [world.colleague]
    by_unit = client.get(url("list"), {"unit": world.other_agency.pk})
    assert [person for person, _facts in by_unit.context["rows"]] == [world.stranger]
    assert client.get(url("list"), {"unit": world.other.agency.pk}).status_code == 404
    assert client.get(url("list"), {"cari": "tidak ada"}).context["rows"] == []


def test_the_list_costs_the_same_for_3_and_300_people(world: Any, conversion: CreditConversion) -> None:
    client = world.client(world.personnel_officer)

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url("list")).status_code == 200
        return len(queries)

    cost()  # session and caches
    few = cost()
    crowd(world, 297)
    assert cost() == few


def crowd(world: Any, size: int) -> None:
    """Add functional staff in bulk: names and posts, nothing else."""
    people = type(world.staff)
    first = people.objects.bulk_create(
        people(
            government=world.government,
            nip=f"19900101202001{number + 1000:04d}",
            name=f"Perawat {number:03d}",
            status="pns",
            golongan="III/c",
        )
        for number in range(size)
    )
    posts = Position.objects.bulk_create(
        Position(unit=world.unit, title=f"Perawat {n}", position_class="jf", level="ahli_muda")
        for n in range(size)
    )
    Placement.objects.bulk_create(
        Placement(employee=person, position=post, period=world.staff.placements.get().period)
        for person, post in zip(first, posts, strict=True)
    )


def test_an_unknown_level_is_said(world: Any) -> None:
    Position.objects.filter(placements__employee=world.staff).update(level="")
    page = world.client(world.personnel_officer).get(url("list"))
    assert 'data-status="missing"' in page.content.decode() or "missing" in page.content.decode()
    facts = dict(page.context["rows"])[world.staff]
    assert facts.jenjang == ""


# --- what officers enter

OPENING = {"kind": "other", "value": "40,25", "as_of": "2025-12-31", "note": "PAK 12/2025"}


def test_entering_a_balance(world: Any) -> None:
    client = world.client(world.personnel_officer)
    there = url("opening", world.staff.pk)
    assert client.get(there).status_code == 200
    answer = client.post(there, OPENING)
    assert answer.status_code == 302
    assert answer["Location"] == url("detail", world.staff.pk)
    found = CreditOpening.objects.get()
    assert (found.value, found.entered_by) == (Decimal("40.25"), world.personnel_officer)


def test_the_same_form_twice_is_one_balance(world: Any) -> None:
    client = world.client(world.personnel_officer)
    key = str(uuid4())
    answers = [client.post(url("opening", world.staff.pk), OPENING | {"_key": key}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [302, 302]
    assert answers[0]["Location"] == answers[1]["Location"]
    assert CreditOpening.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"kind": ""}, "kind"),
        ({"value": ""}, "value"),
        ({"value": "banyak"}, "value"),
        ({"note": ""}, "note"),
        ({"as_of": ""}, "as_of"),
        ({"as_of": "2999-01-01"}, "as_of"),
        ({"kind": "move"}, "years"),
        ({"kind": "integration", "conventional": "100"}, "base"),
        ({"kind": "integration", "conventional": "100", "base": "101"}, "base"),
    ],
)
def test_a_wrong_balance_is_refused_and_kept_in_the_form(
    world: Any, changes: dict[str, str], field: str
) -> None:
    answer = world.client(world.personnel_officer).post(url("opening", world.staff.pk), OPENING | changes)
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert not CreditOpening.objects.exists()
    if "note" not in changes:
        assert "PAK 12/2025" in answer.content.decode()


def test_a_second_balance_is_refused_beside_its_field(world: Any) -> None:
    opening(world)
    answer = world.client(world.personnel_officer).post(url("opening", world.staff.pk), OPENING)
    assert answer.status_code == 422
    assert "kind" in answer.context["form"].errors
    assert CreditOpening.objects.count() == 1


def test_what_was_typed_survives_an_expired_login(world: Any) -> None:
    client = world.client(world.personnel_officer)
    there = url("opening", world.staff.pk)
    owner = signing.dumps(world.personnel_officer.pk, salt=held_forms.SALT)
    client.logout()
    answer = client.post(there, OPENING | {"_owner": owner})
    assert answer.status_code == 302
    assert not CreditOpening.objects.exists()
    client.login(username=world.personnel_officer.login, password=world.PASSWORD)
    page = client.get(there)
    assert page.status_code == 200
    assert "PAK 12/2025" in page.content.decode()


DIPLOMA = {"degree": "s2", "obtained_on": "2026-03-01", "note": "Ijazah 7", "is_relevant": "on"}


def test_entering_a_diploma(world: Any) -> None:
    client = world.client(world.personnel_officer)
    there = url("diploma", world.staff.pk)
    assert client.post(there, DIPLOMA | {"is_relevant": ""}).status_code == 422
    assert not CreditDiploma.objects.exists()
    assert client.post(there, DIPLOMA).status_code == 302
    assert CreditDiploma.objects.get().value == Decimal("25.00")
    assert client.post(there, DIPLOMA).status_code == 422
    assert client.post(there, DIPLOMA | {"degree": "s1"}).status_code == 422
    assert CreditDiploma.objects.count() == 1


def test_entering_a_rise_in_rank(world: Any) -> None:
    client = world.client(world.personnel_officer)
    there = url("rank-step", world.staff.pk)
    step = {"effective_on": "2026-10-01", "note": "SK 3"}
    assert client.post(there, step).status_code == 422
    opening(world, "104.38")
    assert client.post(there, step).status_code == 302
    assert CreditRankStep.objects.get().to_golongan == "III/d"
    assert client.post(there, step | {"effective_on": "2026-10-02"}).status_code == 422
    assert CreditRankStep.objects.count() == 1


def test_withdrawing_an_entry(world: Any) -> None:
    entry = opening(world)
    client = world.client(world.personnel_officer)
    there = url("withdraw", "saldo", entry.pk)
    assert client.get(there).status_code == 200
    assert client.post(there, {"reason": ""}).status_code == 422
    entry.refresh_from_db()
    assert not entry.is_withdrawn
    assert client.post(there, {"reason": "Salah angka"}).status_code == 302
    entry.refresh_from_db()
    assert entry.withdrawn_reason == "Salah angka"
    assert client.get(there).status_code == 302
    assert client.get(url("withdraw", "lain", entry.pk)).status_code == 404


def test_issuing_a_pak(world: Any, conversion: CreditConversion) -> None:
    client = world.client(world.personnel_officer)
    there = url("pak-issue", world.staff.pk)
    assert client.get(there).status_code == 200
    day = {"as_of": today(world).isoformat()}
    refused = client.post(there, day | {"competence_test": "yes", "vacancy": "", "competence_note": ""})
    assert refused.status_code == 422
    assert "competence_note" in refused.context["form"].errors
    assert not CreditPak.objects.exists()
    answer = client.post(
        there, day | {"competence_test": "yes", "competence_note": "Sertifikat 9", "vacancy": "no"}
    )
    made = CreditPak.objects.get()
    assert answer["Location"] == url("pak", made.pk)
    assert [row["is_met"] for row in made.content["conditions"]] == [None, True, False]


def test_nobody_keeps_their_own_credit(world: Any) -> None:
    RoleAssignment.objects.create(
        user=world.staff.user,
        role="personnel_officer",
        unit=world.root,
        period=(today(world) - timedelta(days=1), None),
    )
    client = world.client(world.staff)
    assert client.post(url("opening", world.staff.pk), OPENING).status_code == 403
    assert client.post(url("pak-issue", world.staff.pk), {}).status_code == 403
    assert client.get(url("opening", world.colleague.pk)).status_code == 200
    assert not CreditOpening.objects.exists()


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("staff", 403),
        ("head", 403),
        ("auditor", 403),
        ("colleague", 404),
        ("stranger", 404),
        ("foreigner", 404),
    ],
)
def test_nobody_else_enters_anything(world: Any, who: str, status: int) -> None:
    entry = opening(world)
    client = world.client(getattr(world, who))
    posts = {
        url("opening", world.staff.pk): OPENING | {"kind": "move", "years": "3"},
        url("diploma", world.staff.pk): DIPLOMA,
        url("rank-step", world.staff.pk): {"effective_on": "2026-10-01", "note": "SK"},
        url("pak-issue", world.staff.pk): {"as_of": today(world).isoformat()},
        url("withdraw", "saldo", entry.pk): {"reason": "tidak suka"},
    }
    assert {client.post(there, data).status_code for there, data in posts.items()} == {status}
    assert CreditOpening.objects.counting().count() == 1
    assert not CreditDiploma.objects.exists()
    assert not CreditRankStep.objects.exists()
    assert not CreditPak.objects.exists()


# --- missing conversions


def test_missing_conversions_are_made_as_a_job(world: Any, year: Any, plan: Any, final: Any) -> None:
    final(plan(), year["2"])
    final(plan(employee=world.stranger), year["2"])
    client = world.client(world.personnel_officer)
    assert client.get(url("convert")).status_code == 200
    assert client.post(url("convert"), {"period": ""}).status_code == 422
    answer = client.post(url("convert"), {"period": year["2"].pk})
    job = Job.objects.get()
    assert answer["Location"] == reverse("core:job-detail", args=[job.pk])
    long_jobs.run(str(job.pk))
    job.refresh_from_db()
    assert (job.status, job.result) == ("done", {"evaluations": 2, "conversions": 2})
    long_jobs.run(str(job.pk))
    assert CreditConversion.objects.count() == 2


def test_the_job_of_one_agency_leaves_others_alone(world: Any, year: Any, plan: Any, final: Any) -> None:
    final(plan(), year["2"])
    final(plan(employee=world.stranger), year["2"])
    officer = world.make_role_user("personnel_officer", world.other_agency)
    world.client(officer).post(url("convert"), {"period": year["2"].pk})
    long_jobs.run(str(Job.objects.get().pk))
    assert set(CreditConversion.objects.values_list("employee", flat=True)) == {world.stranger.pk}


def test_only_officers_start_the_job(world: Any, year: Any) -> None:
    for who in (world.staff, world.head, world.auditor):
        assert world.client(who).post(url("convert"), {"period": year["2"].pk}).status_code == 403
    foreign = world.client(world.other.personnel_officer).post(url("convert"), {"period": year["2"].pk})
    assert foreign.status_code == 422
    assert not Job.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_parallel_posts_of_one_form_are_one_balance(world: Any) -> None:
    there, key = url("opening", world.staff.pk), str(uuid4())
    clients = [world.client(world.personnel_officer) for _number in range(6)]
    start = Barrier(6)

    def send(client: Any) -> tuple[int, str]:
        try:
            start.wait(timeout=60)
            answer = client.post(there, OPENING | {"_key": key})
            return answer.status_code, answer.headers.get("Location", "")
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        answers = set(pool.map(send, clients))
    assert answers == {(302, url("detail", world.staff.pk))}
    assert CreditOpening.objects.count() == 1

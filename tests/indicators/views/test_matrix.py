from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier
from typing import Any

import pytest
from django.db import connection, connections
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test.utils import CaptureQueriesContext

from apps.core.held_forms import OWNER_FIELD, SALT
from apps.employees.models import Mandate
from apps.indicators.models import MatrixCell, PlanProposal, Skp
from apps.indicators.services import skp as plans

from ..support import AT, begin, fill
from ..test_services_matrix import NEW, TEXT, change, new, save, texts

pytestmark = pytest.mark.django_db

KEY = "77777777-7777-4777-8777-777777777777"


@pytest.fixture
def leader(world: Any) -> Skp:
    """The approved plan of the head."""
    return world.make_skp(world.head)


def path(leader: Skp, who: Any = None) -> str:
    """Return the address of the matrix, or of a row."""
    return f"/skp/{leader.pk}/matriks/" + (f"{who.pk}/" if who else "")


def posted(leader: Skp, text: str = TEXT, **more: str) -> dict[str, str]:
    """Return what a browser posts for a new contribution."""
    column = leader.results.get().pk
    return {f"new_{column}": text, f"newkind_{column}": "product", "_key": KEY} | more


def cell_data(cell: MatrixCell, text: str, seen: int | None = None) -> dict[str, str]:
    """Return what a browser posts for a contribution that exists."""
    cell.refresh_from_db()
    return {
        f"cell_{cell.column_id}_{cell.pk}": text,
        f"kind_{cell.pk}": cell.kind,
        f"seen_{cell.pk}": str(cell.revision if seen is None else seen),
    }


# --- the matrix


def test_the_leader_sees_people_columns_and_what_is_open(world: Any, leader: Skp) -> None:
    page = world.client(world.head).get(path(leader))
    assert [row["employee"] for row in page.context["rows"]] == [world.colleague, world.staff]
    assert (page.context["can_edit"], page.context["uncovered_count"]) == (True, 1)
    save(world, leader, new(leader))
    page = world.client(world.head).get(path(leader))
    assert page.context["uncovered_count"] == 0
    assert page.content.decode().count(path(leader, world.staff)) == 2, "in the list and in the table"


def test_a_change_of_the_leaders_plan_leads_to_the_matrix_of_the_plan(world: Any) -> None:
    from apps.indicators.services.revisions import begin_revision

    skp = begin(world.agency_head)
    fill(skp)
    Skp.objects.filter(pk=skp.pk).update(status="approved", approved_at=AT, appraiser_name="Wali Kota")
    copy = begin_revision(skp_id=skp.pk, reason="strategy", note="x", by=world.agency_head, at=AT)
    assert world.client(world.agency_head).get(path(copy)).url == path(skp)
    assert world.client(world.agency_head).get(path(copy, world.head)).url == path(skp, world.head)


def test_the_list_needs_the_same_queries_for_few_and_many(world: Any, leader: Skp) -> None:
    def queries() -> int:
        client = world.client(world.head)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(path(leader)).status_code == 200
        return len(captured)

    save(world, leader, new(leader))
    few = queries()
    for number in range(12):
        person = world.make_employee(f"Pegawai {number}", world.unit, appraiser=world.head)
        save(world, leader, new(leader), member=person)
    assert queries() == few


# --- one row


def test_saving_writes_into_the_draft_and_says_so(world: Any, leader: Skp) -> None:
    skp = begin(world.staff)
    response = world.client(world.head).post(path(leader, world.staff), posted(leader), follow=True)
    assert response.redirect_chain == [(path(leader), 302)]
    assert [str(message) for message in response.context["messages"]] != []
    assert (texts(skp), MatrixCell.objects.get().kind) == ([TEXT], "product")


def test_save_and_next_goes_to_the_next_person(world: Any, leader: Skp) -> None:
    response = world.client(world.head).post(path(leader, world.colleague), posted(leader, save_later="1"))
    assert response.url == path(leader, world.staff)


@pytest.mark.parametrize(
    ("who", "status"),
    [("agency_head", 403), ("personnel_officer", 403), ("auditor", 403), ("staff", 404), ("stranger", 404)],
)
def test_others_may_look_at_most(world: Any, leader: Skp, who: str, status: int) -> None:
    client = world.client(getattr(world, who))
    assert client.get(path(leader, world.staff)).status_code == (200 if status == 403 else 404)
    assert client.post(path(leader, world.staff), posted(leader)).status_code == status
    assert not MatrixCell.objects.exists()


def test_who_acts_in_the_leaders_post_writes_in_their_own_name(world: Any, leader: Skp) -> None:
    Mandate.objects.create(
        holder=world.agency_head,
        position=leader.placement.position,
        kind="plh",
        period=DateRange(date(2026, 1, 1), None),
    )
    page = world.client(world.agency_head).get(path(leader, world.staff))
    assert (page.context["can_edit"], page.context["acting"]) == (True, world.head.full_name)
    assert world.client(world.agency_head).post(path(leader, world.staff), posted(leader)).status_code == 302
    assert MatrixCell.objects.get().written_by == world.agency_head.user


def test_a_person_of_another_leader_is_not_found(world: Any, leader: Skp) -> None:
    assert world.client(world.head).post(path(leader, world.stranger), posted(leader)).status_code == 404
    assert not MatrixCell.objects.exists()


def test_too_much_text_is_kept_beside_its_error(world: Any, leader: Skp) -> None:
    response = world.client(world.head).post(path(leader, world.staff), posted(leader, "x" * 1001))
    assert (response.status_code, "x" * 1001 in response.content.decode()) == (422, True)
    assert not MatrixCell.objects.exists()


def test_the_same_form_twice_writes_once(world: Any, leader: Skp) -> None:
    skp = begin(world.staff)
    client = world.client(world.head)
    client.post(path(leader, world.staff), posted(leader))
    client.post(path(leader, world.staff), posted(leader, NEW))
    assert texts(skp) == [TEXT]


def test_an_older_tab_sees_both_texts_and_overwrites_nothing(world: Any, leader: Skp) -> None:
    skp = begin(world.staff)
    save(world, leader, new(leader))
    cell = MatrixCell.objects.get()
    old = cell.revision
    save(world, leader, change(cell, NEW))
    response = world.client(world.head).post(path(leader, world.staff), cell_data(cell, "Lain", seen=old))
    html = response.content.decode()
    assert (response.status_code, NEW in html, "Lain" in html) == (409, True, True)
    assert texts(skp) == [NEW]
    assert f'name="seen_{cell.pk}" value="{MatrixCell.objects.get().revision}"' in html
    world.client(world.head).post(path(leader, world.staff), cell_data(cell, "Lain"))
    assert texts(skp) == ["Lain"]


def test_what_another_tab_emptied_comes_back_into_the_empty_field(world: Any, leader: Skp) -> None:
    skp = begin(world.staff)
    save(world, leader, new(leader))
    cell = MatrixCell.objects.get()
    data = cell_data(cell, "Kata saya yang panjang")
    save(world, leader, change(cell, ""))
    response = world.client(world.head).post(path(leader, world.staff), data)
    form = response.context["form"]
    assert (response.status_code, form[f"new_{cell.column_id}"].value()) == (409, "Kata saya yang panjang")
    assert texts(skp) == []


def test_what_cannot_go_is_said_beside_its_field(world: Any, leader: Skp) -> None:
    from apps.indicators.models import WorkResult

    skp = begin(world.staff)
    save(world, leader, new(leader))
    cell = MatrixCell.objects.get()
    below = world.make_skp(world.colleague, status="draft").results.get()
    WorkResult.objects.filter(pk=below.pk).update(supports=cell.result)
    response = world.client(world.head).post(path(leader, world.staff), cell_data(cell, ""))
    assert (response.status_code, list(response.context["form"].errors)) == (
        422,
        [f"cell_{cell.column_id}_{cell.pk}"],
    )
    assert texts(skp) == [TEXT]


def test_a_closed_plan_can_only_be_read(world: Any, leader: Skp) -> None:
    world.make_skp(world.staff, status="closed")
    client = world.client(world.head)
    page = client.get(path(leader, world.staff))
    assert (page.status_code, page.context["form"]) == (200, None)
    assert client.post(path(leader, world.staff), posted(leader)).url == path(leader, world.staff)
    assert not MatrixCell.objects.exists()


def test_text_survives_an_expired_session(world: Any, leader: Skp) -> None:
    from django.core import signing

    client = world.client()
    owner = signing.dumps(world.head.user_id, salt=SALT)
    client.post(path(leader, world.staff), posted(leader) | {OWNER_FIELD: owner})
    client.force_login(world.head.user, backend="django.contrib.auth.backends.ModelBackend")
    page = client.get(path(leader, world.staff))
    assert TEXT in page.content.decode()
    assert not MatrixCell.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_ten_parallel_posts_write_one_contribution(world: Any) -> None:
    leader = world.make_skp(world.head)
    skp = begin(world.staff)
    barrier = Barrier(10)
    clients = [world.client(world.head) for _ in range(10)]

    def click(client: Any) -> tuple[int, str]:
        try:
            barrier.wait(timeout=30)
            response = client.post(path(leader, world.staff), posted(leader))
            return response.status_code, response.url
        finally:
            connections.close_all()

    with ThreadPoolExecutor(10) as pool:
        answers = set(pool.map(click, clients))
    assert answers == {(302, path(leader))}
    assert (texts(skp), MatrixCell.objects.count()) == ([TEXT], 1)


# --- answers


def waiting(world: Any, leader: Skp, status: str = "approved") -> tuple[Skp, PlanProposal]:
    """Bring an open proposal of a new result about."""
    skp = begin(world.staff)
    fill(skp)
    plans.submit_skp(skp_id=skp.pk, by=world.staff, at=AT)
    if status == "approved":
        plans.approve_skp(skp_id=skp.pk, by=world.head, at=AT)
    save(world, leader, new(leader))
    return Skp.objects.get(pk=skp.pk), PlanProposal.objects.get()


def test_the_owner_sees_the_proposal_and_accepts_it_into_a_change(world: Any, leader: Skp) -> None:
    skp, proposal = waiting(world, leader)
    client = world.client(world.staff)
    assert client.get(f"/skp/{skp.pk}/").context["proposals"] == [proposal]
    response = client.post(f"/skp/{skp.pk}/usulan/{proposal.pk}/terima/")
    copy = Skp.objects.get(revises=skp)
    assert response.url == f"/skp/{copy.pk}/"
    assert (TEXT in texts(copy), TEXT in texts(skp)) == (True, False)


def test_a_plan_that_waits_is_taken_back_first(world: Any, leader: Skp) -> None:
    skp, proposal = waiting(world, leader, "submitted")
    client = world.client(world.staff)
    assert "/terima/" not in client.get(f"/skp/{skp.pk}/").content.decode()
    assert client.post(f"/skp/{skp.pk}/usulan/{proposal.pk}/terima/").url == f"/skp/{skp.pk}/"
    assert (TEXT in texts(skp), PlanProposal.objects.get().status) == (False, "open")


@pytest.mark.parametrize("action", ["terima", "tolak"])
@pytest.mark.parametrize(("who", "status"), [("head", 403), ("personnel_officer", 403), ("colleague", 404)])
def test_only_the_owner_answers(world: Any, leader: Skp, action: str, who: str, status: int) -> None:
    skp, proposal = waiting(world, leader)
    response = world.client(getattr(world, who)).post(
        f"/skp/{skp.pk}/usulan/{proposal.pk}/{action}/", {"note": "Ya"}
    )
    assert response.status_code == status
    assert (PlanProposal.objects.get().status, Skp.objects.filter(revises=skp).exists()) == ("open", False)


def test_declining_asks_for_a_note_and_keeps_the_plan(world: Any, leader: Skp) -> None:
    skp, proposal = waiting(world, leader)
    client = world.client(world.staff)
    address = f"/skp/{skp.pk}/usulan/{proposal.pk}/tolak/"
    assert client.post(address, {"note": " "}).status_code == 422
    assert PlanProposal.objects.get().is_open
    assert client.post(address, {"note": "Bukan tugas saya."}).url == f"/skp/{skp.pk}/"
    assert PlanProposal.objects.get().answer == "Bukan tugas saya."
    assert client.post(address, {"note": "Sekali lagi."}).status_code == 409
    assert client.get(address).url == f"/skp/{skp.pk}/"
    assert TEXT not in texts(skp)


def test_a_proposal_to_another_plan_is_not_found(world: Any, leader: Skp) -> None:
    _skp, proposal = waiting(world, leader)
    other = world.make_skp(world.colleague)
    address = f"/skp/{other.pk}/usulan/{proposal.pk}/terima/"
    assert world.client(world.colleague).post(address).status_code == 404
    assert PlanProposal.objects.get().is_open


def test_the_leader_reads_the_note_in_the_row(world: Any, leader: Skp) -> None:
    skp, proposal = waiting(world, leader)
    world.client(world.staff).post(
        f"/skp/{skp.pk}/usulan/{proposal.pk}/tolak/", {"note": "Bukan tugas saya."}
    )
    html = world.client(world.head).get(path(leader, world.staff)).content.decode()
    assert "Bukan tugas saya." in html
    assert f'name="again_{MatrixCell.objects.get().pk}"' in html


def test_open_proposals_are_announced_on_the_list_of_plans(world: Any, leader: Skp) -> None:
    skp, proposal = waiting(world, leader)
    page = world.client(world.staff).get("/skp/")
    assert (page.context["proposals"], f"/skp/{skp.pk}/#usulan" in page.content.decode()) == (
        [proposal],
        True,
    )
    assert world.client(world.colleague).get("/skp/").context["proposals"] == []


def test_a_change_that_is_written_shows_the_proposals_and_accepts_them(world: Any, leader: Skp) -> None:
    from apps.indicators.services.revisions import begin_revision

    skp, proposal = waiting(world, leader)
    copy = begin_revision(skp_id=skp.pk, reason="assignment", note="Tugas baru", by=world.staff, at=AT)
    client = world.client(world.staff)
    assert client.get(f"/skp/{copy.pk}/").context["proposals"] == [proposal]
    assert client.post(f"/skp/{copy.pk}/usulan/{proposal.pk}/terima/").url == f"/skp/{copy.pk}/"
    assert TEXT in texts(copy)
    assert not Skp.objects.filter(revises=skp).exclude(pk=copy.pk).exists()

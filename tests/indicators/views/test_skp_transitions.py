"""The buttons of a plan: works, only by POST, strangers see nothing, others are refused, twice is once, recorded."""

from typing import Any

import pytest
from django.urls import reverse

from apps.core.models import AuditEntry
from apps.indicators.models import Skp, SkpDecision
from apps.indicators.services import skp as services

from ..support import AT, complete, fill, submitted

pytestmark = pytest.mark.django_db


def url(name: str, skp: Skp) -> str:
    """Return the address of an action."""
    return reverse(f"indicators:{name}", kwargs={"pk": skp.pk})


def state(skp: Skp) -> tuple[str, int, int]:
    """Return what an action would change."""
    skp.refresh_from_db()
    return skp.status, SkpDecision.objects.count(), AuditEntry.objects.count()


@pytest.fixture
def plan(world: Any) -> Skp:
    """A plan that waits for world.head, whose own plan is approved."""
    world.make_skp(world.head)
    return submitted(world.staff)


DONE = {
    "skp-recall": ("staff", "draft", "recalled", {}),
    "skp-return": ("head", "returned", "returned", {"note": "Perbaiki target."}),
    "skp-approve": ("head", "approved", "approved", {}),
}


@pytest.mark.parametrize("name", list(DONE))
def test_it_works_once(world: Any, plan: Skp, name: str) -> None:
    who, status, event, data = DONE[name]
    data = data | {"revision": plan.revision}
    client = world.client(getattr(world, who))
    assert client.post(url(name, plan), data).status_code == 302
    plan.refresh_from_db()
    assert plan.status == status
    entry = AuditEntry.objects.get(action=f"indicators.skp.{event}", target_id=str(plan.pk))
    assert entry.actor == f"user:{getattr(world, who).user_id}"
    after = state(plan)
    assert client.post(url(name, plan), data).status_code == (409 if name == "skp-return" else 302)
    assert state(plan) == after


def test_submit_works_once(world: Any) -> None:
    skp = complete(world.staff)
    client = world.client(world.staff)
    assert client.post(url("skp-submit", skp)).status_code == 302
    after = state(skp)
    assert after[0] == "submitted"
    assert AuditEntry.objects.filter(action="indicators.skp.submitted").count() == 1
    assert client.post(url("skp-submit", skp)).status_code == 302
    assert state(skp) == after


@pytest.mark.parametrize("name", ["skp-submit", "skp-recall", "skp-approve"])
def test_it_refuses_get(world: Any, plan: Skp, name: str) -> None:
    before = state(plan)
    assert world.client(world.staff).get(url(name, plan)).status_code == 405
    assert state(plan) == before


@pytest.mark.parametrize("name", ["skp-submit", *DONE])
@pytest.mark.parametrize("who", ["stranger", "colleague", "foreigner"])
def test_whoever_may_not_see_it_finds_nothing(world: Any, plan: Skp, name: str, who: str) -> None:
    before = state(plan)
    response = world.client(getattr(world, who)).post(
        url(name, plan), {"note": "x", "revision": plan.revision}
    )
    assert response.status_code == 404
    assert state(plan) == before


@pytest.mark.parametrize(
    ("name", "who"),
    [
        ("skp-submit", "head"),
        ("skp-recall", "head"),
        ("skp-return", "staff"),
        ("skp-approve", "staff"),
        ("skp-approve", "agency_head"),
        ("skp-return", "personnel_officer"),
        ("skp-approve", "personnel_officer"),
        ("skp-approve", "auditor"),
        ("skp-submit", "auditor"),
    ],
)
def test_the_wrong_role_is_refused(world: Any, plan: Skp, name: str, who: str) -> None:
    before = state(plan)
    data = {"note": "x", "revision": plan.revision}
    assert world.client(getattr(world, who)).post(url(name, plan), data).status_code == 403
    assert state(plan) == before


def test_submit_with_something_missing_leads_to_the_list_of_it(world: Any) -> None:
    skp = services.create_skp(employee=world.staff, year=2026, by=world.staff, at=AT)
    before = state(skp)
    response = world.client(world.staff).post(url("skp-submit", skp))
    assert response.url == url("skp-check", skp)
    assert state(skp) == before


def test_a_return_without_a_note_is_not_sent(world: Any, plan: Skp) -> None:
    before = state(plan)
    response = world.client(world.head).post(url("skp-return", plan), {"note": " "})
    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["note"]
    assert state(plan) == before


def test_a_note_for_a_plan_taken_back_meanwhile_is_not_lost(world: Any, plan: Skp) -> None:
    services.recall_skp(skp_id=plan.pk, by=world.staff, at=AT)
    response = world.client(world.head).post(url("skp-return", plan), {"note": "Tolong tambah indikator."})
    assert response.status_code == 409
    assert "Tolong tambah indikator." in response.content.decode()


def test_approving_what_one_has_not_read_is_refused(world: Any, plan: Skp) -> None:
    read = plan.revision
    services.recall_skp(skp_id=plan.pk, by=world.staff, at=AT)
    fill(plan, text="Hasil baru")
    services.submit_skp(skp_id=plan.pk, by=world.staff, at=AT)
    before = state(plan)
    for data in ({"revision": read}, {}):
        response = world.client(world.head).post(url("skp-approve", plan), data)
        assert response.url == url("skp-detail", plan)
        assert state(plan) == before


def test_approval_before_ones_own_plan_is_refused_and_says_so(world: Any) -> None:
    skp = submitted(world.staff)
    client = world.client(world.head)
    page = client.get(url("skp-detail", skp))
    assert page.context["blocked"]
    assert url("skp-approve", skp) not in page.content.decode()
    before = state(skp)
    client.post(url("skp-approve", skp), {"revision": skp.revision})
    assert state(skp) == before


def test_the_employee_reads_who_must_act(world: Any) -> None:
    skp = submitted(world.staff)
    text = world.client(world.staff).get(url("skp-detail", skp)).context["blocked"]
    assert world.head.full_name in text


def test_the_personnel_officer_records_the_decision_of_an_elected_official(world: Any) -> None:
    skp = world.make_skp(world.agency_head, status="submitted")
    client = world.client(world.personnel_officer)
    assert client.post(url("skp-approve", skp), {"revision": skp.revision}).status_code == 302
    skp.refresh_from_db()
    assert skp.status == "approved"
    assert SkpDecision.objects.get().by is None
    assert AuditEntry.objects.get().actor == f"user:{world.personnel_officer.pk}"


def test_nobody_approves_their_own_plan(world: Any) -> None:
    skp = world.make_skp(world.staff, status="submitted")
    Skp.objects.filter(pk=skp.pk).update(appraiser=world.staff)
    response = world.client(world.staff).post(url("skp-approve", skp), {"revision": 0})
    assert response.status_code == 403
    skp.refresh_from_db()
    assert skp.status == "submitted"


def test_buttons_are_those_of_the_role_and_the_status(world: Any, plan: Skp) -> None:
    expected = {
        world.staff.user: ["recall"],
        world.head.user: ["return", "approve"],
        world.agency_head.user: [],
        world.personnel_officer: [],
        world.auditor: [],
    }
    for user, buttons in expected.items():
        assert world.client(user).get(url("skp-detail", plan)).context["actions"] == buttons

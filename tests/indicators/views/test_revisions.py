"""The pages of a change: begin with a reason, edit, compare, decide, read versions, remind."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.urls import reverse

from apps.core.models import Notification
from apps.indicators.models import Skp, SkpVersion
from apps.indicators.services import revisions
from apps.indicators.services import skp as services
from tests.indicators.support import AT, complete, submitted
from tests.indicators.test_services_revisions import approve, approved, changed_copy, revise

pytestmark = pytest.mark.django_db

REASON = {"reason": "assignment", "note": "Ditugaskan di posyandu sejak Juni"}


def address(name: str, skp: Skp, **more: Any) -> str:
    return reverse(f"indicators:{name}", kwargs={"pk": skp.pk, **more})


def text(response: Any) -> str:
    return response.content.decode()


@pytest.mark.parametrize("who", ["staff", "head"])
def test_an_approved_plan_offers_the_change_and_opens_a_copy(world: Any, who: str) -> None:
    skp = approved(world)
    client = world.client(getattr(world, who))
    link = address("revision-begin", skp)
    assert link in text(client.get(address("skp-detail", skp)))
    assert client.get(link).status_code == 200
    response = client.post(link, REASON)
    copy = Skp.objects.get(revises=skp)
    assert response.headers["Location"] == address("skp-detail", copy)
    assert copy.revision_note == REASON["note"]
    # From now on both lead to the open change.
    assert client.get(link).headers["Location"] == address("skp-detail", copy)
    page = text(client.get(address("skp-detail", skp)))
    assert link not in page
    assert address("skp-detail", copy) in page


@pytest.mark.parametrize(
    ("who", "status"), [("colleague", 404), ("stranger", 404), ("auditor", 403), ("personnel_officer", 403)]
)
def test_others_cannot_begin_a_change(world: Any, who: str, status: int) -> None:
    skp = approved(world)
    assert (
        world.client(getattr(world, who)).post(address("revision-begin", skp), REASON).status_code == status
    )
    assert not Skp.objects.filter(revises=skp).exists()


@pytest.mark.parametrize("missing", ["reason", "note"])
def test_without_a_reason_the_form_comes_back_with_what_was_typed(world: Any, missing: str) -> None:
    skp = approved(world)
    response = world.client(world.staff).post(address("revision-begin", skp), REASON | {missing: ""})
    assert response.status_code == 422
    kept = "note" if missing == "reason" else "reason"
    assert REASON[kept] in text(response)
    assert not Skp.objects.filter(revises=skp).exists()


def test_the_same_form_twice_begins_one_change(world: Any) -> None:
    skp = approved(world)
    client = world.client(world.staff)
    data = REASON | {"_key": "0c5a1a0e-3d6d-4a35-8ac6-4f5a2a3c0001"}
    first = client.post(address("revision-begin", skp), data)
    second = client.post(address("revision-begin", skp), data)
    assert first.headers["Location"] == second.headers["Location"]
    assert Skp.objects.filter(revises=skp).count() == 1


def test_a_plan_closed_meanwhile_keeps_the_typed_reason(world: Any) -> None:
    skp = approved(world)
    services.close_skp(skp_id=skp.pk, by=None, at=AT)
    response = world.client(world.staff).post(address("revision-begin", skp), REASON)
    assert response.status_code == 409
    assert REASON["note"] in text(response)
    assert not Skp.objects.filter(revises=skp).exists()


def test_owner_and_appraiser_see_what_changes_before_and_after(world: Any) -> None:
    copy = changed_copy(world, approved(world))
    for page in ("skp-detail", "skp-check"):
        shown = text(world.client(world.staff).get(address(page, copy)))
        assert 'data-value="changed"' in shown
        assert 'data-value="added"' in shown
        assert 'data-value="removed"' in shown
        assert "Ditugaskan di posyandu" in shown
    services.submit_skp(skp_id=copy.pk, by=world.staff, at=AT)
    client = world.client(world.head)
    assert address("skp-detail", copy) in text(client.get(reverse("indicators:skp-approvals")))
    shown = text(client.get(address("skp-detail", copy)))
    assert shown.count('data-value="removed"') >= 3
    assert "Tersedianya laporan layanan" in shown
    assert "Meningkatnya mutu posyandu" in shown
    assert address("skp-approve", copy) in shown


def test_the_appraiser_approves_what_was_read(world: Any) -> None:
    skp = approved(world)
    copy = changed_copy(world, skp)
    services.submit_skp(skp_id=copy.pk, by=world.staff, at=AT)
    copy.refresh_from_db()
    client = world.client(world.head)
    client.post(address("skp-approve", copy), {"revision": str(copy.revision - 1)})
    skp.refresh_from_db()
    assert skp.version == 1
    client.post(address("skp-approve", copy), {"revision": str(copy.revision)})
    skp.refresh_from_db()
    assert skp.version == 2
    page = text(client.get(address("skp-detail", skp)))
    assert address("skp-version", skp, version=1) in page
    assert address("skp-version", skp, version=2) in page
    assert address("skp-version", skp, version=2) in text(client.get(address("skp-detail", copy)))


def test_nothing_changed_is_not_sent(world: Any) -> None:
    copy = revise(approved(world), world.staff)
    client = world.client(world.staff)
    assert address("skp-submit", copy) not in text(client.get(address("skp-check", copy)))
    client.post(address("skp-submit", copy))
    copy.refresh_from_db()
    assert copy.status == "draft"


def test_a_version_shows_its_content_and_what_it_changed(world: Any) -> None:
    plan = approve(changed_copy(world, approved(world)), world)
    client = world.client(world.staff)
    one = text(client.get(address("skp-version", plan, version=1)))
    assert "Tersedianya laporan layanan" in one
    assert "Tersedianya data balita" not in one
    two = text(client.get(address("skp-version", plan, version=2)))
    assert "Tersedianya data balita" in two
    assert 'data-value="removed"' in two
    assert client.get(address("skp-version", plan, version=3)).status_code == 404
    assert world.client(world.colleague).get(address("skp-version", plan, version=1)).status_code == 404
    assert SkpVersion.objects.count() == 2


def test_giving_up_asks_first(world: Any) -> None:
    copy = changed_copy(world, approved(world))
    client = world.client(world.staff)
    assert client.post(address("revision-withdraw", copy)).status_code == 200
    copy.refresh_from_db()
    assert copy.status == "draft"
    response = client.post(address("revision-withdraw", copy), {"confirmed": "1"})
    assert response.headers["Location"] == f"/skp/{copy.revises_id}/"
    copy.refresh_from_db()
    assert copy.status == "withdrawn"
    assert client.get(address("skp-detail", copy)).status_code == 200


def test_lists_of_plans_leave_working_copies_out(world: Any) -> None:
    skp = approved(world)
    copy = revise(skp, world.staff)
    response = world.client(world.staff).get(reverse("indicators:skp-mine"))
    assert [card.skp for card in response.context["cards"]] == [skp]
    assert response.context["cards"][0].change == copy
    api = world.client(world.head).get("/api/v1/skp/").json()
    assert copy.pk not in {row["id"] for row in api["results"]}


# --- reminding


def test_a_reminder_goes_to_whoever_must_act_once_a_day(world: Any) -> None:
    skp = submitted(world.staff)
    client = world.client(world.staff)
    assert address("skp-remind", skp) in text(client.get(address("skp-detail", skp)))
    before = Notification.objects.count()
    client.post(address("skp-remind", skp))
    # Nobody above has a plan: the head must write one first.
    (sent,) = Notification.objects.order_by("-pk")[: Notification.objects.count() - before]
    assert (sent.recipient, sent.url) == (world.head.user, reverse("indicators:skp-mine"))
    client.post(address("skp-remind", skp))
    assert Notification.objects.count() == before + 1
    services.remind(skp_id=skp.pk, by=world.staff, at=datetime(2027, 1, 5, tzinfo=UTC))
    assert Notification.objects.count() == before + 2


def test_a_reminder_goes_one_level_up_if_the_superior_waits_as_well(world: Any) -> None:
    above = complete(world.head)
    services.submit_skp(skp_id=above.pk, by=world.head, at=AT)
    skp = submitted(world.staff)
    assert services.remind(skp_id=skp.pk, by=world.staff, at=AT) == [world.agency_head]


def test_a_reminder_goes_to_the_appraiser_if_nothing_else_waits(world: Any) -> None:
    world.make_skp(world.head)
    skp = submitted(world.staff)
    assert services.remind(skp_id=skp.pk, by=world.staff, at=AT) == [world.head]


def test_a_draft_reminds_nobody(world: Any) -> None:
    skp = complete(world.staff)
    world.client(world.staff).post(address("skp-remind", skp))
    assert not Notification.objects.filter(recipient=world.head.user).exists()


def test_drafting_and_sending_need_no_plan_of_the_superior(world: Any) -> None:
    skp = submitted(world.staff)
    assert not Skp.objects.filter(employee=world.head).exists()
    with pytest.raises(services.SuperiorPlanMissing):
        services.approve_skp(skp_id=skp.pk, by=world.head, at=AT)
    skp.refresh_from_db()
    assert skp.status == "submitted"


def test_the_plan_page_needs_the_same_queries_with_one_version_and_with_three(
    world: Any, django_assert_num_queries: Any
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    plan = approve(changed_copy(world, approved(world)), world)
    client = world.client(world.staff)
    client.get(address("skp-detail", plan))
    with CaptureQueriesContext(connection) as few:
        client.get(address("skp-detail", plan))
    for number in range(2):
        copy = revisions.begin_revision(skp_id=plan.pk, reason="strategy", note="x", by=world.staff, at=AT)
        services.add_annex_item(skp=copy, kind="konsekuensi", text=f"{number}", by=world.staff)
        approve(copy, world)
    with django_assert_num_queries(len(few)):
        client.get(address("skp-detail", plan))

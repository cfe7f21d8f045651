"""Nothing anywhere ties an anonymous answer to who wrote it: every table, every row, and how PostgreSQL keeps them."""

import json
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from django.contrib.sessions.models import Session
from django.db import connection, models, transaction
from django.urls import reverse

from apps.accounts.middleware import SEEN, STARTED
from apps.assessments.models import NamedPeerAnswer, PeerAnswer, PeerInvitation
from apps.assessments.services import peer_feedback

from .conftest import NOW

GOOD, BETTER = "Xyloskop selalu siap membantu.", "Qwertium perlu lebih cepat dibalas."
Dump = dict[str, list[str]]


def dump() -> Dump:
    """Every row of every table of the database, as text; sessions decoded, without random keys and time of sign-in."""
    rows: Dump = {}
    with connection.cursor() as cursor:
        for table in sorted(connection.introspection.table_names(cursor)):
            if table == "django_session":
                continue
            cursor.execute(f'SELECT to_jsonb(t)::text FROM "{table}" AS t')
            rows[table] = sorted(row[0] for row in cursor.fetchall())
    rows["django_session"] = sorted(
        json.dumps(
            {**row.get_decoded(), "_auth_user_hash": "", STARTED: 0, SEEN: 0}, sort_keys=True, default=str
        )
        for row in Session.objects.all()
    )
    return rows


def send(world: Any, giver: Any, round_: Any, *, good: str = GOOD, better: str = BETTER) -> Any:
    """Answer over HTTP, as a browser does it: open the page, then send it."""
    client = world.client(giver)
    invitation = PeerInvitation.objects.get(round=round_, giver=giver)
    address = reverse("assessments:peer-answer", args=[invitation.pk])
    assert client.get(address).status_code == 200
    return client.post(
        address,
        {"goes_well": good, "could_be_better": better, "nilai_harmonis": "Ramah."},
        follow=True,
    )


def test_the_dump_sees_every_model(world: Any) -> None:
    from django.apps import apps

    tables = {
        model._meta.db_table for model in apps.get_models(include_auto_created=True) if model._meta.managed
    }
    assert tables - set(dump()) == set()


def test_the_text_lies_in_one_row_that_names_nobody_and_no_time(
    world: Any, round_: Any, peers: list[Any]
) -> None:
    assert send(world, peers[0], round_).status_code == 200
    found = [
        (table, json.loads(row))
        for table, rows in dump().items()
        for row in rows
        if "Xyloskop" in row or "Qwertium" in row
    ]
    assert [table for table, _row in found] == ["assessments_peeranswer"]
    (row,) = [row for _table, row in found]
    assert row == {
        "id": str(PeerAnswer.objects.get().pk),
        "round_id": round_.pk,
        "relation": "peer",
        "goes_well": GOOD,
        "could_be_better": BETTER,
        "values": {"harmonis": "Ramah."},
        # The round's, in the database only (decision 0015).
        "government_id": world.government.pk,
    }
    assert UUID(row["id"]).version == 4, "a number that counts or tells the time would tell an order"


def test_no_row_anywhere_knows_the_answer_by_its_id(world: Any, round_: Any, peers: list[Any]) -> None:
    send(world, peers[0], round_)
    answer = str(PeerAnswer.objects.get().pk)
    holders = {
        table
        for table, rows in dump().items()
        for row in rows
        if answer in row or answer.replace("-", "") in row
    }
    assert holders == {"assessments_peeranswer"}


def test_an_answer_changes_two_tables_and_nothing_else(world: Any, round_: Any, peers: list[Any]) -> None:
    """No audit entry, idempotency key, notification, promise, sequence or message is left behind."""
    client = world.client(peers[0])
    invitation = PeerInvitation.objects.get(round=round_, giver=peers[0])
    address = reverse("assessments:peer-answer", args=[invitation.pk])
    client.get(address)
    before = dump()
    client.post(
        address,
        {"goes_well": GOOD, "could_be_better": BETTER, "_key": "6d4fbe2e-5a46-4d0f-9f5c-0d8f3b1f7a11"},
    )
    after = dump()
    changed = {table for table in after if after[table] != before[table]}
    assert changed == {"assessments_peeranswer", "assessments_peerinvitation"}


def test_who_wrote_which_cannot_be_told_even_with_the_whole_database(
    world: Any, round_: Any, peers: list[Any]
) -> None:
    """Let two people exchange their texts: if anything tied them, the two databases would differ."""
    one, other = peers[:2]

    def story(first: str, second: str) -> Dump:
        with transaction.atomic():
            clients = [world.client(one), world.client(other)]
            for client, giver, text in zip(clients, (one, other), (first, second), strict=True):
                invitation = PeerInvitation.objects.get(round=round_, giver=giver)
                client.post(reverse("assessments:peer-answer", args=[invitation.pk]), {"goes_well": text})
            rows = dump()
            rows["assessments_peeranswer"] = sorted(
                json.dumps({**json.loads(row), "id": ""}, sort_keys=True)
                for row in rows["assessments_peeranswer"]
            )
            # When somebody signs in is no part of what is compared.
            rows.pop("accounts_user")
            transaction.set_rollback(True)
        return rows

    assert story("teks pertama", "teks kedua") == story("teks kedua", "teks pertama")


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 0, 1)])
def test_the_order_of_writing_cannot_be_read_from_the_rows(
    world: Any, round_: Any, peers: list[Any], order: tuple[int, int, int]
) -> None:
    """PostgreSQL notes the transaction of each row (xmin) and where it lies (ctid): both say nothing."""
    for number in order:
        send(world, peers[number], round_, good=f"Dari {number}")
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, xmin::text FROM assessments_peeranswer ORDER BY ctid")
        answers = cursor.fetchall()
        cursor.execute("SELECT id, xmin::text FROM assessments_peerinvitation ORDER BY ctid")
        invitations = cursor.fetchall()
    assert len(answers) == 3
    assert len({transaction_id for _id, transaction_id in answers}) == 1
    assert [pk for pk, _transaction_id in answers] == sorted(pk for pk, _transaction_id in answers)
    assert len({transaction_id for _id, transaction_id in invitations}) == 1
    assert [pk for pk, _transaction_id in invitations] == sorted(pk for pk, _transaction_id in invitations)


def test_no_live_screen_is_told(
    world: Any, round_: Any, peers: list[Any], django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    with django_capture_on_commit_callbacks() as callbacks:
        send(world, peers[0], round_)
    assert callbacks == []


def test_no_log_line_holds_the_text(
    world: Any, round_: Any, peers: list[Any], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    answer = send(world, peers[0], round_)
    assert "Xyloskop" not in caplog.text
    assert answer.status_code == 200


def test_an_error_report_hides_what_was_sent(world: Any, round_: Any, peers: list[Any]) -> None:
    invitation = PeerInvitation.objects.get(round=round_, giver=peers[0])
    sent = world.client(peers[0]).post(
        reverse("assessments:peer-answer", args=[invitation.pk]), {"goes_well": GOOD}
    )
    assert sent.wsgi_request.sensitive_post_parameters == "__ALL__"


def test_a_text_sent_after_the_session_ended_stays_on_the_page_only(
    world: Any, round_: Any, peers: list[Any]
) -> None:
    invitation = PeerInvitation.objects.get(round=round_, giver=peers[0])
    client = world.client()
    sent = client.post(
        reverse("assessments:peer-answer", args=[invitation.pk]),
        {"goes_well": GOOD, "could_be_better": BETTER, "_owner": "siapa pun"},
    )
    assert sent.status_code == 403
    page = sent.content.decode()
    assert GOOD in page
    assert BETTER in page
    assert "Xyloskop" not in json.dumps(dump())
    assert PeerAnswer.objects.count() == 0


def test_the_form_carries_neither_owner_nor_key(world: Any, round_: Any, peers: list[Any]) -> None:
    invitation = PeerInvitation.objects.get(round=round_, giver=peers[0])
    page = (
        world.client(peers[0]).get(reverse("assessments:peer-answer", args=[invitation.pk])).content.decode()
    )
    form = page[page.index('<form class="form"') :]
    form = form[: form.index("</form>")]
    assert 'name="_owner"' not in form
    assert 'name="_key"' not in form
    assert "data-autosave-url" not in form


def test_the_page_after_sending_is_the_same_for_everybody(world: Any, round_: Any, peers: list[Any]) -> None:
    done = send(world, peers[0], round_)
    assert GOOD not in done.content.decode()
    assert [status for _url, status in done.redirect_chain] == [302]
    assert done.redirect_chain[0][0] == reverse(
        "assessments:peer-answer", args=[PeerInvitation.objects.get(giver=peers[0]).pk]
    )


def test_closing_forgets_who_has_answered(world: Any, round_: Any, peers: list[Any]) -> None:
    for peer in peers[:2]:
        send(world, peer, round_)
    peer_feedback.close_round(round_id=round_.pk, by=world.head, at=NOW)
    assert list(PeerInvitation.objects.values_list("has_answered", flat=True).distinct()) == [False]
    assert PeerAnswer.objects.count() == 2


def test_nobody_is_shown_who_has_answered(world: Any, round_: Any, peers: list[Any]) -> None:
    page = reverse("assessments:peer-round", args=[round_.pk])
    client = world.client(world.head)
    before = client.get(page).context["invited"]
    send(world, peers[0], round_)
    peer_feedback.decline(invitation_id=PeerInvitation.objects.get(giver=peers[1]).pk, by=peers[1])
    assert client.get(page).context["invited"] == before


def test_the_table_of_answers_has_no_place_for_a_person_or_a_time() -> None:
    """Whoever adds a column has to read the module first; this is the list that was thought through."""
    fields = {field.name: field for field in PeerAnswer._meta.get_fields()}
    assert set(fields) == {"id", "round", "relation", "goes_well", "could_be_better", "values"}
    assert not any(isinstance(field, models.DateField | models.AutoField) for field in fields.values())
    assert isinstance(fields["id"], models.UUIDField)


def test_a_team_lead_is_named_and_the_form_says_so(world: Any, round_: Any) -> None:
    lead = world.make_employee("Ketua Tim", world.agency, appraiser=world.agency_head)
    peer_feedback.invite(
        round_id=round_.pk, givers=[(lead, peer_feedback.PeerRelation.TEAM_LEAD)], by=world.head, at=NOW
    )
    invitation = PeerInvitation.objects.get(giver=lead)
    page = world.client(lead).get(reverse("assessments:peer-answer", args=[invitation.pk]))
    assert page.context["is_anonymous"] is False
    send(world, lead, round_)
    assert NamedPeerAnswer.objects.get().invitation.giver == lead
    assert PeerAnswer.objects.count() == 0


def test_closing_leaves_no_order_behind_either(world: Any, round_: Any, peers: list[Any]) -> None:
    """Also with a named answer that hangs on its invitation, which is taken out and put back."""
    lead = world.make_employee("Ketua Tim", world.agency, appraiser=world.agency_head)
    peer_feedback.invite(
        round_id=round_.pk, givers=[(lead, peer_feedback.PeerRelation.TEAM_LEAD)], by=world.head, at=NOW
    )
    for giver in (lead, peers[2], peers[0]):
        send(world, giver, round_)
    peer_feedback.close_round(round_id=round_.pk, by=world.head, at=NOW)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SELECT id, xmin::text FROM assessments_peerinvitation ORDER BY ctid")
        rows = cursor.fetchall()
    assert [pk for pk, _transaction_id in rows] == sorted(pk for pk, _transaction_id in rows)
    assert len({transaction_id for _id, transaction_id in rows}) == 1
    assert NamedPeerAnswer.objects.get().invitation.giver == lead

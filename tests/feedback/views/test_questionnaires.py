"""The pages on which an office keeps its questionnaire."""

import re
import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from apps.core.localtime import local_date
from apps.feedback import selectors
from apps.feedback.models import Questionnaire, SurveyPeriod
from apps.feedback.services import questionnaires
from tests.feedback.helpers import UNSUR

LABELS = {"label_1": "Buruk", "label_2": "Cukup", "label_3": "Baik", "label_4": "Sangat baik"}


def form(**values):
    return {"_key": str(uuid.uuid4()), **values}


def url(name, *args):
    return reverse(f"feedback:{name}", args=args)


@pytest.fixture
def national(world):
    return selectors.national_questionnaire("14/2017")


@pytest.fixture
def client(world, officer):
    return world.client(officer)


@pytest.fixture
def draft(world, national, officer):
    return questionnaires.make_draft(
        government=world.government,
        based_on=national,
        title="SKM 2027",
        why="Uji",
        by=officer,
        at=timezone.now(),
    )


def add(client, draft, **values):
    words = {"code": "transparansi", "name": "Transparansi", "question": "Terbuka?", **LABELS}
    data = form(**{**words, **values})
    return client.post(url("unsur-add", draft.pk), data)


def test_from_draft_to_use(world, client, national, service):
    response = client.post(
        url("questionnaire-draft", national.pk), form(title="SKM 2027", why="Sebelas unsur")
    )
    draft = Questionnaire.objects.get(government=world.government)
    assert response.url == url("questionnaire-detail", draft.pk)
    assert add(client, draft).status_code == 302
    assert client.get(url("questionnaire-detail", draft.pk)).context["is_ready"]
    today = local_date(timezone.now(), world.government.timezone)
    data = form(valid_from=today.isoformat(), kind="standard")
    assert client.post(url("questionnaire-use", draft.pk), data).status_code == 302
    draft.refresh_from_db()
    assert (draft.status, draft.valid_from) == ("in_use", today)
    assert service.survey_periods.get().questionnaire == national  # the running period keeps its own
    # Now it is closed to every change.
    for name in ("questionnaire-change", "questionnaire-weights", "unsur-add", "questionnaire-use"):
        assert client.post(url(name, draft.pk), form()).url == url("questionnaire-detail", draft.pk)
    assert client.post(url("unsur-remove", draft.unsur.last().pk)).status_code == 302
    assert draft.unsur.count() == 10


def test_a_draft_is_made_once(client, national):
    data = form(title="SKM 2027", why="Uji")
    first = client.post(url("questionnaire-draft", national.pk), data)
    assert client.post(url("questionnaire-draft", national.pk), data).url == first.url
    assert Questionnaire.objects.filter(title="SKM 2027").count() == 1


def test_a_foreign_label_comes_back_with_everything_typed(client, draft):
    response = add(client, draft, label_4="Sangat mudah")
    assert response.status_code == 422
    assert set(response.context["form"].errors) == {"label_4"}
    assert 'value="Sangat mudah"' in response.content.decode()
    assert draft.unsur.count() == 9


@pytest.mark.parametrize(
    ("bad", "field"),
    [
        ({"code": "biaya"}, "code"),
        ({"code": "Dua Kata"}, "code"),
        ({"name": ""}, "name"),
        ({"question": ""}, "question"),
        ({"label_2": ""}, "label_2"),
        ({"label_2": "Buruk"}, "label_1"),
    ],
)
def test_a_bad_question_is_refused(client, draft, bad, field):
    response = add(client, draft, **bad)
    assert response.status_code == 422
    assert field in response.context["form"].errors
    assert draft.unsur.count() == 9


def test_the_cost_question_is_explained_replaced_and_put_back(client, draft):
    cost = draft.unsur.get(code="biaya")
    assert "<details" in client.get(url("unsur-replace", cost.pk)).content.decode()
    data = form(code="pungutan", name="Pungutan", question="Ada pungutan?", reason="", **LABELS)
    assert client.post(url("unsur-replace", cost.pk), data).status_code == 422
    assert (
        client.post(url("unsur-replace", cost.pk), {**data, **form(reason="Perda 1/2024")}).status_code == 302
    )
    row = draft.unsur.get(replaces="biaya")
    assert (row.replace_reason, row.number) == ("Perda 1/2024", 4)
    client.post(url("unsur-remove", row.pk), form())
    assert set(draft.unsur.values_list("code", flat=True)) == set(UNSUR)


def test_what_may_not_be_replaced_is_refused(client, draft):
    row = draft.unsur.get(code="sarana")
    assert client.post(url("unsur-replace", row.pk), form(code="x")).status_code == 403
    assert client.post(url("unsur-remove", row.pk), form()).status_code == 302
    assert draft.unsur.filter(code="sarana").exists()


@pytest.mark.parametrize("bad", ["0.11", "satu", "0", "1/0"])
def test_weights_that_are_not_exactly_one_are_refused(client, draft, bad):
    data = form(**{f"w_{code}": "1/9" for code in UNSUR} | {"w_waktu": bad})
    response = client.post(url("questionnaire-weights", draft.pk), data)
    assert response.status_code == 422
    assert f'value="{bad}"' in response.content.decode()
    assert {str(w) for w in selectors.weights_of(draft.unsur.all()).values()} == {"1/9"}


def test_weights_of_ones_own_and_equal_ones(client, draft):
    data = form(**{f"w_{code}": "1/10" for code in UNSUR} | {"w_waktu": "0,2"})
    assert client.post(url("questionnaire-weights", draft.pk), data).status_code == 302
    assert str(selectors.weights_of(draft.unsur.all())["waktu"]) == "1/5"
    assert client.post(url("questionnaire-weights", draft.pk), form(sama="1")).status_code == 302
    assert str(selectors.weights_of(draft.unsur.all())["waktu"]) == "1/9"


def test_what_cannot_be_used_is_said(world, client, draft):
    today = local_date(timezone.now(), world.government.timezone)
    address = url("questionnaire-use", draft.pk)
    same = client.post(address, form(valid_from=today.isoformat(), kind="standard"))
    add(client, draft)
    past = client.post(address, form(valid_from=(today - timedelta(days=1)).isoformat(), kind="standard"))
    assert (same.status_code, past.status_code) == (422, 422)
    assert "valid_from" in past.context["form"].errors
    draft.refresh_from_db()
    assert draft.status == "draft"


def test_retired_with_a_reason(world, client, draft):
    add(client, draft)
    today = local_date(timezone.now(), world.government.timezone)
    client.post(url("questionnaire-use", draft.pk), form(valid_from=today.isoformat(), kind="variant"))
    assert client.post(url("questionnaire-retire", draft.pk), form(text="")).status_code == 422
    assert client.post(url("questionnaire-retire", draft.pk), form(text="Terlalu panjang")).status_code == 302
    draft.refresh_from_db()
    assert (draft.status, draft.is_standard) == ("retired", False)


def test_a_draft_is_thrown_away_after_a_look(client, draft):
    assert client.post(url("questionnaire-discard", draft.pk), form()).status_code == 200
    assert Questionnaire.objects.filter(pk=draft.pk).exists()
    assert client.post(url("questionnaire-discard", draft.pk), form(confirmed="1")).status_code == 302
    assert not Questionnaire.objects.filter(pk=draft.pk).exists()


def test_the_preview_asks_what_a_citizen_is_asked(client, draft):
    add(client, draft)
    page = client.get(url("questionnaire-preview", draft.pk)).content.decode()
    assert len(re.findall(r'<input type="radio"', page)) == 40
    assert "Terbuka?" in page
    assert 'type="submit"' not in page.split('class="questionnaire"')[1].split("</main>")[0]


def test_the_difference_shows_the_new_question_only(client, draft):
    add(client, draft)
    found = client.get(url("questionnaire-diff", draft.pk)).context["rows"]
    assert {row["change"].code for row in found if row["change"].before is None} == {"transparansi"}


def test_old_regulations_are_read_and_not_drafted(client):
    old = selectors.national_questionnaire("KEP/25/2004")
    assert client.get(url("questionnaire-detail", old.pk)).status_code == 200
    assert client.get(url("questionnaire-preview", old.pk)).status_code == 200
    assert client.post(url("questionnaire-draft", old.pk), form(title="x", why="x")).status_code == 403
    assert not Questionnaire.objects.filter(title="x").exists()


def test_who_edits(world, draft, officer):
    local = world.make_role_user("feedback_officer", world.agency)
    for who, status in (
        (world.head, 403),
        (local, 403),
        (world.personnel_officer, 200),
        (world.auditor, 403),
    ):
        assert world.client(who).get(url("questionnaire-change", draft.pk)).status_code == status
    other = world.other.make_role_user("feedback_officer")
    assert world.client(other).get(url("questionnaire-detail", draft.pk)).status_code == 404
    assert (
        world.client(other).post(url("questionnaire-discard", draft.pk), form(confirmed="1")).status_code
        == 404
    )
    assert Questionnaire.objects.filter(pk=draft.pk).exists()


def test_the_list_asks_the_same_whatever_its_length(world, client, draft, national, officer):
    counted = []
    for more in (0, 3):
        for _ in range(more):
            questionnaires.make_draft(
                government=world.government,
                based_on=national,
                title="x",
                why="x",
                by=officer,
                at=timezone.now(),
            )
        client.get(url("questionnaire-list"))
        with CaptureQueriesContext(connection) as queries:
            client.get(url("questionnaire-list"))
        counted.append(len(queries))
    assert counted[0] == counted[1]


def test_the_paper_sheet_asks_for_no_identity(world, client, service):
    page = client.get(url("paper-sheet", SurveyPeriod.objects.get().pk)).content.decode()
    assert page.count("☐") > 36
    assert "NIK" not in page
    assert service.name in page


def test_typed_text_survives_an_expired_login(client, draft, officer):
    address = url("questionnaire-change", draft.pk)
    owner = client.get(address).content.decode().split('name="_owner" value="')[1].split('"')[0]
    client.logout()
    client.post(address, form(title="Ditulis panjang", why="x", _owner=owner))
    draft.refresh_from_db()
    assert draft.title == "SKM 2027"
    client.force_login(officer, backend="django.contrib.auth.backends.ModelBackend")
    assert 'value="Ditulis panjang"' in client.get(address).content.decode()

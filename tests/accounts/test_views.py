"""Signing in: neutral answers, lock, shared devices, sessions, and the text that survives a sign-in (A13)."""

import re
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from django.utils import translation

from apps.accounts import services
from apps.accounts.models import ActivationCode, User
from apps.employees.models import SupervisorCorrection
from tests.world import NOW, World

SIGN_IN = "/masuk/"
GOOD = "kuda terbang di atas awan"


@pytest.fixture(autouse=True)
def _english() -> Any:
    with translation.override("en"):
        yield


def sign_in(client: Client, user: User, **values: str) -> Any:
    return client.post(SIGN_IN, {"username": user.login, "password": World.PASSWORD, **values})


def without_secrets(html: str) -> str:
    """Return a page without the parts that differ on every load."""
    return re.sub(r'value="[^"]{30,}"', "", html)


@pytest.mark.parametrize("spelling", ["{0}", "{0:.8}.{1}", " {0:.8} {1} ", "surel"])
def test_nip_in_every_spelling_or_email(world: World, spelling: str) -> None:
    user = world.staff.user
    User.objects.filter(pk=user.pk).update(email="perawat@example.go.id")
    typed = "Perawat@example.go.id" if spelling == "surel" else spelling.format(user.login, user.login[8:])
    client = Client()
    assert client.post(SIGN_IN, {"username": typed, "password": World.PASSWORD}).status_code == 302
    assert client.get(reverse("accounts:account")).status_code == 200


def test_unknown_and_wrong_get_the_same_page(world: World) -> None:
    wrong = Client().post(SIGN_IN, {"username": world.staff.user.login, "password": "salah sama sekali"})
    unknown = Client().post(SIGN_IN, {"username": "199901012020011999", "password": "salah sama sekali"})
    assert wrong.status_code == unknown.status_code == 422
    pages = [
        without_secrets(page.content.decode()).replace(name, "")
        for page, name in ((wrong, world.staff.user.login), (unknown, "199901012020011999"))
    ]
    assert pages[0] == pages[1]
    assert "salah sama sekali" not in wrong.content.decode()
    assert world.staff.user.login in wrong.content.decode()  # what was typed stays


def test_an_unknown_name_costs_a_hash_too(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.contrib.auth.hashers import MD5PasswordHasher

    calls: list[str] = []
    encode = MD5PasswordHasher.encode
    monkeypatch.setattr(
        MD5PasswordHasher,
        "encode",
        lambda self, password, salt: calls.append("x") or encode(self, password, salt),
    )
    Client().post(SIGN_IN, {"username": "199901012020011999", "password": "apa pun"})
    for_unknown = len(calls)
    Client().post(SIGN_IN, {"username": world.staff.user.login, "password": "apa pun"})
    assert for_unknown == len(calls) - for_unknown == 1


def test_an_inactive_user_does_not_get_in(world: World) -> None:
    User.objects.filter(pk=world.staff.user_id).update(is_active=False)
    assert sign_in(Client(), world.staff.user).status_code == 422


@pytest.mark.parametrize(
    "target", ["https://jahat.example/", "//jahat.example/", "javascript:alert(1)", "/\\jahat.example"]
)
def test_next_never_leads_away(world: World, target: str) -> None:
    response = sign_in(Client(), world.staff.user, next=target)
    assert response["Location"] == reverse("home")


def test_next_leads_back(world: World) -> None:
    assert sign_in(Client(), world.staff.user, next="/akun/sandi/")["Location"] == "/akun/sandi/"


def test_the_session_key_changes_at_sign_in(world: World) -> None:
    client = Client()
    session = client.session
    session["x"] = 1
    session.save()
    before = session.session_key
    sign_in(client, world.staff.user)
    assert client.session.session_key != before


def test_on_a_shared_device_the_session_ends_with_the_browser(world: World) -> None:
    client = Client()
    sign_in(client, world.staff.user, shared="on")
    assert client.session.get_expire_at_browser_close()
    assert client.cookies["sessionid"]["max-age"] == ""
    other = Client()
    sign_in(other, world.staff.user)
    assert not other.session.get_expire_at_browser_close()


def test_signing_out_ends_the_session_on_the_server(world: World) -> None:
    client = world.client(world.staff)
    key = client.session.session_key
    assert client.get("/keluar/").status_code == 405
    response = client.post("/keluar/")
    assert response["Location"] == SIGN_IN
    assert "storage" in response["Clear-Site-Data"]
    assert not Session.objects.filter(pk=key).exists()
    assert client.get("/akun/")["Location"].startswith(SIGN_IN)


def test_five_wrong_passwords_pause_the_account_in_every_spelling(world: World, settings: Any) -> None:
    settings.AXES_ENABLED = True
    user = world.staff.user
    User.objects.filter(pk=user.pk).update(email="perawat@example.go.id")
    client = Client()
    spellings = [
        user.login,
        f"{user.login[:8]}.{user.login[8:]}",
        "perawat@example.go.id",
        user.login,
        user.login,
    ]
    statuses = [
        client.post(SIGN_IN, {"username": typed, "password": "salah salah"}).status_code
        for typed in spellings
    ]
    assert statuses[:4] == [422] * 4
    assert statuses[4] == 429
    locked = sign_in(Client(), user)
    assert locked.status_code == 429
    assert "15" in locked.content.decode()
    assert reverse("accounts:activate") in locked.content.decode()
    assert user.login not in locked.content.decode()
    # Others are not concerned, also from the same address.
    assert sign_in(Client(), world.colleague.user).status_code == 302
    # A code from the personnel office opens at once.
    code = services.issue_activation_code(user=user, by=None, at=NOW.replace(year=2030))
    opened = Client().post(
        "/masuk/aktivasi/", {"login": user.login, "code": code, "password": GOOD, "password_again": GOOD}
    )
    assert opened.status_code == 302
    assert Client().post(SIGN_IN, {"username": user.login, "password": GOOD}).status_code == 302


def test_the_first_sign_in_with_a_code(world: World) -> None:
    user = world.staff.user
    user.set_unusable_password()
    user.save()
    code = services.issue_activation_code(user=user, by=None, at=NOW.replace(year=2030))
    client = Client()
    values = {"login": user.login, "code": code, "password": GOOD, "password_again": "lain sekali ini"}
    assert client.post("/masuk/aktivasi/", values).status_code == 422
    assert ActivationCode.objects.get(user=user).tries == 0
    assert client.post("/masuk/aktivasi/", values | {"password_again": GOOD}).status_code == 302
    assert client.get("/akun/").status_code == 200
    user.refresh_from_db()
    assert user.check_password(GOOD)


def test_wrong_code_and_unknown_person_get_the_same_page(world: World) -> None:
    services.issue_activation_code(user=world.staff.user, by=None, at=NOW.replace(year=2030))
    values = {"code": "AAAA-BBBB-CCCC", "password": GOOD, "password_again": GOOD}
    pages = []
    for login in (world.staff.user.login, "199901012020011999"):
        response = Client().post("/masuk/aktivasi/", {"login": login, **values})
        assert response.status_code == 422
        assert GOOD not in response.content.decode()
        pages.append(without_secrets(response.content.decode()).replace(login, ""))
    assert pages[0] == pages[1]


def test_a_changed_password_ends_the_other_sessions_only(world: World) -> None:
    here, there = world.client(world.staff), world.client(world.staff)
    values = {"current": "salah", "password": GOOD, "password_again": GOOD}
    assert here.post("/akun/sandi/", values).status_code == 422
    assert there.get("/akun/").status_code == 200
    assert here.post("/akun/sandi/", values | {"current": World.PASSWORD}).status_code == 302
    assert here.get("/akun/").status_code == 200
    assert there.get("/akun/").status_code == 302


def test_signing_out_everywhere_keeps_this_session(world: World) -> None:
    here, there = world.client(world.staff), world.client(world.staff)
    assert here.get("/akun/keluar-semua/").status_code == 405
    assert there.get("/akun/").status_code == 200
    assert here.post("/akun/keluar-semua/").status_code == 302
    assert here.get("/akun/").status_code == 200
    assert there.get("/akun/").status_code == 302


def test_the_language_is_remembered_and_comes_back_at_sign_in(world: World) -> None:
    client = world.client(world.staff)
    assert client.post("/akun/", {"language": "en"}).status_code == 302
    assert client.post("/akun/", {"language": "xx"}).status_code == 422
    assert User.objects.get(pk=world.staff.user_id).language == "en"
    assert sign_in(Client(), world.staff.user).cookies["django_language"].value == "en"


# --- A13: a session that ends in the middle of a form -----------------------------------------------------------------


def hidden(html: str, name: str) -> str:
    """Return the value of a hidden field of the page's own form."""
    form = html[html.rindex("<form", 0, html.index('name="reason"')) :]
    found = re.search(rf'name="{name}" value="([^"]*)"', form)
    assert found
    return found[1]


def typed_form(client: Client, url: str) -> dict[str, str]:
    """Return the form of a page with text typed in."""
    html = client.get(url).content.decode()
    return {
        "reason": "Sejak 1 Juli saya pindah bidang; atasan saya sekarang lain.",
        "_key": hidden(html, "_key"),
        "_owner": hidden(html, "_owner"),
    }


def test_the_text_survives_the_end_of_the_session_and_one_click_sends_it(world: World) -> None:
    url = reverse("employees:correction-ask", args=[world.staff.pk])
    client = world.client(world.staff)
    form = typed_form(client, url)
    Session.objects.all().delete()
    to_login = client.post(url, form)
    assert to_login.status_code == 302
    assert SupervisorCorrection.objects.count() == 0
    login_page = client.get(to_login["Location"]).content.decode()
    assert form["reason"] not in login_page
    target = re.search(r'name="next" value="([^"]*)"', login_page)
    assert target
    back = sign_in(client, world.staff.user, next=target[1])
    assert back["Location"] == url
    page = client.get(url).content.decode()
    assert form["reason"] in page
    assert hidden(page, "_key") == form["_key"]  # the same filled-in form, so a double arrival is one row
    assert SupervisorCorrection.objects.count() == 0  # nothing is sent without another click
    again = {"reason": form["reason"], "_key": hidden(page, "_key"), "_owner": hidden(page, "_owner")}
    assert client.post(url, again).status_code == 302
    assert SupervisorCorrection.objects.get().reason == form["reason"]
    assert form["reason"] not in client.get(url).content.decode()  # shown once


def test_another_person_who_signs_in_there_never_sees_the_text(world: World) -> None:
    url = reverse("employees:correction-ask", args=[world.staff.pk])
    client = world.client(world.staff)
    form = typed_form(client, url)
    Session.objects.all().delete()
    client.post(url, form)
    sign_in(client, world.colleague.user)
    own = reverse("employees:correction-ask", args=[world.colleague.pk])
    for address in (url, own, "/akun/", reverse("employees:detail", args=[world.colleague.pk])):
        assert form["reason"] not in client.get(address).content.decode()
    assert SupervisorCorrection.objects.count() == 0

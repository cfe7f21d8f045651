"""Adding public services and their counters by page."""

import re
import uuid

import pytest
from django.urls import reverse
from django.utils import timezone

from apps.core.models import AuditEntry
from apps.feedback.models import Service, ServicePoint
from apps.feedback.services import surveys

ADD = reverse("feedback:service-add")


def form(**values):
    return {"_key": str(uuid.uuid4()), **values}


def add_point_url(service):
    return reverse("feedback:point-add", args=[service.code])


# --- services


def test_a_service_is_added(world):
    client = world.client(world.head)
    response = client.post(ADD, form(unit=world.unit.pk, name="Akta Kelahiran", description="Gratis."))
    service = Service.objects.get()
    assert (service.unit, service.name, service.description) == (world.unit, "Akta Kelahiran", "Gratis.")
    assert service.code == f"{world.government.code}-akta-kelahiran"
    assert response.status_code == 302
    assert response["Location"] == reverse("feedback:survey-detail", args=[service.code])
    assert client.get(response["Location"]).status_code == 200
    event = AuditEntry.objects.get(action="feedback.service.added")
    assert event.scope == world.government.code


def test_the_code_is_never_taken_from_the_form(world):
    world.client(world.head).post(ADD, form(unit=world.unit.pk, name="Akta", code="punya-saya"))
    assert Service.objects.get().code == f"{world.government.code}-akta"


def test_two_units_with_the_same_service_get_two_codes(world):
    client = world.client(world.agency_head)
    for unit in (world.unit, world.unit.parent):
        client.post(ADD, form(unit=unit.pk, name="Konsultasi"))
    code = f"{world.government.code}-konsultasi"
    assert set(Service.objects.values_list("code", flat=True)) == {code, f"{code}-2"}


def test_a_long_name_gives_a_code_that_fits(world):
    client = world.client(world.agency_head)
    name = "Pelayanan terpadu " * 10
    for unit in (world.unit, world.unit.parent):
        assert client.post(ADD, form(unit=unit.pk, name=name)).status_code == 302
    codes = list(Service.objects.values_list("code", flat=True))
    assert len(set(codes)) == 2
    assert all(len(code) <= 60 and not code.endswith("-") for code in codes)


@pytest.mark.parametrize(
    ("who", "expected"),
    [
        ("head", 200),
        ("agency_head", 200),
        ("stranger_head", 200),
        ("staff", 403),
        ("stranger", 403),
        ("personnel_officer", 403),
        ("auditor", 403),
    ],
)
def test_who_may_add_a_service(world, who, expected):
    client = world.client(getattr(world, who))
    assert client.get(ADD).status_code == expected
    # A unit which none but the first two manage: 403 without any unit, else an unknown choice.
    response = client.post(ADD, form(unit=world.unit.pk, name="Akta"))
    added = who in ("head", "agency_head")
    assert response.status_code == (302 if added else {200: 422}.get(expected, expected))
    assert Service.objects.exists() is added


def test_the_feedback_officer_adds_a_service(world, officer):
    assert world.client(officer).post(ADD, form(unit=world.unit.pk, name="Akta")).status_code == 302
    assert Service.objects.get().unit == world.unit


def test_only_ones_own_active_units_can_be_chosen(world):
    client = world.client(world.head)
    shown = set(client.get(ADD).context["form"].fields["unit"].queryset)
    assert world.unit in shown
    assert not {world.unit.parent, world.other.unit} & shown
    assert client.post(ADD, form(unit=world.other.unit.pk, name="Akta")).status_code == 422
    assert not Service.objects.exists()
    world.unit.is_active = False
    world.unit.save()
    assert client.post(ADD, form(unit=world.unit.pk, name="Akta")).status_code in (403, 422)
    assert not Service.objects.exists()


def test_the_same_form_twice_is_one_service(world):
    client = world.client(world.head)
    data = form(unit=world.unit.pk, name="Akta")
    first, second = client.post(ADD, data), client.post(ADD, data)
    assert (first.status_code, second.status_code) == (302, 302)
    assert first["Location"] == second["Location"]
    assert Service.objects.count() == 1
    assert AuditEntry.objects.filter(action="feedback.service.added").count() == 1


def test_the_same_name_again_is_said_and_not_added(world):
    client = world.client(world.head)
    client.post(ADD, form(unit=world.unit.pk, name="Akta"))
    response = client.post(ADD, form(unit=world.unit.pk, name="akta", description="Yang kedua"))
    assert response.status_code == 422
    assert "name" in response.context["form"].errors
    assert "Yang kedua" in response.content.decode()
    assert Service.objects.count() == 1


def test_an_error_keeps_what_was_typed(world):
    response = world.client(world.head).post(
        ADD, form(unit="", name="Akta <b>Lahir</b>", description="Bawa buku nikah.")
    )
    text = response.content.decode()
    assert response.status_code == 422
    assert 'value="Akta &lt;b&gt;Lahir&lt;/b&gt;"' in text
    assert "Bawa buku nikah." in text
    assert 'href="#id_unit"' in text
    assert not Service.objects.exists()


def test_the_form_survives_an_expired_login(world):
    client = world.client(world.head)
    owner = client.get(ADD).content.decode().split('name="_owner" value="')[1].split('"')[0]
    client.logout()
    client.post(ADD, form(unit=world.unit.pk, name="Akta tertahan", _owner=owner))
    assert not Service.objects.exists()
    client.force_login(world.head.user, backend="django.contrib.auth.backends.ModelBackend")
    assert 'value="Akta tertahan"' in client.get(ADD).content.decode()


def test_the_buttons_are_for_those_who_manage(world, service):
    overview, detail = (
        reverse("feedback:survey-overview"),
        reverse("feedback:survey-detail", args=[service.code]),
    )
    for who, sees in ((world.head, True), (world.auditor, False)):
        client = world.client(who)
        assert (f'href="{ADD}"' in client.get(overview).content.decode()) is sees
        assert (f'href="{add_point_url(service)}"' in client.get(detail).content.decode()) is sees


# --- counters


def test_a_counter_is_added_and_can_be_printed(world, service):
    client = world.client(world.head)
    response = client.post(add_point_url(service), form(label="Loket 2", code="aku-mau-ini"))
    detail = reverse("feedback:survey-detail", args=[service.code])
    assert (response.status_code, response["Location"]) == (302, detail)
    point = service.points.get(label="Loket 2")
    assert re.fullmatch(r"[2-9a-hjkmnp-z]{8}", point.code)
    page = client.get(detail).content.decode()
    for name in ("point-poster", "point-qr-png"):
        assert reverse(f"feedback:{name}", args=[point.pk]) in page
    assert world.client().get(reverse("feedback:landing", args=[point.code])).status_code == 200


def test_every_counter_has_a_code_of_its_own(world, service):
    made = [
        surveys.add_point(service=service, label=f"Meja {number}", by=None, at=timezone.now()).code
        for number in range(20)
    ]
    assert len(set(made)) == 20


@pytest.mark.parametrize(
    ("who", "expected"),
    [("agency_head", 302), ("staff", 404), ("stranger_head", 404), ("foreigner", 404), ("auditor", 403)],
)
def test_who_may_add_a_counter(world, service, who, expected):
    before = ServicePoint.objects.count()
    client = world.client(getattr(world, who))
    assert client.post(add_point_url(service), form(label="Loket 2")).status_code == expected
    assert ServicePoint.objects.count() == before + (expected == 302)


def test_the_same_counter_form_twice_is_one_counter(world, service):
    client = world.client(world.head)
    data = form(label="Loket 2")
    for _ in range(2):
        assert client.post(add_point_url(service), data).status_code == 302
    assert service.points.filter(label="Loket 2").count() == 1


@pytest.mark.parametrize("label", ["", "LOKET 1", "x" * 101])
def test_a_bad_counter_keeps_what_was_typed(world, service, label):
    response = world.client(world.head).post(add_point_url(service), form(label=label))
    assert response.status_code == 422
    assert response.context["form"]["label"].value() == label
    assert 'href="#id_label"' in response.content.decode()
    assert service.points.count() == 1


def test_a_counter_out_of_use_frees_its_name(world, service):
    service.points.update(is_active=False)
    assert world.client(world.head).post(add_point_url(service), form(label="Loket 1")).status_code == 302
    assert service.points.filter(label="Loket 1").count() == 2

"""Open311 GeoReport v2, against the standard written down in tests/feedback/data/georeport_v2.json."""

import json
import uuid
from datetime import timedelta
from pathlib import Path
from xml.etree import ElementTree

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from jsonschema import Draft202012Validator

from apps.core.policy import set_value
from apps.feedback.models import Complaint, Service
from apps.feedback.services import complaints, open311_keys
from tests.feedback.helpers import complain
from tests.feedback.test_attachments import photo

SCHEMA = json.loads((Path(__file__).parents[1] / "data" / "georeport_v2.json").read_text())
BASE = "/open311/v2/"
EN = {"accept-language": "en"}


def valid(name, data):
    """Check data against one shape of the standard and return it."""
    Draft202012Validator({**SCHEMA[name], "$defs": SCHEMA["$defs"]}).validate(data)
    return data


def get(path, shape, client=None, expect=200, **query):
    response = (client or Client(headers=EN)).get(BASE + path, query)
    assert response.status_code == expect, response.content
    assert response["Content-Type"] == "application/json; charset=utf-8"
    return valid(shape, response.json())


def post(data, status=201, shape="created", client=None, fmt="json", **headers):
    response = (client or Client(headers={**EN, **headers})).post(f"{BASE}requests.{fmt}", data)
    assert response.status_code == status, response.content
    return valid(shape, response.json()) if fmt == "json" else response


def report(service, **changes):
    return {"service_code": service.code, "description": "Antrean dilewati dua kali.", **changes}


# --- what can be reported


def test_discovery_services_and_definition_follow_the_standard(service):
    endpoint = get("discovery.json", "discovery")["endpoints"][0]
    assert endpoint["url"].endswith("/open311/v2")
    rows = get("services.json", "services", jurisdiction_id="kendari")
    assert [row["service_code"] for row in rows] == [service.code, f"unit-{service.unit_id}"]
    for row in rows:
        found = get(f"services/{row['service_code']}.json", "service_definition")
        assert found["service_code"] == row["service_code"]
        assert [value["key"] for value in found["attributes"][1]["values"]] == ["tidak", "ya"]


def test_a_service_that_is_closed_is_unknown(service):
    Service.objects.filter(pk=service.pk).update(is_active=False)
    assert get("services.json", "errors", expect=404, jurisdiction_id="kendari")[0]["code"] == 404
    assert get("services.json", "errors", expect=400)[0]["description"] == "jurisdiction_id was not provided"


def test_several_governments_must_be_told_apart(world, service):
    foreign = world.make_government("serang")
    world.make_service(unit=foreign.units.get(parent=None), code="serang-1")
    assert get("services.json", "errors", expect=400)
    assert get("services.json", "errors", expect=404, jurisdiction_id="bukan")
    assert len(get("services.json", "services", jurisdiction_id="serang")) == 2
    assert get(f"services/{service.code}.json", "errors", expect=404, jurisdiction_id="serang")


def test_xml_says_the_same(service, officer):
    complaint, _secret = complain(service.unit, service=service, at=timezone.now())
    complaints.publish(
        complaint_id=complaint.pk, subject="Ber <b>&\x07", text="", by=officer, at=timezone.now()
    )
    roots = {
        "discovery": "discovery",
        "services": "services",
        f"services/{service.code}": "service_definition",
        "requests": "service_requests",
        "requests/ADU-TIDAK-ADA": "errors",
    }
    for path, root in roots.items():
        response = Client(headers=EN).get(f"{BASE}{path}.xml")
        assert response["Content-Type"] == "text/xml; charset=utf-8"
        assert response.content.startswith(b"<?xml version='1.0' encoding='utf-8'?>")
        found = ElementTree.fromstring(response.content)
        assert found.tag == root
    row = ElementTree.fromstring(Client(headers=EN).get(f"{BASE}requests.xml").content).find("request")
    plain = get("requests.json", "service_requests")[0]
    assert {child.tag: child.text or "" for child in row} == {
        key: "" if value is None else str(value).replace("\x07", "") for key, value in plain.items()
    }


# --- a new report


def test_a_report_arrives_and_can_be_followed(world, service):
    found = post(
        report(
            service,
            lat="-3.967812",
            long="122.514577",
            address_string="Jalan Contoh 7",
            first_name="Warga",
            last_name="Contoh",
            email="warga@contoh.example",
            device_id="ALAT-RAHASIA",
            media_url="http://169.254.169.254/latest/meta-data",
            **{"attribute[kind]": "ringan"},
        )
    )[0]
    complaint = Complaint.objects.get()
    assert found["service_request_id"] == complaint.number
    assert (complaint.channel, complaint.kind, complaint.is_anonymous) == ("open311", "ringan", True)
    assert (complaint.subject, complaint.place) == ("Antrean dilewati dua kali.", "Jalan Contoh 7")
    assert "http://169.254.169.254" in complaint.body
    assert complaint.contact.email == "warga@contoh.example"
    assert "ALAT-RAHASIA" not in str(vars(complaint))
    secret = found["service_notice"].split("secret word ")[1].split(";")[0]
    assert complaints.find_by_secret(number=complaint.number, secret=secret) == complaint


def test_nothing_that_says_who_or_where_exactly_comes_out(world, service, officer):
    post(
        report(service, lat="-3.967812", long="122.514577", address_string="Jalan Contoh 7", phone="0812777")
    )
    complaint = Complaint.objects.get()
    before = get(f"requests/{complaint.number}.json", "service_requests")
    assert (before[0]["description"], before[0]["lat"], before[0]["long"]) == ("", -3.97, 122.51)
    complaints.publish(
        complaint_id=complaint.pk, subject="Antrean", text="Dilewati.", by=officer, at=timezone.now()
    )
    after = get(f"requests/{complaint.number}.json", "service_requests")
    assert after[0]["description"] == "Antrean\nDilewati."
    for text in ("Jalan Contoh", "0812777", "dua kali", "3.967"):
        assert text not in str(before) + str(after)


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"service_code": ""}, 400),
        ({"service_code": "bukan"}, 404),
        ({"description": ""}, 400),
        ({"description": "x" * 4001}, 400),
        ({"lat": "91", "long": "0"}, 400),
        ({"lat": "1"}, 400),
        ({"email": "bukan"}, 400),
        ({"media_url": "file:///etc/passwd"}, 400),
        ({"attribute[kind]": "bukan"}, 400),
        ({"jurisdiction_id": "bukan"}, 404),
    ],
)
def test_what_is_wrong_is_said_in_the_standards_list(service, change, status):
    found = post(report(service, **change), status=status, shape="errors")
    assert {row["code"] for row in found} == {status}
    assert not Complaint.objects.exists()


def test_a_repetition_with_a_key_finds_the_first_receipt(service):
    key = {"idempotency-key": str(uuid.uuid4())}
    first = post(report(service), **key)
    again = post(report(service), status=200, **key)
    assert first == again
    assert Complaint.objects.count() == 1
    post(report(service))
    assert Complaint.objects.count() == 2
    post(report(service), status=400, shape="errors", **{"idempotency-key": "bukan"})
    assert Complaint.objects.count() == 2


def test_a_key_is_asked_for_only_by_policy_and_can_be_taken_back(service):
    today = timezone.now().date()
    key = open311_keys.key_for("warga-app")
    set_value("feedback.open311_requires_key", True, scope="kendari", valid_from=today, by=None, reason="x")
    for bad in ("", "kacau", key):
        post(report(service, api_key=bad), status=403, shape="errors")
    assert not Complaint.objects.exists()
    set_value(
        "feedback.open311_clients",
        {"warga-app": True},
        scope="kendari",
        valid_from=today,
        by=None,
        reason="x",
    )
    post(report(service, api_key=key))
    assert Complaint.objects.count() == 1


def test_a_flood_is_taken_and_waits_for_a_person(service, own_cache):
    set_value(
        "feedback.open311_per_hour", 1, scope="kendari", valid_from=timezone.now().date(), by=None, reason="x"
    )
    client = Client(REMOTE_ADDR="203.0.113.9")
    for _number in range(3):
        post(report(service), client=client)
    assert list(Complaint.objects.order_by("id").values_list("is_quarantined", flat=True)) == [
        False,
        True,
        True,
    ]
    assert len(get("requests.json", "service_requests")) == 1


def test_no_cookie_is_read_and_other_sites_may_read(service):
    client = Client(enforce_csrf_checks=True)
    response = client.post(f"{BASE}requests.json", report(service))
    assert response.status_code == 201
    assert not response.cookies
    assert response["Access-Control-Allow-Origin"] == "*"


def test_a_picture_within_the_request_is_treated_like_any_other(service):
    post(report(service, media=SimpleUploadedFile("x.png", photo())))
    assert Complaint.objects.get().files.get().name == "foto-1.png"
    post(report(service, media=SimpleUploadedFile("x.png", b"MZ")), status=400, shape="errors")
    assert Complaint.objects.count() == 1


# --- lists


def test_filters_and_limits_are_those_of_the_standard(world, service, officer):
    now = timezone.now()
    old, _secret = complain(world.unit, service=service, at=now - timedelta(days=100))
    new, _secret = complain(world.unit, service=service, at=now - timedelta(days=2))
    general, _secret = complain(world.unit, at=now - timedelta(days=1))
    complaints.reject(complaint_id=new.pk, reason_code="court", text="x", by=officer, at=now)

    def numbers(**query):
        return [row["service_request_id"] for row in get("requests.json", "service_requests", **query)]

    assert numbers() == [general.number, new.number]
    assert numbers(status="closed") == [new.number]
    assert numbers(status="open") == [general.number]
    assert numbers(status="open,closed", service_code=service.code) == [new.number]
    assert numbers(service_code=f"{service.code},unit-{world.unit.pk}") == [general.number, new.number]
    assert numbers(service_request_id=f"{old.number},{new.number}", status="open") == [new.number, old.number]
    start = (now - timedelta(days=101)).strftime("%Y-%m-%dT%H:%M:%SZ")
    assert numbers(start_date=start) == [new.number, old.number][1:]
    assert numbers(end_date=start) == []
    for bad in (
        {"start_date": "kemarin"},
        {"start_date": "2026-01-31"},
        {"status": "baru"},
        {"start_date": start, "end_date": now.strftime("%Y-%m-%dT%H:%M:%SZ")},
    ):
        get("requests.json", "errors", expect=400, **bad)


@pytest.mark.parametrize(
    "fields", [{"is_secret": True}, {"kind": "berkadar_pengawasan"}, {"is_suspicious": True}]
)
def test_what_is_not_for_everybody_does_not_exist_here(world, service, fields):
    complaint, _secret = complain(world.unit, service=service, at=timezone.now(), **fields)
    assert get("requests.json", "service_requests") == []
    for path in (f"requests/{complaint.number}", f"tokens/{complaint.number}", "requests/ADU-X-1"):
        assert get(f"{path}.json", "errors", expect=404)[0]["code"] == 404
    assert get("requests.json", "service_requests", service_request_id=complaint.number) == []


def test_a_token_is_the_number(world, service):
    complaint, _secret = complain(world.unit, service=service, at=timezone.now())
    found = get(f"tokens/{complaint.number}.json", "token")
    assert found == [{"service_request_id": complaint.number, "token": complaint.number}]


def test_a_long_list_costs_no_more_questions_than_a_short_one(world, service):
    def count(n):
        for _number in range(n):
            complain(world.unit, service=service, at=timezone.now())
        with CaptureQueriesContext(connection) as seen:
            get("requests.json", "service_requests")
        return len(seen)

    assert count(1) == count(4)

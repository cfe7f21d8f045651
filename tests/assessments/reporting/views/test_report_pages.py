"""The pages of one's own reports: list, start, sections, check, send, take back, receipt."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.assessments.models import Period, ReportVersion, SelfReport
from apps.assessments.services import reports
from apps.core import policy

from ..conftest import NOW, add, fill
from ..test_services_reports import rate, state

LATE = datetime(2026, 10, 2, 2, 0, tzinfo=UTC)


def queries(client: Any, address: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def test_the_list_says_until_when_in_the_local_zone(world: Any, skp: Any, period: Any) -> None:
    page = world.client(world.staff).get("/laporan/").content.decode()
    assert "30 September 2026 23.59 WITA" in page
    assert f"/laporan/baru/{period.pk}/?rencana={skp.pk}" in page


def test_the_list_names_the_next_period_when_nothing_is_open(
    world: Any, skp: Any, periods: list[Any]
) -> None:
    policy.set_value(
        "assessments.late_reports_allowed",
        False,
        scope="kendari",
        valid_from=date(2026, 1, 1),
        by=None,
        reason="x",
    )
    Period.objects.filter(pk=periods[2].pk).update(status="closed")
    answer = world.client(world.staff).get("/laporan/")
    assert (answer.context["tasks"], answer.context["next_period"]) == ([], periods[3])
    assert "1 Oktober 2026" in answer.content.decode()


def test_the_list_costs_the_same_for_one_and_three_reports(world: Any, skp: Any, periods: list[Any]) -> None:
    world.make_report(skp, periods[0], status="accepted")
    client = world.client(world.staff)
    client.get("/laporan/")
    one = queries(client, "/laporan/")
    world.make_report(skp, periods[1], status="accepted")
    world.make_report(skp, periods[2])
    assert queries(client, "/laporan/") == one


def test_starting_twice_opens_one_report(world: Any, skp: Any, period: Any) -> None:
    client = world.client(world.staff)
    for _ in range(2):
        answer = client.post(f"/laporan/baru/{period.pk}/", {"rencana": skp.pk})
        assert answer.headers["Location"] == f"/laporan/{SelfReport.objects.get().pk}/"


@pytest.mark.parametrize("which", ["not_yet", "closed", "rated"])
def test_a_period_that_takes_nothing_says_why_and_whom_to_ask(
    world: Any, skp: Any, periods: list[Any], which: str
) -> None:
    period = {"not_yet": periods[3], "closed": periods[0], "rated": periods[1]}[which]
    if which == "closed":
        policy.set_value(
            "assessments.late_reports_allowed",
            False,
            scope="kendari",
            valid_from=date(2026, 1, 1),
            by=None,
            reason="x",
        )
    if which == "rated":
        rate(skp, period)
    client = world.client(world.staff)
    page = client.get(f"/laporan/baru/{period.pk}/")
    assert (page.status_code, page.context["state"]) == (200, which)
    if which != "not_yet":
        assert world.head.full_name in page.content.decode()
    assert client.post(f"/laporan/baru/{period.pk}/", {"rencana": skp.pk}).status_code == 409
    assert SelfReport.objects.count() == 0


def test_a_section_is_saved_and_leads_on(world: Any, draft: Any) -> None:
    client = world.client(world.staff)
    answer = client.post(f"/laporan/{draft.pk}/kendala/", {"version": 0, "text": "Hujan\r\ntiga hari"})
    assert answer.headers["Location"] == f"/laporan/{draft.pk}/dukungan/"
    later = client.post(f"/laporan/{draft.pk}/dukungan/", {"version": 1, "text": "Alat", "save_later": "1"})
    assert later.headers["Location"] == f"/laporan/{draft.pk}/"
    checked = client.post(f"/laporan/{draft.pk}/capaian/", {"version": 2, "text": "Ada", "dari": "periksa"})
    assert checked.headers["Location"] == f"/laporan/{draft.pk}/periksa/"
    draft.refresh_from_db()
    assert (draft.obstacles, draft.support_needed, draft.achievements) == ("Hujan\ntiga hari", "Alat", "Ada")


def test_a_number_that_cannot_be_read_stays_on_the_page_and_the_rest_is_saved(
    world: Any, skp: Any, draft: Any
) -> None:
    first, second = skp.results.get().indicators.all()
    data = {
        "version": 0,
        f"value_{first.pk}": "delapan puluh",
        f"note_{first.pk}": "Tertulis",
        f"value_{second.pk}": "1.082,5",
    }
    answer = world.client(world.staff).post(f"/laporan/{draft.pk}/realisasi/", data)
    assert answer.status_code == 422
    assert 'value="delapan puluh"' in answer.content.decode()
    lines = {row.indicator_id: (row.realization, row.note) for row in draft.lines.all()}
    assert lines == {first.pk: (None, "Tertulis"), second.pk: (Decimal("1082.5"), "")}
    data |= {f"value_{first.pk}": "80", "version": answer.context["revision"]}
    assert world.client(world.staff).post(f"/laporan/{draft.pk}/realisasi/", data).status_code == 302


def test_two_tabs_show_both_texts_and_overwrite_nothing(world: Any, draft: Any) -> None:
    client = world.client(world.staff)
    client.post(f"/laporan/{draft.pk}/kendala/", {"version": 0, "text": "Dari tab satu"})
    answer = client.post(f"/laporan/{draft.pk}/kendala/", {"version": 0, "text": "Dari tab dua"})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Dari tab satu" in page
    assert "Dari tab dua" in page
    assert SelfReport.objects.get().obstacles == "Dari tab satu"
    version = answer.context["revision"]
    client.post(
        f"/laporan/{draft.pk}/kendala/", {"version": version, "text": "Dari tab dua", "pilihan": "tersimpan"}
    )
    assert SelfReport.objects.get().obstacles == "Dari tab satu"
    client.post(f"/laporan/{draft.pk}/kendala/", {"version": version, "text": "Satu dan dua"})
    assert SelfReport.objects.get().obstacles == "Satu dan dua"


def test_two_tabs_on_figures_show_both(world: Any, skp: Any, draft: Any) -> None:
    indicator = skp.results.get().indicators.first()
    client = world.client(world.staff)
    client.post(f"/laporan/{draft.pk}/realisasi/", {"version": 0, f"value_{indicator.pk}": "11"})
    answer = client.post(f"/laporan/{draft.pk}/realisasi/", {"version": 0, f"value_{indicator.pk}": "12"})
    assert answer.status_code == 409
    assert [(row["saved"], row["mine"]) for row in answer.context["conflicts"]] == [("11", "12")]
    assert draft.lines.get(indicator=indicator).realization == Decimal(11)


def test_entries_that_are_not_mentioned_are_added_to_the_text(world: Any, skp: Any, draft: Any) -> None:
    add(world, skp, "Posyandu Mawar")
    answer = world.client(world.staff).post(
        f"/laporan/{draft.pk}/capaian/", {"version": 0, "text": "Awal", "tambah_catatan": "1"}
    )
    assert answer.context["form"]["text"].value() == "Awal\n- Posyandu Mawar"
    assert SelfReport.objects.get().achievements == ""


def test_autosave_answers_what_the_script_understands(world: Any, skp: Any, draft: Any) -> None:
    client = world.client(world.staff)
    address = f"/laporan/{draft.pk}/simpan/"
    saved = client.post(address, {"bagian": "kendala", "version": 0, "text": "Hujan"})
    assert (saved.status_code, saved.json()) == (200, {"saved_at": "10.00 WITA", "version": 1, "revision": 1})
    conflict = client.post(address, {"bagian": "kendala", "version": 0, "text": "Lain"})
    assert (conflict.status_code, list(conflict.json())) == (409, ["message"])
    indicator = skp.results.get().indicators.first()
    partly = client.post(
        address,
        {"bagian": "realisasi", "version": 1, f"value_{indicator.pk}": "abc", f"note_{indicator.pk}": "x"},
    )
    assert partly.status_code == 200
    assert partly.json()["saved_at"] != "10.00 WITA"
    assert draft.lines.get(indicator=indicator).note == "x"
    assert client.post(address, {"bagian": "apa"}).status_code == 404
    fill(draft)
    reports.submit_report(report_id=draft.pk, by=world.staff, at=NOW)
    before = state(draft)
    assert client.post(address, {"bagian": "kendala", "version": 9, "text": "Terlambat"}).status_code == 409
    assert state(draft) == before


def test_an_expired_session_keeps_the_text(world: Any, draft: Any) -> None:
    client = world.client(world.staff)
    address = f"/laporan/{draft.pk}/kendala/"
    page = client.get(address).content.decode()
    owner = page.split('name="_owner" value="')[1].split('"')[0]
    Session.objects.all().delete()
    answer = client.post(address, {"version": 0, "text": "Teks yang panjang", "_owner": owner})
    assert (answer.status_code, answer.headers["Location"].startswith("/masuk/")) == (302, True)
    assert SelfReport.objects.get().obstacles == ""
    client.force_login(world.staff.user, backend="django.contrib.auth.backends.ModelBackend")
    again = client.get(address)
    assert again.context["form"]["text"].value() == "Teks yang panjang"
    client.post(address, {"version": again.context["revision"], "text": "Teks yang panjang"})
    assert SelfReport.objects.get().obstacles == "Teks yang panjang"


def test_the_check_page_blocks_with_links(world: Any, skp: Any, draft: Any) -> None:
    page = world.client(world.staff).get(f"/laporan/{draft.pk}/periksa/")
    indicator = skp.results.get().indicators.first()
    assert [row["code"] for row in page.context["blocking"]] == [
        "no_realization",
        "no_realization",
        "no_achievements",
    ]
    assert (
        page.context["blocking"][0]["url"]
        == f"/laporan/{draft.pk}/realisasi/?dari=periksa#baris-{indicator.pk}"
    )
    assert f"/laporan/{draft.pk}/kirim/" not in page.content.decode()
    before = state(draft)
    assert world.client(world.staff).post(f"/laporan/{draft.pk}/kirim/").status_code == 422
    assert state(draft) == before


def test_sent_twice_ends_on_one_receipt(world: Any, draft: Any) -> None:
    fill(draft)
    client = world.client(world.staff)
    for key in (
        "6d4fbe2e-5a46-4d0f-9f5c-0d8f3b1f7a11",
        "6d4fbe2e-5a46-4d0f-9f5c-0d8f3b1f7a11",
        "another form",
    ):
        answer = client.post(f"/laporan/{draft.pk}/kirim/", {"_key": key})
        assert answer.headers["Location"] == f"/laporan/{draft.pk}/terkirim/"
    receipt = client.get(f"/laporan/{draft.pk}/terkirim/").content.decode()
    assert "LK-KENDARI-2026-000001" in receipt
    assert "15 September 2026 10.00 WITA" in receipt
    assert ReportVersion.objects.count() == 1


def test_taking_back_asks_first_and_not_after_the_review(world: Any, sent: Any) -> None:
    client = world.client(world.staff)
    before = state(sent)
    assert client.post(f"/laporan/{sent.pk}/tarik/").status_code == 200
    assert state(sent) == before
    client.post(f"/laporan/{sent.pk}/tarik/", {"confirmed": "1"})
    assert SelfReport.objects.get().status == "draft"
    reports.submit_report(report_id=sent.pk, by=world.staff, at=NOW)
    reports.accept_report(report_id=sent.pk, by=world.head, at=NOW)
    before = state(sent)
    client.post(f"/laporan/{sent.pk}/tarik/", {"confirmed": "1"})
    assert state(sent) == before


def test_a_late_report_is_sent_and_marked(world: Any, draft: Any, clock: Any) -> None:
    fill(draft)
    clock.move_to(LATE)
    client = world.client(world.staff)
    assert client.get(f"/laporan/{draft.pk}/periksa/").context["state"] == "late"
    client.post(f"/laporan/{draft.pk}/kirim/")
    assert SelfReport.objects.get().is_late


@pytest.mark.parametrize("who", ["stranger", "foreigner", "colleague", "head", "auditor"])
def test_somebody_elses_draft_does_not_exist(world: Any, draft: Any, who: str) -> None:
    client = world.client(getattr(world, who))
    fill(draft)
    before = state(draft)
    for page in ("", "periksa/", "terkirim/", "bukti/", "capaian/", "realisasi/"):
        assert client.get(f"/laporan/{draft.pk}/{page}").status_code == 404
    for action in ("simpan/", "kirim/", "tarik/", "kendala/", "bukti/"):
        answer = client.post(
            f"/laporan/{draft.pk}/{action}", {"bagian": "kendala", "text": "x", "confirmed": "1"}
        )
        assert answer.status_code == 404
    assert client.get(f"/pengawas/laporan/{draft.pk}/").status_code == 404
    assert state(draft) == before

"""The office's pages around a complaint: inbox filters, giving several away, letters, hidden words, named employees."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from apps.core.models import AuditEntry
from apps.feedback.models import AnswerTemplate, Cause, Complaint, PendingAnswer, ReportedOfficer
from apps.feedback.services import allegations, causes, complaints
from tests.feedback.helpers import complain


def go(name, *args):
    return reverse(f"feedback:{name}", args=args)


def post(client, address, **data):
    return client.post(address, {"_key": str(uuid.uuid4()), **data})


def listed(client, **query):
    return {row["complaint"] for row in client.get(go("complaint-inbox"), query).context["rows"]}


@pytest.fixture
def complaint(world):
    return complain(world.unit, at=timezone.now())[0]


# --- inbox


def test_the_number_leads_to_the_complaint(world, complaint, officer):
    page = world.client(officer).get(go("complaint-inbox")).content.decode()
    link = page.split(f'href="{go("complaint-detail", complaint.pk)}"')[1].split("</a>")[0]
    assert complaint.number in link


def test_filters_in_the_address(world, officer):
    now = timezone.now()
    service = world.make_service()
    cause = causes.add_cause(
        government=world.government, name="Nomor habis", description="", by=officer, at=now
    )
    plain, _ = complain(world.unit, at=now)
    mine, _ = complain(world.unit, at=now, service=service, kind="ringan")
    complaints.assign(complaint_id=mine.pk, to=officer, by=officer, at=now)
    causes.set_cause(complaint_id=mine.pk, cause=cause, by=officer, at=now)
    complaints.note_lapor(
        complaint_id=mine.pk, number="1234567", state="selesai", received_on=None, by=officer, at=now
    )
    complaints.start(complaint_id=mine.pk, by=officer, at=now)
    client = world.client(officer)
    for query in (
        {"petugas": "saya"},
        {"petugas": str(officer.pk)},
        {"layanan": str(service.pk)},
        {"sebab": str(cause.pk)},
        {"lapor": "1"},
        {"jenis": "ringan"},
        {"keadaan": "in_progress"},
        {"q": "1234567"},
    ):
        assert listed(client, **query) == {mine}, query
    assert listed(client, petugas="kosong") == {plain}
    assert listed(client, petugas="xx", layanan="'", sebab="x", jenis="?") == {plain, mine}


def test_the_words_of_a_secret_report_stand_only_inside_it(world, officer):
    secret, _ = complain(world.unit, at=timezone.now(), is_secret=True, subject="Pungutan di loket")
    client = world.client(officer)
    assert "Pungutan" not in client.get(go("complaint-inbox")).content.decode()
    assert listed(client, q="Pungutan") == set()
    assert not AuditEntry.objects.filter(action="feedback.complaint.secret_read").exists()
    assert "Pungutan" in client.get(go("complaint-detail", secret.pk)).content.decode()
    entry = AuditEntry.objects.get(action="feedback.complaint.secret_read")
    assert entry.actor == f"user:{officer.pk}"


def test_tabs_tell_the_clocks_apart(world, officer):
    now = timezone.now()
    late, _ = complain(world.unit, at=now - timedelta(days=30), kind="ringan")
    soon, _ = complain(world.unit, at=now, kind="ringan")
    in_time, _ = complain(world.unit, at=now, kind="berkadar_pengawasan")
    waiting, _ = complain(world.unit, at=now)
    complaints.ask_info(complaint_id=waiting.pk, text="Kapan?", by=officer, at=now)
    client = world.client(officer)
    assert listed(client, lihat="late") == {late}
    assert listed(client, lihat="soon") == {soon}
    assert listed(client, lihat="in_time") == {in_time}
    assert listed(client, lihat="waiting") == {waiting}
    rows = client.get(go("complaint-inbox")).context["rows"]
    assert [row["complaint"] for row in rows] == [late, soon, in_time]


def test_the_live_part_comes_alone_and_stops_while_choosing(world, complaint, officer):
    client = world.client(officer)
    page = client.get(go("complaint-inbox")).content.decode()
    assert "data-live-stamp-url" in page
    part = client.get(go("complaint-inbox"), {"bagian": "langsung"}).content.decode()
    assert complaint.number in part
    assert "<html" not in part
    choosing = client.get(go("complaint-inbox"), {"pilih": "1"}).content.decode()
    assert 'name="aduan"' in choosing
    assert "data-live-stamp-url" not in choosing


@pytest.mark.parametrize("page", ["complaint-inbox", "complaint-workload", "cause-list", "complaint-figures"])
def test_pages_ask_the_same_for_few_and_many(world, officer, page):
    now = timezone.now()
    cause = causes.add_cause(
        government=world.government, name="Nomor habis", description="", by=officer, at=now
    )
    client, counted = world.client(officer), []
    for more in (1, 3):
        for _ in range(more):
            row, _secret = complain(world.unit, at=now, service=world.make_service())
            complaints.assign(complaint_id=row.pk, to=officer, by=officer, at=now)
            causes.set_cause(complaint_id=row.pk, cause=cause, by=officer, at=now)
        client.get(go(page))
        with CaptureQueriesContext(connection) as queries:
            assert client.get(go(page)).status_code == 200
        counted.append(len(queries))
    assert counted[0] == counted[1]


def test_several_are_given_after_a_look(world, complaint, officer):
    elsewhere, _ = complain(world.other_agency, at=timezone.now())
    client = world.client(officer)
    someone = world.make_role_user("feedback_officer", world.agency)
    data = {"aduan": [complaint.pk, elsewhere.pk], "petugas": someone.pk}
    page = post(client, go("complaint-assign-many"), **data)
    assert page.status_code == 200
    assert not Complaint.objects.exclude(assignee=None).exists()
    assert [row for row, _subject in page.context["going"]] == [complaint]
    assert [row for row, _reason in page.context["staying"]] == [elsewhere]
    post(client, go("complaint-assign-many"), **data, confirmed="1")
    assert set(Complaint.objects.filter(assignee=someone)) == {complaint}


def test_nobody_gives_away_what_they_do_not_see(world, complaint, officer):
    client = world.client(world.stranger_head)
    post(client, go("complaint-assign-many"), aduan=[complaint.pk], petugas=officer.pk, confirmed="1")
    complaint.refresh_from_db()
    assert complaint.assignee is None


# --- letters


def test_a_letter_begins_with_a_template_and_is_not_sent_as_it_is(world, complaint, officer):
    client = world.client(officer)
    post(
        client,
        go("template-add"),
        purpose="answer",
        unit="",
        title="Sudah",
        body="Terima kasih atas laporan Anda tentang [hal]. Kami sudah memeriksa dan memperbaikinya.",
        is_active="on",
    )
    template = AnswerTemplate.objects.get()
    complaints.start(complaint_id=complaint.pk, by=officer, at=timezone.now())
    address = go("complaint-answer", complaint.pk)
    page = client.get(address, {"templat": template.pk}).content.decode()
    assert "tentang [hal]" in page
    refused = post(client, address, text=template.body, template=template.pk)
    assert refused.status_code == 422
    assert "tentang [hal]" in refused.content.decode()
    complaint.refresh_from_db()
    assert complaint.status == "in_progress"
    text = template.body.replace(
        "[hal]", "antrean loket dua; mesin nomor diganti dan dua petugas menjaga setiap pagi"
    )
    post(client, address, text=text, template=template.pk)
    complaint.refresh_from_db()
    assert complaint.status == "answered"
    assert template.uses.count() == 1


def test_a_template_without_a_mark_is_refused_with_its_text(world, officer):
    page = post(
        world.client(officer),
        go("template-add"),
        purpose="answer",
        title="x",
        body="Terima kasih banyak.",
        is_active="on",
    )
    assert page.status_code == 422
    assert "Terima kasih banyak." in page.content.decode()
    assert not AnswerTemplate.objects.exists()


def test_a_head_makes_templates_for_the_own_unit_only(world):
    client = world.client(world.head)
    data = {"purpose": "answer", "title": "x", "body": "Kepada [nama]", "is_active": "on"}
    assert post(client, go("template-add"), unit="", **data).status_code == 422
    assert post(client, go("template-add"), unit=world.other_agency.pk, **data).status_code == 422
    assert not AnswerTemplate.objects.exists()
    post(client, go("template-add"), unit=world.unit.pk, **data)
    assert AnswerTemplate.objects.get().unit == world.unit


# --- hidden words


def test_hidden_words_are_read_by_the_auditor_only_and_on_record(world, officer):
    complaint, _ = complain(world.unit, at=timezone.now(), body="Petugas Budi kasar.")
    post(
        world.client(officer),
        go("complaint-redact", complaint.pk),
        subject="Petugas kasar",
        text="Petugas [nama] kasar.",
        reason="Nama",
    )
    for who in (officer, world.head, world.auditor):
        page = world.client(who).get(go("complaint-detail", complaint.pk)).content.decode()
        assert "Budi" not in page
        assert "[nama]" in page
    address = go("complaint-original", complaint.pk)
    for who in (officer, world.head, world.agency_head):
        assert post(world.client(who), address, text="Ingin tahu").status_code == 403
    client = world.client(world.auditor)
    assert "Budi" not in client.get(address).content.decode()
    assert post(client, address, text=" ").status_code == 422
    assert not AuditEntry.objects.filter(action="feedback.complaint.original_read").exists()
    shown = post(client, address, text="Pemeriksaan berkala")
    assert "Budi" in shown.content.decode()
    assert shown["Cache-Control"] == "no-store"
    assert "Budi" not in client.get(address).content.decode()
    assert AuditEntry.objects.filter(action="feedback.complaint.original_read").count() == 1


# --- named employees


def test_the_employee_reads_what_is_alleged_and_never_who_reported(world, officer):
    complaint, _ = complain(
        world.unit,
        at=timezone.now(),
        body="Saya, Siti dari RT 3, dibentak perawat.",
        is_anonymous=False,
        contact={"name": "Siti Pelapor", "phone": "081234567890", "email": ""},
    )
    client = world.client(officer)
    address = go("complaint-officer", complaint.pk)
    assert world.staff.name in client.get(address, {"cari": "Perawat"}).content.decode()
    post(client, address, employee=world.staff.pk, shared_text="Seorang pengunjung dibentak.")
    reported = ReportedOfficer.objects.get()
    mine = world.client(world.staff)
    page = mine.get(go("allegation-detail", reported.pk)).content.decode()
    assert "Seorang pengunjung dibentak." in page
    for word in ("Siti", "RT 3", "081234567890", complaint.number):
        assert word not in page
    assert complaint.number not in mine.get(go("allegation-mine")).content.decode()
    assert mine.get(go("complaint-detail", complaint.pk)).status_code == 404
    post(mine, go("allegation-detail", reported.pk), text="Saya hanya menegur.", what="statement")
    reported.refresh_from_db()
    assert (reported.status, reported.statement) == ("heard", "Saya hanya menegur.")
    assert set(ReportedOfficer.objects.about(world.colleague.user)) == set()
    assert world.client(world.colleague).get(go("allegation-detail", reported.pk)).status_code == 404


def named(world, complaint, officer, employee=None):
    return allegations.name_officer(
        complaint_id=complaint.pk,
        employee=employee or world.staff,
        shared_text="Dilaporkan membentak.",
        by=officer,
        at=timezone.now(),
    )


def test_a_late_statement_is_no_objection_and_is_not_lost(world, complaint, officer):
    now = timezone.now()
    reported = named(world, complaint, officer)
    allegations.give_statement(reported_id=reported.pk, text="Pertama.", by=world.staff.user, at=now)
    allegations.decide(reported_id=reported.pk, finding="terbukti", reason="Rekaman.", by=officer, at=now)
    page = post(
        world.client(world.staff),
        go("allegation-detail", reported.pk),
        text="Kata-kata panjang.",
        what="statement",
    )
    assert page.status_code == 422
    assert "Kata-kata panjang." in page.content.decode()
    reported.refresh_from_db()
    assert (reported.status, reported.objection) == ("decided", "")


def test_the_head_answers_only_through_a_second_person(world, complaint, officer):
    complaints.start(complaint_id=complaint.pk, by=world.head.user, at=timezone.now())
    named(world, complaint, officer)
    head = world.client(world.head)
    post(head, go("complaint-answer", complaint.pk), text="Sudah kami tegur.")
    complaint.refresh_from_db()
    assert complaint.status == "in_progress"
    address = go("complaint-release-answer", complaint.pk)
    assert head.get(address).status_code == 403
    assert post(head, address, verdict="release", text="").status_code == 403
    client = world.client(officer)
    assert post(client, address, verdict="return", text="").status_code == 422
    assert PendingAnswer.objects.get().status == "waiting"
    post(client, address, verdict="release", text="")
    complaint.refresh_from_db()
    assert complaint.status == "answered"


def test_the_head_neither_names_nor_decides(world, complaint, officer):
    head = world.client(world.head)
    assert (
        post(
            head, go("complaint-officer", complaint.pk), employee=world.staff.pk, shared_text="x"
        ).status_code
        == 403
    )
    reported = named(world, complaint, officer)
    allegations.give_statement(reported_id=reported.pk, text="Tidak.", by=world.staff.user, at=timezone.now())
    data = {"finding": "tidak_terbukti", "text": "Saya kenal dia."}
    assert post(head, go("allegation-decide", reported.pk), **data).status_code == 403
    assert world.client(world.stranger_head).get(go("allegation-decide", reported.pk)).status_code == 404
    reported.refresh_from_db()
    assert (reported.status, reported.finding) == ("heard", "")
    post(world.client(officer), go("allegation-decide", reported.pk), **data)
    reported.refresh_from_db()
    assert reported.finding == "tidak_terbukti"


# --- causes and LAPOR


def test_a_cause_is_noted_from_the_list_or_new(world, complaint, officer):
    client = world.client(officer)
    post(client, go("complaint-cause", complaint.pk), cause="", name="Nomor habis")
    complaint.refresh_from_db()
    assert complaint.cause == Cause.objects.get()
    page = client.get(go("cause-detail", complaint.cause_id)).content.decode()
    assert go("complaint-detail", complaint.pk) in page
    other, _ = complain(world.unit, at=timezone.now())
    post(client, go("complaint-cause", other.pk), cause="", name=" nomor  HABIS ")
    assert Cause.objects.count() == 1


def test_a_cause_page_shows_only_what_one_may_see(world, complaint, officer):
    cause = causes.add_cause(
        government=world.government, name="Nomor habis", description="", by=officer, at=timezone.now()
    )
    causes.set_cause(complaint_id=complaint.pk, cause=cause, by=officer, at=timezone.now())
    assert complaint.number in world.client(world.head).get(go("cause-detail", cause.pk)).content.decode()
    page = world.client(world.stranger_head).get(go("cause-detail", cause.pk))
    assert page.status_code == 200
    assert complaint.number not in page.content.decode()
    assert world.client(world.other.head).get(go("cause-detail", cause.pk)).status_code == 404


def test_lapor_tables_in_and_out(world, complaint, officer):
    client = world.client(officer)
    table = f"nomor_aduan,nomor_lapor\n{complaint.number},1234567\nADU-X,1\n"
    page = client.post(
        go("lapor-tables"),
        {"_key": str(uuid.uuid4()), "file": SimpleUploadedFile("lapor.csv", table.encode(), "text/csv")},
    )
    assert page.status_code == 200
    assert (page.context["report"].changed, len(page.context["problems"])) == (1, 1)
    complaint.refresh_from_db()
    assert complaint.lapor_number == "1234567"
    assert post(client, go("lapor-export"), purpose="", shape="csv").status_code == 422
    assert not AuditEntry.objects.filter(action="feedback.lapor.exported").exists()
    answer = post(client, go("lapor-export"), purpose="Rapat", shape="csv")
    assert b"1234567" in answer.content
    assert (
        post(world.client(world.auditor), go("lapor-export"), purpose="Rapat", shape="csv").status_code == 403
    )


def test_figures_show_no_percentage_for_few(world, officer):
    now = timezone.now()
    client = world.client(officer)
    for number in range(1, 6):
        row, _ = complain(world.unit, at=now)
        complaints.start(complaint_id=row.pk, by=officer, at=now)
        complaints.answer(complaint_id=row.pk, text="Sudah diperbaiki.", by=officer, at=now)
        shown = client.get(go("complaint-figures")).context["all"]
        assert (shown.received, shown.on_time.k, shown.on_time.n) == (number, number, number)
        assert (shown.on_time.percent is not None) == (number >= 5)
        assert (shown.median_days is not None) == (number >= 5)


def test_the_api_shows_hidden_and_secret_words_to_nobody(world, officer):
    now = timezone.now()
    shown, _ = complain(world.unit, at=now, subject="Petugas Budi kasar", body="Budi membentak.")
    secret, _ = complain(world.unit, at=now, is_secret=True, body="Ada pungutan.")
    complaints.redact_report(
        complaint_id=shown.pk,
        subject="Petugas kasar",
        text="[nama] membentak.",
        reason="Nama",
        by=officer,
        at=now,
    )
    rows = world.client(officer).get("/api/v1/complaints/").json()["results"]
    words = {row["number"]: (row["subject"], row["body"]) for row in rows}
    assert words == {shown.number: ("Petugas kasar", "[nama] membentak."), secret.number: ("", "")}


@pytest.mark.django_db(transaction=True)
def test_ten_clicks_name_one_employee_and_write_one_answer(world, officer):
    complaint, _ = complain(world.unit, at=timezone.now())
    complaints.start(complaint_id=complaint.pk, by=officer, at=timezone.now())
    keys = [str(uuid.uuid4()), str(uuid.uuid4())]

    def click(address, key, **data):
        try:
            return world.client(officer).post(address, {"_key": key, **data}).status_code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(5) as pool:
        name = go("complaint-officer", complaint.pk)
        named = [
            pool.submit(click, name, keys[0], employee=world.staff.pk, shared_text="Membentak.")
            for _ in range(5)
        ]
        assert {future.result() for future in named} == {302}
        answer = go("complaint-answer", complaint.pk)
        written = [pool.submit(click, answer, keys[1], text="Kami memeriksa.") for _ in range(5)]
        assert {future.result() for future in written} == {302}
    assert ReportedOfficer.objects.count() == 1
    assert PendingAnswer.objects.count() == 1
    assert complaint.events.filter(action="answer").count() == 0


def test_lapor_stands_beside_ours_with_its_days(world, complaint, officer):
    complaints.note_lapor(
        complaint_id=complaint.pk,
        number="1234567",
        state="diteruskan",
        received_on=complaint.received_at.date(),
        by=officer,
        at=timezone.now(),
    )
    page = world.client(officer).get(go("complaint-detail", complaint.pk))
    assert page.context["lapor"]["clock"].verify_by < page.context["lapor"]["clock"].answer_by
    assert 'href="https://www.lapor.go.id/"' in page.content.decode()

"""Verdicts, questions and versions on their pages; the states a report shows."""

from decimal import Decimal
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.assessments.models import Evidence, EvidenceQuestion, ReportLine, SelfReport
from apps.assessments.selectors import reporting
from apps.assessments.services import reports
from tests.core.test_images_fingerprint import data, scene

from ..conftest import NOW, fill, picture
from ..test_services_evidence import put
from ..test_services_vault import LONG, begin, send


def test_file_by_file_to_the_end(world: Any, draft: Any) -> None:
    first, second = put(draft, data(scene(1)), "satu.jpg"), put(draft, data(scene(2)), "dua.jpg")
    send(draft)
    client = world.client(world.head)
    assert f"/pengawas/bukti/{first.pk}/" in client.get(f"/pengawas/laporan/{draft.pk}/").content.decode()
    assert client.get(f"/pengawas/bukti/{first.pk}/").context["form"]["verdict"].value() == "", (
        "no choice made"
    )
    for wrong in ({}, {"verdict": "unclear"}, {"verdict": "not_fitting", "note": " "}, {"verdict": "bagus"}):
        answer = client.post(f"/pengawas/bukti/{first.pk}/", wrong)
        assert (answer.status_code, answer.context["form"]["note"].value() or "") == (
            422,
            wrong.get("note", ""),
        )
    assert set(Evidence.objects.values_list("verdict", flat=True)) == {""}
    answer = client.post(f"/pengawas/bukti/{first.pk}/", {"verdict": "unclear", "note": "Buram"})
    assert answer.headers["Location"] == f"/pengawas/bukti/{second.pk}/"
    answer = client.post(f"/pengawas/bukti/{second.pk}/", {"verdict": "accepted"})
    assert answer.headers["Location"] == f"/pengawas/laporan/{draft.pk}/"
    page = client.get(f"/pengawas/laporan/{draft.pk}/")
    assert dict(page.context["verdicts"]) == {"unclear": 1, "accepted": 1}
    client.post(f"/pengawas/laporan/{draft.pk}/kembalikan/", {"note": "Lihat bukti", "version": 1})
    own = world.client(world.staff).get(f"/laporan/{draft.pk}/")
    assert [item.pk for item in own.context["doubted"]] == [first.pk]
    assert "Buram" in own.content.decode()


def test_who_may_judge(world: Any, draft: Any) -> None:
    item = put(draft, picture())
    address = f"/pengawas/bukti/{item.pk}/"
    people = (
        "staff",
        "head",
        "agency_head",
        "auditor",
        "personnel_officer",
        "colleague",
        "stranger",
        "foreigner",
    )

    def statuses() -> list[int]:
        return [
            world.client(getattr(world, who)).post(address, {"verdict": "accepted"}).status_code
            for who in people
        ]

    assert statuses() == [404] * 8, "a draft's file"
    assert Evidence.objects.get().verdict == ""
    send(draft)
    assert [status for who, status in zip(people, statuses(), strict=True) if who != "head"] == [
        *[403] * 4,
        *[404] * 3,
    ]
    assert Evidence.objects.get().verdict_by == world.head


def test_a_report_that_is_decided_takes_no_verdict(world: Any, draft: Any) -> None:
    item = put(draft, picture())
    send(draft)
    reports.accept_report(report_id=draft.pk, by=world.head, at=NOW)
    client = world.client(world.head)
    assert client.get(f"/pengawas/bukti/{item.pk}/").context["may_judge"] is False
    assert client.post(f"/pengawas/bukti/{item.pk}/", {"verdict": "accepted"}).status_code == 302
    assert Evidence.objects.get().verdict == ""


def test_the_reviewer_reads_question_and_answer_and_only_names_they_may_see(
    world: Any, draft: Any, period: Any
) -> None:
    far = begin(world, world.stranger, period)
    put(far, picture())
    send(far)
    near = begin(world, world.colleague, period)
    put(near, data(scene()))
    send(near)
    put(draft, picture())
    put(draft, data(scene()))
    first = EvidenceQuestion.objects.order_by("pk")[0]
    world.client(world.staff).post(f"/laporan/pertanyaan/{first.pk}/", {"answer": "Rapat bersama dua dinas."})
    send(draft)
    page = world.client(world.head).get(f"/pengawas/laporan/{draft.pk}/").content.decode()
    assert "Rapat bersama dua dinas." in page
    assert (world.stranger.name in page, f"/pengawas/laporan/{far.pk}/" in page) == (False, False)
    assert (world.colleague.name in page, f"/pengawas/laporan/{near.pk}/" in page) == (True, True)
    own = world.client(world.staff)
    for address in (f"/laporan/{draft.pk}/", f"/laporan/pertanyaan/{first.pk}/"):
        text = own.get(address).content.decode()
        assert (world.stranger.name in text, world.colleague.name in text) == (False, False)


def test_the_state_that_is_shown(world: Any, draft: Any) -> None:
    client = world.client(world.staff)

    def shown() -> tuple[int, bool]:
        page = client.get(f"/laporan/{draft.pk}/")
        task = next((row for row in reporting.open_tasks(world.staff, NOW) if row.report), None)
        return page.context["stage"], bool(task and task.is_ready)

    put(draft, picture())
    assert shown() == (1, False)
    fill(draft)
    assert shown() == (2, True)
    reports.submit_report(report_id=draft.pk, by=world.staff, at=NOW)
    assert shown()[0] == 3
    world.client(world.head).post(f"/pengawas/bukti/{Evidence.objects.get().pk}/", {"verdict": "accepted"})
    assert shown()[0] == 4
    page = client.get(f"/laporan/{draft.pk}/")
    assert page.context["may_recall"] is False
    client.post(f"/laporan/{draft.pk}/tarik/", {"confirmed": "1"})
    assert SelfReport.objects.get(pk=draft.pk).status == "submitted"


def test_ready_means_what_the_check_page_means(world: Any, draft: Any) -> None:
    """The list counts in SQL what the rule finds in Python: they may never disagree."""

    def both() -> tuple[bool, bool]:
        (task,) = [row for row in reporting.open_tasks(world.staff, NOW) if row.report]
        whole = reporting.whole(SelfReport.objects.filter(pk=draft.pk)).get()
        problems = reporting.problems_of(whole, reporting.line_rows(whole), [])
        return task.is_ready, not any(problem.is_blocking for problem in problems)

    assert both() == (False, False)
    fill(draft)
    assert both() == (True, True)
    first = draft.lines.first()
    ReportLine.objects.filter(pk=first.pk).update(realization=None)
    assert both() == (False, False)
    ReportLine.objects.filter(pk=first.pk).delete()
    assert both() == (False, False)


def test_two_versions_word_by_word(world: Any, draft: Any) -> None:
    old = put(draft, data(scene(1)), "lama.jpg")
    fill(draft, "80", "Posyandu berjalan tiga kali.")
    reports.submit_report(report_id=draft.pk, by=world.staff, at=NOW)
    address = f"/laporan/{draft.pk}/versi/"
    assert world.client(world.staff).get(address).context["comparison"] is None, "sent once"
    reports.return_report(report_id=draft.pk, note="Periksa", by=world.head, at=NOW)
    from apps.assessments.services import evidence

    evidence.remove_evidence(evidence_id=old.pk, by=world.staff, at=NOW)
    put(draft, data(scene(2)), "baru.jpg")
    fill(draft, "82", "Posyandu berjalan empat kali.")
    assert "empat" not in world.client(world.head).get(address).content.decode(), "not sent yet"
    reports.submit_report(report_id=draft.pk, by=world.staff, at=NOW)
    for who in (world.staff, world.head, world.auditor):
        page = world.client(who).get(address)
        found = page.context["comparison"]
        assert (page.context["before"].version, page.context["after"].version) == (1, 2)
        assert [row["name"] for row in found.evidence_added + found.evidence_removed] == [
            "baru.jpg",
            "lama.jpg",
        ]
        assert {(row.before, row.after) for row in found.figures} == {("80", "82")}
        html = page.content.decode()
        assert " tiga</del>" in html
        assert " empat</ins>" in html
    back = world.client(world.staff).get(f"{address}?dari=2&ke=1").context
    assert (back["before"].version, back["after"].version) == (2, 1)
    for odd in ("?dari=9&ke=x", "?dari=2&ke=2"):
        assert world.client(world.staff).get(address + odd).status_code == 200
    for who in ("colleague", "stranger", "foreigner"):
        assert world.client(getattr(world, who)).get(address).status_code == 404


def test_the_text_is_asked_about_when_it_is_saved(world: Any, skp: Any, periods: list[Any]) -> None:
    send(begin(world, world.staff, periods[1]), LONG)
    draft = begin(world, world.staff, periods[2])
    client = world.client(world.staff)
    client.post(f"/laporan/{draft.pk}/capaian/", {"text": LONG, "version": draft.revision})
    (question,) = EvidenceQuestion.objects.all()
    check = client.get(f"/laporan/{draft.pk}/periksa/")
    assert f"/laporan/pertanyaan/{question.pk}/" in check.content.decode()
    client.post(f"/laporan/pertanyaan/{question.pk}/", {"answer": "Kegiatan rutin yang sama."})
    assert (
        f"/laporan/pertanyaan/{question.pk}/"
        not in client.get(f"/laporan/{draft.pk}/periksa/").content.decode()
    )


def test_pages_cost_the_same_for_one_and_five_files(
    world: Any, draft: Any, periods: list[Any], clock: Any
) -> None:
    earlier = begin(world, world.staff, periods[1])
    for seed in range(5):
        put(earlier, data(scene(seed)))
    own, head = world.client(world.staff), world.client(world.head)

    def cost(client: Any, address: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(address).status_code == 200
        return len(captured)

    def costs() -> list[int]:
        pages = [(own, f"/laporan/{draft.pk}/")]
        if SelfReport.objects.get(pk=draft.pk).is_editable:
            pages += [(own, f"/laporan/{draft.pk}/bukti/"), (own, f"/laporan/{draft.pk}/periksa/")]
        else:
            pages += [(head, f"/pengawas/laporan/{draft.pk}/")]
        for page in pages:
            cost(*page)
        return [cost(*page) for page in pages]

    put(draft, data(scene(0)))
    fill(draft)
    one = costs()
    reports.submit_report(report_id=draft.pk, by=world.staff, at=NOW)
    one_sent = costs()
    reports.recall_report(report_id=draft.pk, by=world.staff, at=NOW)
    for seed in range(1, 5):
        put(draft, data(scene(seed)))
    assert EvidenceQuestion.objects.count() == 5
    assert costs() == one
    reports.submit_report(report_id=draft.pk, by=world.staff, at=NOW)
    assert costs() == one_sent


# --- the year


def test_the_yearly_report_is_made_of_its_parts(world: Any, skp: Any, periods: list[Any]) -> None:
    from datetime import UTC, datetime

    from apps.assessments.models import Period
    from apps.indicators.models import Indicator
    from apps.indicators.services.guard import applying

    counted, level = skp.results.get().indicators.all()
    with applying():
        Indicator.objects.filter(pk=level.pk).update(aspect="kualitas")
    for period, value in zip(periods[:2], ("30", "45"), strict=True):
        part = reports.open_report(employee=world.staff, period=period, by=world.staff, at=NOW)
        fill(part, value, f"Bagian {period.number}")
        reports.submit_report(report_id=part.pk, by=world.staff, at=NOW)
        reports.accept_report(report_id=part.pk, by=world.head, at=NOW)
    draft = reports.open_report(employee=world.staff, period=periods[2], by=world.staff, at=NOW)
    fill(draft, "999")
    year = Period.objects.create(
        cycle=periods[0].cycle,
        kind="yearly",
        number=0,
        starts_on=periods[0].starts_on,
        ends_on=periods[3].ends_on,
        opens_at=datetime(2026, 9, 1, tzinfo=UTC),
        closes_at=datetime(2027, 1, 5, tzinfo=UTC),
        status="open",
    )
    report = reports.open_report(employee=world.staff, period=year, by=world.staff, at=NOW)
    values = {row.indicator_id: row.realization for row in report.lines.all()}
    assert values == {counted.pk: Decimal(75), level.pk: Decimal(45)}, "a draft counts for nothing"
    assert "Bagian 1" in report.achievements
    assert "Bagian 2" in report.achievements
    page = world.client(world.staff).get(f"/laporan/{report.pk}/")
    assert [part.period.number for part in page.context["parts"]] == [1, 2]
    for part in page.context["parts"]:
        assert f"/laporan/{part.pk}/" in page.content.decode()

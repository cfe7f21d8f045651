"""Questions about evidence: asked when there is cause, withdrawn when it goes, and never telling whose it is."""

import io
from datetime import date
from typing import Any

import pytest
from PIL import Image

from apps.assessments.labels import VerdictChoices
from apps.assessments.models import Evidence, EvidenceQuestion, ReportVersion, SelfReport
from apps.assessments.selectors import vault
from apps.assessments.services import evidence, reports, verdicts
from apps.assessments.vault_texts import reviewer_text, writer_text
from apps.core.models import AuditEntry, Notification
from tests.core.test_images_fingerprint import data, scene

from .conftest import NOW, add, fill, picture
from .test_services_evidence import pdf, put

LONG = (
    "Pelayanan pemeriksaan ibu hamil di Posyandu Melati berjalan setiap hari kerja. Dua puluh empat balita ditimbang, "
    "dua dirujuk ke puskesmas untuk pemeriksaan lanjutan, dan enam lansia yang sakit dikunjungi di rumah bersama "
    "kader kesehatan serta perangkat kelurahan selama bulan September."
)


def begin(world: Any, who: Any, period: Any) -> Any:
    if not who.skp.exists():
        world.make_skp(who)
    return reports.open_report(employee=who, period=period, by=who, at=NOW)


def send(report: Any, text: str = "Pemeriksaan berjalan.") -> Any:
    fill(report, text=text)
    return reports.submit_report(report_id=report.pk, by=report.employee, at=NOW)


def asked(report: Any) -> list[tuple[str, bool, bool]]:
    return [
        (row.kind, row.is_own, row.is_open)
        for row in EvidenceQuestion.objects.filter(report=report).order_by("pk")
    ]


def test_a_colleagues_draft_is_nobodys_business(world: Any, draft: Any, period: Any) -> None:
    other = begin(world, world.colleague, period)
    put(other, picture())
    put(draft, picture())
    assert asked(draft) == []
    send(other)
    assert asked(draft) == [], "a question comes with the next look: at sending"
    send(draft)
    assert asked(draft) == [("same_file", False, True)]
    assert asked(other) == [], "whoever sent first is not asked"


def test_the_writer_learns_that_and_not_whose(world: Any, draft: Any, period: Any) -> None:
    other = begin(world, world.colleague, period)
    put(other, picture(), "rahasia rekan.jpg")
    send(other)
    put(draft, picture(), "foto.jpg")
    (question,) = vault.questions_of(draft)
    text = writer_text(question)
    for secret in (world.colleague.name, "rahasia", "Bidan", str(other.number)):
        assert secret not in text
    assert "foto.jpg" in text
    assert world.colleague.full_name in reviewer_text(question, is_known=True)
    assert world.colleague.full_name not in reviewer_text(question, is_known=False)


def test_who_sees_the_other_side_is_who_may_see_that_report(world: Any, draft: Any, period: Any) -> None:
    far = begin(world, world.stranger, period)
    put(far, picture())
    send(far)
    put(draft, picture())
    questions = vault.questions_of(draft)
    assert [
        bool(vault.seen_by(who, questions)) for who in (world.head.user, world.auditor, world.staff.user)
    ] == [
        False,
        True,
        False,
    ]


def test_another_government_is_another_world(world: Any, draft: Any) -> None:
    other = world.other
    foreign = begin(other, other.staff, other.make_periods()[2])
    put(foreign, data(scene()))
    send(foreign, LONG)
    put(draft, data(scene()))
    send(draft, LONG)
    assert asked(draft) == []


def test_the_same_picture_saved_again_is_a_question(world: Any, skp: Any, periods: list[Any]) -> None:
    earlier = begin(world, world.staff, periods[1])
    first = put(earlier, data(scene()))
    draft = begin(world, world.staff, periods[2])
    again = put(draft, data(scene(size=(320, 240)), quality=50))
    put(draft, data(scene(seed=2)))
    (question,) = vault.questions_of(draft)
    assert (question.kind, question.evidence, question.other_evidence_id) == (
        "similar_image",
        again,
        first.pk,
    )


def test_the_same_file_is_not_also_a_similar_picture(world: Any, skp: Any, periods: list[Any]) -> None:
    put(begin(world, world.staff, periods[1]), data(scene()))
    draft = begin(world, world.staff, periods[2])
    put(draft, data(scene()))
    assert asked(draft) == [("same_file", True, True)]


def test_white_pages_do_not_look_alike(world: Any, skp: Any, periods: list[Any]) -> None:
    put(begin(world, world.staff, periods[1]), picture("white"))
    draft = begin(world, world.staff, periods[2])
    put(draft, picture("snow"))
    assert asked(draft) == []


def test_a_photo_from_another_time_is_a_question(draft: Any) -> None:
    exif = Image.Exif()
    exif.get_ifd(0x8769)[0x9003] = "2026:03:04 08:00:00"
    item = put(draft, data(scene(), exif=exif), "IMG_20260910_080000.jpg")
    assert item.taken_on == date(2026, 3, 4)
    (question,) = vault.questions_of(draft)
    assert (question.kind, question.day) == ("not_fresh", date(2026, 3, 4))
    assert put(draft, data(scene(2)), "IMG_20260910_080000.jpg").questions.count() == 0
    assert put(draft, pdf(), "daftar hadir 02-01-2026.pdf").questions.get().day == date(2026, 1, 2)


def test_removing_the_file_withdraws_the_question(world: Any, skp: Any, periods: list[Any]) -> None:
    put(begin(world, world.staff, periods[1]), picture())
    draft = begin(world, world.staff, periods[2])
    item = put(draft, picture())
    evidence.remove_evidence(evidence_id=item.pk, by=world.staff, at=NOW)
    assert asked(draft) == [("same_file", True, False)]
    assert vault.questions_of(draft) == []


def test_a_text_that_reads_like_ones_own_earlier_report(world: Any, skp: Any, periods: list[Any]) -> None:
    earlier = begin(world, world.staff, periods[1])
    send(earlier, LONG)
    draft = begin(world, world.staff, periods[2])
    fill(draft, text=LONG.replace("empat", "lima").replace("September", "Agustus"))
    assert reports.look_at_text(report_id=draft.pk, by=world.staff, at=NOW) == 1
    (question,) = vault.questions_of(draft)
    assert (question.kind, question.is_own, question.other_report) == ("similar_text", True, earlier)
    fill(draft, text="Bulan ini seluruhnya tentang imunisasi di sekolah dasar.")
    assert reports.look_at_text(report_id=draft.pk, by=world.staff, at=NOW) == 0
    assert vault.questions_of(draft) == [], "rewritten, so nothing to answer"


def test_a_text_that_reads_like_somebody_elses(world: Any, draft: Any, period: Any) -> None:
    send(begin(world, world.colleague, period), LONG)
    send(draft, LONG)
    assert asked(draft) == [("similar_text", False, True)]


def test_daily_lines_that_read_like_somebody_elses(world: Any, skp: Any, draft: Any, period: Any) -> None:
    lines = [sentence.strip() for sentence in LONG.split(".") if sentence.strip()]
    other = begin(world, world.colleague, period)
    from apps.assessments.services import progress

    for number, text in enumerate(lines, start=1):
        day = date(2026, 9, number)
        add(world, skp, text, day)
        progress.add_entry(
            employee=world.colleague,
            result=world.colleague.skp.get().results.get(),
            date=day,
            text=text,
            by=world.colleague,
            at=NOW,
        )
    send(other, "Satu dua tiga.")
    send(draft, "Empat lima enam.")
    assert asked(draft) == [("similar_log", False, True)]
    assert SelfReport.objects.get(pk=draft.pk).log_text.splitlines() == lines


def test_ones_own_repeating_lines_are_no_question(world: Any, skp: Any, periods: list[Any]) -> None:
    earlier, draft = begin(world, world.staff, periods[1]), begin(world, world.staff, periods[2])
    for text in LONG.split("."):
        add(world, skp, text, date(2026, 6, 2))
        add(world, skp, text, date(2026, 9, 2))
    send(earlier, "Satu dua tiga.")
    send(draft, "Empat lima enam.")
    assert asked(draft) == []


def test_an_answer_is_possible_until_the_report_is_accepted(world: Any, skp: Any, periods: list[Any]) -> None:
    put(begin(world, world.staff, periods[1]), picture())
    draft = begin(world, world.staff, periods[2])
    put(draft, picture())
    question = EvidenceQuestion.objects.get()
    arguments = {"question_id": question.pk, "at": NOW}
    with pytest.raises(evidence.NotTheWriter):
        evidence.answer_question(answer="Ya", by=world.head, **arguments)
    with pytest.raises(evidence.AnswerMissing):
        evidence.answer_question(answer=" \n", by=world.staff, **arguments)
    evidence.answer_question(answer="Ruang yang sama.", by=world.staff, **arguments)
    send(draft)
    version = ReportVersion.objects.get(report=draft)
    assert [row["answer"] for row in version.content["questions"]] == ["Ruang yang sama."]
    evidence.answer_question(answer="Ruang yang sama, difoto ulang.", by=world.staff, **arguments)
    reports.accept_report(report_id=draft.pk, by=world.head, at=NOW)
    with pytest.raises(evidence.QuestionClosed):
        evidence.answer_question(answer="Lain", by=world.staff, **arguments)
    question.refresh_from_db()
    assert question.answer == "Ruang yang sama, difoto ulang."
    assert AuditEntry.objects.filter(action="assessments.evidence.question_answered").count() == 2
    assert "Ruang" not in str(AuditEntry.objects.values_list("data", flat=True))


def test_an_unanswered_question_stops_nothing(world: Any, skp: Any, periods: list[Any]) -> None:
    put(begin(world, world.staff, periods[1]), picture())
    draft = begin(world, world.staff, periods[2])
    put(draft, picture())
    assert send(draft).status == "submitted"


# --- verdicts


def test_a_verdict_begins_the_review_and_ends_recalling(world: Any, draft: Any) -> None:
    item = put(draft, picture())
    send(draft)
    verdicts.judge_evidence(
        evidence_id=item.pk,
        verdict=VerdictChoices.UNCLEAR,
        note="Tanggal tidak terbaca",
        by=world.head,
        at=NOW,
    )
    with pytest.raises(reports.ReviewStarted):
        reports.recall_report(report_id=draft.pk, by=world.staff, at=NOW)
    fresh = SelfReport.objects.get(pk=draft.pk)
    assert (fresh.status, fresh.review_started_at) == ("submitted", NOW)
    reports.return_report(report_id=draft.pk, note="Lihat bukti", by=world.head, at=NOW)
    assert [(row.pk, row.verdict_note) for row in vault.doubted(draft)] == [
        (item.pk, "Tanggal tidak terbaca")
    ]
    reports.submit_report(report_id=draft.pk, by=world.staff, at=NOW)
    assert SelfReport.objects.get(pk=draft.pk).review_started_at is None
    reports.recall_report(report_id=draft.pk, by=world.staff, at=NOW)


def test_each_refused_verdict_changes_nothing(world: Any, draft: Any) -> None:
    item = put(draft, picture())

    def judge(**more: Any) -> None:
        verdicts.judge_evidence(
            **{"evidence_id": item.pk, "verdict": VerdictChoices.ACCEPTED, "by": world.head, "at": NOW} | more
        )

    with pytest.raises(verdicts.NotUnderReview):
        judge()
    send(draft)
    with pytest.raises(verdicts.OwnReport):
        judge(by=world.staff)
    with pytest.raises(verdicts.VerdictNoteMissing):
        judge(verdict=VerdictChoices.NOT_FITTING, note="  ")
    reports.accept_report(report_id=draft.pk, by=world.head, at=NOW)
    with pytest.raises(verdicts.NotUnderReview):
        judge()
    assert list(Evidence.objects.values_list("verdict", "verdict_at")) == [("", None)]
    assert Notification.objects.filter(recipient=world.staff.user).count() == 1, "only that it was accepted"


def test_a_file_added_after_sending_is_not_judged(world: Any, draft: Any) -> None:
    send(draft)
    reports.return_report(report_id=draft.pk, note="Tambah bukti", by=world.head, at=NOW)
    item = put(draft, picture())
    SelfReport.objects.filter(pk=draft.pk).update(status="submitted")
    with pytest.raises(verdicts.NotUnderReview):
        verdicts.judge_evidence(evidence_id=item.pk, verdict=VerdictChoices.ACCEPTED, by=world.head, at=NOW)


def test_the_search_costs_the_same_for_one_and_for_many_files(
    world: Any, skp: Any, periods: list[Any], django_assert_num_queries: Any
) -> None:
    earlier = begin(world, world.staff, periods[1])
    draft = begin(world, world.staff, periods[2])
    files = []
    for seed in range(4):
        put(earlier, data(scene(seed)))
        files.append(put(draft, data(scene(seed))))
    with django_assert_num_queries(2):
        assert len(vault.file_findings(draft, files[:1])) == 1
    with django_assert_num_queries(2):
        assert len(vault.file_findings(draft, files)) == 4


def test_bytes_of_a_picture_keep_no_day(draft: Any) -> None:
    exif = Image.Exif()
    exif.get_ifd(0x8769)[0x9003] = "2026:09:04 08:00:00"
    item = put(draft, data(scene(), exif=exif))
    from apps.core import files

    assert dict(Image.open(io.BytesIO(files.read(item.file))).getexif()) == {}

"""What a survey report says: chapters, the public figures and no more, both tiers apart, what follows."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.feedback.models import ImprovementItem, PublicRemark, Response, SurveyPublication
from apps.feedback.services import results
from apps.reports.rendering.survey_facts import Grid, Points, SurveyReport
from apps.reports.selectors.survey_figures import figures_of
from apps.reports.selectors.survey_report import period_report, span_report
from apps.reports.selectors.survey_rows import respondent_tables, unit_rows
from apps.reports.selectors.survey_subject import NothingToReport

from .surveyed import FIRST, LAST, NOW, answered, ended_period, published, surveyed

pytestmark = pytest.mark.django_db
TODAY = NOW.date()


def text_of(report: SurveyReport) -> str:
    """Return everything a report says, in its order."""
    told = [*report.headline]
    for chapter in report.chapters:
        told += [chapter.number, chapter.title]
        for section in chapter.sections:
            told.append(section.title)
            for block in section.blocks:
                if isinstance(block, Grid):
                    told += [
                        block.caption,
                        *block.head,
                        *(c for row in (*block.rows, *block.foot) for c in row),
                        block.note,
                    ]
                elif isinstance(block, Points):
                    told += block.points
                else:
                    told.append(getattr(block, "text", "") or getattr(block, "alt", ""))
    return "\n".join(told)


def grid(report: SurveyReport, head: str) -> Grid:
    return next(
        block
        for chapter in report.chapters
        for section in chapter.sections
        for block in section.blocks
        if isinstance(block, Grid) and block.head[0] == head
    )


def test_the_chapters_are_those_of_the_sheet(world: Any) -> None:
    report = period_report(surveyed(world), TODAY)
    assert [chapter.number for chapter in report.chapters] == [
        "BAB I",
        "BAB II",
        "BAB III",
        "BAB IV",
        "BAB V",
        "",
        "",
    ]
    titles = [section.title for chapter in report.chapters for section in chapter.sections]
    assert titles[:3] == ["1.1 Latar belakang", "1.2 Dasar hukum", "1.3 Tujuan"]
    assert "4.5 Tindak lanjut survei sebelumnya" in titles
    assert "14 Tahun 2017" in text_of(report)


def test_index_sample_and_sampling_are_told(world: Any) -> None:
    told = text_of(period_report(surveyed(world), TODAY))
    # Eight unsur of 3 and one of 2: (8 * 3 + 2) / 9 * 25 = 72.22.
    assert "IKM 72,22, mutu C (Kurang baik), dari 40 responden." in told
    assert "Dari 100 orang yang dilayani diperlukan 80 responden" in told
    assert "sampel belum tercapai" in told
    assert "semua orang yang menerima kode tanda terima" in told
    assert "Yang paling perlu dibenahi: Persyaratan." in told
    assert "bukan SKM resmi. Angka" not in told


def test_the_table_of_unsur_adds_up_to_the_index(world: Any) -> None:
    table = grid(period_report(surveyed(world), TODAY), "Kode")
    assert len(table.rows) == 9
    assert table.rows[0][:3] == ("U1", "Persyaratan", "2,0000")
    weighted = sum(Decimal(row[3].replace(",", ".")) for row in table.rows)
    assert abs(weighted * 25 - Decimal("72.22")) < Decimal("0.02")
    assert table.foot[0][3:5] == ("2,8889", "72,22")


def test_respondents_are_profiled_by_what_is_public(world: Any) -> None:
    period = ended_period(world.make_service(unit=world.unit), sampling="receipt")
    answered(period, 40)
    answered(period, 3, sex="L", education="s3", occupation="tni")
    report = period_report(published(period), TODAY)
    education = grid(report, "Pendidikan")
    assert ("SMA/SMK", "20", "46,5%") in education.rows or "*" in {row[1] for row in education.rows}
    hidden = [row for row in education.rows if row[1] == "*"]
    assert any(row[0] == "S3" for row in hidden)
    assert len(hidden) > 1, "one hidden row alone could be computed"
    assert "3" not in {row[1] for row in education.rows}


def test_tiers_stand_side_by_side_and_are_not_added(world: Any) -> None:
    period = ended_period(world.make_service(unit=world.unit), sampling="receipt", population=100)
    answered(period, 40, 3)
    answered(period, 30, 4, tier="terbuka")
    report = period_report(published(period), TODAY)
    rows = grid(report, "Tingkat").rows
    assert [row[1] for row in rows] == ["40", "30"]
    assert rows[0][2] == "72,22"
    assert rows[1][2] == "97,22"
    assert "70 responden" not in text_of(report)


def test_without_a_sampling_it_is_not_called_skm(world: Any) -> None:
    period = ended_period(world.make_service(unit=world.unit))
    answered(period, 30, tier="terbuka")
    assert "bukan SKM resmi" in text_of(period_report(published(period), TODAY))


@pytest.mark.parametrize(
    ("n", "has_figure", "has_letter"), [(9, False, False), (10, True, False), (30, True, True)]
)
def test_few_answers_have_no_figure_then_no_letter(
    world: Any, n: int, has_figure: bool, has_letter: bool
) -> None:
    period = ended_period(world.make_service(unit=world.unit), sampling="receipt")
    answered(period, n)
    results.refresh_result(survey_period_id=period.pk, at=NOW)
    told = text_of(period_report(period, TODAY))
    assert ("72,22" in told) is has_figure
    assert ("mutu C" in told) is has_letter
    assert (f"Belum cukup penilaian ({n} dari 10)" in told) is not has_figure


def test_a_running_period_and_one_without_answers_have_no_report(world: Any) -> None:
    running = ended_period(world.make_service(unit=world.unit), first=TODAY, last=TODAY + timedelta(days=9))
    empty = ended_period(world.make_service(unit=world.unit))
    for period in (running, empty):
        with pytest.raises(NothingToReport):
            period_report(period, TODAY)


def test_only_remarks_released_by_a_person_are_printed(world: Any) -> None:
    period = surveyed(world)
    first, second, third = Response.objects.filter(survey_period=period)[:3]
    Response.objects.filter(pk__in=[first.pk, second.pk, third.pk]).update(
        remark="Pak Budi kasar, 081234567890"
    )
    for row, text in ((first, "Petugas kasar."), (second, "")):
        PublicRemark.objects.create(
            response=row, is_released=bool(text), text=text, decided_by=world.head.user, decided_at=NOW
        )
    told = text_of(period_report(period, TODAY))
    assert "Petugas kasar." in told
    assert "3 saran diterima, 2 sudah dibaca petugas di luar unit, 1 dimuat" in told
    assert "Budi" not in told
    assert "0812" not in told


def test_the_plan_names_the_post_and_not_the_person(world: Any) -> None:
    period = surveyed(world)
    ImprovementItem.objects.create(
        government=world.government,
        unit=world.unit,
        service=period.service,
        origin="weak_unsur",
        survey_period=period,
        tier="terverifikasi",
        unsur_code="persyaratan",
        action="Memasang daftar persyaratan di pintu masuk.",
        responsible=world.staff,
        due_on=date(2026, 12, 1),
        created_on=date(2026, 8, 1),
        counted_from=date(2026, 8, 1),
        created_at=NOW,
    )
    told = text_of(period_report(period, TODAY))
    assert "Memasang daftar persyaratan di pintu masuk." in told
    assert "1 Desember 2026" in told
    assert world.staff.full_name not in told
    assert world.staff.nip not in told


def test_publication_is_told_with_and_without_proof(world: Any) -> None:
    period = surveyed(world)
    assert "Belum ada bukti publikasi" in text_of(period_report(period, TODAY))
    SurveyPublication.objects.create(
        survey_period=period, medium="board", place="Loket 1", published_on=date(2026, 8, 2), recorded_at=NOW
    )
    report = period_report(period, TODAY)
    assert grid(report, "Media").rows[0][1:] == ("Loket 1", "2 Agustus 2026", "tidak ada")


def test_a_change_over_time_is_named_only_if_the_ranges_say_so(world: Any) -> None:
    service = world.make_service(unit=world.unit)
    surveyed(
        world,
        service=service,
        value=2,
        code="2025-s2",
        label="Semester II 2025",
        first=date(2025, 7, 1),
        last=date(2025, 12, 31),
    )
    told = text_of(period_report(surveyed(world, service=service, value=3), TODAY))
    assert "Naik dari 47,22 menjadi 72,22." in told
    assert "Semester II 2025" in told


def test_a_span_pools_and_averages_and_names_both(world: Any) -> None:
    surveyed(world, n=40, value=3)
    surveyed(world, n=20, value=4)
    surveyed(world, n=5, value=1)
    told = text_of(span_report(world.unit, FIRST, LAST, TODAY))
    # Pooled: (40 * 26 + 20 * 35) / 60 / 9 * 25; averaged: (72.22 + 97.22) / 2.
    assert "Gabungan semua responden: 80,56. Rata-rata IKM layanan: 84,72." in told
    assert "60 responden" in told


def test_a_span_of_another_unit_or_other_days_holds_nothing(world: Any) -> None:
    surveyed(world)
    with pytest.raises(NothingToReport):
        span_report(world.other_agency, FIRST, LAST, TODAY)
    with pytest.raises(NothingToReport):
        span_report(world.unit, date(2025, 1, 1), date(2025, 12, 31), TODAY)


def test_a_report_reads_no_answer(world: Any) -> None:
    period = surveyed(world)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        period_report(period, TODAY)
    assert not [q["sql"] for q in queries if "feedback_answer" in q["sql"]]
    read = [q["sql"] for q in queries if "feedback_response" in q["sql"]]
    assert all("remark" in sql for sql in read), "answers are looked up for their remarks only"


def test_figures_of_many_periods_take_one_query(world: Any, django_assert_num_queries: Any) -> None:
    periods = [surveyed(world), surveyed(world), surveyed(world)]
    for period in periods:
        list(period.questionnaire.unsur.all())
    loaded = [
        type(period)
        .objects.select_related("questionnaire")
        .prefetch_related("questionnaire__unsur")
        .get(pk=period.pk)
        for period in periods
    ]
    with django_assert_num_queries(1):
        figures_of(loaded, 10, 30)


def test_the_annex_has_a_row_per_respondent_and_nothing_about_them(world: Any) -> None:
    period = surveyed(world, n=12)
    answered(period, 2, 4, tier="terbuka")
    verified, opened = respondent_tables(period)
    assert (verified.tier, len(verified.rows)) == ("terverifikasi", 12)
    assert (opened.tier, len(opened.rows)) == ("terbuka", 2)
    assert set(verified.rows[0]) == {row.code for row in period.questionnaire.unsur.all()}
    assert verified.sums["persyaratan"] == 24
    assert verified.averages["persyaratan"] == "2,0000"
    assert verified.weighted["prosedur"] == "0,3333"
    assert verified.ikm == "72,22"


def test_the_order_of_the_annex_is_not_that_of_arrival(world: Any) -> None:
    period = ended_period(world.make_service(unit=world.unit))
    for value in (1, 2, 3, 4):
        answered(period, 10, value, tier="terbuka")
    (table,) = respondent_tables(published(period))
    seen = [row["prosedur"] for row in table.rows]
    assert seen != sorted(seen)
    assert seen == [row["prosedur"] for row in respondent_tables(period)[0].rows], "the same each time"


def test_the_recap_has_one_row_per_unit(world: Any) -> None:
    surveyed(world, n=40)
    surveyed(world, n=20)
    other = ended_period(world.make_service(unit=world.other_agency), sampling="census")
    answered(other, 30, 4)
    published(other)
    rows = list(unit_rows(world.root, FIRST, LAST, TODAY, {}))
    assert {row.unit.pk: (row.services, row.figures.main.n) for row in rows} == {
        world.unit.pk: (2, 60),
        world.other_agency.pk: (1, 30),
    }

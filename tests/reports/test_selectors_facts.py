"""What stands on the documents comes from the stored rows, and costs the same queries for one person or many."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test.utils import CaptureQueriesContext

from apps.assessments.models import Evaluation, Objection
from apps.employees.models import AppraiserLink, Employee, Mandate, Placement, Position
from apps.indicators.models import AnnexItem, BehaviorExpectation, Skp
from apps.indicators.services.guard import applying
from apps.reports.selectors.facts import EvaluationFacts, evaluation_facts
from apps.reports.selectors.parties import digest_of
from apps.reports.selectors.plans import plan_facts

from .evaluated import evaluate, fix_achievement

pytestmark = pytest.mark.django_db


def of(evaluation: Evaluation) -> EvaluationFacts:
    (told,) = evaluation_facts(Evaluation.objects.filter(pk=evaluation.pk))
    return told


def test_a_document_says_who_what_when_and_where(world: Any) -> None:
    fix_achievement(world, world.unit, "istimewa")
    told = of(evaluate(world, world.staff))
    document, form = told.document, told.form
    assert document.government == "Pemerintah Kota Kendari"
    assert document.agency == "Dinas Kesehatan Kota Kendari"
    assert document.period_label == "Triwulan II 2026"
    assert (document.period_start, document.period_end) == (date(2026, 4, 1), date(2026, 6, 30))
    assert document.employee.name == "Perawat Contoh"
    assert document.employee.nip == world.staff.nip
    assert document.employee.rank == "Penata, III/c"
    assert document.employee.unit == "Puskesmas Lepo-Lepo"
    assert document.appraiser.name == "Kepala Puskesmas Contoh"
    assert document.appraiser_superior is not None
    assert document.appraiser_superior.name == "Kepala Dinas Contoh"
    assert document.org_achievement == "Istimewa"
    assert document.predikat == "Baik"
    assert document.notes == "Ikuti pelatihan komunikasi."
    assert document.place == "Kendari"
    assert document.delivered_on == date(2026, 7, 8), "in the government's own zone"
    assert document.answer == ""
    assert form.result_rating == form.behavior_rating == "Sesuai ekspektasi"
    assert form.date == date(2026, 7, 6)
    assert document.watermark is None


def test_figures_are_the_stored_ones_written_the_indonesian_way(world: Any) -> None:
    evaluation = evaluate(world, world.staff)
    with applying():
        evaluation.skp.results.get().indicators.update(target=7)
    (result,) = of(evaluation).form.results
    counted, timed = result.indicators
    assert (counted.aspect, counted.target, counted.realization) == (
        "Kuantitas",
        "1.250 pemeriksaan",
        "1.312,5 pemeriksaan",
    )
    assert (timed.target, timed.realization) == ("≤ 20 menit", "Tidak diisi dalam laporan")
    assert result.feedback == "Antrean lebih pendek."


def test_all_seven_values_stand_there_with_expectation_and_feedback(world: Any) -> None:
    evaluation = evaluate(world, world.staff)
    with applying():
        BehaviorExpectation.objects.create(skp=evaluation.skp, value="akuntabel", expectation="Berkas rapi.")
    rows = {row.label: row for row in of(evaluation).form.behaviors}
    assert len(rows) == 7
    assert rows["Akuntabel"].expectation == "Berkas rapi."
    assert rows["Harmonis"].feedback == "Rukun dengan rekan."
    assert rows["Loyal"].feedback == ""


def test_what_is_not_handed_over_has_no_facts(world: Any) -> None:
    for employee, status in ((world.staff, "prepared"), (world.colleague, "rated")):
        evaluate(world, employee, status=status)
    assert evaluation_facts(Evaluation.objects.all()) == []


def test_people_are_named_as_of_the_period(world: Any) -> None:
    evaluation = evaluate(world, world.staff)
    # Afterwards the appraiser moves and another appraiser takes over.
    Placement.objects.filter(employee=world.head).update(period=DateRange(date(2025, 1, 1), date(2026, 8, 1)))
    new = Position.objects.create(unit=world.other_agency, title="Jabatan baru", position_class="jf")
    Placement.objects.create(employee=world.head, position=new, period=DateRange(date(2026, 8, 1), None))
    AppraiserLink.objects.filter(employee=world.head).update(
        period=DateRange(date(2025, 1, 1), date(2026, 8, 1))
    )
    AppraiserLink.objects.create(
        employee=world.head, appraiser=world.stranger_head, period=DateRange(date(2026, 8, 1), None)
    )
    document = of(evaluation).document
    assert document.appraiser.unit == "Puskesmas Lepo-Lepo"
    assert document.appraiser_superior is not None
    assert document.appraiser_superior.name == "Kepala Dinas Contoh"


def test_who_acts_for_the_head_signs_as_acting(world: Any) -> None:
    post = world.unit.positions.get(is_head=True)
    Mandate.objects.create(
        holder=world.agency_head,
        position=post,
        kind="plt",
        period=DateRange(date(2026, 4, 1), date(2026, 7, 1)),
    )
    evaluation = evaluate(world, world.staff, appraiser=world.agency_head)
    evaluation.inputs["appraiser_source"] = "mandate"
    evaluation.save()
    appraiser = of(evaluation).document.appraiser
    assert appraiser.position == f"Plt. {post.title}"
    assert appraiser.unit == "Puskesmas Lepo-Lepo"


def test_a_mayor_without_nip_appraises(world: Any) -> None:
    world.make_skp(world.agency_head)
    AppraiserLink.objects.create(
        employee=world.agency_head, external_name="Wali Kota Contoh", period=DateRange(date(2025, 1, 1), None)
    )
    document = of(evaluate(world, world.agency_head, appraiser=None)).document
    assert document.appraiser.name == "Wali Kota Contoh"
    assert document.appraiser.nip is None
    assert document.appraiser.agency == "Pemerintah Kota Kendari", "the JPT form names the agency"
    assert document.appraiser_superior is None


def test_the_distribution_waits_until_all_are_rated_and_many_enough(world: Any) -> None:
    people = [world.make_employee(f"Rekan {n} Contoh", world.unit, appraiser=world.head) for n in range(12)]
    mine = evaluate(world, world.staff)
    for person in people[:-1]:
        evaluate(world, person, status="rated", predikat="sangat_baik")
    last = evaluate(world, people[-1], status="prepared")
    assert of(mine).form.distribution == (), "one is not rated yet"
    Evaluation.objects.filter(pk=last.pk).update(
        status="rated",
        predikat="kurang",
        work_result_rating="meets_expectation",
        behavior_rating="below_expectation",
    )
    counts = {row.label: row.count for row in of(mine).form.distribution}
    assert next(iter(counts)) == "Sangat Kurang"
    assert counts == {
        "Sangat Kurang": 0,
        "Kurang/misconduct": 1,
        "Butuh Perbaikan": 0,
        "Baik": 1,
        "Sangat Baik": 11,
    }


def test_a_small_unit_does_not_tell_on_colleagues(world: Any) -> None:
    mine = evaluate(world, world.staff)
    evaluate(world, world.colleague, predikat="kurang")
    assert of(mine).form.distribution == ()


def test_a_decision_on_an_objection_stands_in_the_notes(world: Any) -> None:
    evaluation = evaluate(world, world.staff, status="decided")
    Objection.objects.create(
        evaluation=evaluation,
        number="KB-UJI-1",
        reason="Laporan triwulan belum dihitung.",
        filed_at=datetime(2026, 7, 9, tzinfo=UTC),
        decision_due_on=date(2026, 7, 20),
        decided_at=datetime(2026, 7, 15, tzinfo=UTC),
        is_upheld=False,
        decision_reason="Sudah dihitung.",
    )
    notes = of(evaluation).document.notes
    assert "Keputusan atas keberatan KB-UJI-1: hasil evaluasi tetap. Sudah dihitung." in notes


def test_a_demo_government_prints_contoh_across_the_page(world: Any) -> None:
    world.government.is_demo = True
    world.government.save()
    assert of(evaluate(world, world.staff)).document.watermark == "CONTOH"


def test_the_digest_is_of_the_content_not_of_the_code(world: Any) -> None:
    told = of(evaluate(world, world.staff))
    again = of(Evaluation.objects.get(employee=world.staff))
    assert told.digest == again.digest
    other = replace(told.document, predikat="Kurang")
    assert digest_of(other, told.form) != told.digest


def test_one_person_or_five_cost_the_same_queries(world: Any) -> None:
    def cost(employees: list[Employee]) -> int:
        rows = Evaluation.objects.filter(employee__in=employees)
        with CaptureQueriesContext(connection) as found:
            assert len(evaluation_facts(rows)) == len(employees)
        return len(found)

    people = [world.staff, world.colleague]
    people += [world.make_employee(f"Rekan {n} Contoh", world.unit, appraiser=world.head) for n in range(3)]
    for person in people:
        evaluate(world, person)
    assert cost(people[:1]) == cost(people)


def test_a_plan_is_printed_with_its_annex(world: Any) -> None:
    skp = world.make_skp(world.staff)
    with applying():
        AnnexItem.objects.create(skp=skp, kind="dukungan_sumber_daya", text="Dua tensimeter")
    form = plan_facts(Skp.objects.filter(pk=skp.pk))[0].form
    assert form.employee.name == "Perawat Contoh"
    assert (form.period_start, form.period_end) == (date(2026, 1, 1), date(2026, 12, 31))
    assert form.results[0].indicators[0].target == "100 pemeriksaan"
    assert form.results[0].indicators[0].realization == ""
    assert form.annex is not None
    assert form.annex.resources == ("Dua tensimeter",)

"""What the form of an objection says: what was filed, sent and decided, and never a draft."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from apps.assessments.models import (
    Evaluation,
    Objection,
    ObjectionAttachment,
    ObjectionStatement,
    RatingChange,
)
from apps.core import files
from apps.employees.models import AppraiserLink
from apps.reports.selectors.objections import objection_facts

from .evaluated import DELIVERED, RATED, evaluate, objected

pytestmark = pytest.mark.django_db
LATER = datetime(2026, 7, 10, 1, 0, tzinfo=UTC)


def test_it_says_who_objects_to_what_and_why(world: Any) -> None:
    form = objection_facts(objected(world))
    assert form.employee.name == "Perawat Contoh"
    assert form.appraiser.name == "Kepala Puskesmas Contoh"
    assert form.decider is not None
    assert form.decider.name == "Kepala Dinas Contoh"
    assert form.decider.unit == "Dinas Kesehatan"
    assert (form.delivered_on, form.due_on, form.filed_on) == (
        date(2026, 7, 8),
        date(2026, 7, 28),
        date(2026, 7, 9),
    )
    assert form.about == "Rating hasil kerja"
    assert form.before.predikat == "Baik"
    assert (form.reason, form.wanted) == ("Laporan triwulan belum dihitung.", "Dihitung kembali.")
    assert form.decision is None
    assert form.period_label == "Triwulan II 2026"


def test_statements_count_once_they_were_sent(world: Any) -> None:
    objection = objected(world)
    values = {"objection": objection, "saved_at": LATER}
    ObjectionStatement.objects.create(**values, role="employee", text="Belum selesai saya tulis")
    ObjectionStatement.objects.create(
        **values, role="appraiser", text="Sudah saya baca.", by=world.head, sent_at=LATER
    )
    form = objection_facts(objection)
    assert (form.employee_statement.text, form.employee_statement.on) == ("", None)
    assert (form.appraiser_statement.text, form.appraiser_statement.on) == (
        "Sudah saya baca.",
        date(2026, 7, 10),
    )


def test_removed_attachments_are_left_out(world: Any) -> None:
    objection = objected(world)
    for name, removed_at in (("ada.pdf", None), ("dicabut.pdf", LATER)):
        ObjectionAttachment.objects.create(
            objection=objection,
            role="employee",
            file=files.store(name.encode(), "application/pdf"),
            name=name,
            added_at=LATER,
            removed_at=removed_at,
        )
    assert objection_facts(objection).attachments == ("ada.pdf (pegawai)",)


def test_a_decision_stands_beside_what_it_changed(world: Any) -> None:
    evaluation = evaluate(
        world, world.staff, status="objected", predikat="butuh_perbaikan", work_result="below_expectation"
    )
    RatingChange.objects.create(
        evaluation=evaluation,
        work_result_rating="below_expectation",
        behavior_rating="meets_expectation",
        predikat="butuh_perbaikan",
        at=RATED,
    )
    objection = objected(world)
    Evaluation.objects.filter(pk=evaluation.pk).update(
        status="decided", predikat="baik", work_result_rating="meets_expectation", rated_at=LATER
    )
    RatingChange.objects.create(
        evaluation=evaluation,
        kind="objection",
        version=2,
        work_result_rating="meets_expectation",
        behavior_rating="meets_expectation",
        predikat="baik",
        at=LATER,
    )
    Objection.objects.filter(pk=objection.pk).update(
        decided_at=LATER, is_upheld=True, decision_reason="Realisasi terbukti."
    )
    form = objection_facts(Objection.objects.get(pk=objection.pk))
    assert form.before.predikat == "Butuh Perbaikan"
    assert form.before.work_result == "Di bawah ekspektasi"
    assert form.decision is not None
    assert form.decision.after.predikat == "Baik"
    assert form.decision.outcome.startswith("Keberatan diterima")
    assert form.decision.on == date(2026, 7, 10)
    assert form.delivered_on < form.decision.on
    assert DELIVERED < LATER


def test_an_elected_official_who_decides_has_a_name_only(world: Any) -> None:
    AppraiserLink.objects.filter(employee=world.head).update(appraiser=None, external_name="Wali Kota Contoh")
    form = objection_facts(objected(world, decider=None))
    assert form.decider is not None
    assert (form.decider.name, form.decider.nip) == ("Wali Kota Contoh", None)

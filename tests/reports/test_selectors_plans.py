"""What a printed plan says is the version that was approved; what was rated is the version of then."""

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test.utils import CaptureQueriesContext

from apps.assessments.models import Evaluation
from apps.employees.models import Mandate, Placement
from apps.indicators import selectors as plans
from apps.indicators.models import Skp, SkpDecision, SkpVersion
from apps.indicators.services.guard import applying
from apps.reports.selectors.facts import evaluation_facts
from apps.reports.selectors.plans import plan_facts
from apps.reports.services.documents import NotYetApproved, issue_skp_document
from tests.world import NOW

from .evaluated import RATED, evaluate

pytestmark = pytest.mark.django_db


def of(skp: Skp) -> Any:
    (told,) = plan_facts(Skp.objects.filter(pk=skp.pk))
    return told.form


def keep(skp: Skp, number: int, at: Any, text: str) -> None:
    """Store an approved version of a plan with another text of its result."""
    content = plans.content_of(plans.whole(Skp.objects.filter(pk=skp.pk)).get())
    content["results"][0]["text"] = text
    content["behaviors"] = {"akuntabel": f"Harapan {number}"}
    SkpVersion.objects.create(skp=skp, version=number, content=content, approved_at=at)


def test_the_newest_approved_version_is_printed(world: Any) -> None:
    skp = world.make_skp(world.staff)
    assert of(skp).revision == ""
    keep(skp, 1, RATED, "Rencana semula")
    keep(skp, 2, NOW, "Rencana baru")
    Skp.objects.filter(pk=skp.pk).update(version=2)
    form = of(skp)
    assert form.results[0].rhk == "Rencana baru"
    assert form.behaviors[1].expectation == "Harapan 2"
    assert form.revision == "Perubahan (versi 2), disetujui 15 September 2026"


def test_an_evaluation_keeps_the_plan_it_was_about(world: Any) -> None:
    evaluation = evaluate(world, world.staff)
    keep(evaluation.skp, 1, evaluation.prepared_at, "Rencana semula")
    before = evaluation_facts(Evaluation.objects.filter(pk=evaluation.pk))[0]
    keep(evaluation.skp, 2, NOW, "Rencana baru")
    with applying():
        evaluation.skp.results.update(text="Rencana baru")
    after = evaluation_facts(Evaluation.objects.filter(pk=evaluation.pk))[0]
    assert before.form.results[0].rhk == "Rencana semula"
    assert after == before


def test_a_figure_whose_indicator_is_gone_still_stands_there(world: Any) -> None:
    evaluation = evaluate(world, world.staff)
    content = {"results": [], "behaviors": {}, "annex": []}
    SkpVersion.objects.create(
        skp=evaluation.skp, version=1, content=content, approved_at=evaluation.prepared_at
    )
    (result,) = evaluation_facts(Evaluation.objects.filter(pk=evaluation.pk))[0].form.results
    assert [row.realization for row in result.indicators] == [
        "1.312,5 pemeriksaan",
        "Tidak diisi dalam laporan",
    ]
    assert result.feedback == "Antrean lebih pendek."


def test_who_acted_when_it_was_approved_signs_it(world: Any) -> None:
    skp = world.make_skp(world.staff)
    post = world.unit.positions.get(is_head=True)
    year = DateRange(date(2026, 1, 1), date(2027, 1, 1))
    mandate = Mandate.objects.create(holder=world.agency_head, position=post, kind="plh", period=year)
    SkpDecision.objects.create(skp=skp, action="approve", by=world.agency_head, mandate=mandate, at=NOW)
    appraiser = of(skp).appraiser
    assert appraiser.name == "Kepala Dinas Contoh"
    assert appraiser.position == f"Plh. {post.title}"
    assert appraiser.holder == "Kepala Puskesmas Contoh"
    Placement.objects.filter(employee=world.head).update(period=DateRange(date(2025, 1, 1), date(2026, 2, 1)))
    assert of(skp).appraiser.holder == "lowong"


def test_an_evaluation_by_mandate_names_both(world: Any) -> None:
    post = world.unit.positions.get(is_head=True)
    year = DateRange(date(2026, 1, 1), date(2027, 1, 1))
    mandate = Mandate.objects.create(holder=world.agency_head, position=post, kind="plt", period=year)
    evaluation = evaluate(world, world.staff, appraiser=world.agency_head, mandate=mandate)
    told = evaluation_facts(Evaluation.objects.filter(pk=evaluation.pk))[0]
    assert told.document.appraiser == told.form.appraiser
    assert told.document.appraiser.position == f"Plt. {post.title}"
    assert told.document.appraiser.holder == "Kepala Puskesmas Contoh"


def test_working_copies_and_drafts_are_not_printed(world: Any) -> None:
    skp = world.make_skp(world.staff)
    copy = Skp.objects.create(
        **{
            field: getattr(skp, field)
            for field in ("employee", "government", "placement", "unit", "appraiser", "year", "period")
        },
        appraiser_name=skp.appraiser_name,
        approach=skp.approach,
        layout=skp.layout,
        revises=skp,
        revision_reason="strategy",
        revision_note="Sasaran berubah.",
    )
    with pytest.raises(NotYetApproved):
        issue_skp_document(skp_id=copy.pk, by=None, at=NOW)
    assert not copy.documents.exists()


def test_one_plan_or_four_cost_the_same_queries(world: Any) -> None:
    def cost(rows: list[Skp]) -> int:
        with CaptureQueriesContext(connection) as found:
            assert len(plan_facts(Skp.objects.filter(pk__in=[row.pk for row in rows]))) == len(rows)
        return len(found)

    people = [world.staff, world.colleague, world.head]
    people.append(world.make_employee("Rekan Contoh", world.unit, appraiser=world.head))
    rows = [world.make_skp(person) for person in people]
    assert cost(rows[:1]) == cost(rows)

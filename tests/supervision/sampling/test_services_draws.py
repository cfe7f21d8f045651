"""The hash before the closing, the list after it, the sample from the list; each kept and recomputable."""

import json
from datetime import date, timedelta
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.assessments.models import Evidence, EvidenceQuestion, Period, ReportVersion, SelfReport
from apps.core import policy
from apps.core.models import AuditEntry, Notification, StoredFile
from apps.employees.models import AppraiserLink, SupervisionLoan
from apps.supervision.models import DrawnReport, ListedReport, ReviewDraw, SecondReading
from apps.supervision.rules import review_sample
from apps.supervision.selectors import sampling
from apps.supervision.selectors.draw_check import check_draw, recipe_of
from apps.supervision.services import draws
from tests.world import World

from .conftest import AFTER, BEFORE, close, draw_of, run_draws, send

pytestmark = pytest.mark.django_db


def test_the_hash_is_published_before_the_closing_and_nothing_else(world: World, period: Period) -> None:
    world.make_skp(world.staff)
    assert draws.commit_due(now=BEFORE) == 1
    assert draws.commit_due(now=BEFORE + timedelta(hours=1)) == 0
    draw = draw_of(world.head, period)
    entry = AuditEntry.objects.get(action="supervision.draw.committed")
    assert entry.data == {
        "period": period.pk,
        "supervisor": world.head.pk,
        "seed_hash": review_sample.commitment(draw.seed),
        "is_late": False,
    }
    assert (entry.at, draw.is_committed_late, draw.revealed_seed) == (BEFORE, False, "")
    assert draw.seed not in str(recipe_of(draw))


def test_nobody_commits_after_the_closing_or_before_the_opening(world: World, period: Period) -> None:
    world.make_skp(world.staff)
    assert draws.commit_due(now=period.closes_at) == 0
    Period.objects.filter(pk=period.pk).update(opens_at=BEFORE + timedelta(seconds=1))
    assert draws.commit_due(now=BEFORE) == 0
    assert not ReviewDraw.objects.exists()


def test_only_who_has_people_with_a_plan_gets_a_draw(world: World, period: Period) -> None:
    world.make_skp(world.staff, status="draft")
    assert draws.commit_due(now=BEFORE) == 0
    world.make_skp(world.stranger)
    draws.commit_due(now=BEFORE)
    assert [row.supervisor for row in ReviewDraw.objects.all()] == [world.stranger_head]


def test_on_loan_the_holder_reviews_and_draws(world: World, period: Period, crew: Any) -> None:
    reports = crew(4)
    lent = reports[0].employee
    SupervisionLoan.objects.create(
        employee=lent,
        lender=world.head,
        holder=world.stranger_head,
        kind="loan",
        reason="Beban",
        period=DateRange(date(2026, 9, 1), date(2026, 12, 31)),
        granted_at=BEFORE,
    )
    run_draws(period)
    assert set(
        ListedReport.objects.filter(draw__supervisor=world.stranger_head).values_list("report", flat=True)
    ) == {reports[0].pk}
    assert draw_of(world.head, period).listed.count() == 3


def test_the_list_waits_for_the_grace_and_is_closed_once(world: World, period: Period, crew: Any) -> None:
    crew(3)
    draws.commit_due(now=BEFORE)
    close(period)
    assert draws.freeze_due(now=period.closes_at + timedelta(hours=11)) == 0
    assert draws.freeze_due(now=AFTER) == 1
    assert draws.freeze_due(now=AFTER) == 0
    draw = draw_of(world.head, period)
    assert (draw.frozen_at, draw.drawn_at, draw.revealed_seed) == (AFTER, None, "")
    frozen = AuditEntry.objects.get(action="supervision.draw.frozen")
    assert frozen.data == {"frame": draw.frame, "reports": 3}


def test_a_tick_that_comes_weeks_late_still_draws(world: World, period: Period, crew: Any) -> None:
    crew(3)
    run_draws(period, at=AFTER + timedelta(days=300))
    draw = draw_of(world.head, period)
    assert not draw.is_committed_late
    assert draw.drawn.count() == 2


def test_the_sample_is_told_and_recomputed(world: World, drawn: ReviewDraw) -> None:
    assert drawn.drawn.count() == 4, "30 % of twelve, rounded up"
    assert [finding.what for finding in check_draw(drawn) if not finding.is_right] == []
    assert len(check_draw(drawn)) == 8
    assert (
        Notification.objects.filter(recipient=world.head.user, url__contains="/pengawas/sampel/").count() == 1
    )
    assert draws.draw_due(now=AFTER) == 0
    out = StringIO()
    call_command("verify_draw", drawn.pk, stdout=out)
    assert "DIFFERS" not in out.getvalue()
    file = recipe_of(drawn)
    assert file["seed"] == drawn.seed
    assert review_sample.frame_of(file["strata"]) == file["frame"]  # type: ignore[arg-type]


def test_the_script_of_the_how_to_recomputes_it_without_us(
    drawn: ReviewDraw, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    page = Path("docs/how-to/recompute-a-draw.md").read_text("utf-8")
    code = page.split("```python\n")[1].split("```")[0]
    file = tmp_path / "undian.json"
    monkeypatch.setattr("sys.argv", ["check", str(file)])
    recipe = recipe_of(drawn)
    file.write_text(json.dumps(recipe))
    exec(compile(code, "recipe", "exec"), {})
    assert capsys.readouterr().out == "the draw is right\n"
    file.write_text(json.dumps(recipe | {"drawn": list(reversed(recipe["drawn"]))}))  # type: ignore[call-overload]
    with pytest.raises(AssertionError):
        exec(compile(code, "recipe", "exec"), {})


@pytest.mark.parametrize(
    ("what", "change"),
    [
        ("seed has that hash", "UPDATE supervision_reviewdraw SET seed = repeat('a', 64)"),
        (
            "list has the stored hash",
            "DELETE FROM supervision_listedreport WHERE id = (SELECT max(id) FROM supervision_listedreport)",
        ),
        ("same reports are drawn", "UPDATE supervision_reviewdraw SET rate = 0.05, minimum = 1"),
        (
            "hash published before the closing",
            "UPDATE assessments_period SET closes_at = opens_at + interval '1 day'",
        ),
        ("same reports are read twice", "DELETE FROM supervision_secondreading"),
    ],
)
def test_the_check_fails_when_somebody_gets_past_the_triggers(
    drawn: ReviewDraw, what: str, change: str
) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(change)
        cursor.execute("SET session_replication_role = DEFAULT")
    fresh = draw_of(drawn.supervisor, drawn.period)
    assert what in [finding.what for finding in check_draw(fresh) if not finding.is_right]
    with pytest.raises(CommandError):
        call_command("verify_draw", drawn.pk, stdout=StringIO())


def test_a_missed_hash_is_told_and_mixed_with_list_and_chain(world: World, period: Period, crew: Any) -> None:
    crew(5)
    close(period)
    # Outside a test the chain is sealed by the commit of every step.
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    draws.freeze_due(now=AFTER)
    draws.draw_due(now=AFTER)
    draw = draw_of(world.head, period)
    assert draw.is_committed_late
    assert draw.head_hash == AuditEntry.objects.get(scope="kendari", seq=draw.head_seq).hash
    assert sampling.effective_seed(draw) == review_sample.late_seed(draw.seed, draw.frame, draw.head_hash)
    plain = review_sample.draw(draw.seed, sampling.strata_of(draw), draw.rate, draw.minimum)  # type: ignore[arg-type]
    mixed = review_sample.draw(
        sampling.effective_seed(draw),
        sampling.strata_of(draw),
        draw.rate,
        draw.minimum,  # type: ignore[arg-type]
    )
    assert tuple(draw.drawn.order_by("place").values_list("report_id", flat=True)) == mixed.ids
    assert plain.frame == mixed.frame
    assert all(finding.is_right for finding in check_draw(draw))


def test_a_report_stands_on_one_list_whoever_reviews_it_later(
    world: World, drawn: ReviewDraw, crew: Any
) -> None:
    listed = set(drawn.listed.values_list("report", flat=True))
    employees = SelfReport.objects.filter(pk__in=listed).values_list("employee", flat=True)
    AppraiserLink.objects.filter(employee__in=list(employees)).update(appraiser=world.stranger_head)
    assert draws.freeze_due(now=AFTER + timedelta(days=1)) == 0
    assert not ReviewDraw.objects.filter(supervisor=world.stranger_head, listed__isnull=False).exists()


def test_what_is_not_ordinary_is_not_listed(
    world: World, period: Period, crew: Any, flagged: set[int]
) -> None:
    good, late, incomplete, low, asked, doubted, odd, decided = crew(8)
    SelfReport.objects.filter(pk=late.pk).update(is_late=True)
    SelfReport.objects.filter(pk=decided.pk).update(status="accepted")
    for report, value in ((incomplete, None), (low, "20")):
        with connection.cursor() as cursor:
            cursor.execute("SET session_replication_role = replica")
            row = ReportVersion.objects.get(report=report)
            row.content["results"][0]["indicators"][0]["realization"] = value
            row.save()
            cursor.execute("SET session_replication_role = DEFAULT")
    EvidenceQuestion.objects.create(
        report=asked, kind="similar_text", is_own=False, other_report=good, asked_at=BEFORE
    )
    stored = StoredFile.objects.create(sha256="0" * 64, size=1, content_type="image/jpeg")
    SelfReport.objects.filter(pk=doubted.pk).update(status="draft")
    Evidence.objects.create(
        report=doubted, file=stored, name="a.jpg", added_at=BEFORE, verdict="unclear",
        verdict_note="Buram", verdict_by=world.head, verdict_at=BEFORE,
    )  # fmt: skip
    SelfReport.objects.filter(pk=doubted.pk).update(status="submitted")
    flagged.add(odd.employee_id)
    run_draws(period)
    draw = draw_of(world.head, period)
    assert set(draw.listed.values_list("report", flat=True)) == {good.pk}
    reasons = {
        row.report.pk: row.reason.value if row.reason else None
        for row in sampling.candidates_of(draw, date(2026, 10, 2))
    }
    assert reasons == {
        good.pk: "drawn",
        late.pk: "late",
        incomplete.pk: "incomplete",
        low.pk: "low",
        asked.pk: "question",
        doubted.pk: "doubted",
        odd.pk: "flagged",
    }


def test_nothing_ordinary_ends_the_draw_at_once(world: World, period: Period) -> None:
    world.make_skp(world.staff)
    run_draws(period)
    draw = draw_of(world.head, period)
    assert (draw.is_drawn, draw.completed_at is not None, draw.drawn.count()) == (True, True, 0)
    assert not Notification.objects.filter(recipient=world.head.user).exists()


def test_groups_are_classes_of_positions_or_families(world: World, period: Period, crew: Any) -> None:
    crew(3)
    crew(2, position_class="pelaksana")
    run_draws(period)
    assert set(sampling.strata_of(draw_of(world.head, period))) == {"jf", "pelaksana"}


def test_settings_that_contradict_each_other_stop_no_draw(world: World, period: Period, crew: Any) -> None:
    crew(6)
    for key, value in (
        ("sample_floor", "0.9"), ("sample_ceiling", "0.333333"), ("sample_fall", "7"),
        ("sample_minimum", 0), ("second_share", "0"), ("sample_clean_minimum", 0),
    ):  # fmt: skip
        policy.set_value(
            f"supervision.{key}", value, scope="kendari", valid_from=date(2026, 1, 1), by=None, reason="uji"
        )
    run_draws(period)
    draw = draw_of(world.head, period)
    assert (draw.rate, draw.minimum, draw.drawn.count()) == (Decimal("0.3333"), 1, 2)
    assert not SecondReading.objects.exists()
    assert all(finding.is_right for finding in check_draw(draw))


@pytest.mark.parametrize(
    "change",
    [
        lambda draw: ReviewDraw.objects.filter(pk=draw.pk).update(seed="b" * 64),
        lambda draw: ReviewDraw.objects.filter(pk=draw.pk).update(frame="c" * 64),
        lambda draw: ReviewDraw.objects.filter(pk=draw.pk).update(rate=Decimal("0.05")),
        lambda draw: ReviewDraw.objects.filter(pk=draw.pk).delete(),
        lambda draw: draw.listed.update(stratum="lain"),
        lambda draw: draw.listed.all().delete(),
        lambda draw: draw.drawn.update(place=99),
        lambda draw: draw.drawn.all().delete(),
        lambda draw: SecondReading.objects.all().delete(),
        lambda draw: ReviewDraw.objects.create(
            period=draw.period, supervisor=draw.supervisor, seed="d", seed_hash="e", committed_at=AFTER
        ),
    ],
)  # fmt: skip
def test_the_database_keeps_what_was_drawn(drawn: ReviewDraw, change: Any) -> None:
    with pytest.raises(Exception) as refused, transaction.atomic():
        change(drawn)
    assert isinstance(refused.value, IntegrityError) or "Protected" in type(refused.value).__name__
    assert all(finding.is_right for finding in check_draw(draw_of(drawn.supervisor, drawn.period)))


def test_neither_list_nor_sample_grows_afterwards(world: World, drawn: ReviewDraw) -> None:
    late = send(world, world.staff, drawn.period)
    for model, values in ((ListedReport, {}), (DrawnReport, {"place": 77})):
        with pytest.raises(IntegrityError), transaction.atomic():
            model.objects.create(draw=drawn, report=late, version=1, stratum="jf", **values)
    assert drawn.listed.count() == 12


@pytest.mark.parametrize(
    "values",
    [
        {"found": "none", "judged_at": AFTER},
        {"found": "finding", "judged_at": AFTER, "opened_at": AFTER, "opened_version": 1, "note": ""},
        {"found": "none", "opened_at": AFTER, "opened_version": 1},
        {"opened_at": AFTER},
    ],
)
def test_a_verdict_needs_opening_time_and_words(drawn: ReviewDraw, values: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        drawn.drawn.update(**values)


def test_the_list_costs_the_same_for_few_and_many(world: World, period: Period, crew: Any) -> None:
    crew(2)
    draws.commit_due(now=BEFORE)
    close(period)
    draw = draw_of(world.head, period)

    def cost() -> int:
        with CaptureQueriesContext(connection) as captured:
            sampling.ordinary_reports(draw, date(2026, 10, 2))
        return len(captured)

    few = cost()
    crew_more = [world.make_employee(f"Tambah {n}", world.unit, appraiser=world.head) for n in range(5)]
    for person in crew_more:
        send(world, person, period)
    assert cost() == few


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    sizes=st.lists(st.integers(min_value=0, max_value=6), min_size=1, max_size=3),
    ceiling=st.sampled_from(["0.05", "0.3", "0.5", "1"]),
)
def test_any_list_is_frozen_whole_and_drawn_the_same_again(
    world: World, sizes: list[int], ceiling: str
) -> None:
    with transaction.atomic():
        period = world.make_periods()[2]
        policy.set_value(
            "supervision.sample_ceiling",
            ceiling,
            scope="kendari",
            valid_from=date(2026, 1, 1),
            by=None,
            reason="uji",
        )
        classes = ("jf", "pelaksana", "pengawas")
        sent = {
            send(
                world,
                world.make_employee("Orang", world.unit, appraiser=world.head, position_class=kind),
                period,
            ).pk
            for kind, size in zip(classes, sizes, strict=False)
            for _ in range(size)
        }
        world.make_skp(world.staff)
        run_draws(period)
        draw = draw_of(world.head, period)
        assert set(draw.listed.values_list("report", flat=True)) == sent, "the list was not whole"
        assert all(finding.is_right for finding in check_draw(draw))
        drawn = set(draw.drawn.values_list("report", flat=True))
        assert drawn <= sent
        for size in sizes:
            needed = min(size, max(2, -(-size * Decimal(ceiling) // 1)))
            assert len(drawn) >= needed
        transaction.set_rollback(True)

"""A year of one ASN, told in one go: a transfer in May, an acting appraiser in July, a higher level in September, and
an objection upheld in January (issue 3). Everything is done through the services, on a clock the story moves; the
schedule, the outbox and the rules do the rest.
"""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone

from apps.assessments.models import CreditConversion, Cycle, Evaluation, Period, RatingChange
from apps.assessments.selectors import credit as credit_facts
from apps.assessments.selectors import explanation
from apps.assessments.services import (
    cycles,
    escalations,
    evaluations,
    objections,
    reports,
)
from apps.assessments.services import progress as daily
from apps.core import jobs
from apps.core.models import OutboxMessage
from apps.core.rules.periods import first_instant_of
from apps.employees.labels import LinkSource
from apps.employees.models import AppraiserLink, Employee, Mandate, Placement, Position
from apps.employees.services import moves, organization
from apps.indicators.models import Skp
from apps.indicators.rules.forms import BEHAVIOR_VALUES
from apps.indicators.services import skp as plans
from tests.world import World

pytestmark = pytest.mark.django_db

YEAR = 2026
MEETS, ABOVE = "meets_expectation", "above_expectation"
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class Story:
    """The people, the clock, and the verbs of the year."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = datetime(YEAR, 1, 2, 1, 0, tzinfo=UTC)
        monkeypatch.setattr(timezone, "now", lambda: self.now)
        self.world = world = World()
        self.siti: Employee = world.staff
        Position.objects.filter(placements__employee=self.siti).update(
            title="Perawat Ahli Pertama", level="ahli_pertama"
        )
        AppraiserLink.objects.update(source="derived")
        for superior in (world.agency_head, world.head, world.stranger_head):
            world.make_skp(superior)
        self.cycle: Cycle = cycles.create_cycle(
            government=world.government, year=YEAR, periodicity="monthly", by=world.personnel_officer
        )

    def go_on_until(self, day: date, hour: int = 9) -> None:
        """Move the clock to an hour of a day there, and let the schedule and the worker do what is due."""
        self.now = first_instant_of(day, self.world.government.timezone) + timedelta(hours=hour)
        cycles.run_schedule(now=self.now)
        evaluations.lapse_due(now=self.now)
        self.work()
        escalations.hand_on_absent(now=self.now)
        escalations.raise_due(now=self.now)
        self.work()

    def work(self) -> None:
        """Be the worker: do what the outbox promises and is ready."""
        while True:
            waiting = OutboxMessage.objects.filter(
                done_at__isnull=True, parked_at__isnull=True, ready_at__lte=self.now
            )
            done = [jobs.consume(pk) for pk in waiting.order_by("pk").values_list("pk", flat=True)]
            if not any(done):
                assert not waiting.exists(), list(waiting.values("task", "last_error"))
                return

    def plan(self) -> Skp:
        """Siti writes the plan for her present post; whoever is above approves it."""
        skp = plans.create_skp(employee=self.siti, year=YEAR, by=self.siti, at=self.now)
        superior = Skp.objects.get(employee=skp.appraiser, year=YEAR)
        result = plans.add_result(
            skp=skp,
            text="Terlayaninya pasien sesuai standar",
            kind="utama",
            by=self.siti,
            supports=superior.results.first(),
        )
        plans.add_indicator(
            result=result,
            text="Jumlah pasien terlayani",
            aspect="kuantitas",
            target=Decimal(10),
            measure="pasien",
            direction="higher_is_better",
            source="progress_sum",
            by=self.siti,
        )
        for value in BEHAVIOR_VALUES:
            plans.set_behavior(skp=skp, value=value.code, expectation="Ramah dan sigap.", by=self.siti)
        plans.submit_skp(skp_id=skp.pk, by=self.siti, at=self.now)
        return plans.approve_skp(skp_id=skp.pk, by=skp.appraiser, at=self.now)

    def month(self, number: int) -> Period:
        """Return a month of the year."""
        return Period.objects.get(cycle=self.cycle, kind="periodic", number=number)

    @property
    def year_period(self) -> Period:
        """Return the yearly period."""
        return Period.objects.get(cycle=self.cycle, kind="yearly")

    def work_a_month(self, number: int, patients: int = 10) -> None:
        """Siti writes a line of work and sends the report of the month on its last day."""
        period = self.month(number)
        self.go_on_until(period.ends_on, hour=15)
        skp = Skp.objects.get(employee=self.siti, year=YEAR, status="approved")
        result = skp.results.get()
        daily.add_entry(
            employee=self.siti,
            result=result,
            indicator=result.indicators.get(),
            date=period.ends_on,
            text="Melayani pasien poli umum",
            quantity=Decimal(patients),
            by=self.siti,
        )
        report = reports.open_report(employee=self.siti, period=period, by=self.siti, at=self.now)
        reports.save_draft(
            report_id=report.pk,
            by=self.siti,
            at=self.now,
            revision=report.revision,
            achievements="Pasien terlayani setiap hari kerja.",
        )
        reports.submit_report(report_id=report.pk, by=self.siti, at=self.now)

    def judge(
        self, evaluation: Evaluation, by: Employee, result: str = MEETS, behavior: str = MEETS
    ) -> Evaluation:
        """The appraiser rates and hands over."""
        assert evaluation.appraiser == by
        evaluations.rate_evaluation(
            evaluation_id=evaluation.pk,
            work_result=result,
            behavior=behavior,
            reason="" if (result, behavior) == (MEETS, MEETS) else "Bukti bulan ini melampaui target.",
            by=by,
            at=self.now,
        )
        return evaluations.deliver_evaluation(evaluation_id=evaluation.pk, by=by, at=self.now, talked=True)

    def evaluation_of(self, number: int) -> Evaluation:
        """Return Siti's evaluation of a month."""
        return Evaluation.objects.get(employee=self.siti, period=self.month(number))

    def months(self, first: int, last: int, by: Employee) -> None:
        """Some ordinary months: work, report, close, rate."""
        for number in range(first, last + 1):
            self.work_a_month(number)
            self.go_on_until(self.month(number).ends_on + timedelta(days=8))
            self.judge(self.evaluation_of(number), by)


@pytest.fixture
def story(monkeypatch: pytest.MonkeyPatch) -> Story:
    """The world on 2 January."""
    return Story(monkeypatch)


def test_the_year_comes_out_right(story: Story, capsys: Any) -> None:
    world, siti = story.world, story.siti

    # January: the plan; then four ordinary months at the health center.
    first_plan = story.plan()
    story.months(1, 4, by=world.head)
    january = story.evaluation_of(1)
    assert (january.predikat, january.status) == ("baik", "accepted"), "silence means accepted (OBJ-4)"

    # May: transfer to the education agency. The former superior closes that part.
    story.go_on_until(date(YEAR, 5, 2))
    school_nurse = organization.add_position(
        unit=world.other_agency,
        title="Perawat Sekolah Ahli Pertama",
        position_class="jf",
        level="ahli_pertama",
        by=world.personnel_officer,
    )
    # The decree of 1 May is recorded a week later, as decrees are.
    story.go_on_until(date(YEAR, 5, 8))
    moves.move_employee(
        employee=siti, position=school_nurse, since=date(YEAR, 5, 1), by=world.personnel_officer
    )
    story.work()
    first_plan.refresh_from_db()
    assert (first_plan.status, first_plan.period.upper) == ("closed", date(YEAR, 5, 1))
    part_one = Evaluation.objects.get(skp=first_plan, period=story.year_period)
    assert (part_one.is_part, part_one.appraiser) == (True, world.head)
    assert part_one.inputs["indicators"][0]["realization"] == "40"
    story.judge(part_one, world.head)
    second_plan = story.plan()
    assert (second_plan.appraiser, second_plan.period.lower) == (world.stranger_head, date(YEAR, 5, 1))
    story.months(5, 6, by=world.stranger_head)

    # July: the head of the agency leaves; a deputy acts for one month and makes the evaluation of July.
    deputy = world.stranger
    post = world.stranger_head.placements.get().position
    adviser = organization.add_position(
        unit=world.root, title="Staf Ahli", position_class="jpt", level="", by=None
    )
    mandate = organization.grant_mandate(
        holder=deputy,
        position=post,
        kind="plt",
        since=date(YEAR, 7, 1),
        until=date(YEAR, 7, 31),
        by=world.personnel_officer,
    )
    moves.move_employee(
        employee=world.stranger_head, position=adviser, since=date(YEAR, 7, 1), by=world.personnel_officer
    )
    story.work_a_month(7)
    new_head = world.make_employee("Kepala Dinas Baru", world.agency)
    moves.move_employee(employee=new_head, position=post, since=date(YEAR, 8, 1), by=world.personnel_officer)
    organization.set_appraiser(
        employee=new_head,
        appraiser=world.agency_head,
        since=date(YEAR, 8, 1),
        source=LinkSource.IMPORTED,
        by=world.personnel_officer,
    )
    story.go_on_until(date(YEAR, 8, 8))
    july = story.evaluation_of(7)
    assert july.mandate == mandate, "the evaluation says by which mandate the deputy acts"
    story.judge(july, deputy)
    assert Placement.objects.active_on(date(YEAR, 8, 8)).get(employee=new_head).position == post
    assert Mandate.objects.active_on(date(YEAR, 8, 8)).count() == 0
    story.months(8, 8, by=new_head)

    # September: promoted to Ahli Muda in the same agency; again a new plan, again the part before is closed.
    world.make_skp(new_head)
    story.go_on_until(date(YEAR, 9, 10))
    promoted = organization.add_position(
        unit=world.other_agency,
        title="Perawat Sekolah Ahli Muda",
        position_class="jf",
        level="ahli_muda",
        by=world.personnel_officer,
    )
    moves.move_employee(employee=siti, position=promoted, since=date(YEAR, 9, 1), by=world.personnel_officer)
    story.work()
    part_two = Evaluation.objects.get(skp=second_plan, period=story.year_period)
    story.judge(part_two, new_head)
    third_plan = story.plan()
    story.months(9, 12, by=new_head)

    # January: the year is judged once, at the last post, considering the parts before.
    story.go_on_until(date(YEAR + 1, 1, 9))
    year = Evaluation.objects.get(skp=third_plan, period=story.year_period)
    assert not year.is_part
    assert [row["evaluation_id"] for row in year.inputs["earlier_parts"]] == [part_one.pk, part_two.pk]
    assert [row["number"] for row in year.inputs["periodic"]] == list(range(1, 13))
    story.judge(year, new_head)

    # She objects with reasons; the superior of the appraiser hears both and upholds it.
    story.go_on_until(date(YEAR + 1, 1, 15))
    objection = objections.file_objection(
        evaluation_id=year.pk,
        reason="Empat puluh pasien dari target sepuluh per bulan; kerja sama dengan sekolah atas prakarsa saya.",
        by=siti,
        at=story.now,
    )
    story.go_on_until(date(YEAR + 1, 1, 20))
    objections.decide_objection(
        objection_id=objection.pk,
        is_upheld=True,
        decision_reason="Bukti kedua pihak menunjukkan hasil dan perilaku di atas ekspektasi.",
        work_result=ABOVE,
        behavior=ABOVE,
        by=objection.decider,
        at=story.now,
    )
    story.work()
    year.refresh_from_db()
    assert (year.predikat, year.status, year.version) == ("sangat_baik", "decided", 2)
    assert [change.predikat for change in RatingChange.objects.filter(evaluation=year)] == [
        "baik",
        "sangat_baik",
    ]

    # Credit: four months each at Ahli Pertama with Baik, four at Ahli Muda with Sangat Baik, each rounded once.
    story.go_on_until(date(YEAR + 1, 2, 20))
    counted = CreditConversion.objects.current().filter(employee=siti).order_by("period")
    assert [(row.jenjang, row.months, row.percent, row.value) for row in counted] == [
        ("ahli_pertama", 4, 100, Decimal("4.17")),
        ("ahli_pertama", 4, 100, Decimal("4.17")),
        ("ahli_muda", 4, 150, Decimal("12.50")),
    ]
    facts = credit_facts.accumulation_facts(siti, date(YEAR + 1, 2, 20))
    assert (facts.jenjang, facts.golongan) == ("ahli_muda", siti.golongan)

    # Everybody can read why, and everything can be computed again from what is stored.
    words = explanation.explanation_of(year)
    assert [line.predikat for line in words.versions] == ["baik", "sangat_baik"]
    call_command("replay_evaluations", "--year", str(YEAR))
    said = capsys.readouterr().out
    assert "with differences: 0" in said
    assert "not replayable in part: 0" in said

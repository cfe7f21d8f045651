"""Random governments in which everything happens that closing must cope with: moves, leave, mandates, odd figures."""

import random
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateRange

from apps.assessments.models import Evaluation, Period, ProgressEntry
from apps.core import policy
from apps.employees.models import (
    AppraiserLink,
    Employee,
    Mandate,
    Placement,
    Position,
    ServiceState,
    WorkUnit,
)
from apps.feedback.models import (
    Answer,
    Complaint,
    Questionnaire,
    Response,
    Service,
    ServiceCount,
    SurveyPeriod,
)
from apps.indicators.labels import AspectChoices, DirectionChoices, IndicatorSource
from apps.indicators.models import Indicator, Skp, WorkResult
from apps.indicators.services.guard import applying
from tests.feedback.helpers import restore_questionnaire
from tests.world import NOW, World

FIGURES = (
    None, Decimal(0), Decimal("0.0001"), Decimal("33.3333"), Decimal("99.995"), Decimal(100), Decimal("120.5"),
    Decimal("-7.25"), Decimal("999999999999.9999"), Decimal("0.3333"), Decimal(7),
)  # fmt: skip
AWAY = ("study", "long_leave", "unpaid_leave", "suspended", "assigned")
YEAR_FIRST, YEAR_END = date(2026, 1, 1), date(2027, 1, 1)


class RichWorld:
    """A world of a few units and people, all chosen by a seed."""

    def __init__(self, seed: int, *, people: int = 9) -> None:
        self.random = random.Random(seed)
        self.world = World()
        self.government = self.world.government
        self.units: list[WorkUnit] = [
            self.world.unit,
            self.world.agency,
            self.world.other_agency,
            self.world.make_unit("Bidang Contoh", "bidang", self.world.unit),
        ]
        self.periods = self.world.make_periods()
        self.yearly = Period.objects.create(
            cycle=self.periods[0].cycle,
            kind="yearly",
            number=0,
            starts_on=YEAR_FIRST,
            ends_on=date(2026, 12, 31),
            opens_at=datetime(2026, 12, 1, tzinfo=UTC),
            closes_at=datetime(2027, 1, 5, tzinfo=UTC),
            status="closed",
        )
        self._policies()
        self.people = [self.world.head, self.world.staff, self.world.colleague, self.world.agency_head]
        for number in range(people):
            self.people.append(
                self.world.make_employee(f"Orang {number}", self.pick(self.units), appraiser=self._boss())
            )
        self._posts()
        for person in self.people:
            self._plans(person)
            self._line(person)
            self._away(person)
        self._citizens()

    def pick(self, things: Any) -> Any:
        """One of some things."""
        return self.random.choice(list(things))

    def often(self, share: float) -> bool:
        """True in so many cases."""
        return self.random.random() < share

    def day(self, first: date = YEAR_FIRST, last: date = YEAR_END) -> date:
        """A day between two."""
        return first + timedelta(days=self.random.randrange((last - first).days))

    def _policies(self) -> None:
        for key, values in (
            ("assessments.target_basis", ("period", "year")),
            ("assessments.plt_may_appraise", (True, False)),
            ("assessments.hint_meets_percent", ("90", "99.99", "80.5")),
        ):
            policy.set_value(
                key, self.pick(values), scope="kendari", valid_from=YEAR_FIRST, by=None, reason="uji"
            )

    def _boss(self) -> Employee:
        return self.pick([self.world.head, self.world.agency_head, self.world.stranger_head])

    def _posts(self) -> None:
        """Some heads leave or are away, somebody acts for them, or nobody does."""
        for unit in self.units:
            post, _made = Position.objects.get_or_create(
                unit=unit, is_head=True, defaults={"title": f"Kepala {unit.pk}", "position_class": "jpt"}
            )
            if self.often(0.4):
                end = self.day(date(2026, 2, 1), date(2026, 7, 1))
                Placement.objects.filter(position=post).update(period=DateRange(date(2025, 1, 1), end))
            if self.often(0.6):
                Mandate.objects.create(
                    holder=self.pick(self.people),
                    position=post,
                    kind=self.pick(["plt", "plh", "team_lead"]),
                    period=DateRange(self.day(last=date(2026, 6, 1)), self.pick([None, YEAR_END])),
                )

    def _line(self, person: Employee) -> None:
        links = AppraiserLink.objects.filter(employee=person)
        choice = self.random.random()
        if choice < 0.15:
            links.delete()
        elif choice < 0.3:
            links.update(appraiser=None, external_name="Wali Kota")
        elif choice < 0.5:
            other = self.pick([p for p in self.people if p != person])
            links.update(appraiser=other)
        elif choice < 0.6:
            change = self.day()
            links.update(period=DateRange(date(2025, 1, 1), change))
            AppraiserLink.objects.create(
                employee=person,
                appraiser=self.pick([p for p in self.people if p != person]),
                period=DateRange(change, None),
            )
        if self.often(0.05):
            Employee.objects.filter(pk=person.pk).update(is_active=False)

    def _away(self, person: Employee) -> None:
        start = date(2025, 11, 1)
        while self.often(0.35) and start < date(2026, 12, 1):
            first = self.day(start, date(2026, 12, 31))
            last = self.pick([None, first + timedelta(days=self.random.randrange(1, 300))])
            ServiceState.objects.create(
                employee=person, kind=self.pick(AWAY), period=DateRange(first, last), recorded_at=NOW
            )
            if last is None:
                return
            start = last

    def _plans(self, person: Employee) -> None:
        if self.often(0.1):
            return
        plan = self.world.make_skp(
            person, status=self.pick(["approved"] * 6 + ["closed", "draft"]), indicators=0
        )
        choice = self.random.random()
        if choice < 0.2:
            Skp.objects.filter(pk=plan.pk).update(period=DateRange(self.day(), YEAR_END))
        elif choice < 0.4:
            Skp.objects.filter(pk=plan.pk).update(
                period=DateRange(YEAR_FIRST, self.day(date(2026, 1, 2), YEAR_END))
            )
        elif choice < 0.45:
            Skp.objects.filter(pk=plan.pk).update(period=DateRange(None, None))
        self._content(plan)
        if choice < 0.4 and self.often(0.5):
            self._second_plan(person)

    def _second_plan(self, person: Employee) -> None:
        """A plan of another post in the same year."""
        post = Position.objects.create(
            unit=self.pick(self.units), title=f"Pos {Position.objects.count()}", position_class="jf"
        )
        placement = Placement.objects.create(
            employee=person, position=post, is_main=False, period=DateRange(date(2026, 5, 1), None)
        )
        plan = Skp.objects.create(
            employee=person,
            government=person.government,
            placement=placement,
            unit=post.unit,
            appraiser_name="x",
            year=2026,
            period=DateRange(self.day(date(2026, 2, 1), date(2026, 6, 1)), YEAR_END),
            approach="kuantitatif",
            layout="ja_jf",
            status="approved",
            submitted_at=NOW,
            approved_at=NOW,
        )
        self._content(plan)

    def _content(self, plan: Skp) -> None:
        indicators = []
        with applying():
            for order in range(self.random.randrange(0, 4)):
                result = WorkResult.objects.create(
                    skp=plan,
                    text=self.pick(["Hasil", 'Hasil "kutip" \\ é 100% %s', "Baris\nbaru"]),
                    kind=self.pick(["utama", "tambahan"]),
                    order=self.pick([0, order]),
                )
                indicators += [
                    Indicator.objects.create(
                        result=result,
                        aspect=self.pick(["", *AspectChoices.values]),
                        text=f"Ukuran {order}",
                        target=self.pick(FIGURES),
                        measure=self.pick(["", "berkas"]),
                        direction=self.pick(DirectionChoices.values),
                        source=self.pick([*IndicatorSource.values, *["reported", "progress_sum"] * 8]),
                        order=self.random.randrange(3),
                    )
                    for _number in range(self.random.randrange(0, 5))
                ]
        for period in [*self.periods, self.yearly]:
            if self.often(0.8):
                self.world.make_report(
                    plan,
                    period,
                    status=self.pick(["draft", "returned", "submitted", "accepted", "accepted"]),
                    figures={one: self.pick(FIGURES) for one in indicators if self.often(0.8)},
                )
        for one in indicators:
            for _number in range(self.random.randrange(0, 3)):
                ProgressEntry.objects.create(
                    employee=plan.employee,
                    result=one.result,
                    indicator=self.pick([one, one, None]),
                    date=self.day(),
                    text="baris",
                    quantity=self.pick([None, Decimal("3.5"), Decimal(40), Decimal("0.0001")]),
                )

    def _citizens(self) -> None:
        if not Questionnaire.objects.exists():
            restore_questionnaire()  # a transactional test before has emptied the tables
        questionnaire = Questionnaire.objects.order_by("pk").first()
        for number, unit in enumerate(self.units):
            if self.often(0.3):
                continue
            service = Service.objects.create(unit=unit, code=f"uji-{number}", name="Layanan")
            for month in (2, 5, 6, 9):
                if self.often(0.6):
                    ServiceCount.objects.create(
                        service=service,
                        month=date(2026, month, 1),
                        count=self.random.randrange(200),
                        recorded_at=NOW,
                    )
            for index in range(self.random.randrange(0, 5)):
                self._complaint(unit, f"{number}-{index}")
            for sampling in ("", "census"):
                survey = SurveyPeriod.objects.create(
                    service=service,
                    questionnaire=questionnaire,
                    code=f"u{number}{sampling}",
                    label="Tahun",
                    sampling=sampling,
                    starts_on=YEAR_FIRST,
                    ends_on=date(2026, 12, 31),
                )
                self._responses(service, survey)

    def _complaint(self, unit: WorkUnit, number: str) -> None:
        day = self.day()
        at = datetime(day.year, day.month, day.day, 20, tzinfo=UTC)
        status = self.pick(["confirmed_solved", "closed_no_reply", "rejected", "in_progress"])
        is_closed = status in {"confirmed_solved", "closed_no_reply", "rejected"}
        Complaint.objects.create(
            government=self.government,
            unit=unit,
            number=f"P-{number}",
            secret_hash="x",
            kind="permintaan_informasi",
            subject="s",
            body="b",
            status=status,
            received_at=at,
            due_on=day + timedelta(days=5),
            answered_at=at + timedelta(days=self.random.randrange(9)) if is_closed else None,
            closed_at=at + timedelta(days=10) if is_closed else None,
        )

    def _responses(self, service: Service, survey: SurveyPeriod) -> None:
        unsur = list(survey.questionnaire.unsur.order_by("pk"))
        for _number in range(self.pick([0, 0, 3, 12, 35])):
            day = self.day()
            response = Response.objects.create(
                government=self.government,
                service=service,
                survey_period=survey,
                tier=self.pick(["terbuka", "terbuka", "terverifikasi"]),
                channel="qr",
                hour=datetime(day.year, day.month, day.day, self.random.randrange(24), tzinfo=UTC),
            )
            Answer.objects.bulk_create(
                Answer(response=response, unsur=one, value=self.random.randrange(1, 5))
                for one in unsur
                if self.often(0.9)
            )

    def rate_some(self, period: Period, at: datetime) -> None:
        """Some appraisers are done already."""
        for evaluation in Evaluation.objects.filter(period=period).order_by("skp"):
            if self.often(0.3):
                Evaluation.objects.filter(pk=evaluation.pk).update(
                    status="rated",
                    predikat="baik",
                    work_result_rating="meets_expectation",
                    behavior_rating="meets_expectation",
                    rated_at=at,
                )

"""One region from nothing to a running month, in one transaction: it is there as a whole, or not at all."""

import time as clock
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from django.db import connection, transaction
from django.utils import timezone, translation

from apps.accounts.models import User
from apps.assessments.models import Period, PeriodRun
from apps.assessments.services import cycles
from apps.core import audit
from apps.core.models import OutboxMessage
from apps.employees.models import Government
from apps.employees.services import calendar
from apps.supervision.services import unit_figures

from . import people as region_people
from . import plans as region_plans
from . import ratings, reports, training, tree, voice
from .writing import Writer, foreign_keys_at_the_end

ZONE = "Asia/Makassar"
HOLIDAYS = ((1, 1, "Tahun Baru"), (5, 1, "Hari Buruh"), (8, 17, "Hari Kemerdekaan"), (12, 25, "Hari Natal"))
LEAST = 100


@dataclass(frozen=True)
class Settings:
    """What decides the data: nothing else does."""

    employees: int
    seed: int
    code: str = "wilayah"
    year: int = 2026
    months: int = 6  # how many months have used the system; the last one still runs
    as_of: date | None = None  # the day the story stops; none: 15 November of the year
    password: str = ""

    @property
    def day(self) -> date:
        """The last day that is told."""
        return self.as_of or date(self.year, 11, 15)


class RegionExists(ValueError):
    """Raised when a government has this code already."""


class TooSmall(ValueError):
    """Raised for fewer people than a tree needs."""


def known_logins() -> dict[str, str]:
    """Return the logins whose password was given, by role, of the region that was made last."""
    government = Government.objects.filter(name__startswith="Wilayah Contoh").latest("pk")
    logins = User.objects.filter(login__endswith=f"@{government.code}.example").order_by("login")
    return {login.partition("@")[0]: login for login in logins.values_list("login", flat=True)}


@transaction.atomic
def generate(settings: Settings, *, say: Callable[[str], None] = lambda text: None) -> Writer:
    """Make a region; return the writer, which knows how much it wrote.

    :raises RegionExists: if a government has this code.
    :raises TooSmall: for fewer than a hundred people.
    """
    if settings.employees < LEAST:
        raise TooSmall(LEAST)
    if Government.objects.filter(code=settings.code).exists():
        raise RegionExists(settings.code)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")
        cursor.execute("SET LOCAL synchronous_commit = off")
    with translation.override("id"):
        return _Region(settings, say).make()


class _Region:
    """The steps, in the order of the year."""

    def __init__(self, settings: Settings, say: Callable[[str], None]) -> None:
        self.settings = settings
        self.say = say
        self.started = clock.monotonic()
        self.writer = Writer()
        self.zone = ZoneInfo(ZONE)
        self.as_of = datetime.combine(settings.day, time(8), self.zone)

    def random(self, part: str) -> Random:
        """Return the part's own source of chance: a change in one part leaves the others as they were."""
        return Random(f"{self.settings.seed}-{self.settings.employees}-{part}")

    def make(self) -> Writer:
        """Make everything."""
        self._government()
        self._people()
        self._cycle()
        self._plans()
        self._citizens()
        self._months()
        self._learning()
        self._summaries()
        return self.writer

    def _told(self, what: str) -> None:
        self.say(f"{clock.monotonic() - self.started:7.1f} s  {what}")

    def _government(self) -> None:
        code = self.settings.code
        self.government = Government.objects.create(
            code=code, name=f"Wilayah Contoh {code}", timezone=ZONE, place="Wilayah Contoh", is_demo=True
        )
        audit.record("employees.government.added", target=self.government, by=None, scope=code)
        days = [(date(self.settings.year, month, day), name) for month, day, name in HOLIDAYS]
        calendar.add_holidays(government=self.government, days=days, by=None)
        self.tree = tree.Tree(self.settings.employees, self.random("tree"))
        self.unit_ids, self.post_ids = tree.write(self.tree, self.government.pk, self.writer)
        self._told(f"{len(self.tree.units)} units, {self.tree.post_count} posts")

    def _people(self) -> None:
        self.people = region_people.invent(self.tree, self.settings.code, self.random("people"))
        self.people_ids = region_people.write(
            self.tree,
            self.people,
            government_id=self.government.pk,
            code=self.settings.code,
            unit_ids=self.unit_ids,
            post_ids=self.post_ids,
            password=self.settings.password,
            at=datetime.combine(region_people.SINCE, time(8), self.zone),
            writer=self.writer,
        )
        self._told(f"{len(self.people)} people")

    def _cycle(self) -> None:
        year = self.settings.year
        cycle = cycles.create_cycle(government=self.government, year=year, periodicity="monthly", by=None)
        self.periods = {p.number: p for p in Period.objects.filter(cycle=cycle, kind="periodic")}
        for period in self.periods.values():
            period.cycle = cycle
            if period.opens_at > self.as_of:
                continue
            Period.objects.filter(pk=period.pk).update(status="open")
            at = period.opens_at
            PeriodRun.objects.create(period=period, step="open", started_at=at, finished_at=at)
        running = max(number for number, p in self.periods.items() if p.starts_on <= self.settings.day)
        self.told = [
            number for number in range(running - self.settings.months + 1, running + 1) if number > 0
        ]
        self._close_unused(self.told[0])

    def _plans(self) -> None:
        # Agreed in the first days of use; nobody owes a report for the months before.
        submitted = datetime.combine(
            self.periods[self.told[0]].starts_on + timedelta(days=5), time(9), self.zone
        )
        self.plan_ids = region_plans.write(
            self.people,
            government_id=self.government.pk,
            unit_ids=self.unit_ids,
            people_ids=self.people_ids,
            year=self.settings.year,
            since=self.periods[self.told[0]].starts_on,
            submitted_at=submitted,
            writer=self.writer,
        )
        self._told("plans")

    def _citizens(self) -> None:
        voice.Voice(
            self.government,
            self.tree,
            self.unit_ids,
            year=self.settings.year,
            as_of=self.as_of,
            random=self.random("voice"),
            writer=self.writer,
        ).write(len(self.people))
        self._told("services, answers, complaints")

    def _months(self) -> None:
        """Write the months of the system's use; earlier ones closed before anybody could report."""
        running = self.told[-1]
        number = 0
        random, judging = self.random("reports"), self.random("ratings")
        # Analyzed once before the evaluations read what was just written.
        with foreign_keys_at_the_end(*reports.TABLES):
            for place in self.told:
                period = self.periods[place]
                month = reports.Month(
                    code=self.settings.code,
                    zone=ZONE,
                    period=period,
                    is_running=place == running,
                    as_of=self.as_of,
                    people_ids=self.people_ids,
                    plan_ids=self.plan_ids,
                    first_number=number,
                    random=random,
                    writer=self.writer,
                )
                number = month.write(self.people)
                self._analyze()
                if period.closes_at < self.as_of:
                    ratings.close(
                        period,
                        self.tree,
                        self.people,
                        government=self.government,
                        unit_ids=self.unit_ids,
                        people_ids=self.people_ids,
                        is_latest=place == running - 1,
                        random=judging,
                        writer=self.writer,
                    )
                self._told(f"month {place}")
        reports.keep_sequence(self.settings.code, self.settings.year, number)

    def _close_unused(self, first: int) -> None:
        for period in self.periods.values():
            if period.number < first:
                Period.objects.filter(pk=period.pk).update(status="closed")

    def _learning(self) -> None:
        officer = next(p for p in self.people if p.unit is self.tree.personnel)
        training.write(
            self.government,
            self.people,
            self.people_ids,
            year=self.settings.year,
            today=self.settings.day,
            verifier=self.people_ids.people[officer.number],
            random=self.random("training"),
            writer=self.writer,
        )

    def _summaries(self) -> None:
        """Count the figures of units by the product itself, and leave no promised work behind."""
        self._analyze()
        unit_figures.rebuild(government=self.government, now=timezone.now())
        OutboxMessage.objects.filter(scope=self.settings.code, done_at__isnull=True).update(
            done_at=self.as_of
        )
        audit.record(
            "employees.region.generated",
            target=self.government,
            by=None,
            scope=self.settings.code,
            employees=self.settings.employees,
            seed=self.settings.seed,
            rows=sum(self.writer.counts.values()),
        )
        self._told(f"{sum(self.writer.counts.values())} rows in all")

    def _analyze(self) -> None:
        with connection.cursor() as cursor:
            for table in sorted(self.writer.counts):
                cursor.execute(f"ANALYZE {connection.ops.quote_name(table)}")

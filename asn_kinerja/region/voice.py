"""What citizens say: services with counters, surveys of both halves of the year, answers, complaints.

The index of every survey is added up by the product itself, so `rebuild_figures --check` finds what it would make.
"""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from apps.core import holidays, policy
from apps.core.localtime import local_date
from apps.core.models import Sequence
from apps.employees.models import Government
from apps.feedback import selectors
from apps.feedback.models import (
    Answer,
    Complaint,
    ComplaintEvent,
    Response,
    Service,
    ServiceCount,
    ServicePoint,
    SurveyPeriod,
    Unsur,
)
from apps.feedback.rules import complaint_clock
from apps.feedback.services import results
from apps.feedback.services.complaints.steps import days_table

from .tree import Tree
from .writing import Writer

LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"
SUBJECTS = (
    "Antrean terlalu lama",
    "Loket tutup lebih awal",
    "Berkas diminta dua kali",
    "Petugas tidak di tempat",
)
BODY = "Saya datang pada jam layanan dan menunggu lebih dari dua jam tanpa penjelasan."
ANSWER = "Terima kasih. Jadwal petugas sudah kami atur ulang mulai minggu ini."
REMARKS = ("", "", "", "", "Petugas ramah.", "Mohon kursi tunggu ditambah.", "Antrean panjang di pagi hari.")
EDUCATION = ("sd", "smp", "sma", "diploma", "s1", "s2")
OCCUPATION = ("pns", "swasta", "wirausaha", "pelajar", "petani")
AGES = ("18-29", "30-44", "45-59", "60+")


class Voice:
    """Writes services, surveys and complaints of a region."""

    def __init__(
        self,
        government: Government,
        tree: Tree,
        unit_ids: range,
        *,
        year: int,
        as_of: datetime,
        random: Random,
        writer: Writer,
    ) -> None:
        self.government = government
        self.unit_ids = unit_ids
        self.units = [unit for unit in tree.units if unit.serves_public and unit.size]
        self.year = year
        self.as_of = as_of
        self.zone = ZoneInfo(government.timezone)
        self.today = local_date(as_of, government.timezone)
        self.random = random
        self.writer = writer

    def write(self, people: int) -> None:
        """Write everything citizens left in the year."""
        services, points = self._services()
        periods = self._periods(services)
        self._responses(services, points, periods)
        for period in periods:
            results.refresh_result(survey_period_id=period, at=self.as_of)
        self._complaints(services, max(4, people // 60))

    def _services(self) -> tuple[range, range]:
        services = self.writer.ids(Service, len(self.units))
        points = self.writer.ids(ServicePoint, len(self.units))
        code = self.government.code
        self.writer.copy(
            Service,
            ("id", "unit_id", "code", "name"),
            (
                (
                    services[n],
                    self.unit_ids[u.number],
                    f"{code}-{u.code.lower()}"[:60],
                    f"Pelayanan {u.name}",
                )
                for n, u in enumerate(self.units)
            ),
        )
        codes = self._codes(len(self.units))
        self.writer.copy(
            ServicePoint,
            ("id", "service_id", "code", "label"),
            ((points[n], services[n], codes[n], "Loket 1") for n in range(len(self.units))),
        )
        months = range(1, self.today.month)
        self.writer.copy(
            ServiceCount,
            ("service_id", "month", "count", "recorded_at"),
            (
                (service, date(self.year, month, 1), 60 + unit.size * self.random.randint(8, 14), self.as_of)
                for service, unit in zip(services, self.units, strict=True)
                for month in months
            ),
        )
        return services, points

    def _codes(self, count: int) -> list[str]:
        found: dict[str, None] = {}
        while len(found) < count:
            found["".join(self.random.choices(LETTERS, k=10))] = None
        return list(found)

    def _periods(self, services: range) -> range:
        halves = (
            ("s1", "Semester I", date(self.year, 1, 1), date(self.year, 6, 30)),
            ("s2", "Semester II", date(self.year, 7, 1), date(self.year, 12, 31)),
        )
        self.halves = [half for half in halves if half[2] <= self.today]
        questionnaire = selectors.questionnaire_for(self.government, halves[0][2])
        self.unsur = list(Unsur.objects.filter(questionnaire=questionnaire).order_by("number"))
        ids = self.writer.ids(SurveyPeriod, len(services) * len(self.halves))
        self.writer.copy(
            SurveyPeriod,
            ("id", "service_id", "questionnaire_id", "code", "label", "starts_on", "ends_on", "population"),
            (
                (
                    ids[n * len(self.halves) + h],
                    service,
                    questionnaire.pk,
                    f"{self.year}-{word}",
                    f"{label} {self.year}",
                    first,
                    last,
                    6 * (60 + self.units[n].size * 11),
                )
                for n, service in enumerate(services)
                for h, (word, label, first, last) in enumerate(self.halves)
            ),
        )
        return ids

    def _responses(self, services: range, points: range, periods: range) -> None:
        counts = [
            10 + int(120 * self.random.betavariate(1.1, 4)) for _service in services for _half in self.halves
        ]
        ids = self.writer.ids(Response, sum(counts))
        taste = [self.random.gauss(3.15, 0.25) for _service in services]

        def rows() -> Iterator[tuple[Any, ...]]:
            at = 0
            for place, count in enumerate(counts):
                service, half = divmod(place, len(self.halves))
                first, last = self.halves[half][2], min(self.halves[half][3], self.today)
                for _one in range(count):
                    day = first + timedelta(days=self.random.randrange((last - first).days + 1))
                    hour = datetime.combine(day, time(self.random.randint(8, 15)), self.zone)
                    yield (
                        ids[at],
                        self.government.pk,
                        services[service],
                        periods[place],
                        points[service],
                        "qr",
                        hour,
                        self.random.choice("LP"),
                        self.random.choice(AGES),
                        self.random.choice(EDUCATION),
                        self.random.choice(OCCUPATION),
                        self.random.choice(REMARKS),
                    )
                    at += 1

        columns = (
            "id", "government_id", "service_id", "survey_period_id", "point_id", "channel", "hour", "sex", "age_band",
            "education", "occupation", "remark",
        )  # fmt: skip
        self.writer.copy(Response, columns, rows())

        # Every day above is one of this year.
        year = date(self.year, 1, 1)

        def answers() -> Iterator[tuple[Any, ...]]:
            at = 0
            for place, count in enumerate(counts):
                middle = taste[place // len(self.halves)]
                for _one in range(count):
                    mood = self.random.gauss(middle, 0.45)
                    for unsur in self.unsur:
                        value = round(mood + self.random.gauss(0, 0.4))
                        yield ids[at], unsur.pk, min(4, max(1, value)), year
                    at += 1

        self.writer.copy(Answer, ("response_id", "unsur_id", "value", "year"), answers())

    # --- complaints

    def _complaints(self, services: range, count: int) -> None:
        ids = self.writer.ids(Complaint, count)
        table = days_table(self.government.code, self.today)
        first_day = self.today - timedelta(days=180)
        rows: list[tuple[Any, ...]] = []
        events: list[tuple[Any, ...]] = []
        for place in range(count):
            number = self.random.randrange(len(self.units))
            day = first_day + timedelta(days=self.random.randrange(178))
            at = datetime.combine(
                day, time(self.random.randint(8, 20), self.random.randint(0, 59)), self.zone
            )
            kind = self.random.choice(("ringan", "tidak_berkadar_pengawasan", "aspirasi"))
            off = holidays.holidays_around(day, scope=self.government.code)
            due_on = complaint_clock.due_on(day, complaint_clock.ComplaintKind(kind), off, table)
            story = self._story(at, due_on)
            status, answered_at, closed_at, reply_by = story
            rows.append(
                (
                    ids[place], self.government.pk, self.unit_ids[self.units[number].number], services[number],
                    f"ADU-{self.government.code.upper()}-{self.year}-{place + 1:06d}", f"!{place}", kind,
                    self.random.choice(SUBJECTS), BODY, True, status, at, due_on, answered_at, closed_at, reply_by,
                )
            )  # fmt: skip
            events += self._events(ids[place], status, at, answered_at, closed_at)
        columns = (
            "id", "government_id", "unit_id", "service_id", "number", "secret_hash", "kind", "subject", "body",
            "has_no_author", "status", "received_at", "due_on", "answered_at", "closed_at", "reply_by",
        )  # fmt: skip
        self.writer.copy(Complaint, columns, rows)
        self.writer.copy(ComplaintEvent, ("complaint_id", "action", "status_after", "text", "at"), events)
        name = f"ADU:{self.government.code}:{self.year}"
        Sequence.objects.update_or_create(name=name, defaults={"value": count})

    def _story(self, at: datetime, due_on: date) -> tuple[str, datetime | None, datetime | None, date | None]:
        """Return status, answer, end and the last day of the reporter's turn; old ones are mostly over."""
        age = (self.as_of - at).days
        draw = self.random.random()
        if age < 4 or draw < 0.06:
            return ("received" if draw < 0.5 else "in_progress"), None, None, None
        left = max(1, (due_on - local_date(at, self.government.timezone)).days)
        answered_at = at + timedelta(days=min(age - 1, 1 + self.random.randrange(left + 3)), hours=1)
        answered_on = local_date(answered_at, self.government.timezone)
        off = holidays.holidays_around(answered_on, scope=self.government.code)
        days = policy.get("feedback.reply_days", on=answered_on, scope=self.government.code)
        reply_by = complaint_clock.reply_until(answered_on, off, days)
        if self.random.random() < 0.45 and age > (answered_on - at.date()).days + 3:
            return "confirmed_solved", answered_at, answered_at + timedelta(days=2), None
        if reply_by < self.today:
            closed = datetime.combine(reply_by + timedelta(days=1), time(1), self.zone)
            return "closed_no_reply", answered_at, closed, None
        return "answered", answered_at, None, reply_by

    def _events(
        self, pk: int, status: str, at: datetime, answered_at: datetime | None, closed_at: datetime | None
    ) -> Iterator[tuple[Any, ...]]:
        yield pk, "file", "received", "", at
        if status == "received":
            return
        yield pk, "start", "in_progress", "", at + timedelta(minutes=50)
        if answered_at:
            yield pk, "answer", "answered", ANSWER, answered_at
        if closed_at:
            yield pk, "confirm" if status == "confirmed_solved" else "lapse", status, "", closed_at

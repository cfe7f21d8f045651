"""What people did and reported in one month: lines of daily work, reports with eight figures each, their review.

Some always report at the last minute, some late, some not at all. Texts are those of their work; fingerprints for
likeness are left empty, because ten thousand invented texts are alike by their nature.
"""

from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection

from apps.assessments.models import (
    FeedbackNote,
    Period,
    ProgressEntry,
    ReportDecision,
    ReportLine,
    ReportVersion,
    SelfReport,
)
from apps.core.models import Sequence

from . import people as region_people
from . import plans as region_plans
from .people import Person
from .plans import MEASURES, PROGRESS, source_of, texts_of
from .writing import Writer

NEVER, LATE, NOT_YET = 0.05, 0.04, 0.45
WORDS = (
    "Pelayanan berjalan setiap hari kerja; antrean pagi dibagi dua.",
    "Seluruh berkas bulan ini selesai diperiksa sebelum tanggal dua puluh.",
    "Kegiatan kelompok terlaksana sesuai jadwal dan tercatat lengkap.",
    "Data unit dimutakhirkan bersama petugas wilayah.",
)
OBSTACLES = ("", "", "Jaringan terputus dua hari.", "Satu rekan cuti; pekerjaan dibagi.")
NOTES = (
    "Terima kasih, pencatatan bulan ini rapi.",
    "Antrean pagi sudah lebih singkat; pertahankan.",
    "Mohon berkas diserahkan sebelum tanggal dua puluh lima.",
)
RETURNED_NOTE = "Mohon lengkapi penjelasan capaian kedua."


# Their foreign keys are checked once, when all months are written.
TABLES = tuple(
    model._meta.db_table
    for model in (SelfReport, ReportLine, ReportVersion, ReportDecision, ProgressEntry, FeedbackNote)
)


@dataclass
class Rows:
    """The rows of a piece of people, by table."""

    entries: list[tuple[Any, ...]] = field(default_factory=list)
    reports: list[tuple[Any, ...]] = field(default_factory=list)
    lines: list[tuple[Any, ...]] = field(default_factory=list)
    versions: list[tuple[Any, ...]] = field(default_factory=list)
    decisions: list[tuple[Any, ...]] = field(default_factory=list)
    notes: list[tuple[Any, ...]] = field(default_factory=list)


class Month:
    """Writes one month of everybody."""

    def __init__(
        self,
        *,
        code: str,
        zone: str,
        period: Period,
        is_running: bool,
        as_of: datetime,
        people_ids: region_people.Ids,
        plan_ids: region_plans.Ids,
        first_number: int,
        random: Random,
        writer: Writer,
    ) -> None:
        self.code = code
        self.zone = ZoneInfo(zone)
        self.period = period
        self.government_id = period.cycle.government_id
        self.is_running = is_running
        self.as_of = as_of
        self.people_ids = people_ids
        self.plan_ids = plan_ids
        self.number = first_number
        self.random = random
        self.writer = writer
        last = min(period.ends_on, as_of.astimezone(self.zone).date())
        self.days = (last - period.starts_on).days + 1

    def write(self, people: list[Person]) -> int:
        """Write the month and return the last receipt number."""
        for chunk in region_plans.chunks(people):
            ids = self.writer.ids(SelfReport, len(chunk))
            rows = Rows()
            for person, report_id in zip(chunk, ids, strict=True):
                self._tell(person, report_id, rows)
            self._copy(rows)
            if self._is_unknown():
                self._analyze()
        return self.number

    def _is_unknown(self) -> bool:
        """Whether the planner has never seen a report.

        It cannot know then that ids are unique (they are so together with the government, decision 0015), and lets the
        trigger read every report for every line: with a hundred thousand of them 10 ms per line.
        """
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT reltuples < 1 FROM pg_class WHERE oid = 'assessments_selfreport'::regclass"
            )
            return bool(cursor.fetchone()[0])

    def _analyze(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE assessments_selfreport")

    def _at(self, days_after_start: int, hour: int = 9) -> datetime:
        day = self.period.starts_on + timedelta(days=days_after_start)
        return datetime.combine(day, time(hour, self.random.randint(0, 59)), self.zone)

    def _tell(self, person: Person, report_id: int, rows: Rows) -> None:
        draw = self.random.random
        ability = 0.8 + 0.35 * draw()
        plan, employee = self.plan_ids.plans[person.number], self.people_ids.people[person.number]
        count = 1 + (draw() < 0.8)
        for _one in range(count):
            rows.entries.append(
                (
                    employee,
                    self.plan_ids.result(person.number, MEASURES[PROGRESS].result),
                    self.plan_ids.indicator(person.number, PROGRESS),
                    self.period.starts_on + timedelta(days=self.random.randrange(self.days)),
                    self.random.choice(WORDS),
                    1,
                    self._at(self.days - 1, 15),
                )
            )
        if person.appraiser is not None and draw() < 0.6:
            rows.notes.append(
                (
                    employee,
                    self.people_ids.people[person.appraiser],
                    self.random.choice(NOTES),
                    self._at(self.random.randrange(self.days), 13),
                )
            )
        fate = draw()
        if fate < (NEVER + NOT_YET if self.is_running else NEVER):
            return
        self._report(person, report_id, plan, employee, ability, count, rows)

    def _report(
        self,
        person: Person,
        report_id: int,
        plan: int,
        employee: int,
        ability: float,
        count: int,
        rows: Rows,
    ) -> None:
        draw = self.random.random
        is_draft = self.is_running and draw() < 0.5
        is_late = not self.is_running and draw() < LATE
        if is_late:
            sent_at = self.period.closes_at + timedelta(hours=1 + int(20 * draw()))
        elif self.is_running:
            sent_at = self._at(self.random.randrange(self.days), 16)
        else:
            # Most send in the grace days, where everybody comes at once.
            sent_at = self._at(self.days - 1 + self.random.randrange(5), 16)
        figures = self._figures(person, ability, count)
        words, obstacles = self.random.choice(WORDS), self.random.choice(OBSTACLES)
        status = "draft" if is_draft else self._status()
        number = None
        decided_at = None
        if not is_draft:
            self.number += 1
            number = receipt_text(self.code, self.period.cycle.year, self.number)
            if status != "submitted":
                decided_at = sent_at + timedelta(days=1 + int(4 * draw()), minutes=int(59 * draw()))
        appraiser = None if person.appraiser is None else self.people_ids.people[person.appraiser]
        note = RETURNED_NOTE if status == "returned" else ""
        rows.reports.append(
            (
                report_id,
                plan,
                employee,
                self.period.pk,
                status,
                words,
                obstacles,
                1,
                sent_at,
                number,
                0 if is_draft else 1,
                None if is_draft else sent_at,
                is_late,
                decided_at,
                appraiser if decided_at else None,
                note,
                240 + int(900 * draw()),
            )
        )
        for place, value in enumerate(figures):
            automatic = value if source_of(person, place) != "reported" else None
            rows.lines.append((report_id, self.plan_ids.indicator(person.number, place), value, automatic))
        if is_draft:
            return
        rows.decisions.append((report_id, 1, "submit", "", employee, sent_at))
        if decided_at:
            action = "return" if status == "returned" else "accept"
            rows.decisions.append((report_id, 1, action, note, appraiser, decided_at))
        content = self._content(person, number, is_late, sent_at, figures, words, obstacles, count)
        rows.versions.append((report_id, 1, content, sent_at))

    def _status(self) -> str:
        draw = self.random.random()
        if self.is_running:
            return "accepted" if draw < 0.3 else "submitted"
        return "returned" if draw < 0.01 else "submitted" if draw < 0.06 else "accepted"

    def _figures(self, person: Person, ability: float, count: int) -> list[Any]:
        found: list[Any] = []
        for place, row in enumerate(MEASURES):
            source = source_of(person, place)
            if source == "progress_sum":
                found.append(count)
            elif source == "ikm":
                found.append(None)  # what citizens say is fetched by the evaluation itself
            elif self.random.random() < 0.02:
                found.append(None)
            else:
                factor = ability + 0.15 * (self.random.random() - 0.5)
                if row.direction == "lower_is_better":
                    factor = 2 - factor
                value = round(row.target * factor)
                found.append(min(value, 100) if row.measure == "persen" else value)
        return found

    def _content(
        self,
        person: Person,
        number: str | None,
        is_late: bool,
        sent_at: datetime,
        figures: list[Any],
        words: str,
        obstacles: str,
        count: int,
    ) -> dict[str, Any]:
        """Return the sent version in the shape that services/reports.py keeps."""
        period = self.period
        executive = region_plans.is_executive(person)
        return {
            "schema": 1,
            "number": number,
            "version": 1,
            "submitted_at": sent_at.isoformat(),
            "is_late": is_late,
            "period": {
                "id": period.pk,
                "kind": period.kind,
                "number": period.number,
                "year": period.cycle.year,
                "starts_on": period.starts_on.isoformat(),
                "ends_on": period.ends_on.isoformat(),
            },
            "skp": self.plan_ids.plans[person.number],
            "results": [
                {
                    "id": self.plan_ids.result(person.number, place),
                    "kind": "utama",
                    "text": text,
                    "indicators": [
                        {
                            "id": self.plan_ids.indicator(person.number, at),
                            "text": row.text,
                            "aspect": "" if executive else row.aspect,
                            "measure": row.measure,
                            "direction": row.direction,
                            "source": source_of(person, at),
                            "target": str(row.target),
                            "plan_target": str(row.target),
                            "realization": None if figures[at] is None else str(figures[at]),
                            "prefilled": None
                            if figures[at] is None or source_of(person, at) == "reported"
                            else str(figures[at]),
                            "entries": count if at == PROGRESS else 0,
                            "reports": 0,
                            "answers": None,
                            "note": "",
                        }
                        for at, row in enumerate(MEASURES)
                        if row.result == place
                    ],
                }
                for place, text in enumerate(texts_of(person))
            ],
            "achievements": words,
            "obstacles": obstacles,
            "support_needed": "",
            "evidence": [],
            "questions": [],
            "progress_entries": count,
        }

    def _copy(self, rows: Rows) -> None:
        copy = self.writer.copy
        columns = (
            "id", "skp_id", "employee_id", "period_id", "status", "achievements", "obstacles", "revision",
            "draft_saved_at", "number", "version", "submitted_at", "is_late", "decided_at", "decided_by_id",
            "decision_note", "active_seconds",
        )  # fmt: skip
        # Lines first: once a report is sent, a trigger refuses any line for it. Its foreign key is checked at the end.
        # So they say which government they belong to: the report that would tell is not there yet.
        line = ("report_id", "indicator_id", "realization", "prefilled", "government_id")
        copy(ReportLine, line, ((*values, self.government_id) for values in rows.lines))
        copy(SelfReport, columns, rows.reports)
        copy(ReportVersion, ("report_id", "version", "content", "submitted_at"), rows.versions)
        copy(ReportDecision, ("report_id", "version", "action", "note", "by_id", "at"), rows.decisions)
        entry = ("employee_id", "result_id", "indicator_id", "date", "text", "quantity", "created_at")
        copy(ProgressEntry, entry, rows.entries)
        copy(FeedbackNote, ("employee_id", "author_id", "text", "at"), rows.notes)


def receipt_text(code: str, year: int, number: int) -> str:
    """Return a number as `core.sequences.receipt_number` writes it."""
    return f"LK-{code.upper()}-{year}-{number:06d}"


def keep_sequence(code: str, year: int, last: int) -> None:
    """Let the next real report get the next number."""
    Sequence.objects.update_or_create(name=f"LK:{code}:{year}", defaults={"value": last})

"""Approved plans (SKP): three planned results, eight indicators, the thread to the leader's plan, first version."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.backends.postgresql.psycopg_any import DateRange

from apps.indicators.models import BehaviorExpectation, Indicator, Skp, SkpDecision, SkpVersion, WorkResult
from apps.indicators.rules.forms import BEHAVIOR_VALUES
from apps.indicators.services.guard import applying

from . import people as region_people
from .people import Person
from .writing import Writer

INDICATORS = 8
RESULTS = 3
CHUNK = 2000

# Planned results by kind of unit; the leader's plan has those of the leader.
TEXTS = {
    "sekolah": (
        "Pembelajaran berjalan sesuai jadwal",
        "Hasil belajar murid meningkat",
        "Administrasi kelas tertib",
    ),
    "health": ("Pasien terlayani tepat waktu", "Mutu asuhan terjaga", "Pencatatan pelayanan lengkap"),
    "office": ("Layanan administrasi selesai tepat waktu", "Dokumen tersusun benar", "Data unit mutakhir"),
    "head": (
        "Pelayanan unit berjalan sesuai standar",
        "Mutu kerja pegawai meningkat",
        "Tata kelola unit tertib",
    ),
}
PERSPECTIVES = ("penerima_layanan", "proses_bisnis", "penguatan_internal")


@dataclass(frozen=True)
class Measure:
    """One of the eight indicators everybody has: to which result it belongs, and how it is counted."""

    result: int
    aspect: str
    text: str
    target: int
    measure: str
    direction: str = "higher_is_better"
    source: str = "reported"


MEASURES = (
    Measure(0, "kuantitas", "Jumlah layanan yang diselesaikan", 40, "layanan"),
    Measure(0, "kualitas", "Persentase layanan sesuai standar", 95, "persen"),
    Measure(0, "waktu", "Rata-rata hari penyelesaian", 5, "hari", "lower_is_better"),
    Measure(1, "kuantitas", "Jumlah kegiatan tercatat", 2, "kegiatan", source="progress_sum"),
    Measure(1, "kualitas", "Persentase hasil tanpa perbaikan", 90, "persen"),
    Measure(1, "kualitas", "Indeks kepuasan masyarakat unit", 80, "nilai", source="ikm"),
    Measure(2, "kuantitas", "Jumlah laporan tersusun", 4, "laporan"),
    Measure(2, "biaya", "Persentase anggaran sesuai rencana", 100, "persen"),
)
PROGRESS = 3  # place of the indicator that counts lines of daily work
SATISFACTION = 5  # place of the one that takes the public's figure


@dataclass(frozen=True)
class Ids:
    """Where the ids of plans begin: person n has plan n, results 3n to 3n+2 and indicators 8n to 8n+7."""

    plans: range
    results: range
    indicators: range

    def result(self, person: int, place: int) -> int:
        """Return the id of one planned result."""
        return self.results[person * RESULTS + place]

    def indicator(self, person: int, place: int) -> int:
        """Return the id of one indicator."""
        return self.indicators[person * INDICATORS + place]


def source_of(person: Person, place: int) -> str:
    """Return where an indicator's figure comes from; only who serves the public has a public figure."""
    source = MEASURES[place].source
    return "reported" if source == "ikm" and not person.unit.serves_public else source


def texts_of(person: Person) -> tuple[str, str, str]:
    """Return the words of somebody's three results."""
    if person.is_head:
        return TEXTS["head"]
    if person.unit.kind == "sekolah":
        return TEXTS["sekolah"]
    if person.unit.kind == "puskesmas" or person.unit.code.startswith("RSUD"):
        return TEXTS["health"]
    return TEXTS["office"]


def is_executive(person: Person) -> bool:
    """Whether the plan has the layout of a JPT, with perspectives in place of aspects."""
    return person.is_head and person.unit.kind in {"setda", "dinas", "badan", "inspektorat"}


def write(
    people: list[Person],
    *,
    government_id: int,
    unit_ids: range,
    people_ids: region_people.Ids,
    year: int,
    since: date,
    submitted_at: datetime,
    writer: Writer,
) -> Ids:
    """Write everybody's plan with its content, decisions and first version."""
    ids = Ids(
        plans=writer.ids(Skp, len(people)),
        results=writer.ids(WorkResult, len(people) * RESULTS),
        indicators=writer.ids(Indicator, len(people) * INDICATORS),
    )
    approved_at = submitted_at + timedelta(days=3)
    days = DateRange(since, date(year + 1, 1, 1))
    with applying():
        for chunk in chunks(people):
            _write_plans(
                chunk, people, ids, government_id, unit_ids, people_ids, year, days, submitted_at, writer
            )
            _write_content(chunk, people, ids, writer)
            _write_history(chunk, people, ids, people_ids, submitted_at, approved_at, writer)
    return ids


def chunks(people: list[Person], size: int = CHUNK) -> Iterator[list[Person]]:
    """Cut everybody into pieces: memory is bounded by a piece."""
    for start in range(0, len(people), size):
        yield people[start : start + size]


def _write_plans(
    chunk: list[Person],
    people: list[Person],
    ids: Ids,
    government_id: int,
    unit_ids: range,
    people_ids: region_people.Ids,
    year: int,
    days: DateRange,
    submitted_at: datetime,
    writer: Writer,
) -> None:
    columns = (
        "id", "employee_id", "government_id", "placement_id", "unit_id", "appraiser_id", "appraiser_name", "year",
        "period", "approach", "layout", "status", "version", "created_at", "submitted_at", "approved_at",
    )  # fmt: skip
    writer.copy(
        Skp,
        columns,
        (
            (
                ids.plans[p.number],
                people_ids.people[p.number],
                government_id,
                people_ids.placements[p.number],
                unit_ids[p.unit.number],
                None if p.appraiser is None else people_ids.people[p.appraiser],
                appraiser_name(p, people),
                year,
                days,
                "kuantitatif",
                "jpt" if is_executive(p) else "ja_jf",
                "approved",
                1,
                submitted_at,
                submitted_at,
                submitted_at + timedelta(days=3),
            )
            for p in chunk
        ),
    )


def appraiser_name(person: Person, people: list[Person]) -> str:
    """Return the appraiser as printed."""
    return region_people.ELECTED if person.appraiser is None else people[person.appraiser].name


def _write_content(chunk: list[Person], people: list[Person], ids: Ids, writer: Writer) -> None:
    writer.copy(
        WorkResult,
        ("id", "skp_id", "text", "perspective", "supports_id", "order"),
        (
            (
                ids.result(p.number, place),
                ids.plans[p.number],
                text,
                PERSPECTIVES[place] if is_executive(p) else "",
                None if p.appraiser is None else ids.result(p.appraiser, place),
                place,
            )
            for p in chunk
            for place, text in enumerate(texts_of(p))
        ),
    )
    writer.copy(
        Indicator,
        ("id", "result_id", "aspect", "text", "target", "measure", "direction", "source", "order"),
        (
            (
                ids.indicator(p.number, place),
                ids.result(p.number, row.result),
                "" if is_executive(p) else row.aspect,
                row.text,
                row.target,
                row.measure,
                row.direction,
                source_of(p, place),
                place,
            )
            for p in chunk
            for place, row in enumerate(MEASURES)
        ),
    )
    writer.copy(
        BehaviorExpectation,
        ("skp_id", "value", "expectation"),
        (
            (ids.plans[p.number], value.code, "Menyapa warga lebih dahulu." if place == 0 else "")
            for p in chunk
            for place, value in enumerate(BEHAVIOR_VALUES)
        ),
    )


def _write_history(
    chunk: list[Person],
    people: list[Person],
    ids: Ids,
    people_ids: region_people.Ids,
    submitted_at: datetime,
    approved_at: datetime,
    writer: Writer,
) -> None:
    def decisions() -> Iterable[tuple[object, ...]]:
        for p in chunk:
            appraiser = None if p.appraiser is None else people_ids.people[p.appraiser]
            yield ids.plans[p.number], "submit", people_ids.people[p.number], submitted_at
            yield ids.plans[p.number], "approve", appraiser, approved_at

    writer.copy(SkpDecision, ("skp_id", "action", "by_id", "at"), decisions())
    writer.copy(
        SkpVersion,
        ("skp_id", "version", "content", "appraiser_name", "approved_by_id", "approved_at"),
        (
            (
                ids.plans[p.number],
                1,
                content_of(p, people, ids),
                appraiser_name(p, people),
                None if p.appraiser is None else people_ids.people[p.appraiser],
                approved_at,
            )
            for p in chunk
        ),
    )


def content_of(person: Person, people: list[Person], ids: Ids) -> dict[str, object]:
    """Return the kept content in the shape of indicators/rules/plan_content.py."""
    above = texts_of(people[person.appraiser]) if person.appraiser is not None else ("", "", "")
    executive = is_executive(person)
    return {
        "results": [
            {
                "key": str(ids.result(person.number, place)),
                "kind": "utama",
                "text": text,
                "perspective": PERSPECTIVES[place] if executive else "",
                "supports_text": above[place],
                "indicators": [
                    {
                        "key": str(ids.indicator(person.number, number)),
                        "aspect": "" if executive else row.aspect,
                        "text": row.text,
                        "target": str(row.target),
                        "measure": row.measure,
                        "direction": row.direction,
                        "source": source_of(person, number),
                    }
                    for number, row in enumerate(MEASURES)
                    if row.result == place
                ],
            }
            for place, text in enumerate(texts_of(person))
        ],
        "behaviors": {BEHAVIOR_VALUES[0].code: "Menyapa warga lebih dahulu."},
        "annex": [],
    }

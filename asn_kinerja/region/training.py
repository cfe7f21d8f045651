"""Learning: programmes with sessions, who took part, certificates with verified hours."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from random import Random
from zoneinfo import ZoneInfo

from apps.employees.models import Government
from apps.training.models import Certificate, Enrolment, Programme, Session, Topic

from . import people as region_people
from .people import Person
from .writing import Writer

ORGANIZER = "BKPSDM Wilayah Contoh"
COURSES = (
    ("Pelayanan Prima", "unsur_perilaku", 20),
    ("Literasi Digital", "digital", 12),
    ("Penulisan Laporan", "writing", 8),
    ("Kepemimpinan Tim", "leadership", 24),
    ("Mutu Layanan", "aspect_kualitas", 16),
)
SEATS = 40
TAUGHT = 0.25


def write(
    government: Government,
    people: list[Person],
    people_ids: region_people.Ids,
    *,
    year: int,
    today: date,
    verifier: int,
    random: Random,
    writer: Writer,
) -> None:
    """Write what a quarter of all people learned in the year; verified hours count for their target."""
    zone = ZoneInfo(government.timezone)
    programmes = writer.ids(Programme, len(COURSES))
    writer.copy(
        Programme,
        ("id", "government_id", "name", "kind", "jp", "organizer"),
        (
            (programmes[n], government.pk, name, "klasikal", jp, ORGANIZER)
            for n, (name, _topic, jp) in enumerate(COURSES)
        ),
    )
    topics = dict(Topic.objects.values_list("code", "pk"))
    writer.copy(
        Programme.topics.through,
        ("programme_id", "topic_id"),
        ((programmes[n], topics[code]) for n, (_name, code, _jp) in enumerate(COURSES)),
    )
    learners = [person for person in people if random.random() < TAUGHT]
    groups = [learners[start : start + SEATS] for start in range(0, len(learners), SEATS)]
    sessions = writer.ids(Session, len(groups))
    last = (today - date(year, 2, 1)).days - 5
    starts = [date(year, 2, 1) + timedelta(days=random.randrange(last)) for _group in groups]
    writer.copy(
        Session,
        ("id", "programme_id", "starts_on", "ends_on", "place", "seats"),
        (
            (
                sessions[n],
                programmes[n % len(COURSES)],
                starts[n],
                starts[n] + timedelta(days=2),
                "Aula",
                SEATS,
            )
            for n in range(len(groups))
        ),
    )
    enrolments = writer.ids(Enrolment, len(learners))
    taken = [random.random() < 0.93 for _person in learners]

    def at(day: date, hour: int) -> datetime:
        return datetime.combine(day, time(hour), zone)

    writer.copy(
        Enrolment,
        ("id", "session_id", "employee_id", "status", "enrolled_at"),
        (
            (
                enrolments[n],
                sessions[n // SEATS],
                people_ids.people[person.number],
                "completed" if taken[n] else "absent",
                at(starts[n // SEATS] - timedelta(days=10), 9),
            )
            for n, person in enumerate(learners)
        ),
    )
    columns = (
        "employee_id", "enrolment_id", "name", "organizer", "kind", "starts_on", "ends_on", "jp", "number",
        "verified_by_id", "verified_at",
    )  # fmt: skip
    writer.copy(
        Certificate,
        columns,
        (
            (
                people_ids.people[person.number],
                enrolments[n],
                COURSES[n // SEATS % len(COURSES)][0],
                ORGANIZER,
                "klasikal",
                starts[n // SEATS],
                starts[n // SEATS] + timedelta(days=2),
                Decimal(COURSES[n // SEATS % len(COURSES)][2]),
                f"SERT-{year}-{n + 1:06d}",
                verifier,
                at(starts[n // SEATS] + timedelta(days=4), 10),
            )
            for n, person in enumerate(learners)
            if taken[n]
        ),
    )

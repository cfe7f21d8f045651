"""A hospital with seats for half of its nurses in a training: what came of it can be computed, with an interval.

The nurses hand in what they reached; the office enters who came and completed. The effect itself is nobody's entry: it
follows from the evaluations before and after (docs/rules/development.md, "Did it help?").
"""

from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import TYPE_CHECKING

from apps.assessments.models import Evaluation, Period
from apps.employees.models import Employee
from apps.indicators.models import Indicator
from apps.training.models import Topic, TrainingNeed
from apps.training.services import needs, programmes

from . import people
from .story import Stage

if TYPE_CHECKING:
    from .build import Builder

CODE = "RSUD"
NURSES = 16
SEATS = 8
PROGRAMME = "Alur pasien dan pembagian beban kerja"
# What of the target a nurse reaches before, by the place in the list; who gets a seat is no better and no worse.
_REACHED = ("0.66", "0.68", "0.70", "0.71", "0.73", "0.74", "0.76", "0.78")
# What changes afterwards, of the target: for everybody (a second shift at the counter), and for who learned.
_FOR_ALL, _LEARNED = Decimal("0.03"), Decimal("0.14")


def units(stage: Stage, place: str) -> tuple[people.Unit, ...]:
    """Return the hospital, where the story has come far enough to look back on a training."""
    if stage is not Stage.FOLLOW_UP:
        return ()
    posts = (
        people.head(f"Direktur RSUD {place}", "administrator"),
        # Of a higher level than those of the health center: only their own kind is comparable.
        *people.functional("Perawat", "ahli_muda", NURSES, "III/c"),
    )
    return (people.Unit(CODE, f"RSUD {place}", "uptd", "DINKES", posts),)


def nurse_number(builder: "Builder", employee: Employee) -> int | None:
    """Return which nurse of the hospital this is, counted from 1."""
    for number in range(1, NURSES + 1):
        if builder.by_post.get((CODE, f"Perawat {number}")) == employee:
            return number
    return None


def first_day(builder: "Builder") -> date:
    """Return when the training began: in the second quarter, so that a whole one lies before and after it."""
    return date(builder.year, 5, 18)


def reached(builder: "Builder", number: int, period: Period, indicator: Indicator) -> Decimal:
    """Return what this nurse reports for a period."""
    if indicator.direction == "lower_is_better":
        return indicator.target
    share = Decimal(_REACHED[(number - 1) % SEATS])
    if period.starts_on > first_day(builder):
        share += _FOR_ALL + (_LEARNED if number <= SEATS else 0)
    # Of their own, so that the rest of the story does not depend on how many nurses there are.
    own = Random(f"{builder.story.code}-{number}-{period.starts_on}")
    return (indicator.target * (share + Decimal(own.randint(-60, 60)) / 1000)).quantize(Decimal(1))


def a_training_for_half(builder: "Builder", before: Period) -> None:
    """Weak results become needs; eight nurses get the eight seats, the others wait for the next year."""
    nurses = [builder.by_post[CODE, f"Perawat {number}"] for number in range(1, NURSES + 1)]
    for evaluation in Evaluation.objects.filter(
        employee__in=nurses, period=before, delivered_at__isnull=False
    ).order_by("pk"):
        needs.propose_for_evaluation(evaluation_id=evaluation.pk, at=builder.at(4, 27))
    officer = builder.by_post["BKPSDM", "Analis SDM Aparatur 1"]
    topic = Topic.objects.get(code="aspect_kuantitas")
    starts_on = first_day(builder)
    programme = programmes.add_programme(
        government=builder.government,
        name=PROGRAMME,
        kind="klasikal",
        topics=[topic],
        jp=Decimal(24),
        organizer=f"BKPSDM {builder.story.name}",
        by=officer,
        at=builder.at(4, 29),
    )
    session = programmes.add_session(
        programme=programme,
        starts_on=starts_on,
        ends_on=starts_on + timedelta(days=2),
        place=f"Ruang diklat RSUD {builder.story.place}",
        seats=SEATS,
        by=officer,
        at=builder.at(4, 29, 10),
    )
    for number, nurse in enumerate(nurses[:SEATS], start=1):
        enrolment = programmes.enrol(
            session=session,
            employee=nurse,
            by=officer,
            at=builder.at(5, 4),
            need=TrainingNeed.objects.filter(employee=nurse, topic=topic, status="proposed").first(),
        )
        programmes.complete_enrolment(
            enrolment=enrolment,
            certificate_number=f"{builder.story.code.upper()}/AP/{builder.year}/{number:03d}",
            by=officer,
            at=builder.at(5, 22),
        )

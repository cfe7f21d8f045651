"""Questions about surveys, results and complaints. Public functions return only what is public."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.functions import Coalesce, TruncDate
from django.utils import timezone

from apps.core import policy
from apps.core.localtime import local_date
from apps.core.rules.periods import first_instant_of, last_instant_of
from apps.core.rules.rounding import half_up
from apps.employees import selectors as organization
from apps.employees.models import Government, RoleAssignment, WorkUnit

from .models import (
    Answer,
    Complaint,
    IkmResult,
    Questionnaire,
    Response,
    Service,
    ServiceCount,
    SurveyPeriod,
    Unsur,
)
from .rules.ikm import Ikm, NoAnswers, ikm_from_sums
from .rules.redaction import redact
from .rules.regimes import CURRENT_REGIME, regime
from .rules.sample_size import required_sample
from .rules.service_grade import ServiceGrade, grade_for, grade_label
from .rules.small_numbers import Disclosure, disclosure

# --- survey periods and questionnaires


def questionnaire_for(government: Government) -> Questionnaire:
    """Return the newest questionnaire of the current regime: the government's own, else the national one.

    :raises Questionnaire.DoesNotExist: if the national one was removed from the database.
    """
    return (
        Questionnaire.objects.filter(
            Q(government=government) | Q(government=None), regime=CURRENT_REGIME.code
        )
        .order_by(F("government").asc(nulls_last=True), "-version")
        .prefetch_related("unsur")[:1]
        .get()
    )


def current_period(service: Service, day: date) -> SurveyPeriod | None:
    """Return the survey period of a service that contains the day."""
    return (
        SurveyPeriod.objects.filter(service=service, starts_on__lte=day, ends_on__gte=day)
        .select_related("questionnaire")
        .order_by("-starts_on", "-id")
        .first()
    )


def next_period(service: Service, day: date) -> SurveyPeriod | None:
    """Return the first survey period of a service that begins after the day."""
    return SurveyPeriod.objects.filter(service=service, starts_on__gt=day).order_by("starts_on", "id").first()


def weights_of(unsur: Iterable[Unsur]) -> dict[str, Fraction]:
    """Return the exact weight per unsur code."""
    return {row.code: Fraction(row.weight_numerator, row.weight_denominator) for row in unsur}


# --- index of a set of answers


def sums_per_unsur(responses: QuerySet[Response]) -> tuple[dict[str, int], dict[str, int], int]:
    """Return sum and number of the answers per unsur code, and how many people answered; two queries."""
    rows = (
        Answer.objects.filter(response__in=responses)
        .values_list("unsur__code")
        .annotate(total=Sum("value"), given=Count("pk"))
        .order_by("unsur__code")
    )
    sums, counts = {}, {}
    for code, total, given in rows:
        sums[code], counts[code] = total, given
    people = Answer.objects.filter(response__in=responses).aggregate(n=Count("response", distinct=True))["n"]
    return sums, counts, people


@dataclass(frozen=True)
class IkmFigure:
    """An index over a span of days. `grade` is empty while there are too few answers for a letter."""

    n: int
    value: Decimal
    grade: str
    weakest: str
    disclosure: Disclosure


def ikm_for_unit(unit: WorkUnit, starts_on: date, ends_on: date) -> IkmFigure | None:
    """Return the pooled index of all services of a unit and below it, or None without answers.

    Respondents are pooled, not the services' indices averaged. Answers to different questionnaires are
    never mixed:
    the questionnaire with the most answers counts.
    """
    zone = unit.government.timezone
    responses = Response.objects.filter(
        service__unit__path__startswith=unit.path,
        is_quarantined=False,
        hour__gte=first_instant_of(starts_on, zone),
        hour__lte=last_instant_of(ends_on, zone),
    )
    most = (
        responses.values_list("survey_period__questionnaire")
        .annotate(n=Count("pk"))
        .order_by("-n", "-survey_period__questionnaire")
        .first()
    )
    if most is None:
        return None
    questionnaire = Questionnaire.objects.prefetch_related("unsur").get(pk=most[0])
    pooled = responses.filter(survey_period__questionnaire=questionnaire)
    try:
        ikm = _index_of(pooled, questionnaire.unsur.all())
    except NoAnswers:
        return None
    shown = disclosure_for(ikm.n, unit.government, ends_on)
    grade = grade_for(ikm.value, regime(questionnaire.regime)).name if shown is Disclosure.FULL else ""
    return IkmFigure(n=ikm.n, value=ikm.value, grade=grade, weakest=ikm.weakest, disclosure=shown)


def _index_of(responses: QuerySet[Response], unsur: Iterable[Unsur]) -> Ikm:
    sums, counts, people = sums_per_unsur(responses)
    return ikm_from_sums(sums, counts, weights_of(unsur), n=people)


def disclosure_for(n: int, government: Government, day: date) -> Disclosure:
    """Return how much of a result from `n` answers may be shown, by the policy of the day."""
    minimum, full = thresholds(government, day)
    return disclosure(n, minimum, full)


def thresholds(government: Government, day: date) -> tuple[int, int]:
    """Return from how many answers an index is shown, and from how many with its letter."""
    return (
        policy.get("feedback.minimum_answers", on=day, scope=government.code),
        policy.get("feedback.full_answers", on=day, scope=government.code),
    )


def service_count_for_unit(unit: WorkUnit, starts_on: date, ends_on: date) -> int | None:
    """Return how many services a unit and those below it delivered in the months of a span; None if
    nobody counted.
    """
    rows = ServiceCount.objects.filter(
        service__unit__path__startswith=unit.path,
        month__gte=starts_on.replace(day=1),
        month__lte=ends_on,
    )
    return rows.aggregate(total=Sum("count"))["total"]


def latest_result(service: Service) -> IkmResult | None:
    """Return the newest result of a service that has answers."""
    return (
        IkmResult.objects.filter(survey_period__service=service, n__gt=0)
        .select_related("survey_period__questionnaire", "survey_period__service")
        .order_by("-survey_period__ends_on", "-survey_period__id")
        .first()
    )


# --- complaints


def open_complaints(units: QuerySet[WorkUnit] | Sequence[WorkUnit]) -> QuerySet[Complaint]:
    """Return the unfinished complaints about some units, most urgent first."""
    return (
        Complaint.objects.open()
        .filter(unit__in=units, is_quarantined=False)
        .select_related("unit", "service")
        .order_by("due_on", "id")
    )


def complaints_on_time_percent(
    unit: WorkUnit, starts_on: date, ends_on: date, *, today: date | None = None
) -> Decimal | None:
    """Return the share of complaints due in a span that were answered, or refused with a reason, by their
    date.

    Those that wait for the reporter are left out, and so are unanswered ones whose day has not passed yet;
    later they count as late. None if nothing was due.
    """
    zone = ZoneInfo(unit.government.timezone)
    day = today or local_date(timezone.now(), unit.government.timezone)
    due = (
        Complaint.objects.filter(
            unit__path__startswith=unit.path, is_quarantined=False, due_on__range=(starts_on, ends_on)
        )
        .exclude(status="incomplete")
        .annotate(done_on=TruncDate(Coalesce("answered_at", "closed_at"), tzinfo=zone))
        .exclude(done_on__isnull=True, due_on__gte=day)
    )
    found = due.aggregate(all=Count("pk"), in_time=Count("pk", filter=Q(done_on__lte=F("due_on"))))
    if not found["all"]:
        return None
    return half_up(Fraction(found["in_time"] * 100, found["all"]))


def people_to_tell(unit: WorkUnit, day: date) -> list[Any]:
    """Return the users who look after a unit's complaints: its head, and the complaint officers above it."""
    users = {}
    head = organization.head_on(unit, day)
    if head is not None and head.user is not None:
        users[head.user_id] = head.user
    officers = RoleAssignment.objects.active_on(day).filter(
        role="feedback_officer", unit__in=ancestors_and_self(unit)
    )
    for assignment in officers.select_related("user"):
        users[assignment.user_id] = assignment.user
    return list(users.values())


def ancestors_and_self(unit: WorkUnit) -> QuerySet[WorkUnit]:
    """Return the units on the way from the root to a unit."""
    return WorkUnit.objects.filter(pk__in=[int(part) for part in unit.path.split("/") if part])


# --- what the public sees


@dataclass(frozen=True)
class UnsurFigure:
    """One row of the table on a result page; `grade` is empty while there is no letter."""

    code: str
    number: int
    name: str
    nrr: Decimal
    index: Decimal
    grade: str
    grade_text: str


@dataclass(frozen=True)
class PublicResult:
    """What may be shown of one survey period. Figures are None when there are too few answers."""

    period: SurveyPeriod
    n: int
    minimum: int
    full: int
    disclosure: Disclosure
    held_back: int
    ikm: Decimal | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    grade: str = ""
    grade_text: str = ""
    weakest: UnsurFigure | None = None
    strongest: UnsurFigure | None = None
    unsur: tuple[UnsurFigure, ...] = ()
    sample_needed: int | None = None
    result: IkmResult | None = None

    @property
    def is_hidden(self) -> bool:
        """Whether nothing but the number of answers is shown."""
        return self.disclosure is Disclosure.HIDDEN

    @property
    def has_letter(self) -> bool:
        """Whether there are enough answers for a letter."""
        return self.disclosure is Disclosure.FULL

    @property
    def has_sample(self) -> bool:
        """Whether the sample is large enough for the number of people served."""
        return self.sample_needed is not None and self.n >= self.sample_needed


def public_result(service: Service, day: date) -> PublicResult | None:
    """Return the newest result of a service as the public may see it; None before the first answer.

    A running period with too few answers does not hide the last complete one.
    """
    results = list(
        IkmResult.objects.filter(survey_period__service=service, n__gt=0)
        .select_related("survey_period__questionnaire", "survey_period__service__unit__government")
        .order_by("-survey_period__ends_on", "-survey_period__id")[:4]
    )
    if not results:
        return None
    minimum, full = thresholds(service.unit.government, day)
    shown = next((row for row in results if row.n >= minimum), results[0])
    return publish_view(shown, minimum, full)


def publish_view(row: IkmResult, minimum: int, full: int) -> PublicResult:
    """Return a stored result with the small-number rule applied."""
    period = row.survey_period
    how_much = disclosure(row.n, minimum, full)
    held_back = Response.objects.filter(survey_period=period, is_quarantined=True).count()
    base = {
        "period": period,
        "n": row.n,
        "minimum": minimum,
        "full": full,
        "disclosure": how_much,
        "held_back": held_back,
        "sample_needed": required_sample(period.population) if period.population else None,
    }
    if how_much is Disclosure.HIDDEN or row.ikm is None:
        return PublicResult(**{**base, "disclosure": Disclosure.HIDDEN})
    rules = regime(row.regime)
    lettered = how_much is Disclosure.FULL
    figures = []
    for unsur in period.questionnaire.unsur.all():
        nrr = Decimal(row.nrr[unsur.code])
        index = half_up(nrr * 25)
        grade = grade_for(index, rules) if lettered else None
        figures.append(
            UnsurFigure(
                code=unsur.code,
                number=unsur.number,
                name=unsur.name,
                nrr=nrr,
                index=index,
                grade=grade.name if grade else "",
                grade_text=grade_label(grade) if grade else "",
            )
        )
    by_code = {figure.code: figure for figure in figures}
    grade_of_all = ServiceGrade[row.service_grade] if lettered and row.service_grade else None
    return PublicResult(
        **base,
        ikm=row.ikm,
        low=row.interval_low,
        high=row.interval_high,
        grade=grade_of_all.name if grade_of_all else "",
        grade_text=grade_label(grade_of_all) if grade_of_all else "",
        weakest=by_code.get(row.weakest_unsur),
        strongest=max(figures, key=lambda figure: figure.nrr),
        unsur=tuple(figures),
        result=row,
    )


def readable_remarks(service: Service, now: Any) -> list[str]:
    """Return the remarks of a service as its unit may read them: late, shuffled, without times or
    personal data.
    """
    delay = policy.get("feedback.remark_delay_days", on=now.date(), scope=service.unit.government.code)
    rows = Response.objects.filter(
        service=service, is_quarantined=False, hour__lt=now - timedelta(days=delay)
    ).exclude(remark="")

    def place(row: tuple[int, str]) -> str:
        # A fixed order that says nothing about the order of arrival.
        return hashlib.sha256(f"{settings.SECRET_KEY}:{row[0]}".encode()).hexdigest()

    return [redact(remark) for _pk, remark in sorted(rows.values_list("pk", "remark"), key=place)]

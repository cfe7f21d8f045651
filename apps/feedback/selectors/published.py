"""What the public may see of a result, with the small-number rule applied."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from apps.core.rules.rounding import half_up

from ..models import (
    IkmResult,
    Response,
    Service,
    SurveyPeriod,
)
from ..rules.regimes import regime
from ..rules.sample_size import required_sample
from ..rules.service_grade import ServiceGrade, grade_for, grade_label
from ..rules.small_numbers import Disclosure, disclosure
from .figures import thresholds


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

"""The survey report (Laporan SKM, feedback sheet 1.7), for one period or for a unit in a span of days.

Only periods that have ended are told of: a report of a running one would say something else every day.
"""

from datetime import date

from django.utils import translation

from apps.employees.models import WorkUnit
from apps.feedback.models import SurveyPeriod
from apps.feedback.selectors import thresholds

from ..rendering.survey_facts import SurveyReport
from .annex import PAPER
from .parties import UNVERIFIED, WATERMARK, agencies_of, agency_name, government_name
from .survey_analysis import analysis, arithmetic, closing, questions
from .survey_figures import figures_of
from .survey_opening import collection, opening
from .survey_results import results
from .survey_subject import NothingToReport, Subject, ended_periods
from .survey_words import headline


def period_report(period: SurveyPeriod, today: date) -> SurveyReport:
    """Return the report of one ended survey period.

    :raises NothingToReport: if the period still runs, or nobody answered.
    """
    service = period.service
    if period.ends_on >= today:
        raise NothingToReport
    return _report(
        Subject(
            government=service.unit.government,
            unit=service.unit,
            service=service,
            periods=(period,),
            starts_on=period.starts_on,
            ends_on=period.ends_on,
            label=period.label,
        )
    )


def span_report(unit: WorkUnit, starts_on: date, ends_on: date, today: date) -> SurveyReport:
    """Return the report of all surveys of a unit and below it that ended within a span of days.

    :raises NothingToReport: if none did, or nobody answered.
    """
    periods = ended_periods(unit, starts_on, ends_on, today)
    if not periods:
        raise NothingToReport
    return _report(
        Subject(
            government=unit.government,
            unit=unit,
            service=None,
            periods=tuple(periods),
            starts_on=starts_on,
            ends_on=ends_on,
            label=f"Tahun {starts_on.year}"
            if starts_on.year == ends_on.year
            else f"{starts_on.year}-{ends_on.year}",
        )
    )


def _report(subject: Subject) -> SurveyReport:
    government = subject.government
    minimum, full = thresholds(government, subject.ends_on)
    with translation.override(PAPER):
        figures = figures_of(subject.periods, minimum, full)
        if figures is None:
            raise NothingToReport
        agency = agencies_of([subject.unit])[subject.unit.pk]
        return SurveyReport(
            government=government_name(government),
            agency=agency_name(subject.unit.name if subject.service else agency, government),
            subject=subject.name,
            period_label=subject.label,
            period_start=subject.starts_on,
            period_end=subject.ends_on,
            headline=headline(figures),
            chapters=(
                opening(subject, figures),
                collection(subject, figures),
                results(subject, figures, minimum, full),
                analysis(subject, figures),
                closing(subject, figures),
                questions(figures.unsur),
                arithmetic(figures, minimum, full),
            ),
            date=subject.ends_on,
            verification=UNVERIFIED,
            watermark=WATERMARK if government.is_demo else None,
        )

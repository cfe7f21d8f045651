"""Questions about notices that a service turned bad, and how fast and how well people act on them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median

from django.db.models import Count, Q, QuerySet

from apps.core.rules.periods import first_instant_of, last_instant_of
from apps.employees.models import WorkUnit

from ..models import IkmResult, Response, ServiceAlert, SurveyPeriod
from ..rules.ikm import Ikm, NoAnswers, ikm_from_sums
from ..rules.intervals import Interval
from ..rules.service_alert import AlertStatus, Effect, Level
from .figures import interval_of, sums_per_unsur
from .surveys import weights_of


@dataclass(frozen=True)
class RecentLevel:
    """What the newest answers of a service say, and which unsur is weakest."""

    level: Level
    weakest: str


def recent_level(period: SurveyPeriod, tier: str, first_day: date, last_day: date) -> RecentLevel | None:
    """Return the index of the answers of a span of days, with one questionnaire and in one tier; None
    without answers.
    """
    zone = period.service.unit.government.timezone
    answers: QuerySet[Response] = Response.objects.filter(
        service=period.service_id,
        survey_period__questionnaire=period.questionnaire_id,
        tier=tier,
        is_quarantined=False,
        hour__gte=first_instant_of(first_day, zone),
        hour__lte=last_instant_of(last_day, zone),
    )
    sums, counts, people = sums_per_unsur(answers, first_day, last_day)
    try:
        ikm: Ikm = ikm_from_sums(sums, counts, weights_of(period.questionnaire.unsur.all()), n=people)
    except NoAnswers:
        return None
    return RecentLevel(
        level=Level(n=people, value=ikm.value, interval=interval_of(answers, first_day, last_day)),
        weakest=ikm.weakest,
    )


def previous_level(period: SurveyPeriod, tier: str) -> Level | None:
    """Return the result of the service's survey period before this one, of the same tier and questionnaire."""
    earlier = (
        IkmResult.objects.filter(
            survey_period__service=period.service_id,
            survey_period__questionnaire=period.questionnaire_id,
            survey_period__ends_on__lt=period.starts_on,
            tier=tier,
            ikm__isnull=False,
        )
        .order_by("-survey_period__ends_on", "-pk")
        .first()
    )
    if earlier is None or earlier.ikm is None:
        return None
    interval = None
    if earlier.interval_low is not None and earlier.interval_high is not None:
        interval = Interval(low=earlier.interval_low, high=earlier.interval_high)
    return Level(n=earlier.n, value=earlier.ikm, interval=interval)


@dataclass(frozen=True)
class LoopFigures:
    """How the loop notice - action - effect runs in some units over a span of days."""

    notices: int
    open: int
    acted: int
    explained: int
    median_hours: int | None
    effects: dict[str, int]

    @property
    def measured(self) -> int:
        """How many effects are known, too few answers included."""
        return sum(self.effects.values())

    @property
    def better(self) -> int:
        """After how many actions the service is rated clearly better."""
        return self.effects.get(Effect.BETTER.value, 0)


def loop_figures(alerts: QuerySet[ServiceAlert], since: datetime) -> LoopFigures:
    """Return how many notices came since an instant, how fast somebody acted, and what it led to."""
    rows = alerts.filter(opened_at__gte=since)
    found = rows.aggregate(
        all=Count("pk"),
        open=Count("pk", filter=Q(status=AlertStatus.OPEN.value)),
        explained=Count("pk", filter=Q(status=AlertStatus.EXPLAINED.value)),
    )
    spans = [
        (acted_at - opened_at) / timedelta(hours=1)
        for opened_at, acted_at in rows.exclude(status__in=["open", "explained"]).values_list(
            "opened_at", "acted_at"
        )
        if acted_at is not None
    ]
    effects = dict(
        rows.exclude(effect="").values("effect").annotate(n=Count("pk")).values_list("effect", "n").order_by()
    )
    return LoopFigures(
        notices=found["all"],
        open=found["open"],
        acted=found["all"] - found["open"] - found["explained"],
        explained=found["explained"],
        median_hours=round(median(spans)) if spans else None,
        effects=effects,
    )


def running_alerts_of(unit: WorkUnit, starts_on: date, ends_on: date) -> Sequence[ServiceAlert]:
    """Return the notices about a unit and those below it that were made in a span of days."""
    return list(
        ServiceAlert.objects.filter(
            service__unit__path__startswith=unit.path, opened_on__range=(starts_on, ends_on)
        )
        .select_related("service")
        .order_by("-opened_on", "-pk")
    )

"""Where somebody gives a rating: at a counter, with a receipt, on a kiosk. What the page of the questionnaire shows."""

from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Any

from django.db.models import prefetch_related_objects
from django.urls import reverse

from apps.core import kept
from apps.core.localtime import local_date

from .. import selectors
from ..forms import RatingForm
from ..labels import Channel
from ..models import Kiosk, Service, ServicePoint, SurveyPeriod
from ..services import survey_pages

# A new day begins on a quarter of an hour in every zone, so nothing that is kept lives longer than its day.
QUARTER_SECONDS = 900


@dataclass(frozen=True)
class Desk:
    """Where somebody gives a rating, and how the answer is told to have reached us."""

    service: Service
    channel: Channel
    back_url: str
    thanks_url: str
    action: str = ""
    point: ServicePoint | None = None
    kiosk: Kiosk | None = None
    code: str = ""

    @property
    def is_open(self) -> bool:
        """Whether the service is still offered."""
        return self.service.is_active and self.service.unit.is_active

    @property
    def is_assisted(self) -> bool:
        """Whether a helper holds the phone."""
        return self.channel is Channel.ASSISTED

    @property
    def asks_code(self) -> bool:
        """Whether the page has a field for a receipt code: where no link could have brought it."""
        return self.is_assisted or self.kiosk is not None


def point_of(code: str) -> ServicePoint | None:
    """Return a counter with its service and government."""
    return ServicePoint.objects.select_related("service__unit__government").filter(code=code).first()


@dataclass(frozen=True)
class Counter:
    """A counter, and the survey of its service that runs today with all its questions; None if none does."""

    point: ServicePoint
    period: SurveyPeriod | None

    def desk(self, *, is_assisted: bool, receipt: str = "") -> Desk:
        """Return where somebody rates at this counter; without a receipt it is the same for everybody."""
        desk = self._assisted if is_assisted else self._alone
        return replace(desk, code=receipt) if receipt else desk

    @cached_property
    def _alone(self) -> Desk:
        return desk_of(self.point, is_assisted=False)

    @cached_property
    def _assisted(self) -> Desk:
        return desk_of(self.point, is_assisted=True)


def counter(code: str, now: datetime) -> Counter | None:
    """Return a counter as it is kept (core/kept.py): a minute old at most, so whoever stores something asks again."""
    return kept.shared(
        "counter",
        key=(code, int(now.timestamp()) // QUARTER_SECONDS),
        stamp_names=(survey_pages.STAMP,),
        make=lambda: read_counter(code, now),
    )


def read_counter(code: str, now: datetime) -> Counter | None:
    """Return a counter as it is in the database."""
    point = point_of(code)
    if point is None:
        return None
    service = point.service
    if not (service.is_active and service.unit.is_active):
        return Counter(point, None)
    period = selectors.current_period(service, local_date(now, service.unit.government.timezone))
    if period is not None:
        prefetch_related_objects([period.questionnaire], "unsur")
    return Counter(point, period)


def desk_of(point: ServicePoint, *, is_assisted: bool, receipt: str = "") -> Desk:
    """Return where somebody rates who came by the code of a counter."""
    return Desk(
        service=point.service,
        point=point,
        channel=Channel.ASSISTED if is_assisted else Channel.QR,
        back_url=reverse("feedback:landing", args=[point.code]),
        thanks_url=reverse("feedback:thanks", args=[point.code]),
        code=receipt,
    )


def questionnaire_context(
    desk: Desk, form: RatingForm, period: SurveyPeriod, puzzle: dict[str, Any] | None
) -> dict[str, Any]:
    """Return what the template of the questionnaire shows."""
    return {
        "form": form,
        "desk": desk,
        "service": desk.service,
        "point": desk.point,
        "period": period,
        "has_code": bool(form["kode"].value()),
        "puzzle": puzzle,
    }

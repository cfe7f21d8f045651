"""Remarks of surveys in a report: only what a person outside the unit has read and released is ever printed."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Count, Q

from apps.feedback.models import PublicRemark, Response, SurveyPeriod


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedRemarks:
    """The texts in a report, and of how many remarks they were chosen."""

    received: int
    checked: int
    texts: tuple[str, ...]


def printed_remarks(periods: Sequence[SurveyPeriod]) -> PrintedRemarks:
    """Return the released remarks in an order that says nothing about who came when. Two queries."""
    ids = [period.pk for period in periods]
    counted = (
        Response.objects.filter(survey_period__in=ids, is_quarantined=False)
        .exclude(remark="")
        .aggregate(received=Count("pk"), checked=Count("pk", filter=Q(public_remark__isnull=False)))
    )
    rows = PublicRemark.objects.filter(
        response__survey_period__in=ids, response__is_quarantined=False, is_released=True
    ).values_list("response_id", "text")
    return PrintedRemarks(
        received=counted["received"],
        checked=counted["checked"],
        texts=tuple(text for _pk, text in sorted(rows, key=lambda row: _place(row[0]))),
    )


def _place(pk: int) -> str:
    return hashlib.sha256(f"{settings.SECRET_KEY}:{pk}".encode()).hexdigest()

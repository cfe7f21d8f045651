"""How the application is taken up, for everybody inside; how a result comes about; first steps put away."""

from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from apps.assessments.labels import PredikatChoices, RatingChoices
from apps.assessments.rules.predikat import Rating, predikat_for
from apps.core.held_forms import login_required
from apps.core.localtime import local_date
from apps.core.rules.rounding import half_up
from apps.core.templatetags.formats import angka
from apps.employees import selectors as people

from ..selectors import adoption as selectors
from ..services import adoption as services


@login_required
@require_GET
def adoption(request: HttpRequest) -> HttpResponse:
    """Show the figures of a period; everybody of the government reads the same page."""
    government = people.government_of(request.user)
    if government is None:
        raise PermissionDenied
    day = local_date(timezone.now(), government.timezone)
    periods = selectors.periods_with_figures(government)
    wanted = request.GET.get("periode", "")
    closed = [period for period in periods if period.ends_on < day] or periods
    period = next((row for row in periods if str(row.pk) == wanted), closed[0] if closed else None)
    rows = selectors.shown_figures(period, day) if period else []
    for row in rows:
        row |= _told(row)
    context = {
        "periods": periods,
        "period": period,
        "rows": rows,
        "tabs": [
            {"label": str(row), "url": f"?periode={row.pk}", "active": row == period, "count": None}
            for row in periods
        ],
    }
    return render(request, "supervision/adoption.html", context)


def _told(row: dict[str, Any]) -> dict[str, str]:
    """Return the figure of a measure in words."""
    if row["value"] is None:
        text = _("Too few to say: %(n)s, and %(minimum)s are needed.")
        return {"shown": "-", "mark": "", "text": text % {"n": angka(row["n"]), "minimum": row["minimum"]}}
    shown = short(row["value"])
    text = str(row["sentence"]) % {"value": shown, "n": angka(row["n"])}
    if row["before"] is not None:
        text += " " + _("The period before: %(value)s.") % {"value": short(row["before"])}
    return {"shown": shown, "mark": str(row["unit"]), "text": text}


def short(value: Decimal) -> str:
    """Return a figure with one decimal, and without it where it says nothing."""
    return angka(half_up(value, 1) if value != value.to_integral_value() else int(value))


@login_required
@require_GET
def how_scored(request: HttpRequest) -> HttpResponse:
    """Explain how a result comes about before there is one of one's own."""
    employee = people.employee_of(request.user)
    if employee is not None:
        services.note_scoring_read(employee=employee, at=timezone.now())
    ratings = [Rating.ABOVE, Rating.MEETS, Rating.BELOW]
    rows: list[dict[str, Any]] = [
        {
            "label": RatingChoices(work.value).label,
            "cells": [
                {
                    "behavior": RatingChoices(behavior.value).label,
                    "predikat": PredikatChoices(
                        predikat_for(work_result=work, behavior=behavior).value
                    ).label,
                }
                for behavior in reversed(ratings)
            ],
        }
        for work in ratings
    ]
    heads = [RatingChoices(rating.value).label for rating in reversed(ratings)]
    return render(request, "supervision/how_scored.html", {"rows": rows, "heads": heads})


@login_required
@require_POST
def first_steps_dismiss(request: HttpRequest) -> HttpResponse:
    """Put my list of first steps away."""
    employee = people.employee_of(request.user)
    if employee is None:
        raise PermissionDenied
    services.dismiss_first_steps(employee=employee, at=timezone.now())
    return redirect("beranda")

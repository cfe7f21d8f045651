"""The leadership view: own duties first, then the figures of a unit and of those right below it.

Filters live in the address: `periode=12`, `keluarga=Perawat`, `ukuran=ikm` (the figure of the trend), `lihat=bawah`
(only units with something below the limits) and `page=2`. What is said of the units together is about all of them, and
so is what is kept; a page is only drawn from it.
"""

import csv
import io
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_GET

from apps.assessments.labels import PredikatChoices
from apps.assessments.models import Period
from apps.core import kept, policy
from apps.core.held_forms import login_required
from apps.core.localtime import local_date
from apps.core.replica import from_replica
from apps.core.sheets.escaping import defuse
from apps.core.templatetags.formats import number
from apps.employees import selectors as people
from apps.employees.models import Government, WorkUnit
from apps.feedback.rules.comparison import Band, Change

from ..labels import (
    FIGURE_HEADS,
    FIGURE_NOTHING,
    FIGURE_QUESTIONS,
    FIGURE_SENTENCES,
    UNIT_BAND_LABELS,
)
from ..models import FigureMark
from ..querysets import overseen_by
from ..selectors import leadership as figures
from .duties import panel_of

# A row is drawn twice, with its figures and with its predikat: 2 kB.
PAGE_SIZE = 25
NAMED = 8
ONLY_BELOW = "bawah"
# Where the table begins: who turns a page looks for the next rows and not for the top of the page.
TABLE_ID = "unit-di-bawah"


@login_required
@require_GET
@from_replica
def leadership(request: HttpRequest) -> HttpResponse:
    """Show the topmost unit one leads or has a role for; several of them side by side."""
    government, roots = _roots(request)
    if len(roots) == 1:
        return _show(request, government, roots[0], [])
    return _show(request, government, None, roots)


@login_required
@require_GET
@from_replica
def leadership_unit(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one unit below."""
    government, roots = _roots(request)
    unit = get_object_or_404(overseen_by(request.user).select_related("government", "parent"), pk=pk)
    return _show(request, government, unit, roots)


@login_required
@require_GET
@from_replica
def leadership_table(request: HttpRequest) -> HttpResponse:
    """Hand out the figures of all visible units (`unit=` and below) as a table."""
    government, roots = _roots(request)
    chosen = request.GET.get("unit", "")
    if chosen:
        if not _is_id(chosen):
            raise Http404
        roots = [get_object_or_404(overseen_by(request.user), pk=int(chosen))]
    period = _period(request, figures.periods_with_figures(government))
    if period is None:
        raise Http404
    limits = figures.limits_of(government, local_date(timezone.now(), government.timezone))
    family = _family(request, figures.families_in(roots, period, limits.minimum))
    board = figures.board_of(government, period, family, limits)
    file = io.StringIO()
    # The mark tells Excel that it is UTF-8; a semicolon is what it expects in Indonesia.
    file.write("\ufeff")
    writer = csv.writer(file, delimiter=";")
    heads = [str(FIGURE_HEADS[name]) for name in board.names]
    writer.writerow(
        [
            _("Code"),
            _("Unit"),
            _("Period"),
            _("Job family"),
            *(
                title
                for head in heads
                for title in (head, _("%(head)s: part") % {"head": head}, _("%(head)s: of") % {"head": head})
            ),
            *(PredikatChoices(band).label for band in figures.BANDS),
        ]
    )
    for unit in figures.subtree_of(roots):
        row = board.row(unit)
        values: list[Any] = [defuse(unit.code), defuse(unit.name), period.title, defuse(family)]
        for cell in row.cells:
            values += [_plain(cell.value), _plain(cell.part), _plain(cell.whole)]
        values += [_("hidden") if count is None else count for _band, count in row.bands]
        writer.writerow(values)
    answer = HttpResponse(file.getvalue(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="capaian-unit-{period.starts_on}.csv"'
    answer["Cache-Control"] = "no-store"
    return answer


def _roots(request: HttpRequest) -> tuple[Government, list[WorkUnit]]:
    government = people.government_of(request.user)
    if government is None:
        raise PermissionDenied
    roots = figures.roots_of(request.user, local_date(timezone.now(), government.timezone))
    if not roots:
        raise PermissionDenied
    return government, roots


def _show(
    request: HttpRequest, government: Government, unit: WorkUnit | None, roots: Sequence[WorkUnit]
) -> HttpResponse:
    with policy.read_once(government.code):
        return _shown(request, government, unit, roots)


def _shown(
    request: HttpRequest, government: Government, unit: WorkUnit | None, roots: Sequence[WorkUnit]
) -> HttpResponse:
    now = timezone.now()
    day = local_date(now, government.timezone)
    limits = figures.limits_of(government, day)
    periods = figures.periods_with_figures(government)
    period = _period(request, periods)
    leader = people.employee_of(request.user)
    context: dict[str, Any] = {
        "unit": unit,
        "crumbs": _crumbs(request, unit, roots) if unit else [],
        "periods": periods,
        "period": period,
        "query": _query(request),
        "limits": limits,
        "counted": FigureMark.objects.filter(government=government).first(),
        "duties": kept.part(
            "my-duties",
            user=request.user,
            key=(day,),
            stamp_names=(f"user:{request.user.pk}",),
            make=lambda: panel_of(leader, government, now) if leader and _appraises(leader, day) else None,
        ).value,
    }
    if period is not None:
        counted = context["counted"]
        # Every figure of a government is read for one page of it: nothing of that changes until they are counted again.
        context |= kept.part(
            "leadership",
            user=request.user,
            key=(
                unit.pk if unit else "",
                [root.pk for root in roots],
                period.pk,
                # In the address of every row. Not the page: turning it reads no figure again.
                context["query"],
                counted.computed_at if counted else "",
                day,
            ),
            # Events change sums only when they are counted, and that is part of the name.
            stamp_names=(kept.deeds_of(request.user),),
            make=lambda: _of_period(request, government, unit, roots, period, limits),
        ).value
        context |= _drawn(request, context)
    return render(request, "supervision/leadership.html", context)


def _drawn(request: HttpRequest, known: dict[str, Any]) -> dict[str, Any]:
    """Return the page of the table that the address asks for, and what leads from it to another."""
    weak = [row for row in known["all_rows"] if row["weak"]]
    only_below = request.GET.get("lihat") == ONLY_BELOW and bool(weak)
    page = Paginator(weak if only_below else known["all_rows"], PAGE_SIZE).get_page(request.GET.get("page"))
    return {
        "page": page,
        "rows": page.object_list,
        "rows_named": weak[:NAMED],
        "rows_more": len(weak) - NAMED,
        "weak_count": len(weak),
        "all_count": len(known["all_rows"]),
        "only_below": only_below,
        "below_query": _query(request, lihat=ONLY_BELOW),
        "table_id": TABLE_ID,
        "hides": any(row["hides"] for row in page.object_list) or bool(known["own"] and known["own"].hides),
        "trend_tabs": [
            {
                "label": FIGURE_HEADS[figure],
                "url": f"?{_query(request, 'lihat', 'page', ukuran=figure)}#tren",
                "active": figure == known["trend_name"],
            }
            for figure in known["trend_names"]
        ],
    }


def _of_period(
    request: HttpRequest,
    government: Government,
    unit: WorkUnit | None,
    roots: Sequence[WorkUnit],
    period: Period,
    limits: figures.Limits,
) -> dict[str, Any]:
    """Return what the page shows of one period, of all units below."""
    families = figures.families_in([unit] if unit else roots, period, limits.minimum)
    family = _family(request, families)
    board = figures.board_of(government, period, family, limits)
    rows = [board.row(child) for child in (figures.children_of(unit) if unit else roots)]
    name = request.GET.get("ukuran", "")
    name = name if name in board.names else board.names[0]
    own = board.row(unit) if unit else None
    context: dict[str, Any] = {
        "families": families,
        "family": family,
        "heads": [FIGURE_HEADS[figure] for figure in board.names],
        "all_rows": [_row(request, row) for row in rows],
        "rows_sentence": _rows_sentence(rows),
        "band_heads": [PredikatChoices(band).label for band in figures.BANDS],
        "own": own,
        "stats": [_stat(cell, own) for cell in own.cells] if own else [],
        "chart": [(PredikatChoices(band).label, count) for band, count in own.bands] if own else [],
        "trend_name": name,
        "trend_names": board.names if unit else (),
    }
    if unit:
        points = figures.trend_of(unit, name, family, period.kind, limits)
        context |= {
            "trend": [(point.period.title, point.cell.value) for point in points],
            "trend_title": FIGURE_HEADS[name],
            "trend_sentence": _trend_sentence(name, points),
            "trend_unit": "" if name == "ikm" else "%",
            "trend_minimum": 25 if name == "ikm" else 0,
        }
    return context


def _appraises(leader: Any, day: Any) -> bool:
    return bool(leader.appraisee_links.active_on(day).exists())


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 15


def _period(request: HttpRequest, periods: Sequence[Period]) -> Period | None:
    text = request.GET.get("periode", "")
    if _is_id(text):
        found = next((period for period in periods if period.pk == int(text)), None)
        if found is None:
            raise Http404
        return found
    return next((period for period in periods if period.kind == "periodic"), periods[0] if periods else None)


def _family(request: HttpRequest, families: Sequence[str]) -> str:
    asked = request.GET.get("keluarga", "")
    return asked if asked in families else ""


def _query(request: HttpRequest, *also: str, **changed: str) -> str:
    """Return the filters of the address, so that they stay while one goes down the tree."""
    query = request.GET.copy()
    for key in set(query) - {"periode", "keluarga", "ukuran", *also}:
        del query[key]
    for key, value in changed.items():
        query[key] = value
    return query.urlencode()


def _address(request: HttpRequest, unit: WorkUnit) -> str:
    query = _query(request)
    address = reverse("supervision:leadership-unit", args=[unit.pk])
    return f"{address}?{query}" if query else address


def _crumbs(request: HttpRequest, unit: WorkUnit, roots: Sequence[WorkUnit]) -> list[tuple[str, str]]:
    """Return label and address of the units above, down from what one may see; the page itself is no crumb."""
    top = next((root for root in roots if unit.path.startswith(root.path)), unit)
    ids = [int(pk) for pk in unit.path.removeprefix(top.path).strip("/").split("/") if pk][:-1]
    above = {row.pk: row for row in WorkUnit.objects.filter(pk__in=[top.pk, *ids])} if unit != top else {}
    crumbs = [(_("Leadership view"), f"{reverse('supervision:leadership')}?{_query(request)}")]
    for pk in [top.pk, *ids] if unit != top else []:
        crumbs.append((above[pk].name, _address(request, above[pk])))
    return crumbs


def _row(request: HttpRequest, row: figures.UnitRow) -> dict[str, Any]:
    return {
        "unit": row.unit,
        "url": _address(request, row.unit),
        "people": row.figure.people if row.figure else 0,
        "cells": [_cell(cell, row) for cell in row.cells],
        "bands": [(PredikatChoices(band).label, count) for band, count in row.bands],
        "rated": row.rated,
        "hides": row.hides,
        "weak": ", ".join(str(FIGURE_HEADS[cell.name]) for cell in row.cells if cell.band is Band.BELOW),
    }


def _cell(cell: figures.Cell, row: figures.UnitRow) -> dict[str, Any]:
    """Return what a field of the table says: the figure, the band in a word, and from what."""
    if cell.value is not None:
        text = number(cell.value, 2) if cell.name == "ikm" else f"{number(cell.value, 1)}%"
    elif cell.is_empty:
        text = ""
    else:
        text = _("%(part)s of %(whole)s") % {"part": number(cell.part), "whole": number(cell.whole)}
    note = ""
    if cell.name == "solved" and row.figure and row.figure.complaints_no_reply:
        n = row.figure.complaints_no_reply
        note = ngettext("%(count)s closed without a reply", "%(count)s closed without a reply", n) % {
            "count": number(n)
        }
    return {
        "label": FIGURE_HEADS[cell.name],
        "text": text,
        "band": cell.band.value,
        "word": UNIT_BAND_LABELS[cell.band.value] if cell.band in {Band.ABOVE, Band.BELOW} else "",
        "note": note,
    }


def _stat(cell: figures.Cell, row: figures.UnitRow) -> dict[str, Any]:
    shown = _cell(cell, row)
    if cell.is_empty:
        text = str(FIGURE_NOTHING[cell.name])
    else:
        text = str(FIGURE_SENTENCES[cell.name]) % {"part": number(cell.part), "whole": number(cell.whole)}
    if shown["note"]:
        text = f"{text} {shown['note']}."
    if cell.limits is not None:
        mean = number(cell.limits.mean, 1)
        text += " " + _("Units of the same kind: %(mean)s on average; this one is %(band)s.") % {
            "mean": mean if cell.name == "ikm" else f"{mean}%",
            "band": UNIT_BAND_LABELS[cell.band.value],
        }
    return {
        "name": cell.name,
        "question": FIGURE_QUESTIONS[cell.name],
        "value": shown["text"] or pgettext("figure", "none"),
        "text": text,
        "tone": "warning" if cell.band is Band.BELOW else "",
    }


def _rows_sentence(rows: Sequence[figures.UnitRow]) -> str:
    """Say how much of the table lies outside of what chance does."""
    compared = [cell for row in rows for cell in row.cells if cell.band is not Band.UNKNOWN]
    if not compared:
        return _("There are too few units of the same kind, or too few numbers, for a comparison.")
    below = sum(cell.band is Band.BELOW for cell in compared)
    above = sum(cell.band is Band.ABOVE for cell in compared)
    return _(
        "Of %(compared)s comparisons with units of the same kind, %(below)s lie below and %(above)s above what "
        "chance alone would explain; about one in twenty does so by chance."
    ) % {"compared": number(len(compared)), "below": number(below), "above": number(above)}


def _trend_sentence(name: str, points: Sequence[figures.TrendPoint]) -> str:
    """Say what the line shows, and no more than its numbers can carry."""
    shown = [point for point in points if point.cell.value is not None]
    if len(shown) < 2:
        return _("There are not two periods with enough numbers yet.")
    first, last = shown[0], shown[-1]
    decimals, unit = (2, "") if name == "ikm" else (1, "%")
    values = {
        "first": f"{number(first.cell.value or Decimal(0), decimals)}{unit}",
        "last": f"{number(last.cell.value or Decimal(0), decimals)}{unit}",
        "since": first.period.title,
        "now": last.period.title,
    }
    if name == "training":
        return _("From %(first)s (%(since)s) to %(last)s (%(now)s). Hours add up from January on.") % values
    return {
        Change.UP: _("Risen from %(first)s (%(since)s) to %(last)s (%(now)s), more than chance explains."),
        Change.DOWN: _("Fallen from %(first)s (%(since)s) to %(last)s (%(now)s), more than chance explains."),
    }.get(
        figures.change_of(points),
        _("From %(first)s (%(since)s) to %(last)s (%(now)s): chance alone may explain the difference."),
    ) % values


def _plain(value: Decimal | None) -> str:
    """Return a number as a spreadsheet in Indonesia reads it."""
    return "" if value is None else f"{value.normalize():f}".replace(".", ",")

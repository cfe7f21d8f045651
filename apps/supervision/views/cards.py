"""The questions of the supervisor's page: at most seven, each with its figure, a sentence and where to go."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.core.templatetags.formats import angka
from apps.employees.models import Employee

from ..selectors import today as figures
from ..selectors.unit_sums import UnitSums

MOST = 7


@dataclass(frozen=True, slots=True)
class Card:
    """A question with its answer. `tone` tells how urgent it is: danger, warning, info, success or nothing."""

    question: str
    value: str
    text: str
    url: str
    tone: str = ""


@dataclass(frozen=True, slots=True)
class _Page:
    """Whose page it is, about whom, and the figures that two questions share."""

    user: Any
    scope: figures.Scope
    reports: dict[str, int]
    desk: figures.Desk
    employee: Employee | None


def cards(user: Any, scope: figures.Scope, employee: Employee | None = None) -> list[Card]:
    """Return the questions in their fixed order; of more than seven those that ask for nothing are left out first."""
    page = _Page(user, scope, figures.report_figures(scope), figures.desk_of(user, scope.day), employee)
    found = [card for make in _MAKERS if (card := make(page)) is not None]
    while len(found) > MOST:
        idle = [card for card in found if card.tone in ("", "success")]
        found.remove((idle or found)[-1])
    return found


def _queue(page: _Page) -> Card | None:
    scope = page.scope
    waiting = figures.queue_figures(page.user, scope.day, employee=page.employee, supervised=scope.supervised)
    if waiting is None:
        return None
    text = (
        ngettext(
            "%(reasons)s reason, the oldest for %(days)s working days. Begin at the top.",
            "%(reasons)s reasons, the oldest for %(days)s working days. Begin at the top.",
            waiting.reasons,
        )
        % {"reasons": waiting.reasons, "days": waiting.oldest}
        if waiting.lines
        else _("Nothing stands out among the %(people)s people I supervise.") % {"people": waiting.supervised}
    )
    return Card(
        _("Who needs my attention?"),
        angka(waiting.lines),
        text,
        reverse("supervision:queue"),
        "warning" if waiting.lines else "success",
    )


def _missing(page: _Page) -> Card | None:
    period = page.scope.open_period
    if period is None:
        return None
    reports = page.reports
    text = _("%(sent)s of %(owed)s have reported for %(period)s; %(returned)s returned, %(late)s late.") % {
        "sent": angka(reports["sent"]),
        "owed": angka(reports["owed"]),
        "period": period,
        "returned": angka(reports["returned"]),
        "late": angka(reports["late"]),
    }
    before = figures.missing_before(page.scope)
    if before is not None:
        text = f"{text} {_change(reports['missing'] - before.missing, before.period)}"
    return Card(
        _("Who has not reported yet?"),
        angka(reports["missing"]),
        text,
        "?keadaan=missing",
        "warning" if reports["missing"] else "success",
    )


def _change(difference: int, period: Any) -> str:
    """Say how many more or fewer there are than so long before the end of the period before."""
    if not difference:
        return _("As many as at this point of %(period)s.") % {"period": period}
    words = (
        _("%(count)s more than at this point of %(period)s.")
        if difference > 0
        else _("%(count)s fewer than at this point of %(period)s.")
    )
    return words % {"count": abs(difference), "period": period}


def _reviews(page: _Page) -> Card | None:
    """Reports to read: the drawn ones first, because the others may be accepted together only after them."""
    due, waiting = page.desk, page.reports.get("waiting", 0)
    if not (waiting or due.drawn or due.second):
        return None
    sentences = []
    if due.drawn:
        sentences.append(
            ngettext(
                "%(count)s drawn report to open first; then the ordinary ones together.",
                "%(count)s drawn reports to open first; then the ordinary ones together.",
                due.drawn,
            )
            % {"count": due.drawn}
        )
    if due.second:
        sentences.append(
            ngettext(
                "%(count)s to read a second time for another unit.",
                "%(count)s to read a second time for another unit.",
                due.second,
            )
            % {"count": due.second}
        )
    if not sentences:
        sentences = [_("Read each one; accept it or return it with a note.")]
    address = "assessments:review-list"
    if due.drawn:
        address = "supervision:sample-list"
    elif due.second and not waiting:
        address = "supervision:second-list"
    return Card(
        _("Which reports wait for my review?"),
        angka(waiting + due.second),
        " ".join(sentences),
        reverse(address),
        "warning" if due.drawn or due.second else "info",
    )


def _plans(page: _Page) -> Card | None:
    plans = figures.plan_figures(page.scope, page.user)
    return Card(
        _("Which plans wait for my approval?"),
        angka(plans["waiting"]),
        _("%(approved)s of %(people)s people have an approved plan for %(year)s.")
        % {
            "approved": angka(plans["approved"]),
            "people": angka(plans["people"]),
            "year": page.scope.year,
        },
        reverse("indicators:skp-approvals"),
        "warning" if plans["waiting"] else "",
    )


def _ratings(page: _Page) -> Card | None:
    to_rate, to_deliver = page.desk.to_rate, page.desk.to_deliver
    if not (to_rate or to_deliver):
        return None
    return Card(
        _("Whom do I have to rate?"),
        angka(to_rate),
        _("%(count)s rated evaluations are not handed over yet.") % {"count": to_deliver},
        reverse("assessments:appraisal-index"),
        "warning" if to_rate else "info",
    )


def _objections(page: _Page) -> Card | None:
    count = page.desk.objections
    if not count:
        return None
    return Card(
        _("Which objections do I decide?"),
        angka(count),
        _("Each has its own clock; the decision is final."),
        reverse("assessments:objection-list"),
        "warning",
    )


def _complaints(page: _Page) -> Card | None:
    complaints, overdue = page.desk.complaints, page.desk.overdue_complaints
    if not complaints:
        return None
    return Card(
        _("Which complaints are open?"),
        angka(complaints),
        ngettext("%(count)s is past its day.", "%(count)s are past their day.", overdue) % {"count": overdue},
        reverse("feedback:complaint-inbox"),
        "danger" if overdue else "info",
    )


def _public_voice(page: _Page) -> Card | None:
    """What citizens think: a service that surely is bad, else the weakest result. One card is enough."""
    alerts, unheard = page.desk.alerts, page.desk.open_alerts
    if alerts:
        return Card(
            _("Which services are rated badly?"),
            angka(alerts),
            ngettext(
                "Surely below the limit. Nobody has acted on %(count)s yet.",
                "Surely below the limit. Nobody has acted on %(count)s yet.",
                unheard,
            )
            % {"count": unheard},
            reverse("feedback:alert-list"),
            "danger" if unheard else "warning",
        )
    sums = page.scope.sums
    if sums is not None:
        return _satisfaction_of_many(sums)
    weakest = figures.weakest_result(page.user, page.scope.day)
    if weakest is None or weakest.ikm is None:
        return None
    return Card(
        _("Are citizens satisfied?"),
        angka(weakest.ikm, 2),
        _("Lowest IKM of my services: %(service)s, from %(n)s answers.")
        % {"service": weakest.service, "n": weakest.n},
        reverse("feedback:survey-overview"),
        "success" if weakest.grade in {"A", "B"} else "warning",
    )


def _satisfaction_of_many(sums: UnitSums) -> Card | None:
    if sums.ikm is None:
        return None
    return Card(
        _("Are citizens satisfied?"),
        angka(sums.ikm, 2),
        _("Mean of all services, from %(n)s answers.") % {"n": angka(sums.answers)},
        reverse("supervision:leadership"),
    )


_MAKERS: tuple[Callable[[_Page], Card | None], ...] = (
    _queue,
    _missing,
    _reviews,
    _plans,
    _ratings,
    _objections,
    _complaints,
    _public_voice,
)

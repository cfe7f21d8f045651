"""The practice period for supervisors: three invented reports, two cases; the agreed answer only afterwards."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.assessments.forms.reporting import AcceptForm, ReturnForm
from apps.assessments.rules.explanation import Ratings, matrix_of
from apps.assessments.rules.predikat import RULE_VERSION, Rating, predikat_for
from apps.assessments.rules.versions import PREDIKAT_RULES
from apps.core import held_forms, idempotency
from apps.employees.permissions import require

from .. import permissions
from ..forms.practice import CaseRatingForm
from ..labels import PracticeKindChoices
from ..models import PracticeEntry
from ..practice_material import REPORTS_BY_NUMBER, MadeUpReport
from ..practice_texts import distance_text
from ..rules.practice_distance import steps_between
from ..rules.practice_lifecycle import PracticeKind
from ..selectors import practice as selectors
from ..services import practice as services
from .practice import Room, in_room, over

_FORMS: dict[str, Any] = {"accept": AcceptForm, "return": ReturnForm}


def _answered(request: HttpRequest, room: Room, kind: PracticeKind, number: int) -> PracticeEntry | None:
    entry = selectors.entry_of(request.user, room.period, kind, number)
    return entry if entry is not None and entry.status == "done" else None


def _require_reviewer(request: HttpRequest, room: Room) -> None:
    require(permissions.practises_reviewing(request.user, room.day))


@in_room
def practice_review(request: HttpRequest, room: Room, number: int) -> HttpResponse:
    """An invented report, with the two real ways to decide; after deciding what was agreed on, and why."""
    _require_reviewer(request, room)
    report = REPORTS_BY_NUMBER.get(number)
    if report is None:
        raise Http404
    verb = request.POST.get("verb", "")
    if request.method == "POST" and verb in _FORMS:
        form = _FORMS[verb](request.POST, auto_id=f"{verb}_%s")
        if not form.is_valid():
            return _review_page(request, room, report, {verb: form}, status=422)
        try:
            with idempotency.once(request, "supervision.practice_review") as once:
                if not once.is_replay:
                    services.answer_review(
                        person=room.person,
                        period=room.period,
                        report=report,
                        verb=verb,
                        note=form.cleaned_data["note"],
                        at=timezone.now(),
                    )
                    once.location = request.path
        except services.PracticeOver:
            return over(request)
        except services.TransitionNotAllowed:
            pass  # answered in another tab: the page shows that answer
        return redirect("supervision:practice-review", number=number)
    held = held_forms.take(request) if request.method == "GET" else None
    forms = {}
    if held is not None and held.get("verb") in _FORMS:
        forms[held["verb"]] = _FORMS[held["verb"]](held, auto_id=f"{held['verb']}_%s")
    return _review_page(request, room, report, forms)


def _review_page(
    request: HttpRequest, room: Room, report: MadeUpReport, forms: dict[str, Any], status: int = 200
) -> HttpResponse:
    entry = _answered(request, room, PracticeKind.REVIEW, report.number)
    context = {
        "room": room,
        "report": report,
        "entry": entry,
        "is_same": entry is not None and entry.content["verb"] == entry.content["agreed"],
        "accept_form": forms.get("accept") or AcceptForm(auto_id="accept_%s"),
        "return_form": forms.get("return") or ReturnForm(auto_id="return_%s"),
        "following": _following(request, room, PracticeKind.REVIEW, report.number) if entry else None,
        "has_errors": status == 422,
    }
    return render(request, "supervision/practice/review.html", context, status=status)


def _following(
    request: HttpRequest, room: Room, kind: PracticeKind, number: int
) -> tuple[str, int, str] | None:
    """Return the next task that is not answered, in the order of the front page."""
    done = {
        key for key, row in selectors.entries_of(request.user, room.period).items() if row.status == "done"
    }
    for next_kind, next_number, name in selectors.supervisor_tasks(room.person.government):
        if (next_kind.value, next_number) not in done and (next_kind, next_number) != (kind, number):
            route = "practice-review" if next_kind is PracticeKind.REVIEW else "practice-case"
            return (
                f"supervision:{route}",
                next_number,
                f"{PracticeKindChoices(next_kind.value).label}: {name}",
            )
    return None


@in_room
def practice_case(request: HttpRequest, room: Room, place: int) -> HttpResponse:
    """A case to rate in two dimensions; afterwards the agreed ratings, why, and how far off one was."""
    _require_reviewer(request, room)
    case = selectors.case_at(room.person.government, place)
    if case is None:
        raise Http404
    entry = _answered(request, room, PracticeKind.RATING, place)
    if entry is not None and request.method != "POST":
        return _answer_page(request, room, entry)
    status = 200
    if request.method == "POST":
        form = CaseRatingForm(request.POST)
        if form.is_valid():
            try:
                with idempotency.once(request, "supervision.practice_case") as once:
                    if not once.is_replay:
                        services.answer_case(
                            person=room.person,
                            period=room.period,
                            case=case,
                            reason=form.cleaned_data["reason"],
                            at=timezone.now(),
                            **form.ratings,
                        )
                        once.location = request.path
            except services.PracticeOver:
                return over(request)
            except services.TransitionNotAllowed:
                pass  # answered in another tab: the page shows that answer
            return redirect("supervision:practice-case", place=place)
        status = 422
    else:
        form = CaseRatingForm(held_forms.take(request))
    context = {"room": room, "case": case, "form": form}
    return render(request, "supervision/practice/case.html", context, status=status)


def _answer_page(request: HttpRequest, room: Room, entry: PracticeEntry) -> HttpResponse:
    mine, case = entry.content, entry.content["case"]
    pairs = {name: (Rating(mine[name]), Rating(case[name])) for name in ("work_result", "behavior")}
    labels = {"work_result": _("Work results"), "behavior": _("Behavior")}
    my_predikat, agreed_predikat = (
        predikat_for(work_result=pairs["work_result"][side], behavior=pairs["behavior"][side]).value
        for side in (0, 1)
    )
    context = {
        "room": room,
        "entry": entry,
        "case": case,
        "rows": [
            {
                "label": labels[name],
                "mine": own.value,
                "agreed": agreed.value,
                "distance": distance_text(steps_between(own, agreed)),
                "is_same": own is agreed,
            }
            for name, (own, agreed) in pairs.items()
        ],
        "my_predikat": my_predikat,
        "agreed_predikat": agreed_predikat,
        "matrix": matrix_of(
            PREDIKAT_RULES[RULE_VERSION],
            Ratings(mine["work_result"], mine["behavior"], my_predikat),
        ),
        "following": _following(request, room, PracticeKind.RATING, entry.number),
    }
    return render(request, "supervision/practice/case_answer.html", context)

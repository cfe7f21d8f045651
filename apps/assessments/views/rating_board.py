"""One dimension for all people of an appraiser: rate, check, set."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST

from apps.core import held_forms, idempotency
from apps.core.held_forms import login_required
from apps.core.templatetags.formats import jam
from apps.indicators.rules.forms import BEHAVIOR_VALUES

from ..forms.rating_board import RatingRowForm, SettleForm
from ..labels import DimensionChoices
from ..models import Period, RatingDraft
from ..selectors import evaluating as selectors
from ..selectors import rating_board as board
from ..services import rating_drafts as services
from .common import PAGE_SIZE, actor, period_or_404

BOARD_SIZE = 10
PAGES = {board.WORK_RESULT: "assessments:rating-results", board.BEHAVIOR: "assessments:rating-behavior"}
PROBLEMS = {
    "achievement_missing": gettext_lazy("First the achievement of the unit must be fixed."),
    "work_result_missing": gettext_lazy("The work results are not rated yet."),
    "behavior_missing": gettext_lazy("The behavior is not rated yet."),
    "work_result_reason": gettext_lazy("The reason for the rating of the work results is missing."),
    "behavior_reason": gettext_lazy("The reason for the rating of the behavior is missing."),
    "reason_missing": gettext_lazy("The reason for the change is missing."),
    "calibration_open": gettext_lazy("The unit is being calibrated. Wait until the calibration is closed."),
    "already_calibrated": gettext_lazy(
        "A calibration has agreed on this rating. It can no longer be changed."
    ),
    "nothing_new": gettext_lazy("There was nothing new to set."),
    "handed_over": gettext_lazy("The evaluation has been handed over meanwhile."),
    "not_yours": gettext_lazy("Somebody else is the appraiser now."),
    "result_follows_unit": gettext_lazy("The result follows the achievement of the unit."),
    "gone": gettext_lazy("The evaluation no longer exists."),
}


@dataclass
class Shown:
    """One person as the page shows them."""

    row: board.BoardRow
    form: RatingRowForm | None
    other: RatingDraft | None = None

    @property
    def draft(self) -> RatingDraft | None:
        """What is saved."""
        return self.row.standing.drafts.get(self.dimension)

    dimension: str = ""

    @property
    def present(self) -> str:
        """The rating that is set, if any."""
        return _present(self.row, self.dimension)

    @property
    def needs_reason_at_once(self) -> bool:
        """Whether the reason is open without a click."""
        return bool(self.form and (self.form.errors or self.form["reason"].value()))


def _present(row: board.BoardRow, dimension: str) -> str:
    evaluation = row.evaluation
    return str(
        evaluation.work_result_rating if dimension == board.WORK_RESULT else evaluation.behavior_rating
    )


def _stored(row: board.BoardRow, dimension: str) -> tuple[str, str]:
    """Return the rating and the reason that a fresh page shows."""
    draft = row.standing.drafts.get(dimension)
    if draft is not None:
        return draft.rating, draft.reason
    return _present(row, dimension), ""


# The token says per person which draft a page was made from, and what it showed:
# "12.0.ab12,13.7-2.cd34". autosave.js carries it in the field `version`.


def _token(parts: dict[int, tuple[str, str]]) -> str:
    return ",".join(f"{pk}.{base}.{mark}" for pk, (base, mark) in parts.items())


def _parts(token: str) -> dict[int, tuple[str, str]]:
    parts = {}
    for piece in token.split(","):
        pk, _dot, rest = piece.partition(".")
        base, _dot, mark = rest.partition(".")
        if pk.isdecimal() and base and mark:
            parts[int(pk)] = (base, mark)
    return parts


def _fresh_parts(rows: list[board.BoardRow], dimension: str) -> dict[int, tuple[str, str]]:
    return {
        row.evaluation.pk: (
            services.revision_mark(row.standing.drafts.get(dimension)),
            services.content_mark(*_stored(row, dimension)),
        )
        for row in rows
        if _is_open(row, dimension)
    }


def _is_open(row: board.BoardRow, dimension: str) -> bool:
    return dimension != board.WORK_RESULT or row.standing.head is None


def _form(row: board.BoardRow, dimension: str, data: Any = None) -> RatingRowForm:
    prefix = f"e{row.evaluation.pk}"
    rating, reason = _stored(row, dimension)
    return RatingRowForm(
        data if data is not None and f"{prefix}-reason" in data else None,
        prefix=prefix,
        dimension=dimension,
        name=row.evaluation.employee.full_name,
        present=_present(row, dimension),
        initial={"rating": rating, "reason": reason},
    )


def _posted_ids(request: HttpRequest, allowed: list[int]) -> list[int]:
    """Return the people a form is about, in its order; only those this user may still rate."""
    known = set(allowed)
    wanted = [int(text) for text in request.POST.getlist("row")[:BOARD_SIZE] if text.isdecimal()]
    return [pk for pk in dict.fromkeys(wanted) if pk in known]


@dataclass
class Saved:
    """What came of a posted page."""

    rows: list[board.BoardRow]
    forms: dict[int, RatingRowForm]
    drafts: services.SavedDrafts
    token: dict[int, tuple[str, str]]


def _save(request: HttpRequest, chosen: Period, dimension: str, ids: list[int]) -> Saved:
    before = board.board_rows(ids, request.user, chosen)
    given = _parts(request.POST.get("version", ""))
    fresh = _fresh_parts(before, dimension)
    forms: dict[int, RatingRowForm] = {}
    sent = []
    for row in before:
        pk = row.evaluation.pk
        if not _is_open(row, dimension):
            continue
        forms[pk] = _form(row, dimension, request.POST)
        if not forms[pk].is_valid():
            continue
        # A page without a readable token counts as made from nothing: it never overwrites a draft.
        base, mark = given.get(pk, ("0", ""))
        cleaned = forms[pk].cleaned_data
        sent.append(services.DraftRow(pk, cleaned["rating"], cleaned["reason"], base, mark))
    drafts = services.save_drafts(
        dimension=dimension, rows=sent, author=request.user, by=actor(request), at=timezone.now()
    )
    rows = board.board_rows(ids, request.user, chosen)
    now = _fresh_parts(rows, dimension)
    typed = {row.evaluation_id: services.content_mark(row.rating, row.reason) for row in sent}
    # What this page shows and what is stored are the same again for all but those a tab did not touch.
    token = {
        pk: now[pk] if pk in now and now[pk][1] == typed.get(pk) else given.get(pk, fresh.get(pk, ("0", "")))
        for pk in forms
    }
    return Saved(rows, forms, drafts, token)


@login_required
@require_http_methods(["GET", "POST"])
def rating_board(request: HttpRequest, period: int, dimension: str) -> HttpResponse:
    """Rate all people in one dimension, ten to a page, with the evidence beside the scale."""
    chosen = period_or_404(request, period)
    everybody = board.board_of(request.user, chosen, dimension)
    page = Paginator(everybody.ids, BOARD_SIZE).get_page(request.GET.get("page"))
    if request.method == "POST":
        ids = _posted_ids(request, everybody.ids)
        saved = _save(request, chosen, dimension, ids)
        for form in saved.forms.values():
            if form.is_valid():
                form.check_reason()
        failed = [form for form in saved.forms.values() if form.errors]
        if not failed and not saved.drafts.conflicts and not saved.drafts.refused:
            if saved.drafts.saved:
                messages.success(request, _("Saved as drafts."))
            return redirect(_after(request, page, dimension, chosen))
        shown = [
            Shown(
                row,
                saved.forms.get(row.evaluation.pk),
                row.standing.drafts.get(dimension) if row.evaluation.pk in saved.drafts.conflicts else None,
                dimension,
            )
            for row in saved.rows
        ]
        return _board_page(request, chosen, dimension, page, shown, status=422)
    held = held_forms.take(request)
    rows = board.board_rows(list(page), request.user, chosen)
    shown = [
        Shown(row, _form(row, dimension, held) if _is_open(row, dimension) else None, None, dimension)
        for row in rows
    ]
    return _board_page(request, chosen, dimension, page, shown)


def _after(request: HttpRequest, page: Page, dimension: str, chosen: Period) -> str:
    here = reverse(PAGES[dimension], args=[chosen.pk])
    if "next" not in request.POST:
        return f"{here}?page={page.number}"
    if page.has_next():
        return f"{here}?page={page.next_page_number()}"
    other = board.BEHAVIOR if dimension == board.WORK_RESULT else board.WORK_RESULT
    rest = board.board_of(request.user, chosen, other)
    if rest.done < rest.total:
        return reverse(PAGES[other], args=[chosen.pk])
    return reverse("assessments:rating-check", args=[chosen.pk])


def _board_page(
    request: HttpRequest,
    chosen: Period,
    dimension: str,
    page: Page,
    shown: list[Shown],
    status: int = 200,
) -> HttpResponse:
    everybody = board.board_of(request.user, chosen, dimension)
    has_conflict = any(item.other is not None for item in shown)
    saved_at = [item.draft.saved_at for item in shown if item.draft is not None]
    return render(
        request,
        "assessments/evaluating/rating_board.html",
        {
            "period": chosen,
            "dimension": dimension,
            "title": DimensionChoices(dimension).label,
            "is_result": dimension == board.WORK_RESULT,
            "tabs": _tabs(request, chosen, dimension),
            "page": page,
            "shown": shown,
            "row_forms": [item.form for item in shown if item.form is not None and item.form.errors],
            "has_conflict": has_conflict,
            "total": everybody.total,
            "done": everybody.done,
            "token": _token(_fresh_parts([item.row for item in shown], dimension)),
            "autosave_url": reverse(f"{PAGES[dimension]}-autosave", args=[chosen.pk]),
            "values": BEHAVIOR_VALUES,
            "saved_at": max(saved_at, default=None),
            "zone": chosen.cycle.government,
        },
        status=status,
    )


def _tabs(request: HttpRequest, chosen: Period, here: str) -> list[dict[str, Any]]:
    tabs = [
        {
            "label": choice.label,
            "url": reverse(PAGES[choice.value], args=[chosen.pk]),
            "active": choice.value == here,
        }
        for choice in DimensionChoices
    ]
    tabs.append(
        {
            "label": _("Check and set"),
            "url": reverse("assessments:rating-check", args=[chosen.pk]),
            "active": here == "check",
        }
    )
    return tabs


@login_required
@require_POST
def rating_board_autosave(request: HttpRequest, period: int, dimension: str) -> JsonResponse:
    """Save a page in the background; the answer is what autosave.js understands."""
    chosen = period_or_404(request, period)
    everybody = board.board_of(request.user, chosen, dimension)
    saved = _save(request, chosen, dimension, _posted_ids(request, everybody.ids))
    if saved.drafts.conflicts:
        return JsonResponse(
            {"message": _("Another tab or device saved this page meanwhile. Press save to see both texts.")},
            status=409,
        )
    if saved.drafts.refused:
        return JsonResponse(
            {"message": _("Somebody on this page can no longer be rated. Reload the page.")}, status=409
        )
    saved_at = jam(timezone.now(), chosen.cycle.government.timezone)
    if any(form.errors for form in saved.forms.values()):
        saved_at = _("%(time)s, except what is too long") % {"time": saved_at}
    return JsonResponse({"saved_at": saved_at, "version": _token(saved.token)})


@login_required
@require_http_methods(["GET", "POST"])
def rating_check(request: HttpRequest, period: int) -> HttpResponse:
    """Show both ratings and what the matrix gives; set those that were ticked and are complete."""
    chosen = period_or_404(request, period)
    here = reverse("assessments:rating-check", args=[chosen.pk])
    page = Paginator(board.to_settle(request.user, chosen), PAGE_SIZE).get_page(request.GET.get("page"))
    rows = board.standings_of(list(page), request.user)
    complete = [
        (row.evaluation.pk, row.evaluation.employee.full_name)
        for row in rows
        if not row.problems and row.has_draft
    ]
    data = request.POST.copy() if request.method == "POST" else None
    if data is not None and data.get("only"):
        data.setlist("evaluation", [data["only"]])
    form = SettleForm(data, choices=complete)
    if request.method == "POST" and form.is_valid():
        with idempotency.once(request, "assessments.settle") as once:
            if not once.is_replay:
                done = services.settle_drafts(
                    evaluation_ids=form.cleaned_data["evaluation"],
                    author=request.user,
                    by=actor(request),
                    at=timezone.now(),
                )
                once.location = here
                _tell(request, done, dict(complete))
        return redirect(once.location)
    if request.method == "POST" and (data is None or data.getlist("evaluation")):
        messages.error(request, _("The list has changed. Look at it again and confirm."))
        return redirect(here)
    results = board.board_of(request.user, chosen, board.WORK_RESULT)
    behavior = board.board_of(request.user, chosen, board.BEHAVIOR)
    return render(
        request,
        "assessments/evaluating/rating_check.html",
        {
            "period": chosen,
            "tabs": _tabs(request, chosen, "check"),
            "page": page,
            "rows": [(row, [PROBLEMS[code] for code in row.problems]) for row in rows],
            "has_complete": bool(complete),
            "form": form,
            "results": results,
            "behavior": behavior,
            "counts": selectors.status_counts(selectors.evaluations_of(request.user, chosen)),
            "zone": chosen.cycle.government,
        },
        status=422 if request.method == "POST" else 200,
    )


def _tell(request: HttpRequest, result: services.SettledDrafts, names: dict[int, str]) -> None:
    if result.done:
        messages.success(
            request,
            ngettext(
                "The ratings of %(count)s person were set.",
                "The ratings of %(count)s people were set.",
                len(result.done),
            )
            % {"count": len(result.done)},
        )
    for pk, code in result.left:
        messages.warning(
            request,
            _("Not set: %(name)s. %(why)s") % {"name": names.get(pk, ""), "why": PROBLEMS[code]},
        )

"""The exception queue: the ranked list, one person with the four verbs, the rules, and what the person sees."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from apps.core import held_forms, idempotency, policy, stamps
from apps.core.held_forms import login_required
from apps.core.localtime import local_date
from apps.core.rules.working_days import add_working_days
from apps.core.templatetags.formats import angka
from apps.employees import selectors as people
from apps.employees.models import Employee
from apps.training.permissions import may_coach

from ..forms.queue import VerbForm, items_of
from ..labels import CASE_TONES, CaseStatusChoices, ExceptionKindChoices, OutcomeChoices, VerbChoices
from ..models import ExceptionAct, ExceptionStep
from ..queue_texts import address_of, kept_text, kind_label, own_address_of, reason_text, rule_text
from ..rules.case_lifecycle import DUTY_KINDS, WORK_KINDS, CaseAction, CaseStatus
from ..rules.exceptions import ExceptionKind
from ..selectors import queue as queues
from ..selectors.queue import Frame, Item, QueueLine, Seen
from ..selectors.rule_counts import rules_shown
from ..services import exceptions as services

PAGE_SIZE = 25
STATES = (*(status.value for status in CaseStatus if status is not CaseStatus.ENDED), "all")
FILTERS = ("alasan", "unit", "keadaan", "page")
# Five working days later is where a day to put off begins.
USUAL_WAIT = 5


def frame_or_403(request: HttpRequest) -> Frame:
    """Return the frame of the user's queue; somebody who supervises nobody has none."""
    government = people.government_of(request.user)
    if government is None:
        raise PermissionDenied
    day = local_date(timezone.now(), government.timezone)
    with policy.read_once(government.code):
        frame = queues.frame_for(request.user, day)
    if frame is None or not (frame.kinds or queues.supervised_or_passed(request.user, day)):
        raise PermissionDenied
    return frame


@login_required
@require_GET
def queue(request: HttpRequest) -> HttpResponse:
    """All people with a reason, the heaviest first; `?bagian=langsung` is the part that updates itself.

    Filters live in the address: `alasan` (a kind), `unit` (a subtree), `keadaan` (what waits, a state, or all).
    """
    frame = frame_or_403(request)
    is_part = request.GET.get("bagian") == "langsung"
    forget_the_part(request)
    lines = queues.queue_for(request.user, frame.day, frame=frame, is_kept=True)
    units = queues.units_of([line.person.pk for line in lines], frame)
    state = request.GET.get("keadaan", "")
    state = state if state in STATES else CaseStatus.OPEN.value
    kind = request.GET.get("alasan", "")
    kind = kind if kind in ExceptionKindChoices.values else ""
    unit = request.GET.get("unit", "")
    unit = unit if unit.isascii() and unit.isdigit() and len(unit) < 15 else ""
    inside = {pk for pk, row in units.items() if f"/{unit}/" in row.path} if unit else None
    shown = queues.narrowed(lines, state=state, kind=kind, people_ids=inside)
    duties: list[queues.OwnDuty] = []
    if state == CaseStatus.OPEN.value and not kind:
        shown, duties = queues.with_duties_apart(shown)
    page = Paginator(shown, PAGE_SIZE).get_page(request.GET.get("page"))
    page.object_list = queues.with_places(page.object_list, frame)
    query = request.GET.copy()
    query["bagian"] = "langsung"
    now = timezone.now()
    context = {
        "frame": frame,
        "government": frame.government,
        "now": now,
        "page": page,
        "rows": rows_of(list(page.object_list), request),
        "duties": [_duty_row(request, duty) for duty in duties],
        "waiting": len(queues.with_duties_apart(queues.narrowed(lines))[0]),
        "people": len(frame.kinds),
        "state": state,
        "states": [(name, _state_word(name)) for name in STATES],
        "kind": kind,
        "kinds": ExceptionKindChoices.choices,
        "unit": int(unit) if unit else None,
        "units": sorted(set(units.values()), key=lambda row: (row.path, row.pk)),
        "is_filtered": bool(kind or unit or state != CaseStatus.OPEN.value),
        "recent": _recent(frame, now),
        "verbs": VerbChoices.choices,
        "live": {
            "stamp": stamps.token(f"user:{request.user.pk}"),
            "fragment": f"{request.path}?{query.urlencode()}",
        },
    }
    return render(
        request, "supervision/queue/_live.html" if is_part else "supervision/queue/list.html", context
    )


def forget_the_part(request: HttpRequest) -> None:
    """Take `bagian` from the address: links inside a live part lead to whole pages, whoever asked for it."""
    query = request.GET.copy()
    query.pop("bagian", None)
    request.GET = query  # type: ignore[assignment]


def _duty_row(request: HttpRequest, duty: queues.OwnDuty) -> dict[str, Any]:
    """Return what one owes many people as one line; the people stand behind its link, each with the verbs."""
    query = request.GET.copy()
    query.pop("page", None)
    query["alasan"] = duty.kind.value
    texts = {
        ExceptionKind.FEEDBACK_OVERDUE: ngettext(
            "Feedback to %(count)s person is overdue",
            "Feedback to %(count)s people is overdue",
            duty.people,
        ),
    }
    return {
        "text": texts[duty.kind] % {"count": angka(duty.people)},
        "age": duty.age,
        "url": f"?{query.urlencode()}",
    }


def _recent(frame: Frame, now: Any) -> ExceptionAct | None:
    return queues.undoable_act(frame.employee, now)


def _state_word(name: str) -> str:
    return _("everything") if name == "all" else str(CaseStatusChoices(name).label)


def rows_of(lines: Sequence[QueueLine], request: HttpRequest) -> list[dict[str, Any]]:
    """Return what the list shows of some lines; one query more for what was passed up."""
    questions = _questions([seen for line in lines for seen in line.seen])
    rows = []
    for line in lines:
        to_do = [seen for seen in line.seen if seen.is_to_do]
        places = line.person.current_places  # type: ignore[attr-defined]
        rows.append(
            {
                "person": line.person,
                "place": places[0].position if places else None,
                "age": line.age,
                "reasons": [_reason_row(seen, questions) for seen in line.seen],
                "items": " ".join(seen.item.token for seen in to_do),
                "can_batch": any(seen.kind not in DUTY_KINDS for seen in to_do),
                "url": reverse("supervision:queue-person", args=[line.person.pk]),
            }
        )
    return rows


def _reason_row(seen: Seen, questions: dict[int, ExceptionAct]) -> dict[str, Any]:
    act = questions.get(seen.case.pk) if seen.case is not None else None
    return {
        "seen": seen,
        "text": reason_text(seen.reason),
        "kind": kind_label(seen.kind.value),
        "url": address_of(seen),
        "token": seen.item.token,
        "state": seen.state.value,
        "state_label": str(CaseStatusChoices(seen.state.value).label),
        "tone": CASE_TONES[seen.state.value],
        "until": seen.case.until if seen.case is not None else None,
        "holder": seen.case.holder if seen.case is not None and not seen.is_mine else None,
        "passed_by": act.by if act is not None and seen.is_mine else None,
        "question": act.note if act is not None and seen.is_mine else "",
    }


def _questions(seen: Iterable[Seen]) -> dict[int, ExceptionAct]:
    """Return the last passing up of the cases that wait above."""
    cases = [row.case.pk for row in seen if row.case is not None and row.case.holder_id is not None]
    steps = (
        ExceptionStep.objects.filter(case__in=cases, verb="pass_up", undone_by__isnull=True)
        .select_related("act__by")
        .order_by("pk")
    )
    return {step.case_id: step.act for step in steps if step.act is not None} if cases else {}


@login_required
def queue_person(request: HttpRequest, pk: int) -> HttpResponse:
    """One person of the queue: every reason, the form of one verb (`?tindakan=`), and what happened before."""
    frame = frame_or_403(request)
    person = queues.person_in(frame, pk)
    if person is None:
        raise Http404
    lines = queues.with_places(queues.queue_for(request.user, frame.day, frame=frame, only={pk}), frame)
    if lines:
        person = lines[0].person
    data = request.POST if request.method == "POST" else held_forms.take(request)
    verb = verb_of((data or request.GET).get("verb" if data else "tindakan", ""))
    form = VerbForm(
        data,
        verb=verb,
        today=frame.day,
        last_day=frame.last_day_to_put_off(),
        initial={"until": add_working_days(frame.day, USUAL_WAIT, frame.days_off)},
    )
    chosen = items_of(data.getlist("item")) if data else []
    back = back_to(data or request.GET)
    if request.method == "POST" and form.is_valid():
        chosen = [item for item in chosen if item.person == pk]
        location = _do(request, frame, form, chosen, verb, back)
        if location:
            return redirect(location)
    row = rows_of(lines, request)[0] if lines else None
    context = {
        "frame": frame,
        "person": person,
        "row": row,
        "form": form,
        "verb": verb.value,
        "verb_label": str(VerbChoices(verb.value).label),
        "chosen": {(item.person, item.kind) for item in chosen},
        "reasons": [
            {
                **reason,
                "is_chosen": _is_chosen(reason["seen"], chosen)
                if data is not None
                # Nobody is asked to mend what somebody else owes them.
                else verb is not CaseAction.ASK or reason["seen"].kind in WORK_KINDS,
            }
            for reason in (row["reasons"] if row else [])
        ],
        "tabs": _verb_tabs(request, verb, pk),
        "above": people.appraiser_on(frame.employee, frame.day)
        if verb is CaseAction.PASS_UP and frame.employee is not None
        else None,
        # A plan to coach can begin from what stands out first.
        "coach_for": row["reasons"][0]["seen"].kind.value
        if row and row["reasons"] and may_coach(request.user, person)
        else "",
        "history": steps_of(_history(frame, person, lines)[:PAGE_SIZE]),
        "back": back,
    }
    return render(
        request, "supervision/queue/person.html", context, status=422 if request.method == "POST" else 200
    )


def _history(frame: Frame, person: Employee, lines: Sequence[QueueLine]) -> Any:
    """Return what happened about a person, of the kinds this user looks at; complaints only who sees them now."""
    steps = queues.steps_about(person)
    kinds = frame.kinds[person.pk]
    if kinds is not None:
        steps = steps.filter(case__kind__in=[kind.value for kind in kinds])
    seen = {row.kind for line in lines for row in line.seen}
    hidden = [kind.value for kind in (ExceptionKind.COMPLAINT, ExceptionKind.BAD_SERVICE) if kind not in seen]
    return steps.exclude(case__kind__in=hidden)


def _is_chosen(seen: Seen, chosen: Iterable[Item]) -> bool:
    return any(item.kind is seen.kind for item in chosen)


def _do(
    request: HttpRequest, frame: Frame, form: VerbForm, items: list[Item], verb: CaseAction, back: str
) -> str:
    """Do it once; return where to go, or nothing with the reason in the form."""
    if frame.employee is None:
        raise PermissionDenied
    try:
        with idempotency.once(request, "supervision.exception") as once:
            if not once.is_replay:
                acted = services.act_on(
                    items=items,
                    verb=verb.value,
                    by=frame.employee,
                    at=timezone.now(),
                    note=form.cleaned_data["note"],
                    until=form.cleaned_data.get("until"),
                )
                if acted.act is None:
                    raise _NothingDone(acted)
                messages.success(request, _said(verb, acted))
                once.location = back
        return str(once.location)
    except services.NothingChosen:
        form.add_error(None, _("Choose at least one reason."))
    except services.NobodyAbove:
        form.add_error(None, _("There is nobody above you to pass this up to."))
    except _NothingDone as nothing:
        for _item, outcome in nothing.acted.outcomes:
            form.add_error(
                None, _("Nothing was done: %(why)s.") % {"why": OutcomeChoices(outcome.value).label}
            )
    return ""


class _NothingDone(Exception):
    """Raised to take the form's key back: the next try with the same form is a new one."""

    def __init__(self, acted: services.Acted) -> None:
        super().__init__("nothing done")
        self.acted = acted


def _said(verb: CaseAction, acted: services.Acted) -> str:
    texts = {
        CaseAction.ACCEPT: _("Accepted: %(done)s of %(all)s."),
        CaseAction.ASK: _("Asked for an improvement: %(done)s of %(all)s. The person can read it now."),
        CaseAction.SNOOZE: _("Put off: %(done)s of %(all)s."),
        CaseAction.PASS_UP: _("Passed up: %(done)s of %(all)s."),
    }
    return texts[verb] % {"done": acted.done, "all": len(acted.outcomes)}


def verb_of(text: str) -> CaseAction:
    """Return the verb of an address or a form; accepting where none is named."""
    return CaseAction(text) if text in VerbChoices.values else CaseAction.ACCEPT


def back_to(query: QueryDict) -> str:
    """Return the list as it was filtered; nothing but its own filters is taken over."""
    kept = QueryDict(mutable=True)
    before = QueryDict(query.get("kembali", "")[:300])
    for name in FILTERS:
        if before.get(name):
            kept[name] = before[name]
    return reverse("supervision:queue") + (f"?{kept.urlencode()}" if kept else "")


def _verb_tabs(request: HttpRequest, verb: CaseAction, pk: int) -> list[dict[str, Any]]:
    address = reverse("supervision:queue-person", args=[pk])
    before = (request.POST if request.method == "POST" else request.GET).get("kembali", "")[:300]
    tabs = []
    for value, label in VerbChoices.choices:
        query = QueryDict(mutable=True)
        query["tindakan"] = value
        if before:
            query["kembali"] = before
        tabs.append({"label": label, "url": f"{address}?{query.urlencode()}", "active": value == verb.value})
    return tabs


def steps_of(steps: Iterable[ExceptionStep]) -> list[dict[str, Any]]:
    """Return steps as events of a timeline: what happened, what was true then, by whom, with which words."""
    events = []
    for step in steps:
        act = step.act
        who = act.by.full_name if act is not None else ""
        lines = [kept_text(step)]
        if act is not None and act.until is not None:
            lines.append(_("until %(day)s") % {"day": f"{act.until:%d/%m/%Y}"})
        if act is not None and act.passed_to is not None:
            lines.append(_("to %(name)s") % {"name": act.passed_to.full_name})
        if act is not None and act.note:
            lines.append(f"“{act.note}”")
        if getattr(step, "undone_by", None) is not None:
            lines.append(_("undone later"))
        events.append(
            {
                "at": step.at,
                "title": f"{kind_label(step.case.kind)}: {step.get_verb_display()}",
                "text": " · ".join(str(line) for line in lines),
                "who": who,
                "tone": CASE_TONES[step.status_after],
            }
        )
    return events


@login_required
@require_GET
def queue_rules(request: HttpRequest) -> HttpResponse:
    """What the queue looks at, for everybody: rules, weights, limits, how often they hit, and what was retired."""
    government = people.government_of(request.user)
    if government is None:
        raise PermissionDenied
    day = local_date(timezone.now(), government.timezone)
    table, rules, fates = rules_shown(government, day)
    context = {
        "table": table,
        "rules": [
            {"row": row, "label": kind_label(row.rule.kind.value), "text": rule_text(row.rule)}
            for row in sorted(rules, key=lambda row: -row.rule.weight)
        ],
        "fates": fates,
        "has_queue": queues.supervised_or_passed(request.user, day),
        "is_employee": people.employee_of(request.user) is not None,
        "duty_kinds": ", ".join(kind_label(kind.value) for kind in ExceptionKind if kind in DUTY_KINDS),
    }
    return render(request, "supervision/queue/rules.html", context)


@login_required
@require_GET
def about_me(request: HttpRequest) -> HttpResponse:
    """What is seen of me: everything my supervisor's queue says about me, and what was done about it."""
    employee = people.employee_of(request.user)
    if employee is None:
        raise PermissionDenied
    day = local_date(timezone.now(), employee.government.timezone)
    seen = queues.own_sightings(employee, day)
    page = Paginator(queues.steps_about(employee), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "employee": employee,
        "rows": [
            {
                **_reason_row(row, {}),
                "url": own_address_of(row),
                "is_duty": row.kind in {ExceptionKind.FEEDBACK_OVERDUE, ExceptionKind.PLAN_NOT_APPROVED},
                "age": row.age,
                "holder": row.case.holder if row.case is not None else None,
            }
            for row in seen
        ],
        "page": page,
        "history": steps_of(page.object_list),
    }
    return render(request, "supervision/queue/about_me.html", context)


@login_required
@require_POST
def queue_undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an act back within thirty minutes."""
    act = get_object_or_404(ExceptionAct.objects.visible_to(request.user), pk=pk)
    employee = people.employee_of(request.user)
    if employee is None:
        raise PermissionDenied
    try:
        count = services.undo(act_id=act.pk, by=employee, at=timezone.now())
    except services.TooLate:
        messages.warning(request, _("The thirty minutes are over. Nothing was changed."))
        return redirect("supervision:queue-act", pk=act.pk)
    if count:
        messages.success(request, _("Undone: %(count)s. They stand as before.") % {"count": count})
    else:
        messages.warning(request, _("Something has happened since. Nothing was changed."))
    return redirect("supervision:queue")

"""Improvement plans inside an office: the plan, one item, a page or button for each verb, one's own items."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from apps.core import files, policy
from apps.core.held_forms import login_required
from apps.core.localtime import local_date
from apps.employees import selectors as organization
from apps.employees.models import WorkUnit

from .. import permissions
from ..forms.improvement import CheckForm, PlanChangeForm, PlanForm, ProofForm, StepForm
from ..forms.public import WordsForm
from ..labels import (
    CLOCK_LABELS,
    CLOCK_TONES,
    COMMITMENT_TONES,
    EFFECT_TONES,
    IMPROVEMENT_EVENTS,
    IMPROVEMENT_TONES,
    ImprovementOrigin,
    ImprovementStatusChoices,
)
from ..models import (
    Cause,
    ConsultationPoint,
    ImprovementItem,
    ImprovementProof,
    ImprovementStep,
    Questionnaire,
    Service,
    SurveyPeriod,
)
from ..rules.improvement_lifecycle import (
    ImprovementAction,
    ImprovementStatus,
    allowed_actions,
    clock_runs,
    is_done,
    is_open,
)
from ..rules.plan_clock import clock_state
from ..selectors import consultation as meetings
from ..selectors import improvement as plans
from ..selectors import measurement, thresholds
from ..services import causes, proof_files
from ..services import improvement as services
from .acting import ask_first, form_page, limited_upload, press

PAGE_SIZE = 25
PERIODS_SHOWN = 3


def _today(item: ImprovementItem) -> Any:
    return local_date(timezone.now(), item.government.timezone)


def soon_days(government: Any, today: Any) -> int:
    return int(policy.get("feedback.plan_soon_days", on=today, scope=government.code))


def item_row(item: ImprovementItem, today: Any, soon: int) -> dict[str, Any]:
    """Return what a line about an item shows."""
    runs = clock_runs(ImprovementStatus(item.status))
    state = clock_state(today, item.due_on, soon).value if runs else ""
    return {
        "item": item,
        "tone": IMPROVEMENT_TONES[item.status],
        "state": state,
        "clock_tone": CLOCK_TONES.get(state, ""),
        "clock_label": CLOCK_LABELS.get(state, ""),
        "effect_tone": EFFECT_TONES.get(item.effect, ""),
    }


# --- lists


def _filters(request: HttpRequest, visible: QuerySet[ImprovementItem]) -> dict[str, Any]:
    units = WorkUnit.objects.filter(pk__in=visible.values("unit")).order_by("name", "id")
    service_rows = Service.objects.filter(pk__in=visible.values("service")).order_by("name", "id")
    number = request.GET.get("unit", "")
    return {
        "unit": units.filter(pk=int(number)).first() if number.isdecimal() and len(number) < 10 else None,
        "service": service_rows.filter(code=request.GET.get("layanan", "")).first(),
        "status": request.GET.get("status", "open"),
        "origin": request.GET.get("asal", ""),
        "words": request.GET.get("q", "").strip()[:80],
        "units": units,
        "services": service_rows,
    }


def _filtered(visible: QuerySet[ImprovementItem], chosen: dict[str, Any]) -> QuerySet[ImprovementItem]:
    """Narrow by place, origin and words; the state is chosen afterwards, so that figures stay whole."""
    rows = visible
    if chosen["unit"] is not None:
        rows = rows.filter(unit__path__startswith=chosen["unit"].path)
    if chosen["service"] is not None:
        rows = rows.filter(service=chosen["service"])
    if chosen["origin"] in ImprovementOrigin.values:
        rows = rows.filter(origin=chosen["origin"])
    if chosen["words"]:
        rows = rows.filter(Q(action__icontains=chosen["words"]) | Q(reason__icontains=chosen["words"]))
    return rows


def _in_state(rows: QuerySet[ImprovementItem], status: str, today: Any) -> QuerySet[ImprovementItem]:
    if status == "late":
        return rows.filter(status__in=["planned", "in_progress"], due_on__lt=today)
    if status in ImprovementStatusChoices.values:
        return rows.filter(status=status)
    if status == "all":
        return rows
    return rows.open()  # type: ignore[attr-defined,no-any-return]


def _may_see_plans(user: Any) -> bool:
    return (
        WorkUnit.objects.led_by(user).exists()
        or WorkUnit.objects.with_role(user, "feedback_officer", "leadership", "auditor").exists()
    )


def _plan(request: HttpRequest) -> dict[str, Any]:
    government = organization.government_of(request.user)
    if government is None or not _may_see_plans(request.user):
        raise PermissionDenied
    today = local_date(timezone.now(), government.timezone)
    visible = ImprovementItem.objects.visible_to(request.user)
    chosen = _filters(request, visible)
    rows = _filtered(visible, chosen)
    place = chosen["service"] or chosen["unit"]
    return {
        "government": government,
        "today": today,
        "chosen": chosen,
        "rows": _in_state(rows, chosen["status"], today)
        .select_related("unit", "service", "responsible")
        .annotate(
            step_count=Count("steps", distinct=True),
            steps_done=Count("steps", filter=Q(steps__done_at__isnull=False), distinct=True),
        )
        .order_by("due_on", "id"),
        "figures": plans.plan_figures(rows, today),
        "progress": plans.plan_progress(place, today) if place is not None else None,
        "unsur_names": plans.unsur_names(),
    }


@login_required
@require_GET
def plan_list(request: HttpRequest) -> HttpResponse:
    """The plan of my units, the most urgent first, with its figures."""
    found = _plan(request)
    soon = soon_days(found["government"], found["today"])
    page = Paginator(found["rows"], PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        **found,
        "page": page,
        "rows": [
            {
                **item_row(item, found["today"], soon),
                "unsur": found["unsur_names"].get(item.unsur_code, ""),
            }
            for item in page.object_list
        ],
        "statuses": [
            ("open", _("Still to do")),
            ("late", _("Overdue")),
            ("all", _("All")),
            *ImprovementStatusChoices.choices,
        ],
        "origins": ImprovementOrigin.choices,
        "may_add": permissions.managed_units(request.user).filter(is_active=True).exists(),
        "query": request.GET.urlencode(),
    }
    return render(request, "feedback/improvement_list.html", context)


@login_required
@require_GET
def plan_print(request: HttpRequest) -> HttpResponse:
    """The same plan on paper: every item, with its proof and what was measured."""
    found = _plan(request)
    soon = soon_days(found["government"], found["today"])
    items = found["rows"].annotate(
        proof_count=Count("proofs", filter=Q(proofs__removed_at__isnull=True), distinct=True)
    )[:500]
    context = {
        **found,
        "rows": [
            {
                **item_row(item, found["today"], soon),
                "unsur": found["unsur_names"].get(item.unsur_code, ""),
            }
            for item in items
        ],
    }
    return render(request, "feedback/improvement_print.html", context)


@login_required
@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    """What I am responsible for: improvement items and promises to the public."""
    government = organization.government_of(request.user)
    if government is None:
        raise PermissionDenied
    today = local_date(timezone.now(), government.timezone)
    soon = soon_days(government, today)
    own = ImprovementItem.objects.filter(responsible__user=request.user).select_related("unit", "service")
    page = Paginator(own.open().order_by("due_on", "id"), PAGE_SIZE).get_page(request.GET.get("page"))
    promises = []
    for promise in meetings.open_commitments(request.user)[:PAGE_SIZE]:
        state = clock_state(today, promise.due_on, soon).value
        promises.append(
            {
                "promise": promise,
                "tone": COMMITMENT_TONES[promise.status],
                "clock_tone": CLOCK_TONES[state],
                "clock_label": CLOCK_LABELS[state],
                "state": state,
            }
        )
    context = {
        "page": page,
        "rows": [item_row(item, today, soon) for item in page.object_list],
        "promises": promises,
        "done": [item_row(item, today, soon) for item in own.done().order_by("-done_on", "-id")[:10]],
        "today": today,
        "sees_plans": _may_see_plans(request.user),
    }
    return render(request, "feedback/improvement_mine.html", context)


# --- one item


def _load(request: HttpRequest, pk: int) -> ImprovementItem:
    return get_object_or_404(
        ImprovementItem.objects.visible_to(request.user).select_related(
            "government",
            "unit",
            "service",
            "responsible__user",
            "survey_period",
            "after_period",
            "point__consultation",
        ),
        pk=pk,
    )


def _figure(
    label: str, period: SurveyPeriod | None, found: measurement.Measured, minimum: int, full: int
) -> dict[str, Any]:
    return {
        "label": label,
        "period": period,
        "n": found.n,
        "value": found.value if found.n >= minimum else None,
        "interval": found.interval if found.n >= minimum else None,
        "grade": found.grade if found.n >= full else "",
    }


@login_required
@require_GET
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One item: why, what, who, until when, its proof, its effect, and what this person may do next."""
    item = _load(request, pk)
    today = _today(item)
    minimum, full = thresholds(item.government, today)
    figures = []
    if item.survey_period is not None:
        figures.append(
            _figure(_("At the start"), item.survey_period, services.before_of(item), minimum, full)
        )
    if item.after_period is not None:
        after = measurement.stored(
            item.after_n, item.after_value, item.after_low, item.after_high, item.after_grade
        )
        figures.append(_figure(_("Afterwards"), item.after_period, after, minimum, full))
    status = ImprovementStatus(item.status)
    possible = {action.value for action in allowed_actions(status)}
    works = permissions.may_work_on(request.user, item)
    decides = permissions.may_decide_on(request.user, item)
    manages = permissions.may_plan(request.user, item.unit)
    proofs = list(plans.proofs_of(item))
    context = {
        **item_row(item, today, soon_days(item.government, today)),
        "today": today,
        "lines": _story(item),
        "steps": item.steps.all(),
        "proofs": proofs,
        "figures": figures,
        "minimum": minimum,
        "unsur": plans.unsur_names().get(item.unsur_code, ""),
        "cause": Cause.objects.filter(pk=item.cause_id).first() if item.cause_id else None,
        "is_open": is_open(status),
        "is_done": is_done(status),
        "may_start": works and ImprovementAction.START.value in possible,
        "may_report": works and ImprovementAction.REPORT.value in possible,
        "may_prove": works and is_open(status),
        "may_unprove": works and clock_runs(status),
        "may_check": decides and ImprovementAction.ACCEPT.value in possible,
        "waits_for_others": ImprovementAction.ACCEPT.value in possible and works and not decides,
        "may_drop": decides and ImprovementAction.DROP.value in possible,
        "may_change": manages and is_open(status),
        "may_measure": manages
        and ImprovementAction.MEASURE.value in possible
        and services.comparable_period(item, today) is not None,
        "waits_for_survey": status is ImprovementStatus.DONE and item.survey_period is not None,
        "may_word": manages and is_done(status),
        "may_approve": is_done(status)
        and bool(item.public_text)
        and item.public_approved_at is None
        and permissions.may_approve_wording(request.user, item.unit),
        "step_form": StepForm(),
    }
    return render(request, "feedback/improvement_detail.html", context)


def _story(item: ImprovementItem) -> list[dict[str, Any]]:
    found = []
    for event in item.events.select_related("by").order_by("-at", "-id"):
        title, icon, tone = IMPROVEMENT_EVENTS.get(event.action, (event.action, "circle-dot", "neutral"))
        who = event.by.display_name if event.by is not None else _("Automatic")
        found.append(
            {"at": event.at, "title": title, "text": event.text, "who": who, "icon": icon, "tone": tone}
        )
    return found


# --- making one


def _origin(request: HttpRequest) -> dict[str, Any]:
    """Return where a new item comes from, by the address: a period, a cause, a point, a service or a unit.

    What the user cannot see is not found; a place they do not manage is refused.
    """
    found: dict[str, Any] = {
        "origin": ImprovementOrigin.OWN.value,
        "service": None,
        "unit": None,
        "initial": {},
    }
    number = {key: _number(request.GET.get(key)) for key in ("periode", "penyebab", "butir", "unit")}
    if code := request.GET.get("layanan"):
        found["service"] = get_object_or_404(
            Service.objects.visible_to(request.user).select_related("unit__government"), code=code
        )
    if number["periode"]:
        period = get_object_or_404(
            SurveyPeriod.objects.select_related("service__unit__government", "questionnaire"),
            pk=number["periode"],
            service__in=Service.objects.visible_to(request.user),
        )
        code = request.GET.get("unsur") or measurement.weakest_of(period)
        found |= {
            "origin": ImprovementOrigin.WEAK_UNSUR.value,
            "service": period.service,
            "survey_period": period,
            "initial": {"unsur_code": code, "reason": _reason_of(period, code)},
        }
    elif number["butir"]:
        point = get_object_or_404(
            ConsultationPoint.objects.select_related(
                "consultation__unit__government", "consultation__service__unit__government"
            ),
            pk=number["butir"],
            consultation__in=meetings.Consultation.objects.visible_to(request.user),
        )
        found |= {
            "origin": ImprovementOrigin.CONSULTATION.value,
            "point": point,
            "service": found["service"] or point.consultation.service,
            "unit": point.consultation.unit,
            "initial": {"reason": point.text[:300]},
        }
    elif number["penyebab"]:
        government = organization.government_of(request.user)
        cause = get_object_or_404(Cause, pk=number["penyebab"], government=government)
        found |= {
            "origin": ImprovementOrigin.REPEAT_CAUSE.value,
            "cause": cause,
            "initial": {"reason": _("Complaints keep coming because of: %(cause)s") % {"cause": cause.name}},
        }
    if found["service"] is not None:
        found["unit"] = found["service"].unit
    elif found["unit"] is None and number["unit"]:
        found["unit"] = get_object_or_404(
            permissions.managed_units(request.user).select_related("government"),
            pk=number["unit"],
            is_active=True,
        )
    if found["unit"] is not None and not permissions.may_plan(request.user, found["unit"]):
        raise PermissionDenied
    return found


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isdecimal() and len(text) < 16 else None


def _reason_of(period: SurveyPeriod, code: str) -> str:
    tier = measurement.headline_tier(period)
    found = measurement.measured(period, tier, code)
    today = local_date(timezone.now(), period.service.unit.government.timezone)
    minimum, _full = thresholds(period.service.unit.government, today)
    name = plans.unsur_names().get(code, "")
    if not name:
        return ""
    if found.n < minimum:
        return _("%(unsur)s is the weakest element in %(period)s.") % {"unsur": name, "period": period.label}
    value = str(found.value).replace(".", ",")
    return _("%(unsur)s is the weakest element in %(period)s: %(value)s from %(n)s answers.") % {
        "unsur": name,
        "period": period.label,
        "value": value,
        "n": found.n,
    }


def _unsur_choices(service: Service | None) -> list[tuple[str, str]]:
    if service is None:
        return []
    newest = service.survey_periods.order_by("-starts_on", "-id").first()
    if newest is None:
        return []
    questionnaire = Questionnaire.objects.prefetch_related("unsur").get(pk=newest.questionnaire_id)
    return [(row.code, row.name) for row in questionnaire.unsur.all()]


@login_required
def add(request: HttpRequest) -> HttpResponse:
    """Put something on the plan, with what is known filled in."""
    found = _origin(request)
    place = found["unit"]
    if place is None:
        return _choose_place(request)
    government = place.government
    today = local_date(timezone.now(), government.timezone)
    people = plans.responsible_choices(request.user, place, today)
    cause = found.get("cause")

    def work(form: PlanForm) -> str:
        values = form.cleaned_data
        item = services.add_item(
            service=found["service"],
            unit=place,
            origin=found["origin"],
            survey_period=found.get("survey_period"),
            point=found.get("point"),
            cause_id=cause.pk if cause else None,
            reason=values["reason"],
            unsur_code=values.get("unsur_code", ""),
            action=values["action"],
            responsible=values["responsible"],
            due_on=values["due_on"],
            steps=values["steps"],
            by=request.user,
            at=timezone.now(),
        )
        if cause is not None:
            causes.note_improvement(cause, item.pk, by=request.user, at=timezone.now())
        return reverse("feedback:improvement-detail", args=[item.pk])

    return form_page(
        request,
        make=lambda *data: PlanForm(
            *data,
            people=people,
            unsur=_unsur_choices(found["service"]),
            today=today,
            initial=found["initial"],
        ),
        work=work,
        purpose="improvement.add",
        back=reverse("feedback:improvement-list"),
        refusals=_REFUSALS,
        texts={
            "heading": _("Plan an improvement"),
            "lead": found["service"].name if found["service"] else place.name,
            "note": ImprovementOrigin(found["origin"]).label,
            "button": _("Put it on the plan"),
            "done": _("It is on the plan. The responsible person has been told."),
            "rows": {"steps": 4},
        },
    )


def _choose_place(request: HttpRequest) -> HttpResponse:
    """Ask first for which service or unit, when the address does not say so."""
    units = permissions.managed_units(request.user).filter(is_active=True)
    if not units.exists():
        raise PermissionDenied
    context = {
        "services": Service.objects.public()
        .filter(unit__in=units)
        .select_related("unit")
        .order_by("unit__name", "name", "id"),
        "units": units.order_by("name", "id"),
        "keep": request.GET.get("penyebab", ""),
    }
    return render(request, "feedback/improvement_place.html", context)


_REFUSALS: dict[type[Exception], tuple[str | None, Any]] = {
    services.ResponsibleNotHere: (
        "responsible",
        lambda _error: _("This person no longer works here. Choose somebody else."),
    ),
    services.DueInPast: (
        "due_on",
        lambda _error: _("This day has passed. Choose today or a later day."),
    ),
}


# --- verbs


def _works(request: HttpRequest, pk: int) -> ImprovementItem:
    item = _load(request, pk)
    if not permissions.may_work_on(request.user, item):
        raise PermissionDenied
    return item


def _decides(request: HttpRequest, pk: int) -> ImprovementItem:
    item = _load(request, pk)
    if not permissions.may_decide_on(request.user, item):
        raise PermissionDenied
    return item


def _manages(request: HttpRequest, pk: int) -> ImprovementItem:
    item = _load(request, pk)
    if not permissions.may_plan(request.user, item.unit):
        raise PermissionDenied
    return item


def _page_of(item: ImprovementItem) -> str:
    return reverse("feedback:improvement-detail", args=[item.pk])


def _closed(_error: Exception) -> str:
    return _("This item is finished or dropped; it can no longer be changed.")


@login_required
@require_POST
def start(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin the work."""
    item = _works(request, pk)
    return press(
        request,
        work=lambda: services.start_item(item_id=item.pk, by=request.user, at=timezone.now()),
        purpose="improvement.start",
        back=_page_of(item),
        done=_("The work has begun. Add photos or PDFs as you go; they are the proof."),
    )


@login_required
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """Report it as finished."""
    item = _works(request, pk)
    return form_page(
        request,
        make=lambda *data: WordsForm(
            *data[:1],
            label=_("What was done?"),
            hint=_("Somebody else looks at your proof and decides whether it is done."),
        ),
        work=lambda form: services.report_item(
            item_id=item.pk, text=form.cleaned_data["text"], by=request.user, at=timezone.now()
        ),
        purpose="improvement.report",
        back=_page_of(item),
        refusals={
            services.ProofMissing: (
                None,
                lambda _error: _("There is no photo or PDF yet. Add one first: a link is no proof."),
            )
        },
        texts={
            "heading": _("Report as finished"),
            "lead": item.action,
            "button": _("Report it"),
            "done": _("Reported. Somebody else checks the proof now."),
        },
    )


@login_required
def check(request: HttpRequest, pk: int) -> HttpResponse:
    """Accept the proof, or send it back."""
    item = _decides(request, pk)

    def work(form: CheckForm) -> None:
        verb = services.accept_item if form.cleaned_data["verdict"] == "accept" else services.send_back_item
        verb(item_id=item.pk, text=form.cleaned_data["text"], by=request.user, at=timezone.now())

    reported = item.events.filter(action="report").order_by("-at", "-id").first()
    return form_page(
        request,
        make=lambda *data: CheckForm(*data[:1]),
        work=work,
        purpose="improvement.check",
        back=_page_of(item),
        refusals={
            services.NotByYourself: (
                None,
                lambda _error: _("You are responsible for it, or reported it. Somebody else has to look."),
            )
        },
        texts={
            "heading": _("Check the proof"),
            "lead": item.action,
            "button": _("Save my decision"),
            "done": _("Your decision is saved. The responsible person has been told."),
            "aside_title": _("What was reported"),
            "aside_text": reported.text if reported else "",
            "aside_files": [
                {
                    "url": reverse("feedback:improvement-proof", args=[proof.pk]),
                    "name": proof.name,
                    "size": proof.file.size,
                    "caption": proof.caption,
                }
                for proof in plans.proofs_of(item)
            ],
        },
    )


@login_required
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Change words, person or day."""
    item = _manages(request, pk)
    today = _today(item)
    people = plans.responsible_choices(request.user, item.unit, today)
    people = people | type(item.responsible).objects.filter(pk=item.responsible_id)
    return form_page(
        request,
        make=lambda *data: PlanChangeForm(
            *data[:1],
            people=people.distinct(),
            today=today,
            present_day=item.due_on,
            initial={"action": item.action, "responsible": item.responsible_id, "due_on": item.due_on},
        ),
        work=lambda form: services.change_item(
            item_id=item.pk, by=request.user, at=timezone.now(), **form.cleaned_data
        ),
        purpose="improvement.change",
        back=_page_of(item),
        refusals={
            **_REFUSALS,
            services.ItemClosed: (None, _closed),
            services.NotByYourself: (
                "due_on",
                lambda _error: _("You are responsible for this item, so somebody else moves its day."),
            ),
        },
        texts={
            "heading": _("Change the item"),
            "lead": item.action,
            "button": _("Save the change"),
            "done": _("The change is saved and stands in the history."),
        },
    )


@login_required
def drop(request: HttpRequest, pk: int) -> HttpResponse:
    """Take it off the plan."""
    item = _decides(request, pk)
    return form_page(
        request,
        make=lambda *data: WordsForm(
            *data[:1],
            label=_("Why is it dropped?"),
            hint=_("It stays in the list and counts as not done."),
        ),
        work=lambda form: services.drop_item(
            item_id=item.pk, reason=form.cleaned_data["text"], by=request.user, at=timezone.now()
        ),
        purpose="improvement.drop",
        back=_page_of(item),
        texts={
            "heading": _("Drop the item"),
            "lead": item.action,
            "button": _("Drop it"),
            "tone": "danger",
            "done": _("The item is dropped. It still counts in “x of y done”."),
        },
    )


@login_required
@require_POST
def measure(request: HttpRequest, pk: int) -> HttpResponse:
    """Compare before and after now, without waiting for the schedule."""
    item = _manages(request, pk)
    return press(
        request,
        work=lambda: services.measure_item(item_id=item.pk, by=request.user, at=timezone.now()),
        purpose="improvement.measure",
        back=_page_of(item),
        done=_("Measured. Both figures stand below, with their certainty."),
        refusals={
            services.NothingToMeasure: _("No survey period has begun since the work was done and ended.")
        },
    )


@login_required
def public_text(request: HttpRequest, pk: int) -> HttpResponse:
    """Write what the public reads about it."""
    item = _manages(request, pk)
    return form_page(
        request,
        make=lambda *data: WordsForm(
            *data[:1],
            label=_("What has changed, in words for everybody?"),
            hint=_(
                "Two sentences: what people said, and what is different now. No names. The head approves it."
            ),
            initial={"text": item.public_text or item.action},
        ),
        work=lambda form: services.set_public_text(
            item_id=item.pk, text=form.cleaned_data["text"], by=request.user, at=timezone.now()
        ),
        purpose="improvement.public-text",
        back=_page_of(item),
        refusals={
            services.ItemClosed: (None, lambda _error: _("There is nothing to tell before it is done."))
        },
        texts={
            "heading": _("Public wording"),
            "lead": item.action,
            "button": _("Save the wording"),
            "done": _("The wording is saved. The head approves it before the public reads it."),
        },
    )


@login_required
@require_POST
def public_approve(request: HttpRequest, pk: int) -> HttpResponse:
    """Put the wording on the public page."""
    item = _load(request, pk)
    if not permissions.may_approve_wording(request.user, item.unit):
        raise PermissionDenied
    return press(
        request,
        work=lambda: services.approve_public_text(item_id=item.pk, by=request.user, at=timezone.now()),
        purpose="improvement.public-approve",
        back=_page_of(item),
        done=_("Approved. The public page shows it now."),
        refusals={services.WordsMissing: _("Write the wording first.")},
    )


# --- steps and proofs


@login_required
@require_POST
def step_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a step."""
    item = _works(request, pk)
    return press(
        request,
        work=lambda: services.add_step(
            item_id=item.pk, text=request.POST.get("text", "")[:200], by=request.user, at=timezone.now()
        ),
        purpose="improvement.step",
        back=_page_of(item),
        done=_("The step is on the list."),
        refusals={
            services.WordsMissing: _("Write the step first."),
            services.ItemClosed: _closed(Exception()),
        },
    )


@login_required
@require_POST
def step_mark(request: HttpRequest, pk: int) -> HttpResponse:
    """Tick a step off, or take the tick away."""
    step = get_object_or_404(
        ImprovementStep, pk=pk, item__in=ImprovementItem.objects.visible_to(request.user)
    )
    item = _works(request, step.item_id)
    is_done_now = request.POST.get("done") == "1"
    return press(
        request,
        work=lambda: services.mark_step(
            step_id=step.pk, is_done=is_done_now, by=request.user, at=timezone.now()
        ),
        purpose="improvement.step-mark",
        back=_page_of(item),
        done=_("Ticked off: %(step)s") % {"step": step.text}
        if is_done_now
        else _("Open again: %(step)s") % {"step": step.text},
        refusals={services.ItemClosed: _closed(Exception())},
    )


@limited_upload
@login_required
def proof_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a photo or a PDF."""
    item = _works(request, pk)
    limit = proof_files.max_megabytes(item.government, _today(item))

    def work(form: ProofForm) -> None:
        upload = form.cleaned_data["file"]
        if upload.size > limit * proof_files.MEGABYTE:
            raise proof_files.ProofTooBig(limit=limit)
        services.add_proof(
            item_id=item.pk,
            upload_name=upload.name,
            content=upload.read(),
            caption=form.cleaned_data["caption"],
            by=request.user,
            at=timezone.now(),
        )

    return form_page(
        request,
        make=lambda *data: ProofForm(*data, limit_mb=limit),
        work=work,
        purpose="improvement.proof",
        back=_page_of(item),
        refusals={
            services.ProofExists: ("file", lambda _error: _("This file is there already.")),
            services.ItemClosed: (None, _closed),
        },
        texts={
            "heading": _("Add a proof"),
            "lead": item.action,
            "button": _("Add this file"),
            "done": _("The proof is added."),
            "max_bytes": limit * proof_files.MEGABYTE,
        },
    )


def _proof(request: HttpRequest, pk: int) -> ImprovementProof:
    proof: ImprovementProof = get_object_or_404(
        ImprovementProof.objects.select_related("file"),
        pk=pk,
        item__in=ImprovementItem.objects.visible_to(request.user),
    )
    if proof.removed_at is not None:
        raise Http404
    return proof


@login_required
@require_GET
def proof_file(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The file itself, for whoever may see the item."""
    proof = _proof(request, pk)
    return files.response(proof.file, proof.name, inline=True)


@login_required
@require_POST
def proof_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a proof away before it is reported."""
    proof = _proof(request, pk)
    item = _works(request, proof.item_id)
    question = ask_first(
        request,
        heading=_("Remove this file?"),
        text=proof.name,
        label=_("Remove"),
        back=_page_of(item),
        tone="danger",
    )
    return question or press(
        request,
        work=lambda: services.remove_proof(proof_id=proof.pk, by=request.user, at=timezone.now()),
        purpose="improvement.proof-remove",
        back=_page_of(item),
        done=_("Removed: %(name)s") % {"name": proof.name},
        refusals={services.ItemClosed: _("What was reported stays: others may have judged by it.")},
    )

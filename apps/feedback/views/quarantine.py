"""Ratings that are held back: the list, one case, the decision; staff networks; remarks for the public."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from apps.core import held_forms, idempotency
from apps.core.held_forms import login_required
from apps.core.localtime import local_date

from .. import permissions, selectors
from ..forms.quarantine import DecisionForm, NetworkForm, RemarkForm
from ..labels import CASE_STEPS, CASE_TONES, SIGNAL_LABELS, CaseStatus
from ..models import CaseStep, QuarantineCase, Response, Service, UnitNetwork
from ..rules.redaction import redact
from ..services import networks, quarantine, remarks

PAGE_SIZE = 25


def _words(codes: list[str]) -> list[Any]:
    return [SIGNAL_LABELS[code] for code in codes if code in SIGNAL_LABELS]


def _case(request: HttpRequest, pk: int) -> QuarantineCase:
    return get_object_or_404(
        QuarantineCase.objects.visible_to(request.user).select_related(
            "service__unit", "government", "decided_by", "parent"
        ),
        pk=pk,
    )


def _judged(request: HttpRequest, pk: int) -> QuarantineCase:
    case = _case(request, pk)
    if not permissions.may_judge_ratings(request.user, case.service):
        raise PermissionDenied
    return case


@login_required
@require_GET
def case_list(request: HttpRequest) -> HttpResponse:
    """Cases of the services I am responsible for, the most urgent first."""
    rows = QuarantineCase.objects.visible_to(request.user).select_related("service__unit", "government")
    tab = request.GET.get("lihat", "menunggu")
    counts = dict(rows.order_by().values_list("status").annotate(n=Count("pk")))
    waiting = counts.get(CaseStatus.WAITING.value, 0)
    if tab == "diputuskan":
        shown = rows.exclude(status=CaseStatus.WAITING.value).order_by("-decided_at", "-pk")
    else:
        tab = "menunggu"
        shown = rows.filter(status=CaseStatus.WAITING.value).order_by("due_on", "pk")
    if code := request.GET.get("layanan", "")[:60]:
        shown = shown.filter(service__code=code)
    page = Paginator(shown.annotate(n=Count("responses")), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": [
            {"case": case, "tone": CASE_TONES[case.status], "signals": _words(case.signals)}
            for case in page.object_list
        ],
        "tabs": [
            {"label": _("Waiting"), "url": "?lihat=menunggu", "active": tab == "menunggu", "count": waiting},
            {"label": _("Decided"), "url": "?lihat=diputuskan", "active": tab == "diputuskan"},
        ],
        "today": local_date(timezone.now(), page.object_list[0].government.timezone)
        if page.object_list
        else None,
        "has_networks": permissions.managed_units(request.user).exists(),
    }
    return render(request, "feedback/case_list.html", context)


@login_required
@require_GET
def case_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One case: what was noticed, how many, and what was decided. No answers: they are no ground for a decision."""
    case = _case(request, pk)
    held = held_forms.take(request, path=reverse("feedback:case-decide", args=[case.pk]))
    return _case_page(request, case, DecisionForm(held))


def _case_page(
    request: HttpRequest, case: QuarantineCase, form: DecisionForm, *, status: int = 200
) -> HttpResponse:
    may_judge = permissions.may_judge_ratings(request.user, case.service)
    groups = (
        Response.objects.filter(case=case).order_by().values("signals").annotate(n=Count("pk")).order_by("-n")
    )
    found = [
        {"codes": ",".join(row["signals"]), "words": _words(row["signals"]), "n": row["n"]} for row in groups
    ]
    steps = CaseStep.objects.filter(case=case).select_related("by").order_by("at", "pk")
    context = {
        "case": case,
        "tone": CASE_TONES[case.status],
        "total": sum(row["n"] for row in found),
        "groups": found,
        "may_judge": may_judge,
        "may_split": may_judge and case.status == CaseStatus.WAITING.value and len(found) > 1,
        "parts": case.parts.annotate(n=Count("responses")).order_by("pk"),
        "events": [
            {
                "at": step.at,
                "title": f"{CASE_STEPS.get(step.action, step.action)}: {step.count}",
                "text": step.reason,
                "who": step.by.display_name if step.by else "",
                "tone": CASE_TONES.get(step.action, "info"),
            }
            for step in steps
        ],
        "form": form if may_judge else None,
        "today": local_date(timezone.now(), case.government.timezone),
    }
    return render(request, "feedback/case_detail.html", context, status=status)


@login_required
@require_POST
def case_decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Decide on all ratings of a case, or decide anew."""
    case = _judged(request, pk)
    form = DecisionForm(request.POST)
    if not form.is_valid():
        return _case_page(request, case, form, status=422)
    try:
        with idempotency.once(request, "feedback.case_decision") as once:
            if not once.is_replay:
                count = quarantine.decide_case(
                    case_id=case.pk, by=request.user, at=timezone.now(), **form.cleaned_data
                )
                messages.success(
                    request,
                    _("%(count)s ratings count now.") % {"count": count}
                    if form.cleaned_data["status"] == CaseStatus.RELEASED.value
                    else _("%(count)s ratings are left out. The public page says so.") % {"count": count},
                )
    except quarantine.NothingChanges:
        messages.info(request, _("It was decided this way already."))
    except quarantine.BatchWithdrawn:
        messages.info(request, _("These sheets were withdrawn. Type them in anew if they should count."))
    return redirect("feedback:case-detail", pk=case.pk)


@login_required
@require_POST
def case_split(request: HttpRequest, pk: int) -> HttpResponse:
    """Put one group of signals into a case of its own."""
    case = _judged(request, pk)
    codes = [code for code in request.POST.get("tanda", "").split(",") if code]
    try:
        with idempotency.once(request, "feedback.case_split") as once:
            if not once.is_replay:
                part = quarantine.split_case(
                    case_id=case.pk, signals=codes, by=request.user, at=timezone.now()
                )
                messages.success(request, _("This part is a case of its own now. Decide on it here."))
                return redirect("feedback:case-detail", pk=part.pk)
    except quarantine.CannotSplit:
        messages.error(request, _("This part cannot be taken out: the case has changed in the meantime."))
    return redirect("feedback:case-detail", pk=case.pk)


# --- staff networks


@login_required
def network_list(request: HttpRequest) -> HttpResponse:
    """Networks that the staff of my units use, and one more."""
    units = permissions.managed_units(request.user).filter(is_active=True)
    if not units.exists():
        raise PermissionDenied
    status = 200
    if request.method == "POST":
        form = NetworkForm(request.POST, units=units.order_by("name", "id"))
        if form.is_valid():
            try:
                with idempotency.once(request, "feedback.unit_network") as once:
                    if not once.is_replay:
                        networks.add_network(by=request.user, at=timezone.now(), **form.cleaned_data)
                        messages.success(request, _("The network is in the register."))
                return redirect("feedback:network-list")
            except networks.NetworkExists:
                form.add_error("network", _("This unit has this network already."))
        status = 422
    else:
        form = NetworkForm(held_forms.take(request), units=units.order_by("name", "id"))
    rows = UnitNetwork.objects.filter(unit__in=units).select_related("unit")
    page = Paginator(rows.order_by("unit__name", "network", "id"), PAGE_SIZE).get_page(
        request.GET.get("page")
    )
    return render(request, "feedback/network_list.html", {"form": form, "page": page}, status=status)


@login_required
@require_POST
def network_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a network off the register."""
    row = get_object_or_404(UnitNetwork, pk=pk, unit__in=permissions.managed_units(request.user))
    networks.remove_network(network_id=row.pk, by=request.user, at=timezone.now())
    messages.success(request, _("The network is off the register."))
    return redirect("feedback:network-list")


# --- remarks for the public


@login_required
def remark_queue(request: HttpRequest, code: str) -> HttpResponse:
    """Remarks that nobody outside the unit has read for the public yet, one at a time."""
    service = get_object_or_404(
        Service.objects.visible_to(request.user).select_related("unit__government"), code=code
    )
    if not permissions.may_judge_ratings(request.user, service):
        raise PermissionDenied
    now = timezone.now()
    waiting = selectors.remarks_to_read(service, now)
    status = 200
    if request.method == "POST":
        response = get_object_or_404(waiting, pk=request.POST.get("jawaban", "0")[:18])
        form = RemarkForm(request.POST)
        releases = "tampilkan" in request.POST
        if not releases or form.is_valid():
            with idempotency.once(request, "feedback.public_remark") as once:
                if not once.is_replay:
                    remarks.decide_remark(
                        response_id=response.pk,
                        is_released=releases,
                        text=form.cleaned_data["text"] if releases else "",
                        by=request.user,
                        at=now,
                    )
            return redirect("feedback:remark-queue", code=service.code)
        status = 422
    else:
        keys = sorted(waiting.values_list("pk", flat=True), key=selectors.place_of)
        response = waiting.filter(pk=keys[0]).get() if keys else None
        names = selectors.names_of_staff(service.unit)
        form = RemarkForm(initial={"text": redact(response.remark, names=names) if response else ""})
    context = {
        "service": service,
        "response": response,
        "form": form,
        "left": waiting.count(),
        "released": selectors.public_remarks(service),
    }
    return render(request, "feedback/remark_queue.html", context, status=status)

"""The auditor's room: who may enter, a record as it was, samples and bundles."""

from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.core import held_forms, idempotency
from apps.core.held_forms import login_required
from apps.core.localtime import local_date
from apps.employees import selectors as people

from .. import audit_texts, permissions
from ..forms.audit_room import DrawForm, EndForm, GrantForm
from ..models import AuditBundle, AuditEngagement, AuditSample
from ..selectors import audit_room as selectors
from ..selectors import records
from ..services import audit_room as services

PAGE_SIZE = 25
SEARCH_MINIMUM = 3


def _engagement(request: HttpRequest, pk: int) -> AuditEngagement:
    rows = AuditEngagement.objects.visible_to(request.user).select_related(
        "government", "unit", "auditor", "granted_by", "ended_by"
    )
    engagement: AuditEngagement = get_object_or_404(rows, pk=pk)
    return engagement


def _opened(request: HttpRequest, pk: int) -> AuditEngagement:
    """Return an engagement whose room is open to the user now.

    :raises PermissionDenied: if it is theirs or granted by them, but not open to them.
    """
    engagement = _engagement(request, pk)
    if not permissions.is_in_audit_room(request.user, engagement, timezone.now()):
        raise PermissionDenied
    return engagement


@login_required
@require_GET
def audit_room(request: HttpRequest) -> HttpResponse:
    """Show my engagements as an auditor, and those I answer for."""
    may_grant = permissions.may_grant_audits(request.user)
    rows = AuditEngagement.objects.visible_to(request.user)
    if not (may_grant or permissions.is_auditor(request.user) or rows.filter(auditor=request.user).exists()):
        raise PermissionDenied
    now = timezone.now()
    page = Paginator(
        rows.select_related("government", "unit", "auditor", "granted_by").order_by("-starts_at", "-pk"),
        PAGE_SIZE,
    ).get_page(request.GET.get("page"))
    for row in page.object_list:
        row.state = _state(row, now)  # type: ignore[attr-defined]
    return render(request, "supervision/audit_room.html", {"page": page, "may_grant": may_grant})


_STATES = {
    "ended": (gettext_lazy("ended early"), "neutral"),
    "over": (gettext_lazy("over"), "neutral"),
    "future": (gettext_lazy("not open yet"), "info"),
    "open": (gettext_lazy("open"), "success"),
}


def _state(engagement: AuditEngagement, now: Any) -> dict[str, Any]:
    code = "open"
    if engagement.ended_at is not None:
        code = "ended"
    elif engagement.ends_at <= now:
        code = "over"
    elif engagement.starts_at > now:
        code = "future"
    label, tone = _STATES[code]
    return {"code": code, "label": label, "tone": tone}


@login_required
@require_http_methods(["GET", "POST"])
def audit_engagement_grant(request: HttpRequest) -> HttpResponse:
    """Let an auditor read the records of a unit for a while."""
    permissions.require_granter(request.user)
    government = people.government_of(request.user)
    if government is None:
        raise PermissionDenied
    day = local_date(timezone.now(), government.timezone)
    data = request.POST if request.method == "POST" else held_forms.take(request)
    form = GrantForm(
        data,
        auditors=permissions.auditors_for(request.user),
        units=permissions.units_to_open(request.user),
        zone=government.timezone,
        initial={
            # As text: a year is no quantity and must not be shown as 2.026.
            "year_from": str(day.year),
            "year_to": str(day.year),
            "since": day,
            "until": day + timedelta(days=13),
        },
    )
    status = 200
    if request.method == "POST":
        if form.is_valid():
            cleaned = form.cleaned_data
            try:
                with idempotency.once(request, "supervision.audit-engagement") as once:
                    if not once.is_replay:
                        engagement = services.grant_engagement(
                            auditor=cleaned["auditor"],
                            unit=cleaned["unit"],
                            years=(cleaned["year_from"], cleaned["year_to"]),
                            purpose=cleaned["purpose"],
                            starts_at=cleaned["starts_at"],
                            ends_at=cleaned["ends_at"],
                            by=request.user,
                            at=timezone.now(),
                        )
                        once.location = reverse("supervision:audit-engagement", args=[engagement.pk])
                        messages.success(request, _("The room is granted. The auditor has been told."))
                return redirect(once.location)
            except services.OwnEngagement:
                form.add_error("auditor", _("Nobody lets themselves in. Ask somebody else of your office."))
            except services.NotAnAuditor:
                form.add_error("auditor", _("This person is no auditor for this unit."))
            except services.MayNotGrant:
                form.add_error("unit", _("You do not answer for this unit."))
            except services.WindowRefused:
                form.add_error(
                    "until",
                    _("The room must close after today, and within the longest time your office allows."),
                )
        status = 422
    return render(request, "supervision/audit_grant.html", {"form": form}, status=status)


@login_required
@require_GET
def audit_engagement(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one engagement; to its auditor within the window, the room."""
    return _engagement_page(request, _engagement(request, pk))


def _engagement_page(
    request: HttpRequest,
    engagement: AuditEngagement,
    *,
    draw_form: DrawForm | None = None,
    end_form: EndForm | None = None,
    status: int = 200,
) -> HttpResponse:
    now = timezone.now()
    is_inside = permissions.is_in_audit_room(request.user, engagement, now)
    day = local_date(now, engagement.government.timezone)
    text = request.GET.get("cari", "").strip()[:100]
    found: list[Any] | None = None
    if is_inside and len(text) >= SEARCH_MINIMUM:
        rows = people.search(selectors.people_of(engagement), text)
        found = list(people.with_place(rows.order_by("name", "pk"), day)[:PAGE_SIZE])
    last = min(day, date(engagement.year_to, 12, 31))
    context = {
        "engagement": engagement,
        "state": _state(engagement, now),
        "zone": engagement.government.timezone,
        "is_inside": is_inside,
        "text": text,
        "is_short": is_inside and 0 < len(text) < SEARCH_MINIMUM,
        "found": found,
        "as_of": last,
        "samples": selectors.samples_of(engagement)[:PAGE_SIZE],
        "draw_form": draw_form or DrawForm(initial={"as_of": last}),
        "end_form": end_form or EndForm(),
        "may_end": permissions.may_end_engagement(request.user, engagement)
        and engagement.ended_at is None
        and engagement.ends_at > now,
        "errors_form": (draw_form or end_form) if status == 422 else None,
        "has_errors": status == 422,
    }
    return render(request, "supervision/audit_engagement.html", context, status=status)


@login_required
@require_POST
def audit_engagement_end(request: HttpRequest, pk: int) -> HttpResponse:
    """Shut a room before its time."""
    engagement = _engagement(request, pk)
    if not permissions.may_end_engagement(request.user, engagement):
        raise PermissionDenied
    form = EndForm(request.POST)
    if not form.is_valid():
        return _engagement_page(request, engagement, end_form=form, status=422)
    try:
        services.end_engagement(
            engagement_id=engagement.pk,
            reason=form.cleaned_data["reason"],
            by=request.user,
            at=timezone.now(),
        )
    except services.EngagementOver:
        messages.info(request, _("It is over already."))
    else:
        messages.success(request, _("The room is closed. The auditor has been told."))
    return redirect("supervision:audit-engagement", pk=engagement.pk)


@login_required
@require_GET
def audit_record(request: HttpRequest, pk: int, employee_id: int) -> HttpResponse:
    """Show the record of a person as it was at the end of a day."""
    engagement = _opened(request, pk)
    employee = get_object_or_404(selectors.people_of(engagement), pk=employee_id)
    day = local_date(timezone.now(), engagement.government.timezone)
    as_of, is_readable = _day(request.GET.get("tanggal", ""), min(day, date(engagement.year_to, 12, 31)))
    problem = "" if is_readable else _("This is no day. Write it like 2026-09-30.")
    record = None
    if not problem:
        try:
            services.open_record(
                engagement_id=engagement.pk,
                employee=employee,
                as_of=as_of,
                by=request.user,
                at=timezone.now(),
            )
            record = records.record_of(engagement, employee, as_of)
            audit_texts.name_steps(record.plans, record.reports)
        except services.DayOutOfScope:
            problem = _("Choose a day from the first day of the years in scope until today.")
        except services.RoomClosed as closed:
            raise PermissionDenied from closed
    context = {
        "engagement": engagement,
        "employee": employee,
        "as_of": as_of,
        "record": record,
        "problem": problem,
        "zone": engagement.government.timezone,
        "entries": audit_texts.told(records.entries_of(record, engagement.government.code)) if record else [],
        "has_errors": bool(problem),
    }
    return render(request, "supervision/audit_record.html", context, status=422 if problem else 200)


def _day(text: str, default: date) -> tuple[date, bool]:
    if not text:
        return default, True
    try:
        return date.fromisoformat(text), True
    except ValueError:
        return default, False


@login_required
@require_POST
def audit_sample_draw(request: HttpRequest, pk: int) -> HttpResponse:
    """Draw whose records are read."""
    engagement = _opened(request, pk)
    form = DrawForm(request.POST)
    if form.is_valid():
        try:
            with idempotency.once(request, "supervision.audit-sample") as once:
                if not once.is_replay:
                    sample = services.draw_sample(
                        engagement_id=engagement.pk,
                        as_of=form.cleaned_data["as_of"],
                        rate=form.rate,
                        minimum=form.cleaned_data["minimum"],
                        seed=form.cleaned_data["seed"],
                        by=request.user,
                        at=timezone.now(),
                    )
                    once.location = reverse("supervision:audit-sample", args=[engagement.pk, sample.pk])
            return redirect(once.location)
        except services.DayOutOfScope:
            form.add_error("as_of", _("Choose a day from the first day of the years in scope until today."))
        except services.NothingToDraw:
            form.add_error("as_of", _("Nobody worked in the scope on that day."))
        except services.SampleTooLarge:
            text = _("More than %(count)s people would be drawn. Choose a smaller share.")
            form.add_error("percent", text % {"count": services.MAX_SAMPLE})
        except services.RoomClosed as closed:
            raise PermissionDenied from closed
    return _engagement_page(request, engagement, draw_form=form, status=422)


def _sample(engagement: AuditEngagement, sample_id: int) -> AuditSample:
    sample: AuditSample = get_object_or_404(selectors.samples_of(engagement), pk=sample_id)
    return sample


@login_required
@require_GET
def audit_sample(request: HttpRequest, pk: int, sample_id: int) -> HttpResponse:
    """Show who was drawn, what has been opened, and the bundles."""
    engagement = _opened(request, pk)
    sample = _sample(engagement, sample_id)
    page = Paginator(selectors.items_of(sample), PAGE_SIZE).get_page(request.GET.get("page"))
    bundles = AuditBundle.objects.filter(sample=sample).select_related("job").order_by("-asked_at", "-pk")
    context = {
        "engagement": engagement,
        "sample": sample,
        "percent": sample.rate * 100,
        "page": page,
        "bundles": bundles[:PAGE_SIZE],
        "zone": engagement.government.timezone,
    }
    return render(request, "supervision/audit_sample.html", context)


@login_required
@require_POST
def audit_bundle_ask(request: HttpRequest, pk: int, sample_id: int) -> HttpResponse:
    """Ask for the bundle of a sample; its page is that of the job."""
    engagement = _opened(request, pk)
    sample = _sample(engagement, sample_id)
    with idempotency.once(request, "supervision.audit-bundle") as once:
        if not once.is_replay:
            try:
                bundle = services.ask_bundle(sample_id=sample.pk, by=request.user, at=timezone.now())
            except services.RoomClosed as closed:
                raise PermissionDenied from closed
            once.location = reverse("core:job-detail", args=[bundle.job_id])
    return redirect(once.location)

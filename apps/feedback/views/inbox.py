"""The inbox of complaints: one list with clocks, filters in the address, who has how much, giving several away."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from apps.accounts.models import User
from apps.core import idempotency, policy, stamps
from apps.core.held_forms import login_required
from apps.core.holidays import holidays_around
from apps.core.localtime import local_date
from apps.employees import selectors as organization
from apps.employees.models import Government, Placement, RoleAssignment, WorkUnit

from .. import permissions
from ..labels import (
    CLOCK_LABELS,
    CLOCK_TONES,
    COMPLAINT_TONES,
    STAYING_REASONS,
    ComplaintKind,
    ComplaintStatusChoices,
)
from ..models import Cause, Complaint, ReportedOfficer, Service
from ..rules.complaint_clock import clock_state
from ..rules.complaint_lifecycle import ComplaintStatus, clock_runs
from ..rules.escalation import due_before
from ..selectors import handling
from ..services import complaints

PAGE_SIZE = 25
MOST_AT_ONCE = 100
TABS = ("open", "late", "soon", "in_time", "waiting", "closed", "spam")
MINE, NOBODY = "saya", "kosong"


@dataclass(frozen=True)
class Clock:
    """What a day means for the clocks of a government."""

    today: date
    holidays: Any
    soon_days: int

    @property
    def soon_until(self) -> date:
        """First due date that is not due soon yet."""
        return due_before(self.today, self.soon_days, self.holidays)


def clock_of(government: Government) -> Clock:
    """Return today's clock of a government."""
    today = local_date(timezone.now(), government.timezone)
    return Clock(
        today,
        holidays_around(today, scope=government.code),
        policy.get("feedback.soon_days", on=today, scope=government.code),
    )


def _tab_conditions(clock: Clock) -> dict[str, Q]:
    running = Q(status__in=handling.RUNNING, is_quarantined=False)
    return {
        "open": running,
        "late": running & Q(due_on__lt=clock.today),
        "soon": running & Q(due_on__gte=clock.today, due_on__lt=clock.soon_until),
        "in_time": running & Q(due_on__gte=clock.soon_until),
        "waiting": Q(status__in=handling.WAITING, is_quarantined=False),
        "closed": Q(closed_at__isnull=False, is_quarantined=False),
        "spam": Q(is_quarantined=True, closed_at__isnull=True),
    }


def _tab_names() -> dict[str, str]:
    return {
        "open": _("To do"),
        "late": _("Overdue"),
        "soon": _("Due soon"),
        "in_time": _("In time"),
        "waiting": _("Waiting for the reporter"),
        "closed": _("Closed"),
        "spam": _("Suspected spam"),
    }


_ORDER = {"closed": ("-closed_at", "-id"), "waiting": ("reply_by", "id")}


def filtered(rows: QuerySet[Complaint], query: QueryDict, user: Any) -> QuerySet[Complaint]:
    """Return the rows that the filters of an address ask for; what is not understood is left out."""
    words = query.get("q", "").strip()[:80]
    if words:
        found = Q(number__icontains=words) | Q(unit__name__icontains=words) | Q(lapor_number__icontains=words)
        # The words of a secret report are not searched.
        rows = rows.filter(found | Q(subject__icontains=words, is_secret=False))
    if query.get("jenis") in ComplaintKind.values:
        rows = rows.filter(kind=query["jenis"])
    if query.get("keadaan") in ComplaintStatusChoices.values:
        rows = rows.filter(status=query["keadaan"])
    for name, field in (("layanan", "service"), ("sebab", "cause")):
        if query.get(name, "").isdecimal():
            rows = rows.filter(**{field: int(query[name][:9])})
    who = query.get("petugas", "")
    if who == MINE:
        rows = rows.filter(assignee=user)
    elif who == NOBODY:
        rows = rows.filter(assignee=None)
    elif who.isdecimal():
        rows = rows.filter(assignee=int(who[:9]))
    if query.get("lapor") == "1":
        rows = rows.exclude(lapor_number="")
    return rows


@login_required
@require_GET
def inbox(request: HttpRequest) -> HttpResponse:
    """The complaints of my units, the most urgent first; `?bagian=langsung` is the part that updates itself."""
    government = organization.government_of(request.user)
    if government is None or not permissions.sees_complaints(request.user):
        raise PermissionDenied
    visible = Complaint.objects.visible_to(request.user)
    clock = clock_of(government)
    tab = request.GET.get("lihat", "open")
    tab = tab if tab in TABS else "open"
    conditions = _tab_conditions(clock)
    found = filtered(visible, request.GET, request.user)
    counts = found.aggregate(
        **{name: Count("pk", filter=condition) for name, condition in conditions.items()}
    )
    rows = handling.with_visible_subject(
        found.filter(conditions[tab])
        .select_related("unit", "service", "assignee", "cause")
        .annotate(has_named=Exists(ReportedOfficer.objects.standing().filter(complaint=OuterRef("pk"))))
    )
    page = Paginator(rows.order_by(*_ORDER.get(tab, ("due_on", "id"))), PAGE_SIZE).get_page(
        request.GET.get("page")
    )
    is_choosing = request.GET.get("pilih") == "1"
    context = {
        "government": government,
        "now": timezone.now(),
        "today": clock.today,
        "page": page,
        "rows": [
            row_of(complaint, clock.today, clock.holidays, clock.soon_days) for complaint in page.object_list
        ],
        "tabs": _tabs(request, tab, counts),
        "tab": tab,
        "query": request.GET,
        "is_choosing": is_choosing,
        "people": bulk_candidates(request.user, visible, clock.today) if is_choosing else [],
        "live": None if is_choosing else _live(request),
        **_choices(request, visible, government),
    }
    template = "_complaint_rows.html" if request.GET.get("bagian") == "langsung" else "complaint_inbox.html"
    return render(request, f"feedback/{template}", context)


def _address(request: HttpRequest, **changes: str) -> str:
    query = request.GET.copy()
    for name in ("page", "bagian"):
        query.pop(name, None)
    for name, value in changes.items():
        query[name] = value
    return f"?{query.urlencode()}"


def _tabs(request: HttpRequest, tab: str, counts: dict[str, int]) -> list[dict[str, Any]]:
    return [
        {
            "label": label,
            "url": _address(request, lihat=name),
            "active": name == tab,
            "count": None if name == "closed" else counts[name],
        }
        for name, label in _tab_names().items()
    ]


def _choices(request: HttpRequest, visible: QuerySet[Complaint], government: Government) -> dict[str, Any]:
    """Return what the filters offer, in three queries however many complaints there are."""
    query = request.GET
    services = Service.objects.filter(pk__in=visible.exclude(service=None).values("service")).order_by(
        "name", "id"
    )
    officers = User.objects.filter(pk__in=visible.open().exclude(assignee=None).values("assignee"))
    causes = Cause.objects.filter(government=government, pk__in=visible.exclude(cause=None).values("cause"))
    everybody = [
        (MINE, _("Mine")),
        (NOBODY, _("Nobody's yet")),
        *((str(user.pk), user.display_name) for user in officers.order_by("display_name", "id")),
    ]
    return {
        "may_take_in": permissions.managed_units(request.user).exists(),
        "kinds": ComplaintKind.choices,
        "statuses": ComplaintStatusChoices.choices,
        "services": [(str(row.pk), row.name) for row in services],
        "causes": [(str(row.pk), row.name) for row in causes.order_by("name", "id")],
        "officers": everybody,
        "is_filtered": any(
            query.get(name) for name in ("q", "jenis", "keadaan", "layanan", "sebab", "petugas", "lapor")
        ),
        "choose_url": _address(request, pilih="1"),
    }


def _live(request: HttpRequest) -> dict[str, str]:
    """Return what the page asks to learn of changes: my own stamp and those of the units I am responsible for."""
    led = WorkUnit.objects.led_by(request.user)
    officer_of = WorkUnit.objects.with_role(request.user, "feedback_officer", "leadership", "auditor")
    units = WorkUnit.objects.filter(Q(pk__in=led.values("pk")) | Q(pk__in=officer_of.values("pk")))
    names = [f"unit:{pk}" for pk in units.order_by("pk").values_list("pk", flat=True)]
    query = request.GET.copy()
    query["bagian"] = "langsung"
    return {
        "stamp": stamps.token(f"user:{request.user.pk}", *names),
        "fragment": f"{request.path}?{query.urlencode()}",
    }


def row_of(complaint: Complaint, today: date, holidays: Any, soon: int) -> dict[str, Any]:
    """Return a complaint with the words and colors of its status and clock."""
    runs = clock_runs(ComplaintStatus(complaint.status))
    state = clock_state(today, complaint.due_on, holidays, soon).value if runs else ""
    return {
        "complaint": complaint,
        "subject": handling.subject_of(complaint),
        "tone": COMPLAINT_TONES[complaint.status],
        "state": state,
        "clock_tone": CLOCK_TONES.get(state, ""),
        "clock_label": CLOCK_LABELS.get(state, ""),
    }


def bulk_candidates(user: Any, visible: QuerySet[Complaint], day: date) -> QuerySet[User]:
    """Return to whom the user may give several at once: complaint officers, staff of units they lead, and
    whoever has some already.
    """
    led = WorkUnit.objects.led_by(user)
    government = organization.government_of(user)
    officers = RoleAssignment.objects.active_on(day).filter(
        role="feedback_officer", unit__government=government
    )
    staff = Placement.objects.active_on(day).filter(position__unit__in=led)
    return User.objects.filter(
        Q(pk__in=officers.values("user"))
        | Q(pk__in=staff.values("employee__user"))
        | Q(pk__in=visible.open().exclude(assignee=None).values("assignee")),
        is_active=True,
    ).order_by("display_name", "id")


@login_required
@require_POST
def assign_many(request: HttpRequest) -> HttpResponse:
    """Show what giving several complaints to one person would do; with `confirmed`, do it."""
    if not permissions.sees_complaints(request.user):
        raise PermissionDenied
    back = reverse("feedback:complaint-inbox")
    visible = Complaint.objects.visible_to(request.user)
    now = timezone.now()
    today = local_date(now, "Asia/Makassar")
    wanted = [int(pk) for pk in request.POST.getlist("aduan") if pk.isdecimal() and len(pk) < 10][
        :MOST_AT_ONCE
    ]
    chosen = list(visible.filter(pk__in=wanted).select_related("unit", "government").order_by("due_on", "id"))
    people = bulk_candidates(request.user, visible, today)
    who = request.POST.get("petugas", "")
    to = people.filter(pk=int(who[:9])).first() if who.isdecimal() else None
    if not chosen or to is None:
        messages.error(
            request,
            _("Tick the complaints first.")
            if to is not None
            else _("Choose who gets them, and tick them first."),
        )
        return redirect(f"{back}?pilih=1")
    if request.POST.get("confirmed") != "1":
        plan = complaints.plan_many(complaints=chosen, to=to, by=request.user, at=now)
        context = {
            "to": to,
            "going": [(row, handling.subject_of(row)) for row in plan.going],
            "staying": [(row, STAYING_REASONS[reason]) for row, reason in plan.staying],
        }
        return render(request, "feedback/complaint_assign_many.html", context)
    with idempotency.once(request, "feedback.complaint.assign_many") as once:
        if not once.is_replay:
            count = complaints.assign_many(complaints=chosen, to=to, by=request.user, at=now)
            once.location = back
            messages.success(
                request,
                ngettext(
                    "%(count)s complaint was given to %(name)s.",
                    "%(count)s complaints were given to %(name)s.",
                    count,
                )
                % {"count": count, "name": to.display_name},
            )
    return redirect(back)


@login_required
@require_GET
def workload(request: HttpRequest) -> HttpResponse:
    """Who has how much: open, overdue, due this week. A help for sharing work, not for comparing people."""
    government = organization.government_of(request.user)
    if government is None or not permissions.sees_complaints(request.user):
        raise PermissionDenied
    today = local_date(timezone.now(), government.timezone)
    loads = handling.workload(
        Complaint.objects.visible_to(request.user), today, today + timedelta(days=6 - today.weekday())
    )
    return render(
        request,
        "feedback/complaint_workload.html",
        {"loads": loads, "most": max((load.open for load in loads), default=0) or 1, "today": today},
    )

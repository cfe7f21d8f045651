"""Meetings with the public, inside an office: preparing, announcing, who came in numbers, minutes, points, promises."""

from typing import Any
from zoneinfo import ZoneInfo

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from apps.core import files
from apps.core.held_forms import login_required
from apps.core.localtime import local_date
from apps.employees import selectors as organization
from apps.employees.models import WorkUnit

from .. import permissions
from ..forms.consultation import (
    AttendanceForm,
    CommitmentForm,
    ConsultationForm,
    MinutesForm,
    PointForm,
    ReadForm,
)
from ..forms.public import WordsForm
from ..labels import COMMITMENT_TONES
from ..models import Consultation, ConsultationContribution, ConsultationPoint
from ..selectors import consultation as meetings
from ..selectors import improvement as plans
from ..services import commitments, proof_files
from ..services import consultations as services
from .acting import ask_first, form_page, limited_upload, press

PAGE_SIZE = 25


def wrong_stage(_error: Any) -> str:
    return _("This does not fit any more: look at the state of the meeting.")


def personal_data(_error: Any) -> str:
    return _(
        "It holds what looks like a number or an e-mail address of somebody. Leave it out: this is published."
    )


def _may_see(user: Any) -> bool:
    return (
        WorkUnit.objects.led_by(user).exists()
        or WorkUnit.objects.with_role(user, "feedback_officer", "leadership", "auditor").exists()
    )


@login_required
@require_GET
def consultation_list(request: HttpRequest) -> HttpResponse:
    """The meetings of my units, newest first."""
    if not _may_see(request.user):
        raise PermissionDenied
    now = timezone.now()
    rows = (
        Consultation.objects.visible_to(request.user)
        .select_related("unit", "government")
        .annotate(
            promised=Count("points__commitments", distinct=True),
            kept=Count("points__commitments", filter=Q(points__commitments__status="kept"), distinct=True),
            unread=Count("contributions", filter=Q(contributions__status="waiting"), distinct=True),
        )
        .order_by("-starts_at", "-id")
    )
    if words := request.GET.get("q", "").strip()[:80]:
        rows = rows.filter(Q(title__icontains=words) | Q(unit__name__icontains=words))
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": [{"meeting": row, "stage": meetings.stage_tag(row, now)} for row in page.object_list],
        "words": words,
        "may_add": permissions.managed_units(request.user).filter(is_active=True).exists(),
    }
    return render(request, "feedback/consultation_list.html", context)


def _load(request: HttpRequest, pk: int) -> Consultation:
    return get_object_or_404(
        Consultation.objects.visible_to(request.user).select_related(
            "government", "unit__government", "service", "minutes_file"
        ),
        pk=pk,
    )


def _managed(request: HttpRequest, pk: int) -> Consultation:
    meeting = _load(request, pk)
    if not permissions.may_plan(request.user, meeting.unit):
        raise PermissionDenied
    return meeting


def _page_of(meeting: Consultation, anchor: str = "") -> str:
    return reverse("feedback:consultation-detail", args=[meeting.pk]) + anchor


@login_required
@require_GET
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One meeting: its announcement, who came, points with answers and promises, minutes."""
    meeting = _load(request, pk)
    now = timezone.now()
    today = meetings.local_day(meeting, now)
    stage = meetings.stage_tag(meeting, now)
    manages = permissions.may_plan(request.user, meeting.unit)
    points = meetings.points_with_promises(meeting)
    rows = [
        {
            "point": point,
            "promises": [
                {
                    "promise": promise,
                    "tone": COMMITMENT_TONES[promise.status],
                    "is_late": meetings.is_late(promise, today),
                }
                for promise in point.commitments.all()
            ],
            "items": point.improvements.all(),
            "is_open": not point.answer and not point.commitments.all(),
        }
        for point in points
    ]
    is_running = meeting.cancelled_at is None and meeting.published_at is None
    is_announced = meeting.announced_at is not None
    is_held = is_announced and now >= meeting.starts_at
    context = {
        "meeting": meeting,
        "stage": stage,
        "today": today,
        "agenda": meeting.agenda.all(),
        "groups": meeting.groups.all(),
        "total": meetings.attendance_total(meeting),
        "rows": rows,
        "open_points": sum(1 for row in rows if row["is_open"]),
        "contributions": meetings.contribution_count(meeting),
        "manages": manages,
        "may_revise": manages and is_running and not is_held,
        "may_announce": manages and is_running and not is_announced and now < meeting.starts_at,
        "may_cancel": manages and is_running,
        "may_hold": manages and is_running and is_held,
        "may_point": manages and is_running and is_announced,
        "may_publish": is_running and is_held and permissions.may_approve_wording(request.user, meeting.unit),
        "is_past_draft": not is_announced and now >= meeting.starts_at,
    }
    return render(request, "feedback/consultation_detail.html", context)


def _values(form: ConsultationForm) -> dict[str, Any]:
    dropped = {"unit", "service", "day", "begins", "ends", "kind"}
    return {name: value for name, value in form.cleaned_data.items() if name not in dropped}


@login_required
def add(request: HttpRequest) -> HttpResponse:
    """Prepare a meeting."""
    units = permissions.managed_units(request.user).filter(is_active=True).order_by("name", "id")
    government = organization.government_of(request.user)
    choices = list(units[:2])
    if not choices or government is None:
        raise PermissionDenied
    initial = {"unit": choices[0].pk} if len(choices) == 1 else {}

    def work(form: ConsultationForm) -> str:
        meeting = services.create_consultation(
            unit=form.cleaned_data["unit"],
            service=form.cleaned_data["service"],
            kind=form.cleaned_data["kind"],
            by=request.user,
            at=timezone.now(),
            **_values(form),
        )
        return _page_of(meeting)

    return form_page(
        request,
        make=lambda *data: ConsultationForm(
            *data[:1], units=units, zone=government.timezone, initial=initial
        ),
        work=work,
        purpose="consultation.add",
        back=reverse("feedback:consultation-list"),
        texts={
            "heading": _("Prepare a public meeting"),
            "lead": _("Nobody outside sees it before you announce it."),
            "button": _("Save the draft"),
            "done": _("The draft is saved. Look at it, then announce it."),
        },
    )


@login_required
def revise(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a meeting that has not begun."""
    meeting = _managed(request, pk)
    zone = ZoneInfo(meeting.government.timezone)
    begins, ends = meeting.starts_at.astimezone(zone), meeting.ends_at.astimezone(zone)
    initial = {
        "title": meeting.title,
        "purpose": meeting.purpose,
        "day": begins.date(),
        "begins": begins.strftime("%H.%M"),
        "ends": ends.strftime("%H.%M"),
        "place": meeting.place,
        "how_to_join": meeting.how_to_join,
        "accessibility": meeting.accessibility,
        "contributions_until": meeting.contributions_until,
        "agenda": "\n".join(row.text for row in meeting.agenda.all()),
        "groups": "\n".join(row.name for row in meeting.groups.all()),
    }

    return form_page(
        request,
        make=lambda *data: ConsultationForm(
            *data[:1], units=None, zone=meeting.government.timezone, initial=initial
        ),
        work=lambda form: services.revise_consultation(
            consultation_id=meeting.pk, by=request.user, at=timezone.now(), **_values(form)
        ),
        purpose="consultation.revise",
        back=_page_of(meeting),
        refusals={services.WrongStage: (None, wrong_stage)},
        texts={
            "heading": _("Change the meeting"),
            "lead": meeting.title,
            "button": _("Save the change"),
            "done": _("The change is saved. Who has read the announcement does not know of it: tell people."),
        },
    )


@login_required
@require_POST
def announce(request: HttpRequest, pk: int) -> HttpResponse:
    """Put it on the public page."""
    meeting = _managed(request, pk)
    question = ask_first(
        request,
        heading=_("Announce this meeting?"),
        text=_("Everybody can read it from then on."),
        label=_("Announce"),
        back=_page_of(meeting),
    )
    return question or press(
        request,
        work=lambda: services.announce(consultation_id=meeting.pk, by=request.user, at=timezone.now()),
        purpose="consultation.announce",
        back=_page_of(meeting),
        done=_("Announced. Everybody can read it now."),
        refusals={services.WrongStage: wrong_stage(None)},
    )


@login_required
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Call it off."""
    meeting = _managed(request, pk)
    return form_page(
        request,
        make=lambda *data: WordsForm(
            *data[:1], label=_("Why does it not take place?"), hint=_("The public reads this.")
        ),
        work=lambda form: services.cancel(
            consultation_id=meeting.pk,
            reason=form.cleaned_data["text"],
            by=request.user,
            at=timezone.now(),
        ),
        purpose="consultation.cancel",
        back=_page_of(meeting),
        refusals={services.WrongStage: (None, wrong_stage)},
        texts={
            "heading": _("Call the meeting off"),
            "lead": meeting.title,
            "button": _("Call it off"),
            "tone": "danger",
            "done": _("The meeting is called off."),
        },
    )


@login_required
def attendance(request: HttpRequest, pk: int) -> HttpResponse:
    """Record how many came."""
    meeting = _managed(request, pk)
    groups = list(meeting.groups.all())
    return form_page(
        request,
        make=lambda *data: AttendanceForm(*data[:1], groups=groups),
        work=lambda form: services.record_attendance(
            consultation_id=meeting.pk,
            counts=form.counts(),
            others=form.cleaned_data["others"],
            by=request.user,
            at=timezone.now(),
        ),
        purpose="consultation.attendance",
        back=_page_of(meeting),
        refusals={services.WrongStage: (None, wrong_stage), services.NotHeldYet: (None, wrong_stage)},
        texts={
            "heading": _("How many came?"),
            "lead": _("Numbers by group only. The list of names stays on paper."),
            "button": _("Save the numbers"),
            "done": _("The numbers are saved."),
        },
    )


@limited_upload
@login_required
def minutes(request: HttpRequest, pk: int) -> HttpResponse:
    """Write the minutes."""
    meeting = _managed(request, pk)
    limit = proof_files.max_megabytes(
        meeting.government, local_date(timezone.now(), meeting.government.timezone)
    )

    def work(form: MinutesForm) -> None:
        upload = form.cleaned_data["file"]
        if upload is not None and upload.size > limit * proof_files.MEGABYTE:
            raise proof_files.ProofTooBig(limit=limit)
        services.write_minutes(
            consultation_id=meeting.pk,
            text=form.cleaned_data["text"],
            upload_name=upload.name if upload else "",
            content=upload.read() if upload else None,
            is_file_public=form.cleaned_data["is_file_public"],
            by=request.user,
            at=timezone.now(),
        )

    return form_page(
        request,
        make=lambda *data: MinutesForm(
            *data,
            limit_mb=limit,
            initial={"text": meeting.minutes, "is_file_public": meeting.minutes_file_is_public},
        ),
        work=work,
        purpose="consultation.minutes",
        back=_page_of(meeting),
        refusals={
            services.PersonalDataFound: ("text", personal_data),
            services.WrongStage: (None, wrong_stage),
            services.NotHeldYet: (None, wrong_stage),
            services.NotAnnounced: (None, wrong_stage),
        },
        texts={
            "heading": _("Minutes"),
            "lead": meeting.title,
            "button": _("Save the minutes"),
            "done": _("The minutes are saved. They are public only when the head publishes them."),
            "max_bytes": limit * proof_files.MEGABYTE,
            "rows": {"text": 14},
        },
    )


@login_required
@require_GET
def minutes_file(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The scan, for the office and its auditors."""
    meeting = _load(request, pk)
    if meeting.minutes_file is None:
        raise Http404
    return files.response(meeting.minutes_file, meeting.minutes_file_name)


@login_required
@require_POST
def publish(request: HttpRequest, pk: int) -> HttpResponse:
    """Publish the minutes, by the head."""
    meeting = _load(request, pk)
    if not permissions.may_approve_wording(request.user, meeting.unit):
        raise PermissionDenied
    question = ask_first(
        request,
        heading=_("Publish the minutes?"),
        text=_("They do not change any more after that."),
        label=_("Publish the minutes"),
        back=_page_of(meeting),
    )
    return question or press(
        request,
        work=lambda: services.publish_minutes(consultation_id=meeting.pk, by=request.user, at=timezone.now()),
        purpose="consultation.publish",
        back=_page_of(meeting),
        done=_("Published. From now on everybody follows the promises with you."),
        refusals={
            services.WordsMissing: _("Write the minutes first."),
            services.PointsOpen: _("Every point needs an answer or a promise first."),
            services.WrongStage: wrong_stage(None),
            services.NotHeldYet: wrong_stage(None),
            services.NotAnnounced: wrong_stage(None),
        },
    )


# --- points


@login_required
def point_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Write down something that was raised; from a written contribution, with its words filled in."""
    meeting = _managed(request, pk)
    number = request.GET.get("masukan", "")
    source = (
        meeting.contributions.exclude(status="waiting").filter(pk=int(number)).first()
        if number.isdecimal() and len(number) < 16
        else None
    )
    return form_page(
        request,
        make=lambda *data: PointForm(
            *data[:1],
            groups=meeting.groups.all(),
            label=_("What was raised?"),
            hint=_("In one or two sentences, without names. It is published with its answer."),
            initial={"text": source.text} if source else {},
        ),
        work=lambda form: services.add_point(
            consultation_id=meeting.pk,
            text=form.cleaned_data["text"],
            group=form.cleaned_data["group"],
            contribution=source,
            by=request.user,
            at=timezone.now(),
        ),
        purpose="consultation.point",
        back=_page_of(meeting, "#butir"),
        refusals={
            services.PersonalDataFound: ("text", personal_data),
            services.WrongStage: (None, wrong_stage),
            services.NotAnnounced: (None, wrong_stage),
        },
        texts={
            "heading": _("A point that was raised"),
            "lead": meeting.title,
            "button": _("Save the point"),
            "done": _("The point is saved. It needs an answer or a promise."),
        },
    )


def _point(request: HttpRequest, pk: int) -> tuple[ConsultationPoint, Consultation]:
    point: ConsultationPoint = get_object_or_404(
        ConsultationPoint,
        pk=pk,
        consultation__in=Consultation.objects.visible_to(request.user),
    )
    return point, _managed(request, point.consultation_id)


@login_required
def point_answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer a point in words."""
    point, meeting = _point(request, pk)
    return form_page(
        request,
        make=lambda *data: WordsForm(
            *data[:1],
            label=_("Your answer"),
            hint=_("The public reads it. If something will be done, make a promise instead."),
            initial={"text": point.answer},
        ),
        work=lambda form: services.answer_point(
            point_id=point.pk, answer=form.cleaned_data["text"], by=request.user, at=timezone.now()
        ),
        purpose="consultation.answer",
        back=_page_of(meeting, "#butir"),
        refusals={
            services.PersonalDataFound: ("text", personal_data),
            services.WrongStage: (None, wrong_stage),
        },
        texts={
            "heading": _("Answer a point"),
            "lead": point.text,
            "button": _("Save the answer"),
            "done": _("The answer is saved."),
        },
    )


@login_required
def commitment_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Promise something because of a point."""
    point, meeting = _point(request, pk)
    today = meetings.local_day(meeting, timezone.now())
    return form_page(
        request,
        make=lambda *data: CommitmentForm(
            *data[:1], people=plans.responsible_choices(request.user, meeting.unit, today), today=today
        ),
        work=lambda form: commitments.make_commitment(
            point_id=point.pk, by=request.user, at=timezone.now(), **form.cleaned_data
        ),
        purpose="commitment.add",
        back=_page_of(meeting, "#butir"),
        refusals={
            services.PersonalDataFound: ("text", personal_data),
            services.WrongStage: (None, wrong_stage),
            commitments.ResponsibleNotHere: (
                "owner",
                lambda _error: _("This person no longer works here. Choose somebody else."),
            ),
        },
        texts={
            "heading": _("Promise something"),
            "lead": point.text,
            "button": _("Promise it"),
            "done": _("The promise is written down. Its owner has been told."),
        },
    )


# --- written contributions


@login_required
@require_GET
def contribution_list(request: HttpRequest, pk: int) -> HttpResponse:
    """What came in writing: to be read first."""
    meeting = _load(request, pk)
    rows = meeting.contributions.select_related("point").order_by("-status", "is_suspicious", "id")
    context = {
        "meeting": meeting,
        "page": Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page")),
        "counts": meetings.contribution_count(meeting),
        "manages": permissions.may_plan(request.user, meeting.unit),
        "may_point": meeting.cancelled_at is None and meeting.published_at is None,
    }
    return render(request, "feedback/contribution_list.html", context)


@login_required
def contribution_read(request: HttpRequest, pk: int) -> HttpResponse:
    """Decide whether the public may read it."""
    row: ConsultationContribution = get_object_or_404(
        ConsultationContribution,
        pk=pk,
        consultation__in=Consultation.objects.visible_to(request.user),
    )
    meeting = _managed(request, row.consultation_id)
    back = reverse("feedback:contribution-list", args=[meeting.pk])
    if row.status != "waiting" and request.method == "GET":
        return redirect(back)
    return form_page(
        request,
        make=lambda *data: ReadForm(*data[:1]),
        work=lambda form: services.decide_contribution(
            contribution_id=row.pk,
            reason_code=form.cleaned_data["reason_code"],
            by=request.user,
            at=timezone.now(),
        ),
        purpose="contribution.read",
        back=back,
        refusals={services.AlreadyRead: (None, lambda _error: _("Somebody else has read it already."))},
        texts={
            "heading": _("A written contribution"),
            "lead": meeting.title,
            "button": _("Save my decision"),
            "done": _("Saved. The words were not changed."),
            "aside_title": _("What was written"),
            "aside_text": row.text,
        },
    )

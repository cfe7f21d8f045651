"""Second readers: what was given to me, and the blind page of one report without a name and without a verdict."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import F
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from apps.assessments.models import Evidence, ReportVersion
from apps.core import files, held_forms, idempotency
from apps.core.held_forms import login_required
from apps.employees import selectors as people

from ..forms.sampling import DeclineReadingForm, VerdictForm
from ..labels import FOUND_TONES, FoundChoices
from ..models import SecondReading
from ..permissions import reviews_people
from ..services import second_readings
from .sampling import PAGE_SIZE, place_of


@login_required
@require_GET
def second_list(request: HttpRequest) -> HttpResponse:
    """What I am asked to read as second reader, open ones first."""
    government, day = place_of(request)
    mine = SecondReading.objects.visible_to(request.user)
    if not (reviews_people(request.user, day) or mine.exists()):
        raise PermissionDenied
    rows = mine.select_related("drawn__draw__period__cycle").order_by(
        F("judged_at").desc(nulls_first=True), "assigned_at", "pk"
    )
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"page": page, "zone": government.timezone, "open": mine.open().count()}
    return render(request, "supervision/sampling/second_list.html", context)


def _reading_or_404(request: HttpRequest, reading_id: int) -> SecondReading:
    reading: SecondReading = get_object_or_404(
        SecondReading.objects.visible_to(request.user).select_related(
            "drawn__report__period__cycle__government", "reader"
        ),
        pk=reading_id,
    )
    return reading


def _version(reading: SecondReading) -> ReportVersion:
    """Return what was drawn: the version of that day, whatever was sent since."""
    version: ReportVersion = get_object_or_404(
        ReportVersion, report=reading.drawn.report_id, version=reading.drawn.version
    )
    return version


@login_required
@require_http_methods(["GET", "POST"])
def second_detail(request: HttpRequest, reading_id: int) -> HttpResponse:
    """Read a report of another unit: no name, no verdict of the first reader before one's own."""
    reading = _reading_or_404(request, reading_id)
    if request.method == "GET":
        return _page(request, reading, VerdictForm(held_forms.take(request)))
    form = VerdictForm(request.POST)
    if not form.is_valid():
        return _page(request, reading, form, status=422)
    back = reverse("supervision:second-list")
    by = people.employee_of(request.user)
    if by is None:
        raise PermissionDenied
    try:
        with idempotency.once(request, "supervision.second.judge") as once:
            if not once.is_replay:
                second_readings.judge_second(
                    reading_id=reading.pk,
                    found=form.cleaned_data["found"],
                    note=form.cleaned_data["note"],
                    by=by,
                    at=timezone.now(),
                )
                once.location = back
    except second_readings.AlreadyJudged:
        messages.info(request, _("This report has your verdict already."))
        return redirect("supervision:second-detail", reading_id=reading.pk)
    messages.success(request, _("Noted. Thank you for reading."))
    return redirect(back)


@login_required
@require_http_methods(["GET", "POST"])
def second_decline(request: HttpRequest, reading_id: int) -> HttpResponse:
    """Say that one cannot read it, and why; another reader is drawn."""
    reading = _reading_or_404(request, reading_id)
    by = people.employee_of(request.user)
    if by is None:
        raise PermissionDenied
    here, back = reverse("supervision:second-detail", args=[reading.pk]), reverse("supervision:second-list")
    if reading.found:
        messages.info(request, _("This report has your verdict already."))
        return redirect(here)
    form = DeclineReadingForm(request.POST if request.method == "POST" else held_forms.take(request))
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        try:
            second_readings.decline_second(reading_id=reading.pk, reason=reason, by=by, at=timezone.now())
        except (second_readings.NotTheReader, second_readings.AlreadyJudged):
            messages.info(request, _("This cannot be done any more. Nothing was changed."))
        else:
            messages.success(request, _("Noted. Somebody else is drawn to read it."))
        return redirect(back)
    status = 422 if request.method == "POST" else 200
    context = {"reading": reading, "form": form, "back": here}
    return render(request, "supervision/sampling/second_decline.html", context, status=status)


def _page(
    request: HttpRequest, reading: SecondReading, form: VerdictForm, *, status: int = 200
) -> HttpResponse:
    version = _version(reading)
    drawn = reading.drawn
    both = bool(reading.found) and bool(drawn.found)
    context = {
        "reading": reading,
        "period": drawn.report.period,
        "version": version,
        "evidence": [
            {
                "item": item,
                "url": reverse("supervision:second-file", args=[reading.pk, item["id"]]),
                "verdict": None,
                "questions": [],
            }
            for item in version.content["evidence"]
        ],
        "form": form,
        "found_label": FoundChoices(reading.found).label if reading.found else "",
        "found_tone": FOUND_TONES.get(reading.found, "neutral"),
        "first_label": FoundChoices(drawn.found).label if both else "",
        "first_tone": FOUND_TONES[drawn.found] if both else "neutral",
        "first_note": drawn.note if both else "",
        "zone": drawn.report.period.cycle.government.timezone,
    }
    return render(request, "supervision/sampling/second_detail.html", context, status=status)


@login_required
@require_GET
def second_file(request: HttpRequest, reading_id: int, evidence_id: int) -> HttpResponseBase:
    """A file of the report that is read a second time; none of any other report."""
    reading = _reading_or_404(request, reading_id)
    if evidence_id not in {item["id"] for item in _version(reading).content["evidence"]}:
        raise Http404
    found = get_object_or_404(
        Evidence.objects.select_related("file"), pk=evidence_id, report=reading.drawn.report_id
    )
    return files.response(found.file, found.name, inline=True)

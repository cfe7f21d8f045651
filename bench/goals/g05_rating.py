"""G5: what a citizen meets at the counter. The survey page, and the rating with everything it sets in motion."""

import uuid
from collections.abc import Callable

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse
from django.views.decorators.csrf import csrf_exempt

from bench.context import Context, Region, Server
from bench.harness import Figure, Goal

BARE = "_bench/bare-rating"


@csrf_exempt
def bare_rating(request: HttpRequest) -> HttpResponse:
    """The least that keeps a rating: one insert of what was posted, no form, no questions, no trail."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO feedback_response (government_id, service_id, survey_period_id, point_id, channel, tier,"
            " filled_by, pace, hour, sex, age_band, education, occupation, remark, is_quarantined, signals)"
            " VALUES (%s, %s, %s, %s, 'qr', 'terbuka', '', '', date_trunc('hour', now()), '', '', '', '', %s, false,"
            " '[]')",
            [request.POST[name] for name in ("government", "service", "period", "point", "remark")],
        )
    return HttpResponse(status=204)


urlpatterns = [path(BARE, bare_rating)]


def goals(context: Context) -> list[Goal | Figure]:
    """Return the goals at the smallest size: a rating does not know how many people a region has."""
    size = context.sizes[0]
    # Thousands of ratings change what others measure, so they go to a copy of their own.
    region = context.own_region(size)
    server = region.server()
    counter, bare = _counter(region)
    page = reverse("feedback:rate", args=[counter])
    citizen, plain = server.visitor(), server.visitor()
    region.page(region.client(), page, name="survey")
    return [
        Goal(
            "G5",
            "rating sent / bare view with one insert",
            case=_rating(server, page),
            limit=lambda: plain.post(f"/{BARE}", bare),
            at_least=0.5,
            size=size,
            per_round=10,
        ),
        Goal(
            "G5",
            "survey page / hello",
            case=lambda: citizen.get(page),
            limit=lambda: plain.get(context.HELLO),
            at_least=0.5,
            size=size,
            per_round=20,
        ),
    ]


def _counter(region: Region) -> tuple[str, dict[str, str]]:
    """Return the code of a counter that is surveyed today, and the ids of a bare insert."""
    from django.utils import timezone

    from apps.feedback.models import SurveyPeriod

    today = timezone.now().date()
    with region.use():
        period = (
            SurveyPeriod.objects.filter(
                starts_on__lte=today, ends_on__gte=today, service__points__isnull=False
            )
            .select_related("service__unit")
            .order_by("pk")
            .first()
        )
        if period is None:
            raise RuntimeError("no survey runs today in the generated region: its year is over")
        point = period.service.points.order_by("pk").first()
    return point.code, {
        "government": str(period.service.unit.government_id),
        "service": str(period.service_id),
        "period": str(period.pk),
        "point": str(point.pk),
        "remark": "Petugas ramah.",
    }


def _rating(server: Server, page: str) -> Callable[[], None]:
    """Return what sends one rating: a new key each time, else it would count as the same one sent twice."""
    import re

    citizen = server.visitor()
    form = citizen.get(page)
    radio = re.findall(r"<input[^>]*type=\"radio\"[^>]*>", form.text)
    names = {
        found.group(1) for tag in radio if (found := re.search(r'name="([^"]+)"', tag)) and 'value="3"' in tag
    }
    hidden = form.hidden

    def send() -> None:
        answer = citizen.post(page, hidden | dict.fromkeys(names, "3") | {"_key": str(uuid.uuid4())})
        if answer.status != 302:
            raise RuntimeError(f"the rating was answered with {answer.status}:\n{answer.text[:1500]}")

    return send

"""G4: the supervisor's start page beside the same table through model objects, and beside "hello".

The page is measured as it is looked at between two events (kept until a stamp changes), and right after an event, when
everything that an event can change is made anew: for the head of a few people, for the one with 140, and for whoever
leads the region.
"""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import path

from bench.context import Context
from bench.goals.g03_dashboards import event, look
from bench.harness import Figure, Goal

ROLE = "large_appraiser"
PAGE, PLAIN = "/pengawas/", "/_bench/today-models"
# Who looks right after an event, how the result is named, and at which page.
READERS = {
    "appraiser": (", a few people", PAGE),
    "large_appraiser": ("", PAGE),
    "leadership": (", the whole region", f"{PAGE}?lingkup=unit"),
}
# As many as the page shows at once.
ROWS = 25

TEXT = """
{% extends "base.html" %}
{% block content %}
  <table class="table">
    <thead><tr><th>Nama</th><th>SKP</th><th>Laporan</th><th>Penilaian</th></tr></thead>
    <tbody>
      {% for row in rows %}
        <tr>
          <td>
            <a href="{% url "employees:detail" row.person.pk %}">{{ row.person.full_name }}</a>
            <span class="hint small block">{{ row.place.position.title }}, {{ row.place.position.unit.name }}</span>
          </td>
          <td>
            {% if row.plan %}
              <a href="{% url "indicators:skp-detail" row.plan.pk %}">{{ row.plan.get_status_display }}</a>
            {% endif %}
          </td>
          <td>
            {% if row.report %}
              <a href="{% url "assessments:review-detail" row.report.pk %}">{{ row.report.get_status_display }}</a>
            {% endif %}
          </td>
          <td>
            {% with row.evaluation as evaluation %}
              {% if evaluation %}{{ evaluation.get_status_display }} {{ evaluation.get_predikat_display }}{% endif %}
            {% endwith %}
          </td>
        </tr>
      {% endfor %}
    </tbody>
  </table>
{% endblock content %}
"""


@login_required
def models_in_a_plain_template(request: HttpRequest) -> HttpResponse:
    """Show the same people with the same columns the plain way: five queries, model objects, no cache."""
    from apps.assessments.models import Evaluation, SelfReport
    from apps.employees.models import Employee, Placement
    from apps.indicators.models import Skp

    people = list(Employee.objects.supervised_by(request.user).order_by("name", "pk")[:ROWS])

    def newest(rows: Any) -> dict[int, Any]:
        return {row.employee_id: row for row in rows.filter(employee__in=people).order_by("pk")}

    places = newest(Placement.objects.filter(is_main=True).select_related("position__unit"))
    plans, reports = newest(Skp.objects.all()), newest(SelfReport.objects.filter(version__gt=0))
    evaluations = newest(Evaluation.objects.all())
    rows = [
        {
            "person": person,
            "place": places.get(person.pk),
            "plan": plans.get(person.pk),
            "report": reports.get(person.pk),
            "evaluation": evaluations.get(person.pk),
        }
        for person in people
    ]
    return HttpResponse(_template().render({"rows": rows}, request))


def _template() -> Any:
    global _compiled
    if _compiled is None:
        _compiled = engines["django"].from_string(TEXT)
    return _compiled


_compiled: Any = None

urlpatterns = [path("_bench/today-models", models_in_a_plain_template)]


def goals(context: Context) -> list[Goal | Figure]:
    """The page against both limits, over HTTP, with a connection that stays open."""
    size = context.sizes[0]
    region = context.region(size)
    visitor = region.server().visitor(ROLE)
    if visitor.get(PAGE).status != 200 or visitor.get(PLAIN).status != 200:
        raise RuntimeError("the page does not open")
    return [
        Goal(
            "G4",
            "Today / the same table through model objects",
            case=lambda: visitor.get(PAGE),
            limit=lambda: visitor.get(PLAIN),
            at_least=2.5,
            size=size,
            per_round=10,
        ),
        Goal(
            "G4",
            "Today / hello with the middleware stack",
            case=lambda: visitor.get(PAGE),
            limit=lambda: visitor.get(context.HELLO),
            at_most=12,
            size=size,
            per_round=20,
        ),
        *(after_an_event(context, role) for role in READERS),
    ]


def after_an_event(context: Context, role: str) -> Goal:
    """What the first look after an event costs somebody."""
    from apps.core import stamps

    size = context.sizes[0]
    region = context.region(size)
    words, page = READERS[role]
    visitor, user = region.server().visitor(role), user_of(region, role)

    def case() -> object:
        with region.use():
            stamps.bump_now(f"user:{user}")
        return visitor.get(page)

    return Goal(
        "G4",
        f"Today right after an event / hello{words}",
        case=case,
        limit=lambda: visitor.get(context.HELLO),
        at_most=100,
        size=size,
        per_round=3,
        queries=look(region, page, event, role).queries,
    )


def user_of(region: Any, role: str) -> int:
    """Return the key of somebody known."""
    from apps.accounts.models import User

    with region.use():
        return int(User.objects.get(login=region.logins[role]).pk)

"""The gap analysis (AKPK): what posts ask for against what people were assessed at, by competence and unit."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from apps.core.held_forms import login_required
from apps.employees.labels import PositionClass
from apps.employees.models import Employee, Government, WorkUnit

from .. import permissions
from ..labels import CompetenceKindChoices
from ..models import Competence
from ..querysets import people_in
from ..selectors import competences as selectors
from ..services import akpk_sheets, gap_needs
from .common import PAGE_SIZE, actor, area_tabs, government_or_403
from .competence_import import xlsx


@dataclass(frozen=True, slots=True)
class Chosen:
    """What the filters of the address say."""

    unit: WorkUnit | None
    kind: str
    competence: str
    position_class: str

    @property
    def query(self) -> str:
        """The same filters as a query string."""
        values = {
            "unit": self.unit.pk if self.unit else "",
            "jenis": self.kind,
            "kompetensi": self.competence,
            "kelas": self.position_class,
        }
        return urlencode({key: value for key, value in values.items() if value})


def _units(request: HttpRequest, government: Government) -> QuerySet[WorkUnit]:
    """Return the units whose people the user may look at here: led by the user, or with a role for it."""
    day = permissions.today_of(government)
    led = WorkUnit.objects.led_by(request.user, on=day)
    roles = WorkUnit.objects.with_role(request.user, *permissions.READERS, on=day)
    roots = WorkUnit.objects.filter(pk__in=led.values("pk")) | WorkUnit.objects.filter(
        pk__in=roles.values("pk")
    )
    return WorkUnit.objects.below_any(roots).filter(government=government, is_active=True)


def _chosen(request: HttpRequest, units: QuerySet[WorkUnit], competences: QuerySet[Competence]) -> Chosen:
    text = request.GET.get("unit", "")
    unit = None
    if text.isascii() and text.isdigit() and len(text) < 10:
        unit = units.filter(pk=int(text)).first()
    kind, post = request.GET.get("jenis", ""), request.GET.get("kelas", "")
    code = request.GET.get("kompetensi", "").replace("\0", "")[:50]
    return Chosen(
        unit=unit,
        kind=kind if kind in CompetenceKindChoices.values else "",
        competence=code if any(row.code == code for row in competences) else "",
        position_class=post if post in PositionClass.values else "",
    )


def _people(request: HttpRequest, units: QuerySet[WorkUnit], government: Government) -> QuerySet[Employee]:
    day = permissions.today_of(government)
    return Employee.objects.visible_to(request.user).filter(pk__in=people_in(units, day), is_active=True)


def _narrowed(
    request: HttpRequest, government: Government, chosen: Chosen, units: QuerySet[WorkUnit]
) -> list[selectors.PersonGaps]:
    wanted = units.under(chosen.unit) if chosen.unit else units  # type: ignore[attr-defined]
    people = selectors.gaps_of_people(
        _people(request, wanted, government), government, permissions.today_of(government)
    )
    if chosen.position_class:
        people = [row for row in people if row.position.position_class == chosen.position_class]
    if chosen.kind:
        people = [
            selectors.PersonGaps(
                row.employee,
                row.position,
                tuple(gap for gap in row.gaps if gap.kind.value == chosen.kind),
                row.assessments,
            )
            for row in people
        ]
    return people


def _shown_units(units: QuerySet[WorkUnit], chosen: Chosen) -> list[WorkUnit]:
    """Return the next level below what is looked at; without a choice the highest ones the user may see."""
    rows = list(units.order_by("path"))
    if chosen.unit is not None:
        return [row for row in rows if row.parent_id == chosen.unit.pk]
    known = {row.pk for row in rows}
    tops = [row for row in rows if row.parent_id not in known]
    if len(tops) == 1:
        return [row for row in rows if row.parent_id == tops[0].pk] or tops
    return tops


@dataclass(frozen=True, slots=True)
class _Page:
    """What the page and its workbook show."""

    government: Government
    units: QuerySet[WorkUnit]
    competences: list[Competence]
    chosen: Chosen
    people: list[selectors.PersonGaps]
    minimum: int

    @property
    def focused(self) -> list[selectors.PersonGaps]:
        """The people with the chosen competence only."""
        if not self.chosen.competence:
            return self.people
        return selectors.only_competence(self.people, self.chosen.competence)

    @property
    def lines(self) -> list[selectors.AkpkLine]:
        """The table per competence."""
        names = {row.code: row.name for row in self.competences}
        return selectors.akpk_lines(self.focused, names, self.minimum)

    @property
    def unit_lines(self) -> list[selectors.UnitLine]:
        """The table per unit."""
        return selectors.unit_lines(self.focused, _shown_units(self.units, self.chosen), self.minimum)


def _load(request: HttpRequest) -> _Page:
    government = government_or_403(request)
    permissions.require(permissions.sees_needs(request.user, government))
    units = _units(request, government)
    competences = Competence.objects.filter(government=government, is_active=True).order_by("kind", "name")
    chosen = _chosen(request, units, competences)
    return _Page(
        government,
        units,
        list(competences),
        chosen,
        _narrowed(request, government, chosen, units),
        selectors.minimum_people(government, permissions.today_of(government)),
    )


@login_required
@require_GET
def akpk(request: HttpRequest) -> HttpResponse:
    """The gap analysis of the people I lead or have a role for; filters stand in the address."""
    found = _load(request)
    persons = None
    if found.chosen.competence:
        below = [row for row in found.focused if row.below]
        persons = Paginator(below, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "area_tabs": area_tabs(request, found.government, "akpk"),
        "chosen": found.chosen,
        "units": found.units.order_by("path"),
        "kinds": CompetenceKindChoices.choices,
        "classes": PositionClass.choices,
        "competences": found.competences,
        "lines": [(row, CompetenceKindChoices(row.kind).label) for row in found.lines],
        "unit_lines": found.unit_lines,
        "persons": persons,
        "count": len(found.people),
        "minimum": found.minimum,
        "may_propose": permissions.may_manage_programmes(request.user, found.government),
    }
    return render(request, "training/akpk.html", context)


@login_required
@require_GET
def akpk_export(request: HttpRequest) -> HttpResponse:
    """The same tables as a workbook, with the gaps of each person."""
    found = _load(request)
    content = akpk_sheets.workbook(
        government=found.government,
        lines=found.lines,
        unit_lines=found.unit_lines,
        people=found.focused,
        names={row.code: row.name for row in found.competences},
        by=actor(request),
        at=timezone.now(),
    )
    return xlsx(content, "akpk.xlsx")


@login_required
@require_POST
def akpk_propose(request: HttpRequest) -> HttpResponse:
    """Propose needs for the gaps of the people shown, as far as they are mine to develop."""
    government = government_or_403(request)
    permissions.require(permissions.may_manage_programmes(request.user, government))
    units = _units(request, government)
    competences = Competence.objects.filter(government=government, is_active=True)
    chosen = _chosen(request, units, competences)
    wanted = units.under(chosen.unit) if chosen.unit else units  # type: ignore[attr-defined]
    people = _people(request, wanted, government).filter(
        pk__in=permissions.assessable(request.user, government).values("pk")
    )
    fresh = gap_needs.propose_from_gaps(
        people=Employee.objects.filter(pk__in=people.values("pk")),
        government=government,
        by=actor(request),
        at=timezone.now(),
    )
    if fresh:
        messages.success(request, _("Proposed: %(n)s needs, each with its gap.") % {"n": len(fresh)})
    else:
        messages.info(request, _("Every gap has been proposed before."))
    return redirect(f"{reverse('training:akpk')}?{chosen.query}")

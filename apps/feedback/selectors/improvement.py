"""Questions about improvement plans and about proof of publication. What a page for the public may show is said."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from apps.employees import selectors as organization
from apps.employees.models import Employee, Government, Placement, WorkUnit

from ..labels import PublicationMediumChoices
from ..models import (
    ImprovementItem,
    ImprovementProof,
    PublicationMedium,
    Service,
    SurveyPeriod,
    SurveyPublication,
    Unsur,
)
from ..rules.improvement_lifecycle import ImprovementStatus, clock_runs, is_done
from ..rules.improvement_pace import Pace, add_months, pace

PLAN_MONTHS = 12


def of_place(place: Service | WorkUnit) -> QuerySet[ImprovementItem]:
    """Return the items of a service, or of a unit and everything below it."""
    if isinstance(place, Service):
        return ImprovementItem.objects.filter(service=place)
    return ImprovementItem.objects.filter(unit__path__startswith=place.path)


def plan_progress(place: Service | WorkUnit, before: date) -> tuple[int, int]:
    """Return how many items of the previous plan are done, and how many there were.

    The previous plan is what was written down in the twelve months before a day (PEKPPP 8.a asks for last year's
    plan). Dropped items count as not done: dropping is no way to a better figure.
    """
    rows = of_place(place).filter(created_on__lt=before, created_on__gte=add_months(before, -PLAN_MONTHS))
    statuses = Counter(rows.values_list("status", flat=True))
    done = sum(count for status, count in statuses.items() if is_done(ImprovementStatus(status)))
    return done, sum(statuses.values())


@dataclass(frozen=True, slots=True)
class PlanFigures:
    """How a plan stands, in numbers of items."""

    total: int
    done: int
    late: int
    waiting_for_check: int
    dropped: int
    under_3: int
    under_6: int
    longer: int
    better: int
    measured: int


def plan_figures(items: QuerySet[ImprovementItem], today: date) -> PlanFigures:
    """Count the items of a list; one query."""
    rows = list(items.values_list("status", "due_on", "done_on", "counted_from", "effect"))
    statuses = Counter(row[0] for row in rows)
    paces = Counter(pace(start, done_on) for _s, _d, done_on, start, _e in rows if done_on is not None)
    effects = Counter(row[4] for row in rows)
    return PlanFigures(
        total=len(rows),
        done=sum(count for status, count in statuses.items() if is_done(ImprovementStatus(status))),
        late=sum(1 for status, due, *_ in rows if clock_runs(ImprovementStatus(status)) and due < today),
        waiting_for_check=statuses[ImprovementStatus.REPORTED.value],
        dropped=statuses[ImprovementStatus.DROPPED.value],
        under_3=paces[Pace.UNDER_3],
        under_6=paces[Pace.UNDER_6],
        longer=paces[Pace.LONGER],
        better=effects["better"],
        measured=statuses[ImprovementStatus.MEASURED.value],
    )


@dataclass(frozen=True, slots=True)
class Change:
    """A finished improvement as the public may read it."""

    text: str
    origin: Any
    unsur: str
    done_on: date
    effect: Any
    effect_code: str
    before: Decimal | None
    after: Decimal | None
    service: str


def changes_because_of_you(service: Service) -> list[Change]:
    """Return what changed, newest first, in the wording that the head approved. Fit for public pages.

    Figures stand beside it only where both surveys had enough answers to compare.
    """
    return _changes(ImprovementItem.objects.filter(service=service))


def changes_in_unit(unit: WorkUnit) -> list[Change]:
    """Return the same for a unit and everything below it. Fit for public pages."""
    return _changes(of_place(unit))


def _changes(items: QuerySet[ImprovementItem]) -> list[Change]:
    rows = (
        items.filter(public_approved_at__isnull=False)
        .exclude(public_text="")
        .done()  # type: ignore[attr-defined]
        .select_related("service")
        .order_by("-done_on", "-id")
    )
    names = unsur_names()
    found = []
    for item in rows:
        is_clear = item.effect not in {"", "too_few"}
        found.append(
            Change(
                text=item.public_text,
                origin=item.get_origin_display(),
                unsur=names.get(item.unsur_code, ""),
                done_on=item.done_on,
                effect=item.get_effect_display() if is_clear else "",
                effect_code=item.effect if is_clear else "",
                before=item.before_value if is_clear else None,
                after=item.after_value if is_clear else None,
                service=item.service.name if item.service else "",
            )
        )
    return found


def unsur_names() -> dict[str, str]:
    """Return the name of every unsur code, the newest questionnaire's words last."""
    return dict(Unsur.objects.order_by("questionnaire_id", "id").values_list("code", "name"))


def responsible_choices(user: Any, unit: WorkUnit, day: date) -> QuerySet[Employee]:
    """Return who can be made responsible: people of the unit, and heads of units below it, whom the user may see.

    The head of the unit is always among them: that name is no secret inside the office.
    """
    placed = Placement.objects.active_on(day).filter(employee=OuterRef("pk"), is_main=True)  # type: ignore[attr-defined]
    near = placed.filter(
        Q(position__unit=unit) | Q(position__unit__path__startswith=unit.path, position__is_head=True)
    )
    head = organization.head_on(unit, day)
    visible = Employee.objects.visible_to(user, on=day).values("pk")
    return (
        Employee.objects.filter(government=unit.government, is_active=True)
        .filter(Q(Exists(near), pk__in=visible) | Q(pk=head.pk if head else None))
        .order_by("name", "id")
    )


def proofs_of(item: ImprovementItem) -> QuerySet[ImprovementProof]:
    """Return the files that prove an item, oldest first."""
    return item.proofs.filter(removed_at__isnull=True).select_related("file").order_by("added_at", "id")


# --- publication


@dataclass(frozen=True, slots=True)
class Publication:
    """Where a result can be read. Only `has_proof` counts for PEKPPP 7.a."""

    pk: int
    medium: str
    place: str
    link: str
    published_on: date
    has_proof: bool
    file_name: str
    file: Any


def publications(period: SurveyPeriod) -> list[Publication]:
    """Return where the result of a period was published, oldest first."""
    rows = (
        SurveyPublication.objects.filter(survey_period=period, withdrawn_at__isnull=True)
        .select_related("own_medium", "file")
        .order_by("published_on", "id")
    )
    return [_publication(row) for row in rows]


def _publication(row: SurveyPublication) -> Publication:
    return Publication(
        pk=row.pk,
        medium=row.own_medium.name if row.own_medium else str(PublicationMediumChoices(row.medium).label),
        place=row.place,
        link=row.link,
        published_on=row.published_on,
        has_proof=row.file_id is not None,
        file_name=row.file_name,
        file=row.file,
    )


def media_count(rows: Iterable[Publication]) -> int:
    """Return in how many media a result was shown, with proof: two posts on one medium are one medium."""
    return len({row.medium for row in rows if row.has_proof})


def media_of(government: Government) -> QuerySet[PublicationMedium]:
    """Return the media a government has added."""
    return PublicationMedium.objects.filter(government=government).order_by("-is_active", "name", "id")

"""What a printed plan says: the version that was approved last, with who agreed to it."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import QuerySet, prefetch_related_objects

from apps.core.localtime import local_date
from apps.employees.models import Placement
from apps.indicators.models import Skp, SkpDecision

from ..rendering.facts import Approach, Layout, Party, SkpAnnex, SkpForm
from ..rendering.payload import long_date
from . import contents
from .parties import (
    UNVERIFIED,
    WATERMARK,
    acting_post,
    agencies_of,
    agency_name,
    digest_of,
    government_name,
    holders_of,
    of_day,
    placed_party,
    places_of,
)

PRINTABLE = ("approved", "closed")
_APPROVALS = ("approve", "renew")


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanFacts:
    """A plan before it has a verification code."""

    skp_id: int
    form: SkpForm

    @property
    def digest(self) -> str:
        """SHA-256 of everything that is printed, apart from the code and the address of the check."""
        return digest_of(self.form)

    @property
    def parts(self) -> tuple[SkpForm]:
        """The plan; its annex is a part of it."""
        return (self.form,)


def plan_facts(plans: "QuerySet[Skp]") -> list[PlanFacts]:
    """Return the facts of approved plans, by unit and name. Constant number of queries."""
    rows = list(
        contents.printable_plans(plans.filter(status__in=PRINTABLE, revises__isnull=True)).order_by(
            "unit__path", "employee__name", "pk"
        )
    )
    if not rows:
        return []
    found = _Around(rows)
    return [PlanFacts(skp_id=row.pk, form=_one(row, found)) for row in rows]


def approved_on(skp: Skp) -> date:
    """Return the day both agreed to the plan as it stands."""
    first: date = skp.period.lower
    return first if skp.approved_at is None else local_date(skp.approved_at, skp.government.timezone)


class _Around:
    """What the plans need beside themselves, fetched at once."""

    def __init__(self, rows: Sequence[Skp]) -> None:
        days = [approved_on(row) for row in rows]
        span = DateRange(min(days), max(days) + timedelta(days=1))
        self.approvals = {row.pk: _approval(row) for row in rows}
        decided = [row for row in self.approvals.values() if row is not None]
        acted_by = [row.mandate for row in decided if row.mandate is not None]
        prefetch_related_objects(acted_by, "position__unit")
        self.places = places_of({row.appraiser_id for row in rows if row.appraiser_id}, span)
        self.holders: dict[int, list[Placement]] = defaultdict(list)
        for place in holders_of({mandate.position_id for mandate in acted_by}, span):
            self.holders[place.position_id].append(place)
        self.agencies = agencies_of(row.unit for row in rows)


def _approval(skp: Skp) -> SkpDecision | None:
    decided = [row for row in skp.decisions.all() if row.action in _APPROVALS]
    return max(decided, key=lambda row: (row.at, row.pk), default=None)


def _one(skp: Skp, found: _Around) -> SkpForm:
    government = skp.government
    day = approved_on(skp)
    layout = Layout(skp.layout)
    content = contents.content_in_force(skp)
    return SkpForm(
        government=government_name(government),
        agency=agency_name(found.agencies[skp.unit_id], government),
        approach=Approach(skp.approach),
        layout=layout,
        period_start=skp.period.lower,
        period_end=skp.period.upper - timedelta(days=1) if skp.period.upper else date(skp.year, 12, 31),
        employee=placed_party(skp.employee, skp.placement.position),
        appraiser=_appraiser(skp, found, day, government_name(government) if layout is Layout.JPT else None),
        results=contents.plan_rows(content),
        behaviors=contents.behavior_rows(content, {}),
        place=government.place,
        date=day,
        verification=UNVERIFIED,
        annex=SkpAnnex(
            resources=contents.annex_items(content, "dukungan_sumber_daya"),
            accountability=contents.annex_items(content, "skema_pertanggungjawaban"),
            consequences=contents.annex_items(content, "konsekuensi"),
        ),
        revision=f"Perubahan (versi {skp.version}), disetujui {long_date(day)}" if skp.version > 1 else "",
        watermark=WATERMARK if government.is_demo else None,
    )


def _appraiser(skp: Skp, found: _Around, day: date, agency: str | None) -> Party:
    """Return who agreed to the plan: the appraiser, or who acted in that post when it was approved (ACT-2)."""
    approval = found.approvals[skp.pk]
    if approval is not None and approval.by is not None and approval.mandate is not None:
        post = acting_post(approval.mandate, found.holders.get(approval.mandate.position_id, []), day)
        return placed_party(approval.by, post.position, prefix=post.prefix, agency=agency, holder=post.holder)
    if skp.appraiser is None:
        return Party(name=skp.appraiser_name, nip=None, rank="", position="", unit="", agency=agency)
    place = of_day(found.places.get(skp.appraiser.pk, []), day)
    return placed_party(skp.appraiser, place.position if place else None, agency=agency)

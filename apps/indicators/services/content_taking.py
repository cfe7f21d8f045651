"""Taking content into a draft: from last year's plan, a template, or a workbook. Nothing that stands there is lost."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction

from .. import selectors
from ..labels import AnnexKindChoices, PerspectiveChoices, ResultKindChoices
from ..models import AnnexItem, BehaviorExpectation, Indicator, Skp, WorkResult
from ..rules.forms import Approach, Layout, behavior_values_on
from ..rules.plan_content import Content, fitted
from .steps import next_revision, opened, record


@dataclass(frozen=True)
class Taken:
    """How much was taken over; `open_supports` counts results whose superior's result was not found by its text."""

    results: int = 0
    indicators: int = 0
    behaviors: int = 0
    annex: int = 0
    present: int = 0
    open_supports: int = 0

    @property
    def count(self) -> int:
        """How many rows are new."""
        return self.results + self.indicators + self.behaviors + self.annex


def same(text: str) -> str:
    """Return a text for comparing whether two say the same."""
    return " ".join(text.split()).casefold()


@transaction.atomic
def take_content(*, skp: Skp, content: Content, by: Any, source: str) -> Taken:
    """Add a content to a draft, below what stands there; what it says already is not added again.

    Expectations only fill empty places. A result supports what the superior's result of the same text is now; if
    there is none, that is left open.

    :raises PlanNotEditable: if the plan is neither a draft nor returned.
    """
    plan = opened(skp.pk)
    taker = _Taker(plan, next_revision(plan))
    fitting = fitted(
        content,
        is_jpt=plan.layout == Layout.JPT.value,
        is_qualitative=plan.approach == Approach.KUALITATIF.value,
    )
    for row in fitting["results"]:
        taker.take_result(row)
    taker.take_behaviors(fitting["behaviors"])
    for row in fitting["annex"]:
        taker.take_annex(row)
    taken = Taken(**taker.counts)
    record("content_taken", plan, by, source=source, counts=taker.counts)
    return taken


class _Taker:
    """Adds rows to one plan whose row is held."""

    def __init__(self, plan: Skp, revision: int) -> None:
        self.plan, self.revision = plan, revision
        self.counts = dict.fromkeys(
            ("results", "indicators", "behaviors", "annex", "present", "open_supports"), 0
        )
        offered = selectors.supportable(plan)
        self.supports = {same(row.text): row for row in reversed(offered.results)}
        self.supports_indicator = {same(row.name): row for row in reversed(offered.indicators)}
        self.results = {
            (row.kind, same(row.text)): row for row in plan.results.prefetch_related("indicators").all()
        }
        self.orders = {
            kind: max([row.order + 1 for row in self.results.values() if row.kind == kind], default=0)
            for kind in ResultKindChoices.values
        }
        self.annex = {(row.kind, same(row.text)) for row in plan.annex.all()}

    def take_result(self, row: Mapping[str, Any]) -> None:
        kind = row["kind"] if row.get("kind") in ResultKindChoices.values else str(ResultKindChoices.UTAMA)
        place = (kind, same(row["text"]))
        result = self.results.get(place)
        if result is None:
            above = same(row.get("supports_text", ""))
            supports = self.supports.get(above) if above else None
            indicator = self.supports_indicator.get(above) if above and supports is None else None
            if above and supports is None and indicator is None:
                self.counts["open_supports"] += 1
            perspective = row.get("perspective", "")
            result = WorkResult.objects.create(
                skp=self.plan,
                kind=kind,
                text=row["text"],
                perspective=perspective if perspective in PerspectiveChoices.values else "",
                supports=supports,
                supports_indicator=indicator,
                order=self.orders[kind],
                changed_in=self.revision,
            )
            self.orders[kind] += 1
            self.results[place] = result
            self.counts["results"] += 1
            present: set[str] = set()
            last = 0
        else:
            self.counts["present"] += 1
            rows = list(Indicator.objects.filter(result=result))
            present = {same(indicator.text) for indicator in rows}
            last = max([indicator.order + 1 for indicator in rows], default=0)
        new = [indicator for indicator in row.get("indicators", []) if same(indicator["text"]) not in present]
        Indicator.objects.bulk_create(
            [
                Indicator(
                    result=result,
                    aspect=indicator.get("aspect", ""),
                    text=indicator["text"],
                    target=Decimal(indicator["target"]) if indicator.get("target") else None,
                    measure=indicator.get("measure", ""),
                    direction=indicator.get("direction") or "higher_is_better",
                    source=indicator.get("source") or "reported",
                    order=last + number,
                    changed_in=self.revision,
                )
                for number, indicator in enumerate(new)
            ]
        )
        self.counts["indicators"] += len(new)

    def take_behaviors(self, behaviors: Mapping[str, str]) -> None:
        known = {value.code for value in behavior_values_on(date(self.plan.year, 1, 1))}
        stored = {row.value: row for row in self.plan.behaviors.all()}
        for value, text in behaviors.items():
            row = stored.get(value)
            if value not in known or not text.strip() or (row is not None and row.expectation.strip()):
                continue
            BehaviorExpectation.objects.update_or_create(
                skp=self.plan,
                value=value,
                defaults={"expectation": text.strip(), "changed_in": self.revision},
            )
            self.counts["behaviors"] += 1

    def take_annex(self, row: Mapping[str, Any]) -> None:
        place = (row.get("kind", ""), same(row["text"]))
        if place[0] not in AnnexKindChoices.values or place in self.annex:
            return
        last = (
            AnnexItem.objects.filter(skp=self.plan, kind=place[0])
            .order_by("-order")
            .values_list("order", flat=True)
            .first()
        )
        AnnexItem.objects.create(
            skp=self.plan,
            kind=place[0],
            text=row["text"],
            order=0 if last is None else last + 1,
            changed_in=self.revision,
        )
        self.annex.add(place)
        self.counts["annex"] += 1

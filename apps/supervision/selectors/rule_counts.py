"""How often a rule hits, and how often that leads to action (S17)."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Case, Count, Exists, OuterRef, Q, QuerySet, Value, When

from apps.core import policy
from apps.employees.models import Government

from ..models import ExceptionCase, ExceptionStep, RuleFate
from ..rules.exceptions import ExceptionKind, ExceptionRule, RuleTable
from .rule_table import rule_table_on


@dataclass(frozen=True, slots=True)
class RuleRow:
    """A rule as everybody may read it."""

    rule: ExceptionRule
    hits: int
    acted: int
    fate: RuleFate | None


def acted_on(cases: QuerySet[ExceptionCase], table: RuleTable) -> QuerySet[ExceptionCase]:
    """Add `acted`: an improvement was asked for, it was passed up, or the duty behind it was done.

    To accept or to put off is to look, not to act.
    """
    duties = [rule.kind.value for rule in table.rules if rule.is_duty]
    verbs = ExceptionStep.objects.filter(
        case=OuterRef("pk"), verb__in=["ask", "pass_up"], undone_by__isnull=True
    )
    return cases.annotate(
        acted=Case(
            When(Q(kind__in=duties, status="ended") | Exists(verbs), then=Value(True)), default=Value(False)
        )
    )


def judged_cases(government: Government, table: RuleTable, day: date) -> QuerySet[ExceptionCase]:
    """Return the hits of a table by which its rules are judged: decided, over, or left alone for long."""
    patience = int(policy.get("supervision.rule_patience_days", on=day, scope=government.code))
    return acted_on(
        ExceptionCase.objects.filter(government=government, rule_version=table.version).filter(
            ~Q(status="open") | Q(first_seen__lte=day - timedelta(days=patience))
        ),
        table,
    )


def latest_hits(
    government: Government, table: RuleTable, day: date, last: int
) -> dict[ExceptionKind, list[bool]]:
    """Return for each rule whether its latest judged hits led to action, oldest first."""
    cases = judged_cases(government, table, day)
    hits = {}
    for rule in table.rules:
        newest = cases.filter(kind=rule.kind.value).order_by("-first_seen", "-pk")[:last]
        hits[rule.kind] = [case.acted for case in reversed(newest)]  # type: ignore[attr-defined]
    return hits


def rules_shown(government: Government, day: date) -> tuple[RuleTable, list[RuleRow], list[RuleFate]]:
    """Return the table of a day, its rules with counts, and the rules that did not stay, of all versions."""
    table = rule_table_on(day, scope=government.code)
    counts: dict[str, dict[str, Any]] = {
        row["kind"]: row
        for row in acted_on(
            ExceptionCase.objects.filter(government=government, rule_version=table.version), table
        )
        .order_by()
        .values("kind")
        .annotate(hits=Count("pk"), n_acted=Count("pk", filter=Q(acted=True)))
    }
    fates = list(RuleFate.objects.filter(government=government).order_by("-decided_on", "-pk"))
    now = {row.kind: row for row in fates if row.version == table.version}
    rows = [
        RuleRow(
            rule=rule,
            hits=counts.get(rule.kind.value, {}).get("hits", 0),
            acted=counts.get(rule.kind.value, {}).get("n_acted", 0),
            fate=now.get(rule.kind.value),
        )
        for rule in table.rules
    ]
    return table, rows, fates

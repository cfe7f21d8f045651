"""The rules of the exception queue as they hold on a day: an office may change weights and limits (policy)."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from apps.core import policy

from ..models import RuleFate
from ..rules.exceptions import UNVERIFIED_TABLE, ExceptionKind, ExceptionRule, RuleTable

KEY = "supervision.exception_rules"


def rule_table_on(day: date, *, scope: str) -> RuleTable:
    """Return the table of a government on a day; each change that has begun to hold is a version of its own.

    A row that cannot be read, or that would hit everybody, is left as it was: a slip in a setting must not take the
    queue away from all supervisors.
    """
    changes = policy.changes_of(KEY, until=day, scope=scope)
    values = policy.get(KEY, on=day, scope=scope)
    return replace(
        UNVERIFIED_TABLE,
        version=UNVERIFIED_TABLE.version + len(changes),
        valid_from=changes[-1] if changes else UNVERIFIED_TABLE.valid_from,
        rules=tuple(_rule(rule, values) for rule in UNVERIFIED_TABLE.rules),
    )


def _rule(rule: ExceptionRule, values: Any) -> ExceptionRule:
    row = values.get(rule.kind.value) if isinstance(values, Mapping) else None
    if not isinstance(row, Mapping):
        return rule
    try:
        return replace(
            rule,
            weight=int(row.get("weight", rule.weight)),
            limit=Decimal(str(row.get("limit", rule.limit))),
        )
    except (ValueError, TypeError, InvalidOperation):
        return rule


def fates_of(table: RuleTable, government_id: int) -> dict[ExceptionKind, RuleFate]:
    """Return what became of the rules of this version of the table, for those that did not stay."""
    return {
        ExceptionKind(row.kind): row
        for row in RuleFate.objects.filter(government=government_id, version=table.version)
    }

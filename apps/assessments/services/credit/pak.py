"""The PAK: what a person has on a day, fixed with a number, and what may be proposed (CRD-7, CRD-8)."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_noop

from apps.core import audit, notify, sequences, stamps
from apps.core.localtime import local_date
from apps.employees.models import Employee

from ...models import CreditPak
from ...selectors.credit import (
    AccumulationFacts,
    ConditionFacts,
    PakFacts,
    accumulation_facts,
    snapshot_of,
)
from ..actors import account_of, stamp_names
from .people import NotFunctional, locked_person

_PAK = gettext_noop("Your PAK %(number)s was issued.")


@transaction.atomic
def issue_pak(
    *,
    employee: Employee,
    as_of: date,
    by: Any,
    at: datetime,
    competence_test: tuple[bool, str] | None = None,
    vacancy: tuple[bool, str] | None = None,
    note: str = "",
) -> CreditPak:
    """Fix what a person has on a day, with a number. The content is a snapshot and never changes.

    The competence test and the vacancy are facts that a person confirms, each with the document; None leaves them
    open (CRD-8).

    :raises NotFunctional: without a functional post of a known level on that day.
    """
    employee = locked_person(employee)
    facts = accumulation_facts(employee, as_of)
    if not facts.jenjang:
        raise NotFunctional
    government = employee.government
    today = local_date(at, government.timezone)
    conditions = _conditions(facts, competence_test, vacancy)
    number = sequences.receipt_number("PAK", government.code, today.year)
    content = PakFacts(
        number=number,
        as_of=as_of,
        issued_on=today,
        issued_by_name=_name_of(by),
        accumulation=facts,
        conditions=conditions,
        proposal=proposal_of(facts, conditions),
        note=note.strip(),
    )
    pak = CreditPak.objects.create(
        employee=employee,
        number=number,
        as_of=as_of,
        content=snapshot_of(content),
        issued_by=by,
        issued_at=at,
    )
    audit.record(
        "assessments.credit.pak_issued",
        target=pak,
        by=account_of(by),
        scope=government.code,
        at=at,
        employee=employee.pk,
        as_of=as_of,
        total=str(facts.total),
        proposal=content.proposal,
    )
    notify.send(
        employee.user,
        _PAK,
        url=reverse("assessments:credit-pak", args=[pak.pk]),
        key=f"pak:{pak.pk}",
        number=number,
    )
    stamps.bump(*stamp_names(employee))
    return pak


def _conditions(
    facts: AccumulationFacts, competence_test: tuple[bool, str] | None, vacancy: tuple[bool, str] | None
) -> tuple[ConditionFacts, ...]:
    if facts.level is None:
        return ()
    confirmed = {"competence_test": competence_test, "vacancy": vacancy}
    return (
        ConditionFacts("predikat", facts.last_is_good, facts.last_predikat_label),
        *(
            ConditionFacts(code, given[0], given[1].strip()) if given else ConditionFacts(code, None, "")
            for code, given in confirmed.items()
        ),
    )


def proposal_of(facts: AccumulationFacts, conditions: Iterable[ConditionFacts]) -> str:
    """Return what may be proposed: the level only with all it needs, and before the rank (CRD-8)."""
    if facts.due == "level" and not all(condition.is_met for condition in conditions):
        return ""
    return facts.due


def _name_of(by: Any) -> str:
    employee: Employee | None = getattr(by, "employee", None)
    return employee.full_name if employee is not None else str(getattr(by, "display_name", ""))

"""Who acts: most verbs are done by a civil servant, some by an office holder without one (leadership,
personnel).
"""

from datetime import datetime
from typing import Any

from apps.core.localtime import local_date
from apps.employees.models import Employee
from apps.employees.selectors import loan_on


def account_of(by: Any) -> Any:
    """Return what the audit chain notes for an actor: the account, never the number of a staff record."""
    if isinstance(by, Employee):
        return by.user if by.user_id else f"employee:{by.pk}"
    return by


def employee_behind(by: Any) -> Employee | None:
    """Return the civil servant who acts, if it is one."""
    return by if isinstance(by, Employee) else None


def lender_behind(employee: Employee, by: Any, at: datetime) -> Employee | None:
    """Return the appraiser for whom somebody supervises a person on loan now; None for everybody else who acts."""
    acting = employee_behind(by)
    if acting is None:
        return None
    loan = loan_on(employee, local_date(at, employee.government.timezone))
    return loan.lender if loan is not None and loan.holder_id == acting.pk else None


def stamp_names(*employees: Employee | None) -> tuple[str, ...]:
    """Return the live screens that show something about these people."""
    return tuple(
        sorted({f"user:{person.user_id}" for person in employees if person is not None and person.user_id})
    )

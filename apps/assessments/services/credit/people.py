"""Whose credit it is: the row that every writing takes first, and since when a balance counts."""

from datetime import date

from apps.employees.models import Employee

from ...rules.credit_months import ONE_DAY


class NotFunctional(ValueError):
    """Raised when the person holds no functional post with a known level on the day."""


def locked_person(employee: Employee) -> Employee:
    """Return the person with their row locked, together with government and account."""
    return (
        Employee.objects.select_for_update(of=("self",), no_key=True)
        .select_related("government", "user")
        .get(pk=employee.pk)
    )


def month_not_in(as_of: date) -> date:
    """Return the first month that a balance at the end of a day does not include: one that ends later."""
    return (as_of + ONE_DAY).replace(day=1)

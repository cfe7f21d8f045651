"""A person's own data, and how people get their first sign-in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from apps.accounts import services as accounts
from apps.core import audit

from ..models import Employee
from ..rules.nip import EmployeeStatus, parse_nip


class NipTaken(ValueError):
    """Raised when somebody else has this NIP. Nothing is said about whom."""


@transaction.atomic
def correct_nip(*, employee: Employee, nip: str, by: Any) -> Employee:
    """Correct a NIP; the sign-in follows it and the password stays.

    :raises InvalidNip: if it cannot be a NIP of this kind of civil servant.
    :raises NipTaken: if somebody else has it.
    """
    facts = parse_nip(nip, EmployeeStatus(employee.status))
    locked = (
        Employee.objects.select_for_update(of=("self",))
        .select_related("user", "government")
        .get(pk=employee.pk)
    )
    if locked.nip == facts.nip:
        return locked
    if Employee.objects.filter(nip=facts.nip).exists():
        raise NipTaken
    locked.nip = facts.nip
    locked.birth_date = facts.birth_date
    locked.save(update_fields=["nip", "birth_date"])
    if locked.user is not None:
        try:
            accounts.rename_login(user=locked.user, login=facts.nip, by=by, scope=locked.government.code)
        except accounts.LoginTaken:
            raise NipTaken from None
    audit.record("employees.nip.corrected", target=locked, by=by, scope=locked.government.code)
    return locked


@dataclass(frozen=True)
class Slip:
    """What is printed for one person; the code is nowhere else."""

    employee: Employee
    code: str
    expires_at: datetime


@transaction.atomic
def issue_codes(*, employees: Sequence[Employee], by: Any, at: datetime) -> list[Slip]:
    """Return a new activation code for each; people without a user get one. Earlier codes are void."""
    slips = []
    for employee in employees:
        scope = employee.government.code
        if employee.user is None:
            employee.user = accounts.create_user(
                login=employee.nip, display_name=employee.name, by=by, scope=scope
            )
            employee.save(update_fields=["user"])
        code = accounts.issue_activation_code(user=employee.user, by=by, at=at, scope=scope)
        slips.append(Slip(employee, code, employee.user.activation.expires_at))
    return slips

"""Lending of supervision (S8): who supervises somebody for a while in the place of the appraiser, and until when.

The appraiser stays the appraiser: rating, delivery and objections never move. All three are told.
"""

from datetime import date, datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.urls import reverse
from django.utils.translation import gettext_noop

from apps.assessments.services.actors import account_of, stamp_names
from apps.core import audit, notify, stamps
from apps.core.localtime import local_date
from apps.employees import selectors as people
from apps.employees.alike import alike
from apps.employees.labels import LoanKind
from apps.employees.models import Employee, SupervisionLoan

from ..permissions import may_end_loan, may_lend

_FOR_PERSON = gettext_noop(
    "%(holder)s supervises your work from %(starts_on)s to %(ends_on)s on behalf of %(lender)s, who stays your "
    "appraiser."
)
_FOR_LENDER = gettext_noop("%(holder)s supervises %(name)s for you from %(starts_on)s to %(ends_on)s.")
_FOR_HOLDER = gettext_noop(
    "You supervise %(name)s from %(starts_on)s to %(ends_on)s on behalf of %(lender)s: reports, feedback and talks."
)
_ENDED_PERSON = gettext_noop("%(lender)s supervises your work again, no longer %(holder)s.")
_ENDED_LENDER = gettext_noop("You supervise %(name)s again, no longer %(holder)s.")
_ENDED_HOLDER = gettext_noop("You no longer supervise %(name)s; %(lender)s does again.")


class NotForYou(ValueError):
    """Raised when somebody lends or ends who is not above both appraisers and not the personnel officer."""


class NobodyToLendFor(ValueError):
    """Raised when no civil servant appraises the person on the first day."""


class CannotHold(ValueError):
    """Raised when the other one is the person, the appraiser, gone, without an account, or works elsewhere."""


class BelowThePerson(ValueError):
    """Raised when the other one works below the person: nobody is supervised by their own people."""


class AlreadyLent(ValueError):
    """Raised when somebody supervises the person on loan on some of the days."""


class DaysWrong(ValueError):
    """Raised when the last day lies before the first, or the first lies in the past."""


class ReasonMissing(ValueError):
    """Raised when a loan has no reason."""


class LoanOver(ValueError):
    """Raised when a loan has ended before."""


@transaction.atomic
def grant_loan(
    *,
    employee: Employee,
    holder: Employee,
    kind: LoanKind,
    since: date,
    until: date,
    reason: str,
    by: Any,
    at: datetime,
) -> SupervisionLoan:
    """Let somebody supervise a person from a first to a last day in the place of the appraiser.

    :raises DaysWrong, ReasonMissing, NobodyToLendFor, CannotHold, BelowThePerson, NotForYou, AlreadyLent: see there.
    """
    today = local_date(at, employee.government.timezone)
    if until < since or since < today:
        raise DaysWrong
    if not reason.strip():
        raise ReasonMissing
    Employee.objects.select_for_update().get(pk=employee.pk)
    lender = people.appraiser_on(employee, since)
    if lender is None:
        raise NobodyToLendFor
    _require_fit(employee, lender, holder)
    if employee.pk in {person.pk for person in people.superiors_upward(holder, since)}:
        raise BelowThePerson
    if not may_lend(account_of(by), employee=employee, lender=lender, holder=holder, day=today):
        raise NotForYou
    period = DateRange(since, until + timedelta(days=1))
    _end_groundless(employee, lender, period, by, at)
    try:
        with transaction.atomic():
            loan = SupervisionLoan.objects.create(
                employee=employee,
                lender=lender,
                holder=holder,
                kind=kind.value,
                reason=reason.replace("\r\n", "\n").strip(),
                period=period,
                granted_by=account_of(by) if hasattr(account_of(by), "login") else None,
                granted_at=at,
            )
    except IntegrityError as error:
        raise AlreadyLent from error
    _audit("granted", loan, by, at, kind=loan.kind, since=since, until=until)
    _tell(loan, (_FOR_PERSON, _FOR_LENDER, _FOR_HOLDER), "granted")
    return loan


def _require_fit(employee: Employee, lender: Employee, holder: Employee) -> None:
    if (
        holder.pk in {employee.pk, lender.pk}
        or holder.government_id != employee.government_id
        or not holder.is_active
        or holder.user_id is None
    ):
        raise CannotHold


def _end_groundless(employee: Employee, lender: Employee, period: DateRange, by: Any, at: datetime) -> None:
    """End loans of an earlier appraiser: they count no longer and would only be in the way."""
    earlier = SupervisionLoan.objects.filter(
        employee=employee, period__overlap=period, is_withdrawn=False
    ).exclude(lender=lender)
    for loan in earlier.select_related("employee__government", "lender", "holder").order_by("pk"):
        _end(loan, local_date(at, employee.government.timezone), by, at)


@transaction.atomic
def end_loan(*, loan_id: int, by: Any, at: datetime) -> SupervisionLoan:
    """End a loan now: from today the appraiser supervises again. What was done on loan keeps both names.

    :raises LoanOver: if it has ended.
    :raises NotForYou: if somebody else decides about it.
    """
    loan = (
        SupervisionLoan.objects.select_for_update(of=("self",))
        .select_related("employee__government", "employee__user", "lender__user", "holder__user")
        .get(pk=loan_id)
    )
    today = local_date(at, loan.employee.government.timezone)
    if loan.ended_at is not None or loan.period.upper <= today:
        raise LoanOver
    if not may_end_loan(account_of(by), loan, today):
        raise NotForYou
    _end(loan, today, by, at)
    _tell(loan, (_ENDED_PERSON, _ENDED_LENDER, _ENDED_HOLDER), "ended")
    return loan


def _end(loan: SupervisionLoan, today: date, by: Any, at: datetime) -> None:
    if loan.period.lower >= today:
        # It had no full day; an empty range would forget which days were agreed.
        loan.is_withdrawn = True
    else:
        loan.period = DateRange(loan.period.lower, min(today, loan.period.upper))
    loan.ended_by = account_of(by) if hasattr(account_of(by), "login") else None
    loan.ended_at = at
    loan.save(update_fields=["period", "is_withdrawn", "ended_by", "ended_at"])
    _audit("ended", loan, by, at, withdrawn=loan.is_withdrawn)


def announce_returns(*, now: datetime) -> int:
    """Tell the three of each loan whose last day was yesterday; return how many loans. Runs again without harm."""
    told = 0
    for group in alike(now):
        over = SupervisionLoan.objects.filter(
            employee__government__in=group.ids,
            period__endswith__gt=group.today - timedelta(days=7),
            period__endswith__lte=group.today,
            is_withdrawn=False,
            ended_at__isnull=True,
        ).select_related("employee__user", "lender__user", "holder__user")
        for loan in over.order_by("pk"):
            # A week, so that a schedule that stood still tells late; the keys keep it from telling twice.
            told += _tell(loan, (_ENDED_PERSON, _ENDED_LENDER, _ENDED_HOLDER), "over")
    return told


def _tell(loan: SupervisionLoan, texts: tuple[str, str, str], mark: str) -> bool:
    days = {"starts_on": f"{loan.period.lower:%d/%m/%Y}", "ends_on": f"{loan.last_day:%d/%m/%Y}"}
    names = {
        "name": loan.employee.full_name,
        "lender": loan.lender.full_name,
        "holder": loan.holder.full_name,
    }
    address = reverse("supervision:loan-mine")
    sent = [
        notify.send(
            person.user,
            text,
            url=address,
            key=f"loan:{loan.pk}:{mark}:{person.pk}",
            **names,
            **days,
        )
        for person, text in zip((loan.employee, loan.lender, loan.holder), texts, strict=True)
    ]
    stamps.bump(*stamp_names(loan.employee, loan.lender, loan.holder))
    return any(sent)


def _audit(verb: str, loan: SupervisionLoan, by: Any, at: datetime, **data: Any) -> None:
    audit.record(
        f"supervision.loan.{verb}",
        target=loan,
        by=account_of(by),
        scope=loan.employee.government.code,
        at=at,
        employee=loan.employee_id,
        lender=loan.lender_id,
        holder=loan.holder_id,
        **data,
    )

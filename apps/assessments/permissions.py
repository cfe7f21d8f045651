"""Who may do what. Whether somebody may see a thing at all is the querysets' matter (404); this is about
acting (403).
"""

from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils import timezone

from apps.core.localtime import local_date
from apps.employees import selectors as people
from apps.employees.models import Employee, Government, WorkUnit
from apps.indicators.models import Skp

from .models import Evaluation, Objection, PeerRound, SelfReport
from .rules.dialogue_lifecycle import Side
from .rules.evaluation_lifecycle import EvaluationAction, EvaluationStatus, allowed_actions


def require(is_allowed: bool) -> None:
    """Refuse with 403 what somebody may see but not do."""
    if not is_allowed:
        raise PermissionDenied


def _user_of(who: Any) -> Any:
    return who.user if isinstance(who, Employee) else who


def _leads_by_role(user: Any, unit: WorkUnit, day: date | None, *roles: str) -> bool:
    if user is None or not getattr(user, "is_authenticated", False):
        return False
    roots = WorkUnit.objects.with_role(user, *roles, on=day)
    return WorkUnit.objects.below_any(roots).filter(pk=unit.pk).exists()


# --- the evaluating half


def has_government_role(user: Any, government: Government, *roles: str) -> bool:
    """Whether a user has one of the roles for a whole government today."""
    today = local_date(timezone.now(), government.timezone)
    return (
        WorkUnit.objects.with_role(user, *roles, on=today)
        .filter(government=government, parent__isnull=True)
        .exists()
    )


def may_manage_cycles(user: Any, government: Government | None) -> bool:
    """Whether a user creates cycles and moves deadlines."""
    return government is not None and has_government_role(user, government, "personnel_officer")


def may_see_cycles(user: Any, government: Government | None) -> bool:
    """Whether a user sees how the cycles of the government run."""
    return government is not None and has_government_role(
        user, government, "personnel_officer", "auditor", "leadership"
    )


def is_appraiser(who: Any, evaluation: Evaluation) -> bool:
    """Whether somebody makes this evaluation: its appraiser, or leadership where no civil servant appraises
    (PLN-9).
    """
    user = _user_of(who)
    if user is None:
        return False
    if evaluation.appraiser_id is not None:
        return evaluation.appraiser is not None and evaluation.appraiser.user_id == user.pk
    return evaluation.employee.user_id != user.pk and _leads_by_role(
        user, evaluation.unit, None, "leadership"
    )


def may_rate(user: Any, evaluation: Evaluation) -> bool:
    """Whether a user may set the ratings now."""
    return EvaluationAction.RATE in allowed_actions(EvaluationStatus(evaluation.status)) and is_appraiser(
        user, evaluation
    )


def may_deliver(user: Any, evaluation: Evaluation) -> bool:
    """Whether a user may hand the evaluation over now."""
    return EvaluationAction.DELIVER in allowed_actions(EvaluationStatus(evaluation.status)) and is_appraiser(
        user, evaluation
    )


def is_evaluated(user: Any, evaluation: Evaluation) -> bool:
    """Whether the evaluation is about this user."""
    return user is not None and evaluation.employee.user_id == user.pk


def may_accept(user: Any, evaluation: Evaluation) -> bool:
    """Whether a user may accept the evaluation now."""
    return EvaluationAction.ACCEPT in allowed_actions(EvaluationStatus(evaluation.status)) and is_evaluated(
        user, evaluation
    )


def may_object(user: Any, evaluation: Evaluation, today: date) -> bool:
    """Whether a user may still object; the last day itself is in time."""
    return (
        EvaluationAction.OBJECT in allowed_actions(EvaluationStatus(evaluation.status))
        and is_evaluated(user, evaluation)
        and evaluation.answer_due_on is not None
        and today <= evaluation.answer_due_on
    )


def is_decider(who: Any, objection: Objection) -> bool:
    """Whether somebody decides this objection: the superior named in it, or leadership where none is named."""
    user = _user_of(who)
    if user is None or objection.evaluation.employee.user_id == user.pk:
        return False
    if objection.decider_id is not None:
        return objection.decider is not None and objection.decider.user_id == user.pk
    return _leads_by_role(user, objection.evaluation.unit, None, "leadership")


def may_decide(user: Any, objection: Objection) -> bool:
    """Whether a user may decide the objection now."""
    return objection.decided_at is None and is_decider(user, objection)


def side_of(who: Any, objection: Objection) -> str:
    """Return on which side of an objection somebody stands: `employee`, `appraiser`, or neither (empty)."""
    user = _user_of(who)
    if user is None:
        return ""
    if is_evaluated(user, objection.evaluation):
        return "employee"
    return "appraiser" if is_appraiser(user, objection.evaluation) else ""


def may_explain(user: Any, objection: Objection) -> bool:
    """Whether a user may still say something about an objection and add files to it."""
    return objection.is_open and side_of(user, objection) != ""


def may_ask(user: Any, objection: Objection) -> bool:
    """Whether a user may ask both sides to explain now; once is enough."""
    return objection.asked_at is None and may_decide(user, objection)


def may_see_distribution(user: Any, unit: WorkUnit) -> bool:
    """Whether a user sees how a unit's people were rated: who leads it or a unit above, or answers for it by
    role.
    """
    led = WorkUnit.objects.below_any(WorkUnit.objects.led_by(user))
    return led.filter(pk=unit.pk).exists() or _leads_by_role(
        user, unit, None, "leadership", "personnel_officer", "auditor"
    )


def _leads_it_or_above(who: Any, unit: WorkUnit) -> bool:
    """Whether somebody leads the unit or one above it, in office or for the leadership."""
    user = _user_of(who)
    if user is None or not getattr(user, "is_authenticated", False):
        return False
    led = WorkUnit.objects.below_any(WorkUnit.objects.led_by(user))
    return led.filter(pk=unit.pk).exists() or _leads_by_role(user, unit, None, "leadership")


def may_state_distribution(who: Any, unit: WorkUnit) -> bool:
    """Whether somebody gives the reason for a unit's distribution: its head, or a head above (DIST-4)."""
    return _leads_it_or_above(who, unit)


def may_calibrate(who: Any, unit: WorkUnit) -> bool:
    """Whether somebody opens, moves and closes a calibration: who leads the unit or one above it."""
    return _leads_it_or_above(who, unit)


# --- the reporting half (kept by the reporting pages)


def is_writer(user: Any, report: SelfReport) -> bool:
    """Whether it is this user's own report."""
    return report.employee.user_id is not None and report.employee.user_id == user.pk


def may_edit_report(user: Any, report: SelfReport) -> bool:
    """Whether the user may change the content now."""
    return report.is_editable and is_writer(user, report)


def reviews(user: Any, report: SelfReport) -> bool:
    """Whether this user decides on the report: who supervises on loan today, else today's appraiser; never oneself.

    Where an elected official appraises, leadership decides (PLN-9); where the appraiser has left or has no
    account, whoever leads or acts for the unit.
    """
    if is_writer(user, report):
        return False
    unit = report.skp.unit
    today = local_date(timezone.now(), unit.government.timezone)
    loan = people.loan_on(report.employee, today)
    if loan is not None and loan.holder.user_id is not None:
        return loan.holder.user_id == user.pk
    link = people.appraiser_link_on(report.employee, today)
    appraiser = link.appraiser if link else report.skp.appraiser
    if appraiser is None:
        return _leads_by_role(user, unit, today, "leadership")
    if appraiser.is_active and appraiser.user_id is not None:
        return appraiser.user_id == user.pk
    led = WorkUnit.objects.below_any(WorkUnit.objects.led_by(user, on=today))
    return led.filter(pk=unit.pk).exists()


def may_review(user: Any, report: SelfReport) -> bool:
    """Whether a user may accept or return the report now."""
    return report.status == "submitted" and reviews(user, report)


def may_give_feedback(user: Any, employee: Employee) -> bool:
    """Whether a user gives somebody continuing feedback: the appraiser, who supervises on loan, or who leads the
    unit or one above it.
    """
    if employee.user_id == user.pk or people.employee_of(user) is None:
        return False
    today = local_date(timezone.now(), employee.government.timezone)
    if Employee.objects.supervised_by(user, on=today).filter(pk=employee.pk).exists():
        return True
    placement = people.placement_on(employee, today)
    led = WorkUnit.objects.below_any(WorkUnit.objects.led_by(user, on=today))
    return placement is not None and led.filter(pk=placement.position.unit_id).exists()


# --- talks and peers


def leader_of_talk(skp: Skp) -> Employee | None:
    """Return who speaks as the leader: who supervises on loan, else today's appraiser, else the one of the plan.

    None for an elected official.
    """
    today = local_date(timezone.now(), skp.government.timezone)
    loan = people.loan_on(skp.employee, today)
    if loan is not None:
        return loan.holder
    link = people.appraiser_link_on(skp.employee, today)
    return link.appraiser if link else skp.appraiser


def dialogue_side(who: Any, skp: Skp) -> Side | None:
    """Return as which side somebody takes part in the talks about a plan; None for everybody else.

    Where an elected official appraises, leadership speaks (PLN-9); where the appraiser has left or has no account,
    whoever leads or acts for the unit. Who has lent the person speaks as well: a talk before the rating stays theirs.
    """
    user = _user_of(who)
    if user is None or not getattr(user, "is_authenticated", False):
        return None
    if skp.employee.user_id == user.pk:
        return Side.EMPLOYEE
    today = local_date(timezone.now(), skp.government.timezone)
    loan = people.loan_on(skp.employee, today)
    if loan is not None and user.pk in {loan.holder.user_id, loan.lender.user_id}:
        return Side.APPRAISER
    leader = leader_of_talk(skp)
    if leader is None:
        is_leader = _leads_by_role(user, skp.unit, None, "leadership")
    elif leader.is_active and leader.user_id is not None:
        is_leader = leader.user_id == user.pk
    else:
        led = WorkUnit.objects.below_any(WorkUnit.objects.led_by(user))
        is_leader = led.filter(pk=skp.unit_id).exists()
    return Side.APPRAISER if is_leader else None


def may_open_round(user: Any, employee: Employee) -> bool:
    """Whether a user asks others about a person: only who appraises them."""
    if employee.user_id == user.pk or people.employee_of(user) is None:
        return False
    today = local_date(timezone.now(), employee.government.timezone)
    return Employee.objects.appraised_by(user, on=today).filter(pk=employee.pk).exists()


def keeps_round(user: Any, round_: PeerRound) -> bool:
    """Whether a user invites people into a round and closes it: who opened it, or who appraises the person today."""
    if round_.employee.user_id == user.pk:
        return False
    return round_.opened_by.user_id == user.pk or may_open_round(user, round_.employee)


# --- angka kredit


def may_keep_credit(user: Any, employee: Employee) -> bool:
    """Whether a user enters credit and issues a PAK for somebody: their personnel officer, never oneself."""
    if employee.user_id is not None and employee.user_id == getattr(user, "pk", None):
        return False
    return Employee.objects.managed_by(user).filter(pk=employee.pk).exists()


def may_list_credit(user: Any) -> bool:
    """Whether a user sees the list of functional staff: who keeps it, leads, or audits."""
    return WorkUnit.objects.with_role(user, "personnel_officer", "leadership", "auditor").exists()


def keeps_credit_somewhere(user: Any) -> bool:
    """Whether a user is a personnel officer of any unit."""
    return WorkUnit.objects.with_role(user, "personnel_officer").exists()

"""What the schedule does with exceptions once a day: note what came and went, judge the rules, send the digest.

The queue itself is live and needs none of this; a missed night only makes the notes late.
"""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_noop

from apps.accounts.models import User
from apps.core import audit, holidays, notify, policy, stamps
from apps.core.rules.working_days import is_working_day
from apps.employees.alike import alike
from apps.employees.models import AppraiserLink, Employee, Government, SupervisionLoan

from ..models import ExceptionCase, ExceptionStep, QueueRun, RuleFate
from ..rules.case_lifecycle import CaseAction, CaseStatus, next_status, severity_of
from ..rules.exceptions import Fate, Reason, fate_of
from ..selectors.queue import (
    Frame,
    Seen,
    narrowed,
    queue_for,
    reasons_of_people,
    state_of,
    with_duties_apart,
)
from ..selectors.rule_counts import latest_hits
from ..selectors.rule_table import rule_table_on
from .exceptions import absent_holders, facts_of, make_cases, screens_of, wake

CHUNK = 300
FIRST_NAMES = 3

# With and without what one owes many people alike: the queue shows that as one line, not as so many people.
_DIGEST = gettext_noop("People to look at today: %(n)s. First: %(names)s.")
_DIGEST_AND_DUTY = gettext_noop(
    "People to look at today: %(n)s. First: %(names)s. Besides, %(owed)s people wait for your feedback."
)
_DIGEST_DUTY = gettext_noop("%(owed)s people wait for your feedback. Nothing else waits today.")


def refresh_due(*, now: datetime) -> int:
    """Note once a day what came, went, woke; judge the rules; return how many cases changed."""
    changed = 0
    for government, day in _without_run("refresh", now):
        counts = refresh(government=government, day=day, at=now)
        fates = judge_rules(government=government, day=day, at=now)
        # Two workers that came together have done the same; one of them writes the row.
        QueueRun.objects.get_or_create(
            government=government,
            day=day,
            step="refresh",
            defaults={"figures": {**counts, "fates": len(fates)}, "finished_at": now},
        )
        changed += sum(counts.values())
    return changed


def _without_run(step: str, now: datetime) -> list[tuple[Government, date]]:
    """Return the governments whose step of the day has not run, each with its day."""
    found = []
    for group in alike(now):
        runs = QueueRun.objects.filter(government__in=group.ids, day=group.today, step=step)
        done = set(runs.values_list("government", flat=True))
        found += [(government, group.today) for government in group.governments if government.pk not in done]
    return found


def refresh(*, government: Government, day: date, at: datetime) -> dict[str, int]:
    """Bring the cases of a government up to a day; return how many came, ended, woke or came back."""
    totals = {"seen": 0, "ended": 0, "woken": 0, "come_back": 0}
    running = ExceptionCase.objects.running().filter(government=government).values("person")
    ids = list(
        Employee.objects.filter(Q(is_active=True) | Q(pk__in=running), government=government)
        .order_by("pk")
        .values_list("pk", flat=True)
    )
    for start in range(0, len(ids), CHUNK):
        for name, count in _refresh_chunk(government, ids[start : start + CHUNK], day, at).items():
            totals[name] += count
    return totals


@transaction.atomic
def _refresh_chunk(government: Government, ids: Sequence[int], day: date, at: datetime) -> dict[str, int]:
    frame = Frame(
        user=None,
        employee=None,
        government=government,
        day=day,
        table=rule_table_on(day, scope=government.code),
        retired=frozenset(),
        kinds={},
        clock_step=int(policy.get("supervision.worse_after_working_days", on=day, scope=government.code)),
        days_off=frozenset(),
    )
    active = government.employees.filter(pk__in=ids, is_active=True)
    true_now: dict[tuple[int, str], Reason] = {
        (person, reason.kind.value): reason
        for person, reasons in reasons_of_people(active, day).items()
        for reason in reasons
    }
    cases = list(
        ExceptionCase.objects.running().select_for_update(of=("self",)).filter(person__in=ids).order_by("pk")
    )
    known = {(case.person_id, case.kind) for case in cases}
    new = [
        Seen(person, reason, CaseStatus.OPEN, is_mine=False, age=0)
        for (person, kind), reason in sorted(true_now.items(), key=lambda row: row[0])
        if (person, kind) not in known
    ]
    made = make_cases(new, frame, at) if new else []
    steps = [_followed(case, true_now.get((case.person_id, case.kind)), frame, at) for case in cases]
    gone = absent_holders(cases, day)
    steps += [_brought_back(case, at) for case in cases if case.holder_id in gone]
    written = [step for step in steps if step is not None]
    ExceptionStep.objects.bulk_create(written)
    ExceptionCase.objects.bulk_update(
        cases,
        ["status", "until", "holder", "ended_on", "last_seen", "explanation", "figures"],
        batch_size=500,
    )
    touched = {case.person_id for case in made} | {step.case.person_id for step in written}
    if touched:
        stamps.bump(*screens_of(touched, day))
    verbs = [step.verb for step in written]
    return {
        "seen": len(made),
        "ended": verbs.count("end"),
        "woken": verbs.count("wake") + verbs.count("worse"),
        "come_back": verbs.count("come_back"),
    }


def _followed(case: ExceptionCase, reason: Reason | None, frame: Frame, at: datetime) -> ExceptionStep | None:
    """Bring one locked case up to the day, and return the step this makes, if any."""
    if reason is None:
        step = _plain_step(case, "end", at)
        case.status = next_status(CaseStatus(case.status), CaseAction.END).value
        case.until, case.holder, case.ended_on = None, None, frame.day
        step.status_after = case.status
        return step
    state = state_of(case, severity_of(reason), frame.day, frame.clock_step)
    kept = facts_of(reason)
    case.last_seen = frame.day
    case.explanation, case.figures = str(kept["explanation"]), kept["figures"]
    if state is CaseStatus(case.status):
        return None
    return wake(case, state, reason, frame.day, at)


def _brought_back(case: ExceptionCase, at: datetime) -> ExceptionStep | None:
    """Give a case back to the supervisor whose superior is gone; None if it ended in the same breath."""
    if case.status not in {CaseStatus.PASSED_UP.value, CaseStatus.SNOOZED.value}:
        return None
    step = _plain_step(case, "come_back", at)
    case.status = next_status(CaseStatus(case.status), CaseAction.COME_BACK).value
    case.until, case.holder = None, None
    step.status_after = case.status
    return step


def _plain_step(case: ExceptionCase, verb: str, at: datetime) -> ExceptionStep:
    return ExceptionStep(
        case=case,
        verb=verb,
        at=at,
        explanation=case.explanation,
        figures=case.figures,
        status_before=case.status,
        until_before=case.until,
        holder_before_id=case.holder_id,
        severity_before=case.severity,
    )


# --- rules


@transaction.atomic
def judge_rules(*, government: Government, day: date, at: datetime) -> list[RuleFate]:
    """Retire rules that no longer lead to action, or pass them up where a duty stands behind them (S17)."""
    scope = government.code
    table = rule_table_on(day, scope=scope)
    last = max(int(policy.get("supervision.rule_last_hits", on=day, scope=scope)), 1)
    percent = min(max(int(policy.get("supervision.rule_least_action_percent", on=day, scope=scope)), 0), 100)
    decided = set(
        RuleFate.objects.filter(government=government, version=table.version).values_list("kind", flat=True)
    )
    hits = latest_hits(government, table, day, last)
    fates = []
    for rule in table.rules:
        judged = hits[rule.kind]
        fate = fate_of(rule, judged, last=last, least=Decimal(percent) / 100)
        if fate is Fate.KEPT or rule.kind.value in decided:
            continue
        row, created = RuleFate.objects.get_or_create(
            government=government,
            kind=rule.kind.value,
            version=table.version,
            defaults={
                "fate": fate.value,
                "decided_on": day,
                "hits": len(judged),
                "acted": sum(judged),
                "least_percent": percent,
            },
        )
        if created:
            audit.record(
                "supervision.rule.judged",
                target=row,
                by=None,
                scope=scope,
                at=at,
                kind=row.kind,
                version=row.version,
                fate=row.fate,
                hits=row.hits,
                acted=row.acted,
            )
            fates.append(row)
    return fates


# --- the digest


def digest_due(*, now: datetime) -> int:
    """Send every supervisor one message on a working day: what waits, and who first; return how many were sent.

    Silence where nothing waits.
    """
    sent = 0
    hour_of = policy.values_everywhere("supervision.digest_hour")
    for government, day in _without_run("digest", now):
        hour = int(hour_of("supervision.digest_hour", on=day, scope=government.code))
        if now.astimezone(ZoneInfo(government.timezone)).hour < hour:
            continue
        if is_working_day(day, holidays.holidays_between(day, day, scope=government.code)):
            count = sum(send_digest(user=user, day=day) for user in _supervisors(government, day))
        else:
            count = 0
        QueueRun.objects.get_or_create(
            government=government,
            day=day,
            step="digest",
            defaults={"figures": {"sent": count}, "finished_at": now},
        )
        sent += count
    return sent


def _supervisors(government: Government, day: date) -> list[User]:
    links = AppraiserLink.objects.active_on(day).filter(employee__is_active=True)
    holders = ExceptionCase.objects.running().filter(government=government, holder__isnull=False)
    loans = SupervisionLoan.objects.active_on(day)
    ids = (
        set(links.filter(appraiser__government=government).values_list("appraiser", flat=True))
        | set(holders.values_list("holder", flat=True))
        | set(loans.filter(holder__government=government).values_list("holder", flat=True))
    )
    return list(
        User.objects.filter(employee__in=ids, employee__is_active=True, is_active=True).order_by("pk")
    )


def send_digest(*, user: User, day: date) -> bool:
    """Send one supervisor the message of a day, if anything waits; the second time does nothing.

    It counts what the queue shows: people, and one line for what is owed to many alike.
    """
    waiting, duties = with_duties_apart(narrowed(queue_for(user, day)))
    if not waiting and not duties:
        return False
    text = _DIGEST
    params: dict[str, Any] = {}
    if waiting:
        names = ", ".join(line.person.full_name for line in waiting[:FIRST_NAMES])
        params = {"n": len(waiting), "names": names}
    if duties:
        text = _DIGEST_AND_DUTY if waiting else _DIGEST_DUTY
        params["owed"] = sum(duty.people for duty in duties)
    message = notify.send(
        user,
        text,
        url=reverse("supervision:queue"),
        key=f"exception-digest:{day}:{user.pk}",
        **params,
    )
    return message is not None

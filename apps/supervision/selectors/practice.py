"""The practice period as a person sees it: what runs, what they wrote, what it lacks by the rules of real reports."""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import F, Q

from apps.assessments.rules.report_problems import (
    LineFacts,
    Problem,
    ReportFacts,
    ReportProblem,
    report_problems,
)
from apps.assessments.selectors.reporting import AUTOMATIC_SOURCES, Found, LineRow
from apps.core.localtime import local_date
from apps.employees.models import Employee, Government
from apps.indicators.rules.achievement import Direction, achievement_percent

from ..models import PracticeCase, PracticeEntry, PracticePeriod
from ..practice_material import INDICATORS, PLAN, REPORTS
from ..rules.exceptions import ExceptionKind, Facts, RuleTable, reasons_of
from ..rules.practice_lifecycle import PracticeKind
from ..rules.practice_question import Question, QuestionSource, Unlike, questions_about
from .rule_table import rule_table_on

TEXTS = ("achievements", "obstacles", "support_needed")

# --- which period


def running_period(government: Government, day: date) -> PracticePeriod | None:
    """Return the practice period one can write in on a day."""
    return PracticePeriod.objects.filter(
        government=government, opens_on__lte=day, closes_on__gte=day, purged_at__isnull=True
    ).first()


def shown_period(government: Government, day: date) -> PracticePeriod | None:
    """Return the running period, else the last one whose texts are still there to be read."""
    return (
        PracticePeriod.objects.filter(
            government=government, opens_on__lte=day, deleted_on__gt=day, purged_at__isnull=True
        )
        .order_by("-opens_on")
        .first()
    )


def next_period(government: Government, day: date) -> PracticePeriod | None:
    """Return the next one that has not begun."""
    return PracticePeriod.objects.filter(government=government, opens_on__gt=day).order_by("opens_on").first()


def reported_days(period: PracticePeriod) -> tuple[date, date]:
    """Return the days the practice report is about: from the first of the month, so that yesterday's work fits."""
    return period.opens_on.replace(day=1), period.closes_on


def has_tried(employee: Employee, period: PracticePeriod) -> bool:
    """Whether a person sent or answered something for exercise. Asked for their own pages only."""
    return PracticeEntry.objects.filter(person=employee, period=period).tried().exists()


# --- what somebody wrote


def entries_of(user: Any, period: PracticePeriod) -> dict[tuple[str, int], PracticeEntry]:
    """Return somebody's own tasks of a period."""
    rows = PracticeEntry.objects.visible_to(user).filter(period=period)
    return {(row.kind, row.number): row for row in rows}


def entry_of(user: Any, period: PracticePeriod, kind: PracticeKind, number: int = 1) -> PracticeEntry | None:
    """Return one of somebody's own tasks."""
    return (
        PracticeEntry.objects.visible_to(user).filter(period=period, kind=kind.value, number=number).first()
    )


def blank_report() -> dict[str, Any]:
    """Return a practice report nobody has written in yet."""
    # `touched` is the version in which a part changed last: two tabs may write in different parts.
    return {
        "lines": [],
        "figures": {},
        "notes": {},
        "sent": [],
        "touched": {},
        **dict.fromkeys(TEXTS, ""),
    }


def report_content(entry: PracticeEntry | None) -> dict[str, Any]:
    """Return what stands in a practice report."""
    return blank_report() | (entry.content if entry else {})


def figure_rows(content: Mapping[str, Any], period: PracticePeriod) -> list[LineRow]:
    """Return the indicators of the invented plan as the form of a real report takes them."""
    starts_on, last_on = (day.isoformat() for day in reported_days(period))
    counted = [row for row in content["lines"] if starts_on <= row["date"] <= last_on]
    rows = []
    for result in PLAN:
        for indicator in result.indicators:
            numbers = [
                Decimal(row["quantity"])
                for row in counted
                if row["indicator"] == indicator.pk and row["quantity"] is not None
            ]
            found = Found(sum(numbers, Decimal(0)) if numbers else None, indicator.source, len(numbers))
            typed = content["figures"].get(str(indicator.pk))
            is_automatic = indicator.source in AUTOMATIC_SOURCES
            value = found.value if is_automatic else Decimal(typed) if typed is not None else None
            rows.append(
                LineRow(
                    indicator=indicator,  # type: ignore[arg-type]
                    result=result,  # type: ignore[arg-type]
                    target=indicator.target,
                    value=value,
                    note=content["notes"].get(str(indicator.pk), ""),
                    found=found,
                    own_value=not is_automatic and value is not None and value != found.value,
                )
            )
    return rows


def problems_of(content: Mapping[str, Any], period: PracticePeriod) -> list[Problem]:
    """Return what the rules of a real report miss. Files are left out: nothing is attached for exercise."""
    facts = ReportFacts(
        lines=[
            LineFacts(
                where=f"indicator:{row.indicator.pk}",
                source=row.indicator.source,
                has_target=True,
                has_realization=row.value is not None,
            )
            for row in figure_rows(content, period)
        ],
        has_achievements=bool(content["achievements"].strip()),
        has_obstacles=bool(content["obstacles"].strip()),
        evidence=0,
    )
    return [row for row in report_problems(facts) if row.code is not ReportProblem.NO_EVIDENCE]


def sent_content(content: Mapping[str, Any], period: PracticePeriod) -> dict[str, Any]:
    """Return what is sent, in the shape in which real reports keep it (SelfReport versions)."""
    results: dict[int, dict[str, Any]] = {
        result.pk: {"id": result.pk, "text": result.text, "indicators": []} for result in PLAN
    }
    for row in figure_rows(content, period):
        results[row.result.pk]["indicators"].append(
            {
                "id": row.indicator.pk,
                "text": row.indicator.text,
                "measure": row.indicator.measure,
                "direction": row.indicator.direction,
                "source": row.indicator.source,
                "target": str(row.target),
                "realization": None if row.value is None else str(row.value),
                "prefilled": None if row.found.value is None else str(row.found.value),
                "entries": row.found.entries,
                "reports": 0,
                "note": row.note,
            }
        )
    return {"results": list(results.values())} | {name: content[name] for name in TEXTS}


def questions_of(content: Mapping[str, Any], period: PracticePeriod) -> tuple[Question, ...]:
    """Return with what a practice report comes back: by the rules of the queue and of the check page."""
    table = rule_table_on(period.closes_on, scope=period.government.code)
    starts_on, last_on = reported_days(period)
    return questions_about(
        unlike=_unlike(content, period, table),
        days=[date.fromisoformat(row["date"]) for row in content["lines"]],
        starts_on=starts_on,
        last_on=last_on,
        problems=problems_of(content, period),
    )


def _unlike(content: Mapping[str, Any], period: PracticePeriod, table: RuleTable) -> list[Unlike]:
    found = []
    for row in figure_rows(content, period):
        if row.value is None or row.target is None:
            continue
        reached = achievement_percent(row.target, row.value, Direction(row.indicator.direction))
        facts = Facts(
            person=0,
            achievement=None if reached is None else max(reached, Decimal(0)),
            usual_achievement=INDICATORS[row.indicator.pk].usual,
        )
        found += [
            Unlike(
                f"indicator:{row.indicator.pk}",
                reason.explanation.value,
                tuple(f"{Decimal(figure).normalize():f}" for figure in reason.figures),
            )
            for reason in reasons_of(facts, table)
            if reason.kind is ExceptionKind.OFF_TREND
        ]
    return found


def stored_questions(content: Mapping[str, Any]) -> list[Question]:
    """Return the questions that a report came back with."""
    return [
        Question(QuestionSource(row["source"]), row["code"], row["where"], tuple(row["figures"]))
        for row in content.get("questions", [])
    ]


# --- the cases


def cases_for(government: Government) -> list[PracticeCase]:
    """Return the cases of a government by place: its own text, else the built-in one."""
    rows = PracticeCase.objects.filter(Q(government=government) | Q(government=None)).order_by(
        "place", F("government").asc(nulls_last=True)
    )
    found: dict[int, PracticeCase] = {}
    for row in rows:
        found.setdefault(row.place, row)
    return list(found.values())


def case_at(government: Government, place: int) -> PracticeCase | None:
    """Return the case at a place."""
    return next((row for row in cases_for(government) if row.place == place), None)


def supervisor_tasks(government: Government) -> list[tuple[PracticeKind, int, str]]:
    """Return the tasks of supervisors: kind, number, and whose report or case it is."""
    return [(PracticeKind.REVIEW, row.number, row.writer) for row in REPORTS] + [
        (PracticeKind.RATING, row.place, row.title) for row in cases_for(government)
    ]


def due_for_deletion(now: Any) -> list[int]:
    """Return the periods whose texts are to be deleted by now, by the day of their own government."""
    # Days of the zones lie apart; a day of slack asks for all that may be due, the local day decides.
    rows = PracticePeriod.objects.filter(
        purged_at__isnull=True, deleted_on__lte=local_date(now, "UTC") + timedelta(days=1)
    ).select_related("government")
    return [row.pk for row in rows if row.deleted_on <= local_date(now, row.government.timezone)]

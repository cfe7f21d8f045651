"""Computes what came of programmes and of coaching, and keeps it."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db import transaction
from django.db.models import Exists, Max, OuterRef

from apps.core import audit, policy
from apps.core.localtime import local_date
from apps.employees.alike import alike
from apps.employees.models import Government

from ..models import CoachingNote, CoachingPlan, Session, TrainingEffect
from ..rules.effect_windows import Span
from ..rules.training_effect import TrainingEffect as Effect
from ..rules.training_effect import matched_effect
from ..selectors.effects import (
    Event,
    Facts,
    Groups,
    coached,
    facts_of,
    long_ago,
    sessions_taken,
    trained_since,
)

_OF_PEOPLE = ("achievement", "rating")


def refresh_due(*, now: datetime) -> int:
    """Compute the effects of each government whose last ones are old enough; return how many rows that were."""
    done = 0
    newest = dict(
        TrainingEffect.objects.order_by()
        .values_list("government")
        .annotate(at=Max("computed_at"))
        .values_list("government", "at")
    )
    # Without any, it is worth computing only where people learned or were coached.
    something = set(Session.objects.order_by().values_list("programme__government", flat=True).distinct())
    for events in (CoachingNote, CoachingPlan):
        something |= set(events.objects.order_by().values_list("employee__government", flat=True).distinct())
    for group in alike(now, "training.effect_refresh_days"):
        (days,) = group.values
        for government in group.governments:
            last = newest.get(government.pk)
            if government.pk in something if last is None else last + timedelta(days=days) <= now:
                done += compute_effects(government=government, at=now)
    return done


@transaction.atomic
def compute_effects(*, government: Government, at: datetime) -> int:
    """Compute every effect of the last years anew; return the number of rows.

    A session waits until enough days have passed since it ended; so does coaching.
    """
    Government.objects.select_for_update().get(pk=government.pk)
    day = local_date(at, government.timezone)

    def value(key: str) -> int:
        return int(policy.get(f"training.{key}", on=day, scope=government.code))

    since = long_ago(day, value("effect_years"))
    until = day - timedelta(days=value("effect_days"))
    talks = coached(government, long_ago(since, 1))
    settled = [event for event in talks if since <= event.first_day and event.last_day <= until]
    taken = sessions_taken(government, since, until)
    store = _Store(government, day, at, value("effect_minimum"))
    if taken or settled:
        # One more year of results: what was before the first session lies before `since`.
        facts = facts_of(government, long_ago(since, 1), day)
        trained = trained_since(government)
        for programme_id, events in taken.items():
            excluded = _trained_within(trained[programme_id])
            store.keep(facts, events, excluded, "programme", programme_id)
            by_session: dict[int, list[Event]] = defaultdict(list)
            for event in events:
                by_session[event.session_id].append(event)
            for session_id, part in by_session.items():
                store.keep(facts, part, excluded, "session", programme_id, session_id)
        if settled:
            store.keep(facts, settled, _coached_within(talks), "coaching")
    forgotten = _forget(government, since, store.kept)
    if store.kept or forgotten:
        audit.record(
            "training.effects.computed",
            target=government,
            by=None,
            scope=government.code,
            at=at,
            rows=len(store.kept),
            forgotten=forgotten,
        )
    return len(store.kept)


def _forget(government: Government, since: date, kept: Sequence[int]) -> int:
    """Drop what nobody completed any more (a correction); what is only too old stays as it was computed."""
    rows = TrainingEffect.objects.filter(government=government).exclude(pk__in=kept)
    gone = rows.filter(subject="session", session__ends_on__gte=since)
    count = gone.count()
    gone.delete()
    left = TrainingEffect.objects.filter(programme=OuterRef("programme"), subject="session")
    gone = rows.filter(~Exists(left), subject="programme")
    count += gone.count()
    gone.delete()
    return count


class _Store:
    """Turns groups into rows, with the policy values of one day."""

    def __init__(self, government: Government, day: date, at: datetime, minimum: int) -> None:
        self.government, self.at, self.minimum = government, at, minimum
        self.calipers: dict[str, str] = policy.get("training.effect_calipers", on=day, scope=government.code)
        self.kept: list[int] = []

    def keep(
        self,
        facts: Facts,
        events: Sequence[Event],
        excluded: Callable[[int, Span], bool],
        subject: str,
        programme_id: int | None = None,
        session_id: int | None = None,
    ) -> None:
        people = len({event.employee_id for event in events})
        groups = [
            (measure, Groups(people, *facts.people(measure, events, excluded))) for measure in _OF_PEOPLE
        ]
        groups.append(("ikm", facts.units(events)))
        for measure, group in groups:
            caliper = Decimal(str(self.calipers.get(measure, "0")))
            found = matched_effect(
                group.participants, group.others, caliper=caliper, minimum=max(self.minimum, 2)
            )
            row, _created = TrainingEffect.objects.update_or_create(
                government=self.government,
                subject=subject,
                programme_id=programme_id,
                session_id=session_id,
                measure=measure,
                defaults={
                    "took_part": group.took_part,
                    "minimum": max(self.minimum, 2),
                    "caliper": caliper,
                    "computed_at": self.at,
                    **_columns(found),
                },
            )
            self.kept.append(row.pk)


def _columns(found: Effect) -> dict[str, object]:
    return {
        "verdict": found.verdict.value,
        "participants": found.participants,
        "others": found.others,
        "unmatched": found.unmatched,
        "participants_change": found.participants_change,
        "others_change": found.others_change,
        "effect": found.effect,
        "low": found.interval.low if found.interval else None,
        "high": found.interval.high if found.interval else None,
        "start_gap": found.start_gap,
    }


def _trained_within(since_when: dict[int, date]) -> Callable[[int, Span], bool]:
    """Whoever has completed the programme before the end of a window is not somebody who did not take part."""

    def excluded(employee_id: int, window: Span) -> bool:
        first = since_when.get(employee_id)
        return first is not None and first <= window[1]

    return excluded


def _coached_within(events: Sequence[Event]) -> Callable[[int, Span], bool]:
    days: dict[int, list[Span]] = defaultdict(list)
    for event in events:
        days[event.employee_id].append((event.first_day, event.last_day))

    def excluded(employee_id: int, window: Span) -> bool:
        return any(first <= window[1] and last >= window[0] for first, last in days.get(employee_id, ()))

    return excluded

"""An attacker reads every public figure, before and after each wave of answers, and subtracts them from each other.

Whatever can be made by adding and subtracting published groups is about nobody, or about five people at least; and
no service under the minimum comes out of a unit's figure.
"""

from collections.abc import Iterable
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import combinations
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from apps.core.rules.rounding import half_up
from apps.feedback import selectors
from apps.feedback.models import Response, SurveyPeriod
from apps.feedback.rules.breakdowns import PUBLIC_CUTS
from apps.feedback.selectors import open_data
from apps.feedback.services import results
from tests.examples import through_the_database
from tests.feedback.figures import OPEN, VERIFIED, hold, put, refresh
from tests.feedback.helpers import UNSUR, open_now, publish_at_once, today_of

People = frozenset[int]
MINIMUM = 5
SERVICES = 3


class Attacker:
    """Keeps every group of people whose figures were seen, and checks that the figures are theirs."""

    def __init__(self, world: Any, services: list[Any]) -> None:
        self.world, self.services = world, services
        # Per service and tier, every group that was shown, at whatever time.
        self.seen: dict[tuple[int, str], set[People]] = {}
        self.now: dict[tuple[int, str], People] = {}
        self.units: set[tuple[str, People]] = set()
        self.cells: dict[tuple[int, str], list[list[People]]] = {}

    def counted(self, service: Any, tier: str) -> list[Response]:
        return list(
            Response.objects.filter(service=service, tier=tier, is_quarantined=False)
            .prefetch_related("answers")
            .order_by("pk")
        )

    def read(self) -> None:
        """Read what stands in public now, in every place."""
        today = today_of(self.services[0])
        public = selectors.public_results(self.services, today)
        self.now = {}
        rows = {
            (row["service"], row["tier"]): row
            for row in open_data.dataset("ikm").rows(self.world.government, today)
        }
        for service in self.services:
            result = public.get(service.pk)
            for shown in (result, result.other) if result else ():
                if shown is None:
                    continue
                row = rows[service.code, shown.tier]
                assert (row["ikm"], row["n"]) == (shown.ikm, shown.n)
                if shown.ikm is None:
                    continue
                # Nobody was removed here, so the first n who counted are in the figure.
                people = self.counted(service, shown.tier)[: shown.n]
                assert shown.ikm == index_of(people)
                assert shown.n >= 10
                self.now[service.pk, shown.tier] = ids(people)
                self.seen.setdefault((service.pk, shown.tier), set()).add(ids(people))
        for place in (
            selectors.public_unit_result(self.services[0].unit, today),
            selectors.public_government_result(self.world.government, today),
        ):
            for unit in (place, place.other) if place else ():
                if unit is None:
                    continue
                included = {line.service.pk for line in unit.services if line.is_included}
                people = frozenset().union(*(self.now[pk, unit.tier] for pk in included))
                assert unit.n == len(people)
                assert unit.pooled.ikm == index_of(Response.objects.filter(pk__in=people))
                self.units.add((unit.tier, people))
        for service in self.services:
            for tier in (OPEN, VERIFIED):
                self.read_cells(service, tier)

    def read_cells(self, service: Any, tier: str) -> None:
        (period,) = service.survey_periods.all()
        for cut in PUBLIC_CUTS:
            cells = selectors.breakdown(period, tier, cut)
            if not cells:
                continue
            people = self.counted(service, tier)
            groups: dict[str, set[int]] = {}
            visible = {cell.value for cell in cells if cell.n is not None}
            for person in people:
                value = getattr(person, cut)
                groups.setdefault(value if value in visible else "(hidden)", set()).add(person.pk)
            for cell in cells:
                assert cell.n is None or cell.n == len(groups[cell.value])
            blocks = [frozenset(group) for group in groups.values()]
            self.cells.setdefault((service.pk, tier), []).append(
                [
                    frozenset().union(*chosen)
                    for size in range(1, len(blocks) + 1)
                    for chosen in combinations(blocks, size)
                ]
            )

    def findings(self) -> list[People]:
        """Return every group of one to four people that two or more figures tell apart."""
        found = []
        for key, groups in self.seen.items():
            known = set(groups)
            for table in self.cells.get(key, []):
                known.update(table)
            found += small(known)
        for tier, whole in self.units:
            # A unit minus any of its services, as they stood at any time; and against every other unit figure.
            others = [groups for (_pk, kind), groups in self.seen.items() if kind == tier]
            for chosen in every_choice(others):
                rest = whole - frozenset().union(*chosen)
                if all(group <= whole for group in chosen) and 0 < len(rest) < MINIMUM:
                    found.append(rest)
            found += small({people for kind, people in self.units if kind == tier})
        return found


def every_choice(groups: list[set[People]]) -> Iterable[list[People]]:
    """Return every way to take at most one group of each service."""
    if not groups:
        return [[]]
    rest = list(every_choice(groups[1:]))
    return [*rest, *([one, *others] for one in groups[0] for others in rest)]


def small(known: set[People]) -> list[People]:
    return [
        large - inner for large in known for inner in known if inner < large and len(large - inner) < MINIMUM
    ] + [group for group in known if 0 < len(group) < MINIMUM]


def ids(people: Iterable[Response]) -> People:
    return frozenset(row.pk for row in people)


def index_of(people: Iterable[Response]) -> Decimal:
    values = [answer.value for row in people for answer in row.answers.all()]
    return half_up(Fraction(sum(values) * 25, len(values)))


ATTRIBUTES = st.fixed_dictionaries(
    {
        "channel": st.sampled_from(["qr", "kiosk"]),
        "sex": st.sampled_from(["L", "P"]),
        "age_band": st.sampled_from(["18-29", "60+"]),
        "occupation": st.sampled_from(["petani", "pns", ""]),
    }
)
WAVE = st.tuples(
    st.integers(0, SERVICES - 1),
    st.sampled_from([OPEN, VERIFIED]),
    st.integers(1, 13),
    st.integers(1, 4),
    ATTRIBUTES,
)


def play(world: Any, waves: list[Any], sampling: str, step: int) -> Attacker:
    """Let waves of answers come, read after each one, end the surveys, publish them, and read again."""
    publish_at_once(step)
    services = [world.make_service() for _ in range(SERVICES)]
    periods: list[SurveyPeriod] = [open_now(service, sampling=sampling) for service in services]
    attacker = Attacker(world, services)
    for place, tier, n, value, attributes in waves:
        put(periods[place], [dict.fromkeys(UNSUR, value)] * n, tier=tier, **attributes)
        refresh(periods[place])
        attacker.read()
    at = timezone.now() + timedelta(days=30)
    for period in periods:
        refresh(period, at=at)
    attacker.read()
    for period in periods:
        if Response.objects.filter(survey_period=period).exists():
            results.publish_result(survey_period_id=period.pk, by=None, at=at)
    attacker.read()
    return attacker


@settings(
    parent=through_the_database(3),
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[
        HealthCheck.function_scoped_fixture,
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
    ],
)
@given(waves=st.lists(WAVE, min_size=4, max_size=14), sampling=st.sampled_from(["", "receipt"]))
def test_the_attacker_finds_nothing(world, waves, sampling):
    with transaction.atomic():
        assert play(world, waves, sampling, step=5).findings() == []
        transaction.set_rollback(True)


@pytest.mark.parametrize("step", [0, 5])
def test_the_attacker_can_find_something(world, step):
    """Without the steps three late answers stand out; so the attack itself works."""
    women = {"channel": "qr", "sex": "P", "age_band": "18-29", "occupation": "pns"}
    waves = [(0, OPEN, 12, 3, women), (0, OPEN, 3, 1, women), (0, OPEN, 10, 3, women)]
    assert bool(play(world, waves, "", step).findings()) is not bool(step)


def test_a_service_under_the_minimum_is_in_no_figure_above_it(world):
    services = [world.make_service() for _ in range(3)]
    for service, n in zip(services, (40, 30, 3), strict=True):
        period = open_now(service)
        put(period, [dict.fromkeys(UNSUR, 4 if n > 3 else 1)] * n)
        refresh(period)
    today = today_of(services[0])
    unit = selectors.public_unit_result(world.unit, today)
    assert (unit.n, unit.included, len(unit.services), unit.pooled.ikm) == (70, 2, 3, Decimal("100.00"))
    hidden = next(line for line in unit.services if line.service == services[2])
    assert (hidden.is_included, hidden.result.ikm, hidden.result.unsur) == (False, None, ())
    whole = selectors.public_government_result(world.government, today)
    assert (whole.n, [place.n for place in whole.units]) == (70, [70])


def test_a_small_tier_does_not_come_out_of_the_other(world, service):
    (period,) = service.survey_periods.all()
    put(period, [dict.fromkeys(UNSUR, 4)] * 40)
    put(period, [dict.fromkeys(UNSUR, 1)] * 4, tier=VERIFIED)
    hold(put(period, [dict.fromkeys(UNSUR, 1)] * 2))
    refresh(period)
    shown = selectors.public_result(service, today_of(service))
    assert (shown.tier, shown.n, shown.ikm, shown.waiting) == (OPEN, 40, Decimal("100.00"), 2)
    assert (shown.other.n, shown.other.ikm, shown.other.satisfied, shown.other.unsur) == (4, None, None, ())

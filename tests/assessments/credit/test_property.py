"""Whatever becomes final in whatever order, no year of a person counts more than twelve months (CRD-5)."""

from datetime import date
from typing import Any

import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from apps.assessments.models import CreditConversion, Evaluation
from apps.assessments.services import credit
from apps.core import policy
from tests.examples import through_the_database

from .conftest import AT

pytestmark = pytest.mark.django_db

STEPS = st.lists(
    st.tuples(st.sampled_from(["1", "2", "3", "4", "former", "later"]), st.sampled_from(["baik", "kurang"])),
    min_size=1,
    max_size=8,
)


@through_the_database(8)
@given(steps=STEPS, rule=st.sampled_from(["whole", "started"]), day=st.integers(1, 28))
def test_no_order_of_results_counts_a_month_twice(
    world: Any, year: Any, plan: Any, final: Any, promoted: Any, steps: Any, rule: str, day: int
) -> None:
    with transaction.atomic():
        point = transaction.savepoint()
        policy.set_value(
            "assessments.credit_started_months",
            rule,
            scope="kendari",
            valid_from=date(2026, 1, 1),
            by=None,
            reason="uji",
        )
        cut = f"2026-05-{day:02d}"
        last = date.fromisoformat(cut).toordinal() - 1
        former = plan(last=date.fromordinal(last).isoformat())
        later = plan(first=cut, placement=promoted(cut))
        made: dict[str, Evaluation] = {}
        for name, predikat in steps:
            if name not in made:
                skp = former if name in {"1", "former"} else later
                period = year[name] if name.isdigit() else year["year"]
                made[name] = final(skp, period, predikat)
            Evaluation.objects.filter(pk=made[name].pk).update(predikat=predikat)
            credit.convert_evaluation(evaluation_id=made[name].pk, at=AT)
            _check(world)
        # Once more in another order: nothing changes any more, except that months may have become free.
        for evaluation in reversed(made.values()):
            credit.convert_evaluation(evaluation_id=evaluation.pk, at=AT)
            _check(world)
        transaction.savepoint_rollback(point)


def _check(world: Any) -> None:
    rows = CreditConversion.objects.current().filter(employee=world.staff)
    assert sum(row.months for row in rows) <= 12
    yearly = {row.evaluation.skp_id for row in rows.select_related("evaluation") if row.is_yearly}
    periodic = {row.evaluation.skp_id for row in rows.select_related("evaluation") if not row.is_yearly}
    assert not yearly & periodic, "never both for one plan"

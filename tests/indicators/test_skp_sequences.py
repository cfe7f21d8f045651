"""Whatever people press in whatever order, a plan only ever does what the table says."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.core.models import AuditEntry
from apps.indicators.models import SkpDecision
from apps.indicators.rules.lifecycle import SkpAction, SkpStatus, TransitionNotAllowed, next_status
from apps.indicators.services import revisions
from apps.indicators.services import skp as services
from tests.examples import through_the_database

from .support import AT, complete

pytestmark = pytest.mark.django_db


def perform(action: SkpAction, skp: Any, world: Any) -> None:
    """Press one button as the person whose button it is."""
    if action is SkpAction.SUBMIT:
        services.submit_skp(skp_id=skp.pk, by=world.staff, at=AT)
    elif action is SkpAction.RECALL:
        services.recall_skp(skp_id=skp.pk, by=world.staff, at=AT)
    elif action is SkpAction.RETURN:
        services.return_skp(skp_id=skp.pk, note="Perbaiki.", by=world.head, at=AT)
    elif action is SkpAction.APPROVE:
        services.approve_skp(skp_id=skp.pk, by=world.head, at=AT)
    elif action is SkpAction.WITHDRAW:
        revisions.withdraw_revision(skp_id=skp.pk, by=world.staff, at=AT)
    elif action is SkpAction.MERGE:
        # There is no such button: a working copy is approved like a plan.
        raise TransitionNotAllowed(SkpStatus(skp.status), action)
    else:
        services.close_skp(skp_id=skp.pk, by=None, at=AT)


@through_the_database(10)
@given(pressed=st.lists(st.sampled_from(list(SkpAction)), max_size=8))
def test_any_order_of_buttons_follows_the_table(world: Any, pressed: list[SkpAction]) -> None:
    from django.db import transaction

    with transaction.atomic():
        world.make_skp(world.head)
        skp = complete(world.staff)
        expected, done = SkpStatus.DRAFT, []
        chain = AuditEntry.objects.count()
        for action in pressed:
            revision = skp.revision
            try:
                after = next_status(expected, action)
            except TransitionNotAllowed:
                with pytest.raises(TransitionNotAllowed):
                    perform(action, skp, world)
                skp.refresh_from_db()
                assert (skp.status, skp.revision) == (expected.value, revision) if done else True
            else:
                perform(action, skp, world)
                expected = after
                done.append(action.value)
            skp.refresh_from_db()
            assert skp.status == expected.value
            assert skp.is_editable == (expected in {SkpStatus.DRAFT, SkpStatus.RETURNED})
            assert (skp.approved_at is not None) == (expected in {SkpStatus.APPROVED, SkpStatus.CLOSED})
        decisions = SkpDecision.objects.filter(skp=skp).order_by("id").values_list("action", flat=True)
        assert list(decisions) == done
        assert AuditEntry.objects.count() - chain == len(done)
        transaction.set_rollback(True)

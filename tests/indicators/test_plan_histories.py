"""Whatever is pressed in whatever order: approved content changes only by an approved change, and no text is lost."""

from typing import Any

import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from apps.core.rules.lifecycle import TransitionNotAllowed
from apps.indicators import selectors
from apps.indicators.models import Skp, SkpVersion, WorkResult
from apps.indicators.services import revisions
from apps.indicators.services import skp as services
from tests.examples import through_the_database

from .support import AT, complete

pytestmark = pytest.mark.django_db

ACTIONS = ["edit", "add", "drop", "submit", "recall", "return", "approve", "revise", "withdraw"]
REFUSALS = (
    TransitionNotAllowed,
    revisions.RevisionExists,
    services.PlanNotEditable,
    services.NothingChanged,
    services.PlanIncomplete,
    services.ResultInUse,
)


def content(skp: Skp) -> dict[str, Any]:
    return selectors.content_of(selectors.whole(Skp.objects).get(pk=skp.pk))


def perform(action: str, target: Skp, plan: Skp, world: Any, number: int) -> str | None:
    """Press one button on the draft or on the open change; return a text that was written."""
    by, text = world.staff, f"Hasil {number}"
    if action == "edit":
        row = target.results.first()
        if row is None:
            raise services.PlanNotEditable
        services.change_result(result=row, text=text, kind=row.kind, by=by)
        return text
    if action == "add":
        row = services.add_result(skp=target, text=text, kind="utama", by=by)
        services.add_indicator(
            result=row, text=f"IKI {number}", aspect="waktu", target=1, measure="x",
            direction="higher_is_better", source="reported", by=by,
        )  # fmt: skip
        return text
    if action == "drop":
        row = target.results.last()
        if row is None or target.results.count() == 1:
            raise services.PlanNotEditable
        services.remove_result(result=row, by=by)
    elif action == "submit":
        services.submit_skp(skp_id=target.pk, by=by, at=AT)
    elif action == "recall":
        services.recall_skp(skp_id=target.pk, by=by, at=AT)
    elif action == "return":
        services.return_skp(skp_id=target.pk, note="Perbaiki", by=world.head, at=AT)
    elif action == "approve":
        services.approve_skp(skp_id=target.pk, by=world.head, at=AT)
    elif action == "revise":
        revisions.begin_revision(skp_id=plan.pk, reason="strategy", note="x", by=by, at=AT)
    else:
        revisions.withdraw_revision(skp_id=target.pk, by=by, at=AT)
    return None


@through_the_database(8)
@given(pressed=st.lists(st.sampled_from(ACTIONS), min_size=4, max_size=14), begun=st.booleans())
def test_any_history(world: Any, pressed: list[str], begun: bool) -> None:
    with transaction.atomic():
        world.make_skp(world.head)
        plan = complete(world.staff)
        if begun:
            # Half of the histories begin where changes do.
            services.submit_skp(skp_id=plan.pk, by=world.staff, at=AT)
            services.approve_skp(skp_id=plan.pk, by=world.head, at=AT)
            revisions.begin_revision(skp_id=plan.pk, reason="strategy", note="x", by=world.staff, at=AT)
        ids: set[int] = set(plan.results.values_list("pk", flat=True)) if begun else set()
        for number, action in enumerate(pressed):
            plan.refresh_from_db()
            target = Skp.objects.open_revisions().filter(revises=plan).first() or plan
            before, version, words = content(plan), plan.version, content(target)
            kept = list(SkpVersion.objects.filter(skp=plan).values("version", "content"))
            written = None
            try:
                with transaction.atomic():
                    written = perform(action, target, plan, world, number)
            except REFUSALS:
                assert content(target) == words
            plan.refresh_from_db()
            # Approved content changes only together with a new version, and earlier versions never do.
            if version and plan.version == version:
                assert content(plan) == before
            assert list(SkpVersion.objects.filter(skp=plan).values("version", "content"))[: len(kept)] == kept
            if plan.version:
                assert SkpVersion.objects.get(skp=plan, version=plan.version).content == content(plan)
                if plan.version == version + 1:
                    ids = set(plan.results.values_list("pk", flat=True)) | (ids if version else set())
                # Rows that were ever approved are still there.
                assert WorkResult.objects.filter(pk__in=ids).count() == len(ids)
            if written is not None:
                assert WorkResult.objects.filter(skp=target, text=written).exists()
            # What a change said when it was given up can still be read.
            if action == "withdraw" and target.is_revision:
                assert content(target) == words
        if plan.version:
            assert set(SkpVersion.objects.filter(skp=plan).values_list("version", flat=True)) == set(
                range(1, plan.version + 1)
            )
        transaction.set_rollback(True)

"""Whatever the three do in whatever order: nothing sent is edited, nothing typed is lost, nobody reads a draft."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.assessments.models import Evaluation, Objection, ObjectionStatement
from apps.assessments.rules.evaluation_lifecycle import TransitionNotAllowed
from apps.assessments.selectors.objections import sent_statements, versions_of
from apps.assessments.services import objections

from ..evaluating.conftest import DELIVERED_AT

pytestmark = pytest.mark.django_db

ACTORS = ("staff", "head", "agency_head", "colleague", "personnel_officer")
VERBS = ("save", "send", "ask", "uphold", "reject")
REFUSALS = (
    objections.NotASide,
    objections.NotTheDecider,
    objections.ObjectionDecided,
    objections.StatementSent,
    objections.StatementConflict,
    objections.AlreadyAsked,
    objections.NothingChanged,
    TransitionNotAllowed,
)


class _Undo(Exception):
    """Ends one example: its rows are taken back."""


def _act(objection: Objection, verb: str, by: Any, step: int) -> str:
    """Do one thing; return the text that was accepted."""
    text, at = f"Teks {step}", DELIVERED_AT + timedelta(minutes=step)
    common = {"objection_id": objection.pk, "by": by, "at": at}
    if verb == "save":
        draft = ObjectionStatement.objects.filter(
            objection=objection, by__user=getattr(by, "user", by)
        ).first()
        objections.save_statement(text=text, revision=draft.revision if draft else 0, **common)
    elif verb == "send":
        objections.send_statement(text=text, **common)
    elif verb == "ask":
        objections.ask_both(question=text, **common)
    else:
        objections.decide_objection(
            is_upheld=verb == "uphold",
            work_result="above_expectation" if verb == "uphold" else None,
            decision_reason=text,
            **common,
        )
    return text


def _frozen(objection: Objection) -> dict[str, Any]:
    """What may never change once it is there."""
    row = Objection.objects.get(pk=objection.pk)
    frozen: dict[str, Any] = {"filed": (row.reason, row.wanted, row.filed_at, row.number)}
    if row.asked_at:
        frozen["asked"] = (row.question, row.asked_at)
    if row.decided_at:
        frozen["decided"] = (row.is_upheld, row.decision_reason, row.decided_at)
    for statement in sent_statements(row):
        frozen[statement.role] = (statement.text, statement.sent_at, statement.by_id)
    first = versions_of(Evaluation.objects.get(pk=row.evaluation_id))[0]
    frozen["original"] = (first.work_result, first.behavior, first.predikat, first.reason)
    return frozen


@given(steps=st.lists(st.tuples(st.sampled_from(VERBS), st.sampled_from(ACTORS)), max_size=9))
@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    derandomize=True,
)
def test_no_sequence_edits_what_was_sent(world: Any, delivered: Any, steps: list[tuple[str, str]]) -> None:
    try:
        with transaction.atomic():
            _play(world, delivered, steps)
            raise _Undo
    except _Undo:
        pass


def _play(world: Any, delivered: Any, steps: list[tuple[str, str]]) -> None:
    objection = objections.file_objection(
        evaluation_id=delivered().pk, reason="Alasan", wanted="Dinilai lagi", by=world.staff, at=DELIVERED_AT
    )
    known = _frozen(objection)
    for step, (verb, who) in enumerate(steps):
        try:
            with transaction.atomic():
                accepted = _act(objection, verb, getattr(world, who), step)
        except REFUSALS:
            assert _frozen(objection) == known
            continue
        now = _frozen(objection)
        assert {key: now[key] for key in known} == known
        known = now
        if verb in {"save", "send"}:
            role = {"staff": "employee", "head": "appraiser"}[who]
            statement = ObjectionStatement.objects.get(objection=objection, role=role)
            assert statement.text == accepted
            assert (statement.sent_at is None) == (verb == "save")
        else:
            assert who == "agency_head"
    row = Objection.objects.select_related("evaluation").get(pk=objection.pk)
    assert row.evaluation.version == (2 if row.is_upheld else 1)
    assert (row.evaluation.status == "decided") == (row.decided_at is not None)
    drafts = ObjectionStatement.objects.filter(objection=objection, sent_at__isnull=True)
    for who in ("staff", "head", "agency_head", "auditor"):
        shown = world.client(getattr(world, who)).get(f"/pengawas/keberatan/{objection.pk}/").content.decode()
        assert not any(draft.text in shown for draft in drafts)

"""Issuing documents: what a person holds in hand, with a code by which anybody can check that it is ours.

A document is a snapshot. As long as the facts are the same, asking again returns the same row and the same bytes;
after a change (an answer, a decision on an objection) the next one is another document.
"""

import secrets
from datetime import datetime
from typing import Any

from django.db import transaction

from apps.assessments.models import Evaluation
from apps.core import audit, files
from apps.core.sequences import CROCKFORD
from apps.indicators.models import Skp

from ..labels import DocumentKind
from ..models import Document
from ..rendering import pdf
from ..selectors import facts

PDF = "application/pdf"
CODE_LENGTH = 16
CODE_GROUP = 4
PRINTABLE_PLANS = ("approved", "closed")


class NotYetDelivered(Exception):
    """Raised when the evaluation has not been handed over, so that there is nothing to print."""


class NotYetApproved(Exception):
    """Raised when the plan has not been approved."""


def new_code() -> str:
    """Return a verification code: 80 random bits in characters that cannot be mistaken, in groups of four."""
    code = "".join(secrets.choice(CROCKFORD) for _ in range(CODE_LENGTH))
    return "-".join(code[at : at + CODE_GROUP] for at in range(0, CODE_LENGTH, CODE_GROUP))


def normalize_code(text: str) -> str:
    """Return what somebody copied from paper as the code was made: capitals, groups, look-alikes corrected."""
    plain = "".join(character for character in text.upper() if character.isalnum())[: CODE_LENGTH * 2]
    plain = plain.translate(str.maketrans("OILU", "011V"))
    return "-".join(plain[at : at + CODE_GROUP] for at in range(0, len(plain), CODE_GROUP))


@transaction.atomic
def issue_evaluation_document(*, evaluation_id: int, by: Any, at: datetime) -> Document:
    """Return the evaluation document of one person, made now unless an equal one exists.

    :raises NotYetDelivered: if the evaluation has not been handed over.
    """
    # The lock makes two clicks wait for each other, so that they get the same document.
    evaluation = (
        Evaluation.objects.select_for_update(of=("self",)).select_related("government").get(pk=evaluation_id)
    )
    found = facts.evaluation_facts(Evaluation.objects.filter(pk=evaluation.pk))
    if not found:
        raise NotYetDelivered
    told = found[0]
    earlier = Document.objects.filter(evaluation=evaluation, facts_hash=told.digest).first()
    if earlier is not None:
        return earlier
    code = new_code()
    content = pdf.render_evaluation(*told.verified(facts.verification(code, told.digest)))
    document = Document.objects.create(
        government=evaluation.government,
        kind=str(DocumentKind.EVALUATION),
        code=code,
        evaluation=evaluation,
        file=files.store(content, PDF),
        name=f"Dokumen Evaluasi {told.document.period_label} ({evaluation.pk}).pdf",
        facts_hash=told.digest,
        issued_at=at,
    )
    note_issue(document, by=by, at=at)
    return document


@transaction.atomic
def issue_skp_document(*, skp_id: int, by: Any, at: datetime) -> Document:
    """Return the printed plan of one person, made now unless an equal one exists.

    :raises NotYetApproved: if the plan has not been approved.
    """
    skp = (
        Skp.objects.select_for_update(of=("self",))
        .select_related("government", "employee", "appraiser", "unit", "placement__position__unit")
        .prefetch_related("behaviors")
        .get(pk=skp_id)
    )
    if skp.status not in PRINTABLE_PLANS:
        raise NotYetApproved
    form = facts.skp_facts(skp)
    digest = facts.digest_of(form)
    earlier = Document.objects.filter(skp=skp, facts_hash=digest).first()
    if earlier is not None:
        return earlier
    code = new_code()
    content = pdf.render_skp(facts.with_verification(form, facts.verification(code, digest)))
    document = Document.objects.create(
        government=skp.government,
        kind=str(DocumentKind.SKP),
        code=code,
        skp=skp,
        file=files.store(content, PDF),
        name=f"SKP {skp.year} ({skp.pk}).pdf",
        facts_hash=digest,
        issued_at=at,
    )
    note_issue(document, by=by, at=at)
    return document


def note_issue(document: Document, *, by: Any, at: datetime) -> None:
    """Write into the trail that a document was issued."""
    audit.record(
        "reports.document.issued",
        target=document,
        by=by,
        scope=document.government.code,
        at=at,
        kind=document.kind,
        facts_hash=document.facts_hash,
    )

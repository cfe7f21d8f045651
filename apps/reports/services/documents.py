"""Issuing documents: what a person holds in hand, with a code by which anybody can check that it is ours.

A document is a snapshot. As long as the facts are the same, asking again returns the same row and the same bytes;
after a change (an answer, a decision on an objection) the next one is another document.
"""

import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from apps.assessments.models import CreditConversion, CreditPak, Evaluation, Objection
from apps.core import audit, files
from apps.core.localtime import local_date
from apps.core.sequences import CROCKFORD
from apps.employees.models import Employee, Government
from apps.indicators.models import Skp
from apps.training.models import Certificate, Nomination

from ..labels import DocumentKind
from ..models import SUBJECTS, Document
from ..rendering import pdf
from ..selectors import credit, parties
from ..selectors.annex import explanation_annex
from ..selectors.certificates import certificate_document
from ..selectors.credit import NothingToAddUp
from ..selectors.facts import evaluation_facts
from ..selectors.objections import objection_facts
from ..selectors.plans import PRINTABLE, plan_facts
from ..selectors.recognition import certificate_facts

__all__ = [
    "NotAwarded",
    "NotOurs",
    "NotYetApproved",
    "NotYetDelivered",
    "NothingToAddUp",
    "issue_accumulation_document",
    "issue_certificate_document",
    "issue_conversion_document",
    "issue_evaluation_document",
    "issue_objection_document",
    "issue_pak_document",
    "issue_recognition_document",
    "issue_skp_document",
    "new_code",
    "normalize_code",
]

PDF = "application/pdf"
CODE_LENGTH = 16
CODE_GROUP = 4
PRINTABLE_PLANS = PRINTABLE


class NotYetDelivered(Exception):
    """Raised when the evaluation has not been handed over, so that there is nothing to print."""


class NotYetApproved(Exception):
    """Raised when the plan has not been approved."""


class NotOurs(Exception):
    """Raised for a certificate that came from elsewhere, or that nobody verified: there is nothing to print."""


class NotAwarded(Exception):
    """Raised when no jury awarded the nomination."""


def new_code() -> str:
    """Return a verification code: 80 random bits in characters that cannot be mistaken, in groups of four."""
    code = "".join(secrets.choice(CROCKFORD) for _ in range(CODE_LENGTH))
    return "-".join(code[at : at + CODE_GROUP] for at in range(0, CODE_LENGTH, CODE_GROUP))


def normalize_code(text: str) -> str:
    """Return what somebody copied from paper as the code was made: capitals, groups, look-alikes corrected."""
    plain = "".join(character for character in text.upper() if character.isalnum())[: CODE_LENGTH * 2]
    plain = plain.translate(str.maketrans("OILU", "011V"))
    return "-".join(plain[at : at + CODE_GROUP] for at in range(0, len(plain), CODE_GROUP))


# Every function below locks what the document is about: two clicks wait for each other and get the same document.


@transaction.atomic
def issue_evaluation_document(*, evaluation_id: int, by: Any, at: datetime) -> Document:
    """Return the evaluation document of one person (result, form, explanation), made now unless an equal one exists.

    :raises NotYetDelivered: if the evaluation has not been handed over.
    """
    evaluation = (
        Evaluation.objects.select_for_update(of=("self",))
        .select_related("government", "mandate__position")
        .get(pk=evaluation_id)
    )
    found = evaluation_facts(Evaluation.objects.filter(pk=evaluation.pk))
    if not found:
        raise NotYetDelivered
    told = found[0]
    return _issue(
        str(DocumentKind.EVALUATION),
        evaluation,
        evaluation.government,
        [*told.parts, explanation_annex(evaluation, told)],
        f"Dokumen Evaluasi {told.document.period_label} ({evaluation.pk}).pdf",
        by,
        at,
    )


@transaction.atomic
def issue_skp_document(*, skp_id: int, by: Any, at: datetime) -> Document:
    """Return the printed plan of one person with its annex, made now unless an equal one exists.

    :raises NotYetApproved: if the plan has not been approved, or is the working copy of a revision.
    """
    skp = Skp.objects.select_for_update(of=("self",)).select_related("government").get(pk=skp_id)
    found = plan_facts(Skp.objects.filter(pk=skp.pk))
    if not found:
        raise NotYetApproved
    return _issue(
        str(DocumentKind.SKP), skp, skp.government, found[0].parts, f"SKP {skp.year} ({skp.pk}).pdf", by, at
    )


@transaction.atomic
def issue_objection_document(*, objection_id: int, by: Any, at: datetime) -> Document:
    """Return the form of an objection as far as it has come: filed, explained, decided."""
    objection = (
        Objection.objects.select_for_update(of=("self",))
        .select_related("evaluation__government", "decider")
        .get(pk=objection_id)
    )
    return _issue(
        str(DocumentKind.OBJECTION),
        objection,
        objection.evaluation.government,
        [objection_facts(objection)],
        f"Keberatan {objection.number}.pdf",
        by,
        at,
    )


@transaction.atomic
def issue_conversion_document(*, conversion_id: int, by: Any, at: datetime) -> Document:
    """Return one conversion of a predikat into angka kredit as a document."""
    conversion = (
        CreditConversion.objects.select_for_update(of=("self",))
        .select_related("employee__government", "placement__position__unit__government")
        .get(pk=conversion_id)
    )
    return _issue(
        str(DocumentKind.CONVERSION),
        conversion,
        conversion.employee.government,
        [credit.conversion_document(conversion)],
        f"Konversi angka kredit {conversion.number}.pdf",
        by,
        at,
    )


@transaction.atomic
def issue_accumulation_document(*, employee_id: int, by: Any, at: datetime) -> Document:
    """Return the accumulated angka kredit of a person as a document.

    :raises NothingToAddUp: for somebody without a functional post of a known level.
    """
    employee = (
        Employee.objects.select_for_update(of=("self",)).select_related("government").get(pk=employee_id)
    )
    facts = credit.accumulation_document(employee, local_date(at, employee.government.timezone))
    return _issue(
        str(DocumentKind.ACCUMULATION),
        employee,
        employee.government,
        [facts],
        f"Akumulasi angka kredit {facts.date:%Y-%m-%d} ({employee.pk}).pdf",
        by,
        at,
    )


@transaction.atomic
def issue_pak_document(*, pak_id: int, by: Any, at: datetime) -> Document:
    """Return a PAK as a document."""
    pak = (
        CreditPak.objects.select_for_update(of=("self",))
        .select_related("employee__government")
        .get(pk=pak_id)
    )
    return _issue(
        str(DocumentKind.PAK),
        pak,
        pak.employee.government,
        [credit.pak_document(pak)],
        f"PAK {pak.number}.pdf",
        by,
        at,
    )


@transaction.atomic
def issue_certificate_document(*, certificate_id: int, by: Any, at: datetime) -> Document:
    """Return the certificate of one of our own sessions as a document.

    :raises NotOurs: if it came from elsewhere, or was not verified.
    """
    certificate = (
        Certificate.objects.select_for_update(of=("self",))
        .select_related(
            "employee__government", "verified_by", "form", "enrolment__session__programme__government"
        )
        .get(pk=certificate_id)
    )
    facts = certificate_document(certificate)
    if facts is None:
        raise NotOurs
    return _issue(
        str(DocumentKind.CERTIFICATE),
        certificate,
        certificate.employee.government,
        [facts],
        f"Sertifikat {certificate.ends_on:%Y-%m-%d} ({certificate.pk}).pdf",
        by,
        at,
    )


@transaction.atomic
def issue_recognition_document(*, nomination_id: int, by: Any, at: datetime) -> Document:
    """Return the certificate of a deed that a jury awarded, made now unless an equal one exists.

    :raises NotAwarded: if it was not awarded.
    """
    nomination = (
        Nomination.objects.select_for_update(of=("self",))
        .select_related("government", "unit__government", "employee", "recognition__given_by")
        .get(pk=nomination_id)
    )
    if nomination.recognition is None:
        raise NotAwarded
    return _issue(
        str(DocumentKind.RECOGNITION),
        nomination,
        nomination.government,
        [certificate_facts(nomination)],
        f"Piagam penghargaan ({nomination.pk}).pdf",
        by,
        at,
    )


def _issue(
    kind: str,
    subject: Any,
    government: Government,
    parts: Sequence[Any],
    name: str,
    by: Any,
    at: datetime,
) -> Document:
    about = {SUBJECTS[kind]: subject}
    digest = parties.digest_of(*parts)
    earlier = Document.objects.filter(kind=kind, facts_hash=digest, **about).first()
    if earlier is not None:
        return earlier
    code = new_code()
    content = pdf.render(*parties.verified(parts, parties.verification(code, digest)))
    document = Document.objects.create(
        government=government,
        kind=kind,
        code=code,
        file=files.store(content, PDF),
        name=name[-200:],
        facts_hash=digest,
        issued_at=at,
        **about,
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

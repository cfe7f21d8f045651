"""What the certificate of a training of our own says."""

from datetime import date
from decimal import Decimal

from apps.core.localtime import local_date
from apps.employees import selectors as people
from apps.employees.models import Employee
from apps.training.models import Certificate
from apps.training.selectors.sessions import progress_of

from ..rendering.facts import CertificateDocument, Party
from .parties import UNVERIFIED, WATERMARK, government_name, placed_party

_KINDS = {
    "klasikal": "Pengembangan kompetensi klasikal",
    "nonklasikal": "Pengembangan kompetensi nonklasikal",
}


def certificate_document(certificate: Certificate) -> CertificateDocument | None:
    """Return the facts of a certificate; None for one that came from elsewhere or was not verified."""
    enrolment = certificate.enrolment
    if enrolment is None or certificate.verified_at is None:
        return None
    session = enrolment.session
    government = session.programme.government
    day = certificate.ends_on
    known = progress_of(session, [enrolment])[enrolment.pk]
    proof = []
    if session.takes_attendance:
        proof.append(f"Hadir {known.attended} dari {known.days} hari")
    if known.after is not None:
        proof.append(f"Nilai uji pemahaman {_number(known.after)} dari 100")
    return CertificateDocument(
        government=government_name(government),
        organizer=certificate.organizer,
        number=certificate.number,
        employee=_party(certificate.employee, day),
        programme=certificate.name,
        form=certificate.form.name if certificate.form else _KINDS[certificate.kind],
        starts_on=certificate.starts_on,
        ends_on=day,
        jp=certificate.jp,
        held_at=session.place,
        proof=tuple(proof),
        signer=_party(certificate.verified_by, day) if certificate.verified_by else None,
        place=government.place,
        date=local_date(certificate.verified_at, government.timezone),
        verification=UNVERIFIED,
        watermark=WATERMARK if government.is_demo else None,
    )


def _party(employee: Employee, day: date) -> Party:
    placement = people.placement_on(employee, day)
    return placed_party(employee, placement.position if placement else None)


def _number(value: Decimal) -> str:
    return f"{value.normalize():f}".replace(".", ",")

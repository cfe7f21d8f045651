"""What the certificate of a recognized deed says."""

from dataclasses import replace

from apps.core.localtime import local_date
from apps.employees import selectors as people
from apps.training.models import Nomination

from ..rendering.facts import Party, RecognitionCertificate
from .parties import UNVERIFIED, WATERMARK, government_name, placed_party

_KINDS = {"innovation": "inovasi", "thanks": "kerja melampaui tugas"}


def certificate_facts(nomination: Nomination) -> RecognitionCertificate:
    """Return the facts of an awarded nomination: who is honoured, the deed, what it changed, and the jury's count."""
    recognition = nomination.recognition
    assert recognition is not None
    assert nomination.decided_at is not None
    government = nomination.government
    day = local_date(nomination.decided_at, government.timezone)
    votes = nomination.basis
    signer = recognition.given_by
    place = people.placement_on(signer, day)
    return RecognitionCertificate(
        government=government_name(government),
        number=f"PP-{government.code.upper()}-{day.year}-{nomination.pk:06d}",
        employee=_honoured(nomination),
        kind=_KINDS[nomination.kind],
        deed=nomination.title,
        effect=nomination.effect,
        jury=f"Diputuskan juri tanpa benturan kepentingan: {votes['yes']} setuju, {votes['no']} tidak setuju, "
        f"{votes['abstained']} abstain",
        signer=replace(placed_party(signer, place.position if place else None), nip=None),
        place=government.place,
        date=day,
        verification=UNVERIFIED,
        watermark=WATERMARK if government.is_demo else None,
    )


def _honoured(nomination: Nomination) -> Party:
    if nomination.employee is None:
        return Party(name=nomination.unit.name, nip=None, rank="", position="", unit="")
    day = local_date(nomination.nominated_at, nomination.government.timezone)
    place = people.placement_on(nomination.employee, day)
    return replace(placed_party(nomination.employee, place.position if place else None), nip=None)

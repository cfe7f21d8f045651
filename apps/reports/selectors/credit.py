"""What the documents of angka kredit say (sheet 6.7): konversi, akumulasi, penetapan (PAK).

The figures are those of `assessments.selectors.credit`; a PAK prints its snapshot. Nothing is computed here.
"""

from collections.abc import Iterable
from datetime import date, timedelta

from django.db.backends.postgresql.psycopg_any import DateRange

from apps.assessments.models import (
    CreditConversion,
    CreditDiploma,
    CreditOpening,
    CreditPak,
    CreditRankStep,
    Evaluation,
)
from apps.assessments.selectors import credit
from apps.assessments.selectors.credit import AccumulationFacts, ConversionFacts, StepFacts
from apps.core.localtime import local_date
from apps.employees import selectors as people
from apps.employees.models import Employee, Placement, WorkUnit
from apps.employees.rules.nip import EmployeeStatus

from ..rendering.facts import (
    AccumulationDocument,
    Condition,
    ConversionDocument,
    ConversionLine,
    CreditLine,
    CreditNeed,
    PakDocument,
    Party,
)
from ..rendering.payload import decimal, long_date
from .facts import evaluation_facts
from .parties import (
    UNVERIFIED,
    WATERMARK,
    agencies_of,
    agency_name,
    government_name,
    of_day,
    placed_party,
    places_of,
)

_OPENINGS = {
    "integration": "Angka kredit integrasi",
    "move": "Angka kredit awal perpindahan ke jabatan fungsional",
    "other": "Saldo PAK terdahulu",
}
_CONDITIONS = {
    "predikat": "Predikat kinerja tahun terakhir paling rendah Baik",
    "competence_test": "Lulus uji kompetensi",
    "vacancy": "Tersedia lowongan kebutuhan jabatan",
}
_REPLACED = {
    "yearly": "Tidak dihitung lagi: digantikan konversi tahunan",
    "corrected": "Tidak dihitung lagi: digantikan perhitungan yang diperbaiki",
}
_STEPS = {"rank": "Kenaikan pangkat", "level": "Kenaikan jenjang"}


class NothingToAddUp(Exception):
    """Raised for somebody who holds no functional post of a known level on the day."""


def conversion_document(conversion: CreditConversion) -> ConversionDocument:
    """Return the facts of one conversion, signed by the appraiser of its evaluation."""
    facts = credit.conversion_facts(conversion)
    told = evaluation_facts(Evaluation.objects.filter(pk=conversion.evaluation_id))[0].document
    government = conversion.employee.government
    employee = placed_party(conversion.employee, conversion.placement.position)
    return ConversionDocument(
        government=told.government,
        agency=_agency(conversion.placement.position.unit),
        number=facts.number,
        employee=_in_post(employee, facts.post),
        level=facts.jenjang_label,
        appraiser=told.appraiser,
        line=_line(facts),
        is_yearly=facts.is_yearly,
        replaced=_REPLACED.get(conversion.replaced_reason, ""),
        source=facts.rule_source,
        place=told.place,
        date=local_date(conversion.converted_at, government.timezone),
        verification=UNVERIFIED,
        watermark=told.watermark,
    )


def accumulation_document(employee: Employee, today: date) -> AccumulationDocument:
    """Return what a person has in the present jenjang, as of the last day something happened to it.

    That day and not today: as long as nothing is added, the document stays the same one.

    :raises NothingToAddUp: for somebody without a functional post of a known level.
    """
    on = last_event(employee, today)
    facts = credit.accumulation_facts(employee, on)
    place = people.placement_on(employee, on)
    if not facts.jenjang or place is None:
        raise NothingToAddUp
    government = employee.government
    return AccumulationDocument(
        government=government_name(government),
        agency=_agency(place.position.unit),
        employee=_ranked(employee, facts),
        level=facts.jenjang_label,
        appraiser=_appraiser(employee, on),
        openings=tuple(
            CreditLine(
                label=f"{_OPENINGS[row.kind]} per {long_date(row.as_of)}", note=row.note, value=row.value
            )
            for row in facts.openings
        ),
        conversions=tuple(_line(row) for row in facts.conversions),
        diplomas=tuple(
            CreditLine(
                label=f"Ijazah {row.degree_label}, {long_date(row.obtained_on)}",
                note=f"{row.percent} % × {decimal(row.required)}. {row.note}",
                value=row.value,
            )
            for row in facts.diplomas
        ),
        total=facts.total,
        used=tuple(
            CreditLine(
                label=f"Kenaikan pangkat {row.from_golongan} ke {row.to_golongan}, {long_date(row.effective_on)}",
                note=row.note,
                value=row.used,
            )
            for row in facts.rank_steps
        ),
        needs=_needs(facts),
        source=facts.rule_source,
        place=government.place,
        date=on,
        verification=UNVERIFIED,
        watermark=WATERMARK if government.is_demo else None,
    )


def last_event(employee: Employee, today: date) -> date:
    """Return the last day, today at the latest, on which something was added to a person's angka kredit."""
    conversions = CreditConversion.objects.current().filter(employee=employee)
    days = [row.ends_on for row in conversions]
    days += CreditOpening.objects.counting().filter(employee=employee).values_list("as_of", flat=True)
    days += CreditDiploma.objects.counting().filter(employee=employee).values_list("obtained_on", flat=True)
    days += CreditRankStep.objects.counting().filter(employee=employee).values_list("effective_on", flat=True)
    days += [row.period.lower for row in Placement.objects.filter(employee=employee, is_main=True)]
    return max((day for day in days if day <= today), default=today)


def pak_document(pak: CreditPak) -> PakDocument:
    """Return a PAK as it was fixed."""
    facts = credit.pak_facts(pak)
    sums = facts.accumulation
    employee = pak.employee
    government = employee.government
    place = people.placement_on(employee, facts.as_of)
    lines = [
        (
            "Saldo awal dan angka kredit integrasi",
            [_OPENINGS[row.kind] for row in sums.openings],
            sums.opening_total,
        ),
        ("Konversi predikat kinerja", [row.number for row in sums.conversions], sums.conversion_total),
        ("Peningkatan pendidikan", [row.degree_label for row in sums.diplomas], sums.diploma_total),
    ]
    return PakDocument(
        government=government_name(government),
        agency=_agency(place.position.unit) if place is not None else government_name(government),
        number=facts.number,
        as_of=facts.as_of,
        employee=_ranked(employee, sums),
        level=sums.jenjang_label,
        lines=tuple(
            CreditLine(label=label, note=", ".join(notes), value=value) for label, notes, value in lines
        ),
        total=sums.total,
        used_total=sums.used_total,
        needs=_needs(sums),
        conditions=tuple(
            Condition(
                text=_CONDITIONS.get(row.code, row.code),
                answer={True: "Terpenuhi", False: "Tidak terpenuhi", None: "Belum dikonfirmasi"}[row.is_met],
                note=row.note,
            )
            for row in facts.conditions
        ),
        proposal=_proposal(facts.proposal, sums),
        note=facts.note,
        signer=facts.issued_by_name,
        source=sums.rule_source,
        place=government.place,
        date=facts.issued_on,
        verification=UNVERIFIED,
        watermark=WATERMARK if government.is_demo else None,
    )


def _proposal(code: str, sums: AccumulationFacts) -> str:
    step = {"rank": sums.rank, "level": sums.level}.get(code)
    if step is None:
        return "Belum dapat dipertimbangkan untuk kenaikan pangkat atau jenjang"
    return f"Dapat dipertimbangkan untuk {_STEPS[code].lower()} ke {step.target_label}"


def _agency(unit: WorkUnit) -> str:
    return agency_name(agencies_of([unit])[unit.pk], unit.government)


def _line(facts: ConversionFacts) -> ConversionLine:
    return ConversionLine(
        number=facts.number,
        period_start=facts.starts_on,
        period_end=facts.ends_on,
        months=facts.months,
        predikat=facts.predikat_label,
        percent=facts.percent,
        coefficient=facts.coefficient,
        formula=facts.formula.replace("%", " %"),
        value=facts.value,
    )


def _needs(facts: AccumulationFacts) -> tuple[CreditNeed, ...]:
    steps: Iterable[StepFacts | None] = (facts.rank, facts.level)
    return tuple(
        CreditNeed(
            title=_STEPS[step.kind],
            target=step.target_label,
            required=step.required,
            have=step.have,
            shortfall=step.shortfall,
            excess=step.excess,
        )
        for step in steps
        if step is not None
    )


def _in_post(party: Party, post: str) -> Party:
    return Party(name=party.name, nip=party.nip, rank=party.rank, position=post, unit=party.unit)


def _ranked(employee: Employee, facts: AccumulationFacts) -> Party:
    """Return the person in the post and rank that the facts name, which may be of an earlier day."""
    return Party(
        name=employee.full_name,
        nip=employee.nip,
        rank=facts.pangkat
        or ("" if EmployeeStatus(employee.status) is EmployeeStatus.PNS else facts.golongan),
        position=facts.post,
        unit=facts.unit,
    )


def _appraiser(employee: Employee, day: date) -> Party:
    link = people.appraiser_link_on(employee, day)
    if link is None:
        return Party(name="", nip=None, rank="", position="", unit="")
    if link.appraiser is None:
        return Party(name=link.external_name, nip=None, rank="", position="", unit="")
    span = DateRange(day, day + timedelta(days=1))
    place = of_day(places_of([link.appraiser.pk], span).get(link.appraiser.pk, []), day)
    return placed_party(link.appraiser, place.position if place else None)

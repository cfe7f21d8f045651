"""What a post asks for, what a person was assessed at, and which gaps become needs (CMP-8, CMP-9).

The gap is the standard minus the assessed level: positive means that something is missing. The formula, the scale of 1
to 5 and the list of competences are from memory, unverified; so standards, kinds and the smallest gap that counts are
arguments (policy values or reference data). Nobody has a gap in what was never assessed: that asks for an assessment,
not for a training.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from apps.core.rules.rounding import half_up

from .needs import DEFAULT_PRIORITIES, CompetenceLevel, ProposedNeed, ReasonCode

LOWEST_LEVEL, HIGHEST_LEVEL = 1, 5


class CompetenceKind(StrEnum):
    """The three kinds, in the order of a gap analysis."""

    MANAGERIAL = "manajerial"
    SOCIOCULTURAL = "sosiokultural"
    TECHNICAL = "teknis"


class GapStatus(StrEnum):
    BELOW = "below"
    MEETS = "meets"
    ABOVE = "above"
    NOT_ASSESSED = "not_assessed"


# CMP-9, from memory, unverified: the default of reference data. Technical ones come with the post.
DEFAULT_KINDS: Mapping[str, CompetenceKind] = {
    **dict.fromkeys(
        (
            "integritas",
            "kerja_sama",
            "komunikasi",
            "orientasi_pada_hasil",
            "pelayanan_publik",
            "pengembangan_diri_dan_orang_lain",
            "mengelola_perubahan",
            "pengambilan_keputusan",
        ),
        CompetenceKind.MANAGERIAL,
    ),
    "perekat_bangsa": CompetenceKind.SOCIOCULTURAL,
}

# The Indonesian names of the same, and what the posts of a class, or of a class and level, ask for to begin with:
# from memory, unverified (PermenPANRB 38/2017); an agency puts its own standards in their place.
DEFAULT_NAMES: Mapping[str, str] = {
    "integritas": "Integritas",
    "kerja_sama": "Kerja Sama",
    "komunikasi": "Komunikasi",
    "orientasi_pada_hasil": "Orientasi pada Hasil",
    "pelayanan_publik": "Pelayanan Publik",
    "pengembangan_diri_dan_orang_lain": "Pengembangan Diri dan Orang Lain",
    "mengelola_perubahan": "Mengelola Perubahan",
    "pengambilan_keputusan": "Pengambilan Keputusan",
    "perekat_bangsa": "Perekat Bangsa",
}
DEFAULT_STANDARD_LEVELS: Mapping[str, int] = {
    "jpt": 4,
    "administrator": 3,
    "pengawas": 2,
    "pelaksana": 1,
    "jf/ahli_utama": 5,
    "jf/ahli_madya": 4,
    "jf/ahli_muda": 3,
    "jf/ahli_pertama": 2,
    "jf/penyelia": 2,
    "jf/mahir": 1,
    "jf/terampil": 1,
    "jf/pemula": 1,
}


@dataclass(frozen=True, slots=True)
class StandardRow:
    """What posts of a class, a level or a job family ask for in one competence; an empty name means all."""

    competence_code: str
    position_class: str
    position_level: str
    job_family: str
    level: int


@dataclass(frozen=True, slots=True)
class Requirement:
    """The level of one competence that a post asks for."""

    competence_code: str
    kind: CompetenceKind
    level: int


@dataclass(frozen=True, slots=True)
class Assessment:
    """The level at which a person was assessed on a day."""

    competence_code: str
    level: int
    assessed_on: date


@dataclass(frozen=True, slots=True)
class Gap:
    """One line of a person's gap analysis; `assessed` and `gap` are None if it was never assessed."""

    competence_code: str
    kind: CompetenceKind
    required: int
    assessed: int | None
    gap: int | None
    status: GapStatus


@dataclass(frozen=True, slots=True)
class GapSummary:
    """One line of the gap analysis (AKPK) of many people.

    `people` have the competence in their standard, `assessed` of them were assessed, `below` of those are under their
    standard. The mean counts a surplus as no gap, so nobody's strength hides another's gap; None without assessments.
    """

    competence_code: str
    kind: CompetenceKind
    people: int
    assessed: int
    below: int
    widest: int
    mean_gap: Decimal | None


def requirements_of(
    position_level: str,
    standards: Mapping[str, Mapping[str, int]],
    kinds: Mapping[str, CompetenceKind] = DEFAULT_KINDS,
    technical: Mapping[str, int] | None = None,
) -> tuple[Requirement, ...]:
    """Return what a post asks for: the standard of its level, and the technical competences of the post itself.

    A level without a standard asks for nothing but those.

    :raises ValueError: if a level is not 1 to 5, a competence has no kind, or a technical one is in the standard too.
    """
    general, own = standards.get(position_level, {}), technical or {}
    if unknown := sorted(set(general) - set(kinds)):
        raise ValueError(f"no kind is known for {', '.join(unknown)}")
    if twice := sorted(set(general) & set(own)):
        raise ValueError(f"asked for twice: {', '.join(twice)}")
    found = [Requirement(code, kinds[code], _checked(level)) for code, level in general.items()]
    found += [Requirement(code, CompetenceKind.TECHNICAL, _checked(level)) for code, level in own.items()]
    return tuple(sorted(found, key=lambda asked: (_rank(asked.kind), asked.competence_code)))


def levels_asked(
    rows: Iterable[StandardRow], *, position_class: str, position_level: str, job_family: str
) -> dict[str, int]:
    """Return the level of each competence that a post asks for, by the narrowest row that fits it.

    A job family is narrower than a level, a level narrower than a whole class. Of two equally narrow ones (the class
    written, or the family alone) the higher level counts: a post does not ask for less because somebody wrote twice.
    """
    chosen: dict[str, tuple[int, int]] = {}
    for row in rows:
        fits = (
            row.position_class in ("", position_class)
            and row.position_level in ("", position_level)
            and row.job_family.casefold() in ("", job_family.casefold())
        )
        if fits:
            width = 4 * bool(row.job_family) + 2 * bool(row.position_level) + bool(row.position_class)
            chosen[row.competence_code] = max(
                chosen.get(row.competence_code, (0, 0)), (width, _checked(row.level))
            )
    return {code: level for code, (_width, level) in sorted(chosen.items())}


def latest_levels(assessments: Iterable[Assessment], on: date) -> dict[str, int]:
    """Return the level of each competence as last assessed until that day, the day included.

    Of two assessments on one day the lower counts: nobody misses a training because the better one was typed last.

    :raises ValueError: if a level is not 1 to 5.
    """
    latest: dict[str, Assessment] = {}
    for assessment in assessments:
        _checked(assessment.level)
        if assessment.assessed_on > on:
            continue
        known = latest.get(assessment.competence_code)
        if known is None or _age(assessment) > _age(known):
            latest[assessment.competence_code] = assessment
    return {code: assessment.level for code, assessment in sorted(latest.items())}


def gaps_of(requirements: Sequence[Requirement], levels: Mapping[str, int]) -> tuple[Gap, ...]:
    """Return the gap analysis of one person, a line for each competence of the standard, in its order.

    What was assessed but is not asked for has no line.

    :raises ValueError: if a level is not 1 to 5.
    """
    return tuple(_gap(asked, levels.get(asked.competence_code)) for asked in requirements)


def gap_analysis(people: Iterable[Sequence[Gap]]) -> tuple[GapSummary, ...]:
    """Return the table of a unit or a government (AKPK): per kind, where most people are below their standard first."""
    lines: dict[tuple[CompetenceKind, str], list[Gap]] = {}
    for gaps in people:
        for gap in gaps:
            lines.setdefault((gap.kind, gap.competence_code), []).append(gap)
    found = [_summary(kind, code, gaps) for (kind, code), gaps in lines.items()]
    return tuple(
        sorted(found, key=lambda row: (_rank(row.kind), -row.below, -row.widest, row.competence_code))
    )


def needs_from(
    gaps: Sequence[Gap],
    *,
    smallest_gap: int = 1,
    priority: int = DEFAULT_PRIORITIES[ReasonCode.COMPETENCE_GAP],
) -> list[ProposedNeed]:
    """Return the needs that a person's gaps suggest, the widest first; a gap below `smallest_gap` is none.

    :raises ValueError: if `smallest_gap` is not at least 1.
    """
    return [
        ProposedNeed(
            gap.competence_code,
            ReasonCode.COMPETENCE_GAP,
            {
                "kind": gap.kind.value,
                "required": str(gap.required),
                "assessed": str(gap.assessed),
                "gap": str(gap.gap),
            },
            priority,
        )
        for gap in _wide(gaps, smallest_gap)
    ]


def levels_for_needs(gaps: Sequence[Gap], *, smallest_gap: int = 1) -> tuple[CompetenceLevel, ...]:
    """Return the same gaps as facts for `propose_needs`, which weighs them against a person's other reasons.

    :raises ValueError: if `smallest_gap` is not at least 1.
    """
    return tuple(
        CompetenceLevel(gap.competence_code, gap.required, gap.assessed)
        for gap in _wide(gaps, smallest_gap)
        if gap.assessed is not None
    )


def _wide(gaps: Sequence[Gap], smallest_gap: int) -> list[Gap]:
    if smallest_gap < 1:
        raise ValueError("a gap that counts is at least one level")
    return sorted(
        (gap for gap in gaps if gap.gap is not None and gap.gap >= smallest_gap),
        key=lambda gap: (-(gap.gap or 0), _rank(gap.kind), gap.competence_code),
    )


def _gap(asked: Requirement, assessed: int | None) -> Gap:
    if assessed is None:
        gap, status = None, GapStatus.NOT_ASSESSED
    else:
        gap = asked.level - _checked(assessed)
        status = GapStatus.BELOW if gap > 0 else GapStatus.ABOVE if gap < 0 else GapStatus.MEETS
    return Gap(asked.competence_code, asked.kind, asked.level, assessed, gap, status)


def _summary(kind: CompetenceKind, code: str, gaps: Sequence[Gap]) -> GapSummary:
    missing = [max(0, gap.gap) for gap in gaps if gap.gap is not None]
    return GapSummary(
        competence_code=code,
        kind=kind,
        people=len(gaps),
        assessed=len(missing),
        below=sum(1 for levels in missing if levels),
        widest=max(missing, default=0),
        mean_gap=half_up(Fraction(sum(missing), len(missing))) if missing else None,
    )


def _age(assessment: Assessment) -> tuple[date, int]:
    return assessment.assessed_on, -assessment.level


def _rank(kind: CompetenceKind) -> int:
    return list(CompetenceKind).index(kind)


def _checked(level: int) -> int:
    if not LOWEST_LEVEL <= level <= HIGHEST_LEVEL:
        raise ValueError("a level is 1 to 5")
    return level

"""Indeks Profesionalitas ASN: four dimensions give a number from 0 to 100 and a category (IPA-1 to IPA-5).

PermenPANRB 38/2018, Peraturan BKN 8/2019. Most points of the tables are in none of our sources in full: they
are data that the caller brings. `UNVERIFIED_TABLES` are what we know, with the parts named that nobody has
confirmed; an agency replaces them. Terms: docs/glossary.md.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from apps.assessments.rules.predikat import Predikat
from apps.core.rules.rounding import half_up


class Qualification(StrEnum):
    """The highest diploma, as the rows of the table."""

    S3 = "s3"
    S2 = "s2"
    S1_D4 = "s1_d4"
    D3 = "d3"
    D2_D1_SLTA = "d2_d1_slta"
    BELOW_SLTA = "below_slta"


class PostGroup(StrEnum):
    """Who needs which training."""

    STRUCTURAL = "structural"  # JPT, administrator, pengawas: diklat kepemimpinan
    FUNCTIONAL = "functional"  # JF: diklat fungsional
    PELAKSANA = "pelaksana"


class Punishment(StrEnum):
    """The heaviest disciplinary punishment on record."""

    NONE = "none"
    LIGHT = "light"
    MEDIUM = "medium"
    HEAVY = "heavy"


class PartialHours(StrEnum):
    """What technical training below the required hours gives (IPA-2)."""

    NOTHING = "nothing"
    PROPORTIONAL = "proportional"


class Category(StrEnum):
    """From best to worst (IPA-4)."""

    SANGAT_TINGGI = "sangat_tinggi"
    TINGGI = "tinggi"
    SEDANG = "sedang"
    RENDAH = "rendah"
    SANGAT_RENDAH = "sangat_rendah"


# Compared with lower bounds and without rounding, so that half points fall into one band (IPA-5).
LOWER_BOUNDS: tuple[tuple[int, Category], ...] = (
    (91, Category.SANGAT_TINGGI),
    (81, Category.TINGGI),
    (71, Category.SEDANG),
    (61, Category.RENDAH),
)


@dataclass(frozen=True, slots=True)
class CompetencePoints:
    """Points of the dimension for one group of posts."""

    group_training: Decimal
    technical: Decimal
    seminar: Decimal


@dataclass(frozen=True, slots=True)
class IndexTables:
    """The points in force from a day on, and which of them nobody has confirmed."""

    valid_from: date
    source: str
    qualification: Mapping[Qualification, Decimal]
    competence: Mapping[PostGroup, CompetencePoints]
    performance: Mapping[Predikat, Decimal]
    discipline: Mapping[Punishment, Decimal]
    technical_hours: int
    partial_hours: PartialHours
    unverified: frozenset[str]


UNVERIFIED_TABLES = IndexTables(
    valid_from=date(2019, 5, 15),
    source="PermenPANRB 38/2018, Peraturan BKN 8/2019; points partly from memory",
    qualification={
        Qualification.S3: Decimal(25),
        Qualification.S2: Decimal(20),
        Qualification.S1_D4: Decimal(15),
        Qualification.D3: Decimal(10),
        Qualification.D2_D1_SLTA: Decimal(5),
        Qualification.BELOW_SLTA: Decimal(1),
    },
    competence={
        PostGroup.STRUCTURAL: CompetencePoints(Decimal(15), Decimal(15), Decimal(10)),
        PostGroup.FUNCTIONAL: CompetencePoints(Decimal(15), Decimal(15), Decimal(10)),
        PostGroup.PELAKSANA: CompetencePoints(Decimal(0), Decimal("22.5"), Decimal("17.5")),
    },
    # IPA-3: the official mapping of a predikat was not found; a design choice.
    performance={
        Predikat.SANGAT_BAIK: Decimal(30),
        Predikat.BAIK: Decimal(25),
        Predikat.BUTUH_PERBAIKAN: Decimal(15),
        Predikat.KURANG: Decimal(5),
        Predikat.SANGAT_KURANG: Decimal(1),
    },
    discipline={
        Punishment.NONE: Decimal(5),
        Punishment.LIGHT: Decimal(3),
        Punishment.MEDIUM: Decimal(2),
        Punishment.HEAVY: Decimal(1),
    },
    technical_hours=20,
    partial_hours=PartialHours.NOTHING,
    unverified=frozenset({"qualification", "performance", "discipline", "partial_hours"}),
)


@dataclass(frozen=True, slots=True)
class ProfessionalismFacts:
    """What is on record about one person. `group_training` is that of the post's group, if it has one.

    None: nothing verified is on record; the dimension gives no points until something is.
    """

    qualification: Qualification | None
    post_group: PostGroup
    group_training: bool
    technical_hours: Decimal
    seminar: bool
    predikat: Predikat | None
    punishment: Punishment


@dataclass(frozen=True, slots=True)
class ProfessionalismIndex:
    """The four dimensions, their sum and its category."""

    qualification: Decimal
    competence: Decimal
    performance: Decimal
    discipline: Decimal
    total: Decimal
    category: Category


def category_of(total: Decimal) -> Category:
    """Return the category of a sum."""
    for bound, category in LOWER_BOUNDS:
        if total >= bound:
            return category
    return Category.SANGAT_RENDAH


def professionalism_index(facts: ProfessionalismFacts, tables: IndexTables) -> ProfessionalismIndex:
    """Return the index of one person by the given tables.

    :raises ValueError: if the hours are negative.
    """
    none = Decimal(0)
    qualification = tables.qualification[facts.qualification] if facts.qualification else none
    competence = _competence(facts, tables)
    performance = tables.performance[facts.predikat] if facts.predikat else none
    discipline = tables.discipline[facts.punishment]
    total = qualification + competence + performance + discipline
    return ProfessionalismIndex(qualification, competence, performance, discipline, total, category_of(total))


@dataclass(frozen=True, slots=True)
class IndexPart:
    """A line of the explanation: what a part gives, and what it could give at most."""

    code: str
    points: Decimal
    maximum: Decimal


def parts_of(facts: ProfessionalismFacts, tables: IndexTables) -> tuple[IndexPart, ...]:
    """Return what the index is made of, line by line; the points add up to its total.

    A group of posts that needs no training of its own (pelaksana) has no such line.

    :raises ValueError: if the hours are negative.
    """
    index = professionalism_index(facts, tables)
    points = tables.competence[facts.post_group]
    none = Decimal(0)
    lines = (
        IndexPart("qualification", index.qualification, max(tables.qualification.values())),
        IndexPart(
            "group_training", points.group_training if facts.group_training else none, points.group_training
        ),
        IndexPart("technical", _technical(facts.technical_hours, points.technical, tables), points.technical),
        IndexPart("seminar", points.seminar if facts.seminar else none, points.seminar),
        IndexPart("performance", index.performance, max(tables.performance.values())),
        IndexPart("discipline", index.discipline, max(tables.discipline.values())),
    )
    return tuple(line for line in lines if line.maximum)


def _competence(facts: ProfessionalismFacts, tables: IndexTables) -> Decimal:
    points = tables.competence[facts.post_group]
    own = points.group_training if facts.group_training else Decimal(0)
    seminar = points.seminar if facts.seminar else Decimal(0)
    return own + _technical(facts.technical_hours, points.technical, tables) + seminar


def _technical(hours: Decimal, points: Decimal, tables: IndexTables) -> Decimal:
    if hours < 0:
        raise ValueError("hours are not negative")
    if hours >= tables.technical_hours:
        return points
    if tables.partial_hours is PartialHours.NOTHING:
        return Decimal(0)
    return half_up(Fraction(hours) * Fraction(points) / tables.technical_hours)

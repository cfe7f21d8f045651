"""What the official documents say, as frozen values: a caller fills them from a stored snapshot.

Fields follow PermenPANRB 6/2022 and its annex; the order on paper is that of `templates/documents.typ`. The
state emblem is not ours to ship: its place above the title stays empty, with the government's name below.
Labels (predikat, ratings, capaian) arrive already in words, because a printed document is a snapshot: it
keeps the words that were valid on its day.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Layout(StrEnum):
    """Which of the two official column sets applies."""

    JPT = "jpt"  # pejabat pimpinan tinggi and heads of independent units
    JA_JF = "ja_jf"  # pejabat administrasi and pejabat fungsional


class Approach(StrEnum):
    """Pendekatan hasil kerja: one kind within one SKP."""

    KUANTITATIF = "kuantitatif"
    KUALITATIF = "kualitatif"


class ResultKind(StrEnum):
    """Section of the table Hasil kerja: A. Utama, B. Tambahan."""

    UTAMA = "utama"
    TAMBAHAN = "tambahan"


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """A person as named on a document.

    `nip` is None for an official without one (a mayor as appraiser). `agency`, if given, is printed as
    "Instansi" in place of "Unit kerja": the appraiser's fifth row on the JPT form.
    """

    name: str
    nip: str | None
    rank: str
    position: str
    unit: str
    agency: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """What lets a reader check paper against the system: printed at the foot of every page, `url` also as
    QR code.
    """

    code: str
    url: str
    content_hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IndicatorRow:
    """One IKI. `aspect` and a separate `target` belong to the quantitative approach.

    In the qualitative approach the form has one merged column; a `target` given there is printed under the
    text.
    """

    text: str
    aspect: str | None = None
    target: str = ""
    realization: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultRow:
    """One RHK with its IKIs. An SKP leaves `feedback` and the realizations empty."""

    kind: ResultKind
    rhk: str
    indicators: tuple[IndicatorRow, ...]
    superior_result: str | None = None  # printed on the JA/JF layout only
    perspective: str | None = None  # printed on the JPT quantitative layout only
    feedback: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BehaviorRow:
    """One of the seven values with its fixed lines, the leader's expectation and the feedback on it."""

    label: str
    lines: tuple[str, ...]
    expectation: str = ""
    feedback: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DistributionCount:
    """How many people of the unit have one predikat in the period. `count` is a whole number >= 0."""

    label: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluationForm:
    """Evaluasi Kinerja Pegawai: the form with ratings.

    `distribution` runs from Sangat Kurang to Sangat Baik, as on the printed axis; empty prints "belum
    tersedia". `date` is the day of the appraiser's signature, `place` its place.
    """

    government: str
    agency: str
    approach: Approach
    layout: Layout
    period_label: str
    period_start: date
    period_end: date
    employee: Party
    appraiser: Party
    org_achievement: str
    distribution: tuple[DistributionCount, ...]
    results: tuple[ResultRow, ...]
    result_rating: str
    behaviors: tuple[BehaviorRow, ...]
    behavior_rating: str
    predikat: str
    place: str
    date: date
    verification: Verification
    watermark: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluationDocument:
    """Dokumen Evaluasi Kinerja Pegawai: the result document a person receives.

    `appraiser_superior` is None where there is nobody above the appraiser. `accepted_on` is the day of
    receipt, from which the days for an objection count; None leaves a line to fill in by hand.
    """

    government: str
    agency: str
    period_label: str
    period_start: date
    period_end: date
    employee: Party
    appraiser: Party
    appraiser_superior: Party | None
    org_achievement: str
    predikat: str
    notes: str
    place: str
    delivered_on: date
    accepted_on: date | None
    verification: Verification
    watermark: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SkpAnnex:
    """Lampiran SKP: three numbered lists."""

    resources: tuple[str, ...]  # dukungan sumber daya
    accountability: tuple[str, ...]  # skema pertanggungjawaban
    consequences: tuple[str, ...]  # konsekuensi


@dataclass(frozen=True, slots=True, kw_only=True)
class SkpForm:
    """Sasaran Kinerja Pegawai, with its annex on pages of its own if given."""

    government: str
    agency: str
    approach: Approach
    layout: Layout
    period_start: date
    period_end: date
    employee: Party
    appraiser: Party
    results: tuple[ResultRow, ...]
    behaviors: tuple[BehaviorRow, ...]
    place: str
    date: date
    verification: Verification
    annex: SkpAnnex | None = None
    watermark: str | None = None


class Align(StrEnum):
    """How a column of a table report stands."""

    LEFT = "left"
    RIGHT = "right"
    CENTER = "center"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportColumn:
    """A column of a table report. `share` is its part of the page width; None takes what its content
    needs.
    """

    title: str
    share: float | None = 1.0
    align: Align = Align.LEFT

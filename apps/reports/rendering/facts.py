"""What the official documents say, as frozen values: a caller fills them from a stored snapshot.

Fields follow PermenPANRB 6/2022 and its annex; the order on paper is that of `templates/documents.typ`. The
state emblem is not ours to ship: its place above the title stays empty, with the government's name below.
Labels (predikat, ratings, capaian) arrive already in words, because a printed document is a snapshot: it
keeps the words that were valid on its day.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
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
    "Instansi" in place of "Unit kerja": the appraiser's fifth row on the JPT form. Somebody who acts in a post
    they do not hold has that post as `position` ("Plt. Kepala Puskesmas") and in `holder` who holds it, or that
    it is vacant; None for everybody else.
    """

    name: str
    nip: str | None
    rank: str
    position: str
    unit: str
    agency: str | None = None
    holder: str | None = None


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
class Guide:
    """The pattern that guides the distribution for one organisation achievement (DIST-1).

    `peak` is the label of the predikat that has to be the most frequent, `limits` the rules in words.
    """

    peak: str
    limits: tuple[str, ...]
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluationForm:
    """Evaluasi Kinerja Pegawai: the form with ratings.

    `distribution` runs from Sangat Kurang to Sangat Baik, as on the printed axis; empty where the counts must
    not be told yet. `guide` is None while the achievement is not fixed. `date` is the day of the appraiser's
    signature, `place` its place.
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
    guide: Guide | None = None
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

    `appraiser_superior` is None where there is nobody above the appraiser. `delivered_on` is the day it was
    handed over: the day of the appraiser's signature, and the day of receipt from which the days for an
    objection count. `answer` says what the person did with it since then.
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
    answer: str
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
    revision: str = ""  # "Versi 2, ..." once the plan was revised
    watermark: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """What somebody said, and when; `on` is None while it has not been said."""

    text: str
    on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ratings:
    """Two ratings and the predikat they give, in words."""

    work_result: str
    behavior: str
    predikat: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """How an objection was decided. `after` holds the ratings that are valid since then."""

    outcome: str
    reason: str
    on: date
    after: Ratings


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectionForm:
    """Formulir keberatan (D.1.3): parties, what is objected to, reasons, both statements, decision."""

    government: str
    agency: str
    number: str
    period_label: str
    period_start: date
    period_end: date
    employee: Party
    appraiser: Party
    decider: Party | None
    delivered_on: date
    due_on: date | None
    filed_on: date
    about: str
    before: Ratings
    reason: str
    wanted: str
    attachments: tuple[str, ...]
    question: Statement
    employee_statement: Statement
    appraiser_statement: Statement
    decision_due_on: date
    decision: Decision | None
    place: str
    verification: Verification
    watermark: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnexTable:
    """A small table; the first cell of a row is its head, `marked` the (row, column) of the person's field."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    marked: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnexSection:
    """Sentences, then points, then a table; each may be missing."""

    title: str
    paragraphs: tuple[str, ...] = ()
    points: tuple[str, ...] = ()
    table: AnnexTable | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplanationAnnex:
    """Why the predikat is what it is, behind the evaluation document: the text of the page."""

    government: str
    agency: str
    period_label: str
    period_start: date
    period_end: date
    employee: Party
    appraiser: Party
    predikat: str
    date: date
    sections: tuple[AnnexSection, ...]
    verification: Verification
    watermark: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditLine:
    """One line of angka kredit: where it comes from, and how it was computed."""

    label: str
    note: str
    value: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversionLine:
    """One conversion of a predikat."""

    number: str
    period_start: date
    period_end: date
    months: int
    predikat: str
    percent: int
    coefficient: Decimal
    formula: str
    value: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversionDocument:
    """Konversi predikat kinerja ke angka kredit."""

    government: str
    agency: str
    number: str
    employee: Party
    level: str
    appraiser: Party
    line: ConversionLine
    is_yearly: bool
    replaced: str  # why it no longer counts; empty while it does
    source: str
    place: str
    date: date
    verification: Verification
    watermark: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditNeed:
    """What the next rank or level needs beside what there is. Exactly one of `shortfall` and `excess` counts."""

    title: str
    target: str
    required: Decimal
    have: Decimal
    shortfall: Decimal
    excess: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class AccumulationDocument:
    """Akumulasi angka kredit: everything earned in the present jenjang up to a day."""

    government: str
    agency: str
    employee: Party
    level: str
    appraiser: Party
    openings: tuple[CreditLine, ...]
    conversions: tuple[ConversionLine, ...]
    diplomas: tuple[CreditLine, ...]
    total: Decimal
    used: tuple[CreditLine, ...]
    needs: tuple[CreditNeed, ...]
    source: str
    place: str
    date: date
    verification: Verification
    watermark: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """Something a promotion needs beside credit, and whether it is met."""

    text: str
    answer: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PakDocument:
    """Penetapan angka kredit (PAK): what was reached on a day, as it was fixed."""

    government: str
    agency: str
    number: str
    as_of: date
    employee: Party
    level: str
    lines: tuple[CreditLine, ...]  # balances, conversions, diplomas: one sum each
    total: Decimal
    used_total: Decimal
    needs: tuple[CreditNeed, ...]
    conditions: tuple[Condition, ...]
    proposal: str
    note: str
    signer: str
    source: str
    place: str
    date: date
    verification: Verification
    watermark: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateDocument:
    """Sertifikat of a training of our own. `proof` says what it was given for: days attended, score."""

    government: str
    organizer: str
    number: str
    employee: Party
    programme: str
    form: str
    starts_on: date
    ends_on: date
    jp: Decimal
    held_at: str
    proof: tuple[str, ...]
    signer: Party | None
    place: str
    date: date
    verification: Verification
    watermark: str | None = None

    @property
    def agency(self) -> str:
        """Who stands as the agency in a pack: the organiser."""
        return self.organizer


@dataclass(frozen=True, slots=True, kw_only=True)
class RecognitionCertificate:
    """Piagam penghargaan for a deed a jury awarded. No NIP: it hangs on walls, and a NIP holds a birth date.

    `employee` is who is honoured: a person with their post, or a unit (no position).
    """

    government: str
    number: str
    employee: Party
    kind: str
    deed: str
    effect: str
    jury: str
    signer: Party
    place: str
    date: date
    verification: Verification
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


@dataclass(frozen=True, slots=True, kw_only=True)
class CareerSection:
    """A table of a career file. `lead` stands above it, `empty` in its place when there is no row."""

    title: str
    columns: tuple[ReportColumn, ...] = ()
    rows: tuple[tuple[str | date, ...], ...] = ()
    lead: str = ""
    empty: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CareerDocument:
    """Riwayat karier: the verified facts about a person on a day. Not signed and not kept, so it bears no code."""

    government: str
    employee: Party
    sections: tuple[CareerSection, ...]
    notes: tuple[str, ...]
    date: date
    verification: None = None
    watermark: str | None = None

    @property
    def agency(self) -> str:
        """Who stands as the agency in a pack; there are none of these."""
        return self.government

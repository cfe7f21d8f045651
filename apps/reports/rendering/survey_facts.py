"""What a report of a survey says (Laporan SKM): chapters of sections, sections of blocks, all in words.

The chapters are those of feedback sheet 1.7. Figures arrive rounded and written, because a printed report is a
snapshot; only bars keep their numbers, to be drawn.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from .facts import Verification


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """Sentences that belong together. A strong one is the message of its section."""

    text: str
    is_strong: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Points:
    """A list without order."""

    points: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """A table: the first cell of a row is its head, `numeric` are the columns that stand to the right.

    `shares` are the widths of the columns; `foot` rows stand below a line.
    """

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    shares: tuple[int, ...]
    numeric: tuple[int, ...] = ()
    foot: tuple[tuple[str, ...], ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One bar, with what is written at its end; `low` and `high` draw the range in which the true value lies."""

    label: str
    value: Decimal
    text: str
    low: Decimal | None = None
    high: Decimal | None = None
    is_marked: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Bars:
    """A chart with its message as title and its content in words (`alt`); the table beside it says the same."""

    title: str
    alt: str
    minimum: Decimal
    maximum: Decimal
    bars: tuple[Bar, ...]


Block = Paragraph | Points | Grid | Bars


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A part of a chapter."""

    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chapter:
    """`BAB I`, `PENDAHULUAN`, and what stands in it."""

    number: str
    title: str
    sections: tuple[Section, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyReport:
    """Laporan Survei Kepuasan Masyarakat, of one period of a service or of a unit in a span of days.

    `headline` are the one or two sentences somebody reads who reads nothing else. `date` is the day of which the
    figures are.
    """

    government: str
    agency: str
    subject: str
    period_label: str
    period_start: date
    period_end: date
    headline: tuple[str, ...]
    chapters: tuple[Chapter, ...]
    date: date
    verification: Verification
    watermark: str | None = None

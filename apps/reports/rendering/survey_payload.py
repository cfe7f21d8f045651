"""Facts of a survey report to the JSON that its typst template reads."""

from decimal import Decimal
from typing import Any

from .payload import printed_date, text
from .survey_facts import Bar, Bars, Block, Chapter, Grid, Paragraph, Points, SurveyReport


def survey_report(d: SurveyReport) -> dict[str, Any]:
    """Return the one part of a survey report (portrait)."""
    return {
        "kind": "survey_report",
        "landscape": False,
        "government": text(d.government),
        "agency": text(d.agency),
        "subject": text(d.subject),
        "period_label": text(d.period_label),
        "period": f"{printed_date(d.period_start)} s.d. {printed_date(d.period_end)}",
        "headline": [text(line) for line in d.headline],
        "chapters": [_chapter(chapter) for chapter in d.chapters],
        "date": printed_date(d.date),
    }


def _chapter(chapter: Chapter) -> dict[str, Any]:
    return {
        "number": text(chapter.number),
        "title": text(chapter.title),
        "sections": [
            {"title": text(section.title), "blocks": [_block(block) for block in section.blocks]}
            for section in chapter.sections
        ],
    }


def _block(block: Block) -> dict[str, Any]:
    match block:
        case Paragraph():
            return {"kind": "paragraph", "text": text(block.text), "strong": block.is_strong}
        case Points():
            return {"kind": "points", "points": [text(point) for point in block.points]}
        case Grid():
            return _grid(block)
        case Bars():
            return _bars(block)


def _grid(grid: Grid) -> dict[str, Any]:
    if any(len(row) != len(grid.head) for row in (*grid.rows, *grid.foot, grid.shares)):
        raise ValueError(f"every row of {grid.caption!r} needs a cell for every column")
    return {
        "kind": "grid",
        "caption": text(grid.caption),
        "head": [text(cell) for cell in grid.head],
        "rows": [[text(cell) for cell in row] for row in grid.rows],
        "foot": [[text(cell) for cell in row] for row in grid.foot],
        "shares": list(grid.shares),
        "numeric": list(grid.numeric),
        "note": text(grid.note),
    }


def _bars(chart: Bars) -> dict[str, Any]:
    span = chart.maximum - chart.minimum
    if span <= 0:
        raise ValueError("a chart needs a span")

    def place(value: Decimal | None) -> float | None:
        return (
            None if value is None else float(min(max((value - chart.minimum) / span, Decimal(0)), Decimal(1)))
        )

    def bar(row: Bar) -> dict[str, Any]:
        return {
            "label": text(row.label),
            "text": text(row.text),
            "at": place(row.value),
            "low": place(row.low),
            "high": place(row.high),
            "marked": row.is_marked,
        }

    return {
        "kind": "bars",
        "title": text(chart.title),
        "alt": text(chart.alt),
        "bars": [bar(row) for row in chart.bars],
    }

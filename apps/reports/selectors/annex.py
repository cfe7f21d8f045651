"""The text "why this predikat" as an annex of the evaluation document: the same sections as on the page."""

from django.utils import translation

from apps.assessments.models import Evaluation
from apps.assessments.selectors.explanation import Section, explanation_of

from ..rendering.facts import AnnexSection, AnnexTable, ExplanationAnnex
from .facts import EvaluationFacts

PAPER = "id"  # paper is Indonesian whatever the reader's language


def explanation_annex(evaluation: Evaluation, told: EvaluationFacts) -> ExplanationAnnex:
    """Return the annex of an evaluation whose other facts are `told`."""
    with translation.override(PAPER):
        sections = tuple(_section(part) for part in explanation_of(evaluation).sections)
    document = told.document
    return ExplanationAnnex(
        government=document.government,
        agency=document.agency,
        period_label=document.period_label,
        period_start=document.period_start,
        period_end=document.period_end,
        employee=document.employee,
        appraiser=document.appraiser,
        predikat=document.predikat,
        date=document.delivered_on,
        sections=sections,
        verification=document.verification,
        watermark=document.watermark,
    )


def _section(part: Section) -> AnnexSection:
    table = part.table
    return AnnexSection(
        title=part.title,
        paragraphs=part.paragraphs,
        points=part.points,
        table=None
        if table is None
        else AnnexTable(caption=table.caption, head=table.head, rows=table.rows, marked=table.marked),
    )

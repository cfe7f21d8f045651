"""Sentences about evidence: the questions as the writer and the reviewer read them."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from apps.core.templatetags.formats import tanggal

from .labels import QuestionKind
from .models import EvidenceQuestion
from .templatetags.reporting import period_name


def writer_text(question: EvidenceQuestion) -> str:
    """Return the question to the writer. Of somebody else they read no name and no file, only that there is one."""
    name = question.evidence.name if question.evidence else ""
    own = question.is_own and question.other_report is not None
    period = period_name(question.other_report.period) if own and question.other_report else ""
    kind = QuestionKind(question.kind)
    if kind is QuestionKind.NOT_FRESH:
        text = (
            _(
                "%(name)s is dated %(day)s by the camera, outside this period. How does it show this period's work?"
            )
            if question.evidence and question.evidence.taken_on == question.day
            else _(
                "%(name)s has the date %(day)s in its name, outside this period. How does it show its work?"
            )
        )
        return text % {"name": name, "day": tanggal(question.day)}
    if kind is QuestionKind.SIMILAR_LOG:
        return _("Your daily lines read almost like those in another report. Did you do this work together?")
    texts = {
        (QuestionKind.SAME_FILE, True): _(
            "%(name)s is also used in your report on %(period)s. What does it show here?"
        ),
        (QuestionKind.SAME_FILE, False): _(
            "%(name)s is also used in another report. What does it show here?"
        ),
        (QuestionKind.SIMILAR_IMAGE, True): _(
            "%(name)s looks like a picture in your report on %(period)s. What is different this time?"
        ),
        (QuestionKind.SIMILAR_IMAGE, False): _(
            "%(name)s looks like a picture in another report. What does it show here?"
        ),
        (QuestionKind.SIMILAR_TEXT, True): _(
            "Your achievements read almost like your report on %(period)s. What is different this time?"
        ),
        (QuestionKind.SIMILAR_TEXT, False): _(
            "Your achievements read almost like another report. What was your own part?"
        ),
    }
    return texts[kind, own] % {"name": name, "period": period}


def reviewer_text(question: EvidenceQuestion, *, is_known: bool) -> str:
    """Return what was asked, for the reviewer: of whom it is, only if they may see that report anyway."""
    kind = QuestionKind(question.kind)
    if kind is QuestionKind.NOT_FRESH:
        return _("Dated %(day)s, outside this period.") % {"day": tanggal(question.day)}
    label = str(kind.label)
    if question.other_report is None:
        return label
    if not is_known:
        return _("%(what)s, in a report you cannot see.") % {"what": label}
    return _("%(what)s: %(who)s, %(period)s.") % {
        "what": label,
        "who": question.other_report.employee.full_name,
        "period": period_name(question.other_report.period),
    }


def question_row(
    question: EvidenceQuestion, *, is_own: bool = True, is_known: bool = False
) -> dict[str, Any]:
    """Return a question with its sentence, its answer, and where to answer it (or to look)."""
    other = question.other_report_id if is_known and not is_own else None
    return {
        "question": question,
        "text": writer_text(question) if is_own else reviewer_text(question, is_known=is_known),
        "url": reverse("assessments:question-answer", args=[question.pk]),
        "other_url": reverse("assessments:review-detail", args=[other]) if other else "",
        "answer": question.answer,
        "is_open": question.is_open,
    }

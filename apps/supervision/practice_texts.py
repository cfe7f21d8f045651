"""Sentences of the practice period: what is missing, with which question a report comes back, how far off one was."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.assessments.report_texts import PROBLEM_TEXTS
from apps.assessments.rules.report_problems import Problem, ReportProblem

from .practice_material import INDICATORS
from .queue_texts import sentence
from .rules.practice_question import Question, QuestionSource


def place_of(where: str, code: str = "") -> tuple[str, str]:
    """Return what a place of the practice report is called, and its address."""
    kind, _colon, pk = where.partition(":")
    if kind != "indicator":
        return "", reverse("supervision:practice-section", args=[kind])
    text = INDICATORS[int(pk)].text
    if code == ReportProblem.NO_COUNTED_ENTRIES:
        return text, f"{reverse('supervision:practice-line')}?indikator={pk}"
    return text, f"{reverse('supervision:practice-section', args=['realisasi'])}?dari=periksa#baris-{pk}"


def problem_row(problem: Problem) -> dict[str, Any]:
    """Return what is missing in the words of a real report, with the page to mend it."""
    what, url = place_of(problem.where, problem.code.value)
    return {
        "text": PROBLEM_TEXTS[problem.code] % {"what": what},
        "url": url,
        "is_blocking": problem.is_blocking,
        "code": problem.code.value,
    }


def question_row(question: Question) -> dict[str, Any]:
    """Return a question with the page it is about, and whether a rule found it."""
    row: dict[str, Any] = {"source": question.source.value, "url": "", "by_rule": True}
    if question.source is QuestionSource.UNLIKE:
        what, row["url"] = place_of(question.where)
        row["text"] = _("%(what)s: %(finding)s. Is that right, and how was it counted?") % {
            "what": what,
            "finding": sentence(question.code, question.figures),
        }
    elif question.source is QuestionSource.OUTSIDE_PERIOD:
        count = int(question.figures[0])
        row["url"] = reverse("supervision:practice-line")
        row["text"] = ngettext(
            "%(n)s line lies outside the period and is not counted. Does it belong here?",
            "%(n)s lines lie outside the period and are not counted. Do they belong here?",
            count,
        ) % {"n": count}
    elif question.source is QuestionSource.MISSING:
        what, row["url"] = place_of(question.where, question.code)
        row["text"] = PROBLEM_TEXTS[ReportProblem(question.code)] % {"what": what}
    else:
        row["by_rule"] = False
        row["url"] = reverse("supervision:practice-section", args=["capaian"])
        row["text"] = _("What is better or worse than in the period before, and why? One sentence is enough.")
    return row


def distance_text(steps: int) -> str:
    """Return in words how far a rating lies from the agreed one."""
    if not steps:
        return _("The same as agreed.")
    count = abs(steps)
    text = (
        ngettext("%(n)s step higher than agreed.", "%(n)s steps higher than agreed.", count)
        if steps > 0
        else ngettext("%(n)s step lower than agreed.", "%(n)s steps lower than agreed.", count)
    )
    return text % {"n": count}

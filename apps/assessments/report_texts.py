"""Sentences of a report's pages: its sections, and what it lacks. The practice period asks in the same words."""

from typing import Any

from django.utils.translation import gettext_lazy

from .rules.report_problems import ReportProblem

TEXT_SECTIONS: dict[str, dict[str, Any]] = {
    "capaian": {
        "name": "achievements",
        "title": gettext_lazy("What did you achieve in this period?"),
        "short": gettext_lazy("Achievements"),
        "hint": gettext_lazy("What is there now that was not there before. Plain sentences or a list."),
    },
    "kendala": {
        "name": "obstacles",
        "title": gettext_lazy("What stood in the way?"),
        "short": gettext_lazy("Obstacles"),
        "hint": gettext_lazy(
            "What made the work slower or worse than planned. Leave it empty if nothing did."
        ),
    },
    "dukungan": {
        "name": "support_needed",
        "title": gettext_lazy("What support do you need?"),
        "short": gettext_lazy("Support needed"),
        "hint": gettext_lazy("From whom and by when: tools, people, a decision, training."),
    },
}
REALIZATION = {
    "title": gettext_lazy("What did you reach, indicator by indicator?"),
    "short": gettext_lazy("Realization"),
}
STEP_LABELS = (
    gettext_lazy("Realization"),
    gettext_lazy("Achievements"),
    gettext_lazy("Obstacles"),
    gettext_lazy("Support needed"),
    gettext_lazy("Evidence"),
    gettext_lazy("Check and send the report"),
)
PROBLEM_TEXTS = {
    ReportProblem.NO_REALIZATION: gettext_lazy("The realization is missing: %(what)s"),
    ReportProblem.NO_COUNTED_ENTRIES: gettext_lazy("No counted progress entry in this period: %(what)s"),
    ReportProblem.NO_ACHIEVEMENTS: gettext_lazy("Write what you achieved in this period."),
    ReportProblem.NO_FIGURE_YET: gettext_lazy("There is no figure yet, it will stay empty: %(what)s"),
    ReportProblem.NO_EVIDENCE: gettext_lazy(
        "There is no evidence yet. A photo helps your supervisor to believe the figures."
    ),
    ReportProblem.QUESTION_UNANSWERED: "%(what)s",  # the question itself, vault_texts.py
    ReportProblem.NO_OBSTACLES: gettext_lazy("No obstacles are written. If there were none, that is fine."),
}

"""Sentences for the entries of the audit log that the auditor's room shows: what happened, and who did it."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from apps.accounts.models import User
from apps.assessments.labels import REPORT_EVENTS
from apps.core.models import AuditEntry
from apps.employees.models import Employee
from apps.indicators.labels import SKP_ACTION_LABELS

SENTENCES = {
    "employees.employee.imported": pgettext_lazy("audit entry", "Came in with a staff list"),
    "employees.employee.changed": pgettext_lazy("audit entry", "Data changed by a staff list"),
    "employees.nip.corrected": pgettext_lazy("audit entry", "NIP corrected"),
    "indicators.skp.created": pgettext_lazy("audit entry", "Plan begun"),
    "indicators.skp.result_added": pgettext_lazy("audit entry", "Intended result added to the plan"),
    "indicators.skp.result_changed": pgettext_lazy("audit entry", "Intended result of the plan changed"),
    "indicators.skp.result_removed": pgettext_lazy("audit entry", "Intended result taken out of the plan"),
    "indicators.skp.result_moved": pgettext_lazy("audit entry", "Order of the intended results changed"),
    "indicators.skp.indicator_added": pgettext_lazy("audit entry", "Indicator added to the plan"),
    "indicators.skp.indicator_changed": pgettext_lazy("audit entry", "Indicator of the plan changed"),
    "indicators.skp.indicator_removed": pgettext_lazy("audit entry", "Indicator taken out of the plan"),
    "indicators.skp.indicator_moved": pgettext_lazy("audit entry", "Order of the indicators changed"),
    "indicators.skp.expectations_written": pgettext_lazy(
        "audit entry", "Expectations of the work behavior written"
    ),
    "indicators.skp.annex_added": pgettext_lazy("audit entry", "Line added to the annex of the plan"),
    "indicators.skp.annex_changed": pgettext_lazy("audit entry", "Line of the annex changed"),
    "indicators.skp.annex_removed": pgettext_lazy("audit entry", "Line taken out of the annex"),
    "indicators.skp.annex_moved": pgettext_lazy("audit entry", "Order of the annex changed"),
    "indicators.skp.submitted": pgettext_lazy("audit entry", "Plan sent for approval"),
    "indicators.skp.recalled": pgettext_lazy("audit entry", "Plan taken back by the employee"),
    "indicators.skp.returned": pgettext_lazy("audit entry", "Plan returned with a note"),
    "indicators.skp.approved": pgettext_lazy("audit entry", "Plan approved"),
    "indicators.skp.closed": pgettext_lazy("audit entry", "Plan closed"),
    "indicators.skp.shortened": pgettext_lazy("audit entry", "Plan ended earlier because of a move"),
    "indicators.skp.reminded": pgettext_lazy("audit entry", "People reminded of their plan"),
    "indicators.skp.revision_begun": pgettext_lazy("audit entry", "Change of the approved plan begun"),
    "indicators.skp.merged": pgettext_lazy("audit entry", "Change approved and taken over into the plan"),
    "indicators.skp.renewed": pgettext_lazy("audit entry", "New version of the plan approved"),
    "indicators.skp.withdrawn": pgettext_lazy("audit entry", "Change of the plan given up"),
    "assessments.report.opened": pgettext_lazy("audit entry", "Report begun"),
    "assessments.report.submitted": pgettext_lazy("audit entry", "Report sent"),
    "assessments.report.recalled": pgettext_lazy("audit entry", "Report taken back by the writer"),
    "assessments.report.returned": pgettext_lazy("audit entry", "Report returned for improvement"),
    "assessments.report.accepted": pgettext_lazy("audit entry", "Report reviewed and accepted"),
    "assessments.report.reopened": pgettext_lazy("audit entry", "Acceptance of the report taken back"),
    "assessments.progress.lines_added": pgettext_lazy("audit entry", "Lines of progress added"),
    "assessments.progress.log_downloaded": pgettext_lazy("audit entry", "Log of progress downloaded"),
    "assessments.evaluation.rated": pgettext_lazy("audit entry", "Rated"),
    "assessments.evaluation.delivered": pgettext_lazy("audit entry", "Evaluation handed over"),
    "assessments.evaluation.accepted": pgettext_lazy("audit entry", "Evaluation accepted by the employee"),
    "assessments.evaluation.lapsed": pgettext_lazy("audit entry", "Time to answer the evaluation ran out"),
    "assessments.evaluation.handed_on": pgettext_lazy("audit entry", "Evaluation given to another appraiser"),
    "assessments.objection.filed": pgettext_lazy("audit entry", "Objection filed"),
    "assessments.objection.decided": pgettext_lazy("audit entry", "Objection decided"),
    "assessments.objection.handed_on": pgettext_lazy("audit entry", "Objection given to another official"),
    "assessments.feedback.given": pgettext_lazy("audit entry", "Feedback given"),
    "assessments.feedback.answered": pgettext_lazy("audit entry", "Feedback answered by the employee"),
    "training.needs.proposed": pgettext_lazy("audit entry", "Learning needs proposed from the evaluation"),
    "training.follow_ups.proposed": pgettext_lazy("audit entry", "Consequences proposed from the evaluation"),
    "supervision.talent.scored": pgettext_lazy("audit entry", "Scores for the nine boxes entered"),
}


def name_steps(plans: Iterable[dict[str, Any]], reports: Iterable[dict[str, Any]]) -> None:
    """Put each step of plans and reports into words, beside its code."""
    for rows, words in ((plans, SKP_ACTION_LABELS), (reports, REPORT_EVENTS)):
        for row in rows:
            for step in row["steps"]:
                step["words"] = words.get(step["action"], step["action"])


def told(entries: Iterable[AuditEntry]) -> list[dict[str, Any]]:
    """Return entries with their sentence and the name of who acted; two queries for any number of entries.

    An entry without a sentence keeps its code: better a code than a guess.
    """
    rows = list(entries)
    names = _names({row.actor for row in rows})
    return [
        {"entry": row, "sentence": SENTENCES.get(row.action, ""), "who": names.get(row.actor, row.actor)}
        for row in rows
    ]


def _names(actors: set[str]) -> dict[str, str]:
    """Return the name of each actor as `audit.actor_id` writes it."""
    numbers: dict[str, list[int]] = {"user": [], "employee": []}
    for actor in actors:
        kind, _colon, number = actor.partition(":")
        if kind in numbers and number.isdigit():
            numbers[kind].append(int(number))
    names = {"system": _("the system, by schedule"), "public": _("a citizen")}
    names |= {f"user:{user.pk}": user.display_name for user in User.objects.filter(pk__in=numbers["user"])}
    names |= {
        f"employee:{person.pk}": person.full_name
        for person in Employee.objects.filter(pk__in=numbers["employee"])
    }
    return names

"""What a report still lacks before it can be sent: high problems block, low ones only warn (EXE-1)."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class ReportProblem(StrEnum):
    NO_REALIZATION = "no_realization"
    NO_COUNTED_ENTRIES = "no_counted_entries"
    NO_ACHIEVEMENTS = "no_achievements"
    NO_FIGURE_YET = "no_figure_yet"
    NO_EVIDENCE = "no_evidence"
    QUESTION_UNANSWERED = "question_unanswered"
    NO_OBSTACLES = "no_obstacles"


BLOCKING = frozenset(
    {ReportProblem.NO_REALIZATION, ReportProblem.NO_COUNTED_ENTRIES, ReportProblem.NO_ACHIEVEMENTS}
)
_MISSING = {
    "reported": ReportProblem.NO_REALIZATION,
    "progress_sum": ReportProblem.NO_COUNTED_ENTRIES,
}


@dataclass(frozen=True, slots=True)
class LineFacts:
    """One indicator of the report: where it stands, and whether there is a target and a figure."""

    where: str
    source: str
    has_target: bool
    has_realization: bool


@dataclass(frozen=True, slots=True)
class ReportFacts:
    """A report as the rule wants it."""

    lines: Sequence[LineFacts]
    has_achievements: bool
    has_obstacles: bool
    evidence: int
    unanswered: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is missing, and the place (`indicator:<id>`, `question:<id>`, or a section)."""

    code: ReportProblem
    where: str

    @property
    def is_blocking(self) -> bool:
        """Whether the report cannot be sent with it."""
        return self.code in BLOCKING


def report_problems(facts: ReportFacts) -> list[Problem]:
    """Return what is missing, blocking problems first.

    A figure that the system fetches from elsewhere never blocks: the writer cannot do anything about it.
    """
    found = [
        Problem(_MISSING.get(line.source, ReportProblem.NO_FIGURE_YET), line.where)
        for line in facts.lines
        if line.has_target and not line.has_realization
    ]
    if not facts.has_achievements:
        found.append(Problem(ReportProblem.NO_ACHIEVEMENTS, "capaian"))
    found += [Problem(ReportProblem.QUESTION_UNANSWERED, where) for where in facts.unanswered]
    if facts.evidence == 0:
        found.append(Problem(ReportProblem.NO_EVIDENCE, "bukti"))
    if not facts.has_obstacles:
        found.append(Problem(ReportProblem.NO_OBSTACLES, "kendala"))
    return sorted(found, key=lambda problem: not problem.is_blocking)

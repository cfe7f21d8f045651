"""Which rule gave a stored predikat, and where it is written: what an old result is explained and checked by.

A rule that changes gets a new version here and the old one stays: a result is never judged by a later rule.
Sources: domain sheet LEG-4, LEG-5, LEG-17, EVA-3, MTX-1, ORG-4, OBJ-1, OBJ-6.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from apps.assessments.rules.predikat import MATRIX, RULE_VERSION, Predikat, Rating, predikat_for


@dataclass(frozen=True, slots=True)
class Source:
    """A rule of the sheet, the instrument it comes from, the article as our sources name it, and its first day.

    The article is quoted in Indonesian in every language, as on the official forms.
    """

    rule_id: str
    instrument: str
    article: str
    valid_from: date


@dataclass(frozen=True, slots=True)
class PredikatRule:
    """A version of the table that turns two ratings into a predikat."""

    source: Source
    matrix: Mapping[Rating, Mapping[Rating, Predikat]]
    predikat: Callable[[Rating, Rating], Predikat]


def _by_matrix(work_result: Rating, behavior: Rating) -> Predikat:
    return predikat_for(work_result=work_result, behavior=behavior)


PREDIKAT_RULES: Mapping[str, PredikatRule] = {
    RULE_VERSION: PredikatRule(
        source=Source(
            rule_id="MTX-1",
            instrument="PermenPANRB 6/2022",
            article="Pasal 23–25 dan Lampiran (kuadran predikat kinerja pegawai)",
            valid_from=date(2022, 2, 3),
        ),
        matrix=MATRIX,
        predikat=_by_matrix,
    ),
}

HEAD_RESULT = Source(
    "ORG-4", "SE MenPANRB 3/2023", "Penetapan predikat kinerja organisasi", date(2023, 1, 31)
)
OBJECTION = Source(
    "OBJ-1, OBJ-6", "PP 30/2019", "Pasal 59; PermenPANRB 6/2022 Pasal 29 dan Lampiran", date(2022, 2, 3)
)


def predikat_rule(version: str) -> PredikatRule | None:
    """Return the rule of a stored version; None for one we do not know."""
    return PREDIKAT_RULES.get(version)

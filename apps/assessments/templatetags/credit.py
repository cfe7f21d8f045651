"""Words for the facts of angka kredit."""

from typing import Any

from django import template
from django.utils.translation import gettext, gettext_lazy

from apps.core.templatetags.formats import number, tanggal
from apps.core.templatetags.ui import status_tag

from ..labels import DegreeChoices, OpeningKind
from ..models import CreditDiploma, CreditOpening
from ..rules.credit_accumulation import RankNote
from ..selectors.credit import ConditionFacts

register = template.Library()

RANK_NOTES = {
    RankNote.NONE: gettext_lazy("PPPK have no pangkat, so there is no next rank."),
    RankNote.UNKNOWN: gettext_lazy("The golongan is not on record. The personnel office can add it."),
    RankNote.OUTSIDE: gettext_lazy(
        "The golongan does not belong to this level. Ask the personnel office what the next rank needs."
    ),
    RankNote.LEVEL_FIRST: gettext_lazy("The next rank belongs to the next level, so the level comes first."),
    RankNote.LAST: gettext_lazy("This is the highest golongan of the level."),
}
CONDITIONS = {
    "predikat": gettext_lazy("Predikat of at least Baik in the last year"),
    "competence_test": gettext_lazy("Competence test (uji kompetensi) passed"),
    "vacancy": gettext_lazy("Vacancy (formasi) on the next level"),
}
PROPOSALS = {
    "level": gettext_lazy("Rise to the next level"),
    "rank": gettext_lazy("Rise to the next rank"),
}


@register.filter
def rank_note(code: str) -> Any:
    """Why there is no rank step, or what is special about it."""
    return RANK_NOTES[RankNote(code)] if code else ""


@register.filter
def condition_label(code: str) -> Any:
    """What a promotion needs beside credit."""
    return CONDITIONS.get(code, "")


@register.filter
def proposal_label(code: str) -> Any:
    """What may be proposed."""
    return PROPOSALS.get(code) or gettext("Nothing yet")


@register.simple_tag
def condition_tag(condition: ConditionFacts) -> str:
    """Whether a condition is met, not met, or not confirmed by anybody."""
    if condition.is_met is None:
        return status_tag("open", gettext("not confirmed yet"), "neutral", "clock")
    if condition.is_met:
        return status_tag("met", gettext("met"), "success")
    return status_tag("not-met", gettext("not met"), "warning")


@register.filter
def entry_kind(entry: Any) -> str:
    """Name an entry in its address."""
    return {"CreditOpening": "saldo", "CreditDiploma": "ijazah", "CreditRankStep": "pangkat"}[
        type(entry).__name__
    ]


@register.filter
def entry_title(entry: Any) -> str:
    """Say in one line what was entered."""
    if isinstance(entry, CreditOpening):
        words = {"kind": OpeningKind(entry.kind).label, "day": tanggal(entry.as_of)}
        what, value = gettext("%(kind)s, end of %(day)s") % words, entry.value
    elif isinstance(entry, CreditDiploma):
        what = gettext("Diploma %(degree)s") % {"degree": DegreeChoices(entry.degree).label}
        value = entry.value
    else:
        words = {"golongan": entry.to_golongan, "day": tanggal(entry.effective_on)}
        what, value = gettext("Rise to %(golongan)s on %(day)s") % words, -entry.used
    return f"{what}: {number(value, 2)}"

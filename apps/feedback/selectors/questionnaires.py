"""Questions about versions of the questionnaire: what differs, and who uses which."""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django.db.models import Count, F

from apps.employees.models import Government

from ..models import Questionnaire, SurveyPeriod, Unsur


@dataclass(frozen=True)
class UnsurChange:
    """One question in two versions; None where a version does not have it."""

    code: str
    before: Unsur | None
    after: Unsur | None
    changes: tuple[tuple[str, str, str], ...]


def versions(government: Government) -> list[Questionnaire]:
    """Return all versions a government can see, with the number of its periods that use each."""
    rows = (
        Questionnaire.objects.of_government(government)
        .select_related("based_on")
        .annotate(unsur_count=Count("unsur", distinct=True))
        .order_by(F("government").asc(nulls_last=True), "-regime", "-version", "id")
    )
    used = dict(
        SurveyPeriod.objects.filter(service__unit__government=government)
        .values_list("questionnaire")
        .annotate(n=Count("pk"))
        .order_by("questionnaire")
    )
    found = list(rows)
    for row in found:
        row.period_count = used.get(row.pk, 0)  # type: ignore[attr-defined]
    return found


def weight_text(row: Unsur) -> str:
    """Return the weight as an exact fraction in lowest terms."""
    return str(Fraction(row.weight_numerator, row.weight_denominator))


def compare(before: Questionnaire, after: Questionnaire) -> list[UnsurChange]:
    """Return every question of two versions, with what differs."""
    old = {row.code: row for row in before.unsur.all()}
    new = {row.code: row for row in after.unsur.all()}
    codes = list(new) + [code for code in old if code not in new]
    return [
        UnsurChange(
            code=code,
            before=old.get(code),
            after=new.get(code),
            changes=tuple(_changes(old[code], new[code])) if code in old and code in new else (),
        )
        for code in codes
    ]


def _changes(before: Unsur, after: Unsur) -> Iterable[tuple[str, str, str]]:
    pairs: list[tuple[str, Any, Any]] = [
        ("number", f"U{before.number}", f"U{after.number}"),
        ("name", before.name, after.name),
        ("question", before.question, after.question),
        ("labels", " / ".join(before.labels), " / ".join(after.labels)),
        ("weight", weight_text(before), weight_text(after)),
    ]
    return [(what, old, new) for what, old, new in pairs if old != new]

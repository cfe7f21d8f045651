"""Sentences that explain IP ASN and a talent box: what counts, from which record, and what would raise it."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from apps.assessments.labels import PredikatChoices
from apps.core.rules.rounding import half_up
from apps.core.templatetags.formats import number, tanggal
from apps.training.labels import DiplomaLevel

from .labels import INDEX_PARTS, PERFORMANCE_STANDINGS, STANDINGS, PunishmentLevel, TalentPart
from .rules.professionalism_index import IndexPart
from .selectors.career import IndexRules, PersonIndex, PersonTalent


def figure(value: Decimal) -> str:
    """Return a number without digits that say nothing: 22,5, or 15."""
    return number(Decimal(f"{value.normalize():f}"))


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the explanation."""

    code: str
    label: str
    points: str
    maximum: str
    counts: str
    raises: str
    is_full: bool


def index_lines(person: PersonIndex, rules: IndexRules, *, names_decrees: bool = True) -> list[Line]:
    """Explain an index part by part; a decree is named only to whoever may know of it."""
    return [
        Line(
            part.code,
            str(INDEX_PARTS[part.code]),
            figure(part.points),
            figure(part.maximum),
            _counts(part, person, names_decrees),
            "" if part.points >= part.maximum else _raises(part, person, rules),
            part.points >= part.maximum,
        )
        for part in person.parts
    ]


def _counts(part: IndexPart, person: PersonIndex, names_decrees: bool) -> str:
    """Say from which records the points come."""
    used = person.used.get(part.code, ())
    if part.code == "discipline":
        if not used:
            return _("No punishment is on record.")
        if not names_decrees:
            return _("A punishment is on record; the personnel office knows it.")
        return _("%(level)s, since %(day)s, decree %(decree)s.") % {
            "level": PunishmentLevel(used[0].level).label,
            "day": tanggal(used[0].starts_on),
            "decree": used[0].decree,
        }
    if not used:
        return {
            "qualification": _("No verified diploma is on record."),
            "group_training": _("No verified certificate of such a training is on record."),
            "technical": _("No verified technical training in this time is on record."),
            "seminar": _("No verified seminar or workshop in this time is on record."),
            "performance": _("No final predikat of a year is on record."),
        }[part.code]
    row = used[0]
    if part.code == "qualification":
        return _("%(level)s, %(school)s, %(day)s.") % {
            "level": DiplomaLevel(row.level).label,
            "school": row.school,
            "day": tanggal(row.graduated_on),
        }
    if part.code == "performance":
        return _("%(predikat)s in %(year)s.") % {
            "predikat": PredikatChoices(row.predikat).label,
            "year": row.period.ends_on.year,
        }
    if part.code == "technical":
        names = "; ".join(f"{item.name} ({figure(item.jp)} JP)" for item in used)
        return _("%(hours)s JP: %(names)s.") % {"hours": figure(person.facts.technical_hours), "names": names}
    return _("%(name)s, ended on %(day)s.") % {"name": row.name, "day": tanggal(row.ends_on)}


def _raises(part: IndexPart, person: PersonIndex, rules: IndexRules) -> str:
    """Say what would give more points."""
    more = figure(part.maximum - part.points)
    if part.code == "qualification":
        if person.facts.qualification is None:
            return _("Add your highest diploma; once it is verified it gives up to %(points)s points.") % {
                "points": figure(part.maximum)
            }
        return _("A higher diploma that was verified, up to %(points)s points more.") % {"points": more}
    if part.code == "group_training":
        return _(
            "A verified certificate of leadership or functional training for your post: %(points)s points."
        ) % {"points": more}
    if part.code == "technical":
        missing = max(Decimal(rules.tables.technical_hours) - person.facts.technical_hours, Decimal(0))
        return _("%(hours)s JP more of technical training, ended after %(day)s: %(points)s points.") % {
            "hours": figure(missing),
            "day": tanggal(rules.technical_since),
            "points": more,
        }
    if part.code == "seminar":
        return _("A verified seminar or workshop, ended after %(day)s: %(points)s points.") % {
            "day": tanggal(rules.seminar_since),
            "points": more,
        }
    if part.code == "performance":
        return _("A better predikat of the next year, up to %(points)s points more.") % {"points": more}
    return _("What was entered wrongly can be taken back by the personnel office.")


def talent_lines(person: PersonTalent) -> list[dict[str, Any]]:
    """Explain both axes part by part: weight, score, and what it rests on."""
    return [
        *_axis(person, "performance"),
        *_axis(person, "potential"),
    ]


def _axis(person: PersonTalent, axis: str) -> list[dict[str, Any]]:
    weights: Mapping[str, int] = getattr(person.rules.tables, f"{axis}_weights")
    axis_name = _("Performance") if axis == "performance" else _("Potential axis")
    rows = []
    for part, weight in weights.items():
        score, source = None, ""
        if part == "main":
            label = _("Predikat of the last year")
            if person.evaluation is not None:
                label_of = PredikatChoices(person.evaluation.predikat).label
                score = (
                    Decimal(person.rules.tables.predikat_scores[person.predikat]) if person.predikat else None
                )
                source = f"{label_of} ({person.evaluation.period.ends_on.year})"
        else:
            label = str(TalentPart(part).label)
            found = person.inputs.get(part)
            if found is not None:
                score, source = found.score, found.source
        rows.append(
            {
                "axis": axis_name,
                "label": label,
                "weight": weight,
                "score": figure(score) if score is not None else "",
                "points": figure(half_up(score * weight / 100)) if score is not None else "",
                "source": source,
            }
        )
    return rows


def performance_lines(person: PersonTalent) -> list[dict[str, Any]]:
    """Explain the axis of performance alone: what the last predikat gives, and what is still missing."""
    return _axis(person, "performance")


def performance_sentences(person: PersonTalent) -> list[str]:
    """Say how the axis of performance comes about, from the predikat to its value.

    The predikat is worth what the table in force says; nobody types it, and only an objection changes it.
    """
    tables = person.rules.tables
    table = ", ".join(
        f"{PredikatChoices(row.value).label} {points}" for row, points in tables.predikat_scores.items()
    )
    told = [_("Table in force: %(table)s.") % {"table": table}]
    if person.predikat is None or person.evaluation is None:
        return [*told, _("No final predikat of a year is on record, so nothing can be proposed yet.")]
    score, weight = tables.predikat_scores[person.predikat], tables.performance_weights["main"]
    told.append(
        _("%(predikat)s in %(year)s gives %(score)s; %(weight)s%% of it are %(points)s points.")
        % {
            "predikat": PredikatChoices(person.evaluation.predikat).label,
            "year": person.evaluation.period.ends_on.year,
            "score": score,
            "weight": weight,
            "points": figure(half_up(Decimal(score) * weight / 100)),
        }
    )
    if person.performance is None:
        told.append(_("The other points come from what nobody has assessed yet; write it below."))
    else:
        told.append(
            _("With what was assessed besides, performance is %(value)s of 100.")
            % {"value": figure(person.performance)}
        )
    return told


def talent_sentence(person: PersonTalent) -> str:
    """Say where somebody stands, in one sentence."""
    talent = person.talent
    if talent is None or person.performance is None or person.potential is None:
        return _("Not placed yet: scores are missing.")
    return _(
        "Performance %(y)s (%(up)s) and potential %(x)s (%(right)s) give box %(box)s; talent score %(score)s."
    ) % {
        "y": figure(person.performance),
        "up": PERFORMANCE_STANDINGS[talent.performance.value],
        "x": figure(person.potential),
        "right": STANDINGS[talent.potential.value],
        "box": talent.box,
        "score": figure(talent.score),
    }

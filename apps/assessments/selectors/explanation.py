"""Why a predikat is what it is, in words: for the page, the API and the printed document alike.

Everything is read from what was stored; nothing is computed anew but the neighbouring fields of the table, by the
version of the rule that the result names. Texts are in the active language (`translation.override("id")` for paper).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from apps.core.templatetags.formats import number, persen, tanggal, waktu
from apps.employees.labels import MandateKind, ServiceStateKind
from apps.indicators.labels import IndicatorSource

from ..labels import (
    MISSING_FIGURES,
    ChangeKindChoices,
    OrgPredicateChoices,
    PredikatChoices,
    RatingChoices,
    ReportStatusChoices,
)
from ..models import AppraiserChange, Evaluation, Objection, RatingChange
from ..rules import explanation as rules
from ..rules.predikat import Rating
from ..rules.versions import HEAD_RESULT, OBJECTION, Source, predikat_rule
from .evaluating import achievement_of
from .public_figures import how_sure

# Keys of the sections, in their order.
SECTIONS = ("result", "matrix", "what_if", "figures", "hint", "organization", "decisions", "rule")


@dataclass(frozen=True)
class Table:
    """A small table; the first cell of a row is its head. `marked` is the (row, column) of the person's field."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    marked: tuple[int, int] | None = None


@dataclass(frozen=True)
class Section:
    """A part of the explanation: sentences, then points, then a table; each may be missing."""

    key: str
    title: str
    paragraphs: tuple[str, ...] = ()
    points: tuple[str, ...] = ()
    table: Table | None = None


@dataclass(frozen=True)
class IndicatorLine:
    """One figure that was looked at, and how its percentage was computed."""

    result: str
    indicator: str
    source: str
    source_label: str
    measure: str
    target: Decimal | None
    plan_target: Decimal | None
    realization: Decimal | None
    percent: Decimal | None
    computation: str


@dataclass(frozen=True)
class DecisionLine:
    """Who set which ratings when and why. `before` and `after` are (work result, behavior, predikat) as stored."""

    kind: str
    kind_label: str
    version: int
    at: datetime
    by_id: int | None
    by_name: str
    before: tuple[str, str, str] | None
    after: tuple[str, str, str]
    reason: str
    text: str


@dataclass(frozen=True)
class WhatIfLine:
    """What one other rating would have given."""

    of: str
    rating: str
    predikat: str
    is_other: bool
    text: str


@dataclass(frozen=True)
class VersionLine:
    """A version of the result: the original, and the one an upheld objection made."""

    version: int
    work_result: str
    behavior: str
    predikat: str


@dataclass(frozen=True)
class Explanation:
    """Everything that led to a predikat. `sections` holds the same in sentences, ready to be shown or printed."""

    evaluation_id: int
    version: int
    predikat: str
    work_result: str
    behavior: str
    rule_version: str
    rule: Source | None
    mean_percent: Decimal | None
    hint: str
    org_predicate: str
    indicators: tuple[IndicatorLine, ...]
    decisions: tuple[DecisionLine, ...]
    versions: tuple[VersionLine, ...]
    matrix: tuple[rules.Row, ...]
    what_if: tuple[WhatIfLine, ...]
    sections: tuple[Section, ...]

    def section(self, key: str) -> Section | None:
        """Return one part by its key."""
        return next((part for part in self.sections if part.key == key), None)


def explanation_of(evaluation: Evaluation) -> Explanation:
    """Return why a rated evaluation has its predikat, from stored facts only.

    An evaluation without ratings has the figures and nothing else. Takes a fixed number of queries.
    """
    zone = evaluation.government
    mine = rules.Ratings(evaluation.work_result_rating, evaluation.behavior_rating, evaluation.predikat)
    rule = predikat_rule(evaluation.rule_version) if evaluation.predikat else None
    matrix = rules.matrix_of(rule, mine) if rule else ()
    what_if = tuple(_what_if_line(line) for line in rules.what_if(rule, mine)) if rule else ()
    figures = rules.figures_of(evaluation.inputs)
    mean = rules.mean_of(evaluation.inputs, evaluation.achievement_percent, evaluation.hint_rating)
    steps = rules.steps_of(_changes(evaluation))
    decisions = tuple(_decision_line(step, zone) for step in steps)
    versions = tuple(
        VersionLine(version, ratings.work_result, ratings.behavior, ratings.predikat)
        for version, ratings in sorted(rules.versions_of([step.change for step in steps]).items())
    )
    indicators = tuple(_indicator_line(figure) for figure in figures)
    achievement = achievement_of(
        evaluation.inputs.get("heads_unit") or evaluation.unit_id, evaluation.period_id
    )
    objection = Objection.objects.filter(evaluation=evaluation).select_related("decider").first()
    parts = [
        _result(evaluation, versions) if evaluation.predikat else None,
        _matrix(matrix) if matrix else None,
        _what_if(what_if) if what_if else None,
        _figures(evaluation, indicators),
        _hint(mean),
        _organization(evaluation, achievement),
        _decisions(evaluation, decisions, objection) if evaluation.predikat else None,
        _rule(evaluation, rule.source if rule else None, objection) if evaluation.predikat else None,
    ]
    return Explanation(
        evaluation_id=evaluation.pk,
        version=evaluation.version,
        predikat=evaluation.predikat,
        work_result=evaluation.work_result_rating,
        behavior=evaluation.behavior_rating,
        rule_version=evaluation.rule_version,
        rule=rule.source if rule else None,
        mean_percent=evaluation.achievement_percent,
        hint=evaluation.hint_rating,
        org_predicate=achievement.org_predicate if achievement else "",
        indicators=indicators,
        decisions=decisions,
        versions=versions,
        matrix=matrix,
        what_if=what_if,
        sections=tuple(part for part in parts if part is not None),
    )


# Who


def acting_words(evaluation: Evaluation) -> str:
    """Return as what the appraiser acts, where it is by mandate: "Plt. Kepala Puskesmas"; else nothing (ACT-1)."""
    mandate = evaluation.mandate
    if mandate is None:
        return ""
    return f"{MandateKind(mandate.kind).label} {mandate.position.title}"


def _name(person: Any, acting: str = "") -> str:
    if person is None:
        return _("the leadership of the government")
    return f"{person.full_name} ({acting})" if acting else str(person.full_name)


def _changes(evaluation: Evaluation) -> Sequence[rules.Change]:
    acting = acting_words(evaluation)
    holder = evaluation.mandate.holder_id if evaluation.mandate is not None else None
    return [
        rules.Change(
            kind=row.kind,
            version=row.version,
            after=rules.Ratings(row.work_result_rating, row.behavior_rating, row.predikat),
            reason=row.reason,
            author=(row.by_id, _name(row.by, acting if row.by_id and row.by_id == holder else "")),
            at=row.at,
        )
        for row in RatingChange.objects.filter(evaluation=evaluation)
        .select_related("by")
        .order_by("at", "pk")
    ]


# Lines


def _number(value: Decimal | None) -> str:
    return "" if value is None else number(value)


def _figure_origin(figure: rules.Figure) -> str:
    if figure.source not in IndicatorSource.values:
        return ""
    label = str(IndicatorSource(figure.source).label)
    return f"{label}. {how_sure(figure.answers)}" if figure.answers else label


def _indicator_line(figure: rules.Figure) -> IndicatorLine:
    return IndicatorLine(
        result=figure.result_text,
        indicator=figure.text,
        source=figure.source,
        source_label=_figure_origin(figure),
        measure=figure.measure,
        target=figure.target,
        plan_target=figure.plan_target,
        realization=figure.realization,
        percent=figure.percent,
        computation=_computation(figure),
    )


def _computation(figure: rules.Figure) -> str:
    if figure.percent is None:
        return str(MISSING_FIGURES.get(figure.missing, _("no percentage can be given")))
    values = {
        "target": _number(figure.target),
        "realization": _number(figure.realization),
        "percent": persen(figure.percent),
    }
    if figure.formula == rules.LOWER:
        return _("(2 × %(target)s − %(realization)s) ÷ %(target)s × 100 = %(percent)s") % values
    return _("%(realization)s ÷ %(target)s × 100 = %(percent)s") % values


def _decision_line(step: rules.Step, zone: Any) -> DecisionLine:
    change = step.change
    by_id, by_name = change.author
    kind = str(ChangeKindChoices(change.kind).label)
    values = {
        "kind": kind,
        "when": waktu(change.at, zone),
        "name": by_name,
        "after": _pair(change.after),
        "before": _pair(step.before) if step.before else "",
    }
    if step.before is None or not step.moved:
        text = _("%(kind)s on %(when)s by %(name)s: %(after)s.") % values
    else:
        text = _("%(kind)s on %(when)s by %(name)s: from %(before)s to %(after)s.") % values
    if change.reason:
        reason = _("Reason: %(reason)s") % {"reason": change.reason}
        text = f"{text} {reason}"
    return DecisionLine(
        kind=change.kind,
        kind_label=kind,
        version=change.version,
        at=change.at,
        by_id=by_id,
        by_name=by_name,
        before=_triple(step.before) if step.before else None,
        after=_triple(change.after),
        reason=change.reason,
        text=text,
    )


def _triple(ratings: rules.Ratings) -> tuple[str, str, str]:
    return (ratings.work_result, ratings.behavior, ratings.predikat)


def _pair(ratings: rules.Ratings) -> str:
    return _("%(predikat)s (work results: %(work_result)s; behavior: %(behavior)s)") % {
        "predikat": _predikat(ratings.predikat),
        "work_result": _rating(ratings.work_result),
        "behavior": _rating(ratings.behavior),
    }


def _what_if_line(line: rules.WhatIf) -> WhatIfLine:
    values = {"rating": _in_sentence(line.rating), "predikat": _predikat(line.predikat.value)}
    if line.of == "work_result" and line.is_other:
        text = _("If the work results were rated %(rating)s, the predikat would be %(predikat)s.")
    elif line.of == "work_result":
        text = _("If the work results were rated %(rating)s, the predikat would stay %(predikat)s.")
    elif line.is_other:
        text = _("If the behavior were rated %(rating)s, the predikat would be %(predikat)s.")
    else:
        text = _("If the behavior were rated %(rating)s, the predikat would stay %(predikat)s.")
    return WhatIfLine(line.of, line.rating.value, line.predikat.value, line.is_other, text % values)


def _rating(value: str) -> str:
    return str(RatingChoices(value).label) if value in RatingChoices.values else value


def _in_sentence(rating: Rating) -> str:
    """Return the words of a rating as they stand inside of a sentence: "di atas ekspektasi"."""
    label = _rating(rating.value)
    return label[:1].lower() + label[1:]


def _predikat(value: str) -> str:
    return str(PredikatChoices(value).label) if value in PredikatChoices.values else value


def _org(value: str) -> str:
    return str(OrgPredicateChoices(value).label) if value in OrgPredicateChoices.values else value


# Sections


def _result(evaluation: Evaluation, versions: Sequence[VersionLine]) -> Section:
    lines = [
        _("The predikat is %(predikat)s: work results are rated %(work_result)s, behavior %(behavior)s.")
        % {
            "predikat": _predikat(evaluation.predikat),
            "work_result": _in_sentence(Rating(evaluation.work_result_rating)),
            "behavior": _in_sentence(Rating(evaluation.behavior_rating)),
        },
        _("It comes from these two ratings and the matrix; no figure, attendance or average changes it."),
    ]
    if evaluation.is_part:
        lines.append(
            _("This evaluation closes a part of the year before a move; it is not the result of the year.")
        )
    if len(versions) > 1:
        first = versions[0]
        lines.append(
            _("This is version %(version)s, after an objection. Version %(first)s was %(before)s.")
            % {
                "version": evaluation.version,
                "first": first.version,
                "before": _pair(rules.Ratings(first.work_result, first.behavior, first.predikat)),
            }
        )
    return Section("result", _("The result"), tuple(lines))


def _matrix(matrix: Sequence[rules.Row]) -> Section:
    head = (_("Work results ↓ Behavior →"), *(_rating(rating.value) for rating in Rating))
    rows = tuple(
        (_rating(row.work_result.value), *(_predikat(cell.predikat.value) for cell in row.cells))
        for row in matrix
    )
    marked = next(
        ((i, j + 1) for i, row in enumerate(matrix) for j, cell in enumerate(row.cells) if cell.is_mine), None
    )
    return Section(
        "matrix",
        _("The field of the matrix"),
        table=Table(_("The matrix: two ratings give one predikat"), head, rows, marked),
    )


def _what_if(lines: Sequence[WhatIfLine]) -> Section:
    return Section("what_if", _("What would have changed it"), points=tuple(line.text for line in lines))


def _figures(evaluation: Evaluation, indicators: Sequence[IndicatorLine]) -> Section:
    inputs = evaluation.inputs
    lines = [
        _("The figures were pulled together on %(when)s and have not changed since.")
        % {"when": waktu(evaluation.prepared_at, evaluation.government)},
        _report_words(inputs.get("report") or {}),
    ]
    basis = (inputs.get("policy") or {}).get("target_basis")
    if basis == "year":
        lines.append(
            _("Targets that are counted hold for the year; a period takes its share by the number of months.")
        )
    elif basis == "period":
        lines.append(_("Each target holds for the period as it stands in the plan."))
    lines += _circumstances(inputs)
    rows = tuple(
        (
            line.indicator,
            _target_words(line),
            _number(line.realization) or "-",
            line.source_label or "-",
            line.computation,
        )
        for line in indicators
    )
    head = (
        _("Indicator"),
        _("Target"),
        _("Realization"),
        _("Source"),
        pgettext("of a percentage", "Computation"),
    )
    table = Table(_("Figures of the indicators"), head, rows) if rows else None
    if table is None:
        lines.append(_("The plan has no indicators."))
    return Section("figures", _("The figures behind it"), tuple(lines), table=table)


def _circumstances(inputs: dict[str, Any]) -> list[str]:
    """Say what else was stored about the time: days away, former posts, and the periods of a year."""
    lines = [_away_words(row) for row in inputs.get("away") or []]
    for row in inputs.get("earlier_parts") or []:
        values = {
            "days": " – ".join(tanggal(date.fromisoformat(day)) for day in row["days"]),
            "predikat": _predikat(row["predikat"]) or _("not rated yet"),
        }
        lines.append(_("In the former post (%(days)s): %(predikat)s.") % values)
    periods = [f"{row['number']}. {_predikat(row['predikat'])}" for row in inputs.get("periodic") or []]
    if periods:
        lines.append(
            _("Predikat of the periods: %(list)s. The year is judged as a whole, it is no average (EVA-6).")
            % {"list": "; ".join(periods)}
        )
    return lines


def _away_words(row: dict[str, Any]) -> str:
    values = {
        "kind": ServiceStateKind(row["kind"]).label,
        "first": tanggal(date.fromisoformat(row["first"])),
        "last": tanggal(date.fromisoformat(row["last"])) if row.get("last") else "",
    }
    if not values["last"]:
        return _("Since %(first)s nothing was owed: %(kind)s.") % values
    return _("From %(first)s to %(last)s nothing was owed: %(kind)s.") % values


def _target_words(line: IndicatorLine) -> str:
    if line.target is None:
        return "-"
    words = f"{_number(line.target)} {line.measure}".strip()
    if line.plan_target is not None and line.plan_target != line.target:
        words = _("%(target)s (of %(plan)s in the year)") % {
            "target": words,
            "plan": _number(line.plan_target),
        }
    return words


def _report_words(report: dict[str, Any]) -> str:
    if not report.get("number"):
        return _("No report had been sent.")
    values = {
        "number": report["number"],
        "version": report.get("version", 1),
        "status": str(ReportStatusChoices(report["status"]).label),
    }
    if report.get("is_late"):
        return _("Report %(number)s, version %(version)s, sent late (%(status)s).") % values
    return _("Report %(number)s, version %(version)s (%(status)s).") % values


def _hint(mean: rules.Mean) -> Section:
    lines = []
    if mean.value is None:
        lines.append(_("No indicator had a percentage, so there is no mean and no hint."))
    else:
        lines.append(
            _("Mean of the percentages: (%(sum)s) ÷ %(count)s = %(mean)s.")
            % {
                "sum": " + ".join(number(percent) for percent in mean.percents),
                "count": len(mean.percents),
                "mean": persen(mean.value),
            }
        )
        if mean.left_out:
            lines.append(
                ngettext(
                    "%(count)s indicator without a percentage was left out.",
                    "%(count)s indicators without a percentage were left out.",
                    mean.left_out,
                )
                % {"count": mean.left_out}
            )
        if mean.rating is not None and mean.meets_percent is not None and mean.above_percent is not None:
            lines.append(
                _(
                    "Hint: %(rating)s. The thresholds were %(meets)s for meeting and %(above)s for exceeding "
                    "the expectation."
                )
                % {
                    "rating": _in_sentence(mean.rating),
                    "meets": persen(mean.meets_percent),
                    "above": persen(mean.above_percent),
                }
            )
    lines.append(_("A hint is not a rating: the appraiser judges, and the hint decides nothing (EVA-4)."))
    return Section("hint", _("The hint from the figures"), tuple(lines))


def _organization(evaluation: Evaluation, achievement: Any) -> Section:
    title = _("Achievement of the organization")
    if achievement is None:
        return Section("organization", title, (_("It has not been fixed for this unit and period."),))
    lines = [
        _("%(predicate)s, fixed by %(name)s on %(when)s.")
        % {
            "predicate": _org(achievement.org_predicate),
            "name": _name(achievement.fixed_by),
            "when": waktu(achievement.fixed_at, evaluation.government),
        }
    ]
    if achievement.note:
        lines.append(achievement.note)
    if evaluation.inputs.get("heads_unit") is not None:
        lines.append(
            _(
                "This person leads the unit, so its achievement is their rating of work results (%(rule)s, %(source)s)."
            )
            % {"rule": HEAD_RESULT.rule_id, "source": HEAD_RESULT.instrument}
        )
    else:
        lines.append(
            _("It guides the distribution of the predikat in the unit and changes no single rating.")
        )
    return Section("organization", title, tuple(lines))


def _decisions(
    evaluation: Evaluation, decisions: Sequence[DecisionLine], objection: Objection | None
) -> Section:
    zone = evaluation.government
    points = [(line.at, line.text) for line in decisions]
    for change in AppraiserChange.objects.filter(evaluation=evaluation).select_related("before", "after"):
        values = {
            "before": _name(change.before),
            "after": _name(change.after),
            "when": waktu(change.at, zone),
        }
        points.append(
            (
                change.at,
                _("On %(when)s the evaluation went from %(before)s to %(after)s, the next superior.")
                % values,
            )
        )
    if evaluation.delivered_at is not None:
        words = _("Handed over on %(when)s; objections until %(due)s.") % {
            "when": waktu(evaluation.delivered_at, zone),
            "due": tanggal(evaluation.answer_due_on),
        }
        points.append((evaluation.delivered_at, words))
    if objection is not None:
        points += _objection_points(objection, zone)
    elif evaluation.status == "accepted":
        points.append(_acceptance(evaluation))
    # Sorting by the instant alone keeps what happened at once in its order.
    ordered = sorted(points, key=lambda point: point[0])
    return Section("decisions", _("Who decided what"), points=tuple(text for _at, text in ordered))


def _acceptance(evaluation: Evaluation) -> tuple[datetime, str]:
    if evaluation.answered_at is not None:
        when = waktu(evaluation.answered_at, evaluation.government)
        return evaluation.answered_at, _("Accepted by the person on %(when)s.") % {"when": when}
    words = _("Nobody objected until %(due)s; so it counts as accepted.")
    assert evaluation.delivered_at is not None
    return evaluation.delivered_at, words % {"due": tanggal(evaluation.answer_due_on)}


def _objection_points(objection: Objection, zone: Any) -> list[tuple[datetime, str]]:
    filed = _("Objection %(number)s filed on %(when)s.") % {
        "number": objection.number,
        "when": waktu(objection.filed_at, zone),
    }
    points = [(objection.filed_at, filed)]
    if objection.decided_at is not None:
        values = {
            "number": objection.number,
            "name": _name(objection.decider),
            "when": waktu(objection.decided_at, zone),
            "reason": objection.decision_reason,
        }
        if objection.is_upheld:
            words = _("Objection %(number)s was upheld by %(name)s on %(when)s. The decision is final.")
        else:
            words = _(
                "Objection %(number)s was rejected by %(name)s on %(when)s. The decision is final. Reason: %(reason)s"
            )
        points.append((objection.decided_at, words % values))
    return points


def _rule(evaluation: Evaluation, source: Source | None, objection: Objection | None) -> Section:
    lines = [_("Version of the rule: %(version)s.") % {"version": evaluation.rule_version}]
    if source is not None:
        lines.append(_source_words(source))
    if objection is not None:
        lines.append(
            _("Objection: %(instrument)s, %(article)s (%(rule)s).")
            % {"instrument": OBJECTION.instrument, "article": OBJECTION.article, "rule": OBJECTION.rule_id}
        )
    return Section("rule", _("The rule and its article"), tuple(lines))


def _source_words(source: Source) -> str:
    first: date = source.valid_from
    return _("Rule %(rule)s: %(instrument)s, %(article)s, in force since %(since)s.") % {
        "rule": source.rule_id,
        "instrument": source.instrument,
        "article": source.article,
        "since": tanggal(first),
    }

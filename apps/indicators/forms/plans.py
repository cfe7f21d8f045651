"""Forms of plans and unit targets. They clean into domain values and save nothing."""

import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import capfirst
from django.utils.translation import get_language, gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from apps.employees.rules.jenjang import LEVELS

from ..labels import (
    PUBLIC_SOURCES,
    SHARE_SOURCES,
    SOURCE_EXPLANATIONS,
    UNSUR_LABEL,
    UNSUR_SOURCES,
    AnnexKindChoices,
    AspectChoices,
    DirectionChoices,
    DocumentChoices,
    FormulaChoices,
    IndicatorSource,
    PerspectiveChoices,
    ResultKindChoices,
    RevisionReasonChoices,
)
from ..models import AnnexItem, Indicator, Skp, UnitIndicator, WorkResult
from ..rules.forms import Approach, Layout
from ..rules.plan_content import only_results
from ..selectors import Supportable, values_of

# What the form calls all of UNSUR_SOURCES; a list beside it says which.
UNSUR = "unsur"

NONE = "none"


def parse_number(text: str, decimal_mark: str = ",") -> Decimal:
    """Read a number as people type it: `1.234,5`, `1234,5`, `98.5`, `1.000`.

    With both marks the last one is the decimal mark. A single mark of the other kind between groups of three digits
    groups thousands; otherwise it is taken as the decimal mark, because nobody groups `98.5`.

    :raises ValueError: if it is not a number.
    """
    cleaned = text.strip().replace("\u00a0", "").replace(" ", "").replace("\u2212", "-")
    if not re.fullmatch(r"-?[0-9][0-9.,]*", cleaned):
        raise ValueError("not a number")
    grouping = "." if decimal_mark == "," else ","
    if "," in cleaned and "." in cleaned:
        decimal_mark = max(",", ".", key=cleaned.rindex)
        grouping = "." if decimal_mark == "," else ","
    elif re.fullmatch(rf"-?\d{{1,3}}(?:\{grouping}\d{{3}})+", cleaned):
        return Decimal(cleaned.replace(grouping, ""))
    elif cleaned.count(grouping) == 1:
        decimal_mark, grouping = grouping, decimal_mark
    if cleaned.count(decimal_mark) > 1:
        raise ValueError("two decimal marks")
    whole, _mark, fraction = cleaned.partition(decimal_mark)
    if grouping in fraction or (
        grouping in whole and not re.fullmatch(rf"-?\d{{1,3}}(?:\{grouping}\d{{3}})+", whole)
    ):
        raise ValueError("marks in odd places")
    try:
        return Decimal(f"{whole.replace(grouping, '')}.{fraction or '0'}")
    except InvalidOperation as error:
        raise ValueError("not a number") from error


class NumberField(forms.DecimalField):
    """A number of the table's width (12 digits before the mark, 4 after it), with a decimal comma in Indonesian."""

    default_error_messages = {"invalid": _("Write a number, for example 1.250 or 98,5.")}

    def __init__(self, **options: Any) -> None:
        super().__init__(max_digits=16, decimal_places=4, **options)

    def to_python(self, value: Any) -> Decimal | None:
        if isinstance(value, str):
            if not value.strip():
                return None
            mark = "." if (get_language() or "id").startswith("en") else ","
            try:
                value = parse_number(value[:40], mark)
            except ValueError as error:
                raise ValidationError(self.error_messages["invalid"], code="invalid") from error
        return super().to_python(value)


def text_field(limit: int, **options: Any) -> forms.CharField:
    """Return a field for a paragraph."""
    return forms.CharField(max_length=limit, widget=forms.Textarea, **options)


class CreateForm(forms.Form):
    """For which year a plan is begun."""

    year = forms.TypedChoiceField(
        coerce=int, label=_("Which year is the plan for?"), widget=forms.RadioSelect
    )

    start = forms.ChoiceField(label=_("What do you begin with?"), widget=forms.RadioSelect, required=False)

    def __init__(
        self, *args: Any, years: list[int], starts: list[tuple[str, Any]] | None = None, **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.fields["year"].choices = [(year, str(year)) for year in years]  # type: ignore[attr-defined]
        self.fields["year"].initial = years[0]
        if starts and len(starts) > 1:
            self.fields["start"].choices = starts  # type: ignore[attr-defined]
            self.fields["start"].initial = starts[0][0]
        else:
            del self.fields["start"]


class ResultForm(forms.Form):
    """A planned result (RHK)."""

    text = text_field(
        1000,
        label=_("What will be there when you have succeeded?"),
        help_text=_("The planned result (RHK): an outcome or a product, not what you do every day."),
        error_messages={"required": _("Write the planned result.")},
    )
    kind = forms.ChoiceField(
        label=_("Which part of the plan does it belong to?"),
        choices=[
            (
                ResultKindChoices.UTAMA.value,
                _("Main: it follows from your position or your superior's result"),
            ),
            (ResultKindChoices.TAMBAHAN.value, _("Additional: another assignment, for example in a team")),
        ],
        initial=ResultKindChoices.UTAMA.value,
        widget=forms.RadioSelect,
    )
    perspective = forms.ChoiceField(
        label=_("Which perspective does it belong to?"),
        choices=PerspectiveChoices.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a perspective.")},
    )
    supports = forms.ChoiceField(
        label=_("What does it contribute to?"),
        help_text=_("You can also choose this later. A draft of your superior's can be chosen already."),
        widget=forms.RadioSelect,
        required=False,
    )

    def __init__(self, *args: Any, skp: Skp, offered: Supportable, **options: Any) -> None:
        super().__init__(*args, **options)
        self.offered = offered
        if skp.layout != Layout.JPT.value:
            del self.fields["perspective"]
        choices: list[tuple[str, Any]] = [
            (f"r{row.pk}", gettext("Superior's result: %(text)s") % {"text": row.text} + self._mark(row))
            for row in offered.results
        ]
        choices += [
            (
                f"i{row.pk}",
                gettext("Indicator of %(unit)s: %(text)s") % {"unit": row.unit.name, "text": row.name},
            )
            for row in offered.indicators
        ]
        if choices:
            choices.append((NONE, _("None of these, or not decided yet")))
            self.fields["supports"].choices = choices  # type: ignore[attr-defined]
            self.fields["supports"].initial = NONE
        else:
            del self.fields["supports"]

    @staticmethod
    def _mark(row: WorkResult) -> str:
        return "" if row.skp.status in {"approved", "closed"} else " " + gettext("(not approved yet)")

    @staticmethod
    def initial_of(result: WorkResult) -> dict[str, Any]:
        """Return what the form of an existing result shows."""
        supports = NONE
        if result.supports_id:
            supports = f"r{result.supports_id}"
        elif result.supports_indicator_id:
            supports = f"i{result.supports_indicator_id}"
        return {
            "text": result.text,
            "kind": result.kind,
            "perspective": result.perspective,
            "supports": supports,
        }

    def values(self) -> dict[str, Any]:
        """Return the arguments of the service."""
        chosen = self.cleaned_data.get("supports") or NONE
        results = {f"r{row.pk}": row for row in self.offered.results}
        indicators = {f"i{row.pk}": row for row in self.offered.indicators}
        return {
            "text": self.cleaned_data["text"],
            "kind": self.cleaned_data["kind"],
            "perspective": self.cleaned_data.get("perspective", ""),
            "supports": results.get(chosen),
            "supports_indicator": indicators.get(chosen),
        }


class IndicatorForm(forms.Form):
    """An indicator (IKI) with its target; qualitative plans have one text for both (PLN-6)."""

    text = text_field(
        500,
        label=_("How will people see that it succeeded?"),
        help_text=_("The indicator (IKI) says what is measured. The number goes into the target below."),
        error_messages={"required": _("Write the indicator.")},
    )
    aspect = forms.ChoiceField(
        label=_("Which aspect does it measure?"),
        choices=AspectChoices.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose an aspect.")},
    )
    target = NumberField(
        label=_("Target of the year"),
        help_text=_("Only the number, for example 1.250 or 98,5."),
        min_value=0,
        error_messages={
            "required": _("Write the target as a number."),
            "min_value": _("The target cannot be below zero."),
        },
    )
    measure = forms.CharField(
        max_length=60,
        label=_("Unit of the target"),
        help_text=_("For example: patients, documents, percent, days."),
        error_messages={"required": _("Write what is counted.")},
    )
    direction = forms.ChoiceField(
        label=_("When is it good?"),
        choices=[
            (DirectionChoices.HIGHER.value, _("The higher the better, for example patients served")),
            (DirectionChoices.LOWER.value, _("The lower the better, for example days of waiting")),
        ],
        initial=DirectionChoices.HIGHER.value,
        widget=forms.RadioSelect,
    )
    source = forms.ChoiceField(
        label=_("Where does the achieved number come from?"),
        initial=IndicatorSource.REPORTED.value,
        widget=forms.RadioSelect,
    )
    unsur = forms.ChoiceField(
        label=_("Which element of the service?"),
        help_text=_("Only if the number is the rating of one element."),
        required=False,
        choices=[("", _("Choose")), *((source.value, capfirst(source.label)) for source in UNSUR_SOURCES)],
    )

    def __init__(self, *args: Any, skp: Skp, **options: Any) -> None:
        super().__init__(*args, **options)
        if skp.approach == Approach.KUALITATIF.value:
            for name in ("aspect", "target", "measure", "direction", "source", "unsur"):
                del self.fields[name]
            self.fields["text"].label = _("Measure of success and target, in words")
            self.fields["text"].help_text = _(
                "In a qualitative plan the indicator and the target are one text."
            )
            return
        if skp.layout == Layout.JPT.value:
            # The JPT form has a column for the perspective of the result instead (sheet 6.2).
            del self.fields["aspect"]
        # Nine elements in a list of their own: as radio buttons they would bury the other sources.
        self.fields["source"].choices = [  # type: ignore[attr-defined]
            *(
                (source.value, f"{capfirst(source.label)}. {SOURCE_EXPLANATIONS[source.value]}")
                for source in IndicatorSource
                if source not in UNSUR_SOURCES
            ),
            (UNSUR, f"{capfirst(UNSUR_LABEL)}. {SOURCE_EXPLANATIONS[UNSUR]}"),
        ]

    @staticmethod
    def initial_of(indicator: Indicator) -> dict[str, Any]:
        """Return what the form of an existing indicator shows."""
        return {
            "text": indicator.text,
            "aspect": indicator.aspect,
            "target": indicator.plain_target,
            "measure": indicator.measure,
            "direction": indicator.direction,
            "source": UNSUR if indicator.source in UNSUR_SOURCES else indicator.source,
            "unsur": indicator.source if indicator.source in UNSUR_SOURCES else "",
        }

    def clean(self) -> dict[str, Any]:
        """Check that the target fits where its number comes from."""
        cleaned = super().clean() or {}
        source, target = cleaned.get("source"), cleaned.get("target")
        if source == UNSUR:
            if not cleaned.get("unsur") and "unsur" not in self.errors:
                self.add_error("unsur", _("Choose the element whose rating counts."))
            source = cleaned["source"] = cleaned.get("unsur") or ""
        if target is not None and source in PUBLIC_SOURCES and not 25 <= target <= 100:
            self.add_error("target", _("The satisfaction index lies between 25 and 100."))
        if target is not None and source in SHARE_SOURCES and target > 100:
            self.add_error("target", _("A share in percent cannot be above 100."))
        return cleaned

    def values(self) -> dict[str, Any]:
        """Return the arguments of the service."""
        cleaned = self.cleaned_data
        return {
            "text": cleaned["text"],
            "aspect": cleaned.get("aspect", ""),
            "target": cleaned.get("target"),
            "measure": cleaned.get("measure", ""),
            "direction": cleaned.get("direction") or DirectionChoices.HIGHER.value,
            "source": cleaned.get("source") or IndicatorSource.REPORTED.value,
        }


class BehaviorForm(forms.Form):
    """The leader's expectation for each of the seven values. Labels are those of the official form."""

    def __init__(self, *args: Any, skp: Skp, **options: Any) -> None:
        super().__init__(*args, **options)
        self._codes = [value.code for value in values_of(skp)]
        for value in values_of(skp):
            self.fields[value.code] = text_field(
                1000, label=value.label, help_text=" · ".join(value.lines), required=False
            )

    def values(self) -> dict[str, str]:
        """Return the texts by the code of the value."""
        return {code: self.cleaned_data[code] for code in self._codes}


class AnnexForm(forms.Form):
    """A line of the annex."""

    kind = forms.ChoiceField(
        label=_("Which list does it belong to?"),
        choices=[
            (AnnexKindChoices.DUKUNGAN.value, _("Supporting resources: what you need to succeed")),
            (AnnexKindChoices.SKEMA.value, _("Accountability: how and when you report")),
            (AnnexKindChoices.KONSEKUENSI.value, _("Consequences: what follows if it succeeds or fails")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a list.")},
    )
    text = text_field(
        1000, label=pgettext_lazy("annex", "Text"), error_messages={"required": _("Write the text.")}
    )

    def __init__(self, *args: Any, item: AnnexItem | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        if item is not None:
            del self.fields["kind"]
            self.fields["text"].initial = item.text


class ReturnForm(forms.Form):
    """Why a plan goes back."""

    note = text_field(
        2000,
        label=_("What should be changed?"),
        help_text=_(
            "Name the planned result or indicator and say what you expect. The employee reads this note."
        ),
        error_messages={
            "required": _("Write what should be changed. Without a note nobody knows what to do.")
        },
    )


class TakeForm(forms.Form):
    """Which planned results of another content are taken over, and whether the rest comes with them."""

    results = forms.MultipleChoiceField(
        label=_("Which planned results do you take over?"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    behaviors = forms.BooleanField(
        label=_("Also the leader's expectations, where yours are still empty"), required=False
    )
    annex = forms.BooleanField(label=_("Also the annex"), required=False)

    def __init__(self, *args: Any, content: Mapping[str, Any], **options: Any) -> None:
        super().__init__(*args, **options)
        self.content = content
        choices = [(str(row["key"]), self._label(row)) for row in content["results"]]
        self.fields["results"].choices = choices  # type: ignore[attr-defined]
        self.fields["results"].initial = []
        if not any(content.get("behaviors", {}).values()):
            del self.fields["behaviors"]
        if not content.get("annex"):
            del self.fields["annex"]

    @staticmethod
    def _label(row: Mapping[str, Any]) -> str:
        indicators = "; ".join(indicator["text"] for indicator in row["indicators"])
        return f"{row['text']} ({indicators})" if indicators else str(row["text"])

    def clean(self) -> dict[str, Any]:
        """Refuse a form in which nothing is ticked."""
        cleaned = super().clean() or {}
        if not any(cleaned.get(name) for name in ("results", "behaviors", "annex")) and not self.errors:
            self.add_error("results", _("Tick at least one thing to take over."))
        return cleaned

    def chosen(self) -> dict[str, Any]:
        """Return the content that was ticked."""
        content = only_results(self.content, self.cleaned_data["results"])
        if not self.cleaned_data.get("behaviors"):
            content["behaviors"] = {}
        if not self.cleaned_data.get("annex"):
            content["annex"] = []
        return content


class PlanUploadForm(forms.Form):
    """A workbook with a plan."""

    file = forms.FileField(
        label=_("Workbook (.xlsx)"),
        help_text=_("The filled-in template of this page, at most 2 MB."),
        error_messages={
            "required": _("Choose a file."),
            "empty": _("The file is empty. Choose another one."),
            "invalid": _("The file did not arrive. Choose it again."),
        },
    )


class TemplateForm(forms.Form):
    """For whom a template is."""

    title = forms.CharField(
        max_length=120,
        label=_("Title of the template"),
        help_text=_("So that people recognize it, for example: Nurse in a puskesmas."),
        error_messages={"required": _("Write a title.")},
    )
    job_family = forms.CharField(
        max_length=80,
        label=_("Job family"),
        help_text=_(
            "As in the staff data, for example: Perawat. People in such posts are offered the template."
        ),
        error_messages={"required": _("Write the job family.")},
    )
    level = forms.ChoiceField(
        label=_("Level"), required=False, choices=[("", _("every level")), *LEVELS.items()]
    )


class TemplateMakeForm(TemplateForm):
    """The same, with the planned results that go into it."""

    results = forms.MultipleChoiceField(
        label=_("Which planned results belong into the template?"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Tick at least one planned result.")},
    )

    def __init__(self, *args: Any, content: Mapping[str, Any], **options: Any) -> None:
        super().__init__(*args, **options)
        choices = [(str(row["key"]), row["text"]) for row in content["results"]]
        self.fields["results"].choices = choices  # type: ignore[attr-defined]
        self.fields["results"].initial = [key for key, _text in choices]


class RevisionForm(forms.Form):
    """Why an approved plan is to change (PLN-12)."""

    reason = forms.ChoiceField(
        label=_("Why does the plan have to change?"),
        choices=RevisionReasonChoices.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose why the plan changes.")},
    )
    note = text_field(
        2000,
        label=_("What happened?"),
        help_text=_(
            "For example: who gave which assignment, since when, by which letter. It stays with the version."
        ),
        error_messages={"required": _("Write what happened. It is kept with the new version of the plan.")},
    )


class UnitIndicatorForm(forms.Form):
    """An indicator of a unit (IKU, perjanjian kinerja)."""

    document = forms.ChoiceField(
        label=_("Where does it stand?"),
        choices=DocumentChoices.choices,
        initial=DocumentChoices.PERJANJIAN_KINERJA.value,
        widget=forms.RadioSelect,
    )
    goal = forms.CharField(
        max_length=300,
        label=_("Goal (sasaran)"),
        error_messages={"required": _("Write the goal.")},
    )
    name = forms.CharField(
        max_length=300,
        label=_("Indicator"),
        error_messages={"required": _("Write the indicator.")},
    )
    target = NumberField(
        label=_("Target of the year"),
        help_text=_("Only the number, for example 1.250 or 98,5."),
        min_value=0,
        error_messages={
            "required": _("Write the target as a number."),
            "min_value": _("The target cannot be below zero."),
        },
    )
    measure = forms.CharField(
        max_length=60,
        label=_("Unit of the target"),
        help_text=_("For example: patients, documents, percent, days."),
        error_messages={"required": _("Write what is counted.")},
    )
    direction = forms.ChoiceField(
        label=_("When is it good?"),
        choices=[
            (DirectionChoices.HIGHER.value, _("The higher the better, for example patients served")),
            (DirectionChoices.LOWER.value, _("The lower the better, for example days of waiting")),
        ],
        initial=DirectionChoices.HIGHER.value,
        widget=forms.RadioSelect,
    )
    formula = forms.ChoiceField(
        label=_("How is the achievement computed?"),
        help_text=_("Leave the first one if the regulation of your region says nothing else."),
        choices=[
            (
                FormulaChoices.STANDARD.value,
                _(
                    "The usual way: realization ÷ target if higher is better, "
                    "(2 × target - realization) ÷ target if lower is better"
                ),
            ),
            (FormulaChoices.INVERSE.value, _("Target ÷ realization, only if lower is better")),
            (
                FormulaChoices.REACHED.value,
                _("Reached or not: 100% or 0%, for example for a target of zero cases"),
            ),
        ],
        initial=FormulaChoices.STANDARD.value,
        widget=forms.RadioSelect,
    )

    def clean(self) -> dict[str, Any]:
        """Check that the formula fits the direction."""
        cleaned = super().clean() or {}
        if (
            cleaned.get("formula") == FormulaChoices.INVERSE.value
            and cleaned.get("direction") == DirectionChoices.HIGHER.value
        ):
            self.add_error("formula", _("Target ÷ realization makes sense only where lower is better."))
        return cleaned

    @staticmethod
    def initial_of(indicator: UnitIndicator) -> dict[str, Any]:
        """Return what the form of an existing indicator shows."""
        return {
            "document": indicator.document,
            "formula": indicator.formula,
            "goal": indicator.goal,
            "name": indicator.name,
            "target": indicator.plain_target,
            "measure": indicator.measure,
            "direction": indicator.direction,
        }

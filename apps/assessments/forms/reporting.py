"""Forms of the reporting half. They clean into domain types and save nothing."""

from collections.abc import Iterable, Sequence
from datetime import date as Day
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.indicators.forms import NumberField
from apps.indicators.labels import IndicatorSource
from apps.indicators.models import Indicator, WorkResult

from ..models import ProgressEntry
from ..selectors.reporting import LineRow

TEXT_LIMITS = {"achievements": 10_000, "obstacles": 4_000, "support_needed": 4_000}
NOTE_LIMIT = 1_000
SHORT_CHARS = 90


def short(text: str) -> str:
    """Return a planned result as it fits into a list on a phone."""
    return str(Truncator(" ".join(text.split())).chars(SHORT_CHARS))


class EntryForm(forms.Form):
    """One line of work: when, for which planned result, what; perhaps a number that is counted."""

    text = forms.CharField(
        label=gettext_lazy("What did you do?"),
        help_text=gettext_lazy("One line is enough, for example: weighed 24 toddlers at Posyandu Melati."),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={
            "required": gettext_lazy("Write in one line what you did."),
            "max_length": gettext_lazy(
                "This line is too long: at most %(limit_value)s characters, it has %(show_value)s."
            ),
        },
    )
    result = forms.TypedChoiceField(
        label=gettext_lazy("For which planned result (RHK)?"),
        coerce=int,
        error_messages={"required": gettext_lazy("Choose the planned result this work belongs to.")},
    )
    date = forms.DateField(
        label=gettext_lazy("When?"),
        error_messages={
            "required": gettext_lazy("Enter the day."),
            "invalid": gettext_lazy("Enter a day such as 5-11-2026."),
        },
    )
    quantity = NumberField(
        label=gettext_lazy("How many?"),
        required=False,
        min_value=Decimal(0),
        error_messages={"min_value": gettext_lazy("A number of things cannot be below zero.")},
    )
    indicator = forms.TypedChoiceField(
        label=gettext_lazy("Which indicator does the number count for?"),
        required=False,
        coerce=int,
        empty_value=None,
    )

    def __init__(
        self,
        *args: Any,
        results: Iterable[WorkResult],
        today: Day,
        own: ProgressEntry | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        listed = list(results)
        if own is not None and own.result_id not in {row.pk for row in listed}:
            listed.append(own.result)
        self.by_id = {row.pk: row for row in listed}
        self.indicators: dict[int, Indicator] = {}
        choices: list[Any] = [("", _("Choose"))] if len(listed) != 1 else []
        groups: list[Any] = [("", _("None"))]
        for result in listed:
            choices.append((result.pk, short(result.text)))
            indicators = [row for row in result.indicators.all() if row.target is not None]
            self.indicators |= {row.pk: row for row in indicators}
            if indicators:
                options = [
                    (row.pk, f"{short(row.text)} ({row.measure})" if row.measure else short(row.text))
                    for row in indicators
                ]
                groups.append((short(result.text), options))
        self.fields["result"].choices = choices  # type: ignore[attr-defined]
        self.fields["indicator"].choices = groups  # type: ignore[attr-defined]
        self.fields["date"].widget.attrs["max"] = today.isoformat()

    def clean_date(self) -> Day:
        """Refuse a day that has not come."""
        day: Day = self.cleaned_data["date"]
        if day > self.today:
            raise forms.ValidationError(_("This day has not come yet. Choose today or a day before."))
        return day

    def clean(self) -> dict[str, Any]:
        """Turn the ids into rows; the number belongs to an indicator of the planned result."""
        data: dict[str, Any] = super().clean() or {}
        result = self.by_id.get(data.get("result") or 0)
        indicator = self.indicators.get(data.get("indicator") or 0)
        quantity = data.get("quantity")
        if result is None:
            return data
        if indicator is None and quantity is not None:
            own = [row for row in result.indicators.all() if row.target is not None]
            summed = [row for row in own if row.source == IndicatorSource.PROGRESS_SUM.value]
            if len(own) == 1 or len(summed) == 1:
                indicator = own[0] if len(own) == 1 else summed[0]
            else:
                self.add_error("indicator", _("Choose which indicator the number counts for."))
        if indicator is not None and indicator.result_id != result.pk:
            self.add_error(
                "indicator", _("This indicator belongs to another planned result. Choose one of the same.")
            )
        if indicator is not None and quantity is None and "quantity" not in self.errors:
            self.add_error("quantity", _("Write how many, or choose no indicator."))
        data["result_row"], data["indicator_row"] = result, indicator
        return data

    @property
    def counted_results(self) -> str:
        """The planned results with an indicator that adds up from such lines, for entry.js."""
        counted = {
            row.result_id
            for row in self.indicators.values()
            if row.source == IndicatorSource.PROGRESS_SUM.value
        }
        return " ".join(str(pk) for pk in sorted(counted))

    @property
    def shows_count(self) -> bool:
        """Whether the part with the number is open at first.

        Without JavaScript nothing follows the choice, so it is also open as long as no planned result is chosen
        and one of them is counted.
        """
        if any(self[name].value() for name in ("quantity", "indicator")):
            return True
        if {"quantity", "indicator"} & set(self.errors):
            return True
        counted = self.counted_results.split()
        chosen = str(self["result"].value() or "")
        return chosen in counted if chosen else bool(counted)


class FillLater:
    """A field that has to be filled before the report is sent, but not before it is saved."""

    empty_values: Any

    def validate(self, value: Any) -> None:
        """Let a blank pass; the check page asks for it."""
        if value not in self.empty_values:
            super().validate(value)  # type: ignore[misc]


class FigureField(FillLater, NumberField):
    """A figure that may be written later."""


class LaterTextField(FillLater, forms.CharField):
    """A text that may be written later."""


class RealizationForm(forms.Form):
    """What was reached: one figure and one remark per indicator. Fetched figures have no field."""

    def __init__(self, *args: Any, rows: Sequence[LineRow], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rows = rows
        for row in rows:
            if not row.is_automatic:
                self.fields[f"value_{row.indicator.pk}"] = FigureField(
                    label=_("Realization"), required=row.target is not None, initial=row.value
                )
            self.fields[f"note_{row.indicator.pk}"] = forms.CharField(
                label=_("Explanation"),
                required=False,
                initial=row.note,
                max_length=NOTE_LIMIT,
                widget=forms.Textarea(attrs={"rows": 2}),
            )

    @property
    def lines(self) -> list[dict[str, Any]]:
        """Each indicator with its fields, for the template."""
        return [
            {
                "row": row,
                "value": self[f"value_{row.indicator.pk}"] if not row.is_automatic else None,
                "note": self[f"note_{row.indicator.pk}"],
                "has_note": bool(self[f"note_{row.indicator.pk}"].value()),
            }
            for row in self.rows
        ]

    def readable(self) -> tuple[dict[int, tuple[Decimal | None, str]], dict[int, str]]:
        """Return what can be saved: lines with figure and remark, and remarks whose figure cannot be read."""
        whole: dict[int, tuple[Decimal | None, str]] = {}
        notes: dict[int, str] = {}
        for row in self.rows:
            pk = row.indicator.pk
            if f"note_{pk}" in self.errors:
                continue
            note = self.cleaned_data.get(f"note_{pk}", "")
            if f"value_{pk}" in self.errors:
                notes[pk] = note
            else:
                whole[pk] = (self.cleaned_data.get(f"value_{pk}"), note)
        return whole, notes


class TextForm(forms.Form):
    """One question with one long answer."""

    use_required_attribute = False

    def __init__(self, *args: Any, name: str, label: Any, hint: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"] = LaterTextField(
            required=name == "achievements",
            label=label,
            help_text=hint,
            max_length=TEXT_LIMITS[name],
            widget=forms.Textarea(attrs={"rows": 10}),
            error_messages={
                "max_length": _(
                    "This text is too long: at most %(limit_value)s characters, it has %(show_value)s."
                )
            },
        )


class EvidenceForm(forms.Form):
    """One file, perhaps for one planned result."""

    file = forms.FileField(
        label=gettext_lazy("Photo or PDF"),
        allow_empty_file=True,
        max_length=None,
        error_messages={
            "required": gettext_lazy("Choose a file first."),
            "missing": gettext_lazy("Choose a file first."),
        },
    )
    result = forms.TypedChoiceField(
        label=gettext_lazy("What does it show?"), required=False, coerce=int, empty_value=None
    )

    def __init__(self, *args: Any, results: Iterable[WorkResult], limit_mb: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by_id = {row.pk: row for row in results}
        self.fields["result"].choices = [  # type: ignore[attr-defined]
            ("", _("The report as a whole")),
            *((row.pk, short(row.text)) for row in self.by_id.values()),
        ]
        self.fields["file"].help_text = _(
            "JPEG, PNG, WebP or PDF, at most %(limit)s MB. One file at a time."
        ) % {"limit": limit_mb}


class ReturnForm(forms.Form):
    """Why a report goes back."""

    note = forms.CharField(
        label=gettext_lazy("What should be improved?"),
        help_text=gettext_lazy("Say what is missing and what a good answer would contain."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={
            "required": gettext_lazy("Write what should be improved, so that the person can act.")
        },
    )


class AcceptForm(forms.Form):
    """Perhaps a word with the acceptance."""

    note = forms.CharField(
        label=gettext_lazy("A word to the writer"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

"""Forms of the career pages."""

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ..labels import PunishmentLevel, TalentPart

_DAY_FORMATS = ["%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y"]
_DAY_WRONG = _("Write a date, for example 31/12/2026.")


class DisciplineForm(forms.Form):
    """A punishment by decree."""

    level = forms.ChoiceField(
        label=_("How heavy is it?"),
        choices=PunishmentLevel.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose how heavy it is.")},
    )
    decree = forms.CharField(
        label=_("Number of the decree"),
        max_length=120,
        error_messages={"required": _("Write the number of the decree.")},
    )
    starts_on = forms.DateField(
        label=_("First day"),
        input_formats=_DAY_FORMATS,
        error_messages={"required": _("Write the first day."), "invalid": _DAY_WRONG},
    )
    ends_on = forms.DateField(
        label=_("Last day"),
        help_text=_("Empty if the decree names none."),
        required=False,
        input_formats=_DAY_FORMATS,
        error_messages={"invalid": _DAY_WRONG},
    )

    def clean(self) -> dict[str, Any]:
        """Refuse a last day before the first."""
        data = super().clean() or {}
        first: date | None = data.get("starts_on")
        last: date | None = data.get("ends_on")
        if first and last and last < first:
            self.add_error("ends_on", _("The last day is before the first day."))
        return data


class ReasonForm(forms.Form):
    """Why something is taken back."""

    note = forms.CharField(
        label=_("Why?"),
        help_text=_("The person reads this."),
        max_length=300,
        widget=forms.Textarea,
        error_messages={"required": _("Write the reason.")},
    )


class TalentForm(forms.Form):
    """Scores of 0 to 100 for the parts of both axes."""

    source = forms.CharField(
        label=_("What do the scores rest on?"),
        help_text=_("Report, assessor or record. The person reads this."),
        max_length=200,
        error_messages={"required": _("Write what the scores rest on.")},
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for part, label in TalentPart.choices:
            self.fields[part] = forms.DecimalField(
                label=label,
                max_digits=5,
                decimal_places=2,
                min_value=0,
                max_value=100,
                localize=True,
                required=False,
                error_messages={
                    "invalid": _("Write a number from 0 to 100."),
                    "min_value": _("Write a number from 0 to 100."),
                    "max_value": _("Write a number from 0 to 100."),
                },
            )

    def clean(self) -> dict[str, Any]:
        """Refuse a form without a score."""
        data = super().clean() or {}
        if not self.errors and not self.scores:
            self.add_error(TalentPart.values[0], _("Write at least one score."))
        return data

    @property
    def scores(self) -> dict[str, Decimal]:
        """The scores that were given, from clean data."""
        return {
            part: self.cleaned_data[part]
            for part in TalentPart.values
            if self.cleaned_data.get(part) is not None
        }

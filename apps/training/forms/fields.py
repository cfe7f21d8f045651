"""Fields and spans that several forms of training share."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ..labels import ProgrammeKind

NUMBER_WRONG = _("Write a number, for example 12 or 7,5.")


def day_field(label: Any, required: Any, **options: Any) -> forms.DateField:
    """Return a field for a day."""
    return forms.DateField(
        label=label,
        widget=forms.DateInput,
        error_messages={"required": required, "invalid": _("Write a date, for example 31/12/2026.")},
        input_formats=["%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y"],
        **options,
    )


def hours_field() -> forms.DecimalField:
    """Return a field for lesson hours (JP)."""
    return forms.DecimalField(
        label=_("Lesson hours (JP)"),
        max_digits=5,
        decimal_places=1,
        min_value=1,
        max_value=2000,
        localize=True,
        error_messages={"required": _("Write the number of lesson hours."), "invalid": NUMBER_WRONG},
    )


def kind_field() -> forms.ChoiceField:
    """Return the choice of the form of learning."""
    return forms.ChoiceField(
        label=_("Form of learning"),
        choices=[
            (ProgrammeKind.KLASIKAL.value, _("Classical: training, course, seminar, workshop")),
            (
                ProgrammeKind.NONKLASIKAL.value,
                _("Non-classical: coaching, e-learning, secondment, self study"),
            ),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose the form of learning.")},
    )


class SpanForm(forms.Form):
    """Two days in the right order."""

    starts_on = day_field(_("First day"), _("Write the first day."))
    ends_on = day_field(_("Last day"), _("Write the last day."))

    def clean(self) -> dict[str, Any]:
        """Refuse a last day before the first."""
        data = super().clean() or {}
        first, last = data.get("starts_on"), data.get("ends_on")
        if first and last and last < first:
            self.add_error("ends_on", _("The last day is before the first day."))
        return data

"""Fields and spans that several forms of training share."""

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ..models import LearningForm

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


def number_field(label: Any, *, required: bool = False, help_text: Any = "") -> forms.DecimalField:
    """Return a field for an amount with one decimal."""
    return forms.DecimalField(
        label=label,
        help_text=help_text,
        required=required,
        max_digits=6,
        decimal_places=1,
        min_value=Decimal("0.1"),
        max_value=20000,
        localize=True,
        error_messages={"invalid": NUMBER_WRONG},
    )


def form_choices(table: Iterable[LearningForm]) -> list[tuple[Any, Any]]:
    """Return the forms of learning as the choices of one list, classical ones first."""
    rows = list(table)
    return [
        ("", _("Choose one")),
        (_("Classical (klasikal)"), [(row.code, row.name) for row in rows if row.classical]),
        (_("Non-classical (nonklasikal)"), [(row.code, row.name) for row in rows if not row.classical]),
    ]


class HoursForm(forms.Form):
    """A form of learning and its lesson hours: written, or computed by the table from minutes, days or events."""

    form = forms.ChoiceField(
        label=_("Form of learning"), error_messages={"required": _("Choose the form of learning.")}
    )
    jp = forms.DecimalField(
        label=_("Lesson hours (JP)"),
        help_text=_("As the organiser states them. Leave it empty to have them computed."),
        required=False,
        max_digits=5,
        decimal_places=1,
        min_value=Decimal("0.1"),
        max_value=2000,
        localize=True,
        error_messages={"invalid": NUMBER_WRONG},
    )
    amount = number_field(
        _("Or how long it takes"),
        help_text=_("In minutes, or in the days or events that the table of forms counts."),
    )

    def __init__(
        self,
        *args: Any,
        table: Sequence[LearningForm],
        worth: Callable[[LearningForm, Decimal], Decimal],
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        self.rows = {row.code: row for row in table}
        self.worth = worth
        self.fields["form"].choices = form_choices(table)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Turn the code into its row, and compute the hours if only an amount was written."""
        data = super().clean() or {}
        row = self.rows.get(data.get("form", ""))
        data["form"] = row
        data["kind"] = row.kind if row is not None else ""
        if data.get("jp") is not None:
            data["amount"] = None
        elif data.get("amount") is None:
            if not {"jp", "amount"} & set(self.errors):
                self.add_error("jp", _("Write the lesson hours, or how long it takes."))
        elif row is not None:
            try:
                data["jp"] = self.worth(row, data["amount"])
            except ValueError:
                self.add_error("amount", _("That is less than a tenth of a lesson hour."))
        return data


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

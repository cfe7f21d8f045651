"""Forms of loans and cover."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as now_in
from django.utils.translation import gettext_lazy as _


def day_field(label: Any, required: Any) -> forms.DateField:
    """Return a field for a day."""
    return forms.DateField(
        label=label,
        widget=forms.DateInput,
        error_messages={"required": required, "invalid": _("Write a date, for example 31/12/2026.")},
        input_formats=["%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y"],
    )


class DaysForm(forms.Form):
    """From which day to which day."""

    since = day_field(_("First day"), _("Write the first day."))
    until = day_field(_("Last day"), _("Write the last day."))

    def __init__(self, *args: Any, today: date, **options: Any) -> None:
        super().__init__(*args, **options)
        self.today = today

    def clean(self) -> dict[str, Any]:
        """Refuse days in the past or in the wrong order."""
        data = super().clean() or {}
        since, until = data.get("since"), data.get("until")
        if since and since < self.today:
            self.add_error("since", now_in("This day has passed. Choose today or a later day."))
        if since and until and until < since:
            self.add_error("until", now_in("The last day is before the first day."))
        return data


class ReasonedForm(DaysForm):
    """Days with a reason that everybody concerned reads."""

    reason = forms.CharField(
        label=_("Why?"),
        help_text=_("All three read it: the person, the appraiser, and who supervises meanwhile."),
        max_length=500,
        widget=forms.Textarea,
        error_messages={"required": _("Write why.")},
    )


class LoanForm(ReasonedForm):
    """One person to one appraiser."""

    holder = forms.TypedChoiceField(
        label=_("Who supervises meanwhile?"),
        coerce=int,
        error_messages={
            "required": _("Choose who supervises."),
            "invalid_choice": _("Choose one of the list."),
        },
    )
    field_order = ["holder", "since", "until", "reason"]

    def __init__(self, *args: Any, holders: Sequence[tuple[int, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["holder"].choices = [("", _("Choose")), *holders]  # type: ignore[attr-defined]


class SuggestedForm(ReasonedForm):
    """Several suggested loans at once; what is not ticked does not happen."""

    loans = forms.MultipleChoiceField(
        label=_("Whom do you lend?"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": _("Tick at least one person."),
            "invalid_choice": _("The suggestions have changed meanwhile. Look at them again."),
        },
    )
    field_order = ["loans", "since", "until", "reason"]

    def __init__(self, *args: Any, offers: Sequence[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["loans"].choices = list(offers)  # type: ignore[attr-defined]

    def clean_loans(self) -> list[tuple[int, int]]:
        """Return pairs of person and who takes over."""
        return [
            (int(person), int(holder))
            for person, _colon, holder in (pair.partition(":") for pair in self.cleaned_data["loans"])
        ]

"""Forms of consequences."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from .coaching import CloseCoachingForm
from .fields import day_field


class FollowUpForm(forms.Form):
    """What is decided; a period to improve also has its days."""

    note = forms.CharField(
        label=_("What is decided?"),
        help_text=_("The person reads this."),
        max_length=2000,
        required=False,
        widget=forms.Textarea,
        error_messages={"required": _("Write what should improve, and how it will be seen.")},
    )
    starts_on = day_field(_("First day"), _("Write the first day."))
    ends_on = day_field(_("Last day"), _("Write the last day."))

    def __init__(self, *args: Any, has_days: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        if has_days:
            self.fields["note"].required = True
            self.fields["note"].label = _("What should improve, and how will it be seen?")
        else:
            del self.fields["starts_on"], self.fields["ends_on"]

    def clean(self) -> dict[str, Any]:
        """Refuse a last day that does not come after the first."""
        data = super().clean() or {}
        first, last = data.get("starts_on"), data.get("ends_on")
        if first and last and last <= first:
            self.add_error("ends_on", _("The last day must come after the first day."))
        return data


class DeclineFollowUpForm(forms.Form):
    """Why it shall not be."""

    note = forms.CharField(
        label=_("Why not?"),
        help_text=_("Read by whoever leads this person and by the personnel office."),
        max_length=2000,
        widget=forms.Textarea,
        error_messages={"required": _("Write the reason.")},
    )


class ConcludeForm(CloseCoachingForm):
    """What came of a decision."""

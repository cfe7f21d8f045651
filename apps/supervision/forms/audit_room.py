"""What is typed in and around the auditor's room. Forms clean into domain types; they save nothing."""

from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.employees.forms import UnitField
from apps.employees.models import WorkUnit

from ..rules.review_sample import SHORTEST_SEED

_YEAR = {"required": _("Enter the year with four digits."), "invalid": _("Enter the year with four digits.")}


class GrantForm(forms.Form):
    """Let an auditor in."""

    auditor = forms.ChoiceField(
        label=_("Which auditor?"),
        help_text=_("Only people with the role of auditor stand here. The role is given on the page Roles."),
        error_messages={
            "required": _("Choose the auditor."),
            "invalid_choice": _("Choose the auditor from the list."),
        },
    )
    unit = UnitField(
        label=_("Records of which unit, with all below it?"),
        queryset=WorkUnit.objects.none(),
        empty_label=None,
        error_messages={"required": _("Choose the unit.")},
    )
    year_from = forms.IntegerField(
        label=_("From the records of the year"), min_value=2020, max_value=2100, error_messages=_YEAR
    )
    year_to = forms.IntegerField(
        label=_("to those of the year"), min_value=2020, max_value=2100, error_messages=_YEAR
    )
    since = forms.DateField(
        label=_("The room opens on"),
        widget=forms.DateInput,
        error_messages={"required": _("Enter the first day.")},
    )
    until = forms.DateField(
        label=_("and closes at the end of"),
        widget=forms.DateInput,
        error_messages={"required": _("Enter the last day.")},
    )
    purpose = forms.CharField(
        label=_("For which purpose?"),
        max_length=1000,
        widget=forms.Textarea,
        help_text=_("For example: regular audit of 2026, letter of assignment number ..."),
        error_messages={"required": _("Write the purpose and the number of the letter.")},
    )

    def __init__(self, *args: Any, auditors: list[Any], units: Any, zone: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.auditors = {str(user.pk): user for user in auditors}
        self.zone = ZoneInfo(zone)
        choices = [
            ("", gettext("Choose an auditor")),
            *((str(user.pk), user.display_name) for user in auditors),
        ]
        self.fields["auditor"].choices = choices  # type: ignore[attr-defined]
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]

    def clean_auditor(self) -> Any:
        """Return the user."""
        return self.auditors[self.cleaned_data["auditor"]]

    def clean(self) -> dict[str, Any]:
        """Make instants of the days; check the order of both pairs."""
        cleaned = super().clean() or {}
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until:
            if until < since:
                self.add_error("until", gettext("The last day lies before the first."))
            cleaned["starts_at"] = datetime.combine(since, time(), self.zone)
            cleaned["ends_at"] = datetime.combine(until + timedelta(days=1), time(), self.zone)
        if cleaned.get("year_from") and cleaned.get("year_to") and cleaned["year_to"] < cleaned["year_from"]:
            self.add_error("year_to", gettext("The last year lies before the first."))
        return cleaned


class EndForm(forms.Form):
    """Shut the room early."""

    reason = forms.CharField(
        label=_("Why does it end now?"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("Write why it ends now; the auditor reads it.")},
    )


class DrawForm(forms.Form):
    """Draw a sample."""

    as_of = forms.DateField(
        label=_("Read the records as they were at the end of"),
        widget=forms.DateInput,
        error_messages={"required": _("Enter the day.")},
    )
    percent = forms.IntegerField(
        label=_("Share of the people of every unit"),
        min_value=1,
        max_value=100,
        initial=10,
        error_messages={
            "required": _("Enter a percentage from 1 to 100."),
            "invalid": _("Enter a percentage from 1 to 100."),
        },
    )
    minimum = forms.IntegerField(
        label=_("At least so many of every unit"),
        min_value=1,
        max_value=50,
        initial=1,
        error_messages={
            "required": _("Enter a number from 1 to 50."),
            "invalid": _("Enter a number from 1 to 50."),
        },
    )
    seed = forms.CharField(
        label=_("Your own seed"),
        required=False,
        max_length=100,
        help_text=_(
            "Leave empty: the system throws the dice. With a seed of your own, nobody here chose who is drawn."
        ),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )

    def clean_seed(self) -> str:
        """Refuse a seed that can be guessed from its hash."""
        seed: str = self.cleaned_data["seed"]
        if seed and len(seed) < SHORTEST_SEED:
            raise ValidationError(
                gettext("A seed needs at least %(count)s characters.") % {"count": SHORTEST_SEED}
            )
        return seed

    @property
    def rate(self) -> Decimal:
        """The share as a number from 0 to 1."""
        return Decimal(self.cleaned_data["percent"]) / 100

"""Forms of the offices around services and surveys."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.employees.models import WorkUnit

from ..models import Service


class SurveyPeriodForm(forms.Form):
    """A span of days for a survey."""

    label = forms.CharField(
        label=_("Name of the period"),
        help_text=_("As it stands on the public page, for example Semester I 2026."),
        max_length=60,
        error_messages={"required": _("Give the period a name.")},
    )
    code = forms.SlugField(
        label=_("Short code"),
        help_text=_("For example 2026-s1."),
        max_length=20,
        error_messages={
            "required": _("Give the period a short code."),
            "invalid": _("Use letters, digits and hyphens only."),
        },
    )
    starts_on = forms.DateField(
        label=_("First day"), widget=forms.DateInput, error_messages={"required": _("Give the first day.")}
    )
    ends_on = forms.DateField(
        label=_("Last day"), widget=forms.DateInput, error_messages={"required": _("Give the last day.")}
    )
    population = forms.IntegerField(
        label=_("People served in the period"),
        help_text=_("An estimate is enough. It says how many respondents are needed."),
        required=False,
        min_value=1,
    )

    def __init__(self, *args: Any, service: Service, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.service = service

    def clean_code(self) -> str:
        """Refuse a code that the service has used."""
        code = str(self.cleaned_data["code"]).lower()
        if self.service.survey_periods.filter(code=code).exists():
            raise forms.ValidationError(_("This service has a period with this code already."))
        return code

    def clean(self) -> dict[str, Any]:
        """The days must be in order."""
        cleaned = super().clean() or {}
        starts_on, ends_on = cleaned.get("starts_on"), cleaned.get("ends_on")
        if starts_on and ends_on and ends_on < starts_on:
            self.add_error("ends_on", _("The last day lies before the first one."))
        return cleaned


class ServiceCountForm(forms.Form):
    """How many services in a month."""

    month = forms.TypedChoiceField(
        label=_("Month"), coerce=date.fromisoformat, error_messages={"required": _("Choose the month.")}
    )
    count = forms.IntegerField(
        label=_("Number of services"),
        min_value=0,
        max_value=10_000_000,
        error_messages={
            "required": _("Write the number of services, 0 if there were none."),
            "min_value": _("The number cannot be negative."),
            "invalid": _("Write a whole number."),
        },
    )

    def __init__(self, *args: Any, months: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["month"].choices = months  # type: ignore[attr-defined]


class ServiceForm(forms.Form):
    """A public service for the register. Its code is made of the name."""

    unit = forms.ModelChoiceField(
        label=_("Unit that offers the service"),
        queryset=WorkUnit.objects.none(),
        empty_label=_("Choose"),
        error_messages={
            "required": _("Choose the unit that offers the service."),
            "invalid_choice": _("Choose a unit from the list."),
        },
    )
    name = forms.CharField(
        label=_("Name of the service"),
        help_text=_("As people know it, for example Birth certificate. It stands on the public page."),
        max_length=200,
        error_messages={"required": _("Give the service a name.")},
    )
    description = forms.CharField(
        label=_("What do people get there?"),
        help_text=_("One or two sentences for the public page. No names or telephone numbers of staff."),
        required=False,
        max_length=1000,
        widget=forms.Textarea,
    )

    def __init__(self, *args: Any, units: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]


class PointForm(forms.Form):
    """A counter with a QR code of its own. Its code is random."""

    label = forms.CharField(
        label=_("Name of the counter"),
        help_text=_("As the sign says, for example Counter 1 or Registration."),
        max_length=100,
        error_messages={"required": _("Give the counter a name.")},
    )

"""Forms of the offices around services and surveys."""

from datetime import date
from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.core.templatetags.formats import tanggal
from apps.employees.models import WorkUnit

from .. import selectors
from ..labels import SAMPLING_HELP, Sampling
from ..models import Questionnaire, Service

# What a form says for an empty Sampling: a radio button needs a value.
NOT_SAMPLED = "none"


class QuestionnaireField(forms.ModelChoiceField):
    """A version of the questionnaire, with what one needs to know to choose it."""

    def label_from_instance(self, obj: Any) -> str:
        """Say name, version and for which days it is offered."""
        if obj.status == "retired":
            return gettext("%(title)s (only for periods that have ended)") % {"title": obj.title}
        if obj.valid_from:
            return gettext("%(title)s, version %(version)s, from %(day)s") % {
                "title": obj.title,
                "version": obj.version,
                "day": tanggal(obj.valid_from, "pendek"),
            }
        return obj.title


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

    questionnaire = QuestionnaireField(
        label=_("Questionnaire"),
        queryset=Questionnaire.objects.none(),
        empty_label=_("The one suggested for the first day"),
        required=False,
        error_messages={"invalid_choice": _("Choose a questionnaire from the list.")},
    )
    sampling = forms.ChoiceField(
        label=_("How are the respondents chosen?"),
        help_text=_("The report of the survey names the method."),
        choices=[
            (value or NOT_SAMPLED, format_lazy("{}. {}", label, SAMPLING_HELP[value]))
            for value, label in sorted(Sampling.choices, key=lambda choice: not choice[0])
        ],
        widget=forms.RadioSelect,
        required=False,
    )

    def __init__(
        self, *args: Any, service: Service, today: date, fixed_code: str = "", **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.service, self.today = service, today
        government = service.unit.government
        self.fields["questionnaire"].queryset = Questionnaire.objects.filter(  # type: ignore[attr-defined]
            pk__in=[row.pk for row in selectors.offered_questionnaires(government)]
        ).order_by("status", "-valid_from", "-version", "id")
        if fixed_code:
            del self.fields["code"]

    def clean_sampling(self) -> str:
        """Return the stored value; a choice that is not made is no sampling."""
        value = str(self.cleaned_data["sampling"])
        return "" if value == NOT_SAMPLED else value

    def clean_code(self) -> str:
        """Refuse a code that the service has used."""
        code = str(self.cleaned_data["code"]).lower()
        if self.service.survey_periods.filter(code=code).exists():
            raise forms.ValidationError(_("This service has a period with this code already."))
        return code

    def clean(self) -> dict[str, Any]:
        """The days must be in order; what nobody recorded can only be said of the past."""
        cleaned = super().clean() or {}
        starts_on, ends_on = cleaned.get("starts_on"), cleaned.get("ends_on")
        if starts_on and ends_on and ends_on < starts_on:
            self.add_error("ends_on", _("The last day lies before the first one."))
        if cleaned.get("sampling") == "unrecorded" and ends_on and ends_on >= self.today:
            self.add_error("sampling", _("Choose the method now: afterwards nobody knows any more."))
        return cleaned


class PeriodAdjustForm(forms.Form):
    """What can still change once people have answered."""

    population = SurveyPeriodForm.base_fields["population"]
    ends_on = forms.DateField(
        label=_("Last day"),
        help_text=_(
            "A running period can be closed earlier. It cannot be made longer: that would be waiting for better "
            "figures."
        ),
        widget=forms.DateInput,
        error_messages={"required": _("Give the last day.")},
    )
    reason = forms.CharField(
        label=_("Why is it changed?"),
        max_length=500,
        error_messages={"required": _("Say why. The reason is kept with the change.")},
    )


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


WEEKDAYS = (
    _("Monday"),
    _("Tuesday"),
    _("Wednesday"),
    _("Thursday"),
    _("Friday"),
    _("Saturday"),
    _("Sunday"),
)


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
    complaint_promise = forms.CharField(
        label=_("What do you promise to people who complain?"),
        help_text=_(
            "One sentence of your service standard, for example: We answer within five working days."
        ),
        required=False,
        max_length=200,
    )

    def __init__(self, *args: Any, units: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if units is None:
            del self.fields["unit"]
        else:
            self.fields["unit"].queryset = units  # type: ignore[attr-defined]
        hours = (kwargs.get("initial") or {}).get("opening_hours", {})
        for day, label in enumerate(WEEKDAYS):
            opens, closes = hours.get(str(day)) or ("", "")
            for name, word, value in (("opens", _("opens"), opens), ("closes", _("closes"), closes)):
                self.fields[f"{name}_{day}"] = forms.TimeField(
                    label=format_lazy("{}, {}", label, word),
                    required=False,
                    initial=value,
                    input_formats=["%H:%M", "%H.%M", "%H:%M:%S"],
                    widget=forms.TextInput(
                        attrs={"class": "input", "inputmode": "numeric", "placeholder": "08.00"}
                    ),
                    error_messages={"invalid": _("Write the time as 08.00.")},
                )

    @property
    def days(self) -> list[tuple[Any, forms.BoundField, forms.BoundField]]:
        """The weekdays with their two fields."""
        return [(label, self[f"opens_{day}"], self[f"closes_{day}"]) for day, label in enumerate(WEEKDAYS)]

    def clean(self) -> dict[str, Any]:
        """A day is closed, or opens before it closes."""
        cleaned = super().clean() or {}
        hours = {}
        for day in range(len(WEEKDAYS)):
            opens, closes = cleaned.pop(f"opens_{day}", None), cleaned.pop(f"closes_{day}", None)
            if opens and closes and opens < closes:
                hours[str(day)] = [opens.strftime("%H:%M"), closes.strftime("%H:%M")]
            elif (opens or closes) and not {f"opens_{day}", f"closes_{day}"} & self.errors.keys():
                self.add_error(
                    f"closes_{day}", _("Give both times, the earlier one first. Leave a closed day empty.")
                )
        cleaned["opening_hours"] = hours
        return cleaned


class PointForm(forms.Form):
    """A counter with a QR code of its own. Its code is random."""

    label = forms.CharField(
        label=_("Name of the counter"),
        help_text=_("As the sign says, for example Counter 1 or Registration."),
        max_length=100,
        error_messages={"required": _("Give the counter a name.")},
    )

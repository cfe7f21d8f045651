"""Forms of feedback: they clean into domain types and save nothing."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.employees.models import WorkUnit

from .labels import AgeBand, ComplaintKind, Education, Occupation, RejectReason, Sex
from .models import Service, Unsur
from .rules.ikm import HIGHEST_ANSWER, LOWEST_ANSWER
from .services.abuse import shown_token, too_fast

REMARK_LENGTH = 1000
STORY_LENGTH = 4000
TRAP = "situs"


class PublicForm(forms.Form):
    """A form without an account. It carries the time it was shown and a field that people do not see."""

    situs = forms.CharField(
        required=False, widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"})
    )
    tampil = forms.CharField(required=False, widget=forms.HiddenInput())

    def __init__(self, *args: Any, now: datetime, **kwargs: Any) -> None:
        kwargs["initial"] = {**(kwargs.get("initial") or {}), "tampil": shown_token(now)}
        super().__init__(*args, **kwargs)
        self.now = now

    def looks_automatic(self, minimum_seconds: int) -> bool:
        """Whether a program rather than a person seems to have filled it in."""
        if self.data.get(TRAP):
            return True
        return too_fast(self.data.get("tampil", ""), at=self.now, minimum_seconds=minimum_seconds)


def _optional(choices: Any) -> list[tuple[str, Any]]:
    return [("", _("Prefer not to say")), *choices.choices]


class RatingForm(PublicForm):
    """The questionnaire: one scale per unsur, nothing chosen before, everything about the person optional."""

    sex = forms.ChoiceField(label=_("Sex"), choices=_optional(Sex), required=False)
    age_band = forms.ChoiceField(label=_("Age"), choices=_optional(AgeBand), required=False)
    education = forms.ChoiceField(label=_("Last education"), choices=_optional(Education), required=False)
    occupation = forms.ChoiceField(label=_("Occupation"), choices=_optional(Occupation), required=False)
    remark = forms.CharField(
        label=_("Anything you want to add?"),
        help_text=_(
            "Please write no names, telephone numbers or other personal data, neither yours nor others'."
        ),
        required=False,
        max_length=REMARK_LENGTH,
        widget=forms.Textarea,
    )

    def __init__(self, *args: Any, unsur: Iterable[Unsur], required_answers: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.unsur = list(unsur)
        self.required_answers = min(required_answers, len(self.unsur))
        for row in self.unsur:
            # Each scale has the words of its own question, least to best.
            words = zip(range(LOWEST_ANSWER, HIGHEST_ANSWER + 1), row.labels, strict=True)
            self.fields[row.code] = forms.TypedChoiceField(
                label=row.question,
                choices=[(value, label) for value, label in words],
                coerce=int,
                empty_value=None,
                required=False,
                widget=forms.RadioSelect,
            )

    @property
    def scales(self) -> list[forms.BoundField]:
        """The questions in their order."""
        return [self[row.code] for row in self.unsur]

    def clean(self) -> dict[str, Any]:
        """Collect the answers; skipping is allowed up to a point."""
        cleaned = super().clean() or {}
        answers = {row.code: cleaned[row.code] for row in self.unsur if cleaned.get(row.code) is not None}
        open_questions = [
            row.code for row in self.unsur if row.code not in answers and row.code not in self.errors
        ]
        if len(answers) < self.required_answers and open_questions:
            self.add_error(
                open_questions[0],
                _("Please answer at least %(required)s of the %(all)s questions. You answered %(given)s.")
                % {"required": self.required_answers, "all": len(self.unsur), "given": len(answers)},
            )
        cleaned["answers"] = answers
        cleaned["attributes"] = {
            name: cleaned.get(name, "") for name in ("sex", "age_band", "education", "occupation")
        }
        return cleaned


class ComplaintKindForm(forms.Form):
    """First page of a complaint: about what, and about whom."""

    kind = forms.ChoiceField(
        label=_("What is your report about?"),
        choices=ComplaintKind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what your report is about.")},
    )
    about = forms.ChoiceField(
        label=_("Which service or unit?"),
        error_messages={
            "required": _("Choose the service or unit that your report is about."),
            "invalid_choice": _("Choose a service or unit from the list."),
        },
    )

    def __init__(self, *args: Any, about: list[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["about"].choices = [("", _("Choose")), *about]  # type: ignore[attr-defined]


class ComplaintStoryForm(forms.Form):
    """Second page: what happened."""

    subject = forms.CharField(
        label=_("In one sentence"),
        help_text=_("For example: the queue number was skipped twice."),
        max_length=150,
        error_messages={"required": _("Write in one sentence what your report is about.")},
    )
    body = forms.CharField(
        label=_("What happened?"),
        help_text=_("When and where was it, and what do you expect? Leave out identity numbers."),
        max_length=STORY_LENGTH,
        widget=forms.Textarea,
        error_messages={"required": _("Tell us what happened.")},
    )


class ComplaintIdentityForm(forms.Form):
    """Third page: with or without a name, open or secret."""

    identity = forms.ChoiceField(
        label=_("May we know who you are?"),
        choices=[
            ("anonymous", _("No, without my name")),
            ("contact", _("Yes, you may contact me")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose whether you want to leave your contact.")},
    )
    name = forms.CharField(label=_("Name"), required=False, max_length=120)
    phone = forms.CharField(label=_("Mobile number"), required=False, max_length=30)
    email = forms.EmailField(label=_("E-mail"), required=False, max_length=150)
    is_secret = forms.BooleanField(label=_("Keep the content of my report secret"), required=False)

    def clean(self) -> dict[str, Any]:
        """Ask for one way to be reached, if the reporter wants to be."""
        cleaned = super().clean() or {}
        is_reachable = cleaned.get("phone") or cleaned.get("email")
        if cleaned.get("identity") == "contact" and not self.errors and not is_reachable:
            self.add_error(
                "phone", _("Write a mobile number or an e-mail address, or choose “without my name”.")
            )
        return cleaned


class ComplaintSendForm(PublicForm):
    """Last page: nothing but the button."""


class TrackForm(forms.Form):
    """Number and secret word."""

    number = forms.CharField(
        label=_("Number of the report"),
        max_length=40,
        error_messages={"required": _("Write the number of your report.")},
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )
    secret = forms.CharField(
        label=_("Secret word"),
        max_length=30,
        error_messages={"required": _("Write the secret word of your report.")},
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )


class WordsForm(forms.Form):
    """A text that somebody else will read."""

    text = forms.CharField(
        label=_("Your words"),
        max_length=STORY_LENGTH,
        widget=forms.Textarea,
        error_messages={"required": _("Write something first.")},
    )

    def __init__(
        self, *args: Any, label: Any = None, hint: Any = "", required: bool = True, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        if label:
            self.fields["text"].label = label
        self.fields["text"].help_text = hint
        self.fields["text"].required = required


class ForwardForm(WordsForm):
    """To whom, and why."""

    to_unit = forms.ModelChoiceField(
        label=_("Which unit is competent?"),
        queryset=WorkUnit.objects.none(),
        empty_label=_("Choose"),
        error_messages={"required": _("Choose the unit that is competent.")},
    )
    field_order = ["to_unit", "text"]

    def __init__(self, *args: Any, units: Any, **kwargs: Any) -> None:
        super().__init__(*args, required=False, **kwargs)
        self.fields["to_unit"].queryset = units  # type: ignore[attr-defined]


class RejectForm(WordsForm):
    """Why a report is not taken up, in a code and in words."""

    reason_code = forms.ChoiceField(
        label=_("Reason"),
        choices=RejectReason.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose the reason.")},
    )
    field_order = ["reason_code", "text"]


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

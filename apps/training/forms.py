"""Forms of training. They clean into domain values and save nothing."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from .labels import ProgrammeKind
from .models import Topic
from .rules.needs import COACHING
from .services.certificates import Learning

NUMBER_WRONG = _("Write a number, for example 12 or 7,5.")


def _day(label: Any, required: Any, **options: Any) -> forms.DateField:
    return forms.DateField(
        label=label,
        widget=forms.DateInput,
        error_messages={"required": required, "invalid": _("Write a date, for example 31/12/2026.")},
        input_formats=["%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y"],
        **options,
    )


def _hours() -> forms.DecimalField:
    return forms.DecimalField(
        label=_("Lesson hours (JP)"),
        max_digits=5,
        decimal_places=1,
        min_value=1,
        max_value=2000,
        localize=True,
        error_messages={"required": _("Write the number of lesson hours."), "invalid": NUMBER_WRONG},
    )


def _kind() -> forms.ChoiceField:
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

    starts_on = _day(_("First day"), _("Write the first day."))
    ends_on = _day(_("Last day"), _("Write the last day."))

    def clean(self) -> dict[str, Any]:
        """Refuse a last day before the first."""
        data = super().clean() or {}
        first, last = data.get("starts_on"), data.get("ends_on")
        if first and last and last < first:
            self.add_error("ends_on", _("The last day is before the first day."))
        return data


class CertificateForm(SpanForm):
    """A certificate of one's own."""

    field_order = ["name", "organizer", "kind", "starts_on", "ends_on", "jp", "number", "file"]
    name = forms.CharField(
        label=_("What did you learn?"),
        help_text=_("The name of the training as printed on the certificate."),
        max_length=200,
        error_messages={"required": _("Write the name of the training.")},
    )
    organizer = forms.CharField(
        label=_("Who organized it?"),
        max_length=150,
        error_messages={"required": _("Write who organized it.")},
    )
    kind = _kind()
    jp = _hours()
    number = forms.CharField(
        label=_("Number of the certificate"),
        max_length=80,
        error_messages={"required": _("Write the number of the certificate.")},
    )
    file = forms.FileField(
        label=_("Photo or PDF of the certificate"),
        error_messages={
            "required": _("Choose a photo or a PDF of the certificate."),
            "empty": _("The file is empty. Choose another one."),
            "missing": _("Choose a photo or a PDF of the certificate."),
        },
    )

    def __init__(self, *args: Any, today: date, **options: Any) -> None:
        super().__init__(*args, **options)
        self.today = today

    def clean_ends_on(self) -> date:
        """Refuse what has not ended."""
        day: date = self.cleaned_data["ends_on"]
        if day > self.today:
            raise forms.ValidationError(_("The training has not ended yet. Add it once it is over."))
        return day

    @property
    def learning(self) -> Learning:
        """What the certificate says, from clean data."""
        return Learning(**{key: self.cleaned_data[key] for key in Learning.__dataclass_fields__})


class ProgrammeForm(forms.Form):
    """A programme that the government offers."""

    name = forms.CharField(
        label=_("Name of the programme"),
        max_length=200,
        error_messages={"required": _("Write the name of the programme.")},
    )
    organizer = forms.CharField(
        label=_("Who organizes it?"),
        max_length=150,
        error_messages={"required": _("Write who organizes it.")},
    )
    kind = _kind()
    jp = _hours()
    topics = forms.ModelMultipleChoiceField(
        label=_("Which needs does it answer?"),
        help_text=_("People with these needs are suggested when you enrol participants."),
        queryset=Topic.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one topic.")},
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        topics = Topic.objects.exclude(code=COACHING).order_by("name")
        self.fields["topics"].queryset = topics  # type: ignore[attr-defined]


class SessionForm(SpanForm):
    """Days and seats of a programme."""

    place = forms.CharField(label=_("Place"), max_length=150, required=False)
    seats = forms.IntegerField(
        label=_("Number of seats"),
        min_value=1,
        max_value=5000,
        error_messages={"required": _("Write how many seats there are."), "invalid": NUMBER_WRONG},
    )


class EnrolForm(forms.Form):
    """Which session answers a need."""

    session = forms.TypedChoiceField(
        label=_("Which session?"),
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose a session."),
            "invalid_choice": _("This session cannot be chosen any more."),
        },
    )

    def __init__(self, *args: Any, choices: list[tuple[int, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["session"].choices = choices  # type: ignore[attr-defined]


class CompleteForm(forms.Form):
    """The number on the certificate of a participant."""

    number = forms.CharField(
        label=_("Number of the certificate"),
        max_length=80,
        error_messages={"required": _("Write the number of the certificate.")},
    )


class NoteForm(forms.Form):
    """A reason that the person will read."""

    note = forms.CharField(
        label=_("Why?"),
        help_text=_("The person reads this."),
        max_length=300,
        widget=forms.Textarea,
        error_messages={"required": _("Write the reason.")},
    )


class CoachingForm(forms.Form):
    """A coaching talk."""

    observation = forms.CharField(
        label=_("What did you see?"),
        help_text=_("Facts and examples, no judgement about the person."),
        max_length=2000,
        widget=forms.Textarea,
        error_messages={"required": _("Write what you saw.")},
    )
    agreement = forms.CharField(
        label=_("What did you agree on?"),
        help_text=_("Who does what, so that both recognize later whether it happened."),
        max_length=2000,
        widget=forms.Textarea,
        error_messages={"required": _("Write what you agreed on.")},
    )
    follow_up_on = _day(_("When do you look at it together again?"), _("Write the day of the next talk."))

    def __init__(self, *args: Any, today: date, **options: Any) -> None:
        super().__init__(*args, **options)
        self.today = today

    def clean_follow_up_on(self) -> date:
        """Refuse a day in the past."""
        day: date = self.cleaned_data["follow_up_on"]
        if day < self.today:
            raise forms.ValidationError(_("This day has passed. Choose today or a later day."))
        return day


class CloseCoachingForm(forms.Form):
    """What came of a talk."""

    improved = forms.TypedChoiceField(
        label=_("Has it improved?"),
        choices=[("yes", _("Yes, what was agreed has happened")), ("no", _("Not yet"))],
        coerce=lambda value: value == "yes",
        empty_value=None,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose whether it has improved.")},
    )
    outcome = forms.CharField(
        label=_("What came of it?"),
        max_length=2000,
        widget=forms.Textarea,
        error_messages={"required": _("Write what came of it.")},
    )


class RecognitionForm(forms.Form):
    """A deed and why it matters."""

    title = forms.CharField(
        label=_("What was done?"),
        help_text=_("Name the deed, for example: set up a queue for pregnant women."),
        max_length=150,
        error_messages={"required": _("Write what was done.")},
    )
    reason = forms.CharField(
        label=_("Why does it matter?"),
        help_text=_("Whom did it help, and how? Colleagues of the unit read this."),
        max_length=1000,
        widget=forms.Textarea,
        error_messages={"required": _("Write why it matters.")},
    )


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
    starts_on = _day(_("First day"), _("Write the first day."))
    ends_on = _day(_("Last day"), _("Write the last day."))

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

"""Forms of certificates, programmes, sessions and places."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ..models import Topic
from ..rules.needs import COACHING
from ..services.certificates import Learning
from .fields import NUMBER_WRONG, HoursForm, SpanForm


class CertificateForm(HoursForm, SpanForm):
    """A certificate of one's own."""

    field_order = ["name", "organizer", "form", "starts_on", "ends_on", "jp", "amount", "number", "file"]
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


class ProgrammeForm(HoursForm):
    """A programme that the government offers."""

    field_order = ["name", "organizer", "form", "jp", "amount", "topics"]

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


def time_field(label: Any) -> forms.TimeField:
    """Return a field for a time of day, optional."""
    return forms.TimeField(
        label=label,
        required=False,
        input_formats=["%H:%M", "%H.%M"],
        error_messages={"invalid": _("Write a time, for example 08.00.")},
    )


class SessionForm(SpanForm):
    """Days and seats of a programme."""

    place = forms.CharField(label=_("Place"), max_length=150, required=False)
    seats = forms.IntegerField(
        label=_("Number of seats"),
        min_value=1,
        max_value=5000,
        error_messages={"required": _("Write how many seats there are."), "invalid": NUMBER_WRONG},
    )
    begins = time_field(_("Begins at"))
    ends = time_field(_("Ends at"))
    takes_attendance = forms.BooleanField(
        label=_("Who is there is written down each day, and counts for the completion"),
        required=False,
        initial=True,
    )

    def clean(self) -> dict[str, Any]:
        """Refuse an end before the beginning, and one hour without the other."""
        data = super().clean()
        begins, ends = data.get("begins"), data.get("ends")
        if not {"begins", "ends"} & set(self.errors):
            if (begins is None) != (ends is None):
                self.add_error(
                    "ends" if ends is None else "begins", _("Write both hours, or leave both empty.")
                )
            elif begins is not None and ends <= begins:
                self.add_error("ends", _("The end is not after the beginning."))
        return data


class CancelSessionForm(forms.Form):
    """Why a session does not take place."""

    reason = forms.CharField(
        label=_("Why does it not take place?"),
        help_text=_(
            "Everybody with a place, an invitation or a wait reads it. Say what happens instead, if you know."
        ),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Write the reason: people have kept these days free.")},
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
